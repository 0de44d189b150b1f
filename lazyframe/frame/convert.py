"""Answers to pandas objects: the edge of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from lazyframe.kernels.columns import Columns, Values, index_name, to_series
from lazyframe.plan import Plan
from lazyframe.schema import ROW, DType


def to_frame(columns: Columns, plan: Plan) -> pd.DataFrame:
    """The answer of a plan as a DataFrame."""
    schema = plan.schema
    index = _index(columns, plan)
    data = {position: _series(columns[field.name], field.dtype) for position, field in enumerate(schema)}
    frame = pd.DataFrame(data, copy=False, index=None if data else range(len(columns)))
    frame.index = index
    names: list[Any] = list(schema.names)
    if names and all(isinstance(name, tuple) for name in names):
        frame.columns = pd.MultiIndex.from_tuples(names)
    else:
        frame.columns = pd.Index(names) if names else pd.Index([], dtype="str")
    return frame


def to_pandas_series(columns: Columns, plan: Plan) -> pd.Series:
    """The answer of a plan of one column as a Series."""
    field = plan.schema.fields[0]
    series = _series(columns[field.name], field.dtype)
    series.index = _index(columns, plan)
    series.name = field.name
    return series


def _series(values: Values, dtype: DType) -> pd.Series:
    series = to_series(values)
    if dtype.otherwise is None and str(series.dtype) != dtype.name:
        series = series.astype(dtype.name)  # type: ignore[call-overload]
    return series


def _index(columns: Columns, plan: Plan) -> Any:
    levels = plan.schema.index
    if not levels:
        if plan.gapless or ROW not in columns:
            return pd.RangeIndex(len(columns))
        return pd.Index(np.asarray(columns[ROW]))
    values: list[Any] = [_series(columns[index_name(position)], field.dtype) for position, field in enumerate(levels)]
    names = [field.name for field in levels]
    if len(levels) == 1:
        return pd.Index(values[0], name=names[0])
    return pd.MultiIndex.from_arrays(values, names=names)
