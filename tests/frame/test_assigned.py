"""Answers of gathered rows set as columns: held to what the same calls make of the sample."""

from __future__ import annotations

import pandas as pd
import pytest
from oracle import assert_same, lazy, sample

import lazyframe as lf
from lazyframe.frame.assigned import UnknownColumnError, with_answer
from lazyframe.frame.samples import sample_of

CHANGES = {
    "a window": lambda df: df.i.rolling(2).sum(),
    "a rank of groups": lambda df: df.groupby("b").i.transform(lambda values: values - values.min()),
    "text": lambda df: df.s.str.split("a").str[0],
    "values replaced": lambda df: df.i.replace({2: 20}),
    "numbers of text": lambda df: df.i.astype("str").str.split(".").str[0].astype("int64"),
    "dates": lambda df: df.t.ffill(),
    "an answer's value": lambda df: df.i.rolling(3).mean().max(),
}


@pytest.mark.parametrize("name", CHANGES)
@pytest.mark.parametrize("column", ["new", "i"])
def test_a_column_is_set_as_in_pandas(name, column):
    df, frame = lazy(sample(), (2, 5)), sample()
    for one in (df, frame):
        one[column] = CHANGES[name](one)
    assert type(df) is lf.DataFrame
    assert df.dtypes[column] == frame.dtypes[column]
    assert_same(df.compute(scheduler="sync"), frame)
    assert_same(df[df.f > 0][[column]].compute(scheduler="sync"), frame[frame.f > 0][[column]])


def test_rows_with_an_index_keep_it():
    for by in ("s", ["b", "i"]):
        df, frame = lazy(sample(), (2, 5)).set_index(by), sample().set_index(by)
        for one in (df, frame):
            one["new"] = one.f.rolling(2).sum()
        assert_same(df.compute(scheduler="sync"), frame)


def test_nothing_is_read_and_the_sample_is_shown():
    df = lazy(sample(), (2, 5))
    source = df._plan.source
    df["new"] = df.i.rolling(2).sum()
    assert "new" in repr(df)
    assert len(sample_of(df._plan)) == 9
    assert source.reads == []


def test_where_a_filter_leaves_no_row_the_others_tell():
    df = lazy(sample(), (2, 5))
    rows = df[df.i > 100]
    rows["new"] = rows.s.str.split("a").str[0]
    assert str(rows.new.dtype) == "object"
    assert len(rows.compute(scheduler="sync")) == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (lambda df: df.s.str.split("a"), "write|Write"),
        (lambda df: df.i.rolling(2).sum()[:0], "the sample does not tell its dtype"),
    ],
)
def test_what_is_no_column_of_a_lazy_frame_says_what_to_write(value, said):
    df = lazy(sample(), (2, 5))
    with pytest.raises(UnknownColumnError, match=said) as caught:
        with_answer(df._plan, "new", value(df))
    assert str(caught.value).startswith("'new' cannot be set to ")
    assert "df = df.assign(**{'new': ...})" in str(caught.value)
    assert isinstance(caught.value, TypeError)


def test_a_batch_that_is_not_like_the_sample_is_an_error_that_names_the_column():
    frame = pd.DataFrame({"x": range(20)})
    df = lazy(frame, (12,))
    df["new"] = df.x.rolling(1).sum().replace({15.0: "text"})
    with pytest.raises(TypeError, match=r"set\[0\]: column 'new' holds objects other than text"):
        df.compute(scheduler="sync")


def people():
    return pd.DataFrame({"k": [1, 2, 2, 3, 1], "x": ["4", "n/c", "6", "7", "4"], "y": [1.5, 2.0, 3.5, 4.0, 1.5]})


def names():
    return pd.DataFrame({"k": [1, 2, 3], "name": ["a-x", "b-y", "c-z"]})


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


def test_truth_values_with_missing_ones_stay_where_an_answer_is_set():
    def made(df):
        df["z"] = df.s.map({"a": True, "12": False})
        df["w"] = df.i.rolling(2).sum()
        return df

    for cuts in ((), (1, 4)):
        got, want = made(lazy(sample(), cuts)), made(sample())
        assert_same(got.compute(scheduler="sync"), want)
        assert_same(got.groupby("b").z.count().compute(scheduler="sync"), want.groupby("b").z.count())
