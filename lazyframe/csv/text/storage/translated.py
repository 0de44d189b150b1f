"""Text that is made of what is stored. It can only be read from its start, a block at a time, so memory stays bounded.

Going back means to begin again: only the sample and errors do that.
"""

from __future__ import annotations

import io
from typing import Any, BinaryIO

from lazyframe.csv.errors import CSVError
from lazyframe.csv.text.storage.ahead import ReadAhead
from lazyframe.csv.text.storage.contract import ENDLESS, Bytes, File

_BLOCK = 2**20
_BUFFER = 2**18


class Translated:
    """The text that is made of a file; see `Bytes`.

    Parameters
    ----------
    file : File
        The file.
    stored : Bytes
        The file as it is stored; closed with this.
    """

    purpose = ""
    """Whose threads make the text: see `ahead.pool`."""

    def __init__(self, file: File, stored: Bytes) -> None:
        self._file, self._stored = file, stored
        self.length = ENDLESS
        self._reader: BinaryIO | None = None
        self._position = 0
        self._ahead = ReadAhead(self._fetch, self.purpose, _BLOCK, 1)
        self.read_into = self._ahead.read_into
        self._in_order = False

    def expect(self, stop: int) -> None:
        self._in_order = True
        self._ahead.expect(stop)

    def check(self) -> None:
        self._stored.check()

    def close(self) -> None:
        self._ahead.close(self._stored.close)

    def _fetch(self, at: int, length: int) -> bytes:
        if self._reader is None or at < self._position:
            self._restart()
        while self._position < at:
            if not self._read(min(at - self._position, _BLOCK)):
                return b""
        pieces: list[bytes] = []
        while length and (piece := self._read(length)):
            pieces.append(piece)
            length -= len(piece)
        if length:
            self.length = self._position
        return b"".join(pieces)

    def _restart(self) -> None:
        self._position = 0
        if self._stored.length == 0:  # a file of no bytes holds no text, however it is called
            self._reader = io.BytesIO()
            return
        if self._in_order:
            self._stored.expect(self._file.size)
        try:
            self._reader = self._open()
        except CSVError:
            raise
        except Exception as error:
            raise self._failed(error) from None

    def _read(self, length: int) -> bytes:
        assert self._reader is not None
        try:
            piece = self._reader.read(length)
        except CSVError:
            raise
        except Exception as error:
            raise self._failed(error) from None
        self._position += len(piece)
        return piece

    def _open(self) -> BinaryIO:
        """What gives the text, from its start."""
        raise NotImplementedError

    def _failed(self, error: Exception) -> CSVError:
        """What to say where making the text failed."""
        raise NotImplementedError


def buffered(stored: Bytes) -> BinaryIO:
    """A stored file as Python's own modules want it."""
    return io.BufferedReader(_Stored(stored), _BUFFER)


class _Stored(io.RawIOBase):
    """A stored file as Python's own modules want it."""

    def __init__(self, stored: Bytes) -> None:
        self._stored, self._at = stored, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return self._stored.length < ENDLESS

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, offset + (0, self._at, self._stored.length)[whence])
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, target: Any) -> int:
        view = memoryview(target).cast("B")
        count = self._stored.read_into(self._at, view)
        self._at += count
        return count
