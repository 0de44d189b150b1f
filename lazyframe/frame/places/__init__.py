"""The places where files end up: each takes pieces under hidden names, and gives them their names when all is complete.

contract.py   what is asked of a place        claim.py    who writes where, and leftovers of the dead
files.py      one file; a pipe or a device    folder.py   a file a piece, in a folder that is moved as one
remote.py     files elsewhere, written in a private folder and then sent

See docs/decisions/0071-targets-are-looked-at.md.
"""

from __future__ import annotations

import os
import stat
from typing import Any

from lazyframe.frame.places.contract import Place
from lazyframe.frame.places.files import Device, OneFile, standing
from lazyframe.frame.places.folder import LocalFolder
from lazyframe.frame.places.remote import Remote

__all__ = ["Place", "place_of"]


def place_of(fs: Any, is_local: bool, path: str, given: str, overwrite: bool | None) -> Place:
    """The place that a path means.

    Parameters
    ----------
    fs : fsspec.AbstractFileSystem
        Where it is; `is_local` if that is this machine.
    path : str
        The path there, with a ``*`` in its last part for one file a piece.
    given : str
        As the user wrote it.
    overwrite : bool, optional
        Whether files that are there may go. Not given: one may, several may not.
    """
    if not is_local:
        return Remote(fs, path, overwrite)
    if "*" in os.path.basename(path):
        return LocalFolder(path, bool(overwrite))
    there = standing(path)
    if there is None or stat.S_ISREG(there.st_mode):
        return OneFile(path, given, there, overwrite)
    if stat.S_ISFIFO(there.st_mode) or stat.S_ISCHR(there.st_mode) or stat.S_ISBLK(there.st_mode):
        return Device(path)
    raise OSError(f"cannot write {given!r}: it is a socket or the like, and no file, pipe or device.")
