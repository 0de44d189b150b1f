"""A profile as one page for browsers: `report.html` filled with the data of the profile.

The page draws with what every browser has, loads nothing, and is readable on light and on dark ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from os import PathLike
from pathlib import Path
from typing import Any

from lazyframe.diagnostics.drawing import COLORS, color_of
from lazyframe.diagnostics.pages import as_json, filled
from lazyframe.diagnostics.picture import graph_picture, plan_picture
from lazyframe.diagnostics.recorded import Recorded, where
from lazyframe.diagnostics.recording import Recording
from lazyframe.diagnostics.words import markup


def write(profile: Recorded, filename: str | PathLike[str]) -> None:
    """Write the page."""
    headlines = "".join(f"<li>{markup(line)}</li>" for line in profile.headlines())
    page = filled("report.html", HEADLINES=headlines, DATA=as_json(page_data(profile)), PLANS="".join(_plans(profile)))
    Path(filename).write_text(page, encoding="utf-8")


def page_data(profile: Recorded) -> dict[str, Any]:
    """What the script of the page draws: times are milliseconds since the profile began."""
    stages = {stage.label: number for number, stage in enumerate(profile.stages)}
    names = {end.worker for recording in profile.runs for end in recording.ends}
    workers = {name: number for number, name in enumerate(sorted(names, key=_natural))}
    tasks = []
    for run, recording in enumerate(profile.runs):
        for end in recording.ends:
            task = recording.start.graph[end.key]
            worker = workers[end.worker]
            start, took = _milliseconds(end.start - profile.began), _milliseconds(end.stop - end.start)
            tasks.append([worker, stages[task.stage], start, took, run, task.partition, task.nbytes, end.nbytes])
    tasks.sort(key=lambda task: (task[0], task[2]))
    return {
        "colors": [COLORS[color_of(stage.label)][1] for stage in profile.stages] or [COLORS[0][1]],
        "stages": [stage._asdict() for stage in profile.stages],
        "workers": list(workers),
        "tasks": tasks,
        "runs": [[_milliseconds(one.began - profile.began), _milliseconds(one.seconds), where(one)] for one in profile.runs],
        "memory": [[_milliseconds(sample.time - profile.began), sample.own, sample.children] for sample in profile.memory],
        "length": _milliseconds(profile.finished - profile.began),
    }


def _natural(name: str) -> list[tuple[int, str]]:
    """``thread-2`` before ``thread-10``."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]


def _milliseconds(value: float) -> float:
    return round(value * 1e3, 3)


def _plans(profile: Recorded) -> Iterator[str]:
    for number, recording in enumerate(profile.runs, 1):
        title = f"run {number}, {len(recording.ends):,} tasks on {where(recording)}"
        text = "\n\n".join(plan.to_text() for plan in recording.plans)
        text = f"<pre>{markup(text)}</pre>" if text else ""
        is_open = " open" if number == 1 else ""
        pictures = f'<div class="scroll">{_pictures(recording)}</div>'
        yield f"<details{is_open}><summary>{markup(title)}</summary>{text}{pictures}</details>"


def _pictures(recording: Recording) -> str:
    tasks = graph_picture(recording.start.graph, recording.start.keys, max_tasks=24).svg
    return (plan_picture(recording.plans).svg if recording.plans else "") + tasks
