"""Mistakes in calls of pandas' own methods are raised where they are written; what depends on the rows is none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, lazy, sample

import lazyframe as lf
from lazyframe.frame.mistakes import raise_mistakes

MISTAKES = {
    "a window of a part of a row": lambda df: df.rolling(1.5),
    "more rows than the window has": lambda df: df.rolling(2, min_periods=5),
    "an axis that there is not": lambda df: df.align(df, axis="foo"),
    "an axis of a column": lambda df: df.f.fillna(0, axis=1),
    "an axis of a reduction": lambda df: df.i.sum(axis=1),
    "two arguments at once": lambda df: df.dropna(how="any", thresh=1),
    "a bound along an axis": lambda df: df.f.clip(1, 2, axis=1),
    "an argument that there is not": lambda df: df.expanding(wrong=1),
    "a frequency that there is not": lambda df: df.i.shift(1, freq="zz"),
    "an axis of a column with another": lambda df: df.i.add(df.f, axis=1),
    "an axis of a column with bounds": lambda df: df.i.clip(lower=pd.Series([1]), axis=1),
}
NONE = {
    "more rows than the sample has": lambda df: df.sample(1000, replace=True, random_state=1),
    "a label that the sample may not have": lambda df: df.drop(7),
    "values for each row": lambda df: df.groupby(np.arange(len(sample())) % 2).i.sum(),
    "a mask for each row": lambda df: df[["i"]].where(np.arange(len(sample()))[:, None] > 2),
    "a function": lambda df: df.i.to_frame().apply(lambda column: column.max()),
    "an index of other labels": lambda df: df.i.reindex([8, 1, 7]),
    "a frequency by its dates": lambda df: df.set_index("t").i.sort_index().iloc[:0],
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes_are_pandas_own_errors_on_the_line(name):
    df = lazy(sample(), (2, 5))
    with pytest.raises((TypeError, ValueError)) as theirs:
        MISTAKES[name](sample())
    with pytest.raises(type(theirs.value)) as ours:
        MISTAKES[name](df)
    assert str(ours.value) == str(theirs.value)
    assert df._plan.source.reads == []


@pytest.mark.parametrize("name", NONE)
def test_what_depends_on_the_rows_is_no_mistake(name):
    made = NONE[name](lazy(sample(), (2, 5)))
    assert_same(made.compute(scheduler="sync"), NONE[name](sample()))


def test_functions_of_the_user_are_not_called_and_without_rows_nothing_is_known():
    called = []
    df = lazy(sample(), (2, 5))
    raise_mistakes(df, "apply", (called.append,), {})
    assert called == []
    raise_mistakes(lazy(sample().head(0)), "rolling", (1.5,), {})
    raise_mistakes(df.groupby("s").i.sum(), "rolling", (1.5,), {})  # only a run tells its rows
    raise_mistakes(df, "align", (df.i.rolling(2).sum(),), {"axis": "foo"})
    with pytest.raises(ValueError, match="window must be an integer"):
        raise_mistakes(df, "rolling", (1.5,), {})


def test_random_rows_are_drawn_when_they_are_written():
    df, frame = lazy(sample(), (2, 5)), sample()
    np.random.seed(3)
    want = frame.sample(4)
    np.random.seed(3)
    first, second = df.sample(4), df.sample(4)
    assert_same(first.compute(scheduler="sync"), want)
    assert_same(first.compute(scheduler="sync"), want)
    assert not second.compute(scheduler="sync").index.equals(want.index)
    assert_same(second.compute(scheduler="sync"), second.compute(scheduler="threads"))
    assert len(lf.compute(df.i.sample(frac=0.5), scheduler="sync")[0]) == round(len(frame) / 2)
