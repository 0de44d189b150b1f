"""Number the groups of equal keys, in the order in which they first appear.

See docs/decisions/0058-groups-by-first-row.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.kernels.columns import Text, Values, take, to_series
from lazyframe.kernels.room import factorize
from lazyframe.masks import unpacked
from lazyframe.native import groups as native


def group(keys: Sequence[Values], dropna: bool, apart: bool = False) -> tuple[np.ndarray, list[Values]]:
    """Group rows by their keys.

    Parameters
    ----------
    keys : sequence of Values
        One or more columns of equal length.
    dropna : bool
        Leave out rows where a key is missing; otherwise missing is a key like any other.
    apart : bool, default False
        Make a group of every row, for rows of which nearly all differ: what is equal is found out later, once.

    Returns
    -------
    codes : ndarray of int64
        The number of each row's group; -1 where the row is left out.
    distinct : list of Values
        The keys of the groups, one entry a group, in order of first appearance.
    """
    coded = [_coded(key, dropna) for key in keys]
    codes, size = _together(coded)
    if apart:
        left_out = codes < 0
        numbers, rows = np.cumsum(~left_out) - 1, np.flatnonzero(~left_out)
        numbers[left_out] = -1
    else:
        numbers, rows = compress(codes, size)
    return numbers, [_keys_at(key, known, rows, len(keys) > 1) for key, known in zip(keys, coded, strict=True)]


def numbered(keys: Sequence[Values]) -> tuple[np.ndarray, np.ndarray]:
    """Number rows of equal keys alike, missing a key like any other.

    Parameters
    ----------
    keys : sequence of Values
        One or more columns of equal length.

    Returns
    -------
    numbers : ndarray of int64
        The number of each row's key, in order of first appearance.
    rows : ndarray of int64
        The first row of each key.

    Examples
    --------
    >>> numbers, rows = numbered([np.array([7.0, np.nan, 7.0, np.nan, 8.0])])
    >>> numbers.tolist(), rows.tolist()
    ([0, 1, 0, 1, 2], [0, 1, 4])
    """
    return compress(*_together([_coded(key if has_one_missing(key) else factorize(key)[0], dropna=False) for key in keys]))


def has_one_missing(key: Values) -> bool:
    """Whether a column has one missing value; objects, and pandas' extension arrays, may have several."""
    return isinstance(key, (Text, pd.Categorical)) or (isinstance(key, np.ndarray) and key.dtype != object)


def _together(coded: Sequence[_Coded]) -> tuple[np.ndarray, int]:
    """One code for each row, and more than the greatest of them; -1 where a key leaves the row out."""
    codes, size = coded[0].from_zero(), coded[0].size
    if len(coded) > 1:
        codes = codes.astype(np.int64, copy=codes is coded[0].codes)  # it is combined in place
    for more in coded[1:]:
        if size * more.size > _WIDEST:  # too wide for one integer: number the pairs met so far first
            codes, rows = compress(codes, size)
            size = len(rows)
        if size * more.size > _WIDEST:
            numbers, rows = compress(more.from_zero(), more.size)
            more = _Coded(numbers, len(rows))
        codes = _combined(codes, more)
        size *= more.size
    return codes, size


_WIDEST = 2**62
"""More codes than these are not told apart in one integer."""


class _Coded(NamedTuple):
    """A key as integers: `least` and above, fewer than `size`; below `least` where the row is left out.

    `dictionary` is what the codes of a text stand for; a missing text that is a key is a null at its end.
    """

    codes: np.ndarray
    size: int
    least: int = 0
    dictionary: pa.Array | None = None

    def from_zero(self) -> np.ndarray:
        """The codes from 0 on; -1 where the row is left out."""
        if self.least == 0 and self.codes.dtype in (np.int32, np.int64):
            return self.codes
        return self.codes.astype(np.int64) - self.least


def _keys_at(key: Values, coded: _Coded, rows: np.ndarray, stays_coded: bool) -> Values:
    """The keys of the groups that begin in these rows. Text among several keys stays coded: it may be grouped once more."""
    every = len(rows) == len(key)
    if not isinstance(key, Text):
        return key if every else take(key, rows)
    codes, dictionary = coded.codes if every else coded.codes[rows], coded.dictionary
    assert dictionary is not None
    if not stays_coded:
        return Text(dictionary.take(pa.array(codes)), key.dtype)
    if dictionary.null_count:
        codes, dictionary = np.where(codes == len(dictionary) - 1, -1, codes), dictionary[:-1]
    if len(dictionary) > len(codes):
        numbers, first = compress(codes, len(dictionary))
        codes, dictionary = numbers, dictionary.take(pa.array(codes[first]))
    codes = codes.astype(np.int32, copy=False)
    return Text(pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), dictionary), key.dtype)


def _combined(codes: np.ndarray, more: _Coded) -> np.ndarray:
    """A code for each pair of one of `codes` and one of `more`; -1 where one of them leaves the row out."""
    if native.combine(codes, more.codes, more.least, more.size):
        return codes
    other = more.from_zero()
    both = np.asarray(codes * more.size + other)
    both[(codes < 0) | (other < 0)] = -1
    return both


def _coded(key: Values, dropna: bool) -> _Coded:
    """A code for each row."""
    if isinstance(key, Text):
        codes, dictionary = key.codes()
        if not dropna and len(codes) and codes.min() < 0:
            codes = np.where(codes < 0, len(dictionary), codes)
            dictionary = pa.concat_arrays([dictionary, pa.array([None], dictionary.type)])
        return _Coded(codes, len(dictionary), 0, dictionary)
    if isinstance(key, pd.Categorical):
        codes, size = key.codes, len(key.categories)
        if not dropna and len(codes) and codes.min() < 0:
            codes, size = np.where(codes < 0, size, codes.astype(np.int64)), size + 1
        return _Coded(codes, size)
    coded = _coded_by_value(key, dropna)
    if coded is not None:
        return coded
    if isinstance(key, np.ndarray) and key.dtype in (np.float64, np.float32):
        return _coded_floats(key, dropna)
    codes, distinct = factorize(key, use_na_sentinel=dropna)
    return _Coded(np.asarray(codes, np.int64), len(distinct))


def _coded_by_value(key: Values, dropna: bool) -> _Coded | None:
    """Integers and times by codes in the order of the values, missing last; None for others, and where they lie too far apart."""
    if not isinstance(key, np.ndarray) or key.dtype.kind not in "iumM" or not len(key):
        return None
    missing = np.isnat(key) if key.dtype.kind in "mM" else None
    key = key if missing is None else key.view(np.int64)
    if missing is not None and missing.any():
        present = key[~missing]
        least, greatest = (int(present.min()), int(present.max())) if len(present) else (0, 0)
        size = greatest - least + 1
        codes = np.where(missing, -1 if dropna else size, key - least)
        return None if size >= _WIDEST else _Coded(codes, size if dropna else size + 1)
    least, greatest = int(key.min()), int(key.max())
    size = greatest - least + 1
    if size > _WIDEST:
        return None
    return _Coded(key, size, least) if greatest < 2**63 else _Coded((key - np.uint64(least)).astype(np.int64), size)


def _coded_floats(key: np.ndarray, dropna: bool) -> _Coded:
    """By their bits, of which 0.0 and -0.0 are made to have the same, and all that are missing too."""
    width = np.dtype(f"i{key.dtype.itemsize}")
    bits, missing = (key + key.dtype.type(0)).view(width), np.isnan(key)
    magnitudes = (bits & np.iinfo(width).max).astype(np.int64, copy=False)
    if missing.any():
        magnitudes[missing] = np.iinfo(width).max
    codes, rows = compress(magnitudes, 2**63)
    size, negative = len(rows), (bits < 0) & ~missing
    if negative.any():
        codes, size = 2 * codes + negative, 2 * size
    if dropna and missing.any():
        codes[missing] = -1
    return _Coded(codes, size)


def compress(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Renumber codes below `size` in order of first appearance, -1 stays; also the first row of each new one."""
    found = native.renumbered(codes, size)
    if found is not None:
        return found
    if size > max(1024, len(codes) // 2):
        new, old = factorize(np.where(codes < 0, -1, codes), use_na_sentinel=False)
        out = np.flatnonzero(old < 0)
        if len(out):  # the left-out rows were numbered too: take their number away
            gone = int(out[0])
            new = np.where(new == gone, -1, new - (new > gone))
        new = np.asarray(new, np.int64)
        return new, _first_rows(new, int(new.max(initial=-1)) + 1)
    rows = _first_rows(codes, size)
    present = np.flatnonzero(rows >= 0)
    old = present[np.argsort(rows[present], kind="stable")]
    renumber = np.full(size + 1, -1, np.int64)
    renumber[old] = np.arange(len(old))
    return renumber[codes], rows[old]


def _first_rows(codes: np.ndarray, size: int) -> np.ndarray:
    """The first row of each code; -1 where it has none."""
    rows = np.full(size + 1, -1, np.int64)
    rows[codes[::-1]] = np.arange(len(codes) - 1, -1, -1)  # of several writes to one place the last one stays
    return rows[:size]


def sort_order(keys: Sequence[Values]) -> np.ndarray:
    """The order that sorts groups, which come in the order of their first rows, by their keys as pandas does.

    Ascending, missing last; but among objects a NaN is neither less nor more than a boolean, and where sorting puts it
    depends on where it stood: pandas' own sorting of the distinct values, met in the same order, is asked then.
    """
    ranks = [_ranked(key) for key in keys]
    packed, size = ranks[0]
    for more, count in ranks[1:]:
        if size * count >= 2**63:  # too wide for one integer, which is sorted several times as fast
            return np.lexsort([rank for rank, _ in ranks][::-1])
        packed, size = packed * count + more, size * count
    order = np.argsort(packed)
    found = packed[order]
    return np.argsort(packed, kind="stable") if (found[1:] == found[:-1]).any() else order


def _ranked(key: Values) -> tuple[np.ndarray, int]:
    """A number for each value, in the order of the values, and more than the greatest of them."""
    by_value = _coded_by_value(key, dropna=False)
    if by_value is not None:
        return by_value.from_zero(), by_value.size
    if isinstance(key, np.ndarray) and key.dtype.kind == "f":
        return _ranked_floats(key)
    if isinstance(key, Text):  # only the distinct texts have to be sorted, and Arrow's order of them is Python's
        numbers, dictionary = key.codes()
        return np.append(text_ranks(dictionary), len(dictionary))[numbers], len(dictionary) + 1
    if key.dtype == object and pd.isna(key).any():
        codes, distinct = factorize(key, sort=True, use_na_sentinel=False)
    else:
        codes, distinct = factorize(to_series(key), sort=True)
    return np.where(codes < 0, len(distinct), codes).astype(np.int64, copy=False), len(distinct) + 1


def _ranked_floats(key: np.ndarray) -> tuple[np.ndarray, int]:
    order = np.argsort(key)  # missing last
    found = key[order]
    is_new = np.append(True, found[1:] != found[:-1])[: len(key)]
    is_new[len(key) - np.count_nonzero(np.isnan(key)) + 1 :] = False
    ranks = np.empty(len(key), np.int64)
    ranks[order] = np.cumsum(is_new) - 1
    return ranks, len(key) + 1


def text_ranks(texts: pa.Array) -> np.ndarray:
    """The place of each text among the distinct ones; behind all of them where it is missing."""
    ranks = pc.rank(texts, "ascending", tiebreaker="dense").to_numpy().astype(np.int64) - 1
    if texts.null_count:
        ranks[unpacked(texts.is_null())] = len(texts)
    return np.asarray(ranks)
