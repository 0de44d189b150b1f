"""pandas' functions under the name of this package: a script for pandas runs with the import changed.

`to_datetime`, `to_timedelta` and `to_numeric` work row by row, as rows are read. Other functions of pandas' make an `Answer`
where an argument is lazy, and where none is, give what pandas gives. Whatever else pandas has for building values is pandas' own.
"""

from __future__ import annotations

import functools
import inspect
import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.expr import Applied, Keywords, Literal
from lazyframe.frame import wrap
from lazyframe.frame.answer import Answer
from lazyframe.frame.applied import tried
from lazyframe.frame.base import ColumnFace, FrameFace, call
from lazyframe.frame.display import sampled
from lazyframe.frame.elsewhere import without_hints
from lazyframe.frame.mistakes import raise_mistakes_of
from lazyframe.frame.pivoting import crossed
from lazyframe.frozen import frozen
from lazyframe.functions import found_of
from lazyframe.kernels.columns import to_series
from lazyframe.kernels.evaluate import evaluate
from lazyframe.run import leaves
from lazyframe.schema import dtype_named
from lazyframe.tree import token as token_of

_VALUES = """
NA NaT Timestamp Timedelta Period Interval DateOffset Grouper NamedAgg IndexSlice Categorical CategoricalDtype DatetimeTZDtype
IntervalDtype PeriodDtype StringDtype BooleanDtype ArrowDtype Int8Dtype Int16Dtype Int32Dtype Int64Dtype UInt8Dtype UInt16Dtype
UInt32Dtype UInt64Dtype Float32Dtype Float64Dtype Index MultiIndex RangeIndex CategoricalIndex DatetimeIndex IntervalIndex
PeriodIndex TimedeltaIndex array infer_freq api errors offsets
tseries testing options get_option set_option reset_option option_context describe_option
"""
_FUNCTIONS = """
concat merge merge_ordered merge_asof melt pivot pivot_table crosstab get_dummies from_dummies cut qcut unique factorize isna
isnull notna notnull wide_to_long lreshape eval date_range bdate_range
period_range timedelta_range interval_range
"""
VALUES = frozenset(_VALUES.split())
"""What is pandas' own under our name, too."""
FUNCTIONS = frozenset(_FUNCTIONS.split())
"""Functions of pandas' that lazy frames and columns can be given."""


def _cut(
    x: Any,
    bins: Any,
    right: bool = True,
    labels: Any = None,
    retbins: bool = False,
    precision: int = 3,
    include_lowest: bool = False,
    duplicates: str = "raise",
    ordered: bool = True,
) -> Any:
    """The bin of each value, by a label that is given or by its number; None where the column has to be gathered for it."""
    numbers = isinstance(x, ColumnFace) and x._dtype.otherwise is None and x._dtype.kind in "iuf"
    edges = isinstance(bins, (list, tuple, np.ndarray)) and all(isinstance(one, (int, float, np.number)) for one in bins)
    named = isinstance(labels, (list, tuple)) and bool(labels) and all(isinstance(one, str) for one in labels)
    if not numbers or not edges or retbins or not (labels is False or (named and len(set(labels)) == len(labels))):
        return None
    options = {"right": right, "include_lowest": include_lowest, "duplicates": duplicates, "ordered": ordered}
    given = [Literal(one) for one in (tuple(bins), tuple(labels) if named else False, Keywords(tuple(options.items())))]
    _ = pd.cut(pd.Series([], dtype="float64"), list(bins), labels=labels, **options)  # type: ignore[call-overload]
    return wrap.column(x._plan, call("cut", x._expr, *given), x.name)


_STREAMED: dict[str, Callable[..., Any]] = {"crosstab": crossed, "cut": _cut}
"""What makes of lazy columns what these functions give, or None where the rows have to be gathered for it."""
_AS_METHODS = {"isna", "isnull", "notna", "notnull", "unique", "merge", "melt"}


def of_pandas(name: str) -> Any:
    """What pandas has under a name, where that is of use with lazy frames; None where it is not."""
    if name in VALUES:
        return getattr(pd, name, None)
    return _function(name) if name in FUNCTIONS and hasattr(pd, name) else None


@functools.cache
def _function(name: str) -> Any:
    theirs = getattr(pd, name)

    @functools.wraps(theirs)
    def function(*args: Any, **kwargs: Any) -> Any:
        if not any(True for _ in leaves((args, kwargs))):
            return theirs(*args, **kwargs)
        if name in _AS_METHODS and args and isinstance(args[0], (ColumnFace, FrameFace)):
            return getattr(args[0], name)(*args[1:], **kwargs)
        kwargs = without_hints((), kwargs, inspect.signature(theirs).parameters)
        given = inspect.signature(theirs).bind(*args, **kwargs)
        made = _STREAMED[name](**given.arguments) if name in _STREAMED else None
        if made is None:
            raise_mistakes_of(theirs, args, kwargs)
            return Answer(theirs, args, kwargs, label=name)
        return made

    return function


# ---- values made of others, row by row


@frozen
class Conversion:
    """A function of pandas' that makes a value of each of a column's.

    Parameters
    ----------
    name : str
        Its name.
    options : tuple of (str, value)
        Its arguments.
    """

    name: str
    options: tuple[tuple[str, Any], ...]

    @property
    def title(self) -> str:
        """What it is called, for people."""
        return ", ".join(f"{name}={value!r}" for name, value in self.options)

    @property
    def how(self) -> str:
        """The word for a label."""
        return self.name

    @property
    def token(self) -> str:
        """By which it is known."""
        return token_of([self.name, [list(map(str, pair)) for pair in self.options]])

    def __call__(self, columns: Sequence[Any]) -> Any:
        """What it makes of rows."""
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Could not infer format")  # said once, when the line is written
            return getattr(pd, self.name)(columns[0], **dict(self.options))


def _converted(name: str, arg: Any, options: dict[str, Any]) -> Any:
    theirs: Callable[..., Any] = getattr(pd, name)
    if not any(True for _ in leaves((arg, options))):
        return theirs(arg, **options)
    if not isinstance(arg, ColumnFace) or any(True for _ in leaves(options)):
        return Answer(theirs, (arg,), options, label=name)
    plan, expr = arg._plan, arg._expr
    if name == "to_datetime" and arg._dtype.kind == "T" and options.get("format") is None:
        guessed = _format(arg, options)
        if guessed is None:
            return Answer(theirs, (arg,), options, label=name)
        options = {**options, "format": guessed}
    function = Conversion(name, tuple(options.items()))
    made = tried(plan, [expr], function)
    found = None if made is None else found_of(made)
    if name == "to_numeric" and made is not None and found is None and made.dtype == "float64":
        found = dtype_named("float64")  # a missing value among the first makes floats of all
    if found is None or expr.dtype(plan.schema).otherwise is not None:
        return Answer(theirs, (arg,), options, label=name)
    return wrap.column(plan, Applied(function, (expr,), found), arg.name)


def _format(arg: ColumnFace, options: dict[str, Any]) -> str | None:
    """The format that pandas would guess from the first value of all; None where the sample does not tell which that is."""
    columns = sampled(arg._plan)
    certain = columns is not None
    if columns is None or not len(columns):
        values = tried(arg._plan, [arg._expr], lambda given: given[0])
        certain = False
    else:
        values = to_series(evaluate(arg._expr, columns))
    present: Any = [] if values is None else values.dropna()
    if not len(present):
        return None
    guessed = pd.tseries.api.guess_datetime_format(present.iloc[0], dayfirst=bool(options.get("dayfirst")))
    if guessed is None:
        return None
    return guessed if certain or guessed.startswith("%Y") else None


def to_datetime(arg: Any, errors: str = "raise", **options: Any) -> Any:
    """A column as dates; the arguments are those of ``pandas.to_datetime``.

    Without ``format=`` it is that of the first value, as in pandas, for which the sample is looked at.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> text = df.Year.astype(str) + "-" + df.Month.astype(str).str.zfill(2)
    >>> lf.to_datetime(text, format="%Y-%m").dt.month.max().compute(scheduler="sync")
    np.int32(7)
    """
    return _converted("to_datetime", arg, {"errors": errors, **without_hints((), options)})


def to_timedelta(arg: Any, unit: Any = None, errors: str = "raise", **hints: Any) -> Any:
    """A column as time differences; the arguments are those of ``pandas.to_timedelta``."""
    return _converted("to_timedelta", arg, {"unit": unit, "errors": errors, **without_hints((), hints)})


def to_numeric(arg: Any, errors: str = "raise", **options: Any) -> Any:
    """A column as numbers; the arguments are those of ``pandas.to_numeric``. With ``errors="coerce"`` what is none is missing."""
    if options.get("downcast") is not None and any(True for _ in leaves(arg)):
        return Answer(pd.to_numeric, (arg,), {"errors": errors, **without_hints((), options)}, label="to_numeric")
    return _converted("to_numeric", arg, {"errors": errors, **without_hints((), options)})
