"""Evaluation, and its two shortcuts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from oracle import assert_same, sample

from lazyframe.expr import OPERATIONS, Call, Checked, Column, Expr, Literal, Subquery
from lazyframe.kernels import evaluate as module
from lazyframe.kernels.columns import Columns, Text, from_series, to_series
from lazyframe.kernels.evaluate import RowPredicate, bind, evaluate, mask
from lazyframe.plan import Project, Unit
from lazyframe.schema import Schema, dtype_named

X, Y, S = Column("x"), Column("y"), Column("s")


def columns(**series):
    made = {name: from_series(pd.Series(values)) for name, values in series.items()}
    return Columns.of(len(next(iter(made.values()))), made)


EDGES = {
    "int64": [0, 1, -1, 2**62, -(2**63), 2**53 + 1, 7],
    "float64": [0.0, -0.0, 1.5, np.nan, np.inf, -np.inf, 2.0**53],
    "bool": [True, False, True, True, False, False, True],
}
PLAIN_OPERATIONS = sorted(module._PLAIN)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("operation", PLAIN_OPERATIONS)
def test_numpy_alone_answers_as_pandas_does(operation):
    """All pairs of edge values, also with plain numbers on either side."""
    unary = operation in ("neg", "invert")
    for left in EDGES.values():
        for right in EDGES.values():
            pairs = [(a, b) for a in left for b in right]
            x, y = (pd.Series([pair[side] for pair in pairs]) for side in (0, 1))
            cases = [(x,)] if unary else [(x, y), (x, 3), (2.5, y), (x, -1), (0, y), (x, float("nan"))]
            for case in cases:
                try:
                    want = OPERATIONS[operation](*case)
                except (TypeError, NotImplementedError):
                    continue
                got = module.call(operation, [from_series(one) if isinstance(one, pd.Series) else one for one in case])
                assert_same(to_series(got), want)


def test_division_by_zero_is_silent_and_as_in_pandas():
    frame = pd.DataFrame({"x": [1, -1, 0], "y": [0, 0, 0]})
    with np.errstate(all="raise"):
        for operation in ("truediv", "floordiv", "mod"):
            got = evaluate(Call(operation, (X, Y)), columns(x=frame.x, y=frame.y))
            assert_same(to_series(got), OPERATIONS[operation](frame.x, frame.y))


def test_integers_too_wide_for_a_float_do_not_take_the_shortcut():
    x = pd.Series([1.5, 2.0])
    for value in (2**53 + 1, 2**70):
        got = evaluate(Call("eq", (X, Literal(value))), columns(x=x))
        assert_same(to_series(got), x == value)


@pytest.mark.parametrize("missing", [True, False])
@pytest.mark.parametrize("dtype", ["str", "object"])
def test_operations_on_codes_are_done_once_for_each_distinct_value(dtype, missing, monkeypatch):
    strings = ["b", "a", "b", None if missing else "b", "a"] * 4
    text = Text(pa.array(strings).dictionary_encode(), dtype)
    seen = []
    original = OPERATIONS["str.upper"]
    monkeypatch.setitem(OPERATIONS, "str.upper", lambda series: seen.append(len(series)) or original(series))
    got = evaluate(Call("str.upper", (S,)), Columns.of(20, {"s": text}))
    assert_same(to_series(got), pd.Series([np.nan if s is None else s for s in strings], dtype=dtype).str.upper())
    assert seen == [2 + missing]


def test_codes_of_no_rows_or_of_a_dictionary_longer_than_the_rows():
    long = pa.array(["a", "b", "c"]).dictionary_encode()
    for rows in (0, 1):
        text = Text(long.slice(0, rows))
        got = evaluate(Call("str.len", (S,)), Columns.of(rows, {"s": text}))
        assert to_series(got).tolist() == [1] * rows


def test_literals_are_spread_over_the_rows():
    assert evaluate(Literal(1.5), columns(x=[1, 2])).tolist() == [1.5, 1.5]
    assert evaluate(Literal("a"), columns(x=[1, 2])).decoded().to_pylist() == ["a", "a"]
    assert evaluate(Literal(pd.Timestamp("2020")), columns(x=[1])).dtype.kind == "M"
    assert len(evaluate(Literal(1), Columns.of(0, {}))) == 0
    assert evaluate(Call("add", (Literal(1), Literal(2))), columns(x=[0, 0])).tolist() == [3, 3]


def test_masks_with_missing_values_are_refused_with_a_way_out():
    flags = Columns.of(2, {"x": np.array([True, np.nan], object)})
    with pytest.raises(ValueError, match=r"the mask x has missing values; write \.fillna\(False\), or na=False"):
        mask(X, flags)
    assert mask(X, Columns.of(1, {"x": np.array([True], object)})).dtype == bool
    with pytest.raises(ValueError, match="has missing values"):
        mask(S, columns(s=["a", "b"]))


def test_row_predicates_work_on_batches():
    schema = Schema.of([("x", dtype_named("int64")), ("s", dtype_named("str"))])
    predicate = RowPredicate(Call("and_", (Call("gt", (X, Literal(1))), Call("eq", (S, Literal("a"))))), schema)
    assert predicate.columns == ("x", "s")
    batch = pa.RecordBatch.from_pydict({"x": [1, 2, 3], "s": ["a", "a", None]})
    assert predicate(batch).tolist() == [False, True, False]


def test_bind_puts_values_in_the_place_of_subqueries():
    below = Subquery(Project(Unit(), ((None, Literal(2)),)))
    expr: Expr = Call("mul", (X, below))
    with pytest.raises(TypeError, match="Subquery cannot be evaluated"):
        evaluate(expr, columns(x=[1, 2]))
    bound = bind(expr, {below.token: 5})
    assert evaluate(bound, columns(x=[1, 2])).tolist() == [5, 10]
    assert bind(X, {}) is X


def test_columns_are_handed_on_without_a_copy():
    values = np.arange(3)
    assert evaluate(X, Columns.of(3, {"x": values})) is values
    assert from_series(sample().i).dtype == np.int64


def test_checked_arithmetic_does_not_wrap():
    small = columns(x=np.array([1, 2**30], "int32"))
    assert evaluate(Checked("mul", (X, Literal(1))), small).tolist() == [1, 2**30]
    assert evaluate(Checked("sub", (X, Literal(5))), small).dtype == np.int32
    assert evaluate(Checked("mul", (X, Literal(9))), columns(x=np.zeros(0, "int32"))).tolist() == []
    assert evaluate(Checked("mul", (X, Literal(9))), columns(x=np.array([2.0**31, np.nan])))[0] == 9 * 2.0**31
    for wraps in (Checked("mul", (X, Literal(2))), Checked("pow", (X, Literal(2))), Checked("add", (X, X))):
        assert evaluate(Call(wraps.operation, wraps.operands), small).min() <= 1  # it would
        with pytest.raises(OverflowError, match="does not fit int32"):
            evaluate(wraps, small)
