"""Columns that look along the rows."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from oracle import outcome, sample
from plans import MASK, SCAN

from lazyframe.expr import Column, WindowCall
from lazyframe.plan import Filter, Window

SHIFT = WindowCall("shift", (Column("i"),), (("periods", 1),), alone=True)
SUM = WindowCall("cumsum", (Column("f"),), (), alone=True, keys=(Column("s"),))
MADE = Window(SCAN, (("a", SHIFT), ("z", SUM)))


def test_the_rows_have_further_columns():
    assert MADE.schema.names == (*SCAN.schema.names, "a", "z")
    assert tuple(MADE.made()) == ("a", "z")
    assert MADE.is_counted
    assert not Window(Filter(SCAN, MASK), (("a", SHIFT),)).is_counted


@given(
    st.sampled_from(["cumsum", "cummax", "shift", "diff", "rank", "pct_change"]), st.sampled_from(list("ifbtdq")), st.booleans()
)
def test_the_dtype_is_that_of_pandas_or_the_refusal_is(method, column, grouped):
    by = (Column("s"),) if grouped else ()
    made = Window(SCAN, (("new", WindowCall(method, (Column(column),), (), alone=True, keys=by)),))
    series = sample()[column].groupby(sample().s) if grouped else sample()[column]
    want = outcome(lambda: getattr(series, method)())
    found = outcome(lambda: made.schema["new"])
    if isinstance(found, Exception):
        assert isinstance(found, TypeError)
        assert method in str(found)
    else:
        assert not isinstance(want, Exception)
        assert str(want.dtype) in [one.name for one in found.possible]


def test_what_is_not_wanted_is_neither_read_nor_made():
    assert set(MADE.reads({"a", "q"})[0]) == {"q", "i"}
    assert set(MADE.reads({"z"})[0]) == {"f", "s"}
    assert MADE.narrowed({"a", "f"}, [SCAN]).columns == (("a", SHIFT),)
    assert MADE.narrowed({"f"}, [SCAN]) is SCAN
    assert MADE.narrowed({"a", "z"}, [SCAN]) is MADE


def test_no_filter_goes_below_it():
    assert MADE.passed(MASK) is None


def test_words():
    assert MADE.label() == "Window [i.shift(periods=1), f.groupby(s).cumsum()]"
    assert MADE.work() == ("shift", "cumsum")
    assert MADE.column_title("a") == "i.shift(periods=1)"
    assert MADE.column_title("i") == "i"
    assert MADE.title() == SCAN.title()
