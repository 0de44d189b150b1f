from __future__ import annotations

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv.text.storage.ahead import ReadAhead

TEXT = bytes(range(256)) * 4


def read(ahead: ReadAhead, at: int, length: int) -> bytes:
    target = bytearray(length)
    return bytes(target[: ahead.read_into(at, memoryview(target))])


@given(
    st.lists(st.tuples(st.one_of(st.none(), st.integers(0, 1100)), st.integers(0, 300)), max_size=20),
    st.integers(1, 200),
    st.integers(1, 3),
    st.integers(0, 1200),
)
def test_whatever_is_read_is_what_stands_there(reads: list[tuple[int | None, int]], block: int, depth: int, stop: int) -> None:
    running = []
    peak = [0]

    def fetch(at: int, length: int) -> bytes:
        running.append(at)
        peak[0] = max(peak[0], len(running))
        running.remove(at)
        return TEXT[at : at + length]

    ahead = ReadAhead(fetch, "test", block, depth)
    ahead.expect(stop)
    position = 0
    for at, length in reads:  # None reads on
        at = position if at is None else at
        assert read(ahead, at, length) == TEXT[at : at + length]
        position = min(at + length, max(at, len(TEXT)))
    ahead.drop()
    assert peak[0] <= max(depth, 1)


def test_a_first_look_fetches_what_it_asks_for_and_reading_on_fetches_ahead() -> None:
    asked: list[tuple[int, int]] = []
    third = threading.Event()

    def fetch(at: int, length: int) -> bytes:
        asked.append((at, length))
        if len(asked) >= 3:
            third.set()
        return TEXT[at : at + length]

    ahead = ReadAhead(fetch, "test", 100, 2)
    ahead.expect(1000)
    read(ahead, 0, 10)
    assert asked == [(0, 10)]
    read(ahead, 10, 10)
    assert third.wait(10)
    assert asked[1:3] == [(10, 100), (110, 100)]
    ahead.drop()


def test_no_thread_is_sent_behind_the_end() -> None:
    asked: list[int] = []

    def fetch(at: int, length: int) -> bytes:
        asked.append(at)
        return TEXT[at : at + length]

    ahead = ReadAhead(fetch, "test", 100, 2)
    ahead.expect(2**62)
    assert read(ahead, 0, 2000) == TEXT
    assert read(ahead, len(TEXT), 10) == b""
    assert read(ahead, 5, 10) == TEXT[5:15]
    assert asked == [0, 5]


def test_an_error_of_a_thread_is_raised_where_its_text_is_read() -> None:
    def fetch(at: int, length: int) -> bytes:
        if at >= 200:
            raise OSError("gone")
        return TEXT[at : at + length]

    ahead = ReadAhead(fetch, "test", 100, 2)
    ahead.expect(1000)
    assert read(ahead, 0, 100) + read(ahead, 100, 100) == TEXT[:200]
    with pytest.raises(OSError, match="gone"):
        read(ahead, 200, 1)
    ahead.drop()
