"""What a write asks of the place where it ends, and the names of files that pieces get."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO, Protocol

from lazyframe.shown import shown


class Place(Protocol):
    """What a write asks of the place where it ends."""

    streams: bool
    """Whether what was written cannot be taken back."""

    def open(self) -> BinaryIO:
        """A new file for the next piece."""

    def publish(self) -> list[str]:
        """Give the files their names, and return these."""

    def discard(self) -> None:
        """Remove what has been written and has no name yet; `open` may then be called again."""

    def close(self) -> None:
        """`discard`, and give back the rest."""


def numbered(pattern: str, count: int) -> list[str]:
    digits = len(str(max(count - 1, 0)))
    return [pattern.replace("*", f"{number:0{digits}}") for number in range(count)]


def mixed(folder: str, there: Sequence[str]) -> str:
    more = f" and {len(there) - 1} more" if len(there) > 1 else ""
    return (
        f"{shown(folder)} holds {shown(sorted(there)[0])}{more} already, which would stand among the files of this frame. "
        "Remove them first, write to another folder, or have them replaced with overwrite=True."
    )
