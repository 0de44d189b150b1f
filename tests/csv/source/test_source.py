from __future__ import annotations

import os
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lazyframe import config
from lazyframe.csv import CSVError, CSVSource, DtypePromotionWarning, EmptyDataError, NoFilesError, SchemaDriftWarning
from lazyframe.csv.text import partitions
from lazyframe.schema import ColumnNotFoundError

Write = Callable[..., str]
Oracle = Callable[..., pd.DataFrame]


def dtypes(opened: CSVSource) -> dict[Any, str]:
    return {field.name: field.dtype.name for field in opened.schema}


def test_what_a_source_promises(write: Write) -> None:
    opened = CSVSource.open(write("k,x,t\n1,0.5,a\n2,,b\n"))
    assert dtypes(opened) == {"k": "int64", "x": "float64", "t": "str"}
    assert opened.parsed(("k", "t")) == (2, 3)
    assert opened.describe().endswith("a.csv: 1 file, 19 bytes")
    assert opened.partitions[0].label == "a.csv[0:19]"
    assert opened.latest() is opened
    with pytest.raises(ColumnNotFoundError, match="Did you mean 'x'"):
        opened.spec.column("X")


def test_what_a_source_is_unsure_of(write: Write) -> None:
    text = "k,x,t\n1,0.5,a\n2,,b\n"
    opened = CSVSource.open(write(text), dtype={"k": "int64"})
    assert opened.unsure(("k", "t")) == 0, "given, and text: these cannot change"
    assert opened.unsure(("k", "x")) == len(text)


def test_the_sample_is_what_reading_gives(engine: str, write: Write) -> None:
    text = "k,x,b,t,o,d\n" + "1,0.5,True,a,True,2020-01-01\n2,,False,,,\n" * 50
    opened = CSVSource.open(write(text), parse_dates=["d"])
    assert opened.sample.num_rows == 60
    assert opened.sample.schema.names == ["k", "x", "b", "t", "o", "d"]
    (batch,) = opened.read(opened.partitions[0], tuple(opened.sample.schema.names))
    dates = batch.schema.field("d").with_type(pa.timestamp("us"))  # of few distinct ones only these travel
    assert batch.schema.set(5, dates) == opened.sample.schema
    assert batch.slice(0, 60).to_pylist()[0] == opened.sample.to_pylist()[0]
    assert opened.sample.column(3).null_count == 30


def test_no_rows_no_sample_but_its_schema(write: Write) -> None:
    opened = CSVSource.open(write("a,b\n"))
    assert opened.sample.num_rows == 0
    assert opened.sample.schema.names == ["a", "b"]
    assert dtypes(opened) == {"a": "object", "b": "object"}


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


def test_a_source_travels(write: Write) -> None:
    opened = CSVSource.open(write("a,b\n1,x\n"), usecols=lambda name: True)
    there = pickle.loads(pickle.dumps(opened))
    assert there.token == opened.token
    assert there.schema == opened.schema
    assert there.sample.equals(opened.sample)
    assert len(pickle.dumps(opened)) < 4000


def test_the_blocksize_cuts_large_files(write: Write) -> None:
    path = write("a,b\n" + "1,2\n" * 1000)
    assert len(CSVSource.open(path, blocksize="1kB").partitions) == 5
    with config.set(blocksize=2000):
        assert len(CSVSource.open(path).partitions) == 3
    assert CSVSource.open(path, blocksize="2KiB").partitions[1].label == "a.csv[2KiB:3.9KiB]"


def test_small_files_are_read_together(tmp_path: Path, write: Write, driver: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(10):
        write("a,b\n" + f"{number},x\n" * 5, f"f{number}.csv")
    opened = CSVSource.open(tmp_path / "f*.csv")
    assert [p.label for p in opened.partitions] == ["10 files from f0.csv"]
    monkeypatch.setattr(partitions, "PACK", 60)
    opened = CSVSource.open(tmp_path / "f*.csv")
    assert [len(p.ranges) for p in opened.partitions] == [2] * 5
    assert driver.run(opened)["a"].tolist() == [number for number in range(10) for _ in range(5)]


@pytest.mark.parametrize("blocksize", [1, 7, 100, None])
@pytest.mark.parametrize("nrows", [None, 1, 3, 3.0, 5, 100])
def test_files_in_natural_order_as_one(
    blocksize: int | None, nrows: int | None, engine: str, tmp_path: Path, write: Write, driver: Any, oracle: Oracle
) -> None:
    write("a,b\n3,z\n", "f10.csv")
    write("a,b\r\n1,x\r\n2,y", "f2.csv")
    write("", "f3.csv")
    write("a,b\n", "f4.csv")
    write("b,a\nw,5\n", "f5.csv")
    got = driver.read(tmp_path / "f*.csv", blocksize=blocksize, nrows=nrows)
    expected = oracle("a,b\n1,x\n2,y\n5,w\n3,z\n", nrows=nrows)
    pd.testing.assert_frame_equal(got, expected, check_index_type=False)


@pytest.mark.parametrize("blocksize", [1, 20, None])
def test_a_column_that_a_file_lacks_is_missing_there(
    blocksize: int | None, engine: str, tmp_path: Path, write: Write, driver: Any, oracle: Oracle
) -> None:
    write("a,b\n1,x\n2,y\n", "f1.csv")
    write("a,c\n3,True\n", "f2.csv")
    write("c,b,e,n\nFalse,z,9,9\n", "f3.csv")
    with pytest.warns(SchemaDriftWarning, match=r": f3\.csv has no a; f2\.csv has no b; f1\.csv has no c; and 1 more\.") as found:
        got = driver.read(tmp_path / "f*.csv", blocksize=blocksize)
    assert len(found) == 1
    expected = oracle("a,b,c,e,n\n1,x,,,\n2,y,,,\n3,,True,,\n,z,False,9,9\n")
    pd.testing.assert_frame_equal(got, expected)


def test_a_lacking_column_of_a_given_dtype(tmp_path: Path, write: Write, driver: Any) -> None:
    write("a,b\n1,x\n", "f1.csv")
    write("b\ny\n", "f2.csv")
    with (
        pytest.warns(SchemaDriftWarning),
        pytest.raises(CSVError, match=r"f2\.csv:2 \(record 1\), column a: a missing value is not int64"),
    ):
        driver.read(tmp_path / "f*.csv", dtype={"a": "int64"})


def test_files_with_no_records_do_not_make_values_missing(tmp_path: Path, write: Write, driver: Any) -> None:
    write("a,b\n1,2\n", "f1.csv")
    write("b\n", "f2.csv")
    with pytest.warns(SchemaDriftWarning):
        assert driver.read(tmp_path / "f*.csv")["a"].dtype == "int64"


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


def test_assume_missing_reads_integers_as_floats(driver: Any, write: Write) -> None:
    path = write("a,b,c\n1,x,True\n2,y,False\n")
    got = driver.read(path, assume_missing=True)
    assert [str(dtype) for dtype in got.dtypes] == ["float64", "str", "bool"]


def test_text_with_many_values_is_not_dictionary_encoded(write: Write) -> None:
    opened = CSVSource.open(write("few,many\n" + "".join(f"x,name {number}\n" for number in range(500))))
    (batch,) = opened.read(opened.partitions[0], ("few", "many"))
    assert batch.schema.types == [pa.dictionary(pa.int32(), pa.string()), pa.string()]


def test_header_none_with_other_widths(tmp_path: Path, write: Write, driver: Any) -> None:
    write("1,2\n", "f1.csv")
    write("3,4,5\n", "f2.csv")
    with pytest.warns(SchemaDriftWarning):
        got = driver.read(tmp_path / "f*.csv", header=None)
    assert list(got.columns) == [0, 1, 2]
    assert got[2].tolist()[1] == 5.0


def test_no_column_no_rows_as_in_pandas(engine: str, write: Write, driver: Any, oracle: Oracle) -> None:
    text = "a,b\nx,1\n2,3\n"
    for usecols in ([], lambda name: False):
        source = CSVSource.open(write(text), usecols=usecols)
        assert source.spec.nrows == len(oracle(text, usecols=usecols)) == 0
        assert source.schema.names == ()


def test_no_records_of_dates_are_of_the_dtype_of_pandas(write: Write, oracle: Oracle) -> None:
    text = "a,b\nx,1\n"
    dtypes = oracle(text, nrows=0, parse_dates=["a"]).dtypes
    source = CSVSource.open(write(text), nrows=0, parse_dates=["a"])
    assert [field.dtype.name for field in source.schema] == [str(dtype) for dtype in dtypes]


def test_usecols_of_numpy_positions(write: Write) -> None:
    source = CSVSource.open(write("a,b,c\n1,2,3\n"), usecols=np.arange(2))
    assert source.schema.names == ("a", "b")


@pytest.mark.parametrize("rows", [0, 3000])
def test_a_byte_that_is_no_utf_8_is_located(rows: int, engine: str, write: Write, driver: Any) -> None:
    text = b"a,b\n" + b"1,x\n" * rows + b"1,caf\xe9\n2,x\n"
    with pytest.raises(CSVError, match=rf"a\.csv:{rows + 2} \(record {rows + 1}\): column b holds the byte 0xe9.*latin-1"):
        driver.read(write(text), sample=1000, blocksize=500)


def test_a_date_after_a_partition_that_begins_in_quotes(engine: str, write: Write, driver: Any) -> None:
    paths = [write('d,t\n,"\n"\n', "f0.csv"), write('d,t\nx,"\n"\n', "f1.csv")]
    with pytest.warns(DtypePromotionWarning, match=r"f1\.csv:2: 'x' in column d"):
        got = driver.read(paths, blocksize=3, parse_dates=["d"])
    assert got["d"].dtype == "str"
    assert got["d"].tolist()[1] == "x"


def test_what_is_no_date_in_the_sample_is_told_with_its_place(write: Write) -> None:
    path = write("a,b\n2020-01-01,1\nsoon,2\n")
    with pytest.warns(
        DtypePromotionWarning, match=r"a\.csv:3: 'soon' in column a is no date of the form %Y-%m-%d.*na_values="
    ) as found:
        CSVSource.open(path, parse_dates=["a"])
    assert [warning.filename for warning in found] == [__file__]
