"""The arguments of sort_values; the rows are compared in test_dataframe.py and test_run.py."""

from __future__ import annotations

import pytest
from oracle import assert_same, lazy, sample, source

from lazyframe.frame.sorting import sorted_plan
from lazyframe.plan import ResetIndex, Scan, Sort
from lazyframe.schema import ColumnNotFoundError

SCAN = Scan(source(sample()))


def test_one_direction_is_that_of_all_columns():
    assert sorted_plan(SCAN, ["i", "f"], False, "stable", "last", False) == Sort(SCAN, ("i", "f"), (False, False), "stable")
    assert sorted_plan(SCAN, ["i"], [True], "quicksort", "first", True) == ResetIndex(
        Sort(SCAN, ("i",), (True,), na_position="first"), True
    )


def test_mistakes():
    with pytest.raises(ColumnNotFoundError):
        sorted_plan(SCAN, ["zz"], True, "quicksort", "last", False)
    with pytest.raises(ValueError, match="Length of ascending"):
        sorted_plan(SCAN, ["i"], [], "quicksort", "last", False)


def test_rows_in_the_order_of_their_new_index():
    made = lazy(sample(), (2, 5)).set_index("i", sort=True).compute(scheduler="sync")
    assert_same(made, sample().set_index("i").sort_index(kind="stable"))
