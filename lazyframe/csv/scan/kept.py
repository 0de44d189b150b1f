"""What is kept of the columns of a partition, and may be used; `kept_reader` reads it. See `lazyframe.cache`.

    begin ── run ── run ── text ── stop      what of a partition is kept, from its begin on, and the text behind it
              │
              ├── columns that are kept      mapped
              └── columns that are not       parsed from just the text of the run, beside the others; then kept

The unit of keeping is a *run*: the records from one place in a text to another, as one reader has found them. All that a
reader makes of them is determined by the text, the place where it begins and the stop, and by what the spec says of a column;
so that is the key, and a run takes the place of parsing wherever parsing would begin there. That the place is the start of a
record is taken on trust as ever, and checked when extents are joined. Several small files that are read together are one run.

See docs/decisions/0074-parsed-columns-kept.md.
"""

from __future__ import annotations

import functools
import hashlib
import json
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.cache.bundle import Bundle, Damaged
from lazyframe.cache.identity import Identity, is_settled, look, sampled
from lazyframe.cache.store import Store
from lazyframe.csv.options.bad_lines import Tally
from lazyframe.csv.scan.bounds import bounds_of
from lazyframe.csv.scan.ranges import RangeReader
from lazyframe.csv.sniff.columns import ColumnSpec, described
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.storage import File
from lazyframe.native.library import engine

if TYPE_CHECKING:
    from lazyframe.csv.scan.spec import ScanSpec
    from lazyframe.csv.text.partitions import FilePartition

FORMAT = 1
"""What is kept otherwise, or parsed otherwise, gets another number."""


class Keys:
    """By what the columns of some files are known: all that decides what is made of their text.

    Parameters
    ----------
    spec : ScanSpec
        What the files are taken to be.
    files : sequence of File
        The files of a partition.
    """

    def __init__(self, spec: ScanSpec, files: Sequence[File]) -> None:
        dialect = repr(spec.dialect)
        written = [[file.compression, repr(file.rewriting)] for file in files]
        names = list(dict.fromkeys(file.names for file in files))
        alike = [names.index(file.names) for file in files]
        self._what = json.dumps([_versions(), engine(), dialect, written, names, alike, spec.on_bad_lines.token])
        self.made: dict[str, str] = {}

    @functools.cached_property
    def all(self) -> str:
        """What the columns have in common."""
        return hash_of(self._what)

    def of(self, column: ColumnSpec) -> str | None:
        """The key of a column; None where it is not kept: what a user's function makes may be something else each time."""
        if column.converter is not None or column.is_path:
            return None
        key = self.made.get(column.label)
        if key is None:
            key = self.made[column.label] = hash_of(
                json.dumps([self.all, column.label, repr(column.name), *described(column.kind)])
            )
        return key


def keys_of(spec: ScanSpec, files: Sequence[File]) -> Keys:
    """The keys of columns of some files: made once for all partitions whose files are written alike."""
    known: dict[Any, Keys] = vars(spec).setdefault("kept_keys", {})  # as functools.cached_property does
    name = tuple([(file.names, file.compression, file.rewriting and repr(file.rewriting)) for file in files])
    keys = known.get(name)
    if keys is None:
        keys = known[name] = Keys(spec, files)
    return keys


@functools.cache
def _versions() -> list[Any]:
    return [FORMAT, version("lazyframe-csv"), pd.__version__, np.__version__, pa.__version__]


def hash_of(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def is_keepable(spec: ScanSpec, files: Sequence[File]) -> bool:
    """Whether the text is all there is to know: no function of the user's has a say in what it is, and all of it is read."""
    if spec.nrows is not None or spec.on_bad_lines.mend is not None:
        return False
    ways = {id(way): way for way in (spec.dialect.rewriting, *(file.rewriting for file in files)) if way is not None}
    return not any(callable(value) for way in ways.values() for _, value in way.options)


@dataclass
class KeptRun:
    """Records that are kept: where they begin and end, and the bundles that have columns of them.

    Parameters
    ----------
    begin, end : int
        Where the first of them starts, and where the next one would.
    stop : int
        All of them start before it.
    at_end : bool
        Whether the text ends there.
    records : tuple of int
        How many they are, in each file.
    tally : Tally
        The bad lines among them.
    whole : bool
        Whether text that is written behind them would be further records: not if the last one ends with the file alone.
    bundles : list of Bundle
        What is kept of them.
    """

    begin: int
    end: int
    stop: int
    at_end: bool
    records: tuple[int, ...]
    tally: Tally
    whole: bool
    bundles: list[Bundle] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many records there are in all."""
        return sum(self.records)

    def bundle_with(self, key: str | None) -> Bundle | None:
        """The bundle that has a column."""
        return next((bundle for bundle in self.bundles if key is not None and key in bundle), None)

    def kept(self, keys: Iterable[str | None]) -> int:
        """How many of these columns are kept."""
        return sum(self.bundle_with(key) is not None for key in keys)


class Kept:
    """What is kept of the text of a partition.

    Parameters
    ----------
    spec : ScanSpec
        What the files are taken to be.
    partition : FilePartition
        What is read.
    store : Store
        Where.
    tell : callable
        Takes what the user should be told.

    Attributes
    ----------
    keys : Keys
        By what its columns are known.
    usable : bool
        Whether anything of these files is kept.
    """

    def __init__(self, spec: ScanSpec, partition: FilePartition, store: Store, tell: Callable[[str], None]) -> None:
        self._numbers = [part.file for part in partition.ranges]
        self._files = [spec.files[number] for number in self._numbers]
        self._spec, self._partition, self._store, self._tell = spec, partition, store, tell
        self.keys = keys_of(spec, self._files)
        self._known = identities(self._files) if is_keepable(spec, self._files) else None
        self._settled = self._known is not None and all(map(is_settled, self._known))
        self.usable = self._known is not None

    def at(self, begin: int) -> list[KeptRun]:
        """The runs that begin at a place."""
        runs: dict[Any, KeptRun] = {}
        for bundle in self._store.bundles(self._place(begin), self._tell):
            told = bundle.told
            now = self._now(told)
            if now is None:
                self._store.remove(bundle.path)
                continue
            at_end = told["at_end"] and now
            run = KeptRun(
                begin, told["end"], told["stop"], at_end, tuple(told["records"]), self._tally(told["tally"]), told["whole"]
            )
            run = runs.setdefault((run.end, run.at_end, run.records), run)
            run.stop = min(run.stop, told["stop"])
            run.bundles.append(bundle)
        return list(runs.values())

    def of_all(self, columns: Sequence[ColumnSpec]) -> set[str]:
        """The labels of those columns that are kept for all of the text."""
        part = self._partition.ranges[0]
        if len(self._files) > 1:
            return {column.label for column in columns if any(run.kept([self.keys.of(column)]) for run in self.at(0))}
        with OpenFile(self._files[0]) as opened:
            begin = RangeReader(self._spec, opened, part).begin
        found = set()
        for column in columns:
            at, at_end = begin, False
            while at < part.stop and not at_end:
                runs = [run for run in self.at(at) if run.stop <= part.stop and run.kept([self.keys.of(column)])]
                if not runs:
                    break
                run = max(runs, key=lambda run: run.end)
                at, at_end = run.end, run.at_end
            else:
                found.add(column.label)
        return found

    def arrays(self, run: KeptRun, columns: Iterable[ColumnSpec]) -> dict[str, pa.Array]:
        """Those of some columns that are kept, by label."""
        found = {}
        for column in columns:
            key = self.keys.of(column)
            bundle = run.bundle_with(key)
            if bundle is None or key is None:
                continue
            try:
                found[column.label] = bundle.column(key)
            except (Damaged, ValueError, KeyError) as error:
                self._store.damaged(bundle.path, error, self._tell)
                run.bundles.remove(bundle)
            else:
                self._store.use(bundle)
        return found

    def forget(self, run: KeptRun) -> None:
        """Remove what does not fit the text after all."""
        for bundle in run.bundles:
            self._store.remove(bundle.path)

    def add(self, run: KeptRun, arrays: Mapping[str, pa.Array]) -> None:
        """Keep columns of a run, unless a file may have changed."""
        if not run.count or not self._settled or identities(self._files) != self._known:
            return
        known = [
            [*one, digest] for one, digest in zip(self._known or [], map(self._digest, range(len(self._files))), strict=True)
        ]
        named = {self.keys.made[label]: array for label, array in arrays.items()}
        first = {number: place for place, number in enumerate(self._numbers)}
        told = {
            "files": known,
            "end": run.end,
            "stop": run.stop,
            "at_end": run.at_end,
            "whole": run.whole,
            "records": run.records,
            "tally": [run.tally.count, [[first[number], offset, reason] for number, offset, reason in run.tally.first]],
            "bounds": {key: bounds_of(array) for key, array in named.items()},
        }
        name = hash_of(json.dumps([known, run.end, run.stop, run.records, sorted(named)]))
        self._store.add(self._place(run.begin), name, told, named, self._tell)

    def _place(self, begin: int) -> str:
        return json.dumps([self.keys.all, [_path(file) for file in self._files], begin])

    def _digest(self, number: int, size: int | None = None) -> str:
        """The checksum of some of a file, or of so much of it."""
        file, now = self._files[number], (self._known or [])[number]
        return "" if file.system is not None else sampled(file.path, now, now.size if size is None else size)

    def _now(self, told: Mapping[str, Any]) -> bool | None:
        """Whether the files are those that a bundle is of; False for one that has grown since, None for others."""
        if len(told["files"]) != len(self._files):
            return None
        for number, (*before, digest) in enumerate(told["files"]):
            was, now = Identity(*before), (self._known or [])[number]
            if was != now:
                grown = len(self._files) == 1 and self._files[0].divisible and was.might_have_grown_to(now)
                if not grown or (told["end"] >= was.size and not told["whole"]) or self._digest(0, was.size) != digest:
                    return None
                return False
            if self._digest(number) != digest:
                return None
        return True

    def _tally(self, told: Any) -> Tally:
        count, first = told
        return Tally(count, tuple((self._numbers[place], offset, reason) for place, offset, reason in first))


def identities(files: Sequence[File]) -> list[Identity] | None:
    """The files as they are now; None where one is such that nothing of it is kept, or is not what it was when it was found."""
    found = []
    for file in files:
        if file.content is not None:
            return None
        remote = Identity(file.size, file.version) if file.tagged else None
        identity = look(file.path) if file.system is None else remote
        if identity is None or identity[:2] != (file.size, file.version):
            return None
        found.append(identity)
    return found


def _path(file: File) -> str:
    return file.path if file.system is not None else os.path.abspath(file.path)


def columns_kept(
    spec: ScanSpec, partitions: Iterable[FilePartition], columns: Sequence[ColumnSpec], store: Store
) -> list[ColumnSpec]:
    """Those of some columns that are kept for all the partitions, so that none of their text has to be parsed."""
    left = list(columns)
    for partition in partitions:
        kept = Kept(spec, partition, store, lambda trouble: None)
        found = kept.of_all(left) if kept.usable else set()
        left = [column for column in left if column.label in found]
        if not left:
            break
    return left
