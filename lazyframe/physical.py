"""Logical plan to physical plan: where rows are, what is done there, and where they have to meet.

    as optimized                     as placed                            its rows are
    Aggregate(mean) by Origin        Merge mean by Origin                 in one place
      Filter ~Cancelled                Read: filter, fold mean            spread as the source has them
        Scan
    Sort by DepDelay                 Gather sort                          in one place
      Project                          Merge collect                      in one place
        Scan                             Read: fold collect               spread as the source has them

Rows that have to meet and may be more than memory holds go through an exchange, whose buckets are read like any source:

    Sort by DepDelay                 Merge collect                        in one place
      Scan                             Read: collect                      spread by range
                                         Exchange: range of DepDelay
                                           Read: exchange                 spread as the source has them

What is put together by hash is in no order, and split once more by range into that of pandas, unless nobody looks at it.

A stage begins where rows are read, or where they have met, and goes on while each row can be looked at alone (`plan.Rowwise`).
In which order rows stand is carried by their order numbers (`kernels.rownumbers`), and partials are merged in the order of
partitions; so no node here has an order of its own, but for what `Plan.numbering` says.

How a node is computed is decided in this file and nowhere else: `lower` turns each of a few kinds of physical node into
tasks, and knows no logical one.

See docs/decisions/0018-one-scan-for-several-results.md, docs/decisions/0019-head-and-the-whole-input.md,
docs/decisions/0020-join-of-the-keys.md and docs/decisions/0076-rows-that-meet-are-exchanged.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from lazyframe import config
from lazyframe.exchange.apart import ColumnsApart, columns_of, split
from lazyframe.exchange.groups import meeting, windowing
from lazyframe.exchange.reducers import Distinctly, grouping
from lazyframe.exchange.room import Room
from lazyframe.exchange.scatter import ByHash, ByRange, Reducer, Scatter
from lazyframe.exchange.source import Regrouped, Work
from lazyframe.exchange.work import Finish, FinishedBuckets, JoinedBuckets, Sorted
from lazyframe.executors import available_cores
from lazyframe.expr import Column, Expr, Subquery, Table
from lazyframe.kernels import task
from lazyframe.kernels.columns import index_name
from lazyframe.kernels.hashing import family, meets
from lazyframe.kernels.sinks import Aggregation, Collect, Confirm, PutTogether, Sink
from lazyframe.kernels.steps import JoinStep, Step
from lazyframe.kernels.subset import Choose
from lazyframe.kernels.tally import ValueCounts
from lazyframe.kernels.task import Pipeline
from lazyframe.kernels.topk import TopRows
from lazyframe.physical_nodes import Exchange, Gather, Merge, Physical, Pick, Read, Through, Value
from lazyframe.plan import (
    Aggregate,
    Distinct,
    FirstSorted,
    GroupCall,
    Head,
    Join,
    Known,
    PandasCall,
    Plan,
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
    scans,
    size_of,
)
from lazyframe.schema import ROW

HEAD_CHECKS = 64 * 2**20
"""The first rows of an input have the dtypes of the whole input, as in pandas, up to this many bytes. To read more than
that for five rows is not what anybody asks for: the dtypes are then those of the sample and of the rows that were read."""


SMALL_SORT = 64 * 2**20
"""Of files of up to so many bytes all rows are sorted even where a few of them are wanted, if only that tells in which order
pandas' default sorting leaves rows of one value."""


SMALL_SIDE = 64 * 2**20
"""The right side of a join is sent whole to all who read the left one if fewer bytes of files than this are read for it and half
of the memory holds it, or if there is room for it beside the rows of each task."""


ROOM_FACTOR = 4
"""How many bytes of memory are taken for a byte of a file where rows meet: they, the keys, and what is made of them."""

LEAST_BUCKET = 2**20
"""The bytes of files for which a further bucket pays."""

MOST_BUCKETS = 256


def physical(plans: Sequence[Plan], room: Room | None = None) -> list[Physical]:
    """The physical plans, one each; what several of them need is one node.

    Parameters
    ----------
    plans : sequence of Plan
        What is wanted.
    room : Room, optional
        Where rows are put that have to meet; without it they stay in memory, as tasks hand them on.

    Examples
    --------
    >>> from lazyframe.plan import Unit
    >>> print(physical([Unit()])[0].to_text())
    Have unit
    """
    planner = _Planner(room or no_room())
    return [planner.answer(plan, rows=plan.has_records) for plan in plans]


def spread_partitions(plan: Plan, room: Room) -> int:
    """In how many partitions the rows of an optimized plan come, in order; 0 where they are in one place."""
    planner = _Planner(replace(room, path="", shared=False))
    scan = planner.spread(planner._steps(plan, rows=True).base, rows=True)
    return 0 if scan is None else len(scan.source.partitions)


def exceeds(plan: Plan, limit: int) -> bool:
    """Whether the rows of an optimized plan may take more than so many bytes of memory."""
    return ROOM_FACTOR * size_of(plan) > limit


def no_room() -> Room:
    """No folder: for plans that are only looked at, and for tasks that others run."""
    return Room(config.memory_limit(), config.get("num_workers") or available_cores(), shared=False)


@dataclass
class _Planner:
    room: Room
    found: dict[str, Physical] = field(default_factory=dict)
    sources: dict[str, tuple[Scan, tuple[Exchange, ...]]] = field(default_factory=dict)

    def answer(self, plan: Plan, rows: bool) -> Physical:
        """The node that has a plan's answer in one place; with the number of each row where `rows`."""
        key = f"{type(plan).__name__.lower()}-{plan.token}{'-rows' if rows else ''}"
        if key not in self.found:
            self.found[key] = self._made(key, plan, rows)
        return self.found[key]

    def _made(self, key: str, plan: Plan, rows: bool) -> Physical:
        def gather(word: str, function: Callable[..., Any], below: Physical | None, *arguments: Any) -> Physical:
            return Gather(key, () if below is None else (below,), function, arguments, word)

        if isinstance(plan, FirstSorted) and not self._cuts_down(plan, rows):
            return self.answer(plan.whole(), rows)
        base = self._steps(plan, rows).base
        if not isinstance(base, Scan) and self.spread(base, rows) is not None:
            return self._stage(key, plan, rows)
        if rows and plan.is_counted:  # then its rows are numbered as they stand
            return gather("number", task.numbered, self.answer(plan, rows=False))
        match plan:
            case Unit():
                return gather("unit", task.unit, None)
            case Known(answer):
                return gather("known", task.known, None, answer)
            case Transpose(child):
                return gather("transpose", task.transpose, self.answer(child, rows=False))
            case Sort(child, by, ascending, kind, na_position):
                return gather("sort", task.sort, self.answer(child, rows), by, ascending, kind, na_position)
            case SortIndex(child, up, kind, na_position):
                levels = len(plan.schema.index)
                return gather("sort index", task.sort_index, self.answer(child, rows=not levels), levels, up, kind, na_position)
            case ResetIndex(child, drop):
                below = self.answer(child, rows=not drop and not child.schema.index)
                names = plan.schema.names[: max(1, len(child.schema.index))]
                return gather("reset index", task.reset_index, below, names, drop)
            case Aggregate(child, (), reductions) if self._exchanges(child) and (several := split(plan, self._groups_meet)):
                names = tuple(name for name, _ in reductions)
                answers = tuple(self.answer(one, rows=False) for one in several)
                return Gather(key, answers, task.side_by_side, (names,), "+".join(plan.work()))
            case PandasCall(child, method, options, alone) if not plan.is_by_column:
                below = self.answer(child, rows=False)
                return gather(method, task.pandas_call, below, child.schema.names, method, dict(options), alone)
            case GroupCall(child, _, call):
                return gather(call.word, task.group_call, self.answer(child, rows=child.has_records), call)
            case Window():
                inputs, made = windowing(plan)
                return gather("+".join(plan.work()), task.window, self.answer(inputs, rows), made.calls, made.dropped)
            case Join(left, right, left_on, right_on, call, outputs) if not self._streams(plan):
                sides = (self.answer(left, rows=False), self.answer(right, rows=False))
                return Gather(key, sides, task.join, (left_on, right_on, call, outputs), "join")
            case Share(child, position, count):
                return self._share(key, child, position, count)
        return self._stage(key, plan, rows)

    def _share(self, key: str, child: Plan, position: int, count: int) -> Physical:
        if self._is_spread(child, rows=True):
            read = self._read(f"shares-{child.token}", child, rows=True)
            return Pick(key, (read,), read, position, count)
        below = self.answer(child, rows=child.has_records)  # its rows are in one place: a slice of them
        return Gather(key, (below,), task.share, (position, count, child.is_counted), "slice")

    def _stage(self, key: str, plan: Plan, rows: bool) -> Physical:
        sink, child = self._sink(plan)
        rows = rows and not isinstance(plan, (Aggregate, PandasCall, GroupCall))
        steps, base, joins = self._steps(child, rows)
        if self.spread(base, rows) is not None:
            read = self._read(f"read-{key}", plan, rows)
            return Merge(key, (read,), read)
        values = self._values(_exprs(steps, sink), joins)
        below = self.answer(base, rows)
        return Through(key, (below, *values.values()), Pipeline(steps, sink), values, _words(base, steps, plan))

    def _read(self, key: str, plan: Plan, rows: bool, scatter: Scatter | None = None) -> Read:
        """The partitions of the scan below a plan, each through all that is above it up to where rows have to meet."""
        if isinstance(known := self.found.get(key), Read):
            return known
        sink, child = self._sink(plan) if scatter is None else (scatter, plan)
        steps, base, joins = self._steps(child, rows)
        scan = self.spread(base, rows, sink.in_order)
        assert scan is not None
        if isinstance(sink, Collect) and sink.limit is not None:
            sink = replace(sink, reads_on=0 < scan.source.unsure(scan.read_columns) <= HEAD_CHECKS)
        values = self._values([*_exprs(steps, sink), *([] if scan.predicate is None else [scan.predicate])], joins)
        _, exchanges = self.sources.get(scan.source.token, (scan, ()))
        words = _words(scan, steps, plan) if scatter is None else (*_words(scan, steps, plan)[:-1], "exchange")
        read = Read(key, (*values.values(), *exchanges), scan, Pipeline(steps, sink), values, rows, words)
        self.found[key] = read
        return read

    def _values(self, exprs: Sequence[Expr], joins: Sequence[Join]) -> dict[str, Physical]:
        """The values of the subqueries in `exprs`, and the right sides of joins, sent whole to those who read the left."""
        values: dict[str, Physical] = {}
        for join in joins:
            name = f"lookup-{join.token}"
            below = self.answer(join.right, rows=False)
            values[name] = Gather(name, (below,), task.lookup, (join.right_on, join.call), "right side, sent whole")
        for node in (node for expr in exprs for node in expr.walk() if isinstance(node, Subquery)):
            below = self.answer(node.plan, rows=isinstance(node, Table) and node.plan.has_records)
            values[node.token] = Value(f"value-{node.token}", (below,), task.table if isinstance(node, Table) else task.value)
        return values

    def _sink(self, plan: Plan) -> tuple[Sink, Plan]:
        """The end of the stage whose top is `plan`, and the plan its steps are in."""
        if isinstance(plan, Aggregate) and self._groups_meet(plan):
            return Collect(plan.schema), plan  # groups that have been put together, bucket by bucket
        if isinstance(plan, GroupCall):
            return PutTogether(plan.call), plan
        sink, child = _sink_of(plan)
        return self._columns_apart(plan) or sink, child

    def _columns_apart(self, plan: Plan) -> ColumnsApart | None:
        """What has each column in order by itself, where only that is looked at, and there may be too many values to hold."""
        columns = columns_of(plan)
        if columns is None or not self._exchanges(columns.child):
            return None
        self.room.open()
        return ColumnsApart(columns.made, columns.ranked, columns.finish, self._buckets(columns.child), self.room)

    # ---- rows that are spread

    def spread(self, plan: Plan, rows: bool, in_order: bool = True) -> Scan | None:
        """The scan that has the rows of this plan, partition by partition; None where they are in one place.

        The rows are in pandas' order unless nobody asks for it.
        """
        match plan:
            case Scan():
                return plan
            case Sort(child) if self._exchanges(child):
                return self._sorted(plan, plan, rows)
            case SortIndex(child, up, _, na_position) if self._exchanges(child):
                by = tuple(map(index_name, range(len(plan.schema.index)))) or (ROW,)
                return self._sorted(plan, Sort(child, by, (up,) * len(by), na_position=na_position), rows or by == (ROW,))
            case ResetIndex(Sort(child) as sort, True) if self._exchanges(child):
                return self._sorted(plan, sort, rows=False)
            case Join() if not self._streams(plan) and self._is_hashed(plan):
                return self._joined(plan, in_order)
            case Distinct(child, by) if self._exchanges(child) and all(family(child.schema[name]) for name in by):
                return self._distinct(plan, rows, in_order)
            case Aggregate() if self._groups_meet(plan):
                return self._grouped(plan, in_order)
            case GroupCall(child, keys, call, True) if self._meets_by(child, [Column(name) for name in keys]):
                return self._by_hash(plan, child, keys, call, not child.schema.index, False)
            case Window(child, calls) if (keys := meeting(calls)) and self._meets_by(child, keys):
                return self._windowed(plan, rows, in_order)
        return None

    def _cuts_down(self, plan: FirstSorted, rows: bool) -> bool:
        """Whether rows are spread, and only the first of them in some order are kept; else all of them are sorted."""
        if not self._is_spread(plan.child, rows):
            return False
        return plan.is_defined or sum(part.nbytes for scan in scans(plan) for part in scan.source.partitions) > SMALL_SORT

    def _steps(self, plan: Plan, rows: bool) -> _Steps:
        """The steps on top of `plan`; with `rows` rows keep the numbers of their records, and so no join is among them."""
        steps: list[Step] = []
        joins: list[Join] = []
        while True:
            match plan:
                case Rowwise(child):
                    steps.append(plan.as_step())
                    plan = child
                case Join(left, _, left_on, _, _, outputs) if not rows and self._streams(plan):
                    steps.append(JoinStep(f"lookup-{plan.token}", left_on, outputs))
                    joins.append(plan)
                    plan = left
                case _:
                    return _Steps(tuple(reversed(steps)), plan, tuple(joins))

    def _streams(self, join: Join) -> bool:
        """Whether the rows of the left side come batch by batch: pandas' order is theirs, and the right one has room."""
        if not join.call.follows_left:
            return False
        size = size_of(join.right)
        needed = ROOM_FACTOR * size
        if (size < SMALL_SIDE and needed <= self.room.limit // 2) or needed < self.room.share:
            return True
        return not self._is_hashed(join) and not self._is_spread(join.right, rows=False)  # its rows are in one place anyway

    def _is_hashed(self, join: Join) -> bool:
        """Whether rows of a join meet by the hashes of their keys: they may be more than there is memory for."""
        if not join.left_on or ROOM_FACTOR * (size_of(join.left) + size_of(join.right)) <= self.room.limit:
            return False
        keys = zip(join.left_on, join.right_on, strict=True)
        return all(meets(join.left.schema[one], join.right.schema[other]) for one, other in keys)

    def _is_spread(self, plan: Plan, rows: bool) -> bool:
        return self.spread(self._steps(plan, rows).base, rows) is not None

    def _exchanges(self, child: Plan) -> bool:
        """Whether rows that have to meet are spread, and may be more than there is memory for."""
        return exceeds(child, self.room.limit) and self._is_spread(child, rows=True)

    def _groups_meet(self, plan: Aggregate) -> bool:
        """Whether groups are put together bucket by bucket: by hash, since they may be more than there is memory for."""
        return bool(plan.keys) and self._exchanges(plan.child) and all(_is_key(plan, key) for _, key in plan.keys)

    def _meets_by(self, child: Plan, keys: Sequence[Expr]) -> bool:
        """Whether all rows of each group by these keys come together bucket by bucket, as they are."""
        return self._exchanges(child) and all(family(key.dtype(child.schema)) for key in keys)

    def _sorted(self, plan: Plan, sort: Sort, rows: bool) -> Scan:
        """The rows in the order of some columns, range by range."""
        count = self._buckets(sort.child)
        scatter = ByRange(sort.child.schema.names, rows, sort.by, count, self.room, sort.ascending, sort.na_position)
        exchange = self._exchange(f"sort-{plan.token}{'-rows' if rows else ''}", sort.child, scatter)
        return self._regrouped(plan, Sorted(scatter), count, exchange)

    def _joined(self, plan: Join, in_order: bool) -> Scan:
        """The rows of a join, bucket by bucket, or in pandas' order."""
        count = self._buckets(plan.left, plan.right)
        sides = ((plan.left, plan.left_on), (plan.right, plan.right_on))
        left, right = (ByHash(side.schema.names, False, on, count, self.room) for side, on in sides)
        work = JoinedBuckets(left, right, plan.call, plan.outputs)
        exchanges = (
            self._exchange(f"left-{plan.token}", plan.left, left),
            self._exchange(f"right-{plan.token}", plan.right, right),
        )
        return self._in_order(plan, False, work, exchanges, in_order)

    def _distinct(self, plan: Distinct, rows: bool, in_order: bool) -> Scan:
        """The distinct rows, bucket by bucket, or in pandas' order."""
        reducer = Distinctly(Choose(plan.schema, plan.by, *plan.call()))
        return self._by_hash(plan, plan.child, plan.by, reducer, rows, in_order, reducer)

    def _grouped(self, plan: Aggregate, in_order: bool) -> Scan:
        """The groups, bucket by bucket, or in pandas' order."""
        child, reducer = grouping(plan)
        return self._by_hash(plan, child, reducer.keys, reducer, False, in_order, reducer)

    def _windowed(self, plan: Window, rows: bool, in_order: bool) -> Scan:
        """The rows with what methods make along those of each group, bucket by bucket, or in pandas' order."""
        child, finish = windowing(plan)
        return self._by_hash(plan, child, finish.by, finish, rows, in_order)

    def _by_hash(
        self,
        plan: Plan,
        child: Plan,
        by: tuple[Hashable, ...],
        finish: Finish,
        rows: bool,
        in_order: bool,
        reducer: Reducer | None = None,
    ) -> Scan:
        """What is made of all rows of each key of `child`, bucket by bucket, or in pandas' order."""
        scatter = ByHash(child.schema.names, rows, by, self._buckets(child), self.room, reducer)
        exchange = self._exchange(f"{plan.token}{'-rows' if rows else ''}", child, scatter)
        return self._in_order(plan, rows, FinishedBuckets(scatter, finish), (exchange,), in_order)

    def _in_order(
        self,
        plan: Plan,
        rows: bool,
        work: JoinedBuckets | FinishedBuckets,
        exchanges: tuple[Exchange, ...],
        in_order: bool,
    ) -> Scan:
        """What is made of buckets that are in no order; split once more, into that of some columns of it, if `in_order`."""
        count, ordering = exchanges[0].scatter.count, work.ordering
        buckets = Regrouped(plan.schema, work, tuple(one.key for one in exchanges), count, False)
        scan = self._source(buckets, exchanges)
        if not in_order:
            return scan
        up = (True,) * len(ordering)
        scatter = ByRange((*plan.schema.names, *ordering), rows, ordering, count, self.room, up)
        exchange = self._exchange(f"order-{scan.source.token}", scan, scatter)
        return self._regrouped(plan, Sorted(scatter, ordering), count, exchange)

    def _buckets(self, *sides: Plan) -> int:
        """Into how many buckets rows are split, so that each is small enough."""
        size = sum(map(size_of, sides))
        wanted = self.room.shares(ROOM_FACTOR * size)
        return max(2, min(MOST_BUCKETS, wanted, -(-size // LEAST_BUCKET)))

    def _exchange(self, key: str, child: Plan, scatter: Scatter) -> Exchange:
        """The rows of a plan, split."""
        name = f"exchange-{key}"
        if isinstance(known := self.found.get(name), Exchange):
            return known
        self.room.open()
        if self._is_spread(child, scatter.rows):
            read = self._read(f"read-{name}", child, scatter.rows, scatter)
            made = Exchange(name, (read,), scatter, read)
        else:
            made = Exchange(name, (self.answer(child, scatter.rows),), scatter, None)
        self.found[name] = made
        return made

    def _regrouped(self, plan: Plan, work: Work, count: int, *exchanges: Exchange) -> Scan:
        """The buckets as a source that stands in the place of a plan."""
        return self._source(Regrouped(plan.schema, work, tuple(one.key for one in exchanges), count, plan.is_counted), exchanges)

    def _source(self, source: Regrouped, exchanges: tuple[Exchange, ...]) -> Scan:
        if source.token not in self.sources:
            self.sources[source.token] = Scan(source), exchanges
        return self.sources[source.token][0]


def _sink_of(plan: Plan) -> tuple[Sink, Plan]:
    """The end of the stage whose top is `plan`, and the plan its steps are in."""
    match plan:
        case Aggregate(child, keys, reductions, sort, dropna, as_index):
            return Aggregation(keys, reductions, sort, dropna, as_index, plan.schema), child
        case PandasCall(child, method, options, alone):
            return ValueCounts(tuple(plan.reads(())[0]), method, options, alone), child
        case Head(child, count):
            return Collect(child.schema, count), child
        case Validate(child):
            return Confirm(child.schema), child
        case FirstSorted(child, by, ascending, _, na_position, n, first, anew):
            return TopRows(child.schema, by, ascending, na_position, n, first, anew), child
        case Subset(child, by):
            return Choose(child.schema, by, *plan.call()), child
    return Collect(plan.schema), plan


class _Steps(NamedTuple):
    """What is done row by row, in the order rows meet it, the plan below, and the joins among the steps."""

    steps: tuple[Step, ...]
    base: Plan
    joins: tuple[Join, ...]


def _is_key(plan: Aggregate, key: Expr) -> bool:
    """Whether rows of groups by this key may meet by hash: what is made of some of them has the dtype that is made of all."""
    dtype = key.dtype(plan.child.schema)
    if family(dtype) is None or dtype.otherwise is not None or dtype.categories is not None:
        return False
    return dtype.name != "object" or (dtype.kind == "T" and plan.dropna)


def _exprs(steps: Sequence[Step], sink: Sink) -> list[Expr]:
    found = [child for step in steps if isinstance(step, Rowwise) for child in step.children if isinstance(child, Expr)]

    def note(expr: Expr) -> Expr:
        found.append(expr)
        return expr

    sink.rewrite(note)
    return found


def _words(base: Plan, steps: Sequence[Step], plan: Plan) -> tuple[str, ...]:
    """What a stage does, for the label of its tasks."""
    below = ["filter"] if isinstance(base, Scan) and base.predicate is not None else []
    words = dict.fromkeys([*below, *(word for step in steps for word in step.work())])
    return (*words, *(("collect",) if isinstance(plan, (Rowwise, Scan, Join)) else plan.work()))
