"""Plan to graph.

A plan is cut into stages where rows must meet: at each Aggregate and Head. A stage is a pipeline (filters and
projections, then a sink) over a scan or over the answer of another stage. Stages that read one source and do not
wait for different things share one scan, so `compute(a, b)` reads each partition once.

    scan a partition ─┐
    scan a partition ─┼─ combine ─┐
    scan a partition ─┘           ├─ combine ── finish (one for each stage)
    scan a partition ─── combine ─┘

A scan all of whose sinks want only the first few rows goes in waves of 1, 2, 4, ... partitions, each of which first
looks whether the waves before it had enough. Where a later row could still change a dtype of the first ones, there are
no waves.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lazyframe.expr import Column, Expr, Reduction, Subquery, WindowCall
from lazyframe.graph import Graph, Ref, Task
from lazyframe.kernels import task
from lazyframe.kernels.sinks import Aggregation, Collect, Confirm, Sink
from lazyframe.kernels.subset import Choose
from lazyframe.kernels.task import Pipeline
from lazyframe.plan import (
    Aggregate,
    Filter,
    Head,
    Known,
    PandasCall,
    Plan,
    Project,
    ResetIndex,
    Rowwise,
    Scan,
    Share,
    Sort,
    SortIndex,
    Subset,
    Transpose,
    Unit,
    Validate,
    Window,
)
from lazyframe.schema import ROW, Schema
from lazyframe.sources import Made
from lazyframe.tree import token

FAN_IN = 5
"""How many parts one combine takes."""

HEAD_CHECKS = 64 * 2**20
"""The first rows of an input have the dtypes of the whole input, as in pandas, up to this many bytes. To read more than
that for five rows is not what anybody asks for: the dtypes are then those of the sample and of the rows that were read."""

NOTICES = "notices-"
"""How the keys begin whose results are warnings for the user."""


def lower(plans: Sequence[Plan]) -> tuple[Graph, list[str]]:
    """The graph that computes the plans, and the key of each one's answer (a `kernels.columns.Columns`)."""
    lowering = _Lowering()
    keys = [lowering.answer(plan, rows=plan.has_records) for plan in plans]
    for stages in lowering.scans.values():
        lowering.emit_scan(stages)
    return lowering.graph, keys


@dataclass
class _Stage:
    """A pipeline over a scan, and what it waits for."""

    key: str
    scan: Scan
    pipeline: Pipeline
    values: dict[str, Ref]
    rows: bool
    label: str
    shares: list[tuple[str, int, int]] = field(default_factory=list)  # of each `Share`; none: all rows together


@dataclass
class _Lowering:
    graph: Graph = field(default_factory=dict)
    scans: dict[tuple[str, int], list[_Stage]] = field(default_factory=dict)
    levels: dict[str, int] = field(default_factory=dict)  # how many scans must come before an answer
    stages: dict[str, _Stage] = field(default_factory=dict)

    def answer(self, plan: Plan, rows: bool) -> str:
        """The key of a plan's answer; with the number of each row where `rows`."""
        key = f"{type(plan).__name__.lower()}-{plan.token}{'-rows' if rows else ''}"
        if key in self.levels:
            return key
        if rows and plan.is_counted:  # then its rows are numbered as they stand
            below = self.answer(plan, rows=False)
            self._add(key, Task(task.numbered, (Ref(below),), "number"), self.levels[below])
            return key
        match plan:
            case Unit():
                self._add(key, Task(task.unit), 0)
            case Known(answer):
                self._add(key, Task(task.known, (answer,), "known"), 0)
            case Transpose(child):
                below = self.answer(child, rows=False)
                self._add(key, Task(task.transpose, (Ref(below),), "transpose"), self.levels[below])
            case Sort(child, by, ascending, kind, na_position):
                below = self.answer(child, rows)
                self._add(key, Task(task.sort, (Ref(below), by, ascending, kind, na_position), "sort"), self.levels[below])
            case SortIndex(child, up, kind, na_position):
                levels = len(plan.schema.index)
                below = self.answer(child, rows=not levels)
                order = (Ref(below), levels, up, kind, na_position)
                self._add(key, Task(task.sort_index, order, "sort index"), self.levels[below])
            case ResetIndex(child, drop):
                below = self.answer(child, rows=not drop and not child.schema.index)
                names = plan.schema.names[: max(1, len(child.schema.index))]
                self._add(key, Task(task.reset_index, (Ref(below), names, drop), "reset index"), self.levels[below])
            case PandasCall(child, method, options, alone):
                below = self.answer(child, rows=False)
                arguments = (Ref(below), child.schema.names, method, dict(options), alone)
                self._add(key, Task(task.pandas_call, arguments, method), self.levels[below])
            case Window(child, columns):
                inputs, calls = _window_inputs(child, columns)
                below = self.answer(inputs, rows)
                self._add(key, Task(task.window, (Ref(below), calls), "+".join(plan.work())), self.levels[below])
            case Share(child, position, count):
                self._partition(key, child, position, count)
            case _:
                self._stage(key, plan, rows)
        return key

    def _add(self, key: str, new: Task, level: int) -> None:
        self.graph[key] = new
        self.levels[key] = level

    def _partition(self, key: str, child: Plan, position: int, count: int) -> None:
        if not isinstance(_steps(child)[1], Scan):  # its rows are the answer of a task: a slice of them
            below = self.answer(child, rows=child.has_records)
            self._add(key, Task(task.share, (Ref(below), position, count, child.is_counted), "slice"), self.levels[below])
            return
        name = f"shares-{child.token}"
        if name not in self.stages:
            self._stage(name, child, rows=True)
        self.levels[key] = self.levels[name]
        self.stages[name].shares.append((key, position, count))

    def _stage(self, key: str, plan: Plan, rows: bool) -> None:
        sink, child = _sink(plan)
        steps, base = _steps(child)
        if isinstance(sink, Collect) and sink.limit is not None:
            sink = replace(sink, reads_on=_is_worth_checking(base))
        rows = rows and not isinstance(plan, Aggregate)
        exprs = list(_exprs(steps, sink)) + ([base.predicate] if isinstance(base, Scan) and base.predicate is not None else [])
        values, level = self._values(exprs)
        pipeline = Pipeline(steps, sink)
        if isinstance(base, Scan):
            label = "+".join(["scan", *_words(base, steps, plan)])
            self.levels[key] = level + 1
            stage = _Stage(key, base, pipeline, values, rows, label)
            self.scans.setdefault((base.source.token, level), []).append(stage)
            self.stages[key] = stage
            return
        below = self.answer(base, rows)
        self._add(
            key,
            Task(task.through, (Ref(below), pipeline, values), "+".join(_words(base, steps, plan))),
            max(level, self.levels[below]),
        )

    def _values(self, exprs: Sequence[Expr]) -> tuple[dict[str, Ref], int]:
        """Tasks for the values of the subqueries in `exprs`, and the level at which they are all known."""
        values, level = {}, 0
        for expr in exprs:
            for node in expr.walk():
                if isinstance(node, Subquery):
                    below = self.answer(node.plan, rows=False)
                    self.graph[f"value-{node.token}"] = Task(task.value, (Ref(below),), "value")
                    values[node.token] = Ref(f"value-{node.token}")
                    level = max(level, self.levels[below])
        return values, level

    def emit_scan(self, stages: Sequence[_Stage]) -> None:
        """The tasks of the stages that share a scan."""
        source = stages[0].scan.source
        shared = _shared_predicate(stages)
        pipelines = tuple(stage.pipeline if shared is not None else _with_predicate(stage) for stage in stages)
        names = _names(stages, shared)
        values = {name: ref for stage in stages for name, ref in stage.values.items()}
        label = stages[0].label if len(stages) == 1 else f"scan for {len(stages)} results"
        scan_token = token([stage.key for stage in stages])

        def scan(position: int, previous: str | None = None) -> str:
            partition = source.partitions[position]
            key = f"scan-{scan_token}-{position}"
            arguments: tuple[Any, ...] = (for_tasks(source), _argument(partition), position, names, shared, pipelines, values)
            if previous is not None:
                arguments += (Ref(previous),)
            self.graph[key] = Task(task.scan, arguments, label, partition.label, partition.nbytes)
            return key

        def combine(keys: Sequence[str]) -> str:
            key = f"combine-{token(list(keys))}"
            self.graph[key] = Task(task.combine, ([Ref(k) for k in keys], merged), "combine")
            return key

        merged = tuple(None if stage.shares else pipeline for stage, pipeline in zip(stages, pipelines, strict=True))
        count = len(source.partitions)
        whole = ""
        if any(merged):
            if all(_stops_early(stage.pipeline.sink) for stage in stages):
                whole = _waves(count, scan, combine)
            else:
                whole = _tree([scan(position) for position in range(count)], combine)
        for position, (stage, pipeline) in enumerate(zip(stages, pipelines, strict=True)):
            if not stage.shares:
                self.graph[stage.key] = Task(task.finish, (Ref(whole), position, pipeline.sink), "finish")
        if whole and source.notices is not None:
            self.graph[f"{NOTICES}{scan_token}"] = Task(task.notices, (Ref(whole), source.notices), "notices")
        if not all(merged):
            taken = [
                (key, range(share * count // shares, (share + 1) * count // shares), position, pipelines[position].sink)
                for position, stage in enumerate(stages)
                for key, share, shares in stage.shares
            ]
            self._emit_shares(source, scan_token, taken, scan, bool(whole))

    def _emit_shares(self, source: Any, scan_token: str, taken: Sequence[_Taken], scan: Any, whole: bool) -> None:
        """The tasks that give some partitions, and those that find their places; `whole` if all are read anyway."""
        read = {position for _, positions, _, _ in taken for position in positions}
        scanned: list[Ref] = []
        places: list[Ref] = []
        for position in range(max(read) + 1):
            scanned.append(Ref(scan(position) if whole or position in read else self._count(source, position)))
            key = f"place-{scan_token}-{position}"
            self.graph[key] = Task(task.place, ([*places[-1:], scanned[-1]],), "place")
            places.append(Ref(key))
        if not whole and source.notices is not None:
            self.graph[f"{NOTICES}{scan_token}"] = Task(task.notices, (places[-1], source.notices), "notices")
        for key, positions, pipeline, sink in taken:
            before = places[max(0, positions.start - 1) : positions.start]
            parts = scanned[positions.start : positions.stop]
            self.graph[key] = Task(task.gather, (before, parts, places[positions.stop - 1], pipeline, sink), "partition")

    def _count(self, source: Any, position: int) -> str:
        key, partition = f"count-{source.token}-{position}", source.partitions[position]
        arguments: tuple[Any, ...] = (for_tasks(source), _argument(partition), position, (), None, (_COUNT,), {})
        self.graph[key] = Task(task.scan, arguments, "count", partition.label, partition.nbytes)
        return key


_Taken = tuple[str, range, int, Sink]
"""Of a `Share`: its key, the partitions of the source, and the pipeline with its sink."""

_COUNT = Pipeline((), Aggregation((), (("size", Reduction("size", None)),), True, True, True, Schema(())))
"""Reads nothing but how many records there are."""


def for_tasks(source: Any) -> Any:
    """A source as its tasks get it."""
    return source.for_reading() if isinstance(source.partitions[0], Made) else source


def _argument(partition: Any) -> Any:
    """A partition as `Source.read` gets it."""
    return (Ref(partition.key), partition.label) if isinstance(partition, Made) else partition


def _window_inputs(child: Plan, columns: Sequence[tuple[Hashable, WindowCall]]) -> tuple[Plan, list[task.Windowed]]:
    """The rows of `child` with what the calls are made of beside them, as columns; and the calls, made of these."""
    inputs: list[tuple[Hashable, Expr]] = []
    calls = []
    for name, call in columns:
        exprs = call.reads()
        names: list[Hashable] = [f"\1input{len(inputs) + position}" for position in range(len(exprs))]
        inputs += zip(names, exprs, strict=True)
        made = tuple(Column(one) for one in names)
        operands = len(call.operands)
        calls.append((name, replace(call, operands=made[:operands], keys=made[operands:])))
    own = tuple((name, Column(name)) for name in child.schema.names)
    return Project(child, (*own, *inputs)), calls


def _stops_early(sink: Sink) -> bool:
    return isinstance(sink, Collect) and sink.stops_early


def _is_worth_checking(base: Plan) -> bool:
    """Whether the rows that are not wanted should be read for what they say of the dtypes of those that are."""
    return isinstance(base, Scan) and 0 < base.source.unsure(base.read_columns) <= HEAD_CHECKS


def _tree(keys: list[str], combine: Any) -> str:
    while len(keys) > FAN_IN:
        keys = [combine(keys[at : at + FAN_IN]) for at in range(0, len(keys), FAN_IN)]
    whole: str = combine(keys)
    return whole


def _waves(count: int, scan: Any, combine: Any) -> str:
    done, width = 0, 1
    whole: str | None = None
    while done < count or whole is None:
        wave = [scan(position, whole) for position in range(done, min(done + width, count))]
        whole = combine([whole, *wave] if whole is not None else wave)
        done += width
        width = min(2 * width, 64)
    return whole


def _sink(plan: Plan) -> tuple[Sink, Plan]:
    """The end of the stage whose top is `plan`, and the plan its steps are in."""
    match plan:
        case Aggregate(child, keys, reductions, sort, dropna, as_index):
            return Aggregation(keys, reductions, sort, dropna, as_index, plan.schema), child
        case Head(child, count):
            return Collect(child.schema, count), child
        case Validate(child):
            return Confirm(child.schema), child
        case Subset(child, by):
            return Choose(child.schema, by, *plan.call()), child
    return Collect(plan.schema), plan


def _steps(plan: Plan) -> tuple[tuple[Rowwise, ...], Plan]:
    """What is done row by row on top of `plan`, in the order rows meet it, and the plan below."""
    steps: list[Rowwise] = []
    while isinstance(plan, Rowwise):
        steps.append(plan.as_step())
        plan = plan.child
    return tuple(reversed(steps)), plan


def _exprs(steps: Sequence[Rowwise], sink: Sink) -> Iterator[Expr]:
    found: list[Expr] = []

    def note(expr: Expr) -> Expr:
        found.append(expr)
        return expr

    for step in steps:
        found += (child for child in step.children if isinstance(child, Expr))
    sink.rewrite(note)
    return iter(found)


def _words(base: Plan, steps: Sequence[Rowwise], plan: Plan) -> list[str]:
    """What a stage does, for the label of its tasks."""
    below = ["filter"] if isinstance(base, Scan) and base.predicate is not None else []
    words = dict.fromkeys([*below, *(word for step in steps for word in step.work())])
    return [*words, *(("collect",) if isinstance(plan, (Rowwise, Scan)) else plan.work())]


def _shared_predicate(stages: Sequence[_Stage]) -> Expr | None:
    """The predicate that the source may apply: the one that all stages have."""
    first = stages[0].scan.predicate
    return first if all(stage.scan.predicate == first for stage in stages) else None


def _with_predicate(stage: _Stage) -> Pipeline:
    predicate = stage.scan.predicate
    if predicate is None:
        return stage.pipeline
    return Pipeline((Filter(stage.scan, predicate).as_step(), *stage.pipeline.steps), stage.pipeline.sink)


def _names(stages: Sequence[_Stage], shared: Expr | None) -> tuple[str, ...]:
    """The columns the source is to give; none where only the number of rows matters."""
    wanted: set[str] = set()
    for stage in stages:
        wanted.update(str(name) for name in stage.scan.schema.names)
        if shared is None:
            wanted.update(stage.scan.read_columns)
    names = tuple(label for label in map(str, stages[0].scan.source.schema.names) if label in wanted)
    return (*names, ROW) if any(stage.rows for stage in stages) else names
