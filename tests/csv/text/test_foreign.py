"""Files of other kinds are known by their first bytes, and the message has the line that reads them."""

from __future__ import annotations

import glob
import io
import re
import sqlite3
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow.feather
import pyarrow.orc
import pytest
from packs import PACK

import lazyframe as lf
from lazyframe.csv import CSVError, DialectWarning

FRAME = pd.DataFrame({"a": [1, 2, 3], "b": ["x", "y", "z"]})
TABLE = pyarrow.Table.from_pandas(FRAME)
Write = Callable[..., str]


def workbook(path: str) -> None:
    """As Excel writes them, as far as the first bytes go."""
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml"):
            archive.writestr(name, "<x/>")


def database(path: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("create table t (a int)")
    connection.close()


WRITERS: dict[str, tuple[Callable[[str], Any], str]] = {
    "a Parquet file": (FRAME.to_parquet, "pd.read_parquet"),
    "an Arrow (Feather) file": (lambda path: pyarrow.feather.write_feather(TABLE, path, "uncompressed"), "pd.read_feather"),
    "an ORC file": (lambda path: pyarrow.orc.write_table(TABLE, path), "pd.read_orc"),
    "an Excel workbook": (workbook, "pd.read_excel"),
    "an Excel workbook of the old kind": (
        lambda path: Path(path).write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)),
        "pd.read_excel",
    ),
    "a pickle": (FRAME.to_pickle, "pd.read_pickle"),
    "a SQLite database": (database, "pd.read_sql"),
    "a PDF document": (lambda path: Path(path).write_bytes(b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n"), ""),
}
FOLLOWED = {"a Parquet file", "an Arrow (Feather) file", "an ORC file", "a pickle"}


@pytest.mark.parametrize("name", WRITERS)
def test_a_binary_format_is_named(name: str, tmp_path: Path) -> None:
    path = str(tmp_path / "a.csv")
    write, reader = WRITERS[name]
    write(path)
    said = rf"a\.csv is no CSV file: it begins as {re.escape(name)} does\. .*{re.escape(reader)}"
    for options in ({}, {"sep": None, "engine": "python"}, {"header": None}, {"names": ["a"]}):
        with pytest.raises(CSVError, match=said) as found:
            lf.read_csv(path, **options)
    line = re.search(r"Write (.*)\.$", found.value.said())
    if name in FOLLOWED:
        assert line is not None
        pd.testing.assert_frame_equal(eval(line[1], {"lf": lf, "pd": pd}).compute(scheduler="sync"), FRAME)
    with pytest.raises(CSVError, match="it begins as"):
        lf.read_csv(io.BytesIO(Path(path).read_bytes()))


@pytest.mark.parametrize("options", [{"encoding": "latin-1"}, {"encoding": "utf-16"}, {"encoding": "cp1252", "sep": None}])
@pytest.mark.parametrize("name", WRITERS)
def test_a_binary_format_is_named_whatever_the_encoding(name: str, options: dict[str, Any], tmp_path: Path) -> None:
    path = str(tmp_path / "a.csv")
    WRITERS[name][0](path)
    with pytest.raises(CSVError, match=f"it begins as {re.escape(name)} does"):
        lf.read_csv(path, **options)
    with pytest.raises(CSVError, match=f"it begins as {re.escape(name)} does"):
        lf.read_csv(io.BytesIO(Path(path).read_bytes()), **options)


def test_among_csv_files(tmp_path: Path) -> None:
    FRAME.to_csv(tmp_path / "a.csv")
    FRAME.to_parquet(tmp_path / "b.csv")
    assert len(glob.glob(f"{tmp_path}/*.csv")) == 2
    with pytest.raises(CSVError, match=r"b\.csv is no CSV file: it begins as a Parquet file does"):
        lf.read_csv(f"{tmp_path}/*.csv").compute(scheduler="sync")


def test_inside_a_compressed_file(write: Write) -> None:
    packed = PACK["gzip"][1]
    with pytest.raises(CSVError, match=r"begins as a Parquet file does, in gzip\. Unpack it, then write"):
        lf.read_csv(write(packed(FRAME.to_parquet()), "a.csv.gz"))
    with pytest.raises(CSVError, match="is compressed twice: what is in it begins as a gzip file does"):
        lf.read_csv(write(packed(packed(b"a,b\n1,2\n")), "b.csv.gz"))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<!DOCTYPE html>\n<html><body>\n</body></html>\n", "begins as a web page does"),
        ("<html>\n<p>no</p>\n</html>\n", "begins as a web page does"),
        (FRAME.to_json(orient="records"), r"begins as JSON does.*Write lf\.from_map\(pd\.read_json, \['.*a\.csv'\]\)\. \["),
        (
            FRAME.to_json(orient="records", lines=True),
            r"of a record a line does.*read_json, \['.*a\.csv'\], lines=True\)\. \[",
        ),
    ],
)
def test_text_of_another_kind_is_told_of(text: str, said: str, write: Write) -> None:
    path = write(text)
    with pytest.warns(DialectWarning, match=said) as found:
        lf.read_csv(path, sep="\t")
    assert [warning.filename for warning in found] == [__file__]
    line = re.search(r"Write (.*)\.$", str(found[0].message))
    if line is not None:
        pd.testing.assert_frame_equal(eval(line[1], {"lf": lf, "pd": pd}).compute(scheduler="sync"), FRAME)


@pytest.mark.parametrize(
    "text", ["PAR1,PAR2\n1,2\n", "ORC,b\n1,2\n", "[a],{b}\n1,2\n", "<a>,b\n1,2\n", "%PDF,b\n1,2\n", '"{",b\n1,2\n']
)
def test_names_that_look_alike_are_names(text: str, write: Write) -> None:
    path = write(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pd.testing.assert_frame_equal(lf.read_csv(path).compute(scheduler="sync"), pd.read_csv(path))


def test_lines_of_json_that_are_wanted_as_text(write: Write) -> None:
    path = write(FRAME.to_json(orient="records", lines=True))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(lf.read_csv(path, sep="\t", names=["line"], quoting=3)) == 3
