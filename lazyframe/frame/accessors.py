"""``.str`` and ``.dt``: pandas' own methods, row by row; and ``.loc``."""

from __future__ import annotations

import operator
import re
from collections.abc import Hashable
from typing import Any, Generic, overload

import numpy as np
import pandas as pd

from lazyframe.expr import DT_FIELDS, DT_METHODS, STR_METHODS, Literal
from lazyframe.frame import wrap
from lazyframe.frame.align import same_rows
from lazyframe.frame.answer import Answer, accessor, gathered
from lazyframe.frame.base import C, ColumnFace, T, call, resolved
from lazyframe.frame.methods import FACES, is_gathered
from lazyframe.frame.names import DateNames, TextNames
from lazyframe.frame.setting import set_rows, set_several
from lazyframe.notices import warn
from lazyframe.plan import Project
from lazyframe.run import Computable
from lazyframe.schema import nearest

_RENAMED = {"dayofweek": "day_of_week", "weekday": "day_of_week", "dayofyear": "day_of_year", "daysinmonth": "days_in_month"}


class Accessor(Generic[C]):
    """Methods of one kind of column."""

    _prefix = ""
    _fields: tuple[str, ...] = ()
    _methods: tuple[str, ...] = ()

    def __init__(self, series: Any) -> None:
        self._series = series

    def __getattr__(self, name: str) -> Any:
        if name in self._fields:
            return self._series._apply(f"{self._prefix}.{name}")
        if name in self._methods:
            return lambda *arguments, **keywords: self._series._method(f"{self._prefix}.{name}", arguments, keywords)
        if (
            not name.startswith("_")
            and is_gathered(f"Series.{self._prefix}", name)
            and hasattr(FACES[f"Series.{self._prefix}"][0], name)
        ):
            return getattr(accessor(self._series, self._prefix), name)
        close = nearest(name, [*self._fields, *self._methods])
        hint = f" Did you mean {' or '.join(close)}?" if close else ""
        raise AttributeError(
            f".{self._prefix}.{name} is not offered.{hint} There are: {', '.join((*self._fields, *self._methods))}.",
            obj=None,
        )

    def __dir__(self) -> list[str]:
        return [*self._fields, *self._methods]


@wrap.face
class DatetimeAccessor(Accessor[C], DateNames[C]):
    """Fields and methods of dates and time differences.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv", parse_dates={"Date": [0, 1, 2]})
    >>> df.Date.dt.day_of_week.max().compute(scheduler="sync")
    np.int32(1)
    """

    _prefix = "dt"
    _fields = DT_FIELDS
    _methods = DT_METHODS

    @property
    def dayofweek(self) -> C:
        """The day of the week, Monday = 0; `day_of_week` is the name pandas keeps."""
        return self._deprecated("dayofweek")

    @property
    def weekday(self) -> C:
        """The day of the week, Monday = 0; `day_of_week` is the name pandas keeps."""
        return self._deprecated("weekday")

    @property
    def dayofyear(self) -> C:
        """The day of the year; `day_of_year` is the name pandas keeps."""
        return self._deprecated("dayofyear")

    @property
    def daysinmonth(self) -> C:
        """The days in the month; `days_in_month` is the name pandas keeps."""
        return self._deprecated("daysinmonth")

    def isocalendar(self) -> Any:
        """The year, week and day of ISO 8601 of each date, as a frame."""
        series = self._series
        fields = ("year", "week", "day")
        exprs = tuple((field, call("dt.isocalendar", series._expr, Literal(field))) for field in fields)
        return wrap.frame(Project(series._plan, exprs))

    def tz_localize(self, tz: Any, ambiguous: Any = "raise", nonexistent: Any = "raise") -> Any:
        """The dates in a time zone that they are said to be of, or without the one that they have.

        Parameters
        ----------
        tz : str, tzinfo or None
        ambiguous, nonexistent : as in pandas
            For ``ambiguous="infer"``, which looks at the rows before, the column is gathered.
        """
        if pd.api.types.is_list_like(ambiguous) or ambiguous == "infer":
            return accessor(self._series, "dt").tz_localize(tz, ambiguous=ambiguous, nonexistent=nonexistent)
        return self._series._method("dt.tz_localize", [tz], {"ambiguous": ambiguous, "nonexistent": nonexistent})

    @property
    def tz(self) -> Any:
        """The time zone; None where there is none."""
        return getattr(self._series.dtype, "tz", None)

    @property
    def unit(self) -> Any:
        """By which unit the dates are told apart: ``"us"``."""
        dtype = self._series.dtype
        return dtype.unit if hasattr(dtype, "unit") else np.datetime_data(dtype)[0]

    def _deprecated(self, old: str) -> C:
        new = _RENAMED[old]
        warn(f"dt.{old} is deprecated in pandas; write dt.{new}", DeprecationWarning)
        field: C = self._series._apply(f"dt.{new}")
        return field


@wrap.face
class StringAccessor(Accessor[C], TextNames[C]):
    """Methods of text.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> df.Origin.str.lower().min().compute(scheduler="sync")
    'ewr'
    """

    _prefix = "str"
    _methods = STR_METHODS

    def extract(self, pat: str, flags: int = 0, expand: bool = True) -> Any:
        """What the groups of a pattern match first, as a frame of a column for each; of one group a column if not `expand`.

        Parameters
        ----------
        pat : str
            A regular expression with groups; their names are those of the columns.
        flags : int
            Of the module ``re``.
        expand : bool

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.Origin.str.extract("(?P<first>[A-Z])(?P<rest>.*)").max().compute(scheduler="sync")
        first     L
        rest     WR
        dtype: str
        """
        pattern = re.compile(pat, flags)
        if not pattern.groups:
            raise ValueError("pattern contains no capture groups")
        named = {place: name for name, place in pattern.groupindex.items()}
        names = [named.get(place + 1, place) for place in range(pattern.groups)]
        series = self._series
        exprs = [call("str.extract", series._expr, *map(Literal, (pat, flags, place))) for place in range(len(names))]
        if not expand and len(names) == 1:
            return wrap.column(series._plan, exprs[0], named.get(1, series.name))
        return wrap.frame(Project(series._plan, tuple(zip(names, exprs, strict=True))))

    def cat(self, others: Any = None, sep: Any = None, na_rep: Any = None, join: str = "left") -> Any:
        """The texts of this column with those of others of the same rows, `sep` between them.

        Without others, or with such that are no columns of the same rows, the column is gathered.
        """
        columns = list(others) if isinstance(others, (list, tuple)) else [others]
        if all(isinstance(one, ColumnFace) for one in columns) and same_rows([one._plan for one in (self._series, *columns)]):
            return self._series._method("str.cat", [sep, na_rep, *columns], {})
        return self._others("cat")(others, sep=sep, na_rep=na_rep, join=join)

    def translate(self, table: Any) -> Any:
        """The texts with characters replaced, by a mapping as ``str.maketrans`` makes it."""
        if not isinstance(table, dict):
            return self._others("translate")(table)
        return self._series._apply("str.translate", tuple(table.items()))

    def _others(self, name: str) -> Any:
        return getattr(accessor(self._series, "str"), name)

    def __getitem__(self, key: Any) -> Any:
        """The character at a position, or a slice of the text."""
        if isinstance(key, slice):
            return self._series._method("str.slice", (key.start, key.stop, key.step), {})
        return self._series._method("str.get", (key,), {})


class Loc(Generic[T]):
    """``.loc``: rows by a mask, and columns by name; by labels the rows are gathered, or those that can be meant."""

    def __init__(self, lazy: Any) -> None:
        self._lazy = lazy

    def _ipython_key_completions_(self) -> list[Any]:
        """What a notebook proposes after ``df.loc[mask, "``."""
        return list(self._lazy.columns) if self._lazy.ndim == 2 else []

    @overload
    def __getitem__(self, key: tuple[Any, Any]) -> Any: ...

    @overload
    def __getitem__(self, key: Any) -> T: ...

    def __getitem__(self, key: Any) -> Any:
        lazy = self._lazy
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 and not self._is_label(key) else (key, None)
        rows, columns = resolved(rows, lazy), resolved(columns, lazy)
        is_all = isinstance(rows, slice) and rows == slice(None)
        if lazy.ndim == 2 and (isinstance(columns, (slice, pd.Index)) or is_mask(columns)):
            columns = None if isinstance(columns, slice) and columns == slice(None) else self._names(columns)
        if is_all or (isinstance(rows, ColumnFace) and rows._dtype.is_mask):
            found = lazy if is_all else lazy[rows]
            return found if columns is None else found[columns]
        if lazy.ndim == 2 and columns is not None:
            chosen = columns if isinstance(columns, list) else [columns]
            lazy = lazy[chosen]
            return _places(_nearby(lazy, rows), "loc")[rows, columns]
        return _places(_nearby(lazy, rows), "loc")[key]

    def _is_label(self, key: tuple[Any, Any]) -> bool:
        """Whether a pair is the label of rows whose index has several levels, and not rows and columns."""
        several = len(self._lazy._result().schema.index) > 1
        alone = isinstance(key[1], Hashable) and not callable(key[1]) and not isinstance(key[1], (slice, Computable))
        return several and (self._lazy.ndim == 1 or (alone and key[1] not in self._lazy))

    def _names(self, columns: Any) -> list[Any]:
        """The columns that a slice of labels or a mask of columns stands for."""
        names = self._lazy.columns
        return [names[place] for place in pd.Series(range(len(names)), names).loc[columns]]

    def __setitem__(self, key: Any, value: Any) -> None:
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, None)
        rows = resolved(rows, self._lazy)
        if self._lazy.ndim == 1:
            raise TypeError("a lazy column is not set in places: rows of a frame are set, df.loc[mask, 'x'] = value.")
        if columns is None or isinstance(columns, slice):
            columns = self._names(slice(None) if columns is None else columns)
        if isinstance(rows, slice) and rows == slice(None):
            set_several(self._lazy, columns if isinstance(columns, list) else [columns], value)
            return
        set_rows(self._lazy, rows, columns, value)


def _places(lazy: Any, name: str) -> Any:
    return gathered(lazy, pd.DataFrame if lazy.ndim == 2 else pd.Series, name)


def _nearby(lazy: Any, labels: Any) -> Any:
    """The rows among which these labels are: where rows are numbered, none that come after them."""
    if not lazy._result().is_counted:
        return lazy
    if isinstance(labels, slice):
        last = labels.stop if labels.step is None else None
    else:
        last = max(labels, default=None) if isinstance(labels, list) and all(type(one) is int for one in labels) else labels
    return lazy.head(last + 1) if type(last) is int and last >= 0 else lazy


class ILoc:
    """``.iloc``: rows by where they stand. Of the first ones reading stops when they are found."""

    def __init__(self, lazy: Any) -> None:
        self._lazy = lazy

    def __getitem__(self, key: Any) -> Any:
        lazy = self._lazy
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, None)
        if columns is not None and lazy.ndim == 2 and not isinstance(columns, Computable):
            names = list(pd.Series(range(len(lazy.columns))).iloc[columns if type(columns) is not int else [columns]])
            lazy = lazy[[lazy.columns[place] for place in names]]
            columns = 0 if isinstance(columns, int) else None
        if isinstance(rows, slice) and rows.step in (None, 1):
            found = _between(lazy, rows.start, rows.stop)
            if found is not None:
                return found if columns is None else found[lazy.columns[0]]
        if type(rows) is int:
            lazy = lazy.head(rows + 1) if rows >= 0 else lazy.tail(-rows)
        return _places(lazy, "iloc")[rows if columns is None else (rows, columns)]

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError("rows are set by a mask, not by where they stand: df.loc[mask, 'x'] = value.")


def _between(lazy: Any, start: Any, stop: Any) -> Any:
    """The rows from one place to another, counted from one end; None where they are counted from both."""
    start = 0 if start is None else start
    if type(start) is not int or not (stop is None or type(stop) is int):
        return None
    if start >= 0 and (stop is None or stop >= 0):
        found = lazy if stop is None else lazy.head(stop)
        return found.tail(-start) if start else found
    if start < 0 and stop is None:
        return lazy.tail(-start)
    return lazy.head(stop) if start == 0 else None


def sliced(lazy: Any, rows: slice) -> Any:
    """``df[1:3]``: rows by where they stand; ``df["a":"c"]``: by label, of gathered rows."""
    if all(bound is None or isinstance(bound, (int, np.integer)) for bound in (rows.start, rows.stop, rows.step)):
        return lazy.iloc[rows]
    return Answer(operator.getitem, (lazy, rows), label="getitem")


def is_mask(key: Any) -> bool:
    """Whether it is a mask that is in memory: a list, an array or a column of pandas' of truth values."""
    if isinstance(key, list):
        return bool(key) and all(isinstance(one, (bool, np.bool)) for one in key)
    return isinstance(key, (pd.Series, pd.Index, np.ndarray)) and pd.api.types.is_bool_dtype(key.dtype)
