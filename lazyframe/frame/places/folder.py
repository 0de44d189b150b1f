"""Files in a local folder, which is published as one."""

from __future__ import annotations

import contextlib
import errno
import fnmatch
import os
import posixpath
from collections.abc import Sequence

from lazyframe.frame.places.claim import Claim, hidden, leftovers
from lazyframe.frame.places.contract import Staged, mixed, numbered
from lazyframe.locks import remove

_PRIVATE = 0o700


class LocalFolder(Staged):
    """A file a piece, in a folder. A new folder gets its name when all is complete, and so is there as a whole or not at all.

    To a folder that is there already the files are moved one after another; if that fails, they are taken back.
    """

    streams = False

    def __init__(self, path: str, overwrite: bool) -> None:
        folder, self._pattern = os.path.split(path)
        self._shown, self._folder = folder, os.path.realpath(folder)
        self._overwrite = overwrite
        self._parents = _missing_parents(self._folder)
        os.makedirs(os.path.dirname(self._folder), exist_ok=True)
        self._claim: Claim | None = None
        try:
            self._take()
            self._stage = hidden(self._beside, self._name)
            os.mkdir(self._stage, _PRIVATE)
        except BaseException:
            self.close()
            raise

    def _take(self) -> None:
        """Claim the folder: where it is new by its own name, else by the name of the files."""
        while self._claim is None:
            self._is_new = not os.path.isdir(self._folder)
            if self._is_new and os.path.lexists(self._folder):
                raise NotADirectoryError(f"{self._shown!r} is a file and no folder.")
            self._beside = os.path.dirname(self._folder) if self._is_new else self._folder
            self._name = os.path.basename(self._folder) if self._is_new else self._pattern.replace("*", "")
            claim = Claim(os.path.join(self._beside, f".{self._name[:60]}.writing"), self._shown)
            if self._is_new and os.path.isdir(self._folder):  # published by another one, just before
                claim.close()
            else:
                self._claim = claim
        for old in leftovers(self._beside, self._name):  # the claim is ours, so their owners are dead
            if not self._is_new:
                _move_all(os.path.join(old, "old"), self._folder)
            remove(old)
        self._check()

    def _check(self) -> list[str]:
        """The files that are to go; an error if none may."""
        there = [] if self._is_new else fnmatch.filter(os.listdir(self._folder), self._pattern)
        if there and not self._overwrite:
            raise FileExistsError(mixed(self._shown, there))
        return there

    def publish(self) -> list[str]:
        names = numbered(self._pattern, self._count, self.naming)
        if self._is_new:
            self._move_folder(names)
        else:
            self._move_files(names)
        self._parents = []
        return [posixpath.join(self._shown, name) for name in names]

    def _move_folder(self, names: Sequence[str]) -> None:
        inner = os.path.join(self._stage, "new")
        os.mkdir(inner)  # with the rights that a new folder has here
        for number, name in enumerate(names):
            os.rename(os.path.join(self._stage, str(number)), os.path.join(inner, name))
        try:
            os.rename(inner, self._folder)
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise
            raise FileExistsError(
                f"another program made {self._shown!r} while its files were written, which would stand among the others."
            ) from None

    def _move_files(self, names: Sequence[str]) -> None:
        old, moved = os.path.join(self._stage, "old"), []
        os.mkdir(old)
        try:
            for name in self._check():
                os.rename(os.path.join(self._folder, name), os.path.join(old, name))
            for number, name in enumerate(names):
                target = os.path.join(self._folder, name)
                _move_new(os.path.join(self._stage, str(number)), target)
                moved.append(target)
        except BaseException:
            for target in moved:
                remove(target)
            _move_all(old, self._folder)
            raise

    def close(self) -> None:
        if self._stage:
            remove(self._stage)
        if self._claim is not None:
            self._claim.close()
        for folder in self._parents:
            with contextlib.suppress(OSError):
                os.rmdir(folder)


def _missing_parents(folder: str) -> list[str]:
    """The folders above one that are not there, the innermost first."""
    found = []
    while not os.path.lexists(folder := os.path.dirname(folder)):
        found.append(folder)
    return found


def _move_new(made: str, target: str) -> None:
    """Move a file to a name that is free; an error if it is not."""
    try:
        os.link(made, target)
    except FileExistsError:
        raise FileExistsError(mixed(os.path.dirname(target), [os.path.basename(target)])) from None
    except OSError:  # a file system without links
        if os.path.lexists(target):
            raise FileExistsError(mixed(os.path.dirname(target), [os.path.basename(target)])) from None
        os.rename(made, target)
    else:
        os.remove(made)


def _move_all(source: str, target: str) -> None:
    """Move the files of a folder, if there is one, to where none has the same name."""
    with contextlib.suppress(FileNotFoundError):
        for name in os.listdir(source):
            if not os.path.lexists(os.path.join(target, name)):
                os.rename(os.path.join(source, name), os.path.join(target, name))
