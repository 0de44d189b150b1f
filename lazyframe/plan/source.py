"""Where rows come from: the leaves of a plan.

See docs/decisions/0016-persist-is-a-source.md.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Sequence
from dataclasses import replace
from typing import Any

from lazyframe.expr import Expr, Subquery, is_of_a_column
from lazyframe.plan.node import Numbering, Plan
from lazyframe.plan.rowwise import Rowwise
from lazyframe.schema import Field, Schema
from lazyframe.tree import Node, node


@node
class Leaf(Plan):
    """Rows of no other plan."""

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return ()


@node
class Scan(Leaf):
    """The rows of a source; only `columns` of them, and only the rows that pass `predicate`, where these are given."""

    source: Any
    names: tuple[Hashable, ...] | None = None
    predicate: Expr | None = None

    def _schema(self) -> Schema:
        schema: Schema = self.source.schema
        if self.names is None:
            return schema
        return Schema(tuple(Field(name, schema[name]) for name in self.names), (), schema.labels)

    @property
    def numbering(self) -> Numbering:
        return Numbering.COUNTED if self.predicate is None and self.source.is_counted else Numbering.RECORDS

    @property
    def read_columns(self) -> tuple[str, ...]:
        """The columns that the source has to read: those of the result and those of the predicate."""
        read = dict.fromkeys(self.schema.names)
        if self.predicate is not None:
            read |= dict.fromkeys(self.predicate.columns())
        return tuple(map(str, read))

    def narrowed(self, wanted: Collection[Hashable], inputs: Sequence[Plan]) -> Plan:
        kept = tuple(name for name in self.schema.names if name in wanted)
        full = self.names if self.names is not None else self.source.schema.names
        return self if kept == full else replace(self, names=kept)

    def label(self) -> str:
        read, width = self.source.parsed(self.read_columns)
        kept = self.source.columns_kept(self.read_columns)
        text = f"Scan {self.source.describe()}, columns parsed: {read} of {width}"
        text += "" if kept is None else f", columns kept: {kept[0]} of {kept[1]}"
        if self.names and len(self.names) <= 12:
            text += f" [{', '.join(map(str, self.names))}]"
        return text + (f", where {self.predicate.label()}" if self.predicate is not None else "")

    def title(self) -> str:
        return str(self.source.describe())


@node
class Unit(Leaf):
    """One row and no columns: what an expression of scalars alone is evaluated over."""

    def _schema(self) -> Schema:
        return Schema(())

    @property
    def numbering(self) -> Numbering:
        return Numbering.COUNTED


@node
class Known(Leaf):
    """An answer that is there: `answer` has ``columns``, and a ``token``."""

    answer: Any
    fields: Schema
    index: Numbering
    name: str

    def _schema(self) -> Schema:
        return self.fields

    @property
    def numbering(self) -> Numbering:
        return self.index

    def label(self) -> str:
        return f"Known {self.name}, in memory"

    def title(self) -> str:
        return self.name


def base_scan(plan: Plan) -> Scan | None:
    """The scan whose rows these are, partition by partition; None where rows had to meet in between."""
    while isinstance(plan, Rowwise):
        plan = plan.child
    return plan if isinstance(plan, Scan) else None


def scans(plan: Plan) -> list[Scan]:
    """The scans of a plan, those of subqueries too."""
    found: list[Scan] = []
    for below in plan.walk(unless=is_of_a_column):
        if isinstance(below, Scan):
            found.append(below)
        elif isinstance(below, Subquery):
            found.extend(scans(below.plan))
    return found


def size_of(plan: Plan) -> int:
    """About how many bytes the rows of a plan are, in the files they come from: of the columns that are read."""
    size = 0
    for scan in scans(plan):
        width = max(1, len(scan.source.schema))
        size += sum(part.nbytes for part in scan.source.partitions) * max(1, len(scan.read_columns)) // width
    return size


def with_sources(plan: Plan, function: Callable[[Any], Any]) -> Plan:
    """`plan` with `function` applied to the source of every scan, in subqueries too."""

    def change(node: Node) -> Node:
        if isinstance(node, Scan):
            source = function(node.source)
            return node if source is node.source else replace(node, source=source)
        if isinstance(node, Subquery):
            inner = with_sources(node.plan, function)
            return node if inner is node.plan else replace(node, plan=inner)
        return node

    new = plan.rewrite(change, unless=is_of_a_column)
    assert isinstance(new, Plan)
    return new
