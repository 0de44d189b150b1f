"""pandas' methods for all rows at once: the schema that tiny columns give is that of the real ones."""

from __future__ import annotations

import pandas as pd
import pytest
from oracle import assert_same, check, lazy, sample

from lazyframe import methods
from lazyframe.plan import PandasCall

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}

LINES = {
    "describe numbers": lambda df: df[["i", "f"]].describe(),
    "describe": lambda df: df.describe(),
    "describe texts": lambda df: df[["s", "o", "b"]].describe(),
    "describe all": lambda df: df.drop(columns="q").describe(include="all"),
    "describe text only": lambda df: df.describe(include=["str"]),
    "describe without": lambda df: df.describe(exclude=["number"]),
    "describe percentiles": lambda df: df.describe(percentiles=[0.1, 0.99]),
    **{f"describe {name}": lambda df, n=name: df[n].describe() for name in "ifbsotd"},
    **{f"mode {name}": lambda df, n=name: df[n].mode() for name in "ifbsotd"},
    "mode with missing": lambda df: df.s.mode(dropna=False),
    "describe years": lambda df: df.t.dt.year.describe(),
    "describe groups": lambda df: df.groupby("s").i.sum().describe(),
    "describe a filter": lambda df: df[df.i > 1].f.describe(),
    "quantile": lambda df: df[["i", "f"]].quantile(),
    "quantile of one": lambda df: df[["f"]].quantile(0.25),
    "quantiles": lambda df: df[["i", "f"]].quantile([0.1, 0.5]),
    "quantiles of numbers": lambda df: df.drop(columns="b").quantile([0.1, 0.5], numeric_only=True),
    "quantiles of dates": lambda df: df[["i", "t"]].quantile([0.1, 0.5]),
    "quantile of dates and numbers": lambda df: df[["i", "t"]].quantile(0.3),
    "quantiles of a column": lambda df: df.f.quantile([0.25, 0.75]),
    "lower quantiles": lambda df: df.i.quantile([0.25, 0.75], interpolation="lower"),
    "quantiles of a column without a name": lambda df: (df.i + df.f).quantile([0.25, 0.75]),
    "correlation": lambda df: df[["i", "f", "b"]].corr(),
    "correlation of numbers": lambda df: df.corr(numeric_only=True),
    "correlation by order": lambda df: df[["i", "b"]].corr("spearman", min_periods=2),
    "covariance": lambda df: df[["i", "b"]].cov(ddof=0),
    "covariance of numbers": lambda df: df.drop(columns=["t", "d"]).cov(numeric_only=True),
    "sum of a description": lambda df: df.i.describe() * 2,
    "head of a mode": lambda df: df.i.mode().head(1),
}


@pytest.mark.parametrize("rows", [9, 1, 2, 0])
def test_lines(rows):
    lines = dict(LINES)
    if rows == 0:
        lines = {name: line for name, line in LINES.items() if "date" not in name}
    assert not check(lines, sample().head(rows), **LAYOUT)


def test_the_schema_is_that_of_the_answer():
    df, frame = lazy(sample(), **LAYOUT), sample()
    assert df.describe().dtypes.astype(str).tolist() == frame.describe().dtypes.astype(str).tolist()
    assert df.i.describe().dtype == "float64"
    assert list(df[["i", "s"]].describe(include="all").columns) == ["i", "s"]


def test_mistakes_are_raised_where_they_are_made():
    df = lazy(sample())
    with pytest.raises(TypeError, match="quantile of"):
        df.quantile()
    with pytest.raises(TypeError, match="quantile of"):
        df[["s"]].quantile()
    with pytest.raises(ValueError, match="percentiles should all be in the interval"):
        df.f.quantile([2.0])
    with pytest.raises(ValueError, match="percentiles should all be in the interval"):
        df.f.quantile(1.5)
    with pytest.raises(ValueError, match="No columns match"):
        df[["i"]].describe(include=["str"])


def test_the_plan_says_what_it_is():
    df = lazy(sample())
    assert PandasCall(df._plan, "quantile", (("q", 0.5),)).label() == "Quantile q=0.5"
    assert repr(df.i.describe()) == "lf.Series<describe of i, dtype=float64>"
    assert_same(df.i.describe().compute(scheduler="threads"), sample().i.describe())


WIDE = {f"{name}{number}": name for number in range(3) for name in "ifbstd"}
"""Columns of a wide frame, three of each dtype in turn, by the column of the sample that they repeat."""


@pytest.mark.parametrize("include", [None, "all", ["number"], ["str", "datetime"]])
def test_describe_of_several_columns_of_each_dtype(include):
    frame = sample()

    def described(df):
        return df.assign(**{name: df[of] for name, of in WIDE.items()})[list(WIDE)].describe(include=include)

    assert_same(described(lazy(frame, **LAYOUT)).compute(scheduler="sync"), described(frame))


def test_pandas_is_asked_about_each_dtype_once(monkeypatch):
    wide = pd.concat([sample()[["i", "f", "s"]].add_suffix(str(number)) for number in range(50)], axis=1)
    asked = []
    applied = methods.applied
    monkeypatch.setattr(methods, "applied", lambda columns, *rest: asked.append(len(columns)) or applied(columns, *rest))
    found = lazy(wide).describe(include="all")
    assert found.dtypes.size == 150
    assert set(asked) == {3}
