"""Rows of groups, chosen by where they stand or by extremes: equal to pandas at every cut, and only these are held."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, outcome, sample

import lazyframe as lf
from lazyframe.plan import GroupRows

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}
LINES = {
    "first": lambda df: df.groupby("s").head(1),
    "first of a column": lambda df: df.groupby("b").i.head(2),
    "all but the last": lambda df: df.groupby("b").head(-1),
    "columns in another order": lambda df: df[["b", "i", "f"]].groupby("b")[["f", "i"]].head(1),
    "all others chosen": lambda df: df[["b", "i", "f"]].groupby("b")[["i", "f"]].head(1),
    "the key chosen": lambda df: df.groupby("b")[["s", "b"]].nth(0),
    "last of columns": lambda df: df.groupby("b")[["i", "f"]].tail(2),
    "all but the first": lambda df: df.groupby("s").i.tail(-1),
    "the first by place": lambda df: df.groupby("b").nth(0),
    "the second": lambda df: df.groupby(["b", "s"]).nth(1),
    "the last by place": lambda df: df.groupby("s").f.nth(-1),
    "the last but one": lambda df: df.groupby("b").nth(-2),
    "missing keys": lambda df: df.groupby("s", dropna=False).head(1),
    "a made key": lambda df: df.groupby(df.i > 1).head(1),
    "keys that are columns": lambda df: df.groupby("b", as_index=False).head(1),
    "none": lambda df: df.groupby("b").head(0),
    "of an index": lambda df: df.set_index("t").groupby("b").head(1),
    "of some rows": lambda df: df[df.i > 0].groupby("b").tail(1),
    "of sorted rows": lambda df: df.sort_values("f", kind="stable").groupby("b").head(2),
    "largest": lambda df: df.dropna(subset=["f"]).groupby("b").f.idxmax(),
    "smallest": lambda df: df.groupby("b").i.idxmin(),
    "of two keys": lambda df: df.groupby(["b", "s"]).i.idxmax(),
    "of dates": lambda df: df[df.t.notna()].groupby("b", sort=False).t.idxmax(),
    "all missing": lambda df: df.groupby("s").f.idxmax(),
    "labels": lambda df: df.set_index("s").groupby("b").i.idxmax(),
    "of a column": lambda df: df.i.groupby(df.b).idxmax(),
    "of missing keys": lambda df: df.groupby("s", dropna=False).i.idxmax(),
}
GATHERED = {
    "several places": lambda df: df.groupby("b").nth([0, 1]),
    "largest beside keys": lambda df: df.groupby("b", as_index=False).i.idxmax(),
    "of texts": lambda df: df.groupby("b").s.idxmax(),
    "missing looked at": lambda df: df.groupby("b").i.idxmax(skipna=False),
}


def choices(made):
    """The nodes of a plan, or of what an answer is made of, that choose rows of groups."""
    plans = [made._result()] if isinstance(made, lf.DataFrame | lf.Series) else [one._result() for one in leaves_of(made)]
    return [node for plan in plans for node in plan.walk() if isinstance(node, GroupRows)]


def leaves_of(answer):
    return [leaf for one in answer._lazies for leaf in ([one] if isinstance(one, lf.DataFrame | lf.Series) else leaves_of(one))]


@pytest.mark.parametrize("rows", [slice(None), slice(0), slice(1), slice(2, 5)], ids=["all", "none", "one", "three"])
def test_lines(rows):
    assert not check({**LINES, **GATHERED}, sample().iloc[rows].reset_index(drop=True), **LAYOUT)


@pytest.mark.parametrize("name", LINES)
def test_rows_are_chosen_of_parts(name):
    assert choices(LINES[name](lazy(sample())))


@settings(max_examples=8)
@given(st.data())
def test_lines_over_frames(data):
    places = data.draw(st.lists(st.integers(0, 8), max_size=25))
    frame = sample().iloc[places].reset_index(drop=True)
    names = data.draw(st.sets(st.sampled_from(sorted(LINES)), min_size=6, max_size=6))
    cuts = tuple(sorted(data.draw(st.lists(st.integers(0, len(frame)), max_size=3))))
    assert not check({name: LINES[name] for name in names}, frame, cuts=cuts, batch_rows=data.draw(st.integers(1, 9)))


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_lines_under_other_schedulers(scheduler):
    frame, df = sample(), lazy(sample(), (2, 5))
    lines = {name: line for name, line in LINES.items() if not isinstance(outcome(lambda line=line: line(frame)), Exception)}
    for name, got in zip(lines, lf.compute(*[line(df) for line in lines.values()], scheduler=scheduler), strict=True):
        assert_same(got, lines[name](frame))
