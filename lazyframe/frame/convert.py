"""Answers to pandas objects: the edge of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.kernels.columns import Columns, Values, index_name, to_series
from lazyframe.plan import Plan
from lazyframe.schema import MIXED, ROW, DType, column_index


def to_frame(columns: Columns, plan: Plan) -> pd.DataFrame:
    """The answer of a plan as a DataFrame."""
    schema = plan.schema
    index = _index(columns, plan)
    taken: set[int] = set()
    data = {position: _series(_own(columns[field.name], taken), field.dtype) for position, field in enumerate(schema)}
    frame = pd.DataFrame(data, copy=False, index=None if data else range(len(columns)))
    frame.index = index
    frame.columns = column_index(schema.names)
    return frame


def to_pandas_series(columns: Columns, plan: Plan) -> pd.Series:
    """The answer of a plan of one column as a Series."""
    field = plan.schema.fields[0]
    series = _series(_own(columns[field.name], set()), field.dtype)
    series.index = _index(columns, plan)
    series.name = field.name
    return series


def _own(values: Values, taken: set[int]) -> Values:
    """An array that its column may write into: a copy where it is Arrow's, or already another column's."""
    if not isinstance(values, np.ndarray):
        return values
    if not values.flags.writeable or values.ctypes.data in taken:
        values = values.copy()
    taken.add(values.ctypes.data)
    return values


def _series(values: Values, dtype: DType) -> pd.Series:
    series = to_series(values)
    if dtype.otherwise is None and dtype != MIXED and str(series.dtype) != dtype.name:
        series = series.astype(dtype.name)  # type: ignore[call-overload]
    return series


def _index(columns: Columns, plan: Plan) -> Any:
    levels = plan.schema.index
    if not levels:
        if plan.gapless or ROW not in columns:
            return pd.RangeIndex(len(columns))
        rows = np.asarray(columns[ROW])
        return pd.RangeIndex(rows.max() + 1 if len(rows) else 0).take(rows)  # evenly spaced rows stay a RangeIndex, as in pandas
    values: list[Any] = [_series(columns[index_name(position)], field.dtype) for position, field in enumerate(levels)]
    names = [field.name for field in levels]
    if [field.dtype for field in levels] == [MIXED]:  # names of columns
        return column_index(values[0])
    if len(levels) == 1:
        return pd.Index(values[0], name=names[0])
    return pd.MultiIndex.from_arrays(values, names=names)
