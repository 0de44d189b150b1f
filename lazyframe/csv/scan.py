"""Reading one partition: cut the text into whole records, give them to an engine, and say where something is wrong.

    Range -> begin (taken on trust) -> chunks of whole records -> engine -> columns, dates -> RecordBatch

A partition begins at the first line start in its range, and ends at the first *record* start behind it. Line starts
and record starts differ only inside quotes, so the begin is taken on trust, the end is exact if the begin was, and
`Extent.join` checks that the next partition began where this one ended. The first one begins right; so when all
joins hold, all partitions were right. When one does not hold, or when bad data turn out to come from a wrong begin,
the `Contradiction` says which file has to be cut with more care.

The engine is chosen here, once: `chosen`.
"""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa

from lazyframe.csv import _native, _pandas, _pyarrow, advice, bad_lines, dates, infer, lines, records
from lazyframe.csv.bad_lines import NONE, MendingError, Sifted, Tally
from lazyframe.csv.converters import ConversionError
from lazyframe.csv.errors import CSVError, excerpt, shown
from lazyframe.csv.extensions import Unfit
from lazyframe.csv.files import CHUNK, OpenFile, Window, chunks, next_line, record_starts
from lazyframe.csv.infer import Seen
from lazyframe.csv.late import Late
from lazyframe.csv.layout import CODED, BadText, Layout, Misfit, Misfits, Rejected, layout_of
from lazyframe.csv.partitions import Partition
from lazyframe.csv.storage import File
from lazyframe.schema import BIG_INTEGERS, ROW, Contradiction, dtype_named

if TYPE_CHECKING:
    from lazyframe.csv.columns import Column
    from lazyframe.csv.partitions import Range
    from lazyframe.csv.source import CSVSource

Engine = Callable[[bytes, Layout], list[pa.Array]]

ENGINES: dict[str, tuple[Engine, ...]] = {
    "native": (_pyarrow.parse, _pandas.parse),  # after the native one, which needs no whole records
    "arrow": (_pyarrow.parse, _pandas.parse),
    "pandas": (_pandas.parse,),
}
"""For each name of ``LAZYFRAME_ENGINE`` the engines to ask for whole records, in turn."""

_TEXT = dtype_named("str")
_COUNTED_CHUNK = 2**19  # fits the cache that a core has for itself
_COUNTED = 2**26  # bytes that are counted before there is a batch
_FEW = 10_000  # records: fewer than these are read in smaller chunks


@functools.cache
def chosen() -> str:
    """The name in `ENGINES` that ``LAZYFRAME_ENGINE`` asks for; ``auto`` is the native engine where it was built."""
    name = os.environ.get("LAZYFRAME_ENGINE", "auto")
    name = "arrow" if name == "pyarrow" else name
    if name == "auto":
        name = "native" if _native.available() else "arrow"
    if name not in ENGINES:
        raise ValueError(f"LAZYFRAME_ENGINE={name!r} is no engine: it is one of {', '.join(ENGINES)}, auto.")
    if name == "native" and not _native.available():
        raise ValueError("LAZYFRAME_ENGINE='native': the native engine was not built when lazyframe was installed. Leave it out.")
    return name


@dataclass(frozen=True)
class WrongSplit:
    """A partition of this file does not begin at the start of a record."""

    file: int

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True)
class Change:
    """A value that does not fit its column: what stands where, and the kinds of text around it."""

    column: str
    seen: Seen
    path: str
    line: int
    record: int
    text: str | None
    file: int
    others: tuple[tuple[str, int], ...] = ()  # the commonest texts around it that are no numbers, where the column had numbers

    @property
    def place(self) -> str:
        """The file and the line."""
        return f"{self.path}:{self.line}"

    @property
    def where(self) -> str:
        """All that is known of the place."""
        return f"{self.place} (record {self.record})"

    def __str__(self) -> str:
        what = "a missing value" if self.text is None else shown(self.text)
        return f"{self.where} has {what} in column {self.column}"


@dataclass(frozen=True)
class WrongKind:
    """Columns that hold something else than the source took them to hold."""

    changes: tuple[Change, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.changes))


@dataclass(frozen=True)
class OpenCategories:
    """Columns whose categories have yet to be found."""

    columns: tuple[str, ...]

    def __str__(self) -> str:
        return ""


@dataclass(frozen=True)
class Extent:
    """Where a piece of reading began and ended: each a file's number and an offset; offset 0 is a file's first record.

    Parameters
    ----------
    token : str
        Of the source.
    begin, end : tuple of int
        The end of one file is the beginning of the next.
    tally : Tally
        The bad lines in it.
    """

    token: str
    begin: tuple[int, int]
    end: tuple[int, int]
    tally: Tally = NONE

    def join(self, following: Extent) -> Extent:
        """The extent of both.

        Raises
        ------
        Contradiction
            `following` does not begin where this one ended.

        Examples
        --------
        >>> Extent("t", (0, 0), (0, 40)).join(Extent("t", (0, 40), (1, 0))).end
        (1, 0)
        """
        if self.end != following.begin:
            raise Contradiction(self.token, WrongSplit(following.begin[0]))
        return Extent(self.token, self.begin, following.end, self.tally + following.tally)


class Chunk(NamedTuple):
    """What was made of a piece of text: an array for each logical column, None for those that are to be made late.

    `late` makes these, by label, for the rows of a mask; it can be called until the next chunk is asked for.
    """

    arrays: list[Any]
    records: int
    length: int
    late: Callable[[np.ndarray], dict[str, pa.Array]] | None = None


class Reader:
    """One partition being read; iterate it for its batches.

    Parameters
    ----------
    source : CSVSource
        What the files are taken to be.
    partition : Partition
        What is read.
    columns : tuple of str
        The columns of the batches, in order; `lazyframe.schema.ROW` is the record's number in the partition.
    predicate : callable, optional
        Rows for which it is false are left out.

    Attributes
    ----------
    records : int
        How many records have been read, before the predicate.
    extent : Extent
        Where reading began, and where it has come to.
    """

    def __init__(self, source: CSVSource, partition: Partition, columns: tuple[str, ...], predicate: Any = None) -> None:
        self._source = source
        self._partition = partition
        self._columns = columns
        self._predicate = predicate
        self._asked = None if predicate is None else frozenset(predicate.columns)
        self._needed = tuple(dict.fromkeys((*columns, *(() if predicate is None else predicate.columns))))
        self._logical = [source.column(name) for name in self._needed if name != ROW]
        self._plans: dict[tuple[str, ...], _Plan] = {}
        first = partition.ranges[0]
        self.records = 0
        self.extent = Extent(source.token, (first.file, first.start), (first.file, first.start))

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        if open_ones := tuple(column.label for column in self._logical if column.dtype.is_open):
            raise Contradiction(self._source.token, OpenCategories(open_ones))
        begin, tally = None, NONE
        for part in self._partition.ranges:
            with OpenFile(self._source.files[part.file]) as opened:
                reading = _Range(self._source, opened, part, self._plan(opened.file))
                begin = begin or reading.place
                self.extent = Extent(self._source.token, begin, reading.place, tally)
                for chunk in reading.read(self._left()):
                    batch = self._batch(chunk, reading)
                    self.records += chunk.records
                    self.extent = Extent(self._source.token, begin, reading.place, tally + reading.tally)
                    if batch.num_rows:
                        yield batch
                tally += reading.tally
                self.extent = Extent(self._source.token, begin, reading.place, tally)
            if self._left() == 0:
                return

    def _plan(self, file: File) -> _Plan:
        """How files with these columns are read; files of one partition share the parser, and what it has learnt."""
        if file.names not in self._plans:
            self._plans[file.names] = _Plan(self._source, file, self._logical, self._asked)
        return self._plans[file.names]

    def _left(self) -> int | None:
        return None if self._source.nrows is None else self._source.nrows - self.records

    def _batch(self, chunk: Chunk, reading: _Range) -> pa.RecordBatch:
        labels = [column.label for column in self._logical]
        made = {label: array for label, array in zip(labels, chunk.arrays, strict=True) if array is not None}
        if ROW in self._needed:
            made[ROW] = pa.array(np.arange(self.records, self.records + chunk.records, dtype=np.int64))
        batch = pa.RecordBatch.from_pydict(made) if made else _without_columns(chunk.records)
        if self._predicate is None:
            return batch.select(list(self._columns))
        mask = np.asarray(self._predicate(batch), dtype=bool)
        kept = batch.select([name for name in self._columns if name in made]).filter(pa.array(mask))
        reading.learn(kept.num_rows, chunk.records)
        if chunk.late is None:
            return kept
        late = chunk.late(mask)
        return pa.RecordBatch.from_pydict({name: late[name] if name in late else kept.column(name) for name in self._columns})


def _without_columns(count: int) -> pa.RecordBatch:
    """Nothing but a number of rows."""
    return pa.RecordBatch.from_struct_array(pa.StructArray.from_buffers(pa.struct([]), count, [None]))


class _Plan:
    """How the wanted columns are parsed from files of the same columns.

    `asked` are the columns that the predicate needs; None where there is no predicate.
    """

    def __init__(self, source: CSVSource, file: File, logical: list[Column], asked: frozenset[str] | None) -> None:
        self._source, self._file = source, file
        self.logical = logical
        self._asked = asked

    @functools.cached_property
    def layout(self) -> Layout:
        return layout_of(self._source, self._file, self.logical)

    @functools.cached_property
    def _formats(self) -> dict[int, str]:
        return _formats(self.layout, self.logical)

    @functools.cached_property
    def native(self) -> _native.Parser | None:
        if chosen() == "native" and _native.supports(self.layout, self._formats):
            return _native.Parser(self.layout, self._formats)
        return None

    @functools.cached_property
    def late(self) -> Late | None:
        """For the columns that may be made after the predicate; None where there are none."""
        if self.native is None or self._asked is None:
            return None
        texts = {c.label for c in self.logical if c.dates is None and c.dtype.arrow == pa.string()} - self._asked
        doubtful = {number for number, _ in self.layout.doubts}
        places = [p for number, (name, p, _) in enumerate(self.layout.wanted) if name in texts and number not in doubtful]
        return Late(self.layout, self._formats, places) if places else None


class _Place(NamedTuple):
    """Where a record stands in its file: the file with the line, this line and the number of the record from 1, and its text."""

    at: str
    line: int
    record: int
    text: str

    @property
    def where(self) -> str:
        return f"{self.at} (record {self.record})"


class Span:
    """A byte range of one file being read, whatever is made of its records.

    Attributes
    ----------
    place : tuple of int
        The number of the file, and the offset that reading has come to.
    tally : Tally
        The bad lines met with.
    """

    def __init__(self, source: CSVSource, opened: OpenFile, part: Range) -> None:
        self._source, self._opened, self._part = source, opened, part
        file = opened.file
        self._on_trust = not part.exact and part.start > file.start
        self._begin = next_line(opened, part.start) if self._on_trust else max(part.start, file.start)
        self._offset = self._begin
        # What a file starts with is called offset 0, so that it matches the end of the file before.
        self.place = (part.file, 0) if part.start == 0 else (part.file, self._begin)
        self.tally = NONE

    def read(self, limit: int | None) -> Iterator[Chunk]:
        """Chunk after chunk; no more than `limit` records in all."""
        part = self._part
        window = Window(self._opened, self._begin, part.stop, self._chunk(limit))
        while limit != 0 and window.offset < window.stop:
            if limit is None:
                count = self._counted(window)
                if count:
                    yield Chunk([], count, 0)
                if window.offset >= window.stop:
                    break
            self._offset = window.offset
            chunk = self._take(window, limit)
            if chunk is None:
                try:
                    window.grow(self._source.dialect.separator)
                except CSVError:
                    self._check_begin()
                    raise
                continue
            if limit is not None:
                limit -= chunk.records
            self.place = (part.file, window.offset + chunk.length)
            yield chunk
            window.advance(chunk.length)
        if part.stop >= self._opened.length:
            self.place = (part.file + 1, 0)
        elif self.place == (part.file, 0):
            self.place = (part.file, self._begin)

    def _chunk(self, limit: int | None) -> int:
        """How much text to read at a time: little where few records are wanted."""
        return self._source.sample_bytes if limit is not None and limit <= _FEW else CHUNK

    def _counted(self, window: Window) -> int:
        """How many records follow that need not be looked at; the window moves behind them."""
        return 0

    def _take(self, window: Window, limit: int | None) -> Chunk | None:
        """What the window starts with; None where there is not one whole record."""
        raise NotImplementedError

    def _sifted(self, text: bytes, limit: int | None) -> Sifted:
        """What of a text of whole records is to be parsed; the bad lines in it are tallied, unless they are errors."""
        dialect, policy = self._source.dialect, self._source.on_bad_lines
        if policy.are_errors:
            return Sifted(text if limit is None else _cut(text, dialect.separator, limit))
        try:
            sifted = bad_lines.sift(text, len(self._opened.file.names), dialect, policy, limit)
        except MendingError as failed:
            self._check_begin()
            failed.cause.add_note(f"on_bad_lines was called for {self._where(text, failed.record)}")
            raise failed.cause from None
        self.tally += Tally.of(sifted.bad, self._part.file, self._offset)
        return sifted

    def _check_begin(self) -> None:
        """Bad data may come from a partition that was cut inside quotes; then they are not bad."""
        if self._on_trust:
            exact = record_starts(self._opened, [self._part.start], self._source.dialect.separator)[0]
            if exact != self._begin:
                raise Contradiction(self._source.token, WrongSplit(self._part.file))

    def _where(self, text: bytes, record: int) -> str:
        return self._place(text, record).where

    def _place(self, text: bytes, record: int) -> _Place:
        """Where in the file a record of this chunk stands."""
        separator = self._source.dialect.separator
        found = [(start, stop) for start, stop, _, _ in records.each(text, separator)]
        start, stop = found[min(record, len(found) - 1)] if found else (0, 0)
        opened, file = self._opened, self._opened.file
        before = sum(records.count(piece, separator) for _, piece in chunks(opened, file.start, self._offset, separator))
        number = before + record
        if file.is_tokenised:
            with lines.Originals(file) as originals:
                original = originals.find(number)
            if original is not None:
                return _Place(file.at(original.line), original.line, number + 1, original.text.rstrip("\r\n"))
        line = lines.number(opened, self._offset) + lines.count(text[:start])
        return _Place(file.at(line), line, number + 1, text[start:stop].decode("utf-8", "replace").rstrip("\r\n"))


class _Range(Span):
    """A byte range whose columns are wanted."""

    def __init__(self, source: CSVSource, opened: OpenFile, part: Range, plan: _Plan) -> None:
        super().__init__(source, opened, part)
        self._plan = plan

    def _chunk(self, limit: int | None) -> int:
        chunk = super()._chunk(limit)
        return chunk if self._plan.logical else min(chunk, _COUNTED_CHUNK)  # text that is only looked through once

    def _take(self, window: Window, limit: int | None) -> Chunk | None:
        if limit is None and self._only_counts:
            return self._number(window)
        return self._natively(window, limit) or self._parsed(window, limit)

    @property
    def _only_counts(self) -> bool:
        """Whether no column is wanted, so that no engine looks at the fields of the records, unless bad lines are let go."""
        none_let_go = self._source.on_bad_lines.are_errors or not self._source.dialect.check_fields
        return none_let_go and not self._plan.logical

    def _number(self, window: Window) -> Chunk | None:
        """The number of the records that the window starts with; None where there is not one whole record."""
        separator = self._source.dialect.separator
        text = window.whole_records(separator)
        if text is None:
            return None
        found = records.spans(text, separator)
        if not found.closed:
            raise self._located(text, _pandas.never_closed(len(found.starts) - 1))
        return Chunk([], len(found.starts), len(text))

    def _counted(self, window: Window) -> int:
        """How many records follow; the window moves behind them, as far as the core counts."""
        if not self._only_counts or self._plan.native is None or len(self._opened.file.names) == 1:
            return 0
        separator, count = self._source.dialect.separator, 0
        limit = min(self._part.stop, window.offset + _COUNTED)
        while window.offset < limit:
            try:
                found, length = _native.count(window.text, separator, self._part.stop - window.offset, window.at_end)
            except Rejected:
                break
            if not length:
                break
            count += found
            window.advance(length)
            self.place = (self._part.file, window.offset)
        return count

    def learn(self, passed: int, of: int) -> None:
        """How many rows of the latest chunk passed the predicate, of how many."""
        if self._plan.late is not None:
            self._plan.late.learn(passed, of)

    def _natively(self, window: Window, limit: int | None) -> Chunk | None:
        """What the native engine could make of the text; None where it could not."""
        native, late = self._plan.native, self._plan.late
        if native is None:
            return None
        late = late if late is not None and late.worthwhile and limit is None else None
        text = window.text
        try:
            parsed = (late.first if late is not None else native).parse(
                text, self._part.stop - window.offset, window.at_end, limit
            )
        except Rejected:
            return None
        if not parsed.consumed and not parsed.complete:
            return None
        arrays = self._arranged(parsed.arrays, parsed.records, text[: parsed.consumed])
        make = None if late is None else functools.partial(self._late, late, text, parsed)
        return Chunk(arrays, parsed.records, parsed.consumed, make)

    def _late(self, late: Late, text: memoryview, parsed: _native.Parsed, mask: np.ndarray) -> dict[str, pa.Array]:
        at = late.make(text, parsed, mask)
        return {column.label: self._column(column, at, 0) for column in self._plan.logical if column.label in at}

    def _parsed(self, window: Window, limit: int | None) -> Chunk | None:
        """The same by the engines that want whole records; None where there is not one whole record."""
        separator = self._source.dialect.separator
        text = window.whole_records(separator)
        if text is None:
            return None
        sifted = self._sifted(text, limit)
        try:
            arrays = parse(sifted.text, self._plan.layout)
        except BadText as bad:
            raise self._located(text, bad, sifted) from None
        except Misfits as misfits:
            self._check_begin()
            raise self._judged(text, misfits.found, sifted) from None
        return Chunk(self._arranged(arrays, len(arrays[0]), text, sifted), len(arrays[0]), len(text))

    def _located(self, text: bytes, bad: BadText, sifted: Sifted | None = None) -> CSVError:
        """The user's error for text that is no table."""
        self._check_begin()
        place = self._place(text, bad.record if sifted is None else sifted.number(bad.record))
        shown_line = f': "{excerpt(place.text)}". {bad.advice}' if bad.advice else ""
        return CSVError(f"{place.where}: {bad.problem}{shown_line}")

    def _arranged(self, arrays: list[Any], count: int, text: bytes | memoryview, sifted: Sifted | None = None) -> list[Any]:
        """The columns of the frame, made of the parsed ones."""
        at = {name: array for (name, _, _), array in zip(self._plan.layout.wanted, arrays, strict=True)}
        try:
            return [self._column(column, at, count) for column in self._plan.logical]
        except Misfits as misfits:
            self._check_begin()
            raise self._judged(bytes(text), misfits.found, sifted) from None
        except ConversionError as failed:
            self._check_begin()
            record = failed.record if sifted is None else sifted.number(failed.record)
            raise failed.placed(self._where(bytes(text), record)) from None

    def _column(self, column: Column, at: dict[str, Any], count: int) -> Any:
        if column.is_path:
            return self._source.paths(self._part.file, count)
        if column.dates is not None:
            if column.label in at and pa.types.is_timestamp(at[column.label].type):
                return at[column.label]
            return _dates(column, [at[str(p)] if str(p) in at else pa.nulls(count, CODED) for p in column.dates.parts])
        if column.converter is not None and column.label in at:
            array = column.converter(at[column.label], column.label, column.seen)
        else:
            array = at[column.label] if column.label in at else _absent(column, count)
        if array is None:  # made late
            return None
        if column.dtype.kind in "CE":
            return _extension(column, array, self._plan.layout) if column.label in at else array
        if column.dtype == BIG_INTEGERS:
            return _integers(column, array, self._plan.layout)
        if column.dtype.arrow != pa.string():
            return array
        if pa.types.is_dictionary(array.type) == column.coded:
            return array
        return array.dictionary_encode() if column.coded else array.cast(pa.string())

    def _judged(self, text: bytes, misfits: list[Misfit], sifted: Sifted | None = None) -> Exception:
        """The user's error where one of the dtypes was given, else what the source has to learn."""
        changes = []
        for misfit in sorted(misfits, key=lambda found: found.record):
            column = self._source.column(misfit.column)
            place = self._place(text, misfit.record if sifted is None else sifted.number(misfit.record))
            what = "a missing value" if misfit.text is None else shown(misfit.text)
            where = f"{place.where}, column {misfit.column}"
            if column.given is not None:
                wider = column.wider(misfit.seen)
                return CSVError(
                    f"{where}: {what} is not {column.given}, which dtype= asks for. "
                    f"Mend it, or pass dtype={{{misfit.column!r}: {wider!r}}}." + self._commonest(column)
                )
            changes.append(
                Change(
                    misfit.column,
                    misfit.seen,
                    self._opened.file.path,
                    place.line,
                    place.record,
                    misfit.text,
                    self._part.file,
                    self._no_numbers(text, column, sifted),
                )
            )
        return Contradiction(self._source.token, WrongKind(tuple(changes)))

    def _no_numbers(self, text: bytes, column: Column, sifted: Sifted | None) -> tuple[tuple[str, int], ...]:
        """What this text holds of a column of numbers that is none."""
        layout = self._plan.layout
        if not column.is_inferred or column.dtype.kind not in "iuf" or column.label not in layout.names:
            return ()
        try:
            (found,) = parse(text if sifted is None else sifted.text, layout.alone(layout.names.index(column.label)))
        except (BadText, Misfits):
            return ()
        return advice.no_numbers(found.to_pylist(), layout.dialect.forms)

    def _commonest(self, column: Column) -> str:
        """What in this range does not fit a column most often, and what it may mean; nothing where that cannot be found out."""
        text = replace(column, given=_TEXT, coded=True)
        source = replace(self._source, columns=(text,), _newer=[])
        reader = Reader(source, Partition(0, (self._part,)), (column.label,))
        try:
            return advice.commonest((batch.column(0) for batch in reader), column.label, column.dtype, source.dialect)
        except (CSVError, Contradiction):
            return ""


def parse(text: bytes, layout: Layout) -> list[pa.Array]:
    """The wanted columns, by the first engine that vouches for the chunk."""
    for engine in ENGINES[chosen()]:
        try:
            return engine(text, layout)
        except Rejected:
            continue
    raise AssertionError("the last engine rejects nothing")


def fits(text: bytes, source: CSVSource, file: File, logical: list[Column]) -> bool:
    """Whether the quickest engine takes whole records to hold just what these columns are taken to hold."""
    layout = layout_of(source, file, logical)
    quickest = _native.parse if chosen() == "native" and _native.supports(layout) else ENGINES[chosen()][0]
    try:
        at = {name: array for (name, _, _), array in zip(layout.wanted, quickest(text, layout), strict=True)}
        for column in logical:
            if column.dates is not None:
                _dates(column, [at[str(part)] for part in column.dates.parts])
            elif column.is_converted:
                _extension(column, at[column.label], layout)
            elif column.dtype == BIG_INTEGERS:
                _integers(column, at[column.label], layout)
    except (Rejected, Misfits, BadText, KeyError):
        return False
    return True


def _formats(layout: Layout, logical: list[Column]) -> dict[int, str]:
    """The columns that the native engine can make dates of, by their place in the file."""
    places = {name: place for name, place, _ in layout.wanted}
    return {
        places[column.label]: column.dates.format
        for column in logical
        if column.dates is not None
        and column.dates.parts == (column.name,)
        and column.dates.format in _native.FORMATS
        and column.dates.zone == ""
        and not column.seen & (Seen.TEXT | Seen.FINE)
        and column.label in places
    }


def _absent(column: Column, count: int) -> pa.Array:
    """What a file that lacks the column gives for it."""
    dtype = column.dtype
    if count:
        seen = Seen.MISSING if column.given else column.seen | Seen.MISSING
        nullable = dtype.kind not in "iu" and dtype.name != "bool"
        if not (nullable if column.given else infer.state_or_none(seen) == column.state):
            raise Misfits([Misfit(column.label, 0, None, Seen.MISSING)])
        if column.state.literal:
            return pa.array([""] * count)
    if dtype.kind == "f":
        return pa.array(np.full(count, np.nan, dtype.name))
    return pa.nulls(count, dtype.arrow)


def _extension(column: Column, array: pa.Array, layout: Layout) -> pa.Array:
    """A column of an extension dtype, of what an engine has read."""
    kinds = functools.partial(layout.kinds_of, place=layout.names.index(column.label))
    try:
        return column.made_of(array, layout.dialect.forms, kinds)
    except Unfit as unfit:
        around = [unfit.text] if column.given is not None else array.unique().to_pylist()
        raise Misfits([Misfit(column.label, unfit.record, unfit.text, kinds(around))]) from None


def _integers(column: Column, texts: pa.Array, layout: Layout) -> pa.Array:
    """Texts as the digits of whole numbers beyond 64 bits."""
    plain = texts.dictionary_decode() if pa.types.is_dictionary(texts.type) else texts
    misfit = None
    if column.label in layout.names:
        place = layout.names.index(column.label)
        misfit = _pandas.first_misfit(column.label, plain.to_pylist(), column.dtype, column.seen, layout, place)
    if misfit is not None:
        raise Misfits([misfit])
    return plain.cast(column.dtype.arrow)


def _dates(column: Column, parts: list[pa.Array]) -> pa.Array:
    """The dates, or the texts once one was found to be none."""
    assert column.dates is not None
    texts = dates.joined(parts)
    if column.seen & Seen.TEXT:
        return texts if column.coded else texts.cast(pa.string())
    texts = dates.without_nat(texts)
    if texts.null_count == len(texts):
        if len(texts) and column.dates.zone is None and column.seen == Seen.NOTHING:
            raise Misfits([Misfit(column.label, 0, None, Seen.MISSING)])
        return pa.nulls(len(texts), column.dtype.arrow)
    date_format = column.dates.format
    if date_format is None or column.dates.zone is None:
        record = int(np.flatnonzero(texts.is_valid().to_numpy(zero_copy_only=False))[0])
        raise Misfits([Misfit(column.label, record, texts[record].as_py(), Seen.MISSING)])
    try:
        return dates.convert(texts, date_format, column.dates.dayfirst, column.dtype)
    except dates.NotDates:
        record, text, no_date = dates.first_misfit(texts, date_format, column.dates.dayfirst, column.dtype)
        raise Misfits([Misfit(column.label, record, text, no_date.kinds)]) from None


def _cut(text: bytes, separator: bytes, limit: int) -> bytes:
    """The first `limit` records."""
    if text.count(b"\n") + text.count(b"\r") < limit:
        return text
    ends = [end for _, end, _, _ in itertools.islice(records.each(text, separator), limit)]
    return text[: ends[-1]] if ends else b""
