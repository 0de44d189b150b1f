"""What a plan's rows are like, told by the samples of its sources.

Where each row can be had of one row of a sample it is (`display.sampled`). Where rows have to meet, as in joins
and sorts, the plan is run over sources that have no rows but their samples: in this thread, and no file is read.
"""

from __future__ import annotations

from typing import Any

from lazyframe.frame.display import sampled
from lazyframe.frame.persist import kept_source
from lazyframe.kernels.columns import Columns
from lazyframe.plan import Filter, Plan, with_sources
from lazyframe.run import PlanRows, run
from lazyframe.tree import Node


def sample_of(plan: Plan) -> Columns:
    """The rows that a plan makes of the samples; they may be none."""
    rows = sampled(plan)
    if rows is None:
        small = with_sources(plan, lambda source: kept_source(source.describe(), source.schema, [source.sample]))
        rows = run([PlanRows(small)], scheduler="sync")[0]
    assert isinstance(rows, Columns)
    return rows


def without_filters(plan: Plan) -> Plan:
    """The plan with the rows that its filters leave out."""

    def without(node: Node) -> Any:
        return node.child if isinstance(node, Filter) else node

    new = plan.rewrite(without)
    assert isinstance(new, Plan)
    return new
