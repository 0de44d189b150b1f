"""Rows that pandas would choose among all of them, found without holding all of them.

    batch -> those that may be chosen -> more of these -> fewer of them -> ... -> the choice

Whatever is chosen of all the rows is chosen of any part of them that holds it. So a part of the rows can be cut down to
those that pandas' own method would choose of it, in the order in which they stand; and the last choice is pandas' own.

See docs/decisions/0023-row-choices-are-chosen-of-parts.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from lazyframe.expr import Expr
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns, to_series
from lazyframe.kernels.group import has_one_missing, numbered
from lazyframe.kernels.room import make_sure
from lazyframe.kernels.sinks import MOST, Collect, Rows
from lazyframe.schema import Schema

_ROWS_BEFORE_CHOICE = 1 << 16


@frozen
class Candidates:
    """The partial result of a choice.

    Parameters
    ----------
    rows : Rows
        Those that may be among the chosen.
    apart : bool
        Whether nearly all rows of a batch were so: then the next batches are not looked at one by one.
    cut : bool
        Whether the rows were cut down to the candidates among them, all together.
    """

    rows: Rows
    apart: bool
    cut: bool


@frozen
class Choose:
    """The sink of a `plan.Subset`.

    Parameters
    ----------
    below : Schema
        Of the rows.
    by : tuple
        The columns by whose values they are chosen.
    method, options
        pandas' method, and its arguments: `plan.Subset.call`.
    """

    below: Schema
    by: tuple[Hashable, ...]
    method: str
    options: dict[str, Any]
    in_order: ClassVar[bool] = True

    def fold(self, partial: Candidates | None, columns: Columns) -> Candidates:
        fewer = columns if partial is not None and partial.apart else self.candidates(columns)
        apart = len(fewer) > MOST * len(columns)
        rows = self._collect.fold(None if partial is None else partial.rows, fewer)
        if len(rows.pieces) > 64 or rows.count > 2 * len(rows.pieces[0]) + _ROWS_BEFORE_CHOICE:
            return self._fewer(rows)
        return Candidates(rows, apart, partial is None)

    def merge(self, partials: Sequence[Candidates | None]) -> Candidates | None:
        present = [partial for partial in partials if partial is not None]
        if len(present) == 1 and present[0].cut:
            return present[0]
        rows = self._collect.merge([partial.rows for partial in present])
        return None if rows is None else self._fewer(rows)

    def finish(self, partial: Candidates) -> Columns:
        rows = self._collect.finish(partial.rows)
        if partial.cut and self.method == "drop_duplicates" and self.options["keep"] == "first":
            return rows  # of each value the first is the only candidate
        return self.chosen(rows)

    def full(self, partial: Candidates | None) -> bool:
        return False

    def rewrite(self, function: Callable[[Expr], Expr]) -> Choose:
        return self

    @property
    def _collect(self) -> Collect:
        return Collect(self.below)

    def _fewer(self, rows: Rows) -> Candidates:
        columns = self.candidates(self._collect.finish(rows)).settled()
        return Candidates(Rows((columns,), len(columns)), len(columns) > MOST * rows.count, True)

    def candidates(self, columns: Columns) -> Columns:
        """The rows that may be among the chosen, in their order."""
        return columns.rows(self._candidates(columns))

    def chosen(self, columns: Columns) -> Columns:
        """What is chosen of all the rows, in the order that pandas gives them."""
        return columns.rows(self._chosen(columns)).settled()

    def _keys(self, columns: Columns) -> pd.DataFrame:
        make_sure(len(columns), len(self.by))
        return pd.DataFrame(
            {position: to_series(columns[name]) for position, name in enumerate(self.by)}, index=range(len(columns))
        )

    def _ends(self, columns: Columns) -> tuple[np.ndarray, np.ndarray]:
        """The places of the first and of the last row of each value, in their order."""
        keys = [columns[name] for name in self.by]
        if all(map(has_one_missing, keys)):  # of objects, None and NaN are what pandas calls duplicates now and then
            numbers, first = numbered(keys)
            last = first
            if self.options["keep"] != "first" and len(first) < len(numbers):
                last = first.copy()
                last[numbers] = np.arange(len(numbers))  # of several writes to one place the last one stays
                last.sort()
            return first, last
        frame = self._keys(columns)
        first, last = (np.flatnonzero(~frame.duplicated(keep=keep)) for keep in ("first", "last"))
        return first, last

    def _candidates(self, columns: Columns) -> np.ndarray:
        """The places of the rows that may be among the chosen, in their order."""
        options = self.options
        if self.method in _ENDS:
            every = np.arange(len(columns))
            return every if options["n"] < 0 else _ENDS[self.method](every, options["n"])
        if self.method == "drop_duplicates":
            first, last = self._ends(columns)
            # Of a value that is there twice the last one, and one that shows that it is.
            return first if options["keep"] == "first" else np.union1d(first, last)
        keys = self._keys(columns)
        if self.method.startswith("group_"):
            return _of_groups(keys, self.method.removeprefix("group_"), final=False, **options)
        # One more than is wanted, for pandas goes another way where all the rows are.
        found = getattr(keys, self.method)(max(options["n"], 0) + 1, list(keys), keep=options["keep"])
        return np.sort(found.index.to_numpy())

    def _chosen(self, columns: Columns) -> np.ndarray:
        """The places of the chosen rows, in the order that pandas gives them."""
        options = self.options
        if self.method in _ENDS:
            return _ENDS[self.method](np.arange(len(columns)), options["n"])
        if self.method == "drop_duplicates":
            first, last = self._ends(columns)
            return first if options["keep"] == "first" else last if options["keep"] == "last" else np.intersect1d(first, last)
        keys = self._keys(columns)
        if self.method.startswith("group_"):
            return _of_groups(keys, self.method.removeprefix("group_"), final=True, **options)
        found = getattr(keys, self.method)(options["n"], list(keys), keep=options["keep"])
        return np.asarray(found.index)


def _of_groups(rows: pd.DataFrame, method: str, final: bool, keys: int, n: int, dropna: bool) -> np.ndarray:
    """The places of rows of each group, in their order; those that may be among them unless it is `final`."""
    by, values = list(rows)[:keys], list(rows)[keys:]
    groups: Any = rows.groupby(by, sort=False, dropna=dropna, observed=True)
    if method in ("head", "tail") and (final or n >= 0):
        return np.asarray(getattr(groups, method)(n).index)
    if method in ("head", "tail"):  # all but those at the other end, which later rows may push further
        return np.arange(len(rows))
    if method == "nth":
        found = groups.nth(n) if final else groups.head(n + 1) if n >= 0 else groups.tail(-n)
        return np.asarray(found.index)
    places = [np.asarray(groups.head(1).index)]
    for value in values:
        present: Any = rows[rows[value].notna()].groupby(by, sort=False, dropna=dropna, observed=True)
        places.append(getattr(present[value], method)().to_numpy())
    return np.unique(np.concatenate(places)).astype(np.int64)


_ENDS: dict[str, Callable[[np.ndarray, int], np.ndarray]] = {
    "head": lambda rows, n: rows[:n],
    "tail": lambda rows, n: rows[-n:] if n else rows[:0],
}
