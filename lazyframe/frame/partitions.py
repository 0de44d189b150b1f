"""Partitions as pandas frames: out of a lazy frame as delayed values, and into one from functions that make them.

`MadeSource` is the source of frames that functions make. Its partitions are results of tasks of the same graph; each
is checked against the schema and cut into batches. The rows are numbered through, as those of every source.

See docs/decisions/0026-shares-are-plans.md.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.calls import Delayed, DelayedFunction, delayed
from lazyframe.expr import Column
from lazyframe.frame.base import Lazy
from lazyframe.frame.dataframe import DataFrame
from lazyframe.frame.persist import kept_source
from lazyframe.frame.series import Series
from lazyframe.kernels.columns import Columns, Text, from_series, object_array, to_arrow
from lazyframe.masks import packed
from lazyframe.plan import Plan, Scan, Share, base_scan, common_dtype
from lazyframe.run import Called, Computable
from lazyframe.schema import MIXED, ROW, DType, Field, Schema, as_dtype, dtype_of, labels_of, with_article
from lazyframe.sources import Certain, Made
from lazyframe.tree import token

_BATCH_ROWS = 1 << 16


@dataclass(frozen=True)
class Reached:
    """How far reading came; partitions that are made need not fit on to one another."""

    def join(self, following: Reached) -> Reached:
        return following


@dataclass
class MadeReader:
    """One partition, already made, in batches."""

    source: MadeSource
    made: Any
    label: str
    columns: tuple[str, ...]
    predicate: Any
    records: int = 0
    extent: Reached | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        frame = self.source.checked(self.made, self.label)
        for start in range(0, len(frame), _BATCH_ROWS):
            batch = self.source.batch(frame.iloc[start : start + _BATCH_ROWS], start)
            if self.predicate is not None:
                batch = batch.filter(packed(self.predicate(batch)))
            self.records = min(start + _BATCH_ROWS, len(frame))
            yield batch.select(list(self.columns))
        self.records, self.extent = len(frame), Reached()


@dataclass(frozen=True)
class MadeSource(Certain):
    """Partitions that functions make.

    Parameters
    ----------
    inputs : tuple of Called
        What makes them, in order.
    schema : Schema
        What each has to be like.
    name : str
        For people.
    is_series : bool
        Whether they are Series, and not DataFrames.
    origin : frame.mapping.Mapped, optional
        The call that makes each of them of a partition.
    """

    inputs: tuple[Called, ...]
    schema: Schema
    name: str
    is_series: bool = False
    origin: Any = None
    is_counted: ClassVar[bool] = True

    @functools.cached_property
    def partitions(self) -> tuple[Made, ...]:
        return tuple(Made(made._name, f"{self.name}[{number}]") for number, made in enumerate(self.inputs))

    @functools.cached_property
    def token(self) -> str:
        return token([[made._name for made in self.inputs], repr(self.schema), self.is_series])

    @property
    def sample(self) -> pa.RecordBatch:
        names = [field.name for field in self.schema]
        none = Columns.empty(self.schema, tuple(map(str, names)))
        frame = pd.concat([_pandas(none[name]) for name in names], axis=1) if names else pd.DataFrame()
        return self.batch(frame.set_axis(names, axis=1), 0)

    def describe(self) -> str:
        return f"{len(self.inputs)} partitions made by {self.name}"

    def parsed(self, columns: tuple[str, ...]) -> tuple[int, int]:
        return len(columns), len(self.schema)

    def read(self, partition: Any, columns: tuple[str, ...], predicate: Any = None) -> MadeReader:
        made, label = partition
        return MadeReader(self, made, label, columns, predicate)

    def for_reading(self) -> MadeSource:
        """What a task needs of it: not what makes the other partitions."""
        return replace(self, inputs=(), origin=None)

    def checked(self, made: Any, label: str) -> pd.DataFrame:
        """What a function made, as a frame of the columns of the schema.

        Raises
        ------
        TypeError, ValueError
            It is not what the schema says.
        """
        expected = pd.Series if self.is_series else pd.DataFrame
        if not isinstance(made, expected):
            raise TypeError(f"{label}: expected a pandas {expected.__name__}, as meta= has it; the function made {kind(made)}.")
        _check_index(made, label)
        names = list(self.schema.names)
        frame: Any = made.to_frame(names[0]) if isinstance(made, pd.Series) else made
        if list(frame.columns) != names:
            if sorted(map(repr, frame.columns)) != sorted(map(repr, names)):
                raise ValueError(f"{label} has the columns {list(frame.columns)}; expected, as meta= has them: {names}.")
            frame = frame[names]
        for field in self.schema:
            found = _column_dtype(frame[field.name], label)
            is_open = not len(frame) or (frame[field.name].dtype == object and frame[field.name].isna().all())
            if not is_open and found not in field.dtype.possible and common_dtype(found, field.dtype) != field.dtype:
                raise TypeError(
                    f"{label}: column {field.name!r} is {found}, and {field.dtype} in meta=. Let the function return one dtype "
                    f"for all partitions (.astype), or say in meta= the one that holds them all."
                )
        return frame  # type: ignore[no-any-return]

    def batch(self, frame: pd.DataFrame, start: int) -> pa.RecordBatch:
        """Rows as a batch, numbered from `start`."""
        arrays = [_arrow(frame[field.name], field.dtype) for field in self.schema]
        rows = pa.array(np.arange(start, start + len(frame)))
        return pa.RecordBatch.from_arrays([*arrays, rows], names=[*map(str, self.schema.names), ROW])


def _arrow(series: pd.Series, dtype: DType) -> pa.Array:
    if dtype.kind in "TOZ":
        return object_array(series.to_numpy(object), dtype)
    if any(str(series.dtype) == one.name for one in dtype.possible):
        return to_arrow(from_series(series), dtype)
    return to_arrow(from_series(series.astype(dtype.pandas)), dtype)


def _pandas(values: Any) -> pd.Series:
    return values.series() if isinstance(values, Text) else pd.Series(values)


def _column_dtype(series: pd.Series, label: str) -> DType:
    dtype = dtype_of(series)
    if dtype == MIXED:
        raise TypeError(
            f"{label}: column {series.name!r} holds objects other than text and booleans, which a lazy frame cannot have. "
            f"Turn them into text or numbers in the function, or keep the partitions as delayed values."
        )
    return dtype


def _check_index(made: Any, label: str) -> None:
    named = [name for name in made.index.names if name is not None]
    if named or made.index.nlevels > 1:
        raise TypeError(
            f"{label} has an index {named or made.index.names}, which would be lost: rows of a lazy frame are numbered. "
            f"Let the function end with .reset_index()."
        )


def kind(value: Any) -> str:
    name = type(value).__name__
    return f"a pandas {name}" if isinstance(value, (pd.DataFrame, pd.Series)) else with_article(name)


def schema_of(meta: Any) -> tuple[Schema, bool]:
    """What `meta` says, and whether it says Series."""
    if isinstance(meta, Lazy):
        plan = meta._result()
        return replace(plan.schema, index=()), isinstance(meta, Series)
    if isinstance(meta, (pd.DataFrame, pd.Series)):
        _check_index(meta, "meta=")
        frame = meta.to_frame(meta.name) if isinstance(meta, pd.Series) else meta
        fields = [Field(name, _column_dtype(frame[name], "meta=")) for name in frame]
        return Schema(tuple(fields), (), labels_of(frame.columns)), isinstance(meta, pd.Series)
    if isinstance(meta, dict):
        meta = list(meta.items())
    if isinstance(meta, Iterable) and not isinstance(meta, str):
        pairs = list(meta)
        if all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
            return Schema(tuple(Field(name, as_dtype(dtype, f"meta={{{name!r}: ...}}")) for name, dtype in pairs)), False
    raise TypeError(
        "meta= takes an empty pandas DataFrame or Series with the columns and dtypes of the result, or a dict of column names "
        f"to dtypes; got {kind(meta)}."
    )


def _frame(made: Sequence[Called], meta: Any, name: str) -> Any:
    schema, is_series = schema_of(meta)
    plan = Scan(MadeSource(tuple(made), schema, name, is_series))
    if is_series:
        (field,) = schema
        return Series(plan, Column(field.name), field.name)
    return DataFrame(plan)


def from_delayed(dfs: Any, meta: Any = None) -> Any:
    """A lazy frame whose partitions are delayed values.

    The rows are numbered through, as ``pd.concat(..., ignore_index=True)`` does; a partition whose index has a name
    is refused, so that nothing is lost in silence. A query of the frame makes all the partitions, `head` too.

    Parameters
    ----------
    dfs : Delayed or list of Delayed
        Each makes a pandas DataFrame, or each a Series. They follow one another in this order. Those of Dask do as well,
        ``ddf.to_delayed()``: each is computed by itself, in a task of its own.
    meta : pandas.DataFrame, pandas.Series or dict, optional
        What they have in common: an empty pandas object, or a dict of column names to dtypes. If it is not given, the
        first is computed now, to look at it.

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
    made = [Delayed(_of_dask, (one,), label="dask") if _is_of_dask(one) else one for one in given]
    for one in made:
        if not isinstance(one, Delayed) or isinstance(one, DelayedFunction):
            raise TypeError(f"from_delayed takes delayed values, made by calling a delayed function; got {one!r}")
    return _frame(made, made[0].compute() if meta is None else meta, made[0]._label)


def _is_of_dask(value: Any) -> bool:
    return not isinstance(value, Computable) and hasattr(value, "__dask_graph__")


def _of_dask(value: Any) -> Any:
    """What a collection of Dask's stands for, made in this task alone."""
    return value.compute(scheduler="sync")


def from_map(
    func: Callable[..., Any], *iterables: Iterable[Any], meta: Any = None, args: Sequence[Any] = (), **kwargs: Any
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
        Keywords of each call.

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
    function = delayed(func)
    return from_delayed([function(*items, *args, **kwargs) for items in zip(*columns, strict=True)], meta)


def from_pandas(data: Any, npartitions: int = 1) -> Any:
    """A lazy frame over rows that pandas has in memory.

    Parameters
    ----------
    data : pandas.DataFrame or pandas.Series
        The rows, which are copied; their index is the row number.
    npartitions : int
        Into how many parts they are cut.

    Returns
    -------
    DataFrame or Series

    Raises
    ------
    TypeError, ValueError
        `data` is no pandas object, has an index of its own, or a column of a dtype that a lazy frame cannot have.

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
    if not isinstance(npartitions, (int, np.integer)) or npartitions < 1:
        raise ValueError(f"from_pandas: npartitions is a number, 1 or more; got {npartitions!r}.")
    if not data.index.equals(pd.RangeIndex(len(data))) or data.index.names != [None]:
        raise TypeError(
            "from_pandas: rows of a lazy frame are numbered, and this has an index of its own. Write data.reset_index(), which "
            "makes columns of it, or data.reset_index(drop=True)."
        )
    schema, is_series = schema_of(data)
    frame = data.to_frame(data.name) if isinstance(data, pd.Series) else data
    edges = [position * len(frame) // npartitions for position in range(npartitions + 1)]
    batches = [_batch(frame.iloc[start:stop], schema) for start, stop in itertools.pairwise(edges)]
    plan = Scan(kept_source("a pandas " + type(data).__name__, schema, batches))
    return Series._of(plan) if is_series else DataFrame(plan)


def _batch(frame: pd.DataFrame, schema: Schema) -> pa.RecordBatch:
    """Some rows as Arrow, which shares no memory with them."""
    arrays = [_arrow(frame[field.name].copy(), field.dtype) for field in schema] or [pa.array(np.arange(len(frame)))]
    return pa.RecordBatch.from_arrays(arrays, names=[str(name) for name in schema.names] or [ROW])


class Partitions:
    """The partitions of a frame or column, each one of its sort: ``df.partitions[0]``."""

    def __init__(self, frame: DataFrame | Series) -> None:
        self._shares = _shares(frame)

    def __getitem__(self, position: Any) -> Any:
        if not isinstance(position, (int, np.integer)):
            raise TypeError(f"partitions are taken one by one, .partitions[0], not with {position!r}")
        if not -len(self._shares) <= position < len(self._shares):
            raise IndexError(f"there are {len(self._shares)} partitions, 0 to {len(self._shares) - 1}; got {position}")
        return self._shares[position]

    def __len__(self) -> int:
        return len(self._shares)

    def __repr__(self) -> str:
        return f"<{len(self)} partitions>"


def _shares(frame: DataFrame | Series) -> list[DataFrame | Series]:
    """Each partition as a frame or column; their rows together are those of the whole."""
    plan = frame._result()
    base = base_scan(plan)
    count = 1 if base is None else len(base.source.latest().partitions)
    return [_share(frame, plan, position, count) for position in range(count)]


def to_delayed(frame: DataFrame | Series) -> list[Any]:
    """Implements `DataFrame.to_delayed`."""
    shares = _shares(frame)
    return [Delayed(_partition, (share,), label="partition", pure=True) for share in shares]


def _share(frame: DataFrame | Series, plan: Plan, position: int, count: int) -> DataFrame | Series:
    share = Share(plan, position, count)
    if isinstance(frame, Series):
        name: Hashable = plan.schema.names[0]
        return Series(share, Column(name), name)
    return DataFrame(share)


def _partition(value: Any) -> Any:
    return value
