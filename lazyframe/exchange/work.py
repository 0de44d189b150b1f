"""What is done to a bucket when its rows have come together."""

from __future__ import annotations

import itertools
from collections.abc import Hashable, Iterator, Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from lazyframe.exchange.pieces import Piece
from lazyframe.exchange.room import Room
from lazyframe.exchange.scatter import ORDER, ByHash, ByRange
from lazyframe.exchange.source import Exchanged
from lazyframe.frozen import frozen
from lazyframe.joins import JoinCall, Places
from lazyframe.kernels.columns import Columns, Values, from_series
from lazyframe.kernels.steps import met, put_together
from lazyframe.plan import Output


@frozen
class Sorted:
    """The rows of a range, in order; a range that is too large is read as several.

    Parameters
    ----------
    scatter : ByRange
        What has split them.
    dropped : tuple of str
        The columns that were there for the order alone.
    """

    scatter: ByRange
    dropped: tuple[Hashable, ...] = ()

    def rows(self, sides: tuple[Exchanged, ...], bucket: int) -> Iterator[Columns]:
        (side,) = sides
        ranges, room = side.ranges, self.scatter.room
        assert ranges is not None
        assert room is not None
        low, high = ranges.bounds[bucket : bucket + 2]
        if low == high:
            yield self._without(side.manifest.empty)
            return
        count = min(high - low, room.shares(self.scatter.size_of(side.manifest, ranges, low, high)))
        edges = [low + (high - low) * number // count for number in range(count + 1)]
        for start, stop in itertools.pairwise(edges):
            rows = self._without(self.scatter.rows_of(side.manifest, ranges, start, stop))
            yield rows if side.counts is None else side.counts.numbered(rows)

    def _without(self, rows: Columns) -> Columns:
        return Columns.of(len(rows), {name: rows[name] for name in rows.names if name not in self.dropped})

    def label(self) -> str:
        if self.dropped:
            return "rows in the order of pandas"
        return f"sorted by {', '.join(str(name).strip(chr(0)) for name in self.scatter.by)}"


@frozen
class JoinedBuckets:
    """The pairs of rows of two sides whose keys are equal, and which are in one bucket for it; not in pandas' order.

    Parameters
    ----------
    left, right : ByHash
        What has split each side.
    call : JoinCall
        How they are put together.
    outputs : tuple of Output
        As in `plan.Join`.
    """

    left: ByHash
    right: ByHash
    call: JoinCall
    outputs: tuple[Output, ...]

    def rows(self, sides: tuple[Exchanged, ...], bucket: int) -> Iterator[Columns]:
        one, other = (side.manifest for side in sides)
        parts = _parts(self.left.room, [*self.left.pieces_of(one, bucket), *self.right.pieces_of(other, bucket)])
        for part in range(parts):
            left, right = self.left.rows_of(one, bucket, part, parts), self.right.rows_of(other, bucket, part, parts)
            if part and not len(left) and not len(right):
                continue
            found = met(left, right, self.left.by, self.right.by, self.call)
            for start in range(0, max(1, len(found.left)), _ROWS):
                some = found.some(start, start + _ROWS)
                made = put_together(left, right, some, self.outputs).settled()
                yield made.with_columns(self._order(left, right, some))

    @property
    def ordering(self) -> tuple[Hashable, ...]:
        """The columns by which the pairs are in pandas' order."""
        keys = [f"\1key{number}" for number in range(len(self.left.by))] if self.call.is_sorted else []
        return (*keys, *(("\1right", "\1left") if self.call.how == "right" else ("\1left", "\1right")))

    def _order(self, left: Columns, right: Columns, found: Places) -> dict[Hashable, np.ndarray]:
        made = {"\1left": _numbers(left, found.left), "\1right": _numbers(right, found.right)}
        if self.call.is_sorted:
            made.update((f"\1key{number}", _rank(key)) for number, key in enumerate(found.keys))
        return {name: made[str(name)] for name in self.ordering}

    def label(self) -> str:
        return f"{self.call.how} join on {', '.join(map(str, self.left.by))}"


_ROWS = 1 << 17
"""The pairs of a join that are made at a time: a key that is there many times on both sides gives many."""


class Finish(Protocol):
    """What is made of all the rows of some keys, a `Reducer` or what gets the rows as they are."""

    @property
    def ordering(self) -> tuple[Hashable, ...]:
        """The columns by which what it makes is in pandas' order; some of them are there for nothing else."""
        ...

    def finished(self, rows: Columns) -> Columns:
        """The answer for rows that hold all of each key that is among them, in the order in which they were read."""
        ...

    def label(self) -> str:
        """What it makes, for people."""
        ...


@frozen
class FinishedBuckets:
    """What is made of the rows of each bucket; not in pandas' order."""

    scatter: ByHash
    finish: Finish

    def rows(self, sides: tuple[Exchanged, ...], bucket: int) -> Iterator[Columns]:
        (side,) = sides
        parts = _parts(self.scatter.room, self.scatter.pieces_of(side.manifest, bucket))
        for part in range(parts):
            rows = self.scatter.rows_of(side.manifest, bucket, part, parts)
            yield self.finish.finished(rows if side.counts is None else side.counts.numbered(rows))

    @property
    def ordering(self) -> tuple[Hashable, ...]:
        """The columns by which the rows are in pandas' order."""
        return self.finish.ordering

    def label(self) -> str:
        return self.finish.label()


def _parts(room: Room | None, pieces: Sequence[Piece]) -> int:
    """In how many parts a bucket is looked at, so that each is small enough; rows of one key stay together."""
    assert room is not None
    return min(room.shares(sum(piece.nbytes for piece in pieces)), max(1, sum(piece.rows for piece in pieces)))


def _rank(key: pd.Series) -> Values:
    """What is in the order in which pandas' joins sort keys: missing times come first, whatever else is missing last."""
    return np.asarray(key.array.asi8) if key.dtype.kind in "Mm" else from_series(key)


def _numbers(side: Columns, where: np.ndarray) -> np.ndarray:
    """The order numbers of the rows at these places, -1 where there is none."""
    return np.asarray(np.append(np.asarray(side[ORDER]), -1)[where])
