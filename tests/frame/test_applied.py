"""Functions of the user's on values and rows: called batch by batch, and held to what they made of the sample."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.expr import Column
from lazyframe.frame.answer import Answer
from lazyframe.frame.applied import applied, columns_of, tried
from lazyframe.functions import UserFunction


def double(value):
    return value * 2


def named(row):
    return f"{row.i}-{row.b}"


LINES = {
    "map a function": lambda df: df.i.map(double),
    "map to text": lambda df: df.i.map(str),
    "map past missing": lambda df: df.s.map(len, na_action="ignore"),
    "map of dates": lambda df: df.t.map(lambda day: day.year if day is not pd.NaT else -1),
    "map a dict with a default": lambda df: df.i.map(type("Default", (dict,), {"__missing__": lambda self, key: key * 10})(a=1)),
    "map a Series": lambda df: df.i.map(pd.Series(["two", "three"], [2, 3])),
    "map a frame": lambda df: df[["i", "f"]].map(double),
    "map a frame's text": lambda df: df[["s"]].map(str),
    "apply": lambda df: df.f.apply(double),
    "apply with arguments": lambda df: df.i.apply(lambda value, add, times: (value + add) * times, args=(1,), times=3),
    "apply numpy's": lambda df: df.i.apply(np.sign),
    "apply a name": lambda df: df.i.apply("max"),
    "apply names": lambda df: df.i.apply(["min", "max"]),
    "apply to several columns": lambda df: df.i.apply(lambda value: pd.Series({"a": value, "b": value > 0})),
    "rows": lambda df: df.apply(named, axis=1),
    "rows with arguments": lambda df: df[["i", "f"]].apply(lambda row, k: row.i * k, axis="columns", k=2),
    "rows to rows": lambda df: df[["i", "f"]].apply(lambda row: pd.Series({"sum": row.i + row.f, "first": row.i}), axis=1),
    "columns": lambda df: df[["i", "f"]].apply(lambda column: column.max()),
    "a frame's numpy": lambda df: df[["i", "f"]].apply(np.cbrt),
    "of a filter": lambda df: df[df.i > 1].i.map(double),
    "of what may be floats": lambda df: df.t.dt.year.map(double),
    "as a mask": lambda df: df[df.i.map(lambda value: value % 2 == 0)],
    "as a key": lambda df: df.assign(k=df.i.map(lambda value: value % 2)).groupby("k").f.sum(),
}


@pytest.mark.parametrize("rows", [9, 3])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), cuts=(2, 5), batch_rows=2)


@settings(max_examples=15)
@given(st.lists(st.integers(-3, 3), min_size=1, max_size=12), st.lists(st.integers(0, 12), max_size=3), st.integers(1, 4))
def test_a_function_of_values_does_not_see_the_cuts(values, cuts, batch):
    frame = pd.DataFrame({"x": np.array(values, np.int64)})
    got = lazy(frame, tuple(cuts), batch).x.map(lambda value: math.copysign(value, -1))
    assert_same(got.compute(scheduler="sync"), frame.x.map(lambda value: math.copysign(value, -1)))


def test_what_is_called_where_it_streams_and_where_rows_are_gathered():
    df = lazy(sample(), (2, 5))
    assert type(df.i.map(double)) is lf.Series
    assert type(df.apply(named, axis=1)) is lf.Series
    assert type(df.i.apply(lambda value: pd.Series({"a": value}))) is lf.DataFrame
    assert type(df[["i", "f"]].apply(lambda row: pd.Series({"a": row.i}), axis=1)) is lf.DataFrame
    assert type(df[["i"]].apply(lambda column: column.max())) is Answer
    assert type(df.s.map(lambda text: [text])) is Answer  # lists: no column of a lazy frame
    assert df.i.map(double).name == "i"


def test_a_function_is_tried_on_the_sample_and_held_to_it():
    called = []

    def noted(value):
        called.append(value)
        return "text" if value == 10 else value

    frame = pd.DataFrame({"x": range(20)})
    df = lazy(frame, (12,))
    made = df.x.map(noted)
    assert (len(called), str(made.dtype), df._plan.source.reads) == (10, "int64", [])
    with pytest.raises(TypeError, match="noted"):
        made.compute(scheduler="sync")


def test_rows_that_filters_leave_out_tell_where_no_other_do():
    df = lazy(sample(), (2, 5))
    none = df[df.i > 100]
    assert str(none.i.map(double).dtype) == "int64"
    assert tried(none._plan, [Column("i")], lambda given: len(given[0])) == 9
    assert tried(df[df.i > 2]._plan, [Column("i")], lambda given: len(given[0])) == 3


def test_an_error_of_the_first_rows_is_raised_where_the_function_is_given():
    with pytest.raises(ZeroDivisionError):
        lazy(sample()).i.map(lambda value: 1 // (value - 3))
    assert lazy(sample().assign(i=5)).i.map(lambda value: 1 // (value - 3)).compute(scheduler="sync").tolist() == [0] * 9


def test_what_filters_keep_from_a_function_does_not_fail_it():
    df = lazy(sample(), (2, 5))
    rows = df[df.i > 100]
    assert type(rows.i.map(lambda value: 1 // (value - 3))) is Answer  # of no row of the sample is anything known


def test_columns_of_a_function_have_names_if_it_gives_them():
    plan = lazy(sample())._plan
    ((name, expr),) = applied(plan, [Column("i")], UserFunction(double, "map"))
    assert (name, expr.found.name, expr.position) == (None, "int64", None)
    rows = UserFunction(lambda row: pd.Series({"a": row.i, "b": "x"}), "rows", ("i", "f"))
    made = applied(plan, [Column("i"), Column("f")], rows)
    assert [(name, expr.position) for name, expr in made] == [("a", 0), ("b", 1)]
    assert list(columns_of(plan, [Column("i"), Column("f")], rows).columns) == ["a", "b"]
    assert applied(plan, [Column("i")], UserFunction(lambda value: [value], "map")) is None


def test_mapped_text():
    lines = {"map": lambda df: df.s.map({"a": 1, "Bc": 2}), "mask": lambda df: df[df.s.map({"a": 1.0}).notna()]}
    for rows in (9, 4, 1):
        assert not check(lines, sample().head(rows), cuts=(2, 5), batch_rows=2)
    df = lazy(sample())
    with pytest.raises(TypeError, match="map takes a function, a dict, or a lazy or pandas Series, not an int"):
        df.i.map(5)
    with pytest.raises(TypeError, match="several kinds"):
        df.i.map({1: "x", 2: 3})
    with pytest.raises(TypeError, match="not offered for objects"):
        df.o.map({"a": 1})
    with pytest.raises(ValueError, match="there twice"):
        df.i.map(pd.Series([1, 2], index=[3, 3]))
