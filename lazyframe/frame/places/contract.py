"""What a write asks of the place where it ends, and the names of files that pieces get."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import BinaryIO, Protocol

from lazyframe.locks import remove
from lazyframe.shown import shown


class Place(Protocol):
    """What a write asks of the place where it ends."""

    streams: bool
    """Whether what was written cannot be taken back."""

    naming: Callable[[int], str] | None
    """What a file is called by its number; its digits if nothing is said."""

    def open(self) -> BinaryIO:
        """A new file for the next piece."""

    def publish(self) -> list[str]:
        """Give the files their names, and return these."""

    def discard(self) -> None:
        """Remove what has been written and has no name yet; `open` may then be called again."""

    def close(self) -> None:
        """`discard`, and give back the rest."""


class Staged:
    """Pieces that wait under their numbers in a folder of their own."""

    naming: Callable[[int], str] | None = None
    _stage = ""
    _count = 0

    def open(self) -> BinaryIO:
        self._count += 1
        return open(os.path.join(self._stage, str(self._count - 1)), "xb")

    def discard(self) -> None:
        for number in range(self._count):
            remove(os.path.join(self._stage, str(number)))
        self._count = 0


def numbered(pattern: str, count: int, naming: Callable[[int], str] | None = None) -> list[str]:
    digits = len(str(max(count - 1, 0)))
    given = [f"{number:0{digits}}" if naming is None else naming(number) for number in range(count)]
    for one in given:
        if not isinstance(one, str) or "/" in one or os.sep in one:
            raise ValueError(f"name_function: made {one!r}, which is no part of the name of a file.")
    if len(set(given)) < count:
        raise ValueError(f"name_function: made one name, {max(given, key=given.count)!r}, for several files.")
    return [pattern.replace("*", one) for one in given]


def mixed(folder: str, there: Sequence[str]) -> str:
    more = f" and {len(there) - 1} more" if len(there) > 1 else ""
    return (
        f"{shown(folder)} holds {shown(sorted(there)[0])}{more} already, which would stand among the files of this frame. "
        "Remove them first, write to another folder, or have them replaced with overwrite=True."
    )
