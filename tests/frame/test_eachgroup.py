"""Iteration over groups of more than memory holds: pandas' groups, in pandas' order, one held at a time."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, lazy, sample

from lazyframe import config
from lazyframe.frame import eachgroup

ROWS = pd.concat([sample()] * 2, ignore_index=True).assign(x=range(18))
GROUPS = {
    "a key": lambda df: df.groupby("s"),
    "a listed key": lambda df: df.groupby(["b"]),
    "several keys": lambda df: df.groupby(["s", "i"]),
    "missing keys": lambda df: df.groupby("f", dropna=False),
    "several, and missing": lambda df: df.groupby(["t", "s"], dropna=False),
    "a computed key": lambda df: df.groupby(df.i % 3),
    "chosen columns": lambda df: df.groupby("d")[["i", "x"]],
    "a column": lambda df: df.groupby("b").i,
    "a column by another": lambda df: df.i.groupby(df.s),
    "in the order they come": lambda df: df.groupby("s", sort=False),
    "of a filter": lambda df: df[df.i > 0].groupby("b"),
    "under an index": lambda df: df.set_index("x").groupby("b"),
}


def assert_same_groups(found, wanted):
    found, wanted = list(found), list(wanted)
    assert [str(name) for name, _ in found] == [str(name) for name, _ in wanted]
    for (_, one), (_, other) in zip(found, wanted, strict=True):
        assert_same(one, other)


@pytest.mark.parametrize("name", GROUPS)
def test_groups(name, tiny):
    for frame in (ROWS, ROWS.iloc[:0]):
        assert_same_groups(GROUPS[name](lazy(frame, (3, 11))), GROUPS[name](frame))


def test_one_group_is_held_at_a_time(tiny, monkeypatch):
    lengths = []
    complete = eachgroup._complete

    def watched(made, parts):
        return complete(made, (lengths.append(len(part)) or part for part in parts))

    monkeypatch.setattr(eachgroup, "_complete", watched)
    groups = iter(lazy(ROWS, (3, 11)).groupby("i"))
    next(groups)
    assert 0 < sum(lengths) < len(ROWS)


@settings(max_examples=examples(40))
@given(
    values=st.lists(st.sampled_from([0.0, -0.0, 1.0, 2.0, np.nan]), max_size=30),
    cuts=st.lists(st.integers(0, 30), max_size=6),
    dropna=st.booleans(),
)
def test_any_rows_in_any_parts(values, cuts, dropna):
    frame = pd.DataFrame({"k": np.array(values, float), "x": np.arange(len(values))})
    rows = frame.sort_values("k", kind="stable")
    groups = lazy(frame).groupby("k", dropna=dropna)._gathered("get_group")._arguments[0]
    edges = [0, *sorted(cuts), len(rows)]
    parts = [rows.iloc[start:stop].set_axis(["\x010", "\x011"], axis=1) for start, stop in itertools.pairwise(edges)]
    assert_same_groups(eachgroup._complete(groups._function, parts), frame.groupby("k", dropna=dropna))


def test_few_rows_are_gathered(monkeypatch):
    monkeypatch.setattr(eachgroup, "_complete", None)
    with config.set(memory_limit="1GB"):
        assert_same_groups(lazy(ROWS, (3,)).groupby("b"), ROWS.groupby("b"))
