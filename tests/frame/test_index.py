"""An index made of columns, and rows in its order, line by line beside pandas."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, sample, source

import lazyframe as lf
from lazyframe.plan import Scan, SetIndex

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}

LINES = {
    **{f"set {name}": lambda df, n=name: df.set_index(n) for name in "ifbsotqd"},
    **{f"sorted by index {name}": lambda df, n=name: df.set_index(n).sort_index() for name in "ifbsotd"},
    "set two": lambda df: df.set_index(["s", "b"]),
    "set and keep": lambda df: df.set_index("s", drop=False)[["i", "s"]],
    "set twice": lambda df: df.set_index("s").set_index("i"),
    "columns": lambda df: df.set_index("s")[["i", "f"]],
    "a column": lambda df: df.set_index("s").f,
    "arithmetic": lambda df: df.set_index("s").i + df.set_index("s").f,
    "filter": lambda df: df.set_index("s")[df.set_index("s").i > 1],
    "filter before": lambda df: df[df.i > 1].set_index("s"),
    "filter to nothing": lambda df: df[df.i > 100].set_index("s"),
    "filter of a column": lambda df: df.set_index("s").f[df.set_index("s").i > 1],
    "assign": lambda df: df.set_index("s").assign(n=lambda x: x.i * 2),
    "head": lambda df: df.set_index("s").head(2),
    "filtered head": lambda df: df[df.i > 1].set_index("s").head(2),
    "of a head": lambda df: df.head(4).set_index("s"),
    "year": lambda df: df.assign(y=df.t.dt.year).set_index("y").head(1),
    "sorted": lambda df: df.set_index("s").sort_values("f"),
    "sorted by index": lambda df: df.set_index("s").sort_index(),
    "sorted by index, down": lambda df: df.set_index("i").sort_index(ascending=False, kind="stable", na_position="first"),
    "sorted by two": lambda df: df.set_index(["b", "i"]).sort_index(),
    "sorted by number": lambda df: df.sort_values("i").sort_index(),
    "sorted by number, down": lambda df: df.sort_index(ascending=False),
    "filtered, sorted by number, down": lambda df: df[df.i > 0].sort_index(ascending=False),
    "sorted by number, numbered anew": lambda df: df.sort_values("f").sort_index(ignore_index=True),
    "sorted column": lambda df: df.set_index("i").f.sort_index(),
    "sorted groups": lambda df: df.groupby("s", sort=False).i.sum().sort_index(ascending=False),
    "sorted groups of two": lambda df: df.groupby(["s", "b"], sort=False).i.sum().sort_index(),
    "values in the order of their names": lambda df: df.s.value_counts().sort_index(),
    "anew after head, sorted down": lambda df: df.head(4).reset_index(drop=True).sort_index(ascending=False),
    "reset": lambda df: df.set_index("s").reset_index(),
    "reset two": lambda df: df.set_index(["s", "b"]).reset_index(),
    "reset and drop": lambda df: df.set_index("s").reset_index(drop=True),
    "reset a column": lambda df: df.set_index("s").i.reset_index(),
    "reset numbers": lambda df: df[df.i > 0].reset_index(),
    "reset numbers of a column": lambda df: df.i[df.i > 0].reset_index(),
    "reset numbers of a column without a name": lambda df: (df.i + df.f).reset_index(),
    "reset numbers twice": lambda df: df.reset_index().reset_index(),
    "reset numbers of sorted rows": lambda df: df.sort_values("i").reset_index(),
    "reset numbers of groups as rows": lambda df: df.groupby("s", as_index=False).i.sum().reset_index(),
    "reset numbers, grouped": lambda df: df.reset_index().groupby("b")["index"].max(),
    "reset numbers of a head": lambda df: df.head(3).reset_index()[["index", "i"]],
    **{f"{m} of {n}": lambda df, m=m, n=n: getattr(df[n], m)() for m in ("idxmax", "idxmin") for n in "ifbtd"},
    "idxmax of groups": lambda df: df.groupby("s").i.sum().idxmax(),
    "idxmax of an index": lambda df: df.set_index("i").f.idxmax(),
    "idxmin of an index of floats": lambda df: df.set_index("f").i.idxmin(),
    "idxmin of an index of dates": lambda df: df.set_index("t").i.idxmin(),
    "idxmax of years": lambda df: df.t.dt.year.idxmax(),
    "idxmax without a name": lambda df: (df.i + df.f).idxmax(),
    "sum": lambda df: df.set_index("s")[["i", "f"]].sum(),
    "max": lambda df: df.set_index("s").i.max(),
    "grouped": lambda df: df.set_index("s").groupby("b").i.sum(),
    "of groups": lambda df: df.groupby("s").agg({"i": "sum", "f": "max"}).set_index("i"),
    "rename": lambda df: df.set_index("s").rename(columns={"i": "x"}),
    "describe": lambda df: df.set_index("s").f.describe(),
    "median": lambda df: df.set_index("s").f.median(),
    "size": lambda df: df.set_index("s").size,
    "isna": lambda df: df.set_index("s").isna(),
    "head, sorted": lambda df: df.set_index("s").head(5).sort_index(),
}


@pytest.mark.parametrize("rows", [9, 1, 0])
def test_lines(rows):
    lines = dict(LINES)
    if not rows:
        del lines["year"]  # the index of no rows is int64 in pandas, where that of one row is int32
    assert not check(lines, sample().head(rows), **LAYOUT)


@settings(max_examples=examples(12))
@given(
    st.lists(st.tuples(st.integers(-2, 2), st.sampled_from(["a", "b", "", np.nan]), st.integers(0, 9)), max_size=14),
    st.lists(st.integers(0, 14), max_size=4),
    st.sampled_from(["k", "s", ["k", "s"]]),
    st.booleans(),
    st.sampled_from(["sync", "threads"]),
)
def test_any_cut(rows, cuts, by, ascending, scheduler):
    frame = pd.DataFrame(rows, columns=["k", "s", "v"]).astype({"k": "int64", "s": "str", "v": "int64"})
    df = lazy(frame, tuple(cuts), 2)
    lines = {
        "set": lambda d: d.set_index(by),
        "filter": lambda d: d.set_index(by)[d.set_index(by).v > 3],
        "sorted": lambda d: d.set_index(by).sort_index(ascending=ascending),
        "numbers": lambda d: d.sort_values("v").sort_index(ascending=ascending),
    }
    got = lf.compute(*[line(df) for line in lines.values()], scheduler=scheduler)
    for one, line in zip(got, lines.values(), strict=True):
        assert_same(one, line(frame))


def test_partitions_have_the_index():
    frame = sample()
    df = lazy(frame, **LAYOUT).set_index("s")
    assert_same(pd.concat(list(df.iter_partitions(scheduler="sync"))), frame.set_index("s"))
    assert_same(pd.concat(lf.compute(*df.to_delayed(), scheduler="sync")), frame.set_index("s"))
    assert_same(df.persist(scheduler="sync")[["i"]].compute(scheduler="sync"), frame.set_index("s")[["i"]])
    assert df.to_csv() == frame.set_index("s").to_csv()


def test_a_filter_goes_below_the_index_into_the_scan():
    df = lazy(sample(), **LAYOUT).set_index("s")
    text = io.StringIO()
    df[df.i > 1][["f"]].explain(file=text)
    assert "where i > 1" in text.getvalue().split("as run")[1]
    assert "columns parsed: 3 of 8" in text.getvalue().split("as run")[1]


def test_building_reads_nothing():
    rows = source(sample(), (3, 6))
    df = lf.DataFrame(Scan(rows))
    built = [df.set_index("s"), df.set_index("s").sort_index(), df.set_index(["s", "i"]).f]
    for one in built:
        assert repr(one)
    assert not rows.reads
    assert isinstance(built[0]._plan, SetIndex)


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        (lambda df: df.set_index("zz"), KeyError, "no column 'zz'"),
        (lambda df: df.set_index([]), ValueError, "Must pass non-zero number of keys"),
        (lambda df: df.set_index(["i", "i"]), ValueError, "named twice"),
        (lambda df: df.set_index("i").i, AttributeError, "no column 'i'"),
        (lambda df: df.sort_index(kind="bubble"), ValueError, "sort kind"),
    ],
)
def test_mistakes(line, error, message):
    with pytest.raises(error, match=message):
        line(lazy(sample()))


def test_the_label_of_an_extreme_of_some_rows_is_their_number():
    frame, df = sample(), lazy(sample(), **LAYOUT)
    assert df[df.b].f.idxmax().compute(scheduler="sync") == frame[frame.b].f.idxmax()
    assert df.sort_values("s").f.idxmin().compute(scheduler="sync") == frame.sort_values("s").f.idxmin()
    assert df.groupby(["s", "b"]).i.sum().idxmax().compute(scheduler="sync") == frame.groupby(["s", "b"]).i.sum().idxmax()


@pytest.mark.parametrize(
    "line",
    [
        lambda df: df.set_index(df.i * 2),
        lambda df: df.set_index(df.i > 1, drop=False),
        lambda df: df.set_index(["s", df.i]),
        lambda df: df.set_index(["s", df.i], drop=False),
        lambda df: df.set_index([df.i, df.f]).f,
        lambda df: df.set_index(np.arange(len(df.f)) * 3),
        lambda df: df.set_index(pd.Index(np.arange(len(df.f)), name="n")),
        lambda df: df.set_index(["s", "i"]).sort_index(ascending=[True, False]),
        lambda df: df.set_index("s").groupby("s").f.sum(),
        lambda df: df.set_index(["s", "i"]).groupby(["i"]).f.sum(),
        lambda df: df.set_index("s").groupby(["s", "i"]).f.max(),
    ],
)
def test_columns_that_are_made_and_labels_for_an_index(line):
    assert_same(line(lazy(sample(), (2, 5))).compute(scheduler="sync"), line(sample()))
