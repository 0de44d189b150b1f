"""What executors tell of a run while it goes on: the contract with progress bars, profiles and pictures.

A listener is a function. It is called with the `Start` of each run, and gives back a `Watcher` that is told of the
tasks of that run alone, or None where the run is of no interest; so two runs at one time cannot be mixed up.

    listeners --- Start ---> Watcher       task_started   a pool has room for the task, and is given it
                                           task_finished  an `End`: who ran it, when, how large the result is
                                           run_finished   always; with the error where there was one

Whoever runs graphs makes one `Watchers` a run and calls its four methods. All are called in the thread that called
`execute`, never at one time. They come between tasks, so a watcher has to be quick, and may not raise.

See docs/decisions/0065-a-watcher-a-run.md.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Collection
from typing import Any, NamedTuple

from lazyframe.graph import Graph


class Start(NamedTuple):
    """A run that begins.

    Parameters
    ----------
    graph : dict of str to Task
        Where `keys` are.
    keys : collection of str
        The tasks that will be run, each after what it needs.
    scheduler : str
        ``"sync"``, ``"threads"``, ``"processes"``, ``"distributed"``, or ``"executor"``: the user's own.
    num_workers : int
        How many tasks run at one time.
    """

    graph: Graph
    keys: Collection[str]
    scheduler: str
    num_workers: int


class End(NamedTuple):
    """A task that has ended well.

    Parameters
    ----------
    key : str
        Which one.
    worker : str
        Who ran it: ``thread-0``, ``process-1``, an address of a cluster, or the ``caller`` itself. One worker runs one task at
        a time.
    start, stop : float
        When, in seconds of this process's `time.perf_counter`; an executor elsewhere translates its clock.
    nbytes : int
        The bytes of its result in memory; 0 where nobody has asked for them.
    """

    key: str
    worker: str
    start: float
    stop: float
    nbytes: int = 0


class Watcher:
    """Is told what happens in one run; override what is of interest."""

    sizes = False
    """Whether it needs `End.nbytes`, which take time to find out."""

    def task_started(self, key: str) -> None:
        """A task has been handed to a pool that has room for it."""

    def task_finished(self, end: End) -> None:
        """A task has ended well."""

    def run_finished(self, error: BaseException | None) -> None:
        """The run is over: well, or by this error, which is going to be raised."""


Listener = Callable[[Start], Watcher | None]

listeners: list[Listener] = []
"""Whoever is in this list when a run begins is told of it."""


class Watchers:
    """The watchers of one run, as one."""

    def __init__(self, start: Start) -> None:
        found = (listener(start) for listener in tuple(listeners))
        self._watchers = tuple(watcher for watcher in found if watcher is not None)
        self._sizes = any(watcher.sizes for watcher in self._watchers)

    def __bool__(self) -> bool:
        """Whether anybody listens: what costs time to find out is found out only then."""
        return bool(self._watchers)

    def task_started(self, key: str) -> None:
        """To be called when a task is handed to a worker."""
        for watcher in self._watchers:
            watcher.task_started(key)

    def task_finished(self, key: str, worker: str, start: float, stop: float, result: Any = None, nbytes: int = 0) -> None:
        """To be called when a task has ended well, with its result, or with the `nbytes` of a result that is elsewhere."""
        if self._watchers:
            end = End(key, worker, start, stop, (nbytes or sizeof(result)) if self._sizes else 0)
            for watcher in self._watchers:
                watcher.task_finished(end)

    def run_finished(self, error: BaseException | None = None) -> None:
        """To be called when the run is over, whatever ended it."""
        for watcher in self._watchers:
            watcher.run_finished(error)


def sizeof(value: Any) -> int:
    """The bytes that a value holds: its ``nbytes`` where it has them, else of what containers and dataclasses hold.

    Examples
    --------
    >>> import numpy as np
    >>> sizeof([np.zeros(1000), np.zeros(1000)]) > 16_000
    True
    """
    nbytes = getattr(value, "nbytes", None)
    if isinstance(nbytes, int):
        return nbytes
    if hasattr(value, "memory_usage"):  # a pandas object
        usage = value.memory_usage()
        return int(usage.sum() if hasattr(usage, "sum") else usage)
    size = sys.getsizeof(value)
    if isinstance(value, (list, tuple, set, frozenset)):
        size += sum(map(sizeof, value))
    elif isinstance(value, dict):
        size += sum(map(sizeof, value.values()))
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        size += sum(sizeof(getattr(value, field.name)) for field in dataclasses.fields(value))
    return size
