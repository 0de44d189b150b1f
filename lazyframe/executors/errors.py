"""What is raised of a task that failed: its own error, which says where it was."""

from __future__ import annotations

from lazyframe.documented import Documented


class OutOfMemoryError(Documented, MemoryError):
    """A task was refused the memory that it asked for; what the libraries raise of that names no file, and often has no text."""


def located(error: BaseException, title: str) -> BaseException:
    """The error of a task, with a note of the task's title; an error of memory in words of ours.

    Examples
    --------
    >>> str(located(MemoryError(), "scan+sum a.csv[0:32MiB]")).partition(".")[0]
    "memory ran out in the task 'scan+sum a"
    """
    if isinstance(error, MemoryError) and not isinstance(error, OutOfMemoryError):
        said = str(error).rstrip(".")
        told = OutOfMemoryError(
            f"memory ran out in the task {title!r}{f' ({said})' if said else ''}. Run fewer tasks at one time (num_workers=), "
            "give smaller blocks (blocksize= of read_csv), have rows go on disk earlier (lf.config.set(memory_limit='1GB')), or "
            "choose fewer columns and rows; to_parquet, to_csv and iter_batches hold a few blocks and not the whole answer."
        )
        told.__cause__ = error
        for note in getattr(error, "__notes__", ()):
            told.add_note(note)
        error = told
    error.add_note(f"in task {title}")
    return error
