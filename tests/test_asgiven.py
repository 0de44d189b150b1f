"""What is given to a method is what it was when the method was called."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same

import lazyframe as lf
from lazyframe.asgiven import as_given

LOOPS: dict[str, str] = {
    "map": "made = [df.x.map(lambda v: v * j) for j in range(3)]",
    "apply": "made = [df.x.apply(lambda v: v * j) for j in range(3)]",
    "rows": "made = [df.apply(lambda row: row.x * j, axis=1) for j in range(3)]",
    "groups": "made = [df.groupby('k').x.apply(lambda s: s.sum() * j) for j in range(3)]",
    "agg": "made = [df.groupby('k').x.agg(lambda s: s.sum() * j) for j in range(3)]",
    "transform": "made = [df.groupby('k').x.transform(lambda s: s - j) for j in range(3)]",
    "a global": "made = []\nfor j in range(3):\n    made.append(df.x.map(lambda v: v * j))",
    "a defined one": "def times(v):\n    return v * j\nmade = []\nfor j in range(3):\n    made.append(df.x.map(times))",
    "a column": "for j in range(3):\n    df[f'z{j}'] = df.x.apply(lambda v: v + j)\nmade = [df]",
    "a list": "bins = [0, 2, 4]\nmade = [pd.cut(df.x, bins)]\nbins.append(9)",
    "a dict": "old = {1: 10}\nmade = [df.x.replace(old)]\nold[2] = 20",
    "a series": "old = pandas.Series({1: 10})\nmade = [df.x.replace(old)]\nold[2] = 20",
    "an array": "by = np.array([1.0, 2.0])\nmade = [df.x.rolling(2).apply(lambda w: (w * by).sum(), raw=True)]\nby = by * 5",
    "labels": "made = [df.pivot_table(index='k', values='x')]\nmade[0].index.name = 'w'\nmade[0].columns.name = 'c'",
    "labels again": "one = df.pivot_table(index='k', values='x')\none.index.name = 'v'\nmade = [one * 2]",
}


@pytest.fixture
def frames(tmp_path: Path) -> tuple[pd.DataFrame, Callable[[], Any]]:
    for number, rows in enumerate(["1,a\n2,b\n", "3,a\n", "5,b\n1,a\n"]):
        (tmp_path / f"{number}.csv").write_text("x,k\n" + rows)
    whole = pd.concat([pd.read_csv(path) for path in sorted(tmp_path.glob("*.csv"))], ignore_index=True)
    return whole, lambda: lf.read_csv(tmp_path / "*.csv", blocksize=1)


@pytest.mark.parametrize("code", LOOPS.values(), ids=LOOPS)
def test_what_changes_later_does_not_show(code: str, frames: tuple[pd.DataFrame, Callable[[], Any]]) -> None:
    whole, opened = frames
    theirs: dict[str, Any] = {"df": whole.copy(), "pd": pd, "pandas": pd, "np": np}
    exec(code, theirs)
    ours: dict[str, Any] = {"df": opened(), "pd": lf, "pandas": pd, "np": np}
    exec(code, ours)
    for got, want in zip(lf.compute(*ours["made"], scheduler="sync"), theirs["made"], strict=True):
        assert_same(got, want)


def test_an_answer_is_not_changed_by_what_was_computed_of_it(frames: tuple[pd.DataFrame, Callable[[], Any]]) -> None:
    table = frames[1]().pivot_table(index="k", values="x")
    assert table.index.name == "k"
    table.compute(scheduler="sync").index.name = "other"
    assert table.compute(scheduler="sync").index.name == "k"


def test_a_single_row_is_set_by_its_label(frames: tuple[pd.DataFrame, Callable[[], Any]]) -> None:
    whole, df = frames[0].copy(), frames[1]()
    for one in (whole, df):
        one.loc[0, "x"] = 9
    pd.testing.assert_frame_equal(df.compute(scheduler="sync"), whole)


@pytest.mark.parametrize("place", ["at", "iat", "iloc"])
def test_a_single_row_is_not_set_in_silence(place: str, frames: tuple[pd.DataFrame, Callable[[], Any]]) -> None:
    df = frames[1]()
    key = (0, 0) if place.startswith("i") else (0, "x")
    with pytest.raises(TypeError):
        getattr(df, place)[key] = 9


COUNT = 0


def _counting(value: int) -> int:
    global COUNT
    COUNT += 1
    return value


def test_a_function_that_sets_variables_keeps_them() -> None:
    calls = 0

    def count(value: int) -> int:
        nonlocal calls
        calls += 1
        return value

    as_given(count)(1)
    as_given(_counting)(1)
    assert (calls, COUNT) == (1, 1)


def test_a_function_of_a_module_is_sent_by_name() -> None:
    given: Any = pickle.loads(pickle.dumps(as_given(_counting)))
    assert given is _counting


def test_functions_keep_what_they_are_called_with() -> None:
    factor = 2

    def scaled(value: int, *, by: int = 3) -> int:
        """Doc."""
        return value * factor * by

    given = as_given(scaled)
    factor = 100
    assert (given(1), given(1, by=1), given.__name__, given.__doc__) == (6, 2, "scaled", "Doc.")
