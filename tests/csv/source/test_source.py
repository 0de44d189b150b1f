from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from lazyframe.csv import CSVError, CSVSource, DtypePromotionWarning, SchemaDriftWarning
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


def test_a_source_travels(write: Write) -> None:
    opened = CSVSource.open(write("a,b\n1,x\n"), usecols=lambda name: True)
    there = pickle.loads(pickle.dumps(opened))
    assert there.token == opened.token
    assert there.schema == opened.schema
    assert there.sample.equals(opened.sample)
    assert len(pickle.dumps(opened)) < 4000


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


def test_header_none_with_other_widths(tmp_path: Path, write: Write, driver: Any) -> None:
    write("1,2\n", "f1.csv")
    write("3,4,5\n", "f2.csv")
    with pytest.warns(SchemaDriftWarning):
        got = driver.read(tmp_path / "f*.csv", header=None)
    assert list(got.columns) == [0, 1, 2]
    assert got[2].tolist()[1] == 5.0


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
