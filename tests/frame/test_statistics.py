"""Statistics that need all the values at once: the plans that they are, and pandas' answers."""

from __future__ import annotations

import pytest
from oracle import check, lazy, sample

import lazyframe as lf
from lazyframe.frame.statistics import whole
from lazyframe.plan import PandasCall

LINES = {
    "quantile": lambda df: df[["i", "f"]].quantile(0.3),
    "quantiles": lambda df: df[["i", "f"]].quantile((0.1, 0.5)),
    "quantiles of numbers": lambda df: df.drop(columns=["b", "q"]).quantile([0.5], numeric_only=True),
    "nearest": lambda df: df[["i"]].quantile(0.3, interpolation="nearest"),
    "correlation": lambda df: df[["i", "f", "b"]].corr(),
    "correlation of ranks": lambda df: df.corr("kendall", numeric_only=True),
    "correlation of enough": lambda df: df[["i", "b"]].corr(min_periods=100),
    "covariance": lambda df: df[["i", "b"]].cov(),
    "covariance of all": lambda df: df[["i", "b"]].cov(ddof=0),
    "covariance of enough": lambda df: df[["i", "b"]].cov(100),
    "of a filter": lambda df: df[df.i > 0][["i", "f"]].corr(),
}


@pytest.mark.parametrize("rows", [9, 2])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), cuts=(2, 5), batch_rows=2)


def test_one_quantile_is_a_column_and_several_a_frame():
    df = lazy(sample())[["i", "f"]]
    assert type(df.quantile(0.5)) is lf.Series
    assert type(df.quantile([0.5])) is lf.DataFrame
    assert type(df.corr()) is lf.DataFrame


def test_a_column_is_asked_alone():
    df = lazy(sample())
    assert whole(df.f, "describe").alone
    frame = whole(df[["f"]], "quantile", q=0.5)
    assert (frame.alone, frame.method, frame.options) == (False, "quantile", (("q", 0.5),))
    assert isinstance(frame, PandasCall)


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        (lambda df: df[["s"]].quantile(), TypeError, r"quantile of s\.quantile|quantile"),
        (lambda df: df[["s", "i"]].corr(), (TypeError, ValueError), "corr|could not convert"),
        (lambda df: df[["i"]].quantile(2), ValueError, "percentiles should all be in the interval"),
        (lambda df: df[["i"]].corr(lambda a, b: 1.0), TypeError, "corr takes the name of a method"),
        (lambda df: df[["i"]].corr("person"), ValueError, "method must be either 'pearson'"),
        (lambda df: whole(df.s, "quantile", q=0.5), TypeError, "quantile of"),
    ],
)
def test_mistakes_are_raised_where_they_are_made(line, error, message):
    with pytest.raises(error, match=message):
        line(lazy(sample()))
