"""The lazy column, line by line beside pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, check, lazy, sample

MAPPINGS = {
    "ints": {1: 5, 2: 6, 3: 0, 0: 1, -7: 3, 10: 2, 5: 9},
    "some": {2: 5},
    "text": {2: "x", 3: "y"},
    "booleans": {2: True, 0: False},
    "nothing": {},
    "floats": {2: 1.5},
    "dates": {2: pd.Timestamp("2020")},
    "missing": {2: np.nan},
}

LINES = {
    **{f"ints to {kind}": lambda df, m=m: df.i.map(m) for kind, m in MAPPINGS.items()},
    **{f"floats to {kind}": lambda df, m=m: df.f.map(m) for kind, m in MAPPINGS.items()},
    "all texts mapped": lambda df: df.s.map({"a": "A", np.nan: "none", " d ": "q"}),
    "mapped by a Series": lambda df: df.i.map(pd.Series({1: 2, 2: 3})),
    "mapped dates": lambda df: df.t.map({pd.Timestamp("2020-01-01"): 1}),
    "mapped booleans as groups": lambda df: df.groupby(df.b.map({True: "y", False: "n"})).i.sum(),
    "mapped years": lambda df: df.t.dt.year.map({2020: 1}),
    "mapped head": lambda df: df.i.map({3: 1}).head(1),
    "itself": lambda df: df.f,
    "renamed": lambda df: df.f.rename("x"),
    "name of two": lambda df: df.i + df.f,
    "name of one": lambda df: df.i + df.i,
    "filtered": lambda df: df.f[df.i > 1],
    "filtered by itself": lambda df: df.f[df.f > 1],
    "filtered twice": lambda df: df.f[df.f > 0][df.f[df.f > 0] < 2],
    "of a filtered frame": lambda df: df[df.i > 1].f,
    "two of a filtered frame": lambda df: df[df.i > 1].f - df[df.i > 1].i,
    "head": lambda df: df.f.head(3),
    "head of filtered": lambda df: df.f[df.i > 1].head(2),
    "dropna": lambda df: df.f.dropna(),
    "dropna of all": lambda df: df.i.dropna(),
    "to_frame": lambda df: df.f.to_frame(),
    "to_frame named": lambda df: df.f.to_frame("x"),
    "to_frame with None for a name": lambda df: df.f.to_frame(None),
    "reset_index named": lambda df: df[df.i > 0].f.reset_index(name="x"),
    "reset_index of groups, named": lambda df: df.groupby("s").size().reset_index(name="n"),
    "to_frame without a name": lambda df: (df.i + df.f).to_frame(),
    "fillna by a column": lambda df: df.f.fillna(df.i),
    "fillna by a scalar": lambda df: df.f.fillna(df.f.mean()),
    "clip by scalars": lambda df: df.f.clip(df.f.min(), df.i.max()),
    "between columns": lambda df: df.f.between(df.i, df.i + 2),
    "between scalars": lambda df: df.i.between(df.i.min(), 2, inclusive="right"),
    "where": lambda df: df.f.where(df.f > df.f.mean(), -1.0),
    "mask": lambda df: df.f.mask(df.b),
    "where by functions": lambda df: df.f.where(lambda s: s > 0, lambda s: -s),
    "mask by a function": lambda df: df.f.mask(lambda s: s > 0),
    "filtered by a function": lambda df: df.f[lambda s: s > 0],
    "plus a scalar": lambda df: df.i + df.i.max(),
    "scalar minus": lambda df: df.i.max() - df.i,
    "dates minus": lambda df: df.t - df.t.min(),
    "dates after": lambda df: df.t > df.t.min(),
    "text equal": lambda df: df.s == df.s.max(),
    "numpy on the left": lambda df: np.float64(2) * df.f,
    "numpy integer on the left": lambda df: np.int64(7) // df.i,
    "methods of operators": lambda df: df.f.add(1).rsub(2).mul(3).rdiv(4).gt(0),
    "operators of booleans": lambda df: (df.b & True) | (df.i > 1) ^ df.b,
    "of objects": lambda df: df.q & df.b,
    "invert": lambda df: ~(df.i > 1),
    "size": lambda df: df.f.size,
    "reduced twice": lambda df: (df.f - df.f.mean()).abs().max(),
}  # fmt: skip


@pytest.mark.parametrize("rows", [9, 1, 0])
def test_lines(rows):
    lines = dict(LINES)
    assert not check(lines, sample().head(rows), cuts=(2, 5), batch_rows=2)


def test_what_it_is():
    df = lazy(sample(), (3,))
    assert df.f.name == "f"
    assert (df.i + df.f).name is None
    assert df.f.dtype == np.float64
    assert df.s.dtype == sample().s.dtype
    assert (df.i > 1).dtype == bool
    assert len(df.f) == 9
    assert df.f.npartitions == 2
    assert list(df.b) == sample().b.tolist()
    assert_same(df.f.to_pandas(), sample().f)


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        (lambda df: df.i.nonsense, AttributeError, "a lazy Series has no attribute 'nonsense'"),
        (lambda df: df.i == [1], TypeError, "expected a single value or a column of the same frame, got list"),
        (lambda df: df.i.isin("abc"), TypeError, "only list-like objects are allowed to be passed to isin(), you passed a 'str'"),
        (lambda df: df.i.isin(5), TypeError, "you passed an 'int'"),
        (lambda df: df.t + df.s, TypeError, "t + s does not fit its operands: t (datetime64[us]), s (str)"),
        (lambda df: df.s > 1, TypeError, "s > 1 does not fit its operands: s (str), 1"),
        (lambda df: df.t > "nonsense", (TypeError, ValueError), "nonsense"),
        (lambda df: df.t + df.s.max(), TypeError, "max of s"),
        (lambda df: df.s.mean(), TypeError, "mean of s (str) is not offered"),
        (lambda df: df.i.str, AttributeError, "Can only use .str accessor with string values; i is int64"),
        (
            lambda df: df.s.dt,
            AttributeError,
            "Can only use .dt accessor with datetimelike values; s is str. Write lf.to_datetime(df['s']).",
        ),
        (lambda df: df.t.dt.year.astype(str), TypeError, "its text would differ with it"),
        (lambda df: df.t.astype(str), TypeError, "Use .dt.strftime"),
        (lambda df: df.s.astype("datetime64[us]"), TypeError, "Use parse_dates="),
        (lambda df: bool(df.i), ValueError, "The truth value of a Series is not known"),
    ],
)
def test_mistakes_are_raised_on_the_line_where_they_are_made(line, error, message):
    df = lazy(sample())
    with pytest.raises(error) as caught:
        line(df)
    assert message in str(caught.value)
    assert not df._plan.source.reads


def test_masks_with_missing_values_are_an_error_of_the_run_as_in_pandas():
    df = lazy(sample(), (2,))
    with pytest.raises(ValueError, match="the mask q has missing values; write"):
        df[df.q].compute(scheduler="sync")
    with pytest.raises(ValueError, match="NA / NaN values"):
        sample()[sample().q]
    frame = sample().dropna(subset=["q"]).reset_index(drop=True)
    df = lazy(frame, (2,))
    assert_same(df[df.q].compute(scheduler="sync"), frame[frame.q])


def test_literals_of_odd_types():
    lines = {
        "int8": lambda df: df.i + np.int8(3),
        "uint64": lambda df: df.i + np.uint64(3),
        "bool": lambda df: df.i + True,
        "bool column": lambda df: df.b + df.b,
        "bool times": lambda df: df.b * df.f,
        "bool sum": lambda df: (df.b + 1).sum(),
        "Timestamp": lambda df: df.t - pd.Timestamp("2020-01-01"),
        "Timedelta": lambda df: df.t + pd.Timedelta("1h"),
        "timedelta64": lambda df: df.t + np.timedelta64(5, "s"),
        "NaT": lambda df: df.t == pd.NaT,
        "None": lambda df: df.s == None,  # noqa: E711
        "date": lambda df: df.t > pd.Timestamp("2020-01-01").to_pydatetime(),
        "text with dates": lambda df: df.t <= "2020-02-29 00:00:00",
        "nan": lambda df: df.i == float("nan"),
        "huge": lambda df: df.i < 2**70,
        "complex name": lambda df: df.i.rename(("a", 1)),
    }
    assert not check(lines, sample(), cuts=(4,))


def test_the_label_of_the_largest_text():
    text = sample().s.fillna("")
    assert lazy(text.to_frame(), (2,)).s.idxmax().compute(scheduler="sync") == text.idxmax()
