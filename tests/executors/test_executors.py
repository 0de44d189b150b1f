from __future__ import annotations

import threading
import time

import executor_tasks as tasks
import pytest

from lazyframe import config
from lazyframe.executors import POOLS, Cancelled, checkpoint, close, execute
from lazyframe.graph import Task

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
