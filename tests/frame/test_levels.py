"""Columns of several levels, in everything that a frame can do afterwards: beside pandas."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf

TEXT = "k,g,g,h,h\nl,x,y,x,z\n1,2,3,a,2.5\n1,4,6,b,\n2,7,1,a,1.5\n3,8,,c,4\n"
GX, GY, HX, HZ = ("g", "x"), ("g", "y"), ("h", "x"), ("h", "z")


def setting(name: Any, value: Any) -> Callable[[Any], Any]:
    def change(df: Any) -> Any:
        df = df.copy()
        df[name] = value(df)
        return df

    return change


def naming(columns: Any) -> Callable[[Any], Any]:
    def change(df: Any) -> Any:
        df = df.copy()
        df.columns = columns(df.columns)
        return df

    return change


def without(name: Any) -> Callable[[Any], Any]:
    def change(df: Any) -> Any:
        df = df.copy()
        del df[name]
        return df

    return change


QUERIES: dict[str, Callable[[Any], Any]] = {
    "all": lambda df: df,
    "columns": lambda df: df.columns,
    "dtypes": lambda df: df.dtypes,
    "names": list,
    "contains": lambda df: ["g" in df, GX in df, "x" in df, ("g", "q") in df],
    "under a name": lambda df: df["g"],
    "as an attribute": lambda df: df.g,
    "one column": lambda df: df[GX],
    "two steps": lambda df: df["g"]["x"],
    "a list of beginnings": lambda df: df[["h", "g"]],
    "a list of names": lambda df: df[[HZ, GX]],
    "no columns": lambda df: df[[]],
    "loc": lambda df: df.loc[df[GX] > 2, GX],
    "loc of a beginning": lambda df: df.loc[:, "g"],
    "get": lambda df: df.get("g"),
    "filter": lambda df: df[df[GX] > 2],
    "filter by what is under": lambda df: df[df["g"]["x"] > 2]["g"],
    "drop a beginning": lambda df: df.drop(columns="g"),
    "drop": lambda df: df.drop(columns=[GX, "h"]),
    "delete a beginning": without("g"),
    "delete": without(GX),
    "rename": lambda df: df.rename(columns={"x": "X", "g": "G"}),
    "rename by a function": lambda df: df.rename(columns=str.upper),
    "prefix": lambda df: df.add_prefix("p_"),
    "suffix": lambda df: df["g"].add_suffix("_s"),
    "assign": lambda df: df.assign(z=df[GX] * 2),
    "assigned": lambda df: df.assign(z=1)["z"],
    "assign under": lambda df: df["g"].assign(q=1),
    "set": setting("z", lambda df: df[GX] + df[GY]),
    "set under a name": setting(("g", "w"), lambda df: df[GX] + 1),
    "set again": setting(GX, lambda df: df[GX] + 1),
    "flat names": naming(lambda old: ["_".join(name) for name in old]),
    "three levels": naming(lambda old: pd.MultiIndex.from_tuples([(*name, "q") for name in old], names=["u", "v", "w"])),
    "a named level": lambda df: naming(lambda _: pd.Index(["a", "b"], name="n"))(df["g"]),
    "sum": lambda df: df.sum(numeric_only=True),
    "sum under": lambda df: df["g"].sum(),
    "sum as a frame": lambda df: df.sum(numeric_only=True).reset_index(),
    "sum sorted": lambda df: df[["g"]].max().sort_values(),
    "mean of means": lambda df: df[["g"]].mean().mean(),
    "count": lambda df: df.count(),
    "describe": lambda df: df.describe(),
    "quantiles": lambda df: df[["g"]].quantile([0.5, 0.7]),
    "corr": lambda df: df[["g"]].corr(),
    "nunique": lambda df: df.nunique(),
    "groups": lambda df: df.groupby(HX).sum(numeric_only=True),
    "groups by two": lambda df: df.groupby([HX, GX]).size(),
    "groups chosen": lambda df: df.groupby(HX)[[GX]].max(),
    "groups by a column": lambda df: df.groupby(df[GX] > 3).count(),
    "groups, keys as columns": lambda df: df.groupby(HX, as_index=False).agg({GX: "sum"}),
    "groups, a new key as a column": lambda df: df.groupby((df[GX] > 3).rename("q"), as_index=False).count(),
    "groups, lists": lambda df: df.groupby(HX)[[GX, GY]].agg(["min", "max"]),
    "groups, lists, keys as columns": lambda df: df.groupby(HX, as_index=False)[[GX]].agg(["sum", "mean"]),
    "groups, a mapping": lambda df: df.groupby(HX).agg({GX: ["sum", "mean"], GY: "max"}),
    "transform": lambda df: df.groupby(HX)[[GX]].transform("sum"),
    "sorted": lambda df: df.sort_values([HX, GY], ascending=False),
    "an index": lambda df: df.set_index(GX),
    "an index and back": lambda df: df.set_index([GX, HX]).reset_index(),
    "rows as a column": lambda df: df.reset_index(),
    "largest": lambda df: df.nlargest(2, GX),
    "distinct": lambda df: df.drop_duplicates([HX]),
    "head": lambda df: df.head(2),
    "missing": lambda df: df.isna(),
    "without missing": lambda df: df.dropna(subset=[GY]),
    "filled": lambda df: df.fillna({GY: 0.0, "g": 1}),
    "cast": lambda df: df.astype({GX: float}),
    "arithmetic": lambda df: df[["g"]] * 2,
    "running": lambda df: df[["g"]].cumsum(),
    "csv": lambda df: df.to_csv(),
    "csv under": lambda df: df.g.to_csv(index=False),
}


@pytest.mark.parametrize("index_col", [None, 0])
@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_as_pandas(query: Callable[[Any], Any], index_col: int | None) -> None:
    want = query(pd.read_csv(io.StringIO(TEXT), header=[0, 1], index_col=index_col))
    got = query(lf.read_csv(io.StringIO(TEXT), header=[0, 1], index_col=index_col))
    got = got.compute(scheduler="sync") if hasattr(got, "compute") else got
    check: dict[type, Callable[[Any, Any], None]] = {
        pd.DataFrame: pd.testing.assert_frame_equal,
        pd.Series: pd.testing.assert_series_equal,
    }
    if isinstance(want, pd.Index):
        pd.testing.assert_index_equal(got, want)
    elif type(want) in check:
        check[type(want)](got, want)
    else:
        assert got == want


NAMED: dict[str, Callable[[Any], Any]] = {
    "all": lambda df: df,
    "a list": lambda df: df[["a"]],
    "no columns": lambda df: df[[]],
    "filter": lambda df: df[df.a > 0],
    "loc": lambda df: df.loc[df.a > 0, ["a"]],
    "assign": lambda df: df.assign(c=1),
    "rename": lambda df: df.rename(columns={"a": "z"}),
    "sum": lambda df: df.sum(),
    "quantiles": lambda df: df.quantile([0.5]),
    "describe": lambda df: df.describe(),
    "corr": lambda df: df.corr(),
    "groups": lambda df: df.groupby("a").sum(),
    "groups, keys as columns": lambda df: df.groupby("a", as_index=False).sum(),
    "groups, lists": lambda df: df.groupby("a").agg(["sum"]),
    "groups, a mapping": lambda df: df.groupby("a").agg({"b": "sum"}),
    "groups, new names": lambda df: df.groupby("a").agg(q=("b", "sum")),
    "transform": lambda df: df.groupby("a")[["b"]].transform("sum"),
    "an index": lambda df: df.set_index("a"),
    "rows as a column": lambda df: df.reset_index(),
    "running": lambda df: df.cumsum(),
    "sorted": lambda df: df.sort_values("a"),
    "distinct": lambda df: df.drop_duplicates("a"),
}


@pytest.mark.parametrize("query", NAMED.values(), ids=NAMED)
def test_the_name_of_the_columns_stays(query: Callable[[Any], Any]) -> None:
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=pd.Index(["a", "b"], name="n"))
    want, got = query(frame), query(lf.from_pandas(frame)).compute(scheduler="sync")
    if isinstance(want, pd.DataFrame):
        pd.testing.assert_frame_equal(got, want)
    else:
        pd.testing.assert_series_equal(got, want)


def test_the_names_of_the_levels_stay() -> None:
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=pd.MultiIndex.from_tuples([GX, GY], names=["u", "v"]))
    df = lf.from_pandas(frame)
    pd.testing.assert_frame_equal(df.compute(scheduler="sync"), frame)
    pd.testing.assert_frame_equal(df["g"].persist(scheduler="sync").compute(scheduler="sync"), frame["g"])
    pd.testing.assert_series_equal(df.sum().compute(scheduler="sync"), frame.sum())


@pytest.mark.parametrize(
    "names", [(("n",), ("n",)), (("n",), ("m",)), ((None,), ("m",)), (("u", "v"), ("u", "w")), (("u", "v"), ("u", "v"))]
)
def test_merged_columns_have_the_names_of_both(names: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    key: Any = ("k", "l") if len(names[0]) == 2 else "k"
    frames = []
    for others, called in zip(("x", "y"), names, strict=True):
        other: Any = ("g", others) if len(called) == 2 else others
        columns: Any = (
            pd.MultiIndex.from_tuples([key, other], names=called) if len(called) == 2 else pd.Index([key, other], name=called[0])
        )
        frames.append(pd.DataFrame([[1, 2], [3, 4]], columns=columns))
    want = frames[0].merge(frames[1], on=[key])
    got = lf.from_pandas(frames[0]).merge(lf.from_pandas(frames[1]), on=[key]).compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, want)


def test_merged_columns_of_one_name() -> None:
    frame = pd.DataFrame([[1, 2], [3, 4]], columns=pd.MultiIndex.from_tuples([("k", "l"), GX]))
    df = lf.from_pandas(frame)
    want = frame.merge(frame, on=[("k", "l")], indicator=True)
    pd.testing.assert_frame_equal(df.merge(df, on=[("k", "l")], indicator=True).compute(scheduler="sync"), want)
    with pytest.raises(pd.errors.MergeError, match="different levels"):
        df.merge(lf.from_pandas(pd.DataFrame({"k": [1]})), left_on=[("k", "l")], right_on=["k"])


@pytest.mark.parametrize("index_col", [None, 0])
@pytest.mark.parametrize("blocksize", [10, None])
def test_the_ways_out(index_col: int | None, blocksize: int | None, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT)
    want = pd.read_csv(path, header=[0, 1], index_col=index_col)
    df = lf.read_csv(path, header=[0, 1], index_col=index_col, blocksize=blocksize)
    pd.testing.assert_frame_equal(df.persist(scheduler="sync").compute(scheduler="sync"), want)
    pd.testing.assert_frame_equal(pd.concat(lf.compute(*df.to_delayed(), scheduler="sync")), want)
    pd.testing.assert_frame_equal(pd.concat(df.iter_partitions(scheduler="sync")), want)
    pd.testing.assert_frame_equal(pd.concat(lf.read_csv(path, header=[0, 1], index_col=index_col, chunksize=2)), want)
    df.to_parquet(tmp_path / "a.parquet", scheduler="sync")
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), want)
    df.to_csv(tmp_path / "b.csv", scheduler="sync")
    assert (tmp_path / "b.csv").read_text() == want.to_csv()
    names = [str(name) for name in want.columns]
    assert next(df.iter_batches(scheduler="sync")).schema.names[-len(names) :] == names
    assert df.to_arrow(scheduler="sync").num_rows == len(df) == len(want)
    assert "('g', 'x')  int64" in repr(df)
    assert "first rows of the sample" in df._repr_html_()
    doubled = df["g"].map_partitions(lambda part: part * 2)
    pd.testing.assert_frame_equal(doubled.compute(scheduler="sync"), want["g"] * 2)


def test_mistakes() -> None:
    df = lf.read_csv(io.StringIO(TEXT), header=[0, 1])
    with pytest.raises(KeyError, match=r"no column 'gg'.*The columns are: \('k', 'l'\)"):
        df["gg"]
    with pytest.raises(KeyError, match="no column 'q'"):
        df.drop(columns=["q"])
    with pytest.raises(TypeError, match=r"'g' is 2 columns, and one is set at a time: df\[\('g', 'x'\)\] ="):
        df["g"] = 1
    with pytest.raises(ValueError, match="Item must have length equal to number of levels"):
        df["a", "b", "c"] = 1
    assert df.get("q") is None
    assert not hasattr(df, "q")
