"""The same values in another shape."""

from __future__ import annotations

import itertools

import pandas as pd
import pytest
from oracle import sample
from plans import FLOAT, INT, MASK, SCAN, STR, mean_by

from lazyframe.expr import Column, Reduction
from lazyframe.plan import Aggregate, Filter, ResetIndex, Transpose, common_dtype
from lazyframe.schema import MIXED, Field, Schema, dtype_named


def test_transposed_rows_have_the_dtype_of_all_their_cells():
    def of(**functions):
        reductions = tuple((name, Reduction(function, Column(name))) for name, function in functions.items())
        return Transpose(Aggregate(SCAN, (), reductions)).schema.fields[0].dtype

    assert of(i="sum", f="sum") == FLOAT
    assert of(i="count", s="count") == INT
    assert of(i="max", b="max") == MIXED
    assert of(i="max", t="max", s="max") == MIXED
    assert common_dtype(INT, INT) == INT
    assert common_dtype(MIXED, INT) == MIXED


def test_unnamed_levels_get_the_names_pandas_gives_them():
    one = Aggregate(SCAN, ((None, Column("s")),), (("n", Reduction("size", None)),))
    two = Aggregate(SCAN, ((None, Column("s")), ("b", Column("b"))), (("n", Reduction("size", None)),))
    assert ResetIndex(one).schema.names == ("index", "n")
    assert ResetIndex(two).schema.names == ("level_0", "b", "n")


def test_the_row_number_becomes_a_column():
    assert ResetIndex(SCAN).schema.names == ("index", *SCAN.schema.names)
    assert ResetIndex(SCAN).schema["index"] == INT
    assert ResetIndex(ResetIndex(SCAN)).schema.names[:2] == ("level_0", "index"), "where there is one of that name"
    assert ResetIndex(SCAN, drop=True).schema == SCAN.schema
    assert ResetIndex(Filter(SCAN, MASK)).is_counted


def test_levels_become_columns():
    assert ResetIndex(mean_by("s")).schema == Schema.of([("s", STR), ("f", FLOAT)])
    assert ResetIndex(mean_by("s"), drop=True).schema == Schema.of([("f", FLOAT)])


def test_a_name_that_is_taken_is_an_error_as_in_pandas():
    again = Aggregate(SCAN, (("f", Column("s")),), (("f", Reduction("mean", Column("f"))),))
    with pytest.raises(ValueError, match="cannot insert f, already exists"):
        _ = ResetIndex(again).schema
    with pytest.raises(ValueError, match="cannot insert f, already exists"):
        sample().groupby(sample().s.rename("f"))[["f"]].mean().reset_index()


def test_what_is_dropped_is_not_read():
    assert ResetIndex(mean_by("s"), drop=True).reads(("f",)) == (("f",),)
    assert ResetIndex(mean_by("s")).reads(()) == (("f",),)
    assert ResetIndex(SCAN).work() == ("reset index",)


def test_a_transposed_frame_has_the_names_for_its_index():
    made = Transpose(Aggregate(SCAN, (), (("i", Reduction("sum", Column("i"))), ("f", Reduction("sum", Column("f"))))))
    assert made.schema.index == (Field(None, STR),)
    assert made.schema.names == (None,)
    assert made.reads(()) == (("i", "f"),)
    numbers = Transpose(Aggregate(SCAN, (), ((1, Reduction("sum", Column("i"))), ("f", Reduction("sum", Column("f"))))))
    assert numbers.schema.index == (Field(None, MIXED),)
    assert Transpose(Aggregate(SCAN, (), ())).schema.fields[0].dtype.name == "object"


KINDS = ["int64", "uint8", "float64", "bool", "str", "datetime64[us]", "timedelta64[us]", "float32", "int16"]


@pytest.mark.parametrize(("left", "right"), list(itertools.combinations_with_replacement(KINDS, 2)))
def test_a_column_of_both_is_what_pandas_makes_of_them(left, right):
    series = [
        pd.Series([pd.Timestamp(0) if d[0] == "d" else pd.Timedelta(0) if d[0] == "t" else 1]).astype(d) for d in (left, right)
    ]
    want = pd.concat(series, ignore_index=True).dtype
    found = common_dtype(dtype_named(left), dtype_named(right))
    assert found == common_dtype(dtype_named(right), dtype_named(left))
    assert found.name == str(want)
