"""Tasks of ours as Dask's, and what several of them are given: sent once."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from typing import Any

from lazyframe.graph import Graph, Ref, Task
from lazyframe.tree import token

SHARED = 1000
"""An argument of several tasks that has more bytes than this as a pickle is sent once, and not with each of them."""


class Held:
    """A result that stays on a cluster: an argument of tasks of later graphs, which run where it is."""

    def __init__(self, future: Any) -> None:
        self.future = future

    def value(self) -> Any:
        """The result itself, fetched.

        Raises
        ------
        RuntimeError
            The Client that held it is closed.
        """
        if self.future.client.status not in ("running", "connecting"):
            raise RuntimeError("these rows were kept on a cluster whose Client has been closed: call persist() again.")
        return self.future.result()

    def __reduce__(self) -> Any:
        return _given, (self.value(),)  # to whom the cluster is not known


def _given(value: Any) -> Any:
    return value


Make = Callable[[str, Task, tuple[str, ...]], Callable[..., Any]]
"""Makes of a key, its task, and the keys of the results it takes what Dask will call with these results."""


def translate(graph: Graph, keys: Collection[str], run_id: str | None, make: Make) -> tuple[dict[Any, Any], dict[str, Any]]:
    """The tasks of `keys` as Dask's, and the name there of each key.

    Parameters
    ----------
    graph : dict of str to Task
        Where `keys` are.
    keys : collection of str
        What is to be run, with all that it needs.
    run_id : str or None
        Makes the names different from those of any other run; without it equal tasks of several graphs have one name.
    make : callable
        `Call.telling`, or `Passing`.
    """
    from dask._task_spec import Task as DaskTask
    from dask._task_spec import TaskRef

    shared = _shared([graph[key] for key in keys])
    references = {identity: f"\0shared{number}" for number, identity in enumerate(shared)}
    names: dict[str, Any] = {}
    for number, (identity, value) in enumerate(shared.items()):
        names[references[identity]] = (f"shared-{run_id}", number) if run_id else f"shared-{token(value)}"
    there = [argument for key in keys for argument in graph[key].arguments if isinstance(argument, Held)]
    for number, held in enumerate(there):
        references[id(held)] = f"\0held{number}"
        names[references[id(held)]] = held.future.key
    for number, key in enumerate(keys):
        task = graph[key]
        place = (task.partition,) if task.partition else ()
        names[key] = (f"{task.stage}-{run_id}", number, *place) if run_id else key
    tasks = {
        names[references[identity]]: DaskTask(names[references[identity]], _Constant(value)) for identity, value in shared.items()
    }
    for key in keys:
        task = graph[key]
        arguments = tuple(Ref(references[id(a)]) if id(a) in references else a for a in task.arguments)
        small = replace(task, arguments=arguments)
        taken = tuple(small.dependencies())
        tasks[names[key]] = DaskTask(names[key], make(key, small, taken), *(TaskRef(names[other]) for other in taken))
    return tasks, names


def _shared(tasks: Sequence[Task]) -> dict[int, Any]:
    """The larger arguments that several tasks are given, by `id`."""
    seen: dict[int, Any] = {}
    again: dict[int, Any] = {}
    for task in tasks:
        for argument in task.arguments:
            if type(argument) in (Ref, Held, str, int, float, bool, type(None)):
                continue
            (again if id(argument) in seen else seen)[id(argument)] = argument
    return {identity: value for identity, value in again.items() if not Task(len, (value,)).dependencies() and _is_large(value)}


def _is_large(value: Any) -> bool:
    try:
        return len(pickle.dumps(value, 5)) > SHARED
    except Exception:  # what only cloudpickle can send goes with each task
        return False


class _Constant:
    """A task that gives a value."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self) -> Any:
        return self.value

    def __dask_tokenize__(self) -> Any:
        return id(self)
