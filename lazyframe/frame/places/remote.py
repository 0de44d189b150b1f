"""Files on other machines."""

from __future__ import annotations

import contextlib
import fnmatch
import hashlib
import os
import posixpath
import tempfile
from collections.abc import Sequence
from typing import Any

from lazyframe.frame.places.claim import Claim
from lazyframe.frame.places.contract import Staged, mixed, numbered
from lazyframe.locks import is_dead, is_mine, remove
from lazyframe.shown import shown


class Remote(Staged):
    """Files elsewhere: written in a folder that only this user can enter, and sent when all are complete."""

    streams = False

    def __init__(self, fs: Any, path: str, overwrite: bool | None) -> None:
        self._fs, self._path = fs, path
        self._each = "*" in posixpath.basename(path)
        self._folder, self._pattern = posixpath.dirname(path), posixpath.basename(path)
        self._overwrite = bool(overwrite) if self._each else overwrite is not False
        self._made_folder = False
        self._check()
        if self._each and not fs.exists(self._folder):
            fs.makedirs(self._folder)
            self._made_folder = True
        prefix = f"lazyframe-{hashlib.sha256(path.encode()).hexdigest()[:12]}-"
        _clear(prefix)
        self._stage = tempfile.mkdtemp(prefix=prefix)  # mode 0700
        self._claim = Claim(os.path.join(self._stage, "owner"), path)

    def _check(self) -> list[str]:
        """The files that are there; an error if they may not go."""
        if self._each:
            there = self._there()
            if there and not self._overwrite:
                raise FileExistsError(mixed(self._folder, there))
            return there
        if not self._overwrite and self._fs.exists(self._path):
            raise FileExistsError(f"{self._path!r} exists already, and overwrite=False.")
        return []

    def publish(self) -> list[str]:
        old = set(self._check())  # once more: another writer may have been faster
        names = numbered(self._pattern, self._count, self.naming)
        sent: list[str] = []
        try:
            for number, name in enumerate(names):
                sent.append(name)
                self._fs.put_file(os.path.join(self._stage, str(number)), posixpath.join(self._folder, name))
        except BaseException as error:
            self._take_back(error, names, sent, old)
            raise
        for name in old - set(names):
            self._fs.rm_file(posixpath.join(self._folder, name))
        self._made_folder = False
        if self._each and (others := set(self._there()) - set(names)):
            raise FileExistsError(
                f"another program wrote to {shown(self._folder)} at the same time: its {shown(sorted(others)[0])} stands "
                f"among the {len(names)} files of this frame, which are complete."
            )
        return [posixpath.join(self._folder, name) for name in names]

    def _there(self) -> list[str]:
        """The files of this name that stand in the folder now."""
        self._fs.invalidate_cache()
        names = map(posixpath.basename, self._fs.ls(self._folder, detail=False)) if self._fs.exists(self._folder) else ()
        return fnmatch.filter(names, self._pattern)

    def _take_back(self, error: BaseException, names: Sequence[str], sent: Sequence[str], old: set[str]) -> None:
        """Remove what was sent of an upload that failed; say what stands there where that cannot be done, or would lose more."""
        left = []
        for number, name in enumerate(sent):
            last = number == len(sent) - 1  # the one that failed may be there by halves, or not at all
            path = posixpath.join(self._folder, name)
            if not self._each or name in old:
                left.append(f"{path} (perhaps incomplete)" if last else f"{path} (new)")
                continue
            try:
                if not last or self._fs.exists(path):
                    self._fs.rm_file(path)
            except Exception:
                left.append(f"{path} (perhaps incomplete)" if last else path)
        if not left or not self._each:
            return
        kept = sorted(old - set(sent))
        error.add_note(
            f"{len(sent) - 1} of {len(names)} files had been sent. There stand now: {', '.join(map(shown, left))}"
            + (f"; and of before: {', '.join(map(shown, kept))}" if kept else "")
            + ". Write again with overwrite=True, which replaces them all; or remove them."
        )

    def close(self) -> None:
        self._claim.close()
        remove(self._stage)
        if self._made_folder:
            with contextlib.suppress(Exception):
                self._fs.rmdir(self._folder)


def _clear(prefix: str) -> None:
    """Remove the folders that killed runs with the same target have left."""
    folder = tempfile.gettempdir()
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            ours = entry.name.startswith(prefix) and entry.is_dir(follow_symlinks=False) and is_mine(entry.path)
            if ours and is_dead(os.path.join(entry.path, "owner")):
                remove(entry.path)
