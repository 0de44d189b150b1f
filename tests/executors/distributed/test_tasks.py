"""What runs on a worker, on one that is none and notes what it is told."""

from __future__ import annotations

import logging
import threading
import types

import executor_tasks
import pytest

distributed = pytest.importorskip("distributed")

from lazyframe.executors import Cancelled, OutOfMemoryError, checkpoint, inside_task  # noqa: E402
from lazyframe.executors.distributed import tasks  # noqa: E402
from lazyframe.executors.distributed.tasks import Passed, Passing, TaskCall  # noqa: E402
from lazyframe.graph import Ref, Task  # noqa: E402


class Worker:
    """A worker, as far as a task looks at it."""

    address = "tcp://1.2.3.4:5"

    def __init__(self, name="7", nthreads=1):
        self.name, self.told = name, []
        self.state = types.SimpleNamespace(nthreads=nthreads, tasks={"key": types.SimpleNamespace(state="executing")})

    def log_event(self, topic, message):
        self.told.append((topic, message))


@pytest.fixture
def worker(monkeypatch):
    made = Worker()
    monkeypatch.setattr(distributed, "get_worker", lambda: made)
    monkeypatch.setattr(distributed.worker, "thread_state", types.SimpleNamespace(key="key"))
    monkeypatch.setattr(tasks, "_failed", set())
    return made


# ---- for any scheduler


def test_results_stand_where_the_task_names_them():
    task = Task(executor_tasks.total, ([Ref("b"), 10, Ref("a")],))
    assert Passing(task, ("a", "b"), KeyError)(1, 2) == 13


def test_an_error_of_one_sort_is_handed_on_as_a_result():
    def fail(*_):
        raise KeyError("found otherwise")

    passed = Passing(Task(fail), (), LookupError)()
    assert isinstance(passed, Passed)
    assert isinstance(passed.error, KeyError)
    after = Passing(Task(executor_tasks.fail, ("never called",)), ("a", "b"), LookupError)
    assert after(1, passed) is passed


def test_other_errors_are_raised_and_say_where():
    with pytest.raises(ZeroDivisionError, match="no") as caught:
        Passing(Task(executor_tasks.fail, ("no",), "scan", "a.csv"), (), KeyError)()
    assert caught.value.__notes__ == ["in task scan a.csv"]
    with pytest.raises(OutOfMemoryError, match="in the task 'scan a"):
        Passing(Task(executor_tasks.exhaust, (), "scan", "a.csv"), (), KeyError)()


def test_it_knows_that_it_is_a_task():
    assert Passing(Task(inside_task), (), KeyError)() is True
    assert not inside_task()


# ---- on a worker of a cluster


def call(function, *arguments, taken=(), topic=""):
    return TaskCall("ours", Task(function, arguments, "scan", "a.csv"), taken, topic)


def test_a_call_takes_its_results_in_their_places(worker):
    assert call(executor_tasks.total, [Ref("x"), Ref("y")], taken=("y", "x"))(1, 2) == 3
    assert worker.told == []


def test_a_call_tells_when_it_starts_and_what_came_out(worker):
    made = TaskCall.telling("lazyframe-client/run")("ours", Task(executor_tasks.zeros, (1000,)), ())
    assert len(made()) == 1000
    (topic, start), (again, end) = worker.told
    assert topic == again == "lazyframe-client"
    assert start == {"run": "lazyframe-client/run", "key": "ours"}
    assert end.keys() == {"run", "key", "worker", "start", "stop", "nbytes"}
    assert (end["worker"], end["start"] <= end["stop"], end["nbytes"] >= 1000) == ("worker-7", True, True)


def test_a_call_that_fails_tells_no_end_and_its_error_names_the_task(worker):
    with pytest.raises(ZeroDivisionError) as caught:
        call(executor_tasks.fail, "no", topic="t/run")()
    assert caught.value.__notes__ == ["in task scan a.csv"]
    assert len(worker.told) == 1


def test_an_error_that_cannot_travel_goes_as_another_and_takes_nothing_with_it(worker):
    with pytest.raises(RuntimeError) as caught:
        call(executor_tasks.fail_unpicklable, "m")()
    assert (str(caught.value), caught.value.__notes__) == ("Unpicklable: m", ["in task scan a.csv"])
    assert caught.value.__context__ is None
    assert caught.value.__traceback__ is not None


def test_a_file_that_is_missing_names_the_machine(worker):
    with pytest.raises(FileNotFoundError) as caught:
        call(open, "/nowhere.csv")()
    assert any("on the worker tcp://1.2.3.4:5" in note and "same path" in note for note in caught.value.__notes__)


def test_what_the_worker_would_write_down_of_it_is_left_out(worker, caplog):
    logger = logging.getLogger("distributed.worker")
    with pytest.raises(ZeroDivisionError):
        call(executor_tasks.fail, "no")()
    with caplog.at_level(logging.WARNING, "distributed.worker"):
        logger.warning("Compute Failed\nKey: %s", "key")
        logger.warning("Compute Failed\nKey: %s", "another")
        logger.warning("no key at all")
    assert [record.args for record in caplog.records if record.name == "distributed.worker"] == [("another",), ()]
    logger.removeFilter(tasks._is_news)


@pytest.mark.parametrize("forgotten", [True, False])
def test_a_task_that_the_worker_has_been_told_to_forget_stops_at_its_next_checkpoint(worker, forgotten):
    def work():
        checkpoint()
        if forgotten:
            del worker.state.tasks["key"]
        else:
            worker.state.tasks["key"].state = "cancelled"
        checkpoint()

    with pytest.raises(Cancelled):
        call(work)()


@pytest.mark.parametrize(
    ("name", "nthreads", "shown"), [("7", 1, "worker-7"), (0, 1, "worker-0"), ("tcp://a", 1, "tcp://a"), ("7", 2, "worker-7#3")]
)
def test_each_thread_of_a_worker_is_a_worker_of_ours(name, nthreads, shown):
    found = []
    thread = threading.Thread(target=lambda: found.append(tasks._name(Worker(name, nthreads))), name="Dask-Default-Threads-3")
    thread.start()
    thread.join()
    assert found == [shown]


def test_calls_are_shown_as_their_tasks():
    assert repr(call(len)) == repr(Passing(Task(len, (), "scan", "a.csv"), (), KeyError)) == "scan a.csv"
