"""Late materialisation: text that the predicate of a scan does not need is made only for the rows that pass.

    text -> first parser: all columns but the late ones, which are only checked -> predicate -> mask
    text, mask -> the records that pass, one behind the other -> second parser: the late columns

Only columns of text can be late: any text fits them, so no record that is left out could have changed their dtype; that
it is UTF-8 has been checked. A number has to be looked at in every record, and then it is as good as made.

Putting the records together and looking for their fields once more costs what it costs, so it is done only while few
rows pass: the chunk before decides.

See docs/decisions/0039-text-is-made-late.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa

from lazyframe.csv.engines._native import Parsed, Parser
from lazyframe.csv.engines.layout import Layout
from lazyframe.native.scan import gathered

_FEW = 1 / 8
"""Of the rows; where more pass, making all of them is quicker."""


class Late:
    """Two parsers in the place of one.

    Parameters
    ----------
    layout : Layout
        All that is wanted.
    formats : mapping from int to str
        As for the parser.
    places : iterable of int
        The positions of the late columns, which are text.

    Attributes
    ----------
    first : Parser
        For all records; gives None for the late columns.
    worthwhile : bool or None
        Whether few rows passed in the latest batch; None before the first.
    """

    def __init__(self, layout: Layout, formats: Mapping[int, str], places: Iterable[int]) -> None:
        late = frozenset(places)
        self.first = Parser(layout, formats, checked=late)
        wanted = [(column, seen) for column, seen in zip(layout.wanted, layout.seen, strict=True) if column[1] in late]
        self._names = [name for (name, _, _), _ in wanted]
        self._second = Parser(
            replace(layout, wanted=tuple(column for column, _ in wanted), seen=tuple(seen for _, seen in wanted))
        )
        self.worthwhile: bool | None = None

    def release(self) -> None:
        """Let go of the memory of what was parsed last."""
        self.first.release()
        self._second.release()

    def learn(self, passed: int, of: int) -> None:
        """How many rows passed, of how many."""
        self.worthwhile = passed < of * _FEW

    def make(self, text: Any, parsed: Parsed, mask: np.ndarray) -> dict[str, pa.Array]:
        """The late columns, by name, for the rows for which the mask is true; `parsed` is what `first` made of the text."""
        with gathered(text, parsed.starts, parsed.consumed, mask) as passing:
            found = self._second.parse(passing)
        return dict(zip(self._names, found.arrays, strict=True))
