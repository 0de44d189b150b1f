"""Files of many columns: answers as pandas', and what is done for each column and batch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.csv.engines import _native
from lazyframe.native import library

COLUMNS, ROWS = 500, 8

needs_core = pytest.mark.skipif(not library.is_available(), reason="no core was compiled")


@pytest.fixture(scope="module")
def wide(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Numbers, texts, truth values and dates in turn, some of each missing."""
    random = np.random.default_rng(7)
    kinds = (
        lambda number: str(number),
        lambda number: f"{number / 8}" if number % 5 else "",
        lambda number: f"text {number % 3}" if number % 4 else "",
        lambda number: str(number % 2 == 0),
    )
    lines = [",".join(f"c{column}" for column in range(COLUMNS))]
    for numbers in random.integers(0, 1000, (ROWS, COLUMNS)).tolist():
        lines.append(",".join(kinds[column % 4](number) for column, number in enumerate(numbers)))
    path = tmp_path_factory.mktemp("wide") / "a.csv"
    path.write_text("\n".join(lines) + "\n")
    return path


def numbers(df):
    return df[[f"c{column}" for column in range(COLUMNS) if column % 4 < 2]]


LINES = {
    "count": lambda df: df.count(),
    "sum": lambda df: numbers(df).sum(),
    "mean": lambda df: df.mean(numeric_only=True),
    "head": lambda df: df.head(3),
    "filter": lambda df: df[df.c0 > 400],
    "groups": lambda df: df.groupby("c3")[["c0", "c1", "c400", "c401"]].sum(),
}


@pytest.mark.parametrize("blocksize", [1 << 20, 6_000, 1])
@pytest.mark.parametrize("line", LINES)
def test_as_pandas(wide: Path, line: str, blocksize: int) -> None:
    if blocksize == 1 and line != "sum":
        pytest.skip("a partition for each row takes long")
    blocksize = blocksize if blocksize > 1 else wide.stat().st_size // ROWS
    found = LINES[line](lf.read_csv(wide, blocksize=blocksize)).compute(scheduler="sync")
    expected = LINES[line](pd.read_csv(wide))
    if isinstance(expected, pd.Series):
        pd.testing.assert_series_equal(found, expected, rtol=1e-12, check_exact=False)
    else:
        pd.testing.assert_frame_equal(found, expected, rtol=1e-12, check_exact=False)


@needs_core
def test_a_long_record_is_not_parsed_in_vain(wide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    df = lf.read_csv(wide, blocksize=6_000)
    calls = []
    parse = _native.Parser.parse
    monkeypatch.setattr(_native.Parser, "parse", lambda *args, **named: calls.append(1) or parse(*args, **named))
    df.count().compute(scheduler="sync")
    assert 0 < len(calls) <= df.npartitions
