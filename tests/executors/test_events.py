from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import executor_tasks as tasks
import numpy as np
import pandas as pd
import pytest

from lazyframe.executors import Watcher, events, execute
from lazyframe.executors.events import Watchers, sizeof
from lazyframe.graph import Ref, Task

GRAPH = {"a": Task(tasks.stubborn, (0.02,)), "b": Task(tasks.stubborn, (0.02, Ref("a"))), "c": Task(tasks.fail, ("no",))}


class Recorder(Watcher):
    """Notes what it is told; `Recorder.listen` is a listener, and keeps those it has made."""

    def __init__(self, start):
        self.start = start
        self.events = []
        self.thread = threading.get_ident()

    def note(self, *event):
        assert threading.get_ident() == self.thread
        self.events.append(event)

    def task_started(self, key):
        self.note("started", key)

    def task_finished(self, end):
        self.note("finished", end.key)
        assert 0.01 < end.stop - end.start < 30
        self.last = end

    def run_finished(self, error):
        self.note("over", error)


class Recorders(list):
    recorder = Recorder

    def __call__(self, start):
        self.append(self.recorder(start))
        return self[-1]


@pytest.fixture
def recorders(monkeypatch):
    found = Recorders()
    monkeypatch.setattr(events, "listeners", [lambda start: None, found])
    return found


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes", "executor"])
def test_every_scheduler_tells_the_same(recorders, scheduler):
    with ThreadPoolExecutor(2) as executor:
        execute(GRAPH, ["b"], executor if scheduler == "executor" else scheduler, 2)
    (recorder,) = recorders
    assert recorder.start.graph is GRAPH
    assert list(recorder.start.keys) == ["a", "b"]
    assert recorder.start.scheduler == scheduler
    assert recorder.start.num_workers == (1 if scheduler == "sync" else 2)
    assert recorder.events == [("started", "a"), ("finished", "a"), ("started", "b"), ("finished", "b"), ("over", None)]
    assert recorder.last.worker.startswith({"threads": "thread-", "processes": "process-"}.get(scheduler, scheduler))
    assert recorder.last.nbytes == 0


@pytest.mark.parametrize(
    ("scheduler", "worker"), [("sync", "sync"), ("threads", "caller"), ("processes", "process-"), ("executor", "executor")]
)
def test_of_brief_tasks_as_much_is_told(recorders, scheduler, worker):
    graph = {key: replace(task, brief=True) for key, task in GRAPH.items()}
    with ThreadPoolExecutor(2) as executor:
        execute(graph, ["b"], executor if scheduler == "executor" else scheduler, 2)
    assert recorders[0].start.scheduler == scheduler
    assert recorders[0].events == [("started", "a"), ("finished", "a"), ("started", "b"), ("finished", "b"), ("over", None)]
    assert recorders[0].last.worker.startswith(worker)


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_an_error_ends_the_run(recorders, scheduler):
    with pytest.raises(ZeroDivisionError) as caught:
        execute(GRAPH, ["c"], scheduler, 2)
    assert recorders[0].events == [("started", "c"), ("over", caught.value)]


def test_runs_at_one_time_are_told_apart(recorders):
    graphs = [{str(n): Task(tasks.stubborn, (0.02,)) for n in range(at, at + 5)} for at in (0, 5)]
    threads = [threading.Thread(target=execute, args=(graph, list(graph), "threads", 2)) for graph in graphs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(240)
    seen = [sorted(event[1] for event in recorder.events if event[0] == "finished") for recorder in recorders]
    assert sorted(seen) == [sorted(graph) for graph in graphs]


def test_sizes_are_found_out_only_where_someone_asks(recorders):
    class Sizing(Recorder):
        sizes = True

        def task_finished(self, end):
            self.last = end

    recorders.recorder = Sizing
    execute({"a": Task(np.zeros, (1000,))}, ["a"], "sync")
    assert recorders[0].last.nbytes == 8000
    watchers = Watchers(recorders[0].start)
    watchers.task_finished("a", "tcp://worker:1", 0.0, 0.5, nbytes=123)
    assert recorders[-1].last.nbytes == 123


@pytest.mark.parametrize(
    ("value", "least"),
    [
        (np.zeros(100), 800),
        (pd.DataFrame({"x": np.zeros(100)}), 800),
        (pd.Series(np.zeros(100)), 800),
        ([np.zeros(100), {"x": np.zeros(100)}], 1600),
        (("a" * 1000, b"b" * 1000), 2000),
        (None, 1),
    ],
)
def test_sizeof(value, least):
    assert least <= sizeof(value) < 2 * least + 300
