"""The whole request: optimize, lower, run. And again, when the data contradict what the source had assumed."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from lazyframe.executors import execute
from lazyframe.kernels.columns import Columns
from lazyframe.lower import NOTICES, lower
from lazyframe.notices import warn
from lazyframe.optimize import optimize
from lazyframe.plan import Plan, with_sources
from lazyframe.schema import Contradiction


def current(plan: Plan) -> Plan:
    """The plan over its sources as they are known by now, after all that other queries have learnt."""
    return with_sources(plan, lambda source: source.latest())


def shown(plan: Plan) -> Plan:
    """`current`, or the plan as it was written where it has become a mistake: it is for the run to raise that."""
    try:
        new = current(plan)
        _ = new.schema
    except (TypeError, ValueError, AttributeError):
        return plan
    return new


def run(plans: Sequence[Plan], scheduler: Any = None, num_workers: int | None = None) -> tuple[list[Plan], list[Columns]]:
    """Compute plans together.

    Returns
    -------
    plans : list of Plan
        What was run: the plans with all that has been learnt about their sources, so their schemas are right.
    answers : list of Columns
        One a plan.
    """
    plans = [current(plan) for plan in plans]
    learnt = ""
    while True:
        try:
            graph, keys = lower([optimize(plan) for plan in plans])
        except TypeError as error:  # what was right when it was written is not, now that more is known of the files
            raise TypeError(f"{error} This came out while the files were read: {learnt}.") if learnt else error from None
        try:
            notices = [key for key in graph if key.startswith(NOTICES)]
            answers = execute(graph, keys + notices, scheduler=scheduler, num_workers=num_workers)
        except Contradiction as contradiction:
            learnt = str(contradiction.finding) or learnt
            plans = _revised(plans, contradiction)
            continue
        for notice in itertools.chain.from_iterable(answers[len(keys) :]):
            warn(notice)
        return plans, answers[: len(keys)]


def _revised(plans: Sequence[Plan], contradiction: Contradiction) -> list[Plan]:
    """The plans over the source as it is now known to be; each rise ends, for a source can only learn so much."""
    known: dict[str, Any] = {}

    def revise(source: Any) -> Any:
        if source.token != contradiction.token:
            return source
        if source.token not in known:
            known[source.token] = source.revised(contradiction.finding)
        return known[source.token]

    revised = [with_sources(plan, revise) for plan in plans]
    if not known:
        raise RuntimeError(f"no source of this query has the token {contradiction.token}") from contradiction
    return revised
