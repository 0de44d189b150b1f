"""What the tasks of the latest runs took, so that a picture drawn after a run can tell.

Keys carry the content hash of what they compute, so that a task is found again by its key alone.
"""

from __future__ import annotations

from collections import deque

from lazyframe.executors import End, Start, Watcher, inside_task, listeners

_TASKS = 10_000  # of a larger run nothing is kept: its picture shows kinds of tasks, and memory is for data
_RUNS = 8
_latest: deque[dict[str, End]] = deque(maxlen=_RUNS)


class _Keep(Watcher):
    def __init__(self, ends: dict[str, End]) -> None:
        self._ends = ends

    def task_finished(self, end: End) -> None:
        self._ends[end.key] = end


def _listen(start: Start) -> Watcher | None:
    if inside_task() or len(start.keys) > _TASKS:
        return None
    ends: dict[str, End] = {}
    _latest.append(ends)
    return _Keep(ends)


listeners.append(_listen)


def end_of(key: str) -> End | None:
    """How the task of this key went when it was last run; None where that is not known."""
    return next((ends[key] for ends in reversed(_latest) if key in ends), None)
