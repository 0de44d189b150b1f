"""What one task reads: a range of a large file, or several small files together.

files -> partitions_of -> Partition(Range, ...) -> one task each
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lazyframe.csv.files import File

PACK = 4 * 2**20
"""Small files are read together until they have this many bytes."""

_PACKS = 64  # of many small files rather more are read together than many partitions made


@dataclass(frozen=True)
class Range:
    """The records of a file that start in ``[start, stop)``.

    Parameters
    ----------
    file : int
        The number of the file.
    start, stop : int
        Offsets in bytes.
    exact : bool
        Whether `start` is known to be the start of a record.
    """

    file: int
    start: int
    stop: int
    exact: bool = False


@dataclass(frozen=True)
class Partition:
    """What one task reads: a range of one file, or several whole files.

    Parameters
    ----------
    index : int
        Its place among the partitions.
    ranges : tuple of Range
        What it reads, in order.
    label : str
        For people: ``flights.csv[0:32MiB]``.
    """

    index: int
    ranges: tuple[Range, ...]
    label: str = ""

    @property
    def nbytes(self) -> int:
        """How many bytes of the files it is."""
        return sum(part.stop - part.start for part in self.ranges)


def partitions_of(files: Sequence[File], blocksize: int, nrows: int | None) -> tuple[Partition, ...]:
    """Large files cut in blocks, small ones read together; one partition where only the first records are wanted."""
    if nrows is not None:
        ranges = tuple(Range(number, 0, file.size) for number, file in enumerate(files))
        return (Partition(0, ranges, f"first {nrows} records of {files[0].label}"),)
    found: list[tuple[Range, ...]] = []
    packed: list[Range] = []
    room = min(max(PACK, sum(file.size for file in files) // _PACKS), blocksize)
    for number, file in enumerate(files):
        if packed and sum(r.stop for r in packed) + file.size > room:
            found.append(tuple(packed))
            packed = []
        if file.size <= room:
            packed.append(Range(number, 0, file.size))
            continue
        for start in range(0, file.size, blocksize):
            found.append((Range(number, start, min(start + blocksize, file.size)),))
    if packed:
        found.append(tuple(packed))
    return tuple(Partition(index, ranges, _label(ranges, files)) for index, ranges in enumerate(found))


def _label(ranges: tuple[Range, ...], files: Sequence[File]) -> str:
    first = files[ranges[0].file]
    if len(ranges) > 1:
        return f"{len(ranges)} files from {first.label}"
    return f"{first.label}[{_size(ranges[0].start)}:{_size(ranges[0].stop)}]"


def _size(count: int) -> str:
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= unit:
            value = count / unit
            return f"{value:.0f}{name}" if count % unit == 0 else f"{value:.1f}{name}"
    return str(count)
