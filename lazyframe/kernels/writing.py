"""Rows as CSV, where the core can write them: the last thing that a task does to rows that go out as text.

pandas settles for each chunk of so many rows whether times are written as days, and with how many digits. So rows with times are
written chunk by chunk. Who does not know where the chunks begin writes days only, which are days in any chunk.

See docs/decisions/0080-csv-is-written-in-the-tasks.md.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns, Text, Values, extension_to_arrow, from_series, index_name, to_series
from lazyframe.native import abi
from lazyframe.native.write import Form, Time, rows_as_text
from lazyframe.schema import ROW, DType, Field, Schema

_UNITS = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}
_MISSING_TIME = np.iinfo(np.int64).min


def is_written(dtype: DType) -> bool:
    """Whether the core writes such a column as pandas does."""
    if dtype.otherwise is not None:
        return False
    if dtype.kind in "iubTM":
        return True
    if dtype.categories is not None:
        return not dtype.is_open and dtype.categories.dtype == "str"
    return dtype.name == "float64"


@frozen
class CsvText:
    """Makes text of rows.

    Parameters
    ----------
    fields : tuple of Field
        The columns, each with the dtype of the whole, all of which `is_written`.
    form : Form
        How they are written.
    numbered : bool
        Whether each row begins with its number.
    counted : bool
        Whether that is counted from the first of the rows given.
    chunk_rows : int
        How many rows pandas formats together.
    is_aligned : bool
        Whether the first of the rows given is the first of a chunk.
    """

    fields: tuple[Field, ...]
    form: Form
    numbered: bool
    counted: bool
    chunk_rows: int
    is_aligned: bool

    def __call__(self, columns: Columns) -> list[bytes] | Columns:
        """The text of the rows in pieces; the rows where only pandas can tell how they are written."""
        found = self._written(columns)
        return columns if found is None else found

    def _written(self, columns: Columns) -> list[bytes] | None:
        arrays: list[Any] = []
        if self.numbered:
            is_counted = self.counted or ROW not in columns
            arrays.append(np.arange(len(columns)) if is_counted else np.asarray(columns[ROW]).astype(np.int64, copy=False))
        for field in self.fields:
            array = _array(columns[field.name], field.dtype)
            if array is None:
                return None
            arrays.append(array)
        timed = [position for position, array in enumerate(arrays) if isinstance(array, Time)]
        if not timed:
            return rows_as_text(arrays, 0, len(columns), self.form)
        if not self.is_aligned:
            days_only = all(_fraction(arrays[position], 0, len(columns)) == abi.DAYS_ONLY for position in timed)
            return rows_as_text(arrays, 0, len(columns), self.form) if days_only else None
        pieces: list[bytes] = []
        for first in range(0, len(columns), self.chunk_rows):
            stop = min(first + self.chunk_rows, len(columns))
            for position in timed:
                time = arrays[position]
                arrays[position] = Time(time.values, time.unit, _fraction(time, first, stop))
            chunk = rows_as_text(arrays, first, stop, self.form)
            if chunk is None:
                return None
            pieces += chunk
        return pieces


def _array(values: Values, dtype: DType) -> Any:
    """The values as the core takes them, in the dtype of the whole; None where it does not take them."""
    if dtype.kind == "T":
        return _texts(values)
    if dtype.categories is not None:
        return extension_to_arrow(values) if isinstance(values, pd.Categorical) else None
    if not isinstance(values, np.ndarray) or str(values.dtype) != dtype.name:
        values = from_series(to_series(values).astype(dtype.pandas))
    if dtype.kind in "iu":
        return values.astype(np.int64 if dtype.kind == "i" else np.uint64, copy=False)
    if dtype.kind != "M":
        return values
    unit = np.datetime_data(values.dtype)[0]
    return Time(np.ascontiguousarray(values).view(np.int64), _UNITS[unit], abi.DAYS_ONLY) if unit in _UNITS else None


def _texts(values: Values) -> pa.Array | None:
    if not isinstance(values, Text):
        try:
            return pa.array(to_series(values), pa.large_string(), from_pandas=True)
        except (pa.ArrowInvalid, pa.ArrowTypeError):  # something that is neither text nor missing
            return None
    array = values.array
    if values.is_coded and (array.indices.type != pa.int32() or array.dictionary.null_count):
        return values.decoded()
    return array


def _fraction(time: Time, first: int, stop: int) -> int:
    """How pandas writes these times of a column, taken together: as `Time` has it."""
    values = time.values[first:stop]
    values = values[values != _MISSING_TIME]
    if not (values % (86400 * time.unit)).any():
        return abi.DAYS_ONLY
    for digits in (0, 3, 6):
        if 10**digits >= time.unit or not (values % (time.unit // 10**digits)).any():
            return digits
    return 9


def no_rows(schema: Schema) -> Columns:
    """No rows, with all that a pandas object of them needs."""
    levels: dict[Hashable, Field] = {index_name(level): field for level, field in enumerate(schema.index)}
    fields: dict[Hashable, Field] = {**{field.name: field for field in schema}, **levels}
    made: dict[Hashable, Values] = {name: from_series(pd.Series([], dtype=field.dtype.pandas)) for name, field in fields.items()}
    return Columns.of(0, {**made, ROW: np.zeros(0, np.int64)})
