from __future__ import annotations

from pathlib import Path

import pytest
from pandas._libs.parsers import STR_NA_VALUES

import lazyframe as lf
from lazyframe.csv.options import dialect
from lazyframe.csv.options.dialect import Dialect, Forms, Missing, choose


def test_the_missing_texts_are_those_of_pandas() -> None:
    assert dialect.DEFAULT_NA == STR_NA_VALUES


@pytest.mark.parametrize("separator", ["", "\n", '"', 1])
def test_a_separator_is_text(separator: object) -> None:
    with pytest.raises(ValueError, match="the separator is a character"):
        Dialect.of(sep=separator)


@pytest.mark.parametrize("separator", [",,", "é", r"\s+"])
def test_records_with_longer_separators_are_rewritten(separator: str) -> None:
    dialect = Dialect.of(sep=separator)
    assert dialect.rewriting is not None
    assert dialect.separator == b","


def test_delimiter_is_sep() -> None:
    assert Dialect.of(delimiter="|").separator == b"|"


@pytest.mark.parametrize("header", [-1, True, "yes", 1.0])
def test_a_header_is_a_line(header: object) -> None:
    with pytest.raises((ValueError, TypeError), match="header="):
        Dialect.of(header=header)


def test_a_header_is_several_lines() -> None:
    assert (Dialect.of(header=[0, 2]).header, Dialect.of(header=[0, 2]).levels) == (2, (0, 2))
    assert (Dialect.of(header=[1]).header, Dialect.of(header=[1]).levels) == (1, ())


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


@pytest.mark.parametrize("skiprows", [None, 0, [], 3, [0, 1, 2], [2, 1, 0, 0], range(3)])
def test_the_first_lines_are_counted(skiprows: object) -> None:
    dialect = Dialect.of(skiprows=skiprows)
    assert dialect.skiprows in (0, 3)
    assert dialect.rewriting is None


@pytest.mark.parametrize("skiprows", ["ab", 1.5, [True], ["a"]])
def test_lines_to_skip_are_numbers(skiprows: object) -> None:
    with pytest.raises(ValueError, match="how many lines to skip"):
        Dialect.of(skiprows=skiprows)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"decimal": ""}, "decimal='': pass one character"),
        ({"thousands": ".."}, "thousands='..': pass one character"),
        ({"thousands": "0"}, "thousands='0': a digit is part of the number"),
        ({"thousands": "\xa0"}, "it has to be one byte in utf-8, as for pandas"),
    ],
)
def test_forms_of_numbers_are_one_character(arguments: dict[str, str], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Dialect.of(**arguments)


def test_truth_values_are_no_numbers() -> None:
    with pytest.raises(TypeError, match="true_values has 1: pass the texts as they stand in the file, such as '1'"):
        Dialect.of(true_values=["yes", 1])
    assert Dialect.of(true_values="yes", false_values={"no"}).forms == Forms(true=("yes",), false=("no",))


def test_missing_texts_of_a_column() -> None:
    missing = Missing.of({"a": [-1], 1: "x"}, True)
    assert missing.of_column("a", 0).numbers == {-1.0}
    assert "x" in (missing.of_column("b", 1).texts or ())
    assert missing.of_column("c", 2) == Missing.of(None, True)


def test_a_function_that_says_what_to_skip_says_which_line_it_failed_for(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")

    def broken(line: int) -> bool:
        return 1 // line > 2

    with pytest.raises(ZeroDivisionError, match=r"^skiprows=broken failed for line 0: ZeroDivisionError: ") as raised:
        lf.read_csv(tmp_path / "a.csv", skiprows=broken).compute()
    assert isinstance(raised.value, lf.CSVError)
