"""Which rows of two frames belong together: pandas' `merge` of their keys alone, as places in both.

The rest of the columns is taken by these places, so whatever they hold is moved once, and `merge` sees nothing but keys. A plan
knows the dtypes of the answer by joining tiny columns, a task joins the rows: both by the functions of this module.

See docs/decisions/0020-join-of-the-keys.md.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal, NamedTuple

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.frozen import frozen
from lazyframe.methods import either
from lazyframe.native.groups import TextTable
from lazyframe.schema import MIXED, OBJECT_BOOL, DType, category, dtype_of, probe

How = Literal["left", "right", "inner", "outer", "cross"]


@frozen
class JoinCall:
    """The arguments of pandas' ``merge`` that say which rows belong together.

    Parameters
    ----------
    how : str
        ``"left"``, ``"right"``, ``"inner"``, ``"outer"`` or ``"cross"``.
    sort : bool
        Whether the rows are in the order of the keys.
    indicator : bool
        Whether there is a column that says where a row comes from.
    validate : str or None
        Which keys have to be unique.
    """

    how: How = "inner"
    sort: bool = False
    indicator: bool = False
    validate: str | None = None

    @property
    def indicator_dtype(self) -> DType:
        """That of the column which says where a row comes from."""
        return category(("left_only", "right_only", "both"), "str", False)

    @property
    def follows_left(self) -> bool:
        """Whether pandas' order is that of the left rows, each beside its partners: so these may come batch by batch."""
        return self.how in ("inner", "left", "cross") and not self.sort and self.validate in (None, "m:m", "many_to_many")

    @property
    def is_sorted(self) -> bool:
        """Whether pandas' order is that of the keys."""
        return self.sort or self.how == "outer"

    @property
    def keeps(self) -> tuple[bool, bool]:
        """Whether rows without a partner are kept: those of the left side, those of the right."""
        return self.how in ("left", "outer"), self.how in ("right", "outer")


class Places(NamedTuple):
    """What belongs together.

    Parameters
    ----------
    left, right : numpy.ndarray of int64
        The places of the rows on each side, -1 where there is none.
    keys : list of pandas.Series
        The keys of both, as pandas puts them together.
    indicator : pandas.Series or None
        Where each row comes from.
    """

    left: np.ndarray
    right: np.ndarray
    keys: list[pd.Series]
    indicator: pd.Series | None

    def some(self, start: int, stop: int) -> Places:
        """Those of some of the pairs."""
        if start == 0 and stop >= len(self.left):
            return self
        keys = [key.iloc[start:stop] for key in self.keys]
        indicator = None if self.indicator is None else self.indicator.iloc[start:stop]
        return Places(self.left[start:stop], self.right[start:stop], keys, indicator)


_LEFT, _RIGHT, _MERGE = "\1left", "\1right", "_merge"


def places(left: Sequence[pd.Series], right: Sequence[pd.Series], lengths: tuple[int, int], call: JoinCall) -> Places:
    """The places of the rows that belong together, in pandas' order.

    Parameters
    ----------
    left, right : sequence of pandas.Series
        The keys of each side.
    lengths : tuple of int
        How many rows each side has.
    call : JoinCall
        How they are put together.

    Raises
    ------
    ValueError, pandas.errors.MergeError
        pandas does not compare such keys, or they are not as `validate` says.

    Examples
    --------
    >>> found = places([pd.Series([1, 2, 3])], [pd.Series([3, 1, 1])], (3, 3), JoinCall("left"))
    >>> found.left.tolist(), found.right.tolist()
    ([0, 0, 1, 2], [1, 2, -1, 0])
    """
    names = [f"k{number}" for number in range(len(left))]
    one = pd.DataFrame({**dict(zip(names, left, strict=True)), _LEFT: np.arange(lengths[0])})
    other = pd.DataFrame({**dict(zip(names, right, strict=True)), _RIGHT: np.arange(lengths[1])})
    merged = one.merge(
        other,
        how=call.how,
        on=None if call.how == "cross" else names,
        sort=call.sort,
        indicator=_MERGE if call.indicator else False,
        validate=call.validate,  # type: ignore[arg-type]
    )
    rows, others = (merged[name].fillna(-1).to_numpy(np.int64) for name in (_LEFT, _RIGHT))
    return Places(rows, others, [merged[name] for name in names], merged[_MERGE] if call.indicator else None)


def taken(values: pd.Series, where: np.ndarray) -> pd.Series:
    """The values at these places, missing where there is none, in the dtype that pandas then gives the column.

    Examples
    --------
    >>> taken(pd.Series([5, 6]), np.array([1, -1])).tolist()
    [6.0, nan]
    """
    values = values.reset_index(drop=True)
    return (values.take(where) if not len(where) or where.min() >= 0 else values.reindex(where)).reset_index(drop=True)


def joined_dtypes(
    keys: Sequence[tuple[DType, DType]], columns: Sequence[tuple[str, DType]], call: JoinCall
) -> tuple[list[DType], list[DType]]:
    """The dtypes of the keys of both sides, and of columns of one side, in a join.

    Raises
    ------
    ValueError, TypeError
        pandas does not compare such keys.
    """
    tiny = _Tiny.of(tuple(keys), replace(call, validate=None))  # its keys are there twice
    return list(map(_of_one_kind, tiny.keys, [left for left, _ in keys])), [tiny.column(side, dtype) for side, dtype in columns]


class _Tiny:
    """A join of tiny columns, kept: a query asks for its dtypes as it is written, and whenever it is cut down.

    Parameters
    ----------
    keys : tuple of tuple of DType
        Of both sides.
    call : JoinCall
        How they are put together.
    """

    def __init__(self, keys: tuple[tuple[DType, DType], ...], call: JoinCall) -> None:
        self._made: list[tuple[dict[str, int], Places]] = []
        for left_rows, right_rows in _shapes(call):
            ours, theirs = [_rows(left, left_rows) for left, _ in keys], [_rows(right, right_rows) for _, right in keys]
            at = places(ours, theirs, (left_rows, right_rows), call)
            self._made.append(({"left": left_rows, "right": right_rows}, at))
        self.keys = [self._dtype([at.keys[n] for _, at in self._made], left) for n, (left, _) in enumerate(keys)]
        self._columns: dict[tuple[str, DType], DType] = {}

    @classmethod
    @functools.lru_cache(maxsize=256)
    def of(cls, keys: tuple[tuple[DType, DType], ...], call: JoinCall) -> _Tiny:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return cls(keys, call)

    def column(self, side: str, dtype: DType) -> DType:
        """The dtype of a column of one side.

        Raises
        ------
        TypeError
            Its values would be of several kinds.
        """
        if (found := self._columns.get((side, dtype))) is None:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                made = [taken(_rows(dtype, counts[side]), getattr(at, side)) for counts, at in self._made]
            found = self._columns[side, dtype] = self._dtype(made, dtype)
        return _of_one_kind(found, dtype)

    def _dtype(self, made: Sequence[pd.Series], given: DType) -> DType:
        return functools.reduce(either, [_as_is(dtype_of(one), given) for one in made])


def _of_one_kind(dtype: DType, given: DType) -> DType:
    if MIXED in (dtype, dtype.otherwise):
        raise TypeError(f"a join would give a column of {given} values of several kinds; cast it with .astype first")
    return dtype


def _shapes(call: JoinCall) -> Iterator[tuple[int, int]]:
    """How many rows each side of a tiny join has, so that each dtype that the data may ask for is met."""
    yield 2, 2
    if call.keeps[0]:
        yield 2, 0
    if call.keeps[1]:
        yield 0, 2


@functools.lru_cache(maxsize=256)
def _rows(dtype: DType, count: int) -> pd.Series:
    tiny = probe(dtype)
    return pd.concat([tiny, tiny], ignore_index=True).iloc[:count]


def _as_is(found: DType, given: DType) -> DType:
    """The dtype found, with what is known beyond its name: of objects that are all missing it says nothing."""
    if found.name == given.name and (found.kind == given.kind or found.name == "object"):
        return given
    return OBJECT_BOOL if found.name == "object" and given.kind == "b" else found


_CLOSE = 4  # times as far apart as there are rows


class Lookup:
    """The keys of the right side of a join, for a left side that comes batch by batch: where the call `follows_left`.

    Parameters
    ----------
    keys : sequence of pandas.Series
        Of the right side.
    rows : int
        How many rows it has.
    call : JoinCall
        How they are put together.
    """

    def __init__(self, keys: Sequence[pd.Series], rows: int, call: JoinCall) -> None:
        self._keys, self._rows, self._call = list(keys), rows, call
        self._dtypes = [key.dtype for key in keys]
        self._finders: list[_Integers | _Numbers | _Texts] = []
        if not keys or not call.follows_left:
            return
        finders = [_finder(key) for key in keys]
        found = [one for one in finders if one is not None]
        if len(found) < len(finders) or math.prod(one.count + 1 for one in found) >= 2**62:
            return
        self._finders = found
        codes, count = self._codes([one.known for one in found]), found[0].count + 1
        self._distinct: _Index | None = None
        if len(found) > 1:  # of the pairs of all values of the keys only some are there
            codes, distinct = pd.factorize(codes)
            self._distinct, count = _Index(distinct), len(distinct)
        self._order = np.argsort(codes, kind="stable")  # the rows of each code one after another, in their order
        self._sizes = np.bincount(codes, minlength=max(1, count))
        self._starts = np.cumsum(self._sizes) - self._sizes

    def places(self, left: Sequence[pd.Series], length: int) -> Places:
        """The places of the rows of a batch that belong together with those of the right side."""
        if not self._finders or [key.dtype for key in left] != self._dtypes:
            return places(left, self._keys, (length, self._rows), self._call)
        codes = self._codes([finder.find(key) for finder, key in zip(self._finders, left, strict=True)])
        if self._distinct is not None:
            codes = np.where(codes < 0, -1, self._distinct.find(codes))
        found = codes >= 0
        sizes = np.where(found, self._sizes[codes], 0)
        kept = np.maximum(sizes, 1) if self._call.how == "left" else sizes
        rows = np.repeat(np.arange(length), kept)
        within = np.arange(len(rows)) - np.repeat(np.cumsum(kept) - kept, kept)
        matched = sizes[rows] > 0
        right = np.full(len(rows), -1, np.int64)
        right[matched] = self._order[self._starts[codes[rows[matched]]] + within[matched]]
        indicator = None
        if self._call.indicator:
            words = np.where(matched, "both", "left_only")
            indicator = pd.Series(pd.Categorical(words, ["left_only", "right_only", "both"]))
        keys = [key.reset_index(drop=True).take(rows).reset_index(drop=True) for key in left]
        return Places(rows, right, keys, indicator)

    def _codes(self, each: Sequence[np.ndarray]) -> np.ndarray:
        """One number for what each key has, -1 where one of them is not there; missing values are the last of each key."""
        codes = each[0].astype(np.int64)
        for finder, more in zip(self._finders[1:], each[1:], strict=True):
            codes = np.where((codes < 0) | (more < 0), -1, codes * (finder.count + 1) + more)
        return codes


class _Index:
    """Where values stand among others. It is made at once, and anew in another process: to let pandas make it when it is first
    asked is to let a second thread ask one that is half made.
    """

    def __init__(self, distinct: np.ndarray) -> None:
        self._distinct, self._index = distinct, pd.Index(distinct)
        self.find(distinct[:1])

    def __reduce__(self) -> Any:
        return _Index, (self._distinct,)

    def find(self, values: np.ndarray) -> np.ndarray:
        return np.asarray(self._index.get_indexer(pd.Index(values)))


class _Numbers:
    """The numbers, truth values or dates of a key; a missing one finds missing ones, as in pandas' joins."""

    def __init__(self, key: pd.Series) -> None:
        self.known, distinct = pd.factorize(key.to_numpy(), use_na_sentinel=False)
        self._index, self.count = _Index(distinct), len(distinct)

    def find(self, key: pd.Series) -> np.ndarray:
        return self._index.find(key.to_numpy())


class _Integers:
    """The integers of a key that lie close together: each is its own number, and nothing is looked up."""

    def __init__(self, key: np.ndarray, least: int, greatest: int) -> None:
        self._least, self._greatest, self.count = least, greatest, greatest - least + 1
        self.known = self._numbers(key)

    def find(self, key: pd.Series) -> np.ndarray:
        values = key.to_numpy()
        return np.where((values >= self._least) & (values <= self._greatest), self._numbers(values), -1)

    def _numbers(self, values: np.ndarray) -> np.ndarray:
        return values.astype(np.int64, copy=False) - self._least


class _Texts:
    """The texts of a key; a missing one finds missing ones."""

    def __init__(self, key: pd.Series) -> None:
        self._table = TextTable(_arrow(key))
        self.count = self._table.count
        self._has_missing = bool((self._table.numbers < 0).any())
        self.known = np.where(self._table.numbers < 0, self.count, self._table.numbers)

    def find(self, key: pd.Series) -> np.ndarray:
        texts = _arrow(key)
        found = self._table.find(texts)
        if self._has_missing and texts.null_count:
            found = np.where(np.asarray(key.isna()), self.count, found)
        return found


def _arrow(key: pd.Series) -> pa.Array:
    texts = pa.array(key.array, from_pandas=True)
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    return texts.cast(pa.large_string())


def _finder(key: pd.Series) -> _Integers | _Numbers | _Texts | None:
    """What finds the values of a key; None where pandas' own merge has to look at both sides."""
    if isinstance(key.dtype, np.dtype):
        if key.dtype.kind in "iu" and len(key):
            least, greatest = int(key.min()), int(key.max())
            if greatest - least < max(_CLOSE * len(key), 1 << 16) and greatest < 2**63:
                return _Integers(key.to_numpy(), least, greatest)
        return _Numbers(key) if key.dtype.kind in "iufbM" else None
    return _Texts(key) if isinstance(key.dtype, pd.StringDtype) and key.dtype.storage == "pyarrow" else None
