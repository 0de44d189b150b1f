"""What a pipeline does with its rows in the end: aggregate them, keep them all, or keep the first few.

A sink is a small frozen description that crosses to the workers. All have the same phases, so a task need not know
which it has:

    fold(partial, columns) -> partial      a batch more; partial is None before the first, which may have no rows
    merge(partials) -> partial             neighbours, in partition order
    finish(partial) -> Columns             the answer; its rows, if they are numbered, by their order numbers (`rownumbers`)
    full(partial) -> bool                  no further row can change the answer
    in_order                               whether the answer depends on the order in which rows come
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar, Protocol

import numpy as np
import pandas as pd

from lazyframe.expr import Expr, Reduction
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns, Values, concat, concat_columns, from_series, index_name, take, to_series
from lazyframe.kernels.evaluate import evaluate
from lazyframe.kernels.group import group, sort_order
from lazyframe.kernels.reduce import KERNELS, State
from lazyframe.kernels.together import MANY, Together, are_alike, merged, reduced
from lazyframe.plan import OBJECT
from lazyframe.schema import Schema

_GROUPS_BEFORE_MERGE = 1 << 16
_APART_BEFORE_MERGE = 1 << 20  # these cost memory only: merging them hardly makes them fewer
MOST = 3 / 4  # of the rows; where more groups, or distinct rows, come of them than this, to look batch by batch gains nothing


class Sink(Protocol):
    """The end of a pipeline."""

    @property
    def in_order(self) -> bool: ...

    def fold(self, partial: Any, columns: Columns) -> Any: ...

    def merge(self, partials: Sequence[Any]) -> Any: ...

    def finish(self, partial: Any) -> Columns: ...

    def full(self, partial: Any) -> bool: ...

    def rewrite(self, function: Callable[[Expr], Expr]) -> Sink:
        """The same sink with each of its expressions replaced."""
        ...


@dataclass
class Groups:
    """The partial result of an aggregate: keys, and the states of the reductions by their position, one entry a group.

    Where there are no keys, those of many columns may be in `together`, and not among the others.
    """

    keys: list[Values]
    states: dict[int, State]
    count: int
    together: list[Together] = field(default_factory=list)

    def apart(self) -> Groups:
        """The same with each state by itself."""
        states = dict(self.states)
        for several in self.together:
            states.update(several.each())
        return Groups(self.keys, states, self.count)


@dataclass
class GroupsSoFar:
    """Groups of the batches met: some merged, the latest not yet, so that merging costs little a batch.

    Where nearly every row was a group of its own, the rows of later batches are taken for groups as they are: `apart`.
    They are merged with the first piece, which never is such a batch, before anybody looks at them.
    """

    pieces: list[Groups]
    unmerged: int = 0
    apart: bool = False


@frozen
class Aggregation:
    """Reduce the rows of each group to one.

    Parameters
    ----------
    keys, reductions
        As in plan.Aggregate.
    schema : Schema
        Of the result: its dtypes are what `finish` settles on.
    """

    keys: tuple[tuple[Hashable, Expr], ...]
    reductions: tuple[tuple[Hashable, Reduction], ...]
    sort: bool
    dropna: bool
    as_index: bool
    schema: Schema

    @property
    def in_order(self) -> bool:
        """Groups may be in the order in which they appear; sums of floats differ as they may (law 1)."""
        return bool(self.keys and not self.sort) or any(KERNELS[one.function].in_order for _, one in self.reductions)

    def fold(self, partial: GroupsSoFar | None, columns: Columns) -> GroupsSoFar:
        partial = partial or GroupsSoFar([])
        groups = self.grouped(columns, partial.apart)
        partial.apart = partial.apart or groups.count > MOST * len(columns)
        partial.pieces.append(groups)
        partial.unmerged += groups.count
        # As many again as are merged, and some: so merging costs little a batch, and memory stays bounded by the answer.
        few = _APART_BEFORE_MERGE if partial.apart else _GROUPS_BEFORE_MERGE
        enough = partial.unmerged > max(few, partial.pieces[0].count)
        if len(partial.pieces) > (1 if enough else 64):
            count = sum(piece.count for piece in partial.pieces)
            partial.pieces = [self._merge(partial.pieces)]
            partial.apart = partial.pieces[0].count > MOST * count
            partial.unmerged = 0
        return partial

    def grouped(self, columns: Columns, apart: bool) -> Groups:
        """The groups of a batch; where `apart`, each row for a group of its own."""
        codes = kept = None
        count = 1
        distinct: list[Values] = []
        if self.keys:
            codes, distinct = group([evaluate(expr, columns) for _, expr in self.keys], self.dropna, apart)
            count = len(distinct[0])
            if len(codes) and codes.min() < 0:
                kept = codes >= 0
                codes = codes[kept]
        length = len(columns) if kept is None else int(np.count_nonzero(kept))
        seen: dict[str, Values] = {}
        values: dict[int, Values] = {}
        for position, (_, reduction) in enumerate(self.reductions):
            if reduction.operand is None:
                values[position] = np.empty(length, np.int8)
                continue
            token = reduction.operand.token
            if token not in seen:  # made of all rows: pandas lets a dtype depend on those that have no key, too
                made = evaluate(reduction.operand, columns)
                seen[token] = made if kept is None else take(made, kept)
            values[position] = seen[token]
        together = [] if self.keys or len(values) < MANY else reduced([reduction for _, reduction in self.reductions], values)
        done = {position for several in together for position in several.positions}
        states = {
            position: KERNELS[reduction.function].partial(values[position], codes, count, dict(reduction.options))
            for position, (_, reduction) in enumerate(self.reductions)
            if position not in done
        }
        return Groups(distinct, states, count, together)

    def _merge(self, pieces: Sequence[Groups]) -> Groups:
        if len(pieces) == 1:
            return pieces[0]
        together = []
        if any(piece.together for piece in pieces):
            if are_alike([piece.together for piece in pieces]):
                together = [merged(several) for several in zip(*(piece.together for piece in pieces), strict=True)]
            else:
                pieces = [piece.apart() for piece in pieces]
        keys = [concat([piece.keys[level] for piece in pieces]) for level in range(len(self.keys))]
        states = {}
        for position in pieces[0].states:
            parts = zip(*(piece.states[position] for piece in pieces), strict=True)
            states[position] = tuple(concat(list(arrays)) for arrays in parts)
        return replace(self.regrouped(Groups(keys, states, sum(piece.count for piece in pieces))), together=together)

    def regrouped(self, groups: Groups) -> Groups:
        """Groups of which several may have the same keys, as one each."""
        codes, keys, count = None, groups.keys, 1
        if self.keys:
            codes, keys = group(groups.keys, dropna=False)
            count = len(keys[0])
            if count == groups.count:  # no two have become one
                return Groups(keys, groups.states, count)
        states = {
            position: KERNELS[self.reductions[position][1].function].merge(state, codes, count)
            for position, state in groups.states.items()
        }
        return Groups(keys, states, count)

    def merge(self, partials: Sequence[GroupsSoFar | None]) -> GroupsSoFar | None:
        if len(partials) == 1 and partials[0] is not None and partials[0].apart:
            return partials[0]  # no smaller for it
        pieces = [piece for partial in partials if partial for piece in partial.pieces]
        return GroupsSoFar([self._merge(pieces)]) if pieces else None

    def finish(self, partial: GroupsSoFar) -> Columns:
        groups = self._merge(partial.pieces).apart()
        names: list[Hashable] = [name for name, _ in self.keys]
        if self.as_index:
            names = [index_name(level) for level in range(len(self.keys))]
        taken = {name for name, _ in self.reductions}
        columns: dict[Hashable, Values] = {
            name: _inferred(key) for name, key in zip(names, groups.keys, strict=True) if name not in taken
        }
        for position, (name, reduction) in enumerate(self.reductions):
            finalize = KERNELS[reduction.function].finalize
            columns[name] = finalize(groups.states[position], self.schema[name], dict(reduction.options))
        result = Columns.of(groups.count, columns)
        if self.keys and self.sort and groups.count > 1:
            result = result.rows(sort_order(groups.keys)).settled()
        return result

    def full(self, partial: Any) -> bool:
        return False

    def rewrite(self, function: Callable[[Expr], Expr]) -> Aggregation:
        return replace(
            self,
            keys=tuple((name, function(expr)) for name, expr in self.keys),
            reductions=tuple([(name, _with_operand(one, function)) for name, one in self.reductions]),
        )


def _with_operand(reduction: Reduction, function: Callable[[Expr], Expr]) -> Reduction:
    """The reduction of what `function` makes of its operand; the same object where that is the operand itself."""
    if reduction.operand is None or (new := function(reduction.operand)) is reduction.operand:
        return reduction
    return replace(reduction, operand=new)


def _inferred(key: Values) -> Values:
    """Objects as the dtype that pandas infers from them when they are keys."""
    return from_series(pd.Series(to_series(key).tolist())) if str(key.dtype) == "object" else key


def _dtypes(columns: Columns) -> list[Any]:
    return [columns[name].dtype for name in columns.names]


@frozen
class Rows:
    """The partial result of keeping rows: pieces of them, in order."""

    pieces: tuple[Columns, ...]
    count: int


@frozen
class Collect:
    """Keep every row, or the first `limit`.

    Parameters
    ----------
    below : Schema
        Of the rows.
    limit : int or None
        How many rows are wanted.
    reads_on : bool
        Whether the rows after those are read too, for what they say of the dtypes of the source.
    """

    below: Schema
    limit: int | None = None
    reads_on: bool = False
    in_order: ClassVar[bool] = True

    def fold(self, partial: Rows | None, columns: Columns) -> Rows:
        partial = partial or Rows((), 0)
        if self.limit is not None:
            columns = columns.first(max(0, self.limit - partial.count))
        if not len(columns) and partial.pieces and not (self.has_open_dtypes and _dtypes(columns) != _dtypes(partial.pieces[-1])):
            return partial
        return Rows((*partial.pieces, columns.settled()), partial.count + len(columns))

    @property
    def has_open_dtypes(self) -> bool:
        """Whether a dtype depends on all the rows, those that are not kept too."""
        return any(field.dtype.otherwise is not None for field in (*self.below.fields, *self.below.index))

    @property
    def stops_early(self) -> bool:
        """Whether what comes after the first `limit` rows need not be read."""
        return self.limit is not None and not self.reads_on and not self.has_open_dtypes

    def merge(self, partials: Sequence[Rows | None]) -> Rows | None:
        pieces: list[Columns] = []
        count = 0
        for piece in (piece for partial in partials if partial for piece in partial.pieces):
            wanted = piece if self.limit is None else piece.first(max(0, self.limit - count))
            pieces.append(wanted)
            count += len(wanted)
        return Rows(tuple(pieces), count) if pieces else None

    def finish(self, partial: Rows) -> Columns:
        return concat_columns(list(partial.pieces))

    def full(self, partial: Rows | None) -> bool:
        return self.stops_early and partial is not None and partial.count >= (self.limit or 0)

    def rewrite(self, function: Callable[[Expr], Expr]) -> Collect:
        return self


def one_object(value: Any) -> Columns:
    """An object of pandas' as an answer of one row: see `plan.GroupCall`."""
    made = np.empty(1, object)
    made[0] = value
    return Columns.of(1, {OBJECT: made})


@frozen
class PutTogether:
    """What a method of pandas has made of some groups and of others, put together.

    Parameters
    ----------
    call : object
        As in `plan.GroupCall`.
    """

    call: Any
    in_order: ClassVar[bool] = False

    def fold(self, partial: tuple[Any, ...] | None, columns: Columns) -> tuple[Any, ...]:
        return (*(partial or ()), *np.asarray(columns[OBJECT]))

    def merge(self, partials: Sequence[tuple[Any, ...] | None]) -> tuple[Any, ...]:
        return tuple(piece for partial in partials for piece in partial or ())

    def finish(self, partial: tuple[Any, ...]) -> Columns:
        return one_object(self.call.together(partial))

    def full(self, partial: Any) -> bool:
        return False

    def rewrite(self, function: Callable[[Expr], Expr]) -> PutTogether:
        return self


@frozen
class Confirm:
    """Keep no row, but have all of them made: the answer has the dtypes that all the rows ask for.

    Parameters
    ----------
    below : Schema
        Of the rows.
    """

    below: Schema
    in_order: ClassVar[bool] = False

    def fold(self, partial: Columns | None, columns: Columns) -> Columns:
        none = np.zeros(0, np.int64)
        names = [field.name for field in self.below if field.dtype.otherwise is not None]
        empty = Columns.of(0, {name: take(columns[name], none) for name in names})
        return empty if partial is None else concat_columns([partial, empty])

    def merge(self, partials: Sequence[Columns | None]) -> Columns | None:
        present = [partial for partial in partials if partial is not None]
        return concat_columns(present) if present else None

    def finish(self, partial: Columns) -> Columns:
        return partial

    def full(self, partial: Any) -> bool:
        return False

    def rewrite(self, function: Callable[[Expr], Expr]) -> Confirm:
        return self
