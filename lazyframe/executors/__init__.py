"""Executors: whatever runs a task graph. They know nothing of frames and run any graph.

    graph.py      what is run                    pools.py      calls at once, in threads, in the user's executor
    local.py      the loop over all pools        processes.py  calls in worker processes
    _worker.py    the worker's side of both      events.py     what listeners are told
    stream.py     results one after another, in bounded memory
    distributed/     the same graph handed to a cluster, whose own scheduler takes the place of the loop

`execute` is the door. A scheduler's name is looked up in `POOLS`; a pool stays warm for the next query, since
threads and above all processes with their imports are dear to start.

See docs/decisions/0065-a-watcher-a-run.md.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Collection, Iterable
from typing import Any

from lazyframe import config
from lazyframe.documented import said_by
from lazyframe.executors import distributed
from lazyframe.executors._worker import Cancelled, checkpoint, inside_task
from lazyframe.executors.distributed import Held, VersionMismatchError
from lazyframe.executors.errors import OutOfMemoryError, located
from lazyframe.executors.events import End, Listener, Start, Watcher, listeners
from lazyframe.executors.local import Pool, run
from lazyframe.executors.pools import ExecutorPool, SyncPool, ThreadPool, available_cores
from lazyframe.executors.processes import ProcessPool, WorkerDiedError
from lazyframe.executors.stream import stream
from lazyframe.graph import Graph
from lazyframe.notices import warn

__all__ = [
    "POOLS",
    "Cancelled",
    "End",
    "Held",
    "Listener",
    "OutOfMemoryError",
    "Start",
    "VersionMismatchError",
    "Watcher",
    "WorkerDiedError",
    "available_cores",
    "available_slots",
    "checkpoint",
    "close",
    "execute",
    "inside_task",
    "is_cluster",
    "listeners",
    "located",
    "stream",
]

POOLS: dict[str, Callable[[int], Pool]] = {
    "sync": lambda num_workers: SyncPool(),
    "threads": ThreadPool,
    "processes": ProcessPool,
}
"""What makes a pool of so many workers; the names are those that `config.SCHEDULERS` leads to."""

_warm: dict[tuple[str, int], Pool] = {}
_lock = threading.RLock()  # a collection of garbage may come in between, and run a `__del__` that computes


def execute(
    graph: Graph, keys: Iterable[str], scheduler: Any = None, num_workers: int | None = None, held: Collection[str] = ()
) -> list[Any]:
    """Run the tasks that `keys` need, and return the results of `keys`.

    Called inside a task, or in a thread of the very executor that is to run it, it runs its tasks one by one in that
    thread: waiting there for a free worker could wait for ever.

    Parameters
    ----------
    graph : dict of str to Task
        The tasks.
    keys : iterable of str
        Which results are wanted.
    scheduler : str, concurrent.futures.Executor or distributed.Client, optional
        ``"threads"``, ``"processes"``, ``"sync"``, ``"distributed"``, or an executor or Client of the user's. None takes
        the setting ``scheduler``, which is a Client while one is alive, and else threads.
    num_workers : int, optional
        How many tasks run at one time. None takes the setting ``num_workers``, which is one a core. A cluster has as
        many as it has, whatever is given here.
    held : collection of str
        Those of `keys` whose results are to stay where they are: from a cluster they come as `Held`.

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
        A worker process was killed or crashed, and so did one when the tasks were run a second time. The first time
        is a `RuntimeWarning`.
    RuntimeError
        The interpreter is ending: threads and processes can no longer be started.
    BaseException
        Whatever a task raises, with a note that names the task.

    Examples
    --------
    >>> from lazyframe.graph import Ref, Task
    >>> graph = {"a": Task(int, ("20",)), "b": Task(max, ([Ref("a"), 3],))}
    >>> execute(graph, ["b", "a"])
    [20, 20]
    """
    if sys.is_finalizing():
        raise RuntimeError(
            "the interpreter is ending, and nothing can be computed any more: compute before the last line of the program, and "
            "not in a __del__ that is called behind it."
        )
    wanted = list(keys)
    kind = config.get("scheduler", None) if scheduler is None else config.parse_scheduler(scheduler)
    workers = config.get("num_workers") if num_workers is None else config.parse_num_workers(num_workers)
    client = None if inside_task() else _client(kind)
    if client is not None:
        return distributed.run(graph, wanted, client, held)
    name, pool = _pool(kind or "threads", workers)
    try:
        return run(graph, wanted, pool, name)
    except WorkerDiedError as died:
        warn(f"{said_by(died)} The query is run again, once.", RuntimeWarning)
    try:
        return run(graph, wanted, pool, name)
    except WorkerDiedError as died:
        died.add_note("a worker process had died before, and the query was run a second time")
        raise


def _client(kind: Any) -> Any:
    """The Client whose cluster is to do the work; None where pools of this machine are."""
    if kind is None:
        return distributed.live_client()
    if distributed.is_client(kind):
        return kind
    if kind != "distributed":
        return None
    client = distributed.live_client()
    if client is None:
        raise ValueError("scheduler='distributed' needs a Client: from lazyframe.distributed import Client; client = Client()")
    return client


def _pool(kind: Any, workers: int | None) -> tuple[str, Pool]:
    if inside_task():
        return "sync", SyncPool()
    if not isinstance(kind, str):
        if _is_worker_of(kind):
            return "sync", SyncPool()
        return "executor", ExecutorPool(kind, workers)
    name = (kind, workers or available_cores())
    with _lock:
        if name not in _warm:
            _warm[name] = POOLS[kind](name[1])
        return kind, _warm[name]


def _is_worker_of(executor: Any) -> bool:
    """Whether this thread is one of the executor's own, as far as a `ThreadPoolExecutor` can tell."""
    with getattr(executor, "_shutdown_lock", None) or contextlib.nullcontext():  # held until a new thread is in the set
        return threading.current_thread() in getattr(executor, "_threads", ())


def available_slots(scheduler: Any = None, num_workers: int | None = None) -> int:
    """How many tasks `execute` would run at one time.

    Examples
    --------
    >>> available_slots("threads", 3), available_slots("sync")
    (3, 1)
    """
    kind = config.get("scheduler", None) if scheduler is None else config.parse_scheduler(scheduler)
    workers = config.get("num_workers") if num_workers is None else config.parse_num_workers(num_workers)
    client = None if inside_task() else _client(kind)
    return distributed.slots(client) if client is not None else _pool(kind or "threads", workers)[1].num_workers


def is_cluster(scheduler: Any = None) -> bool:
    """Whether `execute` would hand a graph to a cluster, whose workers share nothing with this process.

    Examples
    --------
    >>> is_cluster("threads")
    False
    """
    kind = config.get("scheduler", None) if scheduler is None else config.parse_scheduler(scheduler)
    return not inside_task() and _client(kind) is not None


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
    _lock = threading.RLock()
    _warm.clear()


atexit.register(close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
