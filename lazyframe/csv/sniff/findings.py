"""What a task finds out about the files: what contradicts the source, and where reading began and ended.

See docs/decisions/0029-one-mechanism-for-assumptions.md, docs/decisions/0041-categories-by-one-look.md and
docs/decisions/0055-warnings-travel-in-extents.md.
"""

from __future__ import annotations

from dataclasses import replace

from lazyframe.csv.errors import field_text
from lazyframe.csv.options.bad_lines import NONE, Tally
from lazyframe.csv.types.infer import TextKinds
from lazyframe.frozen import frozen
from lazyframe.schema import Replan


@frozen
class WrongSplit:
    """A partition of this file does not begin at the start of a record."""

    file: int

    def __str__(self) -> str:
        return ""


@frozen
class Change:
    """A value that does not fit its column: what stands where, and the kinds of text around it."""

    column: str
    seen: TextKinds
    path: str
    line: int
    record: int
    text: str | None
    file: int
    others: tuple[tuple[str, int], ...] = ()  # the commonest texts around it that are no numbers, where the column had numbers

    @property
    def place(self) -> str:
        """The file and the line."""
        return f"{self.path}:{self.line}"

    @property
    def where(self) -> str:
        """All that is known of the place."""
        return f"{self.place} (record {self.record})"

    def __str__(self) -> str:
        what = field_text(self.text)
        return f"{self.where} has {what} in column {self.column}"


@frozen
class WrongKind:
    """Columns that hold something else than the source took them to hold."""

    changes: tuple[Change, ...]

    def __str__(self) -> str:
        return "; ".join(map(str, self.changes))


@frozen
class OpenCategories:
    """Columns whose categories have yet to be found."""

    columns: tuple[str, ...]

    def __str__(self) -> str:
        return ""


@frozen
class FileExtent:
    """Where a piece of reading began and ended: each a file's number and an offset; offset 0 is a file's first record.

    Parameters
    ----------
    token : str
        Of the source.
    begin, end : tuple of int
        The end of one file is the beginning of the next.
    tally : Tally
        The bad lines in it.
    troubles : tuple of str
        What the user should be told besides.
    """

    token: str
    begin: tuple[int, int]
    end: tuple[int, int]
    tally: Tally = NONE
    troubles: tuple[str, ...] = ()

    def telling(self, trouble: str) -> FileExtent:
        """The same, and something that the user should be told."""
        return replace(self, troubles=_few((*self.troubles, trouble)))

    def join(self, following: FileExtent) -> FileExtent:
        """The extent of both.

        Raises
        ------
        Replan
            `following` does not begin where this one ended.

        Examples
        --------
        >>> FileExtent("t", (0, 0), (0, 40)).join(FileExtent("t", (0, 40), (1, 0))).end
        (1, 0)
        """
        if self.end != following.begin:
            raise Replan(self.token, WrongSplit(following.begin[0]))
        troubles = _few(self.troubles + following.troubles)
        return FileExtent(self.token, self.begin, following.end, self.tally + following.tally, troubles)


def _few(troubles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(troubles))[:_TOLD] if troubles else ()


_TOLD = 5
