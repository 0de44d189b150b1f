"""The one contract with whatever holds the rows: CSV files, what functions make, what was kept; anything with partitions.

See docs/decisions/0027-frames-and-functions.md and docs/decisions/0028-made-partitions-are-strict.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar, Protocol, Self

import pyarrow as pa

from lazyframe.frozen import frozen
from lazyframe.graph import Ref
from lazyframe.schema import Schema


class Extent(Protocol):
    """Where a piece of reading began and ended, so that neighbours can be checked against each other."""

    def join(self, following: Any, /) -> Any:
        """The extent of both.

        Raises
        ------
        Replan
            `following` does not begin where this one ended.
        """
        ...


@frozen
class UncheckedExtent:
    """The extent of rows whose partitions need not fit on to one another: they were made, or verified before."""

    def join(self, following: UncheckedExtent) -> UncheckedExtent:
        return following


class Reader(Protocol):
    """One partition being read.

    `records` and `extent` hold for what has been read so far; they are final when the batches are exhausted.
    """

    @property
    def records(self) -> int: ...

    @property
    def extent(self) -> Any: ...

    def __iter__(self) -> Iterator[Any]:
        """The rows: record batches, or `kernels.columns.Columns` where they have been such before."""
        ...


class Predicate(Protocol):
    """A row filter that a source may apply while reading."""

    columns: tuple[str, ...]

    def excludes(self, bounds: Mapping[str, tuple[int, Any, Any]], /) -> bool:
        """Whether no row can pass, given how many values are missing in columns, the least and the greatest of the others."""
        ...

    def __call__(self, batch: pa.RecordBatch, /) -> Any:
        """A boolean numpy array: the rows to keep."""
        ...


class Partition(Protocol):
    """The unit of work: what one task reads."""

    @property
    def label(self) -> str:
        """For people: ``flights.csv[0:32MiB]``."""
        ...

    @property
    def nbytes(self) -> int:
        """The bytes of files that it takes up; 0 where it comes from elsewhere."""
        ...


@frozen
class Made:
    """A partition that a task of the same graph makes; `Source.read` gets its result, and the label.

    A source that has such partitions also has `inputs`, what makes them (`run.Called`).
    """

    key: str
    label: str
    nbytes: int = 0

    @property
    def argument(self) -> Any:
        """What `Source.read` gets for it, as an argument of a task."""
        return Ref(self.key), self.label


class Source(Protocol):
    """Where partitions come from: at least one, though it may have no rows.

    Attributes
    ----------
    is_counted : bool
        Whether the rows are all rows of something, so that their numbers are counted. Where it is false, rows are missing in
        between: then its readers count no records, and give each row its number in the whole.
    inputs : tuple of run.Called
        What makes its partitions, where tasks of the same graph do.
    notices : callable or None
        A function from the extent of all that a query has read to a tuple of warnings; None where there never are any.
    bad_lines : Source or None
        The lines that were left out, where it keeps such lines.
    """

    @property
    def is_counted(self) -> bool: ...

    @property
    def inputs(self) -> tuple[Any, ...]: ...

    @property
    def notices(self) -> Callable[[Any], tuple[Warning, ...]] | None: ...

    @property
    def bad_lines(self) -> Source | None: ...

    @property
    def schema(self) -> Schema: ...

    @property
    def partitions(self) -> tuple[Partition, ...]: ...

    @property
    def token(self) -> str: ...

    @property
    def sample(self) -> pa.RecordBatch: ...

    def describe(self) -> str: ...

    def why_text(self, label: str) -> str:
        """Why a column is one of text, for people; empty where there is nothing to say."""
        ...

    def why_no_dates(self, label: str) -> str:
        """Why a column is not one of dates, for people; empty where there is nothing to say."""
        ...

    def parsed(self, columns: tuple[str, ...]) -> tuple[int, int]: ...

    def unsure(self, columns: tuple[str, ...]) -> int:
        """How many bytes must be read to be sure of the dtypes of these columns; 0 where they cannot change."""
        ...

    def columns_kept(self, columns: tuple[str, ...]) -> tuple[int, int] | None:
        """How many of these columns were kept and need not be parsed, and how many there are; None where none ever are."""
        ...

    def for_reading(self) -> Source:
        """The source as tasks get it: with all that reading a partition takes, and without what makes the partitions."""
        ...

    def read(self, partition: Any, columns: tuple[str, ...], predicate: Predicate | None = None) -> Reader:
        """Read a partition; where no columns are asked for, its batches have only a length."""
        ...

    def told_after(self, seconds: float) -> tuple[Warning, ...]:
        """What is good to know after a query that took so long."""
        ...

    def replanned(self, finding: Any) -> Source: ...

    def latest(self) -> Source: ...


class Certain:
    """What holds of a source of rows that are there, and are what they are said to be: nothing can be learnt of it."""

    notices: ClassVar[None] = None
    bad_lines: ClassVar[None] = None

    def why_text(self, label: str) -> str:
        """Why a column is one of text: as whoever made it said."""
        return ""

    def why_no_dates(self, label: str) -> str:
        """What makes dates of a column that came as something else."""
        return f"Write lf.to_datetime(df[{label!r}])."

    def unsure(self, columns: tuple[str, ...]) -> int:
        """Nothing can turn out to be otherwise."""
        return 0

    def latest(self) -> Self:
        """Itself."""
        return self

    def columns_kept(self, columns: tuple[str, ...]) -> None:
        """Nothing of it is parsed."""

    def for_reading(self) -> Any:
        """Itself."""
        return self

    def told_after(self, seconds: float) -> tuple[Warning, ...]:
        """Nothing."""
        return ()

    def replanned(self, finding: Any) -> Self:
        """Nothing contradicts it."""
        raise AssertionError(finding)
