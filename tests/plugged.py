"""Frames of narwhals over both sides: the same function gives the same of a lazy frame and of pandas' frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals as nw
import pandas as pd

import lazyframe as lf

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


def lazy() -> Any:
    """The frame, lazy, as users of narwhals hold it."""
    return nw.from_native(lf.from_pandas(FRAME, npartitions=3))


def both(function: Function, backend: str = "pandas") -> tuple[Any, Any]:
    """What a function gives of lazy frames, and of pandas' frames."""
    ours = [nw.from_native(lf.from_pandas(frame, npartitions=3)) for frame in (FRAME, OTHER)]
    eager = [nw.from_native(frame).lazy() for frame in (FRAME, OTHER)]
    got = function(*ours)
    assert isinstance(got, nw.LazyFrame)
    assert isinstance(got.to_native(), lf.DataFrame)
    return got.collect(backend), function(*eager).collect(backend)


def agree(function: Function, any_order: bool = False) -> None:
    """Both sides give the same, but for the order of rows where narwhals promises none."""
    got, want = (frame.to_native().reset_index(drop=True) for frame in both(function))
    if any_order:
        got, want = (frame.sort_values([*frame.columns], ignore_index=True) for frame in (got, want))
    pd.testing.assert_frame_equal(got, want, rtol=1e-12, check_dtype=False, check_names=False)
    # The dtypes, as far as narwhals promises them: pandas has units of dates and widths of counts that vary with the way.
    assert [dtype.kind for dtype in got.dtypes] == [dtype.kind for dtype in want.dtypes]
