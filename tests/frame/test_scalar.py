"""The lazy scalar."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import check, lazy, sample

import lazyframe as lf

LINES = {
    "difference": lambda df: df.i.max() - df.i.min(),
    "reflected": lambda df: 2 * df.i.max() + 1,
    "numpy on the left": lambda df: np.float64(2) * df.i.max(),
    "ratio": lambda df: df.f.sum() / df.f.count(),
    "power": lambda df: df.i.max() ** 2,
    "compare": lambda df: df.i.max() > df.f.mean(),
    "negate": lambda df: -df.i.max(),
    "abs": lambda df: abs(df.i.min()),
    "dates": lambda df: df.t.max() - df.t.min(),
    "date": lambda df: df.t.max(),
    "text": lambda df: df.s.max(),
    "text equal": lambda df: df.s.max() == "a",
    "span": lambda df: df.d.sum(),
    "nunique": lambda df: df.s.nunique(),
    "size": lambda df: df.i.size,
    "count": lambda df: df.f.count(),
    "any": lambda df: df.b.any(),
    "of groups": lambda df: df.groupby("s").f.mean().max(),
}


@pytest.mark.parametrize("rows", [9, 1, 0])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), cuts=(2, 5), batch_rows=2)


def test_reprs():
    df = lazy(sample())
    assert repr(df.groupby("s").f.mean().max()) == "lf.Scalar<max of mean of f, dtype=float64>"
    assert repr(df.f.mean() + 1) == "lf.Scalar<(mean of f) + 1, dtype=float64>"
    assert repr(df.i.max()) == "lf.Scalar<max of i, dtype=int64>"
    assert repr(df.size) == "lf.Scalar<(size) * 8, dtype=int64>"
    assert repr(df[df.b].s.nunique()) == "lf.Scalar<nunique of s, dtype=int64>"


def test_dtype_is_that_of_the_value():
    df = lazy(sample())
    assert df.i.max().dtype == np.int64
    assert df.f.mean().dtype == np.float64
    assert df.t.max().dtype == "datetime64[us]"
    assert (df.i.max() > 1).dtype == bool


def test_mistakes():
    df = lazy(sample())
    with pytest.raises(AttributeError, match="a lazy Scalar has no attribute 'colour'"):
        _ = df.i.max().colour
    with pytest.raises(TypeError, match="does not fit its operands"):
        df.i.max() + df.s.max()
    with pytest.raises(TypeError):
        [*df.i.max(), 1]


def test_a_value_is_of_the_type_pandas_gives():
    df = lazy(sample(), (3,))
    longest, distinct, when = lf.compute(df.i.max(), df.s.nunique(), df.t.max(), scheduler="sync")
    assert type(longest) is np.int64
    assert type(distinct) is int
    assert isinstance(when, pd.Timestamp)


def test_a_scalar_is_not_taken_for_a_number_that_is_present():
    mean = lazy(sample()).f.mean()
    for wrong in (lambda: pd.isna(mean), lambda: mean[0], lambda: list(mean), lambda: sample().f + mean):
        with pytest.raises(TypeError):
            wrong()


def test_where_python_wants_a_number_it_is_computed():
    df, frame = lazy(sample(), (3,)), sample()
    longest = df.i.max()
    assert not df._plan.source.reads
    assert int(longest) == 10
    assert type(int(longest)) is int
    assert range(longest) == range(10)
    assert "abcdefghijk"[longest] == "k"
    assert float(longest) == 10.0
    assert complex(longest) == 10
    assert f"{longest:05d}" == "00010"
    assert round(df.i.mean(), 1) == round(frame.i.mean(), 1)
    assert round(df.i.mean()) == round(frame.i.mean())
    assert f"{longest}" == "10"
    assert str(longest) == repr(longest) == "lf.Scalar<max of i, dtype=int64>"


def test_what_asks_for_the_value_computes():
    df = lazy(sample(), (4,))
    assert df.i.max() > 9
    assert max(df.i.max(), 3) == 10
    assert 1 < df.i.max() < 30
    assert list(range(df.i.max()))[-1] == 9
    assert df.i.max().item() == 10
    assert (df.t.max() - df.t.min()).days == (sample().t.max() - sample().t.min()).days
