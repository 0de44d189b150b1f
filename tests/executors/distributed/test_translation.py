"""Tasks of ours as Dask's, run by a scheduler of Dask's own that needs no cluster."""

from __future__ import annotations

import pickle
import types

import pytest

dask = pytest.importorskip("dask")

from lazyframe.executors.distributed.tasks import Passing  # noqa: E402
from lazyframe.executors.distributed.translation import SHARED, Held, translate  # noqa: E402
from lazyframe.graph import Ref, Task  # noqa: E402

LARGE = list(range(SHARED))
"""More bytes than are sent with each task."""


def make(key, task, taken):
    return Passing(task, taken, KeyError)


def run(graph, wanted, run_id="7"):
    tasks, names = translate(graph, list(graph), run_id, make)
    return dask.get(tasks, [names[key] for key in wanted]), tasks, names


def total(*values):
    return sum(sum(value) if isinstance(value, list) else value for value in values)


def test_a_graph_gives_what_it_gave():
    graph = {
        "a": Task(int, ("20",)),
        "b": Task(max, ([Ref("a"), 3],)),
        "c": Task(total, (Ref("a"), [Ref("b"), 1], Ref("a"))),
    }
    assert list(run(graph, ["c", "a"])[0]) == [61, 20]


def test_names_say_what_is_done_and_to_what():
    graph = {"k": Task(total, (1,), "scan", "a.csv[0:1]"), "m": Task(total, (Ref("k"),))}
    _, names = translate(graph, ["k", "m"], "7", make)
    assert names == {"k": ("scan-7", 0, "a.csv[0:1]"), "m": ("total-7", 1)}
    _, other = translate(graph, ["k", "m"], "8", make)
    assert not set(names.values()) & set(other.values())


def test_without_a_run_equal_tasks_of_several_graphs_have_one_name():
    graph = {"k": Task(total, (LARGE,)), "m": Task(total, (LARGE, Ref("k")))}
    tasks, names = translate(graph, ["k", "m"], None, make)
    again, _ = translate(graph, ["k", "m"], None, make)
    assert names["k"] == "k"
    assert set(tasks) == set(again)


def test_only_what_is_asked_for_is_translated():
    graph = {"a": Task(total, (1,)), "b": Task(total, (2,))}
    tasks, names = translate(graph, ["b"], "7", make)
    assert list(tasks) == [("total-7", 0)]
    assert names == {"b": ("total-7", 0)}


def test_a_large_argument_of_several_tasks_is_a_task_of_its_own():
    graph = {str(number): Task(total, (LARGE, number)) for number in range(9)}
    results, tasks, _ = run(graph, list(graph))
    assert list(results) == [sum(LARGE) + number for number in range(9)]
    assert [key for key in tasks if key[0] == "shared-7"] == [("shared-7", 0)]
    assert len(pickle.dumps(tasks[("total-7", 3)])) < len(pickle.dumps(LARGE)) / 2


@pytest.mark.parametrize(
    "arguments",
    [
        [(LARGE,), (list(LARGE),)],  # equal, and not the same
        [([1, 2],), ([1, 2],)],
        [("x" * 5000,), ("x" * 5000,)],
        [(LARGE,), (1,)],
    ],
)
def test_what_is_small_or_of_one_task_goes_with_it(arguments):
    shared = [1, 2]
    graph = {str(number): Task(len, one) for number, one in enumerate(arguments)}
    graph["small"] = Task(len, (shared,))
    graph["small too"] = Task(len, (shared,))
    tasks, _ = translate(graph, list(graph), "7", make)
    assert len(tasks) == len(graph)


def test_what_holds_a_result_or_cannot_be_pickled_goes_with_each_task():
    waiting = [*LARGE, Ref("a")]
    local = types.SimpleNamespace(call=lambda: 1, data=LARGE)
    graph = {"a": Task(total, (1,)), "b": Task(total, (waiting,)), "c": Task(total, (waiting,))}
    results, tasks, _ = run(graph, ["b", "c"])
    assert list(results) == [sum(LARGE) + 1] * 2
    assert len(tasks) == 3
    graph = {key: Task(id, (local,)) for key in "ab"}
    assert len(translate(graph, list(graph), "7", make)[0]) == 2


class Future:
    """What a Client holds on to."""

    def __init__(self, status="running"):
        self.key = "kept-rows"
        self.client = types.SimpleNamespace(status=status)

    def result(self):
        return "the rows"


def test_what_stays_on_the_cluster_is_named_there():
    held = Held(Future())
    taken_by = {}

    def made(key, task, taken):
        taken_by[key] = (task.arguments, taken)
        return Passing(task, taken, KeyError)

    tasks, names = translate({"a": Task(total, (held, 1)), "b": Task(total, (held,))}, ["a", "b"], "7", made)
    assert len(tasks) == 2  # nothing is sent
    assert tasks[names["a"]].dependencies == {"kept-rows"}
    (reference, one), taken = taken_by["a"]
    assert (one, taken) == (1, (reference.key,))


def test_what_stays_is_fetched_for_whoever_does_not_know_the_cluster():
    held = Held(Future())
    assert held.value() == "the rows"
    assert pickle.loads(pickle.dumps(held)) == "the rows"
    with pytest.raises(RuntimeError, match=r"whose Client has been closed: call persist\(\) again"):
        Held(Future("closed")).value()
