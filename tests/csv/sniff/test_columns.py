from __future__ import annotations

import os
import sys
from collections import defaultdict
from pathlib import Path

import pytest

import lazyframe as lf
from lazyframe.csv.sniff.columns import ColumnSpec, columns_of, given_dtypes, path_column
from lazyframe.csv.text.storage import File
from lazyframe.csv.types.dates import Dates
from lazyframe.csv.types.infer import TextKinds
from lazyframe.schema import dtype_named


def test_the_dtype_is_what_was_given_else_what_was_seen() -> None:
    assert ColumnSpec("a", dtype_named("float32"), TextKinds.INT).dtype.name == "float32"
    assert ColumnSpec("a", seen=TextKinds.INT | TextKinds.MISSING).dtype.name == "float64"
    assert ColumnSpec("a", seen=TextKinds.TEXT, dates=Dates("a", ("a",))).dtype.name == "str"
    assert ColumnSpec(3).label == "3"


def test_dtypes_are_given_by_name_or_position_or_for_all() -> None:
    assert given_dtypes({"a": "float32", 1: str}, ("a", "b")) == {"a": dtype_named("float32"), "b": dtype_named("str")}
    assert given_dtypes("int8", ("a", "b")) == dict.fromkeys(("a", "b"), dtype_named("int8"))
    assert given_dtypes(None, ("a",)) == {}
    assert given_dtypes({"b": "int8", 1: str, 7: str}, ("a", "b")) == {"b": dtype_named("int8")}
    others = given_dtypes(defaultdict(lambda: "float64", b=str), ("a", "b"))
    assert others == {"a": dtype_named("float64"), "b": dtype_named("str")}
    with pytest.raises(TypeError, match="Pass the column to parse_dates"):
        given_dtypes({"a": "datetime64[us]"}, ("a",))


def test_dates_that_are_put_together_come_first_and_their_parts_go() -> None:
    found = columns_of(("a", "y", "b", "m"), (Dates("when", ("y", "m")), Dates("b", ("b",))), {"a": dtype_named("str")})
    assert [(column.name, column.dates is not None) for column in found] == [("when", True), ("a", False), ("b", True)]


def test_the_column_of_paths_has_each_path_once() -> None:
    files = [File("x.csv", 1), File("y.csv", 1), File("x.csv", 1)]
    (column,) = path_column("file", files, ("a",))
    assert (column.name, column.dtype.categories.values, column.is_path) == ("file", ("x.csv", "y.csv"), True)
    assert column.dtype.categories.complete
    assert path_column(True, files, ("a",))[0].name == "path"
    assert path_column(False, files, ("a",)) == path_column(None, files, ("a",)) == ()
    with pytest.raises(ValueError, match="have a column '3' of their own"):
        path_column("3", files, (3,))


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes")
def test_a_path_that_is_no_text_is_no_value_of_a_column(tmp_path: Path) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/e\xff.csv")
    Path(path).write_text("a\n1\n")
    assert lf.read_csv(path).a.sum().compute() == 1
    with pytest.raises(ValueError, match="is not utf-8, and a column holds text"):
        lf.read_csv(path, include_path_column=True)
