"""Values that depend on the rows before or after: the methods of pandas that look along all the rows.

A column of these is a column of the same rows: `df["total"] = df.x.cumsum()`. What pandas' own methods are given is held in
memory; by groups, that of one bucket where `memory_limit` asks for it.

See docs/decisions/0021-windows-add-columns.md.
"""

from __future__ import annotations

import operator
from collections.abc import Hashable, Mapping, Sequence
from typing import Any, Generic, TypeVar

from lazyframe.expr import Column, Expr, WindowCall
from lazyframe.frame.align import over, unprojected
from lazyframe.plan import Plan, Window

R = TypeVar("R")


def windowed(
    plan: Plan,
    operands: Sequence[Sequence[Expr]],
    method: str,
    options: Mapping[str, Any],
    alone: bool,
    keys: Sequence[Expr] = (),
    grouping: Mapping[str, Any] | None = None,
) -> tuple[Plan, list[Column]]:
    """The rows of `plan` with a column for each of `operands`, and these columns; as of a Series where `alone`.

    Raises
    ------
    TypeError, ValueError
        pandas refuses the method for these dtypes, or these arguments, or it is not offered for them.
    """
    below = unprojected(plan)
    columns: list[tuple[Hashable, WindowCall]] = []
    for several in operands:
        written = tuple(over(below, plan, expr) for expr in several)
        by = tuple(over(below, plan, key) for key in keys)
        made = WindowCall(method, written, tuple(options.items()), alone, by, tuple((grouping or {}).items()))
        columns.append((f"\1{made.label()}\2{made.token}", made))
    new = Window(below, tuple(dict(columns).items()))
    _ = new.schema
    return new, [Column(name) for name, _ in columns]


def periods_of(periods: Any) -> int:
    """A number of rows."""
    if isinstance(periods, bool) or not hasattr(periods, "__index__"):
        raise TypeError(f"periods takes a whole number of rows; got {periods!r}")
    return operator.index(periods)


class Windows(Generic[R]):
    """The methods that give each row a value by those before or after it, an `R`; the whole of the columns is held in memory,
    by groups that of a bucket where `memory_limit` asks for it.
    """

    def _window(self, method: str, /, **options: Any) -> R:
        raise NotImplementedError

    def cumsum(self) -> R:
        """The sums of the values so far.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.Distance.cumsum().head(3).compute(scheduler="sync").tolist()
        [1400, 2816, 3905]
        """
        return self._window("cumsum")

    def cumprod(self) -> R:
        """The products of the values so far."""
        return self._window("cumprod")

    def cummax(self) -> R:
        """The largest of the values so far."""
        return self._window("cummax")

    def cummin(self) -> R:
        """The smallest of the values so far."""
        return self._window("cummin")

    def shift(self, periods: int = 1) -> R:
        """The values of the row `periods` before; missing where there is none."""
        return self._window("shift", periods=periods_of(periods))

    def diff(self, periods: int = 1) -> R:
        """The differences to the values of the row `periods` before."""
        return self._window("diff", periods=periods_of(periods))

    def pct_change(self, periods: int = 1) -> R:
        """The differences to the values of the row `periods` before, as parts of these."""
        return self._window("pct_change", periods=periods_of(periods))

    def ffill(self) -> R:
        """The last value that is not missing, so far."""
        return self._window("ffill")

    def bfill(self) -> R:
        """The next value that is not missing."""
        return self._window("bfill")

    def rank(self, method: str = "average", ascending: bool = True, na_option: str = "keep", pct: bool = False) -> R:
        """The place of each value among all, the smallest having 1.

        Parameters
        ----------
        method : str
            What equal values get: ``"average"``, ``"min"``, ``"max"``, ``"first"``, ``"dense"``.
        ascending : bool
            Whether the smallest has 1, or the largest.
        na_option : str
            ``"keep"``, ``"top"`` or ``"bottom"``: the place of missing values.
        pct : bool
            Shares in the place of numbers.
        """
        return self._window("rank", method=method, ascending=ascending, na_option=na_option, pct=pct)
