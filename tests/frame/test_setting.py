"""Columns set in a frame, all rows or some, and numpy's functions that choose: as pandas and numpy have them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import NAN, assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.frame.setting import choose


def set_columns(df):
    df[["n", "i"]] = df[["i", "f"]]


def set_values(df):
    df[["n", "m"]] = [1, "x"]


def set_one_value(df):
    df[["n", "f"]] = 0


def set_lists_of_columns(df):
    df[["n", "m"]] = [df.i, df.f * 2] if isinstance(df, lf.DataFrame) else pd.concat([df.i, df.f * 2], axis=1)


def set_an_answer(df):
    df[["n", "m"]] = df.s.fillna("a-b").str.split("a", n=1, expand=True).fillna("none").astype("str")


def some_rows_by_a_mask_of_others(df):
    df.loc[df[df.i > -99].b, "i"] = 7


def some_rows_to_a_column_of_others(df):
    df.loc[df.b, "f"] = df[df.i > 0].f


def some_rows_by_label(df):
    df.loc[3, "i"] = 70
    df.loc[[0, 8], ["s", "f"]] = ["x", 0.5]
    df.loc[2:4, "f"] = -1.0


def insert_first(df):
    df.insert(0, "n", df.i + 1)


def insert_last(df):
    df.insert(len(df.columns), "n", "x")


def some_rows(df):
    df.loc[df.i > 1, "f"] = 0.5


def some_rows_of_a_column(df):
    df.loc[df.b, "i"] = df.i * 10


def some_rows_of_columns(df):
    df.loc[df.b, ["i", "f"]] = 1


def some_rows_of_a_frame(df):
    df.loc[df.b, ["i", "f"]] = df[["i", "f"]] + 1 if isinstance(df, lf.DataFrame) else df.loc[df.b, ["i", "f"]] + 1


def a_new_column_in_some_rows(df):
    df.loc[df.i > 1, "n"] = 1
    df.loc[df.i < 1, "m"] = df.f
    df.loc[df.b, "w"] = "word"


def by_a_lazy_value(df):
    df.loc[df.i > 1, "f"] = df.f.min()


def some_rows_of_text(df):
    df.loc[df.s.isna(), "s"] = "none"


CHANGES = [value for name, value in list(globals().items()) if name.startswith(("set_", "insert_", "some_", "a_new", "by_a"))]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.__name__)
def test_frames_are_set_as_in_pandas(change):
    df, frame = lazy(sample(), (2, 5)), sample()
    before = df[list(df.columns)]
    change(df)
    change(frame)
    assert type(df) is lf.DataFrame
    assert_same(df.compute(scheduler="sync"), frame)
    assert_same(before.compute(scheduler="sync"), sample())


@settings(max_examples=12)
@given(
    st.lists(st.tuples(st.integers(-2, 2), st.booleans()), min_size=1, max_size=12),
    st.lists(st.integers(0, 12), max_size=3),
    st.integers(-3, 3),
)
def test_any_rows_set_in_any_pieces(rows, cuts, value):
    frame = pd.DataFrame(rows, columns=["x", "m"]).astype({"x": "int64", "m": "bool"})
    df = lazy(frame, tuple(cuts))
    frame = frame.copy()
    for one in (df, frame):
        one.loc[one.m, "x"] = value
        one.loc[one.x > 0, "new"] = one.x
    assert_same(df.compute(scheduler="sync"), frame)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda df: df.__setitem__(["n", "m"], [1]), ValueError, "Columns must be same length as key: 2 names, and 1 columns"),
        (lambda df: df.__setitem__(["n"], df[["i", "f"]]), ValueError, "1 names, and 2 columns"),
        (lambda df: df.insert(0, "i", 1), ValueError, "cannot insert i, already exists"),
        (lambda df: df.insert(99, "n", 1), IndexError, "index 99 is out of bounds for axis 0 with size 8"),
        (lambda df: df.insert(-1, "n", 1), IndexError, "index -1 is out of bounds"),
        (lambda df: df.loc.__setitem__((3, "zz"), 1), KeyError, "no column 'zz'"),
        (lambda df: df.i.loc.__setitem__(3, 1), TypeError, "a lazy column is not set in places"),
        (lambda df: df.loc.__setitem__((df.b, "i"), "text"), TypeError, "does not fit its operands"),
    ],
)
def test_mistakes_are_raised_where_they_are_made_and_change_nothing(change, error, message):
    df = lazy(sample())
    with pytest.raises(error, match=message):
        change(df)
    assert list(df.columns) == list(sample().columns)
    assert_same(df.i.compute(scheduler="sync"), sample().i)


def _column(made):
    return made if isinstance(made, lf.Series) else pd.Series(made)


CHOICES = {
    "where": lambda df: _column(np.where(df.i > 1, df.i, 0)),
    "where of values": lambda df: _column(np.where(df.b, 1, 2.5)),
    "where of text": lambda df: _column(np.where(df.i > 1, "much", "little")),
    "where of a lazy value": lambda df: _column(np.where(df.b, df.f, df.f.min())),
    "select": lambda df: _column(np.select([df.i > 2, df.i > 0], [df.i, df.f], 0.5)),
    "select without a default": lambda df: _column(np.select([df.b], [df.i])),
    "select by name": lambda df: _column(np.select(condlist=[df.b, df.i > 1], choicelist=[1, 2], default=3)),
    "the first that holds": lambda df: _column(np.select([df.i > 0, df.i > -99], [1, 2], 3)),
    "select of missing": lambda df: _column(np.select([df.b], [df.f], NAN)),
}


def test_numpys_choices_are_columns():
    assert not check(CHOICES, sample(), cuts=(2, 5), batch_rows=2)
    assert type(np.where(lazy(sample()).b, 1, 2)) is lf.Series


def test_what_is_no_choice_is_left_to_others():
    df = lazy(sample())
    assert choose(np.where, (df.b,), {}) is NotImplemented  # the places of a mask
    assert choose(np.sum, (df.i,), {}) is NotImplemented


def test_choices_that_do_not_fit_together():
    df = lazy(sample())
    with pytest.raises(ValueError, match="same length as list of conditions"):
        np.select([df.b], [1, 2], 0)
    with pytest.raises(ValueError, match="could not be broadcast together"):  # numpy takes values as they stand
        np.where(df.b, df[df.b].i, 0).compute(scheduler="sync")


def test_a_mask_of_a_whole_frame():
    df, frame = lazy(sample(), (2, 5))[["i", "f"]], sample()[["i", "f"]]
    for one in (df, frame):
        one[one > 2] = 1
    assert type(df) is lf.DataFrame
    assert_same(df.compute(scheduler="sync"), frame)


def test_rows_that_there_are_not_are_none_to_be_set():
    df = lazy(sample(), (2, 5))
    df.loc[99, "i"] = 1
    with pytest.raises(KeyError, match="no row has this label"):
        df.compute(scheduler="sync")
