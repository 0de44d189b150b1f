"""Columns go through Arrow and come back as they were."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from lazyframe.exchange.wire import columns_of, packed_batch
from lazyframe.kernels.columns import Columns, Text, from_series, to_series
from lazyframe.schema import ROW

DATES = pd.to_datetime(pd.Series(["2020-01-01", None, "1970-01-01T00:00:00.000001"], dtype=object), format="ISO8601")

COLUMNS = {
    "int8": np.array([1, -1, 3], np.int8),
    "uint64": np.array([2**64 - 1, 0, 1], np.uint64),
    "float": np.array([1.5, np.nan, -0.0]),
    "float32": np.array([1.5, np.nan, -np.inf], np.float32),
    "bool": np.array([True, False, True]),
    "objects": np.array([True, np.nan, "x"], object),
    "big": np.array([2**100, np.nan, -1], object),
    "complex": np.array([1j, 2, np.nan]),
    "bytes": np.array([b"ab", b"", b"c"], "S2"),
    "us": DATES.to_numpy("M8[us]"),
    "s": DATES.to_numpy("M8[s]"),
    "delta": np.array([1, -1, "NaT"], "m8[ms]"),
    "text": Text(pa.array(["a", None, ""]), "str"),
    "object text": Text(pa.array(["a", None, ""], pa.large_string()), "object"),
    "coded": Text(pa.array(["a", None, "a"]).dictionary_encode(), "str"),
    "category": pd.Categorical(["b", None, "a"], ["b", "a", "z"], ordered=True),
    "Int64": pd.array([1, None, 3], dtype="Int64"),
    "boolean": pd.array([True, None, False], dtype="boolean"),
    "string": pd.array(["a", None, "b"], dtype="string"),
    "arrow": pd.array([1, None, 3], dtype="int64[pyarrow]"),
    "decimal": pd.array([None, None, None], dtype=pd.ArrowDtype(pa.decimal128(10, 2))),
    "zoned": from_series(DATES.dt.as_unit("us").dt.tz_localize("Europe/Berlin")),
    ROW: np.array([5, 6, 7]),
    ("two", "levels"): np.array([1, 2, 3]),
}


@pytest.mark.parametrize("rows", [3, 1, 0])
def test_each_kind_of_column_comes_back(rows):
    given = Columns.of(3, COLUMNS).rows(np.arange(rows)).settled()
    batch = packed_batch(given)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema) as writer:
        writer.write_batch(batch)
    with pa.ipc.open_stream(sink.getvalue()) as reader:
        found = columns_of(reader.read_next_batch())
    assert found.names == given.names
    for name in given.names:
        assert type(found[name]) is type(given[name])
        pd.testing.assert_series_equal(to_series(found[name]), to_series(given[name]))


def test_rows_without_columns_keep_their_number():
    assert len(columns_of(packed_batch(Columns.of(7, {})))) == 7
