from __future__ import annotations

from lazyframe.diagnostics import history
from lazyframe.executors import execute
from lazyframe.graph import Task


def test_of_a_very_large_run_nothing_is_kept(monkeypatch):
    monkeypatch.setattr(history, "_latest", type(history._latest)(maxlen=8))
    monkeypatch.setattr(history, "_TASKS", 3)
    execute({name: Task(int) for name in "abcd"}, ["a", "b", "c", "d"], "sync")
    assert history.end_of("a") is None


def test_only_the_latest_runs_are_kept(monkeypatch):
    monkeypatch.setattr(history, "_latest", type(history._latest)(maxlen=2))
    for name in "abc":
        execute({name: Task(int)}, [name], "sync")
    assert [history.end_of(name) is not None for name in "abc"] == [False, True, True]
