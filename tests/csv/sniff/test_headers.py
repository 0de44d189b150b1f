from __future__ import annotations

import io
import warnings
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.csv import CSVError, CSVSource, EmptyDataError, FileChangedError, SchemaDriftWarning
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.options.fields import NOTHING_ASKED, FieldArguments
from lazyframe.csv.sniff import headers, sample
from lazyframe.csv.text.find import find

Write = Callable[..., str]


def folder(write: Write, *texts: str) -> str:
    paths = [write(text, f"f{number}.csv") for number, text in enumerate(texts)]
    return paths[0].replace("f0.csv", "f*.csv")


def test_files_with_the_same_header_are_not_looked_at_again(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(write, "", "a,b\r\n1,2\n", "a,b\r\n3,4\n", "a,b\r\n", "b,a\r\n5,6\n", 'a,b\r\n"7"\n', "a,b\r\n\n8,9")
    read: list[str] = []
    real = sample.with_header

    def watched(file: Any, *arguments: Any) -> Any:
        read.append(file.label)
        return real(file, *arguments)

    expected = [real(file, Dialect())[:2] for file in find(path)]
    monkeypatch.setattr(sample, "with_header", watched)
    found = headers.read(find(path), Dialect())
    assert list(zip(found.files, found.shown, strict=True)) == expected
    assert read == ["f0.csv", "f1.csv", "f3.csv", "f4.csv", "f6.csv"]


@given(
    st.lists(
        st.lists(st.sampled_from(["a,b\n", "a", ",", "\n", '"', "b,a\n", "1", " ", "\r\n", "\ufeff"]), max_size=6).map("".join),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from([Dialect(), Dialect(header=None), Dialect(header=1), Dialect(names=("x", "y"))]),
)
def test_the_short_way_finds_what_the_long_way_does(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], dialect: Dialect
) -> None:
    paths = []
    for number, text in enumerate(texts):
        paths.append(tmp_path_factory.getbasetemp() / f"short{number}.csv")
        paths[-1].write_bytes(text.encode())
    files = find(paths)
    try:
        expected, asked = [], NOTHING_ASKED
        for file in files:
            header = sample.with_header(file, dialect, asked)
            expected.append(header[:2])
            if asked.levels is None and not header.file.empty:
                asked = FieldArguments(levels=len(header.fields.levels))
    except CSVError:
        return  # too long a first record: the short way leaves it to reading
    if not any(names for _, names in expected):
        with pytest.raises(EmptyDataError):
            headers.read(files, dialect)
        return
    found = headers.read(files, dialect)
    assert list(zip(found.files, found.shown, strict=True)) == expected


def test_a_first_record_that_is_too_long_is_an_error_when_it_is_read(write: Write, driver: Any) -> None:
    path = folder(write, "a,b\n1,2\n", "a,b\n1,2,3\n")
    with pytest.raises(CSVError, match=r"f1\.csv:2 \(record 1\): 3 fields"):
        driver.read(path)


def test_schema_first_has_the_columns_of_the_first_file(write: Write, driver: Any, oracle: Any) -> None:
    path = folder(write, "", "a,b\n1,x\n", "c,b\n9,y\n", "b,a\nz,3\n")
    with pytest.warns(SchemaDriftWarning, match=r": f2\.csv has no a\."):
        got = driver.read(path, schema="first")
    pd.testing.assert_frame_equal(got, oracle("a,b\n1,x\n,y\n3,z\n"))


def test_schema_strict_allows_another_order_only(write: Write, driver: Any, oracle: Any) -> None:
    path = folder(write, "", "a,b\n1,x\n", "b,a\ny,2\n", "a,b\n")
    pd.testing.assert_frame_equal(driver.read(path, schema="strict"), oracle("a,b\n1,x\n2,y\n"))
    write("a,c\n5,6\n", "f4.csv")
    with pytest.raises(CSVError, match=r'schema="strict" asks for: f4\.csv has no b; only f4\.csv has c\. Mend them, or'):
        CSVSource.open(path, schema="strict")


@pytest.mark.parametrize(
    ("schema", "error", "message"), [("any", ValueError, "none of 'union'"), ({"a": int}, TypeError, "dtype=")]
)
def test_mistakes(schema: Any, error: type[Exception], message: str, write: Write) -> None:
    with pytest.raises(error, match=message):
        CSVSource.open(write("a\n"), schema=schema)


def test_the_notice_names_the_few_and_counts_the_rest(tmp_path: Path, write: Write) -> None:
    for number in range(40):
        write("a,b\n1,2\n" if number else "a,b,z\n1,2,3\n", f"f{number}.csv")
    with pytest.warns(SchemaDriftWarning, match=r"same columns: only f0\.csv has z\. Columns"):
        CSVSource.open(tmp_path / "f*.csv")
    for number in range(10, 16):
        write("a\n1\n", f"f{number}.csv")
    with pytest.warns(SchemaDriftWarning, match=r"f10\.csv, f11\.csv, f12\.csv, and 3 more has no b; only f0\.csv has z"):
        CSVSource.open(tmp_path / "f*.csv")


def test_no_notice_of_columns_that_nobody_wants(tmp_path: Path, write: Write) -> None:
    write("a,b\n1,2\n", "f1.csv")
    write("a,c\n1,2\n", "f2.csv")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        CSVSource.open(tmp_path / "f*.csv", usecols=["a"])
    with pytest.warns(SchemaDriftWarning, match=r"f2\.csv has no b\."):
        CSVSource.open(tmp_path / "f*.csv", usecols=["a", "b"])


def test_a_file_that_goes_while_headers_are_read(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = folder(write, "a,b\n1,2\n", "a,b\n1,2\n")
    files = find(path)
    write("a,b\n1,2,3\n", "f1.csv")
    with pytest.raises(FileChangedError, match=r"f1\.csv has changed"):
        headers.read(files, Dialect())


@pytest.mark.parametrize("how", [{}, {"comment": "#"}, {"sep": r"[,]\s*", "engine": "python"}, {"encoding": "latin-1"}])
@pytest.mark.parametrize(
    ("header", "dtype"),
    [
        ("a,a,b", {"a": str}),
        ('"a",b,a', {"a": "category"}),
        ("a,a,a", {"a": float, "a.1": str}),
        ("a,a,a.1", {"a": float}),
        ("a,a.1,a.1", {"a.1": float}),
        (",a,Unnamed: 0", {"Unnamed: 0": float}),
        ("a,a.1,b", {"a": float}),
        ("a,b,a", defaultdict(lambda: "float64", a=str)),
    ],
)
def test_a_dtype_is_of_all_columns_whose_header_has_the_name(
    how: dict[str, Any], header: str, dtype: Any, write: Write, driver: Any
) -> None:
    text = f"{header}\n1,2,3\n4,5,6\n"
    want = pd.read_csv(io.StringIO(text), dtype=dtype, **{k: v for k, v in how.items() if k != "encoding"})
    pd.testing.assert_frame_equal(driver.read(write(text), dtype=dtype, **how), want)


def test_a_name_is_repeated_where_one_of_the_headers_has_it_twice(write: Write, driver: Any, oracle: Any) -> None:
    path = folder(write, "a,b\n1,2\n", "b,b\n3,4\n")
    with pytest.warns(SchemaDriftWarning):
        got = driver.read(path, dtype={"b": str})
    pd.testing.assert_frame_equal(got, oracle("a,b,b\n1,2,\n,3,4\n", dtype={"b": str}))


@pytest.mark.parametrize("dtype", [{1: str}, {1: str, "b": float}, {0: str}, {2: "category"}])
def test_the_positions_in_dtype_are_those_of_the_file(dtype: Any, write: Write, driver: Any, oracle: Any) -> None:
    text = "a,b,c\n1,2,3\n"
    got = driver.read(write(text), dtype=dtype, usecols=["b", "c"])
    pd.testing.assert_frame_equal(got, oracle(text, dtype=dtype, usecols=["b", "c"]))


@pytest.mark.parametrize("text", ["", "\n\r\n", "#\n", "\ufeff", "a,b\n"])
@pytest.mark.parametrize("how", [{}, {"comment": "#"}, {"encoding": "utf-8-sig"}, {"sep": r"[,]\s*", "engine": "python"}])
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"header": 0},
        {"header": 1},
        {"skiprows": 1},
        {"skiprows": lambda line: line == 0},
        {"dtype": {"x": int, "y": "category"}, "skiprows": 1},
        {"index_col": "x", "skiprows": 1},
        {"parse_dates": ["x"], "skiprows": 1},
        {"usecols": ["y"], "skiprows": 1},
        {"nrows": 3, "skiprows": 1},
    ],
)
def test_names_are_the_columns_of_a_file_without_records(
    text: str, how: dict[str, Any], arguments: dict[str, Any], write: Write, driver: Any
) -> None:
    arguments = {"names": ["x", "y"], **how, **arguments}
    try:
        want = pd.read_csv(io.StringIO(text), **arguments)
    except ValueError:
        with pytest.raises(ValueError, match=r"a\.csv"):
            driver.read(write(text), **arguments)
        return
    pd.testing.assert_frame_equal(driver.read(write(text), **arguments), want)


def test_names_are_the_columns_of_a_folder_without_records(write: Write, driver: Any, oracle: Any) -> None:
    path = folder(write, "", "a,b\n", "")
    pd.testing.assert_frame_equal(driver.read(path, names=["x", "y"], skiprows=1), oracle("", names=["x", "y"]))


@pytest.mark.parametrize("how", [{}, {"comment": "#"}, {"encoding": "latin-1"}, {"sep": r"[,]\s*", "engine": "python"}])
@pytest.mark.parametrize(
    ("text", "arguments"),
    [
        ("x,y\n1,2\n3,4\n", {"header": 0}),
        ("x,y\n1,2\n3,4,5\n", {"header": 0, "usecols": ["a"]}),
        ("x,y\n1\n3,4,5\n", {"header": 0, "on_bad_lines": "skip"}),
        ("p\nx,y\n1,2\n", {"header": 1}),
        ("x,y\n1,2,3\n", {"header": 0}),
        ("x,y,z\n1,2,3\n", {"header": 0}),
        ("x,y\n1,2\n3,4\n", {"header": None, "skiprows": 1}),
    ],
)
def test_names_are_no_more_than_the_header_that_they_replace(
    text: str, arguments: dict[str, Any], how: dict[str, Any], write: Write, driver: Any
) -> None:
    arguments = {"names": ["a", "b", "c"], **how, **arguments}
    try:
        want = pd.read_csv(io.StringIO(text), **arguments)
    except ValueError:
        with pytest.raises(CSVError, match=r"a\.csv(: names= has 3 names, and the header .* has 2: x, y\.| .*passed names)"):
            driver.read(write(text), **arguments)
        return
    pd.testing.assert_frame_equal(driver.read(write(text), **arguments), want)


def test_names_that_only_blanks_or_case_tell_apart_are_named(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("a,b,Dep\n1,2,3\n")
    (tmp_path / "2.csv").write_text("a ,b,dep\n1,2,3\n")
    with pytest.warns(lf.SchemaDriftWarning, match=r"has no 'a '.* Only case or blanks tell 'a' and 'a '; 'Dep' and 'dep' apart"):
        lf.read_csv(str(tmp_path / "*.csv"))


@pytest.mark.parametrize(("text", "arguments"), [("#x\n#y\n", {"comment": "#"}), ("a,b\n1,2\n", {"skiprows": 5}), ("\n\n", {})])
def test_a_file_without_a_line_to_read_is_not_called_empty(tmp_path: Path, text: str, arguments: dict[str, Any]) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(lf.EmptyDataError, match=r"No columns to parse from file: .*a\.csv has no line to read"):
        lf.read_csv(tmp_path / "a.csv", **arguments)
