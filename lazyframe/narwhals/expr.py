"""Expressions of narwhals: functions from a frame to columns and single values of ours."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from narwhals._compliant import DepthTrackingExpr, LazyExpr
from narwhals._utils import NO_DEFAULT, Implementation, not_implemented
from narwhals.exceptions import InvalidOperationError

import lazyframe as lf
from lazyframe.narwhals.dtypes import as_narwhals, as_pandas
from lazyframe.narwhals.groups import by_groups
from lazyframe.narwhals.values import each, namespace


def _method(name: str) -> Any:
    return lambda self, **options: self.mapped(lambda column: getattr(column, name)(**options))


def _reduction(name: str) -> Any:
    return lambda self, **options: self.reduced(lambda column: getattr(column, name)(**options))


def _binary(function: Callable[[Any, Any], Any]) -> Any:
    return lambda self, other: self.calling(lambda df: _paired(df, self, other, function))


def _paired(df: Any, expr: Any, other: Any, function: Callable[[Any, Any], Any]) -> list[Any]:
    right = df._evaluate_single_output_expr(other)
    return [function(left, right) for left in expr(df)]


def _reflected(function: Callable[[Any, Any], Any]) -> Any:
    return lambda self, other: _binary(lambda right, left: function(left, right))(self, other).alias("literal")


def _whole_division(left: Any, right: Any) -> Any:
    """As that of pandas, but of a division by zero, which is missing."""
    found = left // right
    if isinstance(found, lf.Scalar):
        return found
    divisors = right if isinstance(right, lf.Series) else left * 0 + right
    return found.where(divisors != 0)


def _of_numpy(function: Callable[[Any], Any]) -> Any:
    return lambda self: self.mapped(function)


class FrameExpr(LazyExpr, DepthTrackingExpr):
    """An expression.

    Parameters
    ----------
    call : callable
        From a `Frame` to a list of `lazyframe.Series` and `lazyframe.Scalar`.
    evaluate_output_names : callable
        From a `Frame` to the names of these.
    alias_output_names : callable or None
        From these names to others.
    version : Version
        Of narwhals' names.
    """

    _implementation = Implementation.UNKNOWN

    def __init__(self, call: Any, *, evaluate_output_names: Any, alias_output_names: Any, version: Any) -> None:
        self._call = call
        self._evaluate_output_names = evaluate_output_names
        self._alias_output_names = alias_output_names
        self._version = version

    def __call__(self, df: Any) -> Sequence[Any]:
        found: Sequence[Any] = self._call(df)
        return found

    def __narwhals_namespace__(self) -> Any:
        return namespace(self._version)

    @classmethod
    def from_column_names(cls, evaluate_column_names: Any, /, *, context: Any) -> Self:
        """Columns by name."""

        def call(df: Any) -> list[Any]:
            names = evaluate_column_names(df)
            if (error := df._check_columns_exist(names)) is not None:
                raise error
            return [df.native[name] for name in names]

        return cls(call, evaluate_output_names=evaluate_column_names, alias_output_names=None, version=context._version)

    @classmethod
    def from_column_indices(cls, *column_indices: int, context: Any) -> Self:
        """Columns by place."""
        names = cls._eval_names_indices(column_indices)
        return cls.from_column_names(names, context=context)

    def calling(self, call: Any) -> Self:
        """The expression with another function, and its own names."""
        return type(self)(
            call,
            evaluate_output_names=self._evaluate_output_names,
            alias_output_names=self._alias_output_names,
            version=self._version,
        )

    def mapped(self, function: Callable[..., Any]) -> Self:
        """What a function makes of each column, row by row."""
        return self.calling(lambda df: [each(native, function) for native in self(df)])

    def mapped_with(self, function: Callable[..., Any], *others: Any) -> Self:
        """What a function makes of each column and of other expressions."""

        def call(df: Any) -> list[Any]:
            values = [df._evaluate_single_output_expr(other) for other in others]
            return [each(native, function, *values) for native in self(df)]

        return self.calling(call)

    def reduced(self, function: Callable[..., Any]) -> Self:
        """A single value of each column."""

        def one(native: Any) -> Any:
            if isinstance(native, lf.Scalar):
                raise InvalidOperationError("This is a single value already: it has nothing to aggregate.")
            return function(native)

        return self.calling(lambda df: [one(native) for native in self(df)])

    def _with_alias_output_names(self, func: Any, /) -> Self:
        current = self._alias_output_names
        alias = func if func is None or current is None else lambda names: func(current(names))
        return type(self)(
            self._call, evaluate_output_names=self._evaluate_output_names, alias_output_names=alias, version=self._version
        )

    def broadcast(self) -> Self:
        """The same: a single value stands for a column wherever there are columns."""
        return self

    def over(self, partition_by: Sequence[str], order_by: Sequence[str]) -> Self:
        """The value of each row's group."""
        if order_by:
            raise NotImplementedError(
                "over(order_by=...) is not offered for lazyframe. Its rows have an order: sort first, and use the methods of "
                "narwhals.to_native(df), such as df.x.cumsum() and df.groupby('k').x.shift()."
            )
        return self.calling(lambda df: [by_groups(df, native, list(partition_by)) for native in self(df)])

    # ---- operators

    __add__ = _binary(operator.add)
    __sub__ = _binary(operator.sub)
    __mul__ = _binary(operator.mul)
    __truediv__ = _binary(operator.truediv)
    __floordiv__ = _binary(_whole_division)
    __mod__ = _binary(operator.mod)
    __pow__ = _binary(operator.pow)
    __eq__ = _binary(operator.eq)
    __ne__ = _binary(operator.ne)
    __lt__ = _binary(operator.lt)
    __le__ = _binary(operator.le)
    __gt__ = _binary(operator.gt)
    __ge__ = _binary(operator.ge)
    __and__ = _binary(operator.and_)
    __or__ = _binary(operator.or_)
    __xor__ = _binary(operator.xor)
    __rsub__ = _reflected(operator.sub)
    __rtruediv__ = _reflected(operator.truediv)
    __rfloordiv__ = _reflected(_whole_division)
    __rmod__ = _reflected(operator.mod)
    __rpow__ = _reflected(operator.pow)
    __hash__ = None  # type: ignore[assignment]  # `==` is an expression
    __invert__ = _method("__invert__")
    __neg__ = _method("__neg__")

    # ---- row by row

    abs = _method("abs")
    is_null = _method("isna")
    round = _method("round")
    exp = _of_numpy(np.exp)
    sqrt = _of_numpy(np.sqrt)
    sin = _of_numpy(np.sin)
    cos = _of_numpy(np.cos)
    floor = _of_numpy(np.floor)
    ceil = _of_numpy(np.ceil)
    is_finite = _of_numpy(np.isfinite)

    def log(self, base: float) -> Self:
        """The logarithm."""
        return self.mapped(lambda column: np.log(column) / np.log(base))

    def is_unique(self) -> Self:
        """Where no other row has the value."""
        return self.reduced(lambda column: ~column.duplicated(keep=False))

    def cast(self, dtype: Any) -> Self:
        """As another dtype."""
        return self.mapped(lambda column: column.astype(as_pandas(dtype, self._version)))

    def is_nan(self) -> Self:
        """Where a number is none; what is missing is one of these in pandas."""

        def nan(column: Any) -> Any:
            dtype = as_narwhals(column.dtype, self._version)
            if not dtype.is_numeric():
                raise InvalidOperationError(
                    f"`.is_nan` only supported for numeric dtype and not {dtype}, did you mean `.is_null`?"
                )
            return column != column

        return self.mapped(nan)

    def is_in(self, other: Any) -> Self:
        """Where the value is one of others."""
        return self.mapped(lambda column: column.isin(other))

    def fill_null(self, value: Any, strategy: Any, limit: Any) -> Self:
        """A value, or that of another column, where one is missing."""
        if value is None:
            raise NotImplementedError(
                "fill_null(strategy=...) is not offered for lazyframe: write narwhals.to_native(df).x.ffill(), and .bfill()."
            )
        return self.mapped_with(lambda column, filling: column.fillna(filling), value)

    def fill_nan(self, value: Any) -> Self:
        """A value where a number is none."""
        return self if value is None else self.mapped(lambda column: column.mask(column != column, value))

    def clip(self, lower_bound: Any, upper_bound: Any) -> Self:
        """Within bounds."""
        return self.mapped_with(lambda column, lower, upper: column.clip(lower, upper), lower_bound, upper_bound)

    def clip_lower(self, lower_bound: Any) -> Self:
        """At least a bound."""
        return self.mapped_with(lambda column, lower: column.clip(lower), lower_bound)

    def clip_upper(self, upper_bound: Any) -> Self:
        """At most a bound."""
        return self.mapped_with(lambda column, upper: column.clip(upper=upper), upper_bound)

    def replace_strict(self, default: Any, old: Sequence[Any], new: Sequence[Any], *, return_dtype: Any) -> Self:
        """Other values for some; a default for the rest."""
        if default is NO_DEFAULT:
            raise NotImplementedError("replace_strict needs default= for lazyframe, for only a run can tell of other values.")
        table = dict(zip(old, new, strict=True))

        def replaced(column: Any, rest: Any) -> Any:
            found = column.map(table).where(column.isin(list(old)), rest)
            return found if return_dtype is None else found.astype(as_pandas(return_dtype, self._version))

        return self.mapped_with(replaced, default)

    # ---- single values

    all = _reduction("all")
    any = _reduction("any")
    count = _reduction("count")
    max = _reduction("max")
    mean = _reduction("mean")
    min = _reduction("min")
    std = _reduction("std")
    sum = _reduction("sum")
    var = _reduction("var")

    def median(self) -> Self:
        """The median, exact."""

        def median(column: Any) -> Any:
            if not as_narwhals(column.dtype, self._version).is_numeric():
                raise InvalidOperationError("`median` operation not supported for non-numeric input type.")
            return column.median()

        return self.reduced(median)

    def n_unique(self) -> Self:
        """How many distinct values there are, a missing one counted."""
        return self.reduced(lambda column: column.nunique(dropna=False))

    def null_count(self) -> Self:
        """How many are missing."""
        return self.reduced(lambda column: column.isna().sum())

    def len(self) -> Self:
        """The number of rows."""
        return self.reduced(lambda column: column._length())

    def quantile(self, quantile: float, interpolation: Any) -> Self:
        """A quantile, exact."""
        return self.reduced(lambda column: column.quantile(quantile, interpolation))

    # ---- namespaces, and what is refused

    @property
    def str(self) -> Any:
        """Functions of text."""
        from lazyframe.narwhals.accessors import Strings

        return Strings(self)

    @property
    def dt(self) -> Any:
        """Functions of dates and time differences."""
        from lazyframe.narwhals.accessors import DateMethods

        return DateMethods(self)

    any_value = not_implemented()
    cum_count = not_implemented()
    cum_max = not_implemented()
    cum_min = not_implemented()
    cum_prod = not_implemented()
    cum_sum = not_implemented()
    diff = not_implemented()
    drop_nulls = not_implemented()
    filter = not_implemented()
    first = not_implemented()
    is_first_distinct = not_implemented()
    is_last_distinct = not_implemented()
    kurtosis = not_implemented()
    last = not_implemented()
    list: Any = not_implemented()
    map: Any = not_implemented()
    mode = not_implemented()
    rank = not_implemented()
    rolling_mean = not_implemented()
    rolling_std = not_implemented()
    rolling_sum = not_implemented()
    rolling_var = not_implemented()
    shift = not_implemented()
    skew = not_implemented()
    struct: Any = not_implemented()
    unique = not_implemented()
