"""A byte range of one file being read, chunk after chunk of whole records, whatever is made of them.

It begins at a line start that is taken on trust to be a record start (see `scan`), and knows where a record stands in
the file when that has to be told.

See docs/decisions/0030-quotes-speculate-and-verify.md and docs/decisions/0033-blank-lines-in-bulk.md.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple, Self

import numpy as np
import pyarrow as pa

from lazyframe.csv.errors import CSVError
from lazyframe.csv.options import bad_lines
from lazyframe.csv.options.bad_lines import NONE, MendingError, Sifted, Tally
from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff.findings import WrongSplit
from lazyframe.csv.text import lines, records
from lazyframe.csv.text.files import CHUNK, OpenFile, TextBuffer, chunks, next_line, record_starts
from lazyframe.schema import Replan

if TYPE_CHECKING:
    from lazyframe.csv.text.partitions import Range

_USUAL = 8  # bytes of a field: of a wide file the few records are not read one by one
_FEW = 10_000  # records: fewer than these are read in smaller chunks


class Chunk(NamedTuple):
    """What was made of a piece of text: an array for each logical column, None for those that are to be made late.

    `late` makes these, by label, for the rows of a mask; it can be called until the next chunk is asked for. Where a chunk is
    `passed_over` no row of it passes the predicate, and there are no arrays.
    """

    arrays: list[Any]
    records: int
    length: int
    late: Callable[[np.ndarray], dict[str, pa.Array]] | None = None
    passed_over: bool = False


class RecordPlace(NamedTuple):
    """Where a record stands in its file: the file with the line, this line and the number of the record from 1, and its text."""

    at: str
    line: int
    record: int
    text: str

    @property
    def where(self) -> str:
        return f"{self.at} (record {self.record})"


class RangeReader:
    """A byte range of one file being read, whatever is made of its records.

    Attributes
    ----------
    place : tuple of int
        The number of the file, and the offset that reading has come to.
    tally : Tally
        The bad lines met with.
    opened : OpenFile
        The file.
    part : Range
        What of it is read.
    """

    def __init__(self, spec: ScanSpec, opened: OpenFile, part: Range) -> None:
        self._spec, self.opened, self.part = spec, opened, part
        file = opened.file
        self._on_trust = not part.exact and part.start > file.start
        self._begin = next_line(opened, part.start) if self._on_trust else max(part.start, file.start)
        self._from = self._offset = self._begin
        # What a file starts with is called offset 0, so that it matches the end of the file before.
        self.place = (part.file, 0) if part.start == 0 else (part.file, self._begin)
        self.tally = NONE

    @property
    def begin(self) -> int:
        """Where the first record starts."""
        return self._begin

    def between(self, start: int, stop: int) -> Self:
        """What of this range starts in ``[start, stop)``; `start` is the start of a record if the range begins with one."""
        new = copy.copy(self)
        new._from, new.part, new.tally = start, replace(self.part, stop=stop), NONE
        new.place = self.place if start == self._begin else (self.part.file, start)
        return new

    def read(self, limit: int | None) -> Iterator[Chunk]:
        """Chunk after chunk; no more than `limit` records in all."""
        part = self.part
        with TextBuffer(self.opened, self._from, part.stop, self._chunk(limit)) as buffer:
            while limit != 0 and buffer.offset < buffer.stop:
                self._pass_blanks(buffer)
                if limit is None:
                    count = self._counted(buffer)
                    if count:
                        yield Chunk([], count, 0)
                if buffer.offset >= buffer.stop:
                    break
                self._offset = buffer.offset
                chunk = self._take(buffer, limit)
                if chunk is None:
                    try:
                        buffer.grow(self._spec.dialect.separator)
                    except CSVError:
                        self._check_begin()
                        raise
                    continue
                if limit is not None:
                    limit -= chunk.records
                self.place = (part.file, buffer.offset + chunk.length)
                yield chunk
                buffer.advance(chunk.length)
            if limit == 0 and buffer.offset < buffer.stop:
                return  # whoever reads on begins here
        if part.stop >= self.opened.length:
            self.place = (part.file + 1, 0)
        elif self.place == (part.file, 0):
            self.place = (part.file, self._from)

    def _pass_blanks(self, buffer: TextBuffer) -> None:
        """Move the buffer behind the blank lines that it starts with: there may be more of them than it has room for."""
        separator = self._spec.dialect.separator
        while buffer.text and buffer.text[0] in b"\n\r \t":
            text = bytes(buffer.text[: max(0, buffer.stop - buffer.offset)])
            blanks = text.rfind(b"\n", 0, records.after_blanks(text, 0, separator)) + 1  # where a partition may begin, too
            if not blanks:
                break
            buffer.advance(blanks)
            self.place = (self.part.file, buffer.offset)

    def _chunk(self, limit: int | None) -> int:
        """How much text to read at a time: little where few records are wanted."""
        if limit is None or limit > _FEW:
            return CHUNK
        return max(self._spec.sample_bytes, min(CHUNK, _USUAL * limit * len(self.opened.file.names)))

    def _counted(self, buffer: TextBuffer) -> int:
        """How many records follow that need not be looked at; the buffer moves behind them."""
        return 0

    def _take(self, buffer: TextBuffer, limit: int | None) -> Chunk | None:
        """What the buffer starts with; None where there is not one whole record."""
        raise NotImplementedError

    def _sifted(self, text: bytes, limit: int | None) -> Sifted:
        """What of a text of whole records is to be parsed; the bad lines in it are tallied, unless they are errors."""
        dialect, policy = self._spec.dialect, self._spec.on_bad_lines
        if policy.are_errors:
            return Sifted(text if limit is None else records.leading(text, limit, dialect.separator))
        try:
            sifted = bad_lines.sift(text, len(self.opened.file.names), dialect, policy, limit, (self.part.file, self._offset))
        except MendingError as failed:
            self._check_begin()
            failed.cause.add_note(f"on_bad_lines was called for {self._where(text, failed.record)}")
            raise failed.cause from None
        self.tally += Tally.of(sifted.bad, self.part.file, self._offset)
        return sifted

    def _check_begin(self) -> None:
        """Bad data may come from a partition that was cut inside quotes; then they are not bad."""
        if self._on_trust:
            exact = record_starts(self.opened, [self.part.start], self._spec.dialect.separator)[0]
            if exact != self._begin:
                raise Replan(self._spec.token, WrongSplit(self.part.file))

    def _where(self, text: bytes, record: int) -> str:
        return self._place(text, record).where

    def _place(self, text: bytes, record: int) -> RecordPlace:
        """Where in the file a record of this chunk stands."""
        separator = self._spec.dialect.separator
        found = records.spans(text, separator)
        at = min(record, len(found.starts) - 1)
        start, stop = (int(found.starts[at]), int(found.stops[at])) if at >= 0 else (0, 0)
        opened, file = self.opened, self.opened.file
        before = sum(records.count(piece, separator) for _, piece in chunks(opened, file.first_record, self._offset, separator))
        number = before + record
        if file.is_tokenised:
            with lines.Originals(file) as originals:
                original = originals.find(number)
            if original is not None:
                return RecordPlace(file.at(original.line), original.line, number + 1, original.text.rstrip("\r\n"))
        line = lines.number(opened, self._offset) + lines.count(text[:start])
        return RecordPlace(file.at(line), line, number + 1, text[start:stop].decode("utf-8", "replace").rstrip("\r\n"))
