"""Rows of the samples where rows have to meet, and what is set and tried with their help."""

from __future__ import annotations

import pandas as pd
import pytest
from oracle import lazy

import lazyframe as lf
from lazyframe.frame.samples import sample_of, without_filters
from lazyframe.kernels.columns import to_series


def people():
    return pd.DataFrame({"k": [1, 2, 2, 3, 1], "x": ["4", "n/c", "6", "7", "4"], "y": [1.5, 2.0, 3.5, 4.0, 1.5]})


def names():
    return pd.DataFrame({"k": [1, 2, 3], "name": ["a-x", "b-y", "c-z"]})


def test_the_sample_of_a_join_reads_nothing():
    df = lazy(people(), (2,))
    joined = df.merge(lf.from_pandas(names()), on="k")
    assert len(sample_of(joined._plan)) == 5
    assert not df._plan.source.reads


@pytest.mark.parametrize(
    "line",
    [
        lambda df, other: df[df.k > 1],
        lambda df, other: df.assign(z=df.y * 2)[["z", "k"]],
        lambda df, other: df.sort_values("y", kind="stable"),
        lambda df, other: df.groupby("k").y.sum(),
        lambda df, other: df.drop_duplicates("k"),
        lambda df, other: df.merge(other, on="k", how="left"),
        lambda df, other: df.set_index("x")[["y"]].cumsum(),
    ],
)
def test_a_sample_of_all_rows_is_the_answer(line):
    df = lazy(people(), (2,))
    made = line(df, lf.from_pandas(names()))
    columns = sample_of(made._result())
    want = line(people(), names())
    assert len(columns) == len(want)
    assert df._plan.source.reads == []
    for name in [want.name] if isinstance(want, pd.Series) else want.columns:
        assert to_series(columns[name]).tolist() == pd.Series(want if isinstance(want, pd.Series) else want[name]).tolist()


def test_filters_are_taken_out_wherever_they_stand():
    df = lazy(people(), (2,))
    plan = df[df.k > 100].assign(z=1)[lambda rows: rows.z > 5]._plan
    assert len(sample_of(plan)) == 0
    assert len(sample_of(without_filters(plan))) == 5
    assert without_filters(df._plan) is df._plan
