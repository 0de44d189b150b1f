"""One file, and what stands in the place of one: a named pipe, a device."""

from __future__ import annotations

import errno
import os
import shutil
import stat
import tempfile
from collections.abc import Callable
from typing import BinaryIO

from lazyframe.frame.places.claim import hidden, leftovers
from lazyframe.locks import LockedFile, is_dead, lock, remove


def standing(path: str) -> os.stat_result | None:
    """What stands at a path, behind all links."""
    try:
        return os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None


class OneFile:
    """One local file, written beside the one that stands there, and put in its place."""

    streams = False
    naming: Callable[[int], str] | None = None

    def __init__(self, path: str, given: str, there: os.stat_result | None, overwrite: bool | None) -> None:
        self._given = path
        self._path = os.path.realpath(path)  # what a link points to is what is written
        self._folder, name = os.path.split(self._path)
        self._made: tuple[str, LockedFile] | None = None
        self._private = ""  # a folder for it, where the file may be written and its folder may not
        if there is None and not os.path.isdir(self._folder):
            if os.path.lexists(self._folder):
                raise NotADirectoryError(f"cannot write {given!r}: {self._folder!r} is a file and no folder.")
            raise FileNotFoundError(
                f"cannot write {given!r}: the folder {self._folder!r} does not exist. Make it first, with os.makedirs(...)."
            )
        if there is not None and overwrite is False:
            raise FileExistsError(f"{given!r} exists already, and overwrite=False.")
        if there is not None and not os.access(self._path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
            raise PermissionError(errno.EACCES, "the file may not be written", self._path)
        for old in leftovers(self._folder, name):
            if is_dead(old):
                remove(old)

    def open(self) -> BinaryIO:
        self.discard()
        there = standing(self._path)
        mode = 0o666 if there is None else 0o600  # nobody may read what only he could who may read the old file
        flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        while True:
            made = hidden(self._private or self._folder, os.path.basename(self._path))
            try:
                fd = os.open(made, flags, mode)
            except OSError as error:
                if there is None or self._private or error.errno not in (errno.EACCES, errno.EPERM, errno.EROFS):
                    raise
                self._private = tempfile.mkdtemp(prefix="lazyframe-")
                continue
            if lock(fd) is not False and os.fstat(fd).st_nlink:  # else another run has just looked whether it has an owner
                self._made = made, LockedFile(os.dup(fd))
                return os.fdopen(fd, "wb")
            os.close(fd)
            remove(made)

    def publish(self) -> list[str]:
        assert self._made is not None
        made, held = self._made
        if not self._replaced(made):
            self._fill(made)
        self._made = None
        held.close()
        return [self._given]

    def _replaced(self, made: str) -> bool:
        """Put the file in its place, if nothing of what stands there gets lost by that."""
        there = standing(self._path)
        try:
            if there is not None:
                if there.st_nlink > 1 or _further_attributes(self._path):
                    return False
                new = os.stat(made)
                if hasattr(os, "chown") and (new.st_uid, new.st_gid) != (there.st_uid, there.st_gid):
                    os.chown(made, there.st_uid, there.st_gid)
                os.chmod(made, stat.S_IMODE(there.st_mode))
            os.replace(made, self._path)
        except OSError as error:
            # An owner that is not ours to give, a file that is a mount of its own, a folder where only owners rename.
            if there is None or error.errno not in (errno.EPERM, errno.EACCES, errno.EBUSY, errno.EXDEV, errno.EROFS):
                raise
            return False
        return True

    def _fill(self, made: str) -> None:
        """Write into the file that stands there."""
        with open(made, "rb") as source, open(self._path, "r+b") as target:
            try:
                shutil.copyfileobj(source, target, 2**20)
                target.truncate()
            except BaseException as error:
                error.add_note(f"{self._path!r} is incomplete: it is written in place, since it has further names or attributes.")
                raise
        remove(made)

    def discard(self) -> None:
        if self._made is not None:
            made, held = self._made
            self._made = None
            remove(made)
            held.close()

    def close(self) -> None:
        self.discard()
        if self._private:
            remove(self._private)


def _further_attributes(path: str) -> bool:
    """Whether a file has rights or attributes beside its mode, that a new file in its place would not have."""
    if not hasattr(os, "listxattr"):
        return False
    try:
        names = os.listxattr(path)
    except OSError:
        return False
    return any(name.startswith(("user.", "system.posix_acl")) for name in names)


class Device:
    """A named pipe or a device: it is written to and stays what it is."""

    streams = True
    naming: Callable[[int], str] | None = None

    def __init__(self, path: str) -> None:
        self._path = path

    def open(self) -> BinaryIO:
        return open(self._path, "wb")

    def publish(self) -> list[str]:
        return [self._path]

    def discard(self) -> None:
        """It cannot be taken back."""

    def close(self) -> None:
        """Nothing is held."""
