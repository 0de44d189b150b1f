"""What is known of some rows of a column without looking at them: how many are missing, and between what the others lie."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

ROWS = 2**16
"""Of so many rows at a time."""

_LONGEST = 100  # characters: of longer texts no bounds are kept
_DISTINCT = 2**8  # of more texts it takes too long to find out which are there


def bounds_of(array: pa.Array) -> list[list[Any]]:
    """For each `ROWS` rows how many are missing, the least and the greatest value, as JSON has them; None: not known.

    Examples
    --------
    >>> bounds_of(pa.array([3.0, float("nan"), 1.0]))
    [[1, 1.0, 3.0]]
    >>> bounds_of(pa.array(["b", None, "a"]).dictionary_encode())
    [[1, 'a', 'b']]
    """
    cells = (array.slice(at, ROWS) for at in range(0, len(array), ROWS))
    if pa.types.is_dictionary(array.type):
        distinct = _in_order(array.dictionary)
        if distinct is None:
            return [[cell.null_count, None, None] for cell in cells]
        return [_of_codes(cell.indices, *distinct) for cell in cells]
    return [_of_values(cell) for cell in cells]


def _of_values(cell: pa.Array) -> list[Any]:
    type_, missing = cell.type, cell.null_count
    if pa.types.is_floating(type_) and not missing:
        values = cell.to_numpy()
        least = values.min()
        if least == least:
            return [0, float(least), float(values.max())]
        missing = len(values) - int(np.count_nonzero(values == values))
        if missing == len(values):
            return [missing, None, None]
        return [missing, float(np.fmin.reduce(values)), float(np.fmax.reduce(values))]
    if missing == len(cell):
        return [missing, None, None]
    if pa.types.is_boolean(type_) and not missing:
        return [0, cell.true_count == len(cell), cell.true_count > 0]
    if pa.types.is_integer(type_) and not missing:
        values = cell.to_numpy()
        return [0, int(values.min()), int(values.max())]
    if pa.types.is_timestamp(type_):
        found = pc.min_max(cell.cast(pa.int64()))
        return [missing, found["min"].as_py(), found["max"].as_py()]
    return [missing, None, None]


def _in_order(distinct: pa.Array) -> tuple[bytes, list[Any]] | None:
    """The place of each distinct value among them all in order, as a table of bytes, and these; None where there is none."""
    if len(distinct) > _DISTINCT or distinct.null_count:
        return None
    if pa.types.is_timestamp(distinct.type):
        values = distinct.cast(pa.int64()).to_pylist()
    elif pa.types.is_string(distinct.type):
        values = distinct.to_pylist()
    else:
        return None
    order = sorted(range(len(values)), key=values.__getitem__)
    places = np.zeros(_DISTINCT, np.uint8)
    places[order] = np.arange(len(values))
    return places.tobytes(), [values[number] for number in order]


def _of_codes(codes: pa.Array, places: bytes, values: list[Any]) -> list[Any]:
    missing = codes.null_count
    if missing == len(codes):
        return [missing, None, None]
    present = (codes.drop_null() if missing else codes).to_numpy().astype(np.uint8, copy=False)
    found = np.frombuffer(present.tobytes().translate(places), np.uint8)  # numpy would make 64 bits of each code first
    bounds = [values[found.min()], values[found.max()]]
    return [missing, *(bounds if all(not isinstance(value, str) or len(value) <= _LONGEST for value in bounds) else (None, None))]


def known(cell: Sequence[Any], type_: pa.DataType) -> tuple[int, Any, Any]:
    """The bounds of a cell, as values that can be compared with the user's; `type_` is that of the values, not of codes."""
    missing, least, greatest = cell
    if pa.types.is_timestamp(type_) and least is not None:
        least, greatest = (pd.Timestamp(value, unit=type_.unit, tz=type_.tz) for value in (least, greatest))
    return missing, least, greatest
