"""Files that get their names when they are complete: a write that fails or is interrupted leaves nothing behind."""

from __future__ import annotations

import contextlib
import fnmatch
import os
import posixpath
import tempfile
import uuid
from collections.abc import Iterator
from types import TracebackType
from typing import Any, BinaryIO, Self

import fsspec
import fsspec.compression
import fsspec.implementations.local
import fsspec.utils


class Targets:
    """One file, or a file for each of several pieces, written under other names first.

    Parameters
    ----------
    path : str or path
        One file. With a ``*`` in its last part, or a ``/`` at its end, one file a piece.
    storage_options : dict, optional
        For a URL: what fsspec's file system takes.
    compression : str, optional
        ``"infer"`` goes by the name.
    suffix : str
        What the names end in that a ``/`` leaves open: ``.csv``.

    Attributes
    ----------
    each : bool
        Whether every piece gets a file of its own.

    Raises
    ------
    FileExistsError
        One file a piece is wanted, and there are such files already: the old ones would mix with the new.
    FileNotFoundError, NotADirectoryError, IsADirectoryError
        One file is wanted, in a folder that does not exist, or in the place of a folder.

    Examples
    --------
    >>> path = os.path.join(tempfile.mkdtemp(), "a.txt")
    >>> with Targets(path, None, None) as targets:
    ...     with targets.next() as file:
    ...         _ = file.write(b"text")
    ...     assert not os.path.exists(path)
    ...     _ = targets.finish()
    >>> open(path).read()
    'text'
    """

    def __init__(self, path: Any, storage_options: Any = None, compression: Any = "infer", suffix: str = "") -> None:
        self._fs, self._path = fsspec.core.url_to_fs(os.fspath(path), **(storage_options or {}))
        if os.fspath(path).endswith(("/", os.sep)):
            self._path = posixpath.join(self._path, f"part-*{suffix}")
        self.each = "*" in posixpath.basename(self._path)
        self._is_local = isinstance(self._fs, fsspec.implementations.local.LocalFileSystem)
        self._folder = posixpath.dirname(self._path)
        self._compression = _compression(compression, self._path)
        self._made: list[str] = []
        self._made_folder = False
        if "*" in self._folder:
            raise ValueError(f"{os.fspath(path)!r}: only the last part of the path may have a *.")
        if self.each:
            self._prepare_folder()
        elif self._is_local:
            self._check_place(os.fspath(path))

    def _check_place(self, path: str) -> None:
        """Whether the one file can be where the user wants it; asked first, since it gets its name only in the end."""
        if os.path.isdir(self._path):
            raise IsADirectoryError(
                f"{path!r} is a folder. Give the name of a file in it; or for one file a partition end the path with a '/'."
            )
        if not os.path.isdir(self._folder):
            if os.path.lexists(self._folder):
                raise NotADirectoryError(f"cannot write {path!r}: {self._folder!r} is a file and no folder.")
            raise FileNotFoundError(
                f"cannot write {path!r}: the folder {self._folder!r} does not exist. Make it first, with os.makedirs(...)."
            )

    def _prepare_folder(self) -> None:
        if not self._fs.exists(self._folder):
            self._fs.makedirs(self._folder)
            self._made_folder = True
            return
        names = [posixpath.basename(name) for name in self._fs.ls(self._folder, detail=False)]
        there = fnmatch.filter(names, posixpath.basename(self._path))
        if there:
            raise FileExistsError(
                f"{self._folder} holds {there[0]}{f' and {len(there) - 1} more' if len(there) > 1 else ''} already, which would "
                "stand among the files of this frame. Remove them first, or write to another folder."
            )

    @contextlib.contextmanager
    def next(self) -> Iterator[BinaryIO]:
        """A file to write the next piece into."""
        name = self._new_name()
        self._made.append(name)
        with open(name, "wb") as raw:
            if self._compression is None:
                yield raw
                return
            with fsspec.compression.compr[self._compression](raw, mode="wb") as file:
                yield file

    def _new_name(self) -> str:
        hidden = f".{posixpath.basename(self._path).replace('*', '')}.{uuid.uuid4().hex[:12]}.tmp"
        return os.path.join(self._folder if self._is_local else tempfile.gettempdir(), hidden)

    def finish(self) -> list[str]:
        """Give the files their names, and return these."""
        digits = len(str(max(len(self._made) - 1, 0)))
        names = [self._path.replace("*", f"{number:0{digits}}") if self.each else self._path for number in range(len(self._made))]
        for made, name in zip(list(self._made), names, strict=True):
            if self._is_local:
                os.replace(made, name)
            else:
                self._fs.put_file(made, name)
                os.remove(made)
            self._made.remove(made)
        self._made_folder = False
        return names

    def discard(self) -> None:
        """Remove what has been written and has no name yet."""
        for made in self._made:
            with contextlib.suppress(FileNotFoundError):
                os.remove(made)
        self._made.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.discard()
        if self._made_folder:
            with contextlib.suppress(OSError):
                self._fs.rmdir(self._folder)


def _compression(asked: Any, path: str) -> str | None:
    if isinstance(asked, dict):
        further = sorted(set(asked) - {"method"})
        if further:
            raise TypeError(
                f"compression={{{further[0]!r}: ...}} is not offered; give the method alone, as in compression='gzip'."
            )
        asked = asked.get("method", "infer")
    found: str | None = fsspec.utils.infer_compression(path) if asked == "infer" else asked
    if found is not None and found not in fsspec.compression.compr:
        raise ValueError(
            f"compression={found!r} is none that can be written: {', '.join(sorted(filter(None, fsspec.compression.compr)))}."
        )
    return found
