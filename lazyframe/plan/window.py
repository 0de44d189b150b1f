"""Columns that look along the rows: each value depends on the rows before or after its own.

See docs/decisions/0021-windows-add-columns.md.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence

from lazyframe.expr import WindowCall
from lazyframe.methods import window_dtype
from lazyframe.plan.node import Numbering, Plan, read_by
from lazyframe.schema import DType, Field, Schema
from lazyframe.tree import node


@node
class Window(Plan):
    """The rows with further columns, each by a method of pandas that looks along all of them, which are held in memory."""

    child: Plan
    columns: tuple[tuple[Hashable, WindowCall], ...]

    def _schema(self) -> Schema:
        below = self.child.schema
        made = tuple(Field(name, _dtype(made, below)) for name, made in self.columns)
        return Schema((*below.fields, *made), below.index, below.labels)

    @property
    def numbering(self) -> Numbering:
        return self.child.numbering

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        used = (one for name, one in self.columns if name in wanted)
        return ({name for name in wanted if name in self.child.schema} | read_by(e for one in used for e in one.reads()),)

    def narrowed(self, wanted: Collection[Hashable], inputs: Sequence[Plan]) -> Plan:
        (below,) = inputs
        used = tuple(pair for pair in self.columns if pair[0] in wanted)
        if not used:
            return below
        return self if used == self.columns and below is self.child else Window(below, used)

    def made(self) -> Iterable[Hashable]:
        return (name for name, _ in self.columns)

    def work(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(one.method for _, one in self.columns))

    def label(self) -> str:
        return f"Window [{', '.join(made.label() for _, made in self.columns)}]"

    def title(self) -> str:
        return self.child.title()

    def column_title(self, name: Hashable) -> str:
        made = dict(self.columns)
        return made[name].label() if name in made else self.child.column_title(name)


def _dtype(made: WindowCall, below: Schema) -> DType:
    if made.applied is not None:
        return made.applied.found  # type: ignore[no-any-return]
    dtypes = [expr.dtype(below) for expr in (*made.operands, *made.keys)]
    try:
        return window_dtype(dtypes, made.method, dict(made.options), made.alone, len(made.keys), dict(made.grouping))
    except (TypeError, NotImplementedError, ArithmeticError) as error:  # the last of pct_change of truth values
        raise TypeError(f"{made.label()}: {error}") from None
