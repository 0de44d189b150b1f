"""Physical plan to graph: each of a few kinds of physical node is turned into tasks, and no logical node is known here.

Reads of one source that do not wait for different things share one scan, so `compute(a, b)` reads each partition once.

    scan a partition ─┐
    scan a partition ─┼─ combine ─┐
    scan a partition ─┘           ├─ combine ── finish (one for each Merge)
    scan a partition ─── combine ─┘

A scan all of whose sinks want only the first few rows goes in waves of 1, 2, 4, ... partitions, each of which first
looks whether the waves before it had enough. Where a later row could still change a dtype of the first ones, there are
no waves.

See docs/decisions/0018-one-scan-for-several-results.md and docs/decisions/0019-head-and-the-whole-input.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lazyframe.exchange import tasks
from lazyframe.expr import Expr, Reduction
from lazyframe.graph import Graph, Ref, Task
from lazyframe.kernels import task
from lazyframe.kernels.sinks import Aggregation
from lazyframe.kernels.task import Pipeline
from lazyframe.physical_nodes import Exchange, Gather, Merge, Physical, Pick, Read, Through, Value, nodes_of
from lazyframe.plan import Filter
from lazyframe.schema import ROW, Schema
from lazyframe.sources import Made
from lazyframe.tree import token

FAN_IN = 5
"""How many parts one combine takes."""

BRIEF = 2**20
"""The bytes of files below which the tasks of a query take hardly longer than handing them to threads."""

NOTICES = "notices-"
"""How the keys begin whose results are warnings for the user."""


def lower(answers: Sequence[Physical]) -> tuple[Graph, list[str]]:
    """The graph that computes the answers, and the key of each one (a `kernels.columns.Columns`)."""
    graph: Graph = {}
    scans: dict[tuple[str, int], dict[Read, list[Merge | Exchange | Pick]]] = {}
    for node in nodes_of(answers):
        below = [Ref(one.key) for one in node.inputs]
        match node:
            case Read(scan=scan):
                scans.setdefault((scan.source.token, node.level), {})[node] = []
            case Merge(read=Read() as read) | Pick(read=Read() as read) | Exchange(read=Read() as read):
                scans[read.scan.source.token, read.level][read].append(node)
            case Through(pipeline=pipeline, values=values, words=words):
                graph[node.key] = Task(task.through, (below[0], pipeline, _refs(values)), "+".join(words))
            case Gather(function=function, arguments=arguments, word=word):
                graph[node.key] = Task(function, (*below, *arguments), word)
            case Exchange(scatter=scatter):
                graph[node.key] = Task(tasks.scattered, (below[0], scatter), "exchange")
            case Value(function=function):
                graph[node.key] = Task(function, (below[0],), "value")
            case _:
                raise AssertionError(f"no tasks for {type(node).__name__}")
    for reads in scans.values():
        _Scan(graph, reads).emit()
    if 0 < sum(one.nbytes for one in graph.values()) <= BRIEF:
        graph = {key: replace(one, brief=True) for key, one in graph.items()}
    return graph, [answer.key for answer in answers]


def _refs(values: dict[str, Physical]) -> dict[str, Ref]:
    return {name: Ref(value.key) for name, value in values.items()}


class _Scan:
    """The tasks of the reads that share a scan, and of what takes their partial results."""

    def __init__(self, graph: Graph, reads: dict[Read, list[Merge | Exchange | Pick]]) -> None:
        self._graph = graph
        self._takers = list(reads.values())
        self._reads = list(reads)
        self._source = self._reads[0].scan.source
        self._reading = for_tasks(self._source)  # one for all tasks: a cluster sends it once
        self._shared = _shared_predicate(self._reads)
        self._pipelines = tuple(read.pipeline if self._shared is not None else _with_predicate(read) for read in self._reads)
        self._merged = tuple(
            pipeline if any(isinstance(one, (Merge, Exchange)) for one in takers) else None
            for pipeline, takers in zip(self._pipelines, self._takers, strict=True)
        )
        self._token = token([read.key for read in self._reads])
        values = {name: ref for read in self._reads for name, ref in _refs(read.values).items()}
        self._what = (_names(self._reads, self._shared), self._shared, self._pipelines, values)
        self._label = "+".join(["scan", *self._reads[0].words])
        if len(self._reads) > 1:
            self._label = f"scan for {len(self._reads)} results"

    def emit(self) -> None:
        """Put them into the graph."""
        count, whole = len(self._source.partitions), ""
        if any(self._merged):
            if all(read.stops_early for read in self._reads):
                whole = self._waves(count)
            else:
                whole = self._tree([self._scan(position) for position in range(count)])
            self._notice(whole)
        picks: list[tuple[Pick, int]] = []
        for number, takers in enumerate(self._takers):
            for one in takers:
                if isinstance(one, Pick):
                    picks.append((one, number))
                elif isinstance(one, Exchange):
                    self._graph[one.key] = Task(tasks.exchange, (Ref(whole), number, one.scatter), "exchange")
                else:
                    self._graph[one.key] = Task(task.finish, (Ref(whole), number, self._pipelines[number].sink), "finish")
        if picks:
            self._pick(picks, bool(whole))

    def _scan(self, position: int, previous: str | None = None) -> str:
        partition = self._source.partitions[position]
        arguments: tuple[Any, ...] = (self._reading, _argument(partition), position, *self._what)
        if previous is not None:
            arguments += (Ref(previous),)
        key = f"scan-{self._token}-{position}"
        self._graph[key] = Task(task.scan, arguments, self._label, partition.label, partition.nbytes)
        return key

    def _combine(self, keys: Sequence[str]) -> str:
        key = f"combine-{token(list(keys))}"
        self._graph[key] = Task(task.combine, ([Ref(k) for k in keys], self._merged), "combine")
        return key

    def _tree(self, keys: list[str]) -> str:
        while len(keys) > FAN_IN:
            keys = [self._combine(keys[at : at + FAN_IN]) for at in range(0, len(keys), FAN_IN)]
        return self._combine(keys)

    def _waves(self, count: int) -> str:
        done, width = 0, 1
        whole: str | None = None
        while done < count or whole is None:
            wave = [self._scan(position, whole) for position in range(done, min(done + width, count))]
            whole = self._combine([whole, *wave] if whole is not None else wave)
            done += width
            width = min(2 * width, 64)
        return whole

    def _notice(self, whole: str) -> None:
        if self._source.notices is not None:
            self._graph[f"{NOTICES}{self._token}"] = Task(task.notices, (Ref(whole), self._source.notices), "notices")

    def _pick(self, picks: Sequence[tuple[Pick, int]], whole: bool) -> None:
        """The tasks that give some partitions, and those that find their places; `whole` if all are read anyway."""
        count = len(self._source.partitions)
        taken = [(pick, number, _partitions(pick, count)) for pick, number in picks]
        read = {position for _, _, positions in taken for position in positions}
        scanned: list[Ref] = []
        places: list[Ref] = []
        for position in range(max(read) + 1):
            scanned.append(Ref(self._scan(position) if whole or position in read else self._count(position)))
            key = f"place-{self._token}-{position}"
            self._graph[key] = Task(task.place, ([*places[-1:], scanned[-1]],), "place")
            places.append(Ref(key))
        if not whole:
            self._notice(places[-1].key)
        for pick, number, positions in taken:
            before = places[max(0, positions.start - 1) : positions.start]
            parts = scanned[positions.start : positions.stop]
            arguments = (before, parts, places[positions.stop - 1], number, self._pipelines[number].sink)
            self._graph[pick.key] = Task(task.gather, arguments, "partition")

    def _count(self, position: int) -> str:
        key, partition = f"count-{self._source.token}-{position}", self._source.partitions[position]
        arguments: tuple[Any, ...] = (self._reading, _argument(partition), position, (), None, (_COUNT,), {})
        self._graph[key] = Task(task.scan, arguments, "count", partition.label, partition.nbytes)
        return key


_COUNT = Pipeline((), Aggregation((), (("size", Reduction("size", None)),), True, True, True, Schema(())))
"""Reads nothing but how many records there are."""


def _partitions(pick: Pick, count: int) -> range:
    return range(pick.position * count // pick.count, (pick.position + 1) * count // pick.count)


def for_tasks(source: Any) -> Any:
    """A source as its tasks get it."""
    return source.for_reading()


def _argument(partition: Any) -> Any:
    """A partition as `Source.read` gets it."""
    return partition.argument if isinstance(partition, Made) else partition


def _shared_predicate(reads: Sequence[Read]) -> Expr | None:
    """The predicate that the source may apply: the one that all reads have."""
    first = reads[0].scan.predicate
    return first if all(read.scan.predicate == first for read in reads) else None


def _with_predicate(read: Read) -> Pipeline:
    predicate = read.scan.predicate
    if predicate is None:
        return read.pipeline
    return Pipeline((Filter(read.scan, predicate).as_step(), *read.pipeline.steps), read.pipeline.sink)


def _names(reads: Sequence[Read], shared: Expr | None) -> tuple[str, ...]:
    """The columns the source is to give; none where only the number of rows matters."""
    wanted: set[str] = set()
    for read in reads:
        wanted.update(str(name) for name in read.scan.schema.names)
        if shared is None:
            wanted.update(read.scan.read_columns)
    names = tuple(label for label in map(str, reads[0].scan.source.schema.names) if label in wanted)
    return (*names, ROW) if any(read.rows for read in reads) else names
