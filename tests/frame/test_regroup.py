"""Rows in other partitions, rows of neighbours, and values of partitions put together, against pandas on the whole."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, lazy, sample

import lazyframe as lf

ROWS = pd.DataFrame({"x": range(10), "y": np.arange(10) * 1.5, "k": list("abcdefghij")})
FRAMES = {
    "numbers": ROWS,
    "text": ROWS.set_index("k"),
    "times": ROWS.set_index(pd.DatetimeIndex(pd.date_range("2020-01-01", periods=10), freq=None, name="t")),
    "gaps": ROWS[ROWS.x > 3],
    "levels": ROWS.set_index([ROWS.x // 3, "k"], append=True),
}


@pytest.fixture(params=FRAMES)
def frame(request):
    return FRAMES[request.param]


@pytest.mark.parametrize(("before", "after"), [(1, 1), (1, 5), (3, 2), (3, 12)])
def test_the_rows_are_the_same_in_other_partitions(frame, before, after):
    df = lf.from_pandas(frame, npartitions=before)
    made = df.repartition(npartitions=after)
    assert made.npartitions == after
    assert_same(made.compute(scheduler="sync"), frame)
    assert_same(df.x.repartition(npartitions=after).compute(scheduler="sync"), frame.x)
    assert_same(df[df.x > 4].repartition(npartitions=after).compute(scheduler="sync"), frame[frame.x > 4])
    sizes = [len(part) for part in lf.compute(*made.to_delayed(), scheduler="sync")]
    assert sum(sizes) == len(frame)
    assert before > 1 or max(sizes) - min(sizes) <= 1


def test_rows_of_neighbours_are_seen_and_not_returned(frame):
    for npartitions in (1, 3, 8):  # of one row, too: then the neighbours of the neighbour are seen
        df = lf.from_pandas(frame, npartitions=npartitions)[["x", "y"]]
        found = df.map_overlap(lambda part: part.rolling(3).sum(), 2, 0)
        assert_same(found.compute(scheduler="sync"), frame[["x", "y"]].rolling(3).sum())
        found = lf.map_overlap(lambda part, n: part.shift(-n), df.y, 0, 3, 3)
        assert_same(found.compute(scheduler="sync"), frame.y.shift(-3))


def test_neighbours_within_a_time():
    frame = FRAMES["times"][["x"]]
    df = lf.from_pandas(frame, npartitions=6)
    day = pd.Timedelta("1D")
    assert_same(df.map_overlap(lambda part: part.rolling("4D").sum(), 4 * day, 0).compute(), frame.rolling("4D").sum())


def test_a_value_of_partitions(frame):
    df = lf.from_pandas(frame, npartitions=3)
    assert df.x.reduction(lambda part: part.sum()).compute(scheduler="sync") == frame.x.sum()
    found = df.reduction(lambda part: part[["x", "y"]].max(), lambda made: made.groupby(level=0).max(), meta=frame)
    assert_same(found.compute(scheduler="sync"), frame[["x", "y"]].max())
    found = df.x.reduction(
        lambda part, n: part.max() + n, lambda made, m: made.max() * m, chunk_kwargs={"n": 1}, aggregate_kwargs={"m": 2}
    )
    assert found.compute(scheduler="sync") == (frame.x.max() + 1) * 2


def test_functions_of_partitions_of_several_frames(frame):
    df = lf.from_pandas(frame, npartitions=3)
    found = df.map_partitions(lambda part, other: part.assign(z=other), df.x * 2)
    assert_same(found.compute(scheduler="sync"), frame.assign(z=frame.x * 2))
    alone = lf.from_pandas(pd.DataFrame({"m": [7]}))
    found = lf.map_partitions(lambda part, other, n: part.x + other.m.iloc[0] + n, df, alone, 1, meta=("x", "int64"))
    assert_same(found.compute(scheduler="sync"), frame.x + 8)
    with pytest.raises(ValueError, match="of 2 partitions is given beside one of 3"):
        df.map_partitions(lambda part, other: part, lf.from_pandas(frame, npartitions=2))


@pytest.mark.parametrize("on", ["k", ["k", "x"], None])
@pytest.mark.parametrize("npartitions", [None, 2, 5])
def test_rows_of_equal_values_are_in_one_partition(on, npartitions):
    rows = pd.concat([ROWS, ROWS.assign(y=1.0)], ignore_index=True)
    made = lf.from_pandas(rows, npartitions=3).shuffle(on, npartitions=npartitions)
    assert made.npartitions == (npartitions or 3)
    assert_same(made.compute(scheduler="sync").sort_index(), rows)
    parts = lf.compute(*made.to_delayed(), scheduler="sync")
    seen = [
        set(part[on].to_records(index=False).tolist() if isinstance(on, list) else part[on] if on else part.index)
        for part in parts
    ]
    assert sum(map(len, seen)) == len(set.union(*seen))


def test_rows_of_pandas_are_cut_at_labels():
    frame = ROWS.set_index("x")
    df = lf.repartition(frame, divisions=[0, 3, 7, 9])
    assert [len(part) for part in lf.compute(*df.to_delayed(), scheduler="sync")] == [3, 4, 3]
    assert_same(df.compute(scheduler="sync"), frame)
    assert lf.repartition(frame, npartitions=4).npartitions == lf.repartition(df, npartitions=4).npartitions == 4
    assert lf.repartition(frame, divisions=[-1, 20], force=True).npartitions == 1


@pytest.mark.parametrize("cuts", [1, 3, 10])
@pytest.mark.parametrize("divisions", [[0, 9], [0, 3, 3, 7, 9], [0, 20], ["-1", "z"]])
def test_lazy_rows_are_cut_at_labels(cuts, divisions):
    frame = ROWS if divisions[0] == 0 else ROWS.set_index(ROWS.x.astype("str"))
    made = lf.from_pandas(frame, npartitions=cuts).repartition(divisions=divisions)
    parts = lf.compute(*made.to_delayed(), scheduler="sync")
    want = lf.repartition(frame, divisions=divisions)
    assert [len(part) for part in parts] == [len(part) for part in lf.compute(*want.to_delayed(), scheduler="sync")]
    assert made.npartitions == len(divisions) - 1
    assert_same(made.compute(scheduler="sync"), frame)


def test_labels_beyond_the_divisions_are_taken_by_force():
    made = lf.from_pandas(ROWS, npartitions=3).repartition(divisions=[2, 5, 6], force=True)
    assert [len(part) for part in lf.compute(*made.to_delayed(), scheduler="sync")] == [5, 5]


@pytest.mark.parametrize("before", ["2D", pd.Timedelta("2D")])
def test_times_around_partitions(before):
    frame = ROWS.set_index(pd.DatetimeIndex(pd.date_range("2024-01-01", periods=len(ROWS), freq="D"), freq=None))
    found = lf.from_pandas(frame[["x"]], npartitions=4).map_overlap(lambda part: part.rolling("3D").sum(), before, 0)
    assert_same(found.compute(scheduler="sync"), frame[["x"]].rolling("3D").sum())


def test_what_tells_dask_how_is_taken_and_rows_of_pandas_are_a_frame():
    found = lf.map_overlap(lambda part: part.diff(), ROWS[["x"]], 1, 0, align_dataframes=True, enforce_metadata=False)
    assert_same(found.compute(scheduler="sync"), ROWS[["x"]].diff())
    df = lf.from_pandas(ROWS, npartitions=3)
    assert df.reduction(lambda part: part.x.max(), max, split_every=False).compute(scheduler="sync") == ROWS.x.max()
    assert len(df.shuffle("x", force=True)) == len(ROWS)
    assert lf.map_partitions(lambda part, label: part.assign(z=label), df, label="a").z.nunique().compute(scheduler="sync") == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (lambda df: df.repartition(npartitions=0), "1 or more; got 0"),
        (lambda df: df.repartition(divisions=[1, 2]).compute(scheduler="sync"), "beyond the divisions"),
        (lambda df: df.sort_values("x", ascending=False).repartition(divisions=[0, 9]).compute(scheduler="sync"), "not sorted"),
        (lambda df: df.repartition(divisions=[2, 1]), "two or more labels in order"),
        (lambda df: df.repartition(), "takes npartitions="),
        (lambda df: df.shuffle("x", npartitions=0), "1 or more; got 0"),
        (lambda df: df.shuffle(lf.from_pandas(ROWS.x)), "belong to other rows"),
        (lambda df: df.map_overlap(len, -1, 0), "0 or more, or a timedelta; got -1"),
        (lambda df: df.map_overlap(len, "-2s", 0), "0 or more, or a timedelta; got Timedelta"),
        (lambda df: df.map_overlap(len, 0, "2s"), "for which the rows need a DatetimeIndex"),
        (lambda df: lf.map_overlap(len, 3, 1, 0), "a lazy frame or column as the first"),
        (lambda df: lf.map_partitions(df, len), "takes a function"),
        (lambda df: lf.repartition(3, npartitions=3), "takes a lazy or pandas frame"),
        (lambda df: lf.repartition(ROWS, divisions=[1, 20]), "beyond the divisions"),
        (lambda df: lf.repartition(ROWS, divisions=[3, 1]), "two or more labels in order"),
        (lambda df: lf.repartition(ROWS.iloc[::-1], divisions=[0, 9]), "the index is not sorted"),
        (lambda df: df.map_overlap(lambda part: part.iloc[:1], 1, 0).compute(), "one for each"),
    ],
)
def test_mistakes_say_what_to_write(line, said):
    with pytest.raises((TypeError, ValueError), match=said):
        line(lf.from_pandas(ROWS, npartitions=2))


def test_shuffle_by_a_level_of_the_index():
    df = lazy(sample(), (2, 5)).set_index("i")
    parts = lf.compute(*df.shuffle("i", npartitions=2).to_delayed(), scheduler="sync")
    assert sum(part.index.nunique() for part in parts) == sample().i.nunique()
    assert sum(map(len, parts)) == len(sample())
