"""Text that is made of what is stored: read from its start, a block at a time; going back begins again."""

from __future__ import annotations

import io
import os
from typing import Any, BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv.errors import CSVError
from lazyframe.csv.text.storage import ENDLESS, File
from lazyframe.csv.text.storage.memory import Memory
from lazyframe.csv.text.storage.translated import Translated, buffered

STORED = b"".join(b"line %d\n" % number for number in range(2000))


class Stored(Memory):
    """Bytes in memory that tell what is asked of them."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.calls: list[Any] = []

    def expect(self, stop: int) -> None:
        self.calls.append(("expect", stop))

    def check(self) -> None:
        self.calls.append("check")

    def close(self) -> None:
        self.calls.append("close")
        super().close()


class Capitals(Translated):
    """The stored text in capitals."""

    purpose = "test"

    def __init__(self, file: File, stored: Stored) -> None:
        super().__init__(file, stored)
        self.opened, self.fails_at, self.fails = 0, ENDLESS, ValueError("no such letter")

    def _open(self) -> BinaryIO:
        self.opened += 1
        if self.fails_at < 0:
            raise self.fails
        outer = self

        class Reader(io.BytesIO):
            def read(self, size: int | None = -1) -> bytes:
                if self.tell() >= outer.fails_at:
                    raise outer.fails
                return super().read(min(100, size or 0)).upper()  # short reads, as of an unpacker

        stored = self._stored
        return Reader(buffered(stored).read())

    def _failed(self, error: Exception) -> CSVError:
        return CSVError(f"{self._file.path} is not to be capitals: {error}")


def capitals(content: bytes = STORED) -> tuple[Capitals, Stored]:
    stored = Stored(content)
    return Capitals(File("a.csv", len(content)), stored), stored


def read(text: Translated, at: int, length: int) -> bytes:
    target = bytearray(length)
    return bytes(target[: text.read_into(at, memoryview(target))])


@given(st.lists(st.tuples(st.integers(0, len(STORED) + 50), st.integers(0, 3000)), max_size=8), st.booleans())
def test_whatever_is_read_is_what_stands_there(reads: list[tuple[int, int]], expected: bool) -> None:
    text, _ = capitals()
    if expected:
        text.expect(len(STORED))
    for at, length in reads:
        assert read(text, at, length) == STORED.upper()[at : at + length]
    text.close()


def test_reading_on_goes_on_and_going_back_begins_again() -> None:
    text, _ = capitals()
    read(text, 0, 100), read(text, 100, 100), read(text, 500, 10)
    assert text.opened == 1
    assert read(text, 100, 4) == STORED.upper()[100:104]
    assert text.opened == 2


def test_the_length_is_known_at_the_end() -> None:
    text, _ = capitals()
    assert read(text, 0, 100) != b""
    assert text.length == ENDLESS
    assert len(read(text, 0, len(STORED) + 1)) == len(STORED)
    assert text.length == len(STORED)
    assert read(text, len(STORED) + 100, 10) == b""


def test_a_file_of_no_bytes_holds_no_text() -> None:
    text, _ = capitals(b"")
    text.fails_at = -1  # it would be no archive
    assert read(text, 0, 10) == b""
    assert (text.opened, text.length) == (0, 0)


@pytest.mark.parametrize("at", [-1, 0, 1000])
def test_what_fails_is_told_by_whoever_makes_the_text(at: int) -> None:
    text, _ = capitals()
    text.fails_at = at
    with pytest.raises(CSVError, match=r"a\.csv is not to be capitals: no such letter"):
        read(text, 0, len(STORED))
    text.fails = CSVError("a.csv:7: told already")
    with pytest.raises(CSVError, match=r"^a\.csv:7: told already \[lazyframe: CSVError\]$"):
        read(text, 0, len(STORED))


def test_what_is_stored_is_expected_in_order_checked_and_closed() -> None:
    text, stored = capitals()
    read(text, 0, 10)
    assert stored.calls == [], "a look at the start is no reason to fetch all of it"
    text.expect(1000)
    read(text, 0, 10)
    assert stored.calls == [("expect", len(STORED))]
    text.check()
    text.close()
    assert stored.calls[1:] == ["check", "close"]


def test_a_stored_file_as_pythons_modules_want_it() -> None:
    handle = buffered(Stored(STORED))
    assert handle.readable()
    assert handle.seekable()
    assert handle.read(4) == b"line"
    assert handle.seek(-5, os.SEEK_END) == len(STORED) - 5
    assert handle.read() == STORED[-5:]
    assert handle.seek(7) == 7
    assert handle.seek(3, os.SEEK_CUR) == 10
    assert handle.read(3) == STORED[10:13]
    assert handle.tell() == 13
    assert handle.read() == STORED[13:]


def test_what_has_no_known_end_cannot_be_sought() -> None:
    stored = Stored(STORED)
    stored.length = ENDLESS
    assert not buffered(stored).seekable()
