"""The functions that tasks run."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, source
from sources import Span

from lazyframe.expr import Call, Column, Literal, Subquery
from lazyframe.kernels import task
from lazyframe.kernels.columns import Columns, index_name, to_series
from lazyframe.kernels.rownumbers import Counts
from lazyframe.kernels.sinks import Collect
from lazyframe.kernels.steps import apply
from lazyframe.kernels.task import Part, Pipeline
from lazyframe.plan import Filter, Project, Unit
from lazyframe.plan.rowwise import Nowhere
from lazyframe.schema import ROW, Replan, Schema, dtype_named

FRAME = pd.DataFrame({"x": [1, 2, 3, 4, 5], "y": [1.0, 2.0, 3.0, 4.0, 5.0]})
SCHEMA = Schema.of([("x", dtype_named("int64"))])
ABOVE_TWO = Call("gt", (Column("x"), Literal(2)))


def scanned(pipelines, predicate=None, previous=None, values=None, frame=FRAME, cuts=(3,)):
    rows = source(frame, cuts, batch_rows=2)
    names = ("x", "y", ROW)
    parts = [task.scan(rows, p, n, names, predicate, pipelines, values or {}, previous) for n, p in enumerate(rows.partitions)]
    return parts, rows.reads


def test_scan_sends_each_batch_through_every_pipeline():
    pipelines = (
        Pipeline((Filter(Nowhere(), ABOVE_TWO), Project(Nowhere(), (("x", Column("x")),))), Collect(SCHEMA)),
        Pipeline((Project(Nowhere(), (("x", Call("neg", (Column("x"),))),)),), Collect(SCHEMA)),
    )
    parts, reads = scanned(pipelines)
    assert reads == [0, 1]
    whole = task.combine(parts, pipelines)
    assert whole.records == 5
    assert whole.extent == Span(0, 5)
    answer = task.finish(whole, 0, pipelines[0].sink)
    assert answer["x"].tolist() == [3, 4, 5]
    assert answer[ROW].tolist() == [2, 3, 4]
    assert task.finish(whole, 1, pipelines[1].sink)["x"].tolist() == [-1, -2, -3, -4, -5]


def test_scan_hands_its_predicate_to_the_source():
    pipelines = (Pipeline((), Collect(SCHEMA)),)
    parts, _ = scanned(pipelines, predicate=ABOVE_TWO)
    assert task.combine(parts, pipelines).partials[0].count == 3


def test_scan_stops_when_all_pipelines_are_full():
    pipelines = (Pipeline((), Collect(SCHEMA, 1)),)
    (first, _), reads = scanned(pipelines)
    assert first.records == 2
    assert first.extent is None
    skipped, reads = scanned(pipelines, previous=first)
    assert reads == []
    assert skipped[0].partials == (None,)
    assert skipped[0].records == 0
    assert skipped[0].extent is None
    both = task.combine([first, *skipped], pipelines)
    assert both.partials[0].count == 1
    assert both.extent is None


def test_a_partition_without_batches_still_has_a_partial():
    pipelines = (Pipeline((Filter(Nowhere(), ABOVE_TWO),), Collect(SCHEMA)),)
    parts, _ = scanned(pipelines, frame=FRAME.iloc[:0], cuts=())
    assert task.finish(parts[0], 0, pipelines[0].sink)["x"].dtype == np.int64


def test_neighbours_that_do_not_meet_are_a_contradiction():
    parts = [Part((None,), Counts(0, (1,)), 1, Span(0, 3)), Part((None,), Counts(1, (1,)), 1, Span(4, 5))]
    with pytest.raises(Replan):
        task.combine(parts, (Pipeline((), Collect(SCHEMA)),))


def test_steps_keep_the_row_numbers():
    columns = Columns.of(3, {"x": np.array([1, 2, 3]), "y": np.zeros(3), ROW: np.arange(3)})
    selected = apply(Project(Nowhere(), (("z", Column("x")),)), columns)
    assert selected.names == [ROW, "z"] or selected.names == ["z", ROW]
    assert apply(Filter(Nowhere(), ABOVE_TWO), columns)[ROW].tolist() == [2]


def test_values_of_subqueries_are_bound_in_steps_and_predicates():
    below = Subquery(Project(Unit(), ((None, Literal(2)),)))
    pipelines = (
        Pipeline(
            (
                Filter(Nowhere(), Call("lt", (Column("x"), below))),
                Project(Nowhere(), (("x", Call("mul", (Column("x"), below))),)),
            ),
            Collect(SCHEMA),
        ),
    )
    parts, _ = scanned(pipelines, values={below.token: 3})
    whole = task.combine(parts, pipelines)
    assert task.finish(whole, 0, pipelines[0].sink)["x"].tolist() == [3, 6]
    assert pipelines[0].bind({}) is pipelines[0]


def test_transpose_finds_the_dtype_pandas_finds():
    def transposed(**cells):
        columns = Columns.of(1, {name: np.array([value]) for name, value in cells.items()})
        return to_series(task.transpose(columns)[None])

    assert_same(transposed(a=np.int64(1), b=np.float64(2.5)), pd.Series([1.0, 2.5]))
    assert_same(transposed(a=np.int64(1), b=np.True_), pd.Series([np.int64(1), np.True_], dtype=object))
    stamps = transposed(a=np.datetime64("2020-01-01", "us"), b=np.datetime64("NaT", "us"))
    assert stamps.dtype == "datetime64[us]"
    mixed = transposed(a=np.float64("nan"), b=np.datetime64("NaT", "us"))
    assert mixed.dtype == object
    assert mixed[1] is pd.NaT
    named = task.transpose(Columns.of(1, {1: np.array([1]), ("a", "b"): np.array([2])}))
    assert list(named[index_name(0)]) == [1, ("a", "b")]


def test_value_is_what_pandas_would_take_out():
    assert task.value(Columns.of(1, {ROW: np.arange(1), "x": np.array([2.5])})) == 2.5
    stamp = task.value(Columns.of(1, {"x": np.array(["2020-01-01"], "datetime64[us]")}))
    assert stamp == pd.Timestamp("2020-01-01")
    assert stamp.unit == "us"


def test_reset_index_moves_or_drops_the_levels():
    columns = Columns.of(2, {"x": np.array([1, 2]), index_name(0): np.array([7, 8])})
    assert task.reset_index(columns, ("k",), drop=False).names == ["k", "x"]
    assert task.reset_index(columns, (), drop=True).names == ["x"]
    assert len(task.unit()) == 1


def test_sort_moves_whole_rows_with_their_numbers():
    columns = Columns.of(3, {"x": np.array([2.0, np.nan, 1.0]), "y": np.array([1, 2, 3]), ROW: np.array([4, 5, 6])})
    got = task.sort(columns, ("x",), (False,), "quicksort", "first")
    assert got["y"].tolist() == [2, 1, 3]
    assert got[ROW].tolist() == [5, 4, 6]
    assert task.sort(columns, ("y", "x"), (False, True), "quicksort", "last")[ROW].tolist() == [6, 5, 4]


def test_notices_are_of_what_was_read():
    warning = UserWarning("x")
    assert task.notices(Part((), Counts(0, (0,)), 0, Span(0, 5)), lambda extent: (warning,) if extent == Span(0, 5) else ()) == (
        warning,
    )
    assert task.notices(Part((), Counts(0, (0,)), 0, None), lambda extent: (warning,)) == ()
