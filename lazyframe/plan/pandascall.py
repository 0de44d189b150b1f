"""What only a method of pandas can tell: of all the rows, or of groups of them.

See docs/decisions/0022-what-needs-the-whole-frame.md and docs/decisions/0089-methods-of-groups-bucket-by-bucket.md.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import replace
from typing import Any

from lazyframe.methods import result_schema
from lazyframe.plan.node import Numbering, Plan
from lazyframe.schema import Schema
from lazyframe.tree import Node, node


@node
class PandasCall(Plan):
    """What a method of pandas makes of all the rows, which are held in memory; of the one column where `alone`."""

    child: Plan
    method: str
    options: tuple[tuple[str, Any], ...] = ()
    alone: bool = False

    def _schema(self) -> Schema:
        return result_schema(self.child.schema, self.method, dict(self.options), self.alone)

    @property
    def is_by_column(self) -> bool:
        """Whether each column of the answer is made of one column, in whatever order its values stand."""
        if self.method == "quantile" and not self.alone:  # of several kinds pandas looks for a dtype that holds them all
            dtypes = [field.dtype for field in self.child.schema]
            return bool(dtypes) and all(dtype.extension is None and dtype.kind in "iuf" for dtype in dtypes)
        return self.method == "describe" or (self.alone and self.method in ("quantile", "mode"))

    @property
    def numbering(self) -> Numbering:
        return Numbering.KEYS if self.schema.index else Numbering.COUNTED

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return (self.schema.names if self.method == "describe" and not self.alone else self.child.schema.names,)

    def work(self) -> tuple[str, ...]:
        return (self.method,)

    def label(self) -> str:
        texts = [f"{name}={value}" for name, value in self.options]
        return " ".join([self.method.capitalize(), *texts])

    def title(self) -> str:
        return f"{self.method} of {self.child.title()}"

    def column_title(self, name: Hashable) -> str:
        return f"{self.method} of {self.child.column_title(name)}" if name in self.child.schema else self.title()


OBJECT = "\1object"
"""The column of an answer of one row that is an object of pandas'."""


@node
class GroupCall(Plan):
    """What a method of pandas makes of groups of rows, an object of which only the data tell what it is like.

    Parameters
    ----------
    child : Plan
        The rows, with their keys.
    keys : tuple
        The columns that hold these.
    call : object
        ``whole(columns)`` calls the method on all the rows, ``finished(columns)`` on all of some groups, and ``together(pieces)``
        puts together what that made; it has a ``token``.
    is_apart : bool
        Whether it may be called on some groups at a time. Where the pieces have shown that only pandas can tell what all of them
        together are, it may not.
    """

    child: Plan
    keys: tuple[Hashable, ...]
    call: Any
    is_apart: bool = True

    def _schema(self) -> Schema:
        return Schema(())

    @property
    def numbering(self) -> Numbering:
        return Numbering.COUNTED

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return (self.child.schema.names,)

    def work(self) -> tuple[str, ...]:
        return (self.call.word,)

    def label(self) -> str:
        return f"Groups: {self.call.label()}"


def gathered(plan: Plan, token: str) -> Plan:
    """The plan with the calls of this token made on all rows at once; the same object where it has none."""

    def change(node: Node) -> Node:
        return replace(node, is_apart=False) if isinstance(node, GroupCall) and node.call.token == token else node

    new = plan.rewrite(change)
    assert isinstance(new, Plan)
    return new
