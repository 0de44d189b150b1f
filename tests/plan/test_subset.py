"""Some of the rows: the nodes that say which."""

from __future__ import annotations

import pytest
from plans import MASK, SCAN, mean_by

from lazyframe.plan import Distinct, Ends, Filter, Head, Numbering, Share, TopK
from lazyframe.plan.subset import Subset

TOP = TopK(SCAN, ("i", "f"), 2, "first", True)


def test_they_have_the_columns_of_their_child():
    for made in (Head(SCAN, 3), Share(SCAN, 0, 2), TOP, Distinct(SCAN, ("s",), "first"), Ends(SCAN, (), 2, False)):
        assert made.schema == SCAN.schema
        assert made.title() == SCAN.title()


def test_only_the_first_rows_are_numbered_as_their_child():
    assert Head(SCAN, 2).is_counted
    assert not Head(Filter(SCAN, MASK), 2).is_counted
    for made in (Share(SCAN, 0, 2), TOP, Distinct(SCAN, ("s",), False), Ends(SCAN, (), 2, True)):
        assert made.numbering is Numbering.RECORDS
    assert Share(mean_by("s"), 0, 1).numbering is Numbering.KEYS


@pytest.mark.parametrize(
    ("made", "call", "label"),
    [
        (TOP, ("nlargest", {"n": 2, "keep": "first"}), "Nlargest i, f, n=2, keep=first"),
        (TopK(SCAN, ("i",), 1, "all", False), ("nsmallest", {"n": 1, "keep": "all"}), "Nsmallest i, n=1, keep=all"),
        (Distinct(SCAN, ("s",), False), ("drop_duplicates", {"keep": False}), "Drop duplicates s, keep=False"),
        (Ends(SCAN, (), 3, False), ("tail", {"n": 3}), "Tail n=3"),
        (Ends(SCAN, (), -3, True), ("head", {"n": -3}), "Head n=-3"),
    ],
)
def test_the_method_of_pandas_that_chooses(made, call, label):
    assert made.call() == call
    assert made.label() == label
    assert made.work() == (call[0],)


def test_keys_are_read_beside_what_is_wanted():
    assert set(TOP.reads(("s",))[0]) == {"s", "i", "f"}
    assert Head(SCAN, 2).reads(("s",)) == (("s",),)


def test_a_subset_says_which_method():
    with pytest.raises(NotImplementedError):
        Subset(SCAN, ("i",)).call()


def test_no_filter_goes_below_the_choice_of_rows():
    for made in (Head(SCAN, 3), TOP, Distinct(SCAN, ("s",), "first"), Ends(SCAN, (), 2, False)):
        assert made.passed(MASK) is None


def test_words():
    assert (Head(SCAN, 3).label(), Head(SCAN, 3).rows_title()) == ("Head 3", "first 3 rows")
    assert Share(SCAN, 1, 4).label() == "Share 1 of 4"
