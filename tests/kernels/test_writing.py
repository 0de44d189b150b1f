"""Rows as CSV by the core, beside pandas' text of the same rows; and the rows themselves where only pandas can tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe.kernels.columns import Columns, Text, from_series, index_name
from lazyframe.kernels.writing import CsvText, is_written, no_rows
from lazyframe.native import library
from lazyframe.native.write import Form
from lazyframe.schema import (
    BIG_INTEGERS,
    OBJECT_BOOL,
    ROW,
    Field,
    Schema,
    as_dtype,
    category,
    dtype_named,
    dtype_of,
    unsettled,
)

FORM = Form(ord(","), ord('"'), b'",\r\n'[:4], b"", b"\n")
pytestmark = pytest.mark.skipif(library.library() is None, reason="there is no core, or it is left out")


def columns_of(frame: pd.DataFrame, first: int = 0) -> Columns:
    made = {name: from_series(frame[name]) for name in frame}
    return Columns.of(len(frame), {**made, ROW: np.arange(first, first + len(frame))})


def writer(frame: pd.DataFrame, numbered=False, counted=False, chunk_rows=1000, is_aligned=True) -> CsvText:
    fields = tuple(Field(name, dtype_of(frame[name])) for name in frame)
    assert all(is_written(field.dtype) for field in fields)
    return CsvText(fields, FORM, numbered, counted, chunk_rows, is_aligned)


def text(found) -> str:
    return b"".join(found).decode()


def written(frame: pd.DataFrame, **options) -> str:
    return text(writer(frame, **options)(columns_of(frame)))


FRAME = pd.DataFrame(
    {
        "i": np.array([3, -1, 2**62], np.int64),
        "n": np.array([1, -2, 127], np.int8),
        "u": np.array([1, 2, 2**64 - 1], np.uint64),
        "f": [0.1, np.nan, -np.inf],
        "b": [True, False, True],
        "s": pd.Series(["plain", 'with "quotes", and\nlines', None], dtype="str"),
        "o": pd.Series(["a", None, "c"], dtype=object),
        "t": pd.to_datetime(["2020-01-01 10:00", None, "1969-12-31 23:59:59"], format="ISO8601").astype("M8[us]"),
        "c": pd.Categorical(["x", None, "y,z"], ["y,z", "x"]),
    }
)


@pytest.mark.parametrize("name", list(FRAME))
def test_each_dtype_is_written_as_by_pandas(name):
    assert written(FRAME[[name]]) == FRAME[[name]].to_csv(index=False, header=False, lineterminator="\n")


def test_a_frame_is_written_as_by_pandas():
    assert written(FRAME) == FRAME.to_csv(index=False, header=False, lineterminator="\n")
    assert written(FRAME.iloc[:0]) == ""


def test_text_that_came_as_codes_is_written_like_plain_text():
    values = pa.array(["a", None, 'b"', "a"])
    for array in (values, values.dictionary_encode(), values.cast(pa.large_string())):
        frame = Columns.of(4, {"s": Text(array)})
        assert text(CsvText((Field("s", dtype_named("str")),), FORM, False, False, 10, True)(frame)) == 'a\n""\n"b"""\na\n'


@pytest.mark.parametrize("counted", [True, False])
def test_rows_begin_with_their_numbers(counted):
    frame = FRAME[["i"]]
    made = writer(frame, numbered=True, counted=counted)
    first = 0 if counted else 7
    want = frame.set_axis(pd.RangeIndex(first, first + 3)).to_csv(header=False)
    assert text(made(columns_of(frame, first=7))) == want
    without = Columns.of(3, {"i": from_series(frame.i)})
    assert text(made(without)) == frame.to_csv(header=False)


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from(["2020-01-01", "2020-01-02 10:11:12", "2020-01-02 10:11:12.5", "1960-05-05", None]), max_size=12),
    st.sampled_from(["s", "ms", "us", "ns"]),
    st.integers(1, 5),
)
def test_times_are_written_chunk_by_chunk_as_pandas_does(values, unit, chunk):
    times = pd.Series(pd.to_datetime(pd.Series(values, dtype=object), format="ISO8601")).dt.as_unit(unit)
    frame = pd.DataFrame({"t": times, "n": np.arange(len(times))})
    assert written(frame, chunk_rows=chunk) == frame.to_csv(index=False, header=False, chunksize=chunk)


def test_who_does_not_know_where_chunks_begin_writes_days_alone():
    days = pd.DataFrame({"t": pd.to_datetime(["2020-01-01", None]).astype("M8[us]")})
    hours = pd.DataFrame({"t": pd.to_datetime(["2020-01-01", "2020-01-01 10:00"], format="ISO8601").astype("M8[us]")})
    assert written(days, is_aligned=False) == days.to_csv(index=False, header=False)
    rows = columns_of(hours)
    assert writer(hours, is_aligned=False)(rows) is rows
    assert written(hours) == hours.to_csv(index=False, header=False)


def test_a_batch_of_another_dtype_is_written_in_that_of_the_whole():
    whole = (Field("x", dtype_named("float64")), Field("s", dtype_named("object")))
    batch = Columns.of(2, {"x": np.array([1, 2]), "s": np.array([None, None], object)})
    assert text(CsvText(whole, FORM, False, False, 10, True)(batch)) == "1.0,\n2.0,\n"


def test_what_is_neither_text_nor_missing_is_left_to_pandas():
    batch = Columns.of(2, {"s": np.array(["a", 1], object)})
    assert CsvText((Field("s", dtype_named("object")),), FORM, False, False, 10, True)(batch) is batch
    whole = Field("c", category(("a", "b")))
    batch = Columns.of(2, {"c": Text(pa.array(["a", "b"]))})
    assert CsvText((whole,), FORM, False, False, 10, True)(batch) is batch


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (dtype_named("int8"), True),
        (dtype_named("uint64"), True),
        (dtype_named("bool"), True),
        (dtype_named("float64"), True),
        (dtype_named("float32"), False),  # whose digits are others
        (dtype_named("str"), True),
        (dtype_named("object"), True),
        (dtype_named("datetime64[s]"), True),
        (dtype_named("timedelta64[us]"), False),
        (dtype_named("complex128"), False),
        (OBJECT_BOOL, False),
        (BIG_INTEGERS, False),
        (as_dtype("Int64"), False),
        (as_dtype("string"), False),
        (category(("a", "b")), True),
        (category((1, 2), "int64"), False),
        (as_dtype("category"), False),
        (unsettled(dtype_named("int64"), dtype_named("float64")), False),
    ],
    ids=str,
)
def test_which_columns_the_core_writes(dtype, expected):
    assert is_written(dtype) is expected


def test_no_rows_have_all_that_a_frame_needs():
    schema = Schema((Field("i", dtype_named("int64")), Field("s", dtype_named("str"))), (Field("k", dtype_named("float64")),))
    columns = no_rows(schema)
    assert (len(columns), set(columns.names)) == (0, {"i", "s", index_name(0), ROW})
    assert (columns["i"].dtype, columns[index_name(0)].dtype) == (np.int64, np.float64)
    assert isinstance(columns["s"], Text)
