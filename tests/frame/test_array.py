"""Distinct values, in the order and of the type that pandas gives them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import lazy, sample

VALUES = {
    "int64": st.integers(-3, 3),
    "float64": st.sampled_from([1.5, -0.0, 0.0, float("nan"), float("inf")]),
    "bool": st.booleans(),
    "str": st.sampled_from(["a", "b", "", None]),
    "datetime64[us]": st.sampled_from([pd.Timestamp("2020-01-01"), pd.Timestamp("1969-12-31"), None]),
    "timedelta64[us]": st.sampled_from([pd.Timedelta("1s"), pd.Timedelta("-3D"), None]),
}


def assert_same_array(got, want):
    assert type(got) is type(want)
    assert got.dtype == want.dtype
    pd.testing.assert_series_equal(pd.Series(got), pd.Series(want))


@pytest.mark.parametrize("dtype", VALUES)
@settings(max_examples=examples(10))
@given(data=st.data())
def test_distinct_values_are_those_of_pandas(dtype, data):
    frame = pd.DataFrame({"x": pd.Series(data.draw(st.lists(VALUES[dtype], max_size=12)), dtype=dtype)})
    cuts = tuple(data.draw(st.lists(st.integers(0, 12), max_size=4)))
    df = lazy(frame, cuts, batch_rows=data.draw(st.integers(1, 5)), coded=data.draw(st.booleans()))
    assert_same_array(df.x.unique().compute(scheduler="sync"), frame.x.unique())
    assert_same_array(df.x.unique().compute(scheduler="threads", num_workers=2), frame.x.unique())
    assert_same_array(df[df.x.notna()].x.unique().compute(scheduler="sync"), frame[frame.x.notna()].x.unique())


def test_fields_of_dates():
    df, frame = lazy(sample(), (3,)), sample()
    assert_same_array(df.t.dt.year.unique().compute(scheduler="sync"), frame.t.dt.year.unique())
    assert_same_array((df.i + df.f).unique().compute(scheduler="sync"), (frame.i + frame.f).unique())


def test_what_it_is():
    df = lazy(sample(), (3,))
    distinct = df[df.b].s.unique()
    assert repr(distinct) == "lf.Array<unique of s, dtype=str>"
    assert not df._plan.source.reads
    assert len(df.i.unique()) == 7
    assert list(df.i.unique()) == sample().i.unique().tolist()
    assert list(df.o.unique().compute())[:2] == ["a", "Bc"]  # of objects pandas tells them
    with pytest.raises(TypeError, match="a lazy Array is no array"):
        np.asarray(distinct)
