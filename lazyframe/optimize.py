"""Plan to plan, with the same answer and less work.

The rules are a list of plain functions. Each takes a whole plan and returns one, the same object where it found
nothing to do, and each has text fixtures of its name in the tests.

No rule may move a filter below a column whose dtype depends on the data (`DType.otherwise`), or one that some values
make an error (`expr.can_fail`): pandas looks at all the rows the column was made from, and would see fewer. Nor may a mask
that can fail be joined with the filter below it, and see more.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from dataclasses import replace

from lazyframe.expr import Call, Column, Expr, Subquery, can_fail
from lazyframe.plan import (
    Aggregate,
    Along,
    Choose,
    Filter,
    Head,
    Known,
    Plan,
    Project,
    ResetIndex,
    Scan,
    SetIndex,
    Share,
    Sort,
    SortIndex,
    Survey,
    Transpose,
    Unit,
    Whole,
)
from lazyframe.tree import Node


def combine_filters(plan: Plan) -> Plan:
    """One filter for two in a row."""

    def rule(node: Node) -> Node:
        match node:
            case Filter(Filter(child, first), second) if _is_mask(child, first) and _is_safe_mask(child, second):
                return Filter(child, Call("and_", (first, second)))
        return node

    return _rewritten(plan, rule)


def pushdown_predicates(plan: Plan) -> Plan:
    """Filters as near to the rows as they can go: below projections, and into the scan."""

    def rule(node: Node) -> Node:
        match node:
            case Filter(Project(child, columns) as above, predicate) if _passes(child, columns, predicate):
                below = _substituted(predicate, dict(columns))
                return replace(above, child=_as_plan(rule(Filter(child, below))))
            case Filter(SetIndex(child) as above, predicate) if all(field.dtype.otherwise is None for field in child.schema):
                return replace(above, child=_as_plan(rule(Filter(child, predicate))))
            case Filter(Scan(predicate=None) as scan, predicate) if _settled(scan, predicate):
                return replace(scan, predicate=predicate)
            case Filter(Scan(predicate=Expr() as first) as scan, second) if _is_mask(scan, first) and _is_safe_mask(scan, second):
                return replace(scan, predicate=Call("and_", (first, second)))
        return node

    return _rewritten(plan, rule)


def pushdown_projections(plan: Plan) -> Plan:
    """Only the columns that are used: scans and projections are cut down to what is read above them."""
    return _narrow(plan, plan.schema.names)


def drop_unused_indices(plan: Plan) -> Plan:
    """No index below an aggregate: the columns that it would be made of need not be read."""

    def rule(node: Node) -> Node:
        match node:
            case Aggregate(child):
                below = _without_index(child)
                return node if below is child else replace(node, child=below)
        return node

    return _rewritten(plan, rule)


def _without_index(plan: Plan) -> Plan:
    match plan:
        case SetIndex(child):
            return _without_index(child)
        case Filter(child) | Project(child):
            below = _without_index(child)
            return plan if below is child else replace(plan, child=below)
    return plan


RULES: tuple[Callable[[Plan], Plan], ...] = (drop_unused_indices, combine_filters, pushdown_predicates, pushdown_projections)
"""The rules, in the order in which they are applied."""


def optimize(plan: Plan, rules: Iterable[Callable[[Plan], Plan]] = RULES) -> Plan:
    """`plan` after each of the rules; so too the plans whose values it needs."""

    def below(node: Node) -> Node:
        if not isinstance(node, Subquery):
            return node
        inner = optimize(node.plan, rules)
        return node if inner is node.plan else replace(node, plan=inner)

    plan = _rewritten(plan, below)
    for rule in rules:
        plan = rule(plan)
    return plan


def _rewritten(plan: Plan, rule: Callable[[Node], Node]) -> Plan:
    return _as_plan(plan.rewrite(rule))


def _as_plan(node: Node) -> Plan:
    assert isinstance(node, Plan)
    return node


def _settled(plan: Plan, expr: Expr) -> bool:
    return expr.dtype(plan.schema).otherwise is None


def _passes(child: Plan, columns: tuple[tuple[Hashable, Expr], ...], predicate: Expr) -> bool:
    """Whether a filter above this projection may go below it: it reads columns the projection only hands on, or masks.

    A mask that was made before an `assign` is one. Other columns would be made twice, which can cost more than it saves.
    """
    made = dict(columns)
    return all(isinstance(made[name], Column) or _is_mask(child, made[name]) for name in predicate.columns()) and all(
        _settled(child, expr) and not can_fail(expr, child.schema) for expr in made.values()
    )


def _is_mask(plan: Plan, expr: Expr) -> bool:
    """Whether it has no missing values: as a filter these are an error, but ``and_`` takes them for false."""
    dtype = expr.dtype(plan.schema)
    return dtype.name == "bool" and dtype.otherwise is None


def _is_safe_mask(plan: Plan, expr: Expr) -> bool:
    """Whether it is a mask for the rows as well that another filter leaves out."""
    return _is_mask(plan, expr) and not can_fail(expr, plan.schema)


def _substituted(expr: Expr, columns: dict[Hashable, Expr]) -> Expr:
    new = expr.rewrite(lambda node: columns[node.name] if isinstance(node, Column) else node)
    assert isinstance(new, Expr)
    return new


def _narrow(plan: Plan, wanted: Iterable[Hashable]) -> Plan:
    """`plan` with no column but those `wanted` from it, in its own order."""
    wanted = set(wanted)
    match plan:
        case Scan(source, names):
            kept = tuple(name for name in plan.schema.names if name in wanted)
            full = names if names is not None else source.schema.names
            return plan if kept == full else replace(plan, names=kept)
        case Project(child, columns):
            used = tuple(pair for pair in columns if pair[0] in wanted)
            below = _narrow(child, _read_by(expr for _, expr in used))
            return plan if used == columns and below is child else replace(plan, child=below, columns=used)
        case Along(child, made):
            kept_made = tuple(pair for pair in made if pair[0] in wanted)
            read = _read_by(expr for _, one in kept_made for expr in (*one.operands, *one.keys))
            below = _narrow(child, {name for name in wanted if name in child.schema} | read)
            if not kept_made:
                return below
            return plan if kept_made == made and below is child else Along(below, kept_made)
        case Filter(child, predicate):
            return _with_child(plan, child, [*wanted, *predicate.columns()])
        case Sort(child, by) | Choose(child, _, by):
            return _with_child(plan, child, [*wanted, *by])
        case SetIndex(child, names):
            return _with_child(plan, child, [*wanted, *names])
        case Head(child) | Share(child) | SortIndex(child):
            return _with_child(plan, child, wanted)
        case Aggregate(child, keys, reductions):
            operands = [r.operand for _, r in reductions if r.operand is not None]
            return _with_child(plan, child, _read_by([*(expr for _, expr in keys), *operands]))
        case ResetIndex(child, True):
            return _with_child(plan, child, wanted)
        case Transpose(child) | ResetIndex(child) | Survey(child) | Whole(child):
            return _with_child(plan, child, child.schema.names)
        case Unit() | Known():
            return plan
    raise TypeError(f"no rule for the columns of {type(plan).__name__}")


def _with_child(plan: Plan, child: Plan, wanted: Iterable[Hashable]) -> Plan:
    below = _narrow(child, wanted)
    return plan if below is child else _as_plan(plan.with_children(lambda node: below if node is child else node))


def _read_by(exprs: Iterable[Expr]) -> set[Hashable]:
    return {name for expr in exprs for name in expr.columns()}
