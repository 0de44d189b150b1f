"""Finding the files of an input: a path, a pattern in natural order, a URL, or a list of these.

What a text stands for is decided here, and nowhere else:

=============================================  =========================================================================
``file:/d/a%20b.csv``, ``file://localhost/d``  a path of this machine, decoded; a pattern too
``s3://b/a.csv``, ``zip://*::s3://b/a.zip``    a URL, where fsspec knows all the protocols before the first ``://``
a file of this machine, or a pattern of some   that, whatever it is called: ``run::1.csv``, ``x://a.csv``, ``a[1].csv``
``simplecache::d/a.csv``                       a URL, where fsspec knows the protocol in front
everything else                                a path of this machine that is not there
=============================================  =========================================================================

See docs/decisions/0045-paths-and-urls.md.
"""

from __future__ import annotations

import errno
import glob
import os
import re
import socket
import stat
import sys
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple
from urllib.parse import unquote

from lazyframe.csv.errors import CSVError, NoFilesError, also
from lazyframe.csv.text.pattern import is_pattern, matches, natural
from lazyframe.csv.text.storage import File, file_of, method_of, methods_for
from lazyframe.csv.text.storage.patience import pool
from lazyframe.schema import nearest
from lazyframe.shown import shown

_URL = re.compile(r"([A-Za-z][A-Za-z0-9+\-.]*(?:::[A-Za-z0-9+\-.]+)*)://")
_CHAIN = re.compile(r"([A-Za-z][A-Za-z0-9+\-.]*)::")
_FILE_URL = re.compile(r"file:(?://(?P<host>[^/#?]*))?(?P<path>.*)", re.IGNORECASE | re.DOTALL)
_ENCODED = re.compile(r"(?:%[0-9A-Fa-f]{2})+")
_FEW = 3


def find(
    urlpath: Any,
    storage_options: Mapping[str, Any] | None = None,
    compression: Any = "infer",
    encoding: Any = None,
    encoding_errors: Any = None,
) -> list[File]:
    """The files that a path, a pattern, a buffer, or a list of them stands for.

    Parameters
    ----------
    urlpath : str, os.PathLike, object with ``read``, or list of them
        A pattern gives its files in natural order, ``f2`` before ``f10``; a list keeps its order.
    storage_options : mapping, optional
        For a URL: what fsspec's file system takes.
    compression : str, dict or None
        How the files are compressed; ``"infer"`` goes by their names.
    encoding : str, optional
        How they are encoded, as far as they are bytes.
    encoding_errors : str, optional
        What becomes of text in memory that has no encoding.

    Raises
    ------
    NoFilesError
        Nothing matches; the message names what does exist.
    CSVError
        A folder or anything else that is no file, by its name or by a pattern that matches it; or a file compressed in a way
        that is not offered.
    """
    if isinstance(urlpath, (str, os.PathLike)):
        return _found(os.fspath(urlpath), storage_options, method_of(compression))
    if hasattr(urlpath, "read"):
        if storage_options:
            raise ValueError("storage_options= is for URLs such as s3://bucket/a.csv, and this file is open already.")
        return [file_of(urlpath, encoding, method_of(compression), encoding_errors)]
    if isinstance(urlpath, (bytes, bytearray, memoryview)):
        raise _as_bytes(bytes(urlpath))
    if not isinstance(urlpath, Iterable):
        raise also(ValueError, TypeError)(
            f"read_csv takes a path, a pattern such as 'data/*.csv', an open file, or a list of them, and got {urlpath!r}."
        )
    items = list(urlpath)
    if any(isinstance(item, str) and _URL.match(item) for item in items):  # servers are asked by several threads
        several = pool("find").map(lambda item: find(item, storage_options, compression, encoding, encoding_errors), items)
    else:
        several = (find(item, storage_options, compression, encoding, encoding_errors) for item in items)
    found = [file for files in several for file in files]
    if not found:
        raise also(ValueError, NoFilesError)("read_csv was given an empty list of files.")
    return found


def _as_bytes(path: bytes) -> TypeError:
    return TypeError(
        f"read_csv takes a path as text, and got the bytes {path[:80]!r}. Pass os.fsdecode() of them if they are one."
    )


def _found(text: str | bytes, storage_options: Mapping[str, Any] | None, method: str | None) -> list[File]:
    if isinstance(text, bytes):
        raise _as_bytes(text)
    place = _file_url(text)
    if place is None and _is_url(text):
        return _listed(text, storage_options, method)
    if storage_options and place is None:
        raise ValueError(f"storage_options= is for URLs such as s3://bucket/a.csv, and {text!r} is a path of this machine.")
    place = place or _Local(os.path.expanduser(text), os.path.expanduser(text))
    try:
        paths = [place.path] if os.path.lexists(place.path) else matches(place.pattern)
    except OSError as error:
        raise NoFilesError(
            f"what {text!r} matches is not known: the folder {error.filename!r} cannot be read ({error.strerror})."
        ) from None
    files = []
    others: list[_Other] = []
    for path in paths:
        try:
            status = os.stat(path)
        except OSError as error:
            others.append(_Other(path, _leads_nowhere(path, error), error.errno != errno.ENOENT))
            continue
        if stat.S_ISREG(status.st_mode):
            files.append(File(path, status.st_size, status.st_mtime_ns, compression=methods_for(path, method)))
        else:
            others.append(_Other(path, _sort(status), True))
    if others:
        raise _no_file(others[0]) if paths == [place.path] else _no_files_matched(text, place.pattern, others)
    if not files:
        raise _no_files(text, place.path)
    return files


class _Local(NamedTuple):
    """A path of this machine: as the name of a file, and as a pattern."""

    path: str
    pattern: str


def _file_url(text: str) -> _Local | None:
    """The path in a ``file:`` URL, as pandas finds it; None for any other text."""
    match = _FILE_URL.match(text)
    if match is None or (match["host"] is None and not match["path"].startswith("/") and _is_there(text)):
        return None
    host = unquote(match["host"] or "").lower()
    if host not in ("", "localhost", "127.0.0.1", socket.gethostname().lower()):
        raise NoFilesError(
            f"{text!r} is a file of the machine {host!r}. For one of this machine write a third slash, file:///folder/a.csv; a "
            f"relative path is written without file://: {text[7:]!r}."
        )
    path, fragment, _ = match["path"].rpartition("#")
    path = path if fragment else match["path"]
    return _Local(_decoded(path), _ENCODED.sub(lambda found: glob.escape(_decoded(found[0])), path))


def _decoded(text: str) -> str:
    return unquote(text, sys.getfilesystemencoding(), "surrogateescape")


def _is_url(text: str) -> bool:
    """Whether fsspec is to find what a text stands for."""
    if (url := _URL.match(text)) is not None and all(map(_is_protocol, url[1].split("::"))):
        return True
    if (chain := _CHAIN.match(text)) is None or url is not None or not _is_protocol(chain[1]):
        return False
    return not _is_there(text)


def _is_there(text: str) -> bool:
    """Whether a text is the name of something of this machine, or a pattern that matches something."""
    return os.path.lexists(text) or (is_pattern(text) and bool(matches(text)))


def _is_protocol(name: str) -> bool:
    from fsspec.registry import known_implementations, registry  # only here: importing it takes longer than opening a file

    return name in known_implementations or name in registry


def _listed(text: str, storage_options: Mapping[str, Any] | None, method: str | None) -> list[File]:
    from lazyframe.csv.text.storage.remote import listed  # only here: importing fsspec takes longer than opening a local file

    return sorted(listed(text, storage_options, method), key=lambda file: natural(file.path))


class _Other(NamedTuple):
    """What is there and is no file: what it is, for people, and whether something is there at all."""

    path: str
    sort: str
    exists: bool

    def __str__(self) -> str:
        return f"{shown(self.path)} is {self.sort}"


def _sort(status: os.stat_result) -> str:
    """What is no file, for people."""
    mode = status.st_mode
    if stat.S_ISDIR(mode):
        return "a folder"
    return "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"


def _leads_nowhere(path: str, error: OSError) -> str:
    """What cannot be looked at, for people."""
    if not os.path.islink(path):
        return f"not to be looked at ({error.strerror})"
    if error.errno == errno.ELOOP:
        return f"a link to {os.readlink(path)!r}, which leads back to it"
    return f"a link to {os.readlink(path)!r}, which does not exist"


def _no_file(other: _Other) -> Exception:
    if not other.exists:
        return NoFilesError(f"{other}.")
    if other.sort == "a folder":
        return CSVError(f"{other}. Pass its files as a pattern: {os.path.join(glob.escape(other.path), '*.csv')!r}.")
    if other.sort in ("a pipe", "a socket", "a device"):
        return CSVError(f"{other}, which can be read only once. Save what it gives as a file first.")
    return CSVError(f"{other}.")


def _no_files_matched(text: str, pattern: str, others: list[_Other]) -> Exception:
    """The error for a pattern that matches more than files: to leave something out unseen would be to lose its rows."""
    named = "; ".join(map(str, others[:_FEW])) + (f"; and {len(others) - _FEW:,} more" if len(others) > _FEW else "")
    recursive = ", recursive=True" if "**" in pattern else ""
    kind = CSVError if any(other.exists for other in others) else NoFilesError
    return kind(
        f"{text!r} matches what is no file: {named}. Move it away, write a pattern that does not match it, or pass the files as "
        f"a list: [path for path in sorted(glob.glob({pattern!r}{recursive})) if os.path.isfile(path)]."
    )


def _no_files(text: str, local: str) -> NoFilesError:
    if (url := _URL.match(text)) is not None:
        unknown = next((name for name in url[1].split("::") if not _is_protocol(name) and name.lower() != "file"), None)
        if unknown is not None:
            return NoFilesError(
                f"no file matches {text!r}, and {unknown}:// is no protocol that fsspec knows, such as s3:// or https://."
            )
    folder, name = os.path.split(local)
    while folder and not os.path.isdir(folder):
        folder, name = os.path.split(folder)
    there_in = folder or "."
    try:
        there = sorted(os.listdir(there_in), key=natural)
    except OSError as error:
        return NoFilesError(f"no file matches {text!r}: the folder {there_in!r} cannot be read ({error.strerror}).")
    close = nearest(name, there) or [n for n in there if n.endswith(".csv")][:3] or there[:3]
    names = ", ".join(shown(os.path.join(folder, n)) for n in close)
    hint = f" There is: {names}." if names else f" The folder {there_in!r} is empty."
    return NoFilesError(f"no file matches {text!r} (looked for from {shown(os.getcwd())}).{hint}", text)
