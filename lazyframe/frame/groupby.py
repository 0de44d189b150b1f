"""Groups of rows: what ``groupby`` gives, waiting for an aggregate.

See docs/decisions/0014-agg-takes-names.md.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Hashable, Iterator, Mapping
from typing import Any, Generic, Literal, overload

import pandas as pd

from lazyframe.expr import REDUCTIONS, Column, Expr, Reduction, counts_as, gathers
from lazyframe.frame import wrap
from lazyframe.frame.align import over
from lazyframe.frame.answer import Answer
from lazyframe.frame.base import C, ColumnFace, F, FrameFace, R, Reductions
from lazyframe.frame.choosing import GroupChoices
from lazyframe.frame.eachgroup import each_group
from lazyframe.frame.elsewhere import no_such_attribute, not_offered
from lazyframe.frame.grouped import check_names, counted, groups_of, needs_rows, of_groups
from lazyframe.frame.groupkeys import GroupKeys, has_other_keys, keys_of
from lazyframe.frame.names import GroupNames
from lazyframe.frame.resampling import grouped_by_time
from lazyframe.frame.signature import NotOfferedError, like_pandas
from lazyframe.frame.window import Windows
from lazyframe.plan import Aggregate, Plan, Project, project
from lazyframe.schema import PLAIN_LABELS, column_not_found, nearest, padded


def grouped_frame(
    frame: FrameFace, by: Any, sort: bool, dropna: bool, as_index: bool, observed: bool, group_keys: bool = True
) -> Any:
    levels = {field.name for field in frame._plan.schema.index} - {*frame._plan.schema.names}
    if has_other_keys(by) or any(_is_in(key, levels) for key in (by if isinstance(by, list) else [by])):
        if has_other_keys(by) and sort and dropna and as_index and (made := grouped_by_time(frame, by)) is not None:
            return made
        options = {"sort": sort, "dropna": dropna, "as_index": as_index, "observed": observed, "group_keys": group_keys}
        return frame._gathered("groupby")(by, **options)
    plan, exprs = keys_of(frame._plan, by, named=True)
    if not as_index and any(expr.dtype(plan.schema).kind == "S" for _, expr in exprs):
        raise TypeError("groupby(as_index=False) by bytes is not offered, of which pandas makes a column of objects then.")
    if not observed and any(expr.dtype(plan.schema).kind == "C" for _, expr in exprs):
        raise NotOfferedError("observed=False is not offered: groups of categories that do not occur. Leave it out.")
    columns = tuple(name for name, expr in exprs if expr == Column(name))
    if plan != frame._plan:  # the keys and the frame are projections of a common plan: write both over it
        names = frame._plan.schema.names
        columns = tuple(name for name, expr in exprs if name in names and expr == over(plan, frame._plan, Column(name)))
    values = {name: over(plan, frame._plan, Column(name)) for name in frame._plan.schema.names}
    if not as_index:  # keys become columns
        exprs = tuple((padded(frame._plan.schema, name), expr) for name, expr in exprs)
    return DataFrameGroupBy(
        GroupKeys(plan, exprs, columns, sort, dropna, as_index, isinstance(by, list), group_keys),
        values,
        tuple(n for n in values if n not in columns),
    )


def _is_in(key: Any, levels: Container[Hashable]) -> bool:
    return isinstance(key, Hashable) and not isinstance(key, ColumnFace) and key is not None and key in levels


def grouped_series(series: ColumnFace, by: Any, sort: bool, dropna: bool, group_keys: bool) -> Any:
    levels = [field.name for field in series._plan.schema.index]
    if has_other_keys(by) or any(
        one in levels for one in (by if isinstance(by, list) else [by]) if not isinstance(one, ColumnFace)
    ):
        return series._gathered("groupby")(by, sort=sort, dropna=dropna, group_keys=group_keys)
    plan, exprs = keys_of(series._plan, by, named=False)
    keys = GroupKeys(plan, exprs, (), sort, dropna, True, isinstance(by, list), group_keys)
    return SeriesGroupBy(keys, over(plan, series._plan, series._expr), series.name)


def _function_name(function: Any) -> str:
    """The reduction that a user's name stands for.

    No function stands for one: pandas calls it once a group, where Python's sum meets the missing values, and numpy's
    std divides by n; and with no groups at all it keeps the dtype of the column.
    """
    called = callable(function)
    name = getattr(function, "__name__", repr(function)) if called else function
    if not called and isinstance(name, str) and name in REDUCTIONS:
        return name
    plain = str(name).removeprefix("nan").removeprefix("a") if called and name not in REDUCTIONS else str(name)
    if called and plain in REDUCTIONS:
        raise TypeError(f"agg takes names of reductions, not functions, whose answers can be others. Write {plain!r}.")
    close = nearest(name, REDUCTIONS)
    meant = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
    raise TypeError(f"agg has no function {name!r}.{meant} It has: {', '.join(REDUCTIONS)}.")


def _no_answer_yet(name: str) -> AttributeError | None:
    """The error for what only an answer has: groups are none."""
    if not hasattr(wrap.registered("DataFrame"), name) or hasattr(pd.DataFrame, name):
        return None
    return AttributeError(f"groups have no .{name}: say first what is wanted of them, as .size() or .mean() do.", obj=None)


def _quantile_options(q: Any, interpolation: str) -> dict[str, Any]:
    return {"q": q, "interpolation": interpolation}


def _as_list(value: Any) -> list[Any] | None:
    return list(value) if isinstance(value, (list, tuple)) else None


class _Groups(Reductions[R], Windows[R], GroupChoices, Generic[R, C]):
    """What groups have alike, of a frame and of a column."""

    _keys: GroupKeys

    def _gathered(self, name: str) -> Any:
        raise NotImplementedError

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        """The groups, one by one, each as pandas has it: the rows are gathered, or sorted by their keys beyond `memory_limit`."""
        return each_group(self._gathered("get_group")._arguments[0])

    def transform(self, func: Any) -> R:
        """For each row the value that a reduction has for its group, or what a function makes of the column in its group.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> (df.Distance / df.groupby("Origin").Distance.transform("max")).head(2).round(3).compute(scheduler="sync").tolist()
        [0.546, 1.0]
        """
        if needs_rows(func, {}) or isinstance(func, (list, tuple, Mapping)):
            gathered: R = self._gathered("transform")(func)
            return gathered
        return self._window("transform", func=_function_name(func))

    def cumcount(self, ascending: bool = True) -> C:
        """The number of each row in its group, from 0."""
        return self._numbers("cumcount", ascending=ascending)

    def ngroup(self, ascending: bool = True) -> C:
        """The number of each row's group, from 0."""
        return self._numbers("ngroup", ascending=ascending)

    def first(self, numeric_only: bool = False) -> R:
        """The first value of each column in each group that is not missing."""
        return self._reduce("first", {}, numeric_only)

    def last(self, numeric_only: bool = False) -> R:
        """The last value of each column in each group that is not missing."""
        return self._reduce("last", {}, numeric_only)

    def _counts(self, values: Mapping[Hashable, Expr], normalize: bool, sort: bool, ascending: bool) -> Answer | None:
        """How often each value occurs in each group; None where the rows have to be gathered for it."""
        plan = self._keys.combinations(values)
        if plan is None:
            return None
        sizes = wrap.column(plan, Column("count"), "count")
        return Answer(counted, (sizes, len(self._keys.exprs), self._keys.sort, normalize, sort, ascending), label="value_counts")

    def _numbers(self, method: str, **options: Any) -> C:
        plan, (column,) = self._keys.windowed([self._keys.exprs[0][1]], method, options, True)
        numbers: C = wrap.column(plan, column, None)
        return numbers


@wrap.face
@like_pandas(pd.api.typing.SeriesGroupBy)
class SeriesGroupBy(_Groups[C, C], Generic[F, C]):
    """One column in groups.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> df.groupby("Origin").Distance.agg(["min", "max"]).compute(scheduler="sync")
            min   max
    Origin
    EWR     416  2565
    JFK     187  2586
    LGA      96  1416
    """

    def __init__(self, keys: GroupKeys, expr: Expr, name: Hashable, frame: Mapping[Hashable, Expr] | None = None) -> None:
        self._keys = keys
        self._of_frame = frame or {name: expr}
        self._expr = expr
        self._name = name

    def __getattr__(self, name: str) -> Any:
        found = self._gathered(name)
        if found is not None:
            return found
        pandas_has_it = not_offered(pd.api.typing.SeriesGroupBy, name)
        raise _no_answer_yet(name) or pandas_has_it or no_such_attribute(SeriesGroupBy, name)

    def _gathered(self, name: str) -> Any:
        """What pandas' groups have under a name, of rows that are gathered for it."""
        return of_groups(self._keys, self._of_frame, [self._name], True, name)

    def _rows(self, method: str, n: Any) -> Any:
        found = self._keys.rows({self._name: self._expr}, method, n) if type(n) is int else None
        return self._gathered(method)(n) if found is None else wrap.column(found[0], Column(self._name), self._name)

    def _extremes(self, method: str) -> Any:
        found = self._keys.rows({self._name: self._expr}, method, compared=True) if self._keys.as_index else None
        if found is None or self._expr.dtype(self._keys.plan.schema).kind == "T":
            return self._gathered(method)()
        return getattr(groups_of(found[1], {self._name: Column(self._name)}, [self._name], True), method)()

    def idxmax(self) -> Any:
        """The label of the first largest value of each group; an answer, for which a row a group is held."""
        return self._extremes("idxmax")

    def idxmin(self) -> Any:
        """The label of the first smallest value of each group; an answer, for which a row a group is held."""
        return self._extremes("idxmin")

    def _reduction(self, function: str, options: Mapping[str, Any] | None = None) -> Reduction:
        return Reduction(function, None if function == "size" else self._expr, tuple((options or {}).items()))

    def _reduce(self, function: str, options: dict[str, Any], numeric_only: bool) -> Any:
        if numeric_only and not self._expr.dtype(self._keys.plan.schema).is_number:
            raise TypeError(f"Cannot use numeric_only=True with SeriesGroupBy.{function} and non-numeric dtypes.")
        if gathers(function, [self._expr.dtype(self._keys.plan.schema)], True):
            raise NotOfferedError(f"{function} of these is made of gathered groups")
        return self._one(self._name, self._reduction(function, options))

    def _window(self, method: str, /, **options: Any) -> Any:
        plan, (column,) = self._keys.windowed([self._expr], method, options, True)
        return wrap.column(plan, column, self._name)

    def _one(self, name: Hashable, reduction: Reduction) -> Any:
        plan = self._keys.aggregate([(name, reduction)])
        return wrap.column(plan, Column(name), name) if self._keys.as_index else wrap.frame(plan)

    def quantile(self, q: Any = 0.5, interpolation: str = "linear") -> Any:
        """A quantile of each group, exact; all the values are held in memory."""
        if pd.api.types.is_list_like(q):
            return self._gathered("quantile")(list(q), interpolation=interpolation)
        return self._reduce("quantile", _quantile_options(q, interpolation), False)

    def size(self) -> C:
        """The number of rows of each group."""
        made = counts_as(self._expr.dtype(self._keys.plan.schema), lambda series: series.groupby([0] * len(series)).size())
        size = Reduction("size", None, made)
        sizes: C = self._one(self._name, size) if self._keys.as_index else wrap.frame(self._keys.inserted_into([("size", size)]))
        return sizes

    def value_counts(self, normalize: bool = False, sort: bool = True, ascending: bool = False, dropna: bool = True) -> Any:
        """How often each value occurs in each group, the most frequent first; an answer.

        The arguments are those of `Series.value_counts`; with ``dropna=False`` the rows are gathered.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.groupby("Origin").Cancelled.value_counts().compute(scheduler="sync").head(2)
        Origin  Cancelled
        EWR     0            12
                1             4
        Name: count, dtype: int64
        """
        made = self._counts({self._name: self._expr}, normalize, sort, ascending) if dropna else None
        if made is None:
            return self._gathered("value_counts")(normalize=normalize, sort=sort, ascending=ascending, dropna=dropna)
        return made

    @overload
    def agg(self, func: str, /) -> C: ...

    @overload
    def agg(self, func: list[Any] | None = ..., **named: Any) -> F: ...

    @overload
    def agg(self, func: Any, **named: Any) -> Any: ...

    def agg(self, func: Any = None, **named: Any) -> Any:
        """Several reductions at once, in pandas' forms.

        Parameters
        ----------
        func : str or list of str
            The names of the reductions; a list gives a frame with a column for each.
        **named
            ``new_name="mean"``: a frame with these columns.
        """
        check_names(func)
        if needs_rows(func, named):
            return self._gathered("agg")(*([] if func is None else [func]), **named)
        if func is None:
            if not named:
                raise TypeError("Must provide 'func' or named aggregation **kwargs.")
            return wrap.frame(self._keys.inserted_into([(new, self._reduction(_function_name(f))) for new, f in named.items()]))
        if isinstance(func, Mapping):
            raise TypeError("nested renamer is not supported: write agg(new_name='mean')")
        functions = _as_list(func)
        if functions is None:
            name = _function_name(func)
            return self.size() if name == "size" else self._one(self._name, self._reduction(name))
        if not functions:
            raise ValueError("agg was given no function: No objects to concatenate")
        names = [_function_name(f) for f in functions]
        return wrap.frame(self._keys.inserted_into([(name, self._reduction(name)) for name in names]))

    aggregate = agg

    def __repr__(self) -> str:
        return f"lf.SeriesGroupBy<{self._expr.label()} by {', '.join(e.label() for _, e in self._keys.exprs)}>"


@wrap.face
@like_pandas(pd.api.typing.DataFrameGroupBy)
class DataFrameGroupBy(_Groups[F, C], GroupNames, Generic[F, C]):
    """The rows of a frame in groups.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> df.groupby("Origin").size().compute(scheduler="sync")
    Origin
    EWR    16
    JFK    24
    LGA    20
    dtype: int64
    """

    def __init__(
        self, keys: GroupKeys, values: Mapping[Hashable, Expr], selected: tuple[Hashable, ...], is_chosen: bool = False
    ) -> None:
        self._keys = keys
        self._values = values
        self._selected = selected
        self._is_chosen = is_chosen  # by the user, and not what is no key

    @overload
    def __getitem__(self, name: list[Any]) -> DataFrameGroupBy[F, C]: ...

    @overload
    def __getitem__(self, name: Hashable) -> SeriesGroupBy[F, C]: ...

    def __getitem__(self, name: Any) -> Any:
        if isinstance(name, list):
            return DataFrameGroupBy(self._keys, self._values, tuple(self._known(one) for one in name), True)
        return SeriesGroupBy(self._keys, self._values[self._known(name)], name, self._values)

    def __getattr__(self, name: str) -> SeriesGroupBy[F, C]:
        if name.startswith("_"):
            raise AttributeError(name)
        found: SeriesGroupBy[F, C] | None = self._gathered(name)  # or an answer, which no type says
        if found is not None:
            return found
        if name not in self._values:
            pandas_has_it = not_offered(pd.api.typing.DataFrameGroupBy, name)
            methods = [one for one in dir(type(self)) if not one.startswith("_")]
            raise _no_answer_yet(name) or pandas_has_it or column_not_found(name, self._values, methods)
        return SeriesGroupBy(self._keys, self._values[name], name, self._values)

    def _gathered(self, name: str) -> Any:
        """What pandas' groups have under a name, of rows that are gathered for it."""
        return of_groups(self._keys, self._values, self._selected if self._is_chosen else None, False, name)

    def _rows(self, method: str, n: Any) -> Any:
        names = self._selected if self._is_chosen else tuple(self._values)  # with the keys that are columns
        found = self._keys.rows({name: self._values[name] for name in names}, method, n) if type(n) is int else None
        if found is None:
            return self._gathered(method)(n)
        return wrap.frame(Project(found[0], tuple((name, Column(name)) for name in names)))

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *(name for name in self._values if isinstance(name, str) and name.isidentifier())]

    def _ipython_key_completions_(self) -> list[Hashable]:
        """What a notebook proposes after ``groups["``."""
        return list(self._values)

    def _known(self, name: Hashable) -> Hashable:
        if name not in self._values:
            raise column_not_found(name, self._values)
        return name

    def _reduce(self, function: str, options: dict[str, Any], numeric_only: bool) -> Any:
        schema = self._keys.plan.schema
        names = [n for n in self._selected if not numeric_only or self._values[n].dtype(schema).is_number]
        if gathers(function, [self._values[name].dtype(schema) for name in names], True):
            raise NotOfferedError(f"{function} of these is made of gathered groups")
        reductions = [(name, Reduction(function, self._values[name], tuple(options.items()))) for name in names]
        return wrap.frame(self._keys.aggregate(reductions))

    def _window(self, method: str, /, **options: Any) -> Any:
        plan, columns = self._keys.windowed([self._values[name] for name in self._selected], method, options, False)
        return wrap.frame(Project(plan, tuple(zip(self._selected, columns, strict=True))))

    def quantile(self, q: Any = 0.5, interpolation: str = "linear", numeric_only: bool = False) -> Any:
        """A quantile of each column in each group, exact; all the values are held in memory."""
        if pd.api.types.is_list_like(q):
            return self._gathered("quantile")(list(q), interpolation=interpolation, numeric_only=numeric_only)
        return self._reduce("quantile", _quantile_options(q, interpolation), numeric_only)

    def size(self) -> C:
        """The number of rows of each group."""
        size = Reduction("size", None)
        sizes: C = (
            wrap.column(self._keys.aggregate([(None, size)]), Column(None), None)
            if self._keys.as_index
            else wrap.frame(self._keys.inserted_into([("size", size)]))
        )
        return sizes

    def value_counts(
        self, subset: Any = None, normalize: bool = False, sort: bool = True, ascending: bool = False, dropna: bool = True
    ) -> Any:
        """How often each combination of values occurs in each group, the most frequent first; an answer.

        Parameters
        ----------
        subset : list of names, optional
            The columns; all that are not grouped by if not given.
        normalize, sort, ascending, dropna
            As of `Series.value_counts`; with ``dropna=False`` the rows are gathered.
        """
        known = subset is None or (isinstance(subset, list) and all(name in self._selected for name in subset))
        values = {name: self._values[name] for name in self._selected if subset is None or (known and name in subset)}
        made = self._counts(values, normalize, sort, ascending) if dropna and known else None
        if made is None:
            return self._gathered("value_counts")(subset, normalize, sort, ascending, dropna)
        return made

    @overload
    def agg(self, func: Literal["size"]) -> C: ...

    @overload
    def agg(self, func: Any = ..., **named: Any) -> F: ...

    def agg(self, func: Any = None, **named: Any) -> Any:
        """Several reductions at once, in pandas' forms.

        Parameters
        ----------
        func : str, list of str, or dict from column to these
            The names of the reductions. Lists give columns with two levels, the column's name and the reduction's.
        **named
            ``new_name=(column, reduction)``.
        """
        for functions in func.values() if isinstance(func, Mapping) else [func]:
            check_names(functions)
        if needs_rows(func, named):
            return self._gathered("agg")(*([] if func is None else [func]), **named)
        if func is None:
            if not named:
                raise TypeError("Must provide 'func' or tuples of '(column, aggfunc).")
            plan: Plan = self._keys.aggregate([self._named(new, pair) for new, pair in named.items()])
            if plan.schema.labels != PLAIN_LABELS:  # the names are new ones
                plan = project(plan, tuple((name, Column(name)) for name in plan.schema.names), PLAIN_LABELS)
            return wrap.frame(plan)
        if isinstance(func, Mapping):
            wanted = {self._known(name): functions for name, functions in func.items()}
        else:
            wanted = dict.fromkeys(self._selected, func)
        if not wanted or any(functions == [] for functions in wanted.values()):
            raise ValueError("agg was given no function: No objects to concatenate")
        nested = any(_as_list(functions) is not None for functions in wanted.values())
        if not nested and not isinstance(func, Mapping) and _function_name(func) == "size":
            return self.size()
        reductions: list[tuple[Hashable, Reduction]] = []
        for name, functions in wanted.items():
            column: SeriesGroupBy[F, C] = SeriesGroupBy(self._keys, self._values[name], name)
            for function in _as_list(functions) or [functions]:
                chosen = _function_name(function)
                several = (*name, chosen) if isinstance(name, tuple) else (name, chosen)
                reductions.append((several if nested else name, column._reduction(chosen)))
        plan = self._keys.aggregate(reductions)
        if nested and not self._keys.as_index:  # of a mapping the results take the place of a key of their name
            results = [name for name, _ in reductions if isinstance(func, Mapping)]
            over_keys = {name[0] if len(name) == 2 else name[:-1]: name for name in results if isinstance(name, tuple)}
            plan = _with_key_names(plan, lambda name: over_keys.get(name, (*(name if isinstance(name, tuple) else (name,)), "")))
        return wrap.frame(plan)

    aggregate = agg

    def _named(self, new: str, pair: Any) -> tuple[Hashable, Reduction]:
        if isinstance(pair, pd.NamedAgg) and pair == pd.NamedAgg(pair.column, pair.aggfunc):  # no further arguments
            pair = (pair.column, pair.aggfunc)
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"{new}={pair!r}: a named aggregation is new_name=(column, reduction), like {new}=('x', 'mean')")
        column, function = pair
        return new, SeriesGroupBy(self._keys, self._values[self._known(column)], column)._reduction(_function_name(function))

    def __repr__(self) -> str:
        return f"lf.DataFrameGroupBy<{self._keys.plan.title()} by {', '.join(e.label() for _, e in self._keys.exprs)}>"


def _with_key_names(plan: Aggregate, rename: Callable[[Hashable], Hashable]) -> Aggregate:
    return Aggregate(
        plan.child, tuple((rename(n), e) for n, e in plan.keys), plan.reductions, plan.sort, plan.dropna, plan.as_index
    )
