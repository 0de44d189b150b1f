r"""Functions of the user on partitions: `map_partitions`, and what it gives put beside the rows that it was given.

The function gets each partition as a pandas frame with the index of its rows, and the index of what it returns is kept: it
travels as hidden columns of a `MadeSource`, and is the index again above it.

    frame -- partition --> function -- its index as columns --> MadeSource -- SetIndex --> what map_partitions gives
                \______________ beside: the rows themselves, too ______________/             assigned back to the frame
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd
from pandas.api.types import is_scalar

from lazyframe.asgiven import as_given
from lazyframe.calls import Delayed, delayed
from lazyframe.expr import Column, Expr
from lazyframe.frame import wrap
from lazyframe.frame.align import over, same_rows, unprojected
from lazyframe.frame.base import ColumnFace, FrameFace, Lazy, ValueFace
from lazyframe.frame.convert import to_frame
from lazyframe.frame.display import sampled
from lazyframe.frame.made import MadeSource, is_default, kind, levels_of, made_plan, schema_of, with_levels
from lazyframe.frame.partitions import Partitioned
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns
from lazyframe.plan import Plan, Project, Scan, SetIndex
from lazyframe.run import Planned, border, leaves
from lazyframe.schema import MIXED, Field, Schema, column_index, dtype_named, dtype_of


@frozen
class Mapped:
    """The call whose partitions a source has, for whoever wants its answer beside the rows that it was given.

    Parameters
    ----------
    plan : Plan
        The rows.
    is_series : bool
        Whether the function gets a Series.
    func, args, kwargs
        The function, and its further arguments.
    label : str
        What its tasks are called.
    gives_series : bool
        Whether it returns a Series.
    """

    plan: Plan
    is_series: bool
    func: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    label: str
    gives_series: bool

    def __repr__(self) -> str:
        return f"Mapped({self.label})"


@frozen
class WithIndex:
    """Calls a function of a partition, and makes columns of the index of what it returns.

    Parameters
    ----------
    func : callable
        The user's.
    label : str
        What it is called.
    names : tuple
        The columns that are expected of it.
    titles : tuple
        The names of the levels of the index; empty where the rows are numbered anew.
    gives_series : bool
        Whether a Series is expected.
    """

    func: Callable[..., Any]
    label: str
    names: tuple[Hashable, ...]
    titles: tuple[Hashable, ...]
    gives_series: bool

    @border
    def __call__(self, part: Any, *args: Any, **kwargs: Any) -> Any:
        made: Any = self.func(part, *args, **kwargs)
        expected: Any = pd.Series if self.gives_series else pd.DataFrame
        if not isinstance(made, expected):
            raise TypeError(
                f"{self.label}: expected a pandas {expected.__name__}, as meta= has it; the function made {kind(made)}."
            )
        frame = made.to_frame(self.names[0]) if self.gives_series else made
        if not self.titles:
            return frame.reset_index(drop=True)
        return with_levels(frame, self.titles, self.label)


@frozen
class _OneValue:
    """Calls a function that makes one value of a partition, and gives it as a row."""

    func: Callable[..., Any]

    @border
    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return pd.Series([self.func(*args, **kwargs)])


class PartitionFunctions(Partitioned):
    """What a frame and a column have of functions on partitions."""

    def map_partitions(self, func: Callable[..., Any], *args: Any, meta: Any = None, **kwargs: Any) -> Any:
        """A lazy frame of what a function makes of each partition.

        The function sees a part of the rows, and how many these are depends on the block size and the files: so the
        answer is independent of the block size only if ``func`` treats each row by itself.

        Parameters
        ----------
        func : callable
            Gets a pandas frame with the index of its rows, the row numbers of the whole if there is no other; returns a
            DataFrame or Series, whose index is kept. Where it numbers its rows anew, they are numbered through. Of a function
            that returns one value, such as `len`, the values are the rows, one a partition.
        *args, **kwargs
            Further arguments of ``func``. Lazy scalars and delayed values are computed first; of a lazy frame or column the
            partition is given that goes with this one, so it has to have as many, or one.
        meta : pandas.DataFrame, pandas.Series, dict or (name, dtype), optional
            What ``func`` returns, as in `lazyframe.from_delayed`. If it is not given, ``func`` is tried on the rows of
            the sample, which reads nothing; with it an index is kept, unless it has one of its own.

        Returns
        -------
        DataFrame or Series
            A Series of one value a row can be assigned to the frame: ``df["z"] = df.map_partitions(...)``.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> def late(part, minutes):
        ...     return part.loc[part.DepDelay > minutes, ["Origin", "DepDelay"]]
        >>> df.map_partitions(late, 100).compute(scheduler="sync")["Origin"].value_counts().to_dict()
        {'JFK': 10, 'LGA': 1}
        """
        faces = (ColumnFace, FrameFace)
        for one in leaves((kwargs, [one for one in args if not isinstance(one, faces)])):
            if isinstance(one, Planned) and not isinstance(one, ValueFace):
                raise TypeError(
                    f"map_partitions: a lazy {type(one).__name__} inside of an argument, or by name, is not taken, for it is "
                    "not clear whether all of it is meant or the partition that goes with this one. Give it by position, or "
                    ".compute() it first."
                )
        parts = self.to_delayed()
        columns = [_parts_of(one, len(parts)) if isinstance(one, faces) else [one] * len(parts) for one in args]
        given = list(zip(parts, *columns, strict=True))
        mapped = None
        if not any(isinstance(one, faces) for one in args):
            function, arguments, keywords = as_given((func, args, kwargs))
            mapped = Mapped(self._result(), isinstance(self, ColumnFace), function, arguments, keywords, "", False)
        return self._mapped(func, func, args, kwargs, meta, given, mapped)

    def memory_usage_per_partition(self, index: bool = True, deep: bool = False) -> Any:
        """The bytes that each partition takes up as an object of pandas, a column of one row a partition."""
        return self.map_partitions(_bytes_of, index, deep)

    def _mapped(
        self,
        func: Any,
        call: Any,
        args: tuple[Any, ...],
        kwargs: Any,
        meta: Any,
        given: Sequence[Any],
        mapped: Mapped | None = None,
    ) -> Any:
        """What `func` makes of partitions; `call` calls it with what is `given`, for each of them."""
        plan = self._result()
        own = plan.schema.index or (Field(None, dtype_named("int64")),)
        if meta is None:
            if any(not isinstance(one, (ColumnFace, FrameFace)) for one in leaves((args, kwargs))):
                raise TypeError(
                    "map_partitions: some argument has to be computed first, so func cannot be tried out now: give meta="
                )
            meta = _tried(self, func, args, kwargs)
            if not isinstance(meta, (pd.DataFrame, pd.Series)):
                call, meta, mapped = _OneValue(call), pd.Series([meta]), None
            index = levels_of(meta.index)
        elif isinstance(meta, (pd.DataFrame, pd.Series)):
            index = own if is_default(meta.index) else levels_of(meta.index)
        else:
            index = own
        if isinstance(meta, (pd.DataFrame, pd.Series)):
            meta = meta.reset_index(drop=True)
        schema, gives_series = schema_of(meta)
        call, given, kwargs = as_given((call, given, kwargs))
        label = delayed(func)._label
        if mapped is not None:
            mapped = replace(mapped, label=label, gives_series=gives_series)
        kept = WithIndex(call, label, schema.names, tuple(field.name for field in index), gives_series)
        made = [Delayed(kept, tuple(arguments), kwargs, label=label) for arguments in given]
        result = made_plan(made, schema, index, label, mapped)
        return wrap.only_column(result) if gives_series else wrap.frame(result)


def _bytes_of(part: Any, index: bool, deep: bool) -> int:
    used = part.memory_usage(index=index, deep=deep)
    return int(used.sum() if isinstance(used, pd.Series) else used)


def _parts_of(lazy: Any, count: int) -> list[Any]:
    """The partitions of another frame or column, one for each of `count`; one alone goes with all of them."""
    parts = lazy.to_delayed()
    if len(parts) not in (1, count):
        raise ValueError(
            f"map_partitions: a {type(lazy).__name__} of {len(parts)} partitions is given beside one of {count}, and it is not "
            f"clear which go together. Write other.repartition(npartitions={count}), or .compute() it."
        )
    return list(parts) * (count // len(parts))


def _sample(lazy: Any) -> Any:
    """Rows of the sample as pandas has them; these are not numbered from 0, so that it is seen whether an answer is."""
    plan = lazy._result()
    rows = sampled(plan)
    if rows is None:
        rows = Columns.empty(plan.schema, tuple(str(field.name) for field in plan.schema))
    sample: Any = to_frame(rows, plan)
    if not plan.schema.index and isinstance(sample.index, pd.RangeIndex):
        sample.index = sample.index + 1
    return sample.iloc[:, 0] if isinstance(lazy, ColumnFace) else sample


def _tried(lazy: Lazy, func: Callable[..., Any], args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """What `func` makes of the rows of the sample."""
    sample = _sample(lazy)
    args = tuple(_sample(one) if isinstance(one, (ColumnFace, FrameFace)) else one for one in args)
    try:
        made = func(sample, *args, **kwargs)
    except Exception as error:
        error.add_note("map_partitions tried func on a few rows to learn what it makes; with meta= it does not")
        raise
    if not isinstance(made, (pd.DataFrame, pd.Series)) and (not is_scalar(made) or dtype_of(pd.Series([made])) == MIXED):
        raise TypeError(
            f"map_partitions: {getattr(func, '__name__', 'func')} made {kind(made)} of a few rows; it has to return a pandas "
            "DataFrame or Series, or a number, a text or a date. For other values write df.to_delayed() and "
            "lazyframe.delayed(func)."
        )
    return made


# ---- beside the rows that it was given


@frozen
class _Beside:
    """Calls a function of some columns of a partition, and puts what it returns beside others, row by row.

    Parameters
    ----------
    call : Mapped
        The function; without the rows.
    left, right : int
        How many of the columns are those to be kept, and how many, after these, are the function's.
    given : tuple
        The names of the function's.
    titles : tuple
        The names of the levels of the index; empty where the rows are numbered as they stand.
    """

    call: Any
    left: int
    right: int
    given: tuple[Hashable, ...]
    titles: tuple[Hashable, ...]

    @border
    def __call__(self, part: pd.DataFrame, *args: Any, **kwargs: Any) -> Any:
        theirs: Any = part.iloc[:, self.left :].set_axis(column_index(self.given), axis=1)
        made = self.call.func(theirs.iloc[:, 0] if self.call.is_series else theirs, *args, **kwargs)
        if not isinstance(made, (pd.DataFrame, pd.Series)):
            raise TypeError(f"{self.call.label}: the function made {kind(made)}; it has to return a pandas DataFrame or Series")
        if not made.index.equals(part.index):
            if len(made) != len(part) or not made.index.is_unique or not made.index.isin(part.index).all():
                raise ValueError(
                    f"{self.call.label}: the function returned {len(made)} rows for {len(part)}, or under other labels, and they "
                    "are to stand beside these: it has to return one row for each, with its index."
                )
            made = made.reindex(part.index)
        made = made.to_frame(0) if isinstance(made, pd.Series) else made
        made = made.set_axis([f"\1made{number}" for number in range(made.shape[1])], axis=1)
        together = pd.concat([part.iloc[:, : self.left], made], axis=1)
        if not self.titles:
            return together.reset_index(drop=True)
        return with_levels(together, self.titles, self.call.label)


def beside(plan: Plan, value: ColumnFace) -> tuple[Plan, Expr] | None:
    """The rows of `plan` with the columns that `map_partitions` made of them, and `value` over these; None where it did not."""
    top = unprojected(value._plan)
    scan = top.child if isinstance(top, SetIndex) else top
    origin = scan.source.origin if isinstance(scan, Scan) and isinstance(scan.source, MadeSource) else None
    call: Any = origin if isinstance(origin, Mapped) else None
    if call is None or (base := same_rows([plan, call.plan])) is None:
        return None
    assert isinstance(scan, Scan)
    names, given = plan.schema.names, call.plan.schema.names
    kept = tuple((name, over(base, plan, Column(name))) for name in names)
    theirs = tuple((f"\1given{number}", over(base, call.plan, Column(name))) for number, name in enumerate(given))
    rows = Project(base, (*kept, *theirs))
    index = () if plan.is_counted else plan.schema.index or (Field(None, dtype_named("int64")),)
    function = _Beside(
        replace(call, plan=None, args=(), kwargs={}), len(kept), len(theirs), given, tuple(field.name for field in index)
    )
    made = [Delayed(function, (one, *call.args), call.kwargs, label=call.label) for one in wrap.frame(rows).to_delayed()]
    fields = [field for field in scan.schema if not str(field.name).startswith("\1level")]
    new = {field.name: f"\1made{number}" for number, field in enumerate(fields)}
    schema = Schema(
        tuple(Field(name, plan.schema[name]) for name in names) + tuple(Field(new[field.name], field.dtype) for field in fields)
    )
    expr = over(top, value._plan, value._expr)
    written = expr.rewrite(lambda node: Column(new[node.name]) if isinstance(node, Column) else node)
    assert isinstance(written, Expr)
    return made_plan(made, schema, index, call.label, None), written
