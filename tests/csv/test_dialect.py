from __future__ import annotations

import inspect

import pandas as pd
import pytest
from pandas._libs.parsers import STR_NA_VALUES

from lazyframe.csv import dialect
from lazyframe.csv.dialect import Dialect, Missing, check_arguments, choose


def test_the_missing_texts_are_those_of_pandas() -> None:
    assert dialect.DEFAULT_NA == STR_NA_VALUES


def test_every_argument_of_pandas_is_offered_or_named() -> None:
    known = {*dialect.OFFERED, *dialect._LATER, *dialect._WITHOUT_EFFECT}
    assert set(inspect.signature(pd.read_csv).parameters) - known == {"filepath_or_buffer"}


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("seperator", ",", r"no argument 'seperator'\. Did you mean 'sep'\?"),
        ("usecol", ["a"], r"no argument 'usecol'\. Did you mean 'usecols'\?"),
        ("skiprows", 1, r"skiprows is not offered yet; header=n"),
        ("comment", "#", r"comment is not offered yet"),
        ("squeeze", True, r"pandas has removed it; select the column"),
        ("xyzzy", 1, r"no argument 'xyzzy'\. It has: sep"),
        ("encoding", "latin-1", r"encoding='latin-1' is not offered yet"),
    ],
)
def test_refused_arguments(argument: str, value: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        check_arguments({argument: value})


def test_arguments_that_change_nothing_are_taken() -> None:
    check_arguments({"low_memory": False, "engine": "c", "encoding": "UTF-8", "sep": ";"})


@pytest.mark.parametrize("separator", ["", ",,", "\n", '"', "é", 1, r"\s+"])
def test_a_separator_is_one_byte(separator: object) -> None:
    with pytest.raises(ValueError, match="the separator is one character"):
        Dialect.of(sep=separator)


def test_sep_and_delimiter() -> None:
    assert Dialect.of(delimiter="|").separator == b"|"
    with pytest.raises(ValueError, match="both sep and delimiter"):
        Dialect.of(sep=",", delimiter=",")


@pytest.mark.parametrize("header", [-1, True, [0, 1], "yes", 1.0])
def test_a_header_is_a_line(header: object) -> None:
    with pytest.raises(ValueError, match="header="):
        Dialect.of(header=header)


def test_names_stand_for_no_header_unless_one_is_given() -> None:
    assert Dialect.of(names=["a"]).header is None
    assert Dialect.of(names=["a"], header=0).header == 0
    with pytest.raises(ValueError, match="stands there twice"):
        Dialect.of(names=["a", "a"])
    with pytest.raises(TypeError, match="as a list"):
        Dialect.of(names="ab")


def test_missing_numbers_have_all_their_texts() -> None:
    missing = Missing.of([-999, "x", 1.5], False)
    assert missing.texts == {"-999", "-999.0", "x", "1.5"}
    assert missing.numbers == {-999.0, 1.5}
    assert Missing.of({"a": 1}, True).texts is None


def test_choose() -> None:
    names = ("a", "b", "c")
    assert choose([2, 0], names) == ("a", "c")
    assert choose(lambda name: name > "a", names) == ("b", "c")
    assert choose(None, names) == names
    with pytest.raises(ValueError, match=r"asks for \['B'\].* Did you mean 'b'\?"):
        choose(["B"], names)
    with pytest.raises(ValueError, match=r"asks for \[7\]"):
        choose([7], names)
    with pytest.raises(ValueError, match="either names or positions"):
        choose(["a", 1], names)
    with pytest.raises(ValueError, match="a list of names"):
        choose("a", names)
