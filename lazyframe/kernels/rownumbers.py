r"""The order of rows: one 64-bit number a row, given when its record is read, and the row number that it stands for.

    | partition | record in the partition |      the order number: 23 and 40 bits
          \              /
     rows before it + record                     the row number, which is the index: known when all partitions are counted

Whatever happens to a row on its way, it keeps its order number; so rows that were spread can be put in pandas' order again,
and nobody has to count what came before a piece of them.

See docs/decisions/0006-order-is-one-number.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns
from lazyframe.schema import ROW

_RECORD_BITS = 40
_RECORD = (1 << _RECORD_BITS) - 1


def ordered(columns: Columns, position: int, name: str = ROW) -> Columns:
    """A batch with order numbers in a column that has the numbers of rows in the partition, or run, at this position."""
    return columns.with_columns({name: columns[name] + (position << _RECORD_BITS)}) if position and name in columns else columns


@frozen
class Counts:
    """How many records each of some neighbouring partitions has.

    Parameters
    ----------
    position : int
        That of the first of them.
    records : tuple of int
        Of each.
    before : int
        How many records come before them.
    """

    position: int
    records: tuple[int, ...]
    before: int = 0

    @classmethod
    def joined(cls, counts: Sequence[Counts]) -> Counts:
        """Those of neighbours, in order."""
        return cls(counts[0].position, tuple(count for one in counts for count in one.records), counts[0].before)

    @property
    def total(self) -> int:
        """All their records."""
        return sum(self.records)

    def numbered(self, columns: Columns) -> Columns:
        """Rows with their row numbers in the place of order numbers, if they have any.

        Examples
        --------
        >>> rows = ordered(Columns.of(2, {ROW: np.array([0, 3])}), 2)
        >>> Counts(1, (10, 5)).numbered(rows)[ROW].tolist()
        [10, 13]
        """
        if ROW not in columns or (len(self.records) <= 1 and not self.before and not self.position):
            return columns
        order = np.asarray(columns[ROW])
        starts = np.cumsum([self.before, *self.records])
        return columns.with_columns({ROW: starts[(order >> _RECORD_BITS) - self.position] + (order & _RECORD)})
