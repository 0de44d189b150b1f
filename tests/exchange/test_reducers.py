"""Groups of more than memory holds: pandas' rows, in pandas' order, whatever is made of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_goes_out_as, assert_same, lazy, sample

from lazyframe import config, physical
from lazyframe.exchange import scatter

FLAT = ["size", "count", "sum", "mean", "min", "max", "first", "last", "var", "sem", "any", "prod"]
OF_VALUES = ["nunique", "median", "sum"]
KEYS = ["s", "o", "i", "f", "b", "t", "d", ["s", "i"], ["t", "b"], ["f", "i"], ["o", "d", "b"]]
ROWS = pd.concat([sample()] * 2, ignore_index=True).assign(x=range(18), y=[0.5, np.nan, 2.0] * 6)


@pytest.fixture(autouse=True)
def nothing_is_small(tiny):
    return tiny


@pytest.mark.parametrize("by", KEYS, ids=str)
@pytest.mark.parametrize("functions", [FLAT, OF_VALUES], ids=["states", "values"])
def test_keys_of_every_dtype(by, functions, capsys):
    named = {f"{column}_{function}": (column, function) for column in ("x", "y") for function in functions}
    every = ({}, {"sort": False}, {"dropna": False}, {"as_index": False}, {"sort": False, "dropna": False})
    turn = KEYS.index(by) + (2 if functions is FLAT else 0)  # so each key meets four of these, and each of these most keys
    some = [every[turn % len(every)], every[(turn + 1) % len(every)]]
    for frame, tried in ((ROWS, some), (ROWS.iloc[:0], some[:1])):
        for options in tried:
            built = lazy(frame, (3, 5, 11)).groupby(by, **options).agg(**named)
            assert_same(built.compute(scheduler="sync"), frame.groupby(by, **options).agg(**named))
    for dropna, met in ((True, True), (False, "o" not in by)):  # of objects pandas looks at all of them for the dtype of a key
        lazy(ROWS, (3, 5)).groupby(by, dropna=dropna).agg(**named).explain(physical=True)
        assert ("Exchange: hash of" in capsys.readouterr().out) == met


VALUES = {
    "texts": lambda g: g[["s"]].agg(["first", "last", "min", "max", "count", "nunique"]),
    "times": lambda g: g[["t", "d"]].agg(["first", "last", "min", "max", "count", "mean", "median"]),
    "spans": lambda g: g.d.sum(),
    "truth values": lambda g: g.q.count(),
    "quantiles": lambda g: g.f.quantile(0.25),
    "several": lambda g: g.agg(low=("f", "min"), high=("f", "max"), middle=("f", "median"), rows=("i", "size")),
    "a value of them": lambda g: g.f.sum().max(),
    "a filter of them": lambda g: g.f.sum().pipe(lambda x: x[x > 1]),
    "arithmetic": lambda g: g.f.sum() / g.i.count(),
    "an order of them": lambda g: g.f.sum().sort_values(kind="stable"),
    "the first of them": lambda g: g.f.sum().head(2),
    "the largest of them": lambda g: g.i.sum().nlargest(2),
    "no index": lambda g: g.f.sum().reset_index(),
    "a window of them": lambda g: g.i.sum().cumsum(),
    "groups of groups": lambda g: g.i.sum().reset_index().groupby("i").b.count(),
}


@pytest.mark.parametrize("name", VALUES)
@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_values(name, scheduler):
    frame = pd.concat([sample()] * 2, ignore_index=True)
    assert_same(VALUES[name](lazy(frame, (2, 3, 7)).groupby("b")).compute(scheduler=scheduler), VALUES[name](frame.groupby("b")))


def test_computed_keys_and_values():
    frame = sample()
    built = lazy(frame, (3, 5))
    for query in (
        lambda df: df.groupby(df.t.dt.year).i.sum(),
        lambda df: df.assign(k=df.i % 3).groupby("k").f.max(),
        lambda df: df[df.i > 0].groupby(["s", "b"]).i.sum(),
        lambda df: df.groupby([df.s.str.lower(), "b"]).i.sum(),
        lambda df: df.assign(z=df.i - df.i.mean()).groupby("b").z.sum(),
    ):
        assert_same(query(built).compute(scheduler="sync"), query(frame))


@pytest.mark.parametrize("dropna", [True, False])
@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_distinct_values_of_columns_are_counted_by_their_groups(dropna, scheduler, capsys):
    built = lazy(ROWS, (3, 5, 11))[["s", "i", "f", "b", "t", "d", "x"]]
    want = ROWS[["s", "i", "f", "b", "t", "d", "x"]].nunique(dropna=dropna)
    assert_same(built.nunique(dropna=dropna).compute(scheduler=scheduler), want)
    assert built.s.nunique(dropna=dropna).compute(scheduler=scheduler) == want.s
    built.nunique(dropna=dropna).explain(physical=True)
    assert "Exchange: hash of s" in capsys.readouterr().out
    assert_same(lazy(ROWS, (3, 5)).nunique(dropna=dropna).compute(scheduler=scheduler), ROWS.nunique(dropna=dropna))
    assert_same(lazy(ROWS.iloc[:0], (0,)).nunique().compute(), ROWS.iloc[:0].nunique())


def test_ways_out(tmp_path):
    frame = pd.concat([sample()] * 3, ignore_index=True)
    built, want = lazy(frame, (3, 5)).groupby(["s", "i"]).f.sum().reset_index(), frame.groupby(["s", "i"]).f.sum().reset_index()
    assert_goes_out_as(built, want, tmp_path)


def test_few_groups_are_not_split():
    """They wait for each other: what is handed on is one piece, however many partitions there are."""
    frame = pd.DataFrame({"k": np.arange(3000) % 3, "x": np.arange(3000)})
    with config.set(memory_limit="100kB"):
        built = lazy(frame, tuple(range(100, 3000, 100)), 50).groupby("k").x.sum()
        assert_same(built.compute(scheduler="sync"), frame.groupby("k").x.sum())


@settings(max_examples=60)
@given(
    values=st.lists(st.sampled_from([0.0, -0.0, 1.0, 2.0, np.nan]), max_size=30),
    function=st.sampled_from([*FLAT, *OF_VALUES]),
    sort=st.booleans(),
    dropna=st.booleans(),
    cuts=st.lists(st.integers(0, 30), max_size=3),
    batch=st.integers(1, 7),
    limit=st.sampled_from([1, 3000, 10**6]),
)
def test_any_rows_in_any_pieces(values, function, sort, dropna, cuts, batch, limit):
    frame = pd.DataFrame({"k": np.array(values, float), "x": np.arange(len(values)), "f": np.arange(len(values)) / 4})
    with pytest.MonkeyPatch.context() as patch, config.set(memory_limit=limit):
        patch.setattr(physical, "LEAST_BUCKET", 20)
        patch.setattr(physical, "ROOM_FACTOR", 10**9)
        patch.setattr(scatter, "RUN_PIECE", 1)
        built = lazy(frame, tuple(sorted(cuts)), batch).groupby("k", sort=sort, dropna=dropna)
        want = frame.groupby("k", sort=sort, dropna=dropna)
        found, wanted = (built.size(), want.size()) if function == "size" else (built.agg(function), want.agg(function))
        assert_same(found.compute(scheduler="sync"), wanted)
