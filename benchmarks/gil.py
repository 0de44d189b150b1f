"""How long a query of lazyframe holds the GIL, which only one thread of a process can have at one time.

The method: the query runs with ``scheduler="sync"``, all in one thread, while a second thread, the probe, counts in pure
Python. The probe wants the GIL all the time, and uses a core only while it has it. So the time in which the probe does
not run (its elapsed time less its CPU time) is the time in which the query holds the GIL, plus that of handing the GIL
over. That time is divided by what the query takes when it runs alone: the probe makes the query itself wait for the
GIL, which takes time but is not held time.

The figure is an upper bound: handing over is counted in, and so is any other load that keeps the probe from a core. That
is why the least of several measurements counts. Two loads of known share say how far off it is: a loop in pure Python,
which holds the GIL all the time, and SHA-256 over a large buffer, which does not hold it. (Taking off the time for which
Linux says that the probe waited for a core would not help: a thread that waits for the GIL wakes up now and then to ask
for it, and so waits for a core and for the GIL at the same time.)
"""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

INTERVAL = 0.0005
"""Seconds after which a thread that wants the GIL asks for it. Python's own 5 ms would make the query wait too long."""

TIMES = 5
"""How often each load is measured; the least counts."""


class Probe(threading.Thread):
    """Wants the GIL all the time; `waited` is how many seconds it did not get it."""

    def __init__(self) -> None:
        super().__init__(name="gil-probe", daemon=True)
        self.started = threading.Event()
        self.stopping = False
        self.waited = 0.0

    def run(self) -> None:
        """Count until told to stop."""
        self.started.set()
        start, used = time.perf_counter(), time.thread_time()
        count = 0
        while not self.stopping:
            count += 1
        self.waited = (time.perf_counter() - start) - (time.thread_time() - used)


def held_share(load: Callable[[], Any]) -> float:
    """The share of its time for which `load` holds the GIL, 0 to 1.

    Parameters
    ----------
    load : callable
        What is measured. It is called twice: alone, and beside the probe.
    """
    start = time.perf_counter()
    load()
    alone = time.perf_counter() - start
    before = sys.getswitchinterval()
    sys.setswitchinterval(INTERVAL)
    probe = Probe()
    try:
        probe.start()
        probe.started.wait()
        load()
        probe.stopping = True
        probe.join()
    finally:
        probe.stopping = True
        sys.setswitchinterval(before)
    return min(1.0, probe.waited / alone)


def python_loop() -> int:
    """A load that never lets go of the GIL."""
    count = 0
    for number in range(10_000_000):
        count += number & 1
    return count


def sha256() -> bytes:
    """A load that does not hold the GIL."""
    return hashlib.sha256(bytes(500_000_000)).digest()


def measure(path: str) -> dict[str, Any]:
    """The shares of the main query on `path`, and of the two loads whose share is known."""
    from benchmarks.engines.lazyframe import Engine

    query = Engine(path, scheduler="sync").flights_delay
    query()  # what is done only once, imports above all, is no part of it
    loads = {"query": query, "python_loop": python_loop, "sha256": sha256}
    return {name: min(held_share(load) for _ in range(TIMES)) for name, load in loads.items()}
