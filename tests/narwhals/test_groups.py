"""Aggregates of groups: what is made of reductions, a group a row, and a row of each group."""

from __future__ import annotations

from typing import Any

import pytest

nw = pytest.importorskip("narwhals")

from plugged import FRAME, Function, agree, lazy  # noqa: E402

import lazyframe as lf  # noqa: E402
from lazyframe.plan import Aggregate  # noqa: E402

CASES: dict[str, Function] = {
    "groups": lambda df, other: df.group_by("k").agg(nw.col("i").sum(), nw.col("x").mean().alias("m"), nw.len()),
    "groups without missing keys": lambda df, other: df.group_by("k", drop_null_keys=True).agg(nw.col("i", "j").max()),
    "groups of several keys": lambda df, other: df.group_by("k", "b").agg(
        n=nw.len(), u=nw.col("j").n_unique(), f=nw.col("x").count()
    ),
    "groups by what is made": lambda df, other: df.group_by(nw.col("i") % 2, (nw.col("j") > 1).alias("high")).agg(
        nw.col("x").sum()
    ),
    "groups of all columns": lambda df, other: df.select("k", "i", "j").group_by("k").agg(nw.all().sum()),
    "group statistics": lambda df, other: df.group_by("b").agg(
        a=nw.col("x").std(),
        c=nw.col("i").var(ddof=0),
        d=nw.col("i").median(),
        e=nw.col("t").min(),
        f=nw.col("b").any().alias("g"),
    ),
    "keys alone": lambda df, other: df.group_by("k", "b").agg(),
    "over groups": lambda df, other: df.with_columns(
        a=nw.col("i").sum().over("k"), b=nw.col("x").mean().over("k", "b"), c=nw.len().over("k")
    ),
    "against the group": lambda df, other: df.select(gap=nw.col("i") - nw.col("i").mean().over("b")),
}
ANY_ORDER = ("group", "keys")


@pytest.mark.parametrize("name", CASES)
def test_as_pandas(name: str) -> None:
    agree(CASES[name], any(word in name for word in ANY_ORDER))


def test_groups_have_whatever_is_made_of_aggregates() -> None:
    df = nw.from_native(lf.from_pandas(FRAME))
    made = ((nw.col("x") * 2).sum() / nw.len()).round(1).fill_null(0.0)
    got = df.group_by("b").agg(made.alias("a"), n=nw.col("i").max() - nw.col("j").min()).sort("b").collect().rows()
    groups = FRAME.groupby("b")
    want = ((groups.x.sum() * 2 / groups.size()).round(1), groups.i.max() - groups.j.min())
    assert got == [(key, want[0][key], want[1][key]) for key in (False, True)]


def test_a_reduction_that_is_asked_for_twice_is_made_once() -> None:
    total = nw.col("i").sum()
    df = lazy().group_by("k").agg(a=total, b=total / nw.len(), c=total - nw.col("i").max())
    (below,) = [node for node in df.to_native()._plan.walk() if isinstance(node, Aggregate)]
    assert sorted(reduction.function for _, reduction in below.reductions) == ["max", "size", "sum"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (lambda df: df.group_by("k").agg((nw.col("i") - nw.col("i").mean()).sum()), "with_columns first"),
        (lambda df: df.group_by("k").agg(nw.col("i")), "expressions of aggregates alone|aggregat"),
        (lambda df: df.select(nw.col("i").std(ddof=0).over("k")), "aggregate, and join"),
        (lambda df: df.with_columns(nw.col("i").sum().over("k", order_by="t")), "order_by"),
    ],
)
def test_what_is_refused(line: Any, said: str) -> None:
    with pytest.raises((NotImplementedError, nw.exceptions.NarwhalsError), match=said):
        line(lazy())
