"""narwhals' functions that begin an expression, or put several together."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
from narwhals._compliant import CompliantSelector, DepthTrackingNamespace, LazyNamespace, LazySelectorNamespace
from narwhals._expression_parsing import combine_alias_output_names, combine_evaluate_output_names
from narwhals._utils import Implementation, not_implemented

import lazyframe as lf
from lazyframe.expr import Literal
from lazyframe.narwhals.dtypes import as_pandas
from lazyframe.narwhals.expr import FrameExpr
from lazyframe.narwhals.frame import Frame
from lazyframe.narwhals.values import each, is_namespace


class Selector(CompliantSelector, FrameExpr):
    """Columns by their names and dtypes."""

    def _to_expr(self) -> FrameExpr:
        return FrameExpr(
            self._call,
            evaluate_output_names=self._evaluate_output_names,
            alias_output_names=self._alias_output_names,
            version=self._version,
        )


class Selectors(LazySelectorNamespace):
    """What selectors begin with."""

    @property
    def _selector(self) -> type[Selector]:
        return Selector


@is_namespace
class Namespace(LazyNamespace, DepthTrackingNamespace):
    """narwhals' functions, over lazy frames."""

    _implementation = Implementation.UNKNOWN

    def __init__(self, *, version: Any) -> None:
        self._version = version

    @property
    def _expr(self) -> type[FrameExpr]:
        return FrameExpr

    @property
    def _lazyframe(self) -> type[Frame]:
        return Frame

    @property
    def _backend_version(self) -> tuple[int, ...]:
        return tuple(int(part) for part in lf.__version__.split(".")[:3] if part.isdigit())

    @property
    def selectors(self) -> Selectors:
        """Columns by their names and dtypes."""
        found: Selectors = Selectors.from_namespace(self)
        return found

    def scan_csv(self, source: Any, *, separator: str = ",", **kwds: Any) -> Frame:
        """``lazyframe.read_csv``."""
        return Frame(lf.read_csv(source, sep=separator, **kwds), version=self._version)

    def lit(self, value: Any, dtype: Any) -> FrameExpr:
        """A plain value."""
        if isinstance(value, (list, tuple, dict)):
            raise NotImplementedError(f"lit({value!r}): lazyframe has no columns of lists or structs.")
        native = lf.Scalar(Literal(value))
        if dtype is not None:
            native = each(native, lambda column: column.astype(as_pandas(dtype, self._version)))
        return self._made(lambda df: [native], "literal")

    def len(self) -> FrameExpr:
        """The number of rows."""
        return self._made(lambda df: [df.native[df.columns[0]]._length()], "len")

    def _made(self, call: Any, name: str) -> FrameExpr:
        return FrameExpr(call, evaluate_output_names=lambda df: [name], alias_output_names=None, version=self._version)

    def _of(self, exprs: Iterable[Any], function: Callable[[Any, list[Any]], Any], names: Any = None) -> FrameExpr:
        """What a function makes of the frame and all the columns of expressions."""
        exprs = list(exprs)
        return FrameExpr(
            lambda df: [function(df, [native for expr in exprs for native in expr(df)])],
            evaluate_output_names=names or combine_evaluate_output_names(*exprs),
            alias_output_names=combine_alias_output_names(*exprs) if names is None else None,
            version=self._version,
        )

    def all_horizontal(self, *exprs: Any, ignore_nulls: bool) -> FrameExpr:
        """Whether all columns are true."""
        return self._of(exprs, lambda df, columns: functools.reduce(operator.and_, _masks(columns, ignore_nulls, True)))

    def any_horizontal(self, *exprs: Any, ignore_nulls: bool) -> FrameExpr:
        """Whether some column is true."""
        return self._of(exprs, lambda df, columns: functools.reduce(operator.or_, _masks(columns, ignore_nulls, False)))

    def sum_horizontal(self, *exprs: Any) -> FrameExpr:
        """The sum of columns, missing values passed over."""
        return self._of(exprs, lambda df, columns: functools.reduce(operator.add, (_filled(one, 0) for one in columns)))

    def mean_horizontal(self, *exprs: Any) -> FrameExpr:
        """The mean of columns, missing values passed over."""

        def mean(df: Any, columns: list[Any]) -> Any:
            total = functools.reduce(operator.add, (_filled(one, 0) for one in columns))
            count = functools.reduce(operator.add, (each(one, lambda column: column.notna().astype("int64")) for one in columns))
            return total / count

        return self._of(exprs, mean)

    def min_horizontal(self, *exprs: Any) -> FrameExpr:
        """The smallest of columns, missing values passed over."""
        return self._of(exprs, lambda df, columns: _frame(df, columns).min(axis=1))

    def max_horizontal(self, *exprs: Any) -> FrameExpr:
        """The largest of columns, missing values passed over."""
        return self._of(exprs, lambda df, columns: _frame(df, columns).max(axis=1))

    def coalesce(self, *exprs: Any) -> FrameExpr:
        """The first of columns that is not missing."""
        return self._of(exprs, lambda df, columns: functools.reduce(lambda one, other: _filled(one, other), columns))

    def concat_str(self, *exprs: Any, separator: str, ignore_nulls: bool) -> FrameExpr:
        """Texts one after another."""
        if ignore_nulls:
            raise NotImplementedError("concat_str(ignore_nulls=True) is not offered for lazyframe: fill_null the columns first.")

        def joined(df: Any, columns: list[Any]) -> Any:
            texts = [each(one, lambda column: column.astype("str")) for one in columns]
            return functools.reduce(lambda one, other: one + separator + other, texts)

        return self._of(exprs, joined)

    def when_then(self, predicate: Any, then: Any, otherwise: Any = None) -> FrameExpr:
        """One value where a mask is true, another elsewhere."""

        def chosen(df: Any, columns: list[Any]) -> Any:
            mask, value, *rest = columns
            if all(isinstance(one, lf.Scalar) for one in columns):
                return each(value, lambda then, where, *otherwise: then.where(where, *otherwise), mask, *rest)
            if isinstance(mask, lf.Scalar):
                mask = _in_each_row(df, mask)
            if isinstance(value, lf.Series):
                return value.where(mask, *rest)
            return np.where(mask, value, *rest or [float("nan")])  # which may be plain values, as `where` has none of

        parts = [predicate, then] if otherwise is None else [predicate, then, otherwise]
        expr = self._of(parts, chosen, getattr(then, "_evaluate_output_names", lambda df: ["literal"]))
        return expr._with_alias_output_names(getattr(then, "_alias_output_names", None))

    concat = not_implemented()
    corr = not_implemented()
    cov = not_implemented()
    list = not_implemented()
    scan_parquet = not_implemented()
    struct = not_implemented()


def _filled(native: Any, value: Any) -> Any:
    return each(native, lambda column, filling: column.fillna(filling), value)


def _masks(columns: list[Any], ignore_nulls: bool, value: bool) -> Iterable[Any]:
    return (_filled(one, value) if ignore_nulls and one.dtype != "bool" else one for one in columns)


def _in_each_row(df: Any, value: Any) -> Any:
    """A column of a single value."""
    first = df.native[df.columns[0]]
    return np.where(first.isna(), value, value)


def _frame(df: Any, columns: list[Any]) -> Any:
    """A frame of columns and single values, which stand in each row."""
    named = {f"__narwhals_{place}__": one for place, one in enumerate(columns)}
    return df.native.assign(**named)[[*named]]
