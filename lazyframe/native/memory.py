"""What the core may be given: arrays and buffers that were looked at, and that are held until the call returns.

`ArrayArgument` is the type of an argument in the eyes of ctypes: it takes an array, checks it, and lets ctypes have the address;
so does `BufferArgument` with buffers. ctypes holds the arguments of a call until it returns, so there is no moment at which only
an address is left. What is put into a struct goes through `Pointers`, which keeps the memory beside the address, for as long as
the struct may be used.

See docs/decisions/0035-addresses-stay-with-their-array.md.
"""

from __future__ import annotations

import ctypes
import threading
from typing import Any

import numpy as np
import pyarrow as pa


class InvalidCall(ValueError):
    """The core, or the border to it, was given what it does not take: a fault of ours, and not of the data."""


def address_of(memory: Any) -> int:
    """Where an array begins, or anything with a buffer of bytes that stand side by side; of use only while that is held.

    Much quicker than ``array.ctypes.data``.
    """
    try:
        address: int = pa.py_buffer(memory).address
    except (TypeError, ValueError, BufferError, pa.ArrowInvalid) as error:
        raise InvalidCall(f"{type(memory).__name__} has no bytes that stand side by side") from error
    return address


class ArrayArgument:
    """An argument that is an array of one dtype, whose numbers stand side by side; ctypes asks `from_param`.

    Parameters
    ----------
    dtype : str
        Of the array.
    written : bool, default False
        Whether the core writes to it.
    optional : bool, default False
        Whether it may be None.
    """

    def __init__(self, dtype: str, written: bool = False, optional: bool = False) -> None:
        self._dtype = np.dtype(dtype)
        self._written = written
        self._optional = optional

    def from_param(self, array: np.ndarray | None) -> ctypes.c_void_p:
        """The address, for a call that holds the array.

        Raises
        ------
        InvalidCall
            It is no such array.
        """
        if array is None and self._optional:
            return ctypes.c_void_p()
        if not isinstance(array, np.ndarray):
            raise InvalidCall(f"{type(array).__name__} is no array")
        flags = array.flags
        if array.dtype != self._dtype or not flags.c_contiguous or not flags.aligned or (self._written and not flags.writeable):
            raise InvalidCall(f"an array of {array.dtype}, where one of {self._dtype} is wanted that stands side by side")
        return ctypes.c_void_p(address_of(array))


class BufferArgument:
    """An argument that is a buffer of bytes, or None, whose size another argument tells; ctypes asks `from_param`."""

    def from_param(self, buffer: Any) -> ctypes.c_void_p:
        """The address, for a call that holds the buffer.

        Raises
        ------
        InvalidCall
            It is no buffer.
        """
        return ctypes.c_void_p() if buffer is None else ctypes.c_void_p(address_of(buffer))


def check_lengths(expected: int, *arrays: Any) -> None:
    """Whether each of the arrays, where there is one, has this many entries.

    Raises
    ------
    InvalidCall
        One has not.
    """
    for array in arrays:
        if array is not None and len(array) != expected:
            raise InvalidCall(f"{len(array)} entries, where {expected} are wanted")


class Pointers:
    """The pointers of a struct, and what they point into: neither is set without the other.

    Parameters
    ----------
    struct : ctypes.Structure
        Whose members these are.

    Examples
    --------
    >>> from lazyframe.native import abi
    >>> column = abi.ColumnStruct()
    >>> Pointers(column).set("values", np.zeros(3), "values_bytes")
    >>> column.values_bytes
    24
    """

    def __init__(self, struct: ctypes.Structure) -> None:
        self._struct = struct
        self._held: dict[str, Any] = {}

    def set(self, member: str, memory: Any, size: str | None = None) -> None:
        """Let a member point to this memory; `size` names the member that has the number of its bytes."""
        if memory is None and self._held.get(member) is None:  # as it is: most columns of numbers have values alone
            return
        buffer = None if memory is None else pa.py_buffer(memory)
        self._held[member] = buffer
        setattr(self._struct, member, None if buffer is None else buffer.address)
        if size is not None:
            setattr(self._struct, size, 0 if buffer is None else buffer.size)


class _Lender(threading.local):
    """Memory of this thread that is used again: taken away while somebody has it, so that no two ever share a piece."""

    def __init__(self) -> None:
        self._pieces: dict[str, list[np.ndarray]] = {}

    def take(self, name: str, size: int) -> np.ndarray:
        """At least `size` bytes, aligned to 8; what they hold is of no meaning."""
        pieces = self._pieces.get(name)
        piece = pieces.pop() if pieces else None
        return np.empty(size, np.uint8) if piece is None or len(piece) < size else piece

    def give(self, name: str, piece: np.ndarray) -> None:
        """Give it back, when nothing needs what it holds."""
        self._pieces.setdefault(name, []).append(piece)


lender = _Lender()
