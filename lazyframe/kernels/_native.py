"""The compiled loops of ``groups.cpp``, called without the GIL; each answers None where it cannot, and numpy does it then.

They are in the library of the scan core. ``LAZYFRAME_ENGINE=arrow`` or ``pandas`` leaves them out as well, so the tests
run what numpy does too.
"""

from __future__ import annotations

import ctypes
import functools
from typing import Any

import numpy as np

from lazyframe.csv import _native as scan_core
from lazyframe.csv import scan
from lazyframe.csv._native import address_of as _at


@functools.cache
def _library() -> ctypes.CDLL | None:
    if scan.chosen() != "native":
        return None
    library = scan_core.library()
    if library is None:
        return None
    pointer, number = ctypes.c_void_p, ctypes.c_uint64
    for width in ("int32", "int64"):
        renumber = getattr(library, f"lf_renumber_{width}")
        renumber.argtypes, renumber.restype = [pointer, number, pointer, pointer, pointer], ctypes.c_int64
    for kind in ("float64", "int64"):
        sums, extremes = getattr(library, f"lf_sums_{kind}"), getattr(library, f"lf_extremes_{kind}")
        sums.argtypes, sums.restype = [pointer, pointer, number, pointer, pointer], None
        extremes.argtypes, extremes.restype = [pointer, pointer, number, pointer, pointer, ctypes.c_uint32], None
    return library


def _is_plain(array: Any, *names: str) -> bool:
    return array.dtype.name in names and bool(array.flags.c_contiguous)


def renumbered(codes: np.ndarray, size: int) -> tuple[np.ndarray, np.ndarray] | None:
    """Codes below `size` numbered in order of first appearance, and the old code of each number."""
    library = _library()
    if library is None or not _is_plain(codes, "int32", "int64"):
        return None
    table = np.full(size, -1, np.int32)
    numbers, old = np.empty(len(codes), np.int64), np.empty(min(size, len(codes)), np.int64)
    function = getattr(library, f"lf_renumber_{codes.dtype.name}")
    count = function(_at(codes), len(codes), _at(table), _at(numbers), _at(old))
    return numbers, old[:count]


def sums(codes: np.ndarray, values: np.ndarray, groups: int) -> tuple[np.ndarray, np.ndarray] | None:
    """The sum of each group's values that are not NaN, and how many they are."""
    library = _library()
    if library is None or not _is_plain(values, "float64", "int64") or not _is_plain(codes, "int64"):
        return None
    totals, counts = np.zeros(groups, values.dtype), np.zeros(groups, np.int64)
    function = getattr(library, f"lf_sums_{values.dtype.name}")
    function(_at(codes), _at(values), len(codes), _at(counts), _at(totals))
    return totals, counts


def extremes(codes: np.ndarray, values: np.ndarray, groups: int, largest: bool) -> tuple[np.ndarray, np.ndarray] | None:
    """The extreme of each group's values that are not NaN, and whether it has one."""
    library = _library()
    if library is None or not _is_plain(values, "float64", "int64") or not _is_plain(codes, "int64"):
        return None
    found, has = np.zeros(groups, values.dtype), np.zeros(groups, np.uint8)
    function = getattr(library, f"lf_extremes_{values.dtype.name}")
    function(_at(codes), _at(values), len(codes), _at(found), _at(has), largest)
    return found, has.view(bool)
