"""The one file in a tar archive, which may be compressed as a whole.

An archive has no list of its files: whether it holds one file is known when all of it was gone over, which is done once for
each version of an archive, as pandas does. From then on it is read as a stream, and need not be gone over first.
"""

from __future__ import annotations

import tarfile
from typing import Any, BinaryIO

from lazyframe.csv.errors import CSVError
from lazyframe.csv.text.storage.contract import File

MAGIC = b"ustar"
WRAPPED = ("gzip", "bz2", "xz")
"""How an archive may be compressed."""

_PLACE = 257
_MOST = 10_000

_single: set[tuple[str, int, int | str]] = set()
"""Archives that are known to hold one file."""


def begins_one(head: bytes) -> bool:
    """Whether a file that begins so is an archive."""
    return head[_PLACE : _PLACE + len(MAGIC)] == MAGIC


def opened(stored: BinaryIO, file: File) -> Any:
    """The file in an archive.

    Raises
    ------
    CSVError
        It holds none, or several.
    """
    key = (file.path, file.size, file.version)
    if stored.seekable() and key not in _single:
        with tarfile.open(fileobj=stored, mode="r:*") as archive:
            names = archive.getnames()
        if len(names) != 1:
            raise _not_one(file, names)
        if len(_single) >= _MOST:
            _single.clear()
        _single.add(key)
        stored.seek(0)
    return _Only(tarfile.open(fileobj=stored, mode="r|*"), file)


def _not_one(file: File, names: list[str]) -> CSVError:
    listed = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
    found = f"{len(names)}: {listed}. For all of them pass 'tar://**/*.csv::{file.path}'." if names else "none."
    return CSVError(f"{file.path}: a tar archive has to hold one file, and this one holds {found}")


class _Only:
    """The first file of an archive being read; that no other follows is looked at when it ends."""

    def __init__(self, archive: tarfile.TarFile, file: File) -> None:
        self._archive, self._file = archive, file
        member = archive.next()
        content = None if member is None else archive.extractfile(member)
        if member is None or content is None:
            raise _not_one(file, [] if member is None else [f"{member.name}, which is no file"])
        self._name, self._content = member.name, content

    def read(self, size: int) -> bytes:
        piece = self._content.read(size)
        if not piece and (following := self._archive.next()) is not None:
            raise _not_one(self._file, [self._name, following.name])
        return piece
