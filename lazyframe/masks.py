"""Masks as Arrow has them, a bit a row, and as numpy has them, a byte a row: pyarrow's own ways between the two go row by row."""

from __future__ import annotations

import numpy as np
import pyarrow as pa


def packed(mask: np.ndarray) -> pa.BooleanArray:
    """The mask as Arrow has it.

    Examples
    --------
    >>> packed(np.array([True, False])).to_pylist()
    [True, False]
    """
    bits = np.packbits(mask, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(mask), [None, pa.py_buffer(bits)], 0)


def unpacked(mask: pa.BooleanArray) -> np.ndarray:
    """The mask as numpy has it; there is no missing value in it.

    Examples
    --------
    >>> unpacked(pa.array([True, False, True])[1:])
    array([False,  True])
    """
    if not len(mask):
        return np.zeros(0, bool)
    begin = mask.offset % 8
    bits = np.frombuffer(mask.buffers()[1], np.uint8)[mask.offset // 8 :]
    return np.unpackbits(bits, count=begin + len(mask), bitorder="little")[begin:].view(bool)
