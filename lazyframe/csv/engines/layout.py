"""What is said to an engine, and what it answers: the contract of `_pyarrow.py` and `_pandas.py`.

An engine is a function ``parse(text, layout) -> list of arrays``: whole records in, the wanted columns out, in
order. Text columns may come dictionary-encoded. There are two answers besides: `Rejected`, "another engine has to
look at this", and `TypeMismatches`, "the text is not what the layout says".
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.csv.errors import CSVError, also, like
from lazyframe.csv.options.dialect import PLAIN_FORMS, Dialect, Missing
from lazyframe.csv.types import infer
from lazyframe.csv.types.infer import TextKinds
from lazyframe.frozen import frozen
from lazyframe.schema import DType, dtype_named


@functools.lru_cache(maxsize=16)
def places_of(names: tuple[str, ...]) -> dict[str, int]:
    """The position of each column by its name: made once for all files that have these columns.

    Looking through the names costs as much as there are columns, for each column: never ask them.
    """
    return {name: place for place, name in enumerate(names)}


@frozen
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
    seen : tuple of (TextKinds or None)
        For each wanted column the kinds of text known of it; None where the user has given the dtype.
    plain : frozenset of int
        The positions of text columns that are not worth a dictionary: nearly every value differs.
    """

    dialect: Dialect
    names: tuple[str, ...]
    wanted: tuple[tuple[str, int, DType], ...]
    seen: tuple[TextKinds | None, ...]
    plain: frozenset[int] = frozenset()

    @property
    def width(self) -> int:
        return len(self.names)

    @functools.cached_property
    def places(self) -> list[str]:
        """The positions as names: unlike the names of the columns, no two are ever equal."""
        return [str(place) for place in range(self.width)]

    @functools.cached_property
    def positions(self) -> dict[str, int]:
        """The position of each column of the file by its name."""
        return places_of(self.names)

    def alone(self, place: int) -> Layout:
        """The layout of one column of the file, read as text."""
        return Layout(self.dialect, self.names, ((self.names[place], place, dtype_named("str")),), (None,))

    def missing_in(self, place: int) -> Missing:
        """The texts that mean "missing" in a column of the file."""
        return self.dialect.missing.of_column(self.names[place], place)

    def kinds_of(self, texts: Sequence[str | None], place: int) -> TextKinds:
        """The kinds of these texts of a column of the file, None being a missing value."""
        return infer.kinds_of(texts, self.missing_in(place), self.dialect.forms)

    def kinds_of_each(self, columns: Sequence[tuple[Sequence[str | None], int]]) -> list[TextKinds]:
        """The kinds of the texts of several columns, each with its place in the file."""
        return infer.kinds_of_each([(texts, self.missing_in(place)) for texts, place in columns], self.dialect.forms)

    @functools.cached_property
    def needs_pandas(self) -> bool:
        """Whether a column is such that pandas itself has to read its texts."""
        if self.dialect.forms != PLAIN_FORMS and not all(pa.types.is_string(dtype.arrow) for _, _, dtype in self.wanted):
            return True
        states = [infer.state(seen) for seen in self.seen if seen is not None]
        return TextKinds.NOTHING in self.seen or any(state.literal or state.watched for state in states)

    @functools.cached_property
    def doubts(self) -> list[tuple[int, Callable[[pa.Array], bool]]]:
        """Which of the wanted columns an engine may have read as something else than pandas, and whether it has."""
        found: list[tuple[int, Callable[[pa.Array], bool]]] = []
        for number, ((_, _, dtype), seen) in enumerate(zip(self.wanted, self.seen, strict=True)):
            if dtype.kind in "iuf" and self.dialect.missing.numbers:
                found.append((number, self._named))
            if dtype.kind == "u" and seen is not None:
                found.append((number, _zero))
            if pa.types.is_string(dtype.arrow) and seen is not None and infer.may_become_literal(seen):
                found.append((number, self.large_text))
        return found

    def _named(self, array: pa.Array) -> bool:
        """Whether it holds a number that ``na_values`` names, written in another way."""
        return bool(np.isin(array.to_numpy(zero_copy_only=False), list(self.dialect.missing.numbers)).any())

    @staticmethod
    def large_text(array: pa.Array) -> bool:
        """Whether it holds what may be a whole number beyond int64."""
        texts = array.dictionary if pa.types.is_dictionary(array.type) else array
        return bool(pc.any(pc.match_substring_regex(texts, infer.LARGE_TEXT)).as_py())


def _zero(array: pa.Array) -> bool:
    """Whether it holds a zero, which is no number of an unsigned column if it has a minus."""
    return bool((array.to_numpy() == 0).any())


def verified(arrays: list[pa.Array], layout: Layout) -> list[pa.Array]:
    """The columns that an engine has read, where no text behind them can mean something else to pandas.

    Raises
    ------
    Rejected
        There may be such a text.
    """
    if any(doubt(arrays[number]) for number, doubt in layout.doubts):
        raise Rejected
    return arrays


class Rejected(Exception):
    """This engine cannot vouch for the chunk."""


class BadText(Exception):
    """Text that is no table: a record too long, a quote never closed, bytes that are no utf-8.

    Parameters
    ----------
    record : int
        Which record of the chunk.
    problem : str
        What is wrong.
    advice : str
        What to do.
    cause : Exception, optional
        What pandas raises for it, where that is no ``ParserError``.
    """

    def __init__(self, record: int, problem: str, advice: str = "", cause: UnicodeDecodeError | None = None) -> None:
        super().__init__(record, problem, advice, cause)
        self.record = record
        self.problem = problem
        self.advice = advice
        self.cause = cause

    def told(self, where: str, shown_line: str) -> CSVError:
        """The user's error, with the place in front."""
        message = f"{where}: {self.problem}{shown_line}"
        return also(pd.errors.ParserError)(message) if self.cause is None else like(self.cause, message)
