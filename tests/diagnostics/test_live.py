"""One run as the dashboard shows it: facts that hold on to no graph and no plan once it is over."""

from __future__ import annotations

import json

import pytest

from lazyframe.diagnostics import live as module
from lazyframe.diagnostics.live import Live
from lazyframe.executors import End, Start
from lazyframe.graph import Ref, Task

GRAPH = {
    "a": Task(len, (), "scan", "a.csv[0]", 10**6),
    "b": Task(len, (), "scan", "b\n.csv", 10**6),
    "c": Task(len, ([Ref("a"), Ref("b")],), "combine"),
}


def run(workers=2) -> Live:
    made = Live(Start(GRAPH, list(GRAPH), "threads", workers), 7)
    made.task_started("a")
    made.task_started("b")
    made.task_finished(End("a", "thread-0", made.began, made.began + 0.5, 8))
    return made


def test_a_run_in_the_list():
    made = run()
    line = made.line(made.began - 1)
    assert (line["number"], line["label"], line["where"], line["state"], line["error"]) == (7, "scan", "2 threads", "running", "")
    assert line["began"] == 1000.0
    assert 0 < line["fraction"] < 1
    assert run(1).where == "threads"


def test_details_are_what_ended_what_runs_and_the_time_of_each_stage():
    made = run()
    details = made.details(made.began, 0, with_plan=False)
    assert details["tasks"] == [["thread-0", "scan", 0.0, 500.0, "a.csv[0]", 10**6]]
    assert [title for title, _ in details["running"]] == ["scan b\\n.csv"]
    (stage,) = details["stages"]
    assert (stage["label"], stage["tasks"], stage["seconds"], stage["nbytes"]) == ("scan", 1, 0.5, 10**6)
    assert details["plan"] is None
    assert made.details(made.began, 1, with_plan=False)["tasks"] == []
    assert json.dumps(details)


@pytest.mark.parametrize(
    ("error", "state", "said"),
    [
        (None, "done", ""),
        (ValueError("no"), "failed", "ValueError: no"),
        (KeyboardInterrupt(), "interrupted", "KeyboardInterrupt: "),
    ],
)
def test_how_it_ended(error, state, said):
    made = run()
    made.run_finished(error)
    line = made.line(made.began)
    assert (line["state"], line["error"]) == (state, said)
    assert made.details(made.began, 0, with_plan=False)["running"] == []
    assert made._graph == {}


def test_of_a_large_run_the_first_tasks_are_drawn_and_all_are_counted(monkeypatch):
    monkeypatch.setattr(module, "MOST_TASKS", 1)
    made = run()
    made.task_finished(End("b", "thread-1", made.began, made.began + 0.25, 8))
    details = made.details(made.began, 0, with_plan=False)
    assert len(details["tasks"]) == 1
    assert details["stages"][0]["tasks"] == 2


def test_a_plan_is_drawn_once_and_let_go():
    made = run()
    first = made.details(made.began, 0, with_plan=True)["plan"]
    assert first == {"text": "", "svg": ""}
    assert made._plans == ()
    assert made.details(made.began, 0, with_plan=True)["plan"] is first
