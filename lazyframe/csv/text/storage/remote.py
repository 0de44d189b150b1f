"""Files of an fsspec file system: listed once, read in ranges, asked for again when a request fails in passing.

Requests go through `_patiently`. A server that cannot give ranges is read from the start of the file on, like a
compressed file (`Forward`); whether it can is tried once a server, since some say nothing and send the whole file.
"""

from __future__ import annotations

import datetime
import re
import time
import zipfile
from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlsplit

from lazyframe import config
from lazyframe.csv.errors import CSVError, NoFilesError, also
from lazyframe.csv.text.storage.ahead import ReadAhead
from lazyframe.csv.text.storage.compressed import methods_for
from lazyframe.csv.text.storage.contract import ENDLESS, File, changed
from lazyframe.csv.text.storage.patience import is_watched, with_timeout, within
from lazyframe.shown import shown

T = TypeVar("T")

BLOCK = 4 * 2**20
"""How many bytes are asked for at a time when a file is read in order."""

_DEPTH = 2
_TRIES = 4
_PAUSE = 0.2  # seconds, doubled with each try
_TRIES_IN_SILENCE = 2
_LISTING = 10  # as many requests as a listing may be
_TAGS = ("ETag", "etag", "md5Hash", "content_md5", "Content-MD5", "Digest")
_EXTRAS = {"s3": "s3", "s3a": "s3", "http": "http", "https": "http", "gs": "gcs", "gcs": "gcs", "abfs": "azure", "az": "azure"}
_FOR_GOOD = (FileNotFoundError, IsADirectoryError, NotImplementedError)
_FOR_NOW = {408, 425, 429}  # of the answers 4xx, those that ask to come again
_OURS = (AttributeError, ImportError, KeyError, TypeError, ValueError)


def listed(pattern: str, storage_options: Mapping[str, Any] | None, method: str | None) -> list[File]:
    """The files that a URL stands for, in no order; their sizes and versions come from the listing.

    Raises
    ------
    NoFilesError
        There is none.
    ImportError
        A package is missing; the message says how to install it.
    CSVError
        A folder, a pattern for a server that lists nothing, or a request that failed.
    """
    import fsspec

    patience = config.get("remote_timeout")
    try:
        system, path = _asked(
            pattern, lambda: fsspec.core.url_to_fs(pattern, **with_timeout(pattern, storage_options or {})), patience
        )
    except TimeoutError as silence:
        raise _silent(pattern, silence, 1) from silence
    except ImportError as error:
        raise _missing(pattern, error) from None
    except zipfile.BadZipFile as error:
        if is_silence(reason := _reason(error)):
            raise _silent(pattern, reason, 1) from reason
        raise also(OSError)(f"{shown(pattern)} could not be read: {error}") from None
    except ValueError as error:
        if "rotocol not known" not in str(error):
            raise
        raise NoFilesError(f"{pattern!r}: {error}. fsspec knows s3:// and https://, for example.") from None
    system.invalidate_cache()  # what an earlier call has listed may be out of date
    magic = any(character in path for character in "*?[")
    if _is_http(system) and "*" in urlsplit(path).path:
        raise CSVError(f"{pattern}: a web server does not list its files. Pass the address of each, as a list.")
    found = {}
    if not magic or _is_http(system) or any(character in path for character in "?["):  # which may stand in a name
        found = _info(pattern, system, path)
    by_name = bool(found)
    if magic and not found and not _is_http(system):
        found = _patiently(pattern, lambda: system.glob(path, detail=True), _LISTING * patience) or _info(pattern, system, path)
    folders = [key for key, info in found.items() if info.get("type") == "directory"]
    infos = {key: info for key, info in found.items() if info.get("type") != "directory"}
    if folders and by_name:
        raise CSVError(f"{shown(pattern)} is a folder. Pass its files as a pattern: {pattern.rstrip('/') + '/*.csv'!r}.")
    if folders and not path.endswith("**"):  # which stands for folders, and for what is in them
        named = ", ".join(shown(_shown(pattern, system, key)) for key in folders[:3]) + (", ..." if folders[3:] else "")
        raise CSVError(
            f"{pattern!r} matches what is no file: {named} {'are folders' if folders[1:] else 'is a folder'}. Write a pattern "
            "that does not match it, or pass the files as a list."
        )
    if not infos:
        raise NoFilesError(f"no file matches {pattern!r}.")
    return [_file(pattern, system, key, info, method) for key, info in infos.items()]


def _info(pattern: str, system: Any, path: str) -> dict[str, Any]:
    """What there is of this name, as a listing would have it; empty where there is nothing."""
    try:
        return {path: _patiently(pattern, lambda: system.info(path), config.get("remote_timeout"))}
    except FileNotFoundError:
        return {}


def _file(pattern: str, system: Any, key: str, info: Mapping[str, Any], method: str | None) -> File:
    size = info.get("size")
    shown = _shown(pattern, system, key)
    named = urlsplit(key).path if _is_http(system) else key
    return File(
        shown,
        int(size or 0),
        _version(info),
        compression=methods_for(named, method),
        system=system,
        key=key,
        ranged=size is not None and info.get("partial") is not False and _gives_ranges(system, key, int(size)),
        tagged=_is_tagged(info),
        patience=config.get("remote_timeout"),
    )


def _shown(pattern: str, system: Any, key: str) -> str:
    """The file's own URL, in the form in which the user gave the pattern."""
    first, chained, rest = pattern.partition("::")
    if not chained:
        return str(system.unstrip_protocol(key))
    if "://" not in first:
        return f"{first}::{rest.partition('://')[0]}://{key.partition('://')[2] or key}"
    return f"{first.partition('://')[0]}://{key}::{rest}"


def _version(info: Mapping[str, Any]) -> int | str:
    """What changes when the file is written to."""
    for name in _TAGS:
        if isinstance(info.get(name), str):
            return str(info[name])
    for name in ("mtime", "LastModified", "Last-Modified", "last_modified", "updated", "modified", "created", "date_time"):
        value = info.get(name)
        if isinstance(value, datetime.datetime):
            return int(value.timestamp() * 1e9)
        if isinstance(value, (int, float)):
            return int(value * 1e9)
        if value is not None:
            return str(value)
    return 0


def _is_tagged(info: Mapping[str, Any]) -> bool:
    """Whether the version is one of the bytes: a weak ETag is also that of others which mean the same to people."""
    tag = next((info[name] for name in _TAGS if isinstance(info.get(name), str)), "W/")
    return not tag.startswith("W/")


def _protocols(system: Any) -> tuple[str, ...]:
    return (system.protocol,) if isinstance(system.protocol, str) else tuple(system.protocol)


def _is_http(system: Any) -> bool:
    return "http" in _protocols(system)


def _gives_ranges(system: Any, key: str, size: int) -> bool:
    """Whether a range of a file costs no more than that range: not in an archive, nor from every web server."""
    from fsspec.archive import AbstractArchiveFileSystem

    if isinstance(system, AbstractArchiveFileSystem):
        return False
    if not _is_http(system) or size < 2:
        return True
    known = system.__dict__.setdefault("_lazyframe_ranges", {})  # the file system lives as long as its connections
    server = urlsplit(key).netloc
    if server not in known:
        known[server] = _patiently(key, lambda: _has_last_byte(system, key, size), config.get("remote_timeout"))
    return bool(known[server])


def _has_last_byte(system: Any, key: str, size: int) -> bool:
    """Whether a web server gives the last byte of a file alone; nothing more is fetched if it does not."""
    with system.open(key, "rb", cache_type="none", size=size) as handle:
        handle.seek(size - 1)
        try:
            return len(handle.read(1)) == 1
        except ValueError:
            return False


def _missing(pattern: str, error: ImportError) -> ImportError:
    for protocol in re.findall(r"(\w+)://", pattern):
        if protocol in _EXTRAS:
            return ImportError(f'{pattern}: {error}. It comes with: pip install "lazyframe-csv[{_EXTRAS[protocol]}]"')
    return ImportError(f"{pattern}: {error}")


def _asked(what: str, request: Callable[[], T], seconds: float) -> T:
    """The answer to a request, which is given up after a time where it does not do so itself."""
    return within(seconds, request) if is_watched(what) else request()


def _patiently(what: str, request: Callable[[], T], seconds: float) -> T:
    """The answer to a request, which is made again if it fails in a way that may pass."""
    for attempt in range(_TRIES):
        try:
            return _asked(what, request, seconds)
        except Exception as raised:
            error = _reason(raised)
            status = getattr(error, "status", None)
            if isinstance(error, PermissionError) or status in (401, 403) or "Credentials" in type(error).__name__:
                raise _refused(what, error) from None
            if isinstance(error, (*_FOR_GOOD, CSVError)):
                raise error from None
            final = isinstance(error, _OURS) or (isinstance(status, int) and 400 <= status < 500 and status not in _FOR_NOW)
            if is_silence(error) and attempt == _TRIES_IN_SILENCE - 1:
                raise _silent(what, error, _TRIES_IN_SILENCE) from error
            if final or attempt == _TRIES - 1:
                times = "" if final else f", {_TRIES} times"
                raise also(OSError)(f"{what} could not be read{times}: {type(error).__name__}: {error}") from error
            time.sleep(_PAUSE * 2**attempt)
    raise AssertionError("the last try ends the loop")


def _reason(error: Exception) -> Exception:
    """What really went wrong: for a web server, fsspec says of everything that the file was not found, and of nothing that came
    zipfile says that it is no archive.
    """
    below: BaseException | None = error
    while below is not None:
        if isinstance(below, Exception) and is_silence(below):
            return below
        below = below.__cause__ or below.__context__
    cause = error.__cause__
    if isinstance(error, FileNotFoundError) and isinstance(cause, Exception) and getattr(cause, "status", 0) not in (404, 410):
        return cause
    return error


def is_silence(error: Exception) -> bool:
    """Whether a request failed since nothing came; libraries have errors of their own for it."""
    return isinstance(error, TimeoutError) or "Timeout" in type(error).__name__


def _silent(what: str, error: Exception, times: int) -> CSVError:
    shown_times = f", {times} times" if times > 1 else ""
    return also(TimeoutError)(
        f"{shown(what)} could not be read{shown_times}: the server did not answer in time, or stopped sending "
        f"({error or type(error).__name__}). Try again later, or wait longer: lf.config.set(remote_timeout=600), in seconds."
    )


def _refused(what: str, error: Exception) -> PermissionError:
    return PermissionError(f"{what}: access was refused ({error}). Pass your credentials in storage_options=.")


def _nothing() -> None:
    """There is nothing to close."""


class _Remote:
    """What files of a file system have in common."""

    def __init__(self, file: File) -> None:
        self._file = file
        self._in_order = False

    def expect(self, stop: int) -> None:
        self._in_order = True

    def check(self) -> None:
        if not self._in_order:  # a header, looked at when the file had just been listed
            return
        file = self._file
        file.system.invalidate_cache(file.key)
        try:
            info = _patiently(file.path, lambda: file.system.info(file.key), file.patience)
        except FileNotFoundError:
            raise self._gone() from None
        size, version = int(info.get("size") or 0), _version(info)
        if (size, version) != (file.size, file.version):
            raise changed(file, f"it had {file.size:,} bytes then, and has {size:,}, or was written to, since")

    def _not_found(self, error: FileNotFoundError) -> Exception:
        """What to say of a file that is not there, as a request says: for a cache, a server that says nothing has no file."""
        try:
            _patiently(self._file.path, lambda: self._file.system.info(self._file.key), self._file.patience)
        except FileNotFoundError:
            return self._gone()
        return _silent(self._file.path, error, 1)

    def _gone(self) -> Exception:
        if "memory" in _protocols(self._file.system):
            return CSVError(
                f"{self._file.path} is not there. What memory:// holds exists only in the process that wrote it: "
                "compute with scheduler='threads' or 'sync', or write it to a file."
            )
        return changed(self._file, "it is gone")


class Ranged(_Remote):
    """A remote file of which any range can be had; see `Bytes`."""

    def __init__(self, file: File) -> None:
        super().__init__(file)
        self.length = file.size
        self._ahead = ReadAhead(self._fetch, "fetch", BLOCK, _DEPTH)
        self.read_into = self._ahead.read_into

    def expect(self, stop: int) -> None:
        super().expect(stop)
        self._ahead.expect(min(stop, self.length))

    def close(self) -> None:
        self._ahead.close(_nothing)

    def _fetch(self, at: int, length: int) -> bytes:
        file, stop = self._file, min(at + length, self.length)
        if at >= stop:
            return b""

        def request() -> bytes:
            data: bytes = file.system.cat_file(file.key, start=at, end=stop)
            if len(data) < stop - at:
                raise OSError(f"{len(data):,} bytes came of the {stop - at:,} asked for")
            return data

        try:
            data = _patiently(file.path, request, file.patience * (1 + (stop - at) / BLOCK))
        except FileNotFoundError as error:
            raise self._not_found(error) from None
        except CSVError:
            self._in_order = True
            self.check()
            raise
        if len(data) > stop - at:
            raise CSVError(
                f"{file.path}: the server sends more than was asked for, so no range of the file can be read. "
                "Write 'simplecache::' before the address: the file is then fetched whole first."
            )
        return data


class Forward(_Remote):
    """A remote file that can only be read from its start; see `Bytes`."""

    def __init__(self, file: File) -> None:
        super().__init__(file)
        self.length = ENDLESS
        self._stream: _Stream | None = None
        self._ahead = ReadAhead(self._fetch, "fetch", BLOCK, 1)
        self.read_into = self._ahead.read_into

    def expect(self, stop: int) -> None:
        super().expect(stop)
        self._ahead.expect(stop)

    def close(self) -> None:
        self._ahead.close(self._end)

    def _end(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None

    def _fetch(self, at: int, length: int) -> bytes:
        if self._stream is not None and at < self._stream.position:
            self._end()
        # What opens it may fetch all of it first.
        blocks = 1 + (at + length + self._file.size if self._stream is None else at + length - self._stream.position) / BLOCK
        try:
            data = _patiently(self._file.path, lambda: self._forward(at, length), self._file.patience * blocks)
        except FileNotFoundError as error:
            raise self._not_found(error) from None
        if len(data) < length:
            self.length = at + len(data)
            if self._file.size and self.length < self._file.size:
                raise changed(self._file, f"it had {self._file.size:,} bytes then, and ends after {self.length:,}")
        return data

    def _forward(self, at: int, length: int) -> bytes:
        stream, self._stream = self._stream, None  # a try that fails, or is given up, leaves none: the next one begins anew
        stream = _Stream(self._file) if stream is None else stream
        try:
            data = stream.read(at, length)
        except BaseException:
            stream.close()
            raise
        self._stream = stream
        return data


class _Stream:
    """A remote file that is read from its start on."""

    def __init__(self, file: File) -> None:
        options = {"block_size": 0} if _is_http(file.system) else {}
        self._handle = file.system.open(file.key, "rb", **options)
        self.position = 0
        self.close = self._handle.close

    def read(self, at: int, length: int) -> bytes:
        """The text from a place that is not behind the position."""
        while self.position < at:
            if not self._read(min(at - self.position, BLOCK)):
                return b""
        pieces: list[bytes] = []
        while length and (piece := self._read(length)):
            pieces.append(piece)
            length -= len(piece)
        return b"".join(pieces)

    def _read(self, length: int) -> bytes:
        piece: bytes = self._handle.read(length)
        self.position += len(piece)
        return piece
