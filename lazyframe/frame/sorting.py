"""Rows in another order, and under another index: the arguments are checked on the line where they are written."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any, Self

import numpy as np
import pandas as pd

from lazyframe.frame.base import ColumnFace, FrameFace
from lazyframe.frame.signature import NotOfferedError
from lazyframe.plan import Plan, ResetIndex, SetIndex, Sort, SortIndex
from lazyframe.run import Computable


def _is_name(key: Any) -> bool:
    """Whether it can be the name of a column, and is no array of labels."""
    return isinstance(key, Hashable) and not isinstance(key, Computable) and not getattr(key, "ndim", 0)


def sorted_plan(plan: Plan, by: list[Any], ascending: Any, kind: Any, na_position: Any, ignore_index: bool) -> Plan:
    """The plan with its rows sorted, or the error that pandas has for these arguments."""
    _check(kind, na_position)
    flags = list(ascending) if isinstance(ascending, (list, tuple)) else [ascending] * len(by)
    if not all(isinstance(flag, (bool, int, np.bool)) for flag in flags):
        raise ValueError(f"ascending={ascending!r} is not True or False, or a list of these")
    if not by or len(flags) != len(by):
        raise ValueError(f"Length of ascending ({len(flags)}) != length of by ({len(by)}), or nothing to sort by")
    new = Sort(plan, tuple(by), tuple(bool(flag) for flag in flags), kind, na_position)
    _ = new.schema
    return ResetIndex(new, True) if ignore_index else new


def sorted_by_index(plan: Plan, ascending: Any, kind: Any, na_position: Any, ignore_index: bool) -> Plan:
    """The plan with its rows in the order of their index, or the error that pandas has for these arguments."""
    _check(kind, na_position)
    if not isinstance(ascending, (bool, int, np.bool)):
        raise NotOfferedError(f"ascending={ascending!r} is not True or False; one for each level of the index is not offered")
    new = SortIndex(plan, bool(ascending), kind, na_position)
    return ResetIndex(new, True) if ignore_index else new


def _check(kind: Any, na_position: Any) -> None:
    if na_position not in ("first", "last"):
        raise ValueError(f"invalid na_position: {na_position}")
    if kind not in ("quicksort", "mergesort", "heapsort", "stable"):
        raise ValueError(f"sort kind must be one of quicksort, mergesort, heapsort, stable (got {kind!r})")


class FrameOrder(FrameFace):
    """The order of the rows of a frame, and their index."""

    _assigned: Callable[[Mapping[Any, Any]], Plan]

    def sort_values(
        self,
        by: Any,
        *,
        ascending: Any = True,
        kind: Any = "quicksort",
        na_position: Any = "last",
        ignore_index: bool = False,
    ) -> Self:
        """The rows in the order of some columns.

        They are sorted in memory, or on disk if they may be more than the setting ``memory_limit`` allows. Of its first or last
        rows, ``.head(n)`` or ``.tail(n)``, no others are held.

        Parameters
        ----------
        by : name or list of names
            The columns.
        ascending : bool or list of bool
            Whether the smallest value stands first; one for each column.
        kind : str
            The sorting of pandas; ``"stable"`` keeps rows of one value in their order. So does every kind on disk, and where the
            first or last rows of more than 64 MB are taken: where pandas' default leaves such rows is defined by nobody.
        na_position : str
            ``"last"`` or ``"first"``: where missing values stand.
        ignore_index : bool
            Whether the rows are numbered anew.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.sort_values("DepDelay", ascending=False).head(2)[["Origin", "DepDelay"]].compute(scheduler="sync")
           Origin  DepDelay
        36    JFK     287.0
        35    JFK     235.0
        """
        names = list(by) if isinstance(by, (list, pd.Index)) else [by]
        return self._over(sorted_plan(self._plan, names, ascending, kind, na_position, ignore_index))

    def set_index(self, keys: Any, *, drop: bool = True, sort: bool = False) -> Self:
        """The rows with the values of one or some columns for an index.

        Columns can then be selected, reduced and filtered by, rows sorted, and the index reset; rows are not looked up by
        their label. Nothing is read for it.

        Parameters
        ----------
        keys : name, Series, or list of these
            The columns, of the frame or of its rows.
        drop : bool
            Whether they are no columns any more.
        sort : bool
            Whether the rows are put into the order of the new index, as Dask does.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.set_index("Origin")[["Dest", "Distance"]].head(2).compute(scheduler="sync")
               Dest  Distance
        Origin
        EWR     IAH      1400
        LGA     IAH      1416
        """
        given = list(keys) if isinstance(keys, list) else [keys]
        made = {f"\1index{number}": key for number, key in enumerate(given) if isinstance(key, ColumnFace)}
        others = [key for key in given if not isinstance(key, ColumnFace)]
        if not given:
            raise ValueError("set_index: there is no key: Must pass non-zero number of keys")
        if not all(map(_is_name, others)) or (made and others and not drop):
            raise NotOfferedError("set_index takes names of columns and columns of the frame; the rest only pandas can do")
        names = tuple(f"\1index{number}" if isinstance(key, ColumnFace) else key for number, key in enumerate(given))
        if len(set(names)) < len(names):
            raise ValueError(f"set_index: a column is named twice in {list(names)}")
        titles = tuple(key.name if isinstance(key, ColumnFace) else key for key in given)
        plan = SetIndex(self._assigned(made), names, True, titles) if made else SetIndex(self._plan, names, drop)
        _ = plan.schema
        return self._over(sorted_by_index(plan, True, "stable", "last", False) if sort else plan)

    def reset_index(self, drop: bool = False) -> Self:
        """The levels of the index, or the row number, as columns; with `drop` the rows are numbered anew."""
        return self._over(ResetIndex(self._plan, drop))
