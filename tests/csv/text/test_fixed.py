"""`read_fwf` and `read_table` beside pandas."""

from __future__ import annotations

import gzip
import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from naming import named

import lazyframe as lf
from lazyframe.csv import CSVError
from lazyframe.csv.text import fixed
from lazyframe.csv.text.fixed import Fixed

Write = Callable[..., str]

TEXT = "id  name   val\n 1  Ada    2.5\n22  Bob\n\n 3  Cé  1 10.25\n"
WIDTHS = [4, 7, 5]

ARGUMENTS: list[dict[str, Any]] = [
    *({}, {"header": None}, {"header": 1}, {"header": [0, 1]}, {"header": [0, 1], "index_col": 0}, {"header": 9}),
    *({"widths": WIDTHS}, {"widths": WIDTHS, "header": None}, {"widths": [4, 7]}, {"widths": [4, 7, 5, 3]}),
    *(
        {"colspecs": specs}
        for specs in ([(0, 2), (4, 11), (11, 16)], [(0, 2), (11, None)], [(0, 2), (-4, None)], [(5, 3), (0, 2)])
    ),
    *({"infer_nrows": count} for count in (1, 2, float("inf"))),
    *({"skiprows": rows} for rows in (1, [1], [0, 2])),
    {"skiprows": lambda line: line == 2, "widths": WIDTHS},
    *({"skipfooter": count} for count in (1, 2, 9)),
    *({"skipfooter": 2, "skiprows": [line], "widths": WIDTHS} for line in (1, 3, 4)),
    *({"names": names, "widths": WIDTHS, "index_col": levels} for names, levels in (("ab", 0), ("a", [0, 1]))),
    *({"names": ["a", "b", "c"], **how} for how in ({}, {"header": 0}, {"widths": WIDTHS, "index_col": "b"})),
    {"names": ["b", "c"], "widths": WIDTHS, "header": 0},
    {"names": ["b", "c"], "widths": WIDTHS, "header": 0, "index_col": 0},
    *({"usecols": usecols} for usecols in ([0, 2], ["name"], [])),
    *({"index_col": index_col} for index_col in (0, "name", False)),
    *({"dtype": dtype} for dtype in (str, {"val": "float32"})),
    *({"comment": comment} for comment in "bn#"),
    *({"delimiter": fill} for fill in ("a ", ".")),
    *({"nrows": count} for count in (0, 1)),
    *({"na_values": ["Bob"]}, {"keep_default_na": False}, {"converters": {"name": len}}, {"dtype_backend": "pyarrow"}),
    *({"skip_blank_lines": False}, {"quotechar": "'"}, {"thousands": "."}, {"true_values": ["Ada"], "false_values": ["Bob"]}),
]

TEXTS = [
    *(
        "",
        "\n",
        "  \n",
        "a\n",
        "a b\n",
        "\ufeffid  x\n 1  2\n",
        'id  x\n"1" "2"\n',
        "id\tx\n1\t2\n",
        "2020-01-01 5\r\n2020-01-02 6\r\n",
    ),
    *("x  y\n1, 2\n3, 4\n", "a  b\n1  2  3\n4  5  6\n", "# c\na b\n1 2\n", "a   a   b\n1   2   3\n", "    a   b\nr1  1   2\n"),
]


def check(text: str, arguments: dict[str, Any], source: Any = None) -> None:
    try:
        want: Any = pd.read_fwf(io.StringIO(text), **arguments)
    except (ValueError, TypeError) as error:
        with pytest.raises(type(error)):
            lf.read_fwf(io.StringIO(text) if source is None else source, **arguments).compute(scheduler="sync")
        return
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = lf.read_fwf(io.StringIO(text) if source is None else source, **arguments).compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, want)


@pytest.mark.parametrize("arguments", ARGUMENTS, ids=named)
def test_as_pandas(arguments: dict[str, Any]) -> None:
    check(TEXT, arguments)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize(
    "arguments",
    [{}, {"header": None}, {"comment": "#"}, {"index_col": 0}, {"infer_nrows": 1}, {"header": None, "parse_dates": [0]}],
    ids=named,
)
def test_odd_texts(text: str, arguments: dict[str, Any]) -> None:
    check(text, arguments)


@settings(max_examples=examples(16), suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    rows=st.lists(
        st.lists(st.sampled_from(["1", "22", "x y", "", "é", "2.5", "NA"]), min_size=3, max_size=3), min_size=1, max_size=8
    ),
    widths=st.lists(st.integers(3, 6), min_size=3, max_size=3),
    is_right=st.booleans(),
    found=st.booleans(),
    cut=st.integers(1, 4),
)
def test_any_lines(rows: list[list[str]], widths: list[int], is_right: bool, found: bool, cut: int, monkeypatch: Any) -> None:
    monkeypatch.setattr(fixed, "_ROWS", cut)
    just = str.rjust if is_right else str.ljust
    lines = [["p", "q", "r"], *rows]
    text = "".join("".join(just(field, width) for field, width in zip(line, widths, strict=True)) + "\n" for line in lines)
    check(text, {} if found else {"widths": widths})


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"colspecs": None}, ValueError, "Must specify either colspecs or widths"),
        ({"colspecs": [(0, 2)], "widths": [2]}, ValueError, "You must specify only one of 'widths' and 'colspecs'"),
        ({"colspecs": 3}, TypeError, "column specifications must be a list or tuple, input was a int"),
        ({"colspecs": [(0, "a")]}, TypeError, "Each column specification must be 2 element tuple"),
        ({"widths": [1, 2], "names": ["a"]}, ValueError, "Length of colspecs must match length of names: there are 2 fields"),
        ({"infer_nrows": "all"}, TypeError, "infer_nrows='all': pass from how many lines"),
        ({"sep": ","}, TypeError, "read_fwf has no separator"),
        ({"skipfooter": -1}, ValueError, "skipfooter"),
    ],
)
def test_mistakes(arguments: dict[str, Any], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        lf.read_fwf(io.StringIO(TEXT), **arguments)


def test_a_folder_finds_the_places_of_each_file(write: Write, tmp_path: Path) -> None:
    write("id  name\n 1  Ada\n", "f1.txt")
    (tmp_path / "f2.txt.gz").write_bytes(gzip.compress(b"name      id\nBob      222\n"))
    write("", "f3.txt")
    df = lf.read_fwf(str(tmp_path / "f*"))
    want = pd.DataFrame({"id": [1, 222], "name": ["Ada", "Bob"]})
    for scheduler in ("sync", "processes"):
        pd.testing.assert_frame_equal(df.compute(scheduler=scheduler), want)
    assert len(df) == 2
    assert [len(chunk) for chunk in lf.read_fwf(str(tmp_path / "f*"), chunksize=1)] == [1, 1]


def test_errors_name_the_line_of_the_file(write: Write) -> None:
    path = write("# about\n\nid  val\n 1  2\n 2  x\n")
    with pytest.raises(CSVError, match=r"a\.csv:5 \(record 2\), column val: 'x' is not int64"):
        lf.read_fwf(path, skiprows=1, dtype={"val": "int64"}).compute(scheduler="sync")
    broken = write(b"id  val\n 1  2\n 2  \xff\n", "b.csv")
    with pytest.raises(UnicodeDecodeError, match=r"b\.csv:3: the byte 0xff is no text in utf-8"):
        lf.read_fwf(broken).compute(scheduler="sync")
    got = lf.read_fwf(broken, encoding="latin-1").compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, pd.read_fwf(broken, encoding="latin-1"))


def test_places_by_themselves() -> None:
    assert Fixed.of("infer", None, 100, None, None, None, None).measured([" a  bc\n", "a\n"], 0, None) == ((0, 2), (4, 6))
    assert Fixed.of("infer", None, 100, None, None, None, None).measured([], 0, None) == ()


@pytest.mark.parametrize(
    "arguments", [{}, {"sep": ";"}, {"delimiter": ","}, {"header": None}, {"dialect": "excel"}, {"index_col": 0}], ids=named
)
def test_tables_are_separated_by_tabs(arguments: dict[str, Any]) -> None:
    text = "a\tb\n1\t2;3,4\n"
    want = pd.read_table(io.StringIO(text), **arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = lf.read_table(io.StringIO(text), **arguments).compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, want)


def test_no_records_of_the_python_parser_are_objects() -> None:
    arguments: dict[str, Any] = {"sep": ";;", "engine": "python", "nrows": 0}
    want = pd.read_csv(io.StringIO("a;;b\n1;;2\n"), **arguments)
    pd.testing.assert_frame_equal(lf.read_csv(io.StringIO("a;;b\n1;;2\n"), **arguments).compute(), want)
