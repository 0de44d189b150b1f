"""Order statistics: the state is the values themselves, so that the answer is pandas' own and exact at any block size.

Of one group for all rows the state is (values,). Of many it is (values of all groups one after another, how many each
has). Values that are missing are left out: the statistics pass over them.

See docs/decisions/0059-order-statistics-hold-values.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from lazyframe.kernels.columns import Values, is_valid, take
from lazyframe.schema import DType


def partial(values: Values, codes: np.ndarray | None, groups: int, options: Mapping[str, Any]) -> tuple[Any, ...]:
    """The values of a batch, by group."""
    valid = None if isinstance(values, ExtensionArray) else is_valid(values)  # pandas' answer is another dtype with missing ones
    if valid is not None and not valid.all():
        values, codes = take(values, valid), (None if codes is None else codes[valid])
    return (values,) if codes is None else _by_group(values, codes, groups)


def merge(state: tuple[Any, ...], codes: np.ndarray | None, groups: int) -> tuple[Any, ...]:
    """The values of several batches, by group."""
    if codes is None:
        return state
    values, counts = state
    return _by_group(values, np.repeat(codes, counts), groups)


def _by_group(values: Values, owners: np.ndarray, groups: int) -> tuple[Any, ...]:
    return take(values, np.argsort(owners, kind="stable")), np.bincount(owners, minlength=groups).astype(np.int64)


def median(state: tuple[Any, ...], dtype: DType, options: Mapping[str, Any]) -> Values:
    """The median of each group."""
    return _answer(state, dtype, "median", {})


def mean(state: tuple[Any, ...], dtype: DType, options: Mapping[str, Any]) -> Values:
    """The mean of each group's dates."""
    return _answer(state, dtype, "mean", {})


def quantile(state: tuple[Any, ...], dtype: DType, options: Mapping[str, Any]) -> Values:
    """A quantile of each group."""
    return _answer(state, dtype, "quantile", options)


def as_promised(value: Any, like: Values, dtype: DType) -> Values:
    """What pandas made of a column such as `like`, as one value in the dtype promised, unless it asks for another."""
    if isinstance(like, ExtensionArray):
        return _one(value, like)
    return _settled(pd.Series([value], dtype=dtype.name if dtype.kind in "Mm" else None), dtype)


def _one(value: Any, like: ExtensionArray) -> Values:
    """A column of one value that was found in such an array; pandas keeps a whole number where it can."""
    if value is pd.NA:
        return like[:0].take([-1], allow_fill=True)
    if isinstance(like.dtype, pd.ArrowDtype):
        return pd.array([value], dtype=pd.ArrowDtype(pa.scalar(value).type))  # type: ignore[call-overload]
    return pd.array(np.array([value]))


def _answer(state: tuple[Any, ...], dtype: DType, method: str, options: Mapping[str, Any]) -> Values:
    """What pandas' own method makes of the values; in the dtype promised, unless the values ask for another."""
    if len(state) == 1:
        return as_promised(getattr(pd.Series(state[0]), method)(**options), state[0], dtype)
    values, counts = state
    owners = np.repeat(np.arange(len(counts)), counts)
    return _settled(getattr(pd.Series(values).groupby(owners), method)(**options).reindex(range(len(counts))), dtype)


def _settled(found: pd.Series, dtype: DType) -> Values:
    """The column in the dtype promised, unless its values ask for another."""
    if dtype.extension is not None:
        return found.astype(dtype.extension).array
    if dtype.otherwise is not None and str(found.dtype) == dtype.otherwise.name:
        return found.to_numpy()
    if found.isna().any() and dtype.kind not in "fMm":
        return found.to_numpy()
    return found.astype(dtype.name).to_numpy()  # type: ignore[call-overload]
