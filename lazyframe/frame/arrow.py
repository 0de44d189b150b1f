"""Rows as Arrow, and as Parquet: the other edge of the engine, beside `convert`."""

from __future__ import annotations

import base64
import inspect
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from lazyframe.frame.stream import Stream
from lazyframe.kernels.columns import Columns, Text, Values, index_name
from lazyframe.schema import BIG_INTEGERS, MIXED, DType, Schema, column_index, nearest, probe


def arrow_type(dtype: DType) -> pa.DataType:
    """The type that pandas gives a dtype in Arrow: text with 64-bit offsets, for there may be more than 2 GB of it.

    Raises
    ------
    TypeError
        No Arrow column holds such values.
    """
    if dtype == BIG_INTEGERS:
        raise TypeError("its whole numbers are beyond 64 bits, which no Arrow column has; call .astype(str) on the column")
    if dtype.kind == "c":
        raise TypeError("its numbers are complex, which no Arrow column has; .compute() it")
    if dtype.kind == "S":
        return pa.binary()
    if dtype == MIXED:
        raise TypeError("its values are of several kinds, which no Arrow column has; .compute() it")
    if dtype.categories is not None:
        return pa.array(probe(dtype).array).type
    return pa.large_string() if dtype.kind == "T" else dtype.arrow


def arrow_schema(schema: Schema) -> pa.Schema:
    """The levels of the index, where it is more than row numbers, and then the columns."""
    levels = [
        (str(f"index{level}" if field.name is None else field.name), arrow_type(field.dtype))
        for level, field in enumerate(schema.index)
    ]
    return pa.schema([*levels, *((str(field.name), arrow_type(field.dtype)) for field in schema)])


def batches(stream: Stream, rows: int) -> Iterator[pa.RecordBatch]:
    """The rows of a stream as batches of at most so many rows."""
    schema = arrow_schema(stream.schema)
    for columns, _ in stream.pieces():
        made = record_batch(columns, stream.schema, schema)
        for start in range(0, made.num_rows, rows):
            yield made.slice(start, rows)


def record_batch(columns: Columns, schema: Schema, arrow: pa.Schema) -> pa.RecordBatch:
    """The columns as Arrow's; missing values are null."""
    names = [*(index_name(level) for level in range(len(schema.index))), *schema.names]
    arrays = [_array(columns[name], kind) for name, kind in zip(names, arrow.types, strict=True)]
    if not arrays:
        return pa.RecordBatch.from_struct_array(pa.nulls(len(columns), pa.struct([])).fill_null({}))
    return pa.RecordBatch.from_arrays(arrays, schema=arrow)


def _array(values: Values, kind: pa.DataType) -> pa.Array:
    if isinstance(values, Text):
        return values.decoded().cast(kind)
    if isinstance(values, ExtensionArray):
        array = pa.array(values)
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        return array if array.type == kind else array.cast(kind)
    if values.dtype == object:
        return pa.array(values, kind, from_pandas=True)
    array = pa.array(values, from_pandas=True)
    return array if array.type == kind else array.cast(kind)


def check_parquet_options(compression: Any, options: Mapping[str, Any]) -> None:
    """Refuse what no Parquet file can be written with, before a row is read."""
    import pyarrow.parquet as pq  # takes longer to import than all else here

    decided = ("table", "where", "filesystem", "store_schema", "kwargs")
    known = [name for name in inspect.signature(pq.write_table).parameters if name not in decided]
    for name in options:
        if name not in known:
            close = nearest(name, known)
            meant = f" Did you mean {close[0]!r}?" if close else ""
            raise TypeError(f"DataFrame.to_parquet: no argument {name!r}.{meant}")
    if compression is not None and not isinstance(compression, dict) and str(compression).lower() not in _COMPRESSIONS:
        close = nearest(compression, _COMPRESSIONS)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(
            f"DataFrame.to_parquet: compression={compression!r} is none that Parquet has.{meant} "
            f"It has: {', '.join(_COMPRESSIONS)}, and None."
        )


_COMPRESSIONS = ("snappy", "gzip", "brotli", "lz4", "zstd", "none")


def write_parquet(
    pieces: Iterable[pd.DataFrame],
    file: Any,
    stream: Stream,
    index: bool | None,
    compression: Any,
    options: dict[str, Any],
) -> None:
    """Write pandas frames, each as one row group or several, with what pandas needs to read them back.

    Parameters
    ----------
    pieces : iterable of DataFrame
        The rows.
    file : binary file
        Where they go.
    stream : Stream
        Where they come from; knows the dtypes.
    index, compression, options
        As in `DataFrame.to_parquet`.
    """
    import pyarrow.parquet as pq  # takes longer to import than all else here

    if stream.is_whole:
        for frame in pieces:
            frame.to_parquet(file, compression=compression, index=index, **options)
        return
    kept = bool(index) or (index is None and not stream.is_counted)
    schema = _described(stream.schema, kept)
    options = dict(options)
    group_rows = options.pop("row_group_size", None)
    with pq.ParquetWriter(
        file, schema.remove_metadata(), compression=compression or "none", store_schema=False, **options
    ) as writer:
        start = count = 0
        for frame in pieces:
            if not count and isinstance(frame.index, pd.RangeIndex):
                start = frame.index.start
            count += len(frame)
            frame = frame.set_axis([str(name) for name in frame.columns], axis="columns")  # as the schema has them
            writer.write_table(pa.Table.from_pandas(frame, schema, preserve_index=kept).replace_schema_metadata(), group_rows)
        words = json.loads(schema.metadata[b"pandas"])
        if not kept and index is None:
            words["column_indexes"] = _words_of_columns(stream.schema)
            words["index_columns"] = [{"kind": "range", "name": None, "start": start, "stop": start + count, "step": 1}]
        described = schema.with_metadata({"pandas": json.dumps(words)})
        # How many rows there are is known only now, so the schema is stored by hand, in the place that Arrow's format gives it.
        stored = base64.b64encode(described.serialize().to_pybytes())
        writer.add_key_value_metadata({"ARROW:schema": stored, **described.metadata})


def _words_of_columns(schema: Schema) -> Any:
    """pandas' description of the index of the columns, which pyarrow leaves out where the index of the rows is not kept."""
    none = pd.DataFrame([], columns=column_index(schema.names, schema.labels), dtype=float)
    return json.loads(pa.Schema.from_pandas(none).metadata[b"pandas"])["column_indexes"]


def _described(schema: Schema, kept: bool) -> pa.Schema:
    """The Arrow schema of the frames with pandas' description of them, found by one row that has every dtype."""
    for field in (*schema, *schema.index):
        arrow_type(field.dtype)  # or an error in our words
    levels: list[Any] = [probe(level.dtype) for level in schema.index]
    index = pd.MultiIndex.from_arrays(levels) if len(levels) > 1 else pd.Index(levels[0] if levels else np.array([0]))
    row = pd.DataFrame({position: probe(field.dtype).array for position, field in enumerate(schema)}, index=index)
    row.index.names = [level.name for level in schema.index] or [None]
    row.columns = column_index(schema.names, schema.labels)
    return pa.Schema.from_pandas(row, preserve_index=kept)
