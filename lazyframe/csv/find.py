"""Finding the files of an input: a path, a pattern in natural order, a URL, or a list of these."""

from __future__ import annotations

import glob
import os
import re
import stat
from collections.abc import Iterable, Mapping
from typing import Any

from lazyframe.csv.errors import CSVError, NoFilesError
from lazyframe.csv.storage import File, method_of, methods_for
from lazyframe.csv.storage.ahead import pool
from lazyframe.schema import nearest


def find(urlpath: Any, storage_options: Mapping[str, Any] | None = None, compression: Any = "infer") -> list[File]:
    """The files that a path, a pattern, or a list of them stands for.

    Parameters
    ----------
    urlpath : str, os.PathLike, or list of them
        A pattern gives its files in natural order, ``f2`` before ``f10``; a list keeps its order.
    storage_options : mapping, optional
        For a URL: what fsspec's file system takes.
    compression : str, dict or None
        How the files are compressed; ``"infer"`` goes by their names.

    Raises
    ------
    NoFilesError
        Nothing matches; the message names what does exist.
    CSVError
        A folder, or a file compressed in a way that is not offered.

    Examples
    --------
    >>> sorted(["f10.csv", "f2.csv"], key=natural)
    ['f2.csv', 'f10.csv']
    """
    if isinstance(urlpath, (str, os.PathLike)):
        return _found(os.fspath(urlpath), storage_options, method_of(compression))
    if hasattr(urlpath, "read"):
        raise TypeError(
            f"read_csv takes the path of a file, which it opens in every worker, and got an open {type(urlpath).__name__}. Pass "
            "the path; text that is in memory is read by pandas.read_csv."
        )
    if not isinstance(urlpath, Iterable):
        raise TypeError(f"read_csv takes a path, a pattern such as 'data/*.csv', or a list of them, and got {urlpath!r}.")
    items = list(urlpath)
    if any(isinstance(item, str) and _is_url(item) for item in items):  # servers are asked by several threads
        several = pool("find").map(lambda item: find(item, storage_options, compression), items)
    else:
        several = (find(item, storage_options, compression) for item in items)
    found = [file for files in several for file in files]
    if not found:
        raise NoFilesError("read_csv was given an empty list of files.")
    return found


def natural(path: str) -> list[tuple[int, int | str]]:
    """A sort key that puts numbers inside names in the order of their values."""
    return [(0, int(part)) if part.isdigit() else (1, part) for part in re.split(r"(\d+)", path)]


def _found(pattern: str, storage_options: Mapping[str, Any] | None, method: str | None) -> list[File]:
    if not isinstance(pattern, str):
        raise TypeError(f"read_csv takes a path as text, and got {pattern!r}.")
    if _is_url(pattern):
        from lazyframe.csv.storage.remote import listed  # only here: importing fsspec takes longer than opening a local file

        return sorted(listed(pattern, storage_options, method), key=lambda file: natural(file.path))
    local = os.path.expanduser(pattern.removeprefix("file://"))
    if storage_options and not pattern.startswith("file://"):
        raise ValueError(f"storage_options= is for URLs such as s3://bucket/a.csv, and {pattern!r} is a path of this machine.")
    paths = [local] if os.path.exists(local) else sorted(glob.glob(local, recursive=True), key=natural)
    files = []
    for path in paths:
        try:
            status = os.stat(path)
        except FileNotFoundError:  # a link that leads nowhere
            continue
        if stat.S_ISREG(status.st_mode):
            files.append(File(path, status.st_size, status.st_mtime_ns, compression=methods_for(path, method)))
        elif path == local:
            raise _no_file(pattern, status)
    if not files:
        raise _no_files(pattern, local)
    return files


def _is_url(path: str) -> bool:
    return ("://" in path or "::" in path) and not path.startswith("file://")


def _no_file(pattern: str, status: os.stat_result) -> CSVError:
    if stat.S_ISDIR(status.st_mode):
        return CSVError(f"{pattern} is a folder. Pass its files as a pattern: {os.path.join(pattern, '*.csv')!r}.")
    return CSVError(f"{pattern} is a device or a pipe, which can be read only once. Save what it gives as a file first.")


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
