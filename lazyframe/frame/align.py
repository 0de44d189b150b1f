"""Columns of one frame, however it was reached.

pandas lines rows up by index. Here two plans have the same rows when they are projections of one plan; then columns
of both can be written over that plan, and stream. Anything else needs rows to be matched by their labels, for which these are
gathered: what is asked here says None, and the method of the face makes an answer of it, or sets a column by it.

See docs/decisions/0007-columns-of-one-frame.md and docs/decisions/0091-other-rows-are-matched-by-labels.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

from lazyframe.expr import Column, Expr, WindowCall
from lazyframe.plan import Filter, Plan, Project, Window, project
from lazyframe.schema import labels_over

E = TypeVar("E", bound=Expr)
MASK = "\1mask"


def same_rows(plans: Sequence[Plan]) -> Plan | None:
    """The plan that all of these are projections of (one of them where they are equal); None if there is none."""
    first = plans[0]
    if all(plan == first for plan in plans):
        return first
    bases = [unprojected(plan) for plan in plans]
    if all(one == bases[0] for one in bases):
        return bases[0]
    # Columns made along the rows are added to these: all that any of the plans has, added to the rows that they share.
    common, made = zip(*map(_apart, bases), strict=True)
    if any(rows != common[0] for rows in common):
        return None
    together: Plan = common[0]
    for columns in dict.fromkeys(one for several in made for one in several):
        together = Window(together, columns)
    return together


def over(base: Plan, plan: Plan, expr: Expr) -> Expr:
    """An expression over `plan` written over `base`, of which `plan` is a projection, or which has more columns than it."""
    while plan != base and isinstance(plan, Project):
        made: dict[Hashable, Expr] = dict(plan.columns)
        new = expr.rewrite(lambda node, made=made: made[node.name] if isinstance(node, Column) else node)  # type: ignore[misc]
        assert isinstance(new, Expr)
        expr, plan = new, plan.child
    return expr


def filtered(plan: Plan, columns: Sequence[tuple[Hashable, Expr]], mask_plan: Plan, mask: Expr) -> Plan | None:
    """These columns of `plan`, for the rows where a mask is true; None where the mask is one of other rows.

    Raises
    ------
    TypeError
        It is no mask.
    """
    base = same_rows([plan, mask_plan])
    if base is None:
        _ = Filter(mask_plan, mask).schema
        return None
    if base == plan and all(expr == Column(name) for name, expr in columns) and tuple(n for n, _ in columns) == plan.schema.names:
        return Filter(plan, over(base, mask_plan, mask))
    # The columns are made before the filter: pandas lets a dtype depend on rows that the mask then drops.
    made = tuple((name, over(base, plan, expr)) for name, expr in columns)
    below = Filter(Project(base, (*made, (MASK, over(base, mask_plan, mask)))), Column(MASK))
    names = [name for name, _ in columns]
    return project(below, tuple((name, Column(name)) for name in names), labels_over(plan.schema, names))


def unprojected(plan: Plan) -> Plan:
    """The plan that this one is a projection of."""
    while isinstance(plan, Project):
        plan = plan.child
    return plan


def rows_of(plan: Plan) -> Plan:
    """The plan whose rows these are, below all columns that are made of them."""
    while isinstance(plan, (Project, Window)):
        plan = plan.child
    return plan


def _apart(plan: Plan) -> tuple[Plan, list[tuple[tuple[Hashable, WindowCall], ...]]]:
    """The rows below the columns that are made along them, and these, the first ones first."""
    made = []
    while isinstance(plan, Window):
        made.append(plan.columns)
        plan = plan.child
    return plan, made[::-1]
