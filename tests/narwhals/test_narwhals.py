"""The plugin of narwhals: it is found, takes our frames and nothing else, and costs nothing before that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf

nw = pytest.importorskip("narwhals")

from plugged import FRAME  # noqa: E402


def test_nothing_is_read_before_collect(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("k,x\na,1\nb,2\n")
    frame = nw.from_native(lf.read_csv(str(path)))
    query = frame.group_by("k").agg(nw.col("x").sum()).sort("k")
    path.unlink()
    assert query.collect_schema() == {"k": nw.String(), "x": nw.Int64()}
    with pytest.raises(lf.FileChangedError):
        query.collect()


def test_functions_that_take_any_frame() -> None:
    @nw.narwhalify
    def largest(df: Any) -> Any:
        return df.group_by("k").agg(nw.col("i").max()).sort("k")

    got = largest(lf.from_pandas(FRAME))
    assert isinstance(got, lf.DataFrame)
    pd.testing.assert_frame_equal(got.compute(), largest(FRAME), check_dtype=False)


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
