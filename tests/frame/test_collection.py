"""Dask's collection protocol, with Dask's own local schedulers."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest
from oracle import assert_same, lazy, sample

dask = pytest.importorskip("dask")

import lazyframe as lf  # noqa: E402

LINES = {
    "frame": lambda df: df[df.i > 0],
    "column": lambda df: df.t.dt.year,
    "scalar": lambda df: df.f.max(),
    "groups": lambda df: df.groupby(["b", "s"]).i.sum(),
    "masked by a mean": lambda df: df[df.i > df.i.mean()].s,
}


@pytest.fixture
def surprising(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("n,x\n" + "\n".join(f"{n},{n}" for n in range(5000)) + "\n5000,none\n")
    return path


def opened(path):
    return lf.read_csv(path, blocksize=5000, sample=200)


@pytest.mark.parametrize("scheduler", ["sync", "threads", None])
@pytest.mark.parametrize("name", LINES)
def test_compute(name, scheduler):
    made = LINES[name](lazy(sample(), (2, 5)))
    assert dask.is_dask_collection(made)
    (got,) = dask.compute(made, **({"scheduler": scheduler} if scheduler else {}))
    assert_same(got, LINES[name](sample()))


def test_several_and_mixed():
    df = lazy(sample(), (2, 5))
    total, (count, five) = dask.compute(df.i.sum(), [df.i.count(), dask.delayed(5)], scheduler="sync")
    assert (total, count, five) == (16, 9, 5)


@pytest.mark.parametrize("name", LINES)
def test_persist(name):
    (kept,) = dask.persist(LINES[name](lazy(sample(), (2, 5))), scheduler="sync")
    assert type(kept).__module__.startswith("lazyframe.")
    assert_same(kept.compute(scheduler="sync"), LINES[name](sample()))


def test_surprising_data_end_right(surprising):
    want = pd.read_csv(surprising, low_memory=False)
    for function in (dask.compute, dask.persist):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            (got,) = function(opened(surprising), scheduler="sync")
        assert [one.category for one in caught] == [lf.DtypePromotionWarning]
        assert_same(got.compute(scheduler="sync") if isinstance(got, lf.DataFrame) else got, want)


@lf.delayed
def length(frame):
    return len(frame)


def test_delayed_values(surprising):
    five = length(lazy(sample(), (2, 5)).head(5))
    assert dask.is_dask_collection(five)
    assert dask.compute(five, dask.delayed(six)(five), scheduler="sync") == (5, 6)
    (kept,) = dask.persist(five, scheduler="sync")
    assert kept.compute(scheduler="sync") == 5
    with pytest.warns(lf.DtypePromotionWarning):
        assert dask.compute(length(opened(surprising)), scheduler="sync") == (5001,)


def six(five):
    return five + 1


def test_partitions_to_dask_and_back(surprising):
    dd = pytest.importorskip("dask.dataframe")
    want = pd.read_csv("data/sample/flights-1.csv")
    df = lf.read_csv("data/sample/flights-1.csv", blocksize=1000)
    parts = df.to_delayed()
    assert len(parts) > 2
    theirs = dd.from_delayed(parts)
    assert_same(theirs.compute(scheduler="sync"), want)
    with pytest.raises(ValueError, match="Metadata mismatch"):  # Dask runs no query anew
        dd.from_delayed(opened(surprising).to_delayed()).compute(scheduler="sync")
    counted = [key for key in dict(dask.delayed(parts).dask) if str(key).startswith("count-")]
    assert len(counted) == len(parts) - 1  # those before a partition are counted once, and not once for each partition
    ours = lf.from_delayed(theirs.to_delayed())
    assert_same(ours.compute(scheduler="sync"), want)
    assert lf.from_delayed(theirs.to_delayed(), meta=theirs._meta).Distance.max().compute(scheduler="sync") == want.Distance.max()
