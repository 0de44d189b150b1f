"""One run written down: what each task took, and how many results were held at one time."""

from __future__ import annotations

import time
from collections.abc import Sequence

from lazyframe.diagnostics.query import current_query
from lazyframe.executors import End, Start, Watcher
from lazyframe.tree import Node


class Recording(Watcher):
    """What happened in one run.

    A result counts as held from the end of its task to the end of the last task that takes it.

    Attributes
    ----------
    start : Start
        The graph, its keys, the scheduler.
    plans : sequence of Node
        The plans that are run, optimized; none where a graph was run by itself.
    ends : list of End
        The tasks that have ended, in that order.
    began, finished : float
        In `time.perf_counter` seconds; `finished` is 0 while it goes on.
    error : BaseException or None
        What ended it early.
    peak_results, peak_bytes : int
        The most results that were held at one time, and the most bytes in results.
    spilled : int
        The bytes that were on disk when it was over, of rows that had to meet and did not fit into memory.
    """

    sizes = True

    def __init__(self, start: Start) -> None:
        self.start = start
        self._query = current_query()
        self.plans: Sequence[Node] = tuple(self._query.plans)
        self.ends: list[End] = []
        self.began = time.perf_counter()
        self.finished = 0.0
        self.error: str | None = None
        self.peak_results = self.peak_bytes = self.spilled = 0
        self._takes = {key: start.graph[key].dependencies() for key in start.keys}
        self._uses = dict.fromkeys(start.keys, 0)
        for taken in self._takes.values():
            for key in taken:
                self._uses[key] += 1
        self._held: dict[str, int] = {}
        self._bytes = 0

    @property
    def seconds(self) -> float:
        """How long it took, so far."""
        return (self.finished or time.perf_counter()) - self.began

    def task_finished(self, end: End) -> None:
        self.ends.append(end)
        self._held[end.key] = end.nbytes
        self._bytes += end.nbytes
        self.peak_results = max(self.peak_results, len(self._held))
        self.peak_bytes = max(self.peak_bytes, self._bytes)
        for key in self._takes[end.key]:
            self._uses[key] -= 1
            if not self._uses[key]:
                self._bytes -= self._held.pop(key, 0)

    def run_finished(self, error: BaseException | None) -> None:
        self.finished = time.perf_counter()
        self.spilled = self._query.spilled()
        self.error = None if error is None else f"{type(error).__name__}: {error}"
