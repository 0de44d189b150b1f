"""A column value by value, with what stands beside it: lazy, in memory, or still to be computed."""

from __future__ import annotations

import dask
import pandas as pd
import pytest
from oracle import assert_same, check, lazy, sample

import lazyframe as lf


def test_what_only_all_values_tell_is_made_of_the_gathered_column():
    lines = {
        "floats in the place of whole numbers": lambda df: df.i.where(df.b, df.f),
        "text in the place of numbers": lambda df: df.f.mask(df.b, "x"),
        "a bound that is no whole number": lambda df: df.i.clip(0, 1.5),
        "a mask of pandas": lambda df: df.i.where(pd.Series([True, False] * 4, index=[3, 1, 0, 2, 8, 9, 5, 7])),
        "bounds of pandas": lambda df: df.i.between(pd.Series(range(9)), 5),
        "a deviation of dates": lambda df: df.t.std(),
        "a deviation of differences": lambda df: df.d.std(ddof=0),
    }
    assert not check(lines, sample(), cuts=(2, 5))
    with pytest.raises(lf.TextError, match="does not fit its operands"):
        lazy(sample()).s.between(1, 2)  # pandas refuses it, too


def test_isin_takes_values_that_have_to_be_computed():
    df, frame = lazy(sample(), (2, 5)), sample()
    for values in ([lf.delayed(3), 2], [dask.delayed(3), 2], [df.i.min() + 10, 2]):
        assert_same(df.i.isin(values).compute(scheduler="sync"), frame.i.isin([3, 2]))
    assert_same(df[["i", "f"]].isin([lf.delayed(3), 2.5]).compute(scheduler="sync"), frame[["i", "f"]].isin([3, 2.5]))
