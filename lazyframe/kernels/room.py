"""Room for pandas' hash tables, which do not look whether they were given the memory they asked for.

Where it was refused (a limit of the address space, a machine that does not overcommit), pandas 3.1 writes to address 0, and the
process is gone. numpy looks; so it is asked for as much, and gives it back at once: an allocation that nobody writes to costs
a few microseconds.

See docs/decisions/0060-room-for-hash-tables.md.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

_SMALL = 1000  # rows whose tables fit where memory is left for anything at all


def make_sure(rows: int, columns: int = 1) -> None:
    """Raise an error now, if there is no room to number so many rows by each of so many columns.

    Raises
    ------
    MemoryError

    Examples
    --------
    >>> make_sure(10**6)
    """
    if rows > _SMALL:
        buckets = 1 << int(rows / 0.77).bit_length()  # a table is at most so full, and doubles
        np.empty(
            16 * buckets + buckets // 4 + (8 + 16 * columns) * rows, np.uint8
        )  # a key, a number and a mark each; and what is handed out


def factorize(values: Any, **options: Any) -> Any:
    """As `pandas.factorize`, but an error where that would crash.

    Examples
    --------
    >>> factorize(np.array([5, 7, 5]))[0].tolist()
    [0, 1, 0]
    """
    make_sure(len(values))
    return pd.factorize(values, **options)
