"""How much memory this process and those it has started take, over time."""

from __future__ import annotations

import contextlib
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

_MOST = 4000  # samples; then every second one is dropped, and they are taken half as often


class Sample(NamedTuple):
    """Resident memory at one time.

    Parameters
    ----------
    time : float
        In `time.perf_counter` seconds.
    own, children : int
        Bytes of this process, and of those that it has started, and they.
    """

    time: float
    own: int
    children: int


class Sampler:
    """Takes a sample from time to time, in a thread of its own.

    Parameters
    ----------
    interval : float
        Seconds between two samples.

    Attributes
    ----------
    samples : list of Sample
        None at all where the system does not tell: then `psutil` has to be installed.
    """

    def __init__(self, interval: float) -> None:
        self.samples: list[Sample] = []
        self._interval = interval
        self._measure = _measure()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="lazyframe-memory", daemon=True)

    def start(self) -> None:
        self._take()
        self._thread.start()

    def stop(self) -> None:
        """Take the last sample, and end the thread."""
        self._over.set()
        self._thread.join()
        self._take()

    def _run(self) -> None:
        while not self._over.wait(self._interval):
            self._take()

    def _take(self) -> None:
        with contextlib.suppress(OSError):
            measured = self._measure()
            if measured is not None:
                self.samples.append(Sample(time.perf_counter(), *measured))
        if len(self.samples) > _MOST:
            del self.samples[1::2]
            self._interval *= 2


def _measure() -> Callable[[], tuple[int, int] | None]:
    if _proc_tells():  # at a tenth of the cost of psutil, which looks at every process there is to find the children
        return _from_proc
    try:
        import psutil
    except ImportError:
        return lambda: None
    this = psutil.Process()

    def measure() -> tuple[int, int]:
        children = 0
        for child in this.children(recursive=True):
            with contextlib.suppress(psutil.Error):  # it has ended
                children += child.memory_info().rss
        return this.memory_info().rss, children

    return measure


def _proc_tells() -> bool:
    return Path(f"/proc/self/task/{threading.get_native_id()}/children").exists()


def _from_proc() -> tuple[int, int]:
    return _resident(os.getpid()), sum(map(_resident, _descendants(os.getpid())))


def _resident(process: int) -> int:
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):  # it has ended
        return 0


def _descendants(process: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for file in Path(f"/proc/{process}/task").glob("*/children"):
            for child in map(int, file.read_text().split()):
                found += [child, *_descendants(child)]
    return found
