"""The compiled loops of ``groups.cpp``, called without the GIL; each answers None where it cannot, and numpy does it then.

They are in the library of the scan core. ``LAZYFRAME_ENGINE=arrow`` or ``pandas`` leaves them out as well, so the tests
run what numpy does too.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any

import numpy as np
import pyarrow as pa

from lazyframe.csv import _native as scan_core
from lazyframe.csv import scan
from lazyframe.csv._native import address_of as _at
from lazyframe.csv._native import scratch

_LANES = 4  # of groups.cpp
_KEPT = 1 << 18  # the memory for more rows than these is given back


@functools.cache
def _library() -> ctypes.CDLL | None:
    if scan.chosen() != "native":
        return None
    library = scan_core.library()
    if library is None:
        return None
    pointer, number = ctypes.c_void_p, ctypes.c_uint64
    for width in ("int32", "int64"):
        renumber, combine = getattr(library, f"lf_renumber_{width}"), getattr(library, f"lf_combine_{width}")
        renumber.argtypes, renumber.restype = [pointer, number, pointer, pointer, pointer], ctypes.c_int64
        combine.argtypes, combine.restype = [pointer, pointer, number, ctypes.c_int64, ctypes.c_int64], None
        texts = getattr(library, f"lf_number_texts_{width}")
        texts.argtypes, texts.restype = [pointer, pointer, pointer, number, number, pointer, pointer, pointer], ctypes.c_int64
    wide = library.lf_renumber_wide
    wide.argtypes, wide.restype = [pointer, number, pointer, ctypes.c_uint32, pointer, pointer], ctypes.c_int64
    for kind in ("float64", "int64"):
        sums, extremes = getattr(library, f"lf_sums_{kind}"), getattr(library, f"lf_extremes_{kind}")
        sums.argtypes, sums.restype = [pointer, pointer, number, number, number, pointer, pointer], None
        extremes.argtypes, extremes.restype = [pointer, pointer, pointer, number, pointer, pointer, ctypes.c_uint32], None
    return library


_INT32, _INT64, _FLOAT64 = np.dtype("int32"), np.dtype("int64"), np.dtype("float64")
_NAMES = {dtype: dtype.name for dtype in (_INT32, _INT64, _FLOAT64)}  # numpy makes a name anew each time


def _is_plain(array: Any, *dtypes: np.dtype) -> bool:
    return array.dtype in dtypes and bool(array.flags.c_contiguous)


def renumbered(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Codes below `size` numbered in order of first appearance, and the first row of each number."""
    library = _library()
    if library is None or not _is_plain(codes, _INT32, _INT64) or len(codes) >= 2**30:
        return None
    numbers = np.empty(len(codes), np.int64)
    firsts = np.empty(min(size, len(codes)), np.int64)
    if size <= max(1 << 16, 2 * len(codes)):
        table = np.zeros(size, np.int32)
        function = getattr(library, f"lf_renumber_{_NAMES[codes.dtype]}")
        count = function(_at(codes), len(codes), _at(table), _at(numbers), _at(firsts))
    else:
        codes = codes.astype(np.int64, copy=False)
        bits = (2 * len(codes)).bit_length() or 1
        table = np.zeros(1 << bits, np.uint64)
        count = library.lf_renumber_wide(_at(codes), len(codes), _at(table), bits, _at(numbers), _at(firsts))
    return numbers, firsts[:count]


def numbered_texts(texts: pa.Array) -> tuple[np.ndarray, np.ndarray] | None:
    """Strings numbered in order of first appearance, -1 where missing, and the first row of each number."""
    library, rows = _library(), len(texts)
    if library is None or not rows or rows >= 2**30:
        return None
    valid, offsets, letters = texts.buffers()
    width = "int64" if pa.types.is_large_string(texts.type) else "int32"
    begin = offsets.address + texts.offset * np.dtype(width).itemsize
    entries = 2 << max(10, (2 * rows).bit_length())
    memory = scratch.get("texts", 0, 8 * entries)[0] if rows < _KEPT else np.empty(8 * entries, np.uint8)
    numbers, firsts = np.empty(rows, np.int32), np.empty(rows, np.int64)
    known = None if valid is None or not texts.null_count else valid.address
    bytes_at = 0 if letters is None else letters.address
    function = getattr(library, f"lf_number_texts_{width}")
    count = function(begin, bytes_at, known, texts.offset, rows, _at(memory), _at(numbers), _at(firsts))
    return numbers, firsts[:count]


def combine(codes: np.ndarray, more: np.ndarray, least: int, size: int) -> bool:
    """Make of each code one for the pair with `more`, in place; False where that cannot be done here.

    `more` is from `least` on, and fewer than `size`; below `least` where a row is left out.
    """
    library = _library()
    if library is None or not _is_plain(codes, _INT64) or not _is_plain(more, _INT32, _INT64):
        return False
    getattr(library, f"lf_combine_{_NAMES[more.dtype]}")(_at(codes), _at(more), len(codes), least, size)
    return True


def sums(codes: np.ndarray, values: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray] | None:
    """The sum of each group's values that are not NaN, and how many they are."""
    library = _library()
    if library is None or not _is_plain(values, _FLOAT64, _INT64) or not _is_plain(codes, _INT64):
        return None
    lanes = _LANES if groups * 16 < len(codes) else 1
    totals, counts = np.zeros(lanes * groups, values.dtype), np.zeros(lanes * groups, np.int64)
    function = getattr(library, f"lf_sums_{_NAMES[values.dtype]}")
    function(_at(codes), _at(values), len(codes), groups, lanes, _at(counts), _at(totals))
    return totals[:groups], counts[:groups]


def extremes(
    codes: np.ndarray, values: np.ndarray, groups: int, largest: bool, valid: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray] | None:
    """The extreme of each group's values that are valid and not NaN, and whether it has one."""
    library = _library()
    if library is None or not _is_plain(values, _FLOAT64, _INT64) or not _is_plain(codes, _INT64):
        return None
    mask = None if valid is None else np.ascontiguousarray(valid)
    found, has = np.zeros(groups, values.dtype), np.zeros(groups, np.uint8)
    function = getattr(library, f"lf_extremes_{_NAMES[values.dtype]}")
    function(_at(codes), _at(values), None if mask is None else _at(mask), len(codes), _at(found), _at(has), largest)
    return found, has.view(bool)
