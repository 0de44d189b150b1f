"""The folder of kept columns: where a bundle of them has its place, who may use it, and which have to go.

    <folder>/lazyframe-1/ab/cdef...-<name>.kept           a bundle; what stands before the name says its place
                           /cdef...-<name>.<random>.tmp   one being written

Several programs use one folder with no lock between them: a bundle is moved to its place when it is complete and is never
changed after that, and where two write the same one, either will do. One that somebody is reading may be removed, for whoever
has mapped it keeps it. So a program that dies leaves nothing behind but a file with ``.tmp``, which goes when it is an hour old.

The time of a file is when it was last used, to the minute. Those that were not used for longest go first.

See docs/decisions/0074-parsed-columns-kept.md.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pyarrow as pa

from lazyframe.cache.bundle import Bundle, Damaged, check_is_ours, sections, write

OURS = "lazyframe-1"
"""The name of the folder in the user's folder; another form of files gets another number."""

_KEPT, _UNFINISHED = ".kept", ".tmp"
_USED_AGAIN = 60.0  # seconds: to write down each use would be much writing
_ABANDONED = 3600.0
_PAUSE = 30.0  # seconds before a folder that could not be written to is tried again
_SWEEPS = 16  # while the whole size is written

Tell = Callable[[str], None]
"""Takes what the user should be told."""


class CacheFolder(NamedTuple):
    """A folder, and how much may be in it; what crosses to other machines, where it stands for a folder of theirs.

    Parameters
    ----------
    folder : str or bool
        True for the folder that the system has for such things.
    limit : int
        Bytes.
    """

    folder: str | bool
    limit: int

    @property
    def root(self) -> str:
        """Where everything is."""
        return os.path.join(_usual() if isinstance(self.folder, bool) else self.folder, OURS)

    @property
    def store(self) -> Store:
        """What is there; one for all tasks of a process, for it counts what they write."""
        return _stores.setdefault((self.root, self.limit), Store(self.root, self.limit))

    def opened(self, tell: Tell) -> Store | None:
        """The store, its folder made; None, and the user is told, where that cannot be used."""
        return self.store if self.store.is_usable(tell) else None


def _usual() -> str:
    """The user's folder for what can be made again."""
    home = os.path.expanduser("~")
    if home == "~" or not os.path.isabs(home):
        home = tempfile.gettempdir()
    if sys.platform == "darwin":
        return os.path.join(home, "Library", "Caches")
    if os.name == "nt":
        return os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    return os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")


class Store:
    """Bundles in a folder.

    Parameters
    ----------
    root : str
        The folder, ours alone.
    limit : int
        How many bytes may be in it.
    """

    def __init__(self, root: str, limit: int) -> None:
        self.root, self.limit = root, limit
        self._unswept = limit  # bytes that this process has written since it looked how many there are
        self._closed_until = 0.0

    def is_usable(self, tell: Tell) -> bool:
        """Whether the folder is there, and nobody else's; made where it is not."""
        try:
            if not os.path.isdir(self.root):
                os.makedirs(os.path.dirname(self.root), exist_ok=True)
                with contextlib.suppress(FileExistsError):
                    os.mkdir(self.root, 0o700)
            check_is_ours(os.stat(self.root))
        except (OSError, Damaged) as error:
            tell(f"the folder {self.root!r} cannot be used to keep parsed columns ({_reason(error)}); files are parsed.")
            return False
        return True

    def bundles(self, place: str, tell: Tell) -> Iterator[Bundle]:
        """The bundles at a place; one that is damaged is removed, and the user is told."""
        folder, start = self._folder(place)
        try:
            names = sorted(name for name in os.listdir(folder) if name.startswith(start) and name.endswith(_KEPT))
        except OSError:
            return
        for name in names:
            path = os.path.join(folder, name)
            try:
                bundle = Bundle(path)
            except FileNotFoundError:  # another program has removed it
                continue
            except (OSError, ValueError, KeyError, Damaged) as error:
                self.damaged(path, error, tell)
                continue
            yield bundle

    def damaged(self, path: str, error: Exception, tell: Tell) -> None:
        """Remove a file that cannot be used, and tell the user."""
        tell(f"kept columns in {path!r} cannot be used ({_reason(error)}); they are parsed anew.")
        self.remove(path)

    def remove(self, path: str) -> None:
        """Remove a bundle, if it is still there."""
        with contextlib.suppress(OSError):
            os.remove(path)

    def use(self, bundle: Bundle) -> None:
        """Write down that a bundle is of use."""
        now = time.time()
        if abs(now - bundle.used) > _USED_AGAIN:
            with contextlib.suppress(OSError):
                os.utime(bundle.path)

    def add(self, place: str, name: str, told: Mapping[str, Any], columns: Mapping[str, pa.Array], tell: Tell) -> None:
        """Keep columns; those of a type that is not kept are left out. Where there is no room the user is told."""
        found = {key: parts for key, array in columns.items() if (parts := sections(array)) is not None}
        size = sum(len(data) for parts in found.values() for part in parts for data in part.buffers)
        if (not found and columns) or size > self.limit or time.monotonic() < self._closed_until:
            return
        folder, start = self._folder(place)
        path = os.path.join(folder, f"{start}{name}.{secrets.token_hex(8)}{_UNFINISHED}")
        try:
            with contextlib.suppress(FileExistsError):
                os.mkdir(folder, 0o700)
            size = write(path, told, found)
            os.replace(path, os.path.join(folder, start + name + _KEPT))
        except OSError as error:
            self.remove(path)
            self._closed_until = time.monotonic() + _PAUSE
            tell(f"parsed columns could not be kept in {self.root!r} ({_reason(error)}).")
            return
        except BaseException:
            self.remove(path)
            raise
        self._unswept += size
        if self._unswept * _SWEEPS >= self.limit:
            self.sweep()

    def _folder(self, place: str) -> tuple[str, str]:
        """The folder of a place, one of 256, and how the names of its files begin there."""
        name = hashlib.blake2b(place.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        return os.path.join(self.root, name[:2]), f"{name[2:]}-"

    def files(self) -> list[tuple[str, os.stat_result]]:
        """All files of ours that there are, complete or not."""
        found = []
        for folder, _, names in os.walk(self.root):
            for name in names:
                if name.endswith((_KEPT, _UNFINISHED)):
                    path = os.path.join(folder, name)
                    with contextlib.suppress(OSError):
                        found.append((path, os.stat(path)))
        return found

    def sweep(self) -> None:
        """Remove what was not used for longest, until the rest is within the limit; and what writers that died have left.

        Nor does the folder take up more than half of the room that there is: other programs need some.
        """
        self._unswept = 0
        now = time.time()
        there = []
        for path, status in self.files():
            if path.endswith(_KEPT):
                there.append((status.st_mtime, status.st_size, path))
            elif now - status.st_mtime > _ABANDONED:
                self.remove(path)
        total = sum(size for _, size, _ in there)
        limit = min(self.limit, (total + _room(self.root)) // 2)
        for _, size, path in sorted(there):
            if total <= limit:
                break
            self.remove(path)
            total -= size

    def clear(self) -> int:
        """Remove everything; how many bytes that were."""
        total = 0
        for path, status in self.files():
            self.remove(path)
            total += status.st_size
        for folder, _, _ in os.walk(self.root, topdown=False):
            with contextlib.suppress(OSError):
                os.rmdir(folder)
        self._closed_until = 0.0
        return total


_stores: dict[tuple[str, int], Store] = {}


def _room(path: str) -> int:
    """How many bytes of the disk are free."""
    try:
        found = os.statvfs(path)
    except (AttributeError, OSError):
        return 2**62
    return found.f_bavail * found.f_frsize


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error) or type(error).__name__
