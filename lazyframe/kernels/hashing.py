"""The hash of each row's keys: rows whose keys pandas' `merge` takes for equal have the same, whatever dtype each side has.

    numbers, truth values      by their value as a float64      1, 1.0, True and Int64's 1 are equal
    times, spans of time       by their microseconds            of any unit; in a time zone by the moment
    text                       by its bytes                     str, object and string alike, and categories of text
    missing                    one hash for all                 NaN, None, NaT and NA

Equal hashes say nothing: keys are compared when their rows have come together. The hash is the same in every process of a run.

See docs/decisions/0082-rows-that-meet-by-hash.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.kernels.columns import Text, Values, from_series
from lazyframe.native.groups import hashed_texts
from lazyframe.schema import OBJECT_BOOL, DType

_MISSING = 0x9E3779B9
_PRIME = np.uint64(0x9E3779B97F4A7C15)
_HALF = np.uint64(32)


def family(dtype: DType) -> str | None:
    """What the values of a dtype are hashed as, whatever the data make of it; None where they are not.

    Examples
    --------
    >>> from lazyframe.schema import dtype_of
    >>> family(dtype_of(pd.Series([1]))), family(dtype_of(pd.Series(["a"]))), family(dtype_of(pd.Series([1j])))
    ('number', 'text', None)
    """
    found = _FAMILIES.get(_kind(dtype))
    return found if dtype.otherwise is None or family(dtype.otherwise) == found else None


def meets(left: DType, right: DType) -> bool:
    """Whether rows whose keys have these dtypes may meet by hash: pandas joins them value by value, and its answer has a dtype
    that does not depend on which rows there are.
    """
    if family(left) is None or family(left) != family(right) or left.categories is not None or right.categories is not None:
        return False
    return left == right or (left.kind in "iuf" and right.kind in "iuf")


def _kind(dtype: DType) -> str:
    if dtype == OBJECT_BOOL:
        return "b"
    if dtype.categories is not None:
        values = dtype.categories.values
        return "T" if not dtype.is_open and all(isinstance(value, str) for value in values) else ""
    if dtype.extension is None:
        return dtype.kind
    known = dtype.is_masked or dtype.has_zone or isinstance(dtype.extension, pd.StringDtype)
    return dtype.values_kind if known else ""


_FAMILIES = {**dict.fromkeys("iufbZ", "number"), "M": "time", "m": "span", "T": "text"}


def hashes(keys: Sequence[Values]) -> np.ndarray:
    """The hash of each row, of all of its keys together.

    Parameters
    ----------
    keys : sequence of columns
        One or more, of dtypes that have a `family`.

    Returns
    -------
    numpy.ndarray of uint32

    Examples
    --------
    >>> one, other = hashes([np.array([1, 2])]), hashes([np.array([2.0, np.nan])])
    >>> bool(one[1] == other[0]), bool(one[0] == other[1])
    (True, False)
    """
    found = _hashes(keys[0])
    for more in keys[1:]:
        found = _mixed((found.astype(np.uint64) << _HALF) | _hashes(more))
    return found


def _hashes(values: Values) -> np.ndarray:
    if isinstance(values, Text):
        if not values.is_coded:
            return hashed_texts(values.array, _MISSING)
        codes, distinct = values.codes()
        return _at(hashed_texts(distinct, _MISSING), codes)
    if isinstance(values, pd.Categorical):
        return _at(_hashes(from_series(pd.Series(values.categories))), values.codes)
    if isinstance(values.dtype, pd.StringDtype):
        array = pa.array(values)
        return hashed_texts(array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array, _MISSING)
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        return _of_times(np.asarray(values.asi8).view(f"M8[{values.unit}]"))
    if isinstance(values, np.ndarray) and values.dtype.kind in "Mm":
        return _of_times(values)
    return _of_numbers(_as_floats(values))


def _at(distinct: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """The hashes of rows by their codes; -1 stands for a missing one."""
    return np.asarray(np.append(distinct, np.uint32(_MISSING))[codes])


def _as_floats(values: Values) -> np.ndarray:
    if isinstance(values, np.ndarray):
        if values.dtype == object:  # truth values and whole numbers beyond 64 bits, some of them missing
            return np.array([np.nan if _is_missing(value) else _as_float(value) for value in values], np.float64)
        return values.astype(np.float64)
    return np.asarray(values.to_numpy(np.float64, na_value=np.nan))


def _is_missing(value: Any) -> bool:
    return value is None or value is pd.NA or value != value


def _as_float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # beyond all floats
        return float("inf") if value > 0 else float("-inf")


def _of_numbers(floats: np.ndarray) -> np.ndarray:
    bits = (floats + 0.0).view(np.uint64)  # to add 0 makes 0.0 of -0.0
    return np.where(np.isnan(floats), np.uint32(_MISSING), _mixed(bits))


def _of_times(times: np.ndarray) -> np.ndarray:
    """Of times in any unit, by their microseconds: finer digits are left out, and beyond their range all units wrap alike."""
    unit, step = np.datetime_data(times.dtype)
    counts = times.view(np.int64)
    finer = _FINER.get(unit, 0) * step
    micros = counts * np.int64(finer) if finer else counts // np.int64(_COARSER[unit])
    return np.where(np.isnat(times), np.uint32(_MISSING), _mixed(micros.view(np.uint64)))


_FINER = {"us": 1, "ms": 1000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "D": 86_400_000_000}
_COARSER = {"ns": 1000}


def _mixed(words: np.ndarray) -> np.ndarray:
    """Each bit of a word in all of 32; products wrap, as numpy's do."""
    words = (words ^ (words >> _HALF)) * _PRIME
    words = (words ^ (words >> _HALF)) * _PRIME
    return (words >> _HALF).astype(np.uint32)
