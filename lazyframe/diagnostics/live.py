"""One run, as the dashboard shows it: plain facts, which hold on to no graph and no data once the run is over."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

from lazyframe.diagnostics.counting import Counting
from lazyframe.diagnostics.drawing import COLORS, color_of
from lazyframe.diagnostics.picture import plan_picture
from lazyframe.diagnostics.query import current_query
from lazyframe.diagnostics.recorded import Stage
from lazyframe.executors import End, Start
from lazyframe.shown import shown
from lazyframe.tree import Node

MOST_TASKS = 20_000
"""Of a larger run the first tasks are drawn one by one; all are counted."""

_RUNNING = 40  # tasks that are listed while they run


class Live(Counting):
    """What has happened in a run so far.

    It is told of tasks in the thread of the run, and read in that of the server.

    Parameters
    ----------
    start : Start
        The run.
    number : int
        The first is 1.
    """

    def __init__(self, start: Start, number: int) -> None:
        super().__init__(start)
        self.number = number
        self.where = start.scheduler if start.num_workers == 1 else f"{start.num_workers} {start.scheduler}"
        self.state = "running"
        self.error = ""
        self._done: list[list[Any]] = []
        self._stages: dict[str, Stage] = {}
        self._running: dict[str, float] = {}
        self._plans: Sequence[Node] = tuple(current_query().plans)
        self._drawn: dict[str, str] | None = None

    def task_started(self, key: str) -> None:
        self._running[key] = time.perf_counter()

    def task_finished(self, end: End) -> None:
        task = self._graph[end.key]
        super().task_finished(end)
        self._running.pop(end.key, None)
        took = end.stop - end.start
        old = self._stages.get(task.stage, Stage(task.stage, 0, 0.0, 0.0, 0))
        longest, nbytes = max(old.longest, took), old.nbytes + task.nbytes
        self._stages[task.stage] = Stage(task.stage, old.tasks + 1, old.seconds + took, longest, nbytes)
        if len(self._done) < MOST_TASKS:
            self._done.append([end.worker, task.stage, end.start, took, task.partition, task.nbytes])

    def run_finished(self, error: BaseException | None) -> None:
        super().run_finished(error)
        self._running = {}
        if error is not None:
            self.state = "failed" if isinstance(error, Exception) else "interrupted"
            self.error = f"{type(error).__name__}: {error}"
        else:
            self.state = "done"

    def forget_plans(self) -> None:
        """Let go of plans that nobody has looked at: what they hold may be large."""
        self._plans = ()

    def line(self, began: float) -> dict[str, Any]:
        """The run in the list of runs; times are milliseconds since `began`."""
        snapshot = self.snapshot()
        return {
            "number": self.number,
            "label": shown(self.label),
            "where": self.where,
            "state": self.state,
            "error": shown(self.error),
            "fraction": round(snapshot.fraction, 4),
            "facts": snapshot.facts,
            "began": _milliseconds(self.began - began),
            "took": _milliseconds(snapshot.elapsed),
        }

    def details(self, began: float, after: int, with_plan: bool) -> dict[str, Any]:
        """The tasks of the run that ended after so many others, those that run now, the time of each stage, and the plan."""
        now, graph = time.perf_counter(), self._graph
        running = [(graph[key].title, since) for key, since in list(self._running.items())[:_RUNNING] if key in graph]
        return {
            "number": self.number,
            "after": after,
            "tasks": [
                [shown(worker), shown(stage), _milliseconds(start - began), _milliseconds(took), shown(partition), nbytes]
                for worker, stage, start, took, partition, nbytes in self._done[after : after + 5000]
            ],
            "running": [[shown(title), _milliseconds(now - since)] for title, since in running],
            "stages": [
                {**stage._asdict(), "label": shown(stage.label), "color": COLORS[color_of(stage.label)][1]}
                for stage in sorted(self._stages.copy().values(), key=lambda stage: -stage.seconds)
            ],
            "plan": self._plan() if with_plan else None,
        }

    def _plan(self) -> dict[str, str]:
        """The plan as text and as a picture, made when it is first looked at; what it was made of is let go then."""
        if self._drawn is None:
            plans, self._plans = self._plans, ()
            text = "\n\n".join(plan.to_text() for plan in plans)
            self._drawn = {"text": text, "svg": plan_picture(plans).svg if plans else ""}
        return self._drawn


def _milliseconds(value: float) -> float:
    return round(value * 1e3, 2)
