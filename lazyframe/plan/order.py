"""The rows in another order, or the first and the last of them in that order.

See docs/decisions/0024-sorting-is-pandas.md and docs/decisions/0078-first-rows-of-a-sort.md.
"""

from __future__ import annotations

from lazyframe.plan.node import KeyedSelection, Plan, Selection
from lazyframe.plan.reshape import ResetIndex
from lazyframe.plan.subset import Ends, Head
from lazyframe.tree import node


@node
class Ordered(KeyedSelection):
    """Rows in the order of these columns; `kind` and `na_position` are pandas'."""

    ascending: tuple[bool, ...]
    kind: str = "quicksort"
    na_position: str = "last"

    @property
    def is_defined(self) -> bool:
        """Whether the order of rows of one value is theirs; else it is that in which an unstable sort of all rows leaves them."""
        stable = len(self.by) > 1 or self.kind in ("stable", "mergesort")
        return stable or all(dtype.name == "str" for dtype in self.schema[self.by[0]].possible)  # which Arrow sorts

    def order(self) -> str:
        """The columns, as text."""
        return ", ".join(f"{n}" if up else f"{n} descending" for n, up in zip(self.by, self.ascending, strict=True))


@node
class Sort(Ordered):
    """All rows, each with its number or its keys."""

    def label(self) -> str:
        return f"Sort by {self.order()}"


@node
class FirstSorted(Ordered):
    """The first `n` rows in the order of these columns, or the last ones unless `first`; these are held, and no others.

    The numbers of the last ones are those that they have when all rows are numbered `anew` in that order.
    """

    n: int = 0
    first: bool = True
    anew: bool = False

    def whole(self) -> Plan:
        """The same, by sorting all the rows."""
        rows: Plan = Sort(self.child, self.by, self.ascending, self.kind, self.na_position)
        if self.anew:
            rows = ResetIndex(rows, True)
        return Head(rows, self.n) if self.first else Ends(rows, (), self.n, False)

    def label(self) -> str:
        return f"{'First' if self.first else 'Last'} {self.n} by {self.order()}"

    def rows_title(self) -> str:
        return f"{'first' if self.first else 'last'} {self.n} rows by {self.order()}"

    def work(self) -> tuple[str, ...]:
        return (f"{'first' if self.first else 'last'} {self.n} sorted",)


@node
class SortIndex(Selection):
    """The rows in the order of their index; `kind` and `na_position` are pandas'."""

    ascending: bool = True
    kind: str = "quicksort"
    na_position: str = "last"

    def label(self) -> str:
        return "Sort by index" + ("" if self.ascending else ", descending")
