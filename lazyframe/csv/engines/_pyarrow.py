r"""The fast engine: pyarrow's CSV parser, on the chunks of which it makes what pandas makes.

Like every engine it is one function, `parse`. It raises `Rejected` for a chunk that pyarrow refuses, and for one
that pyarrow might take for something else than pandas does; the pandas engine then decides. What can differ:

=====================================  ==========================================================================
in the text                            why, and how it is noticed
=====================================  ==========================================================================
a quote inside a plain field           the two close such quotes differently: `records.is_proper`
``\r`` without ``\n``                  ends a record in pandas: the two are counted
a blank line in a file of one column   no record in pandas: looked for as bytes
a byte order mark at the start         part of the first field of a chunk, which pyarrow drops
``0x1F`` in a column of integers       a number for pyarrow, text for pandas: looked for as bytes
``nAn`` in a column of floats          a float for pyarrow, text for pandas: a NaN that is not a missing value
``inf``, ``1e400``, 2**63 and beyond   decided by pandas: no value of the column may be that large
booleans                               ` True ` is one for pyarrow: read as text, its distinct values compared
float32                                pandas rounds to 64 bits first: read as float64, then cast
na_values that differ by column        pyarrow has one list: always left to pandas
a column that `Layout.needs_pandas` means    pandas says what it is
a value that `verified` doubts          ``-999.0`` beside na_values=-999, ``-0`` beside 2**63: pandas looks at its text
=====================================  ==========================================================================

Both engines give floats that are rounded correctly.

See docs/decisions/0034-engines-may-refuse.md.
"""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.csv.engines.layout import Layout, Rejected, verified
from lazyframe.csv.text import records
from lazyframe.csv.types.infer import boolean
from lazyframe.csv.types.mismatches import CODED
from lazyframe.schema import DType

_WORDS = frozenset({"True", "TRUE", "true", "False", "FALSE", "false"})
_BLANK_LINE = re.compile(rb"(?:\A|\n)[ \t\r\n]")
_LARGE = 2.0**63


def parse(text: bytes, layout: Layout) -> list[pa.Array]:
    """The wanted columns of whole records.

    Raises
    ------
    Rejected
        The pandas engine has to look at this chunk.
    """
    from pyarrow import csv  # the native engine does without

    missing = layout.dialect.missing
    if layout.width == 1 and _BLANK_LINE.search(text):
        raise Rejected
    if missing.texts is None or layout.needs_pandas:
        raise Rejected
    if text.startswith(b"\xef\xbb\xbf"):
        raise Rejected
    quoted = records.QUOTE in text
    if quoted and not records.is_proper(text, layout.dialect.separator):
        raise Rejected
    if b"\r" in text and text.count(b"\r") != text.count(b"\r\n"):
        raise Rejected
    if any(dtype.kind in "iu" for _, _, dtype in layout.wanted) and _may_be_hexadecimal(text):
        raise Rejected
    types = {str(place): pa.string() if place in layout.plain else _read_as(dtype) for _, place, dtype in layout.wanted}
    try:
        table = csv.read_csv(
            pa.BufferReader(text),
            csv.ReadOptions(
                use_threads=False,
                block_size=max(len(text), 1),
                column_names=layout.places,
            ),
            csv.ParseOptions(
                delimiter=layout.dialect.separator.decode(),
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
            ),
            csv.ConvertOptions(
                include_columns=list(types),
                column_types=types,
                null_values=sorted(missing.texts),
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError) as error:
        raise Rejected from error
    found = []
    for (_, place, dtype), seen in zip(layout.wanted, layout.seen, strict=True):
        column = table.column(str(place))
        array = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
        if isinstance(array, pa.ChunkedArray):
            array = array.chunk(0) if array.num_chunks else pa.array([], column.type)
        found.append(_as_pandas(array, dtype, seen is None))
    return verified(found, layout)


def _may_be_hexadecimal(text: bytes) -> bool:
    """Whether ``0x`` or ``0X`` stands in the text; four times as fast as looking for the two bytes."""
    data = np.frombuffer(text, np.uint8)
    return any(letter in text and (data[np.flatnonzero(data == letter) - 1] == ord("0")).any() for letter in b"xX")


def _read_as(dtype: DType) -> pa.DataType:
    if dtype.arrow in (pa.bool_(), pa.string()) or dtype.kind == "M":
        return CODED
    return pa.float64() if dtype.kind == "f" else dtype.arrow


def _as_pandas(array: pa.Array, dtype: DType, given: bool) -> pa.Array:
    if dtype.arrow == pa.bool_():
        return _booleans(array, dtype, given)
    if dtype.kind in "iu":
        if array.null_count:
            raise Rejected
    elif dtype.kind == "f":
        if len(array) == array.null_count:
            return pa.array(np.full(len(array), np.nan), type=dtype.arrow)
        values = array.to_numpy(zero_copy_only=False)  # the missing ones become NaN
        with np.errstate(invalid="ignore"):
            ordinary = np.count_nonzero(np.abs(values) < _LARGE)
        if ordinary + array.null_count != len(values):
            raise Rejected
        return pa.array(values.astype(dtype.name, copy=False))
    return array


def _booleans(array: pa.Array, dtype: DType, given: bool) -> pa.Array:
    texts = array.dictionary.to_pylist()
    meant = [boolean(text) if given or text in _WORDS else None for text in texts]
    if None in meant or (array.null_count and dtype.name == "bool"):
        raise Rejected
    if not texts:
        return pa.nulls(len(array), pa.bool_())
    return pc.take(pa.array(meant), array.indices)
