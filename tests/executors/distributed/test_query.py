"""One run on a cluster, which is a thread of this process; what it waits for and how it explains errors, without any."""

from __future__ import annotations

import threading
import time
import types
from queue import SimpleQueue

import executor_tasks as tasks
import pytest

distributed = pytest.importorskip("distributed")

from lazyframe.executors import Held, Watcher, WorkerDiedError, listeners  # noqa: E402
from lazyframe.executors.distributed import query  # noqa: E402
from lazyframe.executors.distributed.query import run  # noqa: E402
from lazyframe.graph import Ref, Task  # noqa: E402


@pytest.fixture(scope="module")
def client():
    from lazyframe.distributed import Client

    with Client(n_workers=1, threads_per_worker=2, processes=False, dashboard_address=None, set_as_default=False) as made:
        yield made


GRAPH = {"a": Task(tasks.add, (1, 2)), "b": Task(tasks.total, ([Ref("a"), Ref("a")],)), "c": Task(tasks.fail, ("no",))}


def test_results_come_in_the_order_of_the_keys_and_nothing_else_is_run(client):
    assert run(GRAPH, ["b", "a", "b"], client) == [6, 3, 6]
    assert run(GRAPH, [], client) == []


def test_an_error_is_the_tasks_own_with_its_name(client):
    with pytest.raises(ZeroDivisionError, match="no") as caught:
        run({**GRAPH, "d": Task(tasks.add, (Ref("c"),))}, ["a", "d"], client)
    assert caught.value.__notes__ == ["in task fail"]


def test_nothing_is_left_on_the_cluster_but_what_is_held(client):
    run(GRAPH, ["b"], client)
    held, fetched = run(GRAPH, ["a", "b"], client, held=["a"])
    assert isinstance(held, Held)
    assert (held.value(), fetched) == (3, 6)
    assert run({"e": Task(tasks.add, (held, 4))}, ["e"], client) == [7]
    deadline = time.monotonic() + 60
    while (
        set(client.futures) != {held.future.key} and time.monotonic() < deadline
    ):  # which the Client forgets in a thread of its own
        time.sleep(0.01)
    assert set(client.futures) == {held.future.key}


def test_what_another_cluster_holds_is_fetched_from_there(client):
    elsewhere = types.SimpleNamespace(client=types.SimpleNamespace(status="running"), key="k", result=lambda: 40)
    assert run({"e": Task(tasks.add, (Held(elsewhere), 2))}, ["e"], client) == [42]


def test_a_client_that_does_not_wait_is_refused():
    with pytest.raises(ValueError, match="an asynchronous Client cannot be waited for here"):
        run(GRAPH, ["a"], types.SimpleNamespace(asynchronous=True))


def wait_for(begun, released):
    distributed.Event(begun).set()
    distributed.Event(released).wait(60)


def test_a_client_that_is_closed_meanwhile_is_told(client):
    from lazyframe.distributed import Client

    begun, released = (distributed.Event(name, client) for name in ("begun", "released"))
    with Client(client.scheduler.address, set_as_default=False) as other:

        def close():
            begun.wait(60)
            other.close()
            released.set()

        thread = threading.Thread(target=close)
        thread.start()
        with pytest.raises(ConnectionError, match=r"was closed or lost, or its Client was, while the query ran"):
            run({"a": Task(wait_for, ("begun", "released"))}, ["a"], other)
        thread.join()


@pytest.mark.parametrize("error", [distributed.CancelledError("a"), RuntimeError("IOLoop is closed")])
def test_whatever_tells_of_a_closed_client_is_one_error(client, error):
    found = query._explained(error, {}, {}, client)
    assert isinstance(found, ConnectionError)
    assert client.scheduler.address in str(found)
    other = RuntimeError("of a task")
    assert query._explained(other, {}, {}, client) is other


def test_a_closed_client_is_seen_though_no_future_tells_of_it(client):
    with pytest.raises(distributed.CancelledError):
        query._wait(SimpleQueue(), 1, (), 1, types.SimpleNamespace(status="closed"))


class Notes(Watcher):
    """Writes down what it is told."""

    def __init__(self):
        self.told = []

    def __call__(self, start):
        self.told.append(("run", start.scheduler, start.num_workers, list(start.keys)))
        return self

    def task_started(self, key):
        self.told.append(("start", key))

    def task_finished(self, end):
        self.told.append(("end", end.key))

    def run_finished(self, error):
        self.told.append(("done", type(error)))


@pytest.fixture
def notes():
    made = Notes()
    listeners.append(made)
    yield made
    listeners.remove(made)


def test_listeners_are_told_of_tasks_in_their_order_and_of_the_end(client, notes):
    run(GRAPH, ["b"], client)
    with pytest.raises(ZeroDivisionError):
        run(GRAPH, ["c"], client)
    assert notes.told[:6] == [
        ("run", "distributed", 2, ["a", "b"]),
        ("start", "a"),
        ("end", "a"),
        ("start", "b"),
        ("end", "b"),
        ("done", type(None)),
    ]
    assert [one for one in notes.told[6:] if one[0] != "start"] == [
        ("run", "distributed", 2, ["c"]),
        ("done", ZeroDivisionError),
    ]


class Watchers:
    """What a run tells, where somebody watches."""

    def __init__(self, watched=True):
        self.watched, self.told = watched, []

    def __bool__(self):
        return self.watched

    def task_started(self, key):
        self.told.append(("start", key))

    def task_finished(self, key, worker, start, stop, nbytes):
        self.told.append(("end", key, worker, nbytes))


def waited(*messages, unfinished=1, tasks=1, watched=True):
    inbox, watchers = SimpleQueue(), Watchers(watched)
    for message in messages:
        inbox.put(message)
    query._wait(inbox, unfinished, watchers, tasks, types.SimpleNamespace(status="running"))
    return watchers.told


DONE = types.SimpleNamespace(status="finished")
START, END = {"key": "a"}, {"key": "a", "worker": "w", "start": 1.0, "stop": 2.0, "nbytes": 8}


def test_it_waits_for_the_last_words_of_tasks_after_their_results():
    assert waited(DONE, START, END) == [("start", "a"), ("end", "a", "w", 8)]
    assert waited(DONE, watched=False) == []


def test_a_task_that_ran_twice_ends_once():
    assert waited(START, END, START, END, DONE) == [("start", "a"), ("end", "a", "w", 8), ("start", "a")]


def test_words_that_never_come_are_not_waited_for_long(monkeypatch):
    monkeypatch.setattr(query, "LATE", 0.05)
    monkeypatch.setattr(query, "WAKE", 0.01)
    assert waited(DONE, START) == [("start", "a")]


def test_one_result_that_failed_ends_the_waiting():
    def raises():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        waited(DONE, types.SimpleNamespace(status="error", result=raises), unfinished=3)


def test_a_task_that_killed_all_its_workers_is_named():
    killed = distributed.scheduler.KilledWorker("name there", types.SimpleNamespace(address="tcp://1.2.3.4:5"), 3)
    graph = {"a": Task(tasks.add, (), "scan", "a.csv")}
    error = query._explained(killed, graph, {"name there": "a"}, None)
    assert isinstance(error, WorkerDiedError)
    assert "given the task 'scan a.csv' died of it, 4 in all" in str(error)
    assert "The last was tcp://1.2.3.4:5." in str(error)
    assert error.__notes__ == ["in task scan a.csv"]
    assert "the task 'name there'" in str(query._explained(killed, graph, {}, None))
    other = ValueError()
    assert query._explained(other, graph, {}, None) is other
