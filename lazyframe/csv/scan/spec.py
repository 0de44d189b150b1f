"""What is to be read, and how: all that a scan needs to know of a source, and nothing of how it came to be known."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from lazyframe.csv.options import bad_lines
from lazyframe.csv.options.bad_lines import BadLines, MendingError
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.sniff.columns import ColumnSpec
from lazyframe.csv.text.storage import File
from lazyframe.csv.types.infer import TextKinds
from lazyframe.frozen import frozen
from lazyframe.schema import column_not_found


class ObjectPool:
    """Things that belong to one reader at a time, and to the next one then: each is taken away while somebody has it.

    Examples
    --------
    >>> pool = ObjectPool()
    >>> pool.give("key", 1)
    >>> pool.take("key"), pool.take("key")
    (1, None)
    """

    def __init__(self) -> None:
        self._free: dict[Hashable, list[Any]] = {}

    def take(self, key: Hashable) -> Any:
        """One that somebody has given back; None where there is none."""
        try:
            return self._free[key].pop()
        except (KeyError, IndexError):
            return None

    def give(self, key: Hashable, thing: Any) -> None:
        """Give one back, or give a new one."""
        if len(self._free) > _KINDS:  # of queries on ever other columns
            self._free.clear()
        self._free.setdefault(key, []).append(thing)


_KINDS = 8


@frozen
class ScanSpec:
    """What is to be read. A probe of some of it is another spec: ``replace(spec, columns=...)``.

    Parameters
    ----------
    files : tuple of File
        The files, in order.
    dialect : Dialect
        How they are written.
    columns : tuple of ColumnSpec
        The columns of the frame, in order.
    on_bad_lines : BadLines
        What becomes of records with too many fields.
    nrows : int or None
        How many records are read at most.
    sample_bytes : int
        How much text is looked at where little is wanted.
    token : str
        A content hash of the source that is scanned: what a `Replan` names. A probe has none: who made it catches its replans.
    """

    files: tuple[File, ...]
    dialect: Dialect
    columns: tuple[ColumnSpec, ...]
    on_bad_lines: BadLines
    nrows: int | None
    sample_bytes: int = 2**16
    token: str = ""

    @functools.cached_property
    def by_label(self) -> dict[str, ColumnSpec]:
        """The columns, by what they are called in batches."""
        return {column.label: column for column in self.columns}

    @functools.cached_property
    def plans(self) -> ObjectPool:
        """What readers have made for this spec, and others need not make again."""
        return ObjectPool()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name not in ("plans", "by_label")}

    def column(self, label: str) -> ColumnSpec:
        """The column that is called so in batches."""
        try:
            return self.by_label[label]
        except KeyError:
            raise column_not_found(label, [column.name for column in self.columns]) from None

    def with_columns(self, columns: Mapping[str, ColumnSpec]) -> ScanSpec:
        """The spec with these columns in the place of those that are called so."""
        return replace(self, columns=tuple(columns.get(column.label, column) for column in self.columns))

    def knowing(self, seen: Mapping[str, TextKinds]) -> ScanSpec:
        """The spec with these kinds of text for the columns that are called so."""
        return replace(self, columns=tuple(replace(c, seen=seen.get(c.label, c.seen)) for c in self.columns))

    def paths(self, number: int, count: int) -> pa.Array:
        """The path of this file, `count` times: what the column of paths holds for its records."""
        codes, paths = self._paths
        return pa.DictionaryArray.from_arrays(pa.array(np.full(count, codes[number], np.int32)), paths)

    @functools.cached_property
    def _paths(self) -> tuple[list[int], pa.Array]:
        """For each file the number of its path among the different ones, and these."""
        places: dict[str, int] = {}
        codes = [places.setdefault(file.path, len(places)) for file in self.files]
        return codes, pa.array(list(places), pa.string())

    def elsewhere(self, files: tuple[File, ...], nrows: int | None) -> ScanSpec:
        """The same columns of other records of these files: their readers share what they have made."""
        new = replace(self, files=files, nrows=nrows)
        new.__dict__["plans"] = self.plans
        return new

    def sifted(self, text: bytes, number: int, start: int | None) -> bytes:
        """Some text of a file without its bad lines; with them where they will be errors, or where they cannot be mended.

        `start` is where in the file it begins, where that is a record's start for certain.
        """
        if self.on_bad_lines.are_errors:
            return text
        place = None if start is None else (number, start)
        try:
            return bad_lines.sift(text, len(self.files[number].names), self.dialect, self.on_bad_lines, place=place).text
        except MendingError:
            return text
