"""How the files are written: the separator, the header, the texts that mean "missing"; and the check of arguments.

`check_arguments` judges what a user passed to ``read_csv`` before any file is touched, so that a misspelt or an
unknown argument is an error on the user's own line.
"""

from __future__ import annotations

import numbers
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lazyframe.schema import nearest, shown_name

DEFAULT_NA = frozenset(
    {
        *("", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN"),
        *("<NA>", "N/A", "NA", "NULL", "NaN", "None", "n/a", "nan", "null"),
    }
)
"""The texts that pandas takes for a missing value."""

OFFERED = (
    *("sep", "delimiter", "header", "names", "usecols", "dtype", "parse_dates", "na_values", "keep_default_na"),
    *("nrows", "blocksize", "storage_options", "compression", "schema", "sample", "assume_missing", "encoding"),
    "on_bad_lines",
)
"""The arguments of read_csv after the path."""

_WITHOUT_EFFECT = {"low_memory", "engine", "memory_map", "cache_dates", "float_precision"}
_LATER = (
    *("index_col", "converters", "true_values", "false_values", "skipinitialspace", "skiprows", "skipfooter"),
    *("na_filter", "skip_blank_lines", "date_format", "dayfirst", "iterator", "chunksize", "thousands"),
    *("decimal", "lineterminator", "quotechar", "quoting", "doublequote", "escapechar", "comment", "encoding_errors"),
    *("dialect", "dtype_backend", "include_path_column"),
)
_INSTEAD = {
    "index_col": "call set_index on the result instead",
    "converters": "compute the column with assign instead",
    "chunksize": "the result is read in pieces in any case; blocksize= sets their size",
    "iterator": "the result is read in pieces in any case; blocksize= sets their size",
    "skiprows": "header=n passes over the lines before the header",
}
_REMOVED = {
    "squeeze": "select the column: read_csv(...)[name]",
    "prefix": "give the names: names=[f'X{i}' for i in range(n)]",
    "mangle_dupe_cols": "duplicate names are always made different: a, a.1",
    "error_bad_lines": "a bad line is an error that names the line",
    "warn_bad_lines": "a bad line is an error that names the line",
    "date_parser": "use parse_dates=[name], or convert the column afterwards",
    "infer_datetime_format": "the format is always inferred",
    "keep_date_col": "keep the parts and build the date with assign",
    "delim_whitespace": "sep takes one character",
    "verbose": "leave it out",
    "tupleize_cols": "leave it out",
}

_ELSEWHERE = {
    **{"separator": "sep", "delim": "sep", "columns": "usecols", "cols": "usecols", "dtypes": "dtype", "types": "dtype"},
    **{"schema_overrides": "dtype", "null_values": "na_values", "nullstr": "na_values", "try_parse_dates": "parse_dates"},
    **{"n_rows": "nrows", "has_header": "header", "skip_rows": "skiprows", "quote_char": "quotechar", "quote": "quotechar"},
    **{"comment_prefix": "comment", "ignore_errors": "on_bad_lines", "infer_schema_length": "sample", "filename": "urlpath"},
}
"""What other libraries call the arguments."""


def check_arguments(given: Mapping[str, Any]) -> None:
    """Refuse an argument of ``read_csv`` that is unknown, not offered yet, or gone from pandas.

    Parameters
    ----------
    given : mapping from str
        The keyword arguments that the user wrote.

    Raises
    ------
    TypeError
        The message names the argument, and the nearest one or what to do instead.

    Examples
    --------
    >>> check_arguments({"usecol": ["a"]})
    Traceback (most recent call last):
      ...
    TypeError: read_csv has no argument 'usecol'. Did you mean 'usecols'?
    """
    for name in given:
        if name in OFFERED or name in _WITHOUT_EFFECT:
            continue
        if name in _REMOVED:
            raise TypeError(f"read_csv has no argument {name!r}: pandas has removed it; {_REMOVED[name]}.")
        if name in _LATER:
            instead = f"; {_INSTEAD[name]}" if name in _INSTEAD else ""
            raise TypeError(f"{name} is not offered yet{instead}. Offered are: {', '.join(OFFERED)}.")
        close = nearest(name, (*OFFERED, *_LATER, *_ELSEWHERE))
        meant = f" Did you mean {_ELSEWHERE.get(close[0], close[0])!r}?" if close else f" It has: {', '.join(OFFERED)}."
        raise TypeError(f"read_csv has no argument {name!r}.{meant}")
    encoding = given.get("encoding")
    if encoding is not None and str(encoding).lower().replace("_", "-") not in ("utf-8", "utf8", "utf-8-sig", "ascii"):
        raise TypeError(f"encoding={encoding!r} is not offered yet: files are read as utf-8. Convert the files to utf-8 first.")


@dataclass(frozen=True)
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
            frozen = tuple(sorted(((k, _listed(v)) for k, v in values.items()), key=repr))
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

    def for_pandas(self, names: Iterable[Hashable]) -> dict[str, Any]:
        """The arguments that say the same to pandas about columns that are called by their positions."""
        values = self.values
        if isinstance(values, Mapping):
            places = {name: place for place, name in enumerate(names)}
            values = {places.get(name, name): list(found) for name, found in values.items() if name in places}
        elif values is not None:
            values = list(values)
        return {"na_values": values, "keep_default_na": self.keep_default}


def _listed(values: Any) -> tuple[Any, ...]:
    if isinstance(values, str) or not isinstance(values, Iterable):
        return (values,)
    return tuple(values)


PANDAS_MISSING = Missing.of(None, True)


@dataclass(frozen=True)
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
    """

    separator: bytes = b","
    header: int | None = 0
    names: tuple[Hashable, ...] | None = None
    missing: Missing = PANDAS_MISSING
    check_fields: bool = True

    @classmethod
    def of(
        cls,
        sep: Any = None,
        delimiter: Any = None,
        header: Any = "infer",
        names: Any = None,
        na_values: Any = None,
        keep_default_na: bool = True,
        usecols: Any = None,
    ) -> Dialect:
        """The dialect that these arguments of ``read_csv`` describe.

        Raises
        ------
        ValueError, TypeError
            An argument that has no meaning, or one that is not offered yet.

        Examples
        --------
        >>> Dialect.of(sep=";").separator
        b';'
        """
        if sep is not None and delimiter is not None:
            raise ValueError("read_csv was given both sep and delimiter, which mean the same: pass one of them.")
        separator = sep if sep is not None else "," if delimiter is None else delimiter
        if not isinstance(separator, str) or len(separator.encode()) != 1 or separator in '"\n\r\0':
            raise ValueError(f"sep={separator!r}: the separator is one character, such as sep=';' or sep='\\t'.")
        if names is not None:
            if isinstance(names, (str, set)) or not isinstance(names, Iterable):
                raise TypeError(f"names={names!r}: pass the names as a list, in the order of the columns.")
            names = tuple(names)
            if len(set(map(str, names))) != len(names):
                raise ValueError(f"names={list(names)!r}: the same name stands there twice; give each column its own.")
        if header == "infer":
            header = 0 if names is None else None
        if header is not None and (isinstance(header, bool) or not isinstance(header, numbers.Integral) or header < 0):
            raise ValueError(f"header={header!r}: pass the number of the line with the names (0 is the first), or None.")
        return cls(
            separator.encode(),
            None if header is None else int(header),
            names,
            Missing.of(na_values, keep_default_na),
            usecols is None,
        )


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
        close = nearest(absent[0], names)
        meant = f" Did you mean {close[0]!r}?" if close else ""
        listed = ", ".join(map(shown_name, names[:40]))
        raise ValueError(f"usecols asks for {absent!r}, which the files do not have.{meant} The columns are: {listed}.")
    chosen = set(wanted)
    return tuple(name for place, name in enumerate(names) if (place if by_position else name) in chosen)
