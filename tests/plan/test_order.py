"""Rows in another order: whether it is defined, and the first rows of it."""

from __future__ import annotations

import pytest
from plans import SCAN

from lazyframe.plan import Ends, FirstSorted, Head, ResetIndex, Sort, SortIndex
from lazyframe.schema import ColumnNotFoundError


def test_a_sort_has_the_rows_and_columns_of_its_child():
    new = Sort(SCAN, ("f", "i"), (True, False))
    assert new.schema == SCAN.schema
    assert not new.is_counted
    assert new.label() == "Sort by f, i descending"
    with pytest.raises(ColumnNotFoundError):
        _ = Sort(SCAN, ("zz",), (True,)).schema


@pytest.mark.parametrize(
    ("by", "kind", "defined"),
    [
        (("i",), "quicksort", False),
        (("i",), "stable", True),
        (("i",), "mergesort", True),
        (("i", "f"), "quicksort", True),
        (("s",), "quicksort", True),
        (("o",), "quicksort", False),
    ],
)
def test_when_the_order_of_equal_rows_is_defined(by, kind, defined):
    """pandas sorts several columns, and text of Arrow's, stably; one column of numbers as it is asked to."""
    assert Sort(SCAN, by, (True,) * len(by), kind).is_defined is defined


def test_the_first_rows_are_those_of_the_whole_sort():
    first = FirstSorted(SCAN, ("i",), (False,), "stable", "first", n=3)
    assert first.whole() == Head(Sort(SCAN, ("i",), (False,), "stable", "first"), 3)
    last = FirstSorted(SCAN, ("i",), (True,), n=3, first=False, anew=True)
    assert last.whole() == Ends(ResetIndex(Sort(SCAN, ("i",), (True,)), True), (), 3, False)


def test_words():
    first = FirstSorted(SCAN, ("i", "f"), (False, True), n=3)
    assert first.label() == "First 3 by i descending, f"
    assert first.rows_title() == "first 3 rows by i descending, f"
    assert first.work() == ("first 3 sorted",)
    assert FirstSorted(SCAN, ("i",), (True,), n=2, first=False).label() == "Last 2 by i"
    assert SortIndex(SCAN).label() == "Sort by index"
    assert SortIndex(SCAN, ascending=False).label() == "Sort by index, descending"
    assert SortIndex(SCAN).schema == SCAN.schema
