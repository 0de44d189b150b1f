"""Functions of the user's on values and rows: `map`, `apply`. They are called batch by batch, as rows are read."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.asgiven import as_given
from lazyframe.expr import Applied, Call, Column, Expr, Table, WindowCall
from lazyframe.frame import wrap
from lazyframe.frame.align import over, unprojected
from lazyframe.frame.base import ColumnFace, FrameFace, plain
from lazyframe.frame.samples import sample_of, without_filters
from lazyframe.functions import UserFunction, found_of
from lazyframe.kernels.columns import to_series
from lazyframe.kernels.evaluate import evaluate
from lazyframe.plan import Plan, Project, Window
from lazyframe.run import Computable
from lazyframe.schema import DType, kind_of


def tried(plan: Plan, operands: Sequence[Expr], function: Callable[..., Any]) -> Any:
    """What a function makes of rows of the sample; None where there are none, or it fails for them.

    Those rows of it that are rows of the plan; if there are none, those that it would have without its filters.
    """
    for rows in (plan, without_filters(plan)):
        try:
            columns = sample_of(rows)
            if len(columns):
                return function([to_series(evaluate(operand, columns)) for operand in operands])
        except Exception:
            if rows is plan:  # the same error as pandas has for the first rows
                raise
    return None


def applied(plan: Plan, operands: Sequence[Expr], function: UserFunction) -> list[tuple[Any, Expr]] | None:
    """The columns that a function makes of others, row by row, each with its name if it has one.

    None where the rows have to be gathered for it: what it makes is not found on the sample, or is no column of a lazy frame.
    """
    made = tried(plan, operands, function)
    if made is None:
        return None
    try:
        if isinstance(made, pd.Series):
            return [(None, Applied(function, tuple(operands), _found(made)))]
        exprs = [Applied(function, tuple(operands), _found(made.iloc[:, n]), n) for n in range(made.shape[1])]
    except TypeError:
        return None
    return list(zip(made.columns, exprs, strict=True))


def columns_of(plan: Plan, operands: Sequence[Expr], function: UserFunction, name: Hashable = None) -> Any:
    """A lazy column or frame of what a function makes of columns row by row; None where the rows have to be gathered for it."""
    made = applied(plan, operands, function)
    if made is None:
        return None
    if any(operand.dtype(plan.schema).otherwise is not None for operand in operands):
        below = unprojected(plan)
        given = tuple(over(below, plan, operand) for operand in operands)
        windows = [WindowCall(function.how, given, (), alone=True, applied=expr) for _, expr in made]
        calls = [(f"\1{function.title}\2{one.token}", one) for one in windows]
        plan = Window(below, tuple(calls))
        made = [(title, Column(new)) for (title, _), (new, _) in zip(made, calls, strict=True)]
    if len(made) == 1 and made[0][0] is None:
        return wrap.column(plan, made[0][1], name)
    return wrap.frame(Project(plan, tuple(made)))


class ColumnFunctions(ColumnFace):
    """Functions of the user's on the values of a column."""

    def map(self, func: Any, na_action: Any = None) -> Any:
        """The column with each value replaced by what a function makes of it, or a mapping has for it, or missing.

        Of text without a row the dtype is that of the new values, where pandas leaves it as it is.

        Parameters
        ----------
        func : callable, dict, pandas.Series, or a lazy Series with a key of each value for its index
            A function is called with each value as rows are read. It is tried on the sample, and held to the dtype that comes
            out of it.
        na_action : None or "ignore"
            Whether a function is not called with missing values.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.Origin.map({"JFK": "Kennedy", "LGA": "LaGuardia"}).value_counts().compute(scheduler="sync").to_dict()
        {'Kennedy': 24, 'LaGuardia': 20}
        >>> df.Distance.map(lambda miles: "far" if miles > 1000 else "near").value_counts().compute(scheduler="sync").to_dict()
        {'far': 37, 'near': 23}
        """
        if isinstance(func, Computable):
            if not isinstance(func, ColumnFace):
                raise TypeError(f"map takes a function, a dict, or a lazy or pandas Series, not a lazy {type(func).__name__}")
            return wrap.column(self._plan, Call("map", (self._expr, Table(func._result()))), self.name)
        if isinstance(func, pd.Series):
            if not func.index.is_unique:
                raise ValueError("map: the index of the mapping has labels that are there twice")
            func = dict(func.items())
        if isinstance(func, dict) and not hasattr(func, "__missing__"):
            return wrap.column(self._plan, Call("map", (self._expr, plain(tuple(func.items())))), self.name)
        if isinstance(func, dict):
            func = func.__getitem__
        if not callable(func):
            raise TypeError(f"map takes a function, a dict, or a lazy or pandas Series, not {kind_of(func)}")
        options = () if na_action is None else (("na_action", na_action),)
        found = columns_of(self._plan, [self._expr], UserFunction(as_given(func), "map", options=options), self.name)
        return self._gathered("map")(func, na_action=na_action) if found is None else found

    def apply(self, func: Any, *, args: tuple[Any, ...] = (), **kwargs: Any) -> Any:
        """The column with each value replaced by what a function makes of it; as `map`, with further arguments.

        A name of a method, a list of these, or a function that returns a Series, is called as in pandas, for which the column is
        gathered.
        """
        if isinstance(func, np.ufunc) and not args and not kwargs:
            return func(self)
        if callable(func):
            function = UserFunction(*as_given((func, "apply", (), args, tuple(kwargs.items()))))
            found = columns_of(self._plan, [self._expr], function, self.name)
            if found is not None:
                return found
        return self._gathered("apply")(func, args=args, **kwargs)


class FrameFunctions(FrameFace):
    """Functions of the user's on the rows of a frame."""

    def apply(self, func: Any, axis: Any = 0, *, args: tuple[Any, ...] = (), **kwargs: Any) -> Any:
        """What a function makes of each row (``axis=1``), as rows are read, or of each column, which are gathered for it.

        Parameters
        ----------
        func : callable
            Gets a row as a pandas Series, whose label is not known; returns a value, or a Series of several. It is tried on
            the sample, and held to the dtypes that come out of it.
        axis : int or str
            1 or ``"columns"`` for rows, 0 or ``"index"`` for columns.
        args, **kwargs
            Further arguments of `func`.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.apply(lambda row: f"{row.Origin}-{row.Dest}", axis=1).head(2).compute(scheduler="sync").tolist()
        ['EWR-IAH', 'LGA-IAH']
        """
        if axis in (1, "columns"):
            names = self._plan.schema.names
            function = UserFunction(*as_given((func, "rows", names, args, tuple(kwargs.items()))))
            found = columns_of(self._plan, [Column(name) for name in names], function) if callable(func) and names else None
            return self._gathered("apply")(func, axis=1, args=args, **kwargs) if found is None else found
        if isinstance(func, np.ufunc) and not args and not kwargs:
            return func(self)
        return self._gathered("apply")(func, args=args, **kwargs)

    def map(self, func: Any, na_action: Any = None) -> Any:
        """The frame with each value replaced by what a function makes of it; as `Series.map`."""
        names = self._plan.schema.names
        made = [wrap.column(self._plan, Column(name), name).map(func, na_action) for name in names]
        if not all(isinstance(one, ColumnFace) for one in made):
            return self._gathered("map")(func, na_action=na_action)
        frame = wrap.frame(self._plan)
        return frame._over(frame._assigned(dict(zip(names, made, strict=True))))


def _found(made: pd.Series) -> DType:
    found = found_of(made)
    if found is None:
        raise TypeError("nothing is found")
    return found
