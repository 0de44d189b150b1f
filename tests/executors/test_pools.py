from __future__ import annotations

import threading
from concurrent.futures import CancelledError, ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import executor_tasks as tasks
import pytest

from lazyframe.executors import available_cores, execute
from lazyframe.graph import Task


def many(function, count=12):
    graph = {str(n): Task(function, (n,)) for n in range(count)}
    return graph, list(graph)


def test_threads_stay_warm():
    first = set(execute(*many(tasks.thread), "threads", 2))
    second = set(execute(*many(tasks.thread), "threads", 2))
    assert len(first) == 2
    assert first == second
    assert threading.get_ident() not in first


def test_sync_runs_in_the_thread_of_the_caller():
    assert set(execute(*many(tasks.thread, 2), "sync", 8)) == {threading.get_ident()}


def test_a_thread_that_reaches_no_checkpoint_is_replaced():
    begun, released, both = threading.Event(), threading.Event(), threading.Barrier(2)

    def hold():
        begun.set()
        released.wait()

    def fail():
        begun.wait()
        raise ZeroDivisionError

    try:
        with pytest.raises(ZeroDivisionError):
            execute({"a": Task(fail), "b": Task(hold)}, ["a", "b"], "threads", 2)
        numbers = execute({str(n): Task(both.wait) for n in range(2)}, ["0", "1"], "threads", 2)
        assert sorted(numbers) == [0, 1], "each waited for the other, in a thread of its own, while the first still waits"
    finally:
        released.set()


def test_an_executor_says_how_many_workers_it_has():
    with ThreadPoolExecutor(2) as executor:
        assert len(set(execute(*many(tasks.thread), executor))) == 2


def test_an_executor_of_processes():
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor:
        assert execute({"a": Task(tasks.patient, (0.05,))}, ["a"], executor) == [0.05]
        with pytest.raises(ZeroDivisionError, match="far away"):
            execute({"a": Task(tasks.fail, ("far away",))}, ["a"], executor)


def test_an_executor_that_is_shut_down():
    executor = ThreadPoolExecutor(1)
    threading.Timer(0.1, executor.shutdown, kwargs={"wait": False, "cancel_futures": True}).start()
    with pytest.raises((CancelledError, RuntimeError)):
        execute({str(n): Task(tasks.stubborn, (0.2,)) for n in range(3)}, ["0", "1", "2"], executor, 3)


def test_available_cores():
    assert 1 <= available_cores() <= 4096


def test_a_worker_that_computes_with_its_own_executor_does_so_itself():
    with ThreadPoolExecutor(1) as executor:
        inside = executor.submit(lambda: (set(execute(*many(tasks.thread, 3), executor)), threading.get_ident()))
        threads, own = inside.result(30)
    assert threads == {own}
