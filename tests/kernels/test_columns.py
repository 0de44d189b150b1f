"""Columns, and the two forms of values in them."""

from __future__ import annotations

import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from oracle import assert_same, sample

from lazyframe.kernels import columns as columns_module
from lazyframe.kernels.columns import (
    Columns,
    Text,
    concat,
    concat_columns,
    concat_text,
    extension_to_arrow,
    from_arrow,
    from_series,
    index_name,
    is_hidden,
    is_valid,
    to_series,
)
from lazyframe.schema import OBJECT_BOOL, ROW, Schema, as_dtype, dtype_named, dtype_of, probe

PLAIN = pa.array(["a", None, "b", "a"])
CODED = PLAIN.dictionary_encode()


@pytest.mark.parametrize("name", list(sample()))
def test_series_make_the_way_there_and_back(name):
    series = sample()[name]
    assert_same(to_series(from_series(series)).rename(name), series)
    assert_same(to_series(from_series(series.iloc[:0])).rename(name), series.iloc[:0])


@pytest.mark.parametrize("array", [PLAIN, CODED, PLAIN.cast(pa.large_string())])
def test_text_in_all_its_forms(array):
    text = Text(array)
    assert len(text) == 4
    assert text.is_coded == (array is CODED)
    assert text.decoded().to_pylist() == ["a", None, "b", "a"]
    assert text.valid().tolist() == [True, False, True, True]
    codes, distinct = text.codes()
    assert codes.tolist() == [0, -1, 1, 0]
    assert distinct.to_pylist() == ["a", "b"]
    assert text.take(np.array([2, -1, 0])).decoded().to_pylist() == ["b", None, "a"]
    assert text.take(np.array([True, True, False, True])).decoded().to_pylist() == ["a", None, "a"]
    assert text.series().dtype == pd.Series(["a"]).dtype
    assert Text(array, "object").series().dtype == object
    assert text.take(np.zeros(0, int)).decoded().to_pylist() == []


def test_is_valid_says_none_where_all_values_are():
    assert is_valid(np.array([1, 2])) is None
    assert is_valid(np.array([True])) is None
    assert is_valid(Text(pa.array(["a"]))) is None
    assert is_valid(Text(PLAIN)).tolist() == [True, False, True, True]
    assert is_valid(np.array([1.0, np.nan, np.inf])).tolist() == [True, False, True]
    assert is_valid(np.array(["2020", "NaT"], "datetime64[us]")).tolist() == [True, False]
    assert is_valid(np.array([True, np.nan], object)).tolist() == [True, False]


def test_concat_finds_the_dtype_that_holds_all_pieces():
    assert concat([np.array([1]), np.array([1.5])]).dtype == np.float64
    booleans = concat([np.array([True]), np.array([np.nan])])
    assert booleans.dtype == object
    assert booleans[0] is True
    mixed = concat([np.array([True]), np.array([2], np.int64)])
    assert [type(value) for value in mixed] == [bool, int]
    assert isinstance(concat([Text(PLAIN), Text(CODED)]), Text)
    assert concat([Text(PLAIN), np.array([np.nan])])[0] == "a"
    one = np.array([1])
    assert concat([one]) is one


def test_concat_text_keeps_codes_where_all_are_coded():
    other = pa.array(["b", "c"]).dictionary_encode()
    together = concat_text([CODED, other])
    assert pa.types.is_dictionary(together.type)
    assert together.to_pylist() == ["a", None, "b", "a", "b", "c"]
    assert concat_text([CODED, PLAIN]).to_pylist() == ["a", None, "b", "a"] * 2
    assert concat_text([PLAIN, PLAIN.cast(pa.large_string())]).type == pa.large_string()
    assert concat_text([CODED.slice(0, 0), other]).to_pylist() == ["b", "c"]


def test_columns_are_made_when_asked_for_and_once():
    made = []
    columns = Columns(2, {"x": lambda: made.append(1) or np.array([1, 2])})
    filtered = columns.rows(np.array([False, True]))
    assert not made
    assert len(filtered) == 1
    assert filtered["x"].tolist() == [2]
    assert filtered["x"].tolist() == [2]
    assert columns["x"].tolist() == [1, 2]
    assert len(made) == 1


def test_rows_first_hidden_and_with_columns():
    columns = Columns.of(3, {"x": np.array([1, 2, 3]), ROW: np.arange(3)})
    assert columns.rows(np.ones(3, bool)) is columns
    assert columns.first(5) is columns
    assert columns.first(1)["x"].tolist() == [1]
    assert list(columns.hidden()) == [ROW]
    assert columns.with_columns({"y": np.zeros(3)}).names == ["x", ROW, "y"]
    assert "x" in columns
    assert "z" not in columns
    assert is_hidden(index_name(0))
    assert not is_hidden(("\0", "x"))
    assert not is_hidden(1)


def test_columns_travel_without_what_they_are_made_from():
    big = np.arange(100_000)
    few = Columns.of(len(big), {"x": big, "s": Text(pa.array(["a"] * len(big)))}).rows(np.array([1, 2]))
    sent = pickle.dumps(few)
    assert len(sent) < 3000
    assert pickle.loads(sent)["x"].tolist() == [1, 2]
    assert few.settled()["s"].decoded().to_pylist() == ["a", "a"]


def test_concat_columns_puts_rows_one_after_another():
    one = Columns.of(1, {"x": np.array([1]), "s": Text(pa.array(["a"]))})
    two = Columns.of(2, {"x": np.array([1.5, 2.5]), "s": Text(pa.array(["b", None]))})
    together = concat_columns([one, two])
    assert len(together) == 3
    assert together["x"].tolist() == [1.0, 1.5, 2.5]
    assert together["s"].decoded().to_pylist() == ["a", "b", None]


def test_from_batch_gives_back_the_names_that_are_not_text():
    schema = Schema.of([(1, dtype_named("int64")), ("q", OBJECT_BOOL)])
    batch = pa.RecordBatch.from_arrays([pa.array([5, 6]), pa.array([True, None]), pa.array([0, 1])], names=["1", "q", ROW])
    columns = Columns.from_batch(batch, schema.labelled())
    assert columns.names == [1, "q", ROW]
    assert columns["q"][0] is True
    assert np.isnan(columns["q"][1])


def test_empty_columns_have_the_dtypes_of_the_schema():
    frame = sample().drop(columns="q")
    schema = Schema.of([(name, dtype_named(str(dtype))) for name, dtype in frame.dtypes.items()])
    empty = Columns.empty(schema, ("i", "s", "t", ROW))
    assert empty.names == ["i", "s", "t", ROW]
    assert_same(to_series(empty["s"]).rename("s"), frame.s.iloc[:0])
    assert empty["t"].dtype == "datetime64[us]"


def test_from_arrow_of_objects_is_python_booleans_and_nan():
    values = from_arrow(pa.array([True, None, False]), OBJECT_BOOL)
    assert values.dtype == object
    assert values[0] is True
    assert values[2] is False
    assert np.isnan(values[1])


EXTENSIONS = {
    "Int64": pd.array([1, None, 3], dtype="Int64"),
    "boolean": pd.array([True, None, False], dtype="boolean"),
    "string": pd.array(["a", None, "b"], dtype="string"),
    "int64[pyarrow]": pd.array([1, None, 3], dtype="int64[pyarrow]"),
    "category": pd.Categorical(["b", None, "a"], categories=["b", "a", "c"], ordered=True),
    "numbers": pd.Categorical([2, None, 1], categories=[2, 1]),
}


@pytest.mark.parametrize("values", EXTENSIONS.values(), ids=EXTENSIONS)
def test_extension_arrays_travel_and_come_back(values):
    dtype = dtype_of(pd.Series(values))
    array = extension_to_arrow(values)
    assert array.type == dtype.arrow
    assert_same(to_series(from_arrow(array, dtype)), pd.Series(values))
    assert_same(to_series(from_series(pd.Series(values))), pd.Series(values))
    assert is_valid(values).tolist() == [True, False, True]
    assert_same(to_series(concat([values, values[:1]])), pd.concat([pd.Series(values), pd.Series(values[:1])], ignore_index=True))
    columns = pickle.loads(pickle.dumps(Columns.of(3, {"x": values})))
    assert_same(to_series(columns.rows(np.array([True, False, True]))["x"]), pd.Series(values[[0, 2]]))
    empty = Columns.empty(Schema.of([("x", dtype)]), ["x"])["x"]
    assert_same(to_series(empty), pd.Series(values[:0]))


def test_a_sample_of_open_categories_has_its_own():
    array = pa.DictionaryArray.from_arrays(pa.array([1, None, 0], pa.int32()), pa.array(["p", "q"]))
    values = from_arrow(array, as_dtype("category"))
    assert values.tolist() == ["q", np.nan, "p"]


def test_columns_without_rows_ask_pandas_once_for_each_dtype(monkeypatch):
    asked = []

    def counted(dtype):
        asked.append(dtype)
        return probe(dtype)

    monkeypatch.setattr(columns_module, "probe", counted)
    columns_module._none.cache_clear()
    dtypes = [dtype_named(name) for name in ("int64", "float64", "str", "bool")]
    schema = Schema.of((f"c{number}", dtypes[number % 4]) for number in range(400))
    for _ in range(3):
        empty = Columns.empty(schema, [*schema.names, ROW])
    assert len(asked) == 4
    assert empty.names == [*schema.names, ROW]
    assert len(empty) == 0
    assert [str(empty[name].dtype) for name in ("c0", "c1", "c2", "c3")] == ["int64", "float64", "str", "bool"]
