"""The first records of a file, wherever they stand: megabytes of lines to be skipped, or of blank ones, may come before each.

The text is gone through once and piece by piece, so that such lines cost time as reading them does, and no memory.

See docs/decisions/0033-blank-lines-in-bulk.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import NamedTuple

from lazyframe.csv.text import records
from lazyframe.csv.text.files import LONGEST, OpenFile, endless

_PIECE = 64 * 1024
_LARGER = 2**20  # where there is nothing but lines that are passed over
BOM = b"\xef\xbb\xbf"


class First(NamedTuple):
    """A record: where it starts, and the next one does; its fields, and its text."""

    start: int
    stop: int
    fields: list[bytes]
    text: bytes


class FileHead(NamedTuple):
    """How a file begins.

    Parameters
    ----------
    text : bytes
        Its first bytes.
    begin : int
        Where its records may start, after the lines that are skipped.
    records : list of First
        The first ones.
    end : int
        Where the last of these ends; the length of the text where there are not as many as were asked for.
    """

    text: bytes
    begin: int
    records: list[First]
    end: int


def head_of(opened: OpenFile, separator: bytes, skipped: int, count: int, without_mark: bool = True) -> FileHead:
    """The first `count` records of a file, after `skipped` lines; a byte order mark is let go of, or belongs to the first.

    Raises
    ------
    CSVError
        A record that does not end.
    """
    text = opened.read(0, _PIECE)
    begin = len(BOM) if without_mark and text.startswith(BOM) else 0
    if skipped:
        passed = _whole(opened, begin, separator, records.each_line)
        last = next(itertools.islice(passed, skipped - 1, None), None)
        begin = opened.length if last is None else last[1]
    each = _whole(opened, begin, separator, _each_record)
    found = [First(*record) for record in itertools.islice(each, count)]
    return FileHead(text, begin, found, found[-1].stop if len(found) == count else opened.length)


_Walk = Callable[[bytes, bytes, int], Iterator[tuple[int, int, list[bytes]]]]


def _each_record(text: bytes, separator: bytes, start: int) -> Iterator[tuple[int, int, list[bytes]]]:
    start = records.after_blanks(text, start, separator)
    return (record[:3] for record in records.each(text, separator, start))


def _whole(opened: OpenFile, at: int, separator: bytes, walk: _Walk) -> Iterator[tuple[int, int, list[bytes], bytes]]:
    """What a walk over a text finds from a place on, as far as it is whole, in pieces of the text; with its own text."""
    length = _PIECE
    while True:
        text = opened.read(at, length)
        is_last, place = at + len(text) >= opened.length, 0
        if is_last or b"\n" in text or b"\r" in text:
            for start, stop, fields in walk(text, separator, 0):
                if stop == len(text) and not is_last:  # there may be more of it
                    break
                place = stop
                yield at + start, at + stop, fields, text[start:stop]
        if is_last:
            return
        place = records.after_blanks(text, place, separator) if walk is _each_record else place
        if place:
            at, length = at + place, max(length, min(2 * length, _LARGER))
        elif length < LONGEST:
            length *= 4
        else:
            raise endless(opened, at, text)
