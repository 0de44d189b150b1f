"""Aggregates of groups.

An expression of aggregates is evaluated over the frame first, where each aggregate is one value that another plan computes; of
groups, these plans are taken apart again: the reductions go into one aggregate, and what is made of them is written over it.
"""

from __future__ import annotations

from typing import Any

from narwhals._compliant.group_by import ParseKeysGroupBy

import lazyframe as lf
from lazyframe.expr import Column, Expr, Reduction, Subquery
from lazyframe.frame.align import over, unprojected
from lazyframe.plan import Aggregate, Plan, Project, Unit
from lazyframe.tree import Node

_REDUCED = "__narwhals_reduced_{}__"


class GroupBy(ParseKeysGroupBy):
    """Groups, to be aggregated."""

    def __init__(self, df: Any, keys: Any, /, *, drop_null_keys: bool) -> None:
        self._compliant_frame, self._keys, self._names = self._parse_keys(df, keys=keys)
        self._dropna = drop_null_keys

    def agg(self, *exprs: Any) -> Any:
        """One row a group, in the order of their first rows."""
        from narwhals._expression_parsing import evaluate_output_names_and_aliases

        df, plan = self.compliant, self.compliant.native._plan
        reductions: dict[str, Reduction] = {}
        columns: list[tuple[str, Expr]] = [(new, Column(key)) for key, new in zip(self._keys, self._names, strict=True)]
        exclude = (*self._keys, *self._names)
        for expr in exprs:
            names, aliases = evaluate_output_names_and_aliases(expr, df, exclude)
            known = expr._evaluate_output_names(df)
            rows = df if len(known) == len(names) else df.drop(list(set(exclude)), strict=False)  # ``all()`` leaves the keys out
            made = dict(zip(names, expr(rows), strict=True))
            columns += [(alias, _reduced(made[name], plan, reductions)) for name, alias in zip(names, aliases, strict=True)]
        keys = tuple((key, Column(key)) for key in self._keys)
        counted = tuple(reductions.items()) or ((_REDUCED.format(0), Reduction("size", None)),)
        groups = Aggregate(plan, keys, counted, False, self._dropna, False)
        return df._with_native(lf.DataFrame(Project(groups, tuple(columns))))


def by_groups(df: Any, native: Any, keys: list[str]) -> lf.Series:
    """What an aggregate is of each row's group."""
    reductions: dict[str, Reduction] = {}
    expr = _reduced(native, df.native._plan, reductions)
    groups, wide = df.native.groupby(keys, sort=False, dropna=False), df.native
    for name, reduction in reductions.items():
        if reduction.operand is None:
            values = groups[keys[0]].transform("size")
        else:
            column = lf.Series(df.native._plan, reduction.operand, "value")
            by = [df.native[key] for key in keys]
            if reduction.options not in ((), (("ddof", 1),)):
                said = ", ".join(f"{name}={value}" for name, value in reduction.options)
                raise NotImplementedError(
                    f"{reduction.function}({said}).over() is not offered for lazyframe: aggregate, and join."
                )
            values = column.groupby(by, sort=False, dropna=False).transform(reduction.function)
        wide = wide.assign(**{name: values})
    return lf.Series(wide._plan, expr, None)


def _reduced(native: Any, plan: Plan, reductions: dict[str, Reduction]) -> Expr:
    """An expression of single values, over the results of reductions, which are added to those that are there.

    Raises
    ------
    NotImplementedError
        Not every value in it is a reduction of the rows of `plan`.
    """
    if not isinstance(native, lf.Scalar):
        raise NotImplementedError(
            "Of groups, expressions of aggregates alone are offered for lazyframe, such as col('x').sum() / len()."
        )

    def change(node: Node) -> Node:
        if not isinstance(node, Subquery):
            return node
        found = node.plan
        if isinstance(unprojected(found), Unit):  # made of single values
            expr = over(Unit(), found, Column(found.schema.names[0]))
            return expr.rewrite(change)
        if not isinstance(found, Aggregate) or found.keys or len(found.reductions) != 1:
            raise _refused(node)
        ((_, reduction),) = found.reductions
        operand = reduction.operand
        if operand is not None and any(isinstance(below, Subquery) for below in operand.walk()):
            raise _refused(node)
        if not _is_projection(found.child, plan):
            raise _refused(node)
        operand = None if operand is None else over(plan, found.child, operand)
        wanted = Reduction(reduction.function, operand, reduction.options)
        name = next((name for name, one in reductions.items() if one == wanted), None)
        if name is None:
            name = _REDUCED.format(len(reductions))
            reductions[name] = wanted
        return Column(name)

    new = native._expr.rewrite(change)
    assert isinstance(new, Expr)
    return new


def _is_projection(plan: Plan, base: Plan) -> bool:
    while plan != base and isinstance(plan, Project):
        plan = plan.child
    return plan == base


def _refused(node: Subquery) -> NotImplementedError:
    return NotImplementedError(
        f"{node.label()} is not offered of groups for lazyframe: it is no reduction of columns alone. Make the columns that it "
        "needs with with_columns first."
    )
