"""The contract of the engines: what a layout says of its columns, and what one engine leaves to another."""

from __future__ import annotations

import pickle
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from layouts import layout

from lazyframe.csv.engines.layout import BadText, Layout, Rejected, places_of, verified
from lazyframe.csv.errors import CSVError
from lazyframe.csv.options.dialect import Dialect, Missing
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.mismatches import CODED
from lazyframe.schema import dtype_named

INT, FLOAT, TEXT, MISSING = TextKinds.INT, TextKinds.FLOAT, TextKinds.TEXT, TextKinds.MISSING


def column(dtype: str, seen: TextKinds | None, **dialect: Any) -> Layout:
    """The layout of a file of one column."""
    return Layout(Dialect.of(**dialect), ("a",), (("a", 0, dtype_named(dtype)),), (seen,))


def test_columns_are_known_by_name_and_by_place() -> None:
    found = layout("isf", wanted=[2, 0])
    assert found.width == 3
    assert found.positions == {"c0": 0, "c1": 1, "c2": 2}
    assert found.places == ["0", "1", "2"]
    assert places_of(found.names) is found.positions, "made once for all files of these columns"


def test_one_column_alone_is_text_of_the_same_file() -> None:
    whole = layout("isf", sep=b";")
    alone = whole.alone(2)
    assert alone.wanted == (("c2", 2, dtype_named("str")),)
    assert alone.seen == (None,)
    assert (alone.names, alone.dialect) == (whole.names, whole.dialect)


def test_what_is_missing_may_differ_by_column() -> None:
    whole = layout("ss", missing=Missing.of({"c0": ["x"], 1: ["y"]}, keep_default=False))
    assert whole.missing_in(0).all_texts() == {"x"}
    assert whole.missing_in(1).all_texts() == {"y"}


def test_kinds_of_columns_together_are_those_of_each() -> None:
    whole = layout("ii", missing=Missing.of({"c0": [-9]}, keep_default=True))
    assert whole.kinds_of(["-9.0", "1"], 0) & TextKinds.NEGATIVE == TextKinds.NOTHING
    assert whole.kinds_of(["1", None], 0) == INT | MISSING
    assert whole.kinds_of(["-9"], 0) & TextKinds.ALIAS, "a number that na_values names"
    assert not whole.kinds_of(["-9"], 1) & TextKinds.ALIAS
    columns: list[tuple[list[str | None], int]] = [(["1", "x"], 0), (["-9"], 1), (["-9"], 0), ([None], 1)]
    assert whole.kinds_of_each(columns) == [whole.kinds_of(texts, place) for texts, place in columns]


@pytest.mark.parametrize(
    ("given", "needs"),
    [
        (column("int64", INT), False),
        (column("int64", None), False),
        (column("str", TEXT), False),
        (column("str", TextKinds.UNSIGNED | TextKinds.NEGATIVE | INT), True),  # its texts stay as they are
        (column("float64", INT | MISSING | TextKinds.ALIAS), True),  # whether -9.0 is missing hangs on what is yet to come
        (column("object", TextKinds.NOTHING), True),  # nothing is known of it
        (column("float64", FLOAT, decimal=","), True),
        (column("str", TEXT, decimal=","), False),  # text is text in every form of numbers
    ],
)
def test_which_columns_only_pandas_reads(given: Layout, needs: bool) -> None:
    assert given.needs_pandas is needs


@pytest.mark.parametrize(
    ("given", "array", "doubted"),
    [
        (column("float64", FLOAT, na_values=[-999]), pa.array([1.0, -999.0]), True),
        (column("float64", FLOAT, na_values=[-999]), pa.array([1.0, -998.0]), False),
        (column("int64", None, na_values=[7]), pa.array([1, 7]), True),
        (column("float64", FLOAT), pa.array([1.0, -999.0]), False),
        (column("uint64", TextKinds.UNSIGNED | INT), pa.array([0, 2**63], pa.uint64()), True),  # which may be -0
        (column("uint64", TextKinds.UNSIGNED | INT), pa.array([1, 2**63], pa.uint64()), False),
        (column("uint64", None), pa.array([0, 1], pa.uint64()), False),
        (column("str", TEXT | INT), pa.array(["x", " +9223372036854775808"]), True),  # if it comes first all texts are literal
        (column("str", TEXT | INT), pa.array(["x", "9223372036854775808"]).dictionary_encode(), True),
        (column("str", TEXT | INT), pa.array(["x", "922337203685477580", None]), False),
        (column("str", TEXT | INT | TextKinds.OTHER_FIRST), pa.array(["x", "9223372036854775808"]), False),
        (column("str", TEXT), pa.array(["x", "9223372036854775808"]), False),
        (column("str", None), pa.array(["x", "9223372036854775808"]), False),
    ],
)
def test_values_behind_which_there_may_be_another_text_are_doubted(given: Layout, array: pa.Array, doubted: bool) -> None:
    if doubted:
        with pytest.raises(Rejected):
            verified([array], given)
    else:
        assert verified([array], given) == [array]


def test_a_doubt_is_of_the_column_that_has_it() -> None:
    given = replace(layout("sis", missing=Missing.of([5], keep_default=True)), seen=(TEXT, INT, TEXT))
    assert [number for number, _ in given.doubts] == [1]
    assert verified([pa.array(["5"], CODED.value_type), pa.array([4]), pa.array(["5"])], given)
    with pytest.raises(Rejected):
        verified([pa.array(["4"]), pa.array([5]), pa.array(["4"])], given)


def test_bad_text_is_an_error_of_pandas_too() -> None:
    told = BadText(3, "3 fields, expected 2").told("a.csv:5", ': "1,2,3".')
    assert isinstance(told, CSVError)
    assert isinstance(told, pd.errors.ParserError)
    assert told.said() == 'a.csv:5: 3 fields, expected 2: "1,2,3".'


def test_bad_bytes_are_the_error_that_python_raises() -> None:
    try:
        b"caf\xe9".decode()
    except UnicodeDecodeError as error:
        told = BadText(0, "no utf-8", cause=error).told("a.csv:2", "")
    assert isinstance(told, CSVError)
    assert isinstance(told, UnicodeDecodeError)
    assert (told.start, told.object) == (3, b"caf\xe9")
    assert told.said() == "a.csv:2: no utf-8"


def test_a_layout_travels_to_workers() -> None:
    given = layout("isf", plain=[1])
    assert given.doubts == []  # what was made of it goes along, or is made anew
    there = pickle.loads(pickle.dumps(given))
    assert there == given
    assert there.positions == given.positions
