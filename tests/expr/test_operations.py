"""Every operation, for every dtype: equal to pandas, or refused when it is built."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from operands import COLUMNS, FRAMES, LAYOUT, LITERALS, offered
from oracle import NAN, assert_same, check, sample

from lazyframe.expr import DT_FIELDS, DT_METHODS, INFIX, LOGICAL, METHODS, OPERATIONS, PREFIX, STR_METHODS, UFUNCS, Keywords
from lazyframe.expr.operations import PROPERTIES, looked_up_dtype, mapped_dtype
from lazyframe.schema import OBJECT_BOOL, as_dtype, dtype_named, unsettled

# What must be offered, column by column; for the others a refusal will do.
OFFERED = {
    **dict.fromkeys(("add", "sub", "mul", "truediv", "floordiv", "mod", "pow"), "if"),
    **dict.fromkeys(("eq", "ne"), "ifbsotqd"),
    **dict.fromkeys(("lt", "le", "gt", "ge"), "ifbst"),
    **dict.fromkeys(("and_", "or_", "xor"), "bq"),
}


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
    arguments |= {"as_unit": ("ns",), "tz_localize": ("UTC",), "tz_convert": ("UTC",)}
    lines = {f"{c} {name}": lambda df, c=c, n=name: getattr(df[c].dt, n) for c in COLUMNS for name in DT_FIELDS}
    lines |= {
        f"{c} {name}": lambda df, c=c, n=name: getattr(df[c].dt, n)(*arguments.get(n, ())) for c in COLUMNS for name in DT_METHODS
    }
    refused = check(lines, FRAMES[frame], **LAYOUT)
    offered(refused, [f"t {name}" for name in DT_FIELDS if name not in ("days", "seconds", "microseconds", "nanoseconds")])
    offered(
        refused,
        ["t floor", "t ceil", "t round", "t strftime", "t normalize", "t day_name", "t month_name", "t as_unit", "t tz_localize"],
    )
    offered(refused, ["d days", "d seconds", "d microseconds", "d total_seconds", "d floor"])


STR_ARGUMENTS = {
    "contains": [("a",), ("a|1",), ("A", False)], "startswith": [("a",), (("a", "B"),)], "endswith": [("c",)], "match": [("a",)],
    "fullmatch": [("a",)], "replace": [("a", "b")], "slice": [(1,), (0, 2)], "pad": [(4,)], "zfill": [(4,)], "ljust": [(4,)],
    "rjust": [(4,)], "center": [(4,)], "find": [("a",)], "count": [("a",)], "get": [(0,), (1,)], "removeprefix": [("a",)],
    "removesuffix": [("c",)], "normalize": [("NFKD",)], "repeat": [(2,)], "rfind": [("a",)], "slice_replace": [(0, 1, "z"), ()],
    "wrap": [(2,)], "strip": [(), ("a",)], "index": [("",)], "rindex": [("",)], "join": [("-",)],
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
    assert refused == {name for name in lines if name.startswith("i ") or (frame == "empty" and name.startswith("o get"))}


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


# ---- each of them, called by itself


def test_every_name_that_is_offered_is_an_operation():
    lists = {"": (*INFIX, *PREFIX, *METHODS), "dt.": (*DT_FIELDS, *DT_METHODS), "str.": STR_METHODS, "np.": UFUNCS}
    named = {prefix + name for prefix, names in lists.items() for name in names}
    tables = {"map", "np.where", "set", "set_new", "across", "cut", "binned", "replace", "case_when", "paired"}
    accessors = {"str.cat", "str.extract", "str.translate", "dt.isocalendar"}
    assert named | tables | accessors == set(OPERATIONS)
    assert {f"dt.{name}" for name in DT_FIELDS} == PROPERTIES
    assert set(LOGICAL) <= {*INFIX, *PREFIX}


def test_names_with_dots_are_those_of_pandas_accessors():
    text, dates = pd.Series(["a", "Bc"]), pd.Series(pd.to_datetime(["2020-02-29", "2021-01-01"]))
    assert OPERATIONS["str.upper"](text).tolist() == ["A", "BC"]
    assert OPERATIONS["dt.year"](dates).tolist() == [2020, 2021]
    assert OPERATIONS["dt.strftime"](dates, "%d").tolist() == ["29", "01"]


def test_keywords_come_last_and_are_keywords():
    text = pd.Series(["a.c", "abc"])
    assert OPERATIONS["str.contains"](text, "a.c", Keywords((("regex", False),))).tolist() == [True, False]
    assert OPERATIONS["str.contains"](text, Keywords((("pat", "b"),))).tolist() == [False, True]
    assert repr(Keywords((("regex", False), ("na", None)))) == "regex=False, na=None"


@pytest.mark.parametrize("rows", [slice(None), slice(0)])
@pytest.mark.parametrize("pairs", [(("a", 1.5), ("b", 2.0)), (("a", "x"),), ()])
def test_a_mapping_gives_one_dtype_whatever_rows_there_are(rows, pairs):
    series = pd.Series(["a", "b", "a"])[rows]
    made = OPERATIONS["map"](series, pairs)
    assert len(made) == len(series)
    assert str(made.dtype) in {dtype.name for dtype in mapped_dtype(pairs).possible}
    if len(series):
        assert_same(made, series.map(dict(pairs)))


def test_values_looked_up_in_a_column_have_its_dtype_or_that_with_missing_ones():
    assert looked_up_dtype(dtype_named("int64")) == unsettled(dtype_named("int64"), dtype_named("float64"))
    assert looked_up_dtype(dtype_named("str")) == dtype_named("str")
    assert looked_up_dtype(dtype_named("bool")).otherwise == OBJECT_BOOL
    assert looked_up_dtype(unsettled(dtype_named("int32"), dtype_named("float64"))) == unsettled(
        dtype_named("int32"), dtype_named("float64")
    )
    table = pd.Series([1, 2], ["a", "b"])
    assert_same(OPERATIONS["map"](pd.Series(["b", "z"]), table), pd.Series(["b", "z"]).map(table))
    assert OPERATIONS["map"](pd.Series([], dtype="str"), table).dtype == np.int64


@pytest.mark.parametrize(
    ("pairs", "found"),
    [
        (((1, 2),), unsettled(dtype_named("int64"), dtype_named("float64"))),
        (((1, "a"),), dtype_named("str")),
        (((1, True),), unsettled(dtype_named("bool"), OBJECT_BOOL)),
        ((), dtype_named("float64")),
    ],
)
def test_the_dtype_of_new_values_knows_of_old_ones_that_have_none(pairs, found):
    assert mapped_dtype(pairs) == found


def test_new_values_of_several_kinds_are_refused():
    with pytest.raises(TypeError, match="map: the new values are of several kinds"):
        mapped_dtype(((1, "a"), (2, 3)))


MASK = pd.Series([True, False, True])
SETS = {
    "a number": (pd.Series([1, 2, 3]), 9),
    "a float among floats": (pd.Series([1.5, 2.5, np.nan]), 0),
    "text": (pd.Series(["a", "b", None], dtype="str"), "z"),
    "a column": (pd.Series([1, 2, 3]), pd.Series([7, 8, 9])),
    "a date": (pd.Series(pd.to_datetime(["2020-01-01", None, "2021-01-01"])), pd.Timestamp("1999-01-01")),
}


@pytest.mark.parametrize("name", SETS)
def test_some_values_are_set_as_in_place(name):
    series, value = SETS[name]
    want, before = series.copy(), series.copy()
    want[MASK] = value
    assert_same(OPERATIONS["set"](series, MASK, value), want)
    assert_same(series, before)


def test_a_value_that_does_not_fit_is_an_error_as_in_place():
    with pytest.raises(TypeError, match="Invalid value"):
        OPERATIONS["set"](pd.Series([1, 2, 3]), MASK, "text")


@pytest.mark.parametrize("value", [1, np.int64(3), 1.5, True, "a", pd.Timestamp("2020-01-01"), pd.Series([5, 6, 7])])
def test_a_new_column_with_some_values_is_that_of_loc(value):
    frame = pd.DataFrame({"x": [1, 2, 3]})
    frame.loc[MASK, "new"] = value
    assert_same(OPERATIONS["set_new"](MASK, value).rename("new"), frame.new)


def test_numpys_where_is_a_column():
    left, right = pd.Series([1, 2, 3]), pd.Series([1.5, 2.5, 3.5])
    assert_same(OPERATIONS["np.where"](MASK, left, right), pd.Series(np.where(MASK, left, right)))
    assert_same(OPERATIONS["np.where"](MASK, "a", "b"), pd.Series(["a", "b", "a"]))


@pytest.mark.parametrize("method", ["sum", "mean", "max", "count", "std"])
def test_a_method_along_the_columns_is_that_of_the_frame(method):
    frame = sample()[["i", "f", "b"]]
    how = (method, (("skipna", True),) if method != "count" else (), tuple(frame))
    want = getattr(frame, method)(axis=1)
    assert_same(OPERATIONS["across"](how, *(frame[name] for name in frame)), want)


def test_isin_takes_any_listing():
    series = pd.Series([1, 2, 3])
    for values in ((1, 3), {1, 3}, pd.Series([1, 3])):
        assert OPERATIONS["isin"](series, values).tolist() == [True, False, True]
    assert str(OPERATIONS["astype"](series, as_dtype("float32").name).dtype) == "float32"
