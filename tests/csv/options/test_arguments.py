"""The table of arguments. That each is kept as it says is tested in test_reading.py."""

from __future__ import annotations

import inspect
from pathlib import Path

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.csv.options.arguments import ARGUMENTS, DIALECT, Handling, check_arguments, table
from lazyframe.csv.options.dialect import Dialect


def test_every_argument_of_pandas_is_offered_or_named() -> None:
    assert set(inspect.signature(pd.read_csv).parameters) - set(ARGUMENTS) == {"filepath_or_buffer"}


def test_the_dialect_takes_what_it_is_given() -> None:
    assert set(DIALECT) <= set(ARGUMENTS)
    for name in DIALECT:
        assert Dialect.of(**{name: None} if name in ("delimiter", "names", "usecols", "dialect", "encoding") else {}) is not None


@pytest.mark.parametrize(
    ("argument", "value", "message"),
    [
        ("seperator", ",", r"no argument 'seperator'\. Did you mean 'sep'\?"),
        ("usecol", ["a"], r"no argument 'usecol'\. Did you mean 'usecols'\?"),
        ("null_values", ["a"], r"no argument 'null_values'\. Did you mean 'na_values'\?"),
        ("squeeze", True, r"pandas has removed it; select the column"),
        ("xyzzy", 1, r"no argument 'xyzzy'\. It has: sep"),
    ],
)
def test_refused_arguments(argument: str, value: object, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        check_arguments({argument: value})


def test_sep_and_delimiter_are_not_given_together() -> None:
    check_arguments({"sep": ";", "delimiter": None})
    with pytest.raises(ValueError, match="both sep and delimiter"):
        check_arguments({"sep": ",", "delimiter": ";"})


def test_arguments_that_change_nothing_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,x\n2,\n")
    plain = lf.read_csv(path)
    for argument in ({"low_memory": False}, {"engine": "c"}, {"encoding": "UTF-8"}, {"sep": ","}, {"index_col": None}):
        check_arguments(argument)
        pd.testing.assert_frame_equal(lf.read_csv(path, **argument).compute(), plain.compute())


def test_the_table_has_a_line_for_each() -> None:
    lines = table().splitlines()
    for name, argument in ARGUMENTS.items():
        assert f"| `{name}` | {argument.way.value} | {argument.note} |" in lines
    assert all(way.value in table() for way in Handling)


def test_what_the_parsers_of_pandas_read_otherwise_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,#N/A\n")
    for values in ("#N/A", ["x", "#N/A"], {"a": ["#N/A"]}):
        with pytest.raises(ValueError, match="comment='#' stands in '#N/A'"):
            lf.read_csv(str(path), comment="#", na_values=values, engine="python")
    lf.read_csv(str(path), comment="#", na_values="#N/A")
    lf.read_csv(str(path), comment="#", na_values=["x", -1], engine="python")


@pytest.mark.parametrize("text", ['a\n1\n"b"a', 'a,b\n1,2\n3,"4', 'a,b\n"1"2,3\n4,5\n'])
def test_quotes_in_a_footer_are_those_of_pandas(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    with pytest.raises(pd.errors.ParserError):
        pd.read_csv(path, skipfooter=1, engine="python")
    with pytest.raises(pd.errors.ParserError, match=r"a\.csv:\d: .*With skipfooter= pandas reads"):
        lf.read_csv(str(path), skipfooter=1)
