from __future__ import annotations

import itertools
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import executor_tasks as tasks
import pytest

import lazyframe as lf
from lazyframe.diagnostics import memory
from lazyframe.diagnostics.report import page_data
from lazyframe.executors import execute, listeners
from lazyframe.graph import Ref, Task


def graph(count=6, seconds=0.02):
    made = {f"s{n}": Task(tasks.stubborn, (seconds,), "scan+mean", f"f.csv[{n}]", 10**6) for n in range(count)}
    return made | {"all": Task(tasks.length, ([Ref(key) for key in made],), "combine")}


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes", "executor"])
def test_every_scheduler_is_profiled_alike(scheduler):
    with ThreadPoolExecutor(2) as executor, lf.profile(interval=0.01) as profile:
        execute(graph(), ["all"], executor if scheduler == "executor" else scheduler, 2)
    execute(graph(), ["all"], "sync")
    (recording,) = profile.runs
    assert len(recording.ends) == 7
    first, second = profile.stages
    assert (first.label, first.tasks, first.nbytes) == ("scan+mean", 6, 6 * 10**6)
    assert first.seconds >= 6 * 0.019  # the two clocks differ by some parts of a millisecond
    assert 0.019 <= first.longest <= first.seconds
    assert (second.label, second.tasks) == ("combine", 1)
    assert all(profile.began <= end.start <= end.stop <= profile.finished for end in recording.ends)
    workers = {end.worker for end in recording.ends}
    assert len(workers) <= (2 if scheduler in ("threads", "processes") else 1)
    assert f"on {scheduler}," in str(profile) or f"on 2 {scheduler}," in str(profile)
    assert profile.memory[0].own > 10**6
    assert profile.memory[0].time <= profile.memory[-1].time <= profile.finished


def test_a_worker_runs_one_task_at_a_time():
    with lf.profile() as profile:
        execute(graph(20, 0.005), ["all"], "threads", 3)
    data = page_data(profile)
    assert len(data["workers"]) == 3
    for worker in range(3):
        spans = [(start, start + took) for at, _, start, took, *_ in data["tasks"] if at == worker]
        assert spans == sorted(spans)
        assert all(first[1] <= second[0] + 0.01 for first, second in itertools.pairwise(spans))


def test_an_error_is_told():
    with pytest.raises(ZeroDivisionError), lf.profile() as profile:
        execute({"a": Task(tasks.fail, ("no good",))}, ["a"], "sync")
    assert str(profile).splitlines()[-3] == "ended by ZeroDivisionError: no good"
    assert profile.runs[0].finished


def test_queries_inside_tasks_are_time_of_the_task():
    with lf.profile() as profile:
        execute({"a": Task(tasks.nested, ("threads",))}, ["a"], "threads", 1)
    assert [len(recording.ends) for recording in profile.runs] == [1]


def test_nothing_is_left_behind():
    before = list(listeners)
    with lf.profile() as profile:
        assert any(thread.name == "lazyframe-memory" for thread in threading.enumerate())
    assert listeners == before
    assert not any(thread.name == "lazyframe-memory" for thread in threading.enumerate())
    assert str(profile) == "nothing was run\n\nstage  tasks  time  share  longest  read"
    with pytest.raises(RuntimeError, match="a profile records one with block"), profile:
        pass


def test_where_memory_is_not_known(monkeypatch):
    monkeypatch.setattr(memory, "_proc_tells", lambda: False)
    monkeypatch.setitem(sys.modules, "psutil", None)
    with lf.profile() as profile:
        execute(graph(1, 0.0), ["all"], "sync")
    assert profile.memory == []
    assert "memory: not known here without psutil" in str(profile)
