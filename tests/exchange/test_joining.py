"""`merge` and `drop_duplicates` of more than memory holds: pandas' rows, in pandas' order, into every way out."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, lazy, sample

from lazyframe import config, physical
from lazyframe.exchange import scatter, work

HOWS = ["inner", "left", "right", "outer", "left_anti", "right_anti"]

LEFT = sample()
RIGHT = pd.DataFrame(
    {
        "s": pd.Series(["a", "a", "12", None, "zz", "Bc"], dtype="str"),
        "o": pd.Series(["a", "a", "12", np.nan, "zz", "Bc"], dtype=object),
        "i": [2, 5, 0, 2, 99, 3],
        "n": [10, 20, 30, 40, 50, 60],
        "f": [1.5, np.nan, 7.0, 2.5, 0.0, 1.5],
        "b": [True, False, True, True, False, False],
        "t": pd.to_datetime(["2020-01-01", None, "1970-01-01", "2020-01-01", "2021-01-01", "1999-02-28"]).astype("M8[us]"),
        "d": pd.to_timedelta(["1s", None, "0s", "1s", "9D", "4h"]).astype("m8[us]"),
    }
)


@pytest.fixture(autouse=True)
def nothing_is_small(tiny, monkeypatch):
    monkeypatch.setattr(physical, "SMALL_SIDE", -1)
    return tiny


KEYS = ["s", "o", "i", "f", "b", "t", "d", ["s", "i"], ["t", "b"], ["f", "i"], ["o", "d", "b"]]


@pytest.mark.parametrize("on", KEYS, ids=str)
@pytest.mark.parametrize("how", HOWS)
def test_keys_of_every_dtype(on, how, capsys):
    """Each key and each kind of join meets both of `sort`, and a side without rows."""
    turn = KEYS.index(on) + HOWS.index(how)
    empty = ((LEFT.iloc[:0], RIGHT), (LEFT, RIGHT.iloc[:0]))[turn // 3 % 2]
    for left, right, sort in ((LEFT, RIGHT, turn % 2 == 0), *([(*empty, False)] if turn % 3 == 0 else [])):
        want = left.merge(right, on=on, how=how, sort=sort)
        built = lazy(left, (3, 5)).merge(lazy(right, (2,)), on=on, how=how, sort=sort)
        assert_same(built.compute(scheduler="sync"), want)
        if len(left) and len(right):
            built.explain()
            assert "Exchange: hash of" in capsys.readouterr().out


@pytest.mark.parametrize("how", HOWS)
def test_keys_of_two_dtypes(how):
    pairs = [("i", "f"), ("f", "i"), ("s", "o"), ("o", "s")]  # each kind of join has two of these, and each pair three kinds
    for ours, theirs in (("s", "i"), *pairs[HOWS.index(how) % 2 :: 2]):
        try:
            want = LEFT.merge(RIGHT, left_on=ours, right_on=theirs, how=how)
        except ValueError:
            with pytest.raises(ValueError, match="You are trying to merge"):
                lazy(LEFT, (3, 5)).merge(lazy(RIGHT, (2,)), left_on=ours, right_on=theirs, how=how)
        else:
            built = lazy(LEFT, (3, 5)).merge(lazy(RIGHT, (2,)), left_on=ours, right_on=theirs, how=how)
            assert_same(built.compute(scheduler="sync"), want)


@pytest.mark.parametrize(
    ("ours", "theirs", "how"),
    [
        (ours, theirs, ("inner", "left", "outer")[(one + other) % 3])
        for one, ours in enumerate(["int64", "float32", "uint8", "int8"])
        for other, theirs in enumerate(["int64", "float64", "int16", "uint64"])
    ],
)
def test_numbers_of_every_kind(ours, theirs, how):
    left, right = LEFT[LEFT.i.between(0, 1)].reset_index(drop=True).astype({"i": ours}), RIGHT.astype({"i": theirs})
    want = left.merge(right, on="i", how=how)
    assert_same(lazy(left, (2,)).merge(lazy(right, (2,)), on="i", how=how).compute(scheduler="sync"), want)


@pytest.mark.parametrize("how", ["inner", "left", "right"])
@pytest.mark.parametrize("name", ["string", "str", "object"])
def test_texts_of_every_kind(how, name):
    left, right = LEFT[["s", "i"]].astype({"s": name}), RIGHT[["s", "n"]].astype({"s": name})
    want = left.merge(right, on="s", how=how)
    assert_same(lazy(left, (3,)).merge(lazy(right, (2,)), on="s", how=how).compute(scheduler="sync"), want)


@pytest.mark.parametrize("how", ["inner", "left", "outer"])
def test_nullable_numbers(how):
    left, right = LEFT[["i", "f"]].astype({"i": "Int64"}), RIGHT[["i", "n"]].astype({"i": "Int64"})
    left.loc[2, "i"] = right.loc[1, "i"] = pd.NA
    want = left.merge(right, on="i", how=how)
    assert_same(lazy(left, (3,)).merge(lazy(right, (2,)), on="i", how=how).compute(scheduler="sync"), want)


QUERIES = {
    "rows": lambda m: m,
    "a column": lambda m: m.n,
    "a filter": lambda m: m[m.n > 20],
    "groups": lambda m: m.groupby("s_y").n.sum(),
    "groups in order": lambda m: m.groupby("s_x", sort=False).n.first(),
    "counts": lambda m: m.count(),
    "first": lambda m: m.head(2),
    "sorted": lambda m: m.sort_values(["n", "i"], kind="stable"),
    "a new column": lambda m: m.assign(z=m.n * 2 + m.i),
    "again": lambda m: m.merge(m[["i", "n"]], on="i", how="left"),
    "distinct": lambda m: m[["i", "b_x"]].drop_duplicates(),
    "a window": lambda m: m[["n"]].cumsum(),
    "a value": lambda m: m.n.max(),
}


@pytest.mark.parametrize(
    ("name", "how", "scheduler"),
    [
        (name, how, scheduler)
        for number, name in enumerate(QUERIES)
        for turn, how in enumerate(("inner", "left", "outer"))
        for scheduler in (("threads", "processes") if number % 3 == turn else ("sync",))
    ],
)
def test_queries(name, how, scheduler):
    built, whole = lazy(LEFT, (3, 5)).merge(lazy(RIGHT, (4,)), on="i", how=how), LEFT.merge(RIGHT, on="i", how=how)
    assert_same(QUERIES[name](built).compute(scheduler=scheduler), QUERIES[name](whole))


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_ways_out(scheduler, tmp_path):
    built, want = lazy(LEFT, (3, 5)).merge(lazy(RIGHT, (4,)), on="i", how="left"), LEFT.merge(RIGHT, on="i", how="left")
    with config.set(scheduler=scheduler):
        assert len(built) == len(want)
    assert_same(pd.concat(list(built.iter_partitions(scheduler=scheduler))), want)
    built.to_csv(tmp_path / "out.csv", scheduler=scheduler)
    assert (tmp_path / "out.csv").read_text() == want.to_csv()
    built[["i", "n"]].to_parquet(tmp_path / "out.parquet", scheduler=scheduler)
    assert_same(pd.read_parquet(tmp_path / "out.parquet"), want[["i", "n"]])


def test_the_other_arguments():
    left, right = lazy(LEFT, (3,)), lazy(RIGHT, (2,))
    for how in HOWS:
        for options in ({"indicator": "where from"}, {"suffixes": (None, "_b")}):
            call = {"how": how, "on": "i", **options}
            assert_same(left.merge(right, **call).compute(scheduler="sync"), LEFT.merge(RIGHT, **call))
    with pytest.raises(pd.errors.MergeError, match="not unique"):
        left.merge(right, on="i", validate="1:1").compute(scheduler="sync")


def test_answers_in_one_place_are_split_too():
    left, right = lazy(LEFT, (3, 5)), lazy(RIGHT, (2,))
    want = LEFT.groupby("i", as_index=False).f.sum().merge(RIGHT, on="i", how="outer")
    assert_same(left.groupby("i", as_index=False).f.sum().merge(right, on="i", how="outer").compute(), want)


keys = st.lists(st.sampled_from([0.0, -0.0, 1.0, 2.0, np.nan]), max_size=20)


@settings(max_examples=examples(20))
@given(
    left=keys,
    right=keys,
    how=st.sampled_from(HOWS),
    sort=st.booleans(),
    cuts=st.lists(st.integers(0, 20), max_size=3),
    batch=st.integers(1, 7),
    limit=st.sampled_from([1, 3000, 10**6]),
    rows=st.sampled_from([1, 5, 1 << 17]),
)
def test_any_rows_in_any_pieces(left, right, how, sort, cuts, batch, limit, rows):
    ours = pd.DataFrame({"k": np.array(left, float), "x": np.arange(len(left))})
    theirs = pd.DataFrame({"k": np.array(right, float), "y": np.arange(len(right))})
    with pytest.MonkeyPatch.context() as patch, config.set(memory_limit=limit):
        patch.setattr(physical, "LEAST_BUCKET", 20)
        patch.setattr(physical, "ROOM_FACTOR", 10**9)
        patch.setattr(scatter, "RUN_PIECE", 1)
        patch.setattr(work, "_ROWS", rows)
        built = lazy(ours, tuple(sorted(cuts)), batch).merge(lazy(theirs, (3,), batch), on="k", how=how, sort=sort)
        assert_same(built.compute(scheduler="sync"), ours.merge(theirs, on="k", how=how, sort=sort))


DISTINCT = {
    "rows": lambda df, keep: df.drop_duplicates(keep=keep),
    "some columns": lambda df, keep: df.drop_duplicates(["s", "b"], keep=keep),
    "numbered anew": lambda df, keep: df.drop_duplicates("b", keep=keep, ignore_index=True),
    "of values": lambda df, keep: df.set_index("f").drop_duplicates(["b", "s"], keep=keep),
    "how many": lambda df, keep: df.drop_duplicates(["s", "b"], keep=keep).count(),
    "above a filter": lambda df, keep: df[df.b].drop_duplicates("t", keep=keep),
    "below a filter": lambda df, keep: df.drop_duplicates("s", keep=keep).pipe(lambda d: d[d.i > 0]),
    "a column": lambda df, keep: df.s.drop_duplicates(keep=keep),
    "above a sort": lambda df, keep: df.sort_values("i", kind="stable").drop_duplicates("b", keep=keep),
    "below a sort": lambda df, keep: df.drop_duplicates("s", keep=keep).sort_values("i", kind="stable"),
}


@pytest.mark.parametrize("name", DISTINCT)
@pytest.mark.parametrize("keep", ["first", "last", False])
@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_distinct_rows(name, keep, scheduler):
    assert_same(DISTINCT[name](lazy(sample(), (2, 3, 7)), keep).compute(scheduler=scheduler), DISTINCT[name](sample(), keep))


@settings(max_examples=examples(20))
@given(
    values=keys,
    keep=st.sampled_from(["first", "last", False]),
    cuts=st.lists(st.integers(0, 20), max_size=3),
    batch=st.integers(1, 7),
    limit=st.sampled_from([1, 3000, 10**6]),
)
def test_any_distinct_rows(values, keep, cuts, batch, limit):
    frame = pd.DataFrame({"k": np.array(values, float), "x": np.arange(len(values))})
    with pytest.MonkeyPatch.context() as patch, config.set(memory_limit=limit):
        patch.setattr(physical, "LEAST_BUCKET", 20)
        patch.setattr(physical, "ROOM_FACTOR", 10**9)
        patch.setattr(scatter, "RUN_PIECE", 1)
        built = lazy(frame, tuple(sorted(cuts)), batch).drop_duplicates("k", keep=keep)
        assert_same(built.compute(scheduler="sync"), frame.drop_duplicates("k", keep=keep))
