"""Sinks: what they fold, merge and finish, whatever the batches are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from oracle import sample, source

from lazyframe.expr import Column, Literal, Reduction
from lazyframe.kernels import sinks
from lazyframe.kernels.columns import Columns, from_series, to_series
from lazyframe.kernels.reduce import KERNELS
from lazyframe.kernels.rownumbers import Counts, ordered
from lazyframe.kernels.sinks import Aggregation, Collect, Confirm, PutTogether
from lazyframe.kernels.task import one_object
from lazyframe.plan import OBJECT, Aggregate, Scan
from lazyframe.schema import ROW, DType, Schema, dtype_named

INT = dtype_named("int64")
SCAN = Scan(source(sample()))


def rows(*values, start=0):
    return Columns.of(len(values), {"x": np.array(values, np.int64), ROW: np.arange(start, start + len(values))})


def aggregation(keys, reductions, **options):
    plan = Aggregate(SCAN, keys, reductions, **options)
    return Aggregation(keys, reductions, plan.sort, plan.dropna, plan.as_index, plan.schema)


def test_collect_keeps_rows_in_the_order_of_partitions_with_their_order_numbers():
    sink = Collect(Schema.of([("x", INT)]))
    first = sink.fold(sink.fold(None, rows(1, 2)), rows(3, start=2))
    second = sink.fold(None, ordered(rows(4, start=5), 1))
    third = sink.fold(None, ordered(rows(5), 2))
    whole = sink.merge([sink.merge([first, second]), third])
    answer = sink.finish(whole)
    assert answer["x"].tolist() == [1, 2, 3, 4, 5]
    assert Counts(0, (3, 10, 1)).numbered(answer)[ROW].tolist() == [0, 1, 2, 8, 13]
    assert not sink.full(whole)


def test_collect_of_the_first_rows_is_full_when_it_has_them():
    sink = Collect(Schema.of([("x", INT)]), limit=3)
    partial = sink.fold(None, rows(1, 2))
    assert not sink.full(partial)
    assert not sink.full(None)
    partial = sink.fold(partial, rows(3, 4))
    assert sink.full(partial)
    assert partial.count == 3
    more = sink.fold(None, rows(9, 9, 9))
    assert sink.finish(sink.merge([partial, None, more]))["x"].tolist() == [1, 2, 3]


def test_collect_of_no_rows_has_its_columns():
    sink = Collect(Schema.of([("x", INT)]))
    answer = sink.finish(sink.merge([sink.fold(None, rows()), sink.fold(None, rows())]))
    assert len(answer) == 0
    assert answer["x"].dtype == np.int64
    assert sink.merge([None, None]) is None


def test_collect_keeps_empty_pieces_where_a_dtype_depends_on_the_data():
    open_dtype = DType("int32", INT.arrow, dtype_named("float64"))
    kept = Collect(Schema.of([("x", open_dtype)]))
    empty = Columns.of(0, {"x": np.zeros(0, np.float64)})
    some = Columns.of(1, {"x": np.ones(1, np.int32)})
    assert kept.finish(kept.fold(kept.fold(None, some), empty))["x"].dtype == np.float64
    assert len(kept.fold(kept.fold(None, some), some.first(0)).pieces) == 1
    first = Collect(Schema.of([("x", open_dtype)]), limit=1)
    assert not first.full(first.fold(None, some))
    settled = Collect(Schema.of([("x", INT)]))
    assert len(settled.fold(settled.fold(None, rows(1)), rows()).pieces) == 1


@pytest.mark.parametrize("as_index", [True, False])
@pytest.mark.parametrize("sort", [True, False])
def test_aggregation_merges_what_batches_gave(sort, as_index):
    keys = (("k", Column("i")),)
    sink = aggregation(
        keys, (("total", Reduction("sum", Column("i"))), ("rows", Reduction("size", None))), sort=sort, as_index=as_index
    )
    batches = [np.array([5, 2, 5]), np.array([2, 9]), np.zeros(0, np.int64)]
    parts = [sink.fold(None, Columns.of(len(b), {"i": b.astype(np.int64)})) for b in batches]
    answer = sink.finish(sink.merge(parts))
    order = [2, 5, 9] if sort else [5, 2, 9]
    assert answer["\0index0" if as_index else "k"].tolist() == order
    assert answer["total"].tolist() == [{2: 4, 5: 10, 9: 9}[key] for key in order]
    assert answer["rows"].tolist() == [{2: 2, 5: 2, 9: 1}[key] for key in order]


def test_aggregation_over_many_batches_holds_few_pieces(monkeypatch):
    monkeypatch.setattr(sinks, "_GROUPS_BEFORE_MERGE", 10)
    sink = aggregation((("k", Column("i")),), (("n", Reduction("count", Column("i"))),))
    partial = None
    for start in range(300):
        partial = sink.fold(partial, Columns.of(3, {"i": np.arange(start, start + 3)}))
        assert len(partial.pieces) <= 65
    answer = sink.finish(partial)
    assert len(answer) == 302
    assert answer["n"].sum() == 900


@pytest.mark.parametrize("merge_at", [3, 1000])
@pytest.mark.parametrize("keys", [("i",), ("s",), ("s", "i"), ("f", "s")])
@pytest.mark.parametrize("dropna", [True, False])
def test_batches_that_are_not_grouped_change_nothing(keys, dropna, merge_at, monkeypatch):
    monkeypatch.setattr(sinks, "_GROUPS_BEFORE_MERGE", merge_at)
    frame = pd.concat([sample()] * 3, ignore_index=True)
    functions = [name for name in KERNELS if name not in ("quantile", "nunique")]
    reductions = tuple((name, Reduction(name, None if name == "size" else Column("f"))) for name in functions)
    sink = aggregation(
        tuple((key, Column(key)) for key in keys), (*reductions, ("n", Reduction("nunique", Column("s")))), dropna=dropna
    )
    answers = []
    for most in (2, 0):  # never apart, always
        monkeypatch.setattr(sinks, "MOST", most)
        partials = [None, None]
        for start in range(0, len(frame), 4):
            batch = frame.iloc[start : start + 4]
            columns = Columns.of(len(batch), {name: from_series(batch[name]) for name in ("i", "s", "f")})
            half = start * 2 // len(frame)
            partials[half] = sink.fold(partials[half], columns)
        answer = sink.finish(sink.merge(partials))
        answers.append(pd.DataFrame({name: to_series(answer[name]) for name in answer.names}))
    pd.testing.assert_frame_equal(*answers)


def test_aggregation_without_keys_gives_one_row_even_of_none():
    sink = aggregation((), (("total", Reduction("sum", Column("i"))),))
    answer = sink.finish(sink.fold(None, Columns.of(0, {"i": np.zeros(0, np.int64)})))
    assert answer["total"].tolist() == [0]


def test_rewrite_reaches_every_expression_of_a_sink():
    sink = aggregation((("k", Column("i")),), (("m", Reduction("max", Column("f"))), ("n", Reduction("size", None))))
    found = []
    assert sink.rewrite(lambda expr: found.append(expr) or expr) == sink
    assert found == [Column("i"), Column("f")]
    same = sink.rewrite(lambda expr: expr).reductions
    assert all(new is old for (_, new), (_, old) in zip(same, sink.reductions, strict=True)), "of a wide frame they are many"
    changed = sink.rewrite(lambda expr: Literal(1))
    assert changed.keys[0][1] == Literal(1)
    collect = Collect(Schema.of([("x", INT)]))
    assert collect.rewrite(lambda expr: Literal(1)) is collect


def test_verify_keeps_no_row_and_finds_the_dtype_that_all_rows_ask_for():
    open_dtype = DType("int32", pa.int32(), dtype_named("float64"))
    sink = Confirm(Schema.of([("year", open_dtype), ("x", dtype_named("int64"))]))
    one = sink.fold(None, Columns.of(2, {"year": np.array([1, 2], np.int32), "x": np.array([1, 2])}))
    both = sink.fold(one, Columns.of(1, {"year": np.array([np.nan]), "x": np.array([3])}))
    assert (one.names, str(one["year"].dtype), len(one)) == (["year"], "int32", 0)
    assert str(sink.finish(sink.merge([one, None, both]))["year"].dtype) == "float64"
    assert not sink.full(both)


def test_pieces_are_put_together_whatever_they_are():
    class Call:
        def together(self, pieces):
            return list(pieces)

    sink, none = PutTogether(Call()), Columns.of(0, {OBJECT: np.zeros(0, object)})
    first = sink.fold(sink.fold(None, one_object([1, 2])), none)
    whole = sink.merge([first, None, sink.fold(None, one_object(pd.Series([3])))])
    (found,) = sink.finish(whole)[OBJECT]
    assert found[0] == [1, 2]
    assert found[1].tolist() == [3]
    assert not sink.full(whole)
    assert sink.finish(sink.fold(None, none))[OBJECT][0] == []
