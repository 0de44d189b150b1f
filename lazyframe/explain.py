"""What will be done for a query, as text and as a picture; and, when it has been done, what it took.

`analysis` runs the query and asks for a few results more: the parts that hold the laps of a scan (`kernels.laps`), and
the answers of inner stages, whose rows can then be counted. Nothing else is different from any run.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from os import PathLike
from typing import TYPE_CHECKING, Any, NamedTuple

from lazyframe.diagnostics import history  # noqa: F401  it has to listen before there is a picture
from lazyframe.diagnostics.recording import Recording
from lazyframe.diagnostics.words import MAX_TASKS, seconds, size, table
from lazyframe.executors import Start, execute, listeners
from lazyframe.graph import Graph, Ref, Task, needed
from lazyframe.kernels import task
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.laps import PREDICATE, READING, Laps
from lazyframe.kernels.sinks import Aggregation, Sink
from lazyframe.kernels.task import Pipeline, first_laps_of
from lazyframe.lower import for_tasks, lower
from lazyframe.optimize import optimize
from lazyframe.physical import physical
from lazyframe.physical_nodes import Physical, nodes_of
from lazyframe.plan import Plan, scans
from lazyframe.run import Computable, Planned, Request, leaves, run
from lazyframe.schema import ROW
from lazyframe.shown import shown

if TYPE_CHECKING:
    from lazyframe.diagnostics.picture import Picture


def explanation(plan: Plan, placed: bool = False) -> str:
    """The plan before and after optimizing; where its rows are, if `placed` or if they may go on disk; the size of its graph."""
    best = optimize(plan)
    answers = physical([best])
    graph, _ = lower(answers)
    placed = placed or any(one.goes_on_disk for one in nodes_of(answers))
    where = f"as placed\n{_indented(answers[0])}\n\n" if placed else ""
    return f"as written\n{_indented(plan)}\n\nas run\n{_indented(best)}\n\n{where}{len(graph)} tasks"


def _indented(plan: Plan | Physical) -> str:
    return "\n".join("  " + line for line in plan.to_text().splitlines())


class AnalysisLine(NamedTuple):
    """One line of an analysis.

    Parameters
    ----------
    label : str
        What was done.
    tasks : int
        In how many tasks; 0 where this is a part of the tasks above.
    seconds : float
        How long it took, summed over all tasks.
    rows : int or None
        How many came out of it.
    nbytes : int
        How many bytes of files were read.
    """

    label: str
    tasks: int
    seconds: float
    rows: int | None = None
    nbytes: int = 0


class Analysis:
    """A query that is run to be measured.

    Attributes
    ----------
    runs : list of Recording
        One; and one more each time that the data contradicted what had been taken for granted.
    """

    def __init__(self, asked: Computable, scheduler: Any = None, num_workers: int | None = None) -> None:
        self.runs: list[Recording] = []
        self._graph: Graph = {}
        self._results: dict[str, Any] = {}
        run([asked], scheduler, num_workers, self._execute)

    def _execute(self, graph: Graph, keys: Sequence[str], **how: Any) -> list[Any]:
        def listen(start: Start) -> Recording | None:
            if start.graph is not graph:
                return None
            self.runs.append(Recording(start))
            return self.runs[-1]

        more = [key for key in needed(graph, keys) if key not in keys and _is_telling(key, graph)]
        listeners.append(listen)
        try:
            results = execute(graph, [*keys, *more], **how)
        finally:
            listeners.remove(listen)
        self._graph, self._results = graph, dict(zip([*keys, *more], results, strict=True))
        return results[: len(keys)]

    @property
    def stages(self) -> list[AnalysisLine]:
        """What was done, in the order in which it was begun."""
        took = {end.key: end.stop - end.start for end in self.runs[-1].ends}
        told: set[str] = set()
        found: list[AnalysisLine] = []
        for key in self.runs[-1].start.keys:
            whole = _whole(self._graph[key])
            if whole is not None and whole not in told:
                told.add(whole)
                found += self._scan(whole, took)
            if self._graph[key].function not in (task.scan, task.combine):
                rows = self._results.get(key)
                stage = AnalysisLine(_label(self._graph[key]), 1, took[key], len(rows) if isinstance(rows, Columns) else None)
                if found and stage.rows is None and found[-1].label == stage.label:  # one of many calls of a function
                    stage = stage._replace(tasks=found[-1].tasks + 1, seconds=found.pop().seconds + stage.seconds)
                found.append(stage)
        return found

    def _scan(self, whole: str, took: dict[str, float]) -> Iterator[AnalysisLine]:
        part = self._results[whole]
        keys = [key for key in _below(self._graph, whole) if self._graph[key].function is task.scan]
        source, _, _, names, predicate, pipelines, *_ = self._graph[keys[0]].arguments
        asked = dict.fromkeys((*names, *(() if predicate is None else map(str, predicate.columns()))))
        read, width = source.parsed(tuple(name for name in asked if name != ROW))
        laps = part.laps or Laps((0.0,) * first_laps_of(pipelines)[-1], (0,) * first_laps_of(pipelines)[-1], 0)
        kept = source.columns_kept(tuple(name for name in asked if name != ROW))
        label = f"scan {self._whole_source(source).describe()}, columns parsed: {read} of {width}"
        label += "" if kept is None else f", kept: {kept[0]} of {kept[1]}"
        yield AnalysisLine(label, len(keys), laps.seconds[READING] - laps.seconds[PREDICATE], part.records, laps.read)
        if predicate is not None:
            yield AnalysisLine(f"filter {predicate.label()}", 0, laps.seconds[PREDICATE], laps.rows[READING])
        for number, (pipeline, first) in enumerate(zip(pipelines, first_laps_of(pipelines), strict=False), 1):
            name = f"result {number}: " if len(pipelines) > 1 else ""
            for lap, label in enumerate(_steps(pipeline), first):
                last = lap == first + len(pipeline.steps)
                yield AnalysisLine(name + label, 0, laps.seconds[lap], None if last else laps.rows[lap])
        merges = [key for key in _below(self._graph, whole) if self._graph[key].function is task.combine]
        yield AnalysisLine("combine", len(merges), sum(took[key] for key in merges))

    def _whole_source(self, read: Any) -> Any:
        """The source of the plan that a task was given what it needs of."""
        plans = [plan for plan in self.runs[-1].plans if isinstance(plan, Plan)]
        found = (scan.source for plan in plans for scan in scans(plan))
        return next((source for source in found if for_tasks(source).token == read.token), read)

    def __str__(self) -> str:
        last = self.runs[-1]
        held = f"at most {last.peak_results:,} results held at one time ({size(last.peak_bytes)})"
        workers = f"{last.start.num_workers} {last.start.scheduler}" if last.start.num_workers > 1 else last.start.scheduler
        lines = [f"ran in {seconds(last.seconds)} on {workers}: {len(last.ends):,} tasks, {held}"]
        if last.spilled:
            lines.append(f"{size(last.spilled)} of rows that had to meet were put on disk")
        if len(self.runs) > 1:
            before = seconds(sum(recording.seconds for recording in self.runs[:-1]))
            lines.append(f"and {before} before that, until the data contradicted what their first rows had shown")
        return "\n".join([*lines, "", *("  " + line for line in _table(self.stages))])


def _is_telling(key: str, graph: Graph) -> bool:
    """Whether this result is looked at when the query has been run: an inner answer, or all the parts of a scan."""
    function = graph[key].function
    if function in (task.finish, task.through, task.transpose, task.reset_index):
        return True
    return function is task.combine and any(_whole(other) == key for other in graph.values())


def _whole(finish: Task) -> str | None:
    """The key of all the parts of a scan, where the task finishes one."""
    return finish.arguments[0].key if finish.function is task.finish and isinstance(finish.arguments[0], Ref) else None


def _below(graph: Graph, whole: str) -> list[str]:
    """The scans and merges that lead to a whole."""
    found, stack = {whole: None}, [whole]
    while stack:
        for key in graph[stack.pop()].dependencies():
            if key not in found and graph[key].function in (task.scan, task.combine):
                found[key] = None
                stack.append(key)
    return list(found)


def _steps(pipeline: Pipeline) -> Iterator[str]:
    for step in pipeline.steps:
        label = step.label()
        yield label[:1].lower() + label[1:]
    yield _sink(pipeline.sink)


def _sink(sink: Sink) -> str:
    if not isinstance(sink, Aggregation):
        return "collect"
    reductions = ", ".join(dict.fromkeys(reduction.label() for _, reduction in sink.reductions))
    return f"aggregate {reductions}" + (f" by {', '.join(expr.label() for _, expr in sink.keys)}" if sink.keys else "")


def _label(found: Task) -> str:
    if found.function is task.finish:
        return f"finish {_sink(found.arguments[2])}"
    return _sink(found.arguments[1].sink) if found.function is task.through else found.stage


_WIDEST = 72


def _table(stages: Sequence[AnalysisLine]) -> list[str]:
    cells = [("stage", "tasks", "time", "rows", "bytes")]
    for stage in stages:
        indent = "" if stage.tasks else "  "
        label, *more = textwrap.wrap(shown(stage.label), _WIDEST - 4, break_long_words=True, break_on_hyphens=False) or [""]
        rows = "" if stage.rows is None else f"{stage.rows:,}"
        read = f"{size(stage.nbytes)}" if stage.nbytes else ""
        cells.append((indent + label, f"{stage.tasks:,}" if stage.tasks else "", seconds(stage.seconds), rows, read))
        cells += [(f"{indent}  {line}", "", "", "", "") for line in more]
    return table(cells)


def visualize(
    *values: Any, filename: str | PathLike[str] | None = None, tasks: bool = False, max_tasks: int = MAX_TASKS
) -> Picture:
    """Draw several plans together, or their tasks; with delayed values among them, always the tasks. Or a task graph.

    Parameters
    ----------
    *values
        What `compute` takes; or one graph: a dict of `lazyframe.graph.Task`.
    filename, tasks, max_tasks
        As in `DataFrame.visualize`.

    Returns
    -------
    Picture

    Raises
    ------
    TypeError
        There is nothing to draw.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> lf.visualize(df.Distance.min(), {"longest": df.Distance.max()})
    <Picture of 2 plans: a notebook shows it, .save('picture.svg') writes it>
    """
    from lazyframe.diagnostics.picture import graph_picture, plan_picture  # not every program draws

    wanted = list(leaves(values))
    if not wanted and not _is_graph(*values):
        raise TypeError("visualize draws what can be computed, or a graph of tasks; it was given neither.")
    if not wanted:
        picture = graph_picture(values[0], max_tasks=max_tasks)
    elif tasks or not all(isinstance(one, Planned) for one in wanted):
        picture = graph_picture(*Request(wanted).lower(), max_tasks)
    else:
        request = Request(wanted)
        request.lower()
        picture = plan_picture(request.optimized)
    if filename is not None:
        picture.save(filename)
    return picture


def _is_graph(*values: Any) -> bool:
    return len(values) == 1 and isinstance(values[0], dict) and all(isinstance(one, Task) for one in values[0].values())
