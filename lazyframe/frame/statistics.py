"""Statistics that need all the values at once; the rest of them are reductions."""

from __future__ import annotations

from typing import Any, Self

import pandas as pd

from lazyframe.frame import wrap
from lazyframe.frame.base import FrameFace
from lazyframe.plan import PandasCall


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
