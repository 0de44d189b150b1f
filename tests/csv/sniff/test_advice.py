"""What errors and warnings propose: always said, never used, and right where it is followed."""

from __future__ import annotations

import warnings
from collections.abc import Callable

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.csv import CSVError, DialectWarning, errors
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.sniff import advice

Write = Callable[..., str]


@pytest.mark.parametrize(("text", "separator"), [("a;b;c\n1,5;2;3\n", ";"), ("a\tb\n1\t2\n", "\t"), ("a|b", "|")])
def test_another_separator_is_proposed(text: str, separator: str, write: Write) -> None:
    path = write(text.replace("1,5", "15"))
    with pytest.warns(DialectWarning, match="has one column, '.*'. If .* is what separates the columns, pass sep=") as found:
        df = lf.read_csv(path)
    assert found[0].filename == __file__
    assert len(df.columns) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(lf.read_csv(path, sep=separator).columns) > 1


def test_also_where_it_is_an_error(write: Write) -> None:
    with pytest.raises(CSVError, match=r"a\.csv:2 \(record 1\): 3 fields.*If ';' is what separates the columns, pass sep=';'\."):
        lf.read_csv(write("a;b\n1,5;2,5\n"), index_col=0)
    with pytest.warns(DialectWarning, match="pass sep=';'"), pytest.raises(CSVError, match=r"a\.csv:3 \(record 2\): 3 fields"):
        lf.read_csv(write("a;b\n1;2\n1,5;2,5\n"))


@pytest.mark.parametrize("text", ["name\na;b\n", "a;b\nx\n", "a,b\n1;2,3;4\n", "name\nx\n", '"a;b"\n"x"\n'])
def test_nothing_is_proposed_without_reason(text: str, write: Write) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        names = lf.read_csv(write(text)).columns.tolist()
    assert names == text.split("\n")[0].replace('"', "").split(",")


def test_a_file_of_commas_read_with_semicolons() -> None:
    assert advice.separator(Dialect.of(sep=";"), b"a,b\n", b"1,2\n") == ","


@pytest.mark.parametrize("blocksize", [64, None])
def test_the_commonest_text_that_does_not_fit(blocksize: int | None, engine: str, write: Write) -> None:
    text = "k,l\n" + "1,x\n" * 70 + "oops,y\n" + "n/k,x\n2,\n" * 30 + '"-,""-",x\n'
    path = write(text)
    with pytest.raises(CSVError, match=r"a\.csv:72 \(record 71\), column k: 'oops' is not float64") as found:
        lf.read_csv(path, dtype={"k": "float64"}, blocksize=blocksize).compute(scheduler="sync")
    times = 30 if blocksize is None else 4  # in the partition that was being read
    assert f"'n/k' is the commonest ({times} times)" in str(found.value)
    assert "pass na_values={'k': ['n/k']}." in str(found.value)
    with pytest.raises(CSVError, match=r"'x' is the commonest \(once\)"):
        lf.read_csv(write("k\n1\nx\n", "b.csv"), dtype={"k": "float64"}).compute()
    got = lf.read_csv(path, dtype={"k": "float64"}, na_values={"k": ["n/k", "oops", '-,"-']}, blocksize=blocksize).compute()
    assert got.k.isna().sum() == 32


def test_what_is_proposed_for_integers_can_be_followed(write: Write) -> None:
    path = write("k,l\n1,x\n-,y\n3,z\n")
    with pytest.raises(CSVError, match=r"pass na_values=\{'k': \['-'\]\} and the dtype 'float64'\. \[lazyframe: \w+\]$"):
        lf.read_csv(path, dtype={"k": "int64"}).compute(scheduler="sync")
    got = lf.read_csv(path, na_values={"k": ["-"]}, dtype={"k": "float64"}).compute()
    pd.testing.assert_frame_equal(got, pd.read_csv(path, na_values={"k": ["-"]}))


def test_a_missing_value_has_no_text(write: Write) -> None:
    with pytest.raises(CSVError, match=r"a missing value is not int64.*pass dtype=\{'k': 'float64'\}\. \[lazyframe: \w+\]$"):
        lf.read_csv(write("k,l\n1,x\n,y\n"), dtype={"k": "int64"}).compute(scheduler="sync")


@pytest.mark.parametrize(
    ("text", "codec"),
    [("café", "latin-1"), ("5 €", "cp1252"), ("“x”", "cp1252"), ("naïve", "latin-1")],
)
def test_the_likeliest_codec(text: str, codec: str) -> None:
    data = text.encode(codec)
    assert errors.codec(data) == codec
    assert data.decode(errors.codec(data)) == text


def test_utf_16_is_recognised_with_and_without_its_mark() -> None:
    assert errors.codec("a,b".encode("utf-16")) == errors.codec("a,b".encode("utf-16-le")) == "utf-16"
    assert errors.codec(b"\x81") == "latin-1"  # which cp1252 does not have


def test_the_codec_is_said_with_the_place(engine: str, write: Write) -> None:
    path = write("a,b\n1,x\n2,5 €\n".encode("cp1252"))
    for blocksize in (1, 7, None):
        with pytest.raises(CSVError, match=r'a\.csv:3 \(record 2\): column b holds the byte 0x80.*encoding="cp1252"'):
            lf.read_csv(path, blocksize=blocksize, dtype={"b": "str"}).compute(scheduler="sync")
