"""The source of frames that functions make: `MadeSource`.

Its partitions are results of tasks of the same graph; each is checked against the schema and cut into batches. The rows are
numbered through, as those of every source.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.frame.base import ColumnFace, Lazy
from lazyframe.frozen import frozen
from lazyframe.kernels.columns import Columns, Text, from_series, object_array, to_arrow
from lazyframe.masks import packed
from lazyframe.plan import Plan, Scan, SetIndex, common_dtype
from lazyframe.run import Called
from lazyframe.schema import MIXED, ROW, DType, Field, Schema, as_dtype, dtype_of, labels_of, with_article
from lazyframe.sources import Certain, Made, UncheckedExtent
from lazyframe.tree import token

_BATCH_ROWS = 1 << 16


@dataclass
class MadeReader:
    """One partition, already made, in batches."""

    source: MadeSource
    made: Any
    label: str
    columns: tuple[str, ...]
    predicate: Any
    records: int = 0
    extent: UncheckedExtent | None = None

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        frame = self.source.checked(self.made, self.label)
        for start in range(0, len(frame), _BATCH_ROWS):
            batch = self.source.batch(frame.iloc[start : start + _BATCH_ROWS], start)
            if self.predicate is not None:
                batch = batch.filter(packed(self.predicate(batch)))
            self.records = min(start + _BATCH_ROWS, len(frame))
            yield batch.select(list(self.columns))
        self.records, self.extent = len(frame), UncheckedExtent()


@frozen
class MadeSource(Certain):
    """Partitions that functions make.

    Parameters
    ----------
    inputs : tuple of Called
        What makes them, in order.
    schema : Schema
        What each has to be like.
    name : str
        For people.
    is_series : bool
        Whether they are Series, and not DataFrames.
    origin : frame.mapping.Mapped or frame.assigned.SetIn, optional
        The call that makes each of them of a partition, or the plan whose rows they are.
    first : pandas.DataFrame, optional
        Some of the rows, where these are known.
    """

    inputs: tuple[Called, ...]
    schema: Schema
    name: str
    is_series: bool = False
    origin: Any = None
    first: pd.DataFrame | None = None
    is_counted: ClassVar[bool] = True

    @functools.cached_property
    def partitions(self) -> tuple[Made, ...]:
        return tuple(Made(made._name, f"{self.name}[{number}]") for number, made in enumerate(self.inputs))

    @functools.cached_property
    def token(self) -> str:
        return token([[made._name for made in self.inputs], repr(self.schema), self.is_series])

    @property
    def sample(self) -> pa.RecordBatch:
        if self.first is not None:
            return self.batch(self.first, 0)
        names = [field.name for field in self.schema]
        none = Columns.empty(self.schema, tuple(map(str, names)))
        frame = pd.concat([_pandas(none[name]) for name in names], axis=1) if names else pd.DataFrame()
        return self.batch(frame.set_axis(names, axis=1), 0)

    def describe(self) -> str:
        return f"{len(self.inputs)} partitions made by {self.name}"

    def parsed(self, columns: tuple[str, ...]) -> tuple[int, int]:
        return len(columns), len(self.schema)

    def read(self, partition: Any, columns: tuple[str, ...], predicate: Any = None) -> MadeReader:
        made, label = partition
        return MadeReader(self, made, label, columns, predicate)

    def for_reading(self) -> MadeSource:
        """What a task needs of it: not what makes the other partitions."""
        return replace(self, inputs=(), origin=None, first=None)

    def checked(self, made: Any, label: str) -> pd.DataFrame:
        """What a function made, as a frame of the columns of the schema.

        Raises
        ------
        TypeError, ValueError
            It is not what the schema says.
        """
        expected = pd.Series if self.is_series else pd.DataFrame
        if not isinstance(made, expected):
            raise TypeError(f"{label}: expected a pandas {expected.__name__}, as meta= has it; the function made {kind(made)}.")
        _check_index(made, label)
        names = list(self.schema.names)
        frame: Any = made.to_frame(names[0]) if isinstance(made, pd.Series) else made
        if list(frame.columns) != names:
            if sorted(map(repr, frame.columns)) != sorted(map(repr, names)):
                raise ValueError(f"{label} has the columns {list(frame.columns)}; expected, as meta= has them: {names}.")
            frame = frame[names]
        for field in self.schema:
            found = _column_dtype(frame[field.name], label)
            is_open = (
                not len(frame)
                or (field.dtype.is_open and found.kind == "C")
                or (frame[field.name].dtype == object and frame[field.name].isna().all())
            )
            if not is_open and found not in field.dtype.possible and common_dtype(found, field.dtype) != field.dtype:
                raise TypeError(
                    f"{label}: column {field.name!r} is {found}, and {field.dtype} in meta=. Let the function return one dtype "
                    f"for all partitions (.astype), or say in meta= the one that holds them all."
                )
        return frame  # type: ignore[no-any-return]

    def batch(self, frame: pd.DataFrame, start: int) -> pa.RecordBatch:
        """Rows as a batch, numbered from `start`."""
        arrays = [arrow_array(frame[field.name], field.dtype) for field in self.schema]
        rows = pa.array(np.arange(start, start + len(frame)))
        return pa.RecordBatch.from_arrays([*arrays, rows], names=[*map(str, self.schema.names), ROW])


def arrow_array(series: pd.Series, dtype: DType) -> pa.Array:
    if dtype.kind in "TOZ":
        return object_array(series.to_numpy(object), dtype)
    if any(str(series.dtype) == one.name for one in dtype.possible):
        return to_arrow(from_series(series), dtype)
    return to_arrow(from_series(series.astype(dtype.pandas)), dtype)


def _pandas(values: Any) -> pd.Series:
    return values.series() if isinstance(values, Text) else pd.Series(values)


def _column_dtype(series: pd.Series, label: str) -> DType:
    dtype = dtype_of(series)
    if dtype == MIXED:
        raise TypeError(
            f"{label}: column {series.name!r} holds objects other than text and booleans, which a lazy frame cannot have. "
            f"Turn them into text or numbers in the function, or keep the partitions as delayed values."
        )
    return dtype


def _check_index(made: Any, label: str) -> None:
    named = [name for name in made.index.names if name is not None]
    if named or made.index.nlevels > 1:
        raise TypeError(
            f"{label} has an index {named or made.index.names}, which would be lost: rows of a lazy frame are numbered. "
            f"Let the function end with .reset_index()."
        )


def kind(value: Any) -> str:
    name = type(value).__name__
    return f"a pandas {name}" if isinstance(value, (pd.DataFrame, pd.Series)) else with_article(name)


def schema_of(meta: Any) -> tuple[Schema, bool]:
    """What `meta` says, and whether it says Series."""
    if isinstance(meta, Lazy):
        plan = meta._result()
        return replace(plan.schema, index=()), isinstance(meta, ColumnFace)
    if isinstance(meta, (pd.DataFrame, pd.Series)):
        _check_index(meta, "meta=")
        frame = meta.to_frame(meta.name) if isinstance(meta, pd.Series) else meta
        if not frame.columns.is_unique:
            double = frame.columns[frame.columns.duplicated()][0]
            raise ValueError(f"meta=: there are two columns {double!r}, and neither could be taken by name; rename one of them")
        fields = [Field(name, _column_dtype(frame[name], "meta=")) for name in frame]
        return Schema(tuple(fields), (), labels_of(frame.columns)), isinstance(meta, pd.Series)
    if isinstance(meta, tuple) and len(meta) == 2 and not isinstance(meta[0], tuple):
        return Schema((Field(meta[0], as_dtype(meta[1], f"meta=({meta[0]!r}, ...)")),)), True
    if isinstance(meta, dict):
        meta = list(meta.items())
    if isinstance(meta, Iterable) and not isinstance(meta, str):
        pairs = list(meta)
        if all(isinstance(pair, tuple) and len(pair) == 2 for pair in pairs):
            return Schema(tuple(Field(name, as_dtype(dtype, f"meta={{{name!r}: ...}}")) for name, dtype in pairs)), False
    raise TypeError(
        "meta= takes an empty pandas DataFrame or Series with the columns and dtypes of the result, a dict of column names "
        f"to dtypes, or the name and the dtype of a column, ('x', 'int64'); got {kind(meta)}."
    )


# ---- an index in columns


def level_name(number: int) -> str:
    """The column in which a level of the index travels."""
    return f"\1level{number}"


def with_levels(frame: pd.DataFrame, titles: Sequence[Hashable], label: str) -> pd.DataFrame:
    """Rows numbered anew, the levels of their index in columns beside the others."""
    if tuple(frame.index.names) != tuple(titles):
        raise TypeError(
            f"{label} has an index {list(frame.index.names)}; expected, as of the first rows or in meta=: {list(titles)}. "
            "Let the function return the same index for all partitions."
        )
    levels = {level_name(number): frame.index.get_level_values(number).array for number in range(frame.index.nlevels)}
    columns = pd.Index([*frame.columns, *levels], dtype=object)
    made = pd.concat([frame.reset_index(drop=True), pd.DataFrame(levels)], axis=1)
    return made.set_axis(columns, axis=1)


def is_default(index: pd.Index) -> bool:
    """Whether an index is the row number, from 0."""
    return isinstance(index, pd.RangeIndex) and index.name is None and index.start == 0 and index.step == 1


def levels_of(index: pd.Index) -> tuple[Field, ...]:
    """The levels of an index; none where it numbers the rows anew."""
    if is_default(index) and len(index):
        return ()
    levels = [index.get_level_values(number) for number in range(index.nlevels)]
    return tuple(Field(level.name, dtype_of(level.to_series())) for level in levels)


def made_plan(
    made: Sequence[Called],
    schema: Schema,
    index: Sequence[Field],
    label: str,
    call: Any = None,
    first: Any = None,
    is_series: bool = False,
) -> Plan:
    """The rows of partitions whose index, if it is kept, comes in columns of its own; they are Series where `is_series`."""
    levels = tuple(Field(level_name(number), field.dtype) for number, field in enumerate(index))
    fields = replace(schema, fields=(*schema.fields, *levels), index=())
    source = MadeSource(tuple(made), fields, label, is_series, origin=call, first=first)
    scan = Scan(source)
    if not index:
        return scan
    return SetIndex(scan, tuple(field.name for field in levels), True, tuple(field.name for field in index))
