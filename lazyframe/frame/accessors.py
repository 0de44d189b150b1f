"""``.str`` and ``.dt``: pandas' own methods, row by row; and ``.loc``."""

from __future__ import annotations

from typing import Any

from lazyframe.expr import DT_FIELDS, DT_METHODS, STR_METHODS
from lazyframe.frame import wrap
from lazyframe.frame.answer import accessor
from lazyframe.frame.base import Lazy
from lazyframe.frame.methods import FACES, is_gathered
from lazyframe.notices import warn
from lazyframe.schema import nearest

_RENAMED = {"dayofweek": "day_of_week", "weekday": "day_of_week", "dayofyear": "day_of_year", "daysinmonth": "days_in_month"}


class Accessor:
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
class DatetimeAccessor(Accessor):
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
    def dayofweek(self) -> Any:
        """The day of the week, Monday = 0; `day_of_week` is the name pandas keeps."""
        return self._deprecated("dayofweek")

    @property
    def weekday(self) -> Any:
        """The day of the week, Monday = 0; `day_of_week` is the name pandas keeps."""
        return self._deprecated("weekday")

    @property
    def dayofyear(self) -> Any:
        """The day of the year; `day_of_year` is the name pandas keeps."""
        return self._deprecated("dayofyear")

    @property
    def daysinmonth(self) -> Any:
        """The days in the month; `days_in_month` is the name pandas keeps."""
        return self._deprecated("daysinmonth")

    def _deprecated(self, old: str) -> Any:
        new = _RENAMED[old]
        warn(f"dt.{old} is deprecated in pandas; write dt.{new}", DeprecationWarning)
        return self._series._apply(f"dt.{new}")


@wrap.face
class StringAccessor(Accessor):
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

    def __getitem__(self, key: Any) -> Any:
        """The character at a position, or a slice of the text."""
        if isinstance(key, slice):
            return self._series._method("str.slice", (key.start, key.stop, key.step), {})
        return self._series._method("str.get", (key,), {})


class Loc:
    """``.loc``: rows by a mask, and columns by name."""

    def __init__(self, lazy: Any) -> None:
        self._lazy = lazy

    def __getitem__(self, key: Any) -> Any:
        lazy = self._lazy
        rows, columns = key if isinstance(key, tuple) and len(key) == 2 else (key, None)
        rows = rows(lazy) if callable(rows) and not isinstance(rows, Lazy) else rows
        is_all = isinstance(rows, slice) and rows == slice(None)
        if isinstance(columns, slice) and columns == slice(None):
            columns = None
        if not (is_all or isinstance(rows, Lazy)) or isinstance(columns, (slice, Lazy)) or callable(columns):
            raise TypeError(
                ".loc takes a mask of the frame's own columns, or : for all rows, then a name or a list of names; "
                "labels of the index are not offered."
            )
        found = lazy if is_all else lazy[rows]
        return found if columns is None else found[columns]

    def __setitem__(self, key: Any, value: Any) -> None:
        raise TypeError("a lazy frame is not set in places; write df['x'] = df.x.mask(mask, value).")
