"""What happened while queries ran: which worker did what and when, what each stage took, and the memory over time."""

from __future__ import annotations

import time
from os import PathLike
from types import TracebackType
from typing import NamedTuple, Self

from lazyframe.diagnostics.memory import Sample, Sampler
from lazyframe.diagnostics.recording import Recording
from lazyframe.diagnostics.words import seconds, size, table
from lazyframe.executors import Start, inside_task, listeners


class Stage(NamedTuple):
    """What all tasks of one kind took together."""

    label: str
    tasks: int
    seconds: float
    longest: float
    nbytes: int


class Profile:
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

    @property
    def stages(self) -> list[Stage]:
        """What tasks of one kind took, the longest first."""
        found: dict[str, Stage] = {}
        for recording in self.runs:
            for end in recording.ends:
                task = recording.start.graph[end.key]
                took = end.stop - end.start
                old = found.get(task.stage, Stage(task.stage, 0, 0.0, 0.0, 0))
                longest, nbytes = max(old.longest, took), old.nbytes + task.nbytes
                found[task.stage] = Stage(task.stage, old.tasks + 1, old.seconds + took, longest, nbytes)
        return sorted(found.values(), key=lambda stage: -stage.seconds)

    def report(self, filename: str | PathLike[str]) -> None:
        """Write a page for browsers; it holds all that it shows, and loads nothing.

        Parameters
        ----------
        filename : str or path
            Where to write it to: ``report.html``.
        """
        from lazyframe.diagnostics.report import write

        write(self, filename)

    def headlines(self) -> list[str]:
        """The sums of it all, in a few lines."""
        runs = self.runs
        if not runs:
            return ["nothing was run"]
        busy = sum(stage.seconds for stage in self.stages)
        room = sum(recording.seconds * recording.start.num_workers for recording in runs)
        wheres = " and ".join(dict.fromkeys(where(recording) for recording in runs))
        lines = [
            f"{len(runs)} run{'s' if len(runs) > 1 else ''}, {sum(len(recording.ends) for recording in runs):,} tasks in "
            f"{seconds(sum(recording.seconds for recording in runs))} on {wheres}, "
            f"busy {busy / room if room else 0:.0%} of the time",
            f"results held at one time: at most {max(recording.peak_results for recording in runs):,}, "
            f"{size(max(recording.peak_bytes for recording in runs))}",
        ]
        if self.memory:
            totals = [sample.own + sample.children for sample in self.memory]
            lines.append(f"memory: {size(totals[0])} before, at most {size(max(totals))}")
        else:
            lines.append("memory: not known here without psutil")
        return lines + [f"ended by {recording.error}" for recording in runs if recording.error]

    def __str__(self) -> str:
        busy = sum(stage.seconds for stage in self.stages)
        rows = [("stage", "tasks", "time", "share", "longest", "read")]
        for stage in self.stages:
            share = f"{stage.seconds / busy if busy else 0:.0%}"
            read = size(stage.nbytes) if stage.nbytes else ""
            rows.append((stage.label, f"{stage.tasks:,}", seconds(stage.seconds), share, seconds(stage.longest), read))
        return "\n".join([*self.headlines(), "", *table(rows)])

    __repr__ = __str__


def where(recording: Recording) -> str:
    """The scheduler of a run, for people."""
    start = recording.start
    return start.scheduler if start.num_workers == 1 else f"{start.num_workers} {start.scheduler}"


profile = Profile
