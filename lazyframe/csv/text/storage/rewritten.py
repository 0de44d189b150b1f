"""Plain CSV in utf-8, made of a file that is written otherwise: see `lazyframe.csv.text.rewrite`.

The beginning is made once for each version of a file: the header, the sample and the first rows are all looked for there, and a
pattern in ``sep=`` may take seconds a line.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, BinaryIO

from lazyframe.csv.errors import CSVError, like
from lazyframe.csv.text.storage.contract import File
from lazyframe.csv.text.storage.translated import Translated, buffered

_SMALL = 2**16  # bytes of a file: it is the beginning, and rewritten no more than once
_BEGINNING = 2**18  # bytes of plain text
_MOST = 64  # files
_RECENT = 2 * 10**9  # ns

_known: dict[tuple[Any, ...], tuple[bytes, bool]] = {}
"""The beginnings of files, and whether they are all of them."""


class Rewritten(Translated):
    """The text of a file, rewritten; see `Bytes`."""

    purpose = "rewrite"

    def _open(self) -> BinaryIO:
        file = self._file
        assert file.rewriting is not None
        if not file.is_tokenised:  # decoding is quick
            return self._rewritten()
        key = (file.path, file.size, file.version, file.compression, file.rewriting)
        try:
            known = _known.get(key)
        except TypeError:  # an argument that is no key of a dict
            return self._rewritten()
        reader = None
        if known is None:
            reader = self._rewritten()
            known = _begun(reader, file)
            if _is_settled(file):
                if len(_known) >= _MOST:
                    _known.clear()
                _known[key] = known
        return _Continued(*known, reader, self._rewritten)  # type: ignore[return-value]

    def _rewritten(self) -> BinaryIO:
        assert self._file.rewriting is not None
        return self._file.rewriting(lambda: buffered(self._stored), self._file.path)

    def _failed(self, error: Exception) -> CSVError:
        return like(error, f"{self._file.path} cannot be rewritten as plain CSV: {type(error).__name__}: {error}")


def _is_settled(file: File) -> bool:
    """Whether its version tells it from any other: a clock tells two writes apart that are not of the same moment."""
    if file.content is not None or file.tagged:
        return True
    return isinstance(file.version, int) and 0 < file.version < time.time_ns() - _RECENT


def _begun(reader: Any, file: File) -> tuple[bytes, bool]:
    """The beginning of a text, and whether it is all of it: of a large file what is made at once."""
    if file.size > _SMALL or file.compression is not None:
        return reader.read1(_BEGINNING), False
    text = reader.read(_BEGINNING)
    return text, len(text) < _BEGINNING


class _Continued:
    """A text whose beginning is known."""

    def __init__(self, beginning: bytes, is_all: bool, reader: BinaryIO | None, anew: Callable[[], BinaryIO]) -> None:
        self._beginning, self._is_all, self._reader, self._anew = beginning, is_all, reader, anew
        self._at = 0

    def read(self, length: int) -> bytes:
        """What comes next."""
        if self._at < len(self._beginning):
            piece = self._beginning[self._at : self._at + length]
            self._at += len(piece)
            return piece
        if self._is_all:
            return b""
        if self._reader is None:
            self._reader = self._anew()
            left = len(self._beginning)
            while left and (passed := self._reader.read(left)):
                left -= len(passed)
        return self._reader.read(length)
