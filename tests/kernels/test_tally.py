"""Columns as counted values: what pandas makes of them is what it makes of the rows."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, sample

from lazyframe.kernels import tally
from lazyframe.kernels.columns import Columns, Text, from_series
from lazyframe.kernels.tally import Counted, ValueCounts

LINES = {
    "frame": lambda df: df.describe(),
    "all": lambda df: df.describe(include="all"),
    "text": lambda df: df[["s"]].describe(),
    "text and flags": lambda df: df[["s", "b"]].describe(),
    "excluded": lambda df: df.describe(exclude=["float64"]),
    "included": lambda df: df.describe(include=[object, "str"]),
    "percentiles": lambda df: df[["i", "f"]].describe(percentiles=[0.1, 0.35]),
    "dates": lambda df: df[["t", "i"]].describe(),
    "differences": lambda df: df[["d"]].describe(),
    "of what is left": lambda df: df[df.i > 2][["f", "s"]].describe(include="all"),
    **{f"column {name}": lambda df, n=name: df[n].describe() for name in "ifbstd"},
    **{f"quantiles of {name}": lambda df, n=name: df[n].quantile([0.9, 0, 0.4]) for name in "iftd"},
    **{f"lower quantiles of {name}": lambda df, n=name: df[n].quantile([0.9, 0.4], "lower") for name in "if"},
    "quantiles of a frame": lambda df: df[["i", "f"]].quantile([0.9, 0, 0.4]),
    "a quantile of a frame": lambda df: df[["i", "f"]].quantile(0.3),
    "a lower quantile of a frame": lambda df: df[["i", "f"]].quantile(0.3, interpolation="lower"),
    "lower quantiles of a frame": lambda df: df[["i", "f"]].quantile([0.3], interpolation="lower"),
    "quantiles of dates": lambda df: df[["t", "d"]].quantile(0.3),
    "quantiles of no column": lambda df: df[[]].quantile(0.3),
    **{f"mode of {name}": lambda df, n=name: df[n].mode() for name in "ifbst"},
    "mode with missing": lambda df: df.f.mode(dropna=False),
}


@pytest.fixture(autouse=True)
def merging(monkeypatch):
    monkeypatch.setattr(tally, "_BEFORE_MERGE", 3)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("rows", [9, 2, 1, 0])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), cuts=(2, 5), batch_rows=2)


COLUMNS = {
    "few": st.sampled_from([0, 1, -7, 2**60]),
    "ints": st.integers(-(2**63), 2**63 - 1),
    "floats": st.floats(-1e6, 1e6) | st.sampled_from([np.nan, 0.5, 0.5]),
    "texts": st.sampled_from(["a", "b", "", "é", None]),
    "flags": st.booleans(),
    "narrow": st.floats(-8, 8, width=32),
    "dates": st.datetimes(min_value=pd.Timestamp("1970-01-01"), max_value=pd.Timestamp("2040-01-01")),
}
DTYPES = {"few": "int64", "ints": "int64", "floats": "float64", "texts": "str", "flags": "bool", "narrow": "float32"}


@settings(max_examples=examples(20))
@given(st.data(), st.sets(st.sampled_from(list(COLUMNS)), min_size=1), st.integers(1, 200), st.integers(1, 7))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_columns(data, kinds, rows, batch_rows):
    frame = pd.DataFrame(
        {
            kind: pd.Series(data.draw(st.lists(COLUMNS[kind], min_size=rows, max_size=rows)), dtype=DTYPES.get(kind))
            for kind in sorted(kinds)
        }
    )
    cuts = tuple(data.draw(st.lists(st.integers(0, rows), max_size=4)))
    df = lazy(frame, cuts, batch_rows)
    include = data.draw(st.sampled_from([None, "all"]))
    for scheduler in ("sync", "threads"):
        assert_same(df.describe(include=include).compute(scheduler=scheduler, num_workers=2), frame.describe(include=include))


def test_what_is_held_are_the_values_that_differ():
    counted = Counted([])
    for start in range(0, 40_000, 400):
        counted.add(np.arange(start, start + 400) % 50)
    (values, counts), *rest = Counted.joined([counted, counted]).pieces
    assert (len(values), counts.tolist(), rest) == (50, [1600] * 50, [])


def test_values_of_which_most_differ_are_held_as_they_come():
    counted = Counted([])
    for start in range(0, 4000, 400):
        counted.add(np.arange(start, start + 400))
    assert not counted.repeats
    assert counted.expanded().tolist() == list(range(4000))


def test_dates_stay_in_their_order():
    dates = pd.Series(pd.to_datetime(["2020-01-02", "2020-01-01"] * 200)).to_numpy()
    counted = Counted([])
    counted.add(dates)
    assert (counted.expanded() == dates).all()


def test_a_column_that_is_another_dtype_in_a_later_batch():
    columns = [np.array([1, 1, 2] * 50), np.array([1.5, np.nan] * 80), np.array([True, None] * 70, object)]
    sink = ValueCounts(("x",), "describe", (), True)
    partial = None
    for values in columns:
        partial = sink.fold(partial, Columns.of(len(values), {"x": values}))
    found = sink.finish(sink.merge([partial, None]))
    whole = pd.concat([pd.Series(values).astype(object) for values in columns], ignore_index=True)
    assert found["x"].tolist()[0] == whole.describe()["count"]


def test_texts_are_held_without_the_batch_that_they_came_in():
    counted = Counted([])
    for _ in range(3):
        counted.add(Text(from_series(pd.Series(["a", "b", "a"] * 100, dtype="str")).array.dictionary_encode()))
    assert [len(values) for values, _ in counted.pieces] in ([2, 2, 2], [2, 2], [2])
