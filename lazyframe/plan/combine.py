"""Rows of two plans put together.

See docs/decisions/0020-join-of-the-keys.md.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from lazyframe.joins import JoinCall, joined_dtypes
from lazyframe.plan.node import Numbering, Plan
from lazyframe.schema import Field, Schema, joined_labels
from lazyframe.tree import node


class Output(NamedTuple):
    """A column of a join.

    Parameters
    ----------
    name : hashable
        What it is called.
    side : str
        ``"left"`` or ``"right"``: the input whose column it is; ``"key"``: a key of both; ``"indicator"``.
    origin : hashable
        The name of that column; for a key its number.
    """

    name: Hashable
    side: str
    origin: Any


@node
class Join(Plan):
    """The pairs of rows of two plans whose keys are equal, in pandas' order, numbered anew."""

    left: Plan
    right: Plan
    left_on: tuple[Hashable, ...]
    right_on: tuple[Hashable, ...]
    call: JoinCall
    outputs: tuple[Output, ...]

    def _schema(self) -> Schema:
        left, right = self.left.schema, self.right.schema
        keys = [(left[one], right[other]) for one, other in zip(self.left_on, self.right_on, strict=True)]
        columns = [(one.side, (left if one.side == "left" else right)[one.origin]) for one in self.outputs if one.side in _SIDES]
        key_dtypes, dtypes = joined_dtypes(keys, columns, self.call)
        given = iter(dtypes)
        fields = []
        for name, side, origin in self.outputs:
            dtype = next(given) if side in _SIDES else key_dtypes[origin] if side == "key" else self.call.indicator_dtype
            fields.append(Field(name, dtype))
        return Schema(tuple(fields), (), joined_labels(left.labels, right.labels))

    @property
    def numbering(self) -> Numbering:
        return Numbering.COUNTED

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        used = [one for one in self.outputs if one.name in wanted]
        return tuple(
            {*on, *(one.origin for one in used if one.side == side)}
            for side, on in (("left", self.left_on), ("right", self.right_on))
        )

    def narrowed(self, wanted: Collection[Hashable], inputs: Sequence[Plan]) -> Plan:
        left, right = inputs
        outputs = tuple(one for one in self.outputs if one.name in wanted)
        if outputs == self.outputs and left is self.left and right is self.right:
            return self
        return replace(self, left=left, right=right, outputs=outputs)

    @property
    def ignores_index(self) -> bool:
        return True

    def label(self) -> str:
        if self.call.how == "cross":
            return "Join cross"
        pairs = zip(self.left_on, self.right_on, strict=True)
        keys = ", ".join(str(one) if one == other else f"{one} = {other}" for one, other in pairs)
        return f"Join {self.call.how} on {keys}"

    def title(self) -> str:
        return f"join of {self.left.title()} and {self.right.title()}"

    def column_title(self, name: Hashable) -> str:
        one = next(one for one in self.outputs if one.name == name)
        return (self.left if one.side == "left" else self.right).column_title(one.origin) if one.side in _SIDES else str(name)

    def work(self) -> tuple[str, ...]:
        return ("join",)


_SIDES = ("left", "right")
