"""Buckets as a source: what is above them reads its partitions as it reads files.

The partitions stand in pandas' order, if `is_counted` or if the rows bring their numbers; so streams, `head`, shares and files
out need no case of their own.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np
import pyarrow as pa

from lazyframe.exchange.scatter import Manifest, Ranges
from lazyframe.frozen import frozen
from lazyframe.graph import Ref
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.rownumbers import Counts
from lazyframe.schema import ROW, Schema
from lazyframe.sources import Certain, Made, UncheckedExtent
from lazyframe.tree import token


@frozen
class Exchanged:
    """All rows of one side, split: the source that they come from has been verified.

    Parameters
    ----------
    manifest : Manifest
        Where they are.
    counts : Counts or None
        How many records each partition had, for the row numbers; None where rows have none.
    ranges : Ranges or None
        Where ranges end, if they were split by range.
    """

    manifest: Manifest
    counts: Counts | None
    ranges: Ranges | None


class Work(Protocol):
    """What is done to a bucket."""

    def rows(self, sides: tuple[Exchanged, ...], bucket: int) -> Iterator[Columns]:
        """What becomes of a bucket of each side; at least one batch, though it may have no rows."""
        ...

    def label(self) -> str:
        """For people."""
        ...


@frozen
class Bucket(Made):
    """A partition: one bucket of each side."""

    keys: tuple[str, ...] = ()
    number: int = 0

    @property
    def argument(self) -> Any:
        return tuple(map(Ref, self.keys)), self.number


@dataclass
class BucketReader:
    """One bucket being read."""

    source: Regrouped
    sides: tuple[Exchanged, ...]
    number: int
    records: int = 0
    extent: Any = field(default_factory=UncheckedExtent)

    def __iter__(self) -> Iterator[Columns]:
        counted, seen = self.source.is_counted, 0
        for columns in self.source.work.rows(self.sides, self.number):
            if counted:
                columns = columns.with_columns({ROW: np.arange(seen, seen + len(columns))})
            seen += len(columns)
            self.records = seen if counted else 0  # whose rows have their numbers in the whole
            yield columns


@frozen
class Regrouped(Certain):
    """Rows that were split, in buckets.

    Parameters
    ----------
    schema : Schema
        Of the rows after the work.
    work : Work
        What is done to each bucket.
    keys : tuple of str
        Of the tasks that give what was split, one a side.
    count : int
        How many buckets there are.
    is_counted : bool
        Whether the rows are numbered as they stand; else they bring their numbers, or have none.
    """

    schema: Schema
    work: Work
    keys: tuple[str, ...]
    count: int
    is_counted: bool
    inputs: ClassVar[tuple[Any, ...]] = ()

    @property
    def partitions(self) -> tuple[Bucket, ...]:
        return tuple(Bucket("", f"{self.describe()}[{number}]", 0, self.keys, number) for number in range(self.count))

    @property
    def token(self) -> str:
        return token(["regrouped", self.keys, self.count, self.is_counted])

    @property
    def sample(self) -> pa.RecordBatch:
        raise AssertionError("nobody looks at rows that are on their way")

    def describe(self) -> str:
        return self.work.label()

    def parsed(self, columns: tuple[str, ...]) -> tuple[int, int]:
        return 0, len(self.schema)

    def for_reading(self) -> Regrouped:
        """What a task needs of it."""
        return self

    def read(self, partition: Any, columns: tuple[str, ...], predicate: Any = None) -> BucketReader:
        sides, number = partition
        return BucketReader(self, sides, number)
