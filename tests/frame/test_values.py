"""A frame value by value: the same operation on each of its columns, line by line beside pandas."""

from __future__ import annotations

import numpy as np
import pytest
from oracle import NAN, assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.frame.answer import Answer

NUMBERS = ["i", "f"]
LINES = {
    "fillna": lambda df: df[NUMBERS].fillna(0),
    "fillna by column": lambda df: df.fillna({"f": 0, "s": "none", "nowhere": 1}),
    "fillna of nothing": lambda df: df.fillna({}),
    "fillna of all kinds": lambda df: df.fillna(0),
    "fillna by a frame": lambda df: df[["f", "s"]].fillna(df[["f", "s"]].ffill()),
    "fillna by a frame of pandas": lambda df: df.fillna(sample().ffill()),
    "fillna of a column by labels": lambda df: df.f.fillna({1: 5.0, 3: 6.0}),
    "fillna of a column by one of pandas": lambda df: df.f.fillna(sample().i),
    "isin": lambda df: df.isin([1, "a", 2.5]),
    "isin by column": lambda df: df.isin({"i": [2, 3], "s": ["a"], "nowhere": [1]}),
    "isin nothing": lambda df: df.isin([]),
    "astype": lambda df: df[["i", "b"]].astype("float64"),
    "astype by column": lambda df: df.astype({"i": "int32", "b": int}),
    "astype of nothing": lambda df: df.astype({}),
    "clip": lambda df: df[NUMBERS].clip(0, 2),
    "clip below": lambda df: df[["f"]].clip(lower=1.5),
    "clip by a lazy value": lambda df: df[["f"]].clip(df.f.min(), df.f.mean()),
    "round": lambda df: df[["f", "s", "i", "b"]].round(1),
    "round to tens": lambda df: df[["f", "s", "i"]].round(-1),
    "dropna": lambda df: df.dropna(),
    "dropna of a column": lambda df: df.dropna(subset="f"),
    "dropna of several": lambda df: df.dropna(subset=["f", "s"]),
    "dropna of all of several": lambda df: df.dropna(subset=["f", "s", "t"], how="all"),
    "dropna of no column": lambda df: df[[]].dropna().size,
    "plus": lambda df: df[NUMBERS] + 1.5,
    "reflected": lambda df: 2 - df[NUMBERS],
    "by a lazy value": lambda df: df[NUMBERS] - df.i.max(),
    "reflected lazy value": lambda df: df.i.max() - df[NUMBERS],
    "compare": lambda df: df[NUMBERS] >= 0,
    "power": lambda df: df[["f"]] ** 2,
    "invert": lambda df: ~df[["b"]],
    "isna": lambda df: df.isna(),
    "notnull": lambda df: df.notnull(),
    "abs": lambda df: df[["i", "f", "d"]].abs(),
    "numpy": lambda df: np.exp(df[NUMBERS].clip(0, 1)),
}


@pytest.mark.parametrize("rows", [9, 0])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), cuts=(2, 5), batch_rows=2)


def test_names_stay_and_each_column_has_its_own_dtype():
    made = lazy(sample())[["i", "f", "b"]] + 1
    assert list(made.columns) == ["i", "f", "b"]
    assert made.dtypes.astype(str).tolist() == ["int64", "float64", "int64"]


def test_no_value_is_looked_at():
    df = lazy(sample(), (2, 5))
    for line in LINES.values():
        line(df)
    assert df._plan.source.reads == []


def test_frames_whose_labels_have_to_meet_are_left_to_pandas():
    df = lazy(sample(), (2, 5))
    assert type(df[NUMBERS] + df[NUMBERS]) is lf.DataFrame
    assert type(df[NUMBERS] + df[["f", "i"]]) is Answer


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        (lambda df: df.dropna(how="some"), ValueError, "invalid how option: some"),
        (lambda df: df.dropna(subset=["zz"]), KeyError, "no column 'zz'"),
        (lambda df: df.astype({"zz": "int64"}), KeyError, "no column 'zz'"),
        (lambda df: df[NUMBERS].clip(df.i), TypeError, "expected a single value"),
        (lambda df: df[[]].clip([1]), TypeError, "expected a single value"),
        (lambda df: df[NUMBERS] + "text", TypeError, "does not fit its operands"),
        (lambda df: df[["i", "s"]] + 1, TypeError, r"s \+ 1 does not fit"),
        (lambda df: df[["i"]].fillna([1, 2]), TypeError, "does not fit its operands"),
    ],
)
def test_mistakes_are_raised_where_they_are_made(line, error, message):
    with pytest.raises(error, match=message):
        line(lazy(sample()))


def test_missing_is_missing_of_each_kind():
    frame = sample()
    lines = {name: lambda df, n=name: df[[n]].dropna() for name in frame}
    lines |= {f"{name} filled": lambda df, n=name: df[[n]].isna() for name in frame}
    lines["set to missing"] = lambda df: df.assign(f=NAN).dropna(subset=["f"])
    assert not check(lines, frame, cuts=(2, 5), batch_rows=2)


def test_text_as_categories():
    made = lazy(sample(), (2, 5))[["s", "i"]].categorize().compute(scheduler="sync")
    assert_same(made, sample()[["s", "i"]].astype({"s": "category"}))
    some = lazy(sample(), (2, 5))[["s", "i"]].categorize(["i"]).compute(scheduler="sync")
    assert_same(some, sample()[["s", "i"]].astype({"i": "category"}))
