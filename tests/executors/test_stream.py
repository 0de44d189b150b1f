from __future__ import annotations

import executor_tasks as tasks
import pytest

from lazyframe.executors import execute, stream
from lazyframe.graph import Ref, Task


def chained(count):
    """Each key needs a value of its own, and one that is handed on from key to key."""
    graph = {}
    for n in range(count):
        graph[f"own{n}"] = Task(tasks.same, (n,))
        graph[f"sum{n}"] = Task(tasks.add, (Ref(f"own{n}"), *([Ref(f"sum{n - 1}")] if n else [])))
        graph[f"out{n}"] = Task(tasks.add, (Ref(f"own{n}"), Ref(f"sum{n}"), Ref("all")))
    graph["all"] = Task(tasks.same, (1000,))
    return graph, [f"out{n}" for n in range(count)]


@pytest.mark.parametrize("width", [1, 2, 3, 7, 50])
def test_results_and_every_task_once(width):
    ran = []

    def counting(graph, keys):
        def noted(key, task):
            def call(*arguments):
                ran.append(key)
                return task.function(*arguments)

            return Task(call, task.arguments)

        return execute({key: noted(key, task) for key, task in graph.items()}, keys, "sync")

    graph, keys = chained(7)
    assert list(stream(graph, keys, counting, width)) == [1000 + n + n * (n + 1) // 2 for n in range(7)]
    assert {key: ran.count(key) for key in graph if key.startswith(("own", "out"))} == dict.fromkeys(
        [key for key in graph if key.startswith(("own", "out"))], 1
    )


def test_a_slow_consumer_holds_up_the_work():
    started = []
    graph = {str(n): Task(started.append, (n,)) for n in range(10)}
    results = stream(graph, list(graph), lambda graph, keys: execute(graph, keys, "sync"), 2)
    next(results)
    next(results)
    assert started == [0, 1]
    next(results)
    assert started == [0, 1, 2, 3]
    results.close()


def test_nothing():
    assert list(stream({}, [], execute, 3)) == []
