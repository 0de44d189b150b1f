"""Every reduction, for every dtype: equal to pandas, or refused when it is built; and what its dtype will be."""

from __future__ import annotations

import pandas as pd
import pytest
from operands import COLUMNS, FRAMES, LAYOUT, offered
from oracle import check, sample

from lazyframe.expr import (
    ONLY_GROUPED,
    REDUCTIONS,
    Call,
    Column,
    Literal,
    Reduction,
    WindowCall,
    counts_as,
    gathers,
    is_of_a_column,
)
from lazyframe.expr.reductions import reduced_dtype
from lazyframe.schema import OBJECT_BOOL, Schema, TextError, as_dtype, dtype_named, dtype_of, unsettled

INT, FLOAT, STR = map(dtype_named, ("int64", "float64", "str"))
SCHEMA = Schema.of(
    [
        ("i", INT), ("n", dtype_named("int8")), ("u", dtype_named("uint8")), ("f", FLOAT), ("s", STR), ("q", OBJECT_BOOL),
        ("t", dtype_named("datetime64[us]")), ("o", dtype_named("object")), ("E", as_dtype("Int64")),
    ]
)  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("function", [name for name in REDUCTIONS if name != "size"])
def test_reductions(function, frame):
    lines = {}
    for c in COLUMNS:
        if function not in ONLY_GROUPED:
            lines[f"{c}"] = lambda df, c=c: getattr(df[c], function)()
            lines[f"frame {c}"] = lambda df, c=c: getattr(df[[c]], function)()
        lines[f"groups {c}"] = lambda df, c=c: getattr(df.groupby("i")[c], function)()
        lines[f"frame groups {c}"] = lambda df, c=c: getattr(df.groupby("b", sort=False)[[c]], function)()
        lines[f"agg {c}"] = lambda df, c=c: df.groupby("i").agg({c: function})
        lines[f"agg list {c}"] = lambda df, c=c: df.groupby("i")[c].agg([function])
        if frame == "sample":  # the other keys and forms do not depend on what is missing
            lines[f"of groups {c}"] = lambda df, c=c: getattr(df.groupby("i")[c], function)().max()
            lines[f"by s {c}"] = lambda df, c=c: getattr(df.groupby("s")[c], function)()
        if frame == "sample" and c != "t":
            lines[f"by t {c}"] = lambda df, c=c: getattr(df.groupby("t", dropna=False)[c], function)()
        if function in ("skew", "kurt") and frame == "empty" and c in "ib":  # a deviation: docs/deviations.md
            lines = {name: line for name, line in lines.items() if not name.endswith(f" {c}") or name == f"frame {c}"}
    refused = check(lines, FRAMES[frame], **LAYOUT)
    forms = ("groups ", "frame groups ", "agg ", "agg list ") + (("", "frame ") if function not in ONLY_GROUPED else ())
    kinds = {"i": "i", "f": "f", "b": "b", "t": "M", "d": "m", "s": "T", "q": "O"}
    offered(refused, [form + c for form in forms for c, kind in kinds.items() if kind in REDUCTIONS[function]])
    if function == "quantile":  # of a frame it is pandas' own method on all the values, and may be offered for more
        forms = tuple(form for form in forms if form != "frame ")
    dtypes = {c: dtype_of(FRAMES[frame][c]) for c in kinds}
    must_refuse = {
        form + c
        for form in forms
        for c, kind in kinds.items()
        if kind not in REDUCTIONS[function] and not gathers(function, [dtypes[c]], form in ("groups ", "frame groups "))
    }
    assert must_refuse <= refused


def test_degrees_of_freedom_and_missing_values_in_distinct_counts():
    lines = {}
    for c in "ifb":
        for ddof in (0, 1, 2, 20):
            for function in ("std", "var"):
                lines[f"{function} {c} {ddof}"] = lambda df, c=c, f=function, d=ddof: getattr(df[c], f)(ddof=d)
                lines[f"groups {function} {c} {ddof}"] = lambda df, c=c, f=function, d=ddof: getattr(df.groupby("s")[c], f)(
                    ddof=d
                )
    for c in COLUMNS:
        lines[f"nunique {c}"] = lambda df, c=c: df[c].nunique(dropna=False)
        lines[f"groups nunique {c}"] = lambda df, c=c: df.groupby("b")[c].nunique(dropna=False)
    assert not check(lines, sample(), **LAYOUT)


# ---- what is known of them before they are computed


@pytest.mark.parametrize("grouped", [True, False])
@pytest.mark.parametrize("function", REDUCTIONS)
def test_the_dtype_that_is_stated_is_pandas(function, grouped):
    if function == "size" or (function in ONLY_GROUPED and not grouped):
        return
    for name, kind in {"i": "i", "n": "i", "u": "u", "f": "f", "t": "M"}.items():
        if kind not in REDUCTIONS[function]:
            continue
        series = pd.Series([1, 2], dtype=SCHEMA[name].pandas)
        found = getattr(series.groupby([0, 0]) if grouped else series.to_frame(), function)().dtype
        possible = Reduction(function, Column(name)).dtype(SCHEMA, grouped).possible
        assert str(found) in {dtype.name for dtype in possible}


@pytest.mark.parametrize(("name", "wide"), [("n", "int64"), ("u", "uint64")])
@pytest.mark.parametrize("function", ["sum", "prod"])
def test_sums_of_narrow_integers_may_be_as_wide_as_they_need(function, name, wide):
    assert dtype_named(wide) in Reduction(function, Column(name)).dtype(SCHEMA, grouped=True).possible


def test_an_extreme_of_no_rows_asks_for_another_dtype_where_there_are_no_groups():
    assert Reduction("max", Column("i")).dtype(SCHEMA, grouped=False) == unsettled(INT, FLOAT)
    assert Reduction("max", Column("i")).dtype(SCHEMA, grouped=True) == INT


def test_a_count_of_rows_has_the_dtype_that_is_asked_for():
    assert Reduction("size", None).dtype(SCHEMA, grouped=True) == INT
    assert Reduction("size", None, (("dtype", "Int64"),)).dtype(SCHEMA, grouped=True) == as_dtype("Int64")
    assert counts_as(as_dtype("Int64"), lambda series: series.value_counts()) == (("dtype", "Int64"),)
    assert counts_as(INT, lambda series: series.value_counts()) == ()
    assert Reduction("std", Column("f"), (("ddof", 0),)).option("ddof", 1) == 0
    assert Reduction("std", Column("f")).option("ddof", 1) == 1


def test_what_a_reduction_is_not_offered_for_says_what_it_takes():
    with pytest.raises(TextError, match=r"sum of s \(str\) is not offered: sum takes numbers, complex numbers, booleans, "):
        Reduction("sum", Column("s")).dtype(SCHEMA, grouped=False)
    with pytest.raises(TypeError, match=r"std of t \(datetime64\[us\]\) is not offered.*Cast with \.astype first"):
        Reduction("std", Column("t")).dtype(SCHEMA, grouped=False)
    with pytest.raises(TypeError, match="first of i: only groups have it"):
        Reduction("first", Column("i")).dtype(SCHEMA, grouped=False)
    with pytest.raises(TypeError, match=r"max of o \(object\) in groups is not offered; pandas gives str or object"):
        Reduction("max", Column("o")).dtype(SCHEMA, grouped=True)
    either = Call("where", (Column("i"), Call("gt", (Column("i"), Literal(0))), Literal(float("nan"))))
    assert Reduction("sum", either).dtype(SCHEMA, grouped=False).name == "int64"


def test_columns_of_text_that_an_error_is_about_are_told():
    with pytest.raises(TextError) as caught:
        Reduction("mean", Column("s")).dtype(SCHEMA, grouped=False)
    assert caught.value.columns == ("s",)


def test_pandas_is_asked_once_for_each_dtype():
    reduced_dtype.cache_clear()
    for _ in range(3):
        assert reduced_dtype("mean", INT, True) == FLOAT
    assert reduced_dtype.cache_info().misses == 1


def test_labels_read_like_the_line_that_was_written():
    i, f, s = Column("i"), Column("f"), Column("s")
    assert Reduction("size", None).label() == "size"
    assert Reduction("mean", Call("mul", (i, Literal(2)))).label() == "mean(i * 2)"
    assert WindowCall("shift", (i,), (("periods", 1),), True).label() == "i.shift(periods=1)"
    several = WindowCall("rank", (i, f), (("method", "min"), ("pct", True)), False, (s,))
    assert several.label() == "[i, f].groupby(s).rank(method='min', pct=True)"
    assert several.reads() == (i, f, s)


def test_a_column_or_its_reduction_holds_no_plan():
    assert is_of_a_column(Column("i"))
    assert is_of_a_column(Reduction("sum", Column("i")))
    assert not is_of_a_column(Reduction("size", None))
    assert not is_of_a_column(Reduction("sum", Call("neg", (Column("i"),))))
    assert not is_of_a_column(Literal(1))
