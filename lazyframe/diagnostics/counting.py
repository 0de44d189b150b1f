"""How far a run is: counted by a watcher, in the thread of the run, and read by whoever shows it, in another."""

from __future__ import annotations

import time
from typing import NamedTuple

from lazyframe.executors import End, Start, Watcher

_AFTER = 0.05
"""The part of a run that merging and finishing are taken for, after the reading."""


class Snapshot(NamedTuple):
    """How far a run is."""

    label: str
    tasks: int
    all_tasks: int
    nbytes: int
    all_bytes: int
    elapsed: float
    reads: int = 0  # of the tasks those that read bytes
    all_reads: int = 0

    @property
    def fraction(self) -> float:
        """How much is done, from 0 to 1: of the bytes, where any are read, and of the tasks after that; 1 only when all are."""
        if self.tasks == self.all_tasks:
            return 1.0
        if not self.all_bytes:
            return self.tasks / self.all_tasks
        read, after = self.nbytes / self.all_bytes, self.all_tasks - self.all_reads
        if not self.all_reads or not after:
            return min(read, 0.99)
        return min((1 - _AFTER) * read + _AFTER * (self.tasks - self.reads) / after, 0.99)

    @property
    def is_merging(self) -> bool:
        """Whether all is read, and what is left is to put it together."""
        return 0 < self.all_reads == self.reads and self.tasks < self.all_tasks

    @property
    def facts(self) -> str:
        """For people: ``14/38 tasks, 0.5/1.2 GB, 310 MB/s, 3 s left``."""
        facts = [f"{self.tasks:,}/{self.all_tasks:,} tasks"]
        if self.all_bytes:
            size, unit = next(((s, u) for s, u in _UNITS if self.all_bytes >= s), (1, "bytes"))
            facts.append(f"{self.nbytes / size:.3g}/{self.all_bytes / size:.3g} {unit}")
            facts.append(f"{self.nbytes / 1e6 / max(self.elapsed, 1e-3):,.0f} MB/s")
        if self.tasks == self.all_tasks:
            facts.append(f"{_duration(self.elapsed)}")
        elif self.is_merging:
            facts.append("merging")
        elif 0 < self.fraction < 1:
            facts.append(f"{_duration(self.elapsed / self.fraction - self.elapsed)} left")
        return ", ".join(facts)


_UNITS = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def _duration(seconds: float) -> str:
    if seconds < 0.95:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Counting(Watcher):
    """Counts what is done in one run.

    Attributes
    ----------
    label : str
        What most of the work is.
    began, finished : float
        In `time.perf_counter` seconds; `finished` is 0 while it goes on.
    """

    def __init__(self, start: Start) -> None:
        self._graph = start.graph
        self.label = _label(start)
        self._all_tasks = len(start.keys)
        self._all_bytes = sum(start.graph[key].nbytes for key in start.keys)
        self._all_reads = sum(start.graph[key].nbytes > 0 for key in start.keys)
        self._tasks = self._nbytes = self._reads = 0
        self.began = time.perf_counter()
        self.finished = 0.0

    def task_finished(self, end: End) -> None:
        self._tasks += 1
        self._nbytes += self._graph[end.key].nbytes
        self._reads += self._graph[end.key].nbytes > 0

    def run_finished(self, error: BaseException | None) -> None:
        self.finished = time.perf_counter()
        self._graph = {}

    def snapshot(self) -> Snapshot:
        """How far it is now."""
        elapsed = (self.finished or time.perf_counter()) - self.began
        counts = self._tasks, self._all_tasks, self._nbytes, self._all_bytes
        return Snapshot(self.label, *counts, elapsed, self._reads, self._all_reads)


def _label(start: Start) -> str:
    """What most of the work is: the stage that reads most, or has most tasks."""
    weights: dict[str, tuple[int, int]] = {}
    for key in start.keys:
        task = start.graph[key]
        nbytes, count = weights.get(task.stage, (0, 0))
        weights[task.stage] = nbytes + task.nbytes, count + 1
    label = max(weights, key=lambda stage: weights[stage], default="")
    return label if len(label) <= 32 else label[:31] + "…"
