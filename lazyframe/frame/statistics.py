"""Statistics that need all the values at once; the rest of them are reductions."""

from __future__ import annotations

from typing import Any, Self

import pandas as pd

from lazyframe.expr import Reduction
from lazyframe.frame import wrap
from lazyframe.frame.align import over, same_rows
from lazyframe.frame.answer import Answer
from lazyframe.frame.base import ColumnFace, FrameFace, call
from lazyframe.plan import Aggregate, PandasCall


def whole(lazy: Any, method: str, /, **options: Any) -> PandasCall:
    """The plan of what a method of pandas makes of all the rows of a frame or column.

    Raises
    ------
    TypeError, ValueError
        pandas refuses the method for these dtypes, or these arguments.
    """
    plan = PandasCall(lazy._result(), method, tuple(options.items()), alone=lazy.ndim == 1)
    try:
        _ = plan.schema
    except (TypeError, NotImplementedError) as error:  # the latter is Arrow's, of text
        raise TypeError(f"{plan.title()}: {error}") from None
    return plan


def paired(left: Any, name: str, other: Any, options: dict[str, Any], further: dict[str, Any]) -> Any:
    """The covariance or correlation of two columns; of other rows, or by other methods, of gathered ones."""
    base = same_rows([left._plan, other._plan]) if isinstance(other, ColumnFace) else None
    plain = all(type(value) is int for value in options.values() if value is not None)
    if base is None or not plain or further.get("method", "pearson") != "pearson":
        return left._gathered(name)(other, **options, **further)
    dtypes = [dtype for one in (left, other) for dtype in one._dtype.possible]
    if not all(dtype.extension is None and dtype.kind in "iufb" for dtype in dtypes):
        return left._gathered(name)(other, **options, **further)
    pair = call("paired", over(base, left._plan, left._expr), over(base, other._plan, other._expr))
    given = tuple((key, value) for key, value in options.items() if value is not None)
    return wrap.scalar(Aggregate(base, (), ((left.name, Reduction(f"pair_{name}", pair, given)),)))


class FrameStatistics(FrameFace):
    """The statistics of a frame that need all its values at once."""

    def quantile(self, q: Any = 0.5, *, numeric_only: bool = False, interpolation: str = "linear") -> Any:
        """Quantiles of each column, exact; of columns of numbers the values that differ are held in memory, of others all.

        Parameters
        ----------
        q : float or list of float
            Shares of the values, from 0 to 1. A list gives a frame with a row for each.
        numeric_only : bool
            Whether only columns of numbers are looked at.
        interpolation : str
            What stands for a quantile between two values: ``linear``, ``lower``, ``higher``, ``midpoint``, ``nearest``.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df[["DepDelay", "Distance"]].quantile([0.5, 0.9]).compute(scheduler="sync")
             DepDelay  Distance
        0.5      -1.0    1067.0
        0.9     192.0    2475.0
        """
        given = list(q) if pd.api.types.is_list_like(q) else q
        plan = whole(self._numbers(numeric_only), "quantile", q=given, interpolation=interpolation)
        return self._over(plan) if isinstance(given, list) else wrap.only_column(plan)

    def idxmax(self, *, numeric_only: bool = False) -> Any:
        """The label of the first largest value of each column; an answer."""
        return self._labels("idxmax", numeric_only)

    def idxmin(self, *, numeric_only: bool = False) -> Any:
        """The label of the first smallest value of each column; an answer."""
        return self._labels("idxmin", numeric_only)

    def _labels(self, method: str, numeric_only: bool) -> Any:
        frame = self._numbers(numeric_only)
        if not len(frame._plan.schema):
            return self._gathered(method)(numeric_only=numeric_only)
        try:
            values = [getattr(frame._column(name), method)() for name in frame._plan.schema.names]
        except TypeError:  # of texts, or of an index of several levels
            return self._gathered(method)(numeric_only=numeric_only)
        return Answer(pd.Series, (values, frame.columns), label=method)

    def corr(self, method: str = "pearson", min_periods: int = 1, *, numeric_only: bool = False) -> Self:
        """The correlation of each column of numbers with each other, exact; all the values are held in memory.

        Parameters
        ----------
        method : str
            ``"pearson"``, ``"kendall"`` or ``"spearman"``.
        min_periods : int
            How many rows with both values there have to be.
        numeric_only : bool
            Whether only columns of numbers are looked at.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df[["DepDelay", "ArrDelay"]].corr().compute(scheduler="sync").round(2)
                  DepDelay  ArrDelay
        DepDelay      1.00      0.98
        ArrDelay      0.98      1.00
        """
        if callable(method):
            raise TypeError("corr takes the name of a method; for a function .compute() first")
        return self._over(whole(self._numbers(numeric_only), "corr", method=method, min_periods=min_periods))

    def cov(self, min_periods: int | None = None, ddof: int | None = 1, *, numeric_only: bool = False) -> Self:
        """The covariance of each column of numbers with each other, exact; all the values are held in memory."""
        return self._over(whole(self._numbers(numeric_only), "cov", min_periods=min_periods, ddof=ddof))

    def _numbers(self, numeric_only: bool) -> Any:
        """The columns of numbers only where that is asked for."""
        frame: Any = self
        return frame[[name for name in self._plan.schema.names if not numeric_only or self._plan.schema[name].is_number]]
