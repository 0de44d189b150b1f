"""What is said to an engine, and what it answers: the contract of `_pyarrow.py` and `_pandas.py`.

An engine is a function ``parse(text, layout) -> list of arrays``: whole records in, the wanted columns out, in
order. Text columns may come dictionary-encoded. There are two answers besides: `Rejected`, "another engine has to
look at this", and `Misfits`, "the text is not what the layout says".
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import pyarrow as pa

from lazyframe.csv.dialect import Dialect
from lazyframe.csv.infer import Seen
from lazyframe.schema import DType

CODED = pa.dictionary(pa.int32(), pa.string())
"""Text with each distinct value stored once."""


@dataclass(frozen=True)
class Layout:
    """The columns of a file, and those that are wanted of it.

    Parameters
    ----------
    dialect : Dialect
        How the text is written.
    names : tuple of str
        Every column of the file, in order.
    wanted : tuple of (str, int, DType)
        Name, position in the file, and dtype of what is to be parsed; never empty.
    seen : tuple of (Seen or None)
        For each wanted column the kinds of text known of it; None where the user has given the dtype.
    plain : frozenset of int
        The positions of text columns that are not worth a dictionary: nearly every value differs.
    """

    dialect: Dialect
    names: tuple[str, ...]
    wanted: tuple[tuple[str, int, DType], ...]
    seen: tuple[Seen | None, ...]
    plain: frozenset[int] = frozenset()

    @property
    def width(self) -> int:
        return len(self.names)

    @functools.cached_property
    def places(self) -> list[str]:
        """The positions as names: unlike the names of the columns, no two are ever equal."""
        return [str(place) for place in range(self.width)]


class Rejected(Exception):
    """This engine cannot vouch for the chunk."""


@dataclass(frozen=True)
class Misfit:
    """A column of a chunk that holds something else than its dtype.

    Parameters
    ----------
    column : str
        Its name.
    record : int
        The first record of the chunk that does not fit.
    text : str or None
        What stands there; None for a missing value.
    seen : Seen
        The kinds of text in the chunk, where the dtype was inferred.
    why : str
        Set where no dtype of ours fits.
    """

    column: str
    record: int
    text: str | None
    seen: Seen = Seen.NOTHING
    why: str = ""


class Misfits(Exception):
    """Every column of a chunk that does not fit."""

    def __init__(self, found: list[Misfit]) -> None:
        super().__init__(found)
        self.found = found


class BadText(Exception):
    """Text that is no table: a record too long, a quote never closed, bytes that are no utf-8.

    Parameters
    ----------
    record : int
        Which record of the chunk.
    problem : str
        What is wrong, and what to do.
    """

    def __init__(self, record: int, problem: str) -> None:
        super().__init__(record, problem)
        self.record = record
        self.problem = problem
