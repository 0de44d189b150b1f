"""Probes: rows read to plan the scan, by specs of their own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from lazyframe.csv import CSVSource
from lazyframe.csv.sniff.sample import FIRST
from lazyframe.csv.source import probes
from lazyframe.csv.types.infer import TextKinds
from lazyframe.schema import Replan

Write = Callable[..., str]
Oracle = Callable[..., pd.DataFrame]


def dtypes(opened: CSVSource) -> dict[Any, str]:
    return {field.name: field.dtype.name for field in opened.schema}


def test_the_first_rows_of_all_files(write: Write) -> None:
    paths = [write("a,b\n" + f"{number},x\n" * 25, f"f{number}.csv") for number in range(4)]
    batch = probes.first_rows(CSVSource.open(paths).spec)
    assert batch.num_rows == FIRST
    assert batch.column(0).to_pylist() == [0] * 25 + [1] * 25 + [2] * 10
    assert probes.first_rows(CSVSource.open(paths, nrows=3).spec).num_rows == 3


def test_first_rows_that_contradict_the_spec(write: Write) -> None:
    spec = CSVSource.open(write("a,b\n1,x\n2.5,y\n")).spec.knowing({"a": TextKinds.INT})
    with pytest.raises(Replan) as found:
        probes.first_rows(spec)
    assert found.value.token == "", "that is for whoever asked"
    (change,) = found.value.finding.changes
    assert (change.column, change.line, change.text) == ("a", 3, "2.5")


def test_categories_of_the_first_rows_are_their_own(write: Write) -> None:
    source = CSVSource.open(write("a,b\n" + "z,1\n" * FIRST + "y,2\n"), dtype={"a": "category"})
    batch = probes.first_rows(source.spec)
    assert batch.column(0).dictionary.to_pylist() == ["z"]


def test_categories_are_those_of_all_files(write: Write) -> None:
    paths = [write("a,n,c\nz,10,x\n,9,x\n", "f1.csv"), write("a,n,c\ny,9,w\n", "f2.csv")]
    source = CSVSource.open(paths, dtype={"a": "category", "n": "category", "c": "category"})
    assert all(column.dtype.is_open for column in source.spec.columns)
    known = probes.with_categories(source.spec, ("a", "n"))
    assert [column.dtype.is_open for column in known.columns] == [False, False, True]
    assert list(known.column("a").dtype.categories.values) == ["y", "z"]
    assert list(known.column("n").dtype.categories.values) == [9, 10], "numbers, sorted as such"
    assert set(known.column("n").codes or ()) == {"9", "10"}


def test_categories_of_the_first_records_alone(write: Write) -> None:
    source = CSVSource.open(write("a,b\nz,1\ny,2\nx,3\n"), dtype={"a": "category"}, nrows=2)
    assert list(probes.with_categories(source.spec, ("a",)).column("a").dtype.categories.values) == ["y", "z"]


@pytest.mark.parametrize(("first", "kind"), [("x", TextKinds.OTHER_FIRST), ("99999999999999999999", TextKinds.LARGE_FIRST)])
def test_which_of_two_comes_first_in_all_files(first: str, kind: TextKinds, write: Write) -> None:
    both = ["x", "99999999999999999999"]
    both.remove(first)
    paths = [write("a,b\n1,2\n", "f1.csv"), write(f"a,b\n{first},2\n", "f2.csv"), write(f"a,b\n{both[0]},2\n", "f3.csv")]
    spec = CSVSource.open(paths).spec
    column = replace(spec.column("a"), seen=TextKinds.INT | TextKinds.TEXT | TextKinds.NO_INT | TextKinds.HUGE)
    assert probes.decided(spec, column) == column.seen | kind


def test_what_is_decided_already_is_not_looked_up(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes, "_texts", lambda *_: pytest.fail("read"))
    spec = CSVSource.open(write("a,b\n1,2\n")).spec
    assert probes.decided(spec, spec.column("a")) == spec.column("a").seen
    given = replace(spec.column("a"), given=spec.column("b").dtype, seen=TextKinds.HUGE | TextKinds.TEXT)
    assert probes.decided(spec, given) == given.seen


def test_the_first_date_of_all_files(write: Write) -> None:
    paths = [write("d,b\n,2\nNaT,2\n", "f1.csv"), write("d,b\n31.12.2020,2\n2020-01-01,3\n", "f2.csv")]
    source = CSVSource.open(paths, parse_dates=["d"], on_dtype_change="promote", date_format="%d.%m.%Y")
    column = source.spec.column("d")
    assert column.dates is not None
    found = probes.first_date(source.spec, replace(column, dates=replace(column.dates, format=None, zone=None)))
    assert (found.format, found.zone) == ("%d.%m.%Y", "")


def test_quotes_at_partitions_do_not_matter(write: Write) -> None:
    source = CSVSource.open(write('a,b\n"p\nq",1\n"r\ns",2\n'), blocksize=5, dtype={"a": "category"})
    assert list(probes.with_categories(source.spec, ("a",)).column("a").dtype.categories.values) == ["p\nq", "r\ns"]


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
