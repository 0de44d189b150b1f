"""``header=[0, 1]``: columns with a name for each of several lines, which are tuples here and a MultiIndex in the answer.

    lines of the header -> pandas, without any record -> tuples, the names of the index, the names of the levels

Where there is to be an index, pandas takes the line below them for the names of it, if nothing else stands there: `has_titles`.
"""

from __future__ import annotations

import codecs
import functools
import io
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.csv.options.fields import IndexSpec
from lazyframe.frozen import frozen
from lazyframe.schema import Labels, is_place


@frozen
class Levels:
    """What the lines of a header say.

    Parameters
    ----------
    names : tuple
        For each field a tuple, or what a column is called that is to be the index.
    index : IndexSpec or None
        The index that is asked for.
    labels : Labels
        The names of the levels.
    """

    names: tuple[Hashable, ...]
    index: IndexSpec | None
    labels: Labels

    def titles(self) -> dict[Hashable, Hashable]:
        """The names of the levels of the index, by which dtypes may be given too."""
        return {} if self.index is None else dict(zip(self.index.columns, self.index.titles, strict=True))


def is_listed(header: Any) -> bool:
    """Whether ``header`` lists lines."""
    return isinstance(header, (list, tuple, range, np.ndarray))


def check(header: Any, names: Any, usecols: Any, index_col: Any) -> None:
    """Refuse what pandas does not take beside a list of lines.

    Raises
    ------
    ValueError
        The words are those of pandas, and what to do.
    """
    lines = list(header)
    if not lines or not all(map(is_place, lines)):
        raise ValueError(f"header={header!r}: header must be integer or list of integers, each the number of a line.")
    if min(lines) < 0:
        raise ValueError(f"header={header!r}: cannot specify multi-index header with negative integers; 0 is the first line.")
    if lines != sorted(lines):
        raise ValueError(f"header={header!r}: pass the lines in their order, header={sorted(lines)!r}.")
    chooses = callable(usecols) or (usecols is not None and len(list(usecols)) > 0)
    if chooses:
        raise ValueError(
            "cannot specify usecols when specifying a multi-index header. Choose columns with df[[...]]: others are not read."
        )
    if names is not None and len(list(names)) > 0:
        raise ValueError(
            "cannot specify names when specifying a multi-index header. Set df.columns afterwards, or pass header=None."
        )
    if index_col is not None and not all(map(is_place, _listed(index_col))):
        raise ValueError(
            f"index_col={index_col!r}: index_col must only contain integers of column positions when specifying a multi-index "
            "header."
        )


def _listed(index_col: Any) -> list[Any]:
    if index_col is None:
        return []
    return list(index_col) if isinstance(index_col, (list, tuple, np.ndarray)) else [index_col]


def has_titles(fields: Sequence[bytes], index_col: Any) -> bool:
    """Whether pandas takes this line, the first below the header, for the names of the index."""
    count, blank = len(_listed(index_col)), sum(not field for field in fields)
    return count > 0 and (blank == len(fields) or len(fields) - count <= blank)


def read(text: bytes, separator: bytes, header: tuple[int, ...], index_col: Any, width: int) -> Levels:
    """What these lines say, with the names of the index below them where they have some.

    Parameters
    ----------
    text : bytes
        The first lines that are not blank.
    separator : bytes
        Of the fields.
    header : tuple of int
        Which of the lines have the names.
    index_col : object
        As the user gave it.
    width : int
        How many fields the lines have.

    Raises
    ------
    ValueError
        There is no such column for the index.
    pandas.errors.ParserError
        The lines differ in their fields.
    """
    places = tuple(map(int, _listed(index_col)))
    if wrong := [place for place in places if not 0 <= place < width]:
        raise ValueError(f"index_col={index_col!r}: {wrong[0]} is no position of a column; they are 0 to {width - 1}.")
    if len(set(places)) < len(places):
        raise ValueError(f"index_col={index_col!r}: the same column stands there twice.")
    return _read(text, separator, header, places, width)


@functools.lru_cache(maxsize=64)
def _read(text: bytes, separator: bytes, header: tuple[int, ...], places: tuple[int, ...], width: int) -> Levels:
    index_col = list(places) or None
    text = codecs.BOM_UTF8 + text  # pandas takes one off; what the text begins with is meant
    frame = pd.read_csv(io.BytesIO(text), sep=separator.decode(), header=list(header), index_col=index_col, nrows=0)
    named = iter(frame.columns)
    # What a field of the index is called; it has no name of its own that a column could not have.
    names = tuple(f"(field {place + 1})" if place in places else next(named) for place in range(width))
    labels = Labels(tuple(frame.columns.names)) if len(frame.columns) else Labels((), "object")
    columns = tuple(names[place] for place in places)
    index = IndexSpec(columns, tuple(frame.index.names), columns) if places else None
    return Levels(names, index, labels)
