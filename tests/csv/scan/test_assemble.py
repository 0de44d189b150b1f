"""Columns of the frame, of what engines parsed: dates, columns that a file lacks, extension dtypes, large integers."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from lazyframe.csv.scan import assemble
from lazyframe.csv.scan.reader import layout_of
from lazyframe.csv.sniff.columns import ColumnSpec
from lazyframe.csv.source.opening import Opening, opened
from lazyframe.csv.types.dates import Dates
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.mismatches import CODED, TypeMismatch, TypeMismatches
from lazyframe.schema import BIG_INTEGERS, as_dtype, dtype_named

Write = Callable[..., str]
INT, FLOAT, TEXT, MISSING, HUGE = TextKinds.INT, TextKinds.FLOAT, TextKinds.TEXT, TextKinds.MISSING, TextKinds.HUGE
DAYS = Dates("d", ("d",), "%Y-%m-%d", zone="")


def coded(*texts: str | None) -> pa.Array:
    return pa.array(texts, pa.string()).dictionary_encode()


def mismatch(function: Callable[..., Any], *arguments: Any) -> TypeMismatch:
    with pytest.raises(TypeMismatches) as raised:
        function(*arguments)
    (found,) = raised.value.found
    return found


# ---- dates


def formats(opening: Opening, *columns: ColumnSpec) -> dict[int, str]:
    layout = layout_of(opening.spec.dialect, opening.files[0], list(columns))
    return assemble.formats(layout, list(columns))


def test_which_dates_the_native_engine_makes(write: Write) -> None:
    opening = opened(write("k,d,e\n1,2020-01-02,2020\n"))
    plain = ColumnSpec("d", dates=DAYS)
    assert formats(opening, ColumnSpec("k", seen=INT), plain) == {1: "%Y-%m-%d"}
    for other in (
        replace(plain, dates=replace(DAYS, format="%d/%m/%Y")),  # the core has no such form
        replace(plain, dates=replace(DAYS, zone="UTC")),
        replace(plain, dates=replace(DAYS, zone=None, format=None)),
        replace(plain, dates=Dates("d", ("d", "e"), "%Y-%m-%d", zone="")),
        replace(plain, seen=TextKinds.TEXT),  # it is no column of dates
        replace(plain, seen=TextKinds.FINE),
        replace(plain, dates=None),
        replace(plain, given=as_dtype(pd.ArrowDtype(pa.timestamp("ns")))),
    ):
        assert formats(opening, other) == {}


def test_dates_are_made_of_texts() -> None:
    column = ColumnSpec("d", dates=DAYS)
    found = assemble.dates_of(column, [coded("2020-01-02", None, "NaT", "2020-01-02")])
    values = found.to_pylist()
    assert [value and str(value) for value in values] == ["2020-01-02 00:00:00", None, None, "2020-01-02 00:00:00"]


def test_dates_of_several_fields_are_joined_by_a_blank() -> None:
    column = ColumnSpec("d", dates=Dates("d", ("d", "t"), "%Y-%m-%d %H:%M", zone=""))
    found = assemble.dates_of(column, [coded("2020-01-02", "2021-03-04"), coded("10:20", "00:00")])
    assert [str(value) for value in found.to_pylist()] == ["2020-01-02 10:20:00", "2021-03-04 00:00:00"]


def test_a_column_of_dates_that_is_none_is_text() -> None:
    column = ColumnSpec("d", dates=DAYS, seen=TEXT)
    texts = coded("soon", None, "2020-01-02")
    assert assemble.dates_of(column, [texts]).type == CODED
    assert assemble.dates_of(replace(column, coded=False), [texts]).type == pa.string()
    assert assemble.dates_of(column, [texts]).to_pylist() == ["soon", None, "2020-01-02"]


def test_what_is_no_date_is_told_with_its_record() -> None:
    found = mismatch(assemble.dates_of, ColumnSpec("d", dates=DAYS), [coded("2020-01-02", None, "soon", "never")])
    assert (found.column, found.record, found.text, found.seen) == ("d", 2, "soon", TEXT)


def test_the_first_date_is_asked_for_where_the_format_is_not_known() -> None:
    unknown = ColumnSpec("d", dates=Dates("d", ("d",)))
    assert mismatch(assemble.dates_of, unknown, [coded(None, "2020-01-02")]) == TypeMismatch("d", 1, "2020-01-02", MISSING)
    assert mismatch(assemble.dates_of, unknown, [coded(None, None)]) == TypeMismatch("d", 0, None, MISSING)
    known = replace(unknown, seen=MISSING)
    assert assemble.dates_of(known, [coded(None, "")]).equals(pa.nulls(2, known.dtype.arrow))
    assert len(assemble.dates_of(unknown, [coded()])) == 0


# ---- columns that a file lacks


@pytest.mark.parametrize(
    ("column", "expected"),
    [
        (ColumnSpec("a", seen=FLOAT | MISSING), pa.array([math.nan] * 2)),
        (ColumnSpec("a", seen=TEXT | MISSING), pa.nulls(2, pa.string())),
        (ColumnSpec("a", given=dtype_named("float32")), pa.array([math.nan] * 2, pa.float32())),
        (ColumnSpec("a", given=dtype_named("str")), pa.nulls(2, pa.string())),
        # Its texts are left as they are: pandas reads an empty field.
        (
            ColumnSpec("a", seen=TEXT | TextKinds.UNSIGNED | TextKinds.LARGE_FIRST | TextKinds.NO_INT | MISSING),
            pa.array(["", ""]),
        ),
    ],
)
def test_a_column_that_a_file_lacks(column: ColumnSpec, expected: pa.Array) -> None:
    found = assemble.absent(column, 2)
    assert found.type == expected.type
    assert repr(found.to_pylist()) == repr(expected.to_pylist())
    assert len(assemble.absent(column, 0)) == 0


@pytest.mark.parametrize("column", [ColumnSpec("a", seen=INT), ColumnSpec("a", given=dtype_named("int64"))])
def test_a_file_that_lacks_a_column_of_integers(column: ColumnSpec) -> None:
    assert mismatch(assemble.absent, column, 2) == TypeMismatch("a", 0, None, MISSING)
    assert assemble.absent(column, 0).type == pa.int64()


# ---- other dtypes


def test_truth_values_as_the_numbers_that_were_asked_for() -> None:
    words = pa.array([True, None, False])
    floats = assemble.numbers_of_words(ColumnSpec("a", given=dtype_named("float64")), words)
    assert floats.type == pa.float64()
    assert repr(floats.to_pylist()) == "[1.0, nan, 0.0]"
    assert assemble.numbers_of_words(ColumnSpec("a", given=dtype_named("int8")), words).equals(pa.array([1, None, 0], pa.int8()))


def test_whole_numbers_beyond_64_bits_are_their_digits(write: Write) -> None:
    column = ColumnSpec("a", seen=HUGE)
    layout = layout_of(opened(write("a,b\n1,2\n")).spec.dialect, opened(write("a,b\n1,2\n")).files[0], [column])
    assert column.dtype == BIG_INTEGERS
    found = assemble.integers(column, coded("1", "99999999999999999999"), layout)
    assert found.type == BIG_INTEGERS.arrow
    assert [int(text) for text in found.to_pylist()] == [1, 10**20 - 1]
    told = mismatch(assemble.integers, column, pa.array(["1", "x"]), layout)
    assert (told.record, told.text) == (1, "x")


def test_what_does_not_fit_an_extension_dtype(write: Write) -> None:
    opening = opened(write("a,b\n1,2\n"), dtype={"a": "Int64"})
    column = opening.spec.column("a")
    layout = layout_of(opening.spec.dialect, opening.files[0], [column])
    assert assemble.extension(column, coded("1", None), layout).to_pylist() == [1, None]
    found = mismatch(assemble.extension, column, coded("1", "x", "y"), layout)
    assert (found.column, found.record, found.text) == ("a", 1, "x")
    assert found.seen & TEXT
