"""Which text it was that columns were parsed of: a file as it was, and whether it still is, or has only grown.

A file is the one that it was if its size, its times (of its contents, and of its inode: `cp -p` and `touch -r` give back the
first alone), its inode, and a checksum of some of its blocks are. A file that has grown is, as far as it went, what it was if its
inode and these blocks are. A file that was written to in the last moment is known for nothing: clocks of file systems move
in steps, and within one step it could be written to again.
"""

from __future__ import annotations

import hashlib
import os
import time
from typing import Any, NamedTuple

_BLOCK = 4096
_BLOCKS = 16  # of a file that has more than so many; of one that has fewer, all
_REMEMBERED = 10_000

SETTLED = 2.0
"""Seconds that a file was left alone before it is known by its times: FAT and some servers count in steps of two."""


class Identity(NamedTuple):
    """A file as it was.

    Parameters
    ----------
    size : int
        In bytes.
    version : int or str
        When it was written to, in ns; of a remote file its ETag.
    changed : int
        When its inode was, in ns.
    inode : int
        Its number.
    """

    size: int
    version: int | str
    changed: int = 0
    inode: int = 0

    def might_have_grown_to(self, other: Identity) -> bool:
        """Whether the other may be this one with more behind it."""
        return self.size < other.size and self.inode == other.inode and isinstance(self.version, int)


def look(path: str) -> Identity | None:
    """A file of this machine as it is now; None where it is not there."""
    try:
        status = os.stat(path)
    except OSError:
        return None
    return Identity(status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino)


def is_settled(identity: Identity) -> bool:
    """Whether a further change would show, as far as clocks can tell."""
    if isinstance(identity.version, str):
        return True
    return time.time() - max(identity.version, identity.changed) / 1e9 >= SETTLED


def sampled(path: str, now: Identity, size: int) -> str:
    """A checksum of some blocks of the first `size` bytes of a file, read once for each state of it that this process meets."""
    key = (path, now, size)
    if key not in _sampled:
        if len(_sampled) > _REMEMBERED:
            _sampled.clear()
        _sampled[key] = _read(path, size)
    return _sampled[key]


_sampled: dict[Any, str] = {}


def _read(path: str, size: int) -> str:
    digest = hashlib.blake2b(digest_size=16)
    with open(path, "rb", buffering=0) as file:
        for at, length in _places(size):
            file.seek(at)
            digest.update(file.read(length) or b"")
    return digest.hexdigest()


def _places(size: int) -> list[tuple[int, int]]:
    """Which blocks are looked at: the first, the last, and some in between, evenly spread.

    Examples
    --------
    >>> _places(1000)
    [(0, 1000)]
    >>> len(_places(10**9)), _places(10**9)[-1]
    (16, (999995904, 4096))
    """
    if size <= _BLOCK * _BLOCKS:
        return [(0, size)]
    return [(number * (size - _BLOCK) // (_BLOCKS - 1), _BLOCK) for number in range(_BLOCKS)]
