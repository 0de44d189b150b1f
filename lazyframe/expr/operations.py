"""The operations on columns, by name: pandas' own function for each, and how each is written."""

from __future__ import annotations

import operator
from collections.abc import Callable, Hashable
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.frozen import frozen
from lazyframe.schema import (
    MIXED,
    DType,
    category,
    dtype_named,
    dtype_of,
    probe,
    unsettled,
)
from lazyframe.timebins import binned

LOGICAL = ("and_", "or_", "xor", "invert")
"""The operations that combine masks."""


INFIX = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and_": "&", "or_": "|", "xor": "^",
}  # fmt: skip


PREFIX = {"invert": "~", "neg": "-", "pos": "+"}


DT_FIELDS = (
    "year", "month", "day", "hour", "minute", "second", "microsecond", "nanosecond", "day_of_week", "day_of_year",
    "quarter", "days_in_month", "is_month_start", "is_month_end", "is_quarter_start", "is_quarter_end",
    "is_year_start", "is_year_end", "is_leap_year", "days", "seconds", "microseconds", "nanoseconds",
)  # fmt: skip


DT_METHODS = (
    "normalize",
    "floor",
    "ceil",
    "round",
    "strftime",
    "day_name",
    "month_name",
    "total_seconds",
    "as_unit",
    "tz_convert",
    "tz_localize",
)


STR_METHODS = (
    "lower", "upper", "title", "capitalize", "swapcase", "strip", "lstrip", "rstrip", "len", "contains", "startswith",
    "endswith", "match", "fullmatch", "replace", "slice", "pad", "zfill", "ljust", "rjust", "center", "find", "count",
    "isdigit", "isalpha", "isalnum", "isnumeric", "isspace", "islower", "isupper", "get", "removeprefix", "removesuffix",
    "casefold", "isascii", "isdecimal", "istitle", "normalize", "repeat", "rfind", "slice_replace", "wrap",
    "index", "rindex", "join",
)  # fmt: skip


UFUNCS = (
    "sqrt", "cbrt", "square", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "tanh", "radians", "degrees", "floor", "ceil", "trunc", "rint", "sign", "isnan", "isinf",
    "isfinite", "hypot", "arctan2", "maximum", "minimum",
)  # fmt: skip


METHODS = ("isna", "notna", "fillna", "isin", "astype", "between", "clip", "round", "abs", "where")


PROPERTIES = {f"dt.{name}" for name in DT_FIELDS}


class _Method:
    """pandas' Series method (or property) of a dotted name, as a function of its Series."""

    def __init__(self, path: str, is_property: bool = False) -> None:
        self.path = path.split(".")
        self.is_property = is_property

    def __call__(self, series: pd.Series, *arguments: Any) -> Any:
        target: Any = series
        for name in self.path:
            target = getattr(target, name)
        if self.is_property:
            return target
        keywords: dict[str, Any] = {}
        if arguments and isinstance(arguments[-1], Keywords):
            keywords = dict(arguments[-1].items)
            arguments = arguments[:-1]
        return target(*arguments, **keywords)


@frozen
class Keywords:
    """The keyword arguments of a method, as its last operand."""

    items: tuple[tuple[str, Any], ...]

    def __repr__(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self.items)


def _isin(series: pd.Series, values: Any) -> pd.Series:
    return series.isin(values if isinstance(values, pd.Series) else list(values))


def _map(series: pd.Series, pairs: Any) -> pd.Series:
    if isinstance(pairs, pd.Series):  # of a table
        return series.map(pairs) if len(series) else pairs.iloc[:0].reset_index(drop=True)
    if not len(series):  # pandas gives text back as text, and a batch is not all the rows
        return pd.Series([new for _, new in pairs] or [np.nan]).iloc[:0]
    return series.map(dict(pairs))


def looked_up_dtype(dtype: DType) -> DType:
    """The dtype of values looked up in a column, some of which may not be there."""
    missing = dtype_of(probe(dtype).reindex(range(2)))
    return unsettled(dtype.possible[0], missing) if dtype.otherwise is None else unsettled(dtype.possible[0], dtype.otherwise)


def mapped_dtype(pairs: tuple[tuple[Any, Any], ...]) -> DType:
    """The dtype of new values, and what it is where some old value has none."""
    new = pd.Series(dict(pairs)) if pairs else pd.Series([np.nan])
    found = dtype_of(new)
    missing = dtype_of(new.reset_index(drop=True).reindex(range(len(new) + 1)))
    if MIXED in (found, missing):
        raise TypeError("map: the new values are of several kinds")
    return unsettled(found, missing)


def _astype(series: pd.Series, dtype: str) -> pd.Series:
    return series.astype(dtype)  # type: ignore[call-overload,no-any-return]


def _where(mask: Any, left: Any, right: Any) -> pd.Series:
    """numpy's ``where``, as a column."""
    return pd.Series(np.where(mask, left, right))


def _set(series: pd.Series, mask: pd.Series, value: Any) -> pd.Series:
    """Some values of a column replaced as pandas does it in place: the dtype stays, or it is an error."""
    made = series.copy()
    made[mask.to_numpy(bool)] = value[mask] if isinstance(value, pd.Series) else value
    return made


def _set_new(mask: pd.Series, value: Any) -> pd.Series:
    """A new column that has a value in some rows, and nothing elsewhere; of a dtype for which some are missing, as in pandas."""
    if isinstance(value, pd.Series):
        return value.where(mask).astype(value.iloc[:0].reindex([0]).dtype)
    if isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_)):
        value = float(value)
    return pd.Series(value, mask.index, dtype=object if isinstance(value, (bool, np.bool_)) else None).where(mask)


def _replace(series: pd.Series, pairs: tuple[tuple[Any, Any], ...], regex: bool) -> pd.Series:
    return series.replace(dict(pairs), regex=regex)


def _case_when(series: pd.Series, *cases: Any) -> pd.Series:
    return series.case_when(list(zip(cases[::2], cases[1::2], strict=True)))


def cased(series: pd.Series, *values: Any) -> pd.Series:
    """What ``case_when`` gives for these values, whatever the conditions: its dtype is one for all."""
    return series.case_when([(pd.Series([True] * len(series)), value) for value in values])


def _cut(series: pd.Series, bins: tuple[Any, ...], labels: Any, keywords: Keywords) -> pd.Series:
    cut: Any = pd.cut
    made: pd.Series = cut(series, list(bins), labels=list(labels) if labels else False, **dict(keywords.items))
    return made


def cut_dtype(labels: Any, keywords: Keywords) -> DType:
    """The dtype of what ``cut`` gives: categories, or numbers of bins, which are floats where a value is in no bin."""
    if labels:
        return category(labels, ordered=dict(keywords.items).get("ordered", True))
    return unsettled(dtype_named("int64"), dtype_named("float64"))


def _extracted(series: pd.Series, pattern: str, flags: int, place: int) -> pd.Series:
    """What one group of a pattern matches."""
    made: pd.Series = series.str.extract(pattern, flags, expand=True).iloc[:, place]
    return made


def _translate(series: pd.Series, pairs: tuple[tuple[Any, Any], ...]) -> pd.Series:
    return series.str.translate(dict(pairs))


def _joined(series: pd.Series, sep: str | None, na_rep: str | None, *others: pd.Series) -> pd.Series:
    columns: list[Any] = list(others)
    return series.str.cat(columns, sep=sep, na_rep=na_rep)


def _paired(left: pd.Series, right: pd.Series) -> pd.Series:
    """Two columns of numbers as the parts of complex ones; missing where either is."""
    pairs = np.empty(len(left), np.complex128)
    pairs.real, pairs.imag = left.to_numpy("float64", na_value=np.nan), right.to_numpy("float64", na_value=np.nan)
    return pd.Series(pairs)


def _isocalendar(series: pd.Series, field: str) -> pd.Series:
    made: pd.Series = series.dt.isocalendar()[field]
    return made


def _across(how: tuple[str, tuple[tuple[str, Any], ...], tuple[Hashable, ...]], *columns: pd.Series) -> pd.Series:
    """A method of pandas along the columns."""
    method, options, names = how
    frame = pd.DataFrame(dict(enumerate(columns)))
    frame.columns = pd.Index(names)
    made: pd.Series = getattr(frame, method)(axis=1, **dict(options))
    return made


OPERATIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(operator, name) for name in (*INFIX, *PREFIX)},
    **{name: _Method(name) for name in METHODS},
    **{f"dt.{name}": _Method(f"dt.{name}", is_property=True) for name in DT_FIELDS},
    **{f"dt.{name}": _Method(f"dt.{name}") for name in DT_METHODS},
    **{f"str.{name}": _Method(f"str.{name}") for name in STR_METHODS},
    **{f"np.{name}": getattr(np, name) for name in UFUNCS},
    "abs": operator.abs,
    "isin": _isin,
    "astype": _astype,
    "map": _map,
    "np.where": _where,
    "set": _set,
    "set_new": _set_new,
    "across": _across,
    "paired": _paired,
    "replace": _replace,
    "case_when": _case_when,
    "cut": _cut,
    "str.extract": _extracted,
    "str.translate": _translate,
    "str.cat": _joined,
    "dt.isocalendar": _isocalendar,
    "binned": binned,
}
"""Every operation on columns, by name: pandas' own function for it. All work row by row."""
