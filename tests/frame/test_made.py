"""The source of frames that functions make: its partitions are held to a schema, cut into batches, and numbered through."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from oracle import assert_same, lazy, sample

import lazyframe as lf
from lazyframe.calls import delayed
from lazyframe.frame import made as module
from lazyframe.frame.made import MadeSource, is_default, level_name, levels_of, schema_of, with_levels
from lazyframe.schema import OBJECT_BOOL, ROW, Field, Schema, dtype_named, unsettled
from lazyframe.sources import UncheckedExtent

INT, FLOAT, STR, BOOL = map(dtype_named, ("int64", "float64", "str", "bool"))
SCHEMA = Schema.of([("x", INT), ("s", STR), ("f", FLOAT)])
ROWS = pd.DataFrame({"x": [1, 2, 3], "s": ["a", None, "c"], "f": [0.5, np.nan, 2.0]}).astype({"s": "str"})


def source(**options) -> MadeSource:
    calls = tuple(delayed(pd.DataFrame)({"x": [number]}) for number in range(3))
    return MadeSource(calls, SCHEMA, "part", **options)


def test_each_partition_is_a_task_of_the_same_graph():
    one = source()
    assert [partition.key for partition in one.partitions] == [call._name for call in one.inputs]
    assert [partition.label for partition in one.partitions] == ["part[0]", "part[1]", "part[2]"]
    assert one.describe() == "3 partitions made by part"
    assert one.parsed(("x",)) == (1, 3)


def test_a_task_gets_what_reading_takes_and_no_other_partition():
    one = source(origin="a call", first=ROWS)
    small = one.for_reading()
    assert (small.inputs, small.origin, small.first, small.schema) == ((), None, None, SCHEMA)


def test_two_are_the_same_if_what_makes_them_is():
    one = source()
    assert MadeSource(one.inputs, SCHEMA, "other").token == one.token
    assert source(is_series=True).token != MadeSource(one.inputs, SCHEMA, "part").token
    assert MadeSource(one.inputs[:2], SCHEMA, "part").token != one.token


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_partition_comes_in_batches_with_its_rows_numbered(monkeypatch, size):
    monkeypatch.setattr(module, "_BATCH_ROWS", size)
    reader = source().read((ROWS, "part[1]"), ("s", "x", ROW))
    batches = list(reader)
    assert [batch.num_rows for batch in batches] == {1: [1, 1, 1], 2: [2, 1], 100: [3]}[size]
    whole = pa.Table.from_batches(batches)
    assert whole.column_names == ["s", "x", ROW]
    assert (whole["x"].to_pylist(), whole[ROW].to_pylist()) == ([1, 2, 3], [0, 1, 2])
    assert (reader.records, reader.extent) == (3, UncheckedExtent())


def test_a_filter_is_made_while_reading_and_all_records_count():
    reader = source().read((ROWS, "part[1]"), ("x", ROW), lambda batch: np.asarray(batch["x"]) > 1)
    (batch,) = reader
    assert (batch["x"].to_pylist(), batch[ROW].to_pylist(), reader.records) == ([2, 3], [1, 2], 3)


def test_a_partition_without_rows_has_no_batch_and_an_extent():
    reader = source().read((ROWS.iloc[:0], "part[0]"), ("x",))
    assert (list(reader), reader.records, reader.extent) == ([], 0, UncheckedExtent())


def test_the_sample_is_the_first_rows_or_none_of_the_right_dtypes():
    assert source(first=ROWS).sample["x"].to_pylist() == [1, 2, 3]
    none = source().sample
    assert (none.num_rows, none.schema.names) == (0, ["x", "s", "f", ROW])
    assert MadeSource((), Schema(()), "nothing").sample.num_rows == 0


def test_columns_in_another_order_are_put_in_order():
    assert list(source().checked(ROWS[["f", "x", "s"]], "part[0]").columns) == ["x", "s", "f"]
    series = MadeSource((), Schema.of([("v", INT)]), "part", is_series=True)
    assert list(series.checked(pd.Series([1]), "part[0]").columns) == ["v"]


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([1], r"part\[0\]: expected a pandas DataFrame, as meta= has it; the function made a list\."),
        (ROWS.x, "made a pandas Series"),
        (ROWS[["x"]], r"has the columns \['x'\]; expected, as meta= has them: \['x', 's', 'f'\]"),
        (ROWS.assign(x="a"), "column 'x' is str, and int64 in meta="),
        (ROWS.assign(x=[[1], [2], [3]]), "column 'x' holds objects other than text and booleans"),
        (ROWS.set_index("s", drop=False).rename_axis("k"), r"part\[0\] has an index \['k'\], which would be lost"),
        (ROWS.set_index([[1, 2, 3], [4, 5, 6]]), "has an index"),
    ],
)
def test_what_is_not_as_the_schema_says(made, said):
    with pytest.raises((TypeError, ValueError), match=said):
        source().checked(made, "part[0]")


@pytest.mark.parametrize(
    "made",
    [
        ROWS.iloc[:0].astype(object),  # no rows have no dtype
        ROWS.assign(s=pd.Series([None] * 3, dtype=object)),  # nor have those that are missing
        ROWS.assign(f=[1, 2, 3]),  # whole numbers among floats
    ],
)
def test_what_pandas_would_put_together_so_is_taken(made):
    assert len(source().checked(made, "part[0]")) == len(made)
    assert source().batch(source().checked(made, "part[0]"), 0).num_rows == len(made)


def test_either_dtype_of_a_column_that_may_have_two_is_taken():
    either = MadeSource((), Schema.of([("x", unsettled(INT, FLOAT))]), "part")
    for values in ([1, 2], [0.5, np.nan]):
        assert len(either.checked(pd.DataFrame({"x": values}), "part[0]")) == 2


@pytest.mark.parametrize(
    ("meta", "schema", "is_series"),
    [
        ({"x": int, "s": "str"}, Schema.of([("x", INT), ("s", STR)]), False),
        ([("x", "float64")], Schema.of([("x", FLOAT)]), False),
        (ROWS, SCHEMA, False),
        (pd.Series([], dtype="int64", name="v"), Schema.of([("v", INT)]), True),
        (pd.DataFrame({"q": pd.Series([True, None], dtype=object)}), Schema.of([("q", OBJECT_BOOL)]), False),
        (lazy(sample())[["i", "b"]], Schema.of([("i", INT), ("b", BOOL)]), False),
        (lazy(sample()).i, Schema.of([("i", INT)]), True),
    ],
)
def test_what_meta_says(meta, schema, is_series):
    found, alone = schema_of(meta)
    assert [(field.name, field.dtype) for field in found] == [(field.name, field.dtype) for field in schema]
    assert alone is is_series


@pytest.mark.parametrize("meta", [5, "x", [1, 2], None, [("x",)]])
def test_what_meta_is_not(meta):
    with pytest.raises(TypeError, match="meta= takes an empty pandas DataFrame or Series"):
        schema_of(meta)
    with pytest.raises(TypeError, match=r"meta= has an index \['s'\], which would be lost"):
        schema_of(ROWS.set_index("s"))


# ---- an index in columns


def test_levels_travel_as_columns():
    frame = ROWS.set_index(["s", "x"])
    made = with_levels(frame, ["s", "x"], "set")
    assert list(made.columns) == ["f", level_name(0), level_name(1)]
    assert made.index.equals(pd.RangeIndex(3))
    assert made[level_name(1)].tolist() == [1, 2, 3]
    with pytest.raises(TypeError, match=r"set has an index \['s', 'x'\]; expected, as of the first rows or in meta=: \['k'\]"):
        with_levels(frame, ["k"], "set")


@pytest.mark.parametrize(
    ("index", "default", "levels"),
    [
        (pd.RangeIndex(3), True, ()),
        (pd.RangeIndex(1, 4), False, (Field(None, INT),)),
        (pd.RangeIndex(0, 6, 2), False, (Field(None, INT),)),
        (pd.RangeIndex(3, name="k"), False, (Field("k", INT),)),
        (pd.RangeIndex(0), True, (Field(None, INT),)),
        (pd.Index(["a", "b"], name="s"), False, (Field("s", STR),)),
        (pd.MultiIndex.from_tuples([(1, "a")], names=["n", "s"]), False, (Field("n", INT), Field("s", STR))),
    ],
)
def test_an_index_that_numbers_the_rows_has_no_levels(index, default, levels):
    assert is_default(index) is default
    assert levels_of(index) == levels


# ---- frames over it


def test_rows_are_numbered_through():
    parts = [delayed(pd.DataFrame)({"x": [n]}, index=[7 * n]) for n in range(3)]
    df = lf.from_delayed(parts, meta={"x": "int64"})
    assert_same(df.compute(scheduler="sync"), pd.DataFrame({"x": [0, 1, 2]}))
    assert_same(df[df.x > 0].compute(scheduler="sync"), pd.DataFrame({"x": [1, 2]}, index=pd.RangeIndex(1, 3)))


def test_a_partition_of_many_batches():
    rows = 200_000
    df = lf.from_map(lambda n: pd.DataFrame({"x": np.arange(rows) + n * rows}), range(2), meta={"x": "int64"})
    got = df[df.x % 50_000 == 0].compute()
    assert got.x.tolist() == got.index.tolist() == list(range(0, 2 * rows, 50_000))


def test_series_and_columns_in_another_order():
    series = lf.from_map(lambda n: pd.Series([n, n + 1], name="v"), [1, 3], meta=pd.Series([], dtype="int64", name="v"))
    assert_same(series.compute(scheduler="sync"), pd.Series([1, 2, 3, 4], name="v"))
    assert_same((series * 2).sum().compute(scheduler="sync"), np.int64(20))
    df = lf.from_map(lambda n: pd.DataFrame({"b": [n], "a": [0.5]}), [1], meta={"a": "float64", "b": "int64"})
    assert_same(df.compute(scheduler="sync"), pd.DataFrame({"a": [0.5], "b": [1]}))


def test_what_concat_would_make_of_the_dtypes():
    df = lf.from_delayed([delayed(pd.DataFrame)({"x": [1]}), delayed(pd.DataFrame)({"x": [0.5]})], meta={"x": "float64"})
    assert_same(df.compute(scheduler="sync"), pd.DataFrame({"x": [1.0, 0.5]}))


def test_empty_partitions():
    df = lf.from_map(lambda n: pd.DataFrame({"x": range(n), "s": ["a"] * n}), [0, 2, 0], meta={"x": "int64", "s": "str"})
    assert_same(df.compute(scheduler="sync"), pd.DataFrame({"x": [0, 1], "s": ["a", "a"]}))
    assert len(df[df.x > 5]) == 0


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (5, r"part\[1\]: expected a pandas DataFrame.*made an int"),
        (pd.Series([1], name="x"), "expected a pandas DataFrame"),
        (pd.DataFrame({"y": [1]}), r"part\[1\] has the columns \['y'\]; expected.*\['x'\]"),
        (pd.DataFrame({"x": ["a"]}), "column 'x' is str, and int64 in meta="),
        (pd.DataFrame({"x": [1.5]}), "column 'x' is float64, and int64 in meta="),
        (pd.DataFrame({"x": [object()]}), "'x' holds objects other than text and booleans"),
        (pd.DataFrame({"x": [1]}, index=pd.Index([1], name="id")), r"index \['id'\], which would be lost.*reset_index"),
        (pd.DataFrame({"x": [pd.Timestamp(0)]}), "column 'x' is datetime64"),
    ],
)
def test_a_partition_that_is_not_as_meta_says(value, said):
    def part(n):
        return value if n else pd.DataFrame({"x": [1]})

    with pytest.raises((TypeError, ValueError), match=said):
        lf.from_map(part, [0, 1], meta={"x": "int64"}).compute(scheduler="sync")
