"""What is known of a Client: asked of one that is none, which notes what it is asked."""

from __future__ import annotations

import importlib.metadata
import signal
import sys
import types
from queue import SimpleQueue

import pytest

from lazyframe.executors import VersionMismatchError
from lazyframe.executors.distributed import client as clients
from lazyframe.executors.distributed.client import (
    Session,
    check_versions,
    dask_setup,
    inside_cluster,
    is_client,
    live_client,
    session_of,
    slots,
)

HERE = importlib.metadata.version("lazyframe-csv")


class Pretender:
    """A Client of a cluster whose workers have these versions, and so many threads each."""

    id = "pretender"

    def __init__(self, versions: dict[str, object], threads: int = 2, scheduler: str = HERE) -> None:
        self.versions, self.threads, self.version = versions, threads, scheduler
        self.asked: list[list[str]] = []
        self.topics: dict[str, object] = {}
        self.scheduler = types.SimpleNamespace(address="tcp://1.2.3.4:8786")

    def nthreads(self):
        return dict.fromkeys(self.versions, self.threads)

    def run(self, function, workers, on_error):
        assert function() == HERE  # here, as it would be there
        assert on_error == "return"
        self.asked.append(workers)
        return {worker: self.versions[worker] for worker in workers}

    def run_on_scheduler(self, function):
        return self.version

    def subscribe_topic(self, topic, handler):
        assert topic not in self.topics
        self.topics[topic] = handler


def test_without_distributed_there_is_no_client(monkeypatch):
    monkeypatch.delitem(sys.modules, "distributed", raising=False)
    monkeypatch.delitem(sys.modules, "distributed.worker", raising=False)
    assert live_client() is None
    assert not is_client(object())
    assert not inside_cluster()
    assert "distributed" not in sys.modules


def test_the_newest_client_is_taken_or_that_of_the_task(monkeypatch):
    def none():
        raise ValueError("no clients found")

    state = types.SimpleNamespace()
    fake = types.SimpleNamespace(get_client=lambda: "of the task", Client=types.SimpleNamespace(current=lambda: "newest"))
    monkeypatch.setitem(sys.modules, "distributed", fake)
    monkeypatch.setitem(sys.modules, "distributed.worker", types.SimpleNamespace(thread_state=state))
    assert (inside_cluster(), live_client()) == (False, "newest")
    state.execution_state = {}
    assert (inside_cluster(), live_client()) == (True, "of the task")
    fake.get_client = none
    assert live_client() is None


def test_a_cluster_runs_a_task_a_thread():
    assert slots(Pretender({"a": HERE, "b": HERE}, 3)) == 6
    assert slots(Pretender({})) == 1


def test_equal_versions_are_right():
    assert check_versions(Pretender({"a": HERE, "b": HERE}), ["a", "b"]) is None


@pytest.mark.parametrize(("had", "said"), [("0.0.1", "0.0.1"), ("", "no lazyframe"), ("unknown", "unknown")])
def test_another_version_is_named_with_where_it_is(had, said):
    with pytest.raises(VersionMismatchError, match=rf"has lazyframe {HERE}, and all machines") as caught:
        check_versions(Pretender({"tcp://a": HERE, "tcp://b": had}), ["tcp://a", "tcp://b"])
    assert str(caught.value).splitlines()[1:] == [
        f"  tcp://b: {said}",
        f"Install it there with: pip install lazyframe-csv=={HERE} [lazyframe: VersionMismatchError]",
    ]


def test_the_scheduler_is_looked_at_too():
    with pytest.raises(VersionMismatchError, match=r"the scheduler: 0\.0\.1"):
        check_versions(Pretender({"a": HERE}, scheduler="0.0.1"), ["a"])


def test_of_many_machines_five_are_named():
    with pytest.raises(VersionMismatchError, match="  and 3 more") as caught:
        check_versions(Pretender({f"w{number}": "" for number in range(8)}), [f"w{number}" for number in range(8)])
    assert str(caught.value).count(": no lazyframe") == 5


def test_a_worker_that_could_not_be_asked_is_not_taken_for_a_wrong_one():
    client = Pretender({"a": HERE, "gone": OSError("lost")})
    check_versions(client, ["a", "gone"])
    assert client.asked == [["a", "gone"]]


def test_each_worker_is_looked_at_once():
    client = Pretender({"a": HERE})
    session = Session(client)
    assert session.checked_threads() == 2
    assert session.checked_threads() == 2
    client.versions["b"] = HERE
    assert session.checked_threads() == 4
    assert client.asked == [["a"], ["b"]]
    client.versions["c"] = "0.0.1"
    for _ in range(2):  # a worker that is wrong is never taken for a right one
        with pytest.raises(VersionMismatchError):
            session.checked_threads()


def test_a_cluster_without_workers_is_told():
    with pytest.warns(UserWarning, match=r"the cluster at tcp://1\.2\.3\.4:8786 has no worker; the query waits"):
        assert Session(Pretender({})).checked_threads() == 1


def test_a_session_is_kept_as_long_as_its_client():
    client = Pretender({})
    session = session_of(client)
    assert session_of(client) is session
    assert session.client is client
    assert client in clients._sessions
    before = len(clients._sessions)
    del client
    assert session.client is None
    assert len(clients._sessions) == before - 1


def test_messages_reach_the_run_that_they_are_of():
    client = Pretender({})
    session = Session(client)
    one, other = SimpleQueue(), SimpleQueue()
    with session.listening(one) as (_, first), session.listening(other) as (_, second):
        assert first != second
        (deliver,) = client.topics.values()  # one topic a client, however many runs
        assert list(client.topics) == [first.partition("/")[0]]
        deliver((0.0, {"run": first, "key": "a"}))
        deliver((0.0, {"run": second, "key": "b"}))
        deliver((0.0, {"run": "nobody's", "key": "c"}))
    deliver((0.0, {"run": first, "key": "too late"}))
    assert (one.get_nowait()["key"], one.empty()) == ("a", True)
    assert (other.get_nowait()["key"], other.empty()) == ("b", True)


def test_a_run_that_nobody_watches_sends_nothing():
    client = Pretender({})
    with Session(client).listening(None) as (run, topic):
        assert (len(run), topic, client.topics) == (12, "", {})
    with Session(client).listening(None) as (again, _):
        assert again != run


def test_an_inbox_is_given_up_where_the_run_fails():
    session = Session(client := Pretender({}))
    inbox = SimpleQueue()
    with pytest.raises(ZeroDivisionError), session.listening(inbox) as (_, topic):
        raise ZeroDivisionError
    (deliver,) = client.topics.values()
    deliver((0.0, {"run": topic}))
    assert inbox.empty()


@pytest.mark.parametrize(("nanny", "is_set"), [("a nanny", True), (None, False)])
def test_only_a_worker_process_leaves_ctrl_c_to_the_program(monkeypatch, nanny, is_set):
    done = []
    monkeypatch.setattr(signal, "signal", lambda *arguments: done.append(arguments))
    dask_setup(types.SimpleNamespace(nanny=nanny))
    assert done == ([(signal.SIGINT, signal.SIG_IGN)] if is_set else [])
