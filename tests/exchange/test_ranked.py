"""Columns that are not held: what pandas says of few of their values is what it says of all."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe.exchange.ranked import Ranked, can_be_ranked, present
from lazyframe.exchange.room import Room
from lazyframe.exchange.runs import Ascending, counted, run_of
from lazyframe.kernels.columns import from_series
from lazyframe.schema import dtype_of

HOW = ["linear", "lower", "higher", "midpoint", "nearest"]


def ranked(column):
    values = from_series(column)
    numbers = present(values)
    moments = (column.mean(), column.std())
    ascending = Ascending([run_of(*counted(numbers))], numbers.dtype, Room(2**20, 1))
    return Ranked(ascending, values[:0], len(values) - len(numbers), moments)


@settings(max_examples=examples(100))
@given(st.lists(st.floats(-1e9, 1e9), max_size=40), st.floats(0, 1), st.sampled_from(HOW))
def test_quantiles_to_the_last_bit(values, q, how):
    column = pd.Series(values, dtype="float64")
    found, want = ranked(column).quantile(q, how), column.quantile(q, how)
    assert found == want or (np.isnan(found) and np.isnan(want))


@pytest.mark.parametrize("how", HOW)
@pytest.mark.parametrize("count", range(1, 9))
def test_ranks_in_the_middle(how, count):
    column = pd.Series(np.arange(count) * 10.5)
    shares = [n / (2 * (count - 1 or 1)) for n in range(2 * count - 1)]
    pd.testing.assert_series_equal(ranked(column).quantile(shares, how), column.quantile(shares, how), check_exact=True)


@pytest.mark.parametrize("values", [[1, 2, 4], [1, None, 2], [None], []])
@pytest.mark.parametrize("dtype", ["Int64", "Float64", "int64[pyarrow]", "float32", "float64"])
def test_what_pandas_says_of_a_column(values, dtype):
    column = pd.Series(values, dtype=dtype)
    one = ranked(column)
    pd.testing.assert_series_equal(one.describe(), column.describe())
    found, want = one.median(), column.median()
    assert found == want if not pd.isna(want) else type(found) is type(want)
    if dtype.startswith("float"):
        pd.testing.assert_series_equal(one.mode(dropna=False), column.mode(dropna=False))


def test_which_columns_can_be_ranked():
    table = {
        "iufb": [1, 1.5, True],
        "": ["a", object()],
        "M": [pd.Timestamp("2020"), pd.Timedelta(1)],
    }
    dtypes = {kind: [dtype_of(pd.Series([value])) for value in values] for kind, values in table.items() if kind}
    assert [can_be_ranked(dtype, "median") for kinds in dtypes.values() for dtype in kinds] == [True] * 5
    assert [can_be_ranked(dtype, "describe") for dtype in dtypes["iufb"]] == [True, True, False]
    assert [can_be_ranked(dtype, "mode") for dtype in dtypes["M"]] == [False, False]
    assert not can_be_ranked(dtype_of(pd.Series(["a"])), "mode")
    assert [can_be_ranked(dtype_of(pd.Series([1], dtype="Int64")), one) for one in ("median", "mode")] == [True, False]
