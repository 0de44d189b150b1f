"""What one task reads: a range of a large file, or several small files together.

files -> partitions_of -> FilePartition(Range, ...) -> one task each
"""

from __future__ import annotations

from collections.abc import Sequence

from lazyframe.csv.text.storage import File
from lazyframe.frozen import frozen

PACK = 4 * 2**20
"""Small files are read together until they have this many bytes."""

_UNPACKED = 4  # what text is about to its compressed form
_PACKS = 64  # of many small files rather more are read together than many partitions made


@frozen
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


@frozen
class FilePartition:
    """What one task reads: a range of one file, or several whole files.

    Parameters
    ----------
    index : int
        Its place among the partitions.
    ranges : tuple of Range
        What it reads, in order.
    label : str
        For people: ``flights.csv[0:32MiB]``.
    nbytes : int
        How many bytes of the files it is, as they are stored.
    """

    index: int
    ranges: tuple[Range, ...]
    label: str = ""
    nbytes: int = 0


def partitions_of(files: Sequence[File], blocksize: int, nrows: int | None) -> tuple[FilePartition, ...]:
    """Large files cut in blocks, small ones read together; one partition where only the first records are wanted."""
    if nrows is not None:
        ranges = tuple(Range(number, 0, file.end) for number, file in enumerate(files))
        return (FilePartition(0, ranges, f"first {nrows} records of {files[0].label}", _nbytes(ranges, files)),)
    found: list[tuple[Range, ...]] = []
    packed: list[Range] = []
    room = min(max(PACK, sum(map(_weight, files)) // _PACKS), blocksize)
    left = room
    for number, file in enumerate(files):
        weight = _weight(file)
        if packed and weight > left:
            found.append(tuple(packed))
            packed, left = [], room
        if weight <= room:
            packed.append(Range(number, 0, file.end))
            left -= weight
        elif not file.divisible:
            found.append((Range(number, 0, file.end),))
        else:
            for start in range(0, file.size, blocksize):
                found.append((Range(number, start, min(start + blocksize, file.size)),))
    if packed:
        found.append(tuple(packed))
    return tuple(
        FilePartition(index, ranges, _label(ranges, files), _nbytes(ranges, files)) for index, ranges in enumerate(found)
    )


def _weight(file: File) -> int:
    """About how long the text of a file is."""
    return file.size if file.compression is None else _UNPACKED * file.size


def _nbytes(ranges: Sequence[Range], files: Sequence[File]) -> int:
    return sum(min(part.stop, files[part.file].size) - part.start for part in ranges)


def _label(ranges: tuple[Range, ...], files: Sequence[File]) -> str:
    first = files[ranges[0].file]
    if len(ranges) > 1:
        return f"{len(ranges)} files from {first.label}"
    if not first.divisible:
        return first.label
    return f"{first.label}[{_size(ranges[0].start)}:{_size(ranges[0].stop)}]"


def _size(count: int) -> str:
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if count >= unit:
            value = count / unit
            return f"{value:.0f}{name}" if count % unit == 0 else f"{value:.1f}{name}"
    return str(count)
