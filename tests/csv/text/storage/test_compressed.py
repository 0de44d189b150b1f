from __future__ import annotations

import builtins
import gzip
import os
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from packs import PACK, zipped, zstandard

import lazyframe as lf
from lazyframe.csv import CSVError, CSVSource, FileChangedError
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.find import find
from lazyframe.csv.text.storage import compressed

Write = Callable[..., str]


METHODS = sorted(PACK)
ROWS = b"a,b,t\n" + b"".join(b'%d,%d.5,"x\n%d"\n' % (i, i % 7, i % 3) for i in range(3000))


@pytest.fixture(params=["isal", "gzip"])
def unpacker(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """gzip files are read with the extra and without it."""
    if request.param == "isal":
        pytest.importorskip("isal")
    else:
        real = builtins.__import__

        def without(name: str, *arguments: Any) -> Any:
            if name.startswith("isal"):
                raise ImportError(name)
            return real(name, *arguments)

        monkeypatch.setattr(builtins, "__import__", without)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("blocksize", [1, 1000, None])
def test_a_compressed_file_reads_as_its_text(
    method: str, blocksize: int | None, engine: str, write: Write, driver: Any, oracle: Any
) -> None:
    ending, pack = PACK[method]
    got = driver.read(write(pack(ROWS), "a.csv" + ending), blocksize=blocksize)
    assert len(driver.source.partitions) == 1
    pd.testing.assert_frame_equal(got, oracle(ROWS))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("text", [b"a,b\n", b"a,b\n1,2", b"\xef\xbb\xbfa,b\r\n1,2\r\n\r\n", b"a\n" + b"x" * 9000])
def test_short_texts(method: str, text: bytes, write: Write, driver: Any, oracle: Any) -> None:
    ending, pack = PACK[method]
    pd.testing.assert_frame_equal(driver.read(write(pack(text), "a" + ending)), oracle(text), check_index_type=False)


@pytest.mark.parametrize("method", METHODS)
def test_files_of_many_kinds_are_one_table(method: str, write: Write, tmp_path: Any, driver: Any, oracle: Any) -> None:
    ending, pack = PACK[method]
    write("a,b\n1,x\n", "f1.csv")
    write(pack(b"b,a\ny,2\nz,3"), "f2.csv" + ending)
    write(b"" if method != "zip" else pack(b""), "f3.csv" + ending)
    write(pack(b""), "f4.csv" + ending)
    write(pack(b"a,b\n"), "f5.csv" + ending)
    write("a,b\n4,w\n", "f10.csv")
    pd.testing.assert_frame_equal(driver.read(tmp_path / "f*"), oracle(b"a,b\n1,x\n2,y\n3,z\n4,w\n"))


def test_gzip_of_several_members_is_one_text(unpacker: None, write: Write, driver: Any, oracle: Any) -> None:
    path = write(gzip.compress(ROWS[:500]) + gzip.compress(b"") + gzip.compress(ROWS[500:]), "a.csv.gz")
    pd.testing.assert_frame_equal(driver.read(path), oracle(ROWS))
    path = write(zstandard(ROWS[:500]) + zstandard(ROWS[500:]), "a.csv.zst")
    pd.testing.assert_frame_equal(driver.read(path), oracle(ROWS))


@pytest.mark.parametrize("compression", ["gzip", {"method": "gzip"}])
def test_the_argument_goes_before_the_name(compression: Any, write: Write, driver: Any) -> None:
    assert driver.read(write(gzip.compress(b"a\n1\n"), "a.csv"), compression=compression)["a"].tolist() == [1]
    assert driver.read(write(b"a\n1\n", "a.csv.gz"), compression=None)["a"].tolist() == [1]


@pytest.mark.parametrize(
    ("compression", "error", "message"),
    [
        ("gz", ValueError, r"compression='gz' is none of 'infer', 'gzip', 'bz2'"),
        (3, ValueError, "compression=3"),
        ({"method": "gzip", "level": 1}, TypeError, "only its 'method'"),
    ],
)
def test_mistakes(compression: Any, error: type[Exception], message: str, write: Write) -> None:
    with pytest.raises(error, match=message):
        CSVSource.open(write("a\n"), compression=compression)


@pytest.mark.parametrize("method", METHODS)
def test_a_wrong_ending_is_told(method: str, write: Write) -> None:
    ending, pack = PACK[method]
    with pytest.raises(CSVError, match=rf"a\.csv is compressed: it begins as a {method} file does. Pass compression='{method}'"):
        CSVSource.open(write(pack(b"a\n1\n"), "a.csv"))
    with pytest.raises(CSVError, match=rf"is no {method} file: it begins with b'a,b.*Pass compression=None"):
        CSVSource.open(write(b"a,b\n1,2\n", "b.csv" + ending))
    other = "xz" if method == "gzip" else "gzip"
    with pytest.raises(CSVError, match=rf"it begins as a {other} file does\. Pass compression='{other}'"):
        CSVSource.open(write(PACK[other][1](ROWS), "c.csv" + ending))


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("part", [0.5, 0.99])
def test_a_truncated_file_is_an_error_with_its_place(method: str, part: float, unpacker: None, write: Write, driver: Any) -> None:
    ending, pack = PACK[method]
    text = b"a\n" + b"".join(b"%d\n" % (i * i * 7919 % 1000003) for i in range(40_000))
    stored = pack(text)
    path = write(stored[: int(len(stored) * part)], "a.csv" + ending)
    with pytest.raises(CSVError, match=rf"a\.csv{ending}:\d+: the {method} file is cut short or damaged; [\d,]+ bytes") as error:
        driver.read(path)
    line = int(str(error.value).split(":")[1])
    assert line == 1 if method in ("zip",) else line > 1000 or method == "bz2"


def test_a_damaged_file_is_an_error(unpacker: None, write: Write, driver: Any) -> None:
    stored = bytearray(gzip.compress(ROWS))
    stored[-6] ^= 1  # the checksum
    with pytest.raises(CSVError, match="cut short or damaged"):
        driver.read(write(bytes(stored), "a.csv.gz"))
    with pytest.raises(CSVError, match="cut short or damaged"):
        driver.read(write(gzip.compress(ROWS) + b"garbage", "b.csv.gz"))


@pytest.mark.parametrize(
    ("said", "texts"), [(r"2: .*\. For all of them pass 'zip://\*\*/\*\.csv::.*a\.zip'", (b"a\n1\n", b"a\n2\n")), ("none", ())]
)
def test_zip_has_to_hold_one_file(said: str, texts: tuple[bytes, ...], write: Write) -> None:
    stored = zipped(*texts)
    path = write(stored, "a.zip")
    with pytest.raises(ValueError, match="ZIP"):
        pd.read_csv(path)
    with pytest.raises(CSVError, match=rf"this one holds {said}\. \[lazyframe: \w+\]$"):
        CSVSource.open(path)


def test_all_files_of_an_archive_by_the_path_that_the_error_names(write: Write) -> None:
    path = write(zipped(b"a\n1\n", b"a\n2\n"), "a.zip")
    df = lf.read_csv(f"zip://**/*.csv::{path}")
    assert df.compute().a.tolist() == [1, 2]


def test_lines_of_errors_are_those_of_the_text(engine: str, write: Write, driver: Any) -> None:
    rows = [b'%d,"\n"\n' % i for i in range(20_000)]
    rows[15_000] = b"x,y\n"
    path = write(gzip.compress(b"a,b\n" + b"".join(rows), 1), "a.csv.gz")
    with pytest.raises(CSVError, match=r"a\.csv\.gz:30002 \(record 15001\), column a: 'x' is not int64"):
        driver.read(path, dtype={"a": "int64"})


def test_memory_is_bounded(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(gzip.compress(b"a\n" + b"1234567\n" * 2**22, 1), "a.csv.gz")  # 32 MiB of text
    held: list[int] = []
    read = compressed.Unpacked._read

    def watched(self: Any, length: int) -> bytes:
        held.append(length)
        return read(self, length)

    monkeypatch.setattr(compressed.Unpacked, "_read", watched)
    assert len(lf.read_csv(path)) == 2**22
    assert max(held) <= 4 * 2**20 + 8192
    assert len(held) > 8


def test_a_compressed_file_that_changes(write: Write) -> None:
    path = write(gzip.compress(ROWS), "a.csv.gz")
    opened = CSVSource.open(path)
    write(gzip.compress(ROWS[:1000]), "a.csv.gz")
    with pytest.raises(FileChangedError, match=r"a\.csv\.gz has changed"):
        list(opened.read(opened.partitions[0], ("a",)))


def test_a_compressed_file_that_changes_while_it_is_read(write: Write) -> None:
    path = write(gzip.compress(ROWS * 400, 1), "a.csv.gz")
    (file,) = find(path)

    def read() -> None:
        with OpenFile(file) as opened:
            assert opened.read(0, 5) == b"a,b,t"
            os.truncate(path, 100)
            opened.read(0, 10**9)

    with pytest.raises(FileChangedError, match="has changed"):
        read()


@given(
    text=st.binary(max_size=300),
    reads=st.lists(st.tuples(st.integers(0, 320), st.integers(0, 100)), max_size=8),
    method=st.sampled_from(METHODS),
)
def test_reads_anywhere_are_pieces_of_the_text(
    tmp_path_factory: pytest.TempPathFactory, text: bytes, reads: list[tuple[int, int]], method: str
) -> None:
    ending, pack = PACK[method]
    path = tmp_path_factory.getbasetemp() / ("reads" + ending)
    path.write_bytes(pack(text))
    (file,) = find(path)
    with OpenFile(file) as opened:
        opened.expect(250)
        for at, length in reads:
            assert opened.read(at, length) == text[at : at + length]
        assert opened.read(0, 1000) == text
        assert opened.length == len(text)
