"""Reading whole inputs: every case on every engine, cut at every byte, against pandas on the whole text."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazyframe.csv import CSVError, CSVSource, DtypePromotionWarning, FileChangedError
from lazyframe.csv.engines import _native
from lazyframe.csv.scan import ranges
from lazyframe.csv.text import files
from lazyframe.native import library
from lazyframe.schema import ROW

Write = Callable[..., str]
Oracle = Callable[..., pd.DataFrame]

pytestmark = pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DtypePromotionWarning")

CASES: dict[str, tuple[str, dict[str, Any]]] = {
    "integers": ("a,b\n1,22\n333,4\n5,6", {}),
    "missing": ("a,b\n1,\n,x\nNA,null\n", {}),
    "only missing": ("a,b\n,1\n,2\n", {}),
    "integers, then a float": ("a,b\n1,x\n2,y\n3.5,z\n", {}),
    "integers, then text": ("a,b\n1,x\n2,y\nz,z\n", {}),
    "text keeps its zeros": ("a,b\n007,x\n1.50,y\nz,z\n", {}),
    "booleans": ("a,b\nTrue,false\nFALSE,TRUE\n", {}),
    "booleans and missing": ("a,b\nTrue,x\n,y\nFalse,z\n", {}),
    "booleans and integers": ("a,b\nTrue,x\n1,y\n", {}),
    "unsigned": ("a,b\n1,x\n18446744073709551615,y\n", {}),
    "a word that is missing": ("a,b\nTRUE,1\nFalse,2\nTrue,3\n", {"na_values": ["True"]}),
    "all words are missing": ("a,b\nTRUE,1\nTrue,3\n", {"na_values": ["True", "TRUE", "true", "False"]}),
    "hexadecimal": ("a,b\n0x1F,1\n0x2,2\n", {}),
    "no number": ("a,b\nnAn,1\n1.5,2\n", {}),
    "infinite": ("a,b\ninf,1\n-Infinity,2\n1e400,3\n", {}),
    "blanks": ("a,b\n 1,2 \n3 , x\n", {}),
    "blanks beside truth": ("a,b\n True,1\nFalse,2\n", {}),
    "quoted": ('a,b\n"1","x,y"\n"","d""q"\n"NA",z\n', {}),
    "quoted newlines": ('a,b\n1,"x\ny"\n2,"\n"\n3,"\n\n4,5"\n', {}),
    "quoted newline of another width": ('a,b\n1,"x\n1,2,3\ny"\n2,z\n', {}),
    "carriage returns": ('a,b\r\n1,x\r\n2,"p\r\nq"\r\n', {}),
    "lone carriage returns": ("a,b\r1,x\r2,y\r", {}),
    "mixed line ends": ("a,b\n1,x\r\n2,y\r3,z\n", {}),
    "stray quotes": ('a,b\n5",x\n"p"q,"r" \n6,a"b"c\n', {}),
    "stray quote, then a newline": ('a,b\n1,x"\n2,"y\nz"\n', {}),
    "short records": ("a,b,c\n1\n2,x\n3,y,z\n", {}),
    "blank lines": ("a,b\n\n1,2\n  \n\n3,4\n\n", {}),
    "one column": ('a\n1\n\n ""\n""\n2\n', {}),
    "one column of text": ("a\nx\n\n  \ny y\n", {}),
    "header only": ("a,b\n", {}),
    "no newline at the end": ("a,b\n1,x\n2,y", {}),
    "byte order mark": ("\ufeffa,b\n1,x\n", {}),
    "byte order mark, no header": ("\ufeff1,x\n2,y\n", {"header": None}),
    "strange names": ('a,a,,"b\nc",a.1\n1,2,3,4,5\n', {}),
    "blank lines before the header": ("\n\n a,b\n1,2\n", {}),
    "not ascii": ("ä,b\né,ñ\nü,1\n", {}),
    "nul": ("a,b\n1,x\0y\n", {}),
    "header none": ("1,x\n2,y\n", {"header": None}),
    "header below": ("t\nu,v\na,b\n1,2\n", {"header": 2}),
    "names": ("1,x\n2,y\n", {"names": ["p", "q"]}),
    "names over a header": ("a,b\n1,x\n", {"names": ["p", "q"], "header": 0}),
    "semicolons": ("a;b\n1,5;2\n", {"sep": ";"}),
    "tabs": ("a\tb\n1\t\n\t2\n", {"sep": "\t"}),
    "blanks separate": ("a b\n1 \n 2\n", {"sep": " "}),
    "usecols": ("a,b,c\n1,x,2\n3,y,z\n", {"usecols": ["c", "a"]}),
    "usecols lets go of what is too long": ("a,b\n1,x\n3,y,z\n", {"usecols": ["a", "b"]}),
    "dtypes": ("a,b,c\n1,2,3\n4,,5.0\n", {"dtype": {"a": "float32", "b": "str", "c": "int8"}}),
    "one dtype": ("a,b\n1,2\n,x\n", {"dtype": object}),
    "dtype bool": ("a,b\nTrue,2\nfalse,x\n", {"dtype": {"a": bool}}),
    "dtype bool of digits": ("a,b\n1,x\n0,y\n01,z\n", {"dtype": {"a": bool}}),
    "na_values": ("a,b\n1,-\n-9.0,x\n-9.00,\n", {"na_values": ["-", -9]}),
    "na_values by column": ("a,b\n1,1\n2,2\n", {"na_values": {"a": [1]}}),
    "no default na": ("a,b\n1,NA\n,2\n", {"keep_default_na": False}),
    "the first records": ("a,b\n1,2\n3,4\nx,5\n6,7,8\n", {"nrows": 2}),
    "no records": ("a,b\nx,2\n", {"nrows": 0}),
}


def read_in_blocks(name: str, sizes: Iterable[int], driver: Any, write: Write, oracle: Oracle) -> None:
    """A case is read as pandas reads it, in blocks of each of these sizes."""
    text, arguments = CASES[name]
    expected = oracle(text, **arguments)
    path = write(text)
    for blocksize in sizes:
        got = driver.read(path, blocksize=blocksize, **arguments)
        pd.testing.assert_frame_equal(got, expected, check_exact=True, check_column_type=False, check_index_type=False)


@pytest.mark.parametrize("name", CASES)
def test_cut_at_every_byte(name: str, engine: str, driver: Any, write: Write, oracle: Oracle) -> None:
    sizes = (1, 3, 8, 1000) if engine == "native" else (1, 1000)  # a size of 1 alone cuts at every byte
    read_in_blocks(name, sizes, driver, write, oracle)


@pytest.mark.slow
@pytest.mark.parametrize("name", CASES)
def test_cut_into_blocks_of_every_size(name: str, engine: str, driver: Any, write: Write, oracle: Oracle) -> None:
    size = len(CASES[name][0].encode())
    read_in_blocks(name, (*range(1, 25), *range(25, size + 2, 3)), driver, write, oracle)


@pytest.mark.parametrize("name", CASES)
def test_records_are_counted_wherever_they_are_cut(name: str, engine: str, driver: Any, write: Write, oracle: Oracle) -> None:
    text, arguments = CASES[name]
    expected = len(oracle(text, **arguments))
    path = write(text)
    for blocksize in (1, 5, None) if engine == "native" else (1,):
        driver.read(path, blocksize=blocksize, **arguments)
        source = driver.source  # one in which everything is known
        rows = 0
        for partition in source.partitions:
            reader = source.read(partition, ())
            batches = list(reader)
            assert all(batch.num_columns == 0 for batch in batches)
            assert sum(batch.num_rows for batch in batches) == reader.records
            rows += reader.records
        assert rows == expected


FIELDS = {
    "int": ["1", "-2", "007", "+3", " 4", "12345678901234"],
    "float": ["1.5", "-.25", "1e3", "inf", "2.", "1.5 "],
    "bool": ["True", "False", "true", "FALSE"],
    "na": ["", "NA", "nan"],
    "text": ["abc", "é", "0x1F", "nAn", " True", "-", "2020-01-01", " "],
    "quoted": ['"q"', '"a,b"', '"n\nl"', '""', '"d""q"', '"1"', '"NA"', '"c\r\nd"', '"\n1,2\n"'],
    "stray": ['a"b', '"x"y', ' "z"', '5"'],
}


@st.composite
def csv_texts(draw: st.DrawFn) -> str:
    width = draw(st.integers(1, 3))
    kinds = [draw(st.lists(st.sampled_from(sorted(FIELDS)), min_size=1, max_size=3)) for _ in range(width)]
    ends = draw(st.sampled_from([["\n"], ["\r\n"], ["\n", "\n\n", "\n \n"], ["\n", "\r\n", "\r"]]))
    ragged = draw(st.booleans())
    text = ",".join("abc"[:width]) + "\n"
    for _ in range(draw(st.integers(0, 6))):
        fields = [draw(st.sampled_from(FIELDS[draw(st.sampled_from(kind))])) for kind in kinds]
        if ragged:
            fields = fields[: draw(st.integers(1, width + 1))]
        text += ",".join(fields) + draw(st.sampled_from(ends))
    return text.rstrip("\r\n") if draw(st.booleans()) else text


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(20), deadline=None)
@given(text=csv_texts(), data=st.data())
def test_any_text_is_read_as_pandas_reads_it(
    text: str, data: st.DataObject, engine: str, driver: Any, write: Write, oracle: Oracle
) -> None:
    path = write(text)
    blocksize = data.draw(st.integers(1, len(text.encode()) + 1))
    try:
        expected = oracle(text)
    except pd.errors.ParserError:
        expected = None
    if expected is None or not isinstance(expected.index, pd.RangeIndex):
        with pytest.raises(CSVError):
            driver.read(path, blocksize=blocksize)
    else:
        got = driver.read(path, blocksize=blocksize)
        pd.testing.assert_frame_equal(got, expected, check_exact=True, check_index_type=False)


def test_only_the_columns_asked_for_in_their_order(engine: str, driver: Any, write: Write) -> None:
    path = write("a,b,c\n1,x,2\n3,y,4\n")
    got = driver.read(path, columns=("c", "a"))
    assert list(got.columns) == ["c", "a"]
    source = CSVSource.open(path)
    (batch,) = source.read(source.partitions[0], (ROW,))
    assert batch.schema.names == [ROW]
    assert batch.column(0).to_pylist() == [0, 1]


class Above:
    columns = ("a",)

    def __call__(self, batch: pa.RecordBatch) -> Any:
        return batch.column(batch.schema.names.index("a")).to_numpy() > 2


@pytest.mark.parametrize("blocksize", [1, 9, None])
def test_a_predicate_keeps_the_row_numbers(blocksize: int | None, engine: str, driver: Any, write: Write) -> None:
    path = write("a,b\n1,x\n3,y\n2,z\n4,w\n")
    got = driver.read(path, columns=("b",), predicate=Above(), blocksize=blocksize)
    assert list(got.columns) == ["b"]
    assert got["b"].tolist() == ["y", "w"]
    assert list(got.index) == [1, 3]


def test_records_are_counted_before_the_predicate_and_columns_come_as_asked(write: Write) -> None:
    source = CSVSource.open(write("a,b\n1,x\n3,y\n2,z\n"))
    reader = source.read(source.partitions[0], ("b", ROW), Above())
    (batch,) = reader
    assert batch.schema.names == ["b", ROW]
    assert batch.column(1).to_pylist() == [1]
    assert reader.records == 3
    reader = source.read(source.partitions[0], (), Above())
    (batch,) = reader
    assert (batch.num_columns, batch.num_rows, reader.records) == (0, 1, 3)


def test_header_like_records(engine: str, driver: Any, write: Write, oracle: Oracle) -> None:
    text = "n\n" + "".join(f"n{number:03}\n" for number in range(30))
    for blocksize in range(1, 12):
        pd.testing.assert_frame_equal(driver.read(write(text), blocksize=blocksize), oracle(text))


def test_batches_are_a_few_megabytes(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "CHUNK", 10_000)
    monkeypatch.setattr(_native, "_TOGETHER", 10_000)
    path = write("a,b\n" + "1234,text\n" * 5000)
    source = CSVSource.open(path)
    sizes = [batch.num_rows for batch in source.read(source.partitions[0], ("a",))]
    assert sum(sizes) == 5000
    assert max(sizes) <= 1000


@pytest.mark.parametrize("chunk", [40, 500])
def test_chunks_share_their_columns(
    chunk: int, engine: str, driver: Any, write: Write, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "CHUNK", chunk)
    plain = "".join(f"{n},{n % 7},{'' if n % 5 else n},2020-01-{n % 28 + 1:02}\n" for n in range(40))
    odd_lines = [
        "",
        '7,"x\ny",1.5,2020-01-01\n',
        "+8,u, 2,2020-02-02\n",
        "9,\xe4,1e400,2020-03-03\n",
        "1.5,,x,\n",
        "1,2,3,soon\n",
    ]
    for odd in odd_lines:
        path = write("a,b,c,d\n" + plain + odd + plain)
        text = Path(path).read_text("utf-8")
        more = ({"na_values": [7, "u"]}, {"dtype": {"b": "str", "c": object}}) if engine == "native" else ()
        for arguments in ({}, {"parse_dates": ["d"]}, *more):
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                expected = oracle(text, **arguments)
                got = driver.read(path, blocksize=1200, sample=100, **arguments)
                pd.testing.assert_frame_equal(got, expected)


@pytest.mark.parametrize("late", ["300", "x"])
def test_places_in_chunks_that_share_their_columns(
    late: str, engine: str, driver: Any, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ranges, "CHUNK", 100)
    path = write("a,b,d\n" + "1,2,2020-01-01\n" * 300 + f"1,{late},2020-01-01\n" + "1,2,2020-01-01\n" * 300 + "1,2,soon\n")
    with pytest.raises(CSVError, match=rf"a\.csv:302 \(record 301\), column b: '{late}' is not int8"):
        driver.read(path, dtype={"b": "int8"}, sample=100)
    with pytest.warns(DtypePromotionWarning, match=r"a\.csv:603: 'soon'"):
        driver.read(path, ("d",), parse_dates=["d"], sample=100)


# What is found while reading


ROWS = "".join(f"{number},x\n" for number in range(6000))


@pytest.mark.parametrize(
    ("late", "dtype"), [("1.5", "float64"), ("abc", "str"), ("", "float64"), ("18446744073709551615", "uint64"), ("True", "str")]
)
@pytest.mark.parametrize("blocksize", [10_000, None])
def test_a_late_value_promotes_the_column_with_one_warning(
    late: str, dtype: str, blocksize: int | None, engine: str, driver: Any, write: Write, oracle: Oracle
) -> None:
    text = "a,b\n" + ROWS + f"{late},x\n" + "7,x\n" * 10
    path = write(text)
    source = CSVSource.open(path, blocksize=blocksize, sample=1000)
    assert source.schema["a"].name == ("int64" if blocksize is None else source.schema["a"].name)
    with pytest.warns(DtypePromotionWarning) as found:
        got = driver.run(replaced_guess(source))
    pd.testing.assert_frame_equal(got, oracle(text))
    assert got["a"].dtype == dtype
    assert driver.restarts == len(found) == 1
    shown = "a missing value" if late == "" else repr(late)
    assert f"a.csv:6002: {shown} in column a is not int64: the column is read as {dtype}." in str(found[0].message)


def replaced_guess(source: CSVSource) -> CSVSource:
    """The source as its head alone lets it guess: pieces of the middle may have seen the late value already."""
    return replace(source, spec=source.spec.knowing(source.certain), _newer=[])


def test_what_the_eleventh_file_holds(driver: Any, write: Write, tmp_path: Path) -> None:
    for number in range(1, 13):
        write("a,b\n" + ("oops,1\n" if number == 11 else f"{number},1\n") * 3, f"f{number}.csv")
    got = driver.read(str(tmp_path / "f*.csv"), blocksize=1)
    assert got["a"].tolist() == [("oops" if n == 11 else str(n)) for n in range(1, 13) for _ in range(3)]


def test_a_wrong_split_is_mended_and_costs_one_restart(engine: str, driver: Any, write: Write, oracle: Oracle) -> None:
    text = "a,b\n" + "".join(f'{number},"line\nline {number},x"\n' for number in range(200))
    source = CSVSource.open(write(text), blocksize=50)
    assert source.schema["a"].name == "int64"
    pd.testing.assert_frame_equal(driver.run(source), oracle(text))
    assert driver.restarts == 1


def test_bad_data_of_a_wrong_split_are_not_the_users(engine: str, driver: Any, write: Write, oracle: Oracle) -> None:
    text = "a,b\n" + '1,"x\n1,2,3,4\ny,z\n"\n' * 50
    pd.testing.assert_frame_equal(driver.read(write(text), blocksize=30, dtype={"a": "int64"}), oracle(text))


# Errors say where


def located(driver: Any, path: str, message: str, **arguments: Any) -> None:
    for blocksize in (7, 64, None):
        with pytest.raises(CSVError, match=message):
            driver.read(path, blocksize=blocksize, **arguments)


def test_one_long_record_after_500(engine: str, driver: Any, write: Write) -> None:
    path = write("a,b\n" + "1,2\n" * 500 + "1,2,3\n" + "1,2\n" * 10)
    located(driver, path, re.escape('a.csv:502 (record 501): 3 fields, expected 2: "1,2,3".') + ".*names=.*usecols=")


def test_lines_and_records_differ(engine: str, driver: Any, write: Write) -> None:
    path = write('t\n"a\nb",c\n\n1,"x\n\ny"\n2,z\n \n3,4,5\n')
    located(driver, path, r"a\.csv:10 \(record 3\): 3 fields, expected 2", header=1)


def test_the_first_record_is_longer_than_the_header(driver: Any, write: Write) -> None:
    where = r'a\.csv:2 \(record 1\): 3 fields, but there are 2 names: "1,2,3"\. .*index.*names='
    located(driver, write("a,b\n1,2,3\n"), where, index_col=[0, 1])
    located(driver, write("\n1,2,3\n"), where, names=["a", "b"], usecols=[1])


def test_a_quote_that_is_never_closed(engine: str, driver: Any, write: Write) -> None:
    located(driver, write('a,b\n1,2\n3,"x\n4,5\n'), r"a\.csv:3 \(record 2\): a quote is opened and never closed")


@pytest.mark.parametrize("blocksize", [50, 1000, None])
def test_such_a_quote_does_not_fill_the_memory(
    blocksize: int | None, engine: str, driver: Any, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LONGEST", 5000)
    monkeypatch.setattr(ranges, "CHUNK", 1000)
    path = write("a,b\n" + "1,x\n" * 100 + '2,"y\n' + "3,z\n" * 50_000)
    source = CSVSource.open(path, blocksize=blocksize, sample=40)
    with pytest.raises(CSVError, match=r"a\.csv:102: the record that begins here goes on for more than 5,000 bytes"):
        driver.run(source)


def test_a_wrong_split_is_not_taken_for_such_a_quote(
    engine: str, driver: Any, write: Write, oracle: Oracle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LONGEST", 5000)
    monkeypatch.setattr(ranges, "CHUNK", 1000)
    text = "a,b\n" + "1,x\n" * 10 + '2,"' + "y\n" * 300 + '"\n' + "3,z\n" * 5000
    pd.testing.assert_frame_equal(driver.read(write(text), blocksize=100, sample=40), oracle(text))


@pytest.mark.parametrize(
    ("text", "dtype", "message"),
    [
        (
            "1\n2\nabc\n",
            "int64",
            "a.csv:4 (record 3), column k: 'abc' is not int64, which dtype= asks for. Mend it, or pass dtype={'k': 'str'}.",
        ),
        (
            "1\n\n2\n,x\n",
            "int64",
            "a missing value is not int64, which dtype= asks for. Mend it, or pass dtype={'k': 'float64'}.",
        ),
        ("1\n300\n", "int8", "a.csv:3 (record 2), column k: '300' is not int8"),
        ("1\n-1\n", "uint8", "a.csv:3 (record 2), column k: '-1' is not uint8"),
        ("1\n1.0\n1.5\n", "int64", "a.csv:4 (record 3), column k: '1.5' is not int64"),
        ("1\nx\n", "float64", "a.csv:3 (record 2), column k: 'x' is not float64"),
        ("True\n2\n", "bool", "a.csv:3 (record 2), column k: '2' is not bool"),
        (",x\n,y\n", "bool", "a.csv:2 (record 1), column k: a missing value is not bool"),
        ("True\n,\n", "bool", "a.csv:3 (record 2), column k: a missing value is not bool"),
    ],
)
def test_a_given_dtype_is_never_changed(text: str, dtype: str, message: str, engine: str, driver: Any, write: Write) -> None:
    located(driver, write("k,l\n" + text), re.escape(message), dtype={"k": dtype})


def test_whole_numbers_beyond_64_bits(engine: str, driver: Any, write: Write) -> None:
    path = write("a,b\n" + "0,x\n" * 600 + "99999999999999999999,x\n")
    with pytest.warns(DtypePromotionWarning, match=r"a\.csv:602: '9+' in column a.*too large.*'str'.*'float64'") as warned:
        got = driver.run(CSVSource.open(path, sample=1000))
    assert len(warned) == 1
    assert got["a"].iloc[-1] == 10**20 - 1
    assert got["a"].dtype == object
    with pytest.raises(CSVError, match=r"a\.csv:602.*'9+'.*forbids.*dtype=\{'a': 'str'\}"):
        driver.run(CSVSource.open(path, sample=1000, on_dtype_change="error"))
    assert driver.read(path, dtype={"a": "float64"})["a"].iloc[-1] == 1e20
    assert driver.read(path, dtype={"a": "str"})["a"].iloc[-1] == "9" * 20
    located(driver, path, r"a\.csv:602.*'9+' is not int64.*dtype=\{'a': 'str'\}", dtype={"a": "int64"})


def test_bytes_that_are_not_utf8(engine: str, driver: Any, write: Write) -> None:
    path = write(b"a,b,c\n1,x,p\n2,caf\xe9,q\n")
    located(driver, path, r"a\.csv:3 \(record 2\): column b holds the byte 0xe9, which is not utf-8.*latin-1", dtype={"b": "str"})
    got = driver.read(path, columns=("a", "c"), usecols=["a", "c"])
    assert got["c"].tolist() == ["p", "q"]
    with pytest.raises(CSVError, match="the header holds the byte 0xe9"):
        CSVSource.open(write(b"a,caf\xe9\n1,2\n"))


def test_a_file_that_changes_between_partitions(driver: Any, write: Write) -> None:
    source = CSVSource.open(write("a,b\n" + "1,2\n" * 10), blocksize=10)
    list(source.read(source.partitions[0], ("a",)))
    write("a,b\n" + "1,2\n" * 11)
    with pytest.raises(FileChangedError, match=r"a\.csv has changed"):
        list(source.read(source.partitions[1], ("a",)))


def test_the_engine_is_one_that_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAZYFRAME_ENGINE", "steam")
    library.engine.cache_clear()
    with pytest.raises(ValueError, match=r"LAZYFRAME_ENGINE='steam' is no engine: it is one of native, arrow, pandas, auto"):
        library.engine()
    monkeypatch.setenv("LAZYFRAME_ENGINE", "pyarrow")
    assert library.engine() == "arrow"
    library.engine.cache_clear()


def test_floats_are_rounded_correctly_by_both_engines(engine: str, driver: Any, write: Write) -> None:
    generator = np.random.default_rng(7)
    values = generator.random(500) * 10.0 ** generator.integers(-300, 300, 500)
    path = write("a,b\n" + "".join(f"{value!r},x\n" for value in values.tolist()))
    assert (driver.read(path)["a"].to_numpy() == values).all()
