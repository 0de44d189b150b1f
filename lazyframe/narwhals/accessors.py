"""``.str`` and ``.dt`` of narwhals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from narwhals._compliant.any_namespace import DateTimeNamespace, StringNamespace
from narwhals._compliant.expr import LazyExprNamespace
from narwhals._duration import Interval
from narwhals._utils import not_implemented, str_slice_stop

from lazyframe.expr import Literal
from lazyframe.narwhals.values import each

_PIECES = {"ns": "ns", "us": "us", "ms": "ms", "s": "s", "m": "min", "h": "h", "d": "D"}
"""narwhals' units of time, and pandas'."""


def _text(value: Any, df: Any, function: str) -> Any:
    """The plain text that an expression stands for."""
    (native,) = value(df)
    if not isinstance(native._expr, Literal):
        raise NotImplementedError(f"str.{function} takes a plain text for lazyframe, no column.")
    return native._expr.value


def _dates(function: Callable[[Any], Any]) -> Any:
    return lambda self: self.compliant.mapped(lambda column: function(column.dt))


def _seconds(factor: float) -> Any:
    def whole(column: Any) -> Any:
        parts = column.dt.total_seconds() * factor
        return (parts.abs() // 1) * (1 - 2 * (parts < 0))

    return lambda self: self.compliant.mapped(whole)


class Strings(LazyExprNamespace, StringNamespace):
    """Functions of text."""

    def _mapped(self, function: Callable[[Any], Any]) -> Any:
        return self.compliant.mapped(lambda column: function(column.str))

    def _with_text(self, value: Any, name: str, function: Callable[[Any, Any], Any]) -> Any:
        expr = self.compliant

        def call(df: Any) -> list[Any]:
            text = _text(value, df, name)
            return [each(native, lambda column: function(column.str, text)) for native in expr(df)]

        return expr.calling(call)

    def len_chars(self) -> Any:
        """How many characters there are."""
        return self._mapped(lambda text: text.len())

    def to_uppercase(self) -> Any:
        """In capitals."""
        return self._mapped(lambda text: text.upper())

    def to_lowercase(self) -> Any:
        """In small letters."""
        return self._mapped(lambda text: text.lower())

    def to_titlecase(self) -> Any:
        """Words with a capital."""
        return self._mapped(lambda text: text.title())

    def strip_chars(self, characters: str | None) -> Any:
        """Without characters at both ends."""
        return self._mapped(lambda text: text.strip(characters))

    def strip_chars_start(self, characters: str | None) -> Any:
        """Without characters at the start."""
        return self._mapped(lambda text: text.lstrip(characters))

    def strip_chars_end(self, characters: str | None) -> Any:
        """Without characters at the end."""
        return self._mapped(lambda text: text.rstrip(characters))

    def starts_with(self, prefix: Any) -> Any:
        """Whether it begins so."""
        return self._with_text(prefix, "starts_with", lambda text, found: text.startswith(found))

    def ends_with(self, suffix: Any) -> Any:
        """Whether it ends so."""
        return self._with_text(suffix, "ends_with", lambda text, found: text.endswith(found))

    def contains(self, pattern: Any, *, literal: bool) -> Any:
        """Whether a pattern, or a text, is in it."""
        return self._with_text(pattern, "contains", lambda text, found: text.contains(found, regex=not literal))

    def replace(self, value: Any, pattern: str, *, literal: bool, n: int) -> Any:
        """The first `n` finds replaced."""
        return self._with_text(value, "replace", lambda text, found: text.replace(pattern, found, n=n, regex=not literal))

    def replace_all(self, value: Any, pattern: str, *, literal: bool) -> Any:
        """All finds replaced."""
        return self.replace(value, pattern, literal=literal, n=-1)

    def slice(self, offset: int, length: int | None) -> Any:
        """A piece."""
        return self._mapped(lambda text: text.slice(offset, str_slice_stop(offset, length)))

    def zfill(self, width: int) -> Any:
        """Zeros in front."""
        return self._mapped(lambda text: text.zfill(width))

    def pad_start(self, length: int, fill_char: str) -> Any:
        """Filled at the start."""
        return self._mapped(lambda text: text.rjust(length, fill_char))

    def pad_end(self, length: int, fill_char: str) -> Any:
        """Filled at the end."""
        return self._mapped(lambda text: text.ljust(length, fill_char))

    split = not_implemented()
    to_date = not_implemented()
    to_datetime = not_implemented()
    to_time = not_implemented()


class DateMethods(LazyExprNamespace, DateTimeNamespace):
    """Functions of dates and time differences."""

    year = _dates(lambda date: date.year)
    month = _dates(lambda date: date.month)
    day = _dates(lambda date: date.day)
    hour = _dates(lambda date: date.hour)
    minute = _dates(lambda date: date.minute)
    second = _dates(lambda date: date.second)
    millisecond = _dates(lambda date: date.microsecond // 1000)
    microsecond = _dates(lambda date: date.microsecond)
    nanosecond = _dates(lambda date: date.microsecond * 1000 + date.nanosecond)
    ordinal_day = _dates(lambda date: date.day_of_year)
    weekday = _dates(lambda date: date.day_of_week + 1)
    total_minutes = _seconds(1 / 60)
    total_seconds = _seconds(1)
    total_milliseconds = _seconds(1e3)
    total_microseconds = _seconds(1e6)
    total_nanoseconds = _seconds(1e9)

    def to_string(self, format: str) -> Any:
        """Written by a format."""
        return self.compliant.mapped(lambda column: column.dt.strftime(format.replace("%.f", ".%f")))

    def truncate(self, every: str) -> Any:
        """The beginning of the piece of time that it is in."""
        interval = Interval.parse(every)
        if interval.unit not in _PIECES:
            raise NotImplementedError(f"dt.truncate({every!r}) is not offered for lazyframe: units are {', '.join(_PIECES)}.")
        return self.compliant.mapped(lambda column: column.dt.floor(f"{interval.multiple}{_PIECES[interval.unit]}"))

    convert_time_zone = not_implemented()
    date = not_implemented()
    offset_by = not_implemented()
    replace_time_zone = not_implemented()
    timestamp = not_implemented()
