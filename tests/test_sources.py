"""The contract with whatever holds rows: what holds of rows that are there, and of partitions that tasks make."""

from __future__ import annotations

import inspect

import pytest
from oracle import sample, source

import lazyframe as lf
from lazyframe.calls import delayed
from lazyframe.csv.source.source import CSVSource
from lazyframe.exchange.source import Regrouped
from lazyframe.frame.made import MadeSource
from lazyframe.frame.persist import kept_source
from lazyframe.graph import Ref
from lazyframe.schema import Replan
from lazyframe.sources import Certain, Made, Source, UncheckedExtent

ASKED = [
    name
    for name, value in vars(Source).items()
    if not name.startswith("_") and (inspect.isfunction(value) or isinstance(value, property))
]


def opened(tmp_path):
    if not (tmp_path / "a.csv").exists():
        (tmp_path / "a.csv").write_text("x,y\n1,2\n3,4\n")
        (tmp_path / "b.csv").write_text("x,y\n5,6\n")
    return {
        "files": lf.read_csv(str(tmp_path / "*.csv"))._plan.source,
        "memory": source(sample(), (3,)),
        "made": lf.from_map(lambda n: sample(), [1, 2], meta=sample())._plan.source,
        "kept": lf.read_csv(str(tmp_path / "*.csv")).persist(scheduler="sync")._plan.source,
    }


def test_every_source_answers_whatever_is_asked_of_one(tmp_path):
    assert {"schema", "partitions", "read", "replanned", "why_text", "is_counted"} <= set(ASKED)
    for name, one in opened(tmp_path).items():
        assert not [asked for asked in ASKED if asked not in dir(one)], name
    for kind in (CSVSource, MadeSource, Regrouped):
        fields = {name for cls in kind.__mro__ for name in (*vars(cls), *vars(cls).get("__annotations__", {}))}
        assert set(ASKED) <= fields, kind


def test_what_each_says_of_itself_fits_together(tmp_path):
    for name, one in opened(tmp_path).items():
        assert one.partitions, name
        assert all(partition.label and partition.nbytes >= 0 for partition in one.partitions)
        assert isinstance(one.describe(), str)
        assert one.sample.num_rows >= 0
        labels = tuple(one.schema.labelled())
        parsed, there = one.parsed(labels[:1])
        assert 0 <= parsed <= there
        assert one.token == one.latest().token, name
        assert isinstance(one.why_text(labels[0]), str)
        assert isinstance(one.unsure(labels), int)


def test_two_sources_are_one_if_they_have_one_token(tmp_path):
    first, second = opened(tmp_path), opened(tmp_path)
    assert first["files"].token == second["files"].token
    assert first["memory"].token == second["memory"].token
    assert len({one.token for one in first.values()}) == len(first)


def test_reading_all_partitions_gives_all_records_and_one_extent(tmp_path):
    for name in ("files", "memory"):
        one = opened(tmp_path)[name]
        labels = tuple(one.schema.labelled())[:1]
        readers = [one.for_reading().read(partition, labels) for partition in one.partitions]
        rows = [sum(len(batch) if not hasattr(batch, "num_rows") else batch.num_rows for batch in reader) for reader in readers]
        assert [reader.records for reader in readers] == rows, name
        extent = readers[0].extent
        for reader in readers[1:]:
            extent = extent.join(reader.extent)
        assert sum(rows) == (9 if name == "memory" else 3)


def test_neighbours_that_do_not_meet_ask_for_another_plan():
    one = source(sample(), (3, 6))
    readers = [one.read(partition, ("i",)) for partition in one.partitions]
    for reader in readers:
        list(reader)
    with pytest.raises(Replan):
        readers[0].extent.join(readers[2].extent)


def test_rows_that_are_there_are_what_they_are_said_to_be():
    class Rows(Certain):
        pass

    rows = Rows()
    assert (rows.notices, rows.bad_lines, rows.told_after(60.0)) == (None, None, ())
    assert (rows.why_text("x"), rows.unsure(("x",)), rows.columns_kept(("x",))) == ("", 0, None)
    assert rows.why_no_dates("x") == "Write lf.to_datetime(df['x'])."
    assert rows.latest() is rows
    assert rows.for_reading() is rows
    with pytest.raises(AssertionError, match="a finding"):
        rows.replanned("a finding")


def test_partitions_that_are_made_are_results_of_tasks():
    partition = Made("key", "part[0]")
    assert partition.argument == (Ref("key"), "part[0]")
    assert partition.nbytes == 0
    call = delayed(sample)()
    (one,) = MadeSource((call,), kept_source("x", lf.from_pandas(sample())._plan.schema, []).schema, "part").partitions
    assert one.argument == (Ref(call._name), "part[0]")


def test_what_need_not_fit_on_joins_anything():
    assert UncheckedExtent().join(UncheckedExtent()) == UncheckedExtent()
