"""The arguments of ``read_csv``: what becomes of each, as data; and the check of what a user wrote.

`check_arguments` judges the arguments before any file is touched, so that a misspelt or an unknown one is an error on
the user's own line. What values they may have is for pandas to say: `as_pandas` asks it.

`table` is the compatibility table of the documentation, made from the same data; the tests run
every line of it.

See docs/decisions/0012-two-error-classes.md.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any, Literal, TypeVar

import numpy as np
import pandas as pd
from pandas.api.types import is_list_like

from lazyframe.csv.errors import CSVError, also
from lazyframe.documented import said_by
from lazyframe.frozen import frozen
from lazyframe.notices import warn
from lazyframe.schema import nearest

_T = TypeVar("_T")


class Handling(Enum):
    """How an argument is kept."""

    EVERY = "every engine"
    JUDGED = "pandas, block by block"
    REWRITTEN = "pandas, file by file"
    NONE = "no effect"
    CHUNKS = "an iterator"
    OURS = "of lazyframe"
    NOT = "not offered"


@frozen
class Argument:
    """One argument.

    Parameters
    ----------
    way : Handling
        How it is kept.
    note : str
        What is special about it, or what to do instead.
    """

    way: Handling
    note: str = ""


ARGUMENTS: dict[str, Argument] = {
    "sep": Argument(
        Handling.EVERY, "one character; longer ones and patterns: file by file; None: found out from the first line, as in pandas"
    ),
    "delimiter": Argument(Handling.EVERY, "as sep"),
    "header": Argument(Handling.EVERY, "a number, None, 'infer'; a list, for columns of several levels"),
    "names": Argument(Handling.EVERY),
    "index_col": Argument(Handling.EVERY, "names, positions, False; fields in front of those that have names are an index"),
    "usecols": Argument(Handling.EVERY, "names, positions, or a function"),
    "dtype": Argument(
        Handling.EVERY,
        "numpy's numbers (complex ones too), 'str', 'S5', object; nullable dtypes, categories, and Arrow's numbers, booleans, "
        "text, bytes, dates, times and durations: pandas makes these of the texts. Refused, with what to do instead: datetime64 "
        "and timedelta64 (parse_dates), decimals (which pandas does not read either), float16, longdouble, periods, lists",
    ),
    "dtype_backend": Argument(Handling.EVERY, "'numpy_nullable', 'pyarrow'"),
    "converters": Argument(
        Handling.JUDGED, "functions that give values of one kind; called once for each different text of a block"
    ),
    "true_values": Argument(Handling.JUDGED),
    "false_values": Argument(Handling.JUDGED),
    "skipinitialspace": Argument(Handling.REWRITTEN),
    "skiprows": Argument(Handling.EVERY, "a number, or a list of the first lines; other lists and functions: file by file"),
    "skipfooter": Argument(Handling.REWRITTEN),
    "nrows": Argument(Handling.EVERY),
    "chunksize": Argument(Handling.CHUNKS, "each chunk has dtypes of its own"),
    "iterator": Argument(Handling.CHUNKS, "get_chunk(n) gives the next n rows"),
    "na_values": Argument(Handling.EVERY, "different ones for each column: block by block"),
    "keep_default_na": Argument(Handling.EVERY),
    "na_filter": Argument(Handling.EVERY),
    "skip_blank_lines": Argument(Handling.REWRITTEN, "where it is False"),
    "parse_dates": Argument(
        Handling.EVERY,
        "also {'Date': [0, 1, 2]} and [[0, 1, 2]], which pandas 3 has no more; one time zone in a column",
    ),
    "date_format": Argument(Handling.EVERY),
    "dayfirst": Argument(Handling.EVERY),
    "thousands": Argument(Handling.JUDGED),
    "decimal": Argument(Handling.JUDGED),
    "lineterminator": Argument(Handling.REWRITTEN),
    "quotechar": Argument(Handling.REWRITTEN),
    "quoting": Argument(Handling.REWRITTEN, "QUOTE_NONE; QUOTE_NONNUMERIC: block by block; the others: every engine"),
    "doublequote": Argument(Handling.REWRITTEN, "where it is False"),
    "escapechar": Argument(Handling.REWRITTEN),
    "comment": Argument(Handling.REWRITTEN),
    "dialect": Argument(Handling.REWRITTEN, "as the arguments that it stands for"),
    "compression": Argument(Handling.EVERY, "'infer', gzip, bz2, xz, zstd, zip, tar, None; an archive holds one file"),
    "encoding": Argument(Handling.EVERY, "utf-8; others are turned into it, file by file"),
    "encoding_errors": Argument(
        Handling.REWRITTEN,
        "'strict': every engine; 'ignore', 'replace', 'backslashreplace' take effect in the text of each field for utf-8, and "
        "before fields are looked at for other encodings, as in pandas; with 'surrogateescape' and its kin a byte that is no "
        "text is an error",
    ),
    "on_bad_lines": Argument(
        Handling.EVERY,
        "also 'collect': the lines are kept in df.bad_lines; a function is called once for each in a process, in any order",
    ),
    "storage_options": Argument(Handling.EVERY),
    "cache_dates": Argument(Handling.NONE, "each distinct text is read once in any case"),
    "engine": Argument(
        Handling.NONE,
        "what to use is found out for each block; 'c' refuses what pandas' C parser does not have; the setting: LAZYFRAME_ENGINE",
    ),
    "float_precision": Argument(Handling.NONE, "floats are always rounded correctly"),
    "low_memory": Argument(
        Handling.EVERY, "dtypes are always those of the whole; with `nrows=0` columns are integers, and objects where it is True"
    ),
    "memory_map": Argument(Handling.NONE, "no file is ever mapped"),
    "blocksize": Argument(Handling.OURS, "bytes of a partition"),
    "schema": Argument(
        Handling.OURS, "the columns where headers differ: 'union', those of the 'first' file, or 'strict': an error"
    ),
    "include_path_column": Argument(Handling.OURS, "a last column of categories: which file a record is of"),
    "sample": Argument(Handling.OURS, "bytes looked at, in each of some places, to guess dtypes"),
    "assume_missing": Argument(Handling.OURS, "read columns of integers as float64"),
    "on_dtype_change": Argument(Handling.OURS, "'promote' a column that holds what the sample did not foretell, or 'error'"),
}
"""Every argument after the path, in the order of pandas, then those that pandas does not have, then those not offered."""

DIALECT = (
    *("sep", "delimiter", "header", "names", "usecols", "na_values", "keep_default_na", "na_filter", "decimal", "thousands"),
    *("true_values", "false_values", "quoting", "skiprows", "skipinitialspace", "skipfooter", "skip_blank_lines"),
    *("lineterminator", "quotechar", "doublequote", "escapechar", "comment", "encoding", "encoding_errors", "dialect", "nrows"),
)
"""The arguments that `Dialect.of` takes."""

_REMOVED = {
    "squeeze": "select the column: read_csv(...)[name]",
    "prefix": "give the names: names=[f'X{i}' for i in range(n)]",
    "mangle_dupe_cols": "duplicate names are always made different: a, a.1",
    "error_bad_lines": "a bad line is an error that names the line",
    "warn_bad_lines": "a bad line is an error that names the line",
    "date_parser": "use parse_dates=[name] and date_format=, or convert the column afterwards",
    "infer_datetime_format": "the format is always inferred",
    "keep_date_col": "keep the parts and build the date with assign",
    "delim_whitespace": r"use sep='\s+'",
    "verbose": "leave it out",
    "tupleize_cols": "leave it out",
}

_ELSEWHERE = {
    **{"separator": "sep", "delim": "sep", "columns": "usecols", "cols": "usecols", "dtypes": "dtype", "types": "dtype"},
    **{"schema_overrides": "dtype", "null_values": "na_values", "nullstr": "na_values", "try_parse_dates": "parse_dates"},
    **{"n_rows": "nrows", "has_header": "header", "skip_rows": "skiprows", "quote_char": "quotechar", "quote": "quotechar"},
    **{"include_file_paths": "include_path_column", "decimal_comma": "decimal"},
    **{"comment_prefix": "comment", "ignore_errors": "on_bad_lines", "infer_schema_length": "sample"},
}
"""What other libraries call the arguments."""


def check_arguments(given: Mapping[str, Any]) -> None:
    """Refuse an argument of ``read_csv`` that is unknown, not offered, or gone from pandas.

    Parameters
    ----------
    given : mapping from str
        The keyword arguments that the user wrote.

    Raises
    ------
    TypeError
        The message names the argument, and the nearest one or what to do instead.
    ValueError
        Two of them contradict each other.

    Examples
    --------
    >>> check_arguments({"usecol": ["a"]})
    Traceback (most recent call last):
      ...
    TypeError: read_csv has no argument 'usecol'. Did you mean 'usecols'?
    """
    for name, value in given.items():
        if name in _REMOVED:
            raise TypeError(f"read_csv has no argument {name!r}: pandas has removed it; {_REMOVED[name]}.")
        if name not in ARGUMENTS:
            close = nearest(name, (*ARGUMENTS, *_ELSEWHERE))
            if name == "npartitions":
                raise TypeError(f"read_csv has no argument {name!r}: pass blocksize='32MiB', the bytes of a partition.")
            meant = f" Did you mean {_ELSEWHERE.get(close[0], close[0])!r}?" if close else f" It has: {', '.join(_offered())}."
            raise TypeError(f"read_csv has no argument {name!r}.{meant}")
        if ARGUMENTS[name].way is Handling.NOT and value is not None and value is not False:
            raise TypeError(f"{name} is not offered: {ARGUMENTS[name].note}.")
    if "sep" in given and given.get("delimiter") is not None:
        raise ValueError("read_csv was given both sep and delimiter, which mean the same: pass one of them.")


_TRUTH_VALUES = (
    *("skipinitialspace", "keep_default_na", "na_filter", "skip_blank_lines", "dayfirst", "cache_dates", "iterator"),
    *("doublequote", "low_memory", "memory_map"),
)

_ENGINES = ("c", "python", "pyarrow", "python-fwf")

_FOR_PANDAS = (
    *("sep", "delimiter", "header", "names", "usecols", "true_values", "false_values", "skiprows", "skipfooter"),
    *("nrows", "na_values", "parse_dates", "date_format", "thousands", "decimal", "lineterminator", "quotechar", "quoting"),
    *("escapechar", "comment", "encoding_errors", "dialect", "on_bad_lines", "dtype_backend"),
)
"""The arguments that pandas can judge without a file, and without asking a function of the user's."""

_OF_DIALECT = ("sep", "delimiter", "quotechar", "quoting", "escapechar")
"""What a ``dialect`` stands in the place of."""


def check_truth_values(given: Mapping[str, Any]) -> None:
    """Refuse what is neither a truth value nor 0 or 1 where one is wanted, as pandas does and in its words.

    Raises
    ------
    ValueError

    Examples
    --------
    >>> check_truth_values({"na_filter": 2})
    Traceback (most recent call last):
      ...
    ValueError: For argument "na_filter" expected type bool, received type int.
    """
    for name in _TRUTH_VALUES:
        value = given.get(name, False)
        if not isinstance(value, (bool, np.bool_)) and not (isinstance(value, (int, np.integer)) and value in (0, 1)):
            raise ValueError(f'For argument "{name}" expected type bool, received type {type(value).__name__}.')


def as_pandas(given: Mapping[str, Any], opening: Callable[[], _T]) -> _T:
    """Refuse the values of arguments that pandas refuses: in our own words if we do, else in pandas'.

    Parameters
    ----------
    given : mapping from str
        The keyword arguments that the user wrote.
    opening : callable
        What is done with them. Its error is also of the class that pandas raises.

    Examples
    --------
    >>> as_pandas({"quoting": 9}, lambda: "opened")
    Traceback (most recent call last):
      ...
    TypeError: bad "quoting" value
    """
    check_truth_values(given)
    if given.get("float_precision") is not None and not pd.__version__.startswith("3.0."):
        warn("pandas deprecates float_precision=, which has no effect: leave it out.", pd.errors.Pandas4Warning)
    refusal = _refusal(given)
    try:
        opened = opening()
    except Exception as error:
        if refusal is None:
            raise
        if isinstance(error, CSVError) or not isinstance(error, (TypeError, ValueError)):  # of a file: pandas looks at it later
            raise refusal.with_traceback(None) from None
        if isinstance(error, type(refusal)):
            raise
        raise also(type(refusal), type(error))(said_by(error)) from None
    if refusal is not None:
        raise refusal.with_traceback(None)
    return opened


_OF_COLUMNS = {"usecols", "index_col", "dtype", "converters", "parse_dates", "na_values"}
"""Arguments that name columns, or count them."""


def _refusal(given: Mapping[str, Any]) -> Exception | None:
    """What pandas raises for these arguments, whatever the file."""
    engine = given.get("engine")
    if engine is not None and engine not in _ENGINES:
        return ValueError(f"engine={engine!r} is none of {', '.join(map(repr, _ENGINES[:3]))}; it has no effect here.")
    precision = given.get("float_precision")
    if precision is not None and precision not in ("high", "legacy", "round_trip"):
        return ValueError(f"Unrecognized float_precision option: {precision}")
    if given.get("skipfooter") and (given.get("iterator") or given.get("chunksize")):
        return ValueError("'skipfooter' not supported for iteration")
    asked = {name: given[name] for name in _FOR_PANDAS if name in given}
    if engine == "python" and (refused := _of_pythons_comments(asked.get("comment"), asked.get("na_values"))):
        return refused
    if asked.get("dialect") is not None:
        asked = {name: value for name, value in asked.items() if name not in _OF_DIALECT}
    for name, value in list(asked.items()):
        # A function of the user's is asked about the file alone, and what gives its items once is kept for us.
        if (callable(value) and name not in ("dialect", "on_bad_lines")) or isinstance(value, Iterator):
            del asked[name]
    if isinstance(asked.get("parse_dates"), Mapping):
        del asked["parse_dates"]
    if asked.get("on_bad_lines") == "collect":
        del asked["on_bad_lines"]
    names = asked.get("names")
    if isinstance(names, (list, tuple)) and not asked.keys() & _OF_COLUMNS and {*map(type, names)} == {str}:
        asked["names"] = names[:1] if len(set(names)) == len(names) else names  # of thousands pandas would make columns
    if not asked:
        return None
    try:
        pd.read_csv(io.BytesIO(), engine=_engine(engine, asked), **asked)
    except (pd.errors.EmptyDataError, pd.errors.ParserError, csv.Error):  # of the text, which is not there
        return None
    except Exception as error:
        return error
    return None


def _of_pythons_comments(comment: Any, na_values: Any) -> ValueError | None:
    """pandas' Python parser compares texts with ``na_values`` before it takes comments off, and its C parser after that."""
    values = na_values.values() if isinstance(na_values, Mapping) else [na_values]
    listed = [text for value in values for text in (value if is_list_like(value) else [value])]
    marked = next((text for text in listed if isinstance(comment, str) and comment and comment in str(text)), None)
    if marked is None:
        return None
    return ValueError(
        f"comment={comment!r} stands in {marked!r} of na_values=: with engine='python' pandas takes such a text for a missing "
        "value, with its C parser for a comment, as it is here. Leave out engine=, or the text."
    )


def _engine(asked: Any, given: Mapping[str, Any]) -> Literal["c", "python"]:
    """Which of pandas' parsers is to judge: the one that was asked for, or the one that has what the other arguments ask for."""
    if asked in ("c", "python"):
        return asked  # type: ignore[no-any-return]
    sep = given.get("sep", ",") if given.get("delimiter", "") == "" else given["delimiter"]
    quote = given.get("quotechar")
    several = isinstance(sep, str) and len(sep.encode("utf-8", "replace")) > 1 and sep != r"\s+"
    wide = isinstance(quote, str) and len(quote) == 1 and not quote.isascii()
    footer = given.get("skipfooter", 0) not in (0, False)
    return "python" if sep is None or several or wide or footer or callable(given.get("on_bad_lines")) else "c"


def _offered() -> list[str]:
    return [name for name, argument in ARGUMENTS.items() if argument.way is not Handling.NOT]


def table() -> str:
    """The arguments as a table in Markdown.

    Examples
    --------
    >>> table().splitlines()[5]
    '| `delimiter` | every engine | as sep |'
    """
    ways = {
        Handling.EVERY: "the native core and pyarrow take it, and pandas what they leave",
        Handling.JUDGED: "pandas parses the columns that it concerns, in blocks and in parallel",
        Handling.REWRITTEN: (
            "pandas' tokenizer goes through each file from its start, in bounded memory; files are read in parallel"
        ),
        Handling.NONE: "accepted, and changes nothing",
        Handling.CHUNKS: "of pandas frames, instead of a lazy frame",
        Handling.OURS: "an argument that pandas does not have",
        Handling.NOT: "the error says what to do instead",
    }
    lines = ["# The arguments of `read_csv` after the path", "", "| argument | how | |", "| --- | --- | --- |"]
    lines += [f"| `{name}` | {argument.way.value} | {argument.note} |" for name, argument in ARGUMENTS.items()]
    lines += ["", *(f"* {way.value}: {meaning}." for way, meaning in ways.items()), ""]
    return "\n".join(lines)
