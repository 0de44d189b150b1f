"""Quotes followed through a text that is read piece by piece, so that a record of any length is gone through once and never held.

What opens and closes quotes is said in `records`.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from lazyframe.csv.text.records import QUOTE, borders

_PIECE = 2**18  # looked at together: it fits the caches, and what is made of it is small
_NEWLINE = b"\n"


class Unended:
    r"""A text that begins with a record and does not hold all of it, and what is read behind it.

    A line break ends the record, unless it is inside quotes; then there has to be a quote before the next one.

    Parameters
    ----------
    text : memoryview
        The text that is known.

    Examples
    --------
    >>> known = Unended(memoryview(b'1,"a\n'))
    >>> known.may_end(memoryview(b"b\nc")), known.may_end(memoryview(b'd"')), known.may_end(memoryview(b"\n"))
    (False, False, True)
    """

    def __init__(self, text: memoryview) -> None:
        self._inside = False
        for stop in range(len(text), 0, -_PIECE):
            piece = bytes(text[max(0, stop - _PIECE) : stop])
            newline, quote = piece.rfind(_NEWLINE), piece.rfind(QUOTE)
            if newline >= 0 or quote >= 0:
                self._inside = newline > quote  # for it has not ended the record
                break

    def may_end(self, more: memoryview) -> bool:
        """Whether this, which follows, may hold the end of the record."""
        for start in range(0, len(more), _PIECE):
            piece = bytes(more[start : start + _PIECE])
            at = piece.find(QUOTE) if self._inside else 0
            if at >= 0:
                self._inside = False
                if piece.find(_NEWLINE, at) >= 0:
                    return True
        return False


class Followed:
    r"""The records of a text, piece after piece from the start of one.

    Parameters
    ----------
    separator : bytes
        What is between two fields.

    Examples
    --------
    >>> text = Followed(b",")
    >>> text.starts(b'1,2\n3,"a').tolist(), text.starts(b'\nb"\n4').tolist(), text.starts(b',"a"b"')
    ([4], [4], None)
    """

    def __init__(self, separator: bytes) -> None:
        self._borders = borders(separator)
        self._inside = False
        self._before = ord(_NEWLINE)
        self._closing = False  # whether the last byte was the closing quote

    def starts(self, piece: bytes) -> npt.NDArray[np.intp] | None:
        """Where in the next piece records start, behind its first byte; None where quotes stand inside of fields."""
        if not piece:
            return np.empty(0, np.intp)
        data = np.frombuffer(piece, np.uint8)
        newlines = np.flatnonzero(data == ord(_NEWLINE))
        if self._closing and not self._borders[data[0]]:
            return None
        inside, before = self._inside, self._before
        self._before, self._closing = int(data[-1]), False
        if QUOTE not in piece:
            return newlines[:0] if inside else newlines + 1
        quotes = np.flatnonzero(data == ord(QUOTE))
        opening, closing = (quotes[1::2], quotes[0::2]) if inside else (quotes[0::2], quotes[1::2])
        self._inside = inside ^ bool(len(quotes) % 2)
        self._closing = bool(len(closing)) and int(closing[-1]) == len(data) - 1
        if len(opening) and opening[0] == 0:
            if not self._borders[before]:
                return None
            opening = opening[1:]
        if self._closing:
            closing = closing[:-1]
        if not (self._borders[data[opening - 1]].all() and self._borders[data[closing + 1]].all()):
            return None
        found: npt.NDArray[np.intp] = newlines[(np.searchsorted(quotes, newlines) + inside) % 2 == 0] + 1
        return found
