"""The folder of a run, and how many bytes of regrouped rows may stay in memory.

A folder belongs to the process that made it: it is the only one that makes and removes it. What tells a folder whose owner
is dead is the lock of the file in it (`locks`); the next run that needs a folder clears such ones.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import tempfile
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from lazyframe import config
from lazyframe.documented import Documented
from lazyframe.locks import LockedFile, is_dead, is_mine, lock, remove

_PREFIX = "lazyframe-"
_OWNER = "owner"


class SpillError(Documented, OSError):
    """Rows that have to meet could not be put on disk; the message names the folder, what was needed and what was left."""


@dataclass
class Room:
    """Where the rows of one run are while they are regrouped.

    Parameters
    ----------
    limit : int
        The bytes of memory that all tasks together may take.
    workers : int
        How many tasks run at one time.
    shared : bool
        Whether the tasks share a file system with the owner. Where they do not, nothing goes on disk here: what tasks hand on is
        theirs who run them.
    """

    limit: int
    workers: int
    shared: bool = True
    path: str = ""
    owner: int = field(default_factory=os.getpid)
    _lock: Any = None

    @property
    def share(self) -> int:
        """The bytes that the rows of one task should not exceed: it holds them, and what is made of them."""
        return max(1, self.limit // (4 * self.workers))

    def shares(self, nbytes: int) -> int:
        """In how many parts so many bytes of rows are looked at, so that none exceeds a share."""
        return max(1, -(-nbytes // self.share))

    @property
    def flush(self) -> int:
        """The bytes of rows that a task holds until it splits them."""
        return max(1, min(self.share // 2, 64 * 2**20))

    def open(self) -> None:
        """Make the folder, if there is none yet."""
        if self.path or not self.shared:
            return
        above = config.get("temporary_directory") or tempfile.gettempdir()
        _clear(above)
        try:
            self.path = tempfile.mkdtemp(prefix=_PREFIX, dir=above)
            self._lock = _locked(self.path)
        except OSError as error:
            raise _explained(error, above, 0) from error
        with _counting:
            _kept[self.path] = 0

    def close(self) -> None:
        """Remove the folder, and all that is in it; tasks that were left behind can write nothing into it any more."""
        path = self.path  # which stays, for a task that is left behind must not write to another place
        if not path:
            return
        with _counting:
            _kept.pop(path, None)
        gone = f"{path}-gone"
        with contextlib.suppress(OSError):
            os.rename(path, gone)  # at one stroke: whoever still writes finds no folder
            path = gone
        shutil.rmtree(path, ignore_errors=True)
        if self._lock is not None:
            self._lock.close()

    def keeps(self, nbytes: int) -> bool:
        """Whether so many bytes more stay in memory; if so they are counted.

        Only in the process that owns the room: what a worker process keeps would have to go through its owner to the next.
        """
        if not self.shared:
            return True
        if self.owner != os.getpid():
            return False
        with _counting:
            if self.path not in _kept or _kept[self.path] + nbytes > self.limit // 4:
                return False
            _kept[self.path] += nbytes
            return True

    def write(self, name: str, parts: Sequence[Any]) -> list[int]:
        """Put buffers at the end of a file of the folder; where each begins, and where the last ends.

        Raises
        ------
        SpillError
        """
        sizes = [memoryview(part).nbytes for part in parts]
        try:
            with open(os.path.join(self.path, name), "ab", buffering=0) as file:
                at = file.seek(0, os.SEEK_END)
                places = [at]
                for part, size in zip(parts, sizes, strict=True):
                    rest = memoryview(part).cast("B")
                    while rest.nbytes:
                        rest = rest[file.write(rest) :]
                    places.append(places[-1] + size)
        except OSError as error:
            raise _explained(error, self.path, sum(sizes)) from error
        return places

    def written(self) -> int:
        """The bytes that are on disk, of all processes."""
        with contextlib.suppress(OSError), os.scandir(self.path or os.devnull) as entries:
            return sum(entry.stat().st_size for entry in entries)
        return 0

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_lock": None}


_kept: dict[str, int] = {}
"""The bytes that each room of this process keeps in memory."""
_counting = threading.Lock()


def new_name() -> str:
    """The name of a file that no other task takes."""
    return f"{secrets.token_hex(8)}.arrow"


@contextlib.contextmanager
def room(workers: int, shared: bool = True) -> Iterator[Room]:
    """The room of a run; its folder is made when it is first needed, and removed however the run ends."""
    made = Room(config.memory_limit(), max(1, workers), shared)
    try:
        yield made
    finally:
        made.close()


def _locked(folder: str) -> LockedFile | None:
    """The lock that says that the owner of a folder is alive; it has its name only once it is locked."""
    path = os.path.join(folder, _OWNER)
    fd = os.open(f"{path}.new", os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
    if lock(fd) is None:  # no locks here: then nothing is ever taken for dead
        os.close(fd)
        return None
    os.rename(f"{path}.new", path)
    return LockedFile(fd)


def _clear(above: str) -> None:
    """Remove the folders of owners that are dead."""
    with contextlib.suppress(OSError), os.scandir(above) as entries:
        for entry in entries:
            if not entry.name.startswith(_PREFIX) or not entry.is_dir(follow_symlinks=False) or not is_mine(entry.path):
                continue
            owner = os.path.join(entry.path, _OWNER)
            if os.path.lexists(owner) and is_dead(owner):
                with contextlib.suppress(OSError):
                    remove(entry.path)


def _explained(error: OSError, folder: str, needed: int) -> OSError:
    """The error of a folder, in words that say what to do."""
    fix = "Free some, or name a folder on a larger disk: lazyframe.config.set(temporary_directory=...)."
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        try:
            left = f"{shutil.disk_usage(os.path.dirname(folder)).free / 1e6:,.1f} MB are left"
        except OSError:
            left = "nothing is left"
        said = f"the disk is full: {needed / 1e6:,.1f} MB more were to go into the folder {folder!r}, and {left}. {fix}"
    else:
        said = f"rows that have to meet could not be put into the folder {folder!r}: {error.strerror or error}. {fix}"
    return SpillError(error.errno or errno.EIO, said)
