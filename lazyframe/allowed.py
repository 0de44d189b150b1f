"""How much memory this process may have: what the machine has, what its control group is allowed, what ``ulimit -v`` leaves.

A control group is limited by its own number and by those of all the groups around it, down from what is mounted here (man
cgroups, and the kernel's cgroup-v1/memory and cgroup-v2). A limit of the address space counts what is mapped and holds nothing,
too: libraries reserve more than a gigabyte, so what they have reserved is taken off.
"""

from __future__ import annotations

import contextlib
import functools
import os
import posixpath
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

_UNKNOWN = 8 * 2**30  # of a machine that does not say
_LEAST = 64 * 2**20  # of an address space that is as good as full: somebody has to say so
_LIMITS = {"cgroup": "memory.limit_in_bytes", "cgroup2": "memory.max"}


def memory() -> int:
    """Bytes.

    Examples
    --------
    >>> memory() > 2**20
    True
    """
    return min(_of_groups("/proc/self"), _of_address_space())


@functools.cache  # every run asks
def _of_groups(process: str) -> int:
    """What the machine has, or the groups of this process are allowed."""
    found = [_UNKNOWN]
    with contextlib.suppress(ValueError, OSError, AttributeError):
        found = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    # There is no `open` any more when the interpreter ends.
    with contextlib.suppress(OSError, ValueError, NameError):
        for file in group_files(process):
            # "max" is no number, and no limit.
            with contextlib.suppress(OSError, ValueError):
                found.append(int(file.read_text(encoding="ascii")))
    return min(found)


class _Mount(NamedTuple):
    kind: str
    root: str
    point: str


def group_files(process: str = "/proc/self") -> Iterator[Path]:
    """The files with the limits of memory of a process's groups, its own first."""
    own = {}
    for line in Path(process, "cgroup").read_text().splitlines():
        number, controllers, path = line.split(":", 2)
        if number == "0":
            own["cgroup2"] = path
        elif "memory" in controllers.split(","):
            own["cgroup"] = path
    for mount in _mounts(Path(process, "mountinfo").read_text()):
        if mount.kind not in own:
            continue
        path = own[mount.kind]
        inside = posixpath.relpath(path, mount.root)
        if inside.startswith("..") or path.startswith("/.."):  # of a namespace that shows another part of the tree
            inside = "."
        folder = Path(mount.point, inside)
        while True:
            yield folder / _LIMITS[mount.kind]
            if folder == Path(mount.point):
                break
            folder = folder.parent


def _mounts(text: str) -> Iterator[_Mount]:
    """Where control groups are mounted, of each kind that can limit memory."""
    for line in text.splitlines():
        before, _, after = line.partition(" - ")
        kind, _, options = after.split(" ", 2)
        if kind == "cgroup2" or (kind == "cgroup" and "memory" in options.split(",")):
            root, point = (part.replace("\\040", " ") for part in before.split(" ")[3:5])
            yield _Mount(kind, root, point)


def _of_address_space() -> int:
    """What a limit of the address space leaves for memory that is used; without one, more than any machine has."""
    if resource is None or not hasattr(resource, "RLIMIT_AS"):
        return 2**63
    limit, _ = resource.getrlimit(resource.RLIMIT_AS)
    if limit == resource.RLIM_INFINITY:
        return 2**63
    reserved = 0
    with contextlib.suppress(OSError, ValueError, NameError), open("/proc/self/statm", encoding="ascii") as file:
        mapped, used = map(int, file.read().split()[:2])
        reserved = (mapped - used) * resource.getpagesize()
    return max(_LEAST, limit - reserved)
