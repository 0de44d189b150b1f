"""A text that is held open: what was read since the last place can be looked at again."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv.text.storage import HeldText
from lazyframe.csv.text.storage.memory import Memory

TEXT = bytes(range(256)) * 40


class Counted(Memory):
    """Bytes in memory that tell which of them were asked for, and whether they were closed."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.asked: list[int] = []
        self.closed = 0

    def read_into(self, at: int, target: memoryview) -> int:
        self.asked.append(at)
        return super().read_into(at, target)

    def close(self) -> None:
        self.closed += 1


def read(text: HeldText, at: int, length: int) -> bytes:
    target = bytearray(length)
    return bytes(target[: text.read_into(at, memoryview(target))])


@given(st.lists(st.tuples(st.integers(0, len(TEXT) + 5), st.integers(0, 3000), st.booleans()), max_size=12))
def test_what_is_read_is_what_stands_there(steps: list[tuple[int, int, bool]]) -> None:
    text, reached = HeldText(Counted(TEXT)), 0
    for at, length, goes_on in steps:
        assert read(text, at, length) == TEXT[at : at + length]
        if goes_on and at >= reached:
            text.reach(reached := at)


def test_what_was_read_is_not_asked_for_again() -> None:
    stored = Counted(TEXT)
    text = HeldText(stored)
    for at in (0, 100, 50):
        assert read(text, at, 200) == TEXT[at : at + 200]
    assert stored.asked == [0]
    text.reach(100)
    assert read(text, 100, 50) == TEXT[100:150]
    assert stored.asked == [0]
    assert read(text, 20, 10) == TEXT[20:30], "in front of the place the text itself is asked"
    assert stored.asked == [0, 20]


def test_it_is_closed_by_who_holds_it() -> None:
    stored = Counted(TEXT)
    text = HeldText(stored)
    text.close()
    assert not stored.closed
    text.let_go()
    assert stored.closed == 1
