"""Writing: rows as CSV by ``core/write.cpp``, called without the GIL."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from lazyframe.frozen import frozen
from lazyframe.native import abi
from lazyframe.native.abi import REFUSED
from lazyframe.native.library import library
from lazyframe.native.memory import InvalidCall, Pointers, lender

_ROOM = 1 << 20


@frozen
class Form:
    """How rows are written.

    Parameters
    ----------
    delimiter, quote : int
        Bytes.
    specials : bytes
        Which bytes of a text ask for quotes: the quote, and at most three others.
    missing : bytes
        What stands for a missing value, in quotes where it needs them.
    terminator : bytes
        What ends a row.
    """

    delimiter: int
    quote: int
    specials: bytes
    missing: bytes
    terminator: bytes


@frozen
class Time:
    """A column of times: int64 since 1970, of which `unit` are a second.

    Parameters
    ----------
    values : numpy.ndarray of int64
        The smallest where one is missing.
    unit : int
        1, 1000, 10**6 or 10**9.
    fraction : int
        How many digits of a second's fraction are written (0, 3, 6, 9), or `abi.DAYS_ONLY`.
    """

    values: np.ndarray
    unit: int
    fraction: int


_NUMBERS = {
    np.dtype("int64"): abi.WRITE_INT64,
    np.dtype("uint64"): abi.WRITE_UINT64,
    np.dtype("float64"): abi.WRITE_FLOAT64,
    np.dtype("bool"): abi.WRITE_BOOL,
}


def rows_as_text(columns: Sequence[Any], first: int, stop: int, form: Form) -> list[bytes] | None:
    """The rows from `first` to before `stop`, as pieces of text; None where this has to be done in another way.

    Parameters
    ----------
    columns : sequence
        Each an array of numpy (int64, uint64, float64, bool), a `Time`, or an Arrow array of strings, plain or with
        int32 codes.

    Raises
    ------
    InvalidCall
        A column is none of these.
    """
    core = library()
    if core is None or not columns:
        return None
    structs = (abi.WrittenStruct * len(columns))()
    held = [_describe(struct, column) for struct, column in zip(structs, columns, strict=True)]
    request = abi.WritingStruct(
        writing_size=ctypes.sizeof(abi.WritingStruct),
        written_size=ctypes.sizeof(abi.WrittenStruct),
        column_count=len(columns),
        delimiter=form.delimiter,
        quote=form.quote,
        specials=(ctypes.c_uint8 * abi.SPECIALS)(*form.specials.ljust(abi.SPECIALS, form.specials[:1])),
        missing_length=len(form.missing),
        terminator_length=len(form.terminator),
        stop=stop,
    )
    memory = Pointers(request)
    memory.set("missing", form.missing or None)
    memory.set("terminator", form.terminator)
    memory.set("columns", structs)
    pieces = []
    room = lender.take("written", _ROOM)
    try:
        while first < stop:
            memory.set("out", room, "out_room")
            request.first = first
            count = core.lf_write(ctypes.byref(request))
            if count == REFUSED:
                return None
            if request.rows:
                pieces.append(room[:count].tobytes())
                first += request.rows
            else:
                room = np.empty(2 * len(room), np.uint8)  # one row is longer than all the room
    finally:
        if len(room) == _ROOM:
            lender.give("written", room)
    del held
    return pieces


def _describe(struct: abi.WrittenStruct, column: Any) -> Pointers:
    """Let the struct tell of the column; holds what it points into."""
    pointers = Pointers(struct)
    if isinstance(column, Time):
        struct.type, struct.unit, struct.fraction = abi.WRITE_TIME, column.unit, column.fraction
        pointers.set("values", _side_by_side(column.values, np.dtype("int64")), "values_bytes")
    elif isinstance(column, np.ndarray):
        if column.dtype not in _NUMBERS:
            raise InvalidCall(f"an array of {column.dtype} is not written")
        struct.type = _NUMBERS[column.dtype]
        pointers.set("values", _side_by_side(column, column.dtype), "values_bytes")
    else:
        _describe_text(struct, pointers, column)
    return pointers


def _side_by_side(array: np.ndarray, dtype: np.dtype) -> np.ndarray:
    if array.dtype != dtype:
        raise InvalidCall(f"an array of {array.dtype}, where one of {dtype} is wanted")
    return np.ascontiguousarray(array)


def _describe_text(struct: abi.WrittenStruct, pointers: Pointers, array: pa.Array) -> None:
    texts, coded = array, pa.types.is_dictionary(array.type)
    if coded:
        texts = array.dictionary
        if array.indices.type != pa.int32() or texts.null_count:
            raise InvalidCall(f"{array.type} is not written")
        valid, values = array.indices.buffers()
        pointers.set("values", _from(values, 4 * array.offset), "values_bytes")
        struct.distinct = len(texts)
    else:
        valid = array.buffers()[0]
    if array.null_count:
        pointers.set("validity", valid, "validity_bytes")
        struct.first_valid = array.offset
    if pa.types.is_string(texts.type):
        struct.type, width = (abi.WRITE_CODED32 if coded else abi.WRITE_TEXT32), 4
    elif pa.types.is_large_string(texts.type):
        struct.type, width = (abi.WRITE_CODED64 if coded else abi.WRITE_TEXT64), 8
    else:
        raise InvalidCall(f"{texts.type} is not written")
    _, offsets, letters = texts.buffers()
    if offsets is None or not offsets.size:  # as Arrow allows it where there is no text
        offsets = np.zeros(1, f"int{8 * width}")
    pointers.set("offsets", _from(offsets, width * texts.offset), "offsets_bytes")
    pointers.set("bytes", letters, "bytes_length")


def _from(buffer: Any, begin: int) -> Any:
    return memoryview(buffer)[begin:] if begin and buffer is not None else buffer
