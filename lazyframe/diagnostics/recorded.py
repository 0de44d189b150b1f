"""What a profile has written down, and the sums of it: a table, and what `report` makes a page of."""

from __future__ import annotations

from typing import NamedTuple

from lazyframe.diagnostics.memory import Sample
from lazyframe.diagnostics.recording import Recording
from lazyframe.diagnostics.words import seconds, size, table


class Stage(NamedTuple):
    """What all tasks of one kind took together."""

    label: str
    tasks: int
    seconds: float
    longest: float
    nbytes: int


class Recorded:
    """Runs that were written down one after another.

    Attributes
    ----------
    runs : list of Recording
        What was run.
    began, finished : float
        In `time.perf_counter` seconds; `finished` is 0 while it goes on.
    """

    runs: list[Recording]
    began: float
    finished: float

    @property
    def memory(self) -> list[Sample]:
        """The memory over time; empty where it is not known."""
        raise NotImplementedError

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
        spilled = max(recording.spilled for recording in runs)
        if spilled:
            lines.append(f"on disk at one time: at most {size(spilled)}")
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
