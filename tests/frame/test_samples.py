"""Rows of the samples where rows have to meet, and what is set and tried with their help."""

from __future__ import annotations

import pandas as pd
from oracle import assert_same, lazy

import lazyframe as lf
from lazyframe.frame.samples import sample_of


def people():
    return pd.DataFrame({"k": [1, 2, 2, 3, 1], "x": ["4", "n/c", "6", "7", "4"], "y": [1.5, 2.0, 3.5, 4.0, 1.5]})


def names():
    return pd.DataFrame({"k": [1, 2, 3], "name": ["a-x", "b-y", "c-z"]})


def test_the_sample_of_a_join_reads_nothing():
    df = lazy(people(), (2,))
    joined = df.merge(lf.from_pandas(names()), on="k")
    assert len(sample_of(joined._plan)) == 5
    assert not df._plan.source.reads


def _replaced(df):
    df["x"] = df["x"].replace({"4": "four"})
    df["number"] = df["k"].replace({1: "one", 2: "two", 3: "three"})
    return df


def _numbers(df):
    df["x"] = lf.to_numeric(df["x"], errors="coerce") if isinstance(df, lf.DataFrame) else pd.to_numeric(df["x"], errors="coerce")
    return df


def _split(df):
    df[["first", "second"]] = df["name"].str.split("-", expand=True)
    return df


def test_answers_are_set_in_frames_whose_rows_had_to_meet():
    shapes = {
        "joined": lambda df, other: df.merge(other, on="k", how="left"),
        "joined and filtered": lambda df, other: df.merge(other, on="k")[lambda d: d.k > 1],
        "distinct": lambda df, other: df.assign(name="p-q").drop_duplicates().reset_index(drop=True),
        "sorted": lambda df, other: df.assign(name="p-q").sort_values("y", ascending=False, kind="stable"),
    }
    for made in shapes.values():
        for change in (_replaced, _numbers, _split):
            want = change(made(people(), names()).copy())
            got = change(made(lazy(people(), (1, 3)), lf.from_pandas(names())))
            assert isinstance(got, lf.DataFrame)
            assert_same(got.compute(scheduler="sync"), want)


def test_where_a_filter_leaves_no_row_of_the_sample_the_others_tell():
    df = lazy(people(), (2,)).merge(lf.from_pandas(names()), on="k")
    none = df[df.k > 7]
    none["x"] = none["x"].str.split("/").str[0]
    assert none.x.dtype == object
    assert len(none.compute(scheduler="sync")) == 0
