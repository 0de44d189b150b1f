"""Columns of one frame, however it was reached."""

from __future__ import annotations

import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.expr import Call, Column, Literal
from lazyframe.frame.align import filtered, over, rows_of, same_rows
from lazyframe.plan import Filter, Head, Project

PLAN = lazy(sample())._plan
MASK = Call("gt", (Column("i"), Literal(1)))
NARROW = Project(PLAN, (("i", Column("i")), ("twice", Call("mul", (Column("i"), Literal(2))))))
NARROWER = Project(NARROW, (("x", Column("twice")),))


def test_projections_of_one_plan_have_its_rows():
    assert same_rows([NARROW, PLAN]) == PLAN
    assert same_rows([NARROW, NARROWER, PLAN]) == PLAN
    assert same_rows([NARROWER, NARROWER]) is NARROWER


@pytest.mark.parametrize("other", [Filter(PLAN, MASK), Head(PLAN, 2), lazy(sample().head(3))._plan])
def test_filters_and_heads_have_other_rows(other):
    assert same_rows([PLAN, other]) is None
    assert same_rows([Project(other, (("i", Column("i")),)), other]) == other


def test_expressions_are_written_over_the_plan_below():
    assert over(PLAN, NARROWER, Column("x")).label() == "i * 2"
    assert over(NARROW, NARROWER, Call("neg", (Column("x"),))) == Call("neg", (Column("twice"),))
    assert over(PLAN, PLAN, Column("i")) == Column("i")


def test_filters_stay_simple_where_they_can():
    columns = [(name, Column(name)) for name in PLAN.schema.names]
    assert filtered(PLAN, columns, PLAN, MASK) == Filter(PLAN, MASK)
    moved = filtered(NARROW, [("i", Column("i")), ("twice", Column("twice"))], PLAN, Column("b"))
    assert moved.schema.names == ("i", "twice")
    assert moved.to_text().splitlines()[1] == "  Filter mask"


def test_a_mask_of_other_rows_filters_no_plan_and_what_is_no_mask_is_an_error():
    assert filtered(PLAN, [("i", Column("i"))], Head(PLAN, 2), MASK) is None
    with pytest.raises(TypeError, match="a mask must be boolean"):
        filtered(PLAN, [("i", Column("i"))], Head(PLAN, 2), Column("i"))


def test_rows_are_those_below_all_columns():
    made = lazy(sample()).assign(n=lambda df: df.i.cumsum() + df.i)
    assert rows_of(made._plan) == PLAN
    assert rows_of(Filter(PLAN, MASK)) == Filter(PLAN, MASK)


def late(df):
    return df[df.i > 0]


def other(df):
    """Another frame, some of whose labels are those of this one."""
    rows = sample().iloc[2:].reset_index(drop=True).assign(i=lambda rows: rows.i * 10)
    return lazy(rows, (3,)) if isinstance(df, lf.DataFrame) else rows


OTHER_ROWS = {
    "columns": lambda df: df.i + late(df).i,
    "a column of another frame": lambda df: df.f * other(df).i,
    "a comparison with the first ones": lambda df: df[df.i >= 0].i - df[df.i >= 0].i.reset_index(drop=True),
    "a window": lambda df: df.i.cumsum() + late(df).i,
    "a condition": lambda df: df.i.where(late(df).b),
    "missing values": lambda df: df.f.fillna(other(df).f),
    "bounds": lambda df: df.f.clip(lower=late(df).f),
    "a mask": lambda df: late(df)[df.b],
    "a mask of a column": lambda df: late(df).f[df.b],
    "a mask of another frame": lambda df: df[:7][other(df).b],
    "a mask that lacks rows": lambda df: df[late(df).b],
    "a key": lambda df: df.groupby(late(df).s).i.sum(),
    "a key of a column": lambda df: df.f.groupby(other(df).b).mean(),
    "a column set": lambda df: df.assign(z=late(df).f, y=df.i),
    "whole numbers set": lambda df: df.assign(z=late(df).i),
    "whole numbers set where none is missing": lambda df: late(df).assign(z=df.i),
    "truth values set": lambda df: df.assign(z=other(df).b, y=other(df).s, x=other(df).t),
    "a column set after an answer": lambda df: df.assign(z=df.i.rolling(2).sum(), y=df.i, x=df.b, w=df.s),
    "a column of before an answer": lambda df: df.assign(z=df.i.rolling(2).sum())[lambda d: d.i > 0].assign(y=df.i),
    "a column of pandas": lambda df: df.assign(z=sample().i[::2], y=sample().s.set_axis(range(3, 12))),
    "a frame of one column": lambda df: df.assign(z=df[["f"]], y=sample()[["b"]]),
    "a function of partitions": lambda df: df.assign(
        z=late(df).map_partitions(lambda part: part.i) if isinstance(df, lf.DataFrame) else late(df).i
    ),
    "a function of the frame so far": lambda df: df.assign(z=late(df).f, y=lambda d: d.z * 2, x=df.f),
}


@pytest.mark.filterwarnings("ignore:Boolean Series key will be reindexed")
@pytest.mark.parametrize("cuts", [(), (2, 5)])
def test_other_rows_are_matched_by_their_labels_as_pandas_does(cuts):
    assert not check(OTHER_ROWS, sample(), cuts=cuts, batch_rows=2)


@settings(max_examples=examples(20))
@given(
    st.lists(st.sampled_from("abcd"), max_size=6, unique=True),
    st.lists(st.sampled_from("abcd"), max_size=6, unique=True),
    st.lists(st.integers(0, 6), max_size=2),
)
def test_any_labels_are_matched(ours, theirs, cuts):
    left = pd.DataFrame({"x": range(len(ours)), "k": [one * 2 for one in ours]}, index=pd.Index(ours, dtype="str"))
    right = pd.DataFrame({"y": [n + 0.5 for n in range(len(theirs))], "z": theirs}, index=pd.Index(theirs, dtype="str"))
    lines = {
        "sum": lambda a, b: a.x + b.y,
        "set": lambda a, b: a.assign(y=b.y, z=b.z),
        "where": lambda a, b: a.x.where(b.y > 1),
    }
    for name, line in lines.items():
        lazily = line(lf.from_pandas(left, npartitions=1 + len(cuts)), lf.from_pandas(right))
        if name == "set" and not ours and theirs:
            with pytest.raises(ValueError, match="'y' cannot be set: the frame has no rows, and there are"):
                lazily.compute(scheduler="sync")
        else:
            assert_same(lazily.compute(scheduler="sync"), line(left, right))


def before_and_after(df):
    before = df.i
    df = df.assign(i=df.i * 10, n=1)
    return before + df.i


def mask_before_assign(df):
    mask = df.i > 1
    df = df.assign(i=0)
    return df[mask]


def mask_after_assign(df):
    return df[df.assign(n=df.i * 2).n > 2]


def mask_of_changed_columns(df):
    return df[df.assign(i=-df.i).i > 2]


def columns_of_different_selections(df):
    return df[["i", "f"]].i + df[["f"]].f + df.assign(x=1).x


def filtered_twice(df):
    small = df[df.i > 0]
    small = small.assign(n=small.f)
    return small[small.b & (small.n > 1)][["n", "i"]]


def column_of_filtered(df):
    small = df[df.b]
    return small.f.fillna(0) + small.assign(z=small.i).z


def key_from_before(df):
    key = df.s
    df = df.assign(s="x", v=df.i)
    return df.groupby(key).v.sum()


def overwritten_twice(df):
    df = df.assign(i=df.i + 1)
    df = df.assign(i=df.i * 2, f=lambda x: x.i - 1)
    return df[df.i > 3]


@pytest.mark.parametrize(
    "line",
    [
        before_and_after, mask_before_assign, mask_after_assign, mask_of_changed_columns, columns_of_different_selections,
        filtered_twice, column_of_filtered,
        key_from_before, overwritten_twice,
    ],
)  # fmt: skip
def test_columns_taken_before_and_after(line):
    assert not check({line.__name__: line}, sample(), cuts=(3,), batch_rows=2)
