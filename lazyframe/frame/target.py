"""Files that get their names when they are complete: a write that fails or is interrupted leaves nothing behind.

See docs/decisions/0071-targets-are-looked-at.md.
"""

from __future__ import annotations

import contextlib
import errno
import os
import posixpath
import shutil
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Any, BinaryIO, Self

import fsspec
import fsspec.compression
import fsspec.implementations.local
import fsspec.utils

from lazyframe.frame.places import place_of


class Targets:
    """One file, or a file for each of several pieces, written under other names first.

    Parameters
    ----------
    path : str or path
        One file. With a ``*`` in its last part, a ``/`` at its end, or where a folder is there, one file a piece.
    storage_options : dict, optional
        For a URL: what fsspec's file system takes.
    compression : str, optional
        ``"infer"`` goes by the name.
    suffix : str
        What the names end in that a ``/`` leaves open: ``.csv``.
    overwrite : bool, optional
        Whether files that are there may go. Not given: one file may, as in pandas, files of a folder may not.
    name_function : callable, optional
        What takes the place of the ``*``, by the number of the file, from 0.

    Attributes
    ----------
    each : bool
        Whether every piece gets a file of its own.
    streams : bool
        Whether what is written goes out at once, into a pipe or a device.

    Raises
    ------
    FileExistsError
        One file a piece is wanted, and there are such files already: the old ones would mix with the new. Or another
        program is writing to the same folder.
    FileNotFoundError, NotADirectoryError
        One file is wanted, in a folder that does not exist.
    OSError
        What stands there is no file, pipe or device.

    Examples
    --------
    >>> import tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "a.txt")
    >>> with Targets(path, None, None) as targets:
    ...     with targets.next() as file:
    ...         _ = file.write(b"text")
    ...     assert not os.path.exists(path)
    ...     _ = targets.finish()
    >>> open(path).read()
    'text'
    """

    def __init__(
        self,
        path: Any,
        storage_options: Any = None,
        compression: Any = "infer",
        suffix: str = "",
        overwrite: bool | None = None,
        name_function: Callable[[int], str] | None = None,
    ) -> None:
        given = os.fspath(path)
        fs, self._path = fsspec.core.url_to_fs(given, **(storage_options or {}))
        is_local = isinstance(fs, fsspec.implementations.local.LocalFileSystem)
        if given.endswith(("/", os.sep)) or (is_local and os.path.isdir(self._path)):
            self._path = posixpath.join(self._path, f"*{suffix}" if name_function else f"part-*{suffix}")
        self.each = "*" in posixpath.basename(self._path)
        if posixpath.basename(self._path).count("*") > 1:
            raise ValueError(f"{given!r} has several *, and the number of a file takes the place of one. Leave one of them.")
        self._compression = _compression(compression, self._path)
        if "*" in posixpath.dirname(self._path):
            raise ValueError(f"{given!r}: only the last part of the path may have a *.")
        self._place = place_of(fs, is_local, self._path, given, overwrite)
        self._place.naming = name_function
        self.streams = self._place.streams

    @contextlib.contextmanager
    def next(self) -> Iterator[BinaryIO]:
        """A file to write the next piece into."""
        raw = self._place.open()
        try:
            with raw:
                if self._compression is None:
                    yield raw
                else:
                    with fsspec.compression.compr[self._compression](raw, mode="wb") as file:
                        yield file
        except OSError as error:
            if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG) or error.filename is not None:
                raise
            room = "" if error.errno == errno.EFBIG else _room(raw.name if isinstance(raw.name, str) else self._path)
            raise OSError(error.errno, f"{error.strerror}{room}; the file was not written", self._path) from error

    def finish(self) -> list[str]:
        """Give the files their names, and return these."""
        return self._place.publish()

    def discard(self) -> None:
        """Remove what has been written and has no name yet."""
        self._place.discard()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._place.close()


def _room(path: str) -> str:
    folder = os.path.dirname(path)
    try:
        return f" (in {folder}, where {shutil.disk_usage(folder).free:,} bytes are free)"
    except OSError:
        return ""


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
