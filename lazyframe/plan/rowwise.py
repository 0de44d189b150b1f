"""What is done row by row: these are the steps that a batch goes through, one after the other, in one task.

See docs/decisions/0025-indexes-are-set-over-the-scan.md.
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import replace

from lazyframe.expr import Column, Expr, can_fail
from lazyframe.plan.node import Numbering, Plan, is_mask, is_settled, read_by
from lazyframe.schema import OBJECT_BOOL, Field, Labels, Schema, dtype_named, labels_over
from lazyframe.tree import node


@node
class Nowhere(Plan):
    """In the place of the input, where a node is only the description of a step."""


@node
class Rowwise(Plan):
    """Each row of the result is made of one row of `child`."""

    child: Plan

    def as_step(self) -> Rowwise:
        """What is done to a batch: this node without its input, which tasks have no use for."""
        return replace(self, child=Nowhere())

    def without_index(self) -> Plan:
        below = self.child.without_index()
        return self if below is self.child else replace(self, child=below)

    def title(self) -> str:
        return self.child.title()

    def column_title(self, name: Hashable) -> str:
        return self.child.column_title(name)


@node
class Filter(Rowwise):
    """The rows where `predicate` is true."""

    predicate: Expr

    def _schema(self) -> Schema:
        dtype = self.predicate.dtype(self.child.schema)
        if not any(one.is_mask for one in dtype.possible):
            raise TypeError(f"a mask must be boolean; {self.predicate.label()} is {dtype}")
        return self.child.schema

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return ({*wanted, *self.predicate.columns()},)

    def label(self) -> str:
        return f"Filter {self.predicate.label()}"

    def rows_title(self) -> str:
        mask = self.predicate  # one that is a column may have been made below
        return f"where {self.child.column_title(mask.name) if isinstance(mask, Column) else mask.label()}"

    def work(self) -> tuple[str, ...]:
        return ("filter",)


@node
class Project(Rowwise):
    """A frame of the same rows with these columns; their `labels`, where these are not those of the child."""

    columns: tuple[tuple[Hashable, Expr], ...]
    labels: Labels | None = None

    def _schema(self) -> Schema:
        below = self.child.schema
        fields = tuple(Field(name, expr.dtype(below)) for name, expr in self.columns)
        return Schema(fields, below.index, self.labels or labels_over(below, [name for name, _ in self.columns]))

    @property
    def numbering(self) -> Numbering:
        return self.child.numbering

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return (read_by(expr for name, expr in self.columns if name in wanted),)

    def narrowed(self, wanted: Collection[Hashable], inputs: Sequence[Plan]) -> Plan:
        (below,) = inputs
        used = tuple(pair for pair in self.columns if pair[0] in wanted)
        return self if used == self.columns and below is self.child else replace(self, child=below, columns=used)

    def passed(self, predicate: Expr) -> Expr | None:
        """It may read columns that are only handed on, or masks: one that was made before an ``assign``.

        Other columns would be made twice, which can cost more than it saves.
        """
        made, child = dict(self.columns), self.child
        if not all(isinstance(made[name], Column) or is_mask(child, made[name]) for name in predicate.columns()):
            return None
        if not all(is_settled(child, expr) and not can_fail(expr, child.schema) for expr in made.values()):
            return None
        below = predicate.rewrite(lambda node: made[node.name] if isinstance(node, Column) else node)
        assert isinstance(below, Expr)
        return below

    def label(self) -> str:
        names = [Column(name) for name, _ in self.columns]
        texts = [
            name.label() if expr == name else f"{name.label()} = {expr.label()}"
            for name, (_, expr) in zip(names, self.columns, strict=True)
        ]
        return f"Project [{', '.join(texts)}]"

    def title(self) -> str:
        return self.column_title(self.columns[0][0]) if len(self.columns) == 1 else self.child.title()

    def column_title(self, name: Hashable) -> str:
        expr = dict(self.columns)[name]
        return self.child.column_title(expr.name) if isinstance(expr, Column) else expr.label()

    def work(self) -> tuple[str, ...]:
        return ()

    def made(self) -> Iterable[Hashable]:
        return (name for name, expr in self.columns if expr != Column(name))


@node
class SetIndex(Rowwise):
    """The rows with the values of some columns for an index; these are no columns any more where `drop`.

    `titles` are the names of its levels, where these are not those of the columns. Of those that are `numeric`,
    booleans some of which are missing are numbers, as in an index that ``pandas.read_csv`` makes; `complete` are those of whole
    numbers of which pandas would make floats if some were missing, which is not offered.
    """

    names: tuple[Hashable, ...]
    drop: bool = True
    titles: tuple[Hashable, ...] | None = None
    numeric: tuple[Hashable, ...] = ()
    complete: tuple[Hashable, ...] = ()

    def _schema(self) -> Schema:
        below = self.child.schema
        dtypes = [below[name] for name in self.names]
        if any(dtype.kind == "S" for dtype in dtypes):
            raise TypeError("pandas has no index of bytes: read the column as text, dtype='str', or leave it a column")
        for level, name in enumerate(self.names):
            if name in self.numeric and dtypes[level] == OBJECT_BOOL:
                dtypes[level] = dtype_named("float64")
        levels = tuple(Field(title, dtype) for title, dtype in zip(self.titles or self.names, dtypes, strict=True))
        gone = set(self.names) if self.drop else ()
        fields = tuple(field for field in below if field.name not in gone)
        return Schema(fields, levels, labels_over(below, [field.name for field in fields]))

    def as_step(self) -> Rowwise:
        below = self.child.schema
        complete = (name for name in self.names if name in self.numeric and below[name].is_rounded_when_missing)
        return replace(self, child=Nowhere(), complete=tuple(complete))

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return ({*wanted, *self.names},)

    def passed(self, predicate: Expr) -> Expr | None:
        return predicate if all(field.dtype.otherwise is None for field in self.child.schema) else None

    def without_index(self) -> Plan:
        return self.child.without_index()

    def label(self) -> str:
        return f"Set index {', '.join(map(str, self.names))}"

    def work(self) -> tuple[str, ...]:
        return ()


@node
class LevelColumns(Rowwise):
    """The rows with the levels of their index as further columns, which have these names; None for a level that has no column."""

    names: tuple[Hashable | None, ...]

    def _schema(self) -> Schema:
        below = self.child.schema
        made = (Field(name, level.dtype) for name, level in zip(self.names, below.index, strict=True) if name is not None)
        return Schema((*below.fields, *made), below.index, below.labels)

    @property
    def numbering(self) -> Numbering:
        return self.child.numbering

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return ({name for name in wanted if name not in self.names},)

    def without_index(self) -> Plan:
        return self

    def made(self) -> Iterable[Hashable]:
        return (name for name in self.names if name is not None)

    def label(self) -> str:
        return f"Levels as columns {', '.join(str(level.name) for level in self.child.schema.index)}"

    def work(self) -> tuple[str, ...]:
        return ()


def project(child: Plan, columns: tuple[tuple[Hashable, Expr], ...], labels: Labels) -> Project:
    """A frame of the rows of `child` with these columns, whose labels may be others than those of `child`."""
    plain = Project(child, columns)
    return plain if plain.schema.labels == labels else Project(child, columns, labels)
