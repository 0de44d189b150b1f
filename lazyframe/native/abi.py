"""The structs of ``core/api.h``, in the order in which ``lf_layout`` tells of them, and its numbers.

See docs/decisions/0035-addresses-stay-with-their-array.md.
"""

from __future__ import annotations

import ctypes

ABI = 9
"""Of ``core/api.h``, as are all the numbers below."""

DONE, NEED_MORE, CAPACITY, FULL, MISFIT, INVALID = range(6)
INT64, FLOAT64, BOOL, CODED, TEXT, TIME, CHECKED, KINDS = range(8)
KIND_MISSING, KIND_INT, KIND_NEGATIVE, KIND_FLOAT, KIND_BOOL, KIND_TEXT, KIND_OTHER = (2**bit for bit in range(7))
NULLABLE, DIGITS = 1, 2
SCRATCH = 160
REFUSED = -1
LEVELS = {"auto": 0, "scalar": 1, "neon": 2, "avx2": 3, "avx512": 4}
LONGEST = 2**31 - 1
"""Bytes of text; offsets into it are int32."""

WRITE_INT64, WRITE_UINT64, WRITE_FLOAT64, WRITE_BOOL, WRITE_TIME = range(5)
WRITE_TEXT32, WRITE_TEXT64, WRITE_CODED32, WRITE_CODED64 = range(5, 9)
DAYS_ONLY = -1
SPECIALS = 4

ENTRY_BYTES = 24
"""Of the dictionary of a coded column."""


class ColumnStruct(ctypes.Structure):
    """A wanted column."""

    _fields_ = [
        ("field", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("format", ctypes.c_uint32),
        ("values", ctypes.c_void_p),
        ("values_bytes", ctypes.c_uint64),
        ("validity", ctypes.c_void_p),
        ("validity_bytes", ctypes.c_uint64),
        ("offsets", ctypes.c_void_p),
        ("offsets_bytes", ctypes.c_uint64),
        ("bytes", ctypes.c_void_p),
        ("bytes_capacity", ctypes.c_uint64),
        ("table", ctypes.c_void_p),
        ("table_bytes", ctypes.c_uint64),
        ("distinct_capacity", ctypes.c_uint32),
        ("distinct", ctypes.c_uint32),
        ("missing", ctypes.c_uint64),
        ("bytes_used", ctypes.c_uint64),
        ("table_size", ctypes.c_uint32),
        ("table_used", ctypes.c_uint32),
        ("kinds", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class RequestStruct(ctypes.Structure):
    """What is asked of a call."""

    _fields_ = [
        ("request_size", ctypes.c_uint32),
        ("column_size", ctypes.c_uint32),
        ("result_size", ctypes.c_uint32),
        ("column_count", ctypes.c_uint32),
        ("data", ctypes.c_void_p),
        ("length", ctypes.c_uint64),
        ("stop", ctypes.c_uint64),
        ("capacity", ctypes.c_uint64),
        ("done", ctypes.c_uint64),
        ("delimiter", ctypes.c_uint8),
        ("quote", ctypes.c_uint8),
        ("at_end", ctypes.c_uint8),
        ("level", ctypes.c_uint8),
        ("width", ctypes.c_uint32),
        ("missing_count", ctypes.c_uint32),
        ("missing_offsets", ctypes.c_void_p),
        ("missing_bytes", ctypes.c_void_p),
        ("missing_length", ctypes.c_uint64),
        ("missing_first", ctypes.c_uint32),
        ("scratch_capacity", ctypes.c_uint32),
        ("scratch", ctypes.c_void_p),
        ("columns", ctypes.c_void_p),
        ("starts", ctypes.c_void_p),
        ("starts_bytes", ctypes.c_uint64),
    ]


class Result(ctypes.Structure):
    """What a call answers."""

    _fields_ = [
        ("records", ctypes.c_uint64),
        ("consumed", ctypes.c_uint64),
        ("blank_lines", ctypes.c_uint64),
        ("record", ctypes.c_uint64),
        ("offset", ctypes.c_uint64),
        ("column", ctypes.c_int32),
        ("reason", ctypes.c_uint32),
        ("quoted", ctypes.c_uint32),
        ("level", ctypes.c_uint32),
    ]


class WrittenStruct(ctypes.Structure):
    """A column that is written."""

    _fields_ = [
        ("type", ctypes.c_uint32),
        ("fraction", ctypes.c_int32),
        ("unit", ctypes.c_uint64),
        ("values", ctypes.c_void_p),
        ("values_bytes", ctypes.c_uint64),
        ("validity", ctypes.c_void_p),
        ("validity_bytes", ctypes.c_uint64),
        ("first_valid", ctypes.c_uint64),
        ("offsets", ctypes.c_void_p),
        ("offsets_bytes", ctypes.c_uint64),
        ("bytes", ctypes.c_void_p),
        ("bytes_length", ctypes.c_uint64),
        ("distinct", ctypes.c_uint64),
        ("plain", ctypes.c_uint32),
        ("reserved", ctypes.c_uint32),
    ]


class WritingStruct(ctypes.Structure):
    """What is asked of `lf_write`, and in `rows` what it answers."""

    _fields_ = [
        ("writing_size", ctypes.c_uint32),
        ("written_size", ctypes.c_uint32),
        ("column_count", ctypes.c_uint32),
        ("delimiter", ctypes.c_uint8),
        ("quote", ctypes.c_uint8),
        ("reserved", ctypes.c_uint8 * 2),
        ("specials", ctypes.c_uint8 * SPECIALS),
        ("missing_length", ctypes.c_uint32),
        ("first", ctypes.c_uint64),
        ("stop", ctypes.c_uint64),
        ("missing", ctypes.c_void_p),
        ("terminator", ctypes.c_void_p),
        ("terminator_length", ctypes.c_uint64),
        ("columns", ctypes.c_void_p),
        ("out", ctypes.c_void_p),
        ("out_room", ctypes.c_uint64),
        ("rows", ctypes.c_uint64),
    ]


STRUCTS: tuple[type[ctypes.Structure], ...] = (ColumnStruct, RequestStruct, Result, WrittenStruct, WritingStruct)


def layout() -> list[int]:
    """The size of each struct, and the offset of each of its members, as this side knows them."""
    return [number for struct in STRUCTS for number in (ctypes.sizeof(struct), *_offsets(struct))]


def _offsets(struct: type[ctypes.Structure]) -> list[int]:
    return [getattr(struct, name).offset for name, *_ in struct._fields_]


def request(**members: int | None) -> RequestStruct:
    """A request with the sizes of the structs, by which the core knows its caller."""
    sizes = (ctypes.sizeof(struct) for struct in (RequestStruct, ColumnStruct, Result))
    return RequestStruct(*sizes, **members)
