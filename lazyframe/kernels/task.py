"""The functions that tasks run.

`scan` is the fused task of one partition: read batches, run each through every pipeline, fold it into the
pipeline's sink. Several queries over one source are several pipelines of one scan, so each partition is read once.

    source.read -> batch -> steps -> sink.fold -> Part        (one task a partition)
                                     Part, Part, ... -> combine -> Part      (a tree of these)
                                                        Part -> finish -> Columns

See docs/decisions/0036-len-looks-at-fields.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import field, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.executors import checkpoint
from lazyframe.expr import Expr, WindowCall
from lazyframe.frozen import frozen
from lazyframe.joins import JoinCall
from lazyframe.kernels.columns import Columns, Values, from_series, index_name, is_hidden, text_series, to_series
from lazyframe.kernels.evaluate import RowPredicate, bind, evaluate
from lazyframe.kernels.laps import FIRST_STEP, READING, Laps, Stopwatch, total
from lazyframe.kernels.rownumbers import Counts, ordered
from lazyframe.kernels.sinks import Sink, one_object
from lazyframe.kernels.sorting import places
from lazyframe.kernels.steps import Right, Step, apply, bound, joined
from lazyframe.methods import applied
from lazyframe.methods import window as windowed
from lazyframe.plan import Output
from lazyframe.schema import ROW, column_index


@frozen
class Pipeline:
    """Steps that each batch goes through (`steps`), and the sink at their end."""

    steps: tuple[Step, ...]
    sink: Sink

    def fold(self, partial: Any, columns: Columns, watch: Stopwatch, lap: int) -> Any:
        """A batch through the steps into the sink; its laps on the stopwatch begin with `lap`."""
        for step in self.steps:
            columns = apply(step, columns)
            watch.lap(lap, len(columns))
            lap += 1
        partial = self.sink.fold(partial, columns)
        watch.lap(lap)
        return partial

    def bind(self, values: Mapping[str, Any]) -> Pipeline:
        """The pipeline with the values of subqueries in their places."""
        if not values:
            return self
        return Pipeline(tuple(bound(step, values) for step in self.steps), self.sink.rewrite(lambda e: bind(e, values)))


@frozen
class Part:
    """What one or several neighbouring partitions gave.

    Parameters
    ----------
    partials : tuple
        One a pipeline; None where the partition was not read, since those before it had enough.
    counts : Counts
        How many records were read of each; of none where it is only their place that matters.
    records : int
        How many records were read of all.
    extent : object or None
        Where reading began and ended; None where nothing was read.
    stopped : bool
        Whether reading stopped before the end, since nothing further was needed: what follows need not fit on.
    laps : Laps or None
        What it took; None where nothing was read.
    """

    partials: tuple[Any, ...]
    counts: Counts
    records: int
    extent: Any
    stopped: bool = False
    laps: Laps | None = field(default=None, compare=False)


def scan(
    source: Any,
    partition: Any,
    position: int,
    names: tuple[str, ...],
    predicate: Expr | None,
    pipelines: tuple[Pipeline, ...],
    values: Mapping[str, Any],
    previous: Part | None = None,
) -> Part:
    """Read the partition at this position through its pipelines; nothing where `previous` is already all that is wanted."""
    if not source.is_counted:
        position = 0  # its rows have their numbers in the whole, as if all were of one partition
    if previous is not None and _full(pipelines, previous.partials):
        return Part((None,) * len(pipelines), Counts(position, (0,)), 0, None, stopped=True)
    pipelines = tuple(pipeline.bind(values) for pipeline in pipelines)
    where = None if predicate is None else RowPredicate(bind(predicate, values), source.schema)
    partials: list[Any] = [None] * len(pipelines)
    first_laps = first_laps_of(pipelines)
    watch = Stopwatch(first_laps[-1])
    stopped = False
    reader, fields = source.read(partition, names, where), source.schema.labelled()
    for batch in reader:
        checkpoint()
        columns = batch if isinstance(batch, Columns) else Columns.from_batch(batch, fields)
        columns = ordered(columns, position)
        watch.lap(READING, len(columns))
        for number, pipeline in enumerate(pipelines):
            partials[number] = pipeline.fold(partials[number], columns, watch, first_laps[number])
        stopped = _full(pipelines, partials)
        if stopped:
            break
    watch.lap(READING)
    if None in partials:  # no batch came
        nothing = Columns.empty(source.schema, names)
        partials = [pipeline.fold(None, nothing, watch, lap) for pipeline, lap in zip(pipelines, first_laps, strict=False)]
    for number, (pipeline, last) in enumerate(zip(pipelines, first_laps[1:], strict=True)):
        partials[number] = pipeline.sink.merge([partials[number]])  # smaller, while others still read
        watch.lap(last - 1)
    laps = watch.stop(0.0 if where is None else where.seconds, getattr(partition, "nbytes", 0))
    return Part(tuple(partials), Counts(position, (reader.records,)), reader.records, reader.extent, stopped, laps)


def first_laps_of(pipelines: Sequence[Pipeline]) -> list[int]:
    """The number of the lap that each pipeline begins with; and last, how many laps there are."""
    return list(itertools.accumulate((len(pipeline.steps) + 1 for pipeline in pipelines), initial=FIRST_STEP))


def _full(pipelines: Sequence[Pipeline], partials: Sequence[Any]) -> bool:
    return all(pipeline.sink.full(partial) for pipeline, partial in zip(pipelines, partials, strict=True))


def combine(parts: Sequence[Part], pipelines: tuple[Pipeline | None, ...]) -> Part:
    """Neighbouring parts as one, their places checked against each other; nothing is kept for a pipeline of None."""
    extent, stopped = None, False
    for part in parts:
        if not stopped and part.extent is not None:
            extent = part.extent if extent is None else extent.join(part.extent)
        stopped = stopped or part.stopped
    partials = tuple(
        None if pipeline is None else pipeline.sink.merge([part.partials[position] for part in parts])
        for position, pipeline in enumerate(pipelines)
    )
    counts = Counts.joined([part.counts for part in parts])
    return Part(partials, counts, sum(part.records for part in parts), extent, stopped, total([part.laps for part in parts]))


def place(parts: Sequence[Part]) -> Part:
    """Where neighbouring parts began and ended and how many records they had, and nothing else of them."""
    found = combine(parts, ())
    return replace(found, counts=Counts(0, ()))  # of as many partitions as come before, for each of them, there is no room


def gather(before: Sequence[Part], parts: Sequence[Part], verified: Part, position: int, sink: Sink) -> Columns:
    """The rows of some neighbouring partitions, numbered from the start of the input.

    Parameters
    ----------
    before : sequence of Part
        The place of all that comes before them, or nothing.
    parts : sequence of Part
        What was read of them.
    verified : Part
        Their own place, which nobody looks at: it is waited for, since making it checks where they began.
    position : int
        Which pipeline.
    sink : Sink
        Its sink.
    """
    del verified
    counts = Counts.joined([part.counts for part in parts])
    counts = replace(counts, before=sum(part.records for part in before))
    return counts.numbered(sink.finish(sink.merge([part.partials[position] for part in parts])))


def share(columns: Columns, position: int, count: int, numbered: bool) -> Columns:
    """One of so many equal shares of an answer's rows; with their numbers where the index is to be these."""
    start, stop = position * len(columns) // count, (position + 1) * len(columns) // count
    if numbered:
        columns = columns.with_columns({ROW: np.arange(len(columns))})
    return columns.rows(np.arange(start, stop))


def finish(part: Part, position: int, sink: Sink) -> Columns:
    """The answer of one pipeline."""
    return part.counts.numbered(sink.finish(part.partials[position]))


def notices(part: Part, function: Callable[[Any], tuple[Warning, ...]]) -> tuple[Warning, ...]:
    """What a source has to say to the user about what was read."""
    return () if part.extent is None else function(part.extent)


def through(columns: Columns, pipeline: Pipeline, values: Mapping[str, Any]) -> Columns:
    """An answer that is in memory, sent through a further pipeline."""
    pipeline = pipeline.bind(values)
    for step in pipeline.steps:
        columns = apply(step, columns)
    return pipeline.sink.finish(pipeline.sink.fold(None, columns))


def join(
    left: Columns,
    right: Columns,
    left_on: tuple[Hashable, ...],
    right_on: tuple[Hashable, ...],
    call: JoinCall,
    outputs: tuple[Output, ...],
) -> Columns:
    """The join of two answers."""
    return joined(left, right, left_on, right_on, call, outputs).settled()


def lookup(right: Columns, on: tuple[Hashable, ...], call: JoinCall) -> Right:
    """The right side of a join, made ready for a left one that comes batch by batch."""
    return Right.of(right.settled(), on, call)


def known(answer: Any) -> Columns:
    """An answer that is there."""
    columns: Columns = answer.columns
    return columns


def numbered(columns: Columns) -> Columns:
    """An answer with the number of each row."""
    return columns.with_columns({ROW: np.arange(len(columns))})


def unit() -> Columns:
    """One row, no columns."""
    return Columns.of(1, {})


def value(columns: Columns) -> Any:
    """The one value of a one-row answer, of the type pandas gives it."""
    name = next(name for name in columns.names if not is_hidden(name))
    return to_series(columns[name]).iloc[0]


def table(columns: Columns) -> pd.Series:
    """The one column of an answer, under its index."""
    name = next(name for name in columns.names if not is_hidden(name))
    found = to_series(columns[name])
    if index_name(0) in columns:
        found = found.set_axis(pd.Index(to_series(columns[index_name(0)])))
    elif ROW in columns:
        found = found.set_axis(pd.Index(columns[ROW]))
    return found


def transpose(columns: Columns) -> Columns:
    """A one-row answer turned into a column."""
    names = [name for name in columns.names if not is_hidden(name)]
    values = _side_by_side([columns[name] for name in names])
    levels: dict[Hashable, Values]
    if all(isinstance(n, str) for n in names):
        levels = {index_name(0): from_series(text_series(pa.array(names, pa.large_string())))}
    elif (index := column_index(names)).nlevels > 1:
        levels = _levels(index)
    else:
        levels = {index_name(0): pd.Series(names, dtype=object).to_numpy()}
    return Columns.of(len(names), {None: values, **levels})


def _side_by_side(cells: list[Values]) -> Values:
    """Columns of one row as the rows of one column, in the dtype that pandas has for them all."""
    numbers = [cell for cell in cells if isinstance(cell, np.ndarray) and cell.dtype.kind in "iufc"]
    if len(numbers) == len(cells):  # a Series for each would be most of the time of a sum over thousands of columns
        return np.concatenate(numbers)
    columns = [to_series(cell) for cell in cells]
    one_kind = len({column.dtype for column in columns}) == 1 or all(column.dtype.kind in "iufc" for column in columns)
    row = pd.concat(columns) if one_kind else pd.Series([column.iloc[0] for column in columns], dtype=object)
    return row.to_numpy() if row.dtype == object else from_series(row)


def _levels(index: pd.Index) -> dict[Hashable, Values]:
    return {index_name(level): _values(index.get_level_values(level).to_series()) for level in range(index.nlevels)}


def side_by_side(*answers: Any) -> Columns:
    """Answers of one row as one of several columns; after them the names of these, in order."""
    *found, names = answers
    made = {name: one[name] for one in found for name in one.names}
    return Columns.of(1, {name: made[name] for name in names})


def sort(columns: Columns, by: tuple[Hashable, ...], ascending: tuple[bool, ...], kind: Any, na_position: Any) -> Columns:
    """An answer in the order of some of its columns, rows of one value as pandas' own sorting leaves them."""
    return columns.rows(places(columns, by, ascending, kind, na_position)).settled()


def pandas_call(columns: Columns, names: tuple[Hashable, ...], method: str, options: dict[str, Any], alone: bool) -> Columns:
    """What a method of pandas makes of all the rows of an answer."""
    index, found, _ = applied([to_series(columns[name]) for name in names], names, method, options, alone)
    return found_columns(index, found)


def group_call(columns: Columns, call: Any) -> Columns:
    """What a method of pandas makes of the groups of all rows: one object."""
    return one_object(call.whole(columns))


def found_columns(index: pd.Index, found: Iterable[tuple[Hashable, pd.Series]]) -> Columns:
    """What pandas has made, as the answer of a task."""
    made = {name: _values(series) for name, series in found}
    if not isinstance(index, pd.RangeIndex):
        made.update(_levels(index))
    return Columns.of(len(index), made)


Windowed = tuple[Hashable, WindowCall]
"""A column's name, and the call that makes it of other columns."""


def window(columns: Columns, calls: Sequence[Windowed], dropped: Sequence[Hashable]) -> Columns:
    """An answer with the columns that methods of pandas make of all its rows, without those that are there for these alone."""
    made: dict[Hashable, Values] = {name: columns[name] for name in columns.names if name not in dropped}
    for name, call in calls:
        if call.applied is not None:
            made[name] = evaluate(replace(call.applied, operands=call.operands), columns)
            continue
        given = [to_series(evaluate(one, columns)) for one in call.reads()]
        made[name] = _values(windowed(given, call.method, dict(call.options), call.alone, len(call.keys), dict(call.grouping)))
    return Columns.of(len(columns), made)


def _values(series: pd.Series) -> Values:
    """The kernels' form of a column; of several kinds of value it stays an array of objects."""
    if series.dtype != object:
        return from_series(series)
    if all(isinstance(value, str) or pd.isna(value) for value in series):
        return from_series(series)
    return _objects(series)


def _objects(values: Iterable[Any]) -> np.ndarray:
    values = list(values)
    made = np.empty(len(values), object)
    made[:] = values
    return made


def sort_index(columns: Columns, levels: int, ascending: bool, kind: Any, na_position: Any) -> Columns:
    """An answer in the order of its index, or of the numbers of its rows, as pandas' own sorting leaves them."""
    keys = [to_series(columns[index_name(level)]) for level in range(levels)] or [to_series(columns[ROW])]
    index = pd.Index(keys[0]) if len(keys) == 1 else pd.MultiIndex.from_arrays(keys)
    rows = pd.Series(np.arange(len(columns)), index)
    ordered = rows.sort_index(ascending=ascending, kind=kind, na_position=na_position)
    return columns.rows(ordered.to_numpy()).settled()


def reset_index(columns: Columns, names: tuple[Hashable, ...], drop: bool) -> Columns:
    """The levels of the index, or the row number, turned into columns with these names, or dropped."""
    kept = {name: columns[name] for name in columns.names if not is_hidden(name)}
    if drop:
        return Columns.of(len(columns), kept)
    levels = {name: columns[index_name(level) if index_name(level) in columns else ROW] for level, name in enumerate(names)}
    return Columns.of(len(columns), {**levels, **kept})
