"""Columns of one frame, however it was reached."""

from __future__ import annotations

import pytest
from oracle import check, lazy, sample

from lazyframe.expr import Call, Column, Literal
from lazyframe.frame.align import filtered, over, same_rows
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


def test_a_mask_of_other_rows_is_refused_with_a_way_out():
    with pytest.raises(ValueError, match=r"the mask i > 1 belongs to another frame.*Write df = df\[first\]; df\[df\.x > 0\]"):
        filtered(PLAN, [("i", Column("i"))], Head(PLAN, 2), MASK)


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
