"""What of a frame is chosen by an expression, by dtypes or by patterns of names, and its reductions by their names."""

from __future__ import annotations

import pandas as pd
import pytest
from oracle import check, lazy, sample

import lazyframe as lf
from lazyframe.frame.answer import Answer

LEAST = 1
LINES = {
    "query": lambda df: df.query("i > @LEAST and f < 3"),
    "query of its own names": lambda df: df.query("i > @n", local_dict={"n": 2}),
    "query of words": lambda df: df.query("s in ['a', 'Bc'] or b"),
    "query that is no mask": lambda df: df.query("i"),
    "query of the index": lambda df: df.query("index > 3"),
    "eval": lambda df: df.eval("i * 2 + f"),
    "eval of a name": lambda df: df.eval("n = i + @LEAST"),
    "eval of several names": lambda df: df.eval("n = i + 1\nm = n * 2"),
    "eval over a column": lambda df: df.eval("i = i - 1"),
    "eval of a reduction": lambda df: df.eval("i - i.max()"),
    "numbers": lambda df: df.select_dtypes("number"),
    "not numbers": lambda df: df.select_dtypes(exclude=["number", "bool"]).drop(columns="q"),
    "some": lambda df: df.select_dtypes(["bool", "datetime"]),
    "none": lambda df: df.select_dtypes("category").size,
    "of these names": lambda df: df.filter(["f", "nowhere", "i"]),
    "of names like": lambda df: df.rename(columns={"i": "one", "f": "two"}).filter(like="o"),
    "of a pattern": lambda df: df.rename(columns={"i": "x1", "f": "x2"}).filter(regex=r"^x\d$"),
    "of an index of names": lambda df: df.filter(pd.Index(["i", "f"])),
    "of names by their name": lambda df: df.filter(items=("b", "i")),
    "by a function": lambda df: df.filter(lambda rows: rows.i > 1),
    "of no name": lambda df: df.filter(like="zz").size,
    "counts of a combination": lambda df: df.value_counts(["b", "s"]).sort_index(),
    "counts with missing": lambda df: df.value_counts(["b", "s"], dropna=False).sort_index(),
    "counts of one": lambda df: df.value_counts("b"),
    "counts in a list": lambda df: df.value_counts(["b"]),
    "shares": lambda df: df.value_counts(["b", "i"], normalize=True).sort_index(),
    "counts as they come": lambda df: df.value_counts(["b", "i"], sort=False),
    "rarest first": lambda df: df[["b"]].assign(c=1).value_counts(ascending=True),
    "agg": lambda df: df[["i", "f"]].agg("sum"),
    "aggregate": lambda df: df[["i", "f"]].aggregate("max"),
    "agg with an argument": lambda df: df[["i", "f"]].agg("std", ddof=0),
    "agg by column": lambda df: df.agg({"i": "sum", "f": "mean"}),
    "agg of several": lambda df: df[["i", "f"]].agg(["min", "mean"]),
    "agg of several by column": lambda df: df.agg({"i": ["min"], "f": ["min", "max"]}),
    "agg by name": lambda df: df.agg(low=("i", "min"), high=("f", "max")),
    "agg of a function": lambda df: df[["i", "f"]].agg(lambda column: column.max()),
    "agg of functions": lambda df: df[["i"]].agg([len, "sum"]),
    "quantile by name": lambda df: df[["i"]].agg("quantile"),
}


def test_lines():
    assert not check(LINES, sample(), cuts=(2, 5), batch_rows=2)


@pytest.mark.parametrize("rows", [1, 0])
def test_few_rows(rows):
    few = {name: line for name, line in LINES.items() if "share" not in name and "function" not in name and "counts" not in name}
    assert not check(few, sample().head(rows), cuts=(1,))


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        (lambda df: df.query("i > 1"), lf.DataFrame),
        (lambda df: df.query("i.rolling(2).sum() > 1"), Answer),
        (lambda df: df.eval("i + f"), lf.Series),
        (lambda df: df.eval("i.rolling(2).sum()"), Answer),
        (lambda df: df.filter(["i"]), lf.DataFrame),
        (lambda df: df.filter(lambda rows: rows.i > 1), Answer),
        (lambda df: df.value_counts(["b", "s"]), lf.Series),
        (lambda df: df[["i", "b"]].value_counts(), lf.Series),
        (lambda df: df.value_counts(["o", "b"]), Answer),
        (lambda df: df.agg({"i": "sum", "f": "mean"}), lf.Series),
        (lambda df: df[["i"]].agg(["sum"]), Answer),
        (lambda df: df[["i"]].agg(len), Answer),
    ],
)
def test_what_streams_and_what_is_gathered(line, kind):
    assert type(line(lazy(sample()[["i", "f", "b", "s", "o"]]))) is kind


def test_several_reductions_are_one_scan():
    df = lazy(sample(), (2, 5))
    df[["i", "f"]].agg(["min", "max", "mean"]).compute(scheduler="sync")
    assert df._plan.source.reads == [0, 1, 2]


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        (lambda df: df.filter(), TypeError, "Must pass either `items`, `like`, or `regex`"),
        (lambda df: df.filter(["i"], like="i"), TypeError, "one of them only"),
        (lambda df: df.select_dtypes(), ValueError, "at least one of include or exclude must be nonempty"),
        (lambda df: df.select_dtypes("int64", "int64"), ValueError, "include and exclude overlap"),
        (lambda df: df.value_counts("zz"), KeyError, "no column 'zz'"),
        (lambda df: df.agg({"i": "sum", "s": "sum"}).dtype, TypeError, "sum of s"),
    ],
)
def test_mistakes_are_raised_where_they_are_made(line, error, message):
    with pytest.raises(error, match=message):
        line(lazy(sample()))
