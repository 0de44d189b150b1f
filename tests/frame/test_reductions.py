"""Statistics and counts that stream: equal to pandas at every cut, and no row is gathered for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.frame.answer import Answer
from lazyframe.frame.grouped import counted

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}
COUNTS = {
    "one column": lambda df: df.groupby("s").i.value_counts(),
    "shares": lambda df: df.groupby("b").i.value_counts(normalize=True),
    "in order of occurrence": lambda df: df.groupby(["b", "i"], sort=False).s.value_counts(sort=False),
    "the least frequent first": lambda df: df.groupby("b", sort=False).i.value_counts(ascending=True),
    "several columns": lambda df: df.groupby("b")[["i", "s"]].value_counts(),
    "a subset": lambda df: df[["b", "i", "s", "f"]].groupby("b").value_counts(subset=["i"]),
    "dates": lambda df: df.groupby("s").t.value_counts(),
}
LABELS = {
    "largest": lambda df: df[["i", "f", "b"]].idxmax(),
    "smallest of numbers": lambda df: df.idxmin(numeric_only=True),
    "of dates": lambda df: df[["i", "t", "d"]].idxmax(),
    "of an index": lambda df: df.set_index("s")[["i", "f"]].idxmax(),
}
SEVERAL = {
    "a name": lambda df: df.i.agg("max"),
    "names": lambda df: df.i.agg(["min", "mean"]),
    "new names": lambda df: df.f.agg({"a": "min", "b": "count"}),
    "of texts": lambda df: df.s.agg(["count", "min"]),
    "of dates": lambda df: df.t.agg(["min", "max"]),
    "of truth": lambda df: df.b.agg(["sum", "any"]),
    "with an argument": lambda df: df.i.agg("std", ddof=0),
}
GATHERED = {
    "missing counted": lambda df: df.groupby("b").s.value_counts(dropna=False),
    "objects counted": lambda df: df.groupby("b").o.value_counts(),
    "the key counted": lambda df: df.groupby("b").b.value_counts(),
    "bins counted": lambda df: df.groupby("b").i.value_counts(bins=2),
    "labels of texts": lambda df: df[["i", "s"]].idxmax(),
    "a function": lambda df: df.i.agg(lambda values: values.max()),
    "a function twice": lambda df: df.i.agg(["max", "max"]),
}


@pytest.mark.parametrize("rows", [slice(None), slice(0), slice(1), slice(2, 4)], ids=["all", "none", "one", "two"])
@pytest.mark.parametrize("lines", [COUNTS, LABELS, SEVERAL, GATHERED], ids=["counts", "labels", "several", "gathered"])
def test_lines(lines, rows):
    assert not check(lines, sample().iloc[rows].reset_index(drop=True), **LAYOUT)


@pytest.mark.parametrize("name", COUNTS)
def test_no_row_is_gathered_for_counts(name):
    assert COUNTS[name](lazy(sample()))._function is counted


@pytest.mark.parametrize("name", SEVERAL)
def test_no_column_is_gathered(name):
    made = SEVERAL[name](lazy(sample()))
    assert not isinstance(made, Answer) or all(isinstance(one, lf.Scalar) for one in made._lazies)


@settings(max_examples=8)
@given(st.data())
def test_lines_over_frames(data):
    places = data.draw(st.lists(st.integers(0, 8), min_size=1, max_size=25))
    frame = sample().iloc[places].reset_index(drop=True)
    lines = {**COUNTS, **{f"{name} at once": line for name, line in SEVERAL.items()}}
    names = data.draw(st.sets(st.sampled_from(sorted(lines)), min_size=6, max_size=6))
    cuts = tuple(sorted(data.draw(st.lists(st.integers(0, len(frame)), max_size=3))))
    assert not check({name: lines[name] for name in names}, frame, cuts=cuts, batch_rows=data.draw(st.integers(1, 9)))


def numbers(count: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "x": random.choice([1.5, np.nan, 3, 1e3, -2], count),
            "y": random.integers(-9, 9, count),
            "k": pd.Series(random.choice(list("abc"), count), dtype="str"),
            "b": random.random(count) > 0.5,
            "z": random.normal(1e6, 1, count),
        }
    )


SHAPES = {
    "skew": lambda df: df[["x", "y", "b", "z"]].skew(),
    "kurt": lambda df: df[["x", "y", "z"]].kurt(),
    "kurtosis": lambda df: df.y.kurtosis(),
    "skew of a column": lambda df: df.x.skew(),
    "skew of groups": lambda df: df.groupby("k")[["x", "y", "z"]].skew(),
    "kurt of groups": lambda df: df.groupby("k").z.kurt(),
    "named": lambda df: df.groupby("k").agg(q=("x", "skew")),
    "of numbers": lambda df: df.skew(numeric_only=True),
    "gathered": lambda df: df.x.skew(skipna=False),
    "along the columns": lambda df: df[["x", "y", "z"]].skew(axis=1),
    "corr": lambda df: df.x.corr(df.y),
    "corr of a multiple": lambda df: df.z.corr(df.z * 2),
    "corr of enough": lambda df: df.x.corr(df.y, min_periods=4),
    "cov": lambda df: df.x.cov(df.y),
    "cov of all": lambda df: df.y.cov(df.z, ddof=0),
    "cov of truth": lambda df: df.b.cov(df.y),
    "cov of filtered": lambda df: df[df.y > 0].x.cov(df[df.y > 0].y),
}


@pytest.mark.filterwarnings("ignore:Degrees of freedom", "ignore:divide by zero", "ignore:invalid value")
@pytest.mark.parametrize("count", [1, 2, 3, 4, 5, 40])
def test_shapes(count):
    frame = numbers(count, count)
    df = lazy(frame, (2, 5), 3)
    for name, line in SHAPES.items():
        want, got = line(frame), line(df).compute(scheduler="threads" if count == 40 else "sync")
        if isinstance(want, float):
            assert isinstance(got, float)
            np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9, err_msg=name)
        else:
            assert_same(got.round(6), want.round(6))


def test_columns_of_other_rows_are_matched_by_their_labels():
    frame = numbers(9, 0)
    df = lazy(frame, (3,))
    assert isinstance(df.x.cov(df[df.y > 0].z), Answer)
    got = df.x.cov(df[df.y > 0].z).compute(scheduler="sync")
    np.testing.assert_allclose(got, frame.x.cov(frame[frame.y > 0].z))
