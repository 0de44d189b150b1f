"""In which order rows stand when they are sorted: pandas' own sorting, asked for places."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.compute as pc

from lazyframe.kernels.columns import Columns, Text, Values, is_valid, to_series
from lazyframe.masks import unpacked


def places(
    columns: Columns, by: Sequence[Hashable], ascending: Sequence[bool], kind: Any = "stable", na_position: Any = "last"
) -> np.ndarray:
    """The places of the rows in the order of some columns, rows of one value as pandas' own sorting leaves them.

    Examples
    --------
    >>> places(Columns.of(3, {"x": np.array([2.5, np.nan, 1.0])}), ["x"], [False]).tolist()
    [0, 2, 1]
    """
    numbers = [_as_numbers(columns[name], up) for name, up in zip(by, ascending, strict=True)]
    # Of several keys pandas' sorting is stable, but finds the distinct values of each first, which for numbers is not needed.
    if (len(by) > 1 or kind == "stable") and na_position == "last" and all(one is not None for one in numbers):
        return np.lexsort(numbers[::-1]) if len(by) > 1 else np.argsort(numbers[0], kind="stable")  # type: ignore[arg-type]
    keys = pd.DataFrame({str(position): to_series(columns[name]) for position, name in enumerate(by)})
    names = [str(position) for position in range(len(by))]
    found = keys.sort_values(names, ascending=list(ascending), kind=kind, na_position=na_position)
    return found.index.to_numpy()


def not_beyond(values: Values, bound: Values, ascending: bool, first: bool, na_position: Any = "last") -> np.ndarray | None:
    """Where values stand no further from the front than the one value of `bound` (from the end unless `first`), or beside it.

    None where that may be anywhere, or cannot be told without sorting.

    Examples
    --------
    >>> not_beyond(np.array([1.0, 5.0, np.nan, 2.0]), np.array([2.0]), True, True).tolist()
    [True, False, False, True]
    >>> not_beyond(np.array([1.0, 5.0, np.nan, 2.0]), np.array([2.0]), True, False).tolist()
    [False, True, True, True]
    """
    missing_too = (na_position == "first") == first
    missing_bound = is_valid(bound)
    if missing_bound is not None and not missing_bound[0]:
        valid = is_valid(values) if missing_too else None
        return None if valid is None else ~valid
    inside = _compared(values, bound, ascending == first)
    if inside is not None and missing_too and (valid := is_valid(values)) is not None:
        inside |= ~valid
    return inside


def _compared(values: Values, bound: Values, up: bool) -> np.ndarray | None:
    """Where values are no greater than the bound, or no less unless `up`; nowhere where they are missing."""
    if isinstance(values, Text) and isinstance(bound, Text):
        texts = values.array.dictionary if values.is_coded else values.array
        limit = bound.decoded()[0].cast(texts.type)
        inside = unpacked((pc.less_equal if up else pc.greater_equal)(texts, limit).fill_null(False))
        if not values.is_coded:
            return inside
        codes, _ = values.codes()
        return np.asarray(np.append(inside, False)[codes])  # the last one stands for missing ones, whose code is -1
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "biufMm" or values.dtype != bound.dtype:
        return None
    return np.asarray((np.less_equal if up else np.greater_equal)(values, bound[0]))


def _as_numbers(values: Values, ascending: bool) -> np.ndarray | None:
    """Numbers whose order is that of the values, missing ones last; None where there are no such numbers."""
    if not isinstance(values, np.ndarray) or values.dtype.kind not in "iufMm":
        return None
    if values.dtype.kind == "f":
        return values if ascending else np.negative(values)
    if values.dtype.kind in "Mm":
        if np.isnat(values).any():
            return None
        values = values.view(np.int64)
    return values if ascending else np.asarray(np.invert(values))  # of whole numbers the order turned round, with no overflow
