"""Numbers are sorted by numpy; in the order that pandas has."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.kernels.columns import Columns, from_series
from lazyframe.kernels.sorting import places

COLUMNS = {
    "int": st.sampled_from([0, 1, -(2**63), 2**63 - 1]).map(np.int64),
    "uint": st.sampled_from([0, 1, 2**64 - 1]).map(np.uint64),
    "float": st.sampled_from([0.0, -0.0, 1.5, np.nan, -np.inf]),
    "date": st.sampled_from(["1960-01-01", "2020-01-01"]).map(np.datetime64),
    "maybe": st.sampled_from(["1960-01-01", "NaT", "2020-01-01"]).map(np.datetime64),
}
DTYPES = {"int": "int64", "uint": "uint64", "float": "float64", "date": "M8[us]", "maybe": "M8[us]"}


@pytest.mark.parametrize("na_position", ["first", "last"])
@given(
    rows=st.lists(st.tuples(*COLUMNS.values()), max_size=12),
    by=st.lists(st.sampled_from(list(COLUMNS)), min_size=1, max_size=3, unique=True),
    up=st.tuples(st.booleans(), st.booleans(), st.booleans()),
)
def test_the_order_is_pandas(na_position, rows, by, up):
    frame = pd.DataFrame({name: np.array([row[at] for row in rows], DTYPES[name]) for at, name in enumerate(COLUMNS)})
    columns = Columns.of(len(frame), {name: from_series(frame[name]) for name in frame})
    want = frame.sort_values(by, ascending=list(up[: len(by)]), kind="stable", na_position=na_position)
    assert places(columns, by, up[: len(by)], "stable", na_position).tolist() == want.index.tolist()
