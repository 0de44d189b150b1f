"""The same rows in other partitions, partitions with rows of their neighbours, and values made of each partition.

No answer depends on partitions; what does are functions of the user's that are called with one of them. So these are made of
delayed partitions, and each knows the index of its rows.

    to_delayed -- cut or joined --> MadeSource        repartition, partitions[1:3]
    to_delayed -- neighbours' rows --> func --> cut   map_overlap
    to_delayed -- chunk --> aggregate                 reduction
"""

from __future__ import annotations

import itertools
import operator
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd

from lazyframe.asgiven import as_given
from lazyframe.calls import Delayed, delayed
from lazyframe.frame.answer import Answer
from lazyframe.frame.base import ColumnFace, FrameFace, Lazy
from lazyframe.frame.elsewhere import without_hints
from lazyframe.frame.mapping import PartitionFunctions
from lazyframe.frame.partitions import cut, from_pandas
from lazyframe.frozen import frozen
from lazyframe.run import border
from lazyframe.schema import kind_of


@frozen
class _Joined:
    """Puts partitions together, or takes some rows of one.

    Parameters
    ----------
    share : (int, int), optional
        Which piece it is, from 0, of how many of about one size.
    """

    share: tuple[int, int] | None = None

    def __call__(self, *parts: Any) -> Any:
        made = parts[0] if len(parts) == 1 else pd.concat(parts)
        if self.share is None:
            return made
        number, of = self.share
        return made.iloc[number * len(made) // of : (number + 1) * len(made) // of]


@frozen
class _Between:
    """Takes the rows between two labels of partitions that stand in the order of their labels.

    Parameters
    ----------
    edges : tuple
        All the labels between which rows are cut.
    number : int
        Which piece it is, from 0.
    force : bool
        Whether the first and the last piece take what is beyond the labels.
    """

    edges: tuple[Any, ...]
    number: int
    force: bool

    def __call__(self, *parts: Any) -> Any:
        if not self.number:  # in one place it is seen that all of them are in order
            labels = pd.Index(np.concatenate([np.asarray(part.index) for part in parts]))
            _check_cut(labels, self.edges, self.force)
        last = self.number == len(self.edges) - 2
        start, stop = self.edges[self.number : self.number + 2]
        made = pd.concat(parts)
        begin = 0 if not self.number else int(made.index.searchsorted(start, side="left"))
        end = len(made) if last else int(made.index.searchsorted(stop, side="left"))
        return made.iloc[begin:end]


def _check_cut(labels: pd.Index, edges: Sequence[Any], force: bool) -> None:
    """Whether rows of these labels can be cut at the edges."""
    if not labels.is_monotonic_increasing:
        raise ValueError(
            "repartition: the index is not sorted, so there is no place to cut it at a label: df.sort_index() first."
        )
    if not force and len(labels) and (edges[0] > labels[0] or edges[-1] < labels[-1]):
        raise ValueError(
            f"repartition: the labels go from {labels[0]!r} to {labels[-1]!r}, beyond the divisions {list(edges)!r}; force=True "
            "puts what is beyond them into the first and the last partition."
        )


def _edges_of(divisions: Any) -> tuple[Any, ...]:
    edges = tuple(divisions)
    if len(edges) < 2 or list(edges) != sorted(edges):
        raise ValueError(f"repartition: divisions are two or more labels in order; got {divisions!r}")
    return edges


class Regrouping(PartitionFunctions):
    """What a frame and a column have of partitions put together."""

    def repartition(self, divisions: Any = None, npartitions: int | None = None, force: bool = False) -> Self:
        """The same rows in another number of partitions, of which a function such as that of `map_partitions` gets each.

        Partitions that stand beside one another are put together, or cut into pieces of about one size. No answer depends
        on them: what reads files is best cut there, ``read_csv(blocksize=...)``.

        Parameters
        ----------
        divisions : list, optional
            The first label of each partition, and the last of all, of rows in the order of their labels; all of them are
            gathered for it, and that they are in order is seen when it is computed.
        npartitions : int
            How many partitions there are to be.
        force : bool
            Whether labels may go beyond the `divisions`.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv", blocksize=1000)
        >>> small = df[df.DepDelay > 60].repartition(npartitions=2)
        >>> small.npartitions, len(small)
        (2, 12)
        """
        if divisions is not None and isinstance(divisions, (int, np.integer)) and npartitions is None:
            npartitions, divisions = int(divisions), None
        if divisions is not None:
            labels, parts = _edges_of(divisions), self.to_delayed()
            count = len(labels) - 1
            return self._made_of([_Between(labels, number, force) for number in range(count)], [parts] * count)
        if not isinstance(npartitions, (int, np.integer)) or isinstance(npartitions, bool) or npartitions < 1:
            raise ValueError(f"repartition takes npartitions=, a number, 1 or more; got {npartitions!r}.")
        parts = self.to_delayed()
        if npartitions <= len(parts):
            edges = [number * len(parts) // npartitions for number in range(npartitions + 1)]
            return self._regrouped([parts[start:stop] for start, stop in itertools.pairwise(edges)])
        pieces = [(number + 1) * npartitions // len(parts) - number * npartitions // len(parts) for number in range(len(parts))]
        groups = [[part] for part, count in zip(parts, pieces, strict=True) for _ in range(count)]
        return self._regrouped(groups, [(number, count) for count in pieces for number in range(count)])

    def _regrouped(self, groups: Sequence[Sequence[Delayed]], shares: Sequence[tuple[int, int]] = ()) -> Self:
        """The rows of these partitions, each group in one."""
        return self._made_of([_Joined(share) for share in shares] or [_Joined()] * len(groups), groups)

    def shuffle(self, on: Any = None, ignore_index: bool = False, npartitions: int | None = None) -> Self:
        """The rows in partitions by the values of some columns: those of equal values are in one, for `map_partitions`.

        The rows of a partition stand in their order, those of the whole do not. Groups, joins and sorts need no shuffle.

        Parameters
        ----------
        on : name, list of names, or lazy column
            The values by which rows are told apart; the index if nothing is said.
        ignore_index : bool
            Whether the rows are numbered anew.
        npartitions : int, optional
            How many partitions there are to be; as many as there are if nothing is said.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv", blocksize=1000)
        >>> parts = lf.compute(*df.shuffle("Origin").to_delayed(), scheduler="sync")
        >>> sum(part.Origin.nunique() for part in parts)
        3
        """
        parts = self.to_delayed()
        count = len(parts) if npartitions is None else npartitions
        if not isinstance(count, (int, np.integer)) or count < 1:
            raise ValueError(f"shuffle takes npartitions=, a number, 1 or more; got {npartitions!r}.")
        keys: Any = self if on is None or isinstance(self, ColumnFace) else on
        levels = None
        if isinstance(self, FrameFace) and not isinstance(keys, (ColumnFace, FrameFace)):
            named = list(keys) if isinstance(keys, list) else [keys]
            known = {field.name for field in self._plan.schema.index}
            if any(name in known and name not in self._plan.schema for name in named):
                keys, levels = self, named
        if not isinstance(keys, (ColumnFace, FrameFace)):
            keys = self[list(keys) if isinstance(keys, list) else [keys]]  # type: ignore[index]
        if len(given := keys.to_delayed()) != len(parts):
            raise ValueError("shuffle: the columns to go by belong to other rows. Take them from the frame itself.")
        split = delayed(_split, pure=True)
        buckets = [split(part, key, count, on is None, levels) for part, key in zip(parts, given, strict=True)]
        item = delayed(operator.getitem, pure=True)
        groups = [[item(bucket, number) for bucket in buckets] for number in range(count)]
        made = self._made_of([_Joined()] * count, groups, are_all=False)
        return made.reset_index(drop=True) if ignore_index else made  # type: ignore[attr-defined]

    def map_overlap(self, func: Callable[..., Any], before: Any, after: Any, *args: Any, meta: Any = None, **kwargs: Any) -> Any:
        """As `map_partitions`, with some rows before and after each partition, which the function sees and the answer has not.

        Parameters
        ----------
        func : callable
            Gets a pandas frame of the rows; returns one row for each.
        before, after : int, timedelta, or text such as ``"2D"``
            How many rows, or of which time, where the index has times.
        *args, **kwargs
            Further arguments of `func`.
        meta : optional
            As in `map_partitions`.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv", blocksize=1000)
        >>> change = df[["Distance"]].map_overlap(lambda part: part.diff(), 1, 0)
        >>> change.Distance.abs().max().compute(scheduler="sync")
        np.float64(2266.0)
        """
        before, after = (_rows_around(rows, self) for rows in (before, after))
        func, args, kwargs = as_given((func, args, kwargs))
        parts = self.to_delayed()
        heads, tails = [parts[-1]] * len(parts), [parts[0]] * len(parts)
        first, last = delayed(_first, pure=True), delayed(_last, pure=True)
        for number in range(1, len(parts)):
            further = (tails[number - 1],) if number > 1 else ()
            tails[number] = last(before, *further, parts[number - 1])
            later = (heads[-number],) if number > 1 else ()
            heads[-number - 1] = first(after, parts[-number], *later)
        around = zip([None, *tails[1:]], [*heads[:-1], None], strict=True)
        given = [(part, *neighbours, *args) for part, neighbours in zip(parts, around, strict=True)]
        return self._mapped(func, _Overlapping(func, before, after), args, kwargs, meta, given)

    def reduction(
        self,
        chunk: Callable[..., Any],
        aggregate: Callable[..., Any] | None = None,
        combine: Callable[..., Any] | None = None,
        meta: Any = None,
        token: str | None = None,
        chunk_kwargs: dict[str, Any] | None = None,
        aggregate_kwargs: dict[str, Any] | None = None,
        combine_kwargs: dict[str, Any] | None = None,
        **kwargs: Any,
    ) -> Answer:
        """A value made of each partition by a function, and of all these by another.

        Parameters
        ----------
        chunk : callable
            Gets a partition; returns a pandas object or a value.
        aggregate : callable, optional
            Gets what `chunk` made: pandas objects one below the other, values as a Series; `chunk` if not given.
        combine : callable, optional
            Of no use here, where what `chunk` made is in one place: taken, and not called.
        meta, token
            Taken, and not needed.
        chunk_kwargs, aggregate_kwargs, combine_kwargs, **kwargs
            Further arguments of these functions; `kwargs` are for each of them.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.reduction(lambda part: part.Distance.max(), lambda largest: largest.max()).compute(scheduler="sync")
        np.int64(2586)
        """
        kwargs = without_hints((chunk,), kwargs)
        aggregate = chunk if aggregate is None else aggregate
        chunk, aggregate = as_given((chunk, aggregate))
        chunks = [Delayed(chunk, (part,), {**kwargs, **(chunk_kwargs or {})}, label="chunk") for part in self.to_delayed()]
        return Answer(_aggregated, (aggregate, *chunks), {**kwargs, **(aggregate_kwargs or {})}, label="reduction")


def _split(part: Any, keys: Any, count: int, by_index: bool, levels: list[Any] | None) -> list[Any]:
    """The rows of a partition in buckets, by hashes of keys; `levels` names them where some are levels of the index."""
    keys = keys if levels is None else keys.reset_index()[levels]
    hashes = pd.util.hash_pandas_object(keys.index if by_index else keys, index=False)
    bucket = np.asarray(hashes) % np.uint64(count)
    return [part[bucket == number] for number in range(count)]


def _rows_around(rows: Any, lazy: Lazy) -> Any:
    """How many rows of a neighbour a function sees: a number, or a time."""
    rows = pd.Timedelta(rows) if isinstance(rows, str) else rows
    if isinstance(rows, (int, np.integer)) and not isinstance(rows, bool) and rows >= 0:
        return rows
    if not hasattr(rows, "total_seconds") or rows < type(rows)(0):
        raise ValueError(f"map_overlap takes a number of rows, 0 or more, or a timedelta; got {rows!r}")
    if [field.dtype.values_kind for field in lazy._result().schema.index] != ["M"]:
        raise TypeError(f"map_overlap: {rows} is a time, for which the rows need a DatetimeIndex: df.set_index('t') first.")
    return rows


def _first(rows: Any, *parts: Any) -> Any:
    """The first rows of some partitions, or those of a time from the first one."""
    made = pd.concat(parts) if len(parts) > 1 else parts[0]
    if isinstance(rows, (int, np.integer)):
        return made.iloc[:rows]
    return made[made.index <= made.index[0] + rows] if len(made) else made


def _last(rows: Any, *parts: Any) -> Any:
    """The last rows of some partitions, or those of a time up to the last one."""
    made = pd.concat(parts) if len(parts) > 1 else parts[0]
    if isinstance(rows, (int, np.integer)):
        return made.iloc[max(0, len(made) - rows) :]
    return made[made.index >= made.index[-1] - rows] if len(made) else made


@frozen
class _Overlapping:
    """Calls a function with rows around a partition, and cuts these off what it returns."""

    func: Callable[..., Any]
    before: Any
    after: Any

    @border
    def __call__(self, part: Any, earlier: Any, later: Any, *args: Any, **kwargs: Any) -> Any:
        if earlier is not None and len(part) and not isinstance(self.before, (int, np.integer)):
            earlier = earlier[earlier.index >= part.index[0] - self.before]
        if later is not None and len(part) and not isinstance(self.after, (int, np.integer)):
            later = later[later.index <= part.index[-1] + self.after]
        rows = [one for one in (earlier, part, later) if one is not None]
        given: Any = pd.concat(rows) if len(rows) > 1 else part
        made = self.func(given, *args, **kwargs)
        if len(made) != len(given):
            raise ValueError(
                f"map_overlap: the function made {len(made)} rows of {len(given)}; it has to return one for each, so that those "
                "of the neighbours can be cut off."
            )
        start = 0 if earlier is None else len(earlier)
        return made.iloc[start : start + len(part)]


def _aggregated(aggregate: Callable[..., Any], /, *chunks: Any, **kwargs: Any) -> Any:
    objects: list[Any] = [one for one in chunks if isinstance(one, (pd.DataFrame, pd.Series, pd.Index))]
    together = pd.concat(objects) if objects and len(objects) == len(chunks) else pd.Series(list(chunks))
    return aggregate(together, **kwargs)


# ---- rows of pandas', cut at labels


def repartition(df: Any, divisions: Any = None, npartitions: int | None = None, force: bool = False) -> Any:
    """The rows of a frame or column in other partitions: those of a pandas object are cut at labels of its index.

    Parameters
    ----------
    df : pandas.DataFrame, pandas.Series, or lazy
        The rows.
    divisions : list, optional
        The first label of each partition, and the last of all; for pandas objects, whose index is sorted.
    npartitions : int, optional
        How many there are to be.
    force : bool
        Whether `divisions` may go beyond the labels.

    Returns
    -------
    DataFrame or Series

    Examples
    --------
    >>> import lazyframe as lf
    >>> import pandas as pd
    >>> df = lf.repartition(pd.DataFrame({"x": [1, 2, 3]}, index=[0, 4, 9]), divisions=[0, 4, 9])
    >>> [len(part) for part in lf.compute(*df.to_delayed(), scheduler="sync")]
    [1, 2]
    """
    if not isinstance(df, (pd.DataFrame, pd.Series)):
        if not isinstance(df, Regrouping):
            raise TypeError(f"repartition takes a lazy or pandas frame or column, not {kind_of(df)}")
        return df.repartition(divisions, npartitions, force)
    if divisions is None:
        return from_pandas(df).repartition(npartitions=npartitions)
    edges, labels = _edges_of(divisions), df.index
    _check_cut(labels, edges, force)
    places = [int(labels.searchsorted(edge, side="left")) for edge in edges[1:-1]]
    return cut(df, [0, *places, len(df)], "repartition")


def map_partitions(func: Callable[..., Any], *args: Any, meta: Any = None, **kwargs: Any) -> Any:
    """``df.map_partitions(func, ...)`` of the first frame or column among the arguments, for those who write the function first.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> lf.map_partitions(lambda part, miles: part[part.Distance > miles], df, 2500).Dest.nunique().compute(scheduler="sync")
    1
    """
    kwargs = without_hints((func,), kwargs)
    return _first_of("map_partitions", func, args).map_partitions(func, *args[1:], meta=meta, **kwargs)


def map_overlap(func: Callable[..., Any], df: Any, before: Any, after: Any, *args: Any, meta: Any = None, **kwargs: Any) -> Any:
    """``df.map_overlap(func, before, after, ...)``, for those who write the function first.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> lf.map_overlap(lambda part: part.diff(), df[["Distance"]], 1, 0).Distance.max().compute(scheduler="sync")
    np.float64(2040.0)
    """
    kwargs = without_hints((func,), kwargs)
    return _first_of("map_overlap", func, (df,)).map_overlap(func, before, after, *args, meta=meta, **kwargs)


def _first_of(method: str, func: Any, args: tuple[Any, ...]) -> Regrouping:
    if args and isinstance(args[0], (pd.DataFrame, pd.Series)):
        args = (from_pandas(args[0]),)
    if not callable(func) or not args or not isinstance(args[0], Regrouping):
        given = kind_of(args[0]) if args else "nothing"
        raise TypeError(f"{method} takes a function, and a lazy frame or column as the first of its arguments; got {given}")
    return args[0]
