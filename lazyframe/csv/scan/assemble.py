"""Columns of the frame, made of what the engines parsed: dates of several fields, extension dtypes, columns that a file lacks.

See docs/decisions/0010-integers-beyond-64-bits.md.
"""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.csv.engines import _native, _pandas
from lazyframe.csv.engines.layout import Layout
from lazyframe.csv.options.dialect import PLAIN_FORMS
from lazyframe.csv.types import dates, infer, undated
from lazyframe.csv.types.extensions import Unfit, categorized, dated, may_be_numbers
from lazyframe.csv.types.infer import TextKinds
from lazyframe.csv.types.mismatches import TypeMismatch, TypeMismatches
from lazyframe.masks import as_bytes, unpacked

if TYPE_CHECKING:
    from lazyframe.csv.sniff.columns import ColumnSpec


def formats(layout: Layout, logical: list[ColumnSpec]) -> dict[int, str]:
    """The columns that the native engine can make dates of, by their place in the file."""
    places = {name: place for name, place, _ in layout.wanted}
    return {
        places[column.label]: column.dates.format
        for column in logical
        if column.dates is not None
        and column.dates.parts == (column.name,)
        and column.dates.format in _native.FORMATS
        and column.dates.zone == ""
        and not column.seen & (TextKinds.TEXT | TextKinds.FINE)
        and (column.given is None or column.given.arrow in _WHOLE_DATES)
        and column.label in places
    }


def absent(column: ColumnSpec, count: int) -> pa.Array:
    """What a file that lacks the column gives for it."""
    dtype = column.dtype
    if count:
        seen = TextKinds.MISSING if column.given else column.seen | TextKinds.MISSING
        nullable = dtype.kind not in "iu" and dtype.name != "bool"
        if not (nullable if column.given else infer.state_or_none(seen) == column.state):
            raise TypeMismatches([TypeMismatch(column.label, 0, None, TextKinds.MISSING)])
        if column.state.literal:
            return pa.array([""] * count)
    if dtype.kind == "f":
        return pa.array(np.full(count, np.nan, dtype.name))
    if dtype.kind in "cS":
        return as_bytes(np.full(count, np.nan if dtype.kind == "c" else b"", dtype.name))
    return pa.nulls(count, dtype.arrow)


def numbers_of_words(column: ColumnSpec, words: pa.Array) -> pa.Array:
    """Truth values as the numbers that the user asked for."""
    numbers = words.cast(column.dtype.arrow)
    return pc.fill_null(numbers, float("nan")) if column.dtype.kind == "f" else numbers


def extension(column: ColumnSpec, array: pa.Array, layout: Layout) -> pa.Array:
    """A column of an extension dtype, of what an engine has read."""
    kinds = functools.partial(layout.kinds_of, place=layout.positions[column.label])
    try:
        return column.made_of(array, layout.dialect.forms, kinds)
    except Unfit as unfit:
        around = [unfit.text] if column.given is not None else array.unique().to_pylist()
        seen = kinds(around) | (TextKinds.TEXT if may_be_numbers(column.dtype) else TextKinds.NOTHING)
        raise TypeMismatches([TypeMismatch(column.label, unfit.record, unfit.text, seen)]) from None


def level(column: ColumnSpec, texts: pa.Array, layout: Layout) -> pa.Array:
    """A level of the index that was to be dates, and is none."""
    numbers, forms = _numbers(column, layout), layout.dialect.forms
    return undated.made(texts, column.label, column.seen, column.dtype, numbers, forms, column.coded)


def level_kinds(column: ColumnSpec, texts: pa.DictionaryArray, layout: Layout) -> TextKinds:
    """The kinds of these texts of such a level."""
    found = undated.kinds(texts.dictionary.to_pylist(), _numbers(column, layout), layout.dialect.forms)
    return found | TextKinds.MISSING if texts.null_count else found


def _numbers(column: ColumnSpec, layout: Layout) -> frozenset[float]:
    """The numbers that mean "missing" in a column."""
    place = layout.positions.get(column.label)
    return (layout.dialect.missing if place is None else layout.missing_in(place)).numbers


def integers(column: ColumnSpec, texts: pa.Array, layout: Layout) -> pa.Array:
    """Texts as the digits of whole numbers beyond 64 bits."""
    plain = texts.dictionary_decode() if pa.types.is_dictionary(texts.type) else texts
    mismatch = None
    place = layout.positions.get(column.label)
    if place is not None:
        mismatch = _pandas.first_mismatch(column.label, plain.to_pylist(), column.dtype, column.seen, layout, place)
    if mismatch is not None:
        raise TypeMismatches([mismatch])
    return plain.cast(column.dtype.arrow)


def dates_of(column: ColumnSpec, parts: list[pa.Array]) -> pa.Array:
    """The dates, or the texts once one was found to be none."""
    assert column.dates is not None
    texts = dates.joined(parts)
    if column.seen & TextKinds.TEXT and column.given is None:
        return texts if column.coded else texts.cast(pa.string())
    texts = dates.without_nat(texts)
    if texts.null_count == len(texts):
        if len(texts) and column.dates.zone is None and column.seen == TextKinds.NOTHING:
            raise TypeMismatches([TypeMismatch(column.label, 0, None, TextKinds.MISSING)])
        return pa.nulls(len(texts), column.dtype.arrow)
    date_format = column.dates.format
    if date_format is None or column.dates.zone is None:
        record = int(np.flatnonzero(unpacked(texts.is_valid()))[0])
        raise TypeMismatches([TypeMismatch(column.label, record, texts[record].as_py(), TextKinds.MISSING)])
    try:
        if column.given is not None and column.given.categories is not None:
            return categorized(texts, column.given, PLAIN_FORMS, None, date_format)
        if column.given is not None:
            return dated(texts, column.given, date_format, column.dates.zone)
        return dates.convert(texts, date_format, column.dates.dayfirst, column.dtype)
    except Unfit as unfit:
        raise TypeMismatches([TypeMismatch(column.label, unfit.record, unfit.text, TextKinds.TEXT)]) from None
    except dates.NotDates:
        record, text, no_date = dates.first_mismatch(texts, date_format, column.dates.dayfirst, column.dtype)
        raise TypeMismatches([TypeMismatch(column.label, record, text, no_date.kinds)]) from None


_WHOLE_DATES = (pa.timestamp("us"), pa.date32())
"""The dtypes of Arrow that hold what the native engine makes of dates."""
