"""What happened while queries ran: which worker did what and when, what each stage took, and the memory over time."""

from __future__ import annotations

import time
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Self

from lazyframe.diagnostics.memory import Sample, Sampler
from lazyframe.diagnostics.recorded import Recorded
from lazyframe.diagnostics.recording import Recording
from lazyframe.executors import Start, inside_task, listeners


class Profile(Recorded):
    """Records every query that runs inside its `with` block, in any thread and by any scheduler.

    ``print`` shows a table; `report` writes a page with the tasks of each worker, the time of each stage, the memory
    over time and the plans.

    Parameters
    ----------
    interval : float, default 0.05
        Seconds between two looks at the memory.

    Attributes
    ----------
    runs : list of Recording
        What was run.
    memory : list of Sample
        This process and those that it has started; empty where the system does not tell, and `psutil` is not installed.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> with lf.profile() as p:
    ...     longest = df.Distance.max().compute(scheduler="sync")
    >>> print(p)
    1 run, 3 tasks in ... on sync, busy ...
    results held at one time: at most 2, ... kB
    memory: ...
    <BLANKLINE>
    stage ...
    scan+max ...
    """

    def __init__(self, interval: float = 0.05) -> None:
        self.runs: list[Recording] = []
        self.began = self.finished = 0.0
        self._sampler = Sampler(interval)

    @property
    def memory(self) -> list[Sample]:
        return self._sampler.samples

    def __enter__(self) -> Self:
        if self.began:
            raise RuntimeError("a profile records one with block; call lf.profile() for another.")
        self.began = time.perf_counter()
        self._sampler.start()
        listeners.append(self._listen)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        listeners.remove(self._listen)
        self._sampler.stop()
        self.finished = time.perf_counter()

    def _listen(self, start: Start) -> Recording | None:
        if inside_task():  # its time is that of the task around it
            return None
        self.runs.append(Recording(start))
        return self.runs[-1]

    def report(self, filename: str | PathLike[str]) -> Path:
        """Write a page for browsers; it holds all that it shows, and loads nothing.

        Parameters
        ----------
        filename : str or path
            Where to write it to: ``report.html``.

        Returns
        -------
        pathlib.Path
            Where it is.
        """
        from lazyframe.diagnostics.report import write  # only here: most profiles are printed

        write(self, filename)
        return Path(filename).absolute()


profile = Profile
