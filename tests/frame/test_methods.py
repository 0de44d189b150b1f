"""The table of pandas' names: whole, true of the classes, and each row that is offered equal to pandas."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, outcome

import lazyframe as lf
from lazyframe.frame import methods
from lazyframe.frame.methods import FACES, METHODS, Family, Method, Way, public, said_of
from lazyframe.frame.tables import Status, status

HERE = {
    "DataFrame": "df",
    "Series": "df.x",
    "DataFrameGroupBy": 'df.groupby("k")',
    "SeriesGroupBy": 'df.groupby("k").x',
    "Series.dt": "df.t.dt",
    "Series.str": "df.k.str",
    "Series.cat": "df.k.cat",
    "Resampler": 'df[["x", "y", "t"]].resample("D", on="t")',
}
ROWS = [method for rows in METHODS.values() for method in rows.values()]
OFFERED = [method for method in ROWS if status(method) is not Status.REFUSED]


def sample() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "x": [1.5, -2.0, np.nan, 2.0, 1.5],
            "y": [1, 2, 3, 1, 7],
            "k": pd.Series(["a", "b", "a", "a", "b"], dtype="str"),
            "t": pd.to_datetime(["2024-01-02", "2024-02-29 23:59", None, "2023-12-31", "2024-01-02"], format="ISO8601").astype(
                "datetime64[us]"
            ),
        }
    )


def numbers(method: Method) -> bool:
    """Whether the line is one for a frame of numbers alone."""
    families = (Family.OPERATOR, Family.REDUCTION, Family.WINDOW, Family.GROUPS)
    return method.family in families or method.name in ("abs", "clip", "isin", "astype")


@pytest.fixture(scope="module")
def df():
    return lf.from_pandas(sample())


def same(got, want):
    """An answer of whatever kind is pandas'; of methods and the like, that they are there."""
    if callable(want):
        assert callable(got)
    elif isinstance(want, (pd.DataFrame, pd.Series)) or np.isscalar(want):
        assert_same(got, want)
    elif isinstance(want, np.recarray):
        assert_same(pd.DataFrame(got), pd.DataFrame(want))
    elif isinstance(want, pd.Index) or (isinstance(want, np.ndarray) and want.ndim == 1):
        assert_same(pd.Series(got), pd.Series(want))
    elif isinstance(want, np.ndarray):
        assert_same(pd.DataFrame(got), pd.DataFrame(want))
    elif isinstance(want, dict):
        assert list(got) == list(want)
        for name, value in want.items():
            same(got[name], value)
    elif isinstance(want, (list, tuple, Iterator)):
        for one, other in zip(got, want, strict=True):
            same(one, other)
    else:
        assert type(got) is type(want)


@pytest.mark.parametrize("face", FACES)
def test_every_name_of_pandas_is_in_the_table_and_no_other(face):
    assert public(face) == set(METHODS[face]), "a name of pandas needs a row in lazyframe/frame/methods.py"


@pytest.mark.parametrize("method", ROWS, ids=lambda method: method.title)
def test_what_a_row_says_is_so(method, df):
    if status(method) is not Status.REFUSED:  # then the next test makes it, but for what has no line to try
        return
    thing = eval(HERE[method.face], {"df": df})
    with pytest.raises(AttributeError) as caught:
        getattr(thing, method.name)
    if method.face not in ("Series.dt", "Series.str"):
        assert str(caught.value).startswith(f"{method.title} is not offered")
        assert not method.note or f"Near to it: {method.note}." in str(caught.value)


@pytest.mark.parametrize("method", [one for one in OFFERED if one.call is not None], ids=lambda method: method.title)
def test_every_row_that_is_offered_is_pandas_answer(method):
    frame = sample()
    if method.face in ("DataFrame", "DataFrameGroupBy") and numbers(method):
        frame = frame[["x", "y"] if method.face == "DataFrame" and method.family is not Family.GROUPS else ["x", "y", "k"]]
    if method.face == "Series.cat":
        frame = frame.astype({"k": "category"})
    line = f"{HERE[method.face]}.{method.name}{method.call}"
    want = outcome(lambda: eval(line, {"df": frame.copy(), "pd": pd, "max": max, "len": len}))
    with lf.config.set(scheduler="sync"):
        df = lf.from_pandas(frame, npartitions=3)
        got = outcome(lambda: lf.compute(eval(line, {"df": df, "pd": pd, "max": max, "len": len}))[0])
    if isinstance(want, Exception):
        assert isinstance(got, Exception)
        return
    if isinstance(got, Exception):
        raise got
    if method.name == "items" and method.face == "DataFrame":
        assert [name for name, _ in got] == list(frame)
    else:
        same(got, want)


@pytest.mark.parametrize(
    ("title", "argument", "says"),
    [
        ("DataFrame.fillna", "inplace", "Keep the result instead: df['x'] = df.x.fillna(...)."),
        ("DataFrame.rename", "index", "Labels of the index are not offered; for columns write columns=."),
        ("DataFrame.sum", "min_count", ""),
        ("Unknown.name", "axis", "Write it column by column, or .compute() first."),
    ],
)
def test_what_is_said_of_an_argument(title, argument, says):
    assert said_of(title, argument) == says


def test_a_row_of_a_name_that_pandas_has_not_is_an_error(monkeypatch):
    wrong = methods._Rows(Family.ROWS, Way.STREAMS, "head haed")
    monkeypatch.setattr(methods, "_ROWS", (*methods._ROWS, wrong))
    with pytest.raises(AssertionError, match="pandas has no 'haed'"):
        methods._methods()
