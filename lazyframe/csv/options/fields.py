"""What the fields of a record are: which have names, which are the index, which are let go; and ``index_col``.

pandas looks at the first record of all. Where it has more fields than there are names, the first fields are an index
without names: unless ``index_col=False`` lets go of the last ones, or ``usecols`` chooses as many columns as there are
names. These then stand at the places that ``usecols`` says, or at the first ones.

See docs/decisions/0031-fields-matched-once.md.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lazyframe.csv.errors import also
from lazyframe.frozen import frozen
from lazyframe.schema import DType, columns_there, is_place


@frozen
class FieldArguments:
    """What the arguments of ``read_csv`` say of the fields.

    Parameters
    ----------
    usecols, index_col : object
        As the user gave them.
    levels : int, optional
        How many fields are an index without names; None as long as no record has been seen.
    cut : int
        How many at the end were let go in the first record of all.
    header_only : bool
        Whether no record below a header is looked at, as pandas does where none is asked for.
    """

    usecols: Any = None
    index_col: Any = None
    levels: int | None = None
    cut: int = 0
    header_only: bool = False

    @property
    def listed(self) -> list[Any] | None:
        """The columns of ``usecols``, each once; None where it is no list."""
        if self.usecols is None or callable(self.usecols) or isinstance(self.usecols, str):
            return None
        return list(dict.fromkeys(self.usecols)) if isinstance(self.usecols, Iterable) else None

    def chooses_all(self, names: Sequence[Hashable]) -> bool:
        """Whether ``usecols`` has as many columns as there are names: these are then the names of just those columns."""
        listed = self.listed
        if listed is None or len(listed) != len(names):
            return False
        return all(map(is_place, listed)) or set(listed) == set(names)


NOTHING_ASKED = FieldArguments()


class Fields(NamedTuple):
    """The fields of the records of a file.

    Parameters
    ----------
    labels : tuple of str
        What each is called in batches.
    levels : tuple of str
        The labels of those that are an index without names, in order.
    cut : int
        How many at the end are let go.
    """

    labels: tuple[str, ...]
    levels: tuple[str, ...] = ()
    cut: int = 0


class IndexSpec(NamedTuple):
    """The index that a frame is to have.

    Parameters
    ----------
    columns : tuple
        The columns that it is made of.
    titles : tuple
        The names of its levels.
    inferred : tuple
        The columns whose dtype pandas infers anew, as in an index that it was asked for: booleans are numbers there where some
        are missing, and what is no date may be something else than text.
    """

    columns: tuple[Hashable, ...]
    titles: tuple[Hashable, ...]
    inferred: tuple[Hashable, ...]


class Unmatched(ValueError):
    """The names do not match the fields; the message says why."""


def match(names: Sequence[Hashable], count: int, asked: FieldArguments = NOTHING_ASKED, named: bool = False) -> Fields:
    """What the fields are of a file whose first record has so many.

    Parameters
    ----------
    names : sequence
        The names that the header or the user gives.
    count : int
        How many fields the first record has; 0 where there is none.
    asked : FieldArguments
        What the user wants of them.
    named : bool
        Whether the user gave the names.

    Raises
    ------
    Unmatched
        There are more fields than names, and they are no index.

    Examples
    --------
    >>> match(["a", "b"], 3)
    Fields(labels=('(field 1)', 'a', 'b'), levels=('(field 1)',), cut=0)
    >>> match(["a", "b"], 3, FieldArguments(index_col=False))
    Fields(labels=('a', 'b', '(field 3)'), levels=(), cut=1)
    """
    more = max(0, count - len(names))
    listed = asked.listed
    if asked.chooses_all(names):
        places = sorted(listed or ()) if all(map(is_place, listed or ())) else range(len(names))
        if places and count and not 0 <= places[0] <= places[-1] < max(count, len(names)):
            raise Unmatched(
                f"usecols={listed!r} asks for field {places[-1] if places[0] >= 0 else places[0]}, and the fields are "
                f"numbered from 0 to {max(count, len(names)) - 1}."
            )
        return _named(names, places, max(places, default=-1) + 1)
    if asked.levels == 0:  # a first record that is longer is a bad line like others
        more = asked.cut
    if asked.levels:
        if count and more != asked.levels:
            raise Unmatched(
                f"In the files before, {_first(asked.levels)} of a record {'is' if asked.levels == 1 else 'are'} an index, "
                f"so here {len(names) + asked.levels} were expected. Mend the file, or read it by itself."
            )
        more = asked.levels
    elif not more:
        return Fields(tuple(map(str, names)))
    elif asked.index_col is False:
        return Fields(_named(names, range(len(names)), len(names) + more).labels, (), more)
    elif listed is not None and (named or len(listed) > len(names) or any(map(is_place, listed))):
        raise Unmatched(
            f"pandas would make an index of {_first(more)}, and usecols={listed!r} does not say then which columns are "
            "meant. Pass names= with a name for each field, or index_col=False to let go of those that have no name."
        )
    labels = _named(names, range(more, len(names) + more), len(names) + more).labels
    return Fields(labels, tuple(labels[place] for place in _positions(asked.index_col, more, len(labels))))


def _first(count: int) -> str:
    return "the first field" if count == 1 else f"the first {count} fields"


def _named(names: Sequence[Hashable], places: Sequence[int] | range, width: int) -> Fields:
    labels = [f"(field {place + 1})" for place in range(width)]
    for place, name in zip(places, names, strict=True):
        labels[place] = str(name)
    if len(set(labels)) < len(labels):
        double = next(label for label in labels if labels.count(label) > 1)
        raise Unmatched(f"A column is called {double!r}, as a field without a name is. Pass names= to call it otherwise.")
    return Fields(tuple(labels))


def _positions(index_col: Any, levels: int, width: int) -> list[int]:
    """The fields without names in the order in which they are the index: there ``index_col`` counts fields.

    pandas takes any others too, and then mixes up which names go with which dtypes and converters.
    """
    if index_col is None:
        return list(range(levels))
    places = _listed(index_col)
    if not all(map(is_place, places)) or sorted(places) != list(range(levels)):
        raise Unmatched(
            f"pandas would make an index of {_first(levels)}, which {'has no name' if levels == 1 else 'have no names'}, so "
            f"index_col={index_col!r} does not say what the index is. Leave it out, or pass names= with {width} names, or "
            "index_col=False for no index."
        )
    return [int(place) for place in places]


def _listed(index_col: Any) -> list[Any]:
    if index_col is True or isinstance(index_col, (Mapping, set)):
        raise ValueError(f"index_col={index_col!r}: pass a name or a position, a list of them, or False.")
    return list(index_col) if isinstance(index_col, (list, tuple, np.ndarray)) else [index_col]


def index_of(index_col: Any, names: Sequence[Hashable], levels: Sequence[str], unnamed: Iterable[Hashable]) -> IndexSpec | None:
    """The index that ``index_col`` asks for, or that the fields without names are; None where the rows are numbered.

    Parameters
    ----------
    index_col : object
        As the user gave it.
    names : sequence
        The columns that are read, without the `levels`.
    levels : sequence of str
        The fields that are an index without names.
    unnamed : iterable
        The names that pandas made up.

    Raises
    ------
    ValueError
        A column that is not there, or one named twice.

    Examples
    --------
    >>> index_of(["b", 0], ["a", "b"], [], [])
    IndexSpec(columns=('b', 'a'), titles=('b', 'a'), inferred=('b', 'a'))
    """
    if levels:
        return IndexSpec(tuple(levels), (None,) * len(levels), ())
    found: list[Hashable] = []
    for item in [] if index_col is None or index_col is False else _listed(index_col):
        if is_place(item) and -len(names) <= item < len(names):
            found.append(names[item])
        elif isinstance(item, str) and item in names:
            found.append(item)
        else:
            pandas_own = ValueError if isinstance(item, str) else IndexError if is_place(item) else TypeError
            raise also(pandas_own, ValueError)(
                f"index_col={index_col!r}: {item!r} is none of the columns that are read.{columns_there(item, names)}"
            )
    if len(set(found)) < len(found):
        raise ValueError(f"index_col={index_col!r}: the same column stands there twice.")
    made_up = set(unnamed)
    columns = tuple(found)
    return IndexSpec(columns, tuple(None if name in made_up else name for name in columns), columns) if columns else None


def check_dtypes(dtype: Any, given: Mapping[Hashable, DType], index: Sequence[Hashable], levels: Sequence[str]) -> None:
    """Refuse dtypes of an index that pandas does not keep.

    Raises
    ------
    TypeError
        pandas infers the dtype anew where one is given for all columns, or where the level has no name; small integers
        become int64 if, and only if, they are evenly spaced.
    """
    for name in index:
        if isinstance(dtype, Mapping) and name not in levels:
            continue
        found = given.get(name)
        if found is not None and (found.name in ("int8", "int16", "int32") or (found.name == "object" and name not in levels)):
            hint = "Pass names= with a name for each field, and dtype=" if name in levels else "Pass dtype="
            raise TypeError(
                f"dtype={found.name!r} of the index: what pandas makes of it so depends on the values. {hint}{{name: dtype}} "
                f"with a line for each column."
            )
