"""The sums of what a profile has written down."""

from __future__ import annotations

import pytest

from lazyframe.diagnostics.memory import Sample
from lazyframe.diagnostics.recorded import Recorded, Stage, where
from lazyframe.diagnostics.recording import Recording
from lazyframe.executors import End, Start
from lazyframe.graph import Ref, Task

GRAPH = {
    "a": Task(len, (), "scan", "a.csv[0]", 10**6),
    "b": Task(len, (), "scan", "a.csv[1]", 10**6),
    "c": Task(len, ([Ref("a"), Ref("b")],), "combine"),
}


def recording(took=(0.5, 1.5, 0.25), workers=2, scheduler="threads", error=None) -> Recording:
    made = Recording(Start(GRAPH, list(GRAPH), scheduler, workers))
    made.began = 10.0
    at = 10.0
    for key, seconds in zip(GRAPH, took, strict=False):
        made.task_finished(End(key, "thread-0", at, at + seconds, 1000))
        at += seconds
    made.run_finished(error)
    made.finished = at
    return made


class Some(Recorded):
    began = 10.0
    finished = 12.0

    def __init__(self, *runs, memory=()):
        self.runs = list(runs)
        self._memory = list(memory)

    @property
    def memory(self):
        return self._memory


def test_tasks_of_one_kind_are_one_stage_and_the_longest_comes_first():
    assert Some(recording()).stages == [Stage("scan", 2, 2.0, 1.5, 2 * 10**6), Stage("combine", 1, 0.25, 0.25, 0)]
    slow_end = Some(recording((0.5, 0.5, 3.0)))
    assert [stage.label for stage in slow_end.stages] == ["combine", "scan"]


def test_stages_of_several_runs_are_put_together():
    (scan, combine) = Some(recording(), recording((0.5, 2.5, 0.25))).stages
    assert scan == Stage("scan", 4, 5.0, 2.5, 4 * 10**6)
    assert combine.tasks == 2


def test_headlines():
    lines = Some(recording(), memory=[Sample(10.0, 100 * 10**6, 0), Sample(11.0, 150 * 10**6, 50 * 10**6)]).headlines()
    assert lines == [
        "1 run, 3 tasks in 2.25 s on 2 threads, busy 50% of the time",
        "results held at one time: at most 3, 3 kB",
        "memory: 100 MB before, at most 200 MB",
    ]


def test_headlines_of_several_runs_name_each_scheduler_once():
    runs = (recording(), recording(workers=1, scheduler="sync"), recording(workers=1, scheduler="sync"))
    first, _, memory = Some(*runs).headlines()
    assert first.startswith("3 runs, 9 tasks in 6.75 s on 2 threads and sync, busy 75% of the time")
    assert memory == "memory: not known here without psutil"


def test_nothing_was_run():
    assert Some().headlines() == ["nothing was run"]
    assert str(Some()) == "nothing was run\n\nstage  tasks  time  share  longest  read"


def test_a_run_without_tasks_or_time_has_no_shares():
    empty = recording(())
    empty.finished = empty.began
    assert "0 tasks in 0 ms on 2 threads, busy 0% of the time" in Some(empty).headlines()[0]
    still = Some(recording((0.0, 0.0, 0.0)))
    assert "0%" in str(still)


def test_what_ended_a_run_early_is_told_last():
    assert Some(recording(error=ZeroDivisionError("no"))).headlines()[-1] == "ended by ZeroDivisionError: no"


def test_the_table_has_a_row_for_each_stage():
    lines = str(Some(recording())).splitlines()
    assert lines[-3].split() == ["stage", "tasks", "time", "share", "longest", "read"]
    assert lines[-2].split() == ["scan", "2", "2", "s", "89%", "1.5", "s", "2", "MB"]
    assert lines[-1].split() == ["combine", "1", "250", "ms", "11%", "250", "ms"]
    assert repr(Some()) == str(Some())


@pytest.mark.parametrize(("scheduler", "workers", "said"), [("sync", 1, "sync"), ("processes", 3, "3 processes")])
def test_where_it_ran(scheduler, workers, said):
    assert where(recording(scheduler=scheduler, workers=workers)) == said


def test_whoever_records_says_where_memory_is():
    with pytest.raises(NotImplementedError):
        _ = Recorded().memory
