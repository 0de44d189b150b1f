"""Every argument of ``read_csv`` as pandas keeps it: at several block sizes, on every engine.

`EXAMPLES` has a few texts for each argument; a test sees to it that no argument is without.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.csv import CSVError, CSVSource
from lazyframe.csv.engines import _native, _pandas, _pyarrow
from lazyframe.csv.engines.layout import Layout
from lazyframe.csv.options import arguments as arguments_of
from lazyframe.csv.options.arguments import ARGUMENTS, DIALECT, Handling, table
from lazyframe.csv.options.dialect import PLAIN_FORMS, Dialect
from lazyframe.csv.scan import reader
from lazyframe.schema import dtype_named

Write = Callable[..., str]
Oracle = Callable[..., pd.DataFrame]

pytestmark = [
    pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DtypePromotionWarning"),
    pytest.mark.filterwarnings("ignore:.*sep=None finds:lazyframe.csv.errors.DialectWarning"),
    pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning"),
]

TEXT = "a,b,c\n1,x,2.5\n-3,,\n,y z,1e3\n7,NA,0\n"
QUOTED = 'a,b\n1,"x,y"\n2,"p\nq"\n3,"d""e"\n4,\n'
DATES = "k,d\n1,01/02/2020\n2,\n3,28/02/2020\n4,03/04/2021\n"


def odd(index: int) -> bool:
    return index % 2 == 1


class Single(csv.excel):
    quotechar = "'"


EXAMPLES: dict[str, list[tuple[str | bytes, dict[str, Any]]]] = {
    "sep": [
        (TEXT.replace(",", ";"), {"sep": ";"}),
        (TEXT.replace(",", "||"), {"sep": r"\|\|"}),
        (TEXT.replace(",", "é"), {"sep": "é"}),
        ("a   b\n1  x\n 2 y\n", {"sep": r"\s+"}),
        ("a1b22c\nx3y4z\nq5r6s\n", {"sep": r"\d+"}),
        (TEXT.replace(",", ";"), {"sep": None}),
        ("# x;y;z\n" + TEXT.replace(",", "|"), {"sep": None, "comment": "#"}),
        ("x;y;z\n" + TEXT.replace(",", "\t"), {"sep": None, "skiprows": 1}),
        (QUOTED, {"sep": None}),
        ("1;2\n3;4\n", {"sep": None, "header": None}),
        (TEXT.replace(",", ";").encode("utf-16-le"), {"sep": None, "encoding": "utf-16-le", "names": list("xyz")}),
        ("date\n2020\n", {"sep": None}),
    ],
    "delimiter": [(TEXT.replace(",", "\t"), {"delimiter": "\t"})],
    "index_col": [
        (TEXT, {"index_col": 0}),
        (TEXT, {"index_col": ["b", "a"]}),
        ("a,b\n1,2,3\n4,5,6\n", {}),
        ("a,b\n1,2,3\n4,5,6\n", {"index_col": False}),
        (",b\nx,1\n,2\n", {"index_col": "Unnamed: 0"}),
        ("a|'b'\nr 1|'x'|2\n'r 2'|y|3\n", {"sep": "|", "quotechar": "'"}),
    ],
    "header": [
        (TEXT, {"header": None}),
        (TEXT, {"header": 2}),
        ("# x\na|b\n1|2\n", {"header": 1, "sep": "|", "quoting": csv.QUOTE_NONE}),
        ("1|'x'\n2|y\n", {"header": None, "sep": "|", "quotechar": "'"}),
    ],
    "names": [
        (TEXT, {"names": ["p", "q", "r"]}),
        (TEXT, {"names": ["p", "q", "r"], "header": 0}),
        ("1|'x'\n2|y\n", {"names": ["p", "q"], "sep": "|", "quotechar": "'"}),
        ("a|b\n1|'x'\n2|y\n", {"names": ["p", "q"], "header": 0, "sep": "|", "quotechar": "'"}),
    ],
    "usecols": [
        (TEXT, {"usecols": ["c", "a"]}),
        (TEXT, {"usecols": [2, 0]}),
        (TEXT, {"usecols": lambda name: name != "b"}),
        ("a|'b'\n1|'x'\n2|y\n", {"usecols": ["b"], "sep": "|", "quotechar": "'"}),
    ],
    "dtype": [
        (TEXT, {"dtype": {"a": float, "b": object, "c": "float32"}}),
        (TEXT, {"dtype": str}),
        (TEXT, {"dtype": "category"}),
        ("a,b\n1,0.5\n,x\n", {"dtype": {"a": "Int64", "b": "string"}}),
        ("a,b\n1.000,0;5\n,7\n", {"dtype": {"a": "Int64", "b": "Float32"}, "decimal": ";", "thousands": "."}),
        ("a,b\n1,0\n2,1\n", {"dtype": {"a": "int8", "b": bool}}),
        (
            "a;b\n1,5;ja\n2;nein\n",
            {"sep": ";", "decimal": ",", "dtype": {"a": "float64", "b": bool}, "true_values": ["ja"]}
            | {"false_values": ["nein"]},
        ),
    ],
    "dtype_backend": [
        (TEXT, {"dtype_backend": "numpy_nullable"}),
        (TEXT, {"dtype_backend": "pyarrow"}),
        ("a,b\n1,ja\n,nein\n", {"dtype_backend": "numpy_nullable", "true_values": ["ja"], "false_values": ["nein"]}),
    ],
    "converters": [
        ("a,b\n NA,1\nx,2\n,3\n", {"converters": {"a": str.strip}}),
        ('a,b\n"1,5","1"\n"2,5",\n', {"converters": {0: lambda text: float(text.replace(",", "."))}}),
    ],
    "true_values": [
        ("a,b\nyes,1\nno,2\nTrue,3\n", {"true_values": ["yes"], "false_values": ["no"]}),
        ("a,b\nyes,1\n,2\nno,2\n", {"true_values": ["yes"], "false_values": ["no"]}),
        ("a,b\nyes,1\n1,2\n", {"true_values": ["yes"]}),
        *(
            ("a,b\n" + "".join(f"{text},z\n" for text in texts.split()), words)
            for words in (
                {"true_values": ["1", "yes", "1.5"], "false_values": ["0", "no", "-2"]},
                {"true_values": ["1", "yes", "1.5"], "false_values": ["0", "no", "1"], "na_values": [0]},
            )
            for texts in (
                "1 0",
                "1 yes",
                "1 0 1 1 1 1 yes",
                "yes 1 2",
                "01 yes",
                "1 NA no",
                "1.0 yes",
                "1 NA 0",
                "1 1.5",
                "1 x",
                "1.5 True",
                "1.50 True",
                "0 0 0 0 0 0 False",
                "1 1.5 -2 no",
                "1.5 1.5",
                "2 2 2 yes",
                "yes 00 0",
            )
        ),
        ("a,b\n0,z\n1,z\nTrue,z\n", {"true_values": ["0"], "false_values": ["1"], "dtype": {"a": "bool"}}),
        ("a,b\nyes,1\n,2\n", {"true_values": ["yes", "maybe"], "dtype": {"a": str}}),
    ],
    "false_values": [("a,b\nno,1\nFALSE,2\ntrue,3\n", {"false_values": ["no", "nope"]})],
    "skipinitialspace": [('a, b\n1, "x, y"\n2,  z\n ,NA\n', {"skipinitialspace": True})],
    "skiprows": [
        ("one\n\ntwo,\n" + TEXT, {"skiprows": 3}),
        ('a "quoted" line\n' + TEXT, {"skiprows": 1}),
        ('a,"quoted\nbreak",\n"\n",\n' + TEXT, {"skiprows": 2}),
        ("one\r\n" + TEXT.replace("\n", "\r\n"), {"skiprows": [0]}),
        (TEXT, {"skiprows": [1, 3]}),
        (TEXT, {"skiprows": odd}),
        ("x\n1,2\n3,4\n", {"skiprows": 1, "header": None}),
    ],
    "skipfooter": [
        (TEXT + "total,9,9\n", {"skipfooter": 1}),
        (QUOTED + 'total,"a\nb"\n\n', {"skipfooter": 2}),
        (TEXT, {"skipfooter": 9}),
    ],
    "nrows": [(TEXT, {"nrows": 2}), (TEXT, {"nrows": 0}), (TEXT.replace(",", ";;"), {"sep": ";;", "nrows": 3})],
    "na_values": [
        (TEXT, {"na_values": ["x", 7]}),
        ("a,b\n1,-9\n2, -9\n3,-9.00\n4,5\n", {"na_values": {"b": -9}}),
        ("a,b\n1,-9\n2, -9\n3,5\n4,5\n", {"na_values": {"b": -9, "a": ["1"]}}),
        ("a,b\n1,x\n-,y\n", {"na_values": {"a": "-"}, "keep_default_na": False}),
        ("a,b\n1,x\n-,y\n", {"na_values": {0: "-", 1: ["x"], "b": "y"}}),
        ("1,x\n-,y\n", {"na_values": {0: "-", 1: ["x"]}, "header": None, "decimal": ","}),
        ("a|'b'\n1|'-'\n-|y\n", {"na_values": "-", "sep": "|", "quotechar": "'"}),
    ],
    "keep_default_na": [(TEXT, {"keep_default_na": False}), (TEXT, {"keep_default_na": False, "na_values": ["x"]})],
    "na_filter": [(TEXT, {"na_filter": False}), ("a,b\nnan,1\n1.5,2\n", {"na_filter": False})],
    "skip_blank_lines": [
        ("a,b\n1,2\n\n3,4\n \n", {"skip_blank_lines": False}),
        ("a,b\n1,2\n\n3,4\n \n", {"skip_blank_lines": True}),
    ],
    "parse_dates": [
        ("k,d\n1,2020-01-01\n2,\n3,2020-02-03\n", {"parse_dates": ["d"]}),
        ("k,d\n1,2020-01-01\n", {"parse_dates": True}),
        ("k|d\n1|'2020-01-01'\n2|'2020-02-01'\n", {"parse_dates": [1], "sep": "|", "quotechar": "'"}),
    ],
    "date_format": [
        (DATES, {"parse_dates": ["d"], "date_format": "%d/%m/%Y"}),
        (DATES, {"parse_dates": ["d"], "date_format": {"d": "%d/%m/%Y"}}),
        (DATES + "5,soon\n", {"parse_dates": ["d"], "date_format": "%d/%m/%Y"}),
        (DATES, {"parse_dates": ["d"], "date_format": "%m/%d/%Y"}),
        ("k,d\n1,2020-01-01\n2,2020-02-03T10:00\n", {"parse_dates": ["d"], "date_format": "ISO8601"}),
        ("k,d\n1,2020-01-01\n2,02/03/2020\n", {"parse_dates": ["d"], "date_format": "mixed"}),
    ],
    "dayfirst": [
        (DATES, {"parse_dates": ["d"], "dayfirst": True}),
        (DATES, {"parse_dates": ["d"], "dayfirst": False}),
        ("k,d\n1,2020-01-02\n2,\n", {"parse_dates": ["d"], "dayfirst": True}),
        ("k,d\n1,01/02/2020\n2,3.4.2021\n", {"parse_dates": ["d"], "dayfirst": True, "date_format": "mixed"}),
    ],
    "thousands": [
        ('a,b\n"1,234",x\n"12,5",y\n7,\n', {"thousands": ","}),
        ('a,b\n"1,234.5",x\n7,\n,z\n', {"thousands": ","}),
        ("a;b\n1.234;x\n1.2.3;\nx;1.1\n", {"thousands": ".", "decimal": ",", "sep": ";"}),
        ("a;b\n1 234;x\n12;5 5\n", {"thousands": " ", "sep": ";"}),
        ("a;b\n1.234;x\n2.345.678;1.5\n", {"thousands": ".", "sep": ";"}),
        ("a;b\n1.5e3;.5\n;-1.234\n", {"thousands": ".", "sep": ";"}),
        ("a;b\n.5;1.5\n0;x\n1;2\n", {"thousands": ".", "sep": ";", "true_values": ["1"], "false_values": ["0"]}),
        ("a;b\n-9 99;1\n-999;2\n2.5;3\n", {"thousands": " ", "sep": ";", "na_values": -999}),
    ],
    "decimal": [
        ("a;b\n1,5;2\n2;3,0\n;x\n", {"decimal": ",", "sep": ";"}),
        ("a;b\n1.5;2\n2,5;3\n", {"decimal": ",", "sep": ";"}),
        ("a;b\n1,5e3;2\n-,5;3\n-999,0;4\n", {"decimal": ",", "sep": ";", "na_values": [-999]}),
    ],
    "lineterminator": [("a,b~1,x~2,'y~z'~3,", {"lineterminator": "~", "quotechar": "'"}), (TEXT, {"lineterminator": "\n"})],
    "quotechar": [(QUOTED.replace('"', "'"), {"quotechar": "'"}), (QUOTED, {"quotechar": '"'})],
    "quoting": [
        (QUOTED, {"quoting": csv.QUOTE_ALL}),
        ('a,b\n1,"x"\n2,3\n,"5"\n', {"quoting": csv.QUOTE_NONNUMERIC}),
        ('a,b\n1,"x\n2,3"\n"4,5\n', {"quoting": csv.QUOTE_NONE}),
    ],
    "doublequote": [('a,b\n1,"x""y"\n2,"z"\n', {"doublequote": False}), (QUOTED, {"doublequote": True})],
    "escapechar": [('a,b\n1,"x\\"y"\n2,p\\,q\n3,r\\\ns\n', {"escapechar": "\\"})],
    "comment": [("# top\na,b\n1,x # one\n#2,y\n3,z\n", {"comment": "#"})],
    "dialect": [
        (TEXT.replace(",", "\t"), {"dialect": "excel-tab"}),
        (QUOTED, {"dialect": csv.unix_dialect}),
        (QUOTED.replace('"', "'"), {"dialect": Single}),
    ],
    "encoding": [
        ("a,b\n1,café\n2,naïve\n".encode("latin-1"), {"encoding": "latin-1"}),
        ("a,bé\n1,€\n2,“x”\n".encode("cp1252"), {"encoding": "cp1252"}),
        ("a,b\n1,é\n2,漢\n".encode("utf-16"), {"encoding": "utf-16"}),
        ("a,b\n1,漢\n2,字\n".encode("gbk"), {"encoding": "gbk"}),
        ("a,b\n1,漢\n2,字\n", {"encoding": "UTF8"}),
        ("\ufeffa,b\n1,漢\n", {"encoding": "utf-8-sig"}),
        ("a,b\n1,x\n", {"encoding": "ascii"}),
        ("a|b\n1|'é|'\n".encode("latin-1"), {"encoding": "latin-1", "sep": "|", "quotechar": "'"}),
    ],
    "encoding_errors": [
        (b"a,b\n1,caf\xe9\n2,x\n", {"encoding_errors": "replace"}),
        (b"a,b\n1,caf\xe9\n2,x\n", {"encoding_errors": "ignore"}),
        *((b"a\xff,b\n1,\xff\n\xff2,y\n3,N\xffA\n", {"encoding": name, "encoding_errors": "ignore"}) for name in (None, "utf8")),
        (b"a,b\n#\n1,\xff\n2,2021-01-03\xff\n", {"comment": "#", "parse_dates": ["b"], "encoding_errors": "ignore"}),
        (b"\xff,b\n1,\xff\n2,\xff\n", {"dtype": {"b": "category"}, "encoding_errors": "ignore"}),
        (b"a,b\n1,caf\xc3\xa9\n2,x\n", {"encoding_errors": "surrogateescape"}),
        (b"a,b\n1,caf\xe9\n2,x\n", {"encoding": "latin-1", "encoding_errors": "surrogatepass"}),
        (b"a,b\n1,caf\xe9\n2,x\n", {"encoding": "ascii", "encoding_errors": "backslashreplace"}),
        (
            gzip.compress("a|b\n1|'é|'\n".encode("latin-1")),
            {"compression": "gzip", "encoding": "latin-1", "sep": "|"} | {"quotechar": "'"},
        ),
    ],
    "on_bad_lines": [(TEXT, {"on_bad_lines": "error"}), ("a,b\n1,2\n3,4,5\n6,7\n", {"on_bad_lines": "skip"})],
    "compression": [(gzip.compress(TEXT.encode()), {"compression": "gzip"})],
    "storage_options": [(TEXT, {"storage_options": None})],
    "cache_dates": [(DATES, {"parse_dates": ["d"], "cache_dates": False})],
    "engine": [(TEXT, {"engine": "c"}), (TEXT, {"engine": "python"})],
    "float_precision": [("a,b\n0.1,1\n123456789.123456789,2\n", {"float_precision": "round_trip"})],
    "low_memory": [(TEXT, {"low_memory": False})],
    "memory_map": [(TEXT, {"memory_map": True})],
}

CASES = [
    pytest.param(text, arguments, id=f"{name}-{number}")
    for name, examples in EXAMPLES.items()
    for number, (text, arguments) in enumerate(examples)
]


def test_no_argument_is_without_an_example() -> None:
    offered = {name for name, argument in ARGUMENTS.items() if argument.way not in (Handling.OURS, Handling.CHUNKS, Handling.NOT)}
    assert offered - set(EXAMPLES) == set()


def of_pandas(oracle: Oracle, text: str | bytes, arguments: dict[str, Any]) -> pd.DataFrame:
    """What pandas gives; by its C parser wherever that can."""
    asked = {name: value for name, value in arguments.items() if name not in ("low_memory", "engine", "memory_map")}
    separator = asked.get("sep", ",")
    if "skipfooter" in asked or separator is None or len(separator.encode()) > 1:
        return pd.read_csv(io.BytesIO(text.encode() if isinstance(text, str) else text), engine="python", **asked)
    return oracle(text, **asked)


@pytest.mark.parametrize(("text", "arguments"), CASES)
def test_it_is_kept_as_pandas_keeps_it(
    text: str | bytes, arguments: dict[str, Any], engine: str, driver: Any, write: Write, oracle: Oracle
) -> None:
    expected = of_pandas(oracle, text, arguments)
    path = write(text)
    turn = len(text) % 2  # each block costs some time
    for blocksize in ((1, None), (7, None))[turn] if engine == "native" else (3,):
        got = driver.read(path, blocksize=blocksize, **arguments)
        pd.testing.assert_frame_equal(got, expected, check_exact=True, check_column_type=False, check_index_type=False)


def test_a_type_that_the_sample_did_not_foretell_can_be_an_error(driver: Any, write: Write) -> None:
    path = write("a,b\n" + "1,2\n" * 3000 + "x,3\n")
    with pytest.raises(
        CSVError, match=r"a\.csv:3002 \(record 3001\) has 'x' in column a, which is not int64.*dtype=\{'a': 'str'\}"
    ):
        driver.read(path, sample=100, on_dtype_change="error")
    with pytest.raises(ValueError, match="pass 'promote' or 'error'"):
        CSVSource.open(path, on_dtype_change="ignore")


def dialect_of(arguments: dict[str, Any]) -> Dialect:
    return Dialect.of(**{name: value for name, value in arguments.items() if name in DIALECT})


@pytest.mark.parametrize(
    "name", [name for name, argument in ARGUMENTS.items() if argument.way in (Handling.JUDGED, Handling.REWRITTEN)]
)
def test_what_only_pandas_reads_is_left_to_it(name: str) -> None:
    dialects = [dialect_of(arguments) for _, arguments in EXAMPLES[name]]
    if ARGUMENTS[name].way is Handling.REWRITTEN:
        assert any(dialect.rewriting is not None for dialect in dialects)
        return
    assert all(dialect.rewriting is None for dialect in dialects)
    for dialect in dialects:
        layout = Layout(dialect, ("a",), (("a", 0, dtype_named("float64")),), (None,))
        assert layout.needs_pandas == (dialect.forms != PLAIN_FORMS)
        assert not (layout.needs_pandas and _native.supports(layout))


@pytest.mark.parametrize("name", [name for name, argument in ARGUMENTS.items() if argument.way is Handling.EVERY])
def test_what_every_engine_takes_is_not_left_to_pandas(
    name: str, engine: str, driver: Any, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[str] = []

    def noted(parse: Callable[..., Any], by: str) -> Callable[..., Any]:
        def note(*given: Any, **keywords: Any) -> Any:
            found = parse(*given, **keywords)
            taken.append(by)
            return found

        return note

    monkeypatch.setattr(_native.Parser, "parse", noted(_native.Parser.parse, "native"))
    spied = {_pyarrow.parse: noted(_pyarrow.parse, "arrow"), _pandas.parse: noted(_pandas.parse, "pandas")}
    monkeypatch.setattr(reader, "ENGINES", {by: tuple(map(spied.__getitem__, used)) for by, used in reader.ENGINES.items()})
    text, arguments = next((text, arguments) for text, arguments in EXAMPLES[name] if dialect_of(arguments).rewriting is None)
    driver.read(write(text), **arguments)
    assert engine in taken


def test_the_table_in_the_documentation_is_the_one_in_the_code() -> None:
    path = Path(arguments_of.__file__).with_name("ARGUMENTS.md")
    assert path.read_text() == table(), f"run: python -c 'from {arguments_of.__name__} import table; print(table(), end=\"\")'"


FIELDS = ["", "1", "-2", "2.5", "1,5", "1 000", "x", "yes", "True", "NA", "-9", " -9", "a b", "ä", "#", "2020-01-01", " 7", "x#y"]
QUOTED_FIELDS = ["p,q", "n\nl", "d''d", "", "1", "r\r\ns", "# no", "2020-02-03"]


@st.composite
def readings(draw: st.DrawFn) -> tuple[bytes, dict[str, Any]]:
    """A text, and arguments that are to read it; they need not fit."""
    arguments: dict[str, Any] = {}

    def maybe(name: str, *values: Any) -> Any:
        if draw(st.integers(0, 3)) == 0:
            arguments[name] = draw(st.sampled_from(values))
        return arguments.get(name)

    separator = maybe("sep", ";", "|", "\t") or ","
    quote = maybe("quotechar", "'") or '"'
    maybe("quoting", csv.QUOTE_NONE, csv.QUOTE_NONNUMERIC, csv.QUOTE_ALL)
    maybe("doublequote", False)
    maybe("escapechar", "\\")
    maybe("comment", "#")
    maybe("skipinitialspace", True)
    maybe("skip_blank_lines", False)
    maybe("skiprows", 1, 2, [1], [0, 2], odd)
    maybe("header", None, 1)
    if maybe("decimal", ",") is None:
        maybe("thousands", ",", " ")
    if maybe("true_values", ["yes", "x"], ["yes", "1"], ["x", "2.5", "-9"]):
        maybe("false_values", ["a b"], ["-2", "1,5"])
    maybe("na_values", "x", -9, {"a": [-9], "b": "x"})
    maybe("keep_default_na", False)
    maybe("na_filter", False)
    maybe("nrows", 1, 3)
    if maybe("parse_dates", ["a"]) is None:
        maybe("dtype", str, {"a": "str"}, {"b": object})
    maybe("dayfirst", True)
    maybe("usecols", ["a", "b"], [0, 1], lambda name: name != "b")
    encoding = maybe("encoding", "latin-1", "utf-16", "cp1252") or "utf-8"
    width = draw(st.integers(2, 3))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    rows = [["a", "b", "c"][:width]]
    for _ in range(draw(st.integers(0, 6))):
        fields = [
            draw(st.sampled_from(FIELDS))
            if draw(st.integers(0, 4))
            else quote + draw(st.sampled_from(QUOTED_FIELDS)).replace("'", quote) + quote
            for _ in range(width)
        ]
        rows.append(fields if draw(st.integers(0, 9)) else fields[: draw(st.integers(0, width - 1))])
    text = end.join(separator.join(row) for row in rows) + (end if draw(st.booleans()) else "")
    return text.encode(encoding), arguments


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=examples(20), deadline=None
)
@given(reading=readings(), blocksize=st.integers(1, 60), sample=st.sampled_from([5, 2**16]))
def test_any_text_with_any_arguments_is_the_frame_of_pandas_or_an_error(
    reading: tuple[bytes, dict[str, Any]], blocksize: int, sample: int, engine: str, driver: Any, write: Write, oracle: Oracle
) -> None:
    text, arguments = reading
    try:
        expected = oracle(text, **arguments)
    except (ValueError, TypeError, IndexError) as error:
        expected = error
    if isinstance(expected, Exception):
        with pytest.raises((ValueError, TypeError)):
            driver.read(write(text), blocksize=blocksize, sample=sample, **arguments)
        return
    try:
        got = driver.read(write(text), blocksize=blocksize, sample=sample, **arguments)
    except ValueError as error:
        if "the first fields of the records have no names and are the index" in str(error):  # pandas mixes up its dates
            assert "parse_dates" in arguments
            return
        if "pandas would make an index of the first field" in str(error):  # and mixes up the columns, or makes numbers of texts
            assert "usecols" in arguments or "skipfooter" in arguments or len(arguments.get("sep", ",")) > 1
            return
        raise
    pd.testing.assert_frame_equal(got, expected, check_exact=True, check_column_type=False, check_index_type=False)


def test_len_and_all_other_queries_agree_on_what_a_record_is(engine: str, write: Any) -> None:
    """A record with too many fields is an error whatever is asked, one with too few is none."""
    good = "a,b,c\n" + "1,x,\n" * 3000 + '2\n\n3,"p,q\nr"\n' + "4,5,6\n" * 3000
    path = write(good)
    is_core = engine == "native"
    for blocksize in (None, 1000, 7777) if is_core else (7777,):
        df = lf.read_csv(path, blocksize=blocksize)
        assert len(df) == len(pd.read_csv(io.StringIO(good))) == len(df.a.compute(scheduler="sync"))
    for bad, options in (("7,8,9,10", {}), ('"7",8,9,"x,y"', {}), ("a,b,c,d\r", {})):
        path = write(good + bad + "\n" + "1,2,3\n" * 10)
        for blocksize in (None, 1000) if is_core else (None,):
            df = lf.read_csv(path, blocksize=blocksize, **options)
            messages = []
            for query in (len, lambda df: df.a.sum().compute(scheduler="sync")):
                with pytest.raises(CSVError, match=r"a\.csv:6006 \(record 6003\): 4 fields, expected 3") as caught:
                    query(df)
                messages.append(str(caught.value))
            assert messages[0] == messages[1]
        assert len(lf.read_csv(path, on_bad_lines="skip", blocksize=1000)) == 6012
        assert len(lf.read_csv(path, usecols=["a", "b"], blocksize=1000)) == 6013
