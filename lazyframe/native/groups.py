"""The compiled loops of ``core/groups.cpp``, called without the GIL; where one answers None, numpy does it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from lazyframe.native.abi import REFUSED
from lazyframe.native.library import library
from lazyframe.native.memory import InvalidCall, check_lengths, lender

_LANES = 4  # of groups.cpp
_KEPT = 1 << 18  # the memory for more rows than these is given back


def _checked(answer: int) -> int:
    if answer == REFUSED:
        raise InvalidCall("codes, places or texts that are outside of their arrays")
    return answer


_INT32, _INT64, _FLOAT64 = np.dtype("int32"), np.dtype("int64"), np.dtype("float64")
_NAMES = {dtype: dtype.name for dtype in (_INT32, _INT64, _FLOAT64)}  # numpy makes a name anew each time


def _is_plain(array: Any, *dtypes: np.dtype) -> bool:
    return array.dtype in dtypes and bool(array.flags.c_contiguous)


def renumbered(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Codes below `size` numbered in order of first appearance, and the first row of each number."""
    core = library()
    if core is None or not _is_plain(codes, _INT32, _INT64) or len(codes) >= 2**30:
        return None
    numbers = np.empty(len(codes), np.int64)
    firsts = np.empty(min(size, len(codes)), np.int64)
    if size <= max(1 << 16, 2 * len(codes)):
        table = np.zeros(size, np.int32)
        function = getattr(core, f"lf_renumber_{_NAMES[codes.dtype]}")
        count = function(codes, len(codes), table, len(table), numbers, firsts, len(firsts))
    else:
        codes = codes.astype(np.int64, copy=False)
        bits = (2 * len(codes)).bit_length() or 1
        table = np.zeros(1 << bits, np.uint64)
        count = core.lf_renumber_wide(codes, len(codes), table, len(table), bits, numbers, firsts, len(firsts))
    return numbers, firsts[: _checked(count)]


def numbered_texts(texts: pa.Array) -> tuple[np.ndarray, np.ndarray] | None:
    """Strings numbered in order of first appearance, -1 where missing, and the first row of each number."""
    core, rows = library(), len(texts)
    if core is None or not rows or rows >= 2**30:
        return None
    valid, offsets, letters = texts.buffers()
    width = "int64" if pa.types.is_large_string(texts.type) else "int32"
    begin = texts.offset * np.dtype(width).itemsize
    if offsets.size < begin + (rows + 1) * np.dtype(width).itemsize:
        raise InvalidCall("texts without all of their offsets")
    if not texts.null_count:
        valid = None
    entries = 2 << max(10, (2 * rows).bit_length())
    kept = rows < _KEPT
    memory = lender.take("texts", 8 * entries) if kept else np.empty(8 * entries, np.uint8)
    numbers, firsts = np.empty(rows, np.int32), np.empty(rows, np.int64)
    try:
        count = getattr(core, f"lf_number_texts_{width}")(
            offsets.address + begin,
            None if letters is None else letters.address,
            0 if letters is None else letters.size,
            None if valid is None else valid.address,
            0 if valid is None else valid.size,
            texts.offset,
            rows,
            memory,
            len(memory) // 8,
            numbers,
            firsts,
        )
    finally:
        if kept:
            lender.give("texts", memory)
    return numbers, firsts[: _checked(count)]


def combine(codes: np.ndarray, more: np.ndarray, least: int, size: int) -> bool:
    """Make of each code one for the pair with `more`, in place; False where that cannot be done here.

    `more` is from `least` on, and fewer than `size`; below `least` where a row is left out.
    """
    core = library()
    if core is None or not _is_plain(codes, _INT64) or not _is_plain(more, _INT32, _INT64):
        return False
    check_lengths(len(codes), more)
    getattr(core, f"lf_combine_{_NAMES[more.dtype]}")(codes, more, len(codes), least, size)
    return True


def sums(codes: np.ndarray, values: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray] | None:
    """The sum of each group's values that are not NaN, and how many they are."""
    core = library()
    if core is None or not _is_plain(values, _FLOAT64, _INT64) or not _is_plain(codes, _INT64):
        return None
    check_lengths(len(codes), values)
    lanes = _LANES if groups * 16 < len(codes) else 1
    totals, counts = np.zeros(lanes * groups, values.dtype), np.zeros(lanes * groups, np.int64)
    function = getattr(core, f"lf_sums_{_NAMES[values.dtype]}")
    _checked(function(codes, values, len(codes), groups, lanes, counts, totals))
    return totals[:groups], counts[:groups]


def extremes(
    codes: np.ndarray, values: np.ndarray, groups: int, largest: bool, valid: np.ndarray | None
) -> tuple[np.ndarray, np.ndarray] | None:
    """The extreme of each group's values that are valid and not NaN, and whether it has one."""
    core = library()
    if core is None or not _is_plain(values, _FLOAT64, _INT64) or not _is_plain(codes, _INT64):
        return None
    mask = None if valid is None else np.ascontiguousarray(valid, bool)
    check_lengths(len(codes), values, mask)
    found, has = np.zeros(groups, values.dtype), np.zeros(groups, np.uint8)
    function = getattr(core, f"lf_extremes_{_NAMES[values.dtype]}")
    _checked(function(codes, values, mask, len(codes), groups, found, has, largest))
    return found, has.view(bool)
