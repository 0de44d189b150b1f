"""How many rows there are is shown once it is known."""

from __future__ import annotations

import pytest
from oracle import lazy, sample

import lazyframe as lf
from lazyframe.frame import counted

LINES = {
    "counted": len,
    "computed": lambda df: df.compute(scheduler="sync"),
    "a column computed": lambda df: df.s.compute(scheduler="sync"),
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES)
def test_rows_are_known_once_a_run_has_told(line):
    df = lazy(sample(), (3, 6))
    assert counted.rows_of(df._plan) is None
    assert "rows x" not in df._repr_html_()
    line(df)
    assert counted.rows_of(df._plan) == 9
    assert "lf.DataFrame: 9 rows x 8 columns, 3 partitions, not computed" in df._repr_html_()
    assert repr(df[["i"]].assign(n=df.i * 2)).startswith("lf.DataFrame: 9 rows x 2 columns, ")


def test_of_which_rows_a_filter_leaves_only_a_run_can_tell():
    df = lazy(sample())
    some = df[df.i > 1]
    assert len(df) == 9
    assert counted.rows_of(some._plan) is None
    assert len(some) == (sample().i > 1).sum()
    assert repr(some).startswith(f"lf.DataFrame: {len(some)} rows x 8 columns")
    assert counted.rows_of(df.head(2)._plan) is None


def test_what_is_in_memory_is_known():
    frame = sample().head(1)
    assert repr(lf.from_pandas(frame)).startswith("lf.DataFrame: 1 row x 8 columns")
    assert "9 rows x 8 columns" in repr(lf.from_pandas(sample().set_index("i", drop=False), npartitions=3))
    df = lazy(sample(), (2, 5))
    assert f"{(sample().i > 1).sum()} rows x 8 columns" in repr(df[df.i > 1].persist(scheduler="sync"))
    assert repr(df.groupby("b")[["i"]].sum().persist(scheduler="sync")).startswith("lf.DataFrame: 2 rows x 1 column,")


def test_it_is_told_of_one_plan_alone():
    """Not of equal ones: else what a notebook shows would depend on what else is there."""
    df = lazy(sample())
    len(df)
    assert counted.rows_of(df._plan) == 9
    assert counted.rows_of(lazy(sample())._plan) is None
