"""Frames with frames, and reductions along the columns, line by line beside pandas."""

from __future__ import annotations

import pytest
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.frame.across import ACROSS, across, matched, paired
from lazyframe.frame.answer import Answer
from lazyframe.plan import Project

NUMBERS = ["i", "f"]
LINES = {
    **{f"{method} along": lambda df, m=method: getattr(df[NUMBERS], m)(axis=1) for method in sorted(ACROSS)},
    "sum along, as a word": lambda df: df[NUMBERS].sum(axis="columns"),
    "sum along of numbers": lambda df: df.sum(axis=1, numeric_only=True),
    "mean along with missing": lambda df: df[NUMBERS].mean(axis=1, skipna=False),
    "std along": lambda df: df[NUMBERS].std(axis=1, ddof=0),
    "any along of a filter": lambda df: df[df.i > 0][["b"]].any(axis=1),
    "sum along of few": lambda df: df[NUMBERS].sum(axis=1, min_count=2),
    "down with an argument": lambda df: df[NUMBERS].sum(min_count=20),
    "along, as a column": lambda df: df.assign(z=df[NUMBERS].max(axis=1)).z.sum(),
    "along, as a mask": lambda df: df[df[NUMBERS].min(axis=1) > 0],
    "frame and frame": lambda df: df[NUMBERS] + df[NUMBERS],
    "frame and a frame of the same rows": lambda df: df[NUMBERS] * df[NUMBERS].fillna(0),
    "shares": lambda df: df[["f"]] / df[["f"]].sum(),
    "shares of several": lambda df: df[["i", "b"]].astype(float) / df[["i", "b"]].astype(float).sum(),
    "centred": lambda df: df[["f"]] - df[["f"]].mean(),
    "of two dtypes": lambda df: df[NUMBERS] - df[NUMBERS].max(),
    "other columns": lambda df: df[["i", "f"]] + df[["f", "d"]].drop(columns="d"),
    "other rows": lambda df: df[["f"]] + df[df.i > 0][["f"]],
}


@pytest.mark.parametrize("rows", [9, 1])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), cuts=(2, 5), batch_rows=2)


def test_along_the_columns_streams_and_down_them_is_gathered():
    df = lazy(sample(), (2, 5))
    assert type(across(df[NUMBERS], "sum", (), {"axis": 1})) is lf.Series
    assert type(across(df[NUMBERS], "count", (1,), {})) is lf.Series
    assert type(across(df[NUMBERS], "sum", (), {"min_count": 2})) is Answer
    assert df[NUMBERS].sum(axis=1).npartitions == 3


@pytest.mark.parametrize(
    "columns",
    [
        lambda df: df[["s"]].count(axis=1, numeric_only=True),  # no column is left
        lambda df: df.rename(columns={"i": 0})[[0, "f"]].sum(axis=1),  # names that cannot be sorted together
    ],
)
def test_what_is_left_to_pandas_is_pandas(columns):
    assert_same(columns(lazy(sample(), (2, 5))).compute(scheduler="sync"), columns(sample()))


def test_pairs_are_columns_of_the_same_rows_or_the_values_of_reductions():
    df = lazy(sample(), (2, 5))
    frame = df[NUMBERS]
    ours, theirs = paired(frame._plan, frame.fillna(0))
    assert [ours.name, theirs.name] == NUMBERS
    (value,) = paired(df[["f"]]._plan, df[["f"]].max())
    assert value.compute(scheduler="sync") == float("inf")


@pytest.mark.parametrize(
    "other",
    [
        lambda df: df[["f", "i"]],  # other columns
        lambda df: df[df.i > 0][NUMBERS],  # other rows
        lambda df: df.i,  # a column of the rows, whose labels are no names
        lambda df: df[NUMBERS].sum(),  # one dtype for both, where the columns have two
        lambda df: df[["f"]].sum(),
        lambda df: df[NUMBERS].fillna(0).abs().i + 1,
    ],
)
def test_what_is_matched_by_labels_has_no_pairs(other):
    df = lazy(sample(), (2, 5))
    assert paired(df[NUMBERS]._plan, other(df)) is None


@pytest.mark.parametrize("reflected", [False, True])
def test_sides_stand_as_they_were_written(reflected):
    ours, theirs = lazy(sample(), (2,))[["f"]], lazy(sample(), (2,))[["i"]]
    made = matched("sub", ours, theirs, reflected)
    want = sample()[["i"]] - sample()[["f"]] if reflected else sample()[["f"]] - sample()[["i"]]
    assert_same(made.compute(scheduler="sync"), want)
    assert isinstance(ours._plan, Project)


def test_along_columns_of_which_only_all_the_values_tell_what_comes_out():
    with pytest.raises(TypeError, match="does not fit its operands"):
        lazy(sample(), (2,))[["i", "t"]].std(axis=1)
