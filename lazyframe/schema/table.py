"""The names and dtypes of the columns of a frame, and of its index.

See docs/decisions/0008-names-of-several-levels.md.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from lazyframe.frozen import frozen
from lazyframe.schema.dtypes import MIXED, DType, dtype_of
from lazyframe.schema.names import column_not_found

ROW = "\0row"
"""The name of the hidden column that holds a row's number inside its partition."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column's name and dtype."""

    name: Hashable
    dtype: DType


@dataclass(frozen=True, slots=True)
class Labels:
    """What pandas' index of the columns has beside their names.

    Parameters
    ----------
    names : tuple
        The names of its levels; empty where there is one level without a name.
    dtype : str, optional
        Its dtype where there are no columns; None where that is not known, and then it is text.
    """

    names: tuple[Hashable, ...] = ()
    dtype: str | None = None


PLAIN_LABELS = Labels()


@frozen
class Schema:
    """The columns of a frame, in order, and its index; a column is found by its name at once, however many there are.

    Parameters
    ----------
    fields : tuple of Field
        The columns.
    index : tuple of Field
        The levels of the index; empty where the index is the row number.
    labels : Labels
        What the index of the columns has beside their names. Of a column made of a row it is that of its index.
    """

    fields: tuple[Field, ...]
    index: tuple[Field, ...] = ()
    labels: Labels = PLAIN_LABELS

    @classmethod
    def of(cls, dtypes: Iterable[tuple[Hashable, DType]], index: Iterable[tuple[Hashable, DType]] = ()) -> Schema:
        return cls(tuple(Field(n, d) for n, d in dtypes), tuple(Field(n, d) for n, d in index))

    @functools.cached_property
    def names(self) -> tuple[Hashable, ...]:
        return tuple(column.name for column in self.fields)

    @functools.cached_property
    def _dtypes(self) -> dict[Hashable, DType]:
        return {column.name: column.dtype for column in reversed(self.fields)}  # of two of one name, the first

    def __reduce__(self) -> Any:
        return Schema, (self.fields, self.index, self.labels)  # what can be found again does not travel

    def __iter__(self) -> Iterator[Field]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)

    @functools.cached_property
    def _labelled(self) -> dict[str, Field]:
        return {str(column.name): column for column in self.fields}

    def labelled(self) -> dict[str, Field]:
        """The columns by their names in a batch, where every name is text."""
        return self._labelled

    def __contains__(self, name: object) -> bool:
        try:
            return name in self._dtypes
        except TypeError:  # a list is the name of no column
            return False

    def __getitem__(self, name: Hashable) -> DType:
        try:
            return self._dtypes[name]
        except (KeyError, TypeError):
            raise column_not_found(name, self.names) from None


def column_index(names: Iterable[Any], labels: Labels = PLAIN_LABELS) -> Any:
    """The names of columns as pandas holds them: tuples as levels, names of several kinds as they are."""
    given: list[Any] = list(names)
    if given and all(isinstance(name, tuple) for name in given):
        found = pd.MultiIndex.from_tuples(given)
    elif given:
        found = pd.Index(given, dtype=None if len({type(name) for name in given}) == 1 else object)
    elif len(labels.names) > 1:
        found = pd.MultiIndex.from_arrays([pd.Index([], dtype="str")] * len(labels.names))
    else:
        found = pd.Index([], dtype=labels.dtype or "str")
    return found.set_names(labels.names) if len(labels.names) == found.nlevels else found


def labels_of(index: pd.Index) -> Labels:
    """What an index of columns has beside their names."""
    plain = index.nlevels == 1 and index.name is None
    return Labels(() if plain else tuple(index.names), None if len(index) or index.nlevels > 1 else str(index.dtype))


def levels_of(index: pd.Index) -> tuple[Field, ...]:
    """The levels of an index that names of columns make, as the levels of the index of rows."""
    levels = [index.get_level_values(number) for number in range(index.nlevels)]
    return tuple(Field(level.name, MIXED if level.dtype == object else dtype_of(level)) for level in levels)


def level_count(schema: Schema) -> int:
    """How many levels the names of the columns have."""
    names = schema.names
    if names:
        return len(names[0]) if isinstance(names[0], tuple) else 1
    return max(1, len(schema.labels.names))


def padded(schema: Schema, name: Hashable) -> Hashable:
    """The name of a new column, its further levels empty.

    Raises
    ------
    ValueError
        It has more levels than the others.
    """
    levels = level_count(schema)
    parts = name if isinstance(name, tuple) else (name,)
    if levels == 1 or len(parts) == levels:
        return name
    if len(parts) > levels:
        raise ValueError(f"Item must have length equal to number of levels: the columns have {levels}, and {name!r} has more.")
    return (*parts, *[""] * (levels - len(parts)))


def labels_over(below: Schema, names: Sequence[Hashable]) -> Labels:
    """The labels of some columns of a frame; those of other levels have none of its names."""
    levels, known = {len(name) if isinstance(name, tuple) else 1 for name in names}, below.labels.names
    if known and levels == {len(known) + 1}:  # of each column several aggregates
        return Labels((*known, None))
    if names:
        return Labels(known if levels == {len(known)} else ())
    return Labels(below.labels.names, below.labels.dtype or (str(column_index(below.names).dtype) if len(below) else None))


def joined_labels(left: Labels, right: Labels) -> Labels:
    """The labels of the columns of two frames side by side: of each level the name that both have."""
    if len(left.names) != len(right.names):
        return PLAIN_LABELS
    names = tuple(one if one == other else None for one, other in zip(left.names, right.names, strict=True))
    return Labels(() if names == (None,) else names)
