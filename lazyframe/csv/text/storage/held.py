"""A text that is held open, and read on some records at a time.

Who opens the file gets it as it is; to close it is for whoever holds it. What was read since the place that was reached last
stays in memory, so that the same records can be looked at again: a text that is unpacked, rewritten or fetched would begin anew.
"""

from __future__ import annotations

from lazyframe.csv.text.storage.contract import Bytes

_BLOCK = 2**20


class HeldText:
    """The text of a file; see `Bytes`.

    Parameters
    ----------
    text : Bytes
        The text.
    """

    def __init__(self, text: Bytes) -> None:
        self._text = text
        self._begin = 0
        self._kept = bytearray()

    @property
    def length(self) -> int:
        return self._text.length

    def reach(self, place: int) -> None:
        """Nothing in front of this place will be read any more, but to say where something is wrong."""
        del self._kept[: max(0, place - self._begin)]
        self._begin = place

    def read_into(self, at: int, target: memoryview) -> int:
        start = at - self._begin
        if start < 0:
            return self._text.read_into(at, target)
        while len(self._kept) < start + len(target):
            block = bytearray(max(_BLOCK, start + len(target) - len(self._kept)))
            count = self._text.read_into(self._begin + len(self._kept), memoryview(block))
            self._kept += block[:count]
            if count < len(block):
                break
        piece = memoryview(self._kept)[start : start + len(target)]
        target[: len(piece)] = piece
        return len(piece)

    def expect(self, stop: int) -> None:
        self._text.expect(stop)

    def check(self) -> None:
        self._text.check()

    def close(self) -> None:
        """It stays open."""

    def let_go(self) -> None:
        """Close the text."""
        self._kept.clear()
        self._text.close()
