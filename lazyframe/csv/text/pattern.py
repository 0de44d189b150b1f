"""Patterns of file names, matched as `glob.glob` matches them, but for two things: a folder that cannot be listed is an error,
and links that lead in a circle are gone through once.

    "d/*/**/x?.csv" -> one component after another -> paths

See docs/decisions/0046-unreadable-matches-are-errors.md.
"""

from __future__ import annotations

import errno
import fnmatch
import glob
import os
import re
import stat
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

_ANY_DEPTH = "**"
_NO_FOLDER = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
_Id = tuple[int, int]


def natural(path: str) -> list[tuple[int, int | str]]:
    """A sort key that puts numbers inside names in the order of their values.

    Examples
    --------
    >>> sorted(["f10.csv", "f2.csv"], key=natural)
    ['f2.csv', 'f10.csv']
    """
    return [(0, int(part)) if place % 2 else (1, part) for place, part in enumerate(re.split(r"(\d+)", path))]


def is_pattern(text: str) -> bool:
    """Whether there is anything in a text that stands for others."""
    return glob.has_magic(text)


def matches(pattern: str) -> list[str]:
    """The paths that a pattern matches, links that lead nowhere too, in natural order; no hidden ones unless they are asked for.

    ``**`` is any number of folders. At the end of a pattern it is all that is in them, not the folders themselves.

    Raises
    ------
    OSError
        A folder on the way cannot be listed.
    """
    drive, rest = os.path.splitdrive(pattern)
    lead = drive + rest[: len(rest) - len(rest.lstrip(os.sep))]
    names = [name for name in rest.split(os.sep) if name]
    if rest.endswith(os.sep):
        names.append("")  # only folders
    found: Iterable[str] = [lead]
    for place, name in enumerate(names):
        found = _below(found, name, place == len(names) - 1)
    return sorted(dict.fromkeys(found), key=natural) if names else []


def _below(folders: Iterable[str], name: str, is_last: bool) -> Iterator[str]:
    """What this component of a pattern matches in each of the folders."""
    for folder in folders:
        if name == _ANY_DEPTH:
            if is_last:
                yield from (entry for place in _folders(folder) for entry in _entries(place, "*") if not os.path.isdir(entry))
            else:
                yield from _folders(folder)
        elif is_pattern(name):
            yield from _entries(folder, name)
        elif os.path.lexists(path := os.path.join(folder, name)):
            yield path


def _entries(folder: str, pattern: str) -> list[str]:
    """What in a folder is called so; nothing where it is no folder."""
    try:
        names = os.listdir(folder or os.curdir)
    except OSError as error:
        if error.errno not in _NO_FOLDER:
            raise
        return []
    if not pattern.startswith("."):
        names = [name for name in names if not name.startswith(".")]
    return [os.path.join(folder, name) for name in fnmatch.filter(names, pattern)]


class _Way(NamedTuple):
    """A way into a folder: its path, what it is known by, and whether it is a link to it."""

    path: str
    to: _Id
    is_link: bool


def _folders(base: str) -> list[str]:
    """A folder and all those below it, links followed; one that lies on a circle of links only once."""
    start = _id_of(base)
    if start is None:
        return []
    ways = _ways(base, start)
    circular = _on_circles(ways) if any(way.is_link for found in ways.values() for way in found) else frozenset()
    entered: set[_Id] = set()
    found: list[str] = []
    todo = deque([_Way(base, start, False)])
    while todo:
        path, folder, _ = todo.popleft()
        if folder in circular:
            if folder in entered:
                continue
            entered.add(folder)
        found.append(path)
        for way in ways[folder]:
            onward = way._replace(path=os.path.join(path, os.path.basename(way.path)))
            (todo.append if way.is_link else todo.appendleft)(onward)  # the folders themselves before links to them
    return found


def _ways(base: str, start: _Id) -> dict[_Id, list[_Way]]:
    """For each folder that can be reached, the ways into those in it."""
    found: dict[_Id, list[_Way]] = {}
    todo = [_Way(base, start, False)]
    while todo:
        path, folder, _ = todo.pop()
        if folder not in found:
            inner = ((entry, _id_of(entry)) for entry in _entries(path, "*"))
            found[folder] = [_Way(entry, number, os.path.islink(entry)) for entry, number in inner if number is not None]
            todo += found[folder]
    return found


def _id_of(path: str) -> _Id | None:
    """What a folder is known by, however it is reached; None where there is none."""
    try:
        status = os.stat(path or os.curdir)
    except OSError:
        return None
    return (status.st_dev, status.st_ino) if stat.S_ISDIR(status.st_mode) else None


def _on_circles(ways: Mapping[_Id, list[_Way]]) -> frozenset[_Id]:
    """The folders from which some way leads back to them; and those on the ways from one circle to another."""
    onward = {folder: {way.to for way in found} for folder, found in ways.items()}
    back: dict[_Id, set[_Id]] = {folder: set() for folder in ways}
    for folder, reached in onward.items():
        for other in reached:
            back[other].add(folder)
    return _endless(onward) & _endless(back)


def _endless(ways: Mapping[_Id, set[_Id]]) -> frozenset[_Id]:
    """Where one may start and go on for ever."""
    left = set(ways)
    while gone := {folder for folder in left if left.isdisjoint(ways[folder])}:
        left -= gone
    return frozenset(left)
