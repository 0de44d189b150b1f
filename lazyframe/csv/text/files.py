"""Reading a file: at chosen places, or in chunks of whole records. Where its text comes from is a matter of `storage`.

See docs/decisions/0047-files-are-looked-at-twice.md and docs/decisions/0048-no-mmap.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from lazyframe.csv.errors import CSVError, FileChangedError, also
from lazyframe.csv.text import lines, quotes, records, storage
from lazyframe.csv.text.storage import File

CHUNK = 4 * 2**20
"""How much text is parsed at a time."""

LONGEST = 2**28
"""No record is as long as this, in bytes."""

_SLACK = 4096
_LINE = 2**18  # looked at for a line break at a time: it fits the caches
_FOLLOWED = 2**20  # looked at for records at a time

_SPARES = 8
_spare: list[npt.NDArray[np.uint8]] = []
"""Buffers of windows that were closed: fresh memory costs a twentieth of reading, since the system clears it first."""


class OpenFile:
    """The text of a file being read at chosen places.

    Raises
    ------
    FileChangedError
        It is not as it was when the source was opened, or ends too early. Leaving the ``with`` block looks once more, so
        that what was read is of one version of the file, and no error is blamed on a text that somebody was writing.
    """

    def __init__(self, file: File) -> None:
        self._file = file
        self._text = storage.opened(file)
        self.read_into = self._text.read_into
        self.expect = self._text.expect

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None or (issubclass(kind, Exception) and not issubclass(kind, FileChangedError)):
                self._text.check()
        finally:
            self._text.close()

    @property
    def file(self) -> File:
        return self._file

    @property
    def length(self) -> int:
        """How long the text is; `ENDLESS` until that is known."""
        return self._text.length

    def read(self, at: int, length: int) -> bytes:
        """The text from `at`; fewer than `length` bytes only where it ends."""
        text = bytearray(max(0, min(length, self.length - at)))
        count = self.read_into(at, memoryview(text))
        return bytes(memoryview(text)[:count])


class TextBuffer:
    """The text of a file from a place on, a few MB at a time, in one buffer that is used again, and by the next buffer too.

    Parameters
    ----------
    opened : OpenFile
        The file.
    begin : int
        Where the text starts.
    stop : int
        Little is read beyond it.
    size : int
        How much text there is room for at first.

    Attributes
    ----------
    offset : int
        Where in the file the text starts.
    """

    def __init__(self, opened: OpenFile, begin: int, stop: int, size: int = CHUNK) -> None:
        self.offset = begin
        self._opened, self._stop = opened, stop
        self._size = self._room = size
        # Where the header is long, records are: the last one would be parsed in vain until there is room for it.
        self._first_slack = self._slack = max(_SLACK, min(2 * opened.file.start, size // 4))
        self._buffer = _buffer(min(size, max(stop - begin, 0) + self._slack))
        self._length = 0
        opened.expect(stop + self._slack)
        self._fill()

    def __enter__(self) -> TextBuffer:
        return self

    def __exit__(self, *_: object) -> None:
        if len(self._buffer) == CHUNK and len(_spare) < _SPARES:
            _spare.append(self._buffer)
        self._buffer, self._length = np.empty(0, np.uint8), 0

    @property
    def text(self) -> memoryview:
        """The text; what it shows is overwritten by the next call of a method."""
        return self._buffer.data[: self._length]

    @property
    def at_end(self) -> bool:
        """Whether the text ends where the file does."""
        return self.offset + self._length >= self._opened.length

    @property
    def stop(self) -> int:
        """Where the last record of interest starts before: the given stop, or where the text turned out to end."""
        return min(self._stop, self._opened.length)

    def advance(self, length: int) -> None:
        """Drop `length` bytes at the start, and read on."""
        kept = self._length - length
        self._buffer[:kept] = self._buffer[length : self._length]
        self._show(self.offset + length, kept)

    def show(self, offset: int) -> None:
        """Have the text start here, where it has started before."""
        if offset != self.offset:
            self._show(offset, 0)

    def _show(self, offset: int, kept: int) -> None:
        """Have the text start here, of which so much stands in the buffer already."""
        self.offset, self._length = offset, kept
        self._room, self._slack = self._size, self._first_slack
        self._fill()

    def grow(self, separator: bytes) -> None:
        """Have more text after the same start, in which there was not one whole record.

        All of it will be looked at again, so there is half as much more of it, and not less than may end the record.

        Raises
        ------
        CSVError
            There is enough of it: a quote that is never closed, or a text without line breaks, would have all that follows
            read into memory.
        """
        unended = quotes.Unended(self.text)
        while True:
            known = self._length
            if known >= LONGEST:
                start = records.last(bytes(self.text), separator)
                if known - start >= LONGEST:
                    raise endless(self._opened, self.offset + start, self.text[start:])
            self._room, self._slack = 2 * max(self._room, len(self._buffer)), max(2 * self._slack, known // 2)
            self._fill()
            if self.at_end or self._length == known or unended.may_end(self.text[known:]):
                return

    def whole_records(self, separator: bytes) -> bytes | None:
        """The records that start before the stop, as far as the text has all of them; None where it has not even one."""
        text = bytes(self.text)
        if self.offset + len(text) >= self.stop:
            found = records.first(text, self.stop - self.offset, separator)
            cut = found if found is not None else len(text) if self.at_end else 0
        else:
            cut = records.last(text, separator)
        return text[:cut] if cut else None

    def _fill(self) -> None:
        wanted = min(self._room, self._stop - self.offset + self._slack)
        if wanted > len(self._buffer):
            larger = np.empty(wanted, np.uint8)
            larger[: self._length] = self._buffer[: self._length]
            self._buffer = larger
        if wanted > self._length:
            free = self._buffer.data[self._length : wanted]
            self._length += self._opened.read_into(self.offset + self._length, free)


def _buffer(size: int) -> npt.NDArray[np.uint8]:
    """Of this size; what it holds is of no meaning."""
    try:
        return _spare.pop() if size == CHUNK else np.empty(size, np.uint8)
    except IndexError:
        return np.empty(size, np.uint8)


def endless(opened: OpenFile, offset: int, text: bytes | memoryview) -> CSVError:
    """The error for a record that does not end; its text as far as it is known."""
    begin = bytes(text[:20])
    if records.QUOTE in bytes(text):
        advice = 'There may be a quote in it that is never closed: close it, or double a quote that is meant as text ("").'
    else:
        advice = f"There is no line break in it, and it begins with {begin!r}: if this is text, write it with line breaks."
    return also(pd.errors.ParserError)(
        f"{opened.file.at(lines.number(opened, offset))}: the record that begins here goes on for more than {LONGEST:,} "
        f"bytes. {advice}"
    )


def chunks(opened: OpenFile, begin: int, stop: int, separator: bytes, size: int = CHUNK) -> Iterator[tuple[int, bytes]]:
    """The records that start in ``[begin, stop)``, a few MB at a time: where the text starts, and the text.

    `begin` has to be the start of a record. The text ends at the first record start at or after `stop`.
    """
    with TextBuffer(opened, begin, stop, size) as buffer:
        while buffer.offset < buffer.stop:
            text = buffer.whole_records(separator)
            if text is None:
                buffer.grow(separator)
                continue
            yield buffer.offset, text
            buffer.advance(len(text))


def next_line(opened: OpenFile, at: int) -> int:
    """Where a line starts at or after `at`: what a record start is taken to be, without knowledge of quotes."""
    position, length = at - 1, _SLACK
    while position < opened.length:
        text = opened.read(position, length)
        newline = text.find(b"\n")
        if newline >= 0:
            return position + newline + 1
        position += len(text)
        length = min(2 * length, _LINE)
    return opened.length


def record_starts(opened: OpenFile, places: Iterable[int], separator: bytes) -> list[int]:
    """The first record start at or after each of the places, which ascend: one exact pass from the file's start.

    Records are not held, unless there are quotes inside of fields.
    """
    wanted, found = list(places), list[int]()
    followed = quotes.Followed(separator)
    at = start = opened.file.start
    while len(found) < len(wanted):
        piece = opened.read(at, _FOLLOWED)
        starts = followed.starts(piece)
        if starts is None:
            return found + _walked(opened, start, wanted[len(found) :], separator)
        known = np.concatenate([[start], starts + at])
        while len(found) < len(wanted) and wanted[len(found)] <= known[-1]:
            found.append(int(known[np.searchsorted(known, wanted[len(found)])]))
        start, at = int(known[-1]), at + len(piece)
        if at >= opened.length:
            found += [opened.length] * (len(wanted) - len(found))
        elif at - start >= LONGEST:
            raise endless(opened, start, opened.read(start, LONGEST))
    return found


def _walked(opened: OpenFile, position: int, places: Iterable[int], separator: bytes) -> list[int]:
    """The same from the start of a record on, for any text."""
    found = []
    for place in places:
        for offset, text in chunks(opened, position, place, separator):
            position = offset + len(text)
        found.append(position)
    return found
