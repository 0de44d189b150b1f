from __future__ import annotations

import gc
import pickle
import warnings

import pandas as pd
import pytest
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.frame.persist import PersistedSource
from lazyframe.plan import scans

FRAMES = (pd.DataFrame, lf.DataFrame)
CUTS = [(), (2, 5), (0, 1, 1, 4, 8, 9)]
LINES = {
    "all": lambda df: df,
    "filtered": lambda df: df[df.i > 0],
    "none": lambda df: df[df.i > 1000],
    "made": lambda df: df.assign(y=df.t.dt.year, z=df.i * 2, c=df.s.str.len())[["y", "s", "z", "c", "q"]],
    "column": lambda df: df.t.dt.year,
    "filtered column": lambda df: df.s[df.i > 0],
    "grouped": lambda df: df.groupby(["b", "s"])[["i", "f"]].max(),
    "grouped column": lambda df: df.groupby("s").t.max(),
    "reduced": lambda df: df[["i", "f"]].mean(),
    "head": lambda df: df[df.i > 0].head(3),
}
THEN = {
    "itself": lambda kept: kept,
    "filter": lambda kept: kept[kept[kept.columns[0]].notna()] if isinstance(kept, FRAMES) else kept[kept.notna()],
    "head": lambda kept: kept.head(2),
    "count": lambda kept: kept.count(),
}


@pytest.mark.parametrize(("cuts", "coded"), list(zip(CUTS, (False, True, False), strict=True)))
@pytest.mark.parametrize("name", LINES)
def test_the_same_rows(name, cuts, coded):
    want = LINES[name](sample())
    made = LINES[name](lazy(sample(), cuts, coded=coded))
    kept = made.persist(scheduler="sync")
    assert type(kept) is type(made)
    reads = [scan.source for scan in scans(kept._result())]
    assert all(isinstance(source, PersistedSource) for source in reads)
    for then in THEN.values():
        assert_same(then(kept).compute(scheduler="sync"), then(want))
    assert len(kept) == len(want)
    if isinstance(want, pd.DataFrame):
        assert list(map(str, kept.dtypes)) == list(map(str, want.dtypes))


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_other_schedulers(scheduler):
    kept = lazy(sample(), (2, 5)).assign(y=lambda df: df.t.dt.year).persist(scheduler=scheduler)
    want = sample().assign(y=lambda df: df.t.dt.year)
    assert_same(kept[kept.i > 1].compute(scheduler=scheduler), want[want.i > 1])
    assert kept.y.sum().compute(scheduler=scheduler) == want.y.sum()


def test_a_scalar():
    df = lazy(sample(), (2, 5))
    kept = df.i.max().persist(scheduler="sync")
    reads = len(df._plan.source.reads)
    assert kept.compute(scheduler="sync") == 10
    assert_same((df.i / kept).compute(scheduler="sync"), sample().i / 10)
    assert len(df._plan.source.reads) == reads + 3


def test_nothing_is_read_again_and_later_queries_prune():
    df = lazy(sample(), (2, 5))
    reads = df._plan.source.reads
    kept = df[df.i >= 0].persist(scheduler="sync")
    assert sorted(reads) == [0, 1, 2]
    assert (
        kept[kept.f > 0].groupby("s").i.sum().compute(scheduler="sync").sum()
        == sample()[lambda x: (x.i >= 0) & (x.f > 0)].groupby("s").i.sum().sum()
    )
    assert sorted(reads) == [0, 1, 2]
    batches = list(kept._plan.source.read((kept._plan.source.kept[0], ""), ("f",), None))
    assert [batch.schema.names for batch in batches] == [["f"]]


def test_operations_on_what_is_kept_are_pandas():
    functions = {
        "sum": lambda df: df.groupby("b")[["i", "f"]].sum(),
        "dates": lambda df: df.t.dt.month,
        "text": lambda df: df.s.str.upper(),
        "mixed": lambda df: df[df.q == True].s,  # noqa: E712
        "reset": lambda df: df.groupby("s").size().reset_index(),
        "isin": lambda df: df[df.s.isin(["a", "12"])],
    }
    kept = lazy(sample(), (2, 5), coded=True).persist(scheduler="sync")
    for name, function in functions.items():
        assert_same(function(kept).compute(scheduler="sync"), function(sample())), name
    assert check({"persisted": lambda df: df.persist("sync") if isinstance(df, lf.DataFrame) else df}, sample()) == set()


def test_what_it_shows_of_itself():
    kept = lazy(sample(), (2, 5)).persist(scheduler="sync")
    assert "memory: 9 rows in memory: 3 partitions, 0.0 MB" in repr(kept)
    assert "columns parsed: 0 of 8" in _explained(kept[kept.i > 0])
    assert kept.npartitions == 3
    assert "Known" in _explained(lazy(sample()).groupby("s").i.max().persist(scheduler="sync"))


def _explained(lazy_object):
    import io

    text = io.StringIO()
    lazy_object.explain(file=text)
    return text.getvalue()


def test_persisted_twice_is_the_same():
    kept = lazy(sample(), (2,)).persist(scheduler="sync")
    assert kept.persist(scheduler="sync")._plan is kept._plan


def test_late_surprises(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("n,x\n" + "\n".join(f"{n},{n}" for n in range(20_000)) + "\n20000,none\n")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        kept = lf.read_csv(path, blocksize=50_000, sample=1000).persist()
    assert [one.category for one in caught] == [lf.DtypePromotionWarning]
    assert_same(kept.compute(), pd.read_csv(path, low_memory=False))
    path.unlink()
    assert kept.x[kept.n == 20_000].compute().tolist() == ["none"]


def test_two_columns_that_are_written_alike():
    df = lazy(sample())[["i", "f"]].rename(columns={"i": 1, "f": "1"})
    with pytest.raises(ValueError, match="both written '1'"):
        df.persist(scheduler="sync")


def test_a_kept_frame_travels():
    kept = lazy(sample(), (2, 5)).persist(scheduler="sync")
    assert_same(pickle.loads(pickle.dumps(kept)).compute(scheduler="sync"), sample())


def test_memory_is_given_back():
    import weakref

    kept = lazy(sample(), (2, 5)).persist(scheduler="sync")
    rows = weakref.ref(kept._plan.source)
    assert sum(map(len, kept[kept.i > 0].iter_partitions("sync"))) == 6
    assert kept.s.count().compute(scheduler="sync") == 7
    del kept
    gc.collect()
    assert rows() is None
