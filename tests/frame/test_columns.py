"""The columns of a frame, taken and set by their names beside pandas."""

from __future__ import annotations

import datetime

import numpy as np
import pandas as pd
import pytest
from oracle import NAN, assert_same, check, lazy, sample

import lazyframe as lf


def test_names_that_are_not_text():
    frame = pd.DataFrame({1: [1, 2, 2], None: [1.5, NAN, 2.0], ("a", "b"): ["x", "y", "x"]})
    lines = {
        "all": lambda df: df,
        "number": lambda df: df[1],
        "none": lambda df: df[None],
        "tuple": lambda df: df[("a", "b")],
        "some": lambda df: df[[1, None]],
        "groups": lambda df: df.groupby(1)[None].sum(),
        "tuple key": lambda df: df.groupby(("a", "b"))[1].sum(),
        "numbers": lambda df: df.sum(numeric_only=True),
        "max": lambda df: df.max(),
        "columns of groups": lambda df: df.groupby(1)[[None]].sum().reset_index(),
    }
    assert not check(lines, frame, cuts=(1,))
    assert list(lazy(frame).columns) == [1, None, ("a", "b")]


def test_columns_of_two_levels():
    frame = pd.DataFrame({("a", "x"): [1, 2], ("a", "y"): [3.0, 4.0]})
    assert not check({"all": lambda df: df, "one": lambda df: df[("a", "x")], "sum": lambda df: df.sum()}, frame)
    pd.testing.assert_index_equal(lazy(frame).columns, frame.columns)


def test_setting_columns():
    df, frame = lazy(sample(), (4,)), sample()
    for one in (df, frame):
        one["n"] = one.i + 1
        one["i"] = one.n * 2
        one["const"] = "x"
        one.f = one.f.fillna(0)
        one[7] = one.i
    assert_same(df.compute(scheduler="sync"), frame)


VALUES = [
    *(pd.NaT, np.datetime64("NaT"), np.datetime64("NaT", "ms"), np.timedelta64("NaT"), np.timedelta64("NaT", "us"), None, pd.NA),
    *(np.nan, 3, 2**63, 2**70, np.int8(3), np.float32(2), np.bool_(True), np.str_("x"), b"x", 1j, datetime.date(2020, 1, 1)),
    *(np.datetime64("2020-01-01"), np.datetime64("2020-01-01", "ns"), np.timedelta64(1, "h"), datetime.timedelta(1)),
    *(pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-01").as_unit("ns"), pd.Timestamp("2020-01-01", tz="UTC")),
]


@pytest.mark.parametrize("value", VALUES, ids=lambda value: f"{type(value).__name__} {value!r}")
@pytest.mark.parametrize("rows", [0, 1, 9])
def test_one_value_set_in_all_rows(value, rows):
    df, frame = lazy(sample(), (4,)).head(rows), sample().head(rows)
    for one in (df, frame):
        one["new"] = value
    assert df.dtypes["new"] == frame["new"].dtype
    assert_same(df.compute(scheduler="sync"), frame)


def test_deleting_and_renaming_in_place():
    df, frame = lazy(sample(), (4,)), sample()
    whole = df[list(df)]
    for one in (df, frame):
        del one["q"]
        one["n"] = one.pop("i") + 1
        one.columns = [name.upper() for name in one.columns]
    assert_same(df.compute(scheduler="sync"), frame)
    assert_same(whole.compute(scheduler="sync"), sample())
    with pytest.raises(KeyError, match="no column 'zz'"):
        del df["zz"]
    with pytest.raises(ValueError, match="Length mismatch: 7 columns in the frame, 1 name given"):
        df.columns = ["a"]


def test_setting_what_is_not_there_yet_by_attribute_is_an_error():
    df = lazy(sample())
    with pytest.raises(AttributeError, match=r"no column 'new'; a new column is made with df\['new'\] = \.\.\."):
        df.new = 1


def test_setting_leaves_the_frame_it_came_from_alone():
    df = lazy(sample())
    other = df[["i", "f"]]
    other["i"] = 0
    assert_same(df.i.compute(scheduler="sync"), sample().i)


CHAINED = "chained assignment: the frame that it is set in was made on this line"


def test_chained_assignment_is_warned_of_as_in_pandas():
    for df in (lazy(sample()), sample()):
        with pytest.warns(pd.errors.ChainedAssignmentError, match="A value is being set on a copy of a DataFrame") as caught:
            df[df.b]["i"] = 0
        assert caught[0].filename == __file__
    df = lazy(sample())
    with pytest.warns(pd.errors.ChainedAssignmentError, match=CHAINED):
        df[["i", "f"]].i = 0
    with pytest.warns(pd.errors.ChainedAssignmentError, match=r"write df\['i'\] = df\['i'\]\.mask\(mask, value\)"):
        lazy(sample()).head(2)["i"] = 0


FRAMES = [lazy(sample())]


def test_other_assignments_are_made_without_a_word(recwarn):
    local = lazy(sample())
    local["i"] = 1
    local.i = local.i + 1
    FRAMES[0]["i"] = 1
    FRAMES[0].i = 2

    class Holder:
        frame = lazy(sample())

    Holder.frame["i"] = 1
    Holder.frame.i = 2

    def changed(df):
        df["i"] = 1
        df.i = 2
        return df

    changed(lazy(sample()))
    (lambda df: df.__setitem__("i", 2))(lazy(sample()))
    for df in FRAMES:
        df["i"] += 1
    with lf.config.set(scheduler="sync"):
        local["n"] = local.i.max()
    assert not recwarn.list


def test_masks_made_before_an_assign_still_fit():
    df, frame = lazy(sample(), (4,)), sample()
    mask, want = df.i > 1, frame.i > 1
    df["i"], frame["i"] = 0, 0
    assert_same(df[mask].compute(scheduler="sync"), frame[want])


def test_a_copy_is_a_frame_of_its_own():
    df = lazy(sample())
    other = df.copy()
    other["n"] = 1
    assert "n" not in df


LABELS = {
    "a column": lambda df: df.f,
    "a list": lambda df: list("abcdefghi"),
    "an index of pandas": lambda df: pd.Index(range(9, 0, -1), name="n"),
    "dates": lambda df: pd.date_range("2020", periods=9),
    "the index, changed": lambda df: df.index.astype("float64"),
    "the index, calculated": lambda df: df.index * 10 + 1,
    "a column made of all": lambda df: df.i.rolling(2).sum().fillna(0),
}


@pytest.mark.parametrize("name", LABELS)
def test_the_index_is_set_by_where_the_labels_stand(name):
    df, frame = lazy(sample(), (2, 5)), sample()
    for one in (df, frame):
        one.index = LABELS[name](one)
    made = df.compute(scheduler="sync")
    pd.testing.assert_frame_equal(made, frame, check_index_type="equiv", check_freq=False)
    assert made.index.name == frame.index.name


def test_an_index_that_cannot_be_set_is_an_error():
    df = lazy(sample(), (2, 5))
    with pytest.raises(ValueError, match="does not match"):
        df.index = [1, 2]
    with pytest.raises(TypeError, match="several levels is not offered"):
        df.index = pd.MultiIndex.from_arrays([range(9), range(9)])
    assert_same(df.compute(scheduler="sync"), sample())


def test_a_column_taken_twice_is_an_answer():
    made = lazy(sample(), (2,))[["i", "f", "i"]].compute(scheduler="sync")
    assert_same(made, sample()[["i", "f", "i"]])
