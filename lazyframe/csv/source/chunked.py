"""Some records at a time, as ``chunksize=`` asks for them: what is read at a time is a source of its own.

    place -> a source that begins there -> read with what is known of the records before -> the place behind it
                                                   |
                       columns of which fewer rows may have another dtype: sampled, and read once more

pandas finds out the dtypes, the dates and the categories of each chunk from the texts in it, so nothing that another chunk has
told counts in the end. But to read a column as what it was before is quick, and its values nearly always tell that pandas
would make nothing else of them (`types.fewer`). A text that can only be read from its start, or that comes from a server, is held
open from chunk to chunk.

See docs/decisions/0096-chunks-are-sources.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

import pyarrow as pa

from lazyframe.csv.engines.layout import places_of
from lazyframe.csv.scan.reader import CSVReader
from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff.columns import ColumnSpec
from lazyframe.csv.source.source import CSVSource
from lazyframe.csv.text import storage
from lazyframe.csv.text.partitions import FilePartition, Range
from lazyframe.csv.text.storage import HeldText
from lazyframe.csv.types.fewer import may_differ
from lazyframe.notices import warn
from lazyframe.schema import Replan


class ReadRows(NamedTuple):
    """Some records.

    Parameters
    ----------
    source : CSVSource
        Which knows what these hold.
    batches : list of pyarrow.RecordBatch
        Their columns.
    reader : CSVReader
        What has read them.
    """

    source: CSVSource
    batches: list[pa.RecordBatch]
    reader: CSVReader


class ChunkReader:
    """The records of a source, from the first on.

    Parameters
    ----------
    source : CSVSource
        Of whose records nothing is known.
    """

    def __init__(self, source: CSVSource) -> None:
        self._source = source
        self._files = list(source.files)  # as they are to be read on: those that were passed have no record
        self._ranges = tuple(Range(number, 0, file.end) for number, file in enumerate(source.files))
        self._left = source.spec.nrows
        self._number, self._offset = 0, source.files[0].start
        self._held: HeldText | None = None
        self._latest: ScanSpec | None = None

    @property
    def is_at_end(self) -> bool:
        """Whether there is nothing left to be looked at."""
        return self._left == 0 or self._number == len(self._source.files)

    def read(self, count: int) -> ReadRows:
        """The next records, at most `count`."""
        count = count if self._left is None else min(count, self._left)
        self._hold()
        bare = self._begun_here((FilePartition(0, self._ranges[self._number :]),), count)
        chunk = _read(self._as_before(bare))
        if self._latest is not None:
            chunk = _corrected(chunk, bare)
        self._latest = chunk.source.spec
        notices = chunk.source.notices
        for notice in () if notices is None else notices(chunk.reader.extent):
            warn(str(notice), type(notice))
        self._reach(chunk.reader.records, *chunk.reader.extent.end)
        return chunk

    def rest(self) -> CSVSource:
        """All records that are left, as a source; there are none left then."""
        self.close()
        left = ((p, tuple(map(self._behind, filter(self._is_left, p.ranges)))) for p in self._source.partitions)
        bare = self._begun_here(tuple(replace(p, ranges=ranges) for p, ranges in left if ranges), self._left)
        self._number = len(self._source.files)
        return bare.sampled()[0]

    def close(self) -> None:
        """Let go of the text that is held open."""
        if self._held is not None:
            self._held.let_go()
            self._held = None

    def _reach(self, records: int, number: int, offset: int) -> None:
        """So many records were read, up to this place."""
        self._left = None if self._left is None else self._left - records
        if number != self._number:
            self.close()
        for passed in range(self._number, number):
            file = self._source.files[passed]
            self._files[passed] = replace(file, start=file.end, empty=True)
        self._number = number
        if number < len(self._source.files):
            self._offset = max(offset, self._source.files[number].start)
        if self._held is not None:
            self._held.reach(self._offset)

    def _begun_here(self, partitions: tuple[FilePartition, ...], count: int | None) -> CSVSource:
        """The source whose first record is the next one; nothing is known of its records."""
        self._files[self._number] = self._source.files[self._number].read_on(self._offset, self._held)
        spec = replace(self._source.spec, files=tuple(self._files), nrows=count)
        return replace(self._source, spec=spec, partitions=partitions, _newer=[])

    def _as_before(self, bare: CSVSource) -> CSVSource:
        """The source with what is known of the records before, as far as that is inferred; the rest is told by a sample."""
        if self._latest is None:
            return bare.sampled()[0]
        latest, spec = self._latest.by_label, bare.spec
        if anew := tuple(column for column in spec.columns if column.dates or column.converter or column.undated):
            sampled, _ = replace(bare, spec=replace(spec, columns=anew)).sampled()
            spec = spec.with_columns(sampled.spec.by_label)
        columns = tuple(latest[column.label] if column.is_inferred else column for column in spec.columns)
        if columns == self._latest.columns:
            return replace(bare, spec=self._latest.elsewhere(spec.files, spec.nrows))
        return replace(bare, spec=replace(spec, columns=columns))

    def _hold(self) -> None:
        file = self._source.files[self._number]
        if self._held is None and not (file.divisible and file.system is None):
            self._held = HeldText(storage.opened(file))

    def _is_left(self, part: Range) -> bool:
        return part.file > self._number or (part.file == self._number and part.stop > self._offset)

    def _behind(self, part: Range) -> Range:
        begins_here = part.file == self._number and part.start <= self._offset
        return replace(part, start=0, exact=True) if begins_here else part


def _read(source: CSVSource) -> ReadRows:
    """All columns of the one partition of a source, which learns what it has to."""
    while True:
        reader = CSVReader(source.spec, source.partitions[0], tuple(column.label for column in source.columns))
        try:
            return ReadRows(source, list(reader), reader)
        except Replan as replan:
            source = source.replanned(replan.finding, quietly=True)  # type: ignore[arg-type]


def _corrected(chunk: ReadRows, bare: CSVSource) -> ReadRows:
    """The chunk with the dtypes that pandas infers from its records alone."""
    labels = [
        column.label
        for column, arrays in zip(chunk.source.columns, _columns(chunk), strict=True)
        if _is_open(column, arrays, bare)
    ]
    if not labels:
        return chunk
    anew, _ = replace(bare, spec=replace(bare.spec, columns=tuple(map(bare.spec.column, labels)))).sampled()
    again = _read(anew)
    source = replace(chunk.source, spec=chunk.source.spec.with_columns(again.source.spec.by_label))
    return ReadRows(source, _put_into(chunk.batches, again.batches), chunk.reader)


def _columns(chunk: ReadRows) -> Iterator[list[pa.Array]]:
    return ([batch.column(place) for batch in chunk.batches] for place in range(len(chunk.source.columns)))


def _is_open(column: ColumnSpec, arrays: list[pa.Array], source: CSVSource) -> bool:
    """Whether pandas may infer another dtype of these values."""
    if not arrays or not column.is_inferred:
        return False
    dialect = source.spec.dialect
    missing = dialect.missing.of_column(column.label, places_of(source.files[0].names).get(column.label, -1))
    return may_differ(arrays, column.seen, missing, dialect.forms, column.backend)


def _put_into(batches: list[pa.RecordBatch], others: list[pa.RecordBatch]) -> list[pa.RecordBatch]:
    """The batches with these columns of the same rows."""
    columns, start, made = pa.Table.from_batches(others), 0, []
    for batch in batches:
        part = columns.slice(start, batch.num_rows).combine_chunks()
        start += batch.num_rows
        new = {name: part[name].chunk(0) for name in part.column_names}
        made.append(pa.RecordBatch.from_pydict({name: new.get(name, batch[name]) for name in batch.schema.names}))
    return made
