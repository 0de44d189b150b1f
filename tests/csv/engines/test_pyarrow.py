"""The engine of pyarrow: what it accepts is what pandas reads, and what it might take for something else it refuses."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import assume, example, given, settings
from layouts import by_pandas, layout, lists, texts

from lazyframe.csv.engines import _pyarrow
from lazyframe.csv.engines.layout import Layout, Rejected
from lazyframe.csv.options.dialect import Dialect, Missing
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.mismatches import CODED
from lazyframe.schema import OBJECT_BOOL, DType, dtype_named

INT, FLOAT, BOOL, TEXT, MISSING = TextKinds.INT, TextKinds.FLOAT, TextKinds.BOOL, TextKinds.TEXT, TextKinds.MISSING


def one(dtype: str | DType, seen: TextKinds | None, **dialect: Any) -> Layout:
    """A file of two columns, of which the first is wanted."""
    wanted = dtype_named(dtype) if isinstance(dtype, str) else dtype
    return Layout(Dialect.of(**dialect), ("a", "b"), (("a", 0, wanted),), (seen,))


@pytest.mark.parametrize(
    ("kinds", "text", "expected"),
    [
        ("si", b"a,1\nb,2\n", [["a", "b"], [1, 2]]),
        ("si", b"a,1\r\nb,2", [["a", "b"], [1, 2]]),
        ("si", b"\n\na,1\n\nb,2\n\n", [["a", "b"], [1, 2]]),
        ("si", b"\n\n", [[], []]),
        ("ss", b'"a,b","c\nd""e"\n', [["a,b"], ['c\nd"e']]),
        ("ss", b'"NA",\n"",x\n', [[None, None], [None, "x"]]),
        ("ff", b"1.5,\nNA,-3\n", [[1.5, None], [None, -3.0]]),
        ("ff", b",NA\n,\n", [[None, None], [None, None]]),
        ("fs", b"0.1,x\n123456789.123456789,y\n", [[0.1, 123456789.123456789], ["x", "y"]]),
        ("bb", b"True,0\nFALSE,1\n", [[True, False], [False, True]]),
        ("BB", b"true,\n,False\n", [[True, None], [None, False]]),
        ("BB", b"NA,\n,\n", [[None, None], [None, None]]),
    ],
)
@pytest.mark.parametrize("plain", [False, True])
def test_accepted(kinds: str, text: bytes, expected: list[list[Any]], plain: bool) -> None:
    places = [place for place, kind in enumerate(kinds) if kind == "s"] if plain else []
    arrays = _pyarrow.parse(text, layout(kinds, plain=places))
    assert lists(arrays) == expected
    for kind, array in zip(kinds, arrays, strict=True):
        assert array.type == {"s": pa.string() if plain else CODED, "i": pa.int64(), "f": pa.float64()}.get(kind, pa.bool_())


@settings(max_examples=examples(25))
@given(texts(plain=False))
@example((b"True\tTrue\0\n", layout("BB", sep=b"\t"), "BB"))
@example((b'1,"a\r\n"\r\n\r\n2,\r\n', layout("is"), "is"))
def test_what_is_accepted_is_as_pandas_reads_it(case: tuple[bytes, Layout, str]) -> None:
    text, wanted, _ = case
    try:
        found = lists(_pyarrow.parse(text, wanted))
    except Rejected:
        return
    expected = by_pandas(text, wanted)
    assert expected is None or repr(found) == repr(expected)  # repr tells -0.0 from 0.0


@settings(max_examples=examples(20))
@given(texts(plain=True))
def test_plain_text_is_not_refused(case: tuple[bytes, Layout, str]) -> None:
    text, wanted, _ = case
    assume(text)
    assert lists(_pyarrow.parse(text, wanted)) == by_pandas(text, wanted)


REFUSED = {
    "no text": (layout("si"), b""),
    "too few fields": (layout("sii"), b"a,1,2\na,1\n"),
    "too many fields": (layout("si"), b"a,1\na,1,2\n"),
    "a quote inside a plain field": (layout("ss"), b'a"b,c\n"d",e\n'),
    "text after a quoted field": (layout("ss"), b'"a"b,c\n'),
    "a quote never closed": (layout("ss"), b'a,"b\n'),
    "a return alone": (layout("ss"), b"a,b\rc,d\n"),
    "a return alone beside others": (layout("ss"), b"a,b\r\nc,d\re,f\r\n"),
    "a blank line in a file of one column": (layout("s"), b"a\n\nb\n"),
    "a line of blanks in a file of one column": (layout("s"), b"a\n b\n"),
    "a file of one column that begins with a blank line": (layout("s"), b"\na\n"),
    "a byte order mark": (layout("ss"), b"\xef\xbb\xbfa,b\n"),
    "a hexadecimal number": (layout("is"), b"0x1F,a\n"),
    "a hexadecimal number, written large": (layout("is"), b"1,a\n0X1F,a\n"),
    "a missing integer": (layout("is"), b"1,a\n,b\n"),
    "no integer": (layout("is"), b"1.0,a\n"),
    "no float": (layout("fs"), b"1.2.3,a\n"),
    "a NaN that pandas does not know": (layout("fs"), b"nAn,a\n1.5,b\n"),
    "infinite": (layout("fs"), b"inf,a\n"),
    "a float too large": (layout("fs"), b"1e400,a\n"),
    "a whole number beyond 64 bits": (layout("fs"), b"9223372036854775808,a\n"),
    "a truth value among blanks": (layout("Bs"), b" True ,a\n"),
    "a truth value in other letters": (layout("Bs"), b"tRUE,a\n"),
    "a number in place of a truth value": (layout("Bs"), b"1,a\n"),
    "a missing truth value": (layout("bs"), b"True,a\n,b\n"),
    "no truth value": (layout("bs"), b"yes,a\n"),
    "a byte that is not utf-8": (layout("ss"), b"a,\xff\n"),
    "what is missing differs by column": (layout("ss", missing=Missing.of({"c0": ["x"]}, True)), b"a,b\n"),
    "a number that na_values names": (one("float64", FLOAT, na_values=[-999]), b"-999.00,a\n1.5,b\n"),
    "a zero of an unsigned column": (one("uint64", TextKinds.UNSIGNED | INT), b"0,a\n"),
    "a whole number beyond int64 in text": (one("str", TEXT | INT), b"x,a\n9223372036854775808,b\n"),
    "a column of other forms": (one("float64", FLOAT, decimal=",", sep=";"), b"1,5;a\n"),
    "a column whose texts are left as they are": (one("str", TEXT | TextKinds.UNSIGNED | TextKinds.LARGE_FIRST), b"NA,a\n"),
    "a column of which nothing is known": (one("object", TextKinds.NOTHING), b",a\n"),
    "a column that has yet to be seen": (one("float64", INT | MISSING | TextKinds.ALIAS, na_values=[-9]), b"1,a\n"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused(case: str) -> None:
    wanted, text = REFUSED[case]
    with pytest.raises(Rejected):
        _pyarrow.parse(text, wanted)


@pytest.mark.parametrize("place", range(0, 40, 3))
def test_a_hexadecimal_number_is_found_wherever_it_stands(place: int) -> None:
    wanted = layout("is")
    assert lists(_pyarrow.parse(b"1,%sx\n" % (b"a" * place), wanted))[0] == [1], "an x that follows no 0"
    with pytest.raises(Rejected):
        _pyarrow.parse(b"1,%s0x\n" % (b"a" * place), wanted)


def test_words_of_a_column_that_was_inferred_are_those_of_pandas() -> None:
    text = b"tRUE,a\n0,b\n"
    assert lists(_pyarrow.parse(text, one("bool", None))) == [[True, False]]
    with pytest.raises(Rejected):
        _pyarrow.parse(text, one("bool", BOOL))


def test_single_precision_is_rounded_twice_as_in_pandas() -> None:
    text = "1.00000005960464477539062500000001"  # just above the middle of two float32, and the middle itself for a float64
    assert pa.array([text]).cast(pa.float32()).to_pylist() != [1.0]
    (array,) = _pyarrow.parse(f"{text},a\n".encode(), one("float32", None))
    assert array.type == pa.float32()
    assert array.to_pylist() == [float(np.float32(np.float64(text)))] == [1.0]


@pytest.mark.parametrize(("dtype", "fits", "refused"), [("int8", b"-128", b"128"), ("uint16", b"65535", b"-1")])
def test_narrow_integers(dtype: str, fits: bytes, refused: bytes) -> None:
    (array,) = _pyarrow.parse(fits + b",1\n", one(dtype, None))
    assert array.equals(pa.array([int(fits)], dtype_named(dtype).arrow))
    with pytest.raises(Rejected):
        _pyarrow.parse(refused + b",1\n", one(dtype, None))


def test_numbers_named_missing_are_missing_where_that_is_how_they_are_written() -> None:
    assert lists(_pyarrow.parse(b"-999,a\n1.5,b\n", one("float64", FLOAT, na_values=[-999]))) == [[None, 1.5]]


def test_booleans_with_missing_values_of_a_chunk_without_any_word() -> None:
    (array,) = _pyarrow.parse(b",a\nNA,b\n", one(OBJECT_BOOL, BOOL | MISSING))
    assert array.equals(pa.nulls(2, pa.bool_()))
