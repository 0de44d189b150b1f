"""Columns as their values and how often each occurs: for what pandas makes of a column in whatever order its values stand.

    fold    [3, 1, 3, 3] -> values [3, 1], counts [3, 1]
    finish  [3, 3, 3, 1], which pandas' own method is given, one column at a time

The columns of a file hold few different values as a rule, delays in minutes, prices, codes: so what is held are these, and
not the column. Of a column of which most values differ the values are held as they come.

See docs/decisions/0077-columns-as-counted-values.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lazyframe.expr import Expr
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns, Text, Values, concat, take, to_series
from lazyframe.kernels.group import group
from lazyframe.kernels.task import found_columns
from lazyframe.methods import by_column

_BEFORE_MERGE = 1 << 16
_MOST = 1 / 2  # of the values; where more than these differ, counting them gains nothing

Piece = tuple[Values, np.ndarray | None]
"""Values, and how often each occurs: once where that is None."""


@frozen
class OfEachColumn:
    """What a method of pandas makes of columns, one after another.

    Parameters
    ----------
    names : tuple of hashable
        The columns.
    method, options, alone
        As of `methods.by_column`.
    """

    names: tuple[Hashable, ...]
    method: str
    options: tuple[tuple[str, Any], ...]
    alone: bool

    @property
    def moments(self) -> bool:
        """Whether the means and deviations of numbers are a part of it."""
        return self.method == "describe"

    def finished(self, columns: Iterable[Callable[[], Any]]) -> Columns:
        """The answer; of each column is made, when it is asked for, a Series, or what has the method that is called."""
        made = (column() for column in columns)  # one at a time is in memory
        return found_columns(*by_column(made, self.names, self.method, dict(self.options), self.alone))


@frozen
class ValueCounts(OfEachColumn):
    """The same of columns whose values may come in any order."""

    in_order: ClassVar[bool] = True

    def fold(self, partial: list[Counted] | None, columns: Columns) -> list[Counted]:
        partial = partial or [Counted([]) for _ in self.names]
        for name, counted in zip(self.names, partial, strict=True):
            counted.add(columns[name])
        return partial

    def merge(self, partials: Sequence[list[Counted] | None]) -> list[Counted] | None:
        present = [partial for partial in partials if partial]
        return [Counted.joined(several) for several in zip(*present, strict=True)] if present else None

    def finish(self, partial: list[Counted]) -> Columns:
        return self.finished([counted.series for counted in partial])

    def full(self, partial: Any) -> bool:
        return False

    def rewrite(self, function: Callable[[Expr], Expr]) -> ValueCounts:
        return self


@dataclass
class Counted:
    """One column: pieces of it, the first of them of all that were merged.

    `repeats` is whether its values are worth counting.
    """

    pieces: list[Piece]
    unmerged: int = 0
    repeats: bool = True

    def add(self, values: Values) -> None:
        """The values of a further batch."""
        self.repeats = self.repeats and _is_countable(values)
        piece = _counted(values, None) if self.repeats else (values, None)
        self.repeats = self.repeats and len(piece[0]) <= max(_MOST * len(values), 64)
        self.pieces.append(piece)
        self.unmerged += len(piece[0])
        if self.repeats and self.unmerged > max(_BEFORE_MERGE, len(self.pieces[0][0])):
            self.settle()

    def settle(self) -> None:
        """Count what was added since it was last done, where that makes it fewer."""
        if not self.repeats or not self.pieces:
            return
        values = concat([values for values, _ in self.pieces])
        if not _is_countable(values):
            return
        counts = np.concatenate([np.ones(len(values), np.int64) if n is None else n for values, n in self.pieces])
        merged = _counted(values, counts)
        self.repeats = len(merged[0]) <= _MOST * counts.sum()
        self.pieces, self.unmerged = [merged], 0

    @classmethod
    def joined(cls, several: Sequence[Counted]) -> Counted:
        """Neighbours as one."""
        if len(several) == 1:
            return several[0]
        joined = cls([piece for one in several for piece in one.pieces], repeats=all(one.repeats for one in several))
        joined.settle()
        return joined

    def series(self) -> pd.Series:
        """All values as a Series: see `expanded`."""
        return to_series(self.expanded())

    def expanded(self) -> Values:
        """Each value as often as it occurs; the different ones in the order in which they first did."""
        parts = [v if counts is None else take(v, np.repeat(np.arange(len(v)), counts)) for v, counts in self.pieces]
        return concat(parts)


def _is_countable(values: Values) -> bool:
    """Whether the order of the values makes no difference: where pandas adds in double precision, or does not add.

    Dates are added as floats and rounded to whole ticks, and of the sums of narrow floats few digits are right.
    """
    numbers = isinstance(values, np.ndarray) and (values.dtype.kind in "iub" or values.dtype == np.float64)
    return numbers or isinstance(values, Text)


def _counted(values: Values, counts: np.ndarray | None) -> Piece:
    codes, (distinct,) = group([values], dropna=False)
    if isinstance(distinct, Text):
        distinct = Text(distinct.decoded(), distinct.dtype)
    return distinct, np.bincount(codes, counts, minlength=len(distinct)).astype(np.int64)  # exact below 2**53
