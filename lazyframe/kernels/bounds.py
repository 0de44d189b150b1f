"""Whether a predicate can be true in rows of which only bounds are known: how many values are missing, least and greatest.

The answer "no row" is given only where it is certain; so an expression of any other form than those below says nothing.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.expr import Call, Column, Expr, Literal

Bounds = tuple[int, Any, Any]
"""How many values are missing; the least and the greatest of the others, None for both where these are not known."""

_TURNED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le", "eq": "eq", "ne": "ne"}


def excludes(predicate: Expr, bounds: Mapping[str, Bounds]) -> bool:
    """Whether the predicate is true in no row, and fails in none.

    Examples
    --------
    >>> excludes(Call("gt", (Column("x"), Literal(5))), {"x": (0, 1, 4)})
    True
    >>> excludes(Call("ne", (Column("x"), Literal(4))), {"x": (1, 4, 4)})
    False
    """
    return _is_certain(predicate, bounds) and _excludes(predicate, bounds)


def _is_certain(predicate: Expr, bounds: Mapping[str, Bounds]) -> bool:
    """Whether it is a mask of every column that there may be: of another it might be said that it has missing values."""
    match predicate:
        case Column(name):
            missing, least, _ = bounds.get(str(name), (1, None, None))
            return missing == 0 and isinstance(least, bool)
        case Call("and_" | "or_", (left, right)):
            return _is_certain(left, bounds) and _is_certain(right, bounds)
        case Call("invert", (inner,)):
            return _is_certain(inner, bounds)
        case Call(operation, operands):
            return (operation in _TURNED or operation in _OF_VALUES) and all(
                isinstance(operand, (Column, Literal)) for operand in operands
            )
    return False


_OF_VALUES = ("isin", "isna", "notna")


def _excludes(predicate: Expr, bounds: Mapping[str, Bounds]) -> bool:
    match predicate:
        case Call("and_", (left, right)):
            return _excludes(left, bounds) or _excludes(right, bounds)
        case Call("or_", (left, right)):
            return _excludes(left, bounds) and _excludes(right, bounds)
        case Call("invert", (Column(name),)):
            return _is_all(bounds.get(str(name)), True)
        case Column(name):
            return _is_all(bounds.get(str(name)), False)
        case Call(operation, (Column(name), Literal(value))) if operation in _TURNED:
            return _none(operation, bounds.get(str(name)), value)
        case Call(operation, (Literal(value), Column(name))) if operation in _TURNED:
            return _none(_TURNED[operation], bounds.get(str(name)), value)
        case Call("isin", (Column(name), Literal(values))) if isinstance(values, (tuple, list)):
            return bool(values) and all(_none("eq", bounds.get(str(name)), value) for value in values)
    return False


def _is_all(found: Bounds | None, value: bool) -> bool:
    """Whether all the truth values of a column are this one."""
    return found is not None and found[0] == 0 and found[1] is value and found[2] is value


def _none(operation: str, found: Bounds | None, value: Any) -> bool:
    """Whether no value of a column is so to this one."""
    if found is None:
        return False
    missing, least, greatest = found
    if isinstance(least, pd.Timestamp) and isinstance(value, str):
        value = _date(value, least)
    if least is None or greatest is None or not _are_alike(least, greatest, value):
        return False
    if operation == "ne":  # which a missing value is, to anything
        return missing == 0 and bool(least == greatest == value)
    return bool(
        {
            "eq": value < least or value > greatest,
            "lt": least >= value,
            "le": least > value,
            "gt": greatest <= value,
            "ge": greatest < value,
        }[operation]
    )


def _date(text: str, like: pd.Timestamp) -> Any:
    """A text that dates are compared with, read as pandas reads it; itself where it is no date, which is for pandas to say."""
    try:
        found = pd.Timestamp(text, tz=like.tz)
    except ValueError:
        return text
    return text if pd.isna(found) else found


def _are_alike(least: Any, greatest: Any, value: Any) -> bool:
    """Whether two values are compared here just as pandas compares a column of one with the other."""
    if isinstance(least, (bool, np.bool_)) or isinstance(value, (bool, np.bool_)):
        return isinstance(least, (bool, np.bool_)) and isinstance(value, (bool, np.bool_))
    if isinstance(least, str):
        return isinstance(value, str)
    if isinstance(least, pd.Timestamp):
        return isinstance(value, (pd.Timestamp, datetime.datetime)) and (least.tzinfo is None) == (value.tzinfo is None)
    # Beyond 2^53 a column of integers is compared as floats, or is not, as the other is one or not. No float is made of a value
    # to find out whether it is beyond: that of 2^53 + 1 is 2^53.
    return all(
        isinstance(one, (int, float, np.integer, np.floating)) and -(2**53) <= one <= 2**53 for one in (least, greatest, value)
    )
