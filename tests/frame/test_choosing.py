"""Rows chosen among all of them: what is wrong is said where it is written."""

from __future__ import annotations

import numpy as np
import pytest
from oracle import assert_same, check, lazy, sample

from lazyframe.frame.choosing import distinct, extremes, head, row_count, tail
from lazyframe.plan import Distinct, Ends, Head, ResetIndex, TopK

PLAN = lazy(sample(), (3,))._plan


def test_first_rows_are_a_head_and_all_but_the_last_a_choice():
    assert head(PLAN, 3) == Head(PLAN, 3)
    assert head(PLAN, 0) == Head(PLAN, 0)
    assert head(PLAN, -2) == Ends(PLAN, (), -2, True)
    assert tail(PLAN, 3) == Ends(PLAN, (), 3, False)
    assert tail(PLAN, -3) == Ends(PLAN, (), -3, False)


def test_numbers_of_rows_may_be_numpys():
    assert row_count(np.int8(3), "head") == 3
    assert type(row_count(np.int64(-3), "head")) is int


def test_extremes_and_distinct_rows_are_nodes_with_what_was_asked():
    assert extremes(PLAN, "nlargest", np.int64(3), "i", "last") == TopK(PLAN, ("i",), 3, "last", True)
    assert extremes(PLAN, "nsmallest", 3, ["b", "f"], "all") == TopK(PLAN, ("b", "f"), 3, "all", False)
    assert distinct(PLAN, ["s", "b"], False, False) == Distinct(PLAN, ("s", "b"), False)
    assert distinct(PLAN, None, "first", False) == Distinct(PLAN, tuple("ifbsotqd"), "first")
    assert distinct(PLAN, "s", "first", True) == ResetIndex(Distinct(PLAN, ("s",), "first"), True)


@pytest.mark.parametrize("keep", ["first", "last", False])
def test_which_rows_are_there_twice(keep):
    lines = {
        "of some columns": lambda df: df.duplicated(["s", "b"], keep=keep),
        "of one": lambda df: df.duplicated("i", keep=keep),
        "of all": lambda df: df[["i", "b"]].duplicated(keep=keep),
        "as a mask": lambda df: df[~df.duplicated("t", keep=keep)].i,
    }
    assert not check(lines, sample(), cuts=(2, 5), batch_rows=2)


def test_a_name_that_is_a_tuple_is_one_name():
    frame = sample()[["i", "b"]].set_axis([("a", 1), ("b", 2)], axis=1)
    df = lazy(sample(), (3,))[["i", "b"]].rename(columns={"i": ("a", 1), "b": ("b", 2)})
    got, want = df.nlargest(2, ("a", 1)).compute(scheduler="sync"), frame.nlargest(2, [("a", 1)])
    assert_same(got.set_axis(["i", "b"], axis=1), want.set_axis(["i", "b"], axis=1))


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        (lambda df: df.nlargest(3, "s"), TypeError, "column 's' has dtype str, cannot use method 'nlargest'"),
        (lambda df: df.nlargest(3, "zz"), KeyError, "no column 'zz'"),
        (lambda df: df.nlargest("3", "i"), TypeError, "takes a number of rows"),
        (lambda df: df.nlargest(3, []), ValueError, "no column to go by"),
        (lambda df: df.i.nsmallest(3, keep="some"), ValueError, "keep must be"),
        (lambda df: df.drop_duplicates("zz"), KeyError, "no column 'zz'"),
        (lambda df: df.drop_duplicates(keep="some"), ValueError, "keep must be"),
        (lambda df: df[[]].drop_duplicates(), ValueError, "no column to go by"),
    ],
)
def test_mistakes(line, error, message):
    with pytest.raises(error, match=message):
        line(lazy(sample()))


@pytest.mark.parametrize("wrong", ["a", 1.5, None, True])
def test_what_is_no_number_of_rows(wrong):
    for method in ("head", "tail"):
        with pytest.raises(ValueError, match=f"{method} takes a number of rows; got"):
            getattr(lazy(sample()), method)(wrong)
        with pytest.raises(ValueError, match=f"{method} takes a number of rows; got"):
            getattr(lazy(sample()).i, method)(wrong)
