"""The text in a compressed file."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

from lazyframe.csv.errors import CSVError, like
from lazyframe.csv.text.storage import archive
from lazyframe.csv.text.storage.contract import File
from lazyframe.csv.text.storage.translated import Translated, buffered

_ENDINGS = {".gz": "gzip", ".bz2": "bz2", ".xz": "xz", ".zst": "zstd", ".zip": "zip"}
_MAGIC = {b"\x1f\x8b": "gzip", b"BZh": "bz2", b"\xfd7zXZ\x00": "xz", b"\x28\xb5\x2f\xfd": "zstd", b"PK\x03\x04": "zip"}
_ARCHIVES = (".tar", ".tar.gz", ".tar.bz2", ".tar.xz", ".tgz")
_OTHERS = (".tar.zst", ".lz4", ".br", ".7z", ".rar", ".z")
_FOR_WRITING = {
    "gzip": {"compresslevel", "mtime"},
    "bz2": {"compresslevel"},
    "xz": {"check", "preset"},
    "zip": {"archive_name", "compression", "allowZip64", "compresslevel", "strict_timestamps"},
    "tar": {"archive_name", "mode"},
}
"""What pandas takes beside the method in a dict, and has no effect on reading."""


def _gzip(stored: BinaryIO, file: File) -> Any:
    try:
        from isal import igzip  # the extra "isal": the same, two to three times as fast
    except ImportError:
        import gzip

        return gzip.GzipFile(fileobj=stored)
    untyped: Any = igzip.IGzipFile
    return untyped(fileobj=stored)


def _bz2(stored: BinaryIO, file: File) -> Any:
    import bz2

    return bz2.BZ2File(stored)


def _xz(stored: BinaryIO, file: File) -> Any:
    import lzma

    return lzma.LZMAFile(stored)


def _zstd(stored: BinaryIO, file: File) -> Any:
    import pyarrow as pa  # its reader goes over several frames, and tells when the last one is cut short

    return pa.CompressedInputStream(pa.PythonFile(stored, mode="r"), "zstd")


def _zip(stored: BinaryIO, file: File) -> Any:
    import zipfile

    if not stored.seekable():
        raise CSVError(
            f"{file.path}: a zip file is read from its end, and this server gives files only from their start. "
            f"Write 'simplecache::' before the address: the file is then fetched whole first."
        )
    opened = zipfile.ZipFile(stored)
    names = opened.namelist()
    if len(names) != 1:
        listed = ", ".join(names[:5]) + (", ..." if len(names) > 5 else "")
        found = f"{len(names)}: {listed}. For all of them pass 'zip://**/*.csv::{file.path}'." if names else "none."
        raise CSVError(f"{file.path}: a zip file has to hold one file, and this one holds {found}")
    return opened.open(names[0])


METHODS: dict[str, Callable[[BinaryIO, File], Any]] = {
    "gzip": _gzip,
    "bz2": _bz2,
    "xz": _xz,
    "zstd": _zstd,
    "zip": _zip,
    "tar": archive.opened,
}
"""What opens a file of each kind of compression, by the names that ``compression=`` takes."""


def method_of(compression: Any) -> str | None:
    """What the argument ``compression`` asks for: ``"infer"``, a name in `METHODS`, or None.

    Raises
    ------
    ValueError, TypeError
        It is none of these; the message lists them.

    Examples
    --------
    >>> method_of({"method": "gzip"})
    'gzip'
    """
    if isinstance(compression, Mapping):
        given = dict(compression)
        if "method" not in given:
            raise ValueError(f"compression={compression!r}: a dict must have key 'method', such as {{'method': 'gzip'}}.")
        method = given.pop("method")
        if set(given) - _FOR_WRITING.get(method, set()) or not str(given.get("mode", "r")).startswith("r"):
            raise TypeError(f"compression={compression!r}: of a dict only its 'method' has a meaning for reading.")
        compression = method
    if compression is None or (isinstance(compression, str) and compression in ("infer", *METHODS)):
        return compression
    raise ValueError(f"compression={compression!r} is none of 'infer', {', '.join(map(repr, METHODS))}, or None.")


def methods_for(path: str, method: str | None) -> str | None:
    """How the file of this name is compressed.

    Raises
    ------
    CSVError
        By its name it is an archive or compressed in a way that is not offered.

    Examples
    --------
    >>> methods_for("a.csv.GZ", "infer"), methods_for("a.csv", "infer"), methods_for("a.csv", "xz")
    ('gzip', None, 'xz')
    """
    if method != "infer":
        return method
    lower = path.lower()
    if lower.endswith(_ARCHIVES):
        return "tar"
    if lower.endswith(_OTHERS):
        ending = next(other for other in _OTHERS if lower.endswith(other))
        raise CSVError(
            f"{path}: {ending} files are not offered. Unpack it first. If it is a CSV file after all, pass compression=None; "
            f"otherwise known are {', '.join((*_ENDINGS, *_ARCHIVES))}."
        )
    return _ENDINGS.get(os.path.splitext(lower)[1])


def compression_of(head: bytes) -> str | None:
    r"""How a file that begins with these bytes is compressed; None where it is not.

    Examples
    --------
    >>> compression_of(b"\x1f\x8b\x08"), compression_of(b"a,b\n")
    ('gzip', None)
    """
    if archive.begins_one(head):
        return "tar"
    return next((method for magic, method in _MAGIC.items() if head.startswith(magic)), None)


class Unpacked(Translated):
    """The text in a compressed file; see `Bytes`.

    Parameters
    ----------
    file : File
        The file, with its compression.
    stored : Bytes
        The file as it is stored; closed with this.
    """

    purpose = "unpack"

    def _open(self) -> BinaryIO:
        return METHODS[self._file.compression or ""](buffered(self._stored), self._file)  # type: ignore[no-any-return]

    def _failed(self, error: Exception) -> CSVError:
        return self._damaged(error)

    def _damaged(self, error: Exception) -> CSVError:
        """What is wrong with the file, and in which line of its text."""
        file, method = self._file, self._file.compression
        head = bytearray(512)
        head = head[: self._stored.read_into(0, memoryview(head))]
        found = compression_of(bytes(head))
        if found != method and not (method == "tar" and found in archive.WRAPPED):
            instead = f"as a {found} file does" if found else f"with {bytes(head[:8])!r}"
            if method == "gzip":  # isal, which unpacks faster, has another error for it
                import gzip

                error = gzip.BadGzipFile(*error.args)
            elif isinstance(error, EOFError) and method in ("bz2", "xz"):  # of so few bytes that their start is not looked at
                import lzma

                error = (OSError if method == "bz2" else lzma.LZMAError)(*error.args)
            return like(error, f"{file.path} is no {method} file: it begins {instead}. Pass compression={found!r}.")
        text = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
        try:
            size, lines = self._readable()
        except Exception:
            size, lines = 0, 0
        return like(
            error,
            f"{file.path}:{lines + 1}: the {method} file is cut short or damaged; {size:,} bytes of text could be unpacked "
            f"({text}). Fetch or write it again.",
        )

    def _readable(self) -> tuple[int, int]:
        """How many bytes and lines can be unpacked."""
        reader = self._open()
        size = lines = 0
        while True:
            try:
                piece = reader.read(2**12)
            except Exception:
                return size, lines
            if not piece:
                return size, lines
            size += len(piece)
            lines += piece.count(b"\n")
