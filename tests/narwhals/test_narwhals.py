"""The same function of narwhals gives the same of a lazy frame and of pandas' frame."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf

nw = pytest.importorskip("narwhals")

FRAME = pd.DataFrame(
    {
        "k": ["a", "b", None, "a", "c", "b", "a", None],
        "i": [3, 1, 4, 1, 5, 9, 2, 6],
        "j": [1, 2, 2, 1, 3, 3, 0, 1],
        "x": [0.5, None, -1.5, 2.5, 0.5, 7.0, None, 1.25],
        "b": [True, False, True, True, False, False, True, False],
        "s": ["Apple", "bee ", " Cat", None, "apple", "dog", "Egg", "fig"],
        "t": pd.to_datetime(
            ["2020-01-01 10:11:12.345678", "2021-06-30", None, "2019-12-31 23:59:59"] * 2, format="ISO8601"
        ).astype("datetime64[us]"),
    }
)
OTHER = pd.DataFrame({"k": ["a", "b", "b", None, "z"], "n": [10, 20, 21, 30, 40], "i": [0, 1, 2, 3, 4]})

Function = Callable[[Any, Any], Any]
CASES: dict[str, Function] = {
    "a column": lambda df, other: df.select("i", nw.col("x")),
    "all columns": lambda df, other: df.select(nw.all()),
    "columns by place": lambda df, other: df.select(nw.nth(1, 0)),
    "other columns": lambda df, other: df.select(nw.exclude("s", "t")),
    "columns by dtype": lambda df, other: df.select(nw.selectors.numeric()),
    "columns by name and dtype": lambda df, other: df.select(nw.selectors.by_dtype(nw.String) | nw.selectors.matches("^[ij]$")),
    "renamed": lambda df, other: df.select(nw.col("i").alias("one"), nw.col("i", "j").name.suffix("_2")),
    "a swap": lambda df, other: df.with_columns(i=nw.col("j"), j=nw.col("i")),
    "arithmetic": lambda df, other: df.select(
        a=nw.col("i") + 1, b=2 * nw.col("i") - nw.col("x"), c=nw.col("i") / nw.col("x"), d=nw.col("i") ** 2
    ),
    "reflected arithmetic": lambda df, other: df.select(
        a=1 - nw.col("i"), b=1 / nw.col("i"), c=2 ** nw.col("j"), d=7 % nw.col("i"), e=7 // nw.col("i")
    ),
    "whole division": lambda df, other: df.select(a=nw.col("i") // 2, b=nw.col("i") % 3),
    "negation": lambda df, other: df.select(a=-nw.col("x"), b=~nw.col("b"), c=nw.col("x").abs()),
    "comparisons": lambda df, other: df.select(
        a=nw.col("i") > 2, b=nw.col("s") == "dog", c=nw.col("i") >= nw.col("j"), d=nw.col("k") != "a"
    ),
    "masks": lambda df, other: df.filter((nw.col("i") > 2) & ~nw.col("b") | (nw.col("k") == "a")),
    "several masks": lambda df, other: df.filter(nw.col("i") > 1, nw.col("j") < 3),
    "a mask by a value": lambda df, other: df.filter(nw.col("i") > nw.col("i").mean()),
    "is between": lambda df, other: df.filter(nw.col("i").is_between(2, 5, closed="left")),
    "is in": lambda df, other: df.select(a=nw.col("k").is_in(["a", "c"]), b=nw.col("i").is_in([1, 9])),
    "is null": lambda df, other: df.select(nw.col("k", "x", "t").is_null()),
    "is nan": lambda df, other: df.select(nw.col("x").is_nan()),
    "fill null": lambda df, other: df.select(a=nw.col("x").fill_null(0.0), b=nw.col("k").fill_null("none")),
    "casts": lambda df, other: df.select(
        a=nw.col("i").cast(nw.Float64), b=nw.col("b").cast(nw.Int64), c=nw.col("i").cast(nw.String)
    ),
    "numbers": lambda df, other: df.select(
        a=nw.col("x").round(0),
        b=nw.col("i").sqrt(),
        c=nw.col("i").log(2),
        d=nw.col("x").exp(),
        e=nw.col("x").floor(),
        f=nw.col("x").ceil(),
    ),
    "clip": lambda df, other: df.select(
        a=nw.col("i").clip(2, 5), b=nw.col("i").clip(lower_bound=3), c=nw.col("i").clip(upper_bound=3)
    ),
    "replaced": lambda df, other: df.select(
        nw.col("k").replace_strict(["a", "b"], ["A", "B"], default="?", return_dtype=nw.String)
    ),
    "when": lambda df, other: df.select(
        a=nw.when(nw.col("i") > 2).then("i").otherwise("j"), b=nw.when(nw.col("i") > 2).then(nw.lit(1)).otherwise(nw.lit(0))
    ),
    "when alone": lambda df, other: df.select(a=nw.when(nw.col("i") > 2).then(nw.col("x"))),
    "literals": lambda df, other: df.with_columns(nw.lit(1), z=nw.lit("z")),
    "shares": lambda df, other: df.select("i", share=nw.col("i") / nw.col("i").sum(), gap=nw.col("i").max() - nw.col("i")),
    "horizontal": lambda df, other: df.select(
        a=nw.sum_horizontal("i", "x"),
        b=nw.mean_horizontal("i", "x"),
        c=nw.min_horizontal("i", "x"),
        d=nw.max_horizontal("i", "x"),
    ),
    "horizontal masks": lambda df, other: df.select(
        a=nw.all_horizontal(nw.col("b"), nw.col("i") > 2, ignore_nulls=True),
        b=nw.any_horizontal("b", nw.col("i") > 2, ignore_nulls=False),
    ),
    "coalesce": lambda df, other: df.select(nw.coalesce("k", "s", nw.lit("none"))),
    "joined texts": lambda df, other: df.select(a=nw.concat_str("k", "s", separator="-")),
    "texts": lambda df, other: df.select(
        a=nw.col("s").str.to_uppercase(),
        b=nw.col("s").str.to_lowercase(),
        c=nw.col("s").str.strip_chars(),
        e=nw.col("s").str.slice(1, 2),
        f=nw.col("s").str.head(2),
        g=nw.col("s").str.zfill(7),
    ),
    "lengths": lambda df, other: df.select(nw.col("s").fill_null("").str.len_chars().cast(nw.Int64)),
    "finds": lambda df, other: df.select(
        a=nw.col("s").str.contains("^[a-c]"),
        b=nw.col("s").str.contains(".", literal=True),
        c=nw.col("s").str.starts_with("A"),
        d=nw.col("s").str.ends_with("g"),
    ),
    "replaced in texts": lambda df, other: df.select(
        a=nw.col("s").str.replace("p", "P"), b=nw.col("s").str.replace_all("[aeiou]", "*")
    ),
    "dates": lambda df, other: df.drop_nulls("t").select(
        a=nw.col("t").dt.year(),
        b=nw.col("t").dt.month(),
        c=nw.col("t").dt.day(),
        d=nw.col("t").dt.hour(),
        e=nw.col("t").dt.millisecond(),
        f=nw.col("t").dt.weekday(),
        g=nw.col("t").dt.ordinal_day(),
        h=nw.col("t").dt.nanosecond(),
    ),
    "written dates": lambda df, other: df.select(nw.col("t").dt.to_string("%Y/%m/%d")),
    "dates compared": lambda df, other: df.filter(nw.col("t") > datetime(2020, 1, 1)),
    "time differences": lambda df, other: df.drop_nulls("t").select(
        a=(nw.col("t") - datetime(2020, 1, 1)).dt.total_minutes().cast(nw.Int64),
        b=(nw.col("t") - datetime(2020, 1, 1)).dt.total_milliseconds().cast(nw.Int64),
    ),
    "aggregates": lambda df, other: df.select(
        a=nw.col("i").sum(),
        b=nw.col("x").mean(),
        c=nw.col("s").count(),
        d=nw.col("k").n_unique(),
        e=nw.col("x").null_count(),
        f=nw.col("i").median(),
        g=nw.col("i").std(),
        h=nw.col("i").var(ddof=0),
    ),
    "more aggregates": lambda df, other: df.select(
        a=nw.len(),
        b=nw.col("b").any(),
        c=nw.col("b").all(),
        d=nw.col("t").max(),
        e=nw.col("i").quantile(0.25, "linear"),
        f=nw.col("i").len(),
    ),
    "made of aggregates": lambda df, other: df.select(
        a=nw.col("i").sum() / nw.len(),
        b=(nw.col("i").max() - nw.col("i").min()) * 2,
        c=nw.col("x").mean().round(1),
        d=-nw.col("i").sum(),
    ),
    "aggregates of made columns": lambda df, other: df.select((nw.col("i") * nw.col("j")).sum(), n=(nw.col("i") > 2).sum()),
    "groups": lambda df, other: df.group_by("k").agg(nw.col("i").sum(), nw.col("x").mean().alias("m"), nw.len()),
    "groups without missing keys": lambda df, other: df.group_by("k", drop_null_keys=True).agg(nw.col("i", "j").max()),
    "groups of several keys": lambda df, other: df.group_by("k", "b").agg(
        n=nw.len(), u=nw.col("j").n_unique(), f=nw.col("x").count()
    ),
    "groups by what is made": lambda df, other: df.group_by(nw.col("i") % 2, (nw.col("j") > 1).alias("high")).agg(
        nw.col("x").sum()
    ),
    "groups of all columns": lambda df, other: df.select("k", "i", "j").group_by("k").agg(nw.all().sum()),
    "group statistics": lambda df, other: df.group_by("b").agg(
        a=nw.col("x").std(),
        c=nw.col("i").var(ddof=0),
        d=nw.col("i").median(),
        e=nw.col("t").min(),
        f=nw.col("b").any().alias("g"),
    ),
    "keys alone": lambda df, other: df.group_by("k", "b").agg(),
    "over groups": lambda df, other: df.with_columns(
        a=nw.col("i").sum().over("k"), b=nw.col("x").mean().over("k", "b"), c=nw.len().over("k")
    ),
    "against the group": lambda df, other: df.select(gap=nw.col("i") - nw.col("i").mean().over("b")),
    "sorted": lambda df, other: df.sort("b", "i", descending=[True, False]),
    "sorted, missing first": lambda df, other: df.sort("x"),
    "sorted, missing last": lambda df, other: df.sort("x", descending=True, nulls_last=True),
    "head": lambda df, other: df.head(3),
    "top": lambda df, other: df.top_k(3, by="i"),
    "bottom": lambda df, other: df.top_k(2, by="i", reverse=True),
    "dropped": lambda df, other: df.drop("s", "t"),
    "dropped, if there": lambda df, other: df.drop("s", "nowhere", strict=False),
    "renamed columns": lambda df, other: df.rename({"i": "one", "j": "two"}),
    "no missing": lambda df, other: df.drop_nulls(),
    "no missing here": lambda df, other: df.drop_nulls(["x"]),
    "unique": lambda df, other: df.select("j", "b").unique(keep="any"),
    "unique by": lambda df, other: df.unique("j", keep="none"),
    "unique by the first": lambda df, other: df.unique("j", keep="first", order_by="i"),
    "inner join": lambda df, other: df.join(other, on="k"),
    "left join": lambda df, other: df.join(other, on="k", how="left"),
    "join of other names": lambda df, other: df.join(other, left_on="j", right_on="i", how="left", suffix="_other"),
    "cross join": lambda df, other: df.select("k", "i").join(other, how="cross"),
    "full join": lambda df, other: df.join(other, on="k", how="full").select("k", "k_right", "n", "i", "i_right"),
    "full join of other names": lambda df, other: df.join(other, left_on="j", right_on="n", how="full"),
    "not twice": lambda df, other: df.select(nw.col("j").is_unique(), d=nw.col("k").is_duplicated()),
    "pieces of time": lambda df, other: df.select(nw.col("t").dt.truncate("1h"), d=nw.col("t").dt.truncate("1d")),
    "sums of single values": lambda df, other: df.select(
        "i", a=nw.sum_horizontal(nw.col("i").sum(), nw.lit(1)), b=nw.coalesce("x", nw.lit(0.0))
    ),
    "divided by nothing": lambda df, other: df.select(a=nw.col("i") // nw.col("j"), b=7 // nw.col("j")),
    "made of plain values": lambda df, other: df.with_columns(a=nw.lit(2, nw.Float64) + 1, b=nw.when(nw.lit(True)).then("i")),
    "semi join": lambda df, other: df.join(other, on="k", how="semi"),
    "anti join": lambda df, other: df.join(other, on="k", how="anti"),
    "below one another": lambda df, other: df.select("k", "i", "j").unpivot(["i", "j"], index="k"),
    "with row numbers": lambda df, other: df.with_row_index("n", order_by="t").select("n", "t"),
    "piped": lambda df, other: df.pipe(lambda rows: rows.filter(nw.col("i") > 1)).select("i"),
}
ANY_ORDER = ("group", "unique", "join", "keys", "row numbers")


def both(function: Function, backend: str = "pandas") -> tuple[Any, Any]:
    lazy = [nw.from_native(lf.from_pandas(frame, npartitions=3)) for frame in (FRAME, OTHER)]
    eager = [nw.from_native(frame).lazy() for frame in (FRAME, OTHER)]
    got = function(*lazy)
    assert isinstance(got, nw.LazyFrame)
    assert isinstance(got.to_native(), lf.DataFrame)
    return got.collect(backend), function(*eager).collect(backend)


def sorted_rows(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values([*frame.columns], ignore_index=True)


@pytest.mark.parametrize("name", CASES)
def test_as_pandas(name: str) -> None:
    got, want = (frame.to_native().reset_index(drop=True) for frame in both(CASES[name]))
    if any(word in name for word in ANY_ORDER):
        got, want = sorted_rows(got), sorted_rows(want)
    pd.testing.assert_frame_equal(got, want, rtol=1e-12, check_dtype=False, check_names=False)
    assert [kinds(got)] == [kinds(want)]


def kinds(frame: pd.DataFrame) -> list[str]:
    """The dtypes, as far as narwhals promises them: pandas has units of dates and widths of counts that vary with the way."""
    return [dtype.kind for dtype in frame.dtypes]


@pytest.mark.parametrize("backend", ["pandas", "pyarrow", "polars"])
def test_collected_into(backend: str) -> None:
    pytest.importorskip(backend)
    got, want = both(lambda df, other: df.filter(nw.col("i") > 2).select("k", "i", "x"), backend)
    assert got.rows(named=True) == want.select("k", "i", "x").rows(named=True)


def test_nothing_is_read_before_collect(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("k,x\na,1\nb,2\n")
    frame = nw.from_native(lf.read_csv(str(path)))
    query = frame.group_by("k").agg(nw.col("x").sum()).sort("k")
    path.unlink()
    assert query.collect_schema() == {"k": nw.String(), "x": nw.Int64()}
    with pytest.raises(lf.FileChangedError):
        query.collect()


def test_files_by_narwhals_own_function(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("k;x\na;1\n")
    frame = nw.scan_csv(str(tmp_path / "a.csv"), backend="lazyframe", separator=";")
    assert isinstance(frame.to_native(), lf.DataFrame)
    assert frame.collect().rows() == [("a", 1)]


def test_written(tmp_path: Path) -> None:
    nw.from_native(lf.from_pandas(FRAME[["k", "i"]])).sink_parquet(str(tmp_path / "a.parquet"))
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), FRAME[["k", "i"]])


def test_groups_have_whatever_is_made_of_aggregates() -> None:
    df = nw.from_native(lf.from_pandas(FRAME))
    made = ((nw.col("x") * 2).sum() / nw.len()).round(1).fill_null(0.0)
    got = df.group_by("b").agg(made.alias("a"), n=nw.col("i").max() - nw.col("j").min()).sort("b").collect().rows()
    groups = FRAME.groupby("b")
    want = ((groups.x.sum() * 2 / groups.size()).round(1), groups.i.max() - groups.j.min())
    assert got == [(key, want[0][key], want[1][key]) for key in (False, True)]


def test_functions_that_take_any_frame() -> None:
    @nw.narwhalify
    def largest(df: Any) -> Any:
        return df.group_by("k").agg(nw.col("i").max()).sort("k")

    got = largest(lf.from_pandas(FRAME))
    assert isinstance(got, lf.DataFrame)
    pd.testing.assert_frame_equal(got.compute(), largest(FRAME), check_dtype=False)


REFUSED: dict[str, tuple[Callable[[Any], Any], str]] = {
    "an order": (lambda df: df.with_columns(nw.col("i").cum_sum().over(order_by="t")), "cum_sum|order_by"),
    "some statistics over groups": (lambda df: df.select(nw.col("i").std(ddof=0).over("k")), "aggregate, and join"),
    "lists": (lambda df: df.explode("s"), "explode"),
    "a function of its own": (lambda df: df.select(nw.col("i").rolling_mean(2).over(order_by="t")), "rolling_mean|order_by"),
    "aggregates in aggregates": (lambda df: df.group_by("k").agg((nw.col("i") - nw.col("i").mean()).sum()), "with_columns first"),
    "patterns of columns": (lambda df: df.select(nw.col("s").str.contains(nw.col("k"))), "a plain text"),
    "lists of values": (lambda df: df.select(nw.lit([1, 2])), "list"),
    "a dtype that is none": (lambda df: df.select(nw.col("i").cast(nw.Decimal)), "no dtype of lazyframe"),
    "a backend": (lambda df: df.collect("modin"), "modin"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(name: str) -> None:
    function, said = REFUSED[name]
    with pytest.raises((NotImplementedError, ValueError, nw.exceptions.NarwhalsError), match=said):
        function(nw.from_native(lf.from_pandas(FRAME)))


def test_mistakes_are_raised_where_they_are_made() -> None:
    df = nw.from_native(lf.from_pandas(FRAME))
    with pytest.raises(nw.exceptions.ColumnNotFoundError, match="nowhere"):
        df.select(nw.col("nowhere") + 1)
    with pytest.raises(TypeError, match="s \\+ 1 does not fit"):
        df.select(nw.col("s") + 1)
    with pytest.raises(TypeError, match="called 0"):
        nw.from_native(lf.from_pandas(pd.DataFrame({0: [1]})))


def test_names_that_would_stand_twice() -> None:
    df = nw.from_native(lf.from_pandas(FRAME[["k", "i"]]))
    twice = df.with_columns(i_right=nw.col("i"), k_right=nw.col("k"))
    for function in (
        lambda: df.select("i", nw.col("k").alias("i")),
        lambda: df.rename({"k": "i"}),
        lambda: twice.join(df, on="k"),
        lambda: df.join(twice, on="k", how="full"),
    ):
        with pytest.raises((nw.exceptions.DuplicateError, ValueError), match=r"unique|duplicate"):
            function()


def test_a_column_is_none_of_narwhals() -> None:
    with pytest.raises(TypeError, match="Unsupported"):
        nw.from_native(lf.from_pandas(FRAME).i, allow_series=True)


def test_the_plugin_costs_nothing_before_it_is_needed() -> None:
    code = """
import narwhals, pandas, sys
narwhals.from_native(pandas.DataFrame())
import lazyframe.narwhals
print("numpy" in sys.modules, "lazyframe.frame" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "True False\n"
