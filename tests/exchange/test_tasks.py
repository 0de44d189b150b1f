"""The barrier of an exchange: where all rows are, of what has been put together, or of an answer that is in one place."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import source

from lazyframe import config
from lazyframe.exchange.room import room
from lazyframe.exchange.scatter import ByHash, ByRange, Ranges
from lazyframe.exchange.tasks import exchange, scattered
from lazyframe.kernels import task
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.rownumbers import Counts
from lazyframe.kernels.sinks import Collect
from lazyframe.kernels.task import Part, Pipeline
from lazyframe.schema import ROW, Replan, Schema, dtype_named

FRAME = pd.DataFrame({"k": [3, 1, 2, 3, 1], "n": range(5)})


@pytest.fixture(params=[1, 2**30], ids=["disk", "memory"])
def opened(request, tmp_path):
    with config.set(memory_limit=request.param, temporary_directory=tmp_path), room(1) as made:
        made.open()
        yield made


def scanned(pipelines) -> Part:
    rows = source(FRAME, (2, 3), batch_rows=1)
    parts = [task.scan(rows, one, number, ("k", "n", ROW), None, pipelines, {}) for number, one in enumerate(rows.partitions)]
    return task.combine(parts, pipelines)


def test_the_barrier_knows_all_rows_and_how_many_records_each_partition_had(opened):
    sink = ByHash(("k", "n"), True, ("k",), 2, opened)
    other = Pipeline((), Collect(Schema.of([("k", dtype_named("int64"))])))
    side = exchange(scanned((other, Pipeline((), sink))), 1, sink)
    assert side.counts == Counts(0, (2, 1, 2))
    assert side.ranges is None
    rows = [side.counts.numbered(sink.rows_of(side.manifest, bucket)) for bucket in range(2)]
    assert sorted(zip([*rows[0][ROW], *rows[1][ROW]], [*rows[0]["n"], *rows[1]["n"]], strict=True)) == [
        (number, number) for number in range(5)
    ]


def test_ranges_are_cut_at_the_barrier_when_all_runs_are_known(opened):
    sink = ByRange(("k", "n"), False, ("k",), 2, opened, (True,))
    side = exchange(scanned((Pipeline((), sink),)), 0, sink)
    assert isinstance(side.ranges, Ranges)
    assert len(side.ranges.ranks) == sum(len(run.pieces) for run in side.manifest.runs)
    found = sink.rows_of(side.manifest, side.ranges, side.ranges.bounds[0], side.ranges.bounds[-1])
    assert found["n"].tolist() == FRAME.sort_values("k", kind="stable").n.tolist()


def test_what_does_not_fit_together_is_found_before_any_bucket_is_read(opened):
    sink = ByHash(("k", "n"), False, ("k",), 2, opened)
    rows = source(FRAME, (2, 3))
    first, _, last = (task.scan(rows, one, 0, ("k", "n"), None, (Pipeline((), sink),), {}) for one in rows.partitions)
    with pytest.raises(Replan):
        exchange(task.combine([first, last], (Pipeline((), sink),)), 0, sink)


def test_an_answer_in_one_place_is_split_and_has_no_partitions_to_count(opened):
    columns = Columns.of(5, {name: FRAME[name].to_numpy() for name in FRAME})
    by_hash, by_range = ByHash(("k", "n"), False, ("k",), 2, opened), ByRange(("k", "n"), False, ("k",), 2, opened, (False,))
    side = scattered(columns, by_hash)
    assert (side.counts, side.ranges) == (None, None)
    assert sorted(np.concatenate([by_hash.rows_of(side.manifest, bucket)["n"] for bucket in range(2)])) == list(range(5))
    side = scattered(columns, by_range)
    assert side.counts is None
    found = by_range.rows_of(side.manifest, side.ranges, side.ranges.bounds[0], side.ranges.bounds[-1])
    assert found["n"].tolist() == FRAME.sort_values("k", kind="stable", ascending=False).n.tolist()
