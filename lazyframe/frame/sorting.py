"""Rows in another order: the arguments of `sort_values` and `sort_index`, checked on the line where they are written."""

from __future__ import annotations

from typing import Any

import numpy as np

from lazyframe.plan import Plan, ResetIndex, Sort, SortIndex


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
        raise TypeError(f"ascending={ascending!r} is not True or False; one for each level of the index is not offered")
    new = SortIndex(plan, bool(ascending), kind, na_position)
    return ResetIndex(new, True) if ignore_index else new


def _check(kind: Any, na_position: Any) -> None:
    if na_position not in ("first", "last"):
        raise ValueError(f"invalid na_position: {na_position}")
    if kind not in ("quicksort", "mergesort", "heapsort", "stable"):
        raise ValueError(f"sort kind must be one of quicksort, mergesort, heapsort, stable (got {kind!r})")
