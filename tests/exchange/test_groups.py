"""Windows by groups of more than memory holds: pandas' values, in pandas' order, whatever is made of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_goes_out_as, assert_same, lazy, outcome, sample

from lazyframe import config, physical
from lazyframe.exchange import scatter
from lazyframe.exchange.groups import meeting, windowing
from lazyframe.expr import Call, Column, Literal, WindowCall
from lazyframe.plan import Project, Window

ROWS = pd.concat([sample()] * 2, ignore_index=True).assign(x=range(18), y=[0.5, np.nan, 2.0] * 6)
KEYS = ["s", "i", "f", "b", "t", "d", ["s", "i"], ["t", "b"], ["f", "i"]]

WINDOWS = {
    "cumsum": lambda g: g.i.cumsum(),
    "cummax of several": lambda g: g[["i", "y"]].cummax(),
    "shift": lambda g: g[["s", "x"]].shift(1),
    "shift the other way": lambda g: g.t.shift(-2),
    "diff": lambda g: g.y.diff(),
    "rank": lambda g: g.y.rank(),
    "rank of several": lambda g: g[["i", "x"]].rank(method="first", ascending=False, pct=True),
    "ffill": lambda g: g[["y", "s"]].ffill(),
    "bfill": lambda g: g.s.bfill(),
    "mean": lambda g: g.y.transform("mean"),
    "size": lambda g: g.i.transform("size"),
    "first": lambda g: g[["s", "d"]].transform("first"),
    "cumcount": lambda g: g.cumcount(),
    "ngroup": lambda g: g.ngroup(),
}


@pytest.fixture(autouse=True)
def nothing_is_small(tiny):
    return tiny


@pytest.mark.parametrize("place", range(len(KEYS)), ids=lambda place: str(KEYS[place]))
def test_keys_of_every_dtype(place, capsys):
    by = KEYS[place]
    for number, name in enumerate(list(WINDOWS)[place % 3 :: 3]):
        dropna = (number + place // 3) % 2 == 0
        built, theirs = lazy(ROWS, (3, 11)).groupby(by, dropna=dropna), ROWS.groupby(by, dropna=dropna)
        assert_same(WINDOWS[name](built).compute(scheduler="sync"), WINDOWS[name](theirs))
    lazy(ROWS, (3, 5)).groupby(by).i.cumsum().explain(physical=True)
    assert "Exchange: hash of" in capsys.readouterr().out
    lazy(ROWS, (3, 5)).groupby(by).ngroup().explain(physical=True)  # which depends on all the keys
    assert "Exchange" not in capsys.readouterr().out


@pytest.mark.parametrize("name", WINDOWS)
def test_no_rows(name):
    assert_same(
        WINDOWS[name](lazy(ROWS.iloc[:0]).groupby("b")).compute(scheduler="sync"), WINDOWS[name](ROWS.iloc[:0].groupby("b"))
    )


def test_rows_of_no_group_have_no_value():
    """They may be alone in a bucket, of which pandas has nothing to give."""
    frame = pd.DataFrame({"k": [np.nan, 1.0] * 6, "x": range(12), "s": list("ab") * 6}).astype({"s": "str"})
    for function in ("first", "last", "max", "count", "nunique"):
        built, theirs = lazy(frame, (3, 5)).groupby("k"), frame.groupby("k")
        assert_same(built[["x", "s"]].transform(function).compute(scheduler="sync"), theirs[["x", "s"]].transform(function))


QUERIES = {
    "beside the rows": lambda df: df.assign(z=df.groupby("b").i.cumsum(), w=df.groupby("s").f.shift()),
    "beside a window of all rows": lambda df: df.assign(z=df.groupby("b").i.cumsum(), w=df.i.shift()),
    "a filter by it": lambda df: df[df.groupby("b").i.cumsum() > 2],
    "of a filter": lambda df: df[df.i > 0].groupby("b").f.ffill(),
    "a sum": lambda df: df.groupby("b").i.cumsum().sum(),
    "groups of it": lambda df: df.assign(z=df.groupby("s").i.rank()).groupby("z").i.sum(),
    "the first of it": lambda df: df.groupby("b").i.cumsum().head(4),
    "a computed key": lambda df: df.groupby(df.i % 3).f.cumsum(),
    "several keys": lambda df: df.groupby([df.s.str.lower(), "b"]).i.cumsum(),
    "a computed value": lambda df: (df.i * 2).groupby(df.b).cumsum(),
    "under an index": lambda df: df.set_index("i").groupby("b").f.cumsum(),
    "of sorted rows": lambda df: df.sort_values(["s", "i"], kind="stable").groupby("b").i.cumsum(),
    "of windows": lambda df: df.groupby("b").i.cumsum().groupby(df.s).cumsum(),
    "equal rows": lambda df: df.duplicated(["s", "b"]),
    "values that are there twice": lambda df: df[~df.s.duplicated(keep=False)],
}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_queries(name, scheduler):
    made = QUERIES[name](lazy(ROWS, (3, 5, 11))).compute(scheduler=scheduler)
    assert_same(made, QUERIES[name](ROWS))


def test_ways_out(tmp_path):
    built, want = (df.assign(z=df.groupby("s").i.cumsum()).drop(columns=["q", "o"]) for df in (lazy(ROWS, (3, 5)), ROWS))
    assert_goes_out_as(built, want, tmp_path)


@settings(max_examples=examples(60))
@given(
    values=st.lists(st.sampled_from([0.0, -0.0, 1.0, 2.0, np.nan]), max_size=30),
    name=st.sampled_from(["cumsum", "cummin", "shift", "diff", "rank", "ffill"]),
    dropna=st.booleans(),
    cuts=st.lists(st.integers(0, 30), max_size=3),
    batch=st.integers(1, 7),
    limit=st.sampled_from([1, 3000, 10**6]),
)
def test_any_rows_in_any_pieces(values, name, dropna, cuts, batch, limit):
    frame = pd.DataFrame({"k": np.array(values, float), "x": np.arange(len(values)), "f": np.arange(len(values)) / 4})
    with pytest.MonkeyPatch.context() as patch, config.set(memory_limit=limit):
        patch.setattr(physical, "LEAST_BUCKET", 20)
        patch.setattr(physical, "ROOM_FACTOR", 10**9)
        patch.setattr(scatter, "RUN_PIECE", 1)
        built = lazy(frame, tuple(sorted(cuts)), batch).groupby("k", dropna=dropna)
        want = outcome(lambda: getattr(frame.groupby("k", dropna=dropna), name)())
        assert_same(getattr(built, name)().compute(scheduler="sync"), want)


def window(method, operand, keys):
    return WindowCall(method, (operand,), (), True, keys)


def test_rows_meet_by_the_keys_that_all_the_calls_have():
    x, k, j = Column("x"), Column("k"), Column("j")
    assert meeting([("a", window("cumsum", x, (k, j))), ("b", window("rank", x, (k, j)))]) == (k, j)
    assert meeting([("a", window("cumsum", x, (k,))), ("b", window("cumsum", x, (j,)))]) == ()
    assert meeting([("a", window("cumsum", x, ()))]) == ()
    assert meeting([("a", window("ngroup", x, (k,)))]) == ()
    assert meeting([("a", window("duplicated", x, ()))]) == (x,)


def test_only_what_is_computed_is_put_beside_the_rows():
    scan = lazy(ROWS)._plan
    key = Call("mod", (Column("i"), Literal(3)))
    rows, made = windowing(Window(scan, (("z", window("cumsum", Column("i"), (Column("b"),))),)))
    assert rows is scan
    assert (made.dropped, made.by, made.label()) == ((), ("b",), "cumsum")
    rows, made = windowing(Window(scan, (("z", window("cumsum", Column("i"), (key,))), ("y", window("rank", key, (key,))))))
    assert isinstance(rows, Project)
    assert made.dropped == made.by == ("\1input0",)
    assert rows.columns[-1] == ("\1input0", key)
