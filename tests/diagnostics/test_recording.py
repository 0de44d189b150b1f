from __future__ import annotations

import executor_tasks as tasks

import lazyframe as lf
from lazyframe.diagnostics.recording import Recording
from lazyframe.executors import execute
from lazyframe.graph import Ref, Task


def test_peaks_of_held_results():
    made = {f"p{n}": Task(tasks.zeros, (1000 * (n + 1),)) for n in range(4)}
    made |= {"m0": Task(tasks.length, ([Ref("p0"), Ref("p1")],)), "m1": Task(tasks.length, ([Ref("p2"), Ref("p3")],))}
    made |= {"all": Task(tasks.add, (Ref("m0"), Ref("m1")))}
    with lf.profile() as profile:
        execute(made, ["all"], "sync")
    # p0, p1 and m0; then m0, p2, p3 and m1
    assert profile.runs[0].peak_results == 4
    assert 7000 <= profile.runs[0].peak_bytes <= 7500 or 56_000 <= profile.runs[0].peak_bytes <= 57_000


def test_recordings_know_their_plans():
    df = lf.read_csv("data/sample/*.csv")
    with lf.profile() as profile:
        df.Distance.max().compute(scheduler="sync")
        execute({"a": Task(int)}, ["a"], "sync")
    assert [isinstance(recording, Recording) and len(recording.plans) for recording in profile.runs] == [1, 0]


def test_what_was_on_disk(tiny, tmp_path):
    df = lf.read_csv("data/sample/*.csv")
    with lf.profile() as profile:
        df.Distance.median().compute(scheduler="threads", num_workers=2)
        df.Distance.max().compute(scheduler="sync")
        df.sort_values("Distance").to_parquet(tmp_path / "sorted.parquet")
    spilled = [recording.spilled for recording in profile.runs]
    assert spilled[0] > 0
    assert spilled[1] == 0
    assert spilled[-1] > 0
    assert "on disk at one time: at most" in str(profile)
