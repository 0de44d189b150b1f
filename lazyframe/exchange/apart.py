"""The sink for columns that are looked at one by one, in ascending order: `median`, `quantile`, `describe`, `mode` of all rows.

    rows of a batch -> each column's values, counted where they repeat -> when they are too many: a run of each, on disk
    at the end        one column after another, of which few values are read -> what pandas makes of it

Values wait while they are few: of a column with few different ones there is never more than these, and nothing goes on disk.

See docs/decisions/0090-order-statistics-of-sorted-runs.md.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from lazyframe.exchange.ranked import Ranked, can_be_ranked, present
from lazyframe.exchange.room import Room, new_name
from lazyframe.exchange.runs import Ascending, CountedRun, counted, run_of
from lazyframe.exchange.scatter import WAITING
from lazyframe.expr import Column, Expr, Reduction
from lazyframe.frozen import frozen
from lazyframe.kernels import order
from lazyframe.kernels.columns import Columns, Values, concat, take
from lazyframe.kernels.evaluate import evaluate
from lazyframe.kernels.reduce import KERNELS, State
from lazyframe.kernels.tally import Counted, OfEachColumn
from lazyframe.plan import Aggregate, PandasCall, Plan
from lazyframe.schema import Schema, dtype_named

_MOMENTS = ("mean", "std")
_FLOAT = dtype_named("float64")


class Finishing(Protocol):
    """What is made of the columns."""

    @property
    def moments(self) -> bool:
        """Whether their means and deviations are needed."""
        ...

    def finished(self, columns: Sequence[Callable[[], Any]]) -> Columns:
        """The answer; each column is a pandas Series, or a `Ranked`, once it is asked for."""
        ...


@frozen
class Reduced:
    """Reductions that are order statistics, each of the column with the number that is in `positions`."""

    reductions: tuple[tuple[Hashable, Reduction], ...]
    positions: tuple[int, ...]
    schema: Schema
    moments: ClassVar[bool] = False

    def finished(self, columns: Sequence[Callable[[], Any]]) -> Columns:
        made: dict[Hashable, Values] = {}
        for (name, reduction), position in zip(self.reductions, self.positions, strict=True):
            column = columns[position]()
            value = getattr(column, reduction.function)(**dict(reduction.options))
            made[name] = order.as_promised(value, column.like, self.schema[name])
        return Columns.of(1, made)


@dataclass
class HeldColumn:
    """What there is of one column.

    Parameters
    ----------
    values : Counted
        Those that wait in memory, of which none is missing where the column is ranked.
    like : Values
        None of them, of the dtype that all together have.
    runs : list of CountedRun
        Those that did not wait.
    missing : int
        How many there are.
    moments : list of State
        The states of the mean and the deviation.
    """

    values: Counted
    like: Values
    runs: list[CountedRun] = field(default_factory=list)
    missing: int = 0
    moments: list[State] = field(default_factory=list)

    @property
    def nbytes(self) -> int:
        """Of those that wait."""
        return sum(values.nbytes + (0 if counts is None else counts.nbytes) for values, counts in self.values.pieces)

    def cut(self, room: Room | None = None, name: str = "", parts: int = 1) -> list[CountedRun]:
        """Those that wait, as runs; and none waits any more. What was not counted is sorted by itself, which takes less time."""
        pieces, self.values = self.values.pieces, Counted([], repeats=self.values.repeats)
        single = [values for values, counts in pieces if counts is None]
        several = [(values, counts) for values, counts in pieces if counts is not None]
        made = [counted(np.concatenate(single))] if single else []
        if several:
            made.append(counted(*map(np.concatenate, zip(*several, strict=True))))
        return [run_of(*one, room, name, parts) for one in made]


@dataclass
class WaitingColumns:
    """The columns so far, and the name of the file for what does not wait."""

    columns: list[HeldColumn]
    name: str = field(default_factory=new_name)


@frozen
class ColumnsApart:
    """Each column by itself, in ascending order.

    Parameters
    ----------
    columns : tuple of Expr
        How each is made.
    ranked : tuple of bool
        Whether nothing but the order of its values matters. Of another, all values are held, counted where they repeat.
    finish : Finishing
        What is made of them.
    count : int
        In how many pieces a run of them is cut, at most.
    room : Room
        Where they are put.
    """

    columns: tuple[Expr, ...]
    ranked: tuple[bool, ...]
    finishing: Finishing
    count: int
    room: Room = field(compare=False, repr=False)
    in_order: ClassVar[bool] = True

    def label(self) -> str:
        """For people."""
        names = [expr.label() for expr, is_ranked in zip(self.columns, self.ranked, strict=True) if is_ranked]
        return f"sorted runs of {', '.join(names)}"

    def fold(self, partial: WaitingColumns | None, columns: Columns) -> WaitingColumns:
        made = [evaluate(expr, columns) for expr in self.columns]
        if partial is None:
            partial = WaitingColumns([HeldColumn(Counted([]), take(values, np.zeros(0, np.int64))) for values in made])
        for held, values, is_ranked in zip(partial.columns, made, self.ranked, strict=True):
            if is_ranked:
                self._add(held, values)
            else:
                held.values.add(values)
        self._shrink(partial, self.room.flush)
        return partial

    def _add(self, held: HeldColumn, values: Values) -> None:
        if held.like.dtype != values.dtype:
            held.like = concat([held.like, take(values, np.zeros(0, np.int64))])
        numbers = present(values)
        held.missing += len(values) - len(numbers)
        if self.finishing.moments:
            states = [KERNELS[name].partial(numbers, None, 1, {}) for name in _MOMENTS]
            held.moments = _merged([held.moments, states] if held.moments else [states])
        if len(numbers):
            held.values.add(numbers)

    def _shrink(self, partial: WaitingColumns, most: int) -> None:
        """Let no more wait than so many bytes."""
        ranked = [held for held, is_ranked in zip(partial.columns, self.ranked, strict=True) if is_ranked]
        if sum(held.nbytes for held in ranked) <= most:
            return
        for held in ranked:
            held.values.settle()
        left = sum(held.nbytes for held in ranked)
        for held in sorted(ranked, key=lambda one: one.nbytes, reverse=True):
            if left > most // 2:
                left -= held.nbytes
                held.runs += held.cut(self.room, partial.name, 4 * self.count)

    def merge(self, partials: Sequence[WaitingColumns | None]) -> WaitingColumns | None:
        there = [partial.columns for partial in partials if partial is not None]
        if not there:
            return None
        made = WaitingColumns([_joined(several) for several in zip(*there, strict=True)])
        self._shrink(made, int(WAITING * self.room.flush))
        return made

    def finish(self, partial: WaitingColumns) -> Columns:
        pairs = zip(partial.columns, self.ranked, strict=True)
        return self.finishing.finished([functools.partial(self._column, *pair) for pair in pairs])

    def _column(self, held: HeldColumn, is_ranked: bool) -> Any:
        if not is_ranked:
            return held.values.series()
        states = zip(_MOMENTS, held.moments, strict=False)
        moments = [KERNELS[name].finalize(state, _FLOAT, {})[0] for name, state in states]
        ascending = Ascending([*held.runs, *replace(held).cut()], present(held.like).dtype, self.room)
        return Ranked(ascending, held.like, held.missing, moments)

    def full(self, partial: Any) -> bool:
        return False

    def rewrite(self, function: Callable[[Expr], Expr]) -> ColumnsApart:
        return replace(self, columns=tuple([function(expr) for expr in self.columns]))


def _merged(several: Sequence[list[State]]) -> list[State]:
    """The states of the moments of neighbours as one."""
    return [
        KERNELS[name].merge(tuple(np.concatenate(arrays) for arrays in zip(*states, strict=True)), None, 1)
        for name, states in zip(_MOMENTS, zip(*several, strict=True), strict=True)
    ]


def _joined(several: Sequence[HeldColumn]) -> HeldColumn:
    """Neighbours as one, of its own: a cluster that has lost the answer merges the same partials again."""
    return HeldColumn(
        Counted.joined([replace(held.values, pieces=list(held.values.pieces)) for held in several]),
        concat([held.like for held in several]),
        [run for held in several for run in held.runs],
        sum(held.missing for held in several),
        _merged([held.moments for held in several]) if several[0].moments else [],
    )


class ColumnsOf(NamedTuple):
    """Of which columns a plan is made, one by one, whether each is ranked, and how it is made of them."""

    child: Plan
    made: tuple[Expr, ...]
    ranked: tuple[bool, ...]
    finish: Finishing


def columns_of(plan: Plan) -> ColumnsOf | None:
    """Of which columns a plan is made, if some are ranked."""
    match plan:
        case Aggregate(child, (), reductions) if all(_is_ranked(child.schema, one) for _, one in reductions):
            found: dict[str, tuple[int, Expr]] = {}
            at = []
            for _, one in reductions:
                assert one.operand is not None
                at.append(found.setdefault(one.operand.token, (len(found), one.operand))[0])
            made = tuple(expr for _, expr in found.values())
            return ColumnsOf(child, made, (True,) * len(made), Reduced(reductions, tuple(at), plan.schema)) if made else None
        case PandasCall(child, method, options, alone) if plan.is_by_column:
            names = tuple(plan.reads(())[0])
            ranked = tuple(can_be_ranked(child.schema[name], method) for name in names)
            finish = OfEachColumn(names, method, options, alone)
            return ColumnsOf(child, tuple(map(Column, names)), ranked, finish) if any(ranked) else None
    return None


def split(plan: Aggregate, meets: Callable[[Aggregate], bool]) -> list[Aggregate]:
    """The aggregates that are computed for one without keys whose rows are too many to hold; none where that is itself.

    Order statistics go together, the distinct values of each column are counted as its groups, and the rest streams.

    Parameters
    ----------
    plan : Aggregate
        Of all rows.
    meets : callable
        Whether the groups of an aggregate are put together bucket by bucket.
    """
    several: list[Aggregate] = []
    ranked: list[tuple[Hashable, Reduction]] = []
    rest: list[tuple[Hashable, Reduction]] = []
    for name, one in plan.reductions:
        if one.function == "nunique" and one.operand is not None:
            size, dropna = ((name, Reduction("size", None)),), dict(one.options).get("dropna", True)
            groups = Aggregate(plan.child, ((name, one.operand),), size, True, dropna, True)
            if meets(groups):
                several.append(Aggregate(groups, (), size))
                continue
        (ranked if _is_ranked(plan.child.schema, one) else rest).append((name, one))
    if not several and not (ranked and rest):
        return []
    return [*several, *(replace(plan, reductions=tuple(some)) for some in (ranked, rest) if some)]


def _is_ranked(below: Schema, reduction: Reduction) -> bool:
    """Whether a reduction of all rows is an order statistic of a column that can be ranked."""
    if reduction.operand is None or reduction.function not in ("median", "quantile"):
        return False
    return can_be_ranked(reduction.operand.dtype(below), reduction.function)
