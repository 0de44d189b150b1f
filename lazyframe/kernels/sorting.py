"""In which order rows stand when they are sorted: pandas' own sorting, asked for places."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.kernels.columns import Columns, Values, to_series


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
