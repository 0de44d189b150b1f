"""Some of the rows: the first ones, a share of them, or those that pandas would choose among all.

See docs/decisions/0023-row-choices-are-chosen-of-parts.md and docs/decisions/0026-shares-are-plans.md.
"""

from __future__ import annotations

from typing import Any

from lazyframe.plan.node import KeyedSelection, Numbering, Selection
from lazyframe.tree import node


@node
class Head(Selection):
    """The first `count` rows."""

    count: int

    @property
    def numbering(self) -> Numbering:
        return self.child.numbering

    def label(self) -> str:
        return f"Head {self.count}"

    def rows_title(self) -> str:
        return f"first {self.count} rows"


@node
class Share(Selection):
    """The rows of `child` that come from one of `count` equal shares of the partitions; all the shares are all rows.

    `count` is at most the number of partitions.
    """

    position: int
    count: int

    def label(self) -> str:
        return f"Share {self.position} of {self.count}"


@node
class Subset(KeyedSelection):
    """Rows that a method of pandas chooses, which can be found without holding all of them.

    Whatever is chosen of all the rows is chosen of any part of them that holds it.
    """

    def call(self) -> tuple[str, dict[str, Any]]:
        """pandas' method, and its arguments."""
        raise NotImplementedError

    def label(self) -> str:
        method, options = self.call()
        texts = [*map(str, self.by), *(f"{name}={value}" for name, value in options.items())]
        return f"{method.capitalize().replace('_', ' ')} {', '.join(texts)}"

    def work(self) -> tuple[str, ...]:
        return (self.call()[0],)


@node
class TopK(Subset):
    """The `n` rows with the largest values, or the smallest; the first of `by` goes first."""

    n: int
    keep: str
    largest: bool

    def call(self) -> tuple[str, dict[str, Any]]:
        return "nlargest" if self.largest else "nsmallest", {"n": self.n, "keep": self.keep}


@node
class Distinct(Subset):
    """The rows without those whose values are those of another: of equal ones the first is kept, the last, or none (False)."""

    keep: Any

    def call(self) -> tuple[str, dict[str, Any]]:
        return "drop_duplicates", {"keep": self.keep}


@node
class Ends(Subset):
    """The last `n` rows, or the first where `first`; for a negative `n` all but so many at the other end."""

    n: int
    first: bool

    def call(self) -> tuple[str, dict[str, Any]]:
        return "head" if self.first else "tail", {"n": self.n}


@node
class GroupRows(Subset):
    """Rows of each group of equal keys, which are the first `keys` of `by`.

    By `method` the first `n`, the last `n`, or the one at place `n` (``head``, ``tail``, ``nth``); or those that have the extreme
    of one of the other columns first (``idxmax``, ``idxmin``), and the first row.
    """

    keys: int
    method: str
    n: int
    dropna: bool

    def call(self) -> tuple[str, dict[str, Any]]:
        return f"group_{self.method}", {"keys": self.keys, "n": self.n, "dropna": self.dropna}
