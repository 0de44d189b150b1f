"""Names in messages: which were meant, which there are, and how they are written."""

from __future__ import annotations

import numbers
from collections.abc import Hashable, Iterable
from typing import Any

from lazyframe.documented import Documented


class ColumnNotFoundError(Documented, KeyError, AttributeError):
    """A column that does not exist; the message has the nearest names, and all of them where they are few."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.obj = None  # whose names the interpreter would otherwise look through for a suggestion of its own

    def said(self) -> str:
        return str(self.args[0])


def nearest(name: object, names: Iterable[Hashable], most: int = 3, cutoff: float = 0.6) -> list[str]:
    """The names that `name` may be a misspelling of, the best first."""
    import difflib  # here and not above: an error may take its time, every start of a program must not

    by_lower: dict[str, str] = {}
    for candidate in names:
        by_lower.setdefault(str(candidate).lower(), str(candidate))
    close = difflib.get_close_matches(str(name).lower(), list(by_lower), n=most, cutoff=cutoff)
    return [by_lower[found] for found in close]


_FEW_NAMES = 40


def columns_there(name: object, names: Iterable[Hashable], methods: Iterable[str] = ()) -> str:
    """What an error says after a column that is not there: the nearest names, and all of them where they are few.

    Parameters
    ----------
    name : object
        What was asked for.
    names : iterable
        The columns.
    methods : iterable of str
        What may have been meant beside a column.

    Examples
    --------
    >>> columns_there("Orgin", ["Origin", "Dest"])
    " Did you mean 'Origin'? The columns are: Origin, Dest."
    >>> columns_there("mena", ["Origin"], ["mean"])
    ' Did you mean .mean? The columns are: Origin.'
    >>> columns_there("flight9", [f"flight{number}" for number in range(100, 400)])
    " Did you mean 'flight399' or 'flight398' or 'flight397'? There are 300 columns."
    >>> columns_there("xyz", [f"column {number}" for number in range(300)])
    ' There are 300 columns: column 0, column 1, column 2, ..., column 299.'
    """
    names = list(names)
    close = [repr(found) for found in nearest(name, names)]
    close = close or [f".{found}" for found in nearest(name, methods, 1, 0.74)]
    meant = f" Did you mean {' or '.join(close)}?" if close else ""
    if len(names) <= _FEW_NAMES:
        return f"{meant} The columns are: {', '.join(map(shown_name, names)) or '(none)'}."
    some = "" if close else f": {', '.join(map(shown_name, names[:3]))}, ..., {shown_name(names[-1])}"
    return f"{meant} There are {len(names):,} columns{some}."


def with_article(noun: str) -> str:
    """``an int``, ``a list``: for messages."""
    return f"{'an' if noun.strip(chr(39))[:1].lower() in 'aeio' else 'a'} {noun}"


def counted(number: int, noun: str) -> str:
    """``1 name``, ``2 names``: for messages."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def is_place(place: Any) -> bool:
    """Whether it says a column by its position."""
    return isinstance(place, numbers.Integral) and not isinstance(place, bool)


def shown_name(name: object) -> str:
    """A name as messages list it: in quotes where blanks at its ends, or what a terminal would obey, would not be seen."""
    text = str(name)
    return repr(text) if text != text.strip() or not text or not text.isprintable() else text


def kind_of(value: object) -> str:
    """What a value is, for people: ``a list``, ``an int``."""
    return with_article(type(value).__name__)


def column_not_found(name: object, names: Iterable[Hashable], methods: Iterable[str] = ()) -> ColumnNotFoundError:
    """The error for a column that is not there; see `columns_there`.

    Examples
    --------
    >>> column_not_found("Orgin", ["Origin"]).said()
    "no column 'Orgin'. Did you mean 'Origin'? The columns are: Origin."
    """
    if callable(getattr(type(name), "compute", None)):
        return ColumnNotFoundError(
            f"the name of a column is asked for here, and {name!r} is none: its values are not known before it is computed. "
            "Make it a column first, df['new'] = ..., and write 'new' here."
        )
    return ColumnNotFoundError(f"no column {name!r}.{columns_there(name, names, methods)}")
