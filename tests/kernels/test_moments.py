"""Moments of pieces put together: those of all the values, as pandas has them."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe.kernels import moments
from lazyframe.kernels.reduce import KERNELS
from lazyframe.schema import dtype_named

FLOAT = dtype_named("float64")
NUMBERS = st.floats(-1e6, 1e6, allow_subnormal=False) | st.integers(-9, 9).map(float) | st.just(float("nan"))


def reduced(name, values, codes, groups, cuts, **options):
    """A reduction of pieces between cuts, merged in two steps."""
    kernel = KERNELS[name]
    edges = [0, *sorted(cuts), len(values)]
    states = [kernel.partial(values[a:b], codes[a:b], groups, options) for a, b in itertools.pairwise(edges)]
    owners = np.tile(np.arange(groups), len(states))
    joined = tuple(np.concatenate(parts) for parts in zip(*states, strict=True))
    return kernel.finalize(kernel.merge(joined, owners, groups), FLOAT, options)


def close(got, want, scale=1.0):
    want = np.asarray(want, float)
    assert list(np.isnan(got)) == list(np.isnan(want)), (got, want)
    np.testing.assert_allclose(got, want, rtol=1e-9, atol=1e-9 * scale)


@pytest.mark.parametrize("name", ["skew", "kurt"])
@given(st.lists(NUMBERS, max_size=30), st.data())
@settings(max_examples=50)
def test_shapes_of_pieces_are_those_of_all(name, values, data):
    values = np.array(values, float)
    present = values[~np.isnan(values)]
    if len(present) > 1 and 0 < np.ptp(present) < 1e-6 * np.abs(present).max():
        return  # digits that are not there: pandas' own groups and columns differ
    cuts = data.draw(st.lists(st.integers(0, len(values)), max_size=3))
    codes = np.zeros(len(values), np.int64)
    close(reduced(name, values, codes, 1, cuts), [getattr(pd.Series(values, dtype=float), name)()])
    alone = KERNELS[name].finalize(KERNELS[name].partial(values, None, 1, {}), FLOAT, {})
    close(alone, reduced(name, values, codes, 1, []))


@pytest.mark.filterwarnings("ignore:Degrees of freedom", "ignore:divide by zero", "ignore:invalid value")
@given(st.lists(st.tuples(NUMBERS, NUMBERS), max_size=30), st.data())
@settings(max_examples=50)
def test_pairs_of_pieces_are_those_of_all(pairs, data):
    x, y = (np.array([pair[place] for pair in pairs], float) for place in (0, 1))
    together = np.empty(len(x), complex)
    together.real, together.imag = x, y
    cuts = data.draw(st.lists(st.integers(0, len(x)), max_size=3))
    codes = np.zeros(len(x), np.int64)
    both = ~np.isnan(x) & ~np.isnan(y)
    scale = max(1.0, np.abs(x[both]).max(initial=0) * np.abs(y[both]).max(initial=0))
    for options in ({}, {"ddof": 0}, {"min_periods": 4}):
        want = pd.Series(x, dtype=float).cov(pd.Series(y, dtype=float), **options)
        close(reduced("pair_cov", together, codes, 1, cuts, **options), [want], scale)
    if all(np.ptp(one[both]) > 1e-6 * np.abs(one[both]).max() for one in (x, y) if both.any()):
        close(reduced("pair_corr", together, codes, 1, cuts), [pd.Series(x, dtype=float).corr(pd.Series(y, dtype=float))], 10)


def test_equal_values_have_no_shape():
    values = np.full(10, 1.1)
    codes = np.arange(10) % 2
    assert np.isnan(reduced("skew", values, codes, 2, [3, 7])).all()
    assert np.isnan(reduced("kurt", values, codes, 2, [3, 7])).all()


def test_groups_without_values():
    values = np.array([1.0, 2.0, 4.0, np.nan])
    found = reduced("skew", values, np.array([2, 2, 2, 0]), 3, [2])
    close(found, [np.nan, np.nan, pd.Series([1.0, 2.0, 4.0]).skew()])
    assert moments.partial(values[:0], None, 1, {})[0].tolist() == [0.0]
