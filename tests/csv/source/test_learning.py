"""What is made of a spec when a scan finds otherwise."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from lazyframe.csv import CSVSource, DtypePromotionWarning
from lazyframe.csv.sniff.findings import Change, WrongKind
from lazyframe.csv.source import learning
from lazyframe.csv.source.learning import Knowledge
from lazyframe.csv.source.sampling import SampleRequest
from lazyframe.csv.text.partitions import Range
from lazyframe.csv.types.infer import TextKinds

Write = Callable[..., str]
Oracle = Callable[..., pd.DataFrame]

INT, FLOAT, TEXT, MISSING = TextKinds.INT, TextKinds.FLOAT, TextKinds.TEXT, TextKinds.MISSING


def learnt(source: CSVSource, *changes: Change) -> Knowledge:
    known = Knowledge(source.spec, source.certain, source.changes)
    return learning.learnt(known, WrongKind(changes), SampleRequest([(0, 0)], source.index, source.assume_missing))


def change(column: str, seen: TextKinds, text: str | None = "x", **more: Any) -> Change:
    return Change(column, seen, "a.csv", 9, 8, text, 0, **more)


def test_kinds_that_were_found_are_known_for_certain(write: Write) -> None:
    source = CSVSource.open(write("a,b\n1,2\n"))
    found = learnt(source, change("a", TEXT | TextKinds.NO_INT))
    assert found.spec.column("a").dtype.name == "str"
    assert found.spec.column("b") == source.spec.column("b")
    assert found.certain["a"] == source.certain["a"] | TEXT | TextKinds.NO_INT
    assert source.spec.column("a").dtype.name == "int64", "a spec is never changed"


def test_columns_are_learnt_together(write: Write) -> None:
    source = CSVSource.open(write("a,b,c\n1,2,3\n"))
    found = learnt(source, change("a", FLOAT | TextKinds.NO_INT, "1.5"), change("c", MISSING, None))
    assert [column.dtype.name for column in found.spec.columns] == ["float64", "int64", "float64"]


def test_what_came_upon_the_first_text_is_kept(write: Write) -> None:
    source = CSVSource.open(write("a,b\n1,2\n"))
    first = change("a", TEXT | TextKinds.NO_INT, "x", others=(("x", 3),))
    found = learnt(source, first, change("b", FLOAT | TextKinds.NO_INT, "1.5"))
    assert found.changes == {"a": first}
    again = replace(source, spec=found.spec, certain=found.certain, changes=found.changes, _newer=[])
    assert learnt(again, change("a", TEXT, "y", others=(("y", 1),))).changes == {"a": first}


def test_which_came_first_is_looked_up_in_the_files(write: Write) -> None:
    source = CSVSource.open(write("a,b\n1,2\n" + "1,2\n" * 2000 + "99999999999999999999,2\nx,2\n"), sample=16)
    found = learnt(source, change("a", TextKinds.HUGE | TEXT | TextKinds.NO_INT))
    assert found.spec.column("a").seen & TextKinds.LARGE_FIRST
    assert found.certain["a"] & TextKinds.LARGE_FIRST


def test_the_first_date_tells_the_format(write: Write) -> None:
    source = CSVSource.open(write("d,b\n" + ",2\n" * 2000 + "31.12.2020,2\n"), parse_dates=["d"], dayfirst=True, sample=16)
    assert source.spec.column("d").dates.format is None  # type: ignore[union-attr]
    column = learnt(source, change("d", MISSING, "31.12.2020")).spec.column("d")
    assert column.dates is not None
    assert column.dates.format == "%d.%m.%Y"
    assert column.dtype.name == "datetime64[us]"


def test_a_level_of_the_index_is_sampled_anew_once_it_is_no_date(write: Write) -> None:
    source = CSVSource.open(write("k,v\n2024,1\n" + "2025,2\n" * 2000 + "x,3\n"), index_col="k", parse_dates=True, sample=16)
    assert source.spec.column("k").dates is not None
    found = learnt(source, change("k", TEXT, "x"))
    column = found.spec.column("k")
    assert column.undated
    assert column.seen == TextKinds.INT, "what was known of its dates does not count"


def test_a_file_that_was_cut_wrongly_is_cut_exactly(write: Write) -> None:
    text = 'a,b\n"1\n2",3\n4,"5\n6"\n7,8\n'
    source = CSVSource.open([write(text, "f1.csv"), write("a,b\n" + "1,2\n" * 5, "f2.csv")], blocksize=9)
    before = source.partitions
    after = learning.begun_exactly(source.spec, before, 0)
    ranges = [part for partition in after for part in partition.ranges if part.file == 0]
    assert all(part.exact for part in ranges)
    assert [part.start for part in ranges] == [0, 12, 20]
    assert [part.stop for part in ranges] == [part.stop for p in before for part in p.ranges if part.file == 0]
    assert [p for p in after if p.ranges[0].file == 1] == [p for p in before if p.ranges[0].file == 1]
    assert Range(0, 0, 9, True) in ranges


def test_several_columns_are_learnt_at_once(driver: Any, write: Write) -> None:
    path = write("a,b,c\n" + "1,2,3\n" * 30_000 + "x,2.5,\n")
    with pytest.warns(DtypePromotionWarning) as found:
        got = driver.run(CSVSource.open(path, sample=1000))
    assert driver.restarts == 1
    assert len(found) == 3
    assert [str(dtype) for dtype in got.dtypes] == ["str", "float64", "float64"]


def test_the_next_query_does_not_contradict_again(driver: Any, write: Write, recwarn: pytest.WarningsRecorder) -> None:
    path = write("a,b\n" + "1,x\n" * 3000 + "abc,x\n")
    source = CSVSource.open(path, sample=1000)
    driver.run(source)
    assert driver.restarts == 1
    driver.run(source.latest())
    assert driver.restarts == 0
    assert len([w for w in recwarn if w.category is DtypePromotionWarning]) == 1
    assert pickle.loads(pickle.dumps(source)).latest().schema["a"].name == "int64"
