"""Answers to pandas objects: the edge of the engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from lazyframe.kernels.columns import Columns, Text, Values, index_name, to_series
from lazyframe.kernels.group import compress
from lazyframe.plan import Plan
from lazyframe.schema import MIXED, ROW, DType, column_index


def to_frame(columns: Columns, plan: Plan) -> pd.DataFrame:
    """The answer of a plan as a DataFrame."""
    schema = plan.schema
    index = _index(columns, plan)
    taken: set[int] = set()
    data = {position: _values(_own(columns[field.name], taken), field.dtype, index) for position, field in enumerate(schema)}
    frame = pd.DataFrame(data, index=index, copy=False)
    frame.columns = column_index(schema.names, schema.labels)
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
    if isinstance(values, ExtensionArray):
        return values.copy()
    if not isinstance(values, np.ndarray):
        return values
    if not values.flags.writeable or values.ctypes.data in taken:
        values = values.copy()
    taken.add(values.ctypes.data)
    return values


def _values(values: Values, dtype: DType, index: pd.Index) -> Any:
    """A column for a table with this index: arrays, of which pandas makes columns faster than of Series."""
    if isinstance(values, np.ndarray) and values.dtype.kind in "iufb" and values.dtype.name == dtype.name:
        return values
    series = _series(values, dtype)
    if series.dtype != object:
        return series.array
    series.index = index  # of an array of objects pandas would make text
    return series


def _series(values: Values, dtype: DType) -> pd.Series:
    series = to_series(values)
    if isinstance(values, Text) and values.dtype == "str" and pd.get_option("mode.string_storage") == "python":
        return series.astype(pd.StringDtype("python", na_value=np.nan))
    if dtype.otherwise is None and dtype != MIXED and str(series.dtype) != dtype.name:
        series = series.astype(dtype.pandas)
    return series


def _index(columns: Columns, plan: Plan) -> Any:
    levels = plan.schema.index
    if not levels:
        if plan.is_counted or ROW not in columns:
            return pd.RangeIndex(len(columns))
        rows = np.asarray(columns[ROW])
        return pd.RangeIndex(rows.max() + 1 if len(rows) else 0).take(rows)  # evenly spaced rows stay a RangeIndex, as in pandas
    names = [field.name for field in levels]
    if len(levels) > 1:
        pairs: list[Any] = [_level(columns[index_name(position)], field.dtype) for position, field in enumerate(levels)]
        return pd.MultiIndex([level for level, _ in pairs], [codes for _, codes in pairs], names=names, verify_integrity=False)
    values: Any = _series(columns[index_name(0)], levels[0].dtype)
    if levels[0].dtype == MIXED:  # names of columns
        return column_index(values).rename(names[0])
    return pd.Index(_labels(values, levels[0].dtype), name=names[0])


def _labels(values: pd.Series, dtype: DType) -> pd.Series:
    """Values as an index has them, which knows no bytes of one length."""
    return values.astype(object) if dtype.kind == "S" else values


def _level(values: Values, dtype: DType) -> tuple[pd.Index, np.ndarray]:
    """The sorted distinct values of a level, and which of them each row has, as `pandas.MultiIndex.from_arrays` finds them."""
    if not isinstance(values, Text):
        series = _labels(_series(values, dtype), dtype)
        alone = pd.MultiIndex.from_arrays([series.infer_objects() if dtype == MIXED else series])
        return alone.levels[0], np.asarray(alone.codes[0])
    codes, dictionary = values.codes()
    numbers, first = compress(codes, len(dictionary))
    order, distinct = pd.factorize(_series(Text(dictionary.take(pa.array(codes[first])), values.dtype), dtype), sort=True)
    return pd.Index(distinct), np.append(order, -1)[numbers]
