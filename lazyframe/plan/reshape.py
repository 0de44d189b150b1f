"""The same values in another shape."""

from __future__ import annotations

import functools
from collections.abc import Collection, Hashable
from typing import Any

import pyarrow as pa

from lazyframe.plan.node import Numbering, Plan
from lazyframe.schema import MIXED, DType, Field, Schema, column_index, dtype_named, levels_of, padded, result_dtype
from lazyframe.tree import node


@node
class Transpose(Plan):
    """A frame of one row turned into a column, its index the names of the columns."""

    child: Plan

    def _schema(self) -> Schema:
        fields, labels = self.child.schema.fields, self.child.schema.labels
        dtype = functools.reduce(common_dtype, (field.dtype for field in fields)) if fields else DType("object", pa.string())
        names = dtype_named("str") if all(isinstance(field.name, str) for field in fields) else MIXED
        index = column_index([field.name for field in fields], labels)
        levels = levels_of(index) if index.nlevels > 1 else (Field(index.name, names),)
        return Schema((Field(None, dtype),), levels)

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return (self.child.schema.names,)

    def title(self) -> str:
        return self.child.title()


@node
class ResetIndex(Plan):
    """The levels of the index, or the row number, as the first columns (or dropped), and the rows numbered anew."""

    child: Plan
    drop: bool = False

    def _schema(self) -> Schema:
        schema = self.child.schema
        if self.drop:
            return Schema(schema.fields, (), schema.labels)
        index = schema.index or (Field(None, dtype_named("int64")),)
        if any(field.dtype.kind == "S" for field in index):
            raise TypeError("of groups of bytes pandas makes a column of objects, which is not offered: leave them the index")
        unnamed = "index" if len(index) == 1 and "index" not in schema else "level_{}"
        names = [unnamed.format(i) if field.name is None else field.name for i, field in enumerate(index)]
        levels = tuple(Field(padded(schema, name), field.dtype) for name, field in zip(names, index, strict=True))
        taken = [level.name for level in levels if level.name in schema]
        if taken:
            raise ValueError(f"cannot insert {taken[0]}, already exists")
        return Schema(levels + schema.fields, (), schema.labels)

    @property
    def numbering(self) -> Numbering:
        return Numbering.COUNTED

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return (wanted if self.drop else self.child.schema.names,)

    def work(self) -> tuple[str, ...]:
        return ("reset index",)

    def title(self) -> str:
        return self.child.title()


def common_dtype(left: DType, right: DType) -> DType:
    """The dtype of a column that holds values of both."""
    if left == right:
        return left
    found = MIXED if MIXED in (left, right) else result_dtype(_concatenated, left, right)
    return MIXED if MIXED in (found, found.otherwise) or found.arrow == MIXED.arrow else found


def _concatenated(left: Any, right: Any) -> Any:
    import pandas as pd

    return pd.concat([left, right])
