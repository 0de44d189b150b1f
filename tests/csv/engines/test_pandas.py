"""The judge: each record of a chunk as pandas reads it, whatever stands in the others, and what does not fit by its record."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from layouts import by_pandas, layout, lists, texts

from lazyframe.csv.engines import _pandas
from lazyframe.csv.engines.layout import BadText, Layout
from lazyframe.csv.errors import CSVError
from lazyframe.csv.options.bad_lines import NEVER_CLOSED
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.types import infer
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.mismatches import TypeMismatch, TypeMismatches
from lazyframe.schema import OBJECT_BOOL, DType, dtype_named

INT, FLOAT, BOOL, TEXT, MISSING = TextKinds.INT, TextKinds.FLOAT, TextKinds.BOOL, TextKinds.TEXT, TextKinds.MISSING
HUGE = "99999999999999999999"


def inferred(dtype: str | DType, seen: TextKinds, **dialect: Any) -> Layout:
    """A file of two columns, the first of which was inferred to be of a dtype."""
    wanted = dtype_named(dtype) if isinstance(dtype, str) else dtype
    return Layout(Dialect.of(**dialect), ("a", "b"), (("a", 0, wanted),), (seen,))


def asked(dtype: str, **dialect: Any) -> Layout:
    """A file of two columns, the first of which is to be of a dtype."""
    return Layout(Dialect.of(**dialect), ("a", "b"), (("a", 0, dtype_named(dtype)),), (None,))


def values(text: str, wanted: Layout) -> list[Any]:
    """The values of the one column that is wanted."""
    (array,) = lists(_pandas.parse(text.encode(), wanted))
    return array


@settings(max_examples=examples(25))
@given(texts(plain=True))
def test_plain_text_is_read_as_pandas_reads_it(case: tuple[bytes, Layout, str]) -> None:
    text, wanted, _ = case
    assert lists(_pandas.parse(text, wanted)) == by_pandas(text, wanted)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"1,a,x\n2\n3,b\n", [[1, 2, 3], ["a", None, "b"], ["x", None, None]]),  # too few fields, the first record as well
        (b"1\n2,a,x\n", [[1, 2], [None, "a"], [None, "x"]]),
        (b"\n\n1,a,x\n \n2,b,y\n\n", [[1, 2], ["a", "b"], ["x", "y"]]),
        (b"1,a,x\r2,b,y\r\n3,c,z", [[1, 2, 3], ["a", "b", "c"], ["x", "y", "z"]]),
        (b'1,"a\n,""",x\n', [[1], ['a\n,"'], ["x"]]),
        (b'1,a"b,"x"y\n', [[1], ['a"b'], ["xy"]]),
        (b"1,x\0y,z\n", [[1], ["x\0y"], ["z"]]),
        (b"", [[], [], []]),
    ],
)
def test_records_of_every_shape(text: bytes, expected: list[list[Any]]) -> None:
    assert lists(_pandas.parse(text, layout("iss"))) == expected
    assert lists(_pandas.parse(text, layout("iss", given=False))) == expected


def test_columns_come_as_they_are_wanted() -> None:
    arrays = _pandas.parse(b"1,a,2.5\n", layout("isf", wanted=[2, 0]))
    assert lists(arrays) == [[2.5], [1]]
    assert [array.type for array in arrays] == [pa.float64(), pa.int64()]


# What a column was inferred to be is not inferred anew of a chunk.


@pytest.mark.parametrize(
    ("dtype", "seen", "text", "expected"),
    [
        ("str", TEXT | INT, "1,\n007,\n", ["1", "007"]),
        ("str", TEXT | BOOL, "True,\nTrue,\n", ["True", "True"]),
        ("float64", FLOAT, "1,\n2,\n", [1.0, 2.0]),
        ("float64", INT | MISSING, "1,\n2,\n", [1.0, 2.0]),
        ("float64", INT | MISSING, ",\n,\n", [None, None]),
        (OBJECT_BOOL, BOOL | MISSING, "True,\n,\n", [True, None]),
        (OBJECT_BOOL, BOOL | MISSING, "True,\nfalse,\n", [True, False]),
        ("uint64", TextKinds.UNSIGNED | INT, "1,\n2,\n", [1, 2]),
        # A whole number beyond int64 came before other text: pandas left all texts as they were.
        ("str", TextKinds.UNSIGNED | TEXT | TextKinds.LARGE_FIRST | TextKinds.NO_INT, "NA,\n,\nx,\n", ["NA", "", "x"]),
        ("str", TEXT, 'NA,\n"",\nx,\n', [None, None, "x"]),
    ],
)
def test_a_chunk_does_not_tell_what_a_column_is(dtype: str | DType, seen: TextKinds, text: str, expected: list[Any]) -> None:
    wanted = inferred(dtype, seen)
    assert values(text, wanted) == expected
    assert _pandas.parse(text.encode(), wanted)[0].type == wanted.wanted[0][2].arrow
    assert [len(array) for array in _pandas.parse(b"", wanted)] == [0]


@pytest.mark.parametrize(
    ("dtype", "seen", "text", "record", "found", "kinds"),
    [
        ("int64", INT, "1,\n2,\n2.5,\nx,\n", 2, "2.5", INT | FLOAT | TEXT),
        ("int64", INT, "1,\n,\n", 1, None, INT | MISSING),
        ("int64", INT, "9223372036854775808,\n", 0, "9223372036854775808", TextKinds.UNSIGNED),
        ("float64", FLOAT, "1.5,\nx,\n", 1, "x", FLOAT | TEXT),
        ("float64", INT | MISSING, f"1,\n{HUGE},\n", 1, HUGE, TextKinds.HUGE),
        ("bool", BOOL, "True,\nyes,\n", 1, "yes", BOOL | TEXT),
        ("bool", BOOL, "True,\n,\n", 1, None, BOOL | MISSING),
        ("bool", BOOL, "True,\n1,\n", 1, "1", BOOL | INT),
        ("uint64", TextKinds.UNSIGNED | INT, "1,\n-0,\n", 1, "-0", INT | TextKinds.NEGATIVE),
        ("str", TEXT | INT, f"x,\n{HUGE},\n", 1, HUGE, TEXT | TextKinds.HUGE),
        ("object", TextKinds.NOTHING, "7,\n", 0, "7", INT),
    ],
)
def test_what_does_not_fit_is_told_with_its_record(
    dtype: str, seen: TextKinds, text: str, record: int, found: str | None, kinds: TextKinds
) -> None:
    with pytest.raises(TypeMismatches) as raised:
        values(text, inferred(dtype, seen))
    (mismatch,) = raised.value.found
    assert (mismatch.column, mismatch.record, mismatch.text) == ("a", record, found)
    assert mismatch.seen & kinds == kinds
    assert infer.state_or_none(seen | mismatch.seen) != infer.state(seen)


def test_every_column_that_does_not_fit_is_told() -> None:
    with pytest.raises(TypeMismatches) as raised:
        _pandas.parse(b"1,1,True\n2.5,2,True\n3,x,True\n", layout("iib"))
    assert [(bad.column, bad.record, bad.text) for bad in raised.value.found] == [("c0", 1, "2.5"), ("c1", 2, "x")]


TEXTS = st.sampled_from(["1", "-2", "0", "2.5", "x", "True", None, HUGE, "9223372036854775808", "-9", "-9.0", "1e400"])
STATES = [
    ("int64", INT),
    ("int64", INT | TextKinds.NEGATIVE),
    ("float64", FLOAT),
    ("float64", INT | MISSING),
    ("bool", BOOL),
    ("uint64", TextKinds.UNSIGNED | INT),
    ("str", TEXT | INT),
    ("object", TextKinds.NOTHING),
]


@settings(max_examples=examples(37))
@given(st.lists(TEXTS, max_size=20), st.sampled_from(STATES), st.sampled_from([None, [-9]]))
def test_the_first_mismatch_is_the_one_that_a_plain_search_finds(
    column: list[str | None], state: tuple[str, TextKinds], na_values: Any
) -> None:
    dtype, seen = state
    wanted = inferred(dtype, seen, na_values=na_values)
    found = _pandas.first_mismatch("a", column, dtype_named(dtype), seen, wanted, 0)
    plainly = None
    for record in range(len(column)):
        if infer.state_or_none(seen | wanted.kinds_of(column[: record + 1], 0)) != infer.state(seen):
            plainly = TypeMismatch("a", record, column[record], wanted.kinds_of(column, 0))
            break
    assert found == plainly


# What the user asked for is never changed.


@pytest.mark.parametrize(
    ("dtype", "text", "expected"),
    [
        ("int8", "127,\n-128,\n", [127, -128]),
        ("int64", "1.0,\n2e3,\n", [1, 2000]),  # pandas takes whole floats for integers
        ("uint64", "18446744073709551615,\n", [2**64 - 1]),
        ("float32", "0.1,\n,\n", [float(np.float32(0.1)), None]),
        ("float64", f"{HUGE},\n1,\n", [1e20, 1.0]),
        ("bool", "True,\nfalse,\nTRUE,\n", [True, False, True]),
        ("bool", "1,\n0.0,\n", [True, False]),
        ("str", f"007,\nNA,\n{HUGE},\n", ["007", None, HUGE]),
    ],
)
def test_a_given_dtype(dtype: str, text: str, expected: list[Any]) -> None:
    wanted = asked(dtype)
    assert values(text, wanted) == expected
    (array,) = _pandas.parse(text.encode(), wanted)
    assert array.type == wanted.wanted[0][2].arrow


@pytest.mark.parametrize(
    ("dtype", "text", "record", "found"),
    [
        ("int8", "127,\n128,\n", 1, "128"),
        ("uint8", "1,\n-1,\n", 1, "-1"),
        ("int64", "1,\n1.5,\n", 1, "1.5"),
        ("int64", "1,\n,\n", 1, None),
        ("int64", "1,\ninf,\n", 1, "inf"),
        ("float64", "1,\nTrue,\n", 1, "True"),
        ("bool", "True,\n2,\n", 1, "2"),
        ("bool", "True,\n,\n", 1, None),
    ],
)
def test_what_a_given_dtype_does_not_hold(dtype: str, text: str, record: int, found: str | None) -> None:
    with pytest.raises(TypeMismatches) as raised:
        values(text, asked(dtype))
    (mismatch,) = raised.value.found
    assert (mismatch.record, mismatch.text) == (record, found)


def test_numbers_that_mean_missing_however_they_are_written() -> None:
    assert values("-999.00,\n-999,\n1.5,\n", inferred("float64", FLOAT, na_values=[-999])) == [None, None, 1.5]
    assert values("-999.00,\n1,\n", asked("float64", na_values=[-999])) == [None, 1.0]


def test_forms_of_numbers_and_words() -> None:
    assert values("1.234;\n2;\n", inferred("int64", INT, thousands=".", decimal=",", sep=";")) == [1234, 2]
    assert values("1,5;\n;\n", inferred("float64", FLOAT, decimal=",", sep=";")) == [1.5, None]
    assert values("yes,\nno,\n", inferred("bool", BOOL, true_values=["yes"], false_values=["no"])) == [True, False]
    # A whole number whose thousands are set apart twice in a row is none beside a float.
    assert values("1..2;\n", inferred("int64", INT, thousands=".", decimal=",", sep=";")) == [12]


# Text that is no table.


def bad(text: bytes, wanted: Layout) -> BadText:
    with pytest.raises(BadText) as raised:
        _pandas.parse(text, wanted)
    return raised.value


@pytest.mark.parametrize("record", [0, 1, 4])
def test_each_record_is_checked_the_first_too(record: int) -> None:
    lines = [b"1,a"] * 5
    lines[record] = b'1,"a\n",x'
    found = bad(b"\n".join(lines), layout("is"))
    assert (found.record, found.problem) == (record, "3 fields, expected 2")
    assert "names= gives names to 3 columns" in found.advice


def test_longer_records_are_let_go_where_columns_were_chosen() -> None:
    wanted = Layout(Dialect.of(usecols=["a", "b"]), ("a", "b"), (("a", 0, dtype_named("int64")),), (INT,))
    assert not wanted.dialect.check_fields
    assert values("1,x,2\n3,y\n", wanted) == [1, 3]


def test_a_quote_that_is_never_closed() -> None:
    found = bad(b'1,a\n2,"b\n3,c\n', layout("is"))
    assert (found.record, found.problem) == (1, NEVER_CLOSED)


@pytest.mark.parametrize("wanted", [layout("iss"), layout("iss", wanted=[2, 1]), layout("iss", given=False)])
def test_the_first_record_that_is_not_utf8(wanted: Layout) -> None:
    found = bad(b"1,a,x\n2,b,\xff\n3,caf\xe9,y\n", wanted)
    assert found.record == 1
    assert found.problem.startswith("column c2 holds the byte 0xff")
    assert isinstance(found.cause, UnicodeDecodeError)


def test_bytes_of_a_column_of_numbers_that_are_not_utf8() -> None:
    found = bad(b"1,a\n\xff,b\n", layout("is", given=False))
    assert (found.record, found.problem.split(",")[0]) == (1, "column c0 holds the byte 0xff")


def test_bytes_of_a_column_that_is_not_wanted_do_not_matter() -> None:
    assert lists(_pandas.parse(b"1,\xff\n", layout("is", wanted=[0]))) == [[1]]


@pytest.mark.parametrize(
    ("text", "dtype"),
    [
        *(("x", "int64"), ("300", "int8"), ("-1", "uint8"), ("1.5", "int64"), (HUGE, "int64"), (None, "int64")),
        *(("x", "float64"), ("2", "bool"), ("7", "int64")),
    ],
)
def test_a_refusal_is_of_the_class_that_pandas_raises(text: str | None, dtype: str) -> None:
    expected: type[Exception] = CSVError  # where pandas has none
    try:
        pd.read_csv(io.StringIO(f"a,b\n{text or ''},x\n"), dtype={"a": dtype})
    except Exception as error:
        expected = type(error)
    assert _pandas.refusal(text, dtype_named(dtype), asked(dtype)) is expected
