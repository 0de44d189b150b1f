"""Names of other libraries: every line that an error proposes runs, and no name of theirs is one of ours."""

from __future__ import annotations

import glob
import sqlite3
from collections.abc import Iterator

import dask.dataframe as dd
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from oracle import assert_same

import lazyframe
import lazyframe as lf
import lazyframe.distributed
from lazyframe.frame import elsewhere

PLACES = {"frame": elsewhere.FRAME, "series": elsewhere.SERIES, "groups": elsewhere.GROUPS, "module": elsewhere.MODULE}
LINES = {f"{place} {name}": line for place, parts in PLACES.items() for part in parts for name, line in part.lines.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Files of every kind that the lines read."""
    path = tmp_path_factory.mktemp("elsewhere")
    frame = pd.DataFrame({"x": [1.5, -2.0, np.nan, 1.5], "y": [1, 2, 3, 1], "k": ["a", "b", "a", "a"], "t": ["2024-01-02"] * 4})
    (path / "data").mkdir()
    frame.to_csv(path / "data" / "a.csv", index=False)
    frame.to_csv(path / "data" / "b.csv", index=False)
    (path / "data" / "c.txt").write_text(frame[["y", "k"]].to_string(index=False))
    frame.to_json(path / "data" / "a.json")
    frame.to_parquet(path / "data" / "a.parquet")
    frame.to_orc(path / "data" / "a.orc")
    frame.to_feather(path / "data" / "a.feather")
    frame.to_pickle(path / "data" / "a.pickle")
    return path


@pytest.mark.parametrize("line", [line for name, line in LINES.items() if name not in ("module Client", "module read_excel")])
def test_every_line_runs(line, folder, monkeypatch):
    monkeypatch.chdir(folder)
    df = lf.read_csv("data/*.csv", parse_dates=["t"])
    names = {"df": df, "lf": lf, "lazyframe": lazyframe, "pd": pd, "np": np, "pa": pa, "glob": glob}
    names |= {"connection": sqlite3.connect(":memory:"), "dask": pytest.importorskip("dask"), "dd": dd}
    names["ddf"] = dd.from_pandas(pd.DataFrame({"x": [1, 2]}), npartitions=2)
    before = {name: lf.config.get(name) for name in lf.config.SETTINGS}  # a line may set some
    with lf.config.set(**before | {"scheduler": "sync"}):
        made = eval(line, names)
        answer = made.compute() if hasattr(made, "compute") else list(made) if isinstance(made, Iterator) else made
        assert not isinstance(answer, Exception)


@pytest.mark.parametrize("place", ["frame", "series", "groups", "module"])
def test_a_name_of_theirs_is_none_of_ours(place):
    df = lf.read_csv("data/sample/*.csv")
    thing = {"frame": df, "series": df.DepDelay, "groups": df.groupby("Origin"), "module": lf}[place]
    for part in PLACES[place]:
        for name, line in part.lines.items():
            with pytest.raises(AttributeError) as caught:
                getattr(thing, name)
            assert (f"Write {line}." in str(caught.value)) or "Near to it" in str(caught.value)


@pytest.mark.parametrize(
    ("use", "says"),
    [
        (lambda df: df.collect(), "DataFrame.collect is Polars' name. Write df.compute()."),
        (lambda df: df.DepDelay.is_in([1]), "Series.is_in is Polars' name. Write df.x.isin([1, 2])."),
        (lambda df: df.DepDelay.to_parquet("x"), """is DataFrame's name. Write df[["x"]].to_parquet("out.parquet")."""),
        (lambda df: df.groupby("Origin").len(), """is Polars' name. Write df.groupby("k").size()."""),
        (lambda df: df.map_blocks(len), "is Dask's name. Write df.map_partitions("),
        (lambda df: df.clear_divisions(), "DataFrame.clear_divisions is not offered. Near to it: .divisions are not known"),
        (lambda df: lf.col("x"), "lazyframe.col is Polars' name. Write df.x."),
        (lambda df: lf.read_parquet("x"), "lazyframe.read_parquet is Dask's name. Write lf.from_map(pd.read_parquet, "),
        (lambda df: lf.read_cvs, "module 'lazyframe' has no attribute 'read_cvs'. Did you mean read_csv or read_fwf?"),
        (lambda df: df.gruopby, "no column 'gruopby'. Did you mean .groupby?"),
        (lambda df: df.DepDelay.maen, "a lazy Series has no attribute 'maen'. Did you mean mean"),
        (lambda df: df.groupby("Origin").DepDelay.maen, "a lazy SeriesGroupBy has no attribute 'maen'. Did you mean mean"),
    ],
)
def test_the_error_has_the_line_to_write(use, says):
    with pytest.raises(AttributeError) as caught:
        use(lf.read_csv("data/sample/*.csv"))
    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("use", "says"),
    [
        (lambda df: df.sort_values("DepDelay", chunks=3), "no argument 'chunks': partitions follow from read_csv("),
        (lambda df: lf.read_csv("data/sample/*.csv", npartitions=3), "blocksize="),
        (lambda df: df.to_parquet(), "DataFrame.to_parquet() missing 1 required positional argument: 'path'"),
        (lambda df: df.pipe(), "DataFrame.pipe() missing 1 required positional argument: 'func'"),
        (lambda df: df.DepDelay.nlargest(1, 2, 3), "Series.nlargest"),
    ],
)
def test_arguments_of_theirs_and_mistakes_name_the_users_class(use, says):
    with pytest.raises(TypeError) as caught:
        use(lf.read_csv("data/sample/*.csv"))
    assert says in str(caught.value)


def test_inherited_methods_are_called_after_the_class_of_the_user():
    for kind in (lf.DataFrame, lf.Series, lf.Scalar):
        assert kind.compute.__qualname__ == f"{kind.__name__}.compute"
    assert lf.DataFrame.to_parquet.__qualname__ == "DataFrame.to_parquet"


@pytest.mark.parametrize(
    "line",
    [
        lambda df, hints: df.sort_values("Distance", **hints("npartitions")),
        lambda df, hints: df.groupby("Origin").sum(numeric_only=True, **hints("split_out", "split_every", "shuffle_method")),
        lambda df, hints: df.groupby("Origin").Distance.agg("max", **hints("split_out")),
        lambda df, hints: df.groupby("Origin").agg({"Distance": "max"}, **hints("split_out", "shuffle_method")),
        lambda df, hints: df.groupby("Origin").apply(lambda group: group.Distance.max(), **hints("meta")),
        lambda df, hints: df.groupby("Origin").agg(meta=("Distance", "max"), split_out=("Distance", "min")),
        lambda df, hints: df.set_index("Origin", **hints("sorted", "npartitions", "divisions")),
        lambda df, hints: df.head(3, compute=False, **hints("npartitions")) if hints("meta") else df.head(3),
        lambda df, hints: df.Origin.map(len, **hints("meta")),
        lambda df, hints: df.apply(lambda row: row.Distance * 2, axis=1, **hints("meta")),
        lambda df, hints: df.Distance.apply(lambda value, meta: value + meta, meta=3),
        lambda df, hints: df.merge(df[["Origin"]].drop_duplicates(), **hints("npartitions", "broadcast", "shuffle_method")),
        lambda df, hints: df.drop_duplicates("Origin", **hints("split_out")),
        lambda df, hints: df.Origin.value_counts(**hints("split_every")),
        lambda df, hints: df.pivot_table(index="Origin", values="Distance", aggfunc="max", **hints("meta")),
    ],
)
def test_hints_of_dask_are_taken_and_change_nothing(line):
    df = lf.read_csv("data/sample/*.csv")
    values = {"meta": ("x", "int64"), "sorted": True, "divisions": [1, 2], "shuffle_method": "tasks"}
    found = line(df, lambda *names: {name: values.get(name, 4) for name in names}).compute(scheduler="sync")
    want = line(df.compute(scheduler="sync"), lambda *names: {})
    assert_same(found, want)
