"""Opening: files, columns of which nothing is known yet, partitions, and what is wrong with what the user wrote."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from lazyframe import config
from lazyframe.csv import CSVSource, EmptyDataError, NoFilesError
from lazyframe.csv.source.opening import opened as open_files
from lazyframe.csv.types.infer import TextKinds

Write = Callable[..., str]
Oracle = Callable[..., pd.DataFrame]


def dtypes(opened: CSVSource) -> dict[Any, str]:
    return {field.name: field.dtype.name for field in opened.schema}


def test_nothing_of_the_columns_is_known_before_the_sample(write: Write) -> None:
    found = open_files(write("k,x,t\n1,0.5,a\n"), dtype={"x": "float32"}, parse_dates=["t"])
    assert found.names == ("k", "x", "t")
    assert [(column.name, column.given and column.given.name, column.seen) for column in found.columns] == [
        ("k", None, TextKinds.NOTHING),
        ("x", "float32", TextKinds.NOTHING),
        ("t", None, TextKinds.NOTHING),
    ]
    assert found.columns[2].dates is not None
    assert found.columns[2].dates.format is None
    assert [(file.start, file.names, file.empty) for file in found.files] == [(6, ("k", "x", "t"), False)]


def test_what_the_user_wrote_is_in_the_spec(write: Write) -> None:
    found = open_files(
        write("k;x\n1;2\n"), sep=";", nrows=3.0, sample="1KiB", on_bad_lines="skip", assume_missing=True, on_dtype_change="error"
    )
    spec = found.spec
    assert (spec.dialect.separator, spec.nrows, spec.sample_bytes, spec.on_bad_lines.policy) == (b";", 3, 1024, "skip")
    assert (found.assume_missing, found.promotes, found.index) == (True, False, None)
    plain = open_files(write("k,x\n1,2\n"))
    assert (plain.spec.nrows, plain.spec.sample_bytes, plain.assume_missing, plain.promotes) == (None, 2**16, False, True)


def test_what_is_parsed_to_read_some_columns(write: Write) -> None:
    found = open_files(write("y,m,k\n2020,1,a\n"), parse_dates=[["y", "m"]], include_path_column=True, date_format="%Y %m")
    assert found.parsed(("y_m",)) == (2, 3)
    assert found.parsed(("y_m", "k")) == (3, 3)
    assert found.parsed(("path",)) == (0, 3), "a path is no column of the files"
    assert found.parsed(("none",)) == (0, 3)


@pytest.mark.parametrize(
    ("size", "shown"), [(0, "size unknown"), (19, "19 bytes"), (1500, "1.5 kB"), (2_340_000, "2.3 MB"), (10**10, "10.0 GB")]
)
def test_one_line_for_people(size: int, shown: str, write: Write) -> None:
    found = open_files([write("a\n1\n", "f1.csv"), write("a\n1\n", "f2.csv")])
    files = tuple(replace(file, size=part) for file, part in zip(found.files, (size, 0), strict=True))
    sized = replace(found, spec=replace(found.spec, files=files))
    assert sized.describe() == f"{found.shown_path}: 2 files, {shown}"
    assert found.shown_path.endswith("f1.csv, ...")


def test_an_open_file_is_called_by_its_name(write: Write) -> None:
    with open(write("a\n1\n"), encoding="utf-8") as file:
        assert open_files(file).shown_path == file.name


def test_levels_of_the_index_that_are_no_dates_are_numeric(write: Write) -> None:
    found = open_files(write("a,b,c\n1,2,3\n"), index_col=["a", "b"], parse_dates=["b"])
    assert found.numeric_levels == ("a",)
    assert open_files(write("a,b,c\n1,2,3\n")).numeric_levels == ()


def test_equal_files_read_alike_have_one_token(write: Write) -> None:
    one = write("a,b\n1,2\n")
    assert open_files(one).token == open_files(one).token
    assert open_files(one).token != open_files([one, one]).token
    assert open_files(one).token != open_files(one, on_bad_lines="skip").token
    found = open_files(one)
    known = replace(found, spec=found.spec.knowing({"a": TextKinds.INT}))
    assert known.token != found.token, "what is known of the columns is how they are read"


def test_what_a_source_is_unsure_of(write: Write) -> None:
    text = "k,x,t\n1,0.5,a\n2,,b\n"
    opened = CSVSource.open(write(text), dtype={"k": "int64"})
    assert opened.unsure(("k", "t")) == 0, "given, and text: these cannot change"
    assert opened.unsure(("k", "x")) == len(text)


def test_tokens_tell_sources_apart(write: Write) -> None:
    path = write("a,b\n1,2\n3,4\n")
    same = CSVSource.open(path).token
    assert CSVSource.open(path).token == same
    others = [{"blocksize": 5}, {"usecols": ["a"]}, {"dtype": {"a": "float64"}}, {"nrows": 1}, {"na_values": [1]}, {"sep": ";"}]
    tokens = [CSVSource.open(path, **arguments).token for arguments in others]
    os.utime(path, ns=(1, 1))
    tokens.append(CSVSource.open(path).token)
    tokens.append(CSVSource.open(write("a,b\n1,2\n3,4\n", "b.csv")).token)
    assert len({same, *tokens}) == len(tokens) + 1


def test_the_blocksize_cuts_large_files(write: Write) -> None:
    path = write("a,b\n" + "1,2\n" * 1000)
    assert len(CSVSource.open(path, blocksize="1kB").partitions) == 5
    with config.set(blocksize=2000):
        assert len(CSVSource.open(path).partitions) == 3
    assert CSVSource.open(path, blocksize="2KiB").partitions[1].label == "a.csv[2KiB:3.9KiB]"


def test_empty_files(tmp_path: Path, write: Write) -> None:
    with pytest.raises(EmptyDataError, match=r"No columns to parse from file: .*e1\.csv is empty\."):
        CSVSource.open(write("", "e1.csv"))
    write("\n \n", "e2.csv")
    with pytest.raises(EmptyDataError, match="and so are the others"):
        CSVSource.open(tmp_path / "e*.csv")
    with pytest.raises(NoFilesError):
        CSVSource.open(tmp_path / "x*.csv")


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        ({"usecol": ["a"]}, TypeError, "Did you mean 'usecols'"),
        ({"index_col": "q"}, ValueError, "none of the columns that are read"),
        ({"nrows": -1}, ValueError, "nrows=-1"),
        ({"blocksize": 0}, ValueError, "size"),
        ({"blocksize": "big"}, ValueError, "big"),
        ({"dtype": {"a": "datetime64[us]"}}, TypeError, "parse_dates"),
        ({"dtype": {"a": "float16"}}, TypeError, "is not a dtype that lazyframe has"),
        ({"dtype_backend": "numpy"}, ValueError, "only 'numpy_nullable' and 'pyarrow' are allowed"),
        ({"usecols": ["z"]}, ValueError, "which the files do not have"),
    ],
)
def test_mistakes_are_raised_when_the_source_is_opened(
    arguments: dict[str, Any], error: type[Exception], message: str, write: Write
) -> None:
    with pytest.raises(error, match=message):
        CSVSource.open(write("a,b\n1,2\n"), **arguments)


def test_dtypes_by_position_and_of_columns_that_are_not_there(write: Write, oracle: Oracle) -> None:
    opened = CSVSource.open(write("a,b\n1,2\n"), dtype={1: "float64", "zz": "str"})
    assert dtypes(opened) == {"a": "int64", "b": "float64"}


def test_no_column_no_rows_as_in_pandas(engine: str, write: Write, driver: Any, oracle: Oracle) -> None:
    text = "a,b\nx,1\n2,3\n"
    for usecols in ([], lambda name: False):
        source = CSVSource.open(write(text), usecols=usecols)
        assert source.spec.nrows == len(oracle(text, usecols=usecols)) == 0
        assert source.schema.names == ()


def test_usecols_of_numpy_positions(write: Write) -> None:
    source = CSVSource.open(write("a,b,c\n1,2,3\n"), usecols=np.arange(2))
    assert source.schema.names == ("a", "b")
