"""Reading one partition of columns that were kept, and of text where they were not, which is kept then; see `kept`.

See docs/decisions/0074-parsed-columns-kept.md.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from lazyframe.cache.store import Store
from lazyframe.csv.options.bad_lines import NONE
from lazyframe.csv.scan.bounds import ROWS, known
from lazyframe.csv.scan.kept import Kept, KeptRun
from lazyframe.csv.scan.ranges import Chunk
from lazyframe.csv.scan.reader import ColumnRange, CSVReader, ReadingPlan
from lazyframe.csv.sniff.columns import ColumnSpec
from lazyframe.csv.sniff.findings import WrongSplit
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.storage import File
from lazyframe.schema import Replan

if TYPE_CHECKING:
    from lazyframe.csv.scan.spec import ScanSpec
    from lazyframe.csv.text.partitions import FilePartition, Range

_BATCH = 4 * ROWS  # rows that flow at a time: they are not parsed, so what Python does once a batch is most of the work
_RUN = 2**26  # bytes of text after which a run ends: its columns are in memory until they are written


def _joined(parts: list[pa.Array]) -> pa.Array | None:
    """The pieces as one array; None where they have no type in common."""
    if len({part.type for part in parts}) > 1:  # dates that are few in one chunk, and many in the next
        parts = [part.dictionary_decode() if pa.types.is_dictionary(part.type) else part for part in parts]
        if len({part.type for part in parts}) > 1:
            return None
    if pa.types.is_dictionary(parts[0].type):
        parts = pa.chunked_array(parts).unify_dictionaries().chunks
        dictionary = parts[0].dictionary
        codes = pa.concat_arrays([_narrow(part.indices, len(dictionary)) for part in parts])
        return pa.DictionaryArray.from_arrays(codes, dictionary, safe=False)
    return pa.concat_arrays(parts) if len(parts) > 1 else parts[0]


def _narrow(codes: pa.Array, count: int) -> pa.Array:
    """The same codes, which are less than `count`, in as few bytes as hold them."""
    type_ = pa.uint8() if count <= 2**8 else pa.uint16() if count <= 2**16 else pa.int32()
    return codes.cast(type_, safe=False)  # what stands in the place of a missing one may be anything


@dataclass
class _Writer:
    """Columns of a run while they are parsed: the places among those of a chunk, and the pieces."""

    places: dict[str, int]
    parts: dict[str, list[pa.Array]] = field(default_factory=dict)
    records: int = 0

    def add(self, chunk: Chunk) -> None:
        """The columns of a chunk."""
        for label, place in self.places.items():
            self.parts.setdefault(label, []).append(chunk.arrays[place])
        self.records += chunk.records

    def made(self) -> dict[str, pa.Array]:
        """Each column in one piece, by label."""
        found = {label: _joined(parts) for label, parts in self.parts.items()}
        return {label: array for label, array in found.items() if array is not None}


class KeptReader(CSVReader):
    """A reader that takes what is kept of its columns, and keeps what it has to parse.

    Parameters
    ----------
    spec, partition, columns, predicate
        As for `CSVReader`.
    store : Store
        Where columns are kept.
    """

    def __init__(self, spec: ScanSpec, partition: FilePartition, columns: tuple[str, ...], predicate: Any, store: Store) -> None:
        super().__init__(spec, partition, columns, predicate)
        self._kept = Kept(spec, partition, store, self.tell)
        if self._kept.usable:
            self._asked = None  # rows that a predicate leaves out are of use to the next query: no column is made late
        self._keyed = {column.label: key for column in self._logical if (key := self._kept.keys.of(column)) is not None}

    def _chunks(self) -> Iterator[tuple[Chunk, ColumnRange | None]]:
        if not self._kept.usable:
            yield from super()._chunks()
        elif len(self._partition.ranges) == 1:
            yield from self._of_range(self._partition.ranges[0])
        else:
            yield from self._of_files()

    def _best(self, runs: Iterable[KeptRun]) -> KeptRun | None:
        """The run that has most of what is wanted, and of these the longest."""
        return max(runs, key=lambda run: (run.kept(self._keyed.values()), run.end), default=None)

    def _writer(self, columns: Sequence[ColumnSpec]) -> _Writer:
        return _Writer({column.label: place for place, column in enumerate(columns) if column.label in self._keyed})

    # ---- one range of a file

    def _of_range(self, part: Range) -> Iterator[tuple[Chunk, ColumnRange | None]]:
        with OpenFile(self._spec.files[part.file]) as opened:
            whole = ColumnRange(self._spec, opened, part, self._plan(opened.file))
            begin, at, tally = whole.place, whole.begin, NONE
            self._reach(begin, begin, tally)
            while at < part.stop:
                run = self._best(run for run in self._kept.at(at) if run.stop <= part.stop)
                if run is None:
                    break
                at_end = run.at_end or part.stop >= opened.length <= run.end
                tally += run.tally
                for chunk in self._of_run(run, functools.partial(_parsed_between, whole, run)):
                    self._reach(begin, (part.file, run.end), tally)
                    yield chunk, None
                at = run.end
                self._reach(begin, (part.file + 1, 0) if at_end else (part.file, at), tally)
                if at_end or at >= part.stop:
                    return
            reading, writer = whole.between(at, part.stop), self._writer(self._logical)
            for chunk in reading.read(None):
                self._reach(begin, reading.place, tally + reading.tally)
                writer.add(chunk)
                yield chunk, None
                if reading.place[1] - at >= _RUN and reading.place[1] < part.stop:
                    self._keep(at, reading, writer)
                    tally, at = tally + reading.tally, reading.place[1]
                    reading.tally, writer = NONE, self._writer(self._logical)
            self._reach(begin, reading.place, tally + reading.tally)
            self._keep(at, reading, writer)

    def _keep(self, at: int, reading: ColumnRange, writer: _Writer) -> None:
        """Keep what was parsed from a place on, to where reading has come."""
        opened, at_end = reading.opened, reading.place[0] > reading.part.file
        end = opened.length if at_end else reading.place[1]
        whole = end < opened.length or (
            opened.file.divisible
            and not reading.tally.count  # one of the bad lines may be a quote that was not closed yet
            and (end == 0 or opened.read(end - 1, 1) == b"\n")
        )
        self._kept.add(
            KeptRun(at, end, min(end, reading.part.stop), at_end, (writer.records,), reading.tally, whole), writer.made()
        )

    # ---- several small files

    def _of_files(self) -> Iterator[tuple[Chunk, ColumnRange | None]]:
        ranges = self._partition.ranges
        begin, end = (ranges[0].file, 0), (ranges[-1].file + 1, 0)
        run = self._best(self._kept.at(0))
        if run is not None:
            for chunk in self._of_run(run, self._parsed_of_all):
                self._reach(begin, end, run.tally)
                yield chunk, None
            self._reach(begin, end, run.tally)
            return
        writer, counts = self._writer(self._logical), dict.fromkeys((part.file for part in ranges), 0)
        for chunk, reading in super()._chunks():
            assert reading is not None
            writer.add(chunk)
            counts[reading.part.file] += chunk.records
            yield chunk, None
        self._kept.add(KeptRun(0, 0, 0, True, tuple(counts.values()), self.extent.tally, False), writer.made())

    def _parsed_of_all(self, plan: Callable[[File], ReadingPlan]) -> Iterator[Chunk]:
        for part in self._partition.ranges:
            with OpenFile(self._spec.files[part.file]) as opened:
                yield from ColumnRange(self._spec, opened, part, plan(opened.file)).read(None)

    # ---- what is kept

    def _of_run(self, run: KeptRun, parsed: Callable[[Callable[[File], ReadingPlan]], Iterator[Chunk]]) -> Iterator[Chunk]:
        """The chunks of a run; what is not kept of it is parsed, and then kept."""
        arrays = self._kept.arrays(run, self._logical)
        for column in self._logical:
            if column.is_path:
                arrays[column.label] = _joined(
                    [self._spec.paths(part.file, count) for part, count in zip(self._partition.ranges, run.records, strict=True)]
                )
        missing = [column for column in self._logical if column.label not in arrays]
        if not missing:
            yield from self._mapped(run, arrays)
            return
        writer = self._writer(missing)
        plans: dict[tuple[str, ...], ReadingPlan] = {}

        def plan(file: File) -> ReadingPlan:
            return plans.setdefault(file.names, ReadingPlan(self._spec, file, missing, None))

        for chunk in parsed(plan):
            at = writer.records
            if at + chunk.records > run.count:
                break
            writer.add(chunk)
            beside = dict(zip([column.label for column in missing], chunk.arrays, strict=True))
            for label, array in arrays.items():
                beside[label] = _piece(array, at, chunk.records)
            yield Chunk([beside[column.label] for column in self._logical], chunk.records, 0)
        if writer.records != run.count:  # the text is another, though nothing of the file tells so
            self._kept.forget(run)
            raise Replan(self._spec.token, WrongSplit(self._partition.ranges[0].file))
        self._kept.add(run, writer.made())

    def _mapped(self, run: KeptRun, arrays: Mapping[str, pa.Array]) -> Iterator[Chunk]:
        """The chunks of a run all of whose columns are kept; those in which no row can pass the predicate are passed over."""
        passing = self._passing(run)
        at = 0
        for passes, rows in itertools.groupby(range(0, run.count, ROWS), lambda start: passing[start // ROWS]):
            *_, last = rows
            stop = min(last + ROWS, run.count)
            if not passes:
                yield Chunk([], stop - at, 0, passed_over=True)
                at = stop
            while at < stop:
                count = min(_BATCH, stop - at)
                yield Chunk([_piece(arrays[column.label], at, count) for column in self._logical], count, 0)
                at += count

    def _passing(self, run: KeptRun) -> list[bool]:
        """For each cell of a run whether a row of it may pass the predicate."""
        count = -(-run.count // ROWS)
        if self._predicate is None:
            return [True] * count
        bounds = {}
        for label in self._predicate.columns:
            key = self._keyed.get(label)
            bundle = run.bundle_with(key)
            if bundle is not None and key is not None:
                bounds[label] = bundle.told["bounds"][key], bundle.type(key)
        return [
            not self._predicate.excludes({label: known(cells[number], type_) for label, (cells, type_) in bounds.items()})
            for number in range(count)
        ]


def _parsed_between(whole: ColumnRange, run: KeptRun, plan: Callable[[File], ReadingPlan]) -> Iterator[Chunk]:
    reading = whole.between(run.begin, whole.part.stop if run.at_end else run.end)
    reading.plan = plan(reading.opened.file)
    return reading.read(None)


def _piece(array: pa.Array, at: int, count: int) -> pa.Array:
    """Some rows of a column that is kept, as engines give them."""
    piece = array.slice(at, count)
    if not pa.types.is_dictionary(array.type) or array.type.index_type == pa.int32():
        return piece
    return pa.DictionaryArray.from_arrays(piece.indices.cast(pa.int32()), array.dictionary, safe=False)
