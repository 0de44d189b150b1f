"""The files of an input: found by a pattern, in natural order, and read with plain buffered reads.

A file is never mapped into memory: one that somebody else cuts short has to be an error that names it. Whenever a
file is opened, its size and time are compared with what they were when the source was made.
"""

from __future__ import annotations

import datetime
import glob
import io
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from lazyframe.csv import records
from lazyframe.csv.errors import CSVError, FileChangedError, NoFilesError
from lazyframe.schema import nearest

CHUNK = 4 * 2**20
"""How much text is parsed at a time."""

_SLACK = 4096
_COMPRESSED = (".gz", ".bz2", ".zip", ".xz", ".zst", ".tar", ".tgz", ".lz4", ".br")


@dataclass(frozen=True)
class File:
    """A file as it was when the source was opened.

    Parameters
    ----------
    path : str
        As the user wrote it, or as the pattern found it.
    size, mtime_ns : int
        Of the file then; a remote file that has no time has 0.
    start : int
        Where its records start, after the header.
    names : tuple of str
        Its columns.
    empty : bool
        Whether it has no record.
    """

    path: str
    size: int
    mtime_ns: int
    start: int = 0
    names: tuple[str, ...] = ()
    empty: bool = True

    @property
    def label(self) -> str:
        """The last part of the path."""
        return os.path.basename(self.path)


def find(urlpath: Any, storage_options: Mapping[str, Any] | None = None) -> list[File]:
    """The files that a path, a pattern, or a list of them stands for.

    Parameters
    ----------
    urlpath : str, os.PathLike, or list of them
        A pattern gives its files in natural order, ``f2`` before ``f10``; a list keeps its order.
    storage_options : mapping, optional
        For a URL: what fsspec's file system takes.

    Raises
    ------
    NoFilesError
        Nothing matches; the message names what does exist.
    CSVError
        A folder, or a compressed file.

    Examples
    --------
    >>> sorted(["f10.csv", "f2.csv"], key=natural)
    ['f2.csv', 'f10.csv']
    """
    if isinstance(urlpath, (str, os.PathLike)):
        return _found(os.fspath(urlpath), storage_options)
    if hasattr(urlpath, "read"):
        raise TypeError(
            f"read_csv takes the path of a file, which it opens in every worker, and got an open {type(urlpath).__name__}. Pass "
            "the path; text that is in memory is read by pandas.read_csv."
        )
    if not isinstance(urlpath, Iterable):
        raise TypeError(f"read_csv takes a path, a pattern such as 'data/*.csv', or a list of them, and got {urlpath!r}.")
    found = [file for item in urlpath for file in find(item, storage_options)]
    if not found:
        raise NoFilesError("read_csv was given an empty list of files.")
    return found


def natural(path: str) -> list[tuple[int, int | str]]:
    """A sort key that puts numbers inside names in the order of their values."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", path)]


def _found(pattern: str, storage_options: Mapping[str, Any] | None) -> list[File]:
    if not isinstance(pattern, str):
        raise TypeError(f"read_csv takes a path as text, and got {pattern!r}.")
    if "://" in pattern and not pattern.startswith("file://"):
        return _found_remote(pattern, storage_options)
    local = os.path.expanduser(pattern.removeprefix("file://"))
    if os.path.exists(local):
        paths = [local]
    else:
        paths = sorted((p for p in glob.glob(local, recursive=True) if os.path.isfile(p)), key=natural)
    if not paths:
        raise _no_files(pattern, local)
    files = []
    for path in paths:
        if os.path.isdir(path):
            raise CSVError(f"{pattern} is a folder. Pass its files as a pattern: {os.path.join(pattern, '*.csv')!r}.")
        _refuse_compressed(path)
        status = os.stat(path)
        files.append(File(path, status.st_size, status.st_mtime_ns))
    return files


def _found_remote(pattern: str, storage_options: Mapping[str, Any] | None) -> list[File]:
    import fsspec  # only here: importing it takes longer than opening a local file

    system, path = fsspec.core.url_to_fs(pattern, **(storage_options or {}))
    magic = any(character in path for character in "*?[")
    paths = sorted(system.glob(path), key=natural) if magic else [path]
    files = []
    for path in paths:
        try:
            info = system.info(path)
        except FileNotFoundError:
            continue
        if info.get("type") == "directory":
            continue
        _refuse_compressed(path)
        files.append(File(system.unstrip_protocol(path), int(info["size"]), _remote_time(info)))
    if not files:
        raise NoFilesError(f"no file matches {pattern!r}.")
    return files


def _remote_time(info: Mapping[str, Any]) -> int:
    for key in ("mtime", "LastModified", "last_modified", "updated", "modified", "created"):
        value = info.get(key)
        if isinstance(value, datetime.datetime):
            return int(value.timestamp() * 1e9)
        if isinstance(value, (int, float)):
            return int(value * 1e9)
    return 0


def _refuse_compressed(path: str) -> None:
    if path.lower().endswith(_COMPRESSED):
        raise CSVError(f"{path}: compressed files are not offered yet. Unpack it first, and pass the unpacked file.")


def _no_files(pattern: str, local: str) -> NoFilesError:
    if os.path.islink(local):
        return NoFilesError(f"{pattern!r} is a link to {os.readlink(local)!r}, which does not exist.")
    folder, name = os.path.split(local)
    while folder and not os.path.isdir(folder):
        folder, name = os.path.split(folder)
    shown = folder or "."
    try:
        there = sorted(os.listdir(shown), key=natural)
    except OSError as error:
        return NoFilesError(f"no file matches {pattern!r}: the folder {shown!r} cannot be read ({error.strerror}).")
    close = nearest(name, there) or [n for n in there if n.endswith(".csv")][:3] or there[:3]
    names = ", ".join(os.path.join(folder, n) for n in close)
    hint = f" There is: {names}." if names else f" The folder {shown!r} is empty."
    return NoFilesError(f"no file matches {pattern!r} (looked for from {os.getcwd()}).{hint}")


class OpenFile:
    """A file being read at chosen places.

    Raises
    ------
    FileChangedError
        It is not as it was when the source was opened, or ends too early.
    """

    def __init__(self, file: File, storage_options: Mapping[str, Any] | None = None) -> None:
        self._file = file
        self._position = 0
        remote = "://" in file.path
        try:
            self._handle: BinaryIO | io.FileIO = _open_remote(file, storage_options) if remote else io.FileIO(file.path)
        except FileNotFoundError:
            raise self._changed("it is gone") from None
        if not remote:
            status = os.fstat(self._handle.fileno())
            if (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns):
                self._handle.close()
                raise self._changed(f"it had {file.size:,} bytes then, and has {status.st_size:,}, or was written to, since")

    def __enter__(self) -> OpenFile:
        return self

    def __exit__(self, *_: object) -> None:
        self._handle.close()

    @property
    def file(self) -> File:
        return self._file

    def read(self, at: int, length: int) -> bytes:
        """The bytes from `at`; fewer than `length` only at the end of the file."""
        text = bytearray(max(0, min(length, self._file.size - at)))
        self.read_into(at, memoryview(text))
        return bytes(text)

    def read_into(self, at: int, target: memoryview) -> int:
        """Fill `target` with the bytes from `at`, as far as the file goes; how many these were."""
        length = min(len(target), self._file.size - at)
        if length <= 0:
            return 0
        if at != self._position:
            self._handle.seek(at)
        done = 0
        while done < length:
            count = self._handle.readinto(target[done:length])  # type: ignore[union-attr]
            if not count:
                raise self._changed(f"it had {self._file.size:,} bytes then, and ends {length - done:,} bytes too early")
            done += count
        self._position = at + length
        return length

    def _changed(self, how: str) -> FileChangedError:
        return FileChangedError(
            f"{self._file.path} has changed since read_csv looked at it: {how}. Call read_csv again to read it as it is now."
        )


def _open_remote(file: File, storage_options: Mapping[str, Any] | None) -> BinaryIO:
    import fsspec

    handle = fsspec.open(file.path, "rb", **(storage_options or {})).open()
    return handle  # type: ignore[no-any-return]


class Window:
    """The text of a file from a place on, a few MB at a time, in one buffer that is used again.

    Parameters
    ----------
    opened : OpenFile
        The file.
    begin : int
        Where the text starts.
    stop : int
        Little is read beyond it.
    size : int
        How much text there is room for at first.

    Attributes
    ----------
    offset : int
        Where in the file the text starts.
    """

    def __init__(self, opened: OpenFile, begin: int, stop: int, size: int = CHUNK) -> None:
        self.offset = begin
        self._opened, self._stop = opened, stop
        self._size = self._room = size
        self._slack = _SLACK
        self._buffer = bytearray(min(size, max(stop - begin, 0) + _SLACK))
        self._length = 0
        self._fill()

    @property
    def text(self) -> memoryview:
        """The text; what it shows is overwritten by the next call of a method."""
        return memoryview(self._buffer)[: self._length]

    @property
    def at_end(self) -> bool:
        """Whether the text ends where the file does."""
        return self.offset + self._length >= self._opened.file.size

    def advance(self, length: int) -> None:
        """Drop `length` bytes at the start, and read on."""
        kept = self._length - length
        self._buffer[:kept] = self._buffer[length : self._length]
        self.offset += length
        self._length = kept
        self._room, self._slack = self._size, _SLACK
        self._fill()

    def grow(self) -> None:
        """Make room for more text after the same start: there was not one whole record in it."""
        self._room, self._slack = 2 * max(self._room, len(self._buffer)), 2 * self._slack
        self._fill()

    def whole_records(self, separator: bytes) -> bytes | None:
        """The records that start before the stop, as far as the text has all of them; None where it has not even one."""
        text = bytes(self.text)
        if self.offset + len(text) >= self._stop:
            found = records.first(text, self._stop - self.offset, separator)
            cut = found if found is not None else len(text) if self.at_end else 0
        else:
            cut = records.last(text, separator)
        return text[:cut] if cut else None

    def _fill(self) -> None:
        wanted = min(self._room, self._stop - self.offset + self._slack)
        if wanted > len(self._buffer):
            self._buffer = self._buffer[: self._length].ljust(wanted, b"\0")
        if wanted > self._length:
            free = memoryview(self._buffer)[self._length : wanted]
            self._length += self._opened.read_into(self.offset + self._length, free)


def chunks(opened: OpenFile, begin: int, stop: int, separator: bytes, size: int = CHUNK) -> Iterator[tuple[int, bytes]]:
    """The records that start in ``[begin, stop)``, a few MB at a time: where the text starts, and the text.

    `begin` has to be the start of a record. The text ends at the first record start at or after `stop`.
    """
    window = Window(opened, begin, stop, size)
    while window.offset < stop:
        text = window.whole_records(separator)
        if text is None:
            window.grow()
            continue
        yield window.offset, text
        window.advance(len(text))


def next_line(opened: OpenFile, at: int) -> int:
    """Where a line starts at or after `at`: what a record start is taken to be, without knowledge of quotes."""
    position, length = at - 1, _SLACK
    while position < opened.file.size:
        text = opened.read(position, length)
        newline = text.find(b"\n")
        if newline >= 0:
            return position + newline + 1
        position += len(text)
        length = min(2 * length, CHUNK)
    return opened.file.size


def record_starts(opened: OpenFile, places: Iterable[int], separator: bytes) -> list[int]:
    """The first record start at or after each of the places, which ascend: one exact pass from the file's start."""
    found = []
    position = opened.file.start
    for place in places:
        for offset, text in chunks(opened, position, place, separator):
            position = offset + len(text)
        found.append(position)
    return found
