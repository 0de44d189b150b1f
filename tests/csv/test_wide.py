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


@needs_core
def test_texts_of_many_columns_share_the_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One column has nearly all of the text, in later batches too; memory is not asked for all of it in each column."""
    width = 600
    lines = [",".join(f"c{column}" for column in range(width))]
    for row in range(40):
        cells = ["t" * (row % 3)] * width
        cells[17] = "long " * (3000 + row)
        lines.append(",".join(cells))
    path = tmp_path / "texts.csv"
    path.write_text("\n".join(lines) + "\n")
    lent = []
    take = _native.lender.take
    monkeypatch.setattr(_native.lender, "take", lambda name, size: lent.append(size) or take(name, size))
    for blocksize in (None, 100_000):
        df = lf.read_csv(path, blocksize=blocksize)
        lent.clear()
        pd.testing.assert_frame_equal(df.compute(scheduler="sync"), pd.read_csv(path))
        assert sum(lent) < 120 * path.stat().st_size


@needs_core
def test_a_parser_is_used_by_task_after_task(wide: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    df = lf.read_csv(wide, blocksize=6_000)
    assert df.npartitions > 2
    made = []
    init = _native.Parser.__init__
    monkeypatch.setattr(_native.Parser, "__init__", lambda *args, **named: made.append(1) or init(*args, **named))
    for _ in range(2):
        df.count().compute(scheduler="sync")
    assert len(made) == 1


def test_a_column_that_is_kept_does_not_hold_what_is_parsed_next(wide: Path) -> None:
    """Columns stand in one block: the next batch gets another."""
    first, second = (lf.read_csv(wide, blocksize=blocksize)["c4"].compute(scheduler="sync") for blocksize in (6_000, 1 << 20))
    pd.testing.assert_series_equal(first, second)
    pd.testing.assert_series_equal(first, pd.read_csv(wide)["c4"])


WAYS = {
    "numbers": {},
    "quoted": {},
    "dates": {"parse_dates": [f"c{column}" for column in range(400)]},
    "dtype": {"dtype": "float32"},
    "dtypes": {"dtype": {f"c{column}": "float64" for column in range(400)}},
    "names": {"header": 0, "names": [f"n{column}" for column in range(400)]},
}


@pytest.mark.parametrize("way", WAYS)
def test_opening_asks_pandas_a_few_times_for_all_columns(way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = {"quoted": '"a,{}"', "dates": "2024-01-{:02}"}.get(way, "{}.5")
    path = tmp_path / "a.csv"
    with path.open("w") as file:
        file.write(",".join(f"c{column}" for column in range(400)) + "\n")
        for row in range(30):
            file.write(",".join(cell.format(1 + (row + column) % 28) for column in range(400)) + "\n")
    calls, parsed = [], []
    read, parse = pd.read_csv, _native.Parser.parse
    monkeypatch.setattr(pd, "read_csv", lambda *args, **named: calls.append(1) or read(*args, **named))
    monkeypatch.setattr(_native.Parser, "parse", lambda *args, **named: parsed.append(1) or parse(*args, **named))
    df = lf.read_csv(path, **WAYS[way])
    assert len(calls) < 8
    assert len(parsed) < 4
    pd.testing.assert_frame_equal(df.head(40).compute(scheduler="sync"), read(path, **WAYS[way]))


def test_many_columns_may_turn_out_otherwise(tmp_path: Path) -> None:
    """All at once, and each is told of."""
    path = tmp_path / "a.csv"
    rows = [",".join(["1"] * 100)] * 200 + [",".join(["1.5"] * 100)]
    path.write_text(",".join(f"c{column}" for column in range(100)) + "\n" + "\n".join(rows) + "\n")
    df = lf.read_csv(path, sample=100, blocksize=7000)
    assert {str(dtype) for dtype in df.dtypes} == {"int64"}
    with pytest.warns(lf.DtypePromotionWarning) as told:
        found = df.sum().compute(scheduler="sync")
    assert len(told) == 100
    pd.testing.assert_series_equal(found, pd.read_csv(path).sum())
