"""One row a group, or none at all.

See docs/decisions/0069-rows-out-are-verified.md.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable

from lazyframe.expr import Expr, Reduction
from lazyframe.plan.node import Numbering, Plan, read_by
from lazyframe.schema import DType, Field, Schema, dtype_named, labels_over, unsettled
from lazyframe.tree import node


@node
class Aggregate(Plan):
    """One row a group of equal keys; one row in all where there are no keys.

    `as_index` makes the keys the index, as pandas does; otherwise they are the first columns, but for a key whose name a
    result has.
    """

    child: Plan
    keys: tuple[tuple[Hashable, Expr], ...]
    reductions: tuple[tuple[Hashable, Reduction], ...]
    sort: bool = True
    dropna: bool = True
    as_index: bool = True

    def _schema(self) -> Schema:
        below = self.child.schema
        keys = tuple(Field(name, _key_dtype(expr.dtype(below))) for name, expr in self.keys)
        values = tuple(Field(name, r.dtype(below, bool(self.keys))) for name, r in self.reductions)
        taken = {field.name for field in values}
        labels = labels_over(below, [name for name, _ in self.reductions])
        if self.as_index:
            return Schema(values, keys, labels)
        return Schema(tuple(k for k in keys if k.name not in taken) + values, (), labels)

    @property
    def numbering(self) -> Numbering:
        return Numbering.KEYS if self.as_index and self.keys else Numbering.COUNTED

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        operands = [r.operand for _, r in self.reductions if r.operand is not None]
        return (read_by([*(expr for _, expr in self.keys), *operands]),)

    @property
    def ignores_index(self) -> bool:
        return True

    def label(self) -> str:
        values = ", ".join(
            r.label() if not isinstance(name, str) or name in r.label() else f"{name} = {r.label()}"
            for name, r in self.reductions
        )
        if not self.keys:
            return f"Aggregate {values}"
        return f"Aggregate {values} by {', '.join(expr.label() for _, expr in self.keys)}"

    def title(self) -> str:
        if len(self.reductions) != 1:
            return "aggregate"
        return self._reduction_title(self.reductions[0][1])

    def _reduction_title(self, reduction: Reduction) -> str:
        if reduction.operand is None:
            return reduction.function
        below = self.child.title() if isinstance(self.child, Aggregate) else reduction.operand.label()
        return f"{reduction.function} of {below}"

    def column_title(self, name: Hashable) -> str:
        found = [reduction for reduced, reduction in self.reductions if reduced == name]
        if not found or not self.keys:
            return str(name) if not found else self._reduction_title(found[0])
        return f"{self._reduction_title(found[0])} by {', '.join(expr.label() for _, expr in self.keys)}"

    def rows_title(self) -> str:
        return f"grouped by {', '.join(expr.label() for _, expr in self.keys)}" if self.keys else "reduced"

    def work(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(reduction.function for _, reduction in self.reductions))


def _key_dtype(dtype: DType) -> DType:
    """The dtype of a key in the result, where pandas infers it anew from objects."""
    if dtype.name != "object":
        return dtype
    return unsettled(dtype_named({"T": "str", "Z": "int64"}.get(dtype.kind, "bool")), dtype)


@node
class Validate(Plan):
    """Reads all rows of `child` and returns none, to confirm what is assumed of them, and the dtypes that are open."""

    child: Plan

    def _schema(self) -> Schema:
        return Schema(tuple(field for field in self.child.schema if field.dtype.otherwise is not None))

    @property
    def numbering(self) -> Numbering:
        return Numbering.COUNTED

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return (self.child.schema.names,)

    def title(self) -> str:
        return self.child.title()
