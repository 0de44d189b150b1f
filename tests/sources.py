"""A source in memory, for tests of everything above the reading of files."""

from __future__ import annotations

import functools
import itertools
import os
import signal
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.kernels.columns import Text, from_series, object_array
from lazyframe.schema import BIG_INTEGERS, OBJECT_BOOL, ROW, DType, Field, Replan, Schema, as_dtype
from lazyframe.sources import Certain
from lazyframe.tree import token


@dataclass(frozen=True)
class Piece:
    index: int
    start: int
    stop: int

    @property
    def label(self) -> str:
        return f"rows [{self.start}:{self.stop}]"

    @property
    def nbytes(self) -> int:
        return 10 * (self.stop - self.start)


@dataclass(frozen=True)
class Span:
    start: int
    stop: int

    def join(self, following: Span) -> Span:
        if self.stop != following.start:
            raise Replan("memory", (self.stop, following.start))
        return Span(self.start, following.stop)


@dataclass
class Reading:
    source: MemorySource
    piece: Piece
    columns: tuple[str, ...]
    predicate: Any
    records: int = 0
    extent: Any = None

    def __iter__(self):
        self.source.reads.append(self.piece.index)
        step = self.source.batch_rows
        for start in range(self.piece.start, self.piece.stop, step):
            stop = min(start + step, self.piece.stop)
            batch = self.source.batch(start, stop, self.piece.start)
            if self.predicate is not None:
                batch = batch.filter(pa.array(self.predicate(batch)))
            self.records = stop - self.piece.start
            yield batch.select(list(self.columns))
        self.records = self.piece.stop - self.piece.start
        self.extent = Span(self.piece.start, self.piece.stop)


@dataclass(frozen=True)
class MemorySource(Certain):
    """The rows of a pandas frame, cut into partitions at `cuts`, and into batches of a few rows."""

    frame: pd.DataFrame
    cuts: tuple[int, ...] = ()
    batch_rows: int = 3
    coded: bool = False
    booleans: tuple[str, ...] = ()  # columns of objects that are booleans, should all their values be missing
    reads: list[int] = field(default_factory=list)
    is_counted: ClassVar[bool] = True
    inputs: ClassVar[tuple[Any, ...]] = ()

    # These are asked for at each step of building and running, and the frame stays as it is.
    @functools.cached_property
    def schema(self) -> Schema:
        fields = []
        for name in self.frame:
            series = self.frame[name]
            dtype = as_dtype(series.dtype)
            if dtype.name == "object" and (name in self.booleans or series.map(lambda v: isinstance(v, bool)).any()):
                dtype = OBJECT_BOOL
            elif dtype.name == "object" and series.map(lambda v: type(v) is int).any():
                dtype = BIG_INTEGERS
            fields.append(Field(name, dtype))
        return Schema(tuple(fields))

    @property
    def partitions(self) -> tuple[Piece, ...]:
        edges = [0, *sorted(self.cuts), len(self.frame)]
        return tuple(Piece(i, a, b) for i, (a, b) in enumerate(itertools.pairwise(edges)))

    @functools.cached_property
    def token(self) -> str:
        frame = self.frame
        held = (frame.columns.tolist(), frame.index.tolist(), frame.to_numpy(object).tolist(), frame.dtypes.tolist())
        return token([repr(held), self.cuts, self.batch_rows, self.coded])

    @functools.cached_property
    def arrays(self) -> list[pa.Array]:
        """The columns of all rows."""
        return [_arrow(self.frame[f.name], f.dtype) for f in self.schema]

    @property
    def sample(self) -> pa.RecordBatch:
        return self.batch(0, min(10, len(self.frame)), 0)

    def batch(self, start: int, stop: int, base: int) -> pa.RecordBatch:
        arrays = [pa.concat_arrays([array[start:stop]]) for array in self.arrays]  # as if made of these rows alone
        if self.coded:
            coded = [f.dtype.kind in "TM" for f in self.schema]
            arrays = [array.dictionary_encode() if one else array for one, array in zip(coded, arrays, strict=True)]
        rows = pa.array(np.arange(start - base, stop - base))
        return pa.RecordBatch.from_arrays([*arrays, rows], names=[*map(str, self.frame.columns), ROW])

    def describe(self) -> str:
        return f"memory: {len(self.frame)} rows"

    def parsed(self, columns: tuple[str, ...]) -> tuple[int, int]:
        return len(columns), len(self.frame.columns)

    def read(self, partition: Piece, columns: tuple[str, ...], predicate: Any = None) -> Reading:
        return Reading(self, partition, columns, predicate)


@dataclass(frozen=True)
class DeadlySource(MemorySource):
    """Kills the first worker process that reads its last partition."""

    marker: str = ""
    parent: int = 0

    def read(self, partition: Piece, columns: tuple[str, ...], predicate: Any = None) -> Reading:
        if partition.index == len(self.cuts) and os.getpid() != self.parent and not os.path.exists(self.marker):
            with open(self.marker, "w"):
                os.kill(os.getpid(), signal.SIGKILL)
        return super().read(partition, columns, predicate)


def _arrow(series: pd.Series, dtype: DType) -> pa.Array:
    if dtype.kind in "TOZ":
        return object_array(series.to_numpy(object), dtype)
    values = from_series(series)
    assert not isinstance(values, Text)
    return pa.array(values)
