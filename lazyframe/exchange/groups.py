"""What gets all rows of each group as they are: methods of pandas that look along them, and those that only pandas knows.

    rows -> split by the hash of their keys -> all rows of some groups, in the order in which they were read -> pandas' method

See docs/decisions/0089-methods-of-groups-bucket-by-bucket.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import replace

import numpy as np

from lazyframe.exchange.reducers import have_keys
from lazyframe.exchange.scatter import ORDER
from lazyframe.expr import Column, Expr, WindowCall
from lazyframe.frozen import frozen
from lazyframe.kernels import task
from lazyframe.kernels.columns import Columns, from_series, to_series
from lazyframe.plan import Plan, Project, Window


@frozen
class GroupWindows:
    """Further columns by methods of pandas that look along the rows of a group, or along all rows.

    Parameters
    ----------
    calls : tuple of (name, WindowCall)
        Of columns.
    dropped : tuple
        The columns that are there for the calls alone.
    """

    calls: tuple[tuple[Hashable, WindowCall], ...]
    dropped: tuple[Hashable, ...]

    @property
    def ordering(self) -> tuple[Hashable, ...]:
        return (ORDER,)

    @property
    def by(self) -> tuple[Hashable, ...]:
        """The columns whose values are those of all rows that a value depends on; none where there are no such columns."""
        return tuple(dict.fromkeys(name for key in meeting(self.calls) for name in key.columns()))

    def finished(self, rows: Columns) -> Columns:
        if len(rows) and self._are_of_no_group(rows):
            none = task.window(rows.rows(np.zeros(0, np.int64)), self.calls, self.dropped)
            kept = {name: rows[name] for name in none.names if name in rows}
            made = {name: from_series(to_series(none[name]).reindex(range(len(rows)))) for name, _ in self.calls}
            return Columns.of(len(rows), {**kept, **made})
        return task.window(rows, self.calls, self.dropped)

    def _are_of_no_group(self, rows: Columns) -> bool:
        """Whether each row lacks a key: pandas gives them missing values where there is a group beside them, and here is none."""
        if any(call.method != "transform" or not dict(call.grouping).get("dropna", True) for _, call in self.calls):
            return False
        return not have_keys(rows, self.by).any()

    def label(self) -> str:
        return "+".join(dict.fromkeys(call.method for _, call in self.calls))


def meeting(calls: Sequence[tuple[Hashable, WindowCall]]) -> tuple[Expr, ...]:
    """The keys whose values are those of all rows that a value depends on, for all of the calls; none where there are no such.

    Examples
    --------
    >>> from lazyframe.expr import Column, WindowCall
    >>> total = WindowCall("cumsum", (Column("x"),), (), True, (Column("k"),))
    >>> meeting([("a", total)])
    (k,)
    >>> meeting([("a", total), ("b", WindowCall("cumsum", (Column("x"),), (), True))])
    ()
    """
    found = {_meeting(call) for _, call in calls}
    return found.pop() if len(found) == 1 else ()


def _meeting(call: WindowCall) -> tuple[Expr, ...]:
    if call.method == "duplicated":
        return call.operands
    return () if call.method == "ngroup" else call.keys


def windowing(plan: Window) -> tuple[Plan, GroupWindows]:
    """The rows of which a window is made, with what its calls look at beside them; and the calls, made of these columns."""
    own = plan.child.schema.names
    further: dict[Expr, str] = {}
    calls = []

    def column(expr: Expr) -> Column:
        return expr if isinstance(expr, Column) else Column(further.setdefault(expr, f"\1input{len(further)}"))

    for name, call in plan.columns:
        operands, keys = tuple(map(column, call.operands)), tuple(map(column, call.keys))
        calls.append((name, replace(call, operands=operands, keys=keys)))
    inputs = tuple((name, expr) for expr, name in further.items())
    rows = Project(plan.child, (*((name, Column(name)) for name in own), *inputs)) if inputs else plan.child
    return rows, GroupWindows(tuple(calls), tuple(further.values()))
