from __future__ import annotations

import gc
import os
import threading
import time
import weakref
from concurrent.futures import ThreadPoolExecutor

import executor_tasks as tasks
import pytest
from conformance import ExecutorConformance

from lazyframe.executors import execute
from lazyframe.executors._worker import Run
from lazyframe.executors.local import AHEAD, Schedule
from lazyframe.graph import Ref, Task


class TestSync(ExecutorConformance):
    @pytest.fixture
    def scheduler(self):
        return "sync"


class TestThreads(ExecutorConformance):
    @pytest.fixture
    def scheduler(self):
        return "threads"


class TestExecutorOfTheUser(ExecutorConformance):
    workers = 3

    @pytest.fixture
    def scheduler(self):
        with ThreadPoolExecutor(3) as executor:
            yield executor


class Held:
    """A result whose life can be watched."""

    alive = 0
    peak = 0
    lock = threading.Lock()

    def __init__(self, *_):
        with Held.lock:
            Held.alive += 1
            Held.peak = max(Held.peak, Held.alive)
        weakref.finalize(self, Held.gone)

    @staticmethod
    def gone():
        with Held.lock:
            Held.alive -= 1


@pytest.fixture
def held():
    gc.collect()
    Held.alive = Held.peak = 0
    return Held


def tree_of_merges(partitions, width, make, merge):
    """As `lower` makes it: partitions, merges of `width` of them, merges of those, down to one."""
    graph = {f"p{n}": Task(make, (n,)) for n in range(partitions)}
    level, depth = list(graph), 0
    while len(level) > 1:
        depth += 1
        groups = [level[n : n + width] for n in range(0, len(level), width)]
        level = [f"m{depth}-{n}" for n in range(len(groups))]
        graph |= {key: Task(merge, tuple(map(Ref, group))) for key, group in zip(level, groups, strict=True)}
    return graph, level[0]


def order_of(graph, keys):
    """The order in which one worker runs a graph."""
    schedule, run, order = Schedule(graph, keys), Run(), []
    while schedule.unfinished:
        order.append(schedule.take(run).key)
        schedule.finish(order[-1], None)
    return order


def test_partitions_go_first_to_last_and_a_merge_as_soon_as_it_is_ready():
    graph, root = tree_of_merges(4, 2, Held, Held)
    assert order_of(graph, [root]) == ["p0", "p1", "m1-0", "p2", "p3", "m1-1", "m2-0"]


def test_tasks_made_ready_together_go_in_the_order_of_the_keys():
    graph = {"a": Task(int)} | {key: Task(abs, (Ref("a"),)) for key in "bcd"}
    assert order_of(graph, ["c", "b", "d"]) == ["a", "c", "b", "d"]


def test_a_result_is_dropped_when_its_last_dependent_takes_it():
    graph = {"a": Task(int), "b": Task(abs, (Ref("a"),)), "c": Task(max, (Ref("a"), Ref("b")))}
    schedule, run = Schedule(graph, ["c", "b"]), Run()
    held = []
    while schedule.unfinished:
        key = schedule.take(run).key
        schedule.finish(key, key)
        held.append(sorted(schedule.results))
    assert held == [["a"], ["a", "b"], ["b", "c"]]


@pytest.mark.parametrize(("scheduler", "workers", "most"), [("sync", 1, 12), ("threads", 2, 24)])
def test_few_results_are_held_at_one_time(held, scheduler, workers, most):
    graph, root = tree_of_merges(256, 4, Held, Held)
    result = execute(graph, [root], scheduler, workers)
    # one group of four on each of four levels, and for each worker its call's own arguments and result
    assert held.peak <= most + 8
    gc.collect()
    assert held.alive == 1
    del result
    assert held.alive == 0


@pytest.mark.parametrize(("scheduler", "workers"), [("sync", 1), ("threads", 2)])
def test_a_wide_fan_out_holds_what_is_still_to_be_used_and_no_more(held, scheduler, workers):
    """One result goes to 300 chains, each of which ends in a number."""
    graph = {"all": Task(Held)}
    for n in range(300):
        graph |= {f"a{n}": Task(Held, (Ref("all"),)), f"b{n}": Task(Held, (Ref(f"a{n}"),)), f"c{n}": Task(id, (Ref(f"b{n}"),))}
    execute(graph, [f"c{n}" for n in range(300)], scheduler, workers)
    assert held.peak <= 1 + 3 * workers + 2
    gc.collect()
    assert held.alive == 0


def test_results_do_not_pile_up_behind_a_slow_task(held):
    """A chain that takes the results in order; the first is made only when nothing else goes on."""

    def read(n):
        if n == 0:
            made = -1
            while made < len(begun):  # for as long as others still begin
                made = len(begun)
                time.sleep(0.3)
        begun.append(n)
        return Held()

    begun = []
    graph = {f"read{n}": Task(read, (n,), nbytes=1) for n in range(200)}
    graph["write0"] = Task(id, (Ref("read0"),))
    graph |= {f"write{n}": Task(lambda *_: None, (Ref(f"write{n - 1}"), Ref(f"read{n}"))) for n in range(1, 200)}
    execute(graph, ["write199"], "threads", 2)
    assert begun[0] != 0
    assert sorted(begun) == list(range(200))
    assert held.peak <= AHEAD * 2 + 4


def test_a_slow_task_that_reads_nothing_holds_up_nobody():
    done = threading.Event()
    graph = {"slow": Task(done.wait, (20,))} | {f"read{n}": Task(int, (n,), nbytes=1) for n in range(99)}
    graph["last"] = Task(lambda *_: done.set(), ([Ref(f"read{n}") for n in range(99)],))
    assert execute(graph, ["slow", "last"], "threads", 2) == [True, None]


CHAIN = {"a": Task(threading.get_ident, brief=True), "b": Task(tasks.in_thread, (Ref("a"),), brief=True)}


def test_a_brief_task_that_is_alone_runs_in_the_callers_thread():
    here = threading.get_ident()
    assert execute(CHAIN, ["a", "b"], "threads", 2) == [here, (here, here)]
    found = []
    thread = threading.Thread(target=lambda: found.extend([threading.get_ident(), *execute(CHAIN, ["b"], "threads", 2)]))
    thread.start()
    thread.join(60)
    assert found[1] == (found[0], found[0]) != (here, here)


def test_brief_tasks_that_can_run_together_and_tasks_that_are_not_brief_run_in_the_pool():
    here = threading.get_ident()
    together = {name: Task(tasks.in_thread, (name,), brief=True) for name in "ab"}
    assert here not in {thread for _, thread in execute(together, ["a", "b"], "threads", 2)}
    assert execute({"a": Task(threading.get_ident)}, ["a"], "threads", 2) != [here]


def test_every_task_runs_in_the_users_executor():
    with ThreadPoolExecutor(1) as executor:
        assert execute(CHAIN, ["b"], executor) == [(executor.submit(threading.get_ident).result(),) * 2]


def test_every_task_runs_in_a_process_where_one_is_asked_for():
    graph = {"a": Task(os.getpid, brief=True)}
    assert execute(graph, ["a"], "processes", 2) != [os.getpid()]


@pytest.mark.parametrize("scheduler", ["sync", "threads"])
def test_idle_workers_hold_nothing(held, scheduler):
    execute({"a": Task(Held), "b": Task(tasks.length, ([Ref("a")],))}, ["b"], scheduler, 2)
    deadline = time.monotonic() + 60
    while held.alive and time.monotonic() < deadline:
        time.sleep(0.01)
    assert held.alive == 0


def test_an_error_does_not_hold_the_results(held):
    graph = {"a": Task(Held), "b": Task(Held), "c": Task(tasks.fail_after, (0.1, "no"))}
    with pytest.raises(ZeroDivisionError) as caught:
        execute(graph, ["a", "b", "c"], "threads", 3)
    gc.collect()
    assert caught.value.__traceback__ is not None
    assert held.alive == 0


@pytest.mark.parametrize("scheduler", ["sync", "threads"])
def test_the_error_is_the_very_object_that_the_task_raised(scheduler):
    raised = OSError("mine")

    def task():
        raise raised

    with pytest.raises(OSError, match="mine") as caught:
        execute({"a": Task(task)}, ["a"], scheduler)
    assert caught.value is raised
    assert raised.__notes__ == ["in task task"]
