"""Who is alive: files that are locked while their owner lives, and what the dead left behind.

What tells the living from the dead is a lock (`flock`), which the system takes back with the process, whatever ends
it; a process number could be another's by then, or of another machine. Where there are no such locks (Windows, some file
systems of networks) nothing is ever taken for dead.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import weakref

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]


class LockedFile:
    """A file that is open and locked for as long as this process wants it."""

    def __init__(self, fd: int) -> None:
        self.fd = fd
        _all_held.add(self)

    def close(self) -> None:
        if self.fd >= 0:
            fd, self.fd = self.fd, -1
            os.close(fd)


_all_held: weakref.WeakSet[LockedFile] = weakref.WeakSet()


def _let_go() -> None:
    """In a forked child: a lock is held until the last copy of its file is closed, and the child may live longer."""
    for held in list(_all_held):
        held.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go)


def lock(fd: int) -> bool | None:
    """Lock an open file: True if it is ours now, False if somebody has it, None if there are no locks here."""
    if fcntl is None:
        return None
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return None
    return True


def is_mine(path: str) -> bool:
    """Whether a file or folder belongs to the user of this process."""
    return not hasattr(os, "getuid") or os.lstat(path).st_uid == os.getuid()


def is_dead(path: str) -> bool:
    """Whether nobody holds the lock of a file any more."""
    try:
        fd = os.open(path, os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        return stat.S_ISREG(os.fstat(fd).st_mode) and lock(fd) is True
    finally:
        os.close(fd)


def remove(path: str) -> None:
    """Remove a file, or a folder with all that is in it; links in it are removed and not followed."""
    with contextlib.suppress(FileNotFoundError):
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        else:
            os.remove(path)
