"""Files of kept columns: what was written is what is read, and what was damaged is never believed."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lazyframe.cache import bundle
from lazyframe.cache.bundle import Bundle, Damaged, checksum, sections, write

ARRAYS = {
    "floats": pa.array([1.5, float("nan"), -0.0]),
    "integers": pa.array([1, None, 3], pa.int16()),
    "truth": pa.array([True, None, False]),
    "text": pa.array(["a", None, "éü"]),
    "large": pa.array(["a", "", "b"], pa.large_string()),
    "codes": pa.array(["a", None, "a"]).dictionary_encode(),
    "dates": pa.array(pd.to_datetime(["2020-01-01", None, "2021-01-01"])),
    "few dates": pa.array(pd.to_datetime(["2020-01-01", None, "2020-01-01"])).dictionary_encode(),
    "zone": pa.array([1, 2, None], pa.timestamp("ns", "Europe/Berlin")),
    "day": pa.array([1, None, 3], pa.date32()),
    "bytes": pa.array([b"abc", b"def", b"ghi"], pa.binary(3)),
    "decimals": pa.array([1, None, 3], pa.decimal128(5, 2)),
    "none": pa.array([], pa.string()),
    "sliced": pa.array([True, False, True, True, None])[1:4],
    "sliced text": pa.array(["xyz", "a", None, "b"])[1:4],
}


def kept(path: Path, arrays: dict[str, pa.Array]) -> Bundle:
    """These arrays, in a file."""
    write(str(path), {"said": "ä"}, {name: sections(array) or [] for name, array in arrays.items()})
    return Bundle(str(path))


@pytest.fixture(autouse=True)
def forgetful() -> None:
    bundle._compared.clear()


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_is_read_as_it_was_written(tmp_path: Path, name: str) -> None:
    found = kept(tmp_path / "a", {name: ARRAYS[name], "other": pa.array([1])})
    assert found.column(name).type == ARRAYS[name].type
    assert str(found.column(name)) == str(ARRAYS[name])
    found.column(name).validate(full=True)
    assert found.told["said"] == "ä"
    assert name in found
    assert "x" not in found


@pytest.mark.parametrize("array", [pa.array([[1], [2]]), pa.array([{"a": 1}]), pa.nulls(3)], ids=["list", "struct", "null"])
def test_other_types_are_not_kept(array: pa.Array) -> None:
    assert sections(array) is None


def test_a_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    kept(tmp_path / "a", ARRAYS)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_every_changed_byte_that_matters_is_seen(tmp_path: Path) -> None:
    """A byte at any place: either it is one that nothing was written to, or the file is refused."""
    arrays = {name: ARRAYS[name] for name in ("integers", "codes")}
    kept(tmp_path / "a", arrays)
    text = (tmp_path / "a").read_bytes()
    for at in (*range(64), *range(64, len(text), 7)):
        bundle._compared.clear()
        path = tmp_path / "b"
        path.unlink(missing_ok=True)
        path.touch(0o600)
        path.write_bytes(text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :])
        try:
            found = Bundle(str(path))
            assert all(found.column(name).equals(array) for name, array in arrays.items())
        except Damaged:
            continue
        assert text[at] == 0, "only what fills a file up may be changed"


@pytest.mark.parametrize("length", [0, 5, 31, 32, 100, -64, -1])
def test_a_file_that_was_cut_short_is_refused(tmp_path: Path, length: int) -> None:
    kept(tmp_path / "a", ARRAYS)
    os.truncate(tmp_path / "a", length if length >= 0 else os.path.getsize(tmp_path / "a") + length)
    with pytest.raises(Damaged, match=r"cut short|not those that were written"):
        Bundle(str(tmp_path / "a"))


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o602])
def test_a_file_that_others_may_use_is_refused(tmp_path: Path, mode: int) -> None:
    kept(tmp_path / "a", ARRAYS)
    os.chmod(tmp_path / "a", mode)
    with pytest.raises(Damaged, match="others may use it"):
        Bundle(str(tmp_path / "a"))


def test_what_was_mapped_stays_when_the_file_goes(tmp_path: Path) -> None:
    found = kept(tmp_path / "a", ARRAYS)
    os.remove(tmp_path / "a")
    assert found.column("text").equals(ARRAYS["text"])


def test_a_checksum_tells_places_of_large_data_apart() -> None:
    data = np.arange(10 * 2**16, dtype=np.uint64).view(np.uint8)
    blocks = np.concatenate([data[2**16 :], data[: 2**16]])
    assert checksum(data) != checksum(blocks)
    assert checksum(data[:-1]) != checksum(data)
