"""What of a frame is chosen by an expression, by dtypes or by patterns of names, and its reductions by their names."""

from __future__ import annotations

import re
from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.expr import ONLY_GROUPED, REDUCTIONS, Column, Reduction
from lazyframe.frame import wrap
from lazyframe.frame.answer import Answer
from lazyframe.frame.base import ColumnFace, FrameFace
from lazyframe.frame.expressions import UnknownSyntaxError, assignments, evaluated, used, variables
from lazyframe.frame.sorting import sorted_plan
from lazyframe.plan import Aggregate, Plan, Transpose


class FrameSelection(FrameFace):
    """Rows and columns of a frame, by expressions and by what the columns are."""

    def query(self, expr: str, **kwargs: Any) -> Any:
        """The rows where an expression is true; of its language see `pandas.DataFrame.query`.

        Parameters
        ----------
        expr : str
            Columns by their names, in backticks if they have blanks; variables as ``@name``.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> least = 200
        >>> df.query("DepDelay > @least and Origin in ['JFK', 'LGA']")[["Origin", "DepDelay"]].compute(scheduler="sync")
           Origin  DepDelay
        30    JFK     212.0
        35    JFK     235.0
        36    JFK     287.0
        42    JFK     219.0
        """
        frame: Any = self
        names = _names(kwargs)
        try:
            mask = evaluated(expr, frame, names)
        except UnknownSyntaxError:
            mask = None
        if not isinstance(mask, ColumnFace) or not mask._dtype.is_mask:
            return self._left_to_pandas("query", expr, names, kwargs)
        return frame[mask]

    def eval(self, expr: str, **kwargs: Any) -> Any:
        """A column, or the frame with columns set, by expressions; of their language see `query`.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.eval("Km = Distance * 1.609")[["Km"]].head(1).compute(scheduler="sync")
               Km
        0  2252.6
        """
        frame: Any = self
        names = _names(kwargs)
        try:
            lines = assignments(expr)
            if lines is None:
                found = evaluated(expr, frame, names)
                return found if isinstance(found, ColumnFace) else self._left_to_pandas("eval", expr, names, kwargs)
            for name, line in lines:
                frame = frame.assign(**{name: evaluated(line, frame, names)})
        except UnknownSyntaxError:
            return self._left_to_pandas("eval", expr, names, kwargs)
        return frame

    def _left_to_pandas(self, method: str, expr: str, names: tuple[Any, Any], kwargs: dict[str, Any]) -> Any:
        """An expression that pandas evaluates when rows are gathered, with the variables as they are where it is written."""
        given = {**kwargs, "local_dict": used(expr, names), "global_dict": {}}
        return self._gathered(method)(expr, **given)

    def select_dtypes(self, include: Any = None, exclude: Any = None) -> Any:
        """The columns of some dtypes, as `pandas.DataFrame.select_dtypes` chooses them."""
        schema, frame = self._plan.schema, self
        none = pd.DataFrame({n: pd.Series([], dtype=field.dtype.pandas) for n, field in enumerate(schema)})
        places = none.select_dtypes(include, exclude).columns
        return frame[[schema.names[place] for place in places]]  # type: ignore[index]

    def filter(self, arg: Any = None, items: Any = None, like: str | None = None, regex: str | None = None) -> Any:
        """The columns of some names: those of `items`, those that have `like` in them, or a match of `regex`.

        A first argument by position is `items`; a function there is pandas', for which the rows are gathered.
        """
        if arg is not None and (not pd.api.types.is_list_like(arg) or any(isinstance(one, (bool, np.bool_)) for one in arg)):
            return self._gathered("filter")(arg, items=items, like=like, regex=regex)
        given = [one for one in (arg, items, like, regex) if one is not None]
        if len(given) != 1:
            raise TypeError("Must pass either `items`, `like`, or `regex`, and one of them only")
        items = arg if items is None else items
        names, frame = self._plan.schema.names, self
        if items is not None:
            kept = [name for name in items if name in names]
        elif like is not None:
            kept = [name for name in names if like in str(name)]
        else:
            kept = [name for name in names if re.search(str(regex), str(name))]
        return frame[kept]  # type: ignore[index]

    def value_counts(
        self, subset: Any = None, normalize: bool = False, sort: bool = True, ascending: bool = False, dropna: bool = True
    ) -> Any:
        """How often each combination of values occurs, the most frequent first; the arguments are those of `Series.value_counts`.

        Parameters
        ----------
        subset : name or list of names, optional
            The columns; all if not given.
        """
        names = list(self._plan.schema.names) if subset is None else [subset] if not isinstance(subset, list) else subset
        kinds = [self._plan.schema[name] for name in names]
        if (len(names) < 2 and not isinstance(subset, str)) or any(
            dtype.kind in "SCO" or dtype.name == "object" for dtype in kinds
        ):
            return self._gathered("value_counts")(subset, normalize, sort, ascending, dropna)
        keys: tuple[tuple[Hashable, Any], ...] = tuple((name, Column(name)) for name in names)
        plan: Plan = Aggregate(self._plan, keys, (("count", Reduction("size", None)),), False, dropna)
        if sort:
            plan = sorted_plan(plan, ["count"], ascending, "stable", "last", False)
        counts = wrap.column(plan, Column("count"), "count")
        return (counts / counts.sum()).rename("proportion") if normalize else counts

    def agg(self, func: Any = None, **kwargs: Any) -> Any:
        """Reductions by their names: one for all columns, a list of them, or a mapping from column to one or a list.

        Of a list, or of functions, it is an answer of a row for each.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df[["DepDelay", "Distance"]].agg(["min", "max"]).compute(scheduler="sync")
             DepDelay  Distance
        min     -11.0        96
        max     287.0      2586
        """
        frame: Any = self
        schema = self._plan.schema
        if _is_name(func):
            return getattr(frame, func)(**kwargs)
        if kwargs:
            return self._gathered("agg")(*([] if func is None else [func]), **kwargs)
        if isinstance(func, Mapping) and func and all(map(_is_name, func.values())) and all(name in schema for name in func):
            reductions = tuple((name, Reduction(one, Column(name))) for name, one in func.items())
            return wrap.column(Transpose(Aggregate(self._plan, (), reductions)), Column(None), None)
        wanted = func if isinstance(func, Mapping) else dict.fromkeys(schema.names, func)
        if func is not None and all(isinstance(one, list) and one and all(map(_is_name, one)) for one in wanted.values()):
            values = {name: {one: getattr(frame[name], one)() for one in functions} for name, functions in wanted.items()}
            return Answer(_tabulated, (values,), label="agg")
        return self._gathered("agg")(func)

    aggregate = agg


class ColumnAggregates(ColumnFace):
    """Several reductions of a column at once."""

    def agg(self, func: Any = None, *args: Any, **kwargs: Any) -> Any:
        """A reduction by its name, or a list of them, or a mapping from new names to them, which are an answer.

        Of functions it is made of the gathered column.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.Distance.agg(["min", "max"]).compute(scheduler="sync")
        min      96
        max    2586
        Name: Distance, dtype: int64
        """
        column: Any = self
        if _is_name(func):
            return getattr(column, func)(*args, **kwargs)
        names = dict(func) if isinstance(func, Mapping) else {one: one for one in func} if isinstance(func, list) else {}
        if (
            args
            or kwargs
            or not names
            or (isinstance(func, list) and len(func) > len(names))
            or not all(map(_is_name, names.values()))
        ):
            return self._gathered("agg")(*([] if func is None else [func]), *args, **kwargs)
        values = {new: getattr(column, one)() for new, one in names.items()}
        return Answer(_tabulated_column, (values, column.name), label="agg")

    aggregate = agg


def _tabulated_column(values: Mapping[Hashable, Any], name: Hashable) -> pd.Series:
    return pd.Series(list(values.values()), index=list(values), name=name)


def _is_name(function: Any) -> bool:
    return isinstance(function, str) and function in REDUCTIONS and function not in (*ONLY_GROUPED, "size", "quantile")


def _tabulated(values: Mapping[Hashable, Mapping[str, Any]]) -> pd.DataFrame:
    """A row for each function, a column for each column."""
    made = [pd.Series(list(of.values()), index=list(of), name=name) for name, of in values.items()]
    return pd.concat(made, axis=1)


def _names(kwargs: dict[str, Any]) -> tuple[Any, Any]:
    own = variables()
    return kwargs.get("local_dict") or own[0], kwargs.get("global_dict") or own[1]
