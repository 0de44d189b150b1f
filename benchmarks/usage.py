"""CPU seconds and peak memory of this process and of the processes it has started.

Worker processes that are still alive do not show up in `getrusage`, so they are looked up in /proc. Where there is no
/proc, only this process and its ended children are counted.
"""

from __future__ import annotations

import os
import resource
import sys
from pathlib import Path

PROC = Path("/proc")


def descendants() -> list[int]:
    """The living processes that this process has started, and those that they have."""
    children: dict[int, list[int]] = {}
    for entry in PROC.iterdir() if PROC.is_dir() else ():
        fields = _stat(int(entry.name)) if entry.name.isdigit() else []
        if fields:
            children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    waiting = [os.getpid()]
    while waiting:
        born = children.get(waiting.pop(), [])
        found += born
        waiting += born
    return found


def cpu_seconds() -> float:
    """User and system seconds that this process and its descendants have used so far."""
    used = sum(
        usage.ru_utime + usage.ru_stime for usage in map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    )
    for pid in descendants():
        fields = _stat(pid)
        if fields:
            used += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return used


def peak_bytes() -> int:
    """The most memory that this process has had resident, and each living descendant, added up.

    What processes share is counted once for each of them, so for worker processes this is an upper bound.
    """
    return _peak(os.getpid()) + sum(map(_peak, descendants()))


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the third one on; none if the process has ended."""
    try:
        text = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()  # the second field is a name in brackets, and may hold spaces and brackets


def _peak(pid: int) -> int:
    # ru_maxrss is not asked on Linux: it is inherited over fork and exec, so a child would show its parent's memory.
    try:
        for line in (PROC / str(pid) / "status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    except OSError:
        pass
    if pid != os.getpid():
        return 0
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
