"""Who writes where: claims, which are there while their owner lives (`locks`), and the leftovers of owners that are dead."""

from __future__ import annotations

import contextlib
import getpass
import os
import re
import secrets
import socket
import time
from collections.abc import Iterator

from lazyframe.locks import LockedFile, is_mine, lock

_LONGEST = 200  # bytes of a name that go into the name of what is hidden; the system allows 255


class Claim(LockedFile):
    """The right to write to a folder: a file that names its owner, and is there for as long as the owner lives.

    Parameters
    ----------
    path : str
        The file.
    target : str
        What is claimed, for the error.

    Raises
    ------
    FileExistsError
        Somebody else has it; the error says who.
    """

    def __init__(self, path: str, target: str) -> None:
        self._path = path
        while True:
            fd, is_new = _opened(path)
            got = lock(fd)
            if got is False or (got is None and not is_new):
                with os.fdopen(fd, "rb") as file:
                    owner = file.read(500).decode("utf-8", "replace") or "another program"
                raise FileExistsError(
                    f"cannot write to {target!r}: {owner} is writing to it. Wait for it, or write to another place"
                    + (f"; if there is no such program, remove {path!r}." if got is None else ".")
                )
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(fd), os.lstat(path)):
                    break
            os.close(fd)  # its owner has just removed it: what we have locked is nothing any more
        os.truncate(fd, 0)
        os.write(fd, _myself().encode("utf-8", "replace"))
        super().__init__(fd)

    def close(self) -> None:
        if self.fd >= 0:
            with contextlib.suppress(OSError):
                os.remove(self._path)  # while it is locked, so that nobody locks what is about to go
        super().close()


def _opened(path: str) -> tuple[int, bool]:
    """The file, and whether it was not there before. A link is not followed, and a pipe is not waited for."""
    flags = os.O_RDWR | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0)
    while True:
        with contextlib.suppress(FileExistsError):
            return os.open(path, flags | os.O_CREAT | os.O_EXCL, 0o600), True
        with contextlib.suppress(FileNotFoundError):
            return os.open(path, flags), False


def _myself() -> str:
    try:
        user = getpass.getuser()
    except (OSError, KeyError, ImportError):  # a user without a name
        user = "unknown"
    return f"process {os.getpid()} of {user} on {socket.gethostname()} (since {time.strftime('%Y-%m-%d %H:%M:%S')})"


def hidden(folder: str, name: str) -> str:
    """A name beside `name` that nobody can guess, for what is not complete yet."""
    return os.path.join(folder, f"{_prefix(name)}{secrets.token_hex(8)}.tmp")


def _prefix(name: str) -> str:
    return f".{os.fsencode(name)[:_LONGEST].decode('utf-8', 'ignore')}."


def leftovers(folder: str, name: str) -> Iterator[str]:
    """What runs with the target `name` made in a folder with `hidden`, and is ours; a link is none of it.

    Of these, files belong to dead owners if `is_dead` says so, and folders if the caller has the claim.
    """
    pattern = re.compile(re.escape(_prefix(name)) + r"[0-9a-f]{12,16}\.tmp")
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if pattern.fullmatch(entry.name) and not entry.is_symlink() and is_mine(entry.path):
                yield entry.path
