"""Plan to plan, with the same answer and less work.

The rules are a list of plain functions. Each takes a whole plan and returns one, the same object where it found
nothing to do, and each has text fixtures of its name in the tests. What holds of a node it says itself
(`Plan.reads`, `Plan.passed`, ...): a rule is about two kinds of node, and knows no list of all.

Where a mask can fail (`expr.can_fail`) it is not joined with the filter below it, for it would see more rows.

See docs/decisions/0004-filters-never-pass-what-can-fail.md and docs/decisions/0017-nodes-carry-their-rules.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace

from lazyframe.expr import Call, Column, Expr, Subquery, can_fail, is_of_a_column
from lazyframe.plan import Ends, Filter, FirstSorted, Head, Plan, Project, ResetIndex, Scan, Sort
from lazyframe.plan.node import is_mask, is_safe_mask, is_settled
from lazyframe.tree import Node


def combine_filters(plan: Plan) -> Plan:
    """One filter for two in a row."""

    def rule(node: Plan) -> Plan:
        match node:
            case Filter(Filter(child, first), second) if is_mask(child, first) and is_safe_mask(child, second):
                return Filter(child, Call("and_", (first, second)))
        return node

    return _rewritten(plan, rule)


def pushdown_predicates(plan: Plan) -> Plan:
    """Filters as near to the rows as they can go: below what lets them pass, and into the scan."""

    def rule(node: Plan) -> Plan:
        match node:
            case Filter(Scan(predicate=None) as scan, predicate) if is_settled(scan, predicate):
                return replace(scan, predicate=predicate)
            case Filter(Scan(predicate=Expr() as first) as scan, second) if is_mask(scan, first) and is_safe_mask(scan, second):
                return replace(scan, predicate=Call("and_", (first, second)))
            case Filter(above, predicate) if (below := above.passed(predicate)) is not None:
                return above.with_inputs([rule(Filter(above.inputs[0], below))])
        return node

    return _rewritten(plan, rule)


MOST_FIRST_ROWS = 1 << 16
"""More of the first rows of a sort than this are not held by each task: all the rows are sorted."""


def first_of_sorted(plan: Plan) -> Plan:
    """The first or the last rows of a sort, without the sort."""

    def rule(node: Plan) -> Plan:
        match node:
            case Head(child, count) if 0 < count <= MOST_FIRST_ROWS:
                return _first_of(child, count, True) or node
            case Ends(child, (), count, False) if 0 < count <= MOST_FIRST_ROWS:
                return _first_of(child, count, False) or node
        return node

    return _rewritten(plan, rule)


def _first_of(plan: Plan, count: int, first: bool) -> Plan | None:
    """So many rows of one end of a plan, if they are those of a sort."""
    match plan:
        case Sort(child, by, ascending, kind, na_position):
            return FirstSorted(child, by, ascending, kind, na_position, count, first)
        case ResetIndex(Sort(child, by, ascending, kind, na_position), True):
            if first:
                return ResetIndex(FirstSorted(child, by, ascending, kind, na_position, count), True)
            below = child.without_index()
            if not below.schema.index:
                return FirstSorted(below, by, ascending, kind, na_position, count, False, True)
        case Project(child, columns) if all(_can_wait(child, expr) for _, expr in columns):
            rows = _first_of(child, count, first)
            return None if rows is None else replace(plan, child=rows)
    return None


def _can_wait(plan: Plan, expr: Expr) -> bool:
    """Whether it may be made of some rows alone: no other is an error, or says something of its dtype."""
    return isinstance(expr, Column) or (is_settled(plan, expr) and not can_fail(expr, plan.schema))


def pushdown_projections(plan: Plan) -> Plan:
    """Only the columns that are used: each node is cut down to what is read above it."""
    return _narrowed(plan, plan.schema.names)


def drop_unused_indices(plan: Plan) -> Plan:
    """No index below what does not look at it: the columns that it would be made of need not be read."""

    def rule(node: Plan) -> Plan:
        if not node.ignores_index:
            return node
        below = [child.without_index() for child in node.inputs]
        return node if all(new is old for new, old in zip(below, node.inputs, strict=True)) else node.with_inputs(below)

    return _rewritten(plan, rule)


RULES: tuple[Callable[[Plan], Plan], ...] = (
    drop_unused_indices,
    combine_filters,
    pushdown_predicates,
    first_of_sorted,
    pushdown_projections,
)
"""The rules, in the order in which they are applied."""


def optimize(plan: Plan, rules: Iterable[Callable[[Plan], Plan]] = RULES) -> Plan:
    """`plan` after each of the rules; so too the plans whose values it needs."""

    def below(node: Node) -> Node:
        if not isinstance(node, Subquery):
            return node
        inner = optimize(node.plan, rules)
        return node if inner is node.plan else replace(node, plan=inner)

    plan = plan.rewrite(below, unless=is_of_a_column)  # type: ignore[assignment]  # of a plan it makes a plan
    for rule in rules:
        plan = rule(plan)
    return plan


def _narrowed(plan: Plan, wanted: Iterable[Hashable]) -> Plan:
    """`plan` with no column but those `wanted` from it, in its own order."""
    wanted = frozenset(wanted)
    inputs = [_narrowed(child, read) for child, read in zip(plan.inputs, plan.reads(wanted), strict=True)]
    return plan.narrowed(wanted, inputs)


def _rewritten(plan: Plan, rule: Callable[[Plan], Plan]) -> Plan:
    """`rule` applied to a plan and to those below it, from the sources up, each once; what its values need is optimized apart."""
    done: dict[int, Plan] = {}

    def visit(node: Plan) -> Plan:
        new = done.get(id(node))
        if new is None:
            new = done[id(node)] = rule(node.with_inputs([visit(child) for child in node.inputs]))
        return new

    return visit(plan)
