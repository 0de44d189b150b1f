from __future__ import annotations

import os
import pickle
import signal
import sys
import threading
import time

import executor_tasks as tasks
import numpy as np
import pyarrow as pa
import pytest
from conformance import ExecutorConformance

from lazyframe.executors import WorkerDiedError, close, execute, processes
from lazyframe.graph import Ref, Task


def run(function, *arguments, label="", workers=2):
    return execute({"a": Task(function, arguments, label)}, ["a"], "processes", workers)[0]


def pids(workers=2):
    graph = {str(n): Task(tasks.pid) for n in range(8 * workers)}
    return set(execute(graph, list(graph), "processes", workers))


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


class TestProcesses(ExecutorConformance):
    @pytest.fixture
    def scheduler(self):
        return "processes"


def test_processes_stay_warm():
    pids()
    first = pids()
    assert len(first) == 2
    assert os.getpid() not in first
    assert pids() == first


@pytest.mark.parametrize(
    ("how", "said"),
    [("exit", "ended with exit code 3"), ("SIGKILL", "signal 9 .SIGKILL.*memory"), ("SIGSEGV", "signal 11 .SIGSEGV")],
)
def test_a_worker_that_dies_is_named_and_replaced(how, said):
    with (
        pytest.raises(WorkerDiedError, match=f"'merge 7' .*{said}") as caught,
        pytest.warns(RuntimeWarning, match=f"'merge 7' .*{said}.*run again") as warned,
    ):
        run(tasks.die, how, label="merge 7")
    assert "in task merge 7" in caught.value.__notes__
    assert any("a second time" in note for note in caught.value.__notes__)
    assert [warning.filename for warning in warned] == [__file__]
    assert run(tasks.add, 1, 2) == 3
    assert len(pids()) == 2


@pytest.mark.parametrize("how", ["exit", "SIGKILL"])
def test_a_query_whose_worker_dies_is_tried_again_once(tmp_path, how):
    graph = {str(n): Task(tasks.add, (n,)) for n in range(20)}
    graph["dies"] = Task(tasks.die_once, (str(tmp_path / "mark"), how), "merge 7")
    with pytest.warns(RuntimeWarning, match=r"'merge 7' .*run again, once"):
        assert execute(graph, list(graph), "processes", 2) == [*range(20), "alive"]


def test_workers_killed_while_idle_are_replaced():
    before = pids()
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    deadline = time.monotonic() + 60
    while any(os.path.exists(f"/proc/{pid}/exe") for pid in before) and time.monotonic() < deadline:
        time.sleep(0.01)
    time.sleep(0.1)
    after = pids()
    assert len(after) == 2
    assert not before & after


def test_the_workers_traceback_is_in_a_note():
    with pytest.raises(ZeroDivisionError) as caught:
        run(tasks.fail, "no")
    (note,) = [note for note in caught.value.__notes__ if "worker process" in note]
    assert "in fail" in note
    assert "_worker.py" not in note


def test_result_that_cannot_be_pickled():
    with pytest.raises(TypeError, match="cannot pickle") as caught:
        run(tasks.unpicklable)
    assert any("its result cannot be pickled" in note and "scheduler='threads'" in note for note in caught.value.__notes__)


def test_argument_that_cannot_be_pickled():
    with pytest.raises(TypeError, match="cannot pickle") as caught:
        run(tasks.same, threading.Lock())
    assert any("cannot go to a worker process" in note for note in caught.value.__notes__)


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [(tasks.fail_unpicklable, ("m",), "^Unpicklable: m"), (tasks.fail_unbuildable, (1, 2), "^Unbuildable: 1 2")],
)
def test_error_that_cannot_be_pickled(function, arguments, message):
    with pytest.raises(RuntimeError, match=message) as caught:
        run(function, *arguments)
    assert any(function.__name__ in note for note in caught.value.__notes__)
    assert run(tasks.add, 1) == 1


def test_functions_made_in_a_function_go_by_value():
    pytest.importorskip("cloudpickle")
    seven = 7
    assert run(lambda value: value + seven, 1) == 8


def test_without_cloudpickle_the_error_says_what_helps(monkeypatch):
    monkeypatch.setitem(sys.modules, "cloudpickle", None)
    with pytest.raises(pickle.PicklingError, match=r"cloudpickle.*scheduler='threads'"):
        run(lambda: 1)


def test_a_hundred_megabytes_each_way():
    array = np.arange(12_500_000)
    graph = {"a": Task(tasks.same, (array,)), "b": Task(tasks.same, (Ref("a"),))}
    (back,) = execute(graph, ["b"], "processes", 2)
    assert (back == array).all()
    back[0] = 1  # what comes back can be written to


def test_arrow_data():
    table = pa.table({"x": [1, None, 3], "y": ["a", "b", None]})
    assert run(tasks.same, table).equals(table)


def test_a_new_process_has_imported_nothing_that_its_task_does_not_need():
    close()
    assert run(eval, "[name in __import__('sys').modules for name in ('numpy', 'pandas', 'lazyframe')]") == [False] * 3


def test_the_current_directory_and_the_path_are_followed(tmp_path, monkeypatch):
    run(tasks.add)
    (tmp_path / "made_just_now.py").write_text("def seven():\n    return 7\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend("")
    import made_just_now

    assert run(made_just_now.seven) == 7
    directory, path = run(tasks.directory_and_path)
    assert directory == os.getcwd()
    assert path[0] == os.getcwd()


def test_a_task_that_reaches_no_checkpoint_is_killed_after_an_error():
    graph = {"a": Task(tasks.fail_after, (0.05, "stop")), "b": Task(tasks.stubborn, (tasks.ENDLESS,))}
    with pytest.raises(ZeroDivisionError):
        execute(graph, ["a", "b"], "processes", 2)
    assert len(pids()) == 2


def test_a_task_that_reaches_a_checkpoint_keeps_its_process():
    before = pids()
    graph = {"a": Task(tasks.fail_after, (0.1, "stop")), "b": Task(tasks.patient, (tasks.ENDLESS,))}
    with pytest.raises(ZeroDivisionError):
        execute(graph, ["a", "b"], "processes", 2)
    assert pids() == before


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
@pytest.mark.parametrize("native", [False, True])
def test_a_fork_of_a_task_does_not_keep_a_dead_worker_alive(native, tmp_path):
    forks = tmp_path / "forks"
    try:
        with pytest.raises(WorkerDiedError, match="exit code 3"), pytest.warns(RuntimeWarning, match="run again"):
            run(tasks.fork_and_die, str(forks), native)
    finally:
        for fork in map(int, forks.read_text().split()):
            os.kill(fork, signal.SIGKILL)  # an error where it is not there any more: it has to outlive the run


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_task_that_comes_back_twice_has_one_answer():
    close()
    fork = run(tasks.fork_and_return, workers=1)
    assert [run(tasks.add, 1, n, workers=1) for n in range(3)] == [1, 2, 3]
    assert _gone(fork)


def _gone(pid):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except FileNotFoundError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.skipif(not hasattr(os, "waitid"), reason="the system does not tell of stopped processes")
def test_the_user_is_told_of_a_stopped_worker(monkeypatch, tmp_path):
    monkeypatch.setattr(processes, "STOPPED", 0.4)
    (pid,) = pids(1)
    begun, end = tmp_path / "begun", tmp_path / "end"

    def stop_until_told():
        while not begun.exists():
            time.sleep(0.01)
        os.kill(pid, signal.SIGSTOP)
        while not len(warned):
            time.sleep(0.01)
        os.kill(pid, signal.SIGCONT)
        end.touch()

    threading.Thread(target=stop_until_told, daemon=True).start()
    with pytest.warns(RuntimeWarning, match=rf"the worker process {pid}, which runs the task 'slow', has been stopped") as warned:
        assert run(tasks.until, str(begun), str(end), label="slow", workers=1) == "ended"
    assert [warning.filename for warning in warned] == [__file__]
    assert pids(1) == {pid}


def test_close_leaves_no_process():
    before = pids()
    assert all(map(alive, before))
    close()
    assert not any(map(alive, before))
