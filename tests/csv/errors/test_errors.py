import csv
import errno
import gzip
import io
import pickle
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from naming import named

import lazyframe as lf
from lazyframe.csv.errors import CSVError, also, like
from lazyframe.csv.options.arguments import as_pandas

# What pandas refuses: the text of a file, and the arguments. The error is that of pandas where it is one of ours.
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("a,b\n1,2\n1,2,3\n", {}),
    ("a,b\n1,2\n1,2,3\n", {"sep": "::|,"}),
    ('a,b\n1,"2\n', {}),
    ("", {}),
    ("\n\n", {}),
    ("a\n1\n", {"skiprows": 5}),
    ("a\n1\n", {"header": 5}),
    ("a\n\udcff\n", {}),
    ("\udcff\n1\n", {}),
    ("a\n\udcff\n", {"encoding": "ascii"}),
    ("a\n\udcff\n", {"encoding": "ascii", "sep": "::"}),
    ("a\n99999999999999999999\n", {"dtype": "int64"}),
    ("a\n-1\n", {"dtype": {"a": "uint8"}}),
    ("a\n300\n", {"dtype": {"a": "int8"}}),
    ("a\nx\n", {"dtype": {"a": "float32"}}),
    ("a\n1\nNA\n", {"dtype": {"a": "int32"}}),
    ("a\n1\nNA\n", {"dtype": {"a": "bool"}}),
    ("a\n300\n", {"dtype": {"a": "Int8"}}),
    ("a\n1.5\n", {"dtype": {"a": "Int64"}}),
    ("a\n1e400\n", {"dtype": {"a": "Int64"}}),
    ("a\nx\n", {"dtype": {"a": "boolean"}}),
    ("a\n1.5\n", {"dtype": {"a": "int64[pyarrow]"}}),
    ("a\n99999999999999999999\n", {"dtype": {"a": "int64[pyarrow]"}}),
    ("a\n300\n", {"dtype": {"a": "int8[pyarrow]"}}),
    ("a,b\n1,2\n", {"usecols": ["c"]}),
    ("a,b\n1,2\n", {"usecols": [5]}),
    ("a,b\n1,2\n", {"index_col": "c"}),
    ("a,b\n1,2\n", {"index_col": 5}),
    ("a,b\n1,2\n", {"index_col": -3}),
    ("a,b\n1,2\n", {"index_col": 1.5}),
    ("a,b\n1,2\n", {"parse_dates": ["c"]}),
    ("a,b\n1,2\n", {"parse_dates": [5]}),
    ("a,b\n1,2\n", {"converters": {"a": lambda text: {}[text]}}),
    ("a,b\n1,2\n", {"usecols": lambda name: {}[name]}),
    *[("a,b\n1,2\n", {"compression": method}) for method in ("gzip", "bz2", "xz", "zip", "rar")],
]


class SEMICOLON(csv.excel):
    delimiter = ";"


# The same, whatever is in the file.
WRONG: list[dict[str, Any]] = [
    *[
        {name: value}
        for name in (
            *("skip_blank_lines", "na_filter", "keep_default_na", "doublequote", "skipinitialspace", "dayfirst", "cache_dates"),
            *("low_memory", "memory_map", "iterator"),
        )
        for value in (3, "x", None, 2.5, [])
    ],
    *[{"nrows": value} for value in (-1, 1.5, "x", [])],
    *[{"chunksize": value} for value in (-1, 0, 1.5, "x")],
    *[{"skiprows": value} for value in (1.5, "x", True, ["x"])],
    *[{"header": value} for value in (-1, 1.5, "x", True, False, [], [0, -1], ["x"])],
    *[{"index_col": value} for value in (True, 1.5, [1.5])],
    *[{name: value} for name in ("sep", "delimiter") for value in (5, "\n", b",")],
    *[{"sep": ",", "delimiter": ","}, {"sep": ";", "delimiter": ","}],
    *[{"quotechar": value} for value in ("", "ab", 5, None)],
    *[{"quoting": value} for value in (9, "x", None)],
    *[{name: value} for name in ("escapechar", "comment", "lineterminator") for value in ("ab", 5)],
    *[{"decimal": value} for value in ("", "ab", 5, None)],
    *[{"thousands": value} for value in ("ab", 5)],
    *[{"names": value} for value in (["a", "a"], "ab", {"a", "b"}, 5)],
    *[{"usecols": value} for value in (5, "a", [0, "a"], [1.5], [None], [[0]])],
    *[{"parse_dates": value} for value in ("a", 5, (0,), {0}, 1.5)],
    *[{"true_values": value} for value in (5, "x", [5])],
    *[{"on_bad_lines": value} for value in (5, "x", None)],
    *[{"dtype_backend": value} for value in (5, "x", None)],
    *[{"converters": value} for value in (5, [])],
    *[{"encoding": value} for value in ("nonsense", 5)],
    *[{"encoding_errors": value} for value in ("nonsense", 5, None)],
    *[{"dialect": value} for value in ("nonsense", 5)],
    {"engine": "nonsense"},
    {"engine": "c", "sep": None},
    {"engine": "c", "sep": "::"},
    {"engine": "c", "skipfooter": 1},
    {"engine": "c", "on_bad_lines": lambda fields: fields},
    {"skipfooter": 1, "chunksize": 1},
    {"skipfooter": 1, "iterator": True},
    *[{"float_precision": value} for value in ("nonsense", 5)],
    {"compression": {}},
    {"skipfooter": 1, "nrows": 1},
    {"skipfooter": 1.5},
]


def error_of(reading: Any) -> Exception | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", (pd.errors.ParserWarning, DeprecationWarning))
        try:
            reading()
        except Exception as error:
            return error
    return None


def of_pandas(path: Path, arguments: dict[str, Any]) -> type[Exception]:
    error = error_of(
        lambda: list(pd.read_csv(path, **{"engine": "python" if len(str(arguments.get("sep", ","))) > 1 else "c"} | arguments))
    )
    assert error is not None
    return type(error)


def of_ours(path: Path, arguments: dict[str, Any]) -> Exception:
    def read() -> None:
        found = lf.read_csv(path, **arguments)
        _ = found.compute() if isinstance(found, lf.DataFrame) else list(found)

    error = error_of(read)
    assert error is not None
    return error


@pytest.mark.parametrize(("text", "arguments"), REFUSED, ids=named)
def test_a_clause_written_for_pandas_catches_what_is_wrong_with_a_file(tmp_path, text, arguments):
    path = tmp_path / "a.csv"
    path.write_text(text, errors="surrogateescape")
    assert isinstance(of_ours(path, arguments), of_pandas(path, arguments))


@pytest.mark.parametrize("arguments", WRONG, ids=named)
def test_arguments_are_refused_as_pandas_refuses_them(tmp_path, arguments):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n")
    assert isinstance(of_ours(path, arguments), of_pandas(path, arguments))


def test_a_truth_value_is_asked_for_in_the_words_of_pandas(tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\n")
    with pytest.raises(ValueError, match=re.escape('For argument "skip_blank_lines" expected type bool, received type int.')):
        lf.read_csv(tmp_path / "a.csv", skip_blank_lines=3)


def test_an_error_in_our_words_is_of_the_class_that_pandas_raises(tmp_path):
    (tmp_path / "a.csv").write_text("a\n1\n")
    with pytest.raises(TypeError, match=r"header=True: pass the number of the line") as caught:
        lf.read_csv(tmp_path / "a.csv", header=True)
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
@pytest.mark.parametrize(
    ("last", "kind"),
    [(b"1,2,3", pd.errors.ParserError), (b"\xff,1", UnicodeDecodeError), (b"99999999999999999999,1", OverflowError)],
    ids=named,
)
def test_an_error_keeps_its_class_on_its_way_from_a_worker(tmp_path, scheduler, last, kind):
    path = tmp_path / "a.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 50_000 + last + b"\n")
    given = {"dtype": {"a": "int64"}} if kind is OverflowError else {}
    df = lf.read_csv(path, blocksize=2**16, **given)
    with pytest.raises(kind, match=r"a\.csv:50002") as caught:
        df.a.sum().compute(scheduler=scheduler)
    assert isinstance(caught.value, lf.CSVError)


@pytest.mark.parametrize(
    "error",
    [
        also(pd.errors.ParserError)("a.csv:2: too many"),
        also(OverflowError)("a.csv:2: too large"),
        also(KeyError)("a.csv:2: no such thing"),
        also(OSError)("a.csv: gone"),
        also(pa.ArrowInvalid)("a.csv:2: truncated"),
        also(IndexError, ValueError)("index_col=5"),
        like(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "a.csv:2: the byte 0xff"),
        like(gzip.BadGzipFile(5, "no"), "a.csv.gz: no gzip"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_an_error_of_two_kinds_says_its_message_and_can_be_pickled(error):
    error.add_note("while reading")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert again.said() == error.said() == error.message
    assert again.__notes__ == ["while reading"]
    if isinstance(error, UnicodeDecodeError):
        assert (again.encoding, again.object, again.start, again.end) == ("utf-8", b"\xff", 0, 1)


def test_no_class_is_made_where_ours_is_of_the_kind_already():
    assert also(ValueError) is CSVError
    assert also(pd.errors.EmptyDataError, lf.EmptyDataError) is lf.EmptyDataError
    assert also(TypeError) is also(TypeError)


def test_warnings_are_those_of_pandas_too(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\n" + "1\n" * 50_000 + "x\n" + "1\n" * 50_000)
    df = lf.read_csv(path, sample=1000)
    with pytest.warns(pd.errors.DtypeWarning):
        df.compute()
    path.write_text("a;b\n1;2\n")
    with pytest.warns(pd.errors.ParserWarning):
        lf.read_csv(path)


def categories(reading: Any) -> list[type[Warning]]:
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        reading()
    return [one.category for one in told]


@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("a,b\n1,2\n", {"float_precision": "high"}),
        ("a;b\n1;2\n", {"dialect": SEMICOLON}),
        ("a;b\n1;2\n", {"dialect": SEMICOLON, "sep": ","}),
        ("a;b\n1;2\n", {"dialect": SEMICOLON, "sep": ";"}),
        ("a;b\n1;2\n", {"dialect": SEMICOLON, "sep": ":"}),
        ("a;b\n1;2\n", {"dialect": SEMICOLON, "delimiter": ","}),
        ("a;b\n1;2\n", {"dialect": SEMICOLON, "quotechar": "'"}),
        ("a;b\n1;2\n", {"dialect": SEMICOLON, "quoting": 0, "escapechar": "\\\\"}),
        ("a\n13/02/2019\n01/02/2019\n", {"parse_dates": ["a"]}),
        ("a\n13/02/2019\n", {"parse_dates": ["a"], "dayfirst": True}),
        ("a\n02/13/2019\n", {"parse_dates": ["a"], "dayfirst": True}),
        ("a\n02/13/2019\n", {"parse_dates": ["a"], "date_format": "%m/%d/%Y", "dayfirst": True}),
        ("a\n20-09-01-01\n20-09-01-01\n", {"parse_dates": ["a"]}),
        ("a\n20-09-01-01\n", {"parse_dates": ["a"]}),
        ("a,b\n1,2,3\n", {"index_col": False}),
        ("a\n1\n", {"dtype": {"a": str}, "converters": {"a": str}}),
    ],
    ids=named,
)
def test_where_pandas_warns_we_warn_of_the_same_class(tmp_path, text, arguments):
    path = tmp_path / "a.csv"
    path.write_text(text)
    wanted = categories(lambda: pd.read_csv(path, **arguments))
    found = categories(lambda: lf.read_csv(path, **arguments).compute())
    assert found == wanted


def test_arguments_that_pandas_takes_are_taken(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,NA\n")
    unset = pd.api.extensions.no_default
    for arguments in (
        {"keep_default_na": 0},
        {"keep_default_na": np.int64(1), "na_filter": np.bool_(True)},
        {"skiprows": -1},
        {"skiprows": [-1, 1]},
        {"sep": unset, "delimiter": unset, "names": unset, "dtype_backend": unset},
        {"sep": "\n", "lineterminator": "~", "header": None},
        {"sep": "\r", "lineterminator": "\n"},
        {"compression": {"method": None}},
    ):
        pd.testing.assert_frame_equal(lf.read_csv(path, **arguments).compute(), pd.read_csv(path, **arguments))


def test_no_file_has_its_name(tmp_path):
    path = str(tmp_path / "none.csv")
    for error in (error_of(lambda: lf.read_csv(path)), error_of(lambda: pd.read_csv(path))):
        assert isinstance(error, FileNotFoundError)
        assert (error.errno, error.filename) == (errno.ENOENT, path)
    again = pickle.loads(pickle.dumps(error_of(lambda: lf.read_csv(path))))
    assert (again.filename, "no file matches" in str(again)) == (path, True)


def test_what_pandas_refuses_is_refused_also_where_there_is_no_file():
    with pytest.raises(ValueError, match="dtype_backend"):
        lf.read_csv("none.csv", dtype_backend="numpy")


def test_a_converters_true_is_the_number_one(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a\n1\n0\n1\n")
    arguments = {"converters": {"a": lambda text: bool(int(text))}, "na_values": [1]}
    pd.testing.assert_frame_equal(lf.read_csv(path, blocksize=2, **arguments).compute(), pd.read_csv(path, **arguments))


TAKEN: dict[str, list[Any]] = {
    "sep": [",", None, "::", r"\s+"],
    "header": ["infer", 0, 1, None],
    "names": [["a", "b", "c"], ["x"], range(3)],
    "index_col": [False, 0, [0, 1], "a", -1],
    "usecols": [[0, 2], ["a"], []],
    "skiprows": [1, [0]],
    "skipfooter": [0, 1],
    "nrows": [None, 1],
    "na_values": ["x", {"a": [1]}, 5],
    "parse_dates": [True, ["a"], [2]],
    "thousands": [",", "."],
    "lineterminator": ["\n", "~"],
    "quotechar": ["'", "é"],
    "quoting": [0, 2, 3],
    "on_bad_lines": ["skip", lambda fields: fields],
    "dialect": ["excel", SEMICOLON],
    "engine": ["c", "python"],
}


@given(st.fixed_dictionaries({}, optional={name: st.sampled_from(values) for name, values in TAKEN.items()}))
@settings(max_examples=examples(75))
@pytest.mark.filterwarnings("ignore")
def test_no_arguments_are_refused_with_which_pandas_reads(arguments):
    refused = error_of(lambda: as_pandas(arguments, lambda: None))
    if refused is not None:
        for text in ("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "a::b::c\n1::2::3\n", "1,2,3\n1,2,3\n2,3,4\n"):
            assert error_of(lambda text=text: pd.read_csv(io.StringIO(text), **arguments)) is not None
