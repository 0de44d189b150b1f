"""Partitions as pandas frames: out of a lazy frame as delayed values, and into one from functions that make them.

See docs/decisions/0026-shares-are-plans.md.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.calls import Delayed, DelayedFunction, delayed, from_dask
from lazyframe.frame import counted, wrap
from lazyframe.frame.base import ColumnFace, Lazy
from lazyframe.frame.elsewhere import without_hints
from lazyframe.frame.made import (
    MadeSource,
    arrow_array,
    is_default,
    kind,
    level_name,
    levels_of,
    made_plan,
    schema_of,
    with_levels,
)
from lazyframe.frame.persist import kept_source
from lazyframe.frozen import frozen
from lazyframe.plan import Plan, Scan, SetIndex, Share
from lazyframe.run import Called
from lazyframe.schema import ROW, Field, Schema, dtype_named


def _frame(made: Sequence[Called], meta: Any, name: str) -> Any:
    index = levels_of(meta.index) if isinstance(meta, (pd.DataFrame, pd.Series)) and not is_default(meta.index) else ()
    if not index:
        schema, is_series = schema_of(meta)
        plan: Plan = Scan(MadeSource(tuple(made), schema, name, is_series))
    else:
        schema, is_series = schema_of(meta.reset_index(drop=True))
        kept = _Leveled(_partition, tuple(field.name for field in index))
        plan = made_plan([Delayed(kept, (one,), label=name) for one in made], schema, index, name)
    return wrap.only_column(plan) if is_series else wrap.frame(plan)


def from_delayed(dfs: Any, meta: Any = None, divisions: Any = None, prefix: str | None = None, verify_meta: bool = True) -> Any:
    """A lazy frame whose partitions are delayed values.

    Their index is kept where it is of another sort than 0, 1, 2, ... in `meta`; else the rows are numbered through, as
    ``pd.concat(..., ignore_index=True)`` does. A query of the frame makes all the partitions, `head` too.

    Parameters
    ----------
    dfs : Delayed or list of Delayed
        Each makes a pandas DataFrame, or each a Series. They follow one another in this order. Those of Dask do as well,
        ``ddf.to_delayed()``: each is computed by itself, in a task of its own.
    meta : pandas.DataFrame, pandas.Series, dict or (name, dtype), optional
        What they have in common: an empty pandas object, or a dict of column names to dtypes. If it is not given, the
        first is computed now, to look at it.
    divisions, prefix, verify_meta
        Arguments of Dask's, which are taken; each partition is compared with `meta` in any case.

    Returns
    -------
    DataFrame or Series

    Raises
    ------
    TypeError, ValueError
        Something in `dfs` is not delayed, there is nothing in it, or, when it is run, a partition is not as `meta` says.

    Examples
    --------
    >>> import lazyframe as lf
    >>> import pandas as pd
    >>> @lf.delayed
    ... def squares(start):
    ...     return pd.DataFrame({"n": range(start, start + 3)}).eval("square = n * n")
    >>> df = lf.from_delayed([squares(0), squares(3)], meta={"n": "int64", "square": "int64"})
    >>> df[df.square > 8].compute(scheduler="sync")
       n  square
    3  3       9
    4  4      16
    5  5      25
    """
    given = [dfs] if isinstance(dfs, Delayed) or hasattr(dfs, "__dask_graph__") else list(dfs)
    if not given:
        raise ValueError("from_delayed: there are no partitions: an empty list has no columns.")
    made = list(map(from_dask, given))
    for one in made:
        if not isinstance(one, Delayed) or isinstance(one, DelayedFunction):
            raise TypeError(f"from_delayed takes delayed values, made by calling a delayed function; got {one!r}")
    return _frame(made, made[0].compute() if meta is None else meta, prefix or made[0]._label)


def from_map(
    func: Callable[..., Any], *iterables: Iterable[Any], meta: Any = None, args: Sequence[Any] | None = None, **kwargs: Any
) -> Any:
    """A lazy frame with one partition for each call ``func(item, *args, **kwargs)``.

    Parameters
    ----------
    func : callable
        Returns a pandas DataFrame, or a Series.
    *iterables
        The first arguments, as in `map`; all of one length.
    meta : pandas.DataFrame, pandas.Series or dict, optional
        As in `from_delayed`; if it is not given, the first call is made now.
    args : sequence
        Further arguments of each call.
    **kwargs
        Keywords of each call; those of Dask's own (`label`, `divisions`, `enforce_metadata`, `token`) only where `func` has them.

    Returns
    -------
    DataFrame or Series

    Raises
    ------
    TypeError, ValueError
        As in `from_delayed`.

    Examples
    --------
    >>> import lazyframe as lf
    >>> import pandas as pd
    >>> def month(number, days):
    ...     return pd.DataFrame({"month": number, "day": range(1, days + 1)})
    >>> df = lf.from_map(month, [1, 2], [31, 28], meta={"month": "int64", "day": "int64"})
    >>> len(df), df.day.max().compute(scheduler="sync")
    (59, np.int64(31))
    """
    if not iterables:
        raise TypeError("from_map takes a function, and at least one iterable of its first arguments")
    columns = [list(iterable) for iterable in iterables]
    if len({len(column) for column in columns}) > 1:
        raise ValueError(f"from_map: the iterables are of different lengths: {', '.join(str(len(column)) for column in columns)}")
    if not columns[0]:
        raise ValueError("from_map: there are no partitions: the iterables are empty, and without a call there are no columns.")
    label = kwargs.get("label")
    kwargs = without_hints((func,), kwargs)
    function = delayed(func)
    return from_delayed([function(*items, *(args or ()), **kwargs) for items in zip(*columns, strict=True)], meta, prefix=label)


def from_pandas(
    data: Any, npartitions: int | None = None, sort: bool = False, chunksize: int | None = None, name: str | None = None
) -> Any:
    """A lazy frame over rows that pandas has in memory.

    Parameters
    ----------
    data : pandas.DataFrame or pandas.Series
        The rows, which are copied, and their index.
    npartitions : int, optional
        Into how many parts they are cut; 1 if nothing is said.
    sort : bool
        Whether they are put into the order of their index first.
    chunksize : int, optional
        How many rows a part has at most, in the place of `npartitions`.
    name : str, optional
        What `explain` calls them.

    Returns
    -------
    DataFrame or Series

    Raises
    ------
    TypeError, ValueError
        `data` is no pandas object, or has a column of a dtype that a lazy frame cannot have.

    Examples
    --------
    >>> import lazyframe as lf
    >>> import pandas as pd
    >>> df = lf.from_pandas(pd.DataFrame({"n": [1, 2, 3], "s": ["a", "b", "a"]}), npartitions=2)
    >>> df.groupby("s").n.sum().compute(scheduler="sync").to_dict()
    {'a': 4, 'b': 2}
    """
    if not isinstance(data, (pd.DataFrame, pd.Series)):
        raise TypeError(f"from_pandas takes a pandas DataFrame or Series, not {kind(data)}.")
    if npartitions is not None and chunksize is not None:
        raise ValueError("from_pandas: give npartitions= or chunksize=, not both.")
    for argument, value in (("npartitions", npartitions), ("chunksize", chunksize)):
        if value is not None and (not isinstance(value, (int, np.integer)) or isinstance(value, bool)):
            raise TypeError(f"from_pandas: {argument} is a whole number, 1 or more; got {value!r}.")
        if value is not None and value < 1:
            raise ValueError(f"from_pandas: {argument} is a number, 1 or more; got {value!r}.")
    if sort and not data.index.is_monotonic_increasing:
        data = data.sort_index(kind="stable")
    if chunksize is not None:
        npartitions = max(1, -(-len(data) // chunksize))
        edges = [min(position * chunksize, len(data)) for position in range(npartitions + 1)]
    else:
        npartitions = npartitions or 1
        edges = [position * len(data) // npartitions for position in range(npartitions + 1)]
    return cut(data, edges, name or f"a pandas {type(data).__name__}")


def cut(data: Any, edges: Sequence[int], title: str) -> Any:
    """Rows of pandas', in partitions between these places."""
    numbered = data.index.dtype == "int64" and data.index.equals(pd.RangeIndex(len(data))) and data.index.names == [None]
    index = () if numbered else levels_of(data.index)
    schema, is_series = schema_of(data.reset_index(drop=True))
    frame = data.to_frame(data.name) if isinstance(data, pd.Series) else data
    if index:
        levels = tuple(Field(level_name(number), field.dtype) for number, field in enumerate(index))
        schema = replace(schema, fields=(*schema.fields, *levels))
        frame = with_levels(frame, data.index.names, "from_pandas")
    batches = [_batch(frame.iloc[start:stop], schema) for start, stop in itertools.pairwise(edges)]
    plan: Plan = Scan(kept_source(title, schema, batches))
    counted.tell(plan, len(data))
    if index:
        plan = SetIndex(plan, tuple(field.name for field in levels), True, tuple(field.name for field in index))
    return wrap.only_column(plan) if is_series else wrap.frame(plan)


def from_dict(data: Any, npartitions: int = 1, orient: str = "columns", dtype: Any = None, columns: Any = None) -> Any:
    """A lazy frame of a dict of columns, or of rows where ``orient="index"``: ``pandas.DataFrame.from_dict``, in partitions.

    Examples
    --------
    >>> import lazyframe as lf
    >>> lf.from_dict({"n": [1, 2, 3], "s": ["a", "b", "a"]}, npartitions=2).n.sum().compute(scheduler="sync")
    np.int64(6)
    """
    return from_pandas(pd.DataFrame.from_dict(data, orient=orient, dtype=dtype, columns=columns), npartitions)  # type: ignore[call-overload]


def from_array(x: Any, chunksize: int = 50_000, columns: Any = None, meta: Any = None) -> Any:
    """A lazy column of an array of one dimension, or a lazy frame of one of two, or of one with fields.

    Parameters
    ----------
    x : array
        The values, which are copied.
    chunksize : int
        How many rows a partition has.
    columns : list, or a name, optional
        What the columns are called; a name where there is one.
    meta : pandas.DataFrame or pandas.Series, optional
        Of no use here: names and dtypes are those of `x`.

    Examples
    --------
    >>> import lazyframe as lf
    >>> import numpy as np
    >>> lf.from_array(np.arange(6).reshape(3, 2), columns=["a", "b"]).sum().compute(scheduler="sync").to_dict()
    {'a': 6, 'b': 9}
    """
    values = np.asarray(x) if not hasattr(x, "dtype") else x
    if values.ndim > 2:
        raise ValueError(f"from_array takes an array of one or two dimensions; got one of {values.ndim}.")
    if values.ndim == 1 and not getattr(values.dtype, "names", None):
        return from_pandas(pd.Series(values, name=columns), chunksize=chunksize)
    return from_pandas(pd.DataFrame(values, columns=columns), chunksize=chunksize)


def _batch(frame: pd.DataFrame, schema: Schema) -> pa.RecordBatch:
    """Some rows as Arrow, which shares no memory with them."""
    arrays = [arrow_array(frame[field.name].copy(), field.dtype) for field in schema] or [pa.array(np.arange(len(frame)))]
    return pa.RecordBatch.from_arrays(arrays, names=[str(name) for name in schema.names] or [ROW])


class Partitions:
    """The partitions of a frame or column, each one of its sort, ``df.partitions[0]``, or several: ``df.partitions[1:]``."""

    def __init__(self, shares: Sequence[Any], together: Callable[[Sequence[Any]], Any]) -> None:
        self._shares = shares
        self._together = together

    def __getitem__(self, position: Any) -> Any:
        if isinstance(position, (slice, list, np.ndarray)):
            places = np.arange(len(self._shares))
            try:
                chosen = places[position]
            except IndexError:
                raise IndexError(f"there are {len(self)} partitions, 0 to {len(self) - 1}; got {position}") from None
            if not len(chosen):
                raise IndexError(f"partitions[{position}] are none of the {len(self)} partitions")
            return self._together([self._shares[place] for place in chosen])
        if not isinstance(position, (int, np.integer)):
            raise TypeError(
                f"partitions are taken by number, .partitions[0], or several, .partitions[1:3]; not with {position!r}"
            )
        if not -len(self._shares) <= position < len(self._shares):
            raise IndexError(f"there are {len(self._shares)} partitions, 0 to {len(self._shares) - 1}; got {position}")
        return self._shares[int(position)]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._shares)

    def __len__(self) -> int:
        return len(self._shares)

    def __repr__(self) -> str:
        return f"<{len(self)} partitions>"


class Partitioned(Lazy):
    """What a frame and a column have of partitions."""

    @property
    def divisions(self) -> tuple[None, ...]:
        """None, one more than there are partitions: between which labels these are cut is not known."""
        return (None,) * (self.npartitions + 1)

    @property
    def partitions(self) -> Partitions:
        """The partitions, each a lazy object of this sort: ``df.partitions[0]``."""
        return Partitions(self._shares(), self._of_shares)

    def get_partition(self, n: int) -> Any:
        """One of the `partitions`."""
        return self.partitions[n]

    def to_delayed(self) -> list[Any]:
        """One delayed value a partition, each a pandas frame; ``pd.concat`` of them all is the answer of this frame.

        Each partition knows the numbers of its rows, so the records of those before it are counted.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv", blocksize=2000)
        >>> parts = df[df.DepDelay > 60].to_delayed()
        >>> sum(len(part) for part in lf.compute(*parts, scheduler="sync"))
        12
        """
        return [Delayed(_partition, (share,), label="partition", pure=True) for share in self._shares()]

    def _shares(self) -> list[Self]:
        """Each partition as a frame or column; their rows together are those of the whole."""
        plan, count = self._result(), self.npartitions
        return [self._over(Share(plan, position, count)) for position in range(count)]

    def _of_shares(self, shares: Sequence[Any]) -> Self:
        return self._made_of([_partition] * len(shares), [one.to_delayed() for one in shares], are_all=False)

    def _made_of(self, functions: Sequence[Callable[..., Any]], parts: Sequence[Sequence[Delayed]], are_all: bool = True) -> Self:
        """What functions make of partitions, with index and columns as here; `are_all` says whether no row is left out."""
        plan = self._result()
        index = () if are_all and plan.is_counted else plan.schema.index or (Field(None, dtype_named("int64")),)
        titles = tuple(field.name for field in index)
        calls = [_Leveled(function, titles) for function in functions]
        made = [Delayed(call, tuple(group), label="partitions", pure=True) for call, group in zip(calls, parts, strict=True)]
        is_series = isinstance(self, ColumnFace) and not index
        return self._over(made_plan(made, replace(plan.schema, index=()), index, "partitions", is_series=is_series))


@frozen
class _Leveled:
    """Makes columns of the index of what a function makes, or drops it where the rows are numbered through."""

    function: Callable[..., Any]
    titles: tuple[Any, ...]

    def __call__(self, *parts: Any) -> Any:
        made = self.function(*parts)
        if not self.titles:
            return made.reset_index(drop=True)
        return with_levels(made.to_frame(made.name) if isinstance(made, pd.Series) else made, self.titles, "partitions")


def _partition(value: Any) -> Any:
    return value
