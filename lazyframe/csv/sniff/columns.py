"""The columns of a frame that is read from CSV files: what is known of each, and what becomes of its dtype."""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from lazyframe.csv.errors import CSVError, DtypePromotionWarning, field_text
from lazyframe.csv.options.dialect import Forms, Missing
from lazyframe.csv.options.fields import IndexSpec, check_dtypes, index_of
from lazyframe.csv.sniff.advice import remedy
from lazyframe.csv.text.storage import File
from lazyframe.csv.types import converters, dates, extensions, infer, undated
from lazyframe.csv.types.converters import Converter
from lazyframe.csv.types.dates import Dates
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.mismatches import CODED
from lazyframe.frozen import frozen
from lazyframe.notices import warn
from lazyframe.schema import BIG_INTEGERS, OBJECT_BOOL, DType, as_dtype, category, dtype_named

if TYPE_CHECKING:
    from lazyframe.csv.sniff.findings import Change


@frozen
class ColumnSpec:
    """A column of the frame.

    Parameters
    ----------
    name : hashable
        As the user sees it.
    given : DType, optional
        The dtype that the user gave; it is never changed.
    seen : TextKinds
        The kinds of text known of it.
    dates : Dates, optional
        For a column of dates: what it is made of.
    converter : Converter, optional
        What makes its values.
    coded : bool
        Whether text travels dictionary-encoded.
    is_path : bool
        Whether it is no column of the files, but says which file a record is of.
    backend : str, optional
        The ``dtype_backend``, where that has a say in the dtype.
    codes : mapping of str to int, optional
        For each text the number of its category, where the categories were found in the data.
    undated : bool
        Whether it is a level of the index that was to be dates, and is none.
    """

    name: Hashable
    given: DType | None = None
    seen: TextKinds = TextKinds.NOTHING
    dates: Dates | None = None
    converter: Converter | None = None
    coded: bool = True
    is_path: bool = False
    backend: str | None = None
    codes: Mapping[str, int] | None = None
    undated: bool = False

    def knowing(self, seen: TextKinds, coded: bool, dates: Dates | None) -> ColumnSpec:
        """The column of which this is known; as `dataclasses.replace`, and four times as fast."""
        more = self.converter, coded, self.is_path, self.backend, self.codes, self.undated
        return ColumnSpec(self.name, self.given, seen, dates, *more)

    @property
    def is_inferred(self) -> bool:
        """Whether its dtype comes from the kinds of text in it."""
        return self.given is None and self.dates is None and self.converter is None and not self.undated

    @property
    def label(self) -> str:
        """Its name in batches."""
        return str(self.name)

    @property
    def state(self) -> infer.State:
        """What its kinds of text, or of values, mean, where nothing else was said of it."""
        if self.converter is not None:
            return converters.state(self.seen)
        if self.undated:
            return undated.state(self.seen)
        return infer.state(self.seen if self.is_inferred else TextKinds.NOTHING)

    @functools.cached_property
    def dtype(self) -> DType:
        if self.given is not None:
            return self.given
        if self.dates is None:
            plain = self.state.dtype
            if self.undated and plain == BIG_INTEGERS:
                return plain
            if plain == BIG_INTEGERS and self.backend == "pyarrow":
                raise CSVError(
                    f"column {self.name}: whole numbers beyond 64 bits fit no dtype of dtype_backend='pyarrow'. Pass "
                    f"dtype={{{self.name!r}: 'str'}} to read the column as text."
                )
            return plain if self.backend is None else extensions.dressed(plain, self.seen, self.backend)
        if self.seen & TextKinds.TEXT:
            return dtype_named("str")
        if self.dates.zone is not None:
            return self.dates.dtype(self.seen)
        return dtype_named("datetime64[s]") if self.seen & TextKinds.MISSING else dtype_named("object")

    @property
    def read_as(self) -> tuple[DType, TextKinds | None]:
        """What an engine is told: a dtype, and the kinds of text known of the column; None where the dtype is certain."""
        if self.undated:
            return dtype_named("str"), None
        if self.is_converted or self.state.dtype == BIG_INTEGERS:
            return dtype_named("str"), infer.BARE if self.dtype.kind == "S" else None
        if self.is_of_words:
            return infer.state(self.seen).dtype, self.seen
        return (self.given, None) if self.given is not None else (self.state.dtype, self.seen)

    @property
    def kind(self) -> tuple[Any, ...]:
        """What it is, but for its name: all that tells two sources with the same columns apart."""
        made = self.converter and self.converter.token
        read = infer.ORDER if self.given is None else TextKinds.BOOL | TextKinds.TEXT  # on which hangs how it is read
        seen = self.seen if self.undated else self.seen & read
        return type(self.name), self.dtype, self.state[1:], int(seen), self.dates, made, self.coded, self.undated

    @property
    def is_of_words(self) -> bool:
        """Whether the column that is to be numbers turned out to be truth values: pandas makes 1 and 0 of these."""
        return self.given is not None and self.given.kind in "iuf" and bool(self.seen & TextKinds.BOOL)

    def may_hold(self, seen: TextKinds) -> bool:
        """Whether a column whose dtype was given is only read otherwise where texts of these kinds were found in it."""
        if self.given is None:
            return False
        if self.dates is not None:
            return self.dates.zone is None and seen == TextKinds.MISSING  # which stands for dates of which no format is known yet
        if extensions.may_be_numbers(self.given):
            return not self.seen & TextKinds.TEXT and bool(seen & TextKinds.TEXT)
        if self.given.kind not in "iuf":
            return False
        found = infer.state_or_none(self.seen | seen)
        return found is not None and (found.dtype.name == "bool" or (self.given.kind == "f" and found.dtype == OBJECT_BOOL))

    @property
    def is_converted(self) -> bool:
        """Whether the values are made of the texts that an engine has read."""
        if self.given is not None:
            return self.given.kind in "CEcS" and not self.is_path
        return self.backend is not None and self.dates is None and (extensions.is_whole(self.seen) or self._is_big)

    @property
    def _is_big(self) -> bool:
        found = infer.state_or_none(self.seen)
        return found is not None and found.dtype == BIG_INTEGERS

    def made_of(self, array: pa.Array, forms: Forms, kinds: Callable[[list[str]], TextKinds]) -> pa.Array:
        """The values of an extension dtype, of what an engine has read.

        Raises
        ------
        Unfit
            A text that is no such value.
        """
        if not self.is_converted:
            return extensions.put_into(array, self.dtype)
        if self.given is not None and self.given.categories is not None:
            return extensions.categorized(array, self.given, forms, self.codes)
        if self.given is not None and extensions.may_be_numbers(self.given):
            return extensions.durations(array, self.given, forms, of_numbers=not self.seen & TextKinds.TEXT)
        if self.given is not None and self.given.kind in "cS":
            return extensions.plain(array, self.given)
        if self.given is not None:
            return extensions.converted(array, self.given, forms)
        return extensions.whole(array, self.dtype, lambda found: self._same(self.seen | found), kinds, forms)

    def wider(self, seen: TextKinds) -> str:
        """The dtype to propose where texts of these kinds do not fit the one given."""
        fitting = infer.state_or_none(seen)
        if fitting is None or fitting.dtype == BIG_INTEGERS:
            return "str"
        if self.given is None or self.given.extension is None:
            return str(fitting.dtype)
        backend = extensions.BACKENDS[isinstance(self.given.extension, pd.ArrowDtype)]
        return str(extensions.dressed(fitting.dtype, seen, backend))

    def _same(self, seen: TextKinds) -> bool:
        """Whether the dtype is the same with more kinds of text."""
        other = replace(self, seen=seen)
        return infer.state_or_none(seen) is not None and (other.is_converted, other.dtype) == (True, self.dtype)


def described(kind: tuple[Any, ...]) -> tuple[Any, ...]:
    """What `ColumnSpec.kind` tells, as text."""
    type_of_name, dtype, *others = kind
    made = (dtype.name, repr(dtype.extension), str(dtype.arrow), repr(dtype.categories))
    return (type_of_name.__name__, *made, *map(repr, others))


def given_dtypes(
    dtype: Any, names: tuple[Hashable, ...], repeated: Mapping[Hashable, Hashable] | None = None
) -> dict[Hashable, DType]:
    """The dtype that the user gave to each column.

    Parameters
    ----------
    dtype : object
        As the user gave it.
    names : tuple
        Every column of the files.
    repeated : mapping, optional
        What the header has for names that were changed since a column before has them.

    Examples
    --------
    >>> given = given_dtypes({"a": "int8", 2: str}, ("a", "a.1", "b"), {"a.1": "a"})
    >>> {name: str(dtype) for name, dtype in given.items()}
    {'a': 'int8', 'a.1': 'int8', 'b': 'str'}
    """
    if dtype is None:
        return {}
    if not isinstance(dtype, Mapping):
        return dict.fromkeys(names, _readable(as_dtype(dtype), "dtype"))
    listed = {key: _readable(as_dtype(value, f"dtype[{key!r}]"), f"dtype[{key!r}]") for key, value in dtype.items()}
    default = None
    if isinstance(dtype, defaultdict) and dtype.default_factory is not None:
        default = _readable(as_dtype(dtype.default_factory(), "dtype"), "dtype")
    found = {}
    for place, name in enumerate(names):
        keys = (name, (repeated or {}).get(name, name), place)
        dtype_of = next((listed[key] for key in keys if key in listed), default)
        if dtype_of is not None:
            found[name] = dtype_of
    return found


def _readable(dtype: DType, where: str) -> DType:
    if isinstance(dtype.extension, pd.ArrowDtype):
        extensions.check_readable(dtype, where)
    if dtype.values_kind in "Mm":
        raise TypeError(f"{where}: {dtype} is not read from text so. Pass the column to parse_dates instead.")
    return dtype


def path_column(asked: Any, files: Sequence[File], names: tuple[Hashable, ...], levels: int = 0) -> tuple[ColumnSpec, ...]:
    """The column that `include_path_column` asks for; where names have levels, its others are empty."""
    if asked is None or asked is False:
        return ()
    name = "path" if asked is True else asked
    if not isinstance(name, str) or not name:
        raise TypeError(f"include_path_column={asked!r}: pass True, or the name of the column as text.")
    if (odd := next((file.path for file in files if not _is_text(file.path)), None)) is not None:
        raise ValueError(
            f"include_path_column: the path {odd!r} is not utf-8, and a column holds text. Rename the file, or leave the "
            "column out."
        )
    if name in map(str, names):
        raise ValueError(
            f"the files have a column {name!r} of their own. Pass a name for the paths: include_path_column='{name}_'."
        )
    name = (name, *[""] * (levels - 1)) if levels else name
    return (ColumnSpec(name, category(dict.fromkeys(file.path for file in files), complete=True), is_path=True),)


def _is_text(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:  # bytes of a name that are no utf-8, which Python keeps as lone surrogates
        return False
    return True


def dtype_backend(asked: Any) -> str | None:
    """The ``dtype_backend``; None for numpy's."""
    if asked is None or asked is pd.api.extensions.no_default:
        return None
    if asked not in extensions.BACKENDS:
        raise ValueError(f"dtype_backend {asked} is invalid, only 'numpy_nullable' and 'pyarrow' are allowed.")
    return str(asked)


def columns_of(
    names: tuple[Hashable, ...], found: tuple[Dates, ...], given: Mapping[Hashable, DType], backend: str | None = None
) -> tuple[ColumnSpec, ...]:
    """The columns of the frame: dates that are put together come first, and their parts go."""
    single = {date.name: date for date in found if date.parts == (date.name,)}
    together = [date for date in found if date.name not in single]
    gone = {part for date in together for part in date.parts}
    columns = [ColumnSpec(date.name, dates=date) for date in together]
    for name in names:
        if name in single:
            kept = given.get(name)  # which pandas takes for dates already
            kept = kept if kept is not None and extensions.is_timestamp(kept) else None
            found_dates = single[name] if kept is None else Dates(name, (name,))
            columns.append(ColumnSpec(name, given=kept, dates=found_dates, backend=backend))
        elif name not in gone:
            dtype = given.get(name)
            of_dates = dtype is not None and extensions.is_dated(dtype)
            columns.append(ColumnSpec(name, given=dtype, backend=backend, dates=Dates(name, (name,)) if of_dates else None))
    return tuple(columns)


def asked_columns(
    arguments: Mapping[str, Any],
    missing: Missing,
    every: tuple[Hashable, ...],
    chosen: tuple[Hashable, ...],
    levels: tuple[str, ...],
    unnamed: tuple[Hashable, ...],
    repeated: Mapping[Hashable, Hashable],
    index: IndexSpec | None = None,
    by_python: bool = False,
) -> tuple[tuple[ColumnSpec, ...], IndexSpec | None]:
    """The columns of the frame, and which of them are to be the index, where the header has not told that.

    `by_python` says that pandas' Python parser reads such files.
    """
    index_col, parse_dates = arguments.get("index_col"), arguments.get("parse_dates")
    when = arguments.get("date_format"), arguments.get("dayfirst", False)
    read = set(chosen)
    given = {name: dtype for name, dtype in given_dtypes(arguments.get("dtype"), every, repeated).items() if name in read}
    if levels and parse_dates and parse_dates is not True:
        texts = _as_text(parse_dates, every, levels, given, arguments.get("usecols"))
        given = given if by_python else {**given, **texts}
    backend = dtype_backend(arguments.get("dtype_backend"))
    found = dates.asked(None if parse_dates is True else parse_dates, chosen, *when)
    columns = columns_of(chosen, found, given, backend)
    index = index or index_of(index_col, [column.name for column in columns if column.name not in levels], levels, unnamed)
    names = [] if index is None else list(index.columns)
    dtype = arguments.get("dtype")
    if index is not None and not levels and dtype is not None and not isinstance(dtype, Mapping) and not parse_dates:
        # Where objects are asked for, pandas makes an index of the texts as if nothing had been.
        objects = [name for name in names if name in given and given[name].name == "object"]
        if objects:
            given = {name: found for name, found in given.items() if name not in objects}
            columns, index = columns_of(chosen, found, given, backend), index._replace(inferred=())
    if parse_dates is True:
        columns = columns_of(chosen, dates.asked(names, chosen, *when), given, backend)
    check_dtypes(arguments.get("dtype"), given, names, levels)
    if backend == "pyarrow" and (dated := [c.name for c in columns if c.dates is not None and c.name in names]):
        raise ValueError(
            f"index_col names {dated[0]!r}, a column of dates: with dtype_backend='pyarrow' pandas makes another dtype of them "
            f"in an index, which is not offered. Leave out index_col, and call .set_index({dated[0]!r})."
        )
    parts = {part for column in columns if column.dates is not None for part in column.dates.parts}
    functions = converters.asked(arguments.get("converters"), every, missing, parts)
    both = [name for name in functions if name in given]
    if objects := [name for name in both if given[name].name == "object"]:
        raise TypeError(
            f"converters and dtype=object both name {objects[0]!r}: pandas keeps the Python objects then, of which there is no "
            "column. Leave the column out of dtype."
        )
    if both:
        warn(
            f"converters and dtype both name {', '.join(map(str, both))}: as in pandas, only the function is used.",
            pd.errors.ParserWarning,
        )
    made = {c.name: replace(c, converter=functions[c.name], given=None, backend=None) for c in columns if c.name in functions}
    return tuple(made.get(c.name, c) for c in columns), index


def _as_text(
    parse_dates: Any, every: tuple[Hashable, ...], levels: tuple[str, ...], given: Mapping[Hashable, DType], usecols: Any
) -> dict[Hashable, DType]:
    """The fields that pandas' C parser reads as text for these dates: it does not count the fields in front without names.

    Raises
    ------
    ValueError
        What pandas makes of it is not offered.
    """
    names = every[len(levels) :]
    places = {name: place for place, name in enumerate(names)}
    plain = isinstance(parse_dates, list) and all(isinstance(name, str) and name in places for name in parse_dates)
    fields = [every[places[name]] for name in parse_dates] if plain else []
    if not plain or usecols is not None or any(field in given for field in fields):
        raise ValueError(
            f"parse_dates={parse_dates!r}: the first fields of the records have no names and are the index, and pandas would "
            "then read other columns as text. Pass names= with a name for each field, or parse_dates=True for the index."
        )
    return {field: dtype_named("str") for field in fields if field not in parse_dates}


def travels_as(column: ColumnSpec) -> pa.DataType:
    if column.dtype.kind == "T" and column.coded:
        return CODED
    return column.dtype.arrow


def refuse_promotion(change: Change, old: ColumnSpec, new: ColumnSpec) -> None:
    if old.dtype != new.dtype:
        fitting = f"Mend the file, or pass dtype={{{old.name!r}: {_to_paste(new.dtype)!r}}}."
        if new.converter is not None:
            fitting = "Let the function in converters= return values of one kind."
        raise CSVError(
            f"{change}, which is not {old.dtype} as the sample had it, and on_dtype_change='error' forbids to read it as "
            f"{new.dtype}. {fitting}"
        )


def _to_paste(dtype: DType) -> str:
    """What to write for ``dtype=``; of Python's integers there is none but the text."""
    return "str" if dtype == BIG_INTEGERS else dtype.name


def _exchanged(text: str | None, column: ColumnSpec) -> str:
    known = column.dates
    return "" if text is None or known is None else dates.exchange(text, known.format, known.dayfirst)


def warn_of_promotion(change: Change, old: ColumnSpec, new: ColumnSpec) -> None:
    if old.dtype == new.dtype:
        return
    what = field_text(change.text)
    if new.undated:
        advice = "It is a level of the index, and pandas too finds no dates in it. Leave it out of parse_dates."
    elif new.dates is not None:
        advice = ""
        if new.dtype.kind == "T":
            leave = "Leave the column out of parse_dates to read it as text from the start."
            advice = f"{_exchanged(change.text, old)} {leave}".lstrip()
    elif new.dtype == BIG_INTEGERS:
        advice = (
            "It is too large for 64 bits, and pandas makes Python's integers of such a column, which are slow. Pass "
            f"dtype={{{old.name!r}: 'str'}} to read it as text, or 'float64' to round the numbers."
        )
    elif new.dtype == OBJECT_BOOL or new.converter is not None:
        advice = "The query was started again; a larger sample= may find such values at once."
    else:
        advice = f"Pass dtype={{{old.name!r}: {new.dtype.name!r}}} to read it so from the start."
        if new.dtype.kind == "T" and (numbers := remedy(old.name, change.others)):
            advice = f"{numbers} {advice}"
    if advice:
        warn(
            f"{change.place}: {what} in column {change.column} is not {old.dtype}: the column is read as {new.dtype}. {advice}",
            DtypePromotionWarning,
        )
