"""What is done to a bucket: all buckets together are what pandas makes of all rows, and none is looked at beyond its share."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from lazyframe import config
from lazyframe.exchange import scatter, work
from lazyframe.exchange.pieces import size_of
from lazyframe.exchange.reducers import Distinctly
from lazyframe.exchange.room import room
from lazyframe.exchange.scatter import ByHash, ByRange
from lazyframe.exchange.tasks import scattered
from lazyframe.exchange.work import FinishedBuckets, JoinedBuckets, Sorted
from lazyframe.joins import JoinCall
from lazyframe.kernels.columns import Columns, concat_columns, from_series, to_series
from lazyframe.kernels.rownumbers import Counts
from lazyframe.kernels.subset import Choose
from lazyframe.plan import Output
from lazyframe.schema import ROW, Schema, dtype_named

FRAME = pd.DataFrame({"k": [3.0, 1.0, np.nan, 3.0, 1.0, 2.0, np.nan, 3.0], "n": range(8)})
OTHER = pd.DataFrame({"k": [1.0, 3.0, 1.0, np.nan, 9.0], "m": range(10, 15)})
SCHEMA = Schema.of([("k", dtype_named("float64")), ("n", dtype_named("int64"))])


def columns_of(frame: pd.DataFrame) -> Columns:
    return Columns.of(len(frame), {name: from_series(frame[name]) for name in frame})


def frame_of(columns: Columns) -> pd.DataFrame:
    return pd.DataFrame({name: to_series(columns[name]) for name in columns.names})


@pytest.fixture(params=[1, 2**30], ids=["one row at a time", "all at once"])
def opened(request, tmp_path, monkeypatch):
    monkeypatch.setattr(scatter, "RUN_PIECE", 1)
    with config.set(memory_limit=request.param, temporary_directory=tmp_path), room(1) as made:
        made.open()
        yield made


def bucketwise(what, sides, count) -> list[Columns]:
    """All batches of all buckets; each bucket gives at least one."""
    found = [list(what.rows(sides, bucket)) for bucket in range(count)]
    assert all(found)
    return [columns for batches in found for columns in batches]


@pytest.mark.parametrize("ascending", [True, False])
@pytest.mark.parametrize("count", [1, 3, 20])
def test_sorted_buckets_one_after_another_are_sorted(opened, count, ascending):
    sink = ByRange(("k", "n"), False, ("k",), count, opened, (ascending,))
    batches = bucketwise(Sorted(sink), (scattered(columns_of(FRAME), sink),), count)
    want = FRAME.sort_values("k", ascending=ascending, kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(frame_of(concat_columns(batches)), want)


def test_columns_that_were_there_for_the_order_alone_are_dropped(opened):
    sink = ByRange(("k", "n"), False, ("k",), 2, opened, (True,))
    side, what = scattered(columns_of(FRAME), sink), Sorted(sink, ("k",))
    assert {tuple(columns.names) for columns in bucketwise(what, (side,), 2)} == {("n",)}
    nothing = scattered(columns_of(FRAME.iloc[:0]), sink)
    assert [columns.names for columns in bucketwise(what, (nothing,), 2)] == [["n"], ["n"]]
    assert what.label() == "rows in the order of pandas"
    assert Sorted(sink).label() == "sorted by k"


def test_a_range_beyond_its_share_is_read_as_several(tmp_path, monkeypatch):
    monkeypatch.setattr(scatter, "RUN_PIECE", 1)
    frame = pd.DataFrame({"k": np.arange(1000.0), "n": np.arange(1000)})
    with config.set(memory_limit=4 * 1600, temporary_directory=tmp_path), room(1) as made:
        made.open()
        sink = ByRange(("k", "n"), False, ("k",), 4, made, (True,))
        batches = bucketwise(Sorted(sink), (scattered(columns_of(frame), sink),), 4)
        assert made.share == 1600
        assert max(map(size_of, batches)) <= 2 * made.share
    assert len(batches) > 4
    pd.testing.assert_frame_equal(frame_of(concat_columns(batches)), frame)


def test_rows_of_partitions_get_their_numbers_in_the_whole(opened):
    choose = Distinctly(Choose(SCHEMA, ("n",), "drop_duplicates", {"keep": "first"}))
    rows = columns_of(FRAME).with_columns({ROW: np.arange(8) % 4 + (np.arange(8) // 4 << 40)})  # of two partitions of four
    for sink, what in (
        (ByRange(("k", "n"), True, ("k",), 2, opened, (True,)), Sorted),
        (ByHash(("k", "n"), True, ("n",), 2, opened, choose), lambda sink: FinishedBuckets(sink, choose)),
    ):
        side = replace(scattered(rows, sink), counts=Counts(0, (4, 4)))
        found = concat_columns(bucketwise(what(sink), (side,), 2))
        assert found[ROW].tolist() == found["n"].tolist()


def joined(opened, how, sort, left=FRAME, right=OTHER, count=2):
    ours, theirs = ByHash(("k", "n"), False, ("k",), count, opened), ByHash(("k", "m"), False, ("k",), count, opened)
    outputs = (Output("k", "key", 0), Output("n", "left", "n"), Output("m", "right", "m"))
    what = JoinedBuckets(ours, theirs, JoinCall(how, sort), outputs)
    return what, bucketwise(what, (scattered(columns_of(left), ours), scattered(columns_of(right), theirs)), count)


@pytest.mark.parametrize(
    ("how", "sort"), [("inner", False), ("inner", True), ("left", False), ("right", False), ("right", True), ("outer", False)]
)
def test_pairs_in_the_order_that_they_say_are_pandas_merge(opened, how, sort):
    what, batches = joined(opened, how, sort)
    found = frame_of(concat_columns(batches)).sort_values(list(what.ordering), kind="stable", ignore_index=True)
    want = FRAME.merge(OTHER, on="k", how=how, sort=sort)
    pd.testing.assert_frame_equal(found[["k", "n", "m"]], want, check_dtype=False)
    assert what.label() == f"{how} join on k"


@pytest.mark.parametrize("how", ["inner", "left", "right", "outer"])
@pytest.mark.parametrize("opened", [2**30], indirect=True)
def test_sides_without_rows_join_too(opened, how):
    for left, right in ((FRAME.iloc[:0], OTHER), (FRAME, OTHER.iloc[:0])):
        what, batches = joined(opened, how, False, left, right)
        found = frame_of(concat_columns(batches)).sort_values(list(what.ordering), kind="stable", ignore_index=True)
        pd.testing.assert_frame_equal(found[["k", "n", "m"]], left.merge(right, on="k", how=how), check_dtype=False)


@pytest.mark.parametrize("rows", [1, 3, 1000])
def test_many_pairs_of_one_key_come_a_few_at_a_time(tmp_path, monkeypatch, rows):
    monkeypatch.setattr(work, "_ROWS", rows)
    left, right = pd.DataFrame({"k": [1.0] * 6, "n": range(6)}), pd.DataFrame({"k": [1.0] * 5, "m": range(5)})
    with config.set(temporary_directory=tmp_path), room(1) as made:
        made.open()
        what, batches = joined(made, "inner", False, left, right, count=1)
    assert [len(columns) for columns in batches] == [min(rows, 30 - start) for start in range(0, 30, rows)]
    found = frame_of(concat_columns(batches)).sort_values(list(what.ordering), ignore_index=True)
    pd.testing.assert_frame_equal(found[["k", "n", "m"]], left.merge(right, on="k"))


def test_dates_that_are_missing_come_first_where_keys_are_sorted(opened):
    dates = pd.to_datetime(["2021-01-01", None, "2020-01-01"]).astype("M8[us]")
    left, right = pd.DataFrame({"k": dates, "n": range(3)}), pd.DataFrame({"k": dates[::-1], "m": range(3)})
    what, batches = joined(opened, "outer", False, left, right)
    found = frame_of(concat_columns(batches)).sort_values(list(what.ordering), kind="stable", ignore_index=True)
    pd.testing.assert_frame_equal(found[["k", "n", "m"]], left.merge(right, on="k", how="outer"), check_dtype=False)


@pytest.mark.parametrize("keep", ["first", "last", False])
def test_what_is_chosen_of_each_bucket_is_what_is_chosen_of_all(opened, keep):
    distinct = Distinctly(Choose(SCHEMA, ("k",), "drop_duplicates", {"keep": keep}))
    sink = ByHash(("k", "n"), False, ("k",), 3, opened, distinct)
    what = FinishedBuckets(sink, distinct)
    found = frame_of(concat_columns(bucketwise(what, (scattered(columns_of(FRAME), sink),), 3)))
    found = found.sort_values(list(what.ordering), ignore_index=True)[["k", "n"]]
    pd.testing.assert_frame_equal(found, FRAME.drop_duplicates("k", keep=keep, ignore_index=True))
    assert what.label() == "distinct k"
