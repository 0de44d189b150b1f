"""The sinks that split rows: into sorted runs, of which ranges are taken, or by the hashes of some columns.

    rows of a batch, more of them, ... until they fill their share of memory: they are split, and put where there is room
      ByRange   sorted: a run, in pieces; the first row of each is remembered      rows of one range are read from all runs
      ByHash    a piece for each bucket                                            rows of one bucket are read from all runs

What a task hands on says where its rows are (`Manifest`), and is small. No sample has to be taken before: the first row of each
piece of a run is kept, and when all runs are known the ranges are cut at some of these, as evenly as wanted. A range reads the
pieces that overlap it, and its rows come together in the order in which they were read.

See docs/decisions/0088-groups-that-are-many-are-exchanged.md.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

import numpy as np

from lazyframe.exchange.pieces import Piece, kept, none_of, size_of, slices
from lazyframe.exchange.room import Room, new_name
from lazyframe.expr import Expr
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns, concat_columns, is_hidden
from lazyframe.kernels.hashing import hashes
from lazyframe.kernels.rownumbers import ordered
from lazyframe.kernels.sinks import MOST
from lazyframe.kernels.sorting import places
from lazyframe.schema import ROW

RUN_PIECE = 1024
"""The rows of a piece of a run, at least: smaller ones cost more to read than they save."""


@frozen
class SortedRun:
    """Sorted rows: pieces one after another, and the keys of the first row of each."""

    pieces: tuple[Piece, ...]
    firsts: Columns


@frozen
class HashedRun:
    """Rows by their bucket: the pieces of those that have any."""

    pieces: dict[int, Piece]


class Reducer(Protocol):
    """What makes fewer rows of those of a bucket, and of any part of them before, so that fewer go on."""

    def prepared(self, rows: Columns, apart: bool) -> Columns:
        """What goes on of the rows of a batch, made fewer; as it is where to look for fewer has not paid: `apart`."""
        ...

    def reduced(self, rows: Columns) -> Columns:
        """Fewer of what goes on, or no fewer where that cannot be."""
        ...

    def by_label(self) -> str:
        """What rows are split by, for people."""
        ...


@frozen
class Manifest:
    """Where the rows of neighbouring partitions are.

    Parameters
    ----------
    runs : tuple of SortedRun or HashedRun
        In the order in which the rows were read.
    empty : Columns
        No rows, of the dtypes that all of them together have.
    """

    runs: tuple[Any, ...]
    empty: Columns


@dataclass
class Waiting:
    """Rows that came and have not been split yet, and what became of those before them."""

    name: str = field(default_factory=new_name)
    pieces: list[Columns] = field(default_factory=list)
    nbytes: int = 0
    runs: list[Any] = field(default_factory=list)
    empty: Columns | None = None
    apart: bool = False


@frozen
class Scatter:
    """What a sink that splits rows has to know.

    Parameters
    ----------
    names : tuple
        The columns that go on; those that carry the index always do, row numbers if `rows`.
    rows : bool
        Whether row numbers do.
    by : tuple
        The columns that rows are split by.
    count : int
        Into how many buckets.
    room : Room or None
        Where they are put; None where nothing is to be run.
    """

    names: tuple[Hashable, ...]
    rows: bool
    by: tuple[Hashable, ...]
    count: int
    room: Room | None = field(compare=False, repr=False)
    word: ClassVar[str] = ""
    in_order: ClassVar[bool] = True

    def label(self) -> str:
        """For people."""
        return f"{self.word} of {', '.join(str(name).strip(chr(0)) for name in self.by)} into {self.count}"

    def fold(self, partial: Waiting | None, columns: Columns) -> Waiting:
        partial = partial or Waiting()
        rows = self._prepared(columns, partial)
        nothing = none_of(rows)
        if partial.empty is None or any(nothing[name].dtype != partial.empty[name].dtype for name in nothing.names):
            partial.empty = nothing if partial.empty is None else concat_columns([partial.empty, nothing])
        partial.pieces.append(rows)
        partial.nbytes += size_of(rows)
        assert self.room is not None
        if partial.nbytes > self.room.flush:
            self._fill(partial)
        return partial

    def _prepared(self, columns: Columns, partial: Waiting) -> Columns:
        """What goes on of a batch."""
        return Columns.of(len(columns), {name: columns[name] for name in columns.names if self._goes_on(name)})

    def _fill(self, partial: Waiting) -> None:
        """What is done when the rows that wait fill their share of memory."""
        self._flush(partial)

    def _goes_on(self, name: Hashable) -> bool:
        return (name != ROW or self.rows) and (is_hidden(name) or name in self.names)

    def _flush(self, partial: Waiting) -> None:
        rows = concat_columns(partial.pieces)
        partial.pieces, partial.nbytes = [], 0
        if len(rows):
            self._split(rows, partial)

    def _split(self, rows: Columns, partial: Waiting) -> None:
        raise NotImplementedError

    def merge(self, partials: Sequence[Any]) -> Any:
        made = [self._closed(partial) for partial in partials if partial is not None]
        if not made:
            return None
        return Manifest(tuple(run for one in made for run in one.runs), concat_columns([one.empty for one in made]))

    def _closed(self, partial: Waiting | Manifest) -> Manifest:
        if isinstance(partial, Manifest):
            return partial
        if partial.pieces:
            self._flush(partial)
        assert partial.empty is not None
        return Manifest(tuple(partial.runs), partial.empty)

    def finish(self, partial: Waiting | Manifest) -> Any:
        return self._closed(partial)

    def full(self, partial: Any) -> bool:
        return False

    def rewrite(self, function: Callable[[Expr], Expr]) -> Scatter:
        return self


@frozen
class ByRange(Scatter):
    """Rows in sorted runs; `ascending` and `na_position` as in `plan.Sort`."""

    ascending: tuple[bool, ...] = ()
    na_position: str = "last"
    word: ClassVar[str] = "range"

    def _split(self, rows: Columns, partial: Waiting) -> None:
        assert self.room is not None
        rows = rows.rows(places(rows, self.by, self.ascending, "stable", self.na_position))
        step = max(RUN_PIECE, len(rows) // (4 * self.count))
        edges = [*range(0, len(rows), step), len(rows)]
        pieces = slices(rows, edges)
        firsts = Columns.of(len(rows), {name: rows[name] for name in self.by}).rows(np.array(edges[:-1])).settled()
        partial.runs.append(SortedRun(tuple(kept(pieces, self.room, partial.name)), firsts))

    def cut(self, manifest: Manifest) -> Ranges:
        """Where one range ends and the next begins, when all runs are known."""
        keys = concat_columns([_only(self.by, manifest.empty), *(run.firsts for run in manifest.runs)])
        sorting = places(keys, self.by, self.ascending, "stable", self.na_position)
        ranks = np.empty(len(sorting), np.int64)
        ranks[sorting] = np.arange(len(sorting))
        return Ranges(tuple(len(sorting) * number // self.count for number in range(self.count + 1)), ranks)

    def rows_of(self, manifest: Manifest, ranges: Ranges, low: int, high: int) -> Columns:
        """The rows from the first row of rank `low` up to, and without, that of rank `high`, sorted."""
        pieces, keys = [manifest.empty], [_only(self.by, manifest.empty)]
        begin = end = -1  # among the keys
        count = at = 0
        for run in manifest.runs:
            ranks = ranges.ranks[at : at + len(run.pieces)]
            at += len(run.pieces)
            for number in _overlapping(ranks, low, high):
                rows = run.pieces[number].load()
                if ranks[number] == low:
                    begin = count
                pieces.append(rows)
                keys.append(_only(self.by, rows))
                count += len(rows)
            for at_end in np.flatnonzero(ranks == high):  # the row at which to stop stands where it would stand among the others
                keys.append(run.firsts.rows(np.array([at_end])))
                end, count = count, count + 1
        sorting = places(concat_columns(keys), self.by, self.ascending, "stable", self.na_position)
        if begin >= 0:
            sorting = sorting[np.flatnonzero(sorting == begin)[0] :]
        if end >= 0:
            sorting = sorting[: np.flatnonzero(sorting == end)[0]]
            sorting = sorting - (sorting > end)
        return concat_columns(pieces).rows(sorting).settled()

    def size_of(self, manifest: Manifest, ranges: Ranges, low: int, high: int) -> int:
        """The memory that these rows take, and those beside them that have to be read with them."""
        size = at = 0
        for run in manifest.runs:
            ranks = ranges.ranks[at : at + len(run.pieces)]
            at += len(run.pieces)
            size += sum(run.pieces[number].nbytes for number in _overlapping(ranks, low, high))
        return size


ORDER = "\1order"
"""The column of `ByHash` that says in which order rows were read: order numbers (`kernels.rownumbers`), of runs."""

WAITING = 1 / 8
"""Of what a task may hold: so much waits at its end for the rows of its neighbours. Of several tasks all of it is held."""


@frozen
class ByHash(Scatter):
    """Rows by the hashes of some columns.

    Rows of which a reducer leaves few are not split before there are too many of them, for all that tasks know: those of
    neighbouring partitions wait together, and if they never are too many all of them are of the first bucket.

    Parameters
    ----------
    reducer : Reducer, optional
        What makes fewer of them.
    """

    reducer: Reducer | None = None
    word: ClassVar[str] = "hash"

    def label(self) -> str:
        return super().label() if self.reducer is None else f"{self.word} of {self.reducer.by_label()} into {self.count}"

    def _prepared(self, columns: Columns, partial: Waiting) -> Columns:
        rows = super()._prepared(columns, partial)
        return rows if self.reducer is None else self.reducer.prepared(rows, partial.apart)

    def _fill(self, partial: Waiting) -> None:
        assert self.room is not None
        self._shrink(partial)
        if partial.nbytes > self.room.flush // 2:
            self._flush(partial)

    def merge(self, partials: Sequence[Waiting | None]) -> Waiting | None:
        if self.reducer is None:
            return super().merge(partials)  # type: ignore[no-any-return]
        present = [partial for partial in partials if partial is not None]
        if not present:
            return None
        made = Waiting()  # of its own: a cluster that has lost the answer merges the same partials again
        for more in present:
            self._put(more, made)
        assert self.room is not None
        self._shrink(made)
        if made.nbytes > WAITING * self.room.flush:
            self._flush(made)
        return made

    def _put(self, more: Waiting, made: Waiting) -> None:
        """The rows of a neighbour behind those that are there."""
        assert more.empty is not None
        if made.pieces and more.runs:
            self._flush(made)
        made.runs += more.runs
        made.pieces += more.pieces
        made.nbytes += more.nbytes
        made.empty = more.empty if made.empty is None else concat_columns([made.empty, more.empty])
        made.apart = made.apart or more.apart

    def _shrink(self, partial: Waiting) -> None:
        """Make fewer rows of the pieces that wait, of which each has been made fewer by itself."""
        if self.reducer is not None and not partial.apart and len(partial.pieces) > 1:
            rows = concat_columns(partial.pieces)
            fewer = self.reducer.reduced(rows)
            partial.apart = len(fewer) > MOST * len(rows)
            partial.pieces, partial.nbytes = [fewer], size_of(fewer)

    def _flush(self, partial: Waiting) -> None:
        self._shrink(partial)
        super()._flush(partial)

    def _closed(self, partial: Waiting | Manifest) -> Manifest:
        if self.reducer is not None and isinstance(partial, Waiting) and not partial.runs:
            assert partial.empty is not None
            self._shrink(partial)
            return Manifest((HashedRun({0: self._whole(concat_columns(partial.pieces))}),), partial.empty)
        return super()._closed(partial)

    def _whole(self, rows: Columns) -> Piece:
        """Rows that were not split."""
        assert self.room is not None
        return kept([rows.with_columns({ORDER: np.arange(len(rows))}).settled()], self.room, new_name())[0]

    def _split(self, rows: Columns, partial: Waiting) -> None:
        assert self.room is not None
        buckets = self._hashes(rows) % np.uint32(self.count)
        sorting = np.argsort(buckets, kind="stable")
        rows = rows.with_columns({ORDER: np.arange(len(rows))}).rows(sorting)
        there, firsts = np.unique(buckets[sorting], return_index=True)
        pieces = kept(slices(rows, [*firsts.tolist(), len(rows)]), self.room, partial.name)
        partial.runs.append(HashedRun(dict(zip(there.tolist(), pieces, strict=True))))

    def _hashes(self, rows: Columns) -> np.ndarray:
        return hashes([rows[name] for name in self.by])

    def pieces_of(self, manifest: Manifest, bucket: int) -> list[Piece]:
        """Where the rows of a bucket are."""
        return [run.pieces[bucket] for run in manifest.runs if bucket in run.pieces]

    def rows_of(self, manifest: Manifest, bucket: int, part: int = 0, parts: int = 1) -> Columns:
        """The rows of a bucket, or of one of so many parts of it, in the order in which they were read, which `ORDER` says."""
        found = [manifest.empty.with_columns({ORDER: np.zeros(0, np.int64)})]
        for number, run in enumerate(manifest.runs):
            if bucket not in run.pieces:
                continue
            rows = run.pieces[bucket].load()
            if parts > 1:
                rows = rows.rows(self._hashes(rows) // np.uint32(self.count) % np.uint32(parts) == part)
            if len(rows):
                found.append(ordered(rows, number, ORDER).settled())
        return concat_columns(found)


def _only(names: Sequence[Hashable], columns: Columns) -> Columns:
    return Columns.of(len(columns), {name: columns[name] for name in names})


def _overlapping(ranks: np.ndarray, low: int, high: int) -> range:
    """Which pieces of a run may have rows from one rank up to another: those that begin below it, and do not end before it."""
    return range(max(0, int(np.searchsorted(ranks, low, "right")) - 1), int(np.searchsorted(ranks, high)))


@frozen
class Ranges:
    """Ranges of all pieces of all runs, by the ranks that their first rows have among each other.

    Range i goes from the first row with the rank ``bounds[i]`` up to, and without, that of the rank ``bounds[i + 1]``.

    Parameters
    ----------
    bounds : tuple of int
        One more than there are ranges.
    ranks : numpy.ndarray of int64
        Of the first row of each piece, run after run.
    """

    bounds: tuple[int, ...]
    ranks: np.ndarray
