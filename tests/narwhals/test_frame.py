"""Lazy frames with the names of narwhals: each gives what it gives of pandas' frames."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

nw = pytest.importorskip("narwhals")

from plugged import FRAME, Function, agree, both, lazy  # noqa: E402

import lazyframe as lf  # noqa: E402

CASES: dict[str, Function] = {
    "a column": lambda df, other: df.select("i", nw.col("x")),
    "all columns": lambda df, other: df.select(nw.all()),
    "a swap": lambda df, other: df.with_columns(i=nw.col("j"), j=nw.col("i")),
    "masks": lambda df, other: df.filter((nw.col("i") > 2) & ~nw.col("b") | (nw.col("k") == "a")),
    "several masks": lambda df, other: df.filter(nw.col("i") > 1, nw.col("j") < 3),
    "a mask by a value": lambda df, other: df.filter(nw.col("i") > nw.col("i").mean()),
    "dates compared": lambda df, other: df.filter(nw.col("t") > datetime(2020, 1, 1)),
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
    "semi join": lambda df, other: df.join(other, on="k", how="semi"),
    "anti join": lambda df, other: df.join(other, on="k", how="anti"),
    "below one another": lambda df, other: df.select("k", "i", "j").unpivot(["i", "j"], index="k"),
    "with row numbers": lambda df, other: df.with_row_index("n", order_by="t").select("n", "t"),
    "piped": lambda df, other: df.pipe(lambda rows: rows.filter(nw.col("i") > 1)).select("i"),
}
ANY_ORDER = ("unique", "join", "row numbers")


@pytest.mark.parametrize("name", CASES)
def test_as_pandas(name: str) -> None:
    agree(CASES[name], any(word in name for word in ANY_ORDER))


@pytest.mark.parametrize("backend", ["pandas", "pyarrow", "polars"])
def test_collected_into(backend: str) -> None:
    pytest.importorskip(backend)
    got, want = both(lambda df, other: df.filter(nw.col("i") > 2).select("k", "i", "x"), backend)
    assert got.rows(named=True) == want.select("k", "i", "x").rows(named=True)


def test_written(tmp_path: Path) -> None:
    nw.from_native(lf.from_pandas(FRAME[["k", "i"]])).sink_parquet(str(tmp_path / "a.parquet"))
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), FRAME[["k", "i"]])


def test_names_and_dtypes_are_known_before_anything_is_read() -> None:
    df = lazy()
    assert df.columns == list(FRAME)
    assert df.collect_schema()["t"] == nw.Datetime("us")
    assert df.select(nw.col("i") / 2, "s").collect_schema() == {"i": nw.Float64(), "s": nw.String()}


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


@pytest.mark.parametrize(
    ("line", "error", "said"),
    [
        (lambda df: df.select("nowhere"), nw.exceptions.ColumnNotFoundError, "nowhere"),
        (lambda df: df.drop("nowhere"), nw.exceptions.ColumnNotFoundError, "nowhere"),
        (lambda df: df.explode("s"), (NotImplementedError, nw.exceptions.NarwhalsError), "explode"),
        (lambda df: df.collect("modin"), (ValueError, NotImplementedError), "modin"),
    ],
)
def test_mistakes(line: Any, error: Any, said: str) -> None:
    with pytest.raises(error, match=said):
        line(lazy())


def test_a_frame_whose_names_are_no_text_is_refused() -> None:
    with pytest.raises(TypeError, match="called 0"):
        nw.from_native(lf.from_pandas(pd.DataFrame({0: [1]})))
