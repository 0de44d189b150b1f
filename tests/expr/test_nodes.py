"""Every operation and every reduction, for every dtype: equal to pandas, or refused when it is built."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import NAN, check, filled, sample

from lazyframe.expr import (
    DT_FIELDS,
    DT_METHODS,
    INFIX,
    METHODS,
    ONLY_GROUPED,
    OPERATIONS,
    PREFIX,
    REDUCTIONS,
    STR_METHODS,
    Call,
    Checked,
    Column,
    Keywords,
    Literal,
    Reduction,
    checked,
)
from lazyframe.schema import OBJECT_BOOL, Schema, as_dtype, dtype_named

COLUMNS = "ifbsotqd"
FRAMES = {"sample": sample(), "filled": filled(), "empty": sample().iloc[:0]}
LAYOUT = {"cuts": (4,), "batch_rows": 5}

LITERALS = {
    "2": 2, "0": 0, "-1": -1, "1.5": 1.5, "nan": NAN, "True": True, "text": "a", "date text": "2020-01-01",
    "Timestamp": pd.Timestamp("2020-01-01"), "Timedelta": pd.Timedelta("1h"), "None": None, "NaT": pd.NaT,
    "int64": np.int64(2), "float32": np.float32(1.5), "bool_": np.bool_(True), "2**60": 2**60,
    "datetime64": np.datetime64("2020-01-01", "us"),
}  # fmt: skip

# What must be offered, column by column; for the others a refusal will do.
OFFERED = {
    **dict.fromkeys(("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"), "if"),
    **dict.fromkeys(("eq", "ne"), "ifbsotqd"),
    **dict.fromkeys(("lt", "le", "gt", "ge"), "ifbst"),
    **dict.fromkeys(("and_", "or_", "xor"), "bq"),
}


def offered(refused: set[str], names: list[str]) -> None:
    assert not refused.intersection(names)


@pytest.mark.parametrize("frame", ["sample", "filled"])
@pytest.mark.parametrize("operation", INFIX)
def test_infix_operations_between_columns(operation, frame):
    function = OPERATIONS[operation]
    pairs = {f"{a} {b}": lambda df, a=a, b=b: function(df[a], df[b]) for a in COLUMNS for b in COLUMNS}
    refused = check(pairs, FRAMES[frame], **LAYOUT)
    offered(refused, [f"{a} {a}" for a in OFFERED[operation]])


def _absurd(left, right) -> bool:
    """Text times a number that no memory holds; text % anything, which is Python's own formatting."""
    return isinstance(left, str) or (right == 2**60 and type(right) is int)


@pytest.mark.parametrize("operation", INFIX)
def test_infix_operations_with_plain_values(operation):
    function = OPERATIONS[operation]
    lines = {}
    for column in COLUMNS:
        for name, value in LITERALS.items():
            if operation == "mul" and column in "soq" and value == 2**60:
                continue
            lines[f"{column} with {name}"] = lambda df, c=column, v=value: function(df[c], v)
            if not (operation == "mod" and isinstance(value, str)):  # Python's own formatting of text
                lines[f"{name} with {column}"] = lambda df, c=column, v=value: function(v, df[c])
    refused = check(lines, FRAMES["sample"], **LAYOUT)
    if operation in ("add", "mul", "eq", "lt"):
        offered(refused, [f"{c} with {name}" for c in "if" for name in ("2", "1.5", "int64", "float32")])
        offered(refused, [f"{name} with {c}" for c in "if" for name in ("2", "1.5", "int64", "float32")])
    if operation in ("eq", "lt"):
        offered(refused, ["t with date text", "t with Timestamp", "s with text", "d with Timedelta"])


@pytest.mark.parametrize("frame", FRAMES)
def test_prefix_operations(frame):
    lines = {f"{operation} {c}": lambda df, o=operation, c=c: OPERATIONS[o](df[c]) for operation in PREFIX for c in COLUMNS}
    refused = check(lines, FRAMES[frame], **LAYOUT)
    offered(refused, ["neg i", "neg f", "neg d", "invert b", "invert i", "pos f"])


STAMP, SPAN = pd.Timestamp("2000-01-01"), pd.Timedelta("1h")
ARGUMENTS = {
    "isna": [()],
    "notna": [()],
    "fillna": [(0,), (1.5,), ("x",), (True,), (STAMP,), (SPAN,), (None,), ("2020-01-01",)],
    "isin": [
        ([1, 2],), (["a"],), ([1.5, NAN],), ([None],), ([True],), ([STAMP, pd.Timestamp("2020-01-01")],), ([],), ({"a", "12"},),
        (["2020-01-01"],), ((0, "a"),),
    ],
    "astype": [
        (given,)
        for given in ("int64", "int32", "float64", "float32", "bool", "str", "object", "datetime64[us]", "datetime64[ns]",
                      "timedelta64[us]", "uint8", int, float, str, bool, np.int16, object)
    ],
    "between": [(0, 2), ("a", "c"), (STAMP, pd.Timestamp("2020-01-01")), ("2000-01-01", "2020-01-01"), (0, 2, "left"), (NAN, 2)],
    "clip": [(0, 2), (None, 1), (1, None), (0.5, None), ("a", "b"), (STAMP, None), (None, None)],
    "round": [(), (1,), (-1,)],
    "abs": [()],
    "where": [],
}  # fmt: skip


@pytest.mark.parametrize("frame", FRAMES)
@pytest.mark.parametrize("method", METHODS)
def test_methods(method, frame):
    lines = {
        f"{c}{arguments!r}": lambda df, c=c, a=arguments: getattr(df[c], method)(*a)
        for c in COLUMNS
        for arguments in ARGUMENTS[method]
    }
    if method in ("fillna", "clip", "between"):
        for a in COLUMNS:
            for b in COLUMNS:
                extra = [b] if method != "between" else [b, b]
                lines[f"{a} {b}"] = lambda df, a=a, e=extra: getattr(df[a], method)(*(df[x] for x in e))
    if method == "where":
        for c in COLUMNS:
            lines[c] = lambda df, c=c: df[c].where(df.b)
            lines[f"mask {c}"] = lambda df, c=c: df[c].mask(df.b)
            lines[f"{c} by q"] = lambda df, c=c: df[c].where(df.q)
            for name, value in LITERALS.items():
                lines[f"{c} {name}"] = lambda df, c=c, v=value: df[c].where(df.b, v)
                lines[f"mask {c} {name}"] = lambda df, c=c, v=value: df[c].mask(df.b, v)
            for other in COLUMNS:
                lines[f"{c} else {other}"] = lambda df, c=c, o=other: df[c].where(df.b, df[o])
    refused = check(lines, FRAMES[frame], **LAYOUT)
    must = {
        "isna": [f"{c}()" for c in COLUMNS],
        "fillna": ["i(0,)", "f(0,)", "f(1.5,)", "s('x',)", "o('x',)", "q(True,)", "f i", "s s"],
        "isin": [f"{c}{([1, 2],)!r}" for c in COLUMNS],
        "astype": [
            "f('int64',)",
            "s('int64',)",
            "s('float64',)",
            "i('str',)",
            "b('int64',)",
            "q('bool',)",
            "f(<class 'str'>,)",
            "t('int64',)",
        ],
        "between": ["i(0, 2)", "f(0, 2)", "s('a', 'c')", "t('2000-01-01', '2020-01-01')", "f i"],
        "clip": ["i(0, 2)", "f(0.5, None)", "i i"],
        "round": ["f(1,)", "i()"],
        "abs": ["i()", "f()", "d()"],
        "where": ["i", "f", "b", "s", "t", "mask f", "f 0", "i 0", "s text", "f else i", "f else f", "mask t Timestamp"],
    }
    offered(refused, must.get(method, []))


@pytest.mark.parametrize("frame", FRAMES)
def test_fields_and_methods_of_dates(frame):
    arguments = {"floor": ("h",), "ceil": ("D",), "round": ("h",), "strftime": ("%Y-%m-%d %H",)}
    lines = {f"{c} {name}": lambda df, c=c, n=name: getattr(df[c].dt, n) for c in COLUMNS for name in DT_FIELDS}
    lines |= {
        f"{c} {name}": lambda df, c=c, n=name: getattr(df[c].dt, n)(*arguments.get(n, ())) for c in COLUMNS for name in DT_METHODS
    }
    refused = check(lines, FRAMES[frame], **LAYOUT)
    offered(refused, [f"t {name}" for name in DT_FIELDS if name not in ("days", "seconds", "microseconds")])
    offered(refused, ["t floor", "t ceil", "t round", "t strftime", "t normalize", "t day_name", "t month_name"])
    offered(refused, ["d days", "d seconds", "d microseconds", "d total_seconds", "d floor"])


STR_ARGUMENTS = {
    "contains": [("a",), ("a|1",), ("A", False)], "startswith": [("a",), (("a", "B"),)], "endswith": [("c",)], "match": [("a",)],
    "fullmatch": [("a",)], "replace": [("a", "b")], "slice": [(1,), (0, 2)], "pad": [(4,)], "zfill": [(4,)], "ljust": [(4,)],
    "rjust": [(4,)], "center": [(4,)], "find": [("a",)], "count": [("a",)], "get": [(0,), (1,)], "removeprefix": [("a",)],
    "removesuffix": [("c",)], "normalize": [("NFKD",)], "repeat": [(2,)], "rfind": [("a",)], "slice_replace": [(0, 1, "z"), ()],
    "wrap": [(2,)], "strip": [(), ("a",)],
}  # fmt: skip


@pytest.mark.parametrize("coded", [False, True])
@pytest.mark.parametrize("frame", FRAMES)
def test_methods_of_text(frame, coded):
    lines = {
        f"{c} {name}{arguments!r}": lambda df, c=c, n=name, a=arguments: getattr(df[c].str, n)(*a)
        for c in "soi"
        for name in STR_METHODS
        for arguments in STR_ARGUMENTS.get(name, [()])
    }
    lines["keywords"] = lambda df: df.s.str.contains("A", case=False, na=False, regex=False)
    lines["chained"] = lambda df: df.s.str.strip().str.upper().str.len()
    refused = check(lines, FRAMES[frame], **LAYOUT, coded=coded)
    assert refused == {name for name in lines if name.startswith("i ") or name.startswith("o get")}


def test_bounds_that_may_widen_a_column_of_integers_are_refused():
    lines = {
        "half": lambda df: df.i.clip(upper=1.5),
        "half of a frame": lambda df: df[["i", "f"]].clip(upper=1.5),
        "mean": lambda df: df.i.clip(upper=df.i.mean()),
        "out of range": lambda df: df.i.astype("int8").clip(upper=300),
        "float32": lambda df: df.i.astype("float32").clip(upper=df.f.mean()),
        "whole": lambda df: df.i.clip(upper=2.0),
        "lazy": lambda df: df.i.clip(upper=df.i.max()),
        "floats": lambda df: df.f.clip(1, df.f.mean()),
    }
    assert check(lines, sample(), **LAYOUT) == {"half", "half of a frame", "mean", "out of range", "float32"}


@pytest.mark.parametrize("coded", [False, True])
def test_coded_text_in_other_operations(coded):
    lines = {
        "isin": lambda df: df.s.isin(["a", "12"]),
        "eq": lambda df: df.s == "a",
        "columns": lambda df: df.s == df.s.str.strip(),
        "add": lambda df: df.s + "x" + df.s,
        "fillna": lambda df: df.s.fillna("none"),
        "where": lambda df: df.s.where(df.b, "other"),
        "filtered": lambda df: df[df.s != "a"].s,
        "key": lambda df: df.groupby("s").i.sum(),
        "nunique": lambda df: df.s.nunique(),
        "min": lambda df: df.s.min(),
        "count": lambda df: df.groupby("b").s.count(),
    }
    assert not check(lines, sample(), cuts=(2, 3), batch_rows=2, coded=coded)


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
        lines[f"of groups {c}"] = lambda df, c=c: getattr(df.groupby("i")[c], function)().max()
        lines[f"by s {c}"] = lambda df, c=c: getattr(df.groupby("s")[c], function)()
        if c != "t":
            lines[f"by t {c}"] = lambda df, c=c: getattr(df.groupby("t", dropna=False)[c], function)()
    refused = check(lines, FRAMES[frame], **LAYOUT)
    forms = ("groups ", "frame groups ", "agg ", "agg list ") + (("", "frame ") if function not in ONLY_GROUPED else ())
    kinds = {"i": "i", "f": "f", "b": "b", "t": "M", "d": "m", "s": "T", "q": "O"}
    offered(refused, [form + c for form in forms for c, kind in kinds.items() if kind in REDUCTIONS[function]])
    if function == "quantile":  # of a frame it is pandas' own method on all the values, and may be offered for more
        forms = tuple(form for form in forms if form != "frame ")
    must_refuse = {form + c for form in forms for c, kind in kinds.items() if kind not in REDUCTIONS[function]}
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


def test_the_dtype_of_an_expression_is_stated_before_it_is_computed():
    schema = Schema.of([("i", dtype_named("int64")), ("t", dtype_named("datetime64[us]")), ("b", dtype_named("bool"))])
    i, t, b = Column("i"), Column("t"), Column("b")
    assert str(Call("add", (i, Literal(1.5))).dtype(schema)) == "float64"
    assert str(Call("dt.year", (t,)).dtype(schema)) == "int32 (float64 if the data ask for it)"
    assert str(Call("floordiv", (i, i)).dtype(schema)) == "int64 (float64 if the data ask for it)"
    assert str(Call("where", (i, b, Literal(NAN))).dtype(schema)) == "int64 (float64 if the data ask for it)"
    unsettled = Call("where", (b, b, Literal(NAN))).dtype(schema)
    assert unsettled.otherwise == OBJECT_BOOL
    assert (
        str(Call("fillna", (Call("where", (b, b, Literal(NAN))), Literal(False))).dtype(schema))
        == "bool (object if the data ask for it)"
    )
    assert Reduction("mean", i).dtype(schema, grouped=True) == dtype_named("float64")
    assert str(Reduction("max", i).dtype(schema, grouped=False)) == "int64 (float64 if the data ask for it)"
    assert Reduction("size", None).dtype(schema, grouped=True) == dtype_named("int64")


def test_labels_read_like_the_line_that_was_written():
    x, y = Column("x"), Column("y")
    assert Call("and_", (Call("gt", (x, Literal(1))), Call("invert", (y,)))).label() == "(x > 1) & (~y)"
    assert Call("dt.year", (x,)).label() == "x.dt.year"
    assert Call("str.contains", (x, Literal("a"), Literal(Keywords((("na", False),))))).label() == "x.str.contains('a', na=False)"
    assert Call("isin", (x, Literal((1, 2)))).label() == "x.isin([1, 2])"
    assert len(Literal("a" * 100).label()) == 60
    assert Call("add", (x, Call("mul", (y, x)))).columns() == ("x", "y")


def test_messages_of_type_errors_name_the_columns_and_their_dtypes():
    schema = Schema.of([("when", dtype_named("datetime64[us]")), ("name", dtype_named("str")), ("flag", OBJECT_BOOL)])
    with pytest.raises(TypeError, match=r"when \+ name does not fit its operands: when \(datetime64\[us\]\), name \(str\)"):
        Call("add", (Column("when"), Column("name"))).dtype(schema)
    with pytest.raises(TypeError, match=r"sum of name \(str\) is not offered.*dtype= or na_values= to read_csv"):
        Reduction("sum", Column("name")).dtype(schema, grouped=False)
    with pytest.raises(TypeError, match="booleans with missing values go with booleans only"):
        Call("and_", (Column("flag"), Literal(2))).dtype(schema)
    maybe = Call("where", (Call("eq", (Column("name"), Literal("a"))), Call("eq", (Column("name"), Literal("a"))), Literal(NAN)))
    with pytest.raises(TypeError, match="not offered for objects"):
        Call("truediv", (Literal(1), maybe)).dtype(schema)
    with pytest.raises(TypeError, match="is not a dtype that lazyframe has"):
        as_dtype("float16")


def test_arithmetic_that_may_be_of_floats_is_checked():
    schema = Schema.of([("i", dtype_named("int64")), ("t", dtype_named("datetime64[us]"))])
    year, i = Call("dt.year", (Column("t"),)), Column("i")
    for operation in ("add", "sub", "mul", "pow"):
        open_ended = Call(operation, (year, Literal(2)))
        assert type(checked(open_ended, open_ended.dtype(schema))) is Checked
        assert checked(open_ended, open_ended.dtype(schema)).label() == open_ended.label()
        settled = Call(operation, (i, Literal(2)))
        assert checked(settled, settled.dtype(schema)) is settled
    divided = Call("floordiv", (year, Literal(2)))
    assert checked(divided, divided.dtype(schema)) is divided
