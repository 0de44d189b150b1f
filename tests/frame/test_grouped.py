"""What pandas' groups have and no aggregate is: their columns are gathered, and pandas groups them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.expr import Column
from lazyframe.frame.answer import Answer
from lazyframe.frame.grouped import Grouped, groups_of, needs_rows

LINES = {
    "apply": lambda df: df.groupby("b")[["i", "f"]].apply(lambda rows: rows.i.sum() + len(rows)),
    "apply to a column": lambda df: df.groupby("b").i.apply(lambda values: values.max() - values.min()),
    "apply to rows": lambda df: df.groupby("b")[["i"]].apply(lambda rows: rows.head(1)),
    "agg of a function": lambda df: df.groupby("b").f.agg(lambda values: values.count()),
    "agg of a frame": lambda df: df.groupby("b")[["i", "f"]].agg(lambda values: values.max()),
    "agg by column": lambda df: df.groupby("b").agg({"i": lambda values: values.sum(), "f": "max"}),
    "agg by name": lambda df: df.groupby("b").agg(most=("i", lambda values: values.max()), n=("f", "count")),
    "agg of a list": lambda df: df.groupby("b").i.agg(["min", lambda values: values.sum()]),
    "filter": lambda df: df.groupby("b").filter(lambda rows: len(rows) > 4),
    "several keys": lambda df: df.groupby(["b", "s"]).i.apply(sum),
    "a key of another column": lambda df: df.groupby(df.i % 2).f.apply(len),
    "a key made of the column itself": lambda df: df.i.groupby(df.i > 1).apply(sum),
    "a key beside a name": lambda df: df.groupby(["b", df.i > 0])[["f"]].apply(len),
    "rows as columns": lambda df: df.groupby("b", as_index=False).i.agg(lambda values: values.max()),
    "in the order they come": lambda df: df.groupby("s", sort=False).i.apply(sum),
    "with missing keys": lambda df: df.groupby("s", dropna=False).i.apply(sum),
    "of a filter": lambda df: df[df.i > 0].groupby("b").i.apply(sum),
    "several columns": lambda df: df.groupby("b")[["f", "i"]].apply(lambda rows: rows.f.max()),
    "nothing but a key": lambda df: df[["b"]].groupby("b").apply(len),
}


@pytest.mark.parametrize("rows", [9, 1])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), cuts=(2, 5), batch_rows=2)


def test_only_the_columns_that_are_used_are_gathered():
    keys = lazy(sample(), (2, 5)).groupby(["b", lazy(sample(), (2, 5)).i > 0])._keys
    gathered = groups_of(keys, {name: Column(name) for name in sample()}, ["f"], alone=True)._arguments[0]
    assert [expr.label() for _, expr in gathered._plan.columns] == ["b", "f", "i > 0"]


def test_no_row_is_read_before_it_is_asked_for():
    df = lazy(sample(), (2, 5))
    made = df.groupby("b").i.apply(sum)
    assert type(made) is Answer
    assert df._plan.source.reads == []


def test_names_that_groups_do_not_have_are_no_attributes():
    groups = lazy(sample()).groupby("b")
    for name in ("nowhere", "_private"):
        with pytest.raises(AttributeError, match=name):
            getattr(groups, name)


FRAME = pd.DataFrame({"x": [1, 2, 3], "y": [4, 5, 6]})


def made(frame=FRAME, **options):
    given = {"names": ("x",), "keys": (("y", 0),), "chosen": None, "alone": False, "options": (("sort", True),), **options}
    return Grouped(**given)(frame)


def test_keys_are_columns_of_the_frame_or_stand_beside_it():
    beside = made(pd.DataFrame({"\1" + "0": [1, 2, 3], "\1" + "1": ["a", "b", "a"]}))
    assert_same(beside.x.sum(), pd.DataFrame({"x": [1, 2, 3], "y": ["a", "b", "a"]}).groupby("y").x.sum())
    of_it = made(names=("x", "y"), keys=(("y", None),))
    assert_same(of_it.x.sum(), FRAME.groupby("y").x.sum())


def test_one_column_in_groups_is_one_of_pandas():
    assert type(made(alone=True)) is pd.api.typing.SeriesGroupBy
    assert type(made(names=("x", "y"), keys=(("y", None),), chosen=("x",), single=True)) is pd.api.typing.SeriesGroupBy
    assert type(made(names=("x", "y"), keys=(("y", None),), chosen=("x",))) is pd.api.typing.DataFrameGroupBy
    assert [name for name, _ in made(listed=True)] == [(4,), (5,), (6,)]
    assert [name for name, _ in made()] == [4, 5, 6]


@pytest.mark.parametrize(
    ("func", "named", "needs"),
    [
        ("sum", {}, False),
        ("no such thing", {}, False),
        ("idxmax", {}, True),
        (len, {}, True),
        (["min", "max"], {}, False),
        (["min", len], {}, True),
        ({"x": "sum"}, {}, False),
        ({"x": ["sum", np.mean]}, {}, True),
        (None, {"n": ("x", "count")}, False),
        (None, {"n": ("x", len)}, True),
        (None, {"n": pd.NamedAgg("x", "sum")}, False),
    ],
)
def test_functions_that_are_no_reductions_see_all_rows(func, named, needs):
    assert needs_rows(func, named) is needs


def test_groups_of_columns_are_answers_of_lazy_frames():
    groups = lf.from_pandas(FRAME, npartitions=2).groupby("y")
    assert_same(groups.x.apply(sum).compute(scheduler="sync"), FRAME.groupby("y").x.apply(sum))


@pytest.mark.parametrize(
    "function",
    [
        sum, max, min, any, all, np.sum, np.mean, np.std, np.var, np.amax, np.nanmin, np.nanstd, np.size, pd.Series.mean,
        pd.Series.nunique,
    ],
)  # fmt: skip
def test_functions_are_not_taken_for_the_reductions_of_their_names(function):
    """pandas calls them: builtins see the missing values, numpy divides by n, and none tells it a dtype without groups."""
    lines = {
        "one": lambda df: df.groupby("b").f.agg(function),
        "several": lambda df: df.groupby("b").f.agg(["count", function]),
        "dict": lambda df: df.groupby("b").agg({"f": function}),
        "chosen": lambda df: df.groupby("b")[["i", "f"]].agg(function),
        "named": lambda df: df.groupby("b").agg(x=("f", function)),
    }
    assert not check(lines, sample(), cuts=(3,))


@pytest.mark.parametrize("by", ["k", ["k"], ["k", "y"]], ids=repr)
def test_groups_of_a_list_of_keys_are_called_by_tuples(by):
    frame = pd.DataFrame({"k": ["a", "b", "a", None], "y": [1, 2, 1, 3], "x": [1, 2, 3, 4]}).astype({"k": "str"})
    groups, theirs = lazy(frame, (1, 3)).groupby(by), frame.groupby(by)
    assert [name for name, _ in groups] == [name for name, _ in theirs]
    assert [name for name, _ in groups.x] == [name for name, _ in theirs.x]
    first = next(iter(theirs))[0]
    assert_same(groups.get_group(first).compute(scheduler="sync"), theirs.get_group(first))
    assert_same(groups.x.apply(sum).compute(scheduler="sync"), theirs.x.apply(sum))


@pytest.mark.parametrize("listed", [False, True])
def test_groups_of_a_column_by_a_list_of_one_key(listed):
    frame = pd.DataFrame({"y": [1, 2, 1], "x": [1, 2, 3]})

    def names(df):
        return [name for name, _ in df.x.groupby([df.y] if listed else df.y)]

    assert names(lazy(frame, (1,))) == names(frame)
