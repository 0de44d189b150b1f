"""The first rows of a sort, or the last, found without sorting all: those that may be among them are held.

    batch -> rows not beyond the last of those held -> held beside them -> now and then the first n of these in order

Of rows of one value those that were read first stand first, as in a stable sorting: rows that are held stand before those that
come later, and partial results are merged in the order of partitions.

See docs/decisions/0078-first-rows-of-a-sort.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar

import numpy as np

from lazyframe.expr import Expr
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.sinks import Collect, Rows
from lazyframe.kernels.sorting import not_beyond, places
from lazyframe.schema import ROW, Schema

_ROWS_BEFORE_SORT = 1 << 14


@frozen
class HeldRows:
    """The partial result.

    Parameters
    ----------
    rows : Rows
        Those that may be among the first.
    bound : Columns or None
        The row that is furthest from the front among n of them; none is known yet if None.
    seen : int
        How many rows came.
    """

    rows: Rows
    bound: Columns | None
    seen: int


@frozen
class TopRows:
    """The sink of a `plan.FirstSorted`, whose fields these are.

    Parameters
    ----------
    below : Schema
        Of the rows.
    by, ascending, na_position
        Their order.
    n, first, anew
        How many, of which end, numbered as what.
    """

    below: Schema
    by: tuple[Hashable, ...]
    ascending: tuple[bool, ...]
    na_position: str
    n: int
    first: bool
    anew: bool
    in_order: ClassVar[bool] = True

    def fold(self, partial: HeldRows | None, columns: Columns) -> HeldRows:
        partial = partial or HeldRows(Rows((), 0), None, 0)
        seen = partial.seen + len(columns)
        if partial.bound is not None:
            inside = self._inside(columns, partial.bound)
            columns = columns if inside is None else columns.rows(inside)
        rows = self._collect.fold(partial.rows, columns)
        enough = rows.count > 2 * self.n + _ROWS_BEFORE_SORT or (partial.bound is None and rows.count >= self.n)
        if enough or len(rows.pieces) > 64:
            return self._cut(rows, seen)
        return HeldRows(rows, partial.bound, seen)

    def merge(self, partials: Sequence[HeldRows | None]) -> HeldRows | None:
        present = [partial for partial in partials if partial is not None]
        rows = self._collect.merge([partial.rows for partial in present])
        return None if rows is None else self._cut(rows, sum(partial.seen for partial in present))

    def finish(self, partial: HeldRows) -> Columns:
        (columns,) = self._cut(partial.rows, partial.seen).rows.pieces
        if self.anew and ROW in columns:
            columns = columns.with_columns({ROW: np.arange(partial.seen - len(columns), partial.seen)})
        return columns

    def full(self, partial: Any) -> bool:
        return False

    def rewrite(self, function: Callable[[Expr], Expr]) -> TopRows:
        return self

    @property
    def _collect(self) -> Collect:
        return Collect(self.below)

    def _inside(self, columns: Columns, bound: Columns) -> np.ndarray | None:
        """Where rows are not beyond the bound, as far as that can be told; None where they may be anywhere."""
        inside = same = None  # as the bound in all the columns before
        for name, up in zip(self.by, self.ascending, strict=True):
            near = not_beyond(columns[name], bound[name], up, self.first, self.na_position)
            if near is not None:
                found = near if same is None else near | ~same
                inside = found if inside is None else inside & found
            if name == self.by[-1]:
                break
            back = not_beyond(columns[name], bound[name], up, not self.first, self.na_position)
            sides = [side for side in (same, near, back) if side is not None]
            if near is None and back is None:
                break
            same = np.logical_and.reduce(sides)
        return inside

    def _cut(self, rows: Rows, seen: int) -> HeldRows:
        """The first of some rows, in order."""
        columns = self._collect.finish(rows)
        order = places(columns, self.by, self.ascending, "stable", self.na_position)
        columns = columns.rows(order[: self.n] if self.first else order[-self.n :]).settled()
        bound = None
        if len(columns) == self.n:
            bound = columns.rows(np.array([self.n - 1 if self.first else 0]))
        return HeldRows(Rows((columns,), len(columns)), bound, seen)
