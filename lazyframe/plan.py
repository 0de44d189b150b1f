"""Frame-valued nodes. Each states its schema, and so is checked on the line where it is built.

A plan is a tree of these, the result on top and a `Scan` at each leaf. The rows of a scan are numbered, and the
number is the index; an `Aggregate` has its keys for an index. Whether the numbers run without a gap (`gapless`)
decides if pandas would show a RangeIndex.

Rows come from a `lazyframe.sources.Source`; no module above this line knows what one is made of.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Hashable, Iterator
from dataclasses import replace
from typing import Any

import pyarrow as pa

from lazyframe.expr import Column, Expr, Reduction, Running, Subquery
from lazyframe.schema import (
    MIXED,
    OBJECT_BOOL,
    DType,
    Field,
    Labels,
    Schema,
    TextError,
    column_index,
    dtype_named,
    labels_over,
    levels_of,
    result_dtype,
    unsettled,
)
from lazyframe.tree import Node, node
from lazyframe.whole import result_schema, running_dtype


@node
class Plan(Node):
    """A frame-valued node."""

    @functools.cached_property
    def schema(self) -> Schema:
        with _explaining(self):
            return self._schema()

    def dtype_of(self, expr: Expr) -> DType:
        """The dtype of an expression of the columns.

        Raises
        ------
        TypeError
            It does not fit them. Where it asks for numbers and a column is text, the message says where the text came from.
        """
        with _explaining(self):
            return expr.dtype(self.schema)

    def _schema(self) -> Schema:
        raise NotImplementedError

    @property
    def gapless(self) -> bool:
        """Whether the index is the row number, counted without a gap from 0."""
        return False

    @property
    def inputs(self) -> tuple[Plan, ...]:
        """The plans whose rows this one reads."""
        return tuple(child for child in self.children if isinstance(child, Plan))

    def branches(self) -> tuple[Node, ...]:
        return self.inputs

    def title(self) -> str:
        """A few words for a repr: ``max of mean of DepDelay``."""
        return self.label()

    def column_title(self, name: Hashable) -> str:
        """A few words for one of its columns: ``mean of DepDelay by Origin``."""
        return str(name)

    def __repr__(self) -> str:
        return self.to_text()


@node
class Scan(Plan):
    """The rows of a source; only `columns` of them, and only the rows that pass `predicate`, where these are given."""

    source: Any
    names: tuple[Hashable, ...] | None = None
    predicate: Expr | None = None

    def _schema(self) -> Schema:
        schema: Schema = self.source.schema
        if self.names is None:
            return schema
        return Schema(tuple(Field(name, schema[name]) for name in self.names), (), schema.labels)

    @property
    def gapless(self) -> bool:
        return self.predicate is None and getattr(self.source, "gapless", True)

    @property
    def read_columns(self) -> tuple[str, ...]:
        """The columns that the source has to read: those of the result and those of the predicate."""
        names = list(self.schema.names)
        if self.predicate is not None:
            names += [name for name in self.predicate.columns() if name not in names]
        return tuple(str(name) for name in names)

    def label(self) -> str:
        read, width = self.source.parsed(self.read_columns)
        text = f"Scan {self.source.describe()}, columns parsed: {read} of {width}"
        if self.names and len(self.names) <= 12:
            text += f" [{', '.join(map(str, self.names))}]"
        return text + (f", where {self.predicate.label()}" if self.predicate is not None else "")

    def title(self) -> str:
        return str(self.source.describe())


@node
class Unit(Plan):
    """One row and no columns: what an expression of scalars alone is evaluated over."""

    def _schema(self) -> Schema:
        return Schema(())

    @property
    def gapless(self) -> bool:
        return True


@node
class Known(Plan):
    """An answer that is there: `answer` has ``columns``, and a ``token``."""

    answer: Any
    fields: Schema
    numbered: bool
    name: str

    def _schema(self) -> Schema:
        return self.fields

    @property
    def gapless(self) -> bool:
        return self.numbered

    def label(self) -> str:
        return f"Known {self.name}, in memory"

    def title(self) -> str:
        return self.name


@node
class Selection(Plan):
    """Rows of `child`, with its columns."""

    child: Plan

    def _schema(self) -> Schema:
        return self.child.schema

    def title(self) -> str:
        return self.child.title()

    def column_title(self, name: Hashable) -> str:
        return self.child.column_title(name)


@node
class Filter(Selection):
    """The rows where `predicate` is true."""

    predicate: Expr

    def _schema(self) -> Schema:
        dtype = self.predicate.dtype(self.child.schema)
        if not any(one.is_mask for one in dtype.possible):
            raise TypeError(f"a mask must be boolean; {self.predicate.label()} is {dtype}")
        return self.child.schema

    def label(self) -> str:
        return f"Filter {self.predicate.label()}"


@node
class Project(Plan):
    """A frame of the same rows with these columns; their `labels`, where these are not those of the child."""

    child: Plan
    columns: tuple[tuple[Hashable, Expr], ...]
    labels: Labels | None = None

    def _schema(self) -> Schema:
        below = self.child.schema
        fields = tuple(Field(name, expr.dtype(below)) for name, expr in self.columns)
        return Schema(fields, below.index, self.labels or labels_over(below, [name for name, _ in self.columns]))

    @property
    def gapless(self) -> bool:
        return self.child.gapless

    def label(self) -> str:
        texts = [expr.label() if expr == Column(name) else f"{name} = {expr.label()}" for name, expr in self.columns]
        return f"Project [{', '.join(texts)}]"

    def title(self) -> str:
        return self.column_title(self.columns[0][0]) if len(self.columns) == 1 else self.child.title()

    def column_title(self, name: Hashable) -> str:
        expr = dict(self.columns)[name]
        return self.child.column_title(expr.name) if isinstance(expr, Column) else expr.label()


@node
class Aggregate(Plan):
    """One row a group of equal keys; one row in all where there are no keys.

    `as_index` makes the keys the index, as pandas does; otherwise they are the first columns, but for a key whose name a
    result has.
    """

    child: Plan
    keys: tuple[tuple[Hashable, Expr], ...]
    reductions: tuple[tuple[Hashable, Reduction], ...]
    sort: bool = True
    dropna: bool = True
    as_index: bool = True

    def _schema(self) -> Schema:
        below = self.child.schema
        keys = tuple(Field(name, _key_dtype(expr.dtype(below))) for name, expr in self.keys)
        values = tuple(Field(name, r.dtype(below, bool(self.keys))) for name, r in self.reductions)
        taken = {field.name for field in values}
        labels = labels_over(below, [name for name, _ in self.reductions])
        if self.as_index:
            return Schema(values, keys, labels)
        return Schema(tuple(k for k in keys if k.name not in taken) + values, (), labels)

    @property
    def gapless(self) -> bool:
        return not (self.as_index and self.keys)

    def label(self) -> str:
        values = ", ".join(
            r.label() if not isinstance(name, str) or name in r.label() else f"{name} = {r.label()}"
            for name, r in self.reductions
        )
        if not self.keys:
            return f"Aggregate {values}"
        return f"Aggregate {values} by {', '.join(expr.label() for _, expr in self.keys)}"

    def title(self) -> str:
        if len(self.reductions) != 1:
            return "aggregate"
        return self._reduction_title(self.reductions[0][1])

    def _reduction_title(self, reduction: Reduction) -> str:
        if reduction.operand is None:
            return reduction.function
        below = self.child.title() if isinstance(self.child, Aggregate) else reduction.operand.label()
        return f"{reduction.function} of {below}"

    def column_title(self, name: Hashable) -> str:
        found = [reduction for reduced, reduction in self.reductions if reduced == name]
        if not found or not self.keys:
            return str(name) if not found else self._reduction_title(found[0])
        return f"{self._reduction_title(found[0])} by {', '.join(expr.label() for _, expr in self.keys)}"


def _key_dtype(dtype: DType) -> DType:
    """The dtype of a key in the result, where pandas infers it anew from objects."""
    if dtype.name != "object":
        return dtype
    return unsettled(dtype_named({"T": "str", "Z": "int64"}.get(dtype.kind, "bool")), dtype)


@node
class Along(Plan):
    """The rows with further columns, each by a method of pandas that looks along all of them, which are held in memory."""

    child: Plan
    columns: tuple[tuple[Hashable, Running], ...]

    def _schema(self) -> Schema:
        below = self.child.schema
        made = tuple(Field(name, _running_dtype(made, below)) for name, made in self.columns)
        return Schema((*below.fields, *made), below.index, below.labels)

    @property
    def gapless(self) -> bool:
        return self.child.gapless

    def label(self) -> str:
        return f"Along the rows [{', '.join(made.label() for _, made in self.columns)}]"

    def title(self) -> str:
        return self.child.title()

    def column_title(self, name: Hashable) -> str:
        made = dict(self.columns)
        return made[name].label() if name in made else self.child.column_title(name)


def _running_dtype(made: Running, below: Schema) -> DType:
    dtypes = [expr.dtype(below) for expr in (*made.operands, *made.keys)]
    try:
        return running_dtype(dtypes, made.method, dict(made.options), made.alone, len(made.keys), dict(made.grouping))
    except (TypeError, NotImplementedError) as error:
        raise TypeError(f"{made.label()}: {error}") from None


@node
class Head(Selection):
    """The first `count` rows."""

    count: int

    @property
    def gapless(self) -> bool:
        return self.child.gapless

    def label(self) -> str:
        return f"Head {self.count}"


@node
class Survey(Plan):
    """No row of `child`, but all are made: so that what is assumed of them is verified, and open dtypes are known."""

    child: Plan

    def _schema(self) -> Schema:
        return Schema(tuple(field for field in self.child.schema if field.dtype.otherwise is not None))

    @property
    def gapless(self) -> bool:
        return True

    def title(self) -> str:
        return self.child.title()


@node
class Share(Selection):
    """The rows of `child` that come from one of `count` equal shares of the partitions; all the shares are all rows.

    `count` is at most the number of partitions.
    """

    position: int
    count: int

    def label(self) -> str:
        return f"Share {self.position} of {self.count}"


@node
class Sort(Selection):
    """The rows in the order of these columns, each with its number or its keys.

    `kind` and `na_position` are pandas'.
    """

    by: tuple[Hashable, ...]
    ascending: tuple[bool, ...]
    kind: str = "quicksort"
    na_position: str = "last"

    def _schema(self) -> Schema:
        schema = self.child.schema
        for name in self.by:
            _ = schema[name]
        return schema

    def label(self) -> str:
        return f"Sort by {', '.join(f'{n}' if up else f'{n} descending' for n, up in zip(self.by, self.ascending, strict=True))}"


@node
class Choose(Selection):
    """The rows that a method of pandas chooses by the values of some columns: ``nlargest``, ``drop_duplicates``, ``tail``."""

    method: str
    by: tuple[Hashable, ...]
    options: tuple[tuple[str, Any], ...]

    def _schema(self) -> Schema:
        schema = self.child.schema
        for name in self.by:
            _ = schema[name]
        return schema

    def label(self) -> str:
        texts = [*map(str, self.by), *(f"{name}={value}" for name, value in self.options)]
        return f"{self.method.capitalize().replace('_', ' ')} {', '.join(texts)}"


@node
class SetIndex(Plan):
    """The rows with the values of some columns for an index; these are no columns any more where `drop`.

    `titles` are the names of its levels, where these are not those of the columns. With `numeric`, booleans some of which
    are missing are numbers, as in an index that ``pandas.read_csv`` makes.
    """

    child: Plan
    names: tuple[Hashable, ...]
    drop: bool = True
    titles: tuple[Hashable, ...] | None = None
    numeric: bool = False

    def _schema(self) -> Schema:
        below = self.child.schema
        dtypes = [below[name] for name in self.names]
        if any(dtype.kind == "S" for dtype in dtypes):
            raise TypeError("pandas has no index of bytes: read the column as text, dtype='str', or leave it a column")
        if self.numeric:
            dtypes = [dtype_named("float64") if dtype == OBJECT_BOOL else dtype for dtype in dtypes]
        levels = tuple(Field(title, dtype) for title, dtype in zip(self.titles or self.names, dtypes, strict=True))
        fields = tuple(field for field in below if not (self.drop and field.name in self.names))
        return Schema(fields, levels, labels_over(below, [field.name for field in fields]))

    @property
    def whole(self) -> tuple[Hashable, ...]:
        """The columns of whole numbers of which pandas would make floats if some were missing: that is not offered."""
        below = self.child.schema
        return tuple(name for name in self.names if self.numeric and below[name].is_rounded_when_missing)

    def label(self) -> str:
        return f"Set index {', '.join(map(str, self.names))}"

    def title(self) -> str:
        return self.child.title()

    def column_title(self, name: Hashable) -> str:
        return self.child.column_title(name)


@node
class SortIndex(Selection):
    """The rows in the order of their index; `kind` and `na_position` are pandas'."""

    ascending: bool = True
    kind: str = "quicksort"
    na_position: str = "last"

    def label(self) -> str:
        return "Sort by index" + ("" if self.ascending else ", descending")


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
        levels = tuple(
            Field(unnamed.format(i) if field.name is None else field.name, field.dtype) for i, field in enumerate(index)
        )
        taken = [level.name for level in levels if level.name in schema]
        if taken:
            raise ValueError(f"cannot insert {taken[0]}, already exists")
        return Schema(levels + schema.fields, (), schema.labels)

    @property
    def gapless(self) -> bool:
        return True

    def title(self) -> str:
        return self.child.title()


@node
class Whole(Plan):
    """What a method of pandas makes of all the rows, which are held in memory; of the one column where `alone`."""

    child: Plan
    method: str
    options: tuple[tuple[str, Any], ...] = ()
    alone: bool = False

    def _schema(self) -> Schema:
        return result_schema(self.child.schema, self.method, dict(self.options), self.alone)

    @property
    def gapless(self) -> bool:
        return not self.schema.index

    def label(self) -> str:
        texts = [f"{name}={value}" for name, value in self.options]
        return " ".join([self.method.capitalize(), *texts])

    def title(self) -> str:
        return f"{self.method} of {self.child.title()}"

    def column_title(self, name: Hashable) -> str:
        return f"{self.method} of {self.child.column_title(name)}" if name in self.child.schema else self.title()


def common_dtype(left: DType, right: DType) -> DType:
    """The dtype of a column that holds values of both."""
    if left == right:
        return left
    found = MIXED if MIXED in (left, right) else result_dtype(_concatenated, left, right)
    return MIXED if MIXED in (found, found.otherwise) or found.arrow == MIXED.arrow else found


def _concatenated(left: Any, right: Any) -> Any:
    import pandas as pd

    return pd.concat([left, right])


def project(child: Plan, columns: tuple[tuple[Hashable, Expr], ...], labels: Labels) -> Project:
    """A frame of the rows of `child` with these columns, whose labels may be others than those of `child`."""
    plain = Project(child, columns)
    return plain if plain.schema.labels == labels else Project(child, columns, labels)


def base_scan(plan: Plan) -> Scan | None:
    """The scan whose rows these are, partition by partition; None where rows had to meet in between."""
    while isinstance(plan, (Filter, Project, SetIndex)):
        plan = plan.child
    return plan if isinstance(plan, Scan) else None


def scans(plan: Plan) -> list[Scan]:
    """The scans of a plan, those of subqueries too."""
    found: list[Scan] = []
    for below in plan.walk():
        if isinstance(below, Scan):
            found.append(below)
        elif isinstance(below, Subquery):
            found.extend(scans(below.plan))
    return found


@contextlib.contextmanager
def _explaining(plan: Plan) -> Iterator[None]:
    """Let an error about columns of text say where the text came from, as far as their sources can tell."""
    try:
        yield
    except TextError as error:
        whys = [getattr(scan.source, "why_text", None) for scan in scans(plan)]
        made = {name for p in plan.walk() if isinstance(p, Project) for name, e in p.columns if e != Column(name)}
        asked = dict.fromkeys(name for name in error.columns if name not in made)
        said = [why(str(name)) for why in whys if why is not None for name in asked]
        raise TypeError(" ".join([str(error).rstrip(".") + ".", *filter(None, said)])) from None


def with_sources(plan: Plan, function: Callable[[Any], Any]) -> Plan:
    """`plan` with `function` applied to the source of every scan, in subqueries too."""

    def change(node: Node) -> Node:
        if isinstance(node, Scan):
            source = function(node.source)
            return node if source is node.source else replace(node, source=source)
        if isinstance(node, Subquery):
            inner = with_sources(node.plan, function)
            return node if inner is node.plan else replace(node, plan=inner)
        return node

    new = plan.rewrite(change)
    assert isinstance(new, Plan)
    return new
