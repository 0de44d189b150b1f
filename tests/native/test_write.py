"""Rows as text by the core, against numpy's and csv's."""

from __future__ import annotations

import csv
import ctypes
import io
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.native import abi, library
from lazyframe.native import write as native
from lazyframe.native.memory import InvalidCall
from lazyframe.native.write import Form, Time, rows_as_text

FORM = Form(ord(","), ord('"'), b'",\n', b"", b"\n")

pytestmark = pytest.mark.skipif(library.library() is None, reason="there is no core, or it is left out")


def text(*columns, form=FORM):
    return b"".join(rows_as_text(columns, 0, len(columns[0]), form)).decode()


def check_floats(values):
    want = values.astype(str)
    want[np.isnan(values)] = ""
    assert text(np.zeros(len(values), np.int64), values).splitlines() == [f"0,{value}" for value in want]


@given(st.lists(st.integers(0, 2**64 - 1), min_size=1, max_size=50))
def test_floats_of_any_bits(bits):
    check_floats(np.array(bits, np.uint64).view(np.float64))


@given(st.lists(st.integers(-(10**17), 10**17), min_size=1, max_size=50), st.integers(0, 22))
def test_floats_of_few_decimals(digits, decimals):
    values = np.array(digits, np.float64) / 10.0**decimals
    check_floats(np.concatenate([values, np.nextafter(values, 0), np.nextafter(values, np.inf)]))


def test_floats_at_every_power():
    twos, tens = 2.0 ** np.arange(-1074, 1024), np.array([float(f"1e{power}") for power in range(-323, 309)])
    special = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, 5e-324, 1e15 - 1, 1e15, 1e16, 9007199254740993.0, 0.1 + 0.2])
    for values in (twos, tens):
        check_floats(np.concatenate([values, -np.nextafter(values, 0), np.nextafter(values, np.inf), special]))
    rng = np.random.default_rng(0)
    check_floats(rng.integers(0, 2**64, 200_000, np.uint64).view(np.float64))
    check_floats(rng.random(100_000))


@given(st.lists(st.integers(-(2**63), 2**63 - 1), min_size=1))
def test_integers(numbers):
    edges = [0, 9, 10, 99, 100, 999, 1000, 9999, 10000, 2**63 - 1, -(2**63)]
    for values in (np.array(numbers + edges + [-edge for edge in edges[:-1]]), np.array([*edges[:-1], 2**64 - 1], np.uint64)):
        assert text(values).split() == values.astype(str).tolist()


_letters = st.text(st.sampled_from("a\",\n\r'; ä€\x7f😀"), max_size=40)


@given(st.lists(st.none() | _letters, min_size=1), st.booleans(), st.booleans(), st.integers(0, 3), st.booleans())
def test_texts(texts, coded, large, skipped, lone):
    array = pa.array(texts, pa.large_string() if large else pa.string())
    array = (array.dictionary_encode() if coded else array)[min(skipped, len(texts) - 1) :]
    rows = [["" if value is None else value] * (1 if lone else 2) for value in array.to_pylist()]
    want = io.StringIO(newline="")
    csv.writer(want, lineterminator="\n", quoting=csv.QUOTE_MINIMAL).writerows(rows)
    specials = bytes(code for code in b'",\n\r' if _is_quoted(chr(code)))
    form = replace(FORM, specials=specials)
    assert text(*[array] * (1 if lone else 2), form=form) == want.getvalue()


def _is_quoted(letter):
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerow([f"x{letter}x"])
    return out.getvalue().startswith('"')


@given(st.lists(st.datetimes() | st.none(), min_size=1), st.sampled_from(["s", "ms", "us"]))
def test_times(times, unit):
    values = np.array(times, f"datetime64[{unit}]")
    count = {"s": 1, "ms": 10**3, "us": 10**6}[unit]
    digits = len(str(count)) - 1
    want = ["" if np.isnat(value) else str(value).replace("T", " ") for value in values]
    days = ["" if np.isnat(value) else str(value)[:10] for value in values]
    zeros = np.zeros(len(times), np.int64)
    for fraction, wanted in ((digits, want), (abi.DAYS_ONLY, days)):
        made = rows_as_text([zeros, Time(values.view(np.int64), count, fraction)], 0, len(values), FORM)
        if any(value and value < "1000" for value in days):
            assert made is None  # pandas writes these years without their zeros
        else:
            assert b"".join(made).decode().splitlines() == [f"0,{value}" for value in wanted]


def test_a_row_longer_than_the_room(monkeypatch):
    monkeypatch.setattr(native, "_ROOM", 100)
    texts = ["x" * length for length in (0, 1, 20, 5000, 1)] * 3
    assert text(pa.array(texts), np.arange(15)) == "".join(f"{value},{row}\n" for row, value in enumerate(texts))


def test_some_of_the_rows():
    columns = [np.arange(9), pa.array(list("abcdefghi")), np.arange(9) % 2 == 0]
    assert b"".join(rows_as_text(columns, 4, 6, FORM)) == b"4,e,True\n5,f,False\n"
    assert rows_as_text(columns, 4, 4, FORM) == []


def test_what_is_given_is_checked():
    with pytest.raises(InvalidCall):
        rows_as_text([np.zeros(1, np.float32)], 0, 1, FORM)
    with pytest.raises(InvalidCall):
        rows_as_text([pa.array([1])], 0, 1, FORM)
    outside = pa.DictionaryArray.from_arrays(pa.array([0, 7], pa.int32()), pa.array(["a"]), safe=False)
    backwards = pa.Array.from_buffers(pa.string(), 2, [None, pa.py_buffer(np.array([0, 9, 3], np.int32)), pa.py_buffer(b"abc")])
    for column in (outside, backwards):
        assert rows_as_text([column], 0, len(column), FORM) is None
    for column in (np.zeros(3, np.int64), np.zeros(3, bool), Time(np.zeros(3, np.int64), 1, 0), pa.array(["a"] * 3)):
        assert rows_as_text([column], 0, 4, FORM) is None  # more rows than it has
        assert rows_as_text([column], 3, 2, FORM) == []
    assert rows_as_text([Time(np.zeros(1, np.int64), 7, 0)], 0, 1, FORM) is None


@pytest.mark.parametrize("member", ["writing_size", "written_size", "column_count", "columns", "out"])
def test_a_request_that_makes_no_sense_is_refused(member):
    values, out = np.zeros(2, np.int64), np.zeros(1000, np.uint8)
    columns = (abi.WrittenStruct * 1)(abi.WrittenStruct(type=abi.WRITE_INT64, values=values.ctypes.data, values_bytes=16))
    request = abi.WritingStruct(ctypes.sizeof(abi.WritingStruct), ctypes.sizeof(abi.WrittenStruct), 1, 44, 34, stop=2)
    request.columns, request.out, request.out_room = ctypes.addressof(columns), out.ctypes.data, len(out)
    core = library.loaded()
    assert core.lf_write(ctypes.byref(request)) == 2  # two zeros, and nothing that ends a row
    setattr(request, member, 0)
    assert core.lf_write(ctypes.byref(request)) == abi.REFUSED


@pytest.mark.parametrize("member", ["bytes_length", "offsets_bytes", "offsets", "validity_bytes"])
def test_texts_outside_of_their_memory_are_refused(member):
    offsets, letters, valid, out = (
        np.array([0, 1, 3], np.int32),
        np.full(3, 120, np.uint8),
        np.ones(1, np.uint8),
        np.zeros(1000, np.uint8),
    )
    column = abi.WrittenStruct(type=abi.WRITE_TEXT32, offsets_bytes=12, bytes_length=3, validity_bytes=1, first_valid=0)
    column.offsets, column.bytes, column.validity = offsets.ctypes.data, letters.ctypes.data, valid.ctypes.data
    columns = (abi.WrittenStruct * 1)(column)
    request = abi.WritingStruct(ctypes.sizeof(abi.WritingStruct), ctypes.sizeof(abi.WrittenStruct), 1, 44, 34, stop=2)
    request.columns, request.out, request.out_room = ctypes.addressof(columns), out.ctypes.data, len(out)
    core = library.loaded()
    assert core.lf_write(ctypes.byref(request)) == 3
    assert out[:3].tobytes() == b'x""'  # the second is missing, and what stands for that is empty
    setattr(columns[0], member, None if member == "offsets" else getattr(columns[0], member) - 1)
    assert core.lf_write(ctypes.byref(request)) == abi.REFUSED
