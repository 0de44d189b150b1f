"""Buckets as a source: its partitions are the buckets, and its rows are numbered where nothing else says their order."""

from __future__ import annotations

import pickle
from dataclasses import dataclass

import numpy as np
import pytest

from lazyframe.exchange.source import Exchanged, Regrouped
from lazyframe.graph import Ref
from lazyframe.kernels import task
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.sinks import Collect
from lazyframe.kernels.task import Pipeline
from lazyframe.schema import ROW, Schema, dtype_named
from lazyframe.sources import UncheckedExtent

SCHEMA = Schema.of([("x", dtype_named("int64"))])


@dataclass(frozen=True)
class Twice:
    """Gives each bucket's number twice, in two batches."""

    def rows(self, sides, bucket):
        assert sides == ("left", "right")
        for _ in range(2):
            yield Columns.of(3, {"x": np.full(3, bucket), ROW: np.arange(100, 103)})

    def label(self):
        return "everything twice"


def regrouped(is_counted: bool, count: int = 3) -> Regrouped:
    return Regrouped(SCHEMA, Twice(), ("a", "b"), count, is_counted)


def test_a_partition_is_a_bucket_of_each_side():
    source = regrouped(True)
    assert [partition.argument for partition in source.partitions] == [((Ref("a"), Ref("b")), number) for number in range(3)]
    assert [partition.label for partition in source.partitions] == [f"everything twice[{number}]" for number in range(3)]
    assert {partition.nbytes for partition in source.partitions} == {0}


def test_rows_that_are_counted_are_numbered_as_they_stand():
    reader = regrouped(True).read((("left", "right"), 1), ("x",))
    batches = list(reader)
    assert [batch[ROW].tolist() for batch in batches] == [[0, 1, 2], [3, 4, 5]]
    assert [batch["x"].tolist() for batch in batches] == [[1, 1, 1], [1, 1, 1]]
    assert reader.records == 6


def test_rows_that_bring_their_numbers_keep_them_and_no_records_are_counted():
    reader = regrouped(False).read((("left", "right"), 0), ("x",))
    assert [batch[ROW].tolist() for batch in reader] == [[100, 101, 102]] * 2
    assert reader.records == 0


def test_records_are_counted_as_far_as_they_were_read():
    reader = regrouped(True).read((("left", "right"), 0), ("x",))
    next(iter(reader))
    assert reader.records == 3


@pytest.mark.parametrize(("is_counted", "rows"), [(True, list(range(12))), (False, [100, 101, 102] * 4)])
def test_a_scan_reads_buckets_as_it_reads_files(is_counted, rows):
    source, pipelines = regrouped(is_counted, 2), (Pipeline((), Collect(SCHEMA)),)
    parts = [task.scan(source, (("left", "right"), bucket), bucket, ("x", ROW), None, pipelines, {}) for bucket in range(2)]
    answer = task.finish(task.combine(parts, pipelines), 0, pipelines[0].sink)
    assert answer["x"].tolist() == [0] * 6 + [1] * 6
    assert answer[ROW].tolist() == rows


def test_what_was_split_need_not_be_checked_again():
    reader = regrouped(True).read((("left", "right"), 0), ("x",))
    assert isinstance(reader.extent.join(UncheckedExtent()), UncheckedExtent)
    source = regrouped(True)
    assert source.unsure(("x",)) == 0
    assert source.latest() is source
    assert source.for_reading() is source
    assert source.told_after(60.0) == ()


def test_two_are_the_same_only_if_what_they_read_is():
    tokens = {
        regrouped(True).token,
        regrouped(False).token,
        regrouped(True, 4).token,
        Regrouped(SCHEMA, Twice(), ("a", "c"), 3, True).token,
    }
    assert len(tokens) == 4
    assert regrouped(True).token == regrouped(True).token


def test_nobody_looks_at_a_sample():
    with pytest.raises(AssertionError, match="on their way"):
        _ = regrouped(True).sample
    assert regrouped(True).parsed(("x",)) == (0, 1)


def test_what_tasks_need_goes_to_another_process():
    sent = pickle.loads(pickle.dumps(regrouped(True)))
    assert [batch["x"].tolist() for batch in sent.read((("left", "right"), 2), ("x",))] == [[2, 2, 2]] * 2
    side = Exchanged("rows", None, None)
    assert pickle.loads(pickle.dumps(side)) == side
