"""The table of damage: each way that a kept file, or what it was made of, can be wrong, and what a query then does.

The answer is that of parsing, always; a kept file that cannot be used is told of once, and goes.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.cache import bundle, identity
from lazyframe.notices import say_again

TEXT = "x,s\n" + "".join(f"{number},t{number % 7}\n" for number in range(2000))


class Damage(NamedTuple):
    """What is done to the files, given all kept ones and the source, and what the user is told."""

    does: Callable[[list[Path], Path], Any]
    told: str = ""
    times: int = 1


def _flipped(kept: list[Path], _: Path) -> None:
    for path in kept:
        text = bytearray(path.read_bytes())
        text[-1000] ^= 4
        path.write_bytes(text)


def _header(kept: list[Path], _: Path) -> None:
    for path in kept:
        path.write_bytes(path.read_bytes().replace(b'"records"', b'"recordz"'))


def _edited(_: list[Path], source: Path) -> None:
    stamp = source.stat()
    source.write_text(TEXT.replace("1999,", "1998,"))
    os.utime(source, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))


def _replaced(_: list[Path], source: Path) -> None:
    other = source.with_name("other")
    other.write_text(TEXT.replace("t3", "u3"))
    stamp = source.stat()
    os.utime(other, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    other.replace(source)


def _grown(_: list[Path], source: Path) -> None:
    with open(source, "a") as file:
        file.write("5,zz\n")


def _edited_and_grown(_: list[Path], source: Path) -> None:
    with open(source, "r+") as file:
        file.seek(4)
        file.write("7")
        file.seek(0, 2)
        file.write("5,zz\n")


TABLE = {
    "nothing": Damage(lambda kept, source: None),
    "kept file cut short": Damage(lambda kept, _: [os.truncate(path, 4000) for path in kept], "cut short"),
    "kept file empty": Damage(lambda kept, _: [os.truncate(path, 0) for path in kept], "cut short"),
    "kept file of zeros": Damage(lambda kept, _: [path.write_bytes(bytes(5000)) for path in kept], "not those that were written"),
    "bytes of a column changed": Damage(_flipped, "not those that were written"),
    "bytes of the header changed": Damage(_header, "not those that were written"),
    "kept file longer": Damage(lambda kept, _: [path.write_bytes(path.read_bytes() + b"\0" * 64) for path in kept], "cut short"),
    "kept file readable by others": Damage(lambda kept, _: [os.chmod(path, 0o644) for path in kept], "others may use it"),
    "kept file gone": Damage(lambda kept, _: [path.unlink() for path in kept]),
    "kept file a folder": Damage(lambda kept, _: [(path.unlink(), path.mkdir()) for path in kept], "cannot be used", 2),
    "kept file a link that leads nowhere": Damage(lambda kept, _: [(path.unlink(), path.symlink_to("/x")) for path in kept]),
    "folder writable by others": Damage(lambda kept, _: os.chmod(kept[0].parent.parent, 0o770), "others may use it"),
    "a pickle in its place": Damage(lambda kept, _: [path.write_bytes(b"\x80\x04N.") for path in kept], "cut short"),
    "a left lock and a left file": Damage(lambda kept, _: [(kept[0].parent / name).touch() for name in ("lock", "x.tmp")]),
    "source edited, its size and time as before": Damage(_edited),
    "source replaced, its size and time as before": Damage(_replaced),
    "source shortened": Damage(lambda _, source: os.truncate(source, 1000)),
    "source touched": Damage(lambda _, source: os.utime(source)),
    "source grown": Damage(_grown),
    "source edited and grown": Damage(_edited_and_grown),
}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(identity, "SETTLED", 0.0)
    bundle._compared.clear()
    say_again(lf.CacheWarning)
    yield
    say_again(lf.CacheWarning)


@pytest.mark.parametrize("name", TABLE)
def test_damage(tmp_path: Path, name: str) -> None:
    source = tmp_path / "a.csv"
    source.write_text(TEXT)
    with lf.config.set(cache=tmp_path / "kept", scheduler="sync"):
        lf.read_csv(source, blocksize="5kB").compute()
        kept = sorted((tmp_path / "kept").rglob("*.kept"))
        assert len(kept) > 2
        bundle._compared.clear()
        time.sleep(0.006)
        TABLE[name].does(kept, source)
        expected = pd.read_csv(source)
        for told in (TABLE[name].told, ""):
            with warnings.catch_warnings(record=True) as found:
                warnings.simplefilter("always")
                pd.testing.assert_frame_equal(lf.read_csv(source, blocksize="5kB").compute(), expected)
            said = [str(warning.message) for warning in found]
            assert all(warning.category is lf.CacheWarning and warning.filename == __file__ for warning in found)
            assert len(said) == (TABLE[name].times if told else 0)
            assert told in "".join(said)
            if not told or "folder" in name:
                break


def test_a_kept_file_may_go_while_a_query_reads_it(tmp_path: Path) -> None:
    source = tmp_path / "a.csv"
    source.write_text(TEXT)
    with lf.config.set(cache=tmp_path / "kept", scheduler="sync"):
        df = lf.read_csv(source, blocksize="5kB")
        expected = df.compute()
        pieces = []
        for piece in df.iter_batches():
            pieces.append(piece.to_pandas())
            lf.cache.clear()
        assert pd.concat(pieces).x.tolist() == expected.x.tolist()


def test_a_disk_that_is_full_is_told_of_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: Any, data: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lazyframe.cache.bundle._all", full)
    source = tmp_path / "a.csv"
    source.write_text(TEXT)
    with lf.config.set(cache=tmp_path / "kept", scheduler="threads"):
        df = lf.read_csv(source, blocksize="5kB")
        with pytest.warns(lf.CacheWarning, match="No space left on device") as found:
            pd.testing.assert_frame_equal(df.compute(), pd.read_csv(source))
        assert len(found) == 1
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            df.compute()
    assert lf.cache.info().files == 0


def test_two_queries_at_one_time_keep_the_same_columns(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    source = tmp_path / "a.csv"
    source.write_text(TEXT)
    with lf.config.set(cache=tmp_path / "kept"), ThreadPoolExecutor(4) as pool:
        work = lambda _: lf.read_csv(source, blocksize="5kB").s.value_counts().compute(scheduler="sync")  # noqa: E731
        for found in pool.map(work, range(8)):
            pd.testing.assert_series_equal(found, pd.read_csv(source).s.value_counts())
