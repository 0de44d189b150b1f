"""The reductions: for each its state a group, and the three phases partial, merge, finalize.

A state is a tuple of arrays with one entry a group, so that states of many batches can be put one after another
and reduced again by group: `merge` takes the concatenated states and the group of each entry. Mean travels as
(sum, count), variance as (count, mean, sum of deviations, sum of squared deviations).

`codes` is the group of each row, all >= 0; None means one group for all rows, which numpy does faster.

See docs/decisions/0009-extension-arrays-are-pandas-own.md.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from lazyframe.frozen import frozen
from lazyframe.kernels import moments, order
from lazyframe.kernels.columns import Text, Values, is_valid, take
from lazyframe.kernels.group import numbered, text_ranks
from lazyframe.kernels.room import factorize
from lazyframe.native import groups as native
from lazyframe.schema import DType

State = tuple[Any, ...]
Codes = np.ndarray | None


@frozen
class Kernel:
    """One reduction's three phases.

    Parameters
    ----------
    partial : callable
        ``(values, codes, groups, options) -> state`` for the rows of a batch.
    merge : callable
        ``(state, codes, groups) -> state`` for states one after another.
    finalize : callable
        ``(state, dtype, options) -> values``.
    in_order : bool
        Whether the order of the rows matters.
    """

    partial: Callable[[Values, Codes, int, Mapping[str, Any]], State]
    merge: Callable[[State, Codes, int], State]
    finalize: Callable[[State, DType, Mapping[str, Any]], Values]
    in_order: bool = False


# ---- sums and counts, a group


def _count(codes: Codes, groups: int, valid: np.ndarray | None, length: int) -> np.ndarray:
    if codes is None:
        return np.array([length if valid is None else np.count_nonzero(valid)], np.int64)
    return np.bincount(codes if valid is None else codes[valid], minlength=groups).astype(np.int64)


def _sum(values: np.ndarray, codes: Codes, groups: int) -> np.ndarray:
    """Sums of numbers with nothing missing; integers are exact, and wrap as numpy's do."""
    if codes is None:
        return np.add.reduce(values, keepdims=True) if values.dtype.kind != "b" else np.array([np.count_nonzero(values)])
    found = native.sums(codes, values, groups) if values.dtype == np.int64 else None
    if found is not None:
        return found[0]
    if values.dtype.kind == "f":
        return np.bincount(codes, values, minlength=groups).astype(np.float64, copy=False)  # of no rows it makes integers
    if values.dtype.kind == "b":
        return np.bincount(codes[values], minlength=groups).astype(np.int64)
    if values.dtype.kind == "c":
        return np.bincount(codes, values.real, minlength=groups) + 1j * np.bincount(codes, values.imag, minlength=groups)
    if values.dtype.kind == "O":  # Python's integers, which know no bounds
        total = np.zeros(groups, object)
        np.add.at(total, codes, values)
        return total
    wide = values.astype(np.uint64 if values.dtype.kind == "u" else np.int64, copy=False)
    bound = max(abs(int(wide.max(initial=0))), abs(int(wide.min(initial=0))))
    if bound * len(wide) < 2**53:  # every partial sum is exact as a float
        return np.bincount(codes, wide, minlength=groups).astype(wide.dtype)
    total = np.zeros(groups, wide.dtype)
    np.add.at(total, codes, wide)
    return total


_WIDE = {"f": np.dtype(np.float64), "c": np.dtype(np.complex128)}
"""In which dtype numbers of these kinds are added and multiplied."""


def _present(values: np.ndarray, codes: Codes) -> tuple[np.ndarray, Codes, np.ndarray | None]:
    """The values that are not missing, and their groups."""
    valid = is_valid(values)
    if valid is None or valid.all():
        return values, codes, None
    return values[valid], (None if codes is None else codes[valid]), valid


def _size_partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    return (_count(codes, groups, None, len(values)),)


def _count_partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    return (_count(codes, groups, is_valid(values), len(values)),)


def _sum_partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    found = None if codes is None or values.dtype.kind != "f" else native.sums(codes, values, groups)
    if found is not None:
        return found[:1]
    present, codes, _ = _present(values, codes)
    if values.dtype.kind == "m":
        return (_sum(present.astype(np.int64), codes, groups),)
    wide = _WIDE.get(values.dtype.kind, values.dtype)
    total = _sum(present.astype(wide, copy=False), codes, groups)
    if total.dtype.kind == "i" and values.dtype.kind in "ib":
        total = total.astype(np.int64, copy=False)
    return (total,)


def _sum_merge(state: State, codes: Codes, groups: int) -> State:
    return tuple(_sum(array, codes, groups) for array in state)


def _sum_finalize(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    return _settle(state[0], dtype)


def _mean_partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    if values.dtype.kind in "Mm":  # pandas rounds to whole ticks, as the order of the additions has it
        return order.partial(values, codes, groups, options)
    wide = _WIDE.get(values.dtype.kind, np.dtype(np.float64))
    found = None if codes is None or wide.kind == "c" else native.sums(codes, values.astype(wide, copy=False), groups)
    if found is not None:
        return found
    present, codes_present, valid = _present(values, codes)
    return _sum(present.astype(wide, copy=False), codes_present, groups), _count(codes, groups, valid, len(values))


def _mean_merge(state: State, codes: Codes, groups: int) -> State:
    return (order.merge if state[0].dtype.kind in "Mm" else _sum_merge)(state, codes, groups)


def _mean_finalize(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    if dtype.values_kind in "Mm":
        return order.mean(state, dtype, options)
    total, count = state
    with np.errstate(all="ignore"):
        return (total / count).astype(dtype.name)


# ---- variance: pairwise update of (count, mean, residuals, squares), after Chan, Golub and LeVeque 1979. The mean is
# rounded; `residuals`, the sum of the deviations from it, takes that back, or numbers far from zero would lose digits.


def _moments_partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    present, codes, _ = _present(values, codes)
    present = present.astype(np.float64, copy=False)
    count = _count(codes, groups, None, len(present)).astype(np.float64)
    with np.errstate(all="ignore"):
        mean = np.where(count > 0, _sum(present, codes, groups) / count, 0.0)
        deviation = present - (mean[0] if codes is None else mean[codes])
        return count, mean, _sum(deviation, codes, groups), _sum(deviation * deviation, codes, groups)


def _moments_merge(state: State, codes: Codes, groups: int) -> State:
    count, mean, residuals, squares = state
    total = _sum(count, codes, groups)
    with np.errstate(all="ignore"):
        center = np.where(total > 0, _sum(mean * count, codes, groups) / total, 0.0)
        shift = np.where(count > 0, mean - (center[0] if codes is None else center[codes]), 0.0)
        squares = squares + shift * (2 * residuals + shift * count)
        return total, center, _sum(residuals + shift * count, codes, groups), _sum(squares, codes, groups)


def _var_finalize(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    count, _, residuals, squares = state
    ddof = options.get("ddof", 1)
    with np.errstate(all="ignore"):
        squares = np.maximum(squares - residuals * residuals / count, 0.0)
        return np.where(count > ddof, squares / (count - ddof), np.nan).astype(dtype.name)


def _std_finalize(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    return np.sqrt(_var_finalize(state, dtype, options))


def _sem_finalize(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    with np.errstate(all="ignore"):
        return _std_finalize(state, dtype, options) / np.sqrt(state[0]).astype(dtype.name)


# ---- extremes: (value, whether there is one)


def _extreme(values: Values, codes: Codes, groups: int, largest: bool) -> State:
    """The extreme of each group; a group with no value keeps any value, and says so."""
    if isinstance(values, ExtensionArray):
        ranks, distinct = _ranked_values(values)
        found, has = _extreme_number(ranks, codes, groups, largest, ranks >= 0)
        return distinct.take(np.where(has, found, -1), allow_fill=True), has
    if isinstance(values, Text):
        ranks, distinct = _ranked(values)
        found, has = _extreme_number(ranks, codes, groups, largest, ranks >= 0)
        if not len(distinct):
            return Text(pa.nulls(groups, pa.large_string()), values.dtype), has
        return Text(distinct.take(pa.array(np.where(has, found, 0))), values.dtype), has
    if values.dtype.kind in "Mm":
        found, has = _extreme_number(values.view(np.int64), codes, groups, largest, is_valid(values))
        return found.view(values.dtype), has
    if values.dtype.kind == "b":
        found, has = _extreme_number(values.view(np.uint8), codes, groups, largest, None)
        return found.view(bool), has
    return _extreme_number(values, codes, groups, largest, None)


def _ranked(text: Text) -> tuple[np.ndarray, pa.Array]:
    """Each value's place among the sorted distinct values (-1 where missing), and those."""
    codes, dictionary = text.codes()
    ranks = text_ranks(dictionary)
    return np.append(ranks, -1)[codes], dictionary.cast(pa.large_string()).take(pa.array(np.argsort(ranks)))


def _ranked_values(values: ExtensionArray) -> tuple[np.ndarray, ExtensionArray]:
    """Each value's place among the sorted distinct values (-1 where missing), and those."""
    if isinstance(values, pd.Categorical):
        return values.codes.astype(np.int64), pd.Categorical.from_codes(np.arange(len(values.categories)), dtype=values.dtype)
    codes, distinct = factorize(values)
    order = distinct.argsort()
    rank = np.empty(len(order) + 1, np.int64)
    rank[order] = np.arange(len(order))
    rank[-1] = -1
    return rank[codes], distinct.take(order)


def _extreme_number(values: np.ndarray, codes: Codes, groups: int, largest: bool, valid: np.ndarray | None) -> State:
    """The extreme of each group's valid numbers; a NaN is never valid."""
    found = None if codes is None else native.extremes(codes, values, groups, largest, valid)
    if found is not None:
        return found
    if valid is None:
        valid = is_valid(values)
    if valid is not None and not valid.all():
        values, codes = values[valid], (None if codes is None else codes[valid])
    function = np.maximum if largest else np.minimum
    if codes is None:
        has = np.array([len(values) > 0])
        return (function.reduce(values, keepdims=True) if len(values) else np.zeros(1, values.dtype)), has
    has = np.bincount(codes, minlength=groups) > 0
    extreme = np.full(groups, _worst(values.dtype, largest), values.dtype)
    function.at(extreme, codes, values)
    return extreme, has


def _worst(dtype: Any, largest: bool) -> Any:
    if dtype.kind in "fO":
        return -np.inf if largest else np.inf
    limits = np.iinfo(dtype)
    return limits.min if largest else limits.max


def _extreme_merge(state: State, codes: Codes, groups: int, largest: bool) -> State:
    values, has = state
    if codes is None:
        codes = np.zeros(len(values), np.int64)
    found, now = _extreme(take(values, has), codes[has], groups, largest)
    return found, now


def _extreme_finalize(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    values, has = state
    if has.all():
        return values if isinstance(values, (Text, ExtensionArray)) else _settle(values, dtype)
    if isinstance(values, Text):
        return values.take(np.where(has, np.arange(len(has)), -1))
    if isinstance(values, ExtensionArray):
        return values.take(np.where(has, np.arange(len(has)), -1), allow_fill=True)
    if values.dtype.kind in "Mm":
        return np.where(has, values, np.array("NaT", values.dtype))
    if values.dtype.kind == "O":
        return np.where(has, values, np.nan)
    return np.where(has, values, np.nan).astype(values.dtype if values.dtype.kind == "f" else np.float64)


# ---- products


def _product(values: np.ndarray, codes: Codes, groups: int) -> np.ndarray:
    """Products of numbers with nothing missing; integers wrap as numpy's do."""
    kinds: dict[str, Any] = {**_WIDE, "u": np.uint64, "O": object}
    wide = values.astype(kinds.get(values.dtype.kind, np.int64), copy=False)
    with np.errstate(all="ignore"):
        if codes is None:
            return np.multiply.reduce(wide, keepdims=True)
        total = np.ones(groups, wide.dtype)
        np.multiply.at(total, codes, wide)
    return total


def _prod_partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    present, codes, _ = _present(values, codes)
    return (_product(present, codes, groups),)


def _prod_merge(state: State, codes: Codes, groups: int) -> State:
    return (_product(state[0], codes, groups),)


# ---- first and last, which are passed over where missing: (value, whether there is one)


def _end(values: Values, codes: Codes, groups: int, last: bool, valid: np.ndarray | None) -> State:
    """The first or last value of each group; a group with no value keeps any value, and says so."""
    rows = np.arange(len(values)) if valid is None else np.flatnonzero(valid)
    owners = np.zeros(len(rows), np.int64) if codes is None else codes[rows]
    found = np.full(groups, -1, np.int64)
    if not len(values) and isinstance(values, ExtensionArray):  # which has not even any value to keep
        return values.take(np.full(groups, -1), allow_fill=True), np.zeros(groups, bool)
    if not len(values):
        values = Text(pa.nulls(1, pa.large_string()), values.dtype) if isinstance(values, Text) else np.zeros(1, values.dtype)
    step = 1 if last else -1  # of several writes to one place the last one stays
    found[owners[::step]] = rows[::step]
    return take(values, np.maximum(found, 0)), found >= 0


# ---- any and all


def _any_partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    present, codes, _ = _present(values, codes)
    return (_count(codes, groups, present != 0, len(present)) > 0,)


def _all_partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    present, codes, _ = _present(values, codes)
    return (_count(codes, groups, present == 0, len(present)) > 0,)


def _flag_merge(state: State, codes: Codes, groups: int) -> State:
    return (_count(codes, groups, state[0], len(state[0])) > 0,)


def _any_finalize(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    return np.asarray(state[0])


def _all_finalize(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    return np.asarray(~state[0])


# ---- distinct values: (values of all groups one after another, how many each group has)


def _distinct_partial(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
    valid = is_valid(values) if options.get("dropna", True) else None
    if valid is not None and not valid.all():
        values, codes = take(values, np.flatnonzero(valid)), None if codes is None else codes[valid]
    return _distinct(values, codes, groups)


def _distinct(values: Values, codes: Codes, groups: int) -> State:
    if codes is None:
        _, first = numbered([values])
        counts = np.array([len(first)])
    else:
        _, first = numbered([codes, values])
        first = first[np.argsort(codes[first], kind="stable")]
        counts = np.bincount(codes[first], minlength=groups)
    kept = take(values, first)
    return Text(kept.decoded(), kept.dtype) if isinstance(kept, Text) else kept, counts


def _distinct_merge(state: State, codes: Codes, groups: int) -> State:
    values, counts = state
    return _distinct(values, None if codes is None else np.repeat(codes, counts), groups)


def _distinct_finalize(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
    return np.asarray(state[1], np.int64)


_NAMES = {np.dtype(name): name for name in ("int64", "float64", "bool")}  # to ask a dtype for its name takes long


def _settle(values: np.ndarray, dtype: DType) -> np.ndarray:
    """The promised dtype, unless the data asked for the other one."""
    if dtype.otherwise is None and _NAMES.get(values.dtype) == dtype.name:
        return values
    if dtype.otherwise is not None and values.dtype.kind == "f" and dtype.kind != "f":
        return values.astype(dtype.otherwise.name)
    if dtype.kind in "iu" and values.dtype.kind in "iu" and len(values):
        limits = np.iinfo(dtype.name)
        if values.min() < limits.min or values.max() > limits.max:
            return values  # a sum of narrow integers that needs all 64 bits
    return values.view(dtype.name) if dtype.kind == "m" and values.dtype.kind == "i" else values.astype(dtype.name, copy=False)


# ---- columns that numpy does not hold: numbers and booleans in them are reduced as numpy's


def _numbers_in(partial: Callable[..., State]) -> Callable[..., State]:
    """The partial result of what is present in an extension array, of numbers or booleans, by that for numpy's."""

    def reduced(values: Values, codes: Codes, groups: int, options: Mapping[str, Any]) -> State:
        if not isinstance(values, ExtensionArray) or values.dtype.kind == "M":  # of dates pandas' own arrays are kept
            return partial(values, codes, groups, options)
        valid = ~np.asarray(values.isna())
        present = values[valid].to_numpy(values.dtype.numpy_dtype)  # type: ignore[attr-defined]
        return partial(present, None if codes is None else codes[valid], groups, options)

    return reduced


def _held(finalize: Callable[..., Values]) -> Callable[..., Values]:
    """The answer as the extension array that was promised; what numpy says is no number is missing."""

    def finished(state: State, dtype: DType, options: Mapping[str, Any]) -> Values:
        if dtype.extension is None or isinstance(state[0], ExtensionArray):
            return finalize(state, dtype, options)
        plain = DType(np.dtype(dtype.arrow.to_pandas_dtype()).name, dtype.arrow)
        values = np.asarray(finalize(state, plain, options))
        return pd.array(values, dtype=dtype.extension) if values.dtype.kind != "f" else _not_missing(values, dtype)

    return finished


def _not_missing(values: np.ndarray, dtype: DType) -> Values:
    return pd.array(pa.array(values, from_pandas=True), dtype=dtype.extension)


KERNELS: dict[str, Kernel] = {
    "size": Kernel(_size_partial, _sum_merge, _held(_sum_finalize)),
    "count": Kernel(_count_partial, _sum_merge, _held(_sum_finalize)),
    "sum": Kernel(_numbers_in(_sum_partial), _sum_merge, _held(_sum_finalize)),
    "mean": Kernel(_numbers_in(_mean_partial), _mean_merge, _held(_mean_finalize)),
    "var": Kernel(_numbers_in(_moments_partial), _moments_merge, _held(_var_finalize)),
    "std": Kernel(_numbers_in(_moments_partial), _moments_merge, _held(_std_finalize)),
    "sem": Kernel(_numbers_in(_moments_partial), _moments_merge, _held(_sem_finalize)),
    "skew": Kernel(_numbers_in(moments.partial), moments.merge, _held(moments.skew)),
    "kurt": Kernel(_numbers_in(moments.partial), moments.merge, _held(moments.kurt)),
    "pair_cov": Kernel(moments.pair_partial, moments.pair_merge, moments.pair_cov),
    "pair_corr": Kernel(moments.pair_partial, moments.pair_merge, moments.pair_corr),
    "min": Kernel(lambda v, c, g, o: _extreme(v, c, g, False), lambda s, c, g: _extreme_merge(s, c, g, False), _extreme_finalize),
    "max": Kernel(lambda v, c, g, o: _extreme(v, c, g, True), lambda s, c, g: _extreme_merge(s, c, g, True), _extreme_finalize),
    "prod": Kernel(_numbers_in(_prod_partial), _prod_merge, _held(_sum_finalize)),
    "first": Kernel(
        lambda v, c, g, o: _end(v, c, g, False, is_valid(v)),
        lambda s, c, g: _end(s[0], c, g, False, s[1]),
        _extreme_finalize,
        in_order=True,
    ),
    "last": Kernel(
        lambda v, c, g, o: _end(v, c, g, True, is_valid(v)),
        lambda s, c, g: _end(s[0], c, g, True, s[1]),
        _extreme_finalize,
        in_order=True,
    ),
    "any": Kernel(_numbers_in(_any_partial), _flag_merge, _held(_any_finalize)),
    "all": Kernel(_numbers_in(_all_partial), _flag_merge, _held(_all_finalize)),
    "nunique": Kernel(_distinct_partial, _distinct_merge, _held(_distinct_finalize)),
    "median": Kernel(order.partial, order.merge, order.median, in_order=True),
    "quantile": Kernel(order.partial, order.merge, order.quantile, in_order=True),
}
"""The kernel of every reduction of expr.REDUCTIONS."""


def holds_values(function: str, dtype: DType | None) -> bool:
    """Whether the state of this reduction of such values has values of all rows, and not one entry a group.

    Examples
    --------
    >>> holds_values("median", None), holds_values("sum", None)
    (True, False)
    """
    if function == "mean":
        return dtype is not None and dtype.values_kind in "Mm"
    return function in ("median", "quantile", "nunique")
