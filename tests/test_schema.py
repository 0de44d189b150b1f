"""Dtypes, and what operations do to them."""

from __future__ import annotations

import operator
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lazyframe.schema import (
    BIG_INTEGERS,
    MIXED,
    OBJECT_BOOL,
    ColumnNotFoundError,
    DType,
    Field,
    Replan,
    Schema,
    Single,
    as_dtype,
    asking,
    dtype_named,
    dtype_of,
    nearest,
    probe,
    result_dtype,
    unsettled,
)

INT, FLOAT, BOOL, STR, DATE = map(dtype_named, ("int64", "float64", "bool", "str", "datetime64[us]"))


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (int, "int64"), (float, "float64"), (bool, "bool"), (str, "str"), (object, "object"), ("int32", "int32"), ("str", "str"),
        ("O", "object"), (np.float32, "float32"), (np.dtype("u1"), "uint8"), ("datetime64[us]", "datetime64[us]"),
        ("datetime64[ns]", "datetime64[ns]"), ("S5", "|S5"), (bytes, "str"), ("U", "object"), (complex, "complex128"),
        ("timedelta64[us]", "timedelta64[us]"), (pd.StringDtype(na_value=np.nan), "str"),
    ],
)  # fmt: skip
def test_as_dtype_knows_the_names_pandas_knows(given, name):
    assert as_dtype(given).name == name


@pytest.mark.parametrize(
    "given",
    ["float16", "U5", "no such", 5, "Sparse[int]", "period[D]", "interval", "decimal128(3, 2)[pyarrow]"],
)
def test_as_dtype_refuses_and_lists_what_there_is(given):
    with pytest.raises(TypeError, match=r"dtype=.* is not a dtype that lazyframe has\. It has: int8, .*datetime64\[us\]"):
        as_dtype(given)


@pytest.mark.parametrize(
    ("values", "want"),
    [
        (pd.Series([1]), INT),
        (pd.Series(["a"]), STR),
        (pd.Series(["a", np.nan], dtype=object), dtype_named("object")),
        (pd.Series([True, np.nan], dtype=object), OBJECT_BOOL),
        (pd.Series([np.True_], dtype=object), OBJECT_BOOL),
        (pd.Series([np.nan, None], dtype=object), dtype_named("object")),
        (pd.Series([True, pd.NaT], dtype=object), MIXED),
        (pd.Series(["a", 1], dtype=object), MIXED),
        (pd.Series([1, 2], dtype=object), BIG_INTEGERS),
        (pd.Series([1, 2.5], dtype=object), MIXED),
        (np.float64(1), FLOAT),
        (1.5, FLOAT),
        ("a", STR),
        (pd.Timestamp("2020-01-01"), DATE),
    ],
)
def test_dtype_of_looks_into_objects(values, want):
    assert dtype_of(values) == want


def test_kinds_tell_text_from_other_objects():
    assert [dtype.kind for dtype in (INT, FLOAT, BOOL, STR, dtype_named("object"), OBJECT_BOOL, DATE)] == list("ifbTTOM")
    assert INT.is_number
    assert BOOL.is_number
    assert not STR.is_number
    assert dtype_named("object") != OBJECT_BOOL


@pytest.mark.parametrize("name", ["int64", "uint8", "float32", "bool", "str", "object", "datetime64[us]", "timedelta64[us]"])
def test_probes_have_the_dtype_they_stand_for(name):
    dtype = dtype_named(name)
    assert str(probe(dtype).dtype) == name
    assert str(asking(dtype).dtype) == name
    assert len(probe(dtype)) == 1
    assert asking(unsettled(INT, FLOAT)).dtype == float


def test_probes_of_mixed_values_are_refused():
    with pytest.raises(TypeError, match="several kinds"):
        probe(MIXED)


@pytest.mark.parametrize(
    ("function", "operands", "text"),
    [
        (operator.add, (INT, INT), "int64"),
        (operator.add, (INT, 1.5), "float64"),
        (operator.truediv, (INT, INT), "float64"),
        (operator.floordiv, (INT, INT), "int64 (float64 if the data ask for it)"),
        (operator.sub, (DATE, DATE), "timedelta64[us]"),
        (operator.gt, (STR, "a"), "bool"),
        (operator.add, (unsettled(INT, FLOAT), INT), "int64 (float64 if the data ask for it)"),
        (operator.mul, (FLOAT, Single(unsettled(INT, FLOAT))), "float64"),
        (operator.sub, (INT, Single(unsettled(INT, FLOAT))), "int64 (float64 if the data ask for it)"),
        (operator.sub, (Single(DATE), Single(DATE)), "timedelta64[us]"),
        (lambda x: x.astype("int64"), (FLOAT,), "int64"),  # of a missing value it raises: an error of the data
    ],
)
def test_result_dtype_asks_pandas(function, operands, text):
    assert str(result_dtype(function, *operands)) == text


def test_result_dtype_raises_what_pandas_raises():
    with pytest.raises(TypeError):
        result_dtype(operator.add, DATE, STR)


def test_values_that_ask_are_tried_in_every_combination():
    """A missing value in the column that is put in asks for another dtype, but only where it is put in."""

    def where(series, condition, other):
        return series.where(condition, other)

    assert result_dtype(where, INT, BOOL, INT) == INT
    assert result_dtype(where, FLOAT, BOOL, INT) == FLOAT
    found = result_dtype(where, STR, BOOL, FLOAT)
    assert MIXED in (found, found.otherwise)


def test_unsettled_and_its_text():
    assert unsettled(INT, INT) == INT
    assert str(unsettled(INT, FLOAT)) == "int64 (float64 if the data ask for it)"
    assert pickle.loads(pickle.dumps(unsettled(INT, FLOAT))) == unsettled(INT, FLOAT)
    assert DType("int64", pa.int64()) == INT


def test_schemas_give_dtypes_by_name():
    schema = Schema.of([("x", INT), (1, FLOAT), (("a", "b"), BOOL)], index=[("k", STR)])
    assert schema.names == ("x", 1, ("a", "b"))
    assert schema[("a", "b")] == BOOL
    assert 1 in schema
    assert "k" not in schema
    assert len(schema) == 3
    assert next(iter(schema)) == Field("x", INT)


def test_a_column_that_is_not_there_is_an_error_with_the_nearest_names():
    schema = Schema.of([("DepDelay", FLOAT), ("ArrDelay", FLOAT), ("Origin", STR)])
    with pytest.raises(ColumnNotFoundError) as caught:
        _ = schema["depdelay"]
    assert (
        str(caught.value)
        == "no column 'depdelay'. Did you mean 'DepDelay' or 'ArrDelay'? The columns are: DepDelay, ArrDelay, Origin."
    )
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, AttributeError)
    with pytest.raises(ColumnNotFoundError, match=r"no column 'zzz'\. The columns are"):
        _ = schema["zzz"]
    with pytest.raises(ColumnNotFoundError, match=r"\(none\)"):
        _ = Schema(())["x"]
    many = Schema.of([(f"c{n}", INT) for n in range(100)])
    with pytest.raises(ColumnNotFoundError, match=r"There are 100 columns: c0, c1, c2, \.\.\., c99\."):
        _ = many["zzz"]


def test_nearest_does_not_mind_case_or_names_that_are_not_text():
    assert nearest("ORIGIN", ["Origin", "Dest"]) == ["Origin"]
    assert nearest(10, [1, 10, 100])[0] == "10"
    assert nearest("x", []) == []


def test_a_contradiction_crosses_processes():
    there = pickle.loads(pickle.dumps(Replan("abc", ("x", 1))))
    assert (there.token, there.finding) == ("abc", ("x", 1))


def test_a_column_of_a_wide_frame_is_found_without_a_search():
    compared = []

    class Name(str):
        def __eq__(self, other):
            compared.append(other)
            return str(self) == str(other)

        __hash__ = str.__hash__

    schema = Schema.of((Name(f"c{number}"), dtype_named("int64")) for number in range(1000))
    assert all(f"c{number}" in schema and schema[f"c{number}"].name == "int64" for number in range(1000))
    assert len(compared) < 10_000
    assert [] not in schema
    assert "d" not in schema


def test_of_two_columns_of_one_name_the_first_is_found():
    assert Schema.of([("a", dtype_named("int64")), ("a", dtype_named("bool"))])["a"].name == "int64"
