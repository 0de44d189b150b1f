"""How the files are written: the separator, the header, the texts that mean "missing", the forms of numbers.

Who reads what is decided by a `Dialect`, and nowhere else:

=====================  ==============================================================================================
`Dialect.rewriting`    the records cannot be cut in bytes: the text is rewritten first, from the start of each file, as
                       plain CSV in utf-8, and that is read like any other (`rewrite`)
`Dialect.forms`        numbers or truth values in another form: only pandas reads the columns that are no text
everything else        every engine reads it, as far as it can vouch for what stands there
=====================  ==============================================================================================
"""

from __future__ import annotations

import csv
import functools
import numbers
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import field, replace
from typing import Any

import pandas as pd

from lazyframe.csv.errors import like
from lazyframe.csv.options.levels import is_listed as levels_are_listed
from lazyframe.csv.text.fixed import Fixed
from lazyframe.csv.text.rewrite import USUAL, Rewriting, fixed_rewriting, rewriting
from lazyframe.frozen import frozen
from lazyframe.notices import warn
from lazyframe.schema import columns_there

DEFAULT_NA = frozenset(
    {
        *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
        *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
    }
)
"""The texts that pandas takes for a missing value."""


_OF_DIALECT = ("quotechar", "doublequote", "escapechar", "skipinitialspace", "quoting")
"""What a ``dialect`` says besides the separator."""


@frozen
class Missing:
    """Which texts mean "missing", as pandas' na_values and keep_default_na say.

    Parameters
    ----------
    values : scalar, list, dict, or None
        As the user gave them to ``na_values``.
    keep_default : bool
        Whether pandas' own list counts as well.
    texts : frozenset of str, or None
        All of them; None where they differ from column to column.
    numbers : frozenset of float
        Those that are numbers: in a column of numbers they are compared as numbers, ``-999.00`` is ``-999``.
    """

    values: Any = None
    keep_default: bool = True
    texts: frozenset[str] | None = field(default=None, compare=False, repr=False)
    numbers: frozenset[float] = field(default=frozenset(), compare=False, repr=False)

    @classmethod
    def of(cls, values: Any, keep_default: bool) -> Missing:
        if isinstance(values, Mapping):
            # Columns are known by their labels where texts are read.
            frozen = tuple(sorted(((str(k) if isinstance(k, tuple) else k, _listed(v)) for k, v in values.items()), key=repr))
            return cls(dict(frozen), keep_default)
        if values is None:
            return cls(None, keep_default, DEFAULT_NA if keep_default else frozenset())
        listed = _listed(values)
        texts: set[str] = set(DEFAULT_NA) if keep_default else set()
        values_of: set[float] = set()
        for value in listed:
            texts.add(str(value))
            try:
                number = float(value)
            except (TypeError, ValueError, OverflowError):
                continue
            values_of.add(number)
            if number.is_integer():
                texts.update((f"{int(number)}.0", str(int(number))))
        return cls(listed, keep_default, frozenset(texts), frozenset(values_of))

    def all_texts(self) -> frozenset[str]:
        """The texts that mean "missing" in one column or another."""
        if self.texts is not None:
            return self.texts
        return frozenset(str(value) for listed in self.values.values() for value in listed)

    def for_pandas(self, names: Iterable[Hashable]) -> dict[str, Any]:
        """The arguments that say the same to pandas about columns that are called by their positions."""
        values = self.values
        if isinstance(values, Mapping):
            found = {place: self._listed_for(name, place) for place, name in enumerate(names)}
            values = {place: list(listed) for place, listed in found.items() if listed is not None}
        elif values is not None:
            values = list(values)
        return {"na_values": values, "keep_default_na": self.keep_default}

    def of_column(self, name: Hashable, place: int) -> Missing:
        """The texts that mean "missing" in one column."""
        if not isinstance(self.values, Mapping):
            return self
        return _missing_of(self._listed_for(name, place), self.keep_default)

    def _listed_for(self, name: Hashable, place: int) -> tuple[Any, ...] | None:
        """What a dict says of a column: of its name, else of its position."""
        found: tuple[Any, ...] | None = self.values.get(str(name) if isinstance(name, tuple) else name, self.values.get(place))
        return found


def _listed(values: Any) -> tuple[Any, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        return (values,)
    return tuple(values)


_missing_of = functools.lru_cache(maxsize=256)(Missing.of)
PANDAS_MISSING = Missing.of(None, True)


@frozen
class Forms:
    """How numbers and truth values are written, where it is not as pandas takes it by default.

    Parameters
    ----------
    decimal : str
        The decimal point.
    thousands : str, optional
        What may stand between the digits of a number.
    true, false : tuple of str
        Further texts that mean so.
    integers : bool
        Whether a whole number may be an integer: not with ``quoting=csv.QUOTE_NONNUMERIC``.
    """

    decimal: str = "."
    thousands: str | None = None
    true: tuple[str, ...] = ()
    false: tuple[str, ...] = ()
    integers: bool = True

    @classmethod
    def of(cls, decimal: Any, thousands: Any, true_values: Any, false_values: Any, quoting: Any) -> Forms:
        """The forms that these arguments of ``read_csv`` describe.

        Raises
        ------
        ValueError, TypeError
            An argument that has no meaning, or one that is not offered.

        Examples
        --------
        >>> Forms.of(",", ".", None, None, 0).thousands
        '.'
        """
        for name, value in (("decimal", decimal), ("thousands", thousands)):
            if name == "thousands" and value is None:
                continue
            if not isinstance(value, str) or len(value) != 1:
                raise ValueError(f"{name}={value!r}: pass one character, such as {name}=','.")
            if value.isdigit() or not value.isascii():
                wrong = "a digit is part of the number" if value.isdigit() else "it has to be one byte in utf-8, as for pandas"
                raise ValueError(f"{name}={value!r}: {wrong}. Pass a character such as {name}=','.")
        words: list[tuple[str, ...]] = []
        for name, values in (("true_values", true_values), ("false_values", false_values)):
            listed = () if values is None else _listed(values)
            if (odd := next((value for value in listed if not isinstance(value, str)), None)) is not None:
                raise TypeError(f"{name} has {odd!r}: pass the texts as they stand in the file, such as {str(odd)!r}.")
            words.append(listed)
        return cls(decimal, thousands, words[0], words[1], quoting != csv.QUOTE_NONNUMERIC)

    @functools.cached_property
    def number_words(self) -> frozenset[str]:
        """The words for true and false that are numbers: they mean so only where all the column is such words."""
        return frozenset(text for text in (*self.true, *self.false) if _is_number(self.plain(text)))

    def for_pandas(self) -> dict[str, Any]:
        """The arguments that say the same to pandas."""
        if self == PLAIN_FORMS:
            return {}
        return {
            "decimal": self.decimal,
            "thousands": self.thousands,
            "true_values": list(self.true) or None,
            "false_values": list(self.false) or None,
            "quoting": csv.QUOTE_MINIMAL if self.integers else csv.QUOTE_NONNUMERIC,
        }

    def plain(self, text: str) -> str:
        """A number as Python writes it."""
        return (text.replace(self.thousands, "") if self.thousands else text).replace(self.decimal, ".")


PLAIN_FORMS = Forms()


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


@frozen
class Dialect:
    """All that is needed to cut and parse the text of a file.

    Parameters
    ----------
    separator : bytes
        One byte.
    header : int or None
        Which line has the names, blank lines not counted; None where no line does.
    names : tuple, or None
        The names that the user gave to the columns, by position.
    missing : Missing
        The texts that mean a missing value.
    check_fields : bool
        Whether a record with too many fields is an error: as in pandas, it is not where usecols is given.
    forms : Forms
        How numbers and truth values are written.
    skiprows : int
        How many lines stand before the header, or the first record.
    rewriting : Rewriting, optional
        What has to be done to the text before; the rest describes the text that comes out of it.
    keeps_mark : bool
        Whether a byte order mark is text of the first field.
    levels : tuple of int
        Where several lines have the names: which, `header` being the last; see `lazyframe.csv.options.levels`.
    """

    separator: bytes = b","
    header: int | None = 0
    names: tuple[Hashable, ...] | None = None
    missing: Missing = PANDAS_MISSING
    check_fields: bool = True
    forms: Forms = PLAIN_FORMS
    skiprows: int = 0
    rewriting: Rewriting | None = None
    keeps_mark: bool = False
    levels: tuple[int, ...] = ()

    @property
    def by_python(self) -> bool:
        """Whether pandas reads such files with its Python parser alone."""
        return self.rewriting is not None and self.rewriting.by_python

    @property
    def has_marks(self) -> bool:
        """Whether bytes were left out of the text, and marks stand for them."""
        return self.rewriting is not None and self.rewriting.marks

    @classmethod
    def of(
        cls,
        sep: Any = ",",
        delimiter: Any = None,
        header: Any = "infer",
        names: Any = None,
        usecols: Any = None,
        *,
        na_values: Any = None,
        keep_default_na: bool = True,
        na_filter: bool = True,
        decimal: Any = ".",
        thousands: Any = None,
        true_values: Any = None,
        false_values: Any = None,
        skiprows: Any = None,
        encoding: Any = None,
        encoding_errors: Any = "strict",
        dialect: Any = None,
        nrows: int | None = None,
        fixed: Fixed | None = None,
        **records: Any,
    ) -> Dialect:
        """The dialect that these arguments of ``read_csv`` describe.

        Raises
        ------
        ValueError, TypeError
            An argument that has no meaning, or one that is not offered.

        Examples
        --------
        >>> Dialect.of(sep=";").separator
        b';'
        """
        if dialect is not None:
            given = csv.get_dialect(dialect) if isinstance(dialect, str) and dialect in csv.list_dialects() else dialect
            if any(not hasattr(given, name) for name in ("delimiter", *_OF_DIALECT)):
                raise ValueError(
                    f"Invalid dialect {dialect!r} provided: pass a csv.Dialect, or a name of {', '.join(csv.list_dialects())}."
                )
            conflicts: list[tuple[str, Any, Any]] = [
                ("delimiter", sep, ",") if delimiter is None else ("delimiter", delimiter, None)
            ]
            conflicts += [(name, records[name], USUAL[name]) for name in _OF_DIALECT if name in records]
            for name, value, usual in conflicts:
                if value is not None and value not in (usual, getattr(given, name)):
                    warn(
                        f"{name}={value!r} was given, and the dialect has {getattr(given, name)!r}: as in pandas, that of the "
                        "dialect is used. Leave one of them out.",
                        pd.errors.ParserWarning,
                    )
            sep, delimiter = given.delimiter, None
            records |= {name: getattr(given, name) for name in _OF_DIALECT}
        separator = _separator(sep, delimiter, records.get("lineterminator"))
        names = _names(names)
        if header == "infer":
            header = 0 if names is None else None
        levels = tuple(map(int, header)) if levels_are_listed(header) else ()
        header, levels = (levels[-1] if levels else header), (levels if len(levels) > 1 else ())
        if header is not None and (isinstance(header, bool) or not isinstance(header, numbers.Integral) or header < 0):
            raise ValueError(f"header={header!r}: pass the number of the line with the names (0 is the first), or None.")
        header = None if header is None else int(header)
        missing = Missing.of(na_values, bool(keep_default_na)) if na_filter else Missing.of(None, False)
        forms = Forms.of(decimal, thousands, true_values, false_values, records.get("quoting", 0))
        plain = cls(b",", header, names, missing, usecols is None, forms, levels=levels)
        lines = skipped_lines(skiprows)
        if fixed is not None:  # there all lines are records, and the header is told apart below
            above = 0 if header is None else header + 1
            return replace(plain, rewriting=fixed_rewriting(fixed, lines, encoding, encoding_errors, records, above))
        how = rewriting(
            separator,
            lines,
            encoding,
            encoding_errors,
            records,
            None if levels else header,  # all lines are records then, and told apart below
            None if names is None else len(names),
            usecols is None,
            nrows if nrows is None or not levels else nrows + levels[-1] + 2,
        )
        if how is None:
            assert isinstance(lines, int)
            return replace(plain, separator=separator.encode(), skiprows=lines)
        if how.tokenised:
            return replace(plain, header=None if header is None else header if levels else 0, rewriting=how)
        assert isinstance(lines, int)
        return replace(plain, separator=separator.encode(), skiprows=lines, rewriting=how)


def _separator(sep: Any, delimiter: Any, lineterminator: Any) -> str:
    separator = sep if delimiter is None else delimiter
    ends_lines = separator in ("\n", "\r") and lineterminator in (None, separator)
    if not isinstance(separator, str) or not separator or separator in '"\0' or ends_lines:
        raise ValueError(
            f"sep={separator!r}: the separator is a character, such as sep=';' or sep='\\t', or a regular expression."
        )
    return separator


def _names(names: Any) -> tuple[Hashable, ...] | None:
    if names is None:
        return None
    if isinstance(names, (str, set)) or not isinstance(names, Iterable):
        raise TypeError(f"names={names!r}: pass the names as a list, in the order of the columns.")
    listed = tuple(names)
    if len(set(map(str, listed))) != len(listed):
        raise ValueError(f"names={list(listed)!r}: the same name stands there twice; give each column its own.")
    return listed


@frozen
class SkipFunction:
    """The user's function for ``skiprows``; where it fails, the error says so.

    Parameters
    ----------
    function : callable
        Takes the number of a line, from 0, and says whether to pass over it.
    """

    function: Callable[[int], Any]

    def __call__(self, line: int) -> Any:
        """What the function says.

        Examples
        --------
        >>> SkipFunction(lambda line: line < 2)(1)
        True
        """
        try:
            return self.function(line)
        except Exception as error:
            name = getattr(self.function, "__name__", repr(self.function))
            raise like(error, f"skiprows={name} failed for line {line}: {type(error).__name__}: {error}") from error


def skipped_lines(skiprows: Any) -> int | tuple[int, ...] | Any:
    """How many lines to pass over at the start; a tuple of lines or a function where these are not all that is meant."""
    if skiprows is None:
        return 0
    if callable(skiprows):
        return skiprows if isinstance(skiprows, SkipFunction) else SkipFunction(skiprows)
    listed: tuple[Any, ...]
    if isinstance(skiprows, numbers.Integral) and not isinstance(skiprows, bool):
        listed = tuple(range(int(skiprows)))  # of a negative number none, as in pandas
    else:
        listed = tuple(skiprows) if isinstance(skiprows, Iterable) and not isinstance(skiprows, str) else (None,)
    if not all(isinstance(line, numbers.Integral) and not isinstance(line, bool) for line in listed):
        raise ValueError(f"skiprows={skiprows!r}: pass how many lines to skip, a list of lines (0 is the first), or a function.")
    lines = sorted({int(line) for line in listed if line >= 0})
    return len(lines) if lines == list(range(len(lines))) else tuple(lines)


def choose(usecols: Any, names: tuple[Hashable, ...]) -> tuple[Hashable, ...]:
    """The columns that ``usecols`` chooses, in the order of the file.

    Raises
    ------
    ValueError
        It asks for a column that is not there; the message has the nearest names.

    Examples
    --------
    >>> choose(["c", "a"], ("a", "b", "c"))
    ('a', 'c')
    """
    if usecols is None:
        return names
    if callable(usecols):
        return tuple(name for name in names if usecols(name))
    if isinstance(usecols, str) or not isinstance(usecols, Iterable):
        raise ValueError(f"usecols={usecols!r}: pass a list of names or of positions, or a function of the name.")
    wanted = [int(w) if isinstance(w, numbers.Integral) and not isinstance(w, bool) else w for w in usecols]
    by_position = all(isinstance(w, int) and not isinstance(w, bool) for w in wanted)
    if not by_position and not all(isinstance(w, str) for w in wanted):
        raise ValueError(f"usecols={wanted!r}: pass either names or positions, not both.")
    available: Iterable[Hashable] = range(len(names)) if by_position else names
    known = set(available)
    if absent := [w for w in wanted if w not in known]:
        raise ValueError(f"usecols asks for {absent!r}, which the files do not have.{columns_there(absent[0], names)}")
    chosen = set(wanted)
    return tuple(name for place, name in enumerate(names) if (place if by_position else name) in chosen)
