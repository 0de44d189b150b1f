"""One row a group: dtypes, keys, and words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import outcome, sample
from plans import BOOL, FLOAT, MASK, SCAN, STR, mean_by

from lazyframe.expr import Column, Reduction
from lazyframe.plan import Aggregate, Filter, Numbering, ResetIndex, Transpose, Validate
from lazyframe.schema import OBJECT_BOOL, Schema, dtype_named, unsettled


def test_keys_that_are_objects_are_inferred_anew():
    assert mean_by("o").schema.index[0].dtype == unsettled(dtype_named("str"), dtype_named("object"))
    assert mean_by("q").schema.index[0].dtype == unsettled(BOOL, OBJECT_BOOL)


def test_titles_read_from_the_outside_in():
    grouped = mean_by("s")
    assert grouped.title() == "mean of f"
    assert Aggregate(grouped, (), (("f", Reduction("max", Column("f"))),)).title() == "max of mean of f"
    assert Aggregate(SCAN, (), (("n", Reduction("size", None)),)).title() == "size"
    assert Transpose(grouped).title() == "mean of f"
    assert Filter(SCAN, MASK).title() == "memory: 9 rows"


def test_keys_are_the_index_or_columns():
    assert mean_by("s").schema == Schema.of([("f", FLOAT)], index=[("s", STR)])
    assert mean_by("s", as_index=False).schema == Schema.of([("s", STR), ("f", FLOAT)])
    assert mean_by("s").numbering is Numbering.KEYS
    assert mean_by("s", as_index=False).is_counted
    assert Aggregate(SCAN, (), (("n", Reduction("size", None)),)).is_counted


def test_a_key_gives_way_to_a_result_of_its_name():
    made = Aggregate(SCAN, (("f", Column("f")),), (("f", Reduction("mean", Column("f"))),), as_index=False)
    assert made.schema.names == ("f",)


@pytest.mark.parametrize("column", ["s", "o"])
def test_a_reduction_that_pandas_refuses_is_refused_when_it_is_written(column):
    with pytest.raises(TypeError, match=rf"mean of {column} \((str|object)\) is not offered"):
        _ = Aggregate(SCAN, (), ((column, Reduction("mean", Column(column))),)).schema


REDUCED = ["count", "nunique", "min", "max", "sum", "mean", "std", "first", "any", "size"]


@given(st.sampled_from(REDUCED), st.sampled_from(list("ifbtd")), st.sampled_from(list("sb")))
def test_the_dtype_is_that_of_pandas_groups(function, column, key):
    reduction = Reduction(function, None if function == "size" else Column(column))
    want = outcome(lambda: getattr(sample().groupby(key)[column], function)().dtype)
    found = outcome(lambda: Aggregate(SCAN, ((key, Column(key)),), ((column, reduction),)).schema[column])
    if isinstance(found, Exception):
        assert isinstance(found, TypeError)
        assert "is not offered" in str(found)
    else:
        assert not isinstance(want, Exception)
        assert str(want) in [one.name for one in found.possible]


def test_it_reads_keys_and_operands_and_no_index():
    made = Aggregate(SCAN, (("s", Column("s")),), (("f", Reduction("mean", Column("f"))), ("n", Reduction("size", None))))
    assert set(made.reads(("n",))[0]) == {"s", "f"}
    assert made.ignores_index
    assert made.work() == ("mean", "size")
    assert made.title() == "aggregate"
    assert made.rows_title() == "grouped by s"
    assert made.column_title("f") == "mean of f by s"
    assert made.column_title("n") == "size by s"
    assert Aggregate(SCAN, (), (("n", Reduction("size", None)),)).rows_title() == "reduced"
    named = Aggregate(SCAN, (), (("rows", Reduction("size", None)), ("f", Reduction("max", Column("f")))))
    assert named.label() == "Aggregate rows = size, max(f)"


def test_validating_reads_all_and_gives_the_columns_whose_dtypes_are_open():
    assert Validate(SCAN).schema == Schema(())
    assert Validate(SCAN).reads(()) == (SCAN.schema.names,)
    assert Validate(SCAN).is_counted
    grouped = ResetIndex(Aggregate(SCAN, (("q", Column("q")),), (("n", Reduction("size", None)),)))
    assert Validate(grouped).schema.names == ("q",)
    assert Validate(SCAN).title() == SCAN.title()
