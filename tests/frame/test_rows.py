"""What a frame and a column have alike."""

from __future__ import annotations

import pytest
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.frame.rows import RowMethods

BOTH = {"frame": lambda df: df[["i", "f", "d"]], "column": lambda df: df.f, "made": lambda df: df.i * 2}
LINES = {
    "copy": lambda one: one.copy(),
    "pipe": lambda one: one.pipe(lambda rows, count, of: getattr(rows, of)(count), 3, of="head"),
    "isna": lambda one: one.isna(),
    "isnull": lambda one: one.isnull(),
    "notna": lambda one: one.notna(),
    "notnull": lambda one: one.notnull(),
    "abs": lambda one: one.abs(),
    "head": lambda one: one.head(),
    "head of all but some": lambda one: one.head(-3),
    "tail": lambda one: one.tail(2),
    "tail of all but some": lambda one: one.tail(-3),
    "loc": lambda one: one.loc[:],
    "iloc": lambda one: one.iloc[2:5],
    "the last": lambda one: one.iloc[-3:],
    "index": lambda one: one.index,
    "sorted by the index": lambda one: one.sort_index(ascending=False),
    "sorted and numbered anew": lambda one: one.sort_index(ascending=False, ignore_index=True),
    "describe": lambda one: one.describe(percentiles=[0.1]),
}


@pytest.mark.parametrize("name", BOTH)
def test_lines(name):
    lines = {line: lambda df, line=line: LINES[line](BOTH[name](df)) for line in LINES}
    assert not check(lines, sample(), cuts=(2, 5), batch_rows=2)


def test_rounding_goes_by_pythons_own_function():
    for name in ("i", "f"):
        assert_same(round(lazy(sample())[name], 1).compute(scheduler="sync"), round(sample()[name], 1))
    assert_same(round(lazy(sample())[["i", "f"]]).compute(scheduler="sync"), round(sample()[["i", "f"]]))


def test_a_copy_is_set_by_itself():
    df = lazy(sample())
    other = df.copy()
    other["i"] = 0
    assert df.columns.tolist() == other.columns.tolist()
    assert_same(df.i.compute(scheduler="sync"), sample().i)
    assert type(df.i.copy()) is lf.Series


@pytest.mark.parametrize("line", [lambda df: df, lambda df: df[df.i > 0], lambda df: df.i, lambda df: df.head(4).s])
def test_rows_are_counted_now_and_values_are_not_looked_at(line):
    df = lazy(sample(), (2, 5))
    assert len(line(df)) == len(line(sample()))
    assert type(len(line(df))) is int


def test_a_length_reads_no_column_that_no_filter_needs(capsys):
    lazy(sample(), (2, 5)).i._length().explain()
    assert "columns parsed: 0 of 8" in capsys.readouterr().out


def test_to_pandas_computes():
    assert_same(lazy(sample(), (2,)).to_pandas(), sample())
    assert_same(lazy(sample(), (2,)).s.to_pandas(), sample().s)


def test_reprs_for_notebooks_read_nothing():
    df = lazy(sample(), (2, 5))
    assert "<table" in df._repr_html_()
    assert "<table" in df.f._repr_html_()
    assert df._plan.source.reads == []


def test_what_each_face_says_for_itself_is_not_made_up_here():
    with pytest.raises(NotImplementedError):
        RowMethods.round(lazy(sample()))
    with pytest.raises(NotImplementedError):
        RowMethods._apply(lazy(sample()), "abs")
