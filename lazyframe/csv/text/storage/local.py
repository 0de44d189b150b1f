"""A file of this machine, read with plain unbuffered reads.

It is never mapped into memory: a file that somebody else cuts short has to be an error that names it.
"""

from __future__ import annotations

import io
import os

from lazyframe.csv.text.storage.contract import File, changed


class Local:
    """A file of this machine being read; see `Bytes`.

    Its size and time are compared with what they were when it was found: first, and once more when all was read.
    """

    def __init__(self, file: File) -> None:
        self._file = file
        self._position = 0
        self.length = file.size
        try:
            self._handle = io.FileIO(file.path)
        except FileNotFoundError:
            raise changed(file, "it is gone") from None
        try:
            self.check()
        except BaseException:
            self._handle.close()
            raise

    def read_into(self, at: int, target: memoryview) -> int:
        length = min(len(target), self.length - at)
        if length <= 0:
            return 0
        if at != self._position:
            self._handle.seek(at)
        done = 0
        while done < length:
            count = self._handle.readinto(target[done:length])
            if not count:
                raise changed(self._file, f"it had {self.length:,} bytes then, and ends {length - done:,} bytes too early")
            done += count
        self._position = at + length
        return length

    def expect(self, stop: int) -> None:
        """The system reads ahead."""

    def check(self) -> None:
        status = os.fstat(self._handle.fileno())
        if (status.st_size, status.st_mtime_ns) != (self.length, self._file.version):
            raise changed(self._file, f"it had {self.length:,} bytes then, and has {status.st_size:,}, or was written to, since")

    def close(self) -> None:
        self._handle.close()
