"""What each step of a scan took, and how many rows came out of it: measured always, since it costs so little a batch.

A `Stopwatch` runs in one task. Its `Laps` travel with the `Part` that the task hands on, and are added up where
parts are combined; so they arrive wherever the task ran.

    lap  0           1           2 ...
         reading     predicate   of each pipeline: its steps, and its sink

See docs/decisions/0061-scans-are-always-timed.md.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

from lazyframe.frozen import frozen

READING = 0
PREDICATE = 1
FIRST_STEP = 2


@frozen
class Laps:
    """What some tasks of one scan took.

    Parameters
    ----------
    seconds : tuple of float
        One a lap. Reading includes the predicate.
    rows : tuple of int
        How many came out of each: of reading, those that passed the predicate; of a sink none.
    read : int
        How many bytes of files were looked at, whole partitions.
    """

    seconds: tuple[float, ...]
    rows: tuple[int, ...]
    read: int

    def __add__(self, other: Laps) -> Laps:
        return Laps(
            tuple(a + b for a, b in zip(self.seconds, other.seconds, strict=True)),
            tuple(a + b for a, b in zip(self.rows, other.rows, strict=True)),
            self.read + other.read,
        )


def total(found: Sequence[Laps | None]) -> Laps | None:
    """All that parts of one scan took; None where nothing was read, or where the parts are of different scans."""
    known = [laps for laps in found if laps is not None]
    return sum(known[1:], known[0]) if len({len(laps.seconds) for laps in known}) == 1 else None


class Stopwatch:
    """Runs while a task does; each `lap` is the time since the one before."""

    def __init__(self, laps: int) -> None:
        self._seconds = [0.0] * laps
        self._rows = [0] * laps
        self._last = time.perf_counter()

    def lap(self, position: int, rows: int = 0) -> None:
        now = time.perf_counter()
        self._seconds[position] += now - self._last
        self._rows[position] += rows
        self._last = now

    def stop(self, predicate: float, read: int) -> Laps:
        """What has been measured; how long the predicate took is known to itself."""
        self._seconds[PREDICATE] = predicate
        return Laps(tuple(self._seconds), tuple(self._rows), read)
