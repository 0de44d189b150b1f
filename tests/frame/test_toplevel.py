"""pandas' functions by our name: pandas' own where nothing is lazy, a lazy column or an answer where something is."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.frame.answer import Answer
from lazyframe.frame.toplevel import FUNCTIONS, VALUES, Conversion, of_pandas


def module(df):
    return pd if isinstance(df, (pd.DataFrame, pd.Series)) else lf


FRAME = pd.DataFrame(
    {
        "day": ["2024-01-02", "2023-12-31", None, "2024-02-29"],
        "us": ["01/02/2024", "12/31/2023", "02/29/2024", "01/01/2024"],
        "span": ["1 day", "2 hours", None, "0 s"],
        "n": ["1", "2.5", "x", None],
        "whole": ["1", "2", "3", "4"],
        "seconds": [0, 60, 3600, 86400],
        "k": ["a", "b", "a", "c"],
    }
).astype({"day": "str", "us": "str", "span": "str", "n": "str", "whole": "str", "k": "str"})

LINES = {
    "dates": lambda df: module(df).to_datetime(df.day),
    "dates of a format": lambda df: module(df).to_datetime(df.us, format="%m/%d/%Y"),
    "dates of a format that is guessed": lambda df: module(df).to_datetime(df.us),
    "dates or nothing": lambda df: module(df).to_datetime(df.n, errors="coerce"),
    "dates of numbers": lambda df: module(df).to_datetime(df.seconds, unit="s"),
    "the day first": lambda df: module(df).to_datetime(df.us.str.slice(0, 6) + "2024", dayfirst=False, errors="coerce"),
    "of dates": lambda df: module(df).to_datetime(module(df).to_datetime(df.day)),
    "spans": lambda df: module(df).to_timedelta(df.span),
    "spans of numbers": lambda df: module(df).to_timedelta(df.seconds, unit="s"),
    "numbers": lambda df: module(df).to_numeric(df.whole),
    "numbers or nothing": lambda df: module(df).to_numeric(df.n, errors="coerce"),
    "small numbers": lambda df: module(df).to_numeric(df.whole, downcast="integer"),
    "isna": lambda df: module(df).isna(df.day),
    "notnull": lambda df: module(df).notnull(df),
    "concat": lambda df: module(df).concat([df, df], ignore_index=True),
    "melt": lambda df: module(df).melt(df, id_vars="k", value_vars=["whole"]),
    "merge": lambda df: module(df).merge(df[["k", "n"]], df[["k", "whole"]], on="k"),
    "dummies": lambda df: module(df).get_dummies(df.k),
    "cut": lambda df: module(df).cut(df.seconds, [-1, 100, 10**6], labels=["low", "high"]).astype("str"),
    "crosstab": lambda df: module(df).crosstab(df.k, df.whole),
    "pivot_table": lambda df: module(df).pivot_table(df, index="k", values="seconds", aggfunc="sum"),
}  # fmt: skip


@pytest.mark.parametrize("name", LINES)
def test_lines(name):
    assert not check({name: LINES[name]}, FRAME, cuts=(1, 3))


def test_conversions_stream_and_know_their_dtype():
    df = lazy(FRAME, (1, 3))
    made = lf.to_datetime(df.day)
    assert type(made) is lf.Series
    assert (str(made.dtype), made.name, made.npartitions) == ("datetime64[us]", "day", 3)
    assert str(lf.to_numeric(df.n, errors="coerce").dtype) == "float64"
    assert str(lf.to_timedelta(df.span).dtype).startswith("timedelta64")
    assert df._plan.source.reads == []
    assert type(lf.to_numeric(df.whole, downcast="integer")) is Answer
    assert type(lf.to_datetime(df[["seconds"]].rename(columns={"seconds": "year"}))) is Answer


def test_a_value_that_is_none_fails_the_run_as_in_pandas():
    with pytest.raises(ValueError, match="Unable to parse string"):
        pd.to_numeric(FRAME.n)
    with pytest.raises(ValueError, match="Unable to parse string"):
        lf.to_numeric(lazy(FRAME, (1, 3)).n).compute(scheduler="sync")


def test_a_format_is_that_of_the_first_value_of_all_and_not_of_each_batch():
    days = pd.DataFrame({"d": ["01/02/2024"] * 3 + ["13/01/2024"]}).astype("str")
    df = lazy(days, (3,), 1)
    with pytest.raises(ValueError, match="13/01/2024"):
        pd.to_datetime(days.d)
    with pytest.raises(ValueError, match="13/01/2024"):
        lf.to_datetime(df.d).compute(scheduler="sync")
    assert_same(lf.to_datetime(df.d, dayfirst=True).compute(scheduler="sync"), pd.to_datetime(days.d, dayfirst=True))


def test_without_a_first_value_the_rows_are_gathered():
    none = pd.DataFrame({"d": pd.Series([None] * 12 + ["01/02/2024"], dtype="str")})
    made = lf.to_datetime(lazy(none, (6,)).d)
    assert type(made) is Answer
    assert_same(made.compute(scheduler="sync"), pd.to_datetime(none.d))


@pytest.mark.parametrize("name", sorted(VALUES))
def test_values_are_pandas_own(name):
    assert of_pandas(name) is getattr(pd, name)
    assert getattr(lf, name) is getattr(pd, name)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_functions_are_called_like_pandas(name):
    function = of_pandas(name)
    assert function is getattr(lf, name)
    assert function.__doc__ == getattr(pd, name).__doc__
    assert function.__wrapped__ is getattr(pd, name)


def test_distinct_values_are_those_of_the_method():
    found = lf.unique(lazy(FRAME, (1, 3)).k)
    assert list(found.compute(scheduler="sync")) == list(pd.unique(FRAME.k))
    assert type(found) is type(lazy(FRAME).k.unique())


def test_what_is_not_lazy_is_pandas_answer():
    assert_same(lf.to_datetime(FRAME.day), pd.to_datetime(FRAME.day))
    assert lf.to_numeric("5") == 5
    assert lf.to_timedelta(5, unit="s") == pd.Timedelta("5s")
    assert type(lf.concat([FRAME, FRAME])) is pd.DataFrame
    assert lf.isna(np.nan)


def test_names_that_are_of_no_use_are_not_there():
    for name in ("ExcelFile", "read_sql", "nowhere", "_libs"):
        assert of_pandas(name) is None


def test_arguments_that_pandas_does_not_take_are_an_error_where_they_are_written():
    df = lazy(FRAME)
    with pytest.raises(TypeError, match="nowhere"):
        lf.concat([df, df], nowhere=1)
    with pytest.raises(TypeError, match="nowhere"):
        lf.to_datetime(df.day, nowhere=1)


def test_a_conversion_is_known_by_what_it_does():
    one = Conversion("to_numeric", (("errors", "coerce"),))
    assert one.token == Conversion("to_numeric", (("errors", "coerce"),)).token
    assert one.token != Conversion("to_numeric", (("errors", "raise"),)).token
    assert one.token != Conversion("to_datetime", (("errors", "coerce"),)).token
    assert (one.how, one.title) == ("to_numeric", "errors='coerce'")
    assert one([pd.Series(["1", "x"])]).tolist()[0] == 1
    assert lf.to_numeric(lazy(FRAME).n, errors="coerce")._expr.label() == "n.to_numeric(errors='coerce')"


def test_wrong_arguments_of_functions_of_pandas_are_errors_on_their_line():
    df = lazy(sample(), (3,))
    for line in (
        lambda lib, df: lib.concat([df, df], join="x"),
        lambda lib, df: lib.merge_asof(df, df, on="i", left_on="i"),
    ):
        with pytest.raises((TypeError, ValueError)) as theirs:
            line(pd, sample())
        with pytest.raises(type(theirs.value)) as ours:
            line(lf, df)
        assert str(ours.value) == str(theirs.value)
