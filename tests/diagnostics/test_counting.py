"""How far a run is, counted as its tasks end."""

from __future__ import annotations

import pytest

from lazyframe.diagnostics.counting import Counting, Snapshot
from lazyframe.executors import End, Start
from lazyframe.graph import Ref, Task

GRAPH = {
    "a": Task(len, (), "scan", "a.csv[0]", 3 * 10**6),
    "b": Task(len, (), "scan", "a.csv[1]", 10**6),
    "c": Task(len, ([Ref("a"), Ref("b")],), "combine"),
    "d": Task(len, (Ref("c"),), "finish"),
}


def counting(*ended: str) -> Counting:
    made = Counting(Start(GRAPH, list(GRAPH), "threads", 2))
    for key in ended:
        made.task_finished(End(key, "thread-0", 0.0, 1.0))
    return made


@pytest.mark.parametrize(
    ("ended", "fraction", "is_merging"),
    [("", 0.0, False), ("a", 0.95 * 0.75, False), ("ab", 0.95, True), ("abc", 0.975, True), ("abcd", 1.0, False)],
)
def test_bytes_count_before_what_comes_after_them(ended, fraction, is_merging):
    snapshot = counting(*ended).snapshot()
    assert snapshot.fraction == pytest.approx(fraction)
    assert snapshot.is_merging is is_merging
    assert (snapshot.tasks, snapshot.all_tasks, snapshot.all_bytes) == (len(ended), 4, 4 * 10**6)


def test_a_run_that_reads_nothing_is_counted_by_its_tasks():
    assert Snapshot("x", 1, 4, 0, 0, 1.0).fraction == 0.25
    assert Snapshot("x", 0, 0, 0, 0, 1.0).fraction == 1.0
    assert Snapshot("x", 3, 4, 10, 10, 1.0, 4, 4).fraction == 0.99  # all is read, and nothing is said to come after it


@pytest.mark.parametrize(
    ("snapshot", "facts"),
    [
        (Snapshot("x", 1, 4, 10**6, 4 * 10**6, 2.0, 1, 2), "1/4 tasks, 1/4 MB, 0 MB/s, 6.4 s left"),
        (Snapshot("x", 2, 4, 4 * 10**6, 4 * 10**6, 2.0, 2, 2), "2/4 tasks, 4/4 MB, 2 MB/s, merging"),
        (Snapshot("x", 4, 4, 0, 0, 0.5), "4/4 tasks, 500 ms"),
        (Snapshot("x", 4, 4, 0, 0, 75.0), "4/4 tasks, 1 min 15 s"),
        (Snapshot("x", 4, 4, 0, 0, 3 * 3600 + 60.0), "4/4 tasks, 3 h 1 min"),
        (Snapshot("x", 0, 1234, 0, 0, 1.0), "0/1,234 tasks"),
    ],
)
def test_facts_for_people(snapshot, facts):
    assert snapshot.facts == facts


def test_it_is_called_what_most_of_the_work_is_and_lets_go_of_the_graph():
    made = counting("a")
    assert made.label == "scan"
    assert made.finished == 0.0
    made.run_finished(None)
    assert made.finished >= made.began
    assert made._graph == {}
    assert made.snapshot().tasks == 1
    long = Counting(Start({"a": Task(len, (), "s" * 40)}, ["a"], "sync", 1))
    assert long.label == "s" * 31 + "…"
    assert Counting(Start({}, [], "sync", 1)).label == ""
