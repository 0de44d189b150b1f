"""How many rows a plan has, where that is known without a run: it was counted or computed before, or its rows are in memory."""

from __future__ import annotations

from lazyframe.plan import Filter, Known, Plan, Rowwise

_TOLD = "_rows told"
"""Where a plan has it: beside its fields, so it goes with the plan; an equal one written elsewhere says nothing new."""


def tell(plan: Plan, rows: int) -> None:
    """Remember how many rows a plan has."""
    vars(plan)[_TOLD] = rows


def rows_of(plan: Plan) -> int | None:
    """How many rows a plan has; None where only a run can tell.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> rows_of(df._plan)
    >>> len(df)
    60
    >>> rows_of(df.assign(hours=df.AirTime / 60)._plan)
    60
    """
    while (found := vars(plan).get(_TOLD)) is None and isinstance(plan, Rowwise) and not isinstance(plan, Filter):
        plan = plan.child
    return len(plan.answer.columns) if isinstance(plan, Known) else found
