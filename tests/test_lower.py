"""Plans as task graphs: how many tasks, what they share, and in which order they go."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, lazy, sample
from sources import MemorySource

import lazyframe as lf
from lazyframe.executors import execute
from lazyframe.frame.base import Lazy
from lazyframe.frame.dataframe import DataFrame
from lazyframe.graph import needed, to_text
from lazyframe.lower import BRIEF, FAN_IN, NOTICES, lower
from lazyframe.optimize import optimize
from lazyframe.physical import HEAD_CHECKS, physical
from lazyframe.plan import Share

CUTS = (2, 4, 6)


def graph_of(*built: Lazy):
    return lower(physical([optimize(one._result()) for one in built]))


def titles(graph, keys):
    return [graph[key].title for key in needed(graph, keys)]


def test_one_fused_task_a_partition_then_a_merge_then_the_end():
    df = lazy(sample(), CUTS)
    graph, keys = graph_of(df[df.i > 1].groupby("s").f.mean())
    text = re.sub(r"-[0-9a-f]{8,}", "", to_text(graph, keys))
    assert text.splitlines() == [
        "scan-0: scan+filter+mean rows [0:2]",
        "scan-1: scan+filter+mean rows [2:4]",
        "scan-2: scan+filter+mean rows [4:6]",
        "scan-3: scan+filter+mean rows [6:9]",
        "combine: combine <- scan-0, scan-1, scan-2, scan-3",
        "aggregate: finish <- combine",
        "project: collect <- aggregate",
    ]


def test_tasks_are_brief_where_files_are_small(tmp_path):
    few, many = tmp_path / "few.csv", tmp_path / "many.csv"
    few.write_text("a,b\n" + "1,x\n" * 1000)
    many.write_text("a,b\n" + "1,x\n" * (BRIEF // 4))

    def briefness(df):
        graph, _ = graph_of(df.groupby("b").a.mean())
        return {task.brief for task in graph.values()}

    assert briefness(lf.read_csv(few)) == {True}
    assert briefness(lf.read_csv(few, blocksize=1000)) == {True}
    assert briefness(lf.read_csv(many)) == {False}
    assert briefness(lf.from_map(lambda n: pd.DataFrame({"a": [n], "b": "x"}), range(2))) == {False}
    assert briefness(lf.from_pandas(pd.DataFrame({"a": [1], "b": "x"}))) == {False}


def test_merges_are_a_tree():
    frame = sample().loc[np.repeat(np.arange(9), 12)].reset_index(drop=True)
    df = lazy(frame, tuple(range(1, 100)))
    graph, keys = graph_of(df.f.count())
    combines = [task for task in graph.values() if task.title == "combine"]
    assert all(len(task.dependencies()) <= FAN_IN for task in combines)
    assert len(combines) == 20 + 4 + 1
    assert execute(graph, keys, scheduler="sync")[0]["f"].tolist() == [frame.f.count()]


def test_a_source_that_may_have_notices_is_asked_once_for_each_scan(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n3,4,5\n")
    for policy, asked in (("warn", 1), ("skip", 0), ("error", 0)):
        df = lf.read_csv(path, on_bad_lines=policy, nrows=1)
        graph, keys = graph_of(df.a.sum(), df.b.max())
        notices = [key for key in graph if key.startswith(NOTICES)]
        assert len(notices) == asked
        assert not set(notices) & set(needed(graph, keys))  # an answer alone does without
    graph, _ = graph_of(lf.read_csv(path, on_bad_lines="warn", sample=3).a.sum())
    (found,) = execute(graph, [key for key in graph if key.startswith(NOTICES)], scheduler="sync")
    assert [type(notice) for notice in found] == [pd.errors.ParserWarning]


def test_results_over_one_source_share_its_scan():
    df = lazy(sample(), CUTS)
    graph, keys = graph_of(df.f.sum(), df[df.b].groupby("s").i.max(), df.t.min())
    scans = [task for task in graph.values() if task.title.startswith("scan")]
    assert len(scans) == 4
    assert scans[0].title == "scan for 3 results rows [0:2]"
    assert len(keys) == 3


def test_one_result_asked_for_twice_is_computed_once():
    df = lazy(sample(), CUTS)
    graph, (first, second) = graph_of(df.f.sum(), df.f.sum())
    assert first == second
    assert len(graph) == 4 + 1 + 1


def test_a_query_that_needs_a_value_first_reads_in_a_second_pass():
    df = lazy(sample(), CUTS)
    graph, keys = graph_of(df[df.i > df.i.mean()].f.sum())
    order = needed(graph, keys)
    value = next(position for position, key in enumerate(order) if key.startswith("value"))
    scans = [position for position, key in enumerate(order) if key.startswith("scan")]
    assert len(scans) == 8
    assert sum(position > value for position in scans) == 4
    assert_same(df[df.i > df.i.mean()].f.sum().compute(scheduler="sync"), sample()[sample().i > sample().i.mean()].f.sum())


def test_the_first_rows_are_looked_for_in_waves():
    frame = sample().loc[np.repeat(np.arange(9), 3)].reset_index(drop=True)
    df = lazy(frame, tuple(range(1, 20)))
    graph, keys = graph_of(df[df.i > 100].head(3))
    waves = [sum(d.startswith("scan") for d in task.dependencies()) for task in graph.values() if task.title == "combine"]
    assert waves == [1, 2, 4, 8, 5]
    assert_same(df[df.i > 100].head(3).compute(scheduler="sync"), frame[frame.i > 100].head(3))
    assert len(keys) == 1


@pytest.mark.parametrize(("unsure", "waves"), [(0, [1, 2, 2]), (1, [5]), (HEAD_CHECKS, [5]), (HEAD_CHECKS + 1, [1, 2, 2])])
def test_what_the_first_rows_do_not_tell_of_the_dtypes_is_read_where_that_is_cheap(monkeypatch, unsure, waves):
    asked = []

    def say(source, columns):
        asked.append(columns)
        return unsure

    monkeypatch.setattr(MemorySource, "unsure", say)
    df = lazy(sample(), (*CUTS, 5))
    graph, _ = graph_of(df[df.i > 1][["f"]].head(1))
    found = [sum(d.startswith("scan") for d in task.dependencies()) for task in graph.values() if task.title == "combine"]
    assert found == waves
    assert asked == [("f", "i")], "the dtypes of the filter matter too"
    assert_same(df[df.i > 1].head(1).compute(scheduler="sync"), sample()[sample().i > 1].head(1))


def test_row_numbers_are_read_only_where_they_are_seen():
    df = lazy(sample(), CUTS)

    def columns(built):
        graph, _ = graph_of(built)
        return next(task.arguments[3] for key, task in graph.items() if key.startswith("scan"))

    assert columns(df[df.i > 1].f.sum()) == ("f",)
    assert columns(df[["f"]]) == ("f",)
    assert columns(df[df.i > 1][["f"]])[-1] == "\0row"
    assert columns(df.size) == ()  # batches of nothing but a length
    assert columns(df[df.i > 1].size) == ()


def test_different_predicates_over_one_source_are_applied_after_reading():
    frame = sample()
    df = lazy(frame, CUTS)
    graph, keys = graph_of(df[df.i > 1].f.sum(), df[df.b].f.sum())
    scan = next(task for key, task in graph.items() if key.startswith("scan"))
    assert scan.arguments[4] is None
    first, second = execute(graph, keys, scheduler="sync")
    assert_same(first["f"][0], frame[frame.i > 1].f.sum())
    assert_same(second["f"][0], frame[frame.b].f.sum())
    same, _ = graph_of(df[df.i > 1].f.sum(), df[df.i > 1].i.sum())
    assert next(task for key, task in same.items() if key.startswith("scan")).arguments[4] is not None


def test_aggregates_of_aggregates_need_no_second_scan():
    df = lazy(sample(), CUTS)
    graph, keys = graph_of(df.groupby("s").f.mean().max())
    assert [title.split()[0] for title in titles(graph, keys)] == ["scan+mean"] * 4 + ["combine", "finish", "max"]


@pytest.mark.parametrize("blocks", [(), (1,), (3, 5, 7)])
def test_keys_carry_the_content_of_what_they_compute(blocks):
    one, _ = graph_of(lazy(sample(), blocks).f.sum())
    same, _ = graph_of(lazy(sample(), blocks).f.sum())
    other, _ = graph_of(lazy(sample().assign(f=1.0), blocks).f.sum())
    assert list(one) == list(same)
    assert not set(one) & set(other)


def shares(df, count=None):
    count = count or df.npartitions
    return [DataFrame(Share(df._plan, position, count)) for position in range(count)]


@pytest.mark.parametrize("count", [None, 1, 2, 3])
def test_partitions_of_a_plan_are_its_rows_with_their_numbers(count):
    frame = sample()
    df = lazy(frame, CUTS)
    for built, want in [
        (df, frame),
        (df[df.i > 1][["i", "s"]], frame[frame.i > 1][["i", "s"]]),
        (df[df.i > df.i.mean()], frame[frame.i > frame.i.mean()]),
        (df.head(5), frame.head(5)),
        (df.groupby("b").f.mean().to_frame(), frame.groupby("b").f.mean().to_frame()),
        (df.groupby("b", as_index=False).i.sum(), frame.groupby("b", as_index=False).i.sum()),
    ]:
        together = lf.compute(shares(built, count), scheduler="sync")[0]
        alone = [one.compute(scheduler="sync") for one in shares(built, count)]
        assert_same(pd.concat(together), want)
        assert_same(pd.concat(alone), want)


def test_a_partition_alone_counts_those_before_and_leaves_those_after():
    df = lazy(sample(), CUTS)
    graph, keys = graph_of(shares(df)[2])
    assert titles(graph, keys) == [
        "count rows [0:2]",
        "place",
        "count rows [2:4]",
        "place",
        "scan+collect rows [4:6]",
        "place",
        "partition",
    ]


def test_partitions_and_other_results_share_one_scan():
    df = lazy(sample(), CUTS)
    graph, keys = graph_of(*shares(df), df.i.sum(), *shares(df[df.i > 1]))
    scanned = [title for title in titles(graph, keys) if "scan" in title]
    assert scanned == [f"scan for 3 results rows [{a}:{b}]" for a, b in ((0, 2), (2, 4), (4, 6), (6, 9))]
    assert execute(graph, keys, "sync")[4]["i"].tolist() == [16]
