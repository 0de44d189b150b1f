"""Memory that ends where it says: a sanitizer sees each byte that is read or written behind it."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import numpy as np
import pyarrow as pa

from lazyframe.csv.engines import _native
from lazyframe.native import scan

_libc = ctypes.CDLL(None)
_libc.malloc.restype, _libc.malloc.argtypes = ctypes.c_void_p, [ctypes.c_size_t]
_libc.free.restype, _libc.free.argtypes = None, [ctypes.c_void_p]


class Piece:
    """So many bytes of the C library, which a sanitizer watches over; given back when nothing holds it."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.address = _libc.malloc(max(size, 1))

    def __del__(self) -> None:
        _libc.free(self.address)

    def array(self) -> np.ndarray:
        """Its bytes."""
        view = (ctypes.c_uint8 * self.size).from_address(self.address)
        view.holder = self  # type: ignore[attr-defined]
        return np.frombuffer(view, np.uint8) if self.size else np.empty(0, np.uint8)


def placed(text: bytes) -> pa.Buffer:
    """The text, with nothing behind it."""
    piece = Piece(len(text))
    ctypes.memmove(piece.address, text, len(text))
    return pa.foreign_buffer(piece.address, len(text), piece)


class _Lender:
    """Lends memory that is made anew for each use."""

    @staticmethod
    def take(name: str, size: int) -> np.ndarray:
        return Piece(size).array()

    @staticmethod
    def give(name: str, piece: np.ndarray) -> None:
        pass


class _Arrow:
    """pyarrow, but for the memory that it hands out."""

    def __getattr__(self, name: str) -> Any:
        return getattr(pa, name)

    @staticmethod
    def allocate_buffer(size: int) -> pa.Buffer:
        piece = Piece(size)
        return pa.foreign_buffer(piece.address, size, piece)


@contextmanager
def exact() -> Iterator[None]:
    """Let the native engine have such memory."""
    memory = _Lender()
    with (
        mock.patch.object(_native, "pa", _Arrow()),
        mock.patch.object(_native, "lender", memory),
        mock.patch.object(scan, "lender", memory),
    ):
        yield
