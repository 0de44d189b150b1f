"""The nodes of a physical plan: what is done where, and how the rows of each are spread.

`physical` puts them together, `lower` turns each into tasks, and `explain` prints them.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lazyframe.exchange.apart import ColumnsApart
from lazyframe.exchange.scatter import Scatter
from lazyframe.exchange.source import Regrouped
from lazyframe.kernels import task
from lazyframe.kernels.sinks import Collect
from lazyframe.kernels.task import Pipeline
from lazyframe.plan import Scan


class Spread(enum.Enum):
    """How the rows of a node are spread."""

    SOURCE = "by source"
    """Partition by partition, as the source has them."""
    BUCKETS = "by bucket"
    """By the values of some columns, as an exchange has split them."""
    TOGETHER = "together"
    """In one place: one value in memory."""


@dataclass(frozen=True, eq=False)
class Physical:
    """A node of the physical plan.

    Parameters
    ----------
    key : str
        Of its answer.
    inputs : tuple of Physical
        What it waits for.
    """

    key: str
    inputs: tuple[Physical, ...]

    @property
    def spread(self) -> Spread:
        """How its rows are spread."""
        return Spread.TOGETHER

    @property
    def level(self) -> int:
        """How many scans come before its answer: those of one level wait for nothing of each other, and may be one."""
        return max((one.level for one in self.inputs), default=0)

    @property
    def goes_on_disk(self) -> bool:
        """Whether rows are put on disk for it where memory does not hold them."""
        return False

    def label(self) -> str:
        """This node as one line."""
        raise NotImplementedError

    def to_text(self, depth: int = 0) -> str:
        """The plan as text, one node a line, inputs below and to the right."""
        lines = ["  " * depth + self.label(), *(one.to_text(depth + 1) for one in self.inputs)]
        return "\n".join(lines)


@dataclass(frozen=True, eq=False)
class Read(Physical):
    """Each partition of a source through a pipeline: partial results, spread as the source has its rows.

    Its `inputs` are the values of subqueries that the pipeline needs, by name in `values`.
    """

    scan: Scan
    pipeline: Pipeline
    values: dict[str, Physical]
    rows: bool
    words: tuple[str, ...]

    @property
    def spread(self) -> Spread:
        return Spread.BUCKETS if isinstance(self.scan.source, Regrouped) else Spread.SOURCE

    @property
    def level(self) -> int:
        return super().level + 1

    @property
    def stops_early(self) -> bool:
        """Whether the first partitions may be all that is wanted."""
        sink = self.pipeline.sink
        return isinstance(sink, Collect) and sink.stops_early

    def label(self) -> str:
        count = len(self.scan.source.partitions)
        return f"Read {count} partition{'s' if count != 1 else ''} of {self.scan.source.describe()}: {', '.join(self.words)}"


@dataclass(frozen=True, eq=False)
class Merge(Physical):
    """The partial results of all partitions, merged in their order, and finished: the answer in one place."""

    read: Read

    def label(self) -> str:
        sink = self.read.pipeline.sink
        return f"Merge {self.read.words[-1]}" + (f": {sink.label()}" if isinstance(sink, ColumnsApart) else "")

    @property
    def goes_on_disk(self) -> bool:
        return isinstance(self.read.pipeline.sink, ColumnsApart)


@dataclass(frozen=True, eq=False)
class Pick(Physical):
    """The rows of some neighbouring partitions, one of `count` equal shares, numbered as in the whole."""

    read: Read
    position: int
    count: int

    def label(self) -> str:
        return f"Pick share {self.position} of {self.count}"


@dataclass(frozen=True, eq=False)
class Exchange(Physical):
    """Rows split into buckets, by a sink of the partitions that are read, or from an answer that is in one place."""

    scatter: Scatter
    read: Read | None

    @property
    def spread(self) -> Spread:
        return Spread.BUCKETS

    @property
    def goes_on_disk(self) -> bool:
        return True

    def label(self) -> str:
        return f"Exchange: {self.scatter.label()}"


@dataclass(frozen=True, eq=False)
class Through(Physical):
    """An answer that is in one place, through a further pipeline; the first of its inputs, beside values of subqueries."""

    pipeline: Pipeline
    values: dict[str, Physical]
    words: tuple[str, ...]

    def label(self) -> str:
        return f"Through {', '.join(self.words)}"


@dataclass(frozen=True, eq=False)
class Gather(Physical):
    """A function of the answers of its inputs, all of them in one place."""

    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    word: str

    def label(self) -> str:
        return f"Gather {self.word}" if self.inputs else f"Have {self.word}"


@dataclass(frozen=True, eq=False)
class Value(Physical):
    """The one value of a one-row answer, or a whole column of it, which expressions elsewhere wait for."""

    function: Callable[..., Any] = task.value

    def label(self) -> str:
        return "Value"


def nodes_of(answers: Sequence[Physical]) -> list[Physical]:
    """All nodes, each once and after its inputs."""
    found: dict[str, Physical] = {}

    def visit(one: Physical) -> None:
        if one.key not in found:
            for below in one.inputs:
                visit(below)
            found[one.key] = one

    for answer in answers:
        visit(answer)
    return list(found.values())
