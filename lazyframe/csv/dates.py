"""Columns that ``parse_dates`` makes into dates, as pandas makes them, but each distinct text only once.

pandas guesses one format, from the first text of the column that is not missing, and every text of the column has
to fit it: if one does not, the whole column stays text. So the format is a property of the source (`Dates.format`),
frozen when it is opened, and a text that does not fit is a contradiction as in any other column.

A date that is put together from several columns is what pandas 2 made of them: their texts joined by a blank.
"""

from __future__ import annotations

import functools
import math
import warnings
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.schema import nearest, shown_name

_FEW = 4  # times as many rows as distinct dates make it worth while to keep these apart

ONE_BY_ONE = "mixed"
"""The format of a column whose first text has no format that pandas knows: each text is judged by itself."""

NAT = ("", "NaT", "nat", "NAT", "nan", "NaN", "NAN")
"""Texts that pandas takes for "not a time"."""


class NotDates(Exception):
    """Texts of which pandas makes no column of ``datetime64[us]``.

    Parameters
    ----------
    why : str, optional
        Set where pandas makes something else of them that is not offered.
    """

    def __init__(self, why: str = "") -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
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
    """

    name: Hashable
    parts: tuple[Hashable, ...]
    format: str | None = None
    dayfirst: bool = False


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
    (Dates(name='when', parts=('year', 'month'), format=None, dayfirst=False),)
    """
    if parse_dates is None or isinstance(parse_dates, bool):
        return ()  # True means the index, and that is the row number
    found: list[Dates] = []
    if isinstance(parse_dates, Mapping):
        for name, parts in parse_dates.items():
            listed = [parts] if isinstance(parts, (str, int)) else list(parts)
            found.append(Dates(name, tuple(_column(part, names) for part in listed)))
    elif isinstance(parse_dates, (list, tuple)):
        for item in parse_dates:
            if isinstance(item, (list, tuple)):
                parts = tuple(_column(part, names) for part in item)
                found.append(Dates("_".join(map(str, parts)), parts))
            else:
                name = _column(item, names)
                found.append(Dates(name, (name,)))
    else:
        raise TypeError(f"parse_dates={parse_dates!r}: pass a list of columns, or a dict of new names and their parts.")
    unique = list(dict.fromkeys(found))
    for date in unique:
        taken = date.name in names and date.name not in date.parts
        if taken or not date.parts:
            raise ValueError(f"parse_dates: {date.name!r} {'is a column of the files already' if taken else 'has no parts'}.")
    return tuple(replace(date, format=_format(date_format, date.name), dayfirst=bool(dayfirst)) for date in unique)


def _format(given: Any, name: Hashable) -> str | None:
    found = given.get(name) if isinstance(given, Mapping) else given
    if found is not None and not isinstance(found, str):
        raise TypeError(f"date_format={given!r}: pass a format such as '%d/%m/%Y', or a dict of the columns' formats.")
    return found


def _column(part: Any, names: Sequence[Hashable]) -> Hashable:
    if part in names:
        return part  # type: ignore[no-any-return]
    if isinstance(part, int) and not isinstance(part, bool) and 0 <= part < len(names):
        return names[part]
    close = nearest(part, names)
    meant = f" Did you mean {close[0]!r}?" if close else ""
    raise ValueError(
        f"Missing column provided to 'parse_dates': {part!r}.{meant} The columns are: {', '.join(map(shown_name, names))}."
    )


def joined(parts: Sequence[pa.Array]) -> pa.Array:
    """The texts of several columns, put together by a blank as pandas 2 did; dictionary-encoded.

    A single column stays as it is. A missing part of several is the text ``nan``, which makes it no date.
    """
    encoded = [part if pa.types.is_dictionary(part.type) else part.dictionary_encode() for part in parts]
    if len(encoded) == 1:
        return encoded[0]
    texts = [pa.concat_arrays([part.dictionary.cast(pa.string()), pa.array(["nan"], pa.string())]) for part in encoded]
    size = math.prod(map(len, texts))
    codes = np.zeros(len(encoded[0]), np.int32 if size < 2**31 else np.int64)
    for part in encoded:
        indices = part.indices if not part.null_count else pc.fill_null(part.indices, len(part.dictionary))
        codes = codes * (len(part.dictionary) + 1) + indices.to_numpy()
    distinct, codes = _distinct(codes, size)
    texts_of: list[pa.Array] = []
    for dictionary in reversed(texts):
        distinct, place = np.divmod(distinct, len(dictionary))
        texts_of.append(dictionary.take(pa.array(place)))
    return pa.DictionaryArray.from_arrays(pa.array(codes, pa.int32()), pc.binary_join_element_wise(*reversed(texts_of), " "))


def _distinct(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray]:
    """The distinct ones of codes below `size`, and the place of each code among them."""
    if size > max(2**16, len(codes)):
        distinct, places = np.unique(codes, return_inverse=True)
        return distinct, places
    present = np.zeros(size, bool)
    present[codes] = True
    distinct = np.flatnonzero(present)
    place = np.zeros(size, np.int32)
    place[distinct] = np.arange(len(distinct))
    return distinct, place[codes]


def without_nat(texts: pa.Array) -> pa.Array:
    """The texts, those that pandas takes for "not a time" missing."""
    marks = pc.is_in(texts.dictionary, pa.array(NAT, pa.string()))
    if not pc.any(marks).as_py():
        return texts
    codes = pc.if_else(marks.take(texts.indices), None, texts.indices)
    return pa.DictionaryArray.from_arrays(codes, texts.dictionary).cast(pa.string()).dictionary_encode()


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


def convert(texts: pa.Array, date_format: str, dayfirst: bool = False) -> pa.Array:
    """Dictionary-encoded texts as dates; dictionary-encoded too, where there are few for so many rows.

    Raises
    ------
    NotDates
        A text that does not fit the format, or dates that are not ``datetime64[us]``.
    """
    distinct = texts.dictionary.to_pylist()
    if len(distinct) < 512:  # the same few come again and again, though seldom in the same order
        order = sorted(range(len(distinct)), key=distinct.__getitem__)
        parsed = _parsed(tuple(distinct[place] for place in order), date_format, dayfirst)
        dates = np.empty_like(parsed)
        dates[order] = parsed
    else:
        dates = _parse(distinct, date_format, dayfirst)
    dates = pa.array(dates)
    if len(distinct) * _FEW < len(texts):
        return pa.DictionaryArray.from_arrays(texts.indices, dates)
    return dates.take(texts.indices)


def first_misfit(texts: pa.DictionaryArray, date_format: str, dayfirst: bool = False) -> tuple[int, str, NotDates]:
    """Of texts that `convert` refuses the first that is at fault: which row, the text, and the reason."""
    codes = texts.indices.to_numpy(zero_copy_only=False)
    for code, text in enumerate(texts.dictionary.to_pylist()):
        try:
            convert(pa.array([text]).dictionary_encode(), date_format, dayfirst)
        except NotDates as no_date:
            return int(np.flatnonzero(codes == code)[0]), text, no_date
    raise AssertionError("each text is a date, and all of them are not")


def _parse(texts: Sequence[str], date_format: str, dayfirst: bool) -> Any:
    if not texts:
        return pd.DatetimeIndex([], dtype="datetime64[us]").to_numpy()
    try:
        found = pd.to_datetime(list(texts), format=date_format, dayfirst=dayfirst)
    except (ValueError, TypeError, OverflowError) as error:
        raise NotDates from error
    if found.dtype != "datetime64[us]":
        raise NotDates(f"pandas makes {found.dtype} of it, which is not offered yet")
    return found.to_numpy()


_parsed = functools.lru_cache(maxsize=64)(_parse)
