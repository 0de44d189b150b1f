from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lazyframe.schema import (
    BIG_INTEGERS,
    MIXED,
    OBJECT_BOOL,
    DType,
    as_dtype,
    dtype_named,
    dtype_of,
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


def test_unsettled_and_its_text():
    assert unsettled(INT, INT) == INT
    assert str(unsettled(INT, FLOAT)) == "int64 (float64 if the data ask for it)"
    assert pickle.loads(pickle.dumps(unsettled(INT, FLOAT))) == unsettled(INT, FLOAT)
    assert DType("int64", pa.int64()) == INT
