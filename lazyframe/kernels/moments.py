"""Moments of higher order, and of two columns together: partial results that are merged, and what is made of them.

Deviations are taken from a center near the mean, and `first` of them, their sum, takes back that it is not the mean. The center
is a value plus the mean of the differences to it, so that of equal values all deviations are 0, as pandas has it.

Method: T. B. Terriberry, Computing Higher-Order Moments Online, 2007; the updates of P. Pebay, Formulas for Robust, One-Pass
Parallel Computation of Covariances and Arbitrary-Order Statistical Moments, SAND2008-6212.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lazyframe.kernels.columns import Values
from lazyframe.schema import DType

State = tuple[Any, ...]
Codes = np.ndarray | None


def _total(values: np.ndarray, codes: Codes, groups: int) -> np.ndarray:
    if codes is None:
        return np.add.reduce(values, keepdims=True)
    if values.dtype.kind == "c":
        return np.bincount(codes, values.real, minlength=groups) + 1j * np.bincount(codes, values.imag, minlength=groups)
    return np.bincount(codes, values, minlength=groups).astype(np.float64, copy=False)


def _center(values: np.ndarray, weights: np.ndarray, codes: Codes, groups: int) -> np.ndarray:
    """For each value a number near the mean of its group: the first value there, and the mean of the differences to it."""
    owners = np.zeros(len(values), np.int64) if codes is None else codes
    base = np.zeros(groups, values.dtype)
    base[owners[::-1]] = values[::-1]  # of several writes to one place the last one stays
    total = _total(weights, codes, groups)
    center: np.ndarray = base + np.where(total > 0, _total((values - base[owners]) * weights, codes, groups) / total, 0)
    return center


def _deviations(numbers: np.ndarray, codes: Codes, groups: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """How many numbers each group has, its center, and how far each number is from that."""
    ones = np.ones(len(numbers))
    center = _center(numbers, ones, codes, groups)
    return _total(ones, codes, groups), center, numbers - (center[0] if codes is None else center[codes])


def _shifts(count: np.ndarray, means: np.ndarray, codes: Codes, groups: int) -> tuple[np.ndarray, np.ndarray]:
    """The center of states put together, by group, and how far that of each state is from it; 0 of one without values."""
    present = count > 0
    owners = np.zeros(len(count), np.int64) if codes is None else codes
    center = _center(means[present], count[present], owners[present], groups)
    return center, np.where(present, means - center[owners], 0)


def partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    """The number of values, the center, and the sums of the first four powers of the deviations from it."""
    numbers = np.asarray(values)
    valid = ~np.isnan(numbers) if numbers.dtype.kind == "f" else np.ones(len(numbers), bool)
    numbers, codes = numbers[valid].astype(np.float64, copy=False), None if codes is None else codes[valid]
    with np.errstate(all="ignore"):
        count, center, deviation = _deviations(numbers, codes, groups)
        square = deviation * deviation
        powers = (deviation, square, square * deviation, square * square)
        return count, center, *(_total(power, codes, groups) for power in powers)


def merge(state: State, codes: Codes, groups: int) -> State:
    """States of the same groups put together."""
    count, means, first, second, third, fourth = state
    with np.errstate(all="ignore"):
        center, d = _shifts(count, means, codes, groups)
        d2 = d * d
        powers = (
            first + count * d,
            second + 2 * d * first + count * d2,
            third + 3 * d * second + 3 * d2 * first + count * d2 * d,
            fourth + 4 * d * third + 6 * d2 * second + 4 * d2 * d * first + count * d2 * d2,
        )
        return _total(count, codes, groups), center, *(_total(power, codes, groups) for power in powers)


def _central(state: State) -> tuple[np.ndarray, ...]:
    """The number of values, and the sums of the second, third and fourth powers of the deviations from the mean."""
    count, _, first, second, third, fourth = state
    r = first / count
    r2 = r * r
    return (
        count,
        second - count * r2,
        third - 3 * r * second + 2 * count * r2 * r,
        fourth - 4 * r * third + 6 * r2 * second - 3 * count * r2 * r2,
    )


def skew(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    """The third standardized moment, without the bias of a sample; missing of fewer than three values, or of equal ones."""
    with np.errstate(all="ignore"):
        n, second, third, _ = _central(state)
        found = n * np.sqrt(n - 1) / (n - 2) * third / second**1.5
        return np.where((n > 2) & (second > 0), found, np.nan).astype(dtype.name)


def kurt(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    """The fourth standardized moment less that of a normal distribution, without the bias of a sample."""
    with np.errstate(all="ignore"):
        n, second, _, fourth = _central(state)
        found = n * (n + 1) * (n - 1) / ((n - 2) * (n - 3)) * fourth / (second * second)
        found = found - 3 * (n - 1) ** 2 / ((n - 2) * (n - 3))
        return np.where((n > 3) & (second > 0), found, np.nan).astype(dtype.name)


# ---- two columns, side by side as the parts of complex numbers


def pair_partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    """The number of pairs, the center, the sum of the deviations, and those of the products of their parts."""
    pairs = np.asarray(values)
    valid = ~np.isnan(pairs)
    pairs, codes = pairs[valid], None if codes is None else codes[valid]
    with np.errstate(all="ignore"):
        count, center, deviation = _deviations(pairs, codes, groups)
        x, y = deviation.real, deviation.imag
        return count, center, *(_total(one, codes, groups) for one in (deviation, x * x, y * y, x * y))


def pair_merge(state: State, codes: Codes, groups: int) -> State:
    """States of the same groups put together."""
    count, means, first, xx, yy, xy = state
    with np.errstate(all="ignore"):
        center, d = _shifts(count, means, codes, groups)
        x, y, fx, fy = d.real, d.imag, first.real, first.imag
        sums = (
            first + count * d,
            xx + 2 * x * fx + count * x * x,
            yy + 2 * y * fy + count * y * y,
            xy + x * fy + y * fx + count * x * y,
        )
        return _total(count, codes, groups), center, *(_total(one, codes, groups) for one in sums)


def _products(state: State) -> tuple[np.ndarray, ...]:
    count, _, first, xx, yy, xy = state
    x, y = first.real / count, first.imag / count
    return count, xx - count * x * x, yy - count * y * y, xy - count * x * y


def pair_cov(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    """The covariance, with ``n - ddof`` degrees of freedom."""
    with np.errstate(all="ignore"):
        n, _, _, xy = _products(state)
        free = n - options.get("ddof", 1)
        return np.where((n >= max(1, options.get("min_periods", 1))) & (free > 0), xy / free, np.nan)


def pair_corr(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    """The correlation."""
    with np.errstate(all="ignore"):
        n, xx, yy, xy = _products(state)
        found = np.clip(xy / np.sqrt(xx) / np.sqrt(yy), -1, 1)
        return np.where((n >= max(1, options.get("min_periods", 1))) & (xx > 0) & (yy > 0), found, np.nan)
