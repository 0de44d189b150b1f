"""Values made of others row by row that once were gathered: equal to pandas at every cut, and no row is gathered for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, outcome, sample

import lazyframe as lf
from lazyframe.frame.answer import Answer
from lazyframe.frame.dataframe import DataFrame

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}


def _top(df):
    return lf if isinstance(df, DataFrame) else pd


STREAMED = {
    "truth and numbers": lambda df: df[["i", "b", "f"]].replace({True: False, 2: 4}),
    "where": lambda df: df[["i", "f"]].where(df[["i", "f"]] > 1),
    "where0": lambda df: df[["i", "f"]].where(df[["i", "f"]] > 1, 0),
    "mask": lambda df: df[["i", "f", "s", "t"]].mask(df.i > 1),
    "wherefn": lambda df: df[["i", "f"]].where(lambda d: d > 0, lambda d: -d),
    "mask max": lambda df: df[["i"]].mask(df[["i"]] > 1, df.i.max()),
    "rep": lambda df: df.drop(columns=["o", "q"]).replace(2, 5),
    "rep2": lambda df: df[["i", "f", "s"]].replace({2: 7, "a": "b"}),
    "rep3": lambda df: df[["i", "f", "s"]].replace({"i": {2: 7}, "s": {"a": "b"}}),
    "rep4": lambda df: df[["i", "f", "s"]].replace({"s": "a"}, "q"),
    "rep5": lambda df: df[["i", "f", "s"]].replace([2, 0], [9, 8]),
    "repre": lambda df: df[["s", "i"]].replace("^a", "b", regex=True),
    "reps": lambda df: df.s.replace({"a": "b", "12": np.nan}),
    "repnan": lambda df: df.f.replace(np.nan, 0),
    "repinf": lambda df: df.f.replace([np.inf, -np.inf], np.nan),
    "repi": lambda df: df.i.replace([2, 3], 1),
    "case": lambda df: df.i.case_when([(df.i > 2, 100), (df.f > 0, df.i * 2)]),
    "casef": lambda df: df.i.case_when([(df.b, 1.5)]),
    "cases": lambda df: df.s.case_when([(df.i > 2, "x"), (lambda s: s == "a", "y")]),
    "cut": lambda df: _top(df).cut(df.i, [-10, 0, 5, 10], labels=["l", "m", "h"]),
    "cutf": lambda df: _top(df).cut(df.f, [-10, 0, 5, 10], labels=False),
    "cuti": lambda df: _top(df).cut(df.i, [-10, 0, 5, 10], labels=False, right=False),
    "cutset": lambda df: (
        df.assign(c=_top(df).cut(df.f, [-1, 0, 5], labels=["l", "m"], include_lowest=True)).groupby("c", observed=True).i.sum()
    ),
    "inf": lambda df: df[["i", "s"]].infer_objects(),
    "infs": lambda df: df.i.infer_objects(),
    "iso": lambda df: df.t.dt.isocalendar(),
    "tz": lambda df: df.t.dt.tz_localize("Europe/Berlin", nonexistent="shift_forward", ambiguous=True),
    "tzc": lambda df: df.t.dt.tz_localize("UTC").dt.tz_convert("Asia/Kolkata").dt.hour,
    "tzn": lambda df: df.t.dt.tz_localize("UTC").dt.tz_localize(None),
    "unit": lambda df: df.t.dt.as_unit("ms"),
    "nano": lambda df: df.d.dt.nanoseconds,
    "ext": lambda df: df.s.str.extract("([a-z])(.?)"),
    "ext1": lambda df: df.s.str.extract("(?P<q>[a-z])"),
    "ext2": lambda df: df.s.str.extract("([a-z])", expand=False),
    "exto": lambda df: df.o.str.extract("([a-z])(?P<n>.)"),
    "cat": lambda df: df.s.str.cat(df.s.str.upper(), sep="-"),
    "cat2": lambda df: df.s.str.cat([df.s, df.i.astype(str)], na_rep="?"),
    "trans": lambda df: df.s.str.translate({97: "b", ord("1"): None}),
    "joins": lambda df: df.s.str.join("-"),
}
GATHERED = {
    "whereser": lambda df: df[["f", "s"]].where(df.b, "z"),
    "repif": lambda df: df.i.replace(2, 1.5),
    "cutnone": lambda df: _top(df).cut(df.i, [-10, 0, 5, 10]),
    "catall": lambda df: df.s.str.cat(sep=","),
    "nested in part": lambda df: df[["i", "f"]].replace({"i": {2: 3}, "f": 1.5}),
    "into truth": lambda df: df[["i", "b"]].replace({"b": {True: 3}}),
    "a zone that is inferred": lambda df: df.t.dropna().sort_values().dt.tz_localize("UTC", ambiguous="infer"),
}


@pytest.mark.parametrize("rows", [slice(None), slice(0), slice(2, 3), slice(3, 6)], ids=["all", "none", "missing", "some"])
def test_lines(rows):
    assert not check({**STREAMED, **GATHERED}, sample().iloc[rows].reset_index(drop=True), **LAYOUT)


@pytest.mark.parametrize("name", STREAMED)
def test_no_row_is_gathered(name):
    assert not isinstance(STREAMED[name](lazy(sample())), Answer)


@settings(max_examples=8)
@given(st.data())
def test_lines_over_frames(data):
    places = data.draw(st.lists(st.integers(0, 8), max_size=20))
    frame = sample().iloc[places].reset_index(drop=True)
    names = data.draw(st.sets(st.sampled_from(sorted(STREAMED)), min_size=8, max_size=8))
    cuts = tuple(sorted(data.draw(st.lists(st.integers(0, len(frame)), max_size=3))))
    assert not check({name: STREAMED[name] for name in names}, frame, cuts=cuts, batch_rows=data.draw(st.integers(1, 9)))


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_lines_under_other_schedulers(scheduler):
    frame, df = sample(), lazy(sample(), (2, 5))
    for name, got in zip(STREAMED, lf.compute(*[line(df) for line in STREAMED.values()], scheduler=scheduler), strict=True):
        assert_same(got, STREAMED[name](frame))


def test_many_conditions_are_looked_at_one_by_one():
    df = lazy(sample())

    def cases(df):
        return [(df.i == number, number) for number in range(40)]

    assert_same(df.i.case_when(cases(df)).compute(scheduler="sync"), sample().i.case_when(cases(sample())))


@pytest.mark.parametrize(
    "line",
    [
        lambda df: df.s.str.extract("a"),
        lambda df: _top(df).cut(df.i, [0, 1], labels=["a", "b"]),
        lambda df: df.t.dt.tz_localize("Nowhere"),
    ],
)
def test_what_pandas_refuses_is_refused_where_it_is_written(line):
    want = outcome(lambda: line(sample()))
    assert isinstance(want, Exception)
    assert isinstance(outcome(lambda: line(lazy(sample()))), Exception)
