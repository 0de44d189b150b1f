"""Rows chosen among all of them: the arguments of `tail`, `nlargest`, `drop_duplicates`, checked where they are written."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any, Self

import numpy as np

from lazyframe.expr import Column
from lazyframe.frame import wrap
from lazyframe.frame.base import FrameFace
from lazyframe.frame.window import windowed
from lazyframe.plan import Distinct, Ends, Head, Plan, ResetIndex, TopK
from lazyframe.schema import probe


def head(plan: Plan, n: Any) -> Plan:
    """The first rows; all but the last ones where `n` is negative."""
    count = row_count(n, "head")
    return Head(plan, count) if count >= 0 else Ends(plan, (), count, True)


def tail(plan: Plan, n: Any) -> Plan:
    """The last rows; all but the first ones where `n` is negative."""
    return Ends(plan, (), row_count(n, "tail"), False)


def row_count(n: Any, method: str) -> int:
    """A number of rows, as given to `head` and `tail`."""
    if not isinstance(n, (int, np.integer)) or isinstance(n, bool):
        raise ValueError(f"{method} takes a number of rows; got {n!r}")
    return int(n)


def extremes(plan: Plan, method: str, n: Any, columns: Any, keep: Any) -> Plan:
    """The rows with the largest or smallest values, or the error that pandas has for these arguments."""
    if keep not in ("first", "last", "all"):
        raise ValueError(f'{method}: keep must be either "first", "last" or "all"; got {keep!r}')
    if not isinstance(n, (int, np.integer)) or isinstance(n, bool):
        raise TypeError(f"{method} takes a number of rows; got {n!r}")
    names = _names(columns)
    if not names:
        raise ValueError(f"{method}: there is no column to go by")
    for name in names:
        for dtype in plan.schema[name].possible:
            if dtype.values_kind not in "iufbMm":
                raise TypeError(f"{method}: column {name!r} has dtype {dtype}, cannot use method {method!r} with this dtype")
            getattr(probe(dtype), method)(1, keep=keep)
    return TopK(plan, names, int(n), keep, method == "nlargest")


def distinct(plan: Plan, subset: Any, keep: Any, ignore_index: bool) -> Plan:
    """The rows without those whose values are those of another, or the error that pandas has for these arguments."""
    if not (keep in ("first", "last") or keep is False):
        raise ValueError(f'drop_duplicates: keep must be either "first", "last" or False; got {keep!r}')
    names = plan.schema.names if subset is None else _names(subset)
    if not names:
        raise ValueError("drop_duplicates: there is no column to go by")
    new: Plan = Distinct(plan, names, keep)
    _ = new.schema
    return ResetIndex(new, True) if ignore_index else new


def _names(columns: Any) -> tuple[Hashable, ...]:
    alone = isinstance(columns, (str, tuple)) or not hasattr(columns, "__iter__")
    return (columns,) if alone else tuple(columns)


class FrameChoices(FrameFace):
    """The ways in which rows of a frame are chosen among all of them."""

    def nlargest(self, n: int, columns: Any, keep: str = "first") -> Self:
        """The `n` rows with the largest values of a column, the largest first; `n` rows are held in memory.

        Parameters
        ----------
        n : int
            How many rows.
        columns : name or list of names
            The column of numbers or dates; where rows have one value of the first, the next one decides.
        keep : str
            Which of equal rows are taken where there are too many: ``"first"``, ``"last"``, or ``"all"`` of them.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.nlargest(2, "DepDelay")[["Origin", "DepDelay"]].compute(scheduler="sync")
           Origin  DepDelay
        36    JFK     287.0
        35    JFK     235.0
        """
        return self._over(extremes(self._plan, "nlargest", n, columns, keep))

    def nsmallest(self, n: int, columns: Any, keep: str = "first") -> Self:
        """The `n` rows with the smallest values of a column, the smallest first; as `nlargest`."""
        return self._over(extremes(self._plan, "nsmallest", n, columns, keep))

    def drop_duplicates(self, subset: Any = None, *, keep: Any = "first", ignore_index: bool = False) -> Self:
        """One row for each combination of values; these rows are held in memory.

        Parameters
        ----------
        subset : name or list of names, optional
            The columns that are compared; all if not given.
        keep : str or False
            Which of equal rows is kept: the ``"first"``, the ``"last"``, or none of them (``False``).
        ignore_index : bool
            Whether the rows are numbered anew.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df[["Origin", "Distance"]].drop_duplicates("Origin").compute(scheduler="sync")
          Origin  Distance
        0    EWR      1400
        1    LGA      1416
        2    JFK      1089
        """
        return self._over(distinct(self._plan, subset, keep, ignore_index))

    def duplicated(self, subset: Any = None, keep: Any = "first") -> Any:
        """Where the values are those of another row; they are held in memory, or on disk where `memory_limit` asks for it.

        Parameters
        ----------
        subset : name or list of names, optional
            The columns that are compared; all if not given.
        keep : str or False
            Which of equal rows does not count: the ``"first"``, the ``"last"``, or none of them (``False``).
        """
        names = self._plan.schema.names if subset is None else _names(subset)
        if not names:
            raise ValueError("duplicated: there is no column to go by")
        plan, (column,) = windowed(self._plan, [[Column(name) for name in names]], "duplicated", {"keep": keep}, False)
        return wrap.column(plan, column, None)


class GroupChoices:
    """The ways in which rows of groups are chosen by where they stand in these."""

    def _rows(self, method: str, n: Any) -> Any:
        raise NotImplementedError

    def head(self, n: int = 5) -> Any:
        """The first `n` rows of each group, in their order; all but the last ones for a negative `n`. These are held in memory.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.groupby("Origin")[["Distance"]].head(1).compute(scheduler="sync")
           Distance
        0      1400
        1      1416
        2      1089
        """
        return self._rows("head", n)

    def tail(self, n: int = 5) -> Any:
        """The last `n` rows of each group, in their order; all but the first ones for a negative `n`."""
        return self._rows("tail", n)

    def nth(self, n: Any) -> Any:
        """The row at a place of each group, from 0, or from the last one, -1; for several places the rows are gathered."""
        return self._rows("nth", n)
