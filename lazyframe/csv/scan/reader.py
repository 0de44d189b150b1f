"""Reading one partition: cut the text into whole records, give them to an engine, and say where something is wrong.

    Range -> begin (taken on trust) -> chunks of whole records -> engine -> columns, dates -> RecordBatch
       (ranges.py)                                              (assemble.py)

A partition begins at the first line start in its range, and ends at the first *record* start behind it. Line starts
and record starts differ only inside quotes, so the begin is taken on trust, the end is exact if the begin was, and
`FileExtent.join` checks that the next partition began where this one ended. The first one begins right; so when all
joins hold, all partitions were right. When one does not hold, or when bad data turn out to come from a wrong begin,
the `Replan` says which file has to be cut with more care.

Which engines there are to ask is `ENGINES`; the first is chosen by `lazyframe.native.library.engine`.

See docs/decisions/0036-len-looks-at-fields.md.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from lazyframe.csv.engines import _native, _pandas, _pyarrow
from lazyframe.csv.engines.late import Late
from lazyframe.csv.engines.layout import BadText, Layout, Rejected, places_of
from lazyframe.csv.errors import CSVError, also, excerpt, field_text
from lazyframe.csv.options.bad_lines import NONE, Sifted, Tally
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.scan import assemble
from lazyframe.csv.scan.ranges import Chunk, RangeReader
from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff import advice
from lazyframe.csv.sniff.findings import Change, FileExtent, OpenCategories, WrongKind
from lazyframe.csv.text.files import OpenFile, TextBuffer
from lazyframe.csv.text.partitions import FilePartition
from lazyframe.csv.text.rewrite import without_marks
from lazyframe.csv.text.storage import File
from lazyframe.csv.types.converters import ConversionError
from lazyframe.csv.types.infer import BARE, TextKinds
from lazyframe.csv.types.mismatches import CODED, TypeMismatch, TypeMismatches
from lazyframe.masks import packed
from lazyframe.native.library import engine, level
from lazyframe.native.scan import Counter
from lazyframe.schema import BIG_INTEGERS, ROW, DType, Replan, dtype_named

if TYPE_CHECKING:
    from lazyframe.csv.sniff.columns import ColumnSpec
    from lazyframe.csv.text.partitions import Range

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


class CSVReader:
    """One partition being read; iterate it for its batches.

    Parameters
    ----------
    spec : ScanSpec
        What the files are taken to be.
    partition : FilePartition
        What is read.
    columns : tuple of str
        The columns of the batches, in order; `lazyframe.schema.ROW` is the record's number in the partition.
    predicate : callable, optional
        Rows for which it is false are left out.

    Attributes
    ----------
    records : int
        How many records have been read, before the predicate.
    extent : FileExtent
        Where reading began, and where it has come to.
    """

    def __init__(self, spec: ScanSpec, partition: FilePartition, columns: tuple[str, ...], predicate: Any = None) -> None:
        self._spec = spec
        self._partition = partition
        self._columns = columns
        self._predicate = predicate
        self._asked = None if predicate is None else frozenset(predicate.columns)
        self._needed = tuple(dict.fromkeys((*columns, *(() if predicate is None else predicate.columns))))
        self._logical = [spec.column(name) for name in self._needed if name != ROW]
        self._plans: dict[tuple[str, ...], ReadingPlan] = {}
        first = partition.ranges[0]
        self.records = 0
        self.extent = FileExtent(spec.token, (first.file, first.start), (first.file, first.start))

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        if open_ones := tuple(column.label for column in self._logical if column.dtype.is_open):
            raise Replan(self._spec.token, OpenCategories(open_ones))
        try:
            for chunk, reading in self._chunks():
                batch = None if chunk.passed_over else self._batch(chunk, reading)
                self.records += chunk.records
                if batch is not None and batch.num_rows:
                    yield batch
        finally:
            self._give_back()

    def _chunks(self) -> Iterator[tuple[Chunk, ColumnRange | None]]:
        """What the partition is made of, and what read it, where that may learn of it; the extent goes along."""
        begin, tally = None, NONE
        for part in self._partition.ranges:
            with OpenFile(self._spec.files[part.file]) as opened:
                reading = ColumnRange(self._spec, opened, part, self._plan(opened.file))
                begin = begin or reading.place
                self._reach(begin, reading.place, tally)
                for chunk in reading.read(self._left()):
                    self._reach(begin, reading.place, tally + reading.tally)
                    yield chunk, reading
                tally += reading.tally
                self._reach(begin, reading.place, tally)
            if self._left() == 0:
                return

    def _reach(self, begin: tuple[int, int], end: tuple[int, int], tally: Tally) -> None:
        """Reading has come so far."""
        self.extent = FileExtent(self._spec.token, begin, end, tally, self.extent.troubles)

    def tell(self, trouble: str) -> None:
        """Let the user be told something that is no matter of the data."""
        self.extent = self.extent.telling(trouble)

    def _plan(self, file: File) -> ReadingPlan:
        """How files with these columns are read; files of one partition share the parser, and what it has learnt."""
        found = self._plans.get(file.names)
        if found is None:
            found = self._spec.plans.take(self._key(file.names)) or ReadingPlan(self._spec, file, self._logical, self._asked)
            self._plans[file.names] = found
        return found

    def _key(self, names: tuple[str, ...]) -> Hashable:
        return names, self._needed, self._asked, engine(), level() if engine() == "native" else None

    def _give_back(self) -> None:
        """Let the next reader of these columns have the parsers: to make one takes as long as to parse a row."""
        for names, plan in self._plans.items():
            plan.release()
            self._spec.plans.give(self._key(names), plan)
        self._plans.clear()

    def _left(self) -> int | None:
        return None if self._spec.nrows is None else self._spec.nrows - self.records

    def _batch(self, chunk: Chunk, reading: ColumnRange | None) -> pa.RecordBatch:
        labels = [column.label for column in self._logical]
        made = {label: array for label, array in zip(labels, chunk.arrays, strict=True) if array is not None}
        if ROW in self._needed:
            made[ROW] = pa.array(np.arange(self.records, self.records + chunk.records, dtype=np.int64))
        count = chunk.records
        if self._predicate is not None:
            mask = self._predicate(_batch_of(made, count))
            count = int(np.count_nonzero(mask))
            if reading is not None:
                reading.learn(count, chunk.records)
            if count < chunk.records:
                bits = packed(mask)
                made = {name: array.filter(bits) for name, array in made.items() if name in self._columns}
            if chunk.late is not None:
                made.update(chunk.late(mask))
        return _batch_of({name: made[name] for name in self._columns}, count)


def _batch_of(columns: dict[str, pa.Array], count: int) -> pa.RecordBatch:
    """The columns side by side; nothing but a number of rows where there are none."""
    if columns:
        return pa.RecordBatch.from_pydict(columns)
    return pa.RecordBatch.from_struct_array(pa.StructArray.from_buffers(pa.struct([]), count, [None]))


class ReadingPlan:
    """How the wanted columns are parsed from files of the same columns.

    `asked` are the columns that the predicate needs; None where there is no predicate.
    """

    def __init__(self, spec: ScanSpec, file: File, logical: list[ColumnSpec], asked: frozenset[str] | None) -> None:
        self._spec, self._file = spec, file
        self.logical = logical
        self._asked = asked

    @functools.cached_property
    def layout(self) -> Layout:
        return layout_of(self._spec.dialect, self._file, self.logical)

    @functools.cached_property
    def _formats(self) -> dict[int, str]:
        return assemble.formats(self.layout, self.logical)

    @functools.cached_property
    def native(self) -> _native.Parser | None:
        if engine() == "native" and _native.supports(self.layout, self._formats):
            return _native.Parser(self.layout, self._formats)
        return None

    def release(self) -> None:
        """Let go of the memory of what was parsed last."""
        for made in (self.__dict__.get("native"), self.__dict__.get("late")):
            if made is not None:
                made.release()

    @functools.cached_property
    def late(self) -> Late | None:
        """For the columns that may be made after the predicate; None where there are none."""
        if self.native is None or self._asked is None:
            return None
        plain = (c for c in self.logical if c.dates is None and not c.undated)
        texts = {c.label for c in plain if c.dtype.arrow == pa.string()} - self._asked
        doubtful = {number for number, _ in self.layout.doubts}
        places = [p for number, (name, p, _) in enumerate(self.layout.wanted) if name in texts and number not in doubtful]
        return Late(self.layout, self._formats, places) if places else None


class ColumnRange(RangeReader):
    """A byte range whose columns are wanted."""

    def __init__(self, spec: ScanSpec, opened: OpenFile, part: Range, plan: ReadingPlan) -> None:
        super().__init__(spec, opened, part)
        self.plan = plan

    def _chunk(self, limit: int | None) -> int:
        chunk = super()._chunk(limit)
        return chunk if self.plan.logical else min(chunk, _COUNTED_CHUNK)  # text that is only looked through once

    def _take(self, buffer: TextBuffer, limit: int | None) -> Chunk | None:
        try:
            return self._natively(buffer, limit)
        except Rejected:
            return self._parsed(buffer, limit)

    def _counted(self, buffer: TextBuffer) -> int:
        """How many records follow of which no column is wanted; the buffer moves behind them, as far as the core counts.

        A record with too many fields stops it: whether that is an error, and where, is for the others to say.
        """
        names, dialect = self.opened.file.names, self._spec.dialect
        if self.plan.logical or self.plan.native is None or len(names) == 1:
            return 0
        separator, width, count = dialect.separator, len(names) if dialect.check_fields else 0, 0
        limit, counted = min(self.part.stop, buffer.offset + _COUNTED), Counter(separator[0], width)
        while buffer.offset < limit:
            found, length = counted(buffer.text, self.part.stop - buffer.offset, buffer.at_end) or (0, 0)
            if not length:
                break
            count += found
            buffer.advance(length)
            self.place = (self.part.file, buffer.offset)
        return count

    def learn(self, passed: int, of: int) -> None:
        """How many rows of the latest chunk passed the predicate, of how many."""
        if self.plan.late is not None:
            self.plan.late.learn(passed, of)

    def _natively(self, buffer: TextBuffer, limit: int | None) -> Chunk | None:
        """What the native engine makes of the text; None where there is not one whole record.

        Raises
        ------
        Rejected
            It makes nothing of it.
        """
        native, late = self.plan.native, self.plan.late
        if native is None:
            raise Rejected
        known = late is None or late.worthwhile is not None
        late = late if late is not None and late.worthwhile and limit is None else None
        begin, text = buffer.offset, buffer.text
        # Late text is made of one chunk; and what is refused in the end, for a doubt about a value, has to be read again.
        alone = limit is not None or not known or late is not None or bool(self.plan.layout.doubts)

        def following(consumed: int) -> _native.Following:
            buffer.advance(consumed)
            return _native.Following(buffer.text, self.part.stop - buffer.offset, buffer.at_end)

        try:
            parsed = (late.first if late is not None else native).parse(
                text, self.part.stop - begin, buffer.at_end, limit, None if alone else following
            )
        except Rejected:
            buffer.show(begin)
            raise
        if not parsed.records and not parsed.consumed and not parsed.complete:
            return None
        end = buffer.offset + parsed.consumed
        arrays = self._arranged(parsed.arrays, parsed.records, lambda: self.opened.read(begin, end - begin))
        make = None if late is None else functools.partial(self._late, late, text, parsed)
        return Chunk(arrays, parsed.records, parsed.consumed, make)

    def _late(self, late: Late, text: memoryview, parsed: _native.Parsed, mask: np.ndarray) -> dict[str, pa.Array]:
        at = late.make(text, parsed, mask)
        if self._spec.dialect.has_marks:
            at = {name: without_marks(array) for name, array in at.items()}
        return {column.label: self._column(column, at, 0) for column in self.plan.logical if column.label in at}

    def _parsed(self, buffer: TextBuffer, limit: int | None) -> Chunk | None:
        """The same by the engines that want whole records; None where there is not one whole record."""
        separator = self._spec.dialect.separator
        text = buffer.whole_records(separator)
        if text is None:
            return None
        sifted = self._sifted(text, limit)
        try:
            arrays = parse(sifted.text, self.plan.layout)
        except BadText as bad:
            raise self._located(text, bad, sifted) from None
        except TypeMismatches as mismatches:
            self._check_begin()
            raise self._told(text, mismatches.found, sifted) from None
        return Chunk(self._arranged(arrays, len(arrays[0]), lambda: text, sifted), len(arrays[0]), sifted.length)

    def _located(self, text: bytes, bad: BadText, sifted: Sifted | None = None) -> CSVError:
        """The user's error for text that is no table."""
        self._check_begin()
        place = self._place(text, bad.record if sifted is None else sifted.number(bad.record))
        shown_line = f': "{excerpt(place.text)}". {bad.advice}' if bad.advice else ""
        return bad.told(place.where, shown_line)

    def _arranged(self, arrays: list[Any], count: int, text: Callable[[], bytes], sifted: Sifted | None = None) -> list[Any]:
        """The columns of the frame, made of the parsed ones; their text is asked for to say where one of them is wrong."""
        if self._spec.dialect.has_marks:
            arrays = [array if array is None else without_marks(array) for array in arrays]
        at = {name: array for (name, _, _), array in zip(self.plan.layout.wanted, arrays, strict=True)}
        try:
            return [self._column(column, at, count) for column in self.plan.logical]
        except TypeMismatches as mismatches:
            self._check_begin()
            raise self._told(text(), mismatches.found, sifted) from None
        except ConversionError as failed:
            self._check_begin()
            record = failed.record if sifted is None else sifted.number(failed.record)
            raise failed.placed(self._where(text(), record)) from None

    def _column(self, column: ColumnSpec, at: dict[str, Any], count: int) -> Any:
        if column.is_path:
            return self._spec.paths(self.part.file, count)
        if column.dates is not None:
            if column.label in at and pa.types.is_timestamp(at[column.label].type):
                return at[column.label] if column.given is None else at[column.label].cast(column.dtype.arrow, safe=False)
            return assemble.dates_of(column, [at[str(p)] if str(p) in at else pa.nulls(count, CODED) for p in column.dates.parts])
        if column.undated:
            return assemble.level(column, at.get(column.label, pa.nulls(count, CODED)), self.plan.layout)
        if column.converter is not None and column.label in at:
            array = column.converter(at[column.label], column.label, column.seen)
        else:
            array = at[column.label] if column.label in at else assemble.absent(column, count)
        if array is None:  # made late
            return None
        if column.is_of_words:
            return assemble.numbers_of_words(column, array)
        if column.dtype.kind in "CEcS":
            return assemble.extension(column, array, self.plan.layout) if column.label in at else array
        if column.dtype == BIG_INTEGERS:
            return assemble.integers(column, array, self.plan.layout)
        if column.dtype.arrow != pa.string():
            return array
        if pa.types.is_dictionary(array.type) == column.coded:
            return array
        return array.dictionary_encode() if column.coded else array.cast(pa.string())

    def _told(self, text: bytes, mismatches: list[TypeMismatch], sifted: Sifted | None = None) -> Exception:
        """The user's error where one of the dtypes was given, else what the source has to learn."""
        changes = []
        for mismatch in sorted(mismatches, key=lambda found: found.record):
            column = self._spec.column(mismatch.column)
            place = self._place(text, mismatch.record if sifted is None else sifted.number(mismatch.record))
            what = field_text(mismatch.text)
            where = f"{place.where}, column {mismatch.column}"
            if column.given is not None and not column.may_hold(mismatch.seen):
                wider = column.wider(mismatch.seen)
                if column.is_of_words:
                    problem = f"{what} stands beside truth values, and such a mixture is not {column.given} as dtype= asks"
                else:
                    problem = f"{what} is not {column.given}, which dtype= asks for"
                return also(_pandas.refusal(mismatch.text, column.given, self.plan.layout))(
                    f"{where}: {problem}. Mend it, or pass dtype={{{column.name!r}: {wider!r}}}."
                    + ("" if column.is_of_words else self._commonest(column))
                )
            changes.append(
                Change(
                    mismatch.column,
                    mismatch.seen,
                    self.opened.file.path,
                    place.line,
                    place.record,
                    mismatch.text,
                    self.part.file,
                    self._no_numbers(text, column, sifted),
                )
            )
        return Replan(self._spec.token, WrongKind(tuple(changes)))

    def _no_numbers(self, text: bytes, column: ColumnSpec, sifted: Sifted | None) -> tuple[tuple[str, int], ...]:
        """What this text holds of a column of numbers that is none."""
        layout = self.plan.layout
        if not column.is_inferred or column.dtype.kind not in "iuf" or column.label not in layout.positions:
            return ()
        try:
            (found,) = parse(text if sifted is None else sifted.text, layout.alone(layout.positions[column.label]))
        except (BadText, TypeMismatches):
            return ()
        return advice.no_numbers(found.to_pylist(), layout.dialect.forms)

    def _commonest(self, column: ColumnSpec) -> str:
        """What in this range does not fit a column most often, and what it may mean; nothing where that cannot be found out."""
        text = replace(column, given=_TEXT, dates=None, coded=True)
        spec = replace(self._spec, columns=(text,))
        reader = CSVReader(spec, FilePartition(0, (self.part,)), (column.label,))
        try:
            return advice.commonest((batch.column(0) for batch in reader), column.name, column.dtype, spec.dialect)
        except (CSVError, Replan):
            return ""


def parse(text: bytes, layout: Layout) -> list[pa.Array]:
    """The wanted columns, by the first engine that vouches for the chunk."""
    for parse_with in ENGINES[engine()]:
        try:
            return parse_with(text, layout)
        except Rejected:
            continue
    raise AssertionError("the last engine rejects nothing")


def layout_of(dialect: Dialect, file: File, logical: list[ColumnSpec]) -> Layout:
    """What an engine is told of a file, so that it parses what these columns of the frame are made of."""
    text = dtype_named("str")
    wanted: dict[str, tuple[DType, TextKinds | None, bool]] = {}
    for column in logical:
        if column.dates is not None:
            for part in column.dates.parts:
                wanted[str(part)] = (text, None, False)
        elif column.converter is not None:
            wanted[column.label] = (text, BARE, False)
        else:
            wanted[column.label] = (*column.read_as, not column.coded)
    places = places_of(file.names)
    found = [(name, places[name], *what) for name, what in wanted.items() if name in places]
    if not found:  # the records have to be counted, and to be checked
        found = [(file.names[0], 0, text, None, True)]
    return Layout(
        dialect,
        file.names,
        tuple((name, place, dtype) for name, place, dtype, _, _ in found),
        tuple(seen for _, _, _, seen, _ in found),
        frozenset(place for _, place, dtype, _, plain in found if plain and dtype.arrow == pa.string()),
    )


def fits(text: bytes, layout: Layout, logical: list[ColumnSpec]) -> bool:
    """Whether the quickest engine takes whole records to hold just what these columns are taken to hold (`layout_of` them)."""
    quickest = _native.parse if engine() == "native" and _native.supports(layout) else ENGINES[engine()][0]
    try:
        at = {name: array for (name, _, _), array in zip(layout.wanted, quickest(text, layout), strict=True)}
        for column in logical:
            if column.dates is not None:
                assemble.dates_of(column, [at[str(part)] for part in column.dates.parts])
            elif column.undated:
                assemble.level(column, at[column.label], layout)
            elif column.is_converted:
                assemble.extension(column, at[column.label], layout)
            elif column.dtype == BIG_INTEGERS:
                assemble.integers(column, at[column.label], layout)
    except (Rejected, TypeMismatches, BadText, KeyError):
        return False
    return True
