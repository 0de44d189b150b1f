"""The rows in another order.

See docs/decisions/0024-sorting-is-pandas.md.
"""

from __future__ import annotations

from lazyframe.plan.node import KeyedSelection, Selection
from lazyframe.tree import node


@node
class Sort(KeyedSelection):
    """The rows in the order of these columns, each with its number or its keys.

    `kind` and `na_position` are pandas'.
    """

    ascending: tuple[bool, ...]
    kind: str = "quicksort"
    na_position: str = "last"

    def label(self) -> str:
        return f"Sort by {', '.join(f'{n}' if up else f'{n} descending' for n, up in zip(self.by, self.ascending, strict=True))}"


@node
class SortIndex(Selection):
    """The rows in the order of their index; `kind` and `na_position` are pandas'."""

    ascending: bool = True
    kind: str = "quicksort"
    na_position: str = "last"

    def label(self) -> str:
        return "Sort by index" + ("" if self.ascending else ", descending")
