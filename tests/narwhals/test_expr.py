"""Expressions of narwhals: operators, functions row by row, single values."""

from __future__ import annotations

from typing import Any

import pytest

nw = pytest.importorskip("narwhals")

from plugged import Function, agree, lazy  # noqa: E402

CASES: dict[str, Function] = {
    "renamed": lambda df, other: df.select(nw.col("i").alias("one"), nw.col("i", "j").name.suffix("_2")),
    "arithmetic": lambda df, other: df.select(
        a=nw.col("i") + 1, b=2 * nw.col("i") - nw.col("x"), c=nw.col("i") / nw.col("x"), d=nw.col("i") ** 2
    ),
    "reflected arithmetic": lambda df, other: df.select(
        a=1 - nw.col("i"), b=1 / nw.col("i"), c=2 ** nw.col("j"), d=7 % nw.col("i"), e=7 // nw.col("i")
    ),
    "whole division": lambda df, other: df.select(a=nw.col("i") // 2, b=nw.col("i") % 3),
    "negation": lambda df, other: df.select(a=-nw.col("x"), b=~nw.col("b"), c=nw.col("x").abs()),
    "comparisons": lambda df, other: df.select(
        a=nw.col("i") > 2, b=nw.col("s") == "dog", c=nw.col("i") >= nw.col("j"), d=nw.col("k") != "a"
    ),
    "is between": lambda df, other: df.filter(nw.col("i").is_between(2, 5, closed="left")),
    "is in": lambda df, other: df.select(a=nw.col("k").is_in(["a", "c"]), b=nw.col("i").is_in([1, 9])),
    "is null": lambda df, other: df.select(nw.col("k", "x", "t").is_null()),
    "is nan": lambda df, other: df.select(nw.col("x").is_nan()),
    "fill null": lambda df, other: df.select(a=nw.col("x").fill_null(0.0), b=nw.col("k").fill_null("none")),
    "casts": lambda df, other: df.select(
        a=nw.col("i").cast(nw.Float64), b=nw.col("b").cast(nw.Int64), c=nw.col("i").cast(nw.String)
    ),
    "numbers": lambda df, other: df.select(
        a=nw.col("x").round(0),
        b=nw.col("i").sqrt(),
        c=nw.col("i").log(2),
        d=nw.col("x").exp(),
        e=nw.col("x").floor(),
        f=nw.col("x").ceil(),
    ),
    "clip": lambda df, other: df.select(
        a=nw.col("i").clip(2, 5), b=nw.col("i").clip(lower_bound=3), c=nw.col("i").clip(upper_bound=3)
    ),
    "replaced": lambda df, other: df.select(
        nw.col("k").replace_strict(["a", "b"], ["A", "B"], default="?", return_dtype=nw.String)
    ),
    "shares": lambda df, other: df.select("i", share=nw.col("i") / nw.col("i").sum(), gap=nw.col("i").max() - nw.col("i")),
    "aggregates": lambda df, other: df.select(
        a=nw.col("i").sum(),
        b=nw.col("x").mean(),
        c=nw.col("s").count(),
        d=nw.col("k").n_unique(),
        e=nw.col("x").null_count(),
        f=nw.col("i").median(),
        g=nw.col("i").std(),
        h=nw.col("i").var(ddof=0),
    ),
    "more aggregates": lambda df, other: df.select(
        a=nw.len(),
        b=nw.col("b").any(),
        c=nw.col("b").all(),
        d=nw.col("t").max(),
        e=nw.col("i").quantile(0.25, "linear"),
        f=nw.col("i").len(),
    ),
    "made of aggregates": lambda df, other: df.select(
        a=nw.col("i").sum() / nw.len(),
        b=(nw.col("i").max() - nw.col("i").min()) * 2,
        c=nw.col("x").mean().round(1),
        d=-nw.col("i").sum(),
    ),
    "aggregates of made columns": lambda df, other: df.select((nw.col("i") * nw.col("j")).sum(), n=(nw.col("i") > 2).sum()),
    "not twice": lambda df, other: df.select(nw.col("j").is_unique(), d=nw.col("k").is_duplicated()),
    "divided by nothing": lambda df, other: df.select(a=nw.col("i") // nw.col("j"), b=7 // nw.col("j")),
}


@pytest.mark.parametrize("name", CASES)
def test_as_pandas(name: str) -> None:
    agree(CASES[name])


ONE: dict[str, Any] = {
    "sine": lambda: nw.col("x").sin(),
    "cosine": lambda: nw.col("x").cos(),
    "finite": lambda: nw.col("x").is_finite(),
    "no number, filled": lambda: nw.col("x").fill_nan(0.0),
    "missing by another column": lambda: nw.col("x").fill_null(nw.col("i")),
    "bounds that are columns": lambda: nw.col("i").clip(nw.col("j"), nw.lit(5)),
    "either of two masks": lambda: nw.col("b") ^ (nw.col("i") > 2),
    "a remainder": lambda: 10 - nw.col("i") % 3,
    "casts of dates": lambda: nw.col("t").cast(nw.Datetime("ms")),
    "a single value": lambda: nw.col("i").max(),
    "what is missing": lambda: nw.col("k").null_count(),
    "distinct": lambda: nw.col("k").n_unique(),
}


@pytest.mark.parametrize("name", ONE)
def test_one(name: str) -> None:
    agree(lambda df, other: df.select(a=ONE[name]()))


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        (lambda df: df.select(nw.col("nowhere") + 1), nw.exceptions.ColumnNotFoundError, "nowhere"),
        (lambda df: df.select(nw.col("s") + 1), TypeError, r"s \+ 1 does not fit"),
        (lambda df: df.select(nw.col("s").is_nan()), nw.exceptions.InvalidOperationError, "did you mean `.is_null`"),
        (lambda df: df.select(nw.col("s").median()), nw.exceptions.InvalidOperationError, "median"),
        (lambda df: df.select(nw.col("i").max().sum()), nw.exceptions.InvalidOperationError, "aggregat|single value"),
        (lambda df: df.select(nw.col("i").cast(nw.Decimal)), NotImplementedError, "no dtype of lazyframe"),
        (lambda df: df.select(nw.col("x").fill_null(strategy="forward")), Exception, "fill_null|order"),
        (lambda df: df.select(nw.col("k").replace_strict(["a"], ["A"])), NotImplementedError, "needs default="),
        (lambda df: df.with_columns(nw.col("i").cum_sum().over(order_by="t")), Exception, "cum_sum|order_by"),
        (lambda df: df.select(nw.col("i").rolling_mean(2).over(order_by="t")), Exception, "rolling_mean|order_by"),
    ],
)
def test_mistakes_are_raised_where_they_are_made(line: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        line(lazy())


def test_an_expression_is_no_truth_value_and_no_key() -> None:
    with pytest.raises(TypeError):
        hash(nw.col("i")._to_compliant_expr(lazy()._compliant_frame.__narwhals_namespace__()))
