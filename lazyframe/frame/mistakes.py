"""Mistakes in calls of pandas' own methods, raised on the line where they are written: the call is tried on rows of the sample.

What is gathered is called when it is computed, and a wrong argument would be an error after all files were read. What depends on
the rows must not be taken for a mistake: so an error counts only if pandas raises the same of some rows and of none, and neither
for a label, nor of values that go with the rows one by one.

Decision: docs/decisions/0092-gathered-calls-are-tried.md
"""

from __future__ import annotations

import operator
import warnings
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.frame.base import ColumnFace, FrameFace, ValueFace
from lazyframe.frame.convert import to_frame
from lazyframe.frame.display import sampled
from lazyframe.run import replaced

_ROWS = 100
_BY_ROWS = frozenset({"sample", "to_period", "asfreq"})
"""Methods whose errors depend on how many rows there are, or on their dates; `sample` draws numbers, too."""


class _UntriedError(Exception):
    """What is given is not to be had for the rows of the sample."""


def raise_mistakes(lazy: Any, name: str, arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> None:
    """Raise what pandas raises of these arguments, whatever the rows are.

    Parameters
    ----------
    lazy : frame or column
        What the method is called of.
    name : str
        Of the method.
    arguments, keywords
        What it is given.

    Raises
    ------
    TypeError, ValueError, AttributeError
        pandas' own.
    """
    if (arguments or keywords) and name not in _BY_ROWS:
        raise_mistakes_of(_method(name), (lazy, *arguments), keywords)


def raise_mistakes_of(function: Callable[..., Any], arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> None:
    """As `raise_mistakes`, of a function of pandas'."""
    if not all(map(_is_tried, [*arguments, *keywords.values()])):
        return
    try:
        error = _error(function, arguments, keywords, _ROWS)
        if isinstance(error, (TypeError, ValueError, AttributeError)):
            again = _error(function, arguments, keywords, 0)
            if type(again) is type(error) and str(again) == str(error):
                raise error from None
    except _UntriedError:
        return


def is_answered(lazy: Any, operation: str, arguments: Sequence[Any], keywords: Mapping[str, Any]) -> bool:
    """Whether pandas has an answer of a method, ``"str.cat"``, for the rows of the sample."""
    try:
        return _error(_method(operation), (lazy, *arguments), keywords, _ROWS) is None
    except _UntriedError:
        return False


def _method(name: str) -> Callable[..., Any]:
    """Calls a method of its first argument, or one of an accessor."""
    return lambda owner, *given, **named: operator.attrgetter(name)(owner)(*given, **named)


def _error(function: Callable[..., Any], arguments: Any, keywords: Any, rows: int) -> Exception | None:
    """What pandas raises of so many rows of the sample."""
    given, named = replaced((arguments, dict(keywords)), lambda one: _of_sample(one, rows))
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            function(*given, **named)
    except Exception as error:
        return error
    return None


def _of_sample(lazy: Any, rows: int) -> Any:
    """The first rows of the sample, as pandas has them."""
    if not isinstance(lazy, (FrameFace, ColumnFace)):
        raise _UntriedError
    plan = lazy._result()
    try:
        columns = sampled(plan)
    except Exception:  # an error of the data, which is for a run to raise
        columns = None
    if columns is None or not len(columns):
        raise _UntriedError
    frame: Any = to_frame(columns.first(_ROWS), plan).iloc[:rows]
    return frame.iloc[:, 0] if isinstance(lazy, ColumnFace) else frame


def _is_tried(value: Any) -> bool:
    """Whether an argument says what to do, and has no values that go with the rows, nor is a function."""
    if isinstance(value, (list, tuple)):
        return all(isinstance(one, (str, bool, FrameFace, ColumnFace)) or one is None for one in value)
    if isinstance(value, Mapping):
        return all(pd.api.types.is_scalar(one) for pair in value.items() for one in pair)
    return isinstance(value, (FrameFace, ColumnFace)) or (pd.api.types.is_scalar(value) and not isinstance(value, ValueFace))
