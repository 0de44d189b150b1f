"""What is known of a file, and what a file being read has to offer.

See docs/decisions/0049-texts-that-cannot-be-cut.md.
"""

from __future__ import annotations

import posixpath
from dataclasses import field, replace
from typing import Any, Protocol

from lazyframe.csv.errors import FileChangedError
from lazyframe.csv.text.rewrite import Rewriting
from lazyframe.frozen import frozen
from lazyframe.shown import shown

ENDLESS = 2**62
"""The length of a text until it has been read to its end."""


@frozen
class File:
    """A file as it was when the source was opened.

    Parameters
    ----------
    path : str
        As the user wrote it, or as the pattern found it.
    size : int
        As it is stored, in bytes; 0 where the server does not say.
    version : int or str
        What changes when the file is written to: a time in ns, or what a server calls its version; 0 where there is none.
    start : int
        Where its records start in the text, after the header.
    names : tuple of str
        Its columns.
    empty : bool
        Whether it has no record.
    compression : str, optional
        How it is compressed.
    system : object, optional
        The fsspec file system that has it; None for a file of this machine.
    key : str
        Its name there.
    ranged : bool
        Whether the server gives ranges of it; else it can only be read from its start.
    rewriting : Rewriting, optional
        What makes plain CSV in utf-8 of its text.
    content : bytes, optional
        All of it as it is stored, where it is in memory; `version` is then a hash of it.
    is_text : bool
        Whether that is the utf-8 of what was text, whatever ``encoding`` says.
    tagged : bool
        Whether `version` is what a server says of the bytes themselves, so that other bytes cannot have it.
    patience : float
        The seconds for which its server may send nothing.
    first : int, optional
        Where its first record stands, where it is read on from `start`.
    held : Bytes, optional
        Its text, held open by whoever reads on in it.
    """

    path: str
    size: int
    version: int | str = 0
    start: int = 0
    names: tuple[str, ...] = ()
    empty: bool = True
    compression: str | None = None
    system: Any = field(default=None, repr=False, compare=False)
    key: str = ""
    ranged: bool = True
    rewriting: Rewriting | None = None
    content: bytes | None = field(default=None, repr=False, compare=False)
    is_text: bool = False
    tagged: bool = False
    patience: float = field(default=float("inf"), repr=False, compare=False)
    first: int | None = None
    held: Bytes | None = field(default=None, repr=False, compare=False)

    def with_header(self, start: int, names: tuple[str, ...]) -> File:
        """The same file, which has records, and these columns; `dataclasses.replace` takes five times as long."""
        stored = (self.compression, self.system, self.key, self.ranged, self.rewriting, self.content, self.is_text, self.tagged)
        return File(self.path, self.size, self.version, start, names, False, *stored, self.patience)

    def with_rewriting(self, how: Rewriting | None) -> File:
        """The same file, rewritten so; text in memory has been decoded."""
        if how is not None and self.is_text:
            how = how.decoded
        return self if how is self.rewriting else replace(self, rewriting=how)

    def read_on(self, start: int, held: Bytes | None) -> File:
        """The same file from another record on, its text held so."""
        return replace(self, start=start, first=self.start if self.first is None else self.first, held=held)

    @property
    def first_record(self) -> int:
        """Where its first record stands, also where it is read on from another one."""
        return self.start if self.first is None else self.first

    @property
    def label(self) -> str:
        """The last part of the path, for people."""
        return shown(posixpath.basename(self.path.replace("\\", "/")) or self.path)

    @property
    def is_tokenised(self) -> bool:
        """Whether its text is rewritten such that lines are no longer those of the file."""
        return self.rewriting is not None and self.rewriting.tokenised

    def at(self, line: int) -> str:
        """A line of it, for people."""
        return f"{shown(self.path)}:{line}"

    @property
    def divisible(self) -> bool:
        """Whether several tasks may each read a range of it."""
        return self.ranged and self.compression is None and self.rewriting is None and self.content is None

    @property
    def end(self) -> int:
        """Where its text ends, as far as that can be known."""
        return self.size if self.divisible else ENDLESS


class Bytes(Protocol):
    """The text of a file being read.

    Attributes
    ----------
    length : int
        How long the text is; `ENDLESS` until that is known.
    """

    @property
    def length(self) -> int: ...

    def read_into(self, at: int, target: memoryview) -> int:
        """Fill `target` with the text from `at`; how many bytes these were: fewer only where the text ends.

        Reading on from where the last call stopped is cheap; whether going back is depends on the file.
        """
        ...

    def expect(self, stop: int) -> None:
        """The text will be read in order up to about `stop`: it may be fetched ahead."""
        ...

    def check(self) -> None:
        """Look whether the file is still as it was.

        Raises
        ------
        FileChangedError
            It is not.
        """
        ...

    def close(self) -> None: ...


def changed(file: File, how: str) -> FileChangedError:
    """The error for a file that is not what it was."""
    return FileChangedError(
        f"{file.path} has changed since read_csv looked at it: {how}. Call read_csv again to read it as it is now."
    )
