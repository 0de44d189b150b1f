"""Functions on partitions keep the index, and what they give goes back to the rows that they were given."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, lazy, sample

import lazyframe as lf

FRAMES = {
    "all rows": lambda d: d,
    "filtered": lambda d: d[d.i > 0],
    "no rows": lambda d: d[d.i > 99],
    "set index": lambda d: d.set_index("f"),
    "two levels": lambda d: d[d.i < 5].set_index(["s", "b"]),
    "reset": lambda d: d[d.i > 0].reset_index(drop=True),
    "made": lambda d: d.assign(year=d.t.dt.year)[d.t.notna()],
}
FUNCTIONS = {
    "same": lambda part: part,
    "filter": lambda part: part[part.i > 1],
    "column": lambda part: part.i * 2,
    "renamed": lambda part: part.rename_axis(index="row") if part.index.nlevels == 1 else part,
    "anew": lambda part: part[["i"]].reset_index(drop=True),
    "moved": lambda part: part.i.iloc[::-1].sort_index(kind="stable") if part.index.nlevels == 1 else part.i,
}


def _columns(d):
    return d[["i", "o"]] if "f" not in d.columns or "s" not in d.columns else d[["i", "f", "s", "d"]]


@settings(max_examples=examples(10))
@given(
    st.lists(st.integers(0, 9), max_size=4), st.sampled_from(sorted(FRAMES)), st.sampled_from(sorted(FUNCTIONS)), st.booleans()
)
def test_the_index_is_that_of_what_the_function_returns(cuts, rows, name, given_meta):
    if rows == "set index" and name == "moved":  # sorted by values that are there in several partitions
        return
    frame, df = _columns(FRAMES[rows](sample())), _columns(FRAMES[rows](lazy(sample(), tuple(cuts))))
    want = FUNCTIONS[name](frame)
    if given_meta and name == "anew":  # only trying it shows that it numbers the rows anew
        return
    got = df.map_partitions(FUNCTIONS[name], meta=want.iloc[:0] if given_meta else None)
    assert_same(got.compute(scheduler="sync"), want)


ASSIGNED = {
    "one value a row": lambda d: d.map_partitions(lambda part: part.i.map(lambda value: value * 1.5)),
    "arithmetic on it": lambda d: d.map_partitions(lambda part: part.i + 1) * 2 - 1,
    "of a series": lambda d: d.i.map_partitions(lambda part: part + 7),
    "in another order": lambda d: d.map_partitions(lambda part: part.i.iloc[::-1]),
    "one of two columns": lambda d: d.map_partitions(lambda part: part[["i"]].assign(twice=part.i * 2)).twice,
    "of some columns": lambda d: d[["i"]].map_partitions(lambda part: part.i.astype(str)),
    "with an argument": lambda d: d.map_partitions(lambda part, by: part.i * by, 3),
}


def map_partitions(self, func, *args):
    return func(self, *args)


@settings(max_examples=examples(10))
@given(
    st.lists(st.integers(0, 9), max_size=4),
    st.sampled_from(sorted(set(FRAMES) - {"no rows"})),
    st.sampled_from(sorted(ASSIGNED)),
)
def test_what_a_function_gives_row_by_row_is_assigned_back(cuts, rows, name):
    frame, df = FRAMES[rows](sample()), FRAMES[rows](lazy(sample(), tuple(cuts)))
    if name == "in another order" and not frame.index.is_unique:
        return
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pd.DataFrame, "map_partitions", map_partitions, raising=False)
        patch.setattr(pd.Series, "map_partitions", map_partitions, raising=False)
        want = frame.assign(new=ASSIGNED[name](frame))
    built = df.assign(new=ASSIGNED[name](df))
    assert_same(built.compute(scheduler="sync"), want)
    assert_same(built[built.new.notna()].i.compute(scheduler="sync"), want[want.new.notna()].i)


def test_what_map_advises_is_taken(tmp_path):
    for month in (1, 2):
        pd.DataFrame({"x": range(16), "month": month}).to_csv(tmp_path / f"{month}.csv", index=False)
    for blocksize in (1, 64, None):
        df = lf.read_csv(tmp_path / "*.csv", blocksize=blocksize)
        df = df[df.x > 9]
        df["km"] = df.map_partitions(lambda part: part.x.map(lambda value: value * 1.609))
        want = pd.concat([pd.read_csv(tmp_path / f"{month}.csv") for month in (1, 2)], ignore_index=True)
        want = want[want.x > 9]
        for scheduler in ("sync", "threads"):
            assert_same(df.compute(scheduler=scheduler), want.assign(km=want.x * 1.609))


@pytest.mark.parametrize(
    ("call", "said"),
    [
        (lambda d: d.assign(z=d.map_partitions(lambda part: part.i[part.i > 0])), "returned . rows for ., or under other labels"),
        (lambda d: d.map_partitions(lambda part: part if 5 in part.index else part.set_index("s")), "index .'s'.; expected"),
    ],
)
def test_mistakes(call, said):
    with pytest.raises((TypeError, ValueError), match=said):
        call(lazy(sample(), (3, 6))).compute(scheduler="sync")


def test_labels_of_partitions_that_number_their_rows_are_theirs_with_meta():
    df = lazy(sample(), (4,))
    got = df.map_partitions(lambda part: part[["i"]].reset_index(drop=True), meta={"i": "int64"}).compute(scheduler="sync")
    assert got.index.tolist() == [*range(4), *range(5)]
    assert np.array_equal(got.i, sample().i)


def test_one_value_a_partition_is_a_row():
    df = lazy(sample(), (2, 5))
    assert_same(df.map_partitions(len).compute(scheduler="sync"), pd.Series([2, 3, 4]))
    assert df.f.map_partitions(lambda part, power: part.max() ** power, 2).sum().compute(scheduler="sync") == np.inf
    assert df[["i"]].memory_usage_per_partition(index=False).tolist() == [16, 24, 32]
