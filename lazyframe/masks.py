"""Between Arrow and numpy, where pyarrow's own ways go row by row or there are none.

Masks are a bit a row in Arrow and a byte a row in numpy; complex numbers and bytes of one length are no type of Arrow, and travel
as the bytes that they are.
"""

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


def as_bytes(values: np.ndarray) -> pa.FixedSizeBinaryArray:
    """Values of numpy, none of which Arrow takes for missing, as the bytes that they are.

    Examples
    --------
    >>> as_bytes(np.array([1j, 2])).type
    FixedSizeBinaryType(fixed_size_binary[16])
    """
    values = np.ascontiguousarray(values)
    return pa.Array.from_buffers(pa.binary(values.dtype.itemsize), len(values), [None, pa.py_buffer(values.view(np.uint8))], 0)


def of_bytes(array: pa.FixedSizeBinaryArray, dtype: str) -> np.ndarray:
    """The values of which `as_bytes` made the array.

    Examples
    --------
    >>> of_bytes(as_bytes(np.array([1j, 2]))[1:], "complex128")
    array([2.+0.j])
    """
    if not len(array):
        return np.empty(0, dtype)
    return np.frombuffer(array.buffers()[1], dtype, len(array), array.offset * np.dtype(dtype).itemsize)
