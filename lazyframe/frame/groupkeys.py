"""What rows are grouped by."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.expr import Column, Expr, Reduction
from lazyframe.frame.align import over, same_rows
from lazyframe.frame.base import ColumnFace, FrameFace
from lazyframe.frame.signature import NotOfferedError
from lazyframe.frame.window import windowed
from lazyframe.frozen import frozen
from lazyframe.plan import Aggregate, GroupRows, Plan, project
from lazyframe.run import Called
from lazyframe.schema import ColumnNotFoundError, labels_over


@frozen
class GroupKeys:
    """What to group by: expressions over the plan, and how."""

    plan: Plan
    exprs: tuple[tuple[Hashable, Expr], ...]
    columns: tuple[Hashable, ...]  # the keys that are columns of the frame, and so are not aggregated themselves
    sort: bool
    dropna: bool
    as_index: bool
    listed: bool  # the names of groups are tuples then, of one key too
    group_keys: bool = True  # whether what `apply` gives of several rows a group has the keys in its index

    def aggregate(self, reductions: Sequence[tuple[Hashable, Reduction]]) -> Aggregate:
        """The plan of these; with ``as_index=False`` a result takes the place of a key of its name."""
        return Aggregate(self.plan, self.exprs, tuple(reductions), self.sort, self.dropna, self.as_index)

    def windowed(self, exprs: Sequence[Expr], method: str, options: Mapping[str, Any], alone: bool) -> tuple[Plan, list[Column]]:
        """The rows of all groups with a column for each of `exprs`, by a method of pandas' groups."""
        by, grouping = [expr for _, expr in self.exprs], {"sort": self.sort, "dropna": self.dropna}
        return windowed(self.plan, [[expr] for expr in exprs], method, options, alone, by, grouping)

    def rows(
        self, values: Mapping[Hashable, Expr], method: str, n: int = 0, compared: bool = False
    ) -> tuple[Plan, GroupKeys] | None:
        """Some rows of each group, with `values` for columns; the keys of the same groups over them. None where pandas is to say.

        Parameters
        ----------
        values : mapping from name to Expr
            The columns that are wanted.
        method, n
            Which rows, as in `plan.GroupRows`.
        compared : bool
            Whether rows are chosen by the extremes of the values.
        """
        schema = self.plan.schema
        looked = [*(expr for _, expr in self.exprs), *(values.values() if compared else ())]
        dtypes = [dtype for expr in looked for dtype in expr.dtype(schema).possible]
        if any(dtype.kind not in "iufbMmT" or dtype.name == "object" for dtype in dtypes):
            return None
        keys = tuple((f"\1key{place}", expr) for place, (_, expr) in enumerate(self.exprs))
        by = tuple(name for name, _ in keys) + (tuple(values) if compared else ())
        below = project(self.plan, (*values.items(), *keys), labels_over(schema, list(values)))
        plan = GroupRows(below, by, len(keys), method, n, self.dropna)
        names = tuple((name, Column(key)) for (name, _), (key, _) in zip(self.exprs, keys, strict=True))
        return plan, replace(self, plan=plan, exprs=names, columns=())

    def combinations(self, values: Mapping[Hashable, Expr]) -> Plan | None:
        """How many rows have each combination of the keys and of `values`; None where pandas is to count them.

        Categories are counted that do not occur, and objects get a dtype by their values.
        """
        exprs = (*self.exprs, *values.items())
        kinds = {dtype.kind for _, expr in exprs for dtype in expr.dtype(self.plan.schema).possible}
        if not values or not self.dropna or not self.as_index or kinds - set("iufbMmT") or len(dict(exprs)) < len(exprs):
            return None
        if any(dtype.name == "object" for _, expr in exprs for dtype in expr.dtype(self.plan.schema).possible):
            return None
        return Aggregate(self.plan, exprs, (("count", Reduction("size", None)),), False, True, True)

    def inserted_into(self, reductions: Sequence[tuple[Hashable, Reduction]]) -> Aggregate:
        """The plan of these where pandas inserts the keys into a frame that has them, which is an error for a name twice."""
        taken = [name for name, _ in reductions if name in [key for key, _ in self.exprs]]
        if not self.as_index and taken:
            raise ValueError(
                f"cannot insert {taken[0]}, already exists: the key and a result have one name. "
                "Use as_index=True, or another name."
            )
        return self.aggregate(reductions)


def has_other_keys(by: Any) -> bool:
    """Whether some key is neither a name nor a column, but what only pandas can group by: times by a frequency, a function."""
    given = by if isinstance(by, list) else [by]
    return any(
        isinstance(key, (Called, pd.Grouper, pd.Series, pd.Index, np.ndarray, Mapping))
        or (callable(key) and not isinstance(key, ColumnFace))
        for key in given
    )


def keys_of(plan: Plan, by: Any, named: bool) -> tuple[Plan, tuple[tuple[Hashable, Expr], ...]]:
    """The plan to group, and the keys over it."""
    given = list(by) if isinstance(by, list) else [by]
    if not given:
        raise ValueError("No group keys passed!")
    plans = [key._plan for key in given if isinstance(key, ColumnFace)]
    base = same_rows([plan, *plans])
    if base is None:
        raise NotOfferedError("groupby: a key belongs to other rows than the frame it groups, and is matched by their labels")
    keys: list[tuple[Hashable, Expr]] = []
    for key in given:
        if isinstance(key, ColumnFace):
            keys.append((key.name, over(base, key._plan, key._expr)))
        elif isinstance(key, FrameFace):
            raise ValueError(f"Grouper for '{key.__class__.__name__}' not 1-dimensional: write the names of its columns")
        elif callable(key) or not isinstance(key, Hashable):
            raise TypeError(
                "groupby takes names of columns and columns of the frame; functions of the index and arrays are not offered"
            )
        elif named:
            _ = plan.schema[key]
            keys.append((key, over(base, plan, Column(key))))
        else:
            raise ColumnNotFoundError(f"a column is grouped by columns, df.x.groupby(df.y), not by {key!r}")
    return base, tuple(keys)
