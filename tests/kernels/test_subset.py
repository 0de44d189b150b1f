"""Rows chosen among all of them, whatever the batches are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.kernels import subset
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.subset import Choose
from lazyframe.schema import ROW, Schema, dtype_named

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}

LINES = {
    **{f"tail {n}": lambda df, n=n: df.tail(n) for n in (0, 1, 4, 9, 20)},
    **{f"tail {n}": lambda df, n=n: df.tail(n) for n in (-1, -4, -9, -20)},
    **{f"head {n}": lambda df, n=n: df.head(n) for n in (-1, -4, -9, -20)},
    "head of all but two of a filter": lambda df: df[df.i > 0].head(-2),
    "head of all but two of a column": lambda df: df.s.head(-2),
    "tail of all but two of groups": lambda df: df.groupby("s").i.sum().tail(-2),
    "head of a tail": lambda df: df.tail(-2).head(-3).i.sum(),
    "tail of a filter": lambda df: df[df.i > 0].tail(2),
    "tail of a column": lambda df: df.s.tail(3),
    "tail of a head": lambda df: df.head(6).tail(2),
    "tail of an index": lambda df: df.set_index("s").tail(2),
    "tail of groups": lambda df: df.groupby("s").i.sum().tail(2),
    "tail of groups as rows": lambda df: df.groupby("s", as_index=False).i.sum().tail(2),
    "tail of years": lambda df: df.assign(y=df.t.dt.year).tail(1),
    **{
        f"{method} {n} of {name}, keep {keep}": lambda df, m=method, n=n, name=name, k=keep: getattr(df[name], m)(n, keep=k)
        for method in ("nlargest", "nsmallest")
        for n in (0, 1, 3, 8, 9, 20)
        for name in "ifbtd"
        for keep in ("first", "last", "all")
    },
    "nlargest": lambda df: df.nlargest(3, "i"),
    "nsmallest by two": lambda df: df.nsmallest(4, ["b", "f"]),
    "nlargest by two, all": lambda df: df.nlargest(2, ["b", "i"], keep="all"),
    "nlargest of years": lambda df: df.t.dt.year.nlargest(1),
    "nlargest of a filter": lambda df: df[df.i > 0].nlargest(2, "f"),
    "nlargest of groups": lambda df: df.groupby("s").i.sum().nlargest(2),
    "nlargest of an index": lambda df: df.set_index("b").nlargest(3, "i"),
    "nlargest, filtered": lambda df: df.nlargest(3, "i")[lambda d: d.f > 0],
    "mean of the largest": lambda df: df.nlargest(3, "i").f.mean(),
    **{f"distinct {name}": lambda df, n=name: df[n].drop_duplicates() for name in "ifbsotqd"},
    **{
        f"distinct {subset}, keep {keep}": lambda df, s=subset, k=keep: df.drop_duplicates(s, keep=k)
        for subset in ("s", "b", "i", "t")
        for keep in ("first", "last", False)
    },
    "distinct by two": lambda df: df.drop_duplicates(["b", "s"], keep="last"),
    "distinct rows": lambda df: df[["b"]].drop_duplicates(),
    "distinct, numbered anew": lambda df: df.drop_duplicates("s", ignore_index=True),
    "distinct of an index": lambda df: df.set_index("i").drop_duplicates("b"),
    "number of distinct rows": lambda df: df[["b", "s"]].drop_duplicates().size,
    "distinct, sorted": lambda df: df.drop_duplicates("s").sort_values("i"),
}


@pytest.mark.parametrize("rows", [9, pytest.param(2, marks=pytest.mark.slow), 0])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), **LAYOUT)


@settings(max_examples=examples(16))
@given(
    st.lists(
        st.tuples(st.integers(-2, 2), st.sampled_from([1.5, np.nan, -0.0, 0.0, np.inf]), st.sampled_from(["a", "b", np.nan])),
        max_size=25,
    ),
    st.lists(st.integers(0, 25), max_size=5),
    st.integers(1, 6),
    st.sampled_from(["first", "last", "all"]),
    st.sampled_from([["k"], ["v"], ["k", "v"], ["v", "k"]]),
    st.sampled_from(["sync", "threads"]),
)
def test_any_cut(rows, cuts, n, keep, by, scheduler):
    frame = pd.DataFrame(rows, columns=["k", "v", "s"]).astype({"k": "int64", "v": "float64", "s": "str"})
    df = lazy(frame, tuple(cuts), 2)
    lines = {
        "largest": lambda d: d.nlargest(n, by, keep=keep),
        "smallest": lambda d: d.nsmallest(n, by, keep=keep),
        "column": lambda d: d.v.nlargest(n, keep=keep),
        "first": lambda d: d.drop_duplicates(["k", "s"]),
        "last": lambda d: d.drop_duplicates(by, keep="last"),
        "none": lambda d: d.drop_duplicates("v", keep=False),
        "tail": lambda d: d[d.k > 0].tail(n),
    }
    got = lf.compute(*[line(df) for line in lines.values()], scheduler=scheduler)
    for name, one in zip(lines, got, strict=True):
        try:
            assert_same(one, lines[name](frame))
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None


def columns(values, first_row=0):
    return Columns.of(len(values), {"x": np.array(values), ROW: np.arange(first_row, first_row + len(values))})


@pytest.mark.parametrize("method", ["nlargest", "drop_duplicates", "tail"])
def test_few_rows_are_held(method, monkeypatch):
    monkeypatch.setattr(subset, "_ROWS_BEFORE_CHOICE", 10)
    options = {"tail": {"n": 3}, "nlargest": {"n": 3, "keep": "first"}, "drop_duplicates": {"keep": "first"}}[method]
    by = () if method == "tail" else ("x",)
    sink = Choose(Schema.of([("x", dtype_named("int64"))]), by, method, options)
    values = np.arange(1000) % 7
    partial = None
    for start in range(0, 1000, 50):
        partial = sink.fold(partial, columns(values[start : start + 50], start))
        assert partial.rows.count <= 100
    whole = pd.DataFrame({"x": values})
    want = {
        "nlargest": lambda: whole.nlargest(3, "x"),
        "drop_duplicates": whole.drop_duplicates,
        "tail": lambda: whole.tail(3),
    }[method]()
    assert sink.finish(partial)[ROW].tolist() == want.index.tolist()


@pytest.mark.parametrize("keep", ["first", "last", False])
def test_rows_that_nearly_all_differ_are_looked_at_together(keep, monkeypatch):
    monkeypatch.setattr(subset, "_ROWS_BEFORE_CHOICE", 60)
    sink = Choose(Schema.of([("x", dtype_named("int64"))]), ("x",), "drop_duplicates", {"keep": keep})
    values = np.concatenate([np.arange(100), np.arange(50, 250), np.repeat(np.arange(300, 303), 40), np.arange(400, 500)])
    partials, looked = [None, None], []
    monkeypatch.setattr(
        Choose, "candidates", lambda self, rows, plain=Choose.candidates: looked.append(len(rows)) or plain(self, rows)
    )
    for start in range(0, len(values), 20):
        half = start >= len(values) // 2
        partials[half] = sink.fold(partials[half], columns(values[start : start + 20], start))
        assert partials[half].rows.count <= 400
    assert looked.count(20) < len(values) // 20 // 2
    merged = sink.merge(partials)
    want = pd.DataFrame({"x": values}).drop_duplicates(keep=keep)
    assert sink.finish(merged)[ROW].tolist() == want.index.tolist()
    assert sink.finish(sink.merge([merged, None]))[ROW].tolist() == want.index.tolist()
