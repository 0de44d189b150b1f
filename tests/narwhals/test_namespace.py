"""Functions of narwhals: choices of columns, literals, what is made of several columns."""

from __future__ import annotations

from typing import Any

import pytest

nw = pytest.importorskip("narwhals")

from plugged import Function, agree, lazy  # noqa: E402

CASES: dict[str, Function] = {
    "columns by place": lambda df, other: df.select(nw.nth(1, 0)),
    "other columns": lambda df, other: df.select(nw.exclude("s", "t")),
    "columns by dtype": lambda df, other: df.select(nw.selectors.numeric()),
    "columns by name and dtype": lambda df, other: df.select(nw.selectors.by_dtype(nw.String) | nw.selectors.matches("^[ij]$")),
    "when": lambda df, other: df.select(
        a=nw.when(nw.col("i") > 2).then("i").otherwise("j"), b=nw.when(nw.col("i") > 2).then(nw.lit(1)).otherwise(nw.lit(0))
    ),
    "when alone": lambda df, other: df.select(a=nw.when(nw.col("i") > 2).then(nw.col("x"))),
    "literals": lambda df, other: df.with_columns(nw.lit(1), z=nw.lit("z")),
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
    "sums of single values": lambda df, other: df.select(
        "i", a=nw.sum_horizontal(nw.col("i").sum(), nw.lit(1)), b=nw.coalesce("x", nw.lit(0.0))
    ),
    "made of plain values": lambda df, other: df.with_columns(a=nw.lit(2, nw.Float64) + 1, b=nw.when(nw.lit(True)).then("i")),
}


@pytest.mark.parametrize("name", CASES)
def test_as_pandas(name: str) -> None:
    agree(CASES[name])


def test_frames_are_not_put_below_one_another() -> None:
    with pytest.raises((NotImplementedError, nw.exceptions.NarwhalsError), match="concat"):
        nw.concat([lazy(), lazy()])


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (lambda df: df.select(nw.lit([1, 2])), "list"),
        (lambda df: df.select(nw.concat_str("k", "s", ignore_nulls=True)), "fill_null the columns first"),
        (lambda df: df.select(nw.struct("k", "s")), "struct"),
        (lambda df: df.select(nw.corr("i", "j")), "corr"),
    ],
)
def test_what_is_refused(line: Any, said: str) -> None:
    with pytest.raises((NotImplementedError, AttributeError, nw.exceptions.NarwhalsError), match=said):
        line(lazy())


def test_missing_values_are_passed_over_along_the_columns() -> None:
    found = lazy().select(s=nw.sum_horizontal("i", "x"), m=nw.mean_horizontal("i", "x"), n=nw.min_horizontal("i", "x"))
    got = found.collect().to_native()
    assert got.s.tolist()[:2] == [3.5, 1.0]
    assert got.m.tolist()[:2] == [1.75, 1.0]
    assert got.n.tolist()[:2] == [0.5, 1.0]


def test_files_are_opened_by_narwhals_own_function(tmp_path: Any) -> None:
    (tmp_path / "a.csv").write_text("k;x\na;1\n")
    frame = nw.scan_csv(str(tmp_path / "a.csv"), backend="lazyframe", separator=";")
    assert frame.collect().rows() == [("a", 1)]
