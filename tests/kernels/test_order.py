"""Order statistics: exact, whatever the batches are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, sample

from lazyframe.kernels import order
from lazyframe.schema import dtype_named

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}
INTERPOLATIONS = ("linear", "lower", "higher", "nearest", "midpoint")

LINES = {
    **{f"median of {name}": lambda df, n=name: df[n].median() for name in "ifbtd"},
    **{f"median of {name} in groups": lambda df, n=name: df.groupby("s")[n].median() for name in "ifbtd"},
    **{
        f"{how} {q} of {name}": lambda df, n=name, q=q, how=how: df[n].quantile(q, interpolation=how)
        for name in "iftd"
        for q in (0, 0.3, 0.5, 1)
        for how in INTERPOLATIONS
    },
    **{
        f"{how} {q} of {name} in groups": lambda df, n=name, q=q, how=how: df.groupby("s", sort=False)[n].quantile(q, how)
        for name in "iftd"
        for q in (0, 0.3, 1)
        for how in INTERPOLATIONS
    },
    "median of years": lambda df: df.t.dt.year.median(),
    "quantile of years": lambda df: df.t.dt.year.quantile(0.2, "lower"),
    "quantile of years in groups": lambda df: df.t.dt.year.groupby(df.b).quantile(0.2, "lower"),
    "medians": lambda df: df[["i", "f", "b"]].median(),
    "medians of numbers": lambda df: df.median(numeric_only=True),
    "medians of dates": lambda df: df[["t", "d"]].median(),
    "medians of groups": lambda df: df.groupby("s").median(numeric_only=True),
    "quantile of groups": lambda df: df.groupby("s")[["i", "f"]].quantile(0.25),
    "agg": lambda df: df.groupby("s").f.agg("median"),
    "mean of dates": lambda df: df.t.mean(),
    "mean of differences": lambda df: df.d.mean(),
    "mean of dates in groups": lambda df: df.groupby("s")[["t", "d"]].mean(),
    "mean of dates, unsorted groups": lambda df: df.groupby(["b", "i"], sort=False, dropna=False).t.agg(["mean", "max"]),
    "mean of a frame with dates": lambda df: df[["t"]].mean(),
    "agg with others": lambda df: df.groupby("s").f.agg(["mean", "median", "count", "quantile"]),
    "agg of columns": lambda df: df.groupby(["s", "b"], as_index=False, dropna=False).agg(
        {"f": "median", "i": ["median", "max", "quantile"]}
    ),
    "named": lambda df: df.groupby("b").agg(x=("f", "median"), y=("s", "max")),
    "above the median": lambda df: df[df.i > df.i.median()],
}


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("rows", [9, 2, 1, 0])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), **LAYOUT)


@settings(max_examples=examples(16))
@given(
    st.lists(st.tuples(st.integers(0, 3), st.floats(allow_nan=True, width=32)), max_size=40),
    st.lists(st.integers(0, 40), max_size=6),
    st.integers(1, 5),
    st.floats(0, 1),
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_cut(rows, cuts, batch_rows, q):
    frame = pd.DataFrame({"k": [k for k, _ in rows], "v": [v for _, v in rows]}).astype({"k": "int64", "v": "float64"})
    df = lazy(frame, tuple(cuts), batch_rows)
    groups, all_groups = df.groupby("k").v, frame.groupby("k").v
    assert_same(df.v.quantile(q).compute(scheduler="sync"), frame.v.quantile(q))
    assert_same(groups.median().compute(scheduler="threads", num_workers=2), all_groups.median())
    assert_same(groups.quantile(q).compute(scheduler="sync"), all_groups.quantile(q))


def test_states_of_groups_are_put_together_by_group():
    first = order.partial(np.array([1.0, 9.0, np.nan, 2.0]), np.array([0, 1, 1, 0]), 2, {})
    assert [part.tolist() for part in first] == [[1.0, 2.0, 9.0], [2, 1]]
    both = tuple(np.concatenate([part, part]) for part in first)
    merged = order.merge(both, np.array([0, 1, 1, 0]), 2)
    assert [part.tolist() for part in merged] == [[1.0, 2.0, 9.0, 9.0, 1.0, 2.0], [3, 3]]
    assert order.median(merged, dtype_named("float64"), {}).tolist() == [2.0, 2.0]


def test_a_list_of_quantiles_of_groups_is_that_of_pandas():
    frame = sample()
    pd.testing.assert_series_equal(
        lazy(frame).groupby("s").f.quantile([0.1, 0.9]).compute(), frame.groupby("s").f.quantile([0.1, 0.9])
    )
