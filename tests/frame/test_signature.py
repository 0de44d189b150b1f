"""The arguments of pandas' methods: accepted where they ask for what happens anyway, honoured, or refused by name."""

from __future__ import annotations

import inspect

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, check, lazy, sample

import lazyframe as lf

LINES = {
    "axis": lambda df: df[["i", "f"]].sum(axis=0),
    "axis by name": lambda df: df[["i", "f"]].mean(axis="index", skipna=True),
    "axis of a column": lambda df: df.f.max(axis=0, skipna=True, numeric_only=False),
    "no axis of a column": lambda df: df.f.sum(axis=None, min_count=0),
    "numpy's sum": lambda df: np.sum(df.i),
    "numpy's mean": lambda df: np.mean(df.f),
    "numpy's std divides by n": lambda df: np.std(df.i),
    "numpy's round": lambda df: np.round(df.f, 1),
    "dropna": lambda df: df.dropna(axis=0, subset=["f"], ignore_index=False),
    "dropna of a column": lambda df: df.f.dropna(axis=0, how=None),
    "first by position": lambda df: df.i.nunique(False),
    "ddof by position": lambda df: df.groupby("b").i.var(0),
    "numeric_only by position": lambda df: df.groupby("b").sum(True),
    "engine": lambda df: df.groupby("b", level=None, group_keys=True).i.mean(engine=None, skipna=True),
    "groupby of a column": lambda df: df.i.groupby(df.b, as_index=True, observed=True).max(min_count=-1),
    "drop along columns": lambda df: df.drop("i", axis=1),
    "drop along columns by name": lambda df: df.drop(["i", "f"], axis="columns"),
    "drop what may not be": lambda df: df.drop(columns=["i", "zz"], errors="ignore"),
    "drop of an index of names": lambda df: df.drop(columns=pd.Index(["i"])),
    "rename along columns": lambda df: df.rename({"i": "x"}, axis=1),
    "rename along columns by name": lambda df: df.rename(str.upper, axis="columns", errors="ignore"),
    "rename to nothing": lambda df: df.i.rename(),
    "rename by name": lambda df: df.i.rename(index="x"),
    "operator": lambda df: df.f.add(1, fill_value=None, axis=0),
    "fillna": lambda df: df.f.fillna(0, axis=None, inplace=False, limit=None),
    "where": lambda df: df.f.where(df.f > 0, inplace=False, level=None),
    "astype": lambda df: df.i.astype("float64", errors="raise"),
    "between": lambda df: df.i.between(0, 3, "left"),
    "reset_index": lambda df: df.groupby("b").i.sum().reset_index(level=None, drop=False),
}


def test_arguments_that_change_nothing_and_those_that_are_honoured():
    assert not check(LINES, sample(), cuts=(3,))


IN_PLACE = {
    "fillna": lambda df: df.fillna({"f": 0}, inplace=True),
    "dropna": lambda df: df.dropna(subset=["f"], inplace=True),
    "drop": lambda df: df.drop(columns=["i", "s"], inplace=True),
    "rename": lambda df: df.rename(columns={"i": "z"}, inplace=True),
    "set_index": lambda df: df.set_index("s", inplace=True),
    "reset_index": lambda df: df.reset_index(inplace=True),
    "sort_values": lambda df: df.sort_values("i", kind="stable", inplace=True),
    "drop_duplicates": lambda df: df.drop_duplicates("s", inplace=True),
    "replace": lambda df: df.replace({"i": {1: 5}}, inplace=True),
    "query": lambda df: df.query("i > 0", inplace=True),
}


@pytest.mark.filterwarnings("ignore:The inplace keyword")
@pytest.mark.parametrize("name", IN_PLACE)
def test_a_frame_is_changed_in_place(name):
    lazily, frame = lazy(sample(), (3,)), sample()
    before, column = lazily.copy(), lazily.i
    returned, theirs = IN_PLACE[name](lazily), IN_PLACE[name](frame)
    assert (returned is lazily, returned is None) == (theirs is frame, theirs is None)
    assert_same(lazily.compute(scheduler="sync"), frame)
    assert_same(before.compute(scheduler="sync"), sample())
    assert_same(column.compute(scheduler="sync"), sample().i)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (lambda df: df.i.std(0), "Series.std: too many positional arguments"),
        (lambda df: df.mean(True), "DataFrame.mean: too many positional arguments"),
        (lambda df: df.f.mean(skpna=True), "Series.mean: no argument 'skpna'. Did you mean 'skipna'?"),
        (lambda df: df.f.fillna(0, inplace=True), "Keep the result instead: df['x'] = df.x.fillna(...)"),
        (lambda df: df.drop(3, inplace=True), "which is an answer and no frame. Keep the result instead: df = df.drop(...)"),
        (lambda df: df.merge(df, on="i", inplace=True), "DataFrame.merge: no argument 'inplace'"),
        (lambda df: df.drop("i"), "DataFrame.drop takes labels of the index there; for columns write df.drop(columns=...)"),
        (lambda df: df.drop(), "DataFrame.drop takes columns="),
        (
            lambda df: df.rename({"i": "x"}),
            "DataFrame.rename takes labels of the index there; for columns write df.rename(columns=...)",
        ),
        (lambda df: df.i.rename(["x"]), "Series.name must be a hashable type; got a list"),
        (lambda df: df.groupby(), "missing 1 required positional argument: 'by'"),
        (lambda df: np.sum(df.i, dtype="int8"), "Series.sum: no argument 'dtype'"),
    ],
)
def test_others_are_refused_by_name(line, message):
    df = lazy(sample())
    with pytest.raises(TypeError) as caught:
        line(df)
    assert message in str(caught.value)
    assert not df._plan.source.reads


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (lambda df: df.compute(sheduler="sync"), "DataFrame.compute: no argument 'sheduler'. Did you mean 'scheduler'?"),
        (lambda df: df.i.compute("sync", 1, None, 2), "Series.compute: too many positional arguments"),
        (lambda df: df.i.max().compute(num_wrkers=1), "Scalar.compute: no argument 'num_wrkers'. Did you mean 'num_workers'?"),
        (lambda df: df.groupby("s").i.max().persist(workers=1), "Series.persist: no argument 'workers'."),
        (lambda df: df.explain(analyse=True), "DataFrame.explain: no argument 'analyse'. Did you mean 'analyze'?"),
    ],
)
def test_methods_that_pandas_has_not_say_it_in_the_same_way(line, message):
    df = lazy(sample())
    with pytest.raises(TypeError) as caught:
        line(df)
    assert message in str(caught.value)
    assert not df._plan.source.reads


def test_methods_keep_their_names_and_documents():
    assert lf.DataFrame.head.__doc__.startswith("The first `n` rows")
    assert list(inspect.signature(lf.DataFrame.head).parameters) == ["self", "n"]
    assert lf.DataFrame.head.__globals__["__name__"] == "lazyframe.frame.rows"  # so doctest finds its example


@pytest.mark.parametrize(
    ("ours", "pandas_class"),
    [
        (lf.DataFrame, pd.DataFrame),
        (lf.Series, pd.Series),
        (lf.DataFrameGroupBy, pd.api.typing.DataFrameGroupBy),
        (lf.SeriesGroupBy, pd.api.typing.SeriesGroupBy),
    ],
)
def test_every_argument_of_ours_is_one_of_pandas(ours, pandas_class):
    for name in dir(ours):
        method, namesake = getattr(ours, name), getattr(pandas_class, name, None)
        if name.startswith("_") or not inspect.isfunction(method) or not callable(namesake):
            continue
        kinds = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)
        mine = {n for n, p in inspect.signature(method).parameters.items() if p.kind not in kinds}
        theirs = inspect.signature(namesake).parameters
        mine -= {"scheduler", "num_workers", "overwrite", "single_file", "npartitions"}  # our own, and of Dask
        mine -= {"set_index": {"sort"}, "to_csv": {"name_function", "header_first_partition_only"}}.get(name, set())
        assert mine <= set(theirs) or any(p.kind in kinds for p in theirs.values()), (name, mine - set(theirs))
