"""Which file it was: every way in which a file can become another one shows."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from lazyframe.cache import identity
from lazyframe.cache.identity import Identity, is_settled, look, sampled


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 50_000)
    return path


def test_a_file_that_is_left_alone_stays_what_it_was(path: Path) -> None:
    assert look(str(path)) == look(str(path))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert look(str(tmp_path / "none")) is None


def test_another_file_of_the_same_size_and_time_under_the_same_name(path: Path) -> None:
    before, status = look(str(path)), path.stat()
    other = path.with_name("other")
    other.write_bytes(path.read_bytes().replace(b"1,2", b"2,1"))
    os.utime(other, ns=(status.st_atime_ns, status.st_mtime_ns))
    os.replace(other, path)
    after = look(str(path))
    assert before is not None
    assert after is not None
    assert (after.size, after.version) == (before.size, before.version)
    assert after != before


def test_a_file_that_was_just_written_is_known_for_nothing(path: Path) -> None:
    now = look(str(path))
    assert now is not None
    assert not is_settled(now)
    old = time.time_ns() - int((identity.SETTLED + 1) * 1e9)
    assert is_settled(now._replace(version=old, changed=old))
    assert not is_settled(now._replace(version=old))  # its times were set back
    assert is_settled(Identity(1, "an ETag"))


@pytest.mark.parametrize(
    ("other", "grown"),
    [
        (Identity(11, 2, 2, 7), True),
        (Identity(10, 2, 2, 7), False),
        (Identity(9, 2, 2, 7), False),
        (Identity(11, 2, 2, 8), False),
    ],
)
def test_what_a_file_might_have_grown_to(other: Identity, grown: bool) -> None:
    assert Identity(10, 1, 1, 7).might_have_grown_to(other) is grown
    assert not Identity(10, "etag").might_have_grown_to(Identity(11, "other"))


def test_the_checksum_is_of_what_is_there_now(path: Path) -> None:
    now = look(str(path))
    assert now is not None
    first = sampled(str(path), now, now.size)
    with path.open("ab") as file:
        file.write(b"3,4\n")
    grown = look(str(path))
    assert grown is not None
    assert sampled(str(path), grown, now.size) == first  # as far as it went it is what it was
    assert sampled(str(path), grown, grown.size) != first


@pytest.mark.parametrize("place", [0, 4096, -1])
def test_a_byte_in_a_block_that_is_looked_at_shows(path: Path, place: int) -> None:
    now = look(str(path))
    assert now is not None
    before = sampled(str(path), now, now.size)
    data = bytearray(path.read_bytes())
    small = path.with_name("small")
    small.write_bytes(data[:5000])
    data[place] ^= 1
    path.write_bytes(data)
    if place != 4096:  # of a large file blocks are looked at here and there
        assert sampled(str(path), now._replace(version=1), now.size) != before
    one = sampled(str(small), now, 5000)
    small.write_bytes(data[:5000])
    assert (sampled(str(small), now._replace(version=1), 5000) != one) is (place >= 0)


@pytest.mark.parametrize("size", [0, 1, 65536, 65537, 10**6, 10**9 + 7])
def test_the_blocks_lie_inside_the_file_and_begin_and_end_with_it(size: int) -> None:
    places = identity._places(size)
    assert places[0][0] == 0
    assert sum(places[-1]) == size
    assert all(0 <= at <= at + length <= size for at, length in places)
    assert len(places) <= 16
