"""The functions that tasks of an exchange run, beside `kernels.task`."""

from __future__ import annotations

from typing import Any

from lazyframe.exchange.scatter import ByRange, Manifest, Scatter
from lazyframe.exchange.source import Exchanged
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.rownumbers import Counts
from lazyframe.kernels.task import Part


def exchange(part: Part, position: int, scatter: Scatter) -> Exchanged:
    """The barrier: all that was read has been put together, and so verified; now it is known where all rows are."""
    return _exchanged(scatter.finish(part.partials[position]), part.counts, scatter)


def scattered(columns: Columns, scatter: Scatter) -> Exchanged:
    """An answer that is in one place, split."""
    return _exchanged(scatter.finish(scatter.fold(None, columns)), None, scatter)


def _exchanged(manifest: Manifest, counts: Counts | None, scatter: Scatter) -> Exchanged:
    ranges: Any = scatter.cut(manifest) if isinstance(scatter, ByRange) else None
    return Exchanged(manifest, counts, ranges)
