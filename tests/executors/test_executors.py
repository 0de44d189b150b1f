"""The door of the executors: which pool a name leads to, and what is done in it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import executor_tasks as tasks
import pytest

from lazyframe import config
from lazyframe.executors import POOLS, Cancelled, available_slots, checkpoint, close, execute, is_cluster
from lazyframe.graph import Ref, Task

ONE = {"a": Task(tasks.thread)}


def test_every_name_leads_to_a_pool():
    assert set(config.SCHEDULERS.values()) == {*POOLS, "distributed"}


@pytest.mark.parametrize("name", ["sync", "synchronous", "single-threaded", "Sync"])
def test_names_of_sync(name):
    assert execute(ONE, ["a"], name) == [threading.get_ident()]


@pytest.mark.parametrize("name", ["threads", "threading", "thread", None])
def test_names_of_threads(name):
    assert execute(ONE, ["a"], name, 2) != [threading.get_ident()]


def test_the_setting_is_taken_unless_an_argument_says_otherwise():
    with config.set(scheduler="sync"):
        assert execute(ONE, ["a"]) == [threading.get_ident()]
        assert execute(ONE, ["a"], "threads", 2) != [threading.get_ident()]


def test_the_setting_num_workers():
    graph = {str(n): Task(tasks.thread) for n in range(8)}
    with config.set(num_workers=3):
        assert len(set(execute(graph, list(graph), "threads"))) == 3
        assert len(set(execute(graph, list(graph), "threads", 1))) == 1


def test_unknown_scheduler():
    with pytest.raises(ValueError, match=r"scheduler='treads' is not a scheduler\. Did you mean 'threads'.*processes"):
        execute(ONE, ["a"], "treads")


@pytest.mark.parametrize("workers", [0, -2, 1.5])
def test_bad_num_workers(workers):
    with pytest.raises(ValueError, match=f"num_workers={workers} is not a number of workers"):
        execute(ONE, ["a"], "sync", workers)


def test_checkpoint_outside_a_run_does_nothing():
    assert checkpoint() is None


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_close_cancels_what_runs_and_the_next_query_works(scheduler, tmp_path):
    found = []

    def query():
        try:
            execute(
                {str(n): Task(tasks.begin, (str(tmp_path / str(n)), tasks.ENDLESS)) for n in range(3)},
                ["0", "1", "2"],
                scheduler,
                2,
            )
        except Cancelled as error:
            found.append(error)

    thread = threading.Thread(target=query)
    thread.start()
    while not any(tmp_path.iterdir()):
        time.sleep(0.01)
    close()
    thread.join(240)
    assert len(found) == 1
    assert execute({"a": Task(tasks.add, (1, 2))}, ["a"], scheduler, 2) == [3]


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_results_come_in_the_order_of_the_keys_each_as_often_as_it_is_asked_for(scheduler):
    graph = {"a": Task(tasks.add, (1, 2)), "b": Task(tasks.add, (Ref("a"), 4)), "c": Task(tasks.fail, ("never run",))}
    assert execute(graph, iter(["b", "a", "b"]), scheduler, 2) == [7, 3, 7]
    assert execute(graph, [], scheduler) == []


def test_what_it_would_run_at_one_time():
    assert available_slots("sync") == 1
    assert available_slots("threads", 3) == 3
    with config.set(scheduler="threads", num_workers=2):
        assert available_slots() == 2
    with ThreadPoolExecutor(5) as executor:
        assert available_slots(executor, 4) == 4
    assert execute({"a": Task(available_slots, ("threads", 4))}, ["a"], "threads", 2) == [1]  # inside a task, one by one


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_no_pool_of_this_machine_is_a_cluster(scheduler):
    assert not is_cluster(scheduler)


def test_pools_stay_warm_until_they_are_closed():
    (first,) = execute(ONE, ["a"], "threads", 2)
    close()
    (second,) = execute(ONE, ["a"], "threads", 2)
    assert threading.get_ident() not in (first, second)
    close()
    close()


def test_an_interpreter_that_ends_starts_nothing(monkeypatch):
    monkeypatch.setattr("sys.is_finalizing", lambda: True)
    with pytest.raises(RuntimeError, match="the interpreter is ending, and nothing can be computed any more"):
        execute(ONE, ["a"], "sync")


def test_a_query_whose_worker_dies_is_run_once_more(tmp_path):
    graph = {"a": Task(tasks.die_once, (str(tmp_path / "died"), "exit"))}
    with pytest.warns(RuntimeWarning, match="The query is run again, once"):
        assert execute(graph, ["a"], "processes", 1) == ["alive"]
