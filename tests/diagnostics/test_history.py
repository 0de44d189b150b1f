from __future__ import annotations

import subprocess
import sys

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


def test_it_listens_from_the_start():
    program = """if True:
        import sys
        import lazyframe as lf
        df = lf.read_csv("data/sample/*.csv")
        asked = df.Distance.max()
        asked.compute(scheduler="sync")
        assert not {"lazyframe.diagnostics.picture", "tqdm", "PIL"} & set(sys.modules)
        print(asked.visualize(tasks=True).svg.count("took "))
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.stdout == "3\n", done.stderr
