"""The values of one column in ascending order, of which more go on disk than stay in memory.

    values of some rows -> each once, ascending, with how often it occurs: a run, in pieces
    all runs            -> ranges of values, each read from the pieces that may have some of them -> blocks, ascending

How many rows the pieces before one stand for is known without reading them, and so between which numbers the rank lies that a
range begins with. A range that can hold none of the ranks that are wanted is not read.

See docs/decisions/0090-order-statistics-of-sorted-runs.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from lazyframe.exchange import scatter
from lazyframe.exchange.pieces import Piece, kept, size_of, slices
from lazyframe.exchange.room import Room
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns

PIECES = 4
"""How many pieces of each run a range has, where that is not more than a task may hold: fewer are read for one rank."""


@frozen
class CountedRun:
    """Values in ascending order, each once, and how often it occurs.

    Parameters
    ----------
    pieces : tuple of Piece
        One after another.
    firsts : numpy.ndarray
        The first value of each.
    ends : numpy.ndarray of int64
        How many rows the pieces up to each stand for, that included; before them a 0.
    """

    pieces: tuple[Piece, ...]
    firsts: np.ndarray
    ends: np.ndarray


class Block(NamedTuple):
    """Some neighbours among all values: each once, ascending, with how often it occurs; `start` is the rank of the first."""

    start: int
    values: np.ndarray
    counts: np.ndarray


def counted(values: np.ndarray, counts: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    """Values in ascending order, each once, and how often it occurs.

    Parameters
    ----------
    values : numpy.ndarray
        Of which none is missing.
    counts : numpy.ndarray of int64, optional
        How often each of them occurs; once without.

    Examples
    --------
    >>> counted(np.array([2, 1, 2]))
    (array([1, 2]), array([1, 2]))
    >>> counted(np.array([2, 1, 2]), np.array([3, 1, 1]))
    (array([1, 2]), array([1, 4]))
    """
    if counts is None:
        values = np.sort(values)
    else:
        order = np.argsort(values, kind="stable")
        values, counts = values[order], counts[order]
    is_new = np.ones(len(values), bool)
    np.not_equal(values[1:], values[:-1], out=is_new[1:])
    starts = np.flatnonzero(is_new)
    if counts is None:
        return values[starts], np.diff(starts, append=len(values))
    return values[starts], np.add.reduceat(counts, starts) if len(starts) else counts


def run_of(values: np.ndarray, counts: np.ndarray, room: Room | None = None, name: str = "", parts: int = 1) -> CountedRun:
    """Counted values as a run.

    Parameters
    ----------
    values, counts
        As `counted` gives them.
    room : Room, optional
        Where they are put; without it they stay in memory.
    name : str
        Of the file.
    parts : int
        In how many pieces they are cut, where these are not too small.
    """
    narrow = counts.astype(np.min_scalar_type(int(counts.max(initial=0))))
    columns = Columns.of(len(values), {"values": values, "counts": narrow})
    step = max(scatter.RUN_PIECE, -(-len(values) // parts))
    starts = np.arange(0, len(values), step)
    ends = np.concatenate([[0], np.cumsum(counts)])[[*starts, len(values)]]
    if room is None:
        pieces = [Piece(len(one), size_of(one), one) for one in slices(columns, [*starts, len(values)])]
    else:
        pieces = kept(slices(columns, [*starts, len(values)]), room, name)
    return CountedRun(tuple(pieces), values[starts], ends)


class Ascending:
    """All values of some runs, in ascending order.

    Parameters
    ----------
    runs : sequence of CountedRun
        In any order.
    dtype : numpy.dtype
        Which holds the values of them all.
    room : Room
        How much of them may be in memory.

    Examples
    --------
    >>> runs = [run_of(*counted(np.array([3, 1, 3]))), run_of(*counted(np.array([2, 9])))]
    >>> column = Ascending(runs, np.dtype("int64"), Room(2**20, 1))
    >>> len(column), column.at([0, 2, 4]).tolist()
    (5, [1, 3, 9])
    """

    def __init__(self, runs: Sequence[CountedRun], dtype: np.dtype, room: Room) -> None:
        self._runs = [CountedRun(run.pieces, run.firsts.astype(dtype), run.ends) for run in runs if run.pieces]
        self._dtype = dtype
        self._edges = self._cut(room)

    def __len__(self) -> int:
        return sum(int(run.ends[-1]) for run in self._runs)

    def _cut(self, room: Room) -> np.ndarray:
        """The value with which each range begins."""
        if not self._runs:
            return np.zeros(0, self._dtype)
        firsts = np.concatenate([run.firsts for run in self._runs])
        sizes = np.array([piece.nbytes for run in self._runs for piece in run.pieces])
        order = np.argsort(firsts, kind="stable")
        parts = max(room.shares(int(sizes.sum())), len(firsts) // (PIECES * len(self._runs)))
        before = np.cumsum(sizes[order]) - sizes[order]
        starts = np.searchsorted(before, sizes.sum() / parts * np.arange(parts))
        return np.unique(firsts[order][np.minimum(starts, len(order) - 1)])

    def blocks(self, ranks: Sequence[int] | None = None) -> Iterator[Block]:
        """The values range by range, ascending; of all ranges, or of those that may hold some of these ranks."""
        bounds = [self._bounds(edge) for edge in self._edges] + [(len(self), len(self))]
        for number in range(len(self._edges)):
            low, high = bounds[number][0], bounds[number + 1][1]
            if ranks is None or any(low <= rank < high for rank in ranks):
                yield self._read(number)

    def _bounds(self, edge: np.generic) -> tuple[int, int]:
        """At least and at most how many rows have a value below this one."""
        low = high = 0
        for run in self._runs:
            below = int(np.searchsorted(run.firsts, edge))
            low, high = low + int(run.ends[max(0, below - 1)]), high + int(run.ends[below])
        return low, high

    def _read(self, number: int) -> Block:
        start, values, counts = 0, [], []
        for run in self._runs:
            first = max(0, int(np.searchsorted(run.firsts, self._edges[number])) - 1)
            is_last = number + 1 == len(self._edges)
            last = len(run.pieces) if is_last else int(np.searchsorted(run.firsts, self._edges[number + 1]))
            start += int(run.ends[first])
            for piece in run.pieces[first:last]:
                rows = piece.load()
                there, often = np.asarray(rows["values"]).astype(self._dtype, copy=False), np.asarray(rows["counts"])
                begin = int(np.searchsorted(there, self._edges[number]))
                end = len(there) if is_last else int(np.searchsorted(there, self._edges[number + 1]))
                start += int(often[:begin].sum())
                values.append(there[begin:end])
                counts.append(often[begin:end].astype(np.int64))
        return Block(start, *counted(np.concatenate(values), np.concatenate(counts)))

    def at(self, ranks: Sequence[int]) -> np.ndarray:
        """The values of these ranks, from 0."""
        found = np.zeros(len(ranks), self._dtype)
        wanted = np.asarray(ranks, np.int64)
        for start, values, counts in self.blocks(ranks):
            ends = start + np.cumsum(counts)
            here = np.flatnonzero((wanted >= start) & (wanted < ends[-1]))
            found[here] = values[np.searchsorted(ends, wanted[here], "right")]
        return found
