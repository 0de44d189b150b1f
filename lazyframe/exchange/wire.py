"""Columns as a record batch of Arrow's, and back, with all that pandas knows of them.

A batch says what it holds: batches of one bucket may differ in dtypes, as those of a source may. Which values are missing, and
with what, is as in the columns: numbers and dates go as their bits. What Arrow has no type for (objects of several kinds, whole
numbers beyond 64 bits, complex numbers) is pickled.
"""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from lazyframe.kernels.columns import Columns, Text, Values
from lazyframe.masks import packed, unpacked


def packed_batch(columns: Columns) -> pa.RecordBatch:
    """The columns, all of them made.

    Examples
    --------
    >>> batch = packed_batch(Columns.of(2, {"x": np.array([1.5, np.nan]), "q": np.array([True, None], object)}))
    >>> columns_of(batch)["x"].tolist(), columns_of(batch)["q"].tolist()
    ([1.5, nan], [True, None])
    """
    arrays = []
    told: list[tuple[Any, Any]] = []
    for name in columns.names:
        array, kind = _sent(columns[name])
        arrays.append(array)
        told.append((name, kind))
    meta = {b"columns": pickle.dumps((len(columns), told), 5)}
    fields = [pa.field(str(number), array.type) for number, array in enumerate(arrays)]
    return pa.RecordBatch.from_arrays(arrays, schema=pa.schema(fields, meta))


def columns_of(batch: pa.RecordBatch) -> Columns:
    """The columns of a batch that `packed_batch` made."""
    length, told = pickle.loads(batch.schema.metadata[b"columns"])
    made = {name: _received(array, kind) for array, (name, kind) in zip(batch.columns, told, strict=True)}
    return Columns.of(batch.num_rows if made else length, made)


def _sent(values: Values) -> tuple[pa.Array, Any]:
    if isinstance(values, Text):
        return values.array, ("text", values.dtype)
    if isinstance(values, pd.Categorical):
        return pa.array(values.codes), ("category", values.dtype)
    if isinstance(values, ExtensionArray):
        if hasattr(values.dtype, "__from_arrow__"):
            array = pa.array(values)
            array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
            return array, ("extension", values.dtype)
    elif values.dtype.kind == "b":
        return packed(values), ("bool", None)
    elif values.dtype.kind in "Mm":
        return pa.array(values.view(np.int64)), ("bits", values.dtype)
    elif values.dtype.kind in "iuf":
        return pa.array(values), ("numbers", None)
    return pa.nulls(len(values)), ("objects", values)


def _received(array: pa.Array, kind: tuple[str, Any]) -> Values:
    name, known = kind
    if name == "text":
        return Text(array, known)
    if name == "category":
        return pd.Categorical.from_codes(array.to_numpy(), dtype=known)
    if name == "extension":
        made: ExtensionArray = known.__from_arrow__(array)
        return made
    if name == "bool":
        return unpacked(array)
    if name == "bits":
        return array.to_numpy().view(known)
    if name == "numbers":
        return array.to_numpy()
    return known
