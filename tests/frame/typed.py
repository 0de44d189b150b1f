"""What a type checker finds in a user's script: each class of the face by what was chosen, and pandas' classes of answers.

`make lint` checks it, and nothing runs it. A line that is to be a mistake says so: mypy complains where it is none.
"""

from __future__ import annotations

from typing import Any, assert_type

import pandas as pd

import lazyframe as lf
from lazyframe.frame.dataframe import DataFrame
from lazyframe.frame.groupby import DataFrameGroupBy, SeriesGroupBy
from lazyframe.frame.scalar import Scalar
from lazyframe.frame.series import Series


def script() -> None:
    """Lines that users write."""
    df = lf.read_csv("data/*.csv")
    assert_type(df, DataFrame)
    assert_type(df["x"], Series)
    assert_type(df.x, Series)
    assert_type(df[["x", "y"]], DataFrame)
    assert_type(df[df.x > 0], DataFrame)
    assert_type(df[df.columns[:2]], DataFrame)
    assert_type(df.x[df.x > 0], Series)
    assert_type(df.loc[df.x > 0], DataFrame)
    assert_type(df.x.loc[df.x > 0], Series)
    assert_type(df.x > 0, Series)
    assert_type((df.x > 0) & ~(df.y == 2), Series)
    assert_type(2 * df.x - df.y, Series)
    assert_type(-df, DataFrame)
    assert_type(df.x.sum(), Scalar)
    assert_type(df.mean(numeric_only=True), Series)
    assert_type(df.head(3), DataFrame)
    assert_type(df.x.head(3), Series)
    assert_type(df.assign(z=df.x + 1), DataFrame)
    assert_type(df.sort_values("x"), DataFrame)
    assert_type(df.merge(df, on="k"), DataFrame)
    assert_type(df.x.isna(), Series)
    assert_type(df.x.cumsum(), Series)
    assert_type(df.cumsum(), DataFrame)
    assert_type(df.k.str.lower(), Series)
    assert_type(df.t.dt.year, Series)
    assert_type(df.t.dt.floor("h"), Series)
    assert_type(df.k.value_counts(), Series)
    assert_type(df.describe(), DataFrame)
    assert_type(df.corr(), DataFrame)
    assert_type(df.groupby("k"), DataFrameGroupBy[DataFrame, Series])
    assert_type(df.groupby("k")[["x"]], DataFrameGroupBy[DataFrame, Series])
    assert_type(df.groupby("k").x, SeriesGroupBy[DataFrame, Series])
    assert_type(df.groupby("k")["x"], SeriesGroupBy[DataFrame, Series])
    assert_type(df.groupby("k").mean(), DataFrame)
    assert_type(df.groupby("k").x.mean(), Series)
    assert_type(df.groupby("k").size(), Series)
    assert_type(df.groupby("k").x.agg(["min", "max"]), DataFrame)
    assert_type(df.groupby("k").x.agg("min"), Series)
    assert_type(df.groupby("k").agg(z=("x", "mean")), DataFrame)
    assert_type(df.groupby("k").x.shift(), Series)
    assert_type(df.groupby("k", as_index=False).x.mean(), Any)
    assert_type(df.pivot_table(index="k"), Any)
    assert_type(df.k.str.split(","), Any)
    assert_type(df.groupby("k").describe(), Any)
    assert_type(df.compute(), pd.DataFrame)
    assert_type(df.x.compute(), pd.Series[Any])
    assert_type(df.x.sum().compute(), Any)
    assert_type(df.groupby("k").x.mean().compute(), pd.Series[Any])
    assert_type(df.to_pandas(), pd.DataFrame)
    assert_type(df.persist(), DataFrame)
    assert_type(len(df), int)
    df.assign(1)  # type: ignore[call-arg]
    df.x.cumsum(1, 2, 3, 4)  # type: ignore[call-arg]
    df.head("many")  # type: ignore[arg-type]
