"""Rows that are somewhere: in memory, or at a place of a file of the run's folder."""

from __future__ import annotations

import itertools
import os
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from lazyframe.exchange.room import Room
from lazyframe.exchange.wire import columns_of, packed_batch
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns, Text, Values, take

_COMPRESSED = pa.ipc.IpcWriteOptions(compression="lz4")
_HERE = pa.ipc.IpcReadOptions(use_threads=False)
"""A piece is small, and other tasks read others: to hand each of its columns to another thread takes as long as to read it."""


@frozen
class Piece:
    """Some rows.

    Parameters
    ----------
    rows : int
        How many.
    nbytes : int
        How much memory they take.
    columns : Columns or None
        They themselves, where they are in memory.
    path, start, stop
        Else the file, and where in it they are.
    """

    rows: int
    nbytes: int
    columns: Columns | None = None
    path: str = ""
    start: int = 0
    stop: int = 0

    def load(self) -> Columns:
        """The rows."""
        if self.columns is not None:
            return self.columns
        with open(self.path, "rb") as file:
            data = os.pread(file.fileno(), self.stop - self.start, self.start) if hasattr(os, "pread") else _read(file, self)
        with pa.ipc.open_stream(data, options=_HERE) as reader:
            return columns_of(reader.read_next_batch())


def _read(file: Any, piece: Piece) -> bytes:
    file.seek(piece.start)
    return bytes(file.read(piece.stop - piece.start))


def kept(pieces: Sequence[Columns], room: Room, name: str) -> list[Piece]:
    """Rows put where there is room for them: all of these in memory, or all in the file of this name."""
    sizes = [size_of(piece) for piece in pieces]
    if room.keeps(sum(sizes)):
        return [Piece(len(piece), size, piece) for piece, size in zip(pieces, sizes, strict=True)]
    buffers = [_written(piece) for piece in pieces]
    places = room.write(name, buffers)
    path = os.path.join(room.path, name)
    return [
        Piece(len(piece), size, None, path, start, stop)
        for piece, size, start, stop in zip(pieces, sizes, places, places[1:], strict=False)
    ]


def _written(columns: Columns) -> pa.Buffer:
    batch = packed_batch(columns)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, batch.schema, options=_COMPRESSED) as writer:
        writer.write_batch(batch)
    return sink.getvalue()


def size_of(columns: Columns) -> int:
    """The bytes that rows take up, all columns made; of a slice its own share."""
    return sum(_size(columns[name]) for name in columns.names)


def _size(values: Values) -> int:
    if isinstance(values, Text):
        return int(values.array.nbytes)
    return int(values.nbytes) + (48 * len(values) if values.dtype == object else 0)


def slices(columns: Columns, edges: Sequence[int]) -> list[Columns]:
    """The rows between neighbouring edges, none of them copied."""
    made = {name: columns[name] for name in columns.names}
    return [
        Columns.of(stop - start, {name: _sliced(values, start, stop) for name, values in made.items()})
        for start, stop in itertools.pairwise(edges)
    ]


def _sliced(values: Values, start: int, stop: int) -> Values:
    return Text(values.array.slice(start, stop - start), values.dtype) if isinstance(values, Text) else values[start:stop]


def none_of(columns: Columns) -> Columns:
    """No rows, and the same columns."""
    nothing = np.zeros(0, np.int64)
    return Columns.of(0, {name: _plain(take(columns[name], nothing)) for name in columns.names})


def _plain(values: Values) -> Values:
    return Text(values.decoded(), values.dtype) if isinstance(values, Text) and values.is_coded else values
