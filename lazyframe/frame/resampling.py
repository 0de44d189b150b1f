"""Rows by bins of time: `resample`, and `groupby` with a `Grouper` of a frequency.

    df.resample("D", on="t").x.sum()     Answer: fill the bins between the first date and the last
                                           Aggregate sum(x) by t.binned('D')     what streams
                                           Aggregate min(t), Aggregate max(t)    of the same rows, in the same scan

The bin of a row is a key like any other. What pandas does further is done to the few rows that come out: it has a row for each
bin between the first and the last, and an index with a frequency, which no plan states; so it is an `Answer`. Among several keys
a Grouper has no rows but those that occur, and the result is a lazy frame.

Decision: docs/decisions/0085-bins-of-time-are-keys.md
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from typing import Any

import pandas as pd

from lazyframe.expr import ONLY_GROUPED, Call, Column, Expr, Literal, Reduction, Subquery
from lazyframe.frame import wrap
from lazyframe.frame.align import unprojected
from lazyframe.frame.answer import Answer
from lazyframe.frame.base import ColumnFace, FrameFace
from lazyframe.frame.groupkeys import GroupKeys, keys_of
from lazyframe.frozen import frozen
from lazyframe.plan import Aggregate, LevelColumns, Plan, Sort
from lazyframe.run import Called
from lazyframe.schema import column_not_found
from lazyframe.timebins import TimeBins
from lazyframe.tree import Node

_AGAIN = {
    **dict.fromkeys(("sum", "size", "count", "nunique"), "sum"),
    **{name: name for name in ("prod", "min", "max", "first", "last")},
}
"""The reduction that leaves one value of a bin as it is, and gives for an empty bin what another one gives; else ``first``."""


@frozen
class TimeKey:
    """Bins of time to group by.

    Parameters
    ----------
    plan : Plan
        The rows, the dates among their columns.
    name : hashable
        What the key is called.
    dates : Column
    bins : TimeBins
    """

    plan: Plan
    name: Hashable
    dates: Column
    bins: TimeBins

    @classmethod
    def of(cls, plan: Plan, grouper: Any) -> TimeKey | None:
        """The bins of a ``pandas.Grouper``; None where the rows have to be gathered for them."""
        name, levels = grouper.key, plan.schema.index
        if name is not None:
            if name not in plan.schema:
                raise column_not_found(name, plan.schema.names)
            dates = Column(name)
        else:
            titles = [level.name for level in levels]
            number = 0 if grouper.level is None else titles.index(grouper.level) if grouper.level in titles else grouper.level
            if not levels or (grouper.level is None and len(levels) > 1) or number not in range(len(levels)):
                return None
            name, dates = titles[number], Column(f"\1{titles[number]}\2level {number}")
            plan = LevelColumns(plan, tuple(dates.name if place == number else None for place in range(len(levels))))
        bins = TimeBins.of(grouper, dates.dtype(plan.schema))
        return None if bins is None else cls(plan, name, dates, bins)

    @property
    def expr(self) -> Expr:
        """The label of the bin of each row."""
        anchor = () if self.bins.anchor is None else (Subquery(self._end(self.bins.anchor)),)
        return Call("binned", (self.dates, Literal(self.bins), *anchor))

    def _end(self, function: str) -> Plan:
        return Aggregate(self.plan, (), ((self.name, Reduction(function, self.dates)),))

    def ends(self) -> tuple[Any, Any, Any]:
        """The first date, the last one, and whether some are missing, as lazy scalars."""
        missing = Reduction("any", Call("isna", (self.dates,)))
        return (
            wrap.scalar(self._end("min")),
            wrap.scalar(self._end("max")),
            wrap.scalar(Aggregate(self.plan, (), ((None, missing),))),
        )


@frozen
class Filled:
    """Makes of the bins that have rows all those that pandas has.

    Parameters
    ----------
    bins : TimeBins
    functions : tuple of str
        The reduction that each column of the result is of.
    """

    bins: TimeBins
    functions: tuple[str, ...]

    def __call__(self, groups: Any, first: Any, last: Any, missing: Any) -> Any:
        labels = self.bins.between(first, last, bool(missing), groups.index.name)
        columns = [groups] if isinstance(groups, pd.Series) else [groups.iloc[:, place] for place in range(groups.shape[1])]
        made = [
            self._all(column, _AGAIN.get(name, "first"), labels) for column, name in zip(columns, self.functions, strict=True)
        ]
        if isinstance(groups, pd.Series):
            title: Any = groups.name
            return made[0].rename(title)
        return pd.DataFrame(dict(enumerate(made)), index=labels).set_axis(groups.columns, axis=1)

    def _all(self, values: pd.Series, function: str, labels: pd.DatetimeIndex) -> pd.Series:
        if not len(labels):
            none: pd.Series = getattr(self.bins.resampled(values.set_axis(labels)), function)()
            return none
        owners: Any = pd.Categorical.from_codes(labels.get_indexer(values.index), pd.RangeIndex(len(labels)))
        found: Any = getattr(values.reset_index(drop=True).groupby(owners, observed=False), function)()
        return found.set_axis(labels)  # type: ignore[no-any-return]


def _in_time_order(made: Any, key: TimeKey) -> Any:
    """Groups that are reduced, over rows in the order of their dates where that matters: the first of a bin is the earliest."""

    def change(node: Node) -> Node:
        if not isinstance(node, Aggregate) or not any(one.function in ONLY_GROUPED for _, one in node.reductions):
            return node
        return replace(node, child=Sort(node.child, (key.dates.name,), (True,), "stable"))

    plan = made._plan.rewrite(change)
    if plan is made._plan:
        return made
    return wrap.column(plan, made._expr, made.name) if isinstance(made, ColumnFace) else wrap.frame(plan)


@wrap.face
class Resampler:
    """Rows in bins of time, waiting for a reduction, which streams; anything else is pandas' own of the gathered rows.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv", parse_dates={"Date": [0, 1, 2]})
    >>> df.resample("6MS", on="Date").Distance.max().compute(scheduler="sync")
    Date
    2013-01-01    2565
    2013-07-01    2586
    Freq: 6MS, Name: Distance, dtype: int64
    """

    def __init__(self, groups: Any, key: TimeKey, gather: Callable[[], Any], sorts: bool = True) -> None:
        self._groups = groups
        self._key = key
        self._gather = gather
        self._sorts = sorts  # of a Grouper in a list pandas leaves the rows as they stand

    def _reduced(self, function: str, given: tuple[Any, ...], named: dict[str, Any]) -> Answer:
        try:
            made = getattr(self._groups, function)(*given, **named)
        except TypeError:  # for pandas to raise, or to do all the same
            made = None
        if made is None or isinstance(made, Called):
            return getattr(self._gather(), function)(*given, **named)  # type: ignore[no-any-return]
        made = _in_time_order(made, self._key) if self._sorts else made
        aggregate = unprojected(made._plan)
        assert isinstance(aggregate, Aggregate)
        functions = tuple(reduction.function for _, reduction in aggregate.reductions)
        return Answer(Filled(self._key.bins, functions), (made, *self._key.ends()), label=function)

    def __getitem__(self, name: Any) -> Any:
        return Resampler(self._groups[name], self._key, lambda: self._gather()[name], self._sorts)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        if name in getattr(self._groups, "_values", ()) and not hasattr(pd.api.typing.Resampler, name):
            return self[name]
        return getattr(self._gather(), name)

    def __iter__(self) -> Iterator[Any]:
        return iter(self._gather()._now())

    def __len__(self) -> int:
        return len(self._gather())

    def __repr__(self) -> str:
        return f"lf.Resampler<{self._key.dates.label()} by {self._key.bins}>"


def _reduction(name: str) -> Callable[..., Answer]:
    def method(self: Resampler, *args: Any, **kwargs: Any) -> Answer:
        return self._reduced(name, args, kwargs)

    method.__name__ = name
    method.__qualname__ = f"Resampler.{name}"
    method.__doc__ = f"pandas' ``{name}`` of each bin; an answer."
    return method


for _name in ("agg", "aggregate", "count", "first", "last", "max", "mean", "median", "min", "nunique", "prod", "quantile"):
    setattr(Resampler, _name, _reduction(_name))
for _name in ("sem", "size", "std", "sum", "var"):
    setattr(Resampler, _name, _reduction(_name))


def resampled(lazy: Any, rule: Any, on: Any, level: Any, **options: Any) -> Any:
    """The bins of a frame or column; of gathered rows where only pandas can make them."""
    named = {name: value for name, value in {"on": on, "level": level}.items() if value is not None}

    def gather() -> Any:
        return lazy._gathered("resample")(rule, **named, **options)

    if not any(isinstance(one, Called) for one in (rule, *options.values())):
        grouper = pd.Grouper(key=on, level=level, freq=rule, **options)
        key = TimeKey.of(lazy._plan, grouper)
        if key is not None:
            return Resampler(_groups(lazy, key), key, gather)
    return gather()


def grouped_by_time(frame: FrameFace, by: Any) -> Any:
    """The groups of keys one of which is a ``pandas.Grouper`` of a frequency; None where the rows have to be gathered for it."""
    keys = by if isinstance(by, list) else [by]
    times = [key for key in keys if isinstance(key, pd.Grouper) and getattr(key, "freq", None) is not None]
    if len(times) != 1:
        return None
    key = TimeKey.of(frame._plan, times[0])
    if key is None:
        return None
    if len(keys) == 1:
        return Resampler(_groups(frame, key), key, lambda: frame._gathered("groupby")(by), not isinstance(by, list))
    others = [one for one in keys if one is not times[0]]
    if not all(isinstance(one, Hashable) and one in frame._plan.schema for one in others):
        return None
    _, exprs = keys_of(key.plan, others, named=True)
    if any(dtype.kind in "CS" for _, expr in exprs for dtype in expr.dtype(key.plan.schema).possible):
        return None
    found = iter(exprs)
    return _groups(frame, key, tuple((key.name, key.expr) if one is times[0] else next(found) for one in keys))


def _groups(lazy: Any, key: TimeKey, keys: tuple[tuple[Hashable, Expr], ...] = ()) -> Any:
    keys = keys or ((key.name, key.expr),)
    if isinstance(lazy, ColumnFace):
        return wrap.registered("SeriesGroupBy")(GroupKeys(key.plan, keys, (), True, True, True, False), lazy._expr, lazy.name)
    names = lazy._plan.schema.names
    columns = tuple(
        name
        for name, expr in keys
        if name in names and (expr == Column(name) or (expr == key.expr and key.dates == Column(name)))
    )
    selected = tuple(name for name in names if name not in columns)
    values = {name: Column(name) for name in names}
    return wrap.registered("DataFrameGroupBy")(GroupKeys(key.plan, keys, columns, True, True, True, False), values, selected)
