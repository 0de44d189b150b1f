"""The compiled loops of ``core/groups.cpp``, called without the GIL; where one answers None, numpy does it."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
import pandas as pd
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
    rows = len(texts)
    if library() is None or not rows or rows >= 2**30:
        return None
    size = 8 * _entries(rows)
    if rows >= _KEPT:
        return _numbered(texts, np.empty(size, np.uint8))
    memory = lender.take("texts", size)
    try:
        return _numbered(texts, memory)
    finally:
        lender.give("texts", memory)


def _entries(rows: int) -> int:
    return int(2 << max(10, (2 * rows).bit_length()))


def _numbered(texts: pa.Array, memory: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    width = "int64" if pa.types.is_large_string(texts.type) else "int32"
    numbers, firsts = np.empty(len(texts), np.int32), np.empty(len(texts), np.int64)
    function = getattr(library(), f"lf_number_texts_{width}")
    count = function(*_told(texts), memory, len(memory) // 8, numbers, firsts)
    return numbers, firsts[: _checked(count)]


def _told(texts: pa.Array) -> tuple[Any, ...]:
    """What a call takes of texts: their offsets, bytes and bitmap, with the numbers that say how much of each there is."""
    valid, offsets, letters = texts.buffers()
    size = 8 if pa.types.is_large_string(texts.type) else 4
    begin = texts.offset * size
    if offsets is None or offsets.size < begin + (len(texts) + 1) * size:
        raise InvalidCall("texts without all of their offsets")
    if not texts.null_count:
        valid = None
    return offsets.slice(begin), *_with_size(letters), *_with_size(valid), texts.offset, len(texts)


def _with_size(buffer: pa.Buffer | None) -> tuple[pa.Buffer | None, int]:
    return buffer, 0 if buffer is None else buffer.size


def hashed_texts(texts: pa.Array, missing: int) -> np.ndarray:
    """The hash of each string, the same in every process, with a compiled core or without; `missing` for one that is missing.

    Examples
    --------
    >>> one, other, none = hashed_texts(pa.array(["a", "a", None]), 7).tolist()
    >>> one == other, none
    (True, 7)
    """
    hashes = np.empty(len(texts), np.uint32)
    core = library()
    if core is None:
        known: dict[str | None, int] = {None: missing}
        for row, text in enumerate(texts.to_pylist()):
            if text not in known:
                known[text] = _hash_of(text.encode("utf-8", "surrogatepass"))
            hashes[row] = known[text]
    elif len(texts):
        width = "int64" if pa.types.is_large_string(texts.type) else "int32"
        _checked(getattr(core, f"lf_hash_texts_{width}")(*_told(texts), missing, hashes))
    return hashes


def _hash_of(text: bytes) -> int:
    """What ``hash_of`` of groups.cpp gives."""
    size, made = len(text), _mixed(len(text) + 0x632BE59BD9B4E019)
    if size >= 8:
        for at in range(0, size - 8, 8):
            made = _mixed(made ^ _word(text[at : at + 8]))
        made = _mixed(made ^ _word(text[-8:]))
    elif size >= 4:
        made = _mixed(made ^ _word(text[:4]) ^ _word(text[-4:]) << 32)
    elif size:
        made = _mixed(made ^ (text[0] | text[size // 2] << 8 | text[-1] << 16))
    return made >> 32


def _word(some: bytes) -> int:
    return int.from_bytes(some, sys.byteorder)


def _mixed(word: int) -> int:
    product = (word & _WORD) * 0x9E3779B97F4A7C15
    return (product ^ product >> 64) & _WORD


_WORD = 2**64 - 1


class TextTable:
    """Texts that others are looked up among, numbered in order of first appearance: made once, and asked by any thread.

    Parameters
    ----------
    texts : pyarrow.Array of large_string

    Attributes
    ----------
    numbers : numpy.ndarray of int32
        That of each text; -1 where it is missing.
    count : int
        How many differ.

    Examples
    --------
    >>> table = TextTable(pa.array(["b", "a", "b"], pa.large_string()))
    >>> table.numbers.tolist(), table.find(pa.array(["a", "c", None, "b"], pa.large_string())).tolist()
    ([0, 1, 0], [1, -1, -1, 0])
    """

    def __init__(self, texts: pa.Array) -> None:
        self._texts = texts
        self._core = library() if 0 < len(texts) < 2**30 else None
        if self._core is None:
            encoded = texts.dictionary_encode()
            self.numbers = encoded.indices.fill_null(-1).to_numpy()
            self._distinct: Any = pd.Index(encoded.dictionary.to_numpy(zero_copy_only=False), dtype=object)
            self.count = len(self._distinct)
            self._distinct.get_indexer(self._distinct[:1])  # or two threads would make what it looks up in
            return
        self._memory = np.empty(8 * _entries(len(texts)), np.uint8)
        self.numbers, self._firsts = _numbered(texts, self._memory)
        self.count = len(self._firsts)

    def __reduce__(self) -> Any:
        return TextTable, (self._texts,)  # made anew in another process

    def find(self, texts: pa.Array) -> np.ndarray:
        """The number of each of these texts; -1 for one that is not among them, or missing."""
        if self._core is None:
            values = np.asarray(texts.to_numpy(zero_copy_only=False), object)
            return np.where(pd.isna(values), -1, self._distinct.get_indexer(values)).astype(np.int32)
        offsets, letters, size, *_, rows = _told(self._texts)
        numbers = np.empty(len(texts), np.int32)
        table = (self._firsts, self.count, self._memory, len(self._memory) // 8)
        _checked(self._core.lf_find_texts(offsets, letters, size, rows, *table, *_told(texts), numbers))
        return numbers


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
