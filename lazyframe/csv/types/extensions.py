"""Columns of pandas' extension dtypes: categories, nullable ones, those of Arrow.

An engine reads the texts of such a column, and pandas itself makes the values: each distinct text of a chunk goes once
through ``pandas.read_csv`` with the dtype. So the values are pandas' by construction, and the engines know nothing of them.

Whole numbers are made apart from numbers written otherwise, for pandas takes all of a column for floats as soon as one has
a point, and would round those beyond 2**53: a rule for a whole column would make the answer depend on how it is cut.

With ``dtype_backend`` it is the other way round: an engine reads what numpy would hold, by the kinds of text seen, and that
is put into the dtype that pandas has for these kinds.

See docs/decisions/0040-extension-dtypes-by-pandas.md and docs/decisions/0041-categories-by-one-look.md.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.csv.options.dialect import Forms
from lazyframe.csv.types import dates, infer
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.mismatches import encoded
from lazyframe.masks import as_bytes
from lazyframe.schema import DType, category, extension, pandas_category

BACKENDS = ("numpy_nullable", "pyarrow")


class Unfit(Exception):
    """A text that is no value of the dtype.

    Parameters
    ----------
    record : int
        The first in the chunk that does not fit.
    text : str
        What stands there.
    """

    def __init__(self, record: int, text: str) -> None:
        super().__init__(record, text)
        self.record = record
        self.text = text


def converted(texts: pa.Array, dtype: DType, forms: Forms) -> pa.Array:
    """Texts as values of a dtype of pandas, as a column of a batch.

    Raises
    ------
    Unfit
        One of them is none.
    """
    if dtype.values_kind == "T":
        return texts.cast(dtype.arrow)
    return _each(encoded(texts), lambda listed: pa.array(_values(listed, dtype, forms)))


def plain(texts: pa.Array, dtype: DType) -> pa.Array:
    """Texts as complex numbers, or as the first so many of their bytes.

    Raises
    ------
    Unfit
        One of them is no number.
    """
    if dtype.kind == "S":
        return _each(encoded(texts), lambda listed: as_bytes(np.array([text.encode() for text in listed], dtype.name)))
    missing = as_bytes(np.full(1, np.nan, dtype.name))[0]
    return _each(encoded(texts), lambda listed: as_bytes(np.array(listed, object).astype(dtype.name))).fill_null(missing)


def check_readable(dtype: DType, where: str) -> None:
    """See to it that pandas reads this dtype of Arrow from text.

    Raises
    ------
    TypeError, NotImplementedError
        It does not.
    """
    arrow = dtype.arrow
    if pa.types.is_decimal(arrow):
        raise TypeError(
            f"{where}: pandas makes no decimals of the text of a CSV file. Read the column as text, dtype='str', and convert the "
            "answer, or as 'float64'."
        )
    if dtype.values_kind == "O" and not any(is_it(arrow) for is_it in _READABLE):
        raise NotImplementedError(
            f"{where}: pandas reads no {dtype} from text. Read the column as text, dtype='str', and convert the answer."
        )


_READABLE = (pa.types.is_timestamp, pa.types.is_date, pa.types.is_time, pa.types.is_duration, pa.types.is_binary)


def is_timestamp(dtype: DType) -> bool:
    """Whether it is one of Arrow's times with a date."""
    return isinstance(dtype.extension, pd.ArrowDtype) and pa.types.is_timestamp(dtype.arrow)


def is_dated(dtype: DType) -> bool:
    """Whether pandas guesses one format for all the texts of a column of this dtype: of Arrow, or of categories."""
    if dtype.categories is not None:
        return dtype.categories.dtype.startswith("datetime64")
    return is_timestamp(dtype) or (isinstance(dtype.extension, pd.ArrowDtype) and pa.types.is_date(dtype.arrow))


def dated(texts: pa.DictionaryArray, dtype: DType, date_format: str, zone: str | None) -> pa.Array:
    """Texts as dates or times of Arrow, all of one format and one time zone.

    Raises
    ------
    Unfit
        One of them is no such date.
    """

    def made(listed: list[str]) -> pa.Array:
        found = dates.found_in(listed, date_format)
        if listed and str(found.tz or "") != zone:
            raise dates.NotDates
        values: Any = found
        if pa.types.is_date(dtype.arrow):
            values = pa.array([None if value is pd.NaT else value for value in found.date], dtype.arrow)
        return pa.array(pd.array(values, dtype=dtype.pandas))

    return _each(texts, made)


def may_be_numbers(dtype: DType) -> bool:
    """Whether it is one of Arrow's durations that pandas takes whole numbers for, if all the column is such."""
    return isinstance(dtype.extension, pd.ArrowDtype) and pa.types.is_duration(dtype.arrow) and dtype.arrow.unit != "ns"


def durations(texts: pa.Array, dtype: DType, forms: Forms, of_numbers: bool) -> pa.Array:
    """Texts as durations; `of_numbers` says that all of the column, as far as is known, are whole numbers of the unit.

    Raises
    ------
    Unfit
        One of them is none, or no number.
    """

    def made(listed: list[str]) -> pa.Array:
        if of_numbers:
            pa.array(listed, pa.string()).cast(pa.int64())
            return pa.array(_values(listed, dtype, forms))
        return pa.array(_values([*listed, "0 days"], dtype, forms))[:-1]

    return _each(encoded(texts), made)


def _each(coded: pa.DictionaryArray, made: Callable[[list[str]], pa.Array]) -> pa.Array:
    """What is made of each distinct text, at its rows.

    Raises
    ------
    Unfit
        Nothing can be made of a text.
    """
    listed = coded.dictionary.to_pylist()

    def fits(count: int) -> bool:
        try:
            made(listed[:count])
        except (ValueError, TypeError, OverflowError, dates.NotDates):
            return False
        return True

    try:
        values = made(listed)
    except (ValueError, TypeError, OverflowError, dates.NotDates):
        raise _unfit(coded, listed, fits) from None
    return (values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values).take(coded.indices)


def categorized(
    texts: pa.Array, dtype: DType, forms: Forms, found: Mapping[str, int] | None, date_format: str | None = None
) -> pa.Array:
    """Texts as categories; `found` has the category of each text, where they are not those that the user gave.

    Categories that are dates are compared with texts of `date_format`.

    Raises
    ------
    Unfit
        A text that was not found: it comes from a partition that begins inside quotes.
    """
    coded = encoded(texts)
    listed = coded.dictionary.to_pylist()
    if found is None:
        codes = _codes(listed, dtype, forms, date_format)
    elif (unknown := next((place for place, text in enumerate(listed) if text not in found), None)) is not None:
        raise Unfit(pc.index(coded.indices, unknown).as_py(), listed[unknown])
    else:
        codes = np.array([found[text] for text in listed], np.int32)
    return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0).take(coded.indices), _categories(dtype))


def _codes(texts: list[str], dtype: DType, forms: Forms, date_format: str | None) -> np.ndarray:
    """The numbers of the categories, given by the user, that pandas takes texts for; -1 where it is none."""
    categories = pandas_category(dtype).categories
    values: Any = pd.Series(texts, dtype=object)
    if categories.dtype == bool:
        values = values.isin([*infer.TRUE_WORDS, *forms.true])
    elif categories.dtype.kind in "iuf":
        values = pd.to_numeric(values, errors="coerce")
    elif categories.dtype.kind == "M":
        values = pd.to_datetime(values, format=date_format, errors="coerce")
    elif categories.dtype.kind == "m":
        values = pd.to_timedelta(values, errors="coerce")
    return np.asarray(categories.get_indexer(pd.Index(values)), np.int32)


@functools.lru_cache(maxsize=64)
def _categories(dtype: DType) -> pa.Array:
    categories: Any = pandas_category(dtype).categories
    if pa.types.is_string(dtype.arrow.value_type):
        categories = list(map(str, categories))
    return pa.array(categories, dtype.arrow.value_type, from_pandas=True)


def _values(texts: list[str], dtype: DType, forms: Forms) -> Any:
    """An array of pandas: the values that it makes of these texts, none of which is missing."""
    if not texts:
        return pd.array([], dtype=dtype.pandas)
    if pa.types.is_floating(dtype.arrow):  # for Arrow's pandas refuses large whole numbers, if no other number is beside them
        values = infer.infer_texts(texts, forms, "Float64").array
        return values.astype(dtype.pandas)
    values = infer.infer_texts(texts, forms, dtype.pandas).array
    if dtype.values_kind not in "iu":
        return values
    numbers = values.to_numpy(np.float64, na_value=0.0)
    if not (np.abs(numbers) >= 2.0**53).any():
        return values
    whole = np.array([infer.is_whole(text, forms) for text in texts])
    if whole.all() or not whole.any():
        return values
    places = [np.flatnonzero(whole), np.flatnonzero(~whole)]
    parts = [infer.infer_texts([texts[place] for place in part], forms, dtype.pandas) for part in places]
    return pd.concat(parts, ignore_index=True).array.take(np.argsort(np.concatenate(places)))


def _unfit(coded: pa.DictionaryArray, listed: list[str], fits: Callable[[int], bool]) -> Unfit:
    """The first text that does not fit, by halving: `fits` tells whether the first so many of `listed` do."""
    low, high = 0, len(listed)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if fits(middle) else (low, middle)
    return Unfit(pc.index(coded.indices, low).as_py(), listed[low])


def categories_of(texts: list[str], dtype: DType, forms: Forms) -> tuple[DType, dict[str, int]]:
    """The dtype of categories that pandas makes of a column in which these texts stand, and the category of each."""
    assert dtype.categories is not None
    if not texts:
        return category((), "object", dtype.categories.ordered), {}
    values = infer.infer_texts(texts, forms, "category").array
    found = values.categories
    made = category(found.tolist(), str(found.dtype), dtype.categories.ordered)
    return made, dict(zip(texts, values.codes.tolist(), strict=True))


def dressed(plain: DType, seen: TextKinds, backend: str) -> DType:
    """The dtype that ``dtype_backend`` has in the place of one that was inferred from the kinds of text seen."""
    if seen == TextKinds.NOTHING:
        return plain
    arrow = pa.int64() if is_whole(seen) else plain.arrow
    if backend == "pyarrow":
        found = extension(pd.ArrowDtype(pa.null() if seen == TextKinds.MISSING else arrow))
    else:
        found = extension(_NULLABLE[str(arrow)]())
    assert found is not None
    return found


def is_whole(seen: TextKinds) -> bool:
    """Whether a column has whole numbers and missing values and nothing else: numpy has floats of these."""
    return bool(seen & TextKinds.MISSING) and not seen & (infer.OTHER | infer.LARGE)


def whole(
    texts: pa.Array, dtype: DType, fits: Callable[[TextKinds], bool], kinds: Callable[[list[str]], TextKinds], forms: Forms
) -> pa.Array:
    """Texts as whole numbers, or as the text of these: pandas makes such of numbers beyond 64 bits, with dtype_backend.

    Parameters
    ----------
    texts : pyarrow.Array
        Plain or coded.
    dtype : DType
        Of the column; of nulls, where all is missing.
    fits : callable
        Whether the column may hold texts of these kinds.
    kinds : callable
        The kinds of some texts.
    forms : Forms
        How they are written.

    Raises
    ------
    Unfit
        There are others.
    """
    coded = encoded(texts)
    distinct = coded.dictionary
    if not len(distinct):
        return pa.nulls(len(coded), dtype.arrow)
    if fits(TextKinds.INT) and pc.all(pc.match_substring_regex(distinct, _SHORT)).as_py():
        return distinct.cast(pa.int64()).cast(dtype.arrow).take(coded.indices)
    listed = distinct.to_pylist()
    if not fits(kinds(listed)):
        raise _unfit(coded, listed, lambda count: fits(kinds(listed[:count])))
    numbers = (int(forms.plain(text)) for text in listed)
    values = list(numbers) if pa.types.is_integer(dtype.arrow) else list(map(str, numbers))
    return pa.array(values, dtype.arrow).take(coded.indices)


def put_into(array: pa.Array, dtype: DType) -> pa.Array:
    """What numpy would hold, as the dtype that ``dtype_backend`` asks for; a float that is no number is missing."""
    if pa.types.is_floating(array.type):
        return pa.array(array.to_numpy(zero_copy_only=False), dtype.arrow, from_pandas=True)
    return array.cast(dtype.arrow)


_SHORT = "^-?[0-9]{1,18}$"
"""A whole number that Arrow reads as pandas does."""


def _string() -> pd.StringDtype:  # which storage it has, the option mode.string_storage says when it is made
    return pd.StringDtype(na_value=pd.NA)


_NULLABLE: dict[str, Callable[[], Any]] = {
    "int64": pd.Int64Dtype,
    "uint64": pd.UInt64Dtype,
    "double": pd.Float64Dtype,
    "bool": pd.BooleanDtype,
    "string": _string,
    "large_string": _string,  # how whole numbers beyond 64 bits travel
}
