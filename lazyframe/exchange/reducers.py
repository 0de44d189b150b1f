"""What a hash exchange makes of rows on their way and at their end: the distinct ones, or one a group.

    a batch -> prepared -> more of these -> reduced -> split | a bucket's, of all tasks -> finished -> ordered by `ordering`

      Distinctly    the rows              those that may be chosen                those that are chosen
      Grouping      groups, with states   groups, states merged                   groups, states finished
      of values     keys and operands     the same: each is needed                groups, of all their rows

See docs/decisions/0088-groups-that-are-many-are-exchanged.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np

from lazyframe.exchange.scatter import ORDER
from lazyframe.expr import Column, Expr, Reduction
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns, Text, Values, is_hidden, is_valid
from lazyframe.kernels.group import group
from lazyframe.kernels.reduce import holds_values
from lazyframe.kernels.sinks import Aggregation, Groups, GroupsSoFar
from lazyframe.kernels.subset import Choose
from lazyframe.plan import Aggregate, Plan, Project


@frozen
class Distinctly:
    """Rows that are chosen by the values of some columns."""

    choose: Choose

    @property
    def ordering(self) -> tuple[Hashable, ...]:
        return (ORDER,)

    def prepared(self, rows: Columns, apart: bool) -> Columns:
        return rows if apart else self.reduced(rows)

    def reduced(self, rows: Columns) -> Columns:
        return self.choose.candidates(rows)

    def finished(self, rows: Columns) -> Columns:
        return self.choose.chosen(rows)

    def by_label(self) -> str:
        return ", ".join(map(str, self.choose.by))

    def label(self) -> str:
        return f"distinct {self.by_label()}"


@frozen
class Grouping:
    """One row a group of equal keys.

    Parameters
    ----------
    aggregation : Aggregation
        Of the columns `keys` and of what `over` has put beside them, not sorted.
    keys : tuple of str
        The columns of the keys.
    is_sorted : bool
        Whether groups are in the order of their keys; else in that of their first rows.
    of_values : bool
        Whether some reduction needs all values of a group: then rows go on as they are.
    """

    aggregation: Aggregation
    keys: tuple[Hashable, ...]
    is_sorted: bool
    of_values: bool

    @property
    def ordering(self) -> tuple[Hashable, ...]:
        return tuple(f"\1by{level}" for level in range(len(self.keys))) if self.is_sorted else (ORDER,)

    def prepared(self, rows: Columns, apart: bool) -> Columns:
        if not self.of_values:
            return self._columns(self.aggregation.grouped(rows, apart))
        rows = Columns.of(len(rows), {name: rows[name] for name in rows.names if not is_hidden(name)})
        rows = rows.with_columns({name: _plain(rows[name]) for name in self.keys})
        return rows.rows(have_keys(rows, self.keys)) if self.aggregation.dropna else rows

    def reduced(self, rows: Columns) -> Columns:
        return rows if self.of_values else self._columns(self.aggregation.regrouped(self._groups(rows)))

    def finished(self, rows: Columns) -> Columns:
        codes, keys = group([rows[name] for name in self.keys], dropna=False)
        if self.of_values:
            partial = self.aggregation.fold(None, rows)
        else:
            partial = GroupsSoFar([self.aggregation.regrouped(self._groups(rows))])
        made = self.aggregation.finish(partial)
        order: list[Values] = keys if self.is_sorted else [_firsts(rows[ORDER], codes, len(made))]
        return made.with_columns(dict(zip(self.ordering, order, strict=True)))

    def by_label(self) -> str:
        return ", ".join(str(name) for name, _ in self.aggregation.keys)

    def label(self) -> str:
        return f"groups of {self.by_label()}"

    def _columns(self, groups: Groups) -> Columns:
        made: dict[Hashable, Values] = dict(zip(self.keys, map(_plain, groups.keys), strict=True))
        for position, state in groups.states.items():
            made.update((f"\1state{position}.{number}", values) for number, values in enumerate(state))
        return Columns.of(groups.count, made)

    def _groups(self, rows: Columns) -> Groups:
        states: dict[int, tuple[Values, ...]] = {}
        for name in rows.names:
            if isinstance(name, str) and name.startswith("\1state"):
                position = int(name.removeprefix("\1state").split(".")[0])
                states[position] = (*states.get(position, ()), rows[name])
        return Groups([rows[name] for name in self.keys], states, len(rows))


def grouping(plan: Aggregate) -> tuple[Plan, Grouping]:
    """The rows of which an aggregate is made, with nothing but what it reads of them; and how groups are made of these."""
    below = plan.child.schema
    keys = tuple((f"\1key{level}", expr) for level, (_, expr) in enumerate(plan.keys))
    operands: dict[str, tuple[str, Expr]] = {}
    reductions: list[tuple[Hashable, Reduction]] = []
    for name, reduction in plan.reductions:
        operand = reduction.operand
        if operand is not None:
            column, _ = operands.setdefault(operand.token, (f"\1in{len(operands)}", operand))
            reduction = replace(reduction, operand=Column(column))
        reductions.append((name, reduction))
    columns = tuple((name, Column(key)) for (name, _), (key, _) in zip(plan.keys, keys, strict=True))
    aggregation = Aggregation(columns, tuple(reductions), False, plan.dropna, plan.as_index, plan.schema)
    of_values = any(
        holds_values(reduction.function, None if reduction.operand is None else reduction.operand.dtype(below))
        for _, reduction in plan.reductions
    )
    rows = Project(plan.child, (*keys, *operands.values()))
    return rows, Grouping(aggregation, tuple(name for name, _ in keys), plan.sort, of_values)


def have_keys(rows: Columns, keys: Sequence[Hashable]) -> np.ndarray:
    """Which rows have a value in each of these columns."""
    found = np.ones(len(rows), bool)
    for name in keys:
        valid = is_valid(rows[name])
        if valid is not None:
            found &= valid
    return found


def _plain(key: Values) -> Values:
    """A key of text without the dictionary, which every piece would take along, and as pandas infers it from any of its values:
    those of one bucket may be none.
    """
    return Text(key.decoded(), "str") if isinstance(key, Text) else key


def _firsts(order: np.ndarray, codes: np.ndarray, count: int) -> np.ndarray:
    """The order number of the first row of each group; rows are in the order of these."""
    found = np.zeros(count, np.int64)
    found[codes[::-1]] = order[::-1]
    return found
