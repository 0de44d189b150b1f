"""Pivot tables of groups that stream: equal to pandas at every cut, and no row is gathered for them."""

from __future__ import annotations

import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, outcome, sample

import lazyframe as lf
from lazyframe.frame import pivoting
from lazyframe.frame.dataframe import DataFrame

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}


def _top(df):
    return lf if isinstance(df, DataFrame) else pd


TABLES = {
    "rows": lambda df: df.pivot_table("i", "s"),
    "rows and columns": lambda df: df.pivot_table("i", "s", "b"),
    "columns alone": lambda df: df.pivot_table("i", columns="b"),
    "several columns alone": lambda df: df.pivot_table("i", columns=["b", "s"], aggfunc="sum"),
    "all the others": lambda df: df[["i", "f", "s", "b"]].pivot_table(index="s", columns="b"),
    "a list": lambda df: df.pivot_table(["i", "f"], "s", "b", ["mean", "sum", "count"]),
    "a list of one": lambda df: df.pivot_table("i", "s", "b", ["max"]),
    "sizes": lambda df: df.pivot_table("i", "s", "b", "size"),
    "sizes filled": lambda df: df.pivot_table(["i"], "s", ["b", "q"], "size", fill_value=0),
    "sizes in a list": lambda df: df.pivot_table("i", "s", "b", ["size", "max"], fill_value=0),
    "a mapping": lambda df: df.pivot_table(["i", "f"], "s", "b", {"i": "min", "f": "median"}),
    "a mapping of all": lambda df: df.pivot_table(index="s", columns="b", aggfunc={"f": "std", "i": "nunique"}, sort=False),
    "a mapping of one": lambda df: df.pivot_table("f", index="s", columns="b", aggfunc={"f": "std"}),
    "in order of occurrence": lambda df: df.pivot_table("f", "s", "i", "sum", sort=False),
    "missing keys": lambda df: df.pivot_table("i", ["s", "b"], "q", aggfunc="sum", dropna=False),
    "missing keys filled": lambda df: df.pivot_table("f", "s", "t", aggfunc="max", dropna=False, fill_value=-1),
    "several of both": lambda df: df.pivot_table("f", ["s", "b"], ["t", "q"], aggfunc="count"),
    "text": lambda df: df.pivot_table("s", "b", "q", aggfunc="first"),
    "dates": lambda df: df.pivot_table("t", "b", "s", aggfunc="max"),
    "differences": lambda df: df.pivot_table("d", "b", "s", aggfunc="min"),
    "truth": lambda df: df.pivot_table("b", "s", "i", aggfunc="any"),
    "filtered": lambda df: df[df.i > 0].pivot_table("f", "s", "b", aggfunc="mean"),
    "of an index": lambda df: df.set_index("i").pivot_table("f", "s", "b"),
    "then": lambda df: df.pivot_table("f", "s", "b").reset_index().sort_values("s").head(2),
    "counted": lambda df: _top(df).crosstab(df.s, df.b),
    "counted with margins": lambda df: _top(df).crosstab(df.s, df.b, margins=True),
    "shares": lambda df: _top(df).crosstab(df.s, df.b, normalize=True),
    "shares of rows": lambda df: _top(df).crosstab(df.s, df.b, normalize="index", margins=True),
    "shares of columns": lambda df: _top(df).crosstab(df.s, df.b, normalize=1, margins=True, margins_name="T"),
    "under other names": lambda df: _top(df).crosstab(df.s, df.b, rownames=["u"], colnames=["v"]),
    "by itself": lambda df: _top(df).crosstab(df.s, df.s),
    "combinations": lambda df: _top(df).crosstab([df.s, df.i], [df.b, df.t]),
    "combinations with margins": lambda df: _top(df).crosstab([df.s, df.i], df.q, margins=True),
    "made columns": lambda df: _top(df).crosstab(df.i > df.f, df.s.rename(None)),
    "missing counted": lambda df: _top(df).crosstab(df.s, df.t, dropna=False),
    "missing counted with margins": lambda df: _top(df).crosstab(df.s, df.t, dropna=False, margins=True),
}
GATHERED = {
    "margins": lambda df: df.pivot_table("f", "s", "b", margins=True),
    "a function": lambda df: df.pivot_table("f", "s", "b", aggfunc=lambda values: values.max()),
    "a column as a key": lambda df: df.pivot_table("f", df.s, "b"),
    "a mapping to lists": lambda df: df.pivot_table(index="s", aggfunc={"f": ["min", "max"]}),
    "sizes of rows": lambda df: df[["s", "i"]].pivot_table(index="s", columns="i", aggfunc="size"),
    "values counted": lambda df: _top(df).crosstab(df.s, df.b, values=df.i, aggfunc="sum"),
    "missing combinations": lambda df: _top(df).crosstab([df.s, df.q], df.t, dropna=False),
}


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param(slice(None), id="all"),
        pytest.param(slice(0), id="none"),
        pytest.param(slice(1), id="one", marks=pytest.mark.slow),
        pytest.param(slice(2, 4), id="two"),
    ],
)
def test_lines(rows):
    assert not check({**TABLES, **GATHERED}, sample().iloc[rows].reset_index(drop=True), **LAYOUT)


@pytest.mark.parametrize("name", TABLES)
def test_no_row_is_gathered(name):
    df = lazy(sample())
    made = TABLES[name](df)
    while name == "then" and made._arguments[0]._function is not pivoting.tabled:
        made = made._arguments[0]
    made = made._arguments[0] if name == "then" else made
    assert made._function in (pivoting.tabled, pivoting.counted)


@settings(max_examples=examples(6), deadline=None)
@given(st.data())
def test_lines_over_frames(data):
    places = data.draw(st.lists(st.integers(0, 8), max_size=30))
    frame = sample().iloc[places].reset_index(drop=True)
    names = data.draw(st.sets(st.sampled_from(sorted(TABLES)), min_size=8, max_size=8))
    cuts = tuple(sorted(data.draw(st.lists(st.integers(0, len(frame)), max_size=3))))
    assert not check({name: TABLES[name] for name in names}, frame, cuts=cuts, batch_rows=data.draw(st.integers(1, 9)))


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_lines_under_other_schedulers(scheduler):
    frame, df = sample(), lazy(sample(), (2, 5))
    wanted = {name: outcome(lambda name=name: TABLES[name](frame)) for name in TABLES}
    for name, got in zip(TABLES, lf.compute(*[line(df) for line in TABLES.values()], scheduler=scheduler), strict=True):
        assert_same(got, wanted[name])


@pytest.mark.parametrize(
    "call",
    [
        lambda df: df.pivot_table("zz", "s"),
        lambda df: df.pivot_table("i", "zz"),
        lambda df: df.pivot_table("i", "s", aggfunc={"zz": "sum"}),
    ],
)
def test_a_column_that_is_not_there_is_named_where_it_is_written(call):
    with pytest.raises(KeyError, match="'zz'"):
        call(lazy(sample()))


def test_what_pandas_does_not_add_is_refused_where_it_is_written():
    with pytest.raises(TypeError, match="mean of s"):
        lazy(sample()).pivot_table("s", "b")
