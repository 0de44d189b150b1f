"""What pandas' groups have and no aggregate is: `apply`, `agg` with functions, iteration. The columns are gathered for it."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from lazyframe.expr import REDUCTIONS, Expr
from lazyframe.frame import wrap
from lazyframe.frame.answer import ENDS, Answer
from lazyframe.frame.elsewhere import without_hints
from lazyframe.frame.groupcalls import call_of
from lazyframe.frame.methods import is_gathered
from lazyframe.frozen import frozen
from lazyframe.plan import Project
from lazyframe.schema import column_index


@frozen
class Grouped:
    """Makes pandas' groups of gathered columns.

    Parameters
    ----------
    names : tuple
        Those of the columns of the frame; further columns are keys.
    keys : tuple of (name, position)
        The name of each key, and where it is among the further columns; None for a column of the frame.
    chosen : tuple or None
        The columns that are chosen of the groups; None for all.
    alone : bool
        Whether it is one column in groups, and not a frame.
    options : tuple of (str, value)
        The arguments of ``groupby``.
    listed : bool
        Whether the keys were given as a list, so that the names of groups are tuples.
    single : bool
        Whether the column that is chosen is to be one column in groups.
    """

    names: tuple[Hashable, ...]
    keys: tuple[tuple[Hashable, int | None], ...]
    chosen: tuple[Hashable, ...] | None
    alone: bool
    options: tuple[tuple[str, Any], ...]
    listed: bool = False
    single: bool = False

    def key_columns(self, columns: Sequence[Hashable]) -> tuple[Hashable, ...]:
        """Which of the columns that are gathered are the keys."""
        count = len(self.names)
        return tuple(columns[self.names.index(name) if at is None else count + at] for name, at in self.keys)

    def keys_of(self, frame: pd.DataFrame) -> pd.DataFrame:
        """The keys, called by their places."""
        places: Any = list(self.key_columns(range(len(frame.columns))))
        return pd.DataFrame(frame.iloc[:, places]).set_axis(pd.RangeIndex(len(places)), axis=1)

    def __call__(self, frame: pd.DataFrame) -> Any:
        count = len(self.names)
        rows: Any = frame.iloc[:, :count].set_axis(column_index(self.names), axis=1)
        by: list[Any] = []
        for name, position in self.keys:
            key: Any = name
            if position is not None:
                key = frame.iloc[:, count + position]
                key.name = name
            by.append(key)
        grouped = by if self.listed else by[0]
        if self.alone:
            return rows.iloc[:, 0].groupby(grouped, observed=True, **dict(self.options))
        groups = rows.groupby(grouped, observed=True, **dict(self.options))
        if self.chosen is None:
            return groups
        return groups[self.chosen[0] if self.single else list(self.chosen)]


def groups_of(keys: Any, values: Mapping[Hashable, Expr], chosen: Sequence[Hashable] | None, alone: bool) -> Answer:
    """The groups, as pandas has them; of the one column where `alone`, chosen from a frame where its key is a column of it."""
    columns = [name for name, expr in keys.exprs if name in keys.columns and values.get(name) == expr]
    names = list(values) if chosen is None else list(dict.fromkeys([*columns, *chosen]))
    own = [name for name, _ in keys.exprs if name in columns]
    further = [expr for name, expr in keys.exprs if name not in columns]
    places = iter(range(len(further)))
    made = Grouped(
        tuple(names),
        tuple((name, None if name in columns else next(places)) for name, _ in keys.exprs),
        None if chosen is None else tuple(chosen),
        alone and not own,
        tuple((name, getattr(keys, name)) for name in ("sort", "dropna", "as_index", "group_keys")),
        keys.listed,
        alone,
    )
    exprs = [values[name] for name in names] + further
    frame = wrap.frame(Project(keys.plan, tuple((f"\1{number}", expr) for number, expr in enumerate(exprs))))
    return Answer(made, (frame,), label="groupby")


def of_groups(keys: Any, values: Mapping[Hashable, Expr], chosen: Sequence[Hashable] | None, alone: bool, name: str) -> Any:
    """What pandas' groups have under a name; None where they have nothing."""
    kind = pd.api.typing.SeriesGroupBy if alone else pd.api.typing.DataFrameGroupBy
    if name.startswith("_") or not hasattr(kind, name) or not is_gathered(kind.__name__, name):
        return None
    groups = groups_of(keys, values, chosen, alone)
    if name in ENDS:
        return getattr(groups, name)
    return MethodOfGroups(getattr, (groups, name), label=name, pure=True)


class MethodOfGroups(Answer):
    """What pandas' groups have under a name: a method, which may be called on some groups at a time."""

    __slots__ = ()

    def __call__(self, *arguments: Any, dask_key_name: str | None = None, **keywords: Any) -> Any:
        groups, name = self._arguments
        keywords = without_hints(arguments, keywords)
        value = call_of(groups._function, groups._arguments[0], name, arguments, keywords)
        if value is None:
            return super().__call__(*arguments, dask_key_name=dask_key_name, **keywords)
        return Answer(_made, (value, *arguments), keywords, label=name, key=dask_key_name)


def _made(value: Any, *_: Any, **__: Any) -> Any:
    return value


def counted(sizes: pd.Series, levels: int, by_group: bool, normalize: bool, sort: bool, ascending: bool) -> pd.Series:
    """The counts of combinations, in the order in which pandas has the values of groups, or as shares of these."""
    if sort:
        sizes = sizes.sort_values(ascending=ascending, kind="stable")
    names: Any = sizes.index.names
    plain = sizes.set_axis(sizes.index.set_names(list(range(len(names)))))  # names may be numbers of levels
    if by_group:
        plain = plain.sort_index(level=list(range(levels)), sort_remaining=False)
    if normalize:
        plain = (plain / plain.groupby(level=list(range(levels))).transform("sum")).rename("proportion")
    return plain.set_axis(plain.index.set_names(names))


def needs_rows(func: Any, named: Mapping[str, Any]) -> bool:
    """Whether some function of an ``agg`` is none of the reductions, and so sees all the rows of a group."""
    if isinstance(func, str):
        return func not in REDUCTIONS and hasattr(pd.Series([], dtype=float).groupby([]), func)
    if callable(func):
        return True
    if isinstance(func, Mapping):
        return any(needs_rows(one, {}) for one in func.values())
    if isinstance(func, (list, tuple)):
        return any(needs_rows(one, {}) for one in func)
    return any(needs_rows(one[-1] if isinstance(one, tuple) else getattr(one, "aggfunc", one), {}) for one in named.values())


def check_names(functions: Any) -> None:
    """Whether each of several functions of an ``agg`` has a name of its own; those that are ``<lambda>`` are numbered."""
    if not isinstance(functions, (list, tuple)):
        return
    names = [one if isinstance(one, str) else getattr(one, "__name__", "<lambda>") for one in functions]
    double = next((name for name in names if names.count(name) > 1 and name != "<lambda>"), None)
    if double is not None:
        raise ValueError(f"Function names must be unique, found multiple named {double}")


class StepwiseAggregation:
    """An aggregate in Dask's three steps, which ``agg`` of groups takes where it takes a function.

    The columns are gathered, and the steps are taken once for each group.

    Parameters
    ----------
    name : str
        What the column of it is called.
    chunk : callable
        Gets a column in groups; returns a Series of one value a group, or a tuple of such.
    agg : callable
        Gets what `chunk` returned, in groups: as many arguments as it returned.
    finalize : callable, optional
        Gets what `agg` returned, one argument or several, and returns the Series of the answer.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> spread = lf.Aggregation("spread", lambda g: (g.max(), g.min()), lambda a, b: (a.max(), b.min()), lambda a, b: a - b)
    >>> df.groupby("Origin").agg({"Distance": spread}).compute(scheduler="sync")
            Distance
    Origin
    EWR         2149
    JFK         2399
    LGA         1320
    """

    def __init__(self, name: str, chunk: Any, agg: Any, finalize: Any = None) -> None:
        for step, function in (("chunk", chunk), ("agg", agg)):
            if not callable(function):
                raise TypeError(f"Aggregation: {step} is a function; got {function!r}")
        self.chunk, self.agg, self.finalize = chunk, agg, finalize
        self.__name__ = name

    def __call__(self, column: pd.Series) -> Any:
        """The value of one group."""
        made = self.chunk(column.groupby([0] * len(column)))
        parts = [one.groupby(level=0) for one in (made if isinstance(made, tuple) else (made,))]
        together = self.agg(*parts)
        if self.finalize is not None:
            together = self.finalize(*(together if isinstance(together, tuple) else (together,)))
        return together.iloc[0]

    def __repr__(self) -> str:
        return f"lf.Aggregation({self.__name__!r})"
