"""`sort_values` of more than memory holds: pandas' rows, in pandas' order, into every way out."""

from __future__ import annotations

import errno
import os

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, lazy, sample
from sources import DeadlySource

import lazyframe as lf
from lazyframe import config, physical
from lazyframe.exchange import room as rooms
from lazyframe.exchange import scatter
from lazyframe.frame.dataframe import DataFrame
from lazyframe.plan import Scan

KEYS = ["s", "i", "f", "t", "q", "d", "b", ["b", "i"], ["s", "f"], ["f", "t", "i"]]


@pytest.mark.parametrize("by", KEYS, ids=str)
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("na_position", ["first", "last"])
def test_every_dtype(tiny, by, ascending, na_position):
    how = {"ascending": ascending, "na_position": na_position, "kind": "stable"}
    want, frame = sample().sort_values(by, **how), lazy(sample(), (3, 5)).sort_values(by, **how)
    assert_same(frame.compute(scheduler="sync"), want)
    if ascending == (na_position == "first"):
        assert_same(frame[frame.i > 0].compute(scheduler="sync"), want[want.i > 0])
    else:
        assert_same(frame.groupby("s", sort=False).i.first().compute(scheduler="sync"), want.groupby("s", sort=False).i.first())


@pytest.mark.parametrize("by", [key for key in KEYS if key != "q"], ids=str)
@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("na_position", ["first", "last"])
def test_indexes_of_every_dtype(tiny, by, ascending, na_position, capsys):
    how = {"ascending": ascending, "na_position": na_position, "kind": "stable"}
    want, frame = sample().set_index(by).sort_index(**how), lazy(sample(), (3, 5)).set_index(by).sort_index(**how)
    assert_same(frame.compute(scheduler="sync"), want)
    if ascending:
        assert_same(frame.o.compute(scheduler="sync"), want.o)
    frame.explain()
    assert "Exchange: range of index0" in capsys.readouterr().out


ROW_NUMBERS = {
    "as they are": lambda df: df.sort_index(),
    "the last first": lambda df: df.sort_index(ascending=False),
    "of a filter": lambda df: df[df.i > 0].sort_index(ascending=False),
    "of sorted rows": lambda df: df.sort_values("i", kind="stable").sort_index(),
    "the first of them": lambda df: df.sort_values("i", kind="stable").sort_index(ascending=False).f.head(3),
    "an index that is made a column": lambda df: df.set_index("s").sort_index(kind="stable").reset_index(),
    "a window of it": lambda df: df.set_index("b").sort_index(kind="stable").i.cumsum(),
}


@pytest.mark.parametrize("name", ROW_NUMBERS)
@pytest.mark.parametrize("scheduler", ["sync", "processes"])
def test_row_numbers_are_an_index(tiny, name, scheduler):
    assert_same(ROW_NUMBERS[name](lazy(sample(), (3, 5))).compute(scheduler=scheduler), ROW_NUMBERS[name](sample()))


def _positive(df):
    return df[df.f > 0][["i", "f"]]


QUERIES = {
    "rows": lambda df: df.sort_values("i", kind="stable"),
    "several ways": lambda df: df.sort_values(["b", "s"], ascending=[False, True]),
    "numbered anew": lambda df: df.sort_values("f", kind="stable", ignore_index=True),
    "an index of values": lambda df: df.set_index("s").sort_values("i", kind="stable"),
    "the row number": lambda df: df.sort_values("i", kind="stable").reset_index(),
    "first": lambda df: df.sort_values("i", kind="stable").head(4),
    "last": lambda df: df.sort_values("i", kind="stable").tail(2),
    "twice": lambda df: df.sort_values("i", kind="stable").sort_values("b", kind="stable"),
    "above a filter and below one": lambda df: df[df.b].sort_values("i", kind="stable").pipe(_positive),
    "a column": lambda df: df.sort_values("i", kind="stable").s,
    "a window": lambda df: df.sort_values("i", kind="stable")[["f"]].cumsum(),
    "distinct in that order": lambda df: df.sort_values("i", kind="stable").drop_duplicates("b"),
    "made first": lambda df: df.assign(z=df.i % 3).sort_values("z", kind="stable"),
    "a value of it": lambda df: df.sort_values("f").f.max(),
}


@pytest.mark.parametrize("name", QUERIES)
@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_queries(tiny, name, scheduler):
    assert_same(QUERIES[name](lazy(sample(), (2, 3, 7))).compute(scheduler=scheduler), QUERIES[name](sample()))


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
@pytest.mark.parametrize("name", ["rows", "numbered anew", "an index of values", "above a filter and below one", "twice"])
def test_ways_out(tiny, name, scheduler, tmp_path):
    frame, want = QUERIES[name](lazy(sample(), (2, 3, 7))), QUERIES[name](sample())
    assert_same(pd.concat(list(frame.iter_partitions(scheduler=scheduler))), want)
    frame.to_csv(tmp_path / "out.csv", scheduler=scheduler)
    assert (tmp_path / "out.csv").read_text() == want.to_csv()
    frame = frame[["f", "b"]] if "b" in frame.columns else frame
    frame.to_parquet(tmp_path / "out.parquet", scheduler=scheduler)
    found = pd.read_parquet(tmp_path / "out.parquet")
    assert_same(found, want[list(found.columns)])
    assert sum(batch.num_rows for batch in frame.iter_batches(scheduler=scheduler)) == len(want)


rows = st.lists(st.tuples(st.sampled_from([0, 1, 2, 2**40]), st.sampled_from([0.0, -0.0, 1.5, np.nan])), max_size=30)


@settings(max_examples=examples(26))
@given(
    rows=rows,
    cuts=st.lists(st.integers(0, 30), max_size=4),
    by=st.sampled_from([["k"], ["x"], ["k", "x"], ["x", "k"]]),
    ascending=st.booleans(),
    batch=st.integers(1, 7),
    limit=st.sampled_from([1, 3000, 10**6]),
)
def test_any_rows_in_any_pieces(rows, cuts, by, ascending, batch, limit):
    frame = pd.DataFrame({"k": np.array([k for k, _ in rows], np.int64), "x": np.array([x for _, x in rows], float)})
    how = {"by": by, "ascending": ascending, "kind": "stable"}
    with pytest.MonkeyPatch.context() as patch, config.set(memory_limit=limit):
        patch.setattr(physical, "LEAST_BUCKET", 20)
        patch.setattr(physical, "ROOM_FACTOR", 10**9)
        patch.setattr(scatter, "RUN_PIECE", 1)
        built = lazy(frame, tuple(sorted(cuts)), batch).sort_values(**how)
        assert_same(built.compute(scheduler="sync"), frame.sort_values(**how))


def test_rows_of_files_and_what_they_contradict(tiny, tmp_path, monkeypatch):
    """A value far down that makes a column of numbers one of text is met while rows are split: all is begun anew."""
    frame = pd.DataFrame({"k": np.arange(99000)[::-1], "x": (np.arange(99000) % 7).astype(str)})
    frame.loc[78186, "x"] = "none"  # where no sample is taken
    for number in range(3):
        frame.iloc[number * 33000 : number * 33000 + 33000].to_csv(tmp_path / f"{number}.csv", index=False)
    pieces = [pd.read_csv(tmp_path / f"{number}.csv", dtype={"x": str}) for number in range(3)]
    want = pd.concat(pieces, ignore_index=True).sort_values(["x", "k"])
    monkeypatch.setattr(physical, "LEAST_BUCKET", 100000)
    built = lf.read_csv(str(tmp_path / "?.csv"), blocksize=100000)
    assert str(built.dtypes["x"]) == "int64"
    with pytest.warns(lf.DtypePromotionWarning, match="column x is not int64"):
        found = built.sort_values(["x", "k"]).compute()
    assert_same(found, want)


def test_plans_say_what_is_exchanged(tiny, capsys):
    lazy(sample(), (3,)).sort_values("f").i.sum().explain()
    text = capsys.readouterr().out
    assert "Exchange: range of f into" in text
    assert "partitions of sorted by f" in text


def test_what_fits_is_sorted_in_one_place(capsys):
    lazy(sample(), (3,)).sort_values("f").explain()
    assert "Exchange" not in capsys.readouterr().out


def test_an_error_of_a_user_leaves_nothing_behind(tiny):
    frame = lazy(sample(), (3, 5))
    with pytest.raises(ValueError, match="could not convert"):
        frame.assign(z=frame.s.astype(float)).sort_values("z").compute()
    assert_same(frame.sort_values("f", kind="stable").compute(), sample().sort_values("f", kind="stable"))


def test_a_full_disk_is_the_users_error_and_leaves_nothing_behind(tiny, monkeypatch):
    frame = lazy(sample(), (3, 5)).sort_values("f", kind="stable")

    def full(self, name, parts):
        raise rooms._explained(OSError(errno.ENOSPC, "No space left on device"), self.path, 5_000_000)

    with monkeypatch.context() as patch:
        patch.setattr(rooms.Room, "write", full)
        with pytest.raises(rooms.SpillError, match=r"disk is full: 5\.0 MB more"):
            frame.compute(scheduler="threads")
        assert list(tiny.iterdir()) == []
    assert_same(frame.compute(scheduler="threads"), sample().sort_values("f", kind="stable"))


def test_a_killed_worker_costs_one_more_run(tiny, tmp_path):
    source = DeadlySource(sample(), (3, 5), 3, booleans=("q",), marker=str(tmp_path / "killed"), parent=os.getpid())
    with pytest.warns(RuntimeWarning, match="run again"):
        found = DataFrame(Scan(source)).sort_values("f", kind="stable").compute(scheduler="processes")
    assert_same(found, sample().sort_values("f", kind="stable"))


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_interrupted_while_rows_are_split(tiny, monkeypatch, scheduler):
    frame = lazy(sample(), (3, 5)).sort_values("f", kind="stable")

    def interrupted(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("lazyframe.executors.local._receive", interrupted)
        with pytest.raises(KeyboardInterrupt):
            frame.compute(scheduler=scheduler)
        assert list(tiny.iterdir()) == []
    assert_same(frame.compute(scheduler=scheduler), sample().sort_values("f", kind="stable"))


def test_a_stream_that_is_left_leaves_nothing_behind(tiny):
    pieces = lazy(sample(), (3, 5)).sort_values("f", kind="stable").iter_partitions(scheduler="threads")
    next(pieces)
    assert len(list(tiny.iterdir())) == 1
    pieces.close()
    assert list(tiny.iterdir()) == []
