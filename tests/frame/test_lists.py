"""Columns set from answers and lists, and dtypes that only the data tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, sample

import lazyframe as lf

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}
PLAIN = ["i", "f", "b", "s", "t"]


def with_categories(df):
    df = df[PLAIN].copy()
    df["c"] = df.s.astype("category")
    df["y"] = df.i * 2
    return df


def with_several(df):
    df = df[PLAIN].copy()
    df["c"] = df.i.astype("category")
    df["r"] = df.f.rolling(2).sum()
    df["e"] = (df.s + "x").astype("category")
    return df


LINES = {
    "a made column of categories": lambda df: with_categories(df),
    "some of its rows": lambda df: with_categories(df)[lambda made: made.y > 2],
    "its groups": lambda df: with_categories(df).groupby("c").i.sum(),
    "its values counted": lambda df: with_categories(df).c.value_counts(),
    "its codes": lambda df: with_categories(df).c.cat.codes,
    "several": lambda df: with_several(df),
    "sorted": lambda df: with_several(df).sort_values("i", kind="stable"),
    "alone": lambda df: df.s.astype("category"),
    "of numbers": lambda df: df.i.astype("category"),
    "ordered": lambda df: df.s.astype(pd.CategoricalDtype(ordered=True)),
    "of a frame": lambda df: df[PLAIN].astype({"s": "category", "i": "float64"}),
    "of all columns": lambda df: df[["i", "s"]].astype("category"),
    "objects counted": lambda df: df.o.value_counts(),
    "where an answer is true": lambda df: df.i.where(lambda column: column.rolling(2).sum() > 3),
    "missing values filled by an answer": lambda df: df.f.fillna(df.i.rolling(2).sum()),
    "between an answer and a value": lambda df: df.i.between(df.i.rolling(2).min(), 9),
    "a frame where an answer is true": lambda df: df[["i", "f"]].where(lambda rows: rows.rolling(2).sum() > 3, 0),
}


@pytest.mark.parametrize("name", LINES)
@pytest.mark.parametrize("rows", [slice(None), slice(3, 6)], ids=["all", "some"])
def test_lines(name, rows):
    assert not check({name: LINES[name]}, sample().iloc[rows].reset_index(drop=True), **LAYOUT)


@settings(max_examples=5)
@given(st.data())
def test_lines_over_frames(data):
    places = data.draw(st.lists(st.sampled_from([0, 1, 3, 4, 5, 6]), min_size=2, max_size=15))
    frame = sample().iloc[[0, 3, *places]].reset_index(drop=True)
    names = data.draw(st.sets(st.sampled_from(sorted(LINES)), min_size=4, max_size=4))
    cuts = tuple(sorted(data.draw(st.lists(st.integers(0, len(frame)), max_size=3))))
    assert not check({name: LINES[name] for name in names}, frame, cuts=cuts, batch_rows=data.draw(st.integers(1, 9)))


def test_an_answer_beside_categories_that_are_to_be_found(tmp_path):
    sample()[["i", "s"]].to_csv(tmp_path / "a.csv", index=False)

    def made(module):
        df = module.read_csv(tmp_path / "a.csv", dtype={"s": "category"})
        df["r"] = df.i.rolling(2).sum()
        return df

    assert_same(made(lf).compute(scheduler="sync"), made(pd))
    assert_same(made(lf).groupby("s").r.sum().compute(scheduler="sync"), made(pd).groupby("s", observed=True).r.sum())


LISTS = [
    list(range(9)),
    np.arange(9) * 1.5,
    list("abcdefghi"),
    (True,) * 9,
    pd.to_datetime(["2024-01-01"] * 9),
    [1, None] * 4 + [3],
    range(9),
    [None, "a", None, "b", "c", "d", "e", "f", "g"],
]


@pytest.mark.parametrize("values", LISTS, ids=lambda values: f"{type(values).__name__} of {type(values[0]).__name__}")
def test_a_list_is_a_column_by_where_its_values_stand(values):
    def line(df):
        df = df[PLAIN].copy()
        df["l"] = values
        return df[lambda made: made.i > 0]

    assert not check({"list": line, "assigned": lambda df: df[PLAIN].assign(l=values).tail(3)}, sample(), **LAYOUT)


def test_a_list_of_another_length_is_an_error():
    with pytest.raises(ValueError, match=r"Length of values \(2\) does not match length of index: there are 9 rows, or more"):
        lazy(sample()).assign(l=[1, 2])
    with pytest.raises(ValueError, match="Length of values"):
        lazy(sample()).assign(l=[1] * 20).compute(scheduler="sync")


@pytest.mark.parametrize(
    "line",
    [lambda df: df.b.where(df.i > 0), lambda df: df.i.where(df.i > 0), lambda df: df.t.dt.year, lambda df: df.i + 1],
    ids=["truth", "numbers", "fields", "settled"],
)
def test_a_dtype_is_shown_as_the_sample_has_it(line):
    made, want = line(lazy(sample())), line(sample())
    assert made.dtype == want.dtype
    assert made.to_frame("z").dtypes.tolist() == [want.dtype]
    assert made.compute(scheduler="sync").dtype == want.dtype
