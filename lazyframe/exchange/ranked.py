"""A column that is not held, and its order statistics as pandas computes them.

pandas' own method is given a column of a few values, which stand in for all of them: between which two of them a quantile lies
follows from how many there are, and what is the same share of the way from the one to the other among three values is known.

    q of n values                rank (n - 1) q lies between two neighbours, r and r + 1, of which one, e, is even
    q' = ((n - 1) q - e) / 2     of the values of the ranks e, e + 1 and e + 2: the same neighbours, and as far on the way

Of three values, 2 q' is exact, so pandas' interpolation sees the numbers that it would have seen of all; e is even, since of a
rank in the middle the even neighbour is the nearest. One missing value stands in for all of them, which pandas passes over.

See docs/decisions/0090-order-statistics-of-sorted-runs.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from lazyframe.exchange.runs import Ascending
from lazyframe.kernels.columns import Values, is_valid, take
from lazyframe.schema import DType


def can_be_ranked(dtype: DType, method: str) -> bool:
    """Whether this method of a column looks at nothing but its values in ascending order, how often each occurs, and moments.

    Examples
    --------
    >>> from lazyframe.schema import dtype_named
    >>> can_be_ranked(dtype_named("float64"), "describe"), can_be_ranked(dtype_named("str"), "describe")
    (True, False)
    """
    kinds = {"describe": "iuf", "mode": "iufb"}.get(method, "iufbMm")
    return all(one.kind in kinds or _is_of_numbers(one, method) for one in dtype.possible)


def _is_of_numbers(dtype: DType, method: str) -> bool:
    """Whether it is a dtype of pandas' own whose values are numbers; their modes are in the order in which they came."""
    return method != "mode" and dtype.extension is not None and dtype.values_kind in "iuf" and not dtype.has_zone


def present(values: Values) -> np.ndarray:
    """The values that are not missing, as numpy holds them."""
    valid = is_valid(values)
    there = values if valid is None or valid.all() else take(values, valid)
    if isinstance(there, ExtensionArray):
        there = there.to_numpy(there.dtype.numpy_dtype)  # type: ignore[attr-defined]
    return np.asarray(there)


class Ranked:
    """A column, of which only some values are in memory; it has the methods that a Series has, as far as they are asked for.

    Parameters
    ----------
    ascending : Ascending
        Its values.
    like : Values
        None of them, as kernels hold them.
    missing : int
        How many are missing.
    moments : tuple of float
        Their mean and their deviation, if these are asked for.
    """

    def __init__(self, ascending: Ascending, like: Values, missing: int = 0, moments: Sequence[Any] = ()) -> None:
        self._ascending = ascending
        self._like = like
        self._missing = missing
        self._moments = moments

    @property
    def like(self) -> Values:
        """No values, as kernels hold these."""
        return self._like

    def _standing_in(self, numbers: np.ndarray) -> pd.Series:
        """Some of the values as a column, with one that is missing if there are any."""
        column = pd.Series(numbers).astype(self._like.dtype)
        return column.reindex(range(len(column) + 1)) if self._missing else column

    def _few(self) -> pd.Series:
        return self._standing_in(self._ascending.at(sorted({0, len(self._ascending) - 1}) if len(self._ascending) else []))

    def median(self) -> Any:
        count = len(self._ascending)
        middle = sorted({(count - 1) // 2, count // 2}) if count else []
        return self._standing_in(self._ascending.at(middle)).median()

    def quantile(self, q: Any = 0.5, interpolation: str = "linear") -> Any:
        asked = np.asarray(q, np.float64)
        count = len(self._ascending)
        if not count or not asked.size:
            return self._few().quantile(q, interpolation)  # type: ignore[call-overload]
        virtual = (count - 1) * np.atleast_1d(asked)
        even = np.floor(virtual).astype(np.int64) // 2 * 2
        ranks = np.minimum(even[:, None] + np.arange(3), count - 1)
        values = self._ascending.at(ranks.ravel().tolist()).reshape(ranks.shape)
        each = [
            self._standing_in(three).quantile([share], interpolation)  # type: ignore[call-overload]
            for three, share in zip(values, (virtual - even) / 2, strict=True)
        ]
        if not asked.ndim:
            return each[0].iloc[0]
        return pd.Series(pd.concat(each).array, index=pd.Index(asked, dtype=np.float64))

    def describe(self, percentiles: Any = None, include: Any = None, exclude: Any = None) -> pd.Series:
        few = self._few()
        described = few.describe(percentiles)
        if not len(self._ascending):
            return described
        shares = np.array([0.25, 0.5, 0.75]) if percentiles is None else np.unique(percentiles)
        found = [len(self._ascending), *self._moments, few.min(), *self.quantile(shares).tolist(), few.max()]
        return pd.Series(found, index=described.index, dtype=described.dtype)

    def mode(self, dropna: bool = True) -> pd.Series:
        most, found = (0 if dropna else self._missing), [np.zeros(0, self._like.dtype)]
        is_missing = most > 0
        for _, values, counts in self._ascending.blocks():
            here = int(counts.max())
            if here > most:
                most, found, is_missing = here, [], False
            if here == most:
                found.append(values[counts == most])
        column = pd.Series(np.concatenate(found).astype(self._like.dtype, copy=False))
        return column.reindex(range(len(column) + 1)) if is_missing else column
