"""Executors: whatever runs a task graph. They know nothing of frames and run any graph.

    graph.py      what is run                    pools.py      calls at once, in threads, in the user's executor
    local.py      the loop over all pools        processes.py  calls in worker processes
    _worker.py    the worker's side of both     events.py     what listeners are told

`execute` is the door. A scheduler's name is looked up in `POOLS`; a pool stays warm for the next query, since
threads and above all processes with their imports are dear to start.
"""

from __future__ import annotations

import atexit
import os
import threading
from collections.abc import Callable, Iterable
from typing import Any

from lazyframe import config
from lazyframe.executors._worker import Cancelled, checkpoint, inside_task
from lazyframe.executors.events import End, Listener, Start, Watcher, listeners
from lazyframe.executors.local import Pool, run
from lazyframe.executors.pools import ExecutorPool, SyncPool, ThreadPool, available_cores
from lazyframe.executors.processes import ProcessPool, WorkerDiedError
from lazyframe.graph import Graph

__all__ = [
    "POOLS",
    "Cancelled",
    "End",
    "Listener",
    "Start",
    "Watcher",
    "WorkerDiedError",
    "available_cores",
    "checkpoint",
    "close",
    "execute",
    "inside_task",
    "listeners",
]

POOLS: dict[str, Callable[[int], Pool]] = {
    "sync": lambda num_workers: SyncPool(),
    "threads": ThreadPool,
    "processes": ProcessPool,
}
"""What makes a pool of so many workers; the names are those that `config.SCHEDULERS` leads to."""

_warm: dict[tuple[str, int], Pool] = {}
_lock = threading.Lock()


def execute(graph: Graph, keys: Iterable[str], scheduler: Any = None, num_workers: int | None = None) -> list[Any]:
    """Run the tasks that `keys` need, and return the results of `keys`.

    Called inside a task, it runs its tasks one by one in that task's thread: waiting there for a free worker could
    wait for ever.

    Parameters
    ----------
    graph : dict of str to Task
        The tasks.
    keys : iterable of str
        Which results are wanted.
    scheduler : str or concurrent.futures.Executor, optional
        ``"threads"`` (the default), ``"processes"``, ``"sync"``, or an executor of the user's. None takes the
        setting ``scheduler``.
    num_workers : int, optional
        How many tasks run at one time. None takes the setting ``num_workers``, which is one a core.

    Returns
    -------
    list
        One result a key, in the order of `keys`.

    Raises
    ------
    ValueError
        There is no such scheduler, `num_workers` is less than 1, or the graph has a cycle.
    KeyError
        A key that no task makes.
    WorkerDiedError
        A worker process was killed or crashed.
    BaseException
        Whatever a task raises, with a note that names the task.

    Examples
    --------
    >>> from lazyframe.graph import Ref, Task
    >>> graph = {"a": Task(int, ("20",)), "b": Task(max, ([Ref("a"), 3],))}
    >>> execute(graph, ["b", "a"])
    [20, 20]
    """
    name, pool = _pool(scheduler, num_workers)
    return run(graph, list(keys), pool, name)


def _pool(scheduler: Any, num_workers: int | None) -> tuple[str, Pool]:
    kind = config.get("scheduler", "threads") if scheduler is None else config.parse_scheduler(scheduler)
    workers = config.get("num_workers") if num_workers is None else config.parse_num_workers(num_workers)
    if inside_task():
        return "sync", SyncPool()
    if not isinstance(kind, str):
        return "executor", ExecutorPool(kind, workers)
    name = (kind, workers or available_cores())
    with _lock:
        if name not in _warm:
            _warm[name] = POOLS[kind](name[1])
        return kind, _warm[name]


def close() -> None:
    """End the threads and processes that wait for the next query; it starts new ones.

    Queries that are running in other threads are cancelled. It is called when the program ends.

    Examples
    --------
    >>> close()
    """
    with _lock:
        pools = list(_warm.values())
        _warm.clear()
    for pool in pools:
        pool.close()


def _forget() -> None:
    """In a forked child there are no threads, and the processes are the parent's: start afresh."""
    global _lock
    _lock = threading.Lock()
    _warm.clear()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
