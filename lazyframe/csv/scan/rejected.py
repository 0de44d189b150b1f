"""The bad lines of a CSV source, as a source of their own: ``df.bad_lines``.

The files are cut into the same partitions, each is read as the rows are, and only what is wrong is kept. So everything
that is done with a frame can be done with this one, and it costs no memory but for the lines it holds.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import pyarrow as pa

from lazyframe.csv.options.bad_lines import Sifted
from lazyframe.csv.scan.ranges import Chunk, RangeReader
from lazyframe.csv.sniff.findings import FileExtent
from lazyframe.csv.text import lines, records
from lazyframe.csv.text.files import OpenFile, TextBuffer
from lazyframe.csv.text.rewrite import MARK
from lazyframe.frozen import frozen
from lazyframe.masks import packed
from lazyframe.schema import ROW, Schema, dtype_named
from lazyframe.tree import token

if TYPE_CHECKING:
    from lazyframe.csv.scan.spec import ScanSpec
    from lazyframe.csv.text.partitions import FilePartition, Range

_SCHEMA = Schema.of(
    [("file", dtype_named("str")), ("line", dtype_named("int64")), ("text", dtype_named("str")), ("reason", dtype_named("str"))]
)
_SHOWN = 60


class Collecting(Protocol):
    """A source of CSV files that collects bad lines."""

    @property
    def spec(self) -> ScanSpec: ...

    @property
    def partitions(self) -> tuple[FilePartition, ...]: ...

    @property
    def token(self) -> str: ...

    def describe(self) -> str: ...

    def replanned(self, finding: Any) -> Collecting: ...

    def latest(self) -> Collecting: ...


@frozen
class RejectedSource:
    """The bad lines of a source that collects them: file, line (from 1, as an editor counts), text, and reason.

    Parameters
    ----------
    source : CSVSource
        Opened with ``on_bad_lines="collect"``.
    """

    source: Collecting

    is_counted: ClassVar[bool] = True
    inputs: ClassVar[tuple[Any, ...]] = ()
    notices: ClassVar[None] = None
    bad_lines: ClassVar[None] = None

    @property
    def schema(self) -> Schema:
        return _SCHEMA

    @property
    def partitions(self) -> tuple[FilePartition, ...]:
        return self.source.partitions

    @functools.cached_property
    def token(self) -> str:
        return token(("bad lines", self.source.token))

    @functools.cached_property
    def sample(self) -> pa.RecordBatch:
        """The bad lines in the first text of the input."""
        spec, first = self.source.spec, self.source.partitions[0]
        number = next((n for n, file in enumerate(spec.files) if not file.empty), 0)
        stop = min(spec.files[number].size, spec.sample_bytes)
        head = replace(first, ranges=(replace(first.ranges[0], file=number, start=0, stop=stop),))
        batches = list(self.read(head, tuple(map(str, _SCHEMA.names))))
        schema = pa.schema([(str(field.name), field.dtype.arrow) for field in _SCHEMA.fields])
        return (
            pa.Table.from_batches(batches, schema).slice(0, _SHOWN).combine_chunks().to_batches()[0]
            if batches
            else (pa.RecordBatch.from_pylist([], schema))
        )

    def describe(self) -> str:
        return f"bad lines of {self.source.describe()}"

    def parsed(self, columns: tuple[str, ...]) -> tuple[int, int]:
        return len(columns), len(_SCHEMA.fields)

    def why_text(self, label: str) -> str:
        return ""

    why_no_dates = why_text

    def told_after(self, seconds: float) -> tuple[Warning, ...]:
        """Nothing."""
        return ()

    def columns_kept(self, columns: tuple[str, ...]) -> None:
        """They are looked for each time."""

    def for_reading(self) -> RejectedSource:
        return self

    def unsure(self, columns: tuple[str, ...]) -> int:
        return 0

    def read(self, partition: FilePartition, columns: tuple[str, ...], predicate: Any = None) -> _Reader:
        return _Reader(self, partition, columns, predicate)

    def replanned(self, finding: Any) -> RejectedSource:
        return RejectedSource(self.source.replanned(finding))

    def latest(self) -> RejectedSource:
        latest = self.source.latest()
        return self if latest is self.source else RejectedSource(latest)


class _Reader:
    """One partition being read for its bad lines."""

    def __init__(self, rejected: RejectedSource, partition: FilePartition, columns: tuple[str, ...], predicate: Any) -> None:
        self._rejected, self._partition, self._columns, self._predicate = rejected, partition, columns, predicate
        first = partition.ranges[0]
        self.records = 0
        self.extent = FileExtent(rejected.token, (first.file, first.start), (first.file, first.start))

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        spec, token = self._rejected.source.spec, self._rejected.token
        begin, left = None, spec.nrows
        for part in self._partition.ranges:
            with OpenFile(spec.files[part.file]) as opened:
                with lines.Originals(opened.file) as originals:
                    reading = _RejectedRange(spec, opened, part, originals)
                    begin = begin or reading.place
                    for chunk in reading.read(left):
                        left = None if left is None else left - chunk.records
                        self.extent = FileExtent(token, begin, reading.place)
                        batch = self._batch(chunk.arrays)
                        if batch.num_rows:
                            yield batch
                self.extent = FileExtent(token, begin, reading.place)
            if left == 0:
                return

    def _batch(self, arrays: list[pa.Array]) -> pa.RecordBatch:
        count = len(arrays[0])
        rows = pa.array(np.arange(self.records, self.records + count, dtype=np.int64))
        self.records += count
        batch = pa.RecordBatch.from_arrays([*arrays, rows], [*map(str, _SCHEMA.names), ROW])
        if self._predicate is not None:
            batch = batch.filter(packed(self._predicate(batch)))
        return batch.select(list(self._columns))


class _RejectedRange(RangeReader):
    """A byte range whose bad lines are wanted."""

    def __init__(self, spec: ScanSpec, opened: OpenFile, part: Range, originals: lines.Originals) -> None:
        super().__init__(spec, opened, part)
        self._next_line: int | None = None  # the number of the line that the next text starts with, once somebody asked
        self._originals = originals
        self._before = 0  # records that were read, where these say the lines

    def _take(self, buffer: TextBuffer, limit: int | None) -> Chunk | None:
        text = buffer.whole_records(self._spec.dialect.separator)
        if text is None:
            return None
        sifted = self._sifted(text, limit)
        numbers, texts = self._from_the_file(text, sifted) if self.opened.file.is_tokenised else self._from_the_text(text, sifted)
        columns = [[self.opened.file.path] * len(texts), numbers, texts, [bad.reason for bad in sifted.bad]]
        arrays = [pa.array(values, field.dtype.arrow) for values, field in zip(columns, _SCHEMA.fields, strict=True)]
        kept = 0 if limit is None else records.count(sifted.text, self._spec.dialect.separator)
        return Chunk(arrays, kept, sifted.length)

    def _from_the_text(self, text: bytes, sifted: Sifted) -> tuple[list[int], list[str]]:
        """The lines and the texts of bad lines."""
        if self._next_line is None and sifted.bad:
            self._next_line = lines.number(self.opened, self._offset)
        line, at = self._next_line or 0, 0
        numbers = []
        for bad in sifted.bad:
            line += lines.count(text[at : bad.start])
            at = bad.start
            numbers.append(line)
        if self._next_line is not None:
            self._next_line = line + lines.count(text[at:])
        bare = (text[bad.start : bad.stop].rstrip(b"\r\n").replace(MARK.encode(), b"") for bad in sifted.bad)
        return numbers, [line.decode("utf-8", "backslashreplace") for line in bare]

    def _from_the_file(self, text: bytes, sifted: Sifted) -> tuple[list[int], list[str]]:
        """The same where the text was rewritten."""
        found = [self._originals.find(self._before + bad.record) for bad in sifted.bad]
        self._before += records.count(text, self._spec.dialect.separator)
        return [f.line for f in found if f is not None], [f.text.rstrip("\r\n") for f in found if f is not None]
