"""Columns that ``parse_dates`` makes into dates, as pandas makes them, but each distinct text only once.

pandas guesses one format, from the first text of the column that is not missing, and every text of the column has
to fit it: if one does not, the whole column stays text. So the format is a property of the source (`Dates.format`),
frozen when it is opened, and a text that does not fit is a contradiction as in any other column.

A date that is put together from several columns is what pandas 2 made of them: their texts joined by a blank.

See docs/decisions/0038-repetition-is-looked-up-once.md and docs/decisions/0042-zones-with-formats.md.
"""

from __future__ import annotations

import functools
import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.csv.errors import also
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.mismatches import encoded
from lazyframe.frozen import frozen
from lazyframe.native import scan as native
from lazyframe.schema import DType, as_dtype, columns_there, dtype_named

_DATES = dtype_named("datetime64[us]")
_FEW = 4  # times as many rows as distinct dates make it worth while to keep these apart

ONE_BY_ONE = "mixed"
"""The format of a column whose first text has no format that pandas knows: each text is judged by itself."""

NAT = ("", "NaT", "nat", "NAT", "nan", "NaN", "NAN")
"""Texts that pandas takes for "not a time"."""
_NAT = pa.array(NAT, pa.string())
_MARKS = frozenset(NAT)
_SMALL = 512
"""So few texts are looked at sooner than Arrow is called."""


class NotDates(Exception):
    """Texts of which pandas makes no column of the dtype that was taken for granted.

    Parameters
    ----------
    kinds : TextKinds
        What has been found instead: texts that are no such dates, or dates that are finer than microseconds.
    """

    def __init__(self, kinds: TextKinds = TextKinds.TEXT) -> None:
        super().__init__(kinds)
        self.kinds = kinds


@frozen
class Dates:
    """One column of dates.

    Parameters
    ----------
    name : hashable
        The column.
    parts : tuple
        The columns of the files that it is made of, in order.
    format : str, or None
        None until a text that is not missing has been seen.
    dayfirst : bool
        Whether 1/2 is the first of February where the format leaves it open.
    zone : str, or None
        The time zone of the first date, which all have to have; empty where it has none, None until it was seen.
    """

    name: Hashable
    parts: tuple[Hashable, ...]
    format: str | None = None
    dayfirst: bool = False
    zone: str | None = None

    def dtype(self, seen: TextKinds) -> DType:
        """What pandas makes of dates of these kinds."""
        unit: Any = "ns" if seen & TextKinds.FINE else "us"
        return as_dtype(pd.DatetimeTZDtype(unit, self.zone)) if self.zone else dtype_named(f"datetime64[{unit}]")

    def knowing(self, text: str) -> Dates:
        """The same, with what the first date of the whole input tells: the format, if none was given, and the zone."""
        date_format = self.format or guess(text, self.dayfirst)
        if not may_have_zone(date_format):
            return replace(self, format=date_format, zone="")
        try:
            zone = found_in([text], date_format, self.dayfirst).tz
        except NotDates:
            zone = None
        return replace(self, format=date_format, zone="" if zone is None else str(zone))


def asked(parse_dates: Any, names: Sequence[Hashable], date_format: Any = None, dayfirst: bool = False) -> tuple[Dates, ...]:
    """The columns of dates that ``parse_dates`` asks for.

    Parameters
    ----------
    parse_dates : list or dict
        Names or positions; a list inside the list, or a dict, puts several columns together.
    names : sequence
        The columns that are read.
    date_format : str or dict, optional
        How the dates are written; a dict says it by column.
    dayfirst : bool, optional
        Whether the day comes before the month.

    Raises
    ------
    ValueError, TypeError
        A column that is not there.

    Examples
    --------
    >>> asked({"when": [0, 1]}, ["year", "month"])
    (Dates(name='when', parts=('year', 'month'), format=None, dayfirst=False, zone=None),)
    """
    if parse_dates is None or isinstance(parse_dates, bool):
        return ()  # True means the index, and that is the row number
    found: list[Dates] = []
    known = dict.fromkeys(names)  # of a wide file thousands are asked for: to search the names for each takes long
    if isinstance(parse_dates, Mapping):
        for name, parts in parse_dates.items():
            listed = [parts] if isinstance(parts, (str, int)) else list(parts)
            found.append(Dates(name, tuple(_column(part, known, names) for part in listed)))
    elif isinstance(parse_dates, (list, tuple)):
        for item in parse_dates:
            if isinstance(item, (list, tuple)) and not (isinstance(item, tuple) and _is_known(item, known)):
                parts = tuple(_column(part, known, names) for part in item)
                found.append(Dates("_".join(map(str, parts)), parts))
            else:
                name = _column(item, known, names)
                found.append(Dates(name, (name,)))
    else:
        raise TypeError(f"parse_dates={parse_dates!r}: pass a list of columns, or a dict of new names and their parts.")
    unique = list(dict.fromkeys(found))
    for date in unique:
        taken = date.name in known and date.name not in date.parts
        if taken or not date.parts:
            raise ValueError(f"parse_dates: {date.name!r} {'is a column of the files already' if taken else 'has no parts'}.")
    return tuple(replace(date, format=_format(date_format, date.name), dayfirst=bool(dayfirst)) for date in unique)


def _format(given: Any, name: Hashable) -> str | None:
    found = given.get(name) if isinstance(given, Mapping) else given
    if found is not None and not isinstance(found, str):
        raise TypeError(f"date_format={given!r}: pass a format such as '%d/%m/%Y', or a dict of the columns' formats.")
    return found


def _is_known(part: Any, known: Mapping[Hashable, Any]) -> bool:
    try:
        return part in known
    except TypeError:  # a tuple of lists
        return False


def _column(part: Any, known: Mapping[Hashable, Any], names: Sequence[Hashable]) -> Hashable:
    if _is_known(part, known):
        return part  # type: ignore[no-any-return]
    if isinstance(part, int) and not isinstance(part, bool) and 0 <= part < len(names):
        return names[part]
    raise also(ValueError if isinstance(part, str) else IndexError, ValueError)(
        f"Missing column provided to 'parse_dates': {part!r}.{columns_there(part, names)}"
    )


def joined(parts: Sequence[pa.Array]) -> pa.Array:
    """The texts of several columns, put together by a blank as pandas 2 did; dictionary-encoded.

    A single column stays as it is. A missing part of several is the text ``nan``, which makes it no date.
    """
    coded = [encoded(part) for part in parts]
    if len(coded) == 1:
        return coded[0]
    texts = [pa.concat_arrays([part.dictionary.cast(pa.string()), pa.array(["nan"], pa.string())]) for part in coded]
    columns = [
        (pc.fill_null(part.indices, len(part.dictionary)) if part.null_count else part.indices).to_numpy() for part in coded
    ]
    sizes = [len(of_part) for of_part in texts]
    codes, first = native.joined(columns, sizes) or _joined(columns, sizes)
    distinct = [of_part.take(pa.array(column[first])) for of_part, column in zip(texts, columns, strict=True)]
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pc.binary_join_element_wise(*distinct, " "))


def _joined(columns: Sequence[np.ndarray], sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray]:
    """What `native.scan.joined` gives, whatever there is to join, numbered in any order."""
    codes, below = columns[0].astype(np.int64), sizes[0]
    for column, size in zip(columns[1:], sizes[1:], strict=True):
        if below * size >= 2**63:
            codes = np.unique(codes, return_inverse=True)[1]
            below = len(codes)
        codes, below = codes * size + column, below * size
    _, first, numbers = np.unique(codes, return_index=True, return_inverse=True)
    return numbers, first


def without_nat(texts: pa.Array) -> pa.Array:
    """The texts, those that pandas takes for "not a time" missing."""
    if len(texts.dictionary) < _SMALL and _MARKS.isdisjoint(texts.dictionary.to_pylist()):
        return texts
    marks = pc.is_in(texts.dictionary, _NAT)
    if not pc.any(marks).as_py():
        return texts
    codes = pc.if_else(marks.take(texts.indices), None, texts.indices)
    return pa.DictionaryArray.from_arrays(codes, texts.dictionary).cast(pa.string()).dictionary_encode()


@functools.lru_cache(maxsize=1024)  # the columns of a wide file may begin with the same dates
def guess(text: str, dayfirst: bool = False) -> str:
    """The format that pandas guesses from this text; `ONE_BY_ONE` where it knows none.

    Examples
    --------
    >>> guess("2013-01-31")
    '%Y-%m-%d'
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return pd.tseries.api.guess_datetime_format(text, dayfirst=dayfirst) or ONE_BY_ONE


@functools.lru_cache(maxsize=1024)
def doubt(text: str, dayfirst: bool, several: bool) -> str:
    """What pandas warns of when it guesses the format of a column from this text; empty where there is nothing to say.

    Parameters
    ----------
    several : bool
        Whether there are others.

    Examples
    --------
    >>> doubt("13/02/2019", False, True)[:49]
    'Parsing dates in %d/%m/%Y format when dayfirst=Fa'
    """
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        found = pd.tseries.api.guess_datetime_format(text, dayfirst=dayfirst)
    if told:
        return str(told[0].message)
    if found is None and several:
        return (
            "Could not infer format, so each element is parsed individually, with dateutil. Specify a format to have them parsed "
            "consistently and as expected."
        )
    return ""


def exchange(text: str, date_format: str | None, dayfirst: bool) -> str:
    """What to pass where a text is a date as soon as day and month change places in the format; empty where it is none.

    Examples
    --------
    >>> exchange("25/03/2024", "%m/%d/%Y", False)
    'If the day comes before the month, pass dayfirst=True and no date_format=.'
    >>> exchange("oops", "%m/%d/%Y", False)
    ''
    """
    if date_format is None or date_format.count("%d") != 1 or date_format.count("%m") != 1:
        return ""
    if (date_format.index("%d") < date_format.index("%m")) != dayfirst:
        return ""  # the first date can be read in this order alone
    other = date_format.replace("%d", "\0").replace("%m", "%d").replace("\0", "%m")
    try:
        found_in([text], other)
    except NotDates:
        return ""
    if guess(pd.Timestamp(2001, 2, 3).strftime(other), not dayfirst) != other:
        return f"If {'the month' if dayfirst else 'the day'} comes first, pass date_format={other!r}."
    if dayfirst:
        return "If the month comes before the day, leave dayfirst=True and date_format= out."
    return "If the day comes before the month, pass dayfirst=True and no date_format=."


def may_have_zone(date_format: str) -> bool:
    """Whether texts of this format may name a time zone."""
    return date_format in (ONE_BY_ONE, "ISO8601") or "%z" in date_format or "%Z" in date_format


def convert(texts: pa.Array, date_format: str, dayfirst: bool = False, dtype: DType = _DATES) -> pa.Array:
    """Dictionary-encoded texts as dates; dictionary-encoded too, where there are few for so many rows.

    Raises
    ------
    NotDates
        A text that does not fit the format, or dates of another dtype.
    """
    distinct = texts.dictionary.to_pylist()
    if len(distinct) < _SMALL:  # the same few come again and again, though seldom in the same order
        order = sorted(range(len(distinct)), key=distinct.__getitem__)
        parsed = _parsed(tuple(distinct[place] for place in order), date_format, dayfirst, dtype)
        dates = np.empty_like(parsed)
        dates[order] = parsed
    else:
        dates = _parse(distinct, date_format, dayfirst, dtype)
    dates = pa.array(dates)
    if dtype.has_zone:
        return dates.cast(dtype.arrow).take(texts.indices)
    if len(distinct) * _FEW < len(texts):
        return pa.DictionaryArray.from_arrays(texts.indices, dates)
    return dates.take(texts.indices)


def first_mismatch(
    texts: pa.DictionaryArray, date_format: str, dayfirst: bool = False, dtype: DType = _DATES
) -> tuple[int, str, NotDates]:
    """Of texts that `convert` refuses the first that is at fault: which row, the text, and the reason."""
    codes = texts.indices.to_numpy(zero_copy_only=False)
    for code, text in enumerate(texts.dictionary.to_pylist()):
        try:
            convert(pa.array([text]).dictionary_encode(), date_format, dayfirst, dtype)
        except NotDates as no_date:
            return int(np.flatnonzero(codes == code)[0]), text, no_date
    raise AssertionError("each text is a date, and all of them are not")


def _parse(texts: Sequence[str], date_format: str, dayfirst: bool, dtype: DType) -> Any:
    """Dates as numpy has them, those with a time zone in UTC."""
    unit: Any = "ns" if "[ns" in dtype.name else "us"
    zone = dtype.extension.tz if dtype.has_zone else None
    if not texts:
        return pd.DatetimeIndex([], dtype=f"datetime64[{unit}]").to_numpy()
    found = found_in(texts, date_format, dayfirst)
    if found.tz != zone:
        raise NotDates
    if found.unit == "ns" and unit == "us":
        raise NotDates(TextKinds.FINE)
    try:
        return found.tz_convert(None).as_unit(unit).to_numpy() if zone else found.as_unit(unit).to_numpy()
    except ValueError as error:  # too far from 1970 to be counted in nanoseconds
        raise NotDates from error


def found_in(texts: Sequence[str], date_format: str, dayfirst: bool = False) -> pd.DatetimeIndex:
    """What pandas makes of texts of a format.

    Raises
    ------
    NotDates
        One of them does not fit.
    """
    try:
        found = pd.to_datetime(list(texts), format=date_format, dayfirst=dayfirst)
    except (ValueError, TypeError, OverflowError) as error:
        raise NotDates from error
    if not isinstance(found, pd.DatetimeIndex):
        raise NotDates
    return found


_parsed = functools.lru_cache(maxsize=64)(_parse)
