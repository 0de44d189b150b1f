"""Number the groups of equal keys, in the order in which they first appear."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.kernels import _native
from lazyframe.kernels.columns import Text, Values, take, text_series, to_series


def group(keys: Sequence[Values], dropna: bool) -> tuple[np.ndarray, list[Values]]:
    """Group rows by their keys.

    Parameters
    ----------
    keys : sequence of Values
        One or more columns of equal length.
    dropna : bool
        Leave out rows where a key is missing; otherwise missing is a key like any other.

    Returns
    -------
    codes : ndarray of int64
        The number of each row's group; -1 where the row is left out.
    distinct : list of Values
        The keys of the groups, one entry a group, in order of first appearance.
    """
    coded = [_codes(key, dropna) for key in keys]
    codes, size = coded[0][0], len(coded[0][1])
    if len(coded) == 1:
        numbers, rows = compress(codes, size)
        return numbers, [take(coded[0][1], codes[rows])]
    codes = codes.astype(np.int64)
    for more, distinct in coded[1:]:
        if size * len(distinct) >= 2**62:  # too wide for one integer: number the pairs met so far first
            codes, rows = compress(codes, size)
            size = len(rows)
        codes = _combined(codes, more, len(distinct))
        size *= len(distinct)
    codes, rows = compress(codes, size)
    return codes, [take(key, rows) for key in keys]


def _combined(codes: np.ndarray, more: np.ndarray, size: int) -> np.ndarray:
    """A code for each pair of one of `codes` and one of `more`, which are below `size`; -1 where one of them is."""
    if _native.combine(codes, more, size):
        return codes
    both = np.asarray(codes * size + more)
    both[(codes < 0) | (more < 0)] = -1
    return both


def _codes(key: Values, dropna: bool) -> tuple[np.ndarray, Values]:
    """A code for each row, and what the codes stand for."""
    if isinstance(key, Text):
        codes, dictionary = key.codes()
        if not dropna and len(codes) and codes.min() < 0:
            codes = np.where(codes < 0, len(dictionary), codes)
            dictionary = pa.concat_arrays([dictionary, pa.array([None], dictionary.type)])
        return codes, Text(dictionary, key.dtype)
    if isinstance(key, pd.Categorical):  # those of a scan miss nothing
        return key.codes.astype(np.int64), pd.Categorical.from_codes(np.arange(len(key.categories)), dtype=key.dtype)
    if key.dtype.kind in "iu" and len(key):
        least, greatest = int(key.min()), int(key.max())
        if greatest - least < max(1 << 16, len(key)):
            wide = key if key.dtype.itemsize == 8 else key.astype(np.int64)
            distinct = wide.dtype.type(least) + np.arange(greatest - least + 1, dtype=wide.dtype)
            return (wide - wide.dtype.type(least)).astype(np.int64, copy=False), distinct.astype(key.dtype, copy=False)
    codes, distinct = pd.factorize(key, use_na_sentinel=dropna)
    return np.asarray(codes, np.int64), np.asarray(distinct, key.dtype)


def compress(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Renumber codes below `size` in order of first appearance, -1 stays; also the first row of each new one."""
    found = _native.renumbered(codes, size)
    if found is not None:
        return found
    if size > max(1024, len(codes) // 2):
        new, old = pd.factorize(np.where(codes < 0, -1, codes), use_na_sentinel=False)
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
    ranks = []
    for key in keys:
        if key.dtype == object and not isinstance(key, Text) and pd.isna(key).any():
            ranks.append(pd.factorize(key, sort=True, use_na_sentinel=False)[0])
            continue
        if isinstance(key, Text) and key.is_coded:  # only the distinct texts have to be sorted
            codes, dictionary = key.codes()
            order, distinct = pd.factorize(text_series(dictionary), sort=True)
            codes = np.append(order, -1)[codes]
        else:
            codes, distinct = pd.factorize(to_series(key), sort=True)
        ranks.append(np.where(codes < 0, len(distinct), codes))
    return np.lexsort(ranks[::-1])
