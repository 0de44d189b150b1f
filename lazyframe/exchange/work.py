"""What is done to a bucket when its rows have come together."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from lazyframe.exchange.scatter import ByRange
from lazyframe.exchange.source import Exchanged
from lazyframe.kernels.columns import Columns


@dataclass(frozen=True)
class Sorted:
    """The rows of a range, in order; a range that is too large is read as several."""

    scatter: ByRange

    def rows(self, sides: tuple[Exchanged, ...], bucket: int) -> Iterator[Columns]:
        (side,) = sides
        ranges, room = side.ranges, self.scatter.room
        assert ranges is not None
        assert room is not None
        low, high = ranges.bounds[bucket : bucket + 2]
        if low == high:
            yield side.manifest.empty
            return
        size = self.scatter.size_of(side.manifest, ranges, low, high)
        count = min(high - low, -(-size // room.share))
        edges = [low + (high - low) * number // count for number in range(count + 1)]
        for start, stop in itertools.pairwise(edges):
            rows = self.scatter.rows_of(side.manifest, ranges, start, stop)
            yield rows if side.counts is None else side.counts.numbered(rows)

    def label(self) -> str:
        return f"sorted by {', '.join(map(str, self.scatter.by))}"
