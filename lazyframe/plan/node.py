"""What every frame-valued node states of itself.

See docs/decisions/0006-order-is-one-number.md and docs/decisions/0017-nodes-carry-their-rules.md.
"""

from __future__ import annotations

import contextlib
import enum
import functools
import operator
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from typing import Any

from lazyframe.documented import said_by
from lazyframe.expr import Expr, Subquery, can_fail
from lazyframe.schema import DType, NoDatesError, Schema, TextError
from lazyframe.tree import Node, node


class Numbering(enum.Enum):
    """What the index of rows is."""

    COUNTED = "counted"
    """The rows as they stand, counted from 0: pandas shows a RangeIndex."""
    RECORDS = "records"
    """The numbers that the rows had when they were read, or counted; some of them may be missing, or in another order."""
    KEYS = "keys"
    """Values of theirs: `Schema.index` says which."""


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
    def numbering(self) -> Numbering:
        """What the index of its rows is."""
        return Numbering.KEYS if self.schema.index else Numbering.RECORDS

    @property
    def is_counted(self) -> bool:
        """Whether the index is the place of the row, so that nobody has to carry it."""
        return self.numbering is Numbering.COUNTED

    @property
    def has_records(self) -> bool:
        """Whether the index is the number that a row was given before, which has to be carried with it."""
        return self.numbering is Numbering.RECORDS

    @property
    def inputs(self) -> tuple[Plan, ...]:
        """The plans whose rows this one reads."""
        return tuple(child for child in self.children if isinstance(child, Plan))

    def with_inputs(self, inputs: Sequence[Plan]) -> Plan:
        """This node over other plans; the same object where they are those that it has."""
        assert len(inputs) == len(self.inputs)
        if all(map(operator.is_, inputs, self.inputs)):
            return self
        given = iter(inputs)  # in order: both sides of a join may be one plan
        return self.with_children(lambda child: next(given) if isinstance(child, Plan) else child)

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        """The columns that it needs of each of its inputs, in order, so that it can give those that are wanted."""
        raise NotImplementedError(f"{type(self).__name__} does not say which columns it needs")

    def narrowed(self, wanted: Collection[Hashable], inputs: Sequence[Plan]) -> Plan:
        """This node over its inputs cut down to what it `reads`, giving no more columns than it must beside those wanted."""
        return self.with_inputs(inputs)

    def passed(self, predicate: Expr) -> Expr | None:
        """What a filter of these rows has to be below this node, to keep the same ones; None where it must not go there.

        A filter must not go below what looks at several rows; below a column whose dtype depends on the data
        (`DType.otherwise`), for pandas would see fewer of them; nor below one that some values make an error.
        """
        return None

    def without_index(self) -> Plan:
        """The same rows for somebody who does not look at their index; the same object where it costs nothing."""
        return self

    @property
    def ignores_index(self) -> bool:
        """Whether it does not look at the index of its inputs, so that nobody need make one."""
        return False

    def branches(self) -> tuple[Node, ...]:
        return self.inputs

    def title(self) -> str:
        """A few words for a repr: ``max of mean of DepDelay``."""
        return self.label()

    def column_title(self, name: Hashable) -> str:
        """A few words for one of its columns: ``mean of DepDelay by Origin``."""
        return str(name)

    def rows_title(self) -> str:
        """A few words on what makes its rows others than those of its input; empty where nothing does."""
        return ""

    def work(self) -> tuple[str, ...]:
        """What is done, for the label of a task: ``mean``, ``head``."""
        return (type(self).__name__.lower(),)

    def made(self) -> Iterable[Hashable]:
        """The columns that are made here, and do not come from an input as they are."""
        return ()

    def __repr__(self) -> str:
        return self.to_text()


@node
class Selection(Plan):
    """Rows of `child`, with its columns."""

    child: Plan

    def _schema(self) -> Schema:
        return self.child.schema

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return (wanted,)

    def title(self) -> str:
        return self.child.title()

    def column_title(self, name: Hashable) -> str:
        return self.child.column_title(name)


@node
class KeyedSelection(Selection):
    """Rows of `child`, chosen or ordered by the values of the columns `by`."""

    by: tuple[Hashable, ...]

    def _schema(self) -> Schema:
        schema = self.child.schema
        for name in self.by:
            _ = schema[name]
        return schema

    def reads(self, wanted: Collection[Hashable]) -> tuple[Collection[Hashable], ...]:
        return ({*wanted, *self.by},)


def is_mask(plan: Plan, expr: Expr) -> bool:
    """Whether it has no missing values: as a filter these are an error, but ``and_`` takes them for false."""
    dtype = expr.dtype(plan.schema)
    return dtype.name == "bool" and dtype.otherwise is None


def is_safe_mask(plan: Plan, expr: Expr) -> bool:
    """Whether it is a mask for the rows as well that another filter leaves out."""
    return is_mask(plan, expr) and not can_fail(expr, plan.schema)


def is_settled(plan: Plan, expr: Expr) -> bool:
    """Whether its dtype does not depend on which rows there are."""
    return expr.dtype(plan.schema).otherwise is None


def read_by(exprs: Iterable[Expr]) -> set[Hashable]:
    """The columns that expressions look at."""
    return {name for expr in exprs for name in expr.columns()}


@contextlib.contextmanager
def _explaining(plan: Plan) -> Iterator[None]:
    try:
        yield
    except (TextError, NoDatesError) as error:
        raise explained(plan, error) from None


def explained(plan: Plan, error: TextError | NoDatesError) -> Exception:
    """An error about columns of text, which says where the text came from, as far as the sources of the plan can tell."""
    made = {name for below in plan.walk() if isinstance(below, Plan) for name in below.made()}
    asked = dict.fromkeys(str(name) for name in error.columns if name not in made)
    dates = isinstance(error, NoDatesError)
    said = [source.why_no_dates(n) if dates else source.why_text(n) for source in _sources(plan) for n in asked]
    return type(error)(" ".join([said_by(error).rstrip(".") + ".", *filter(None, said)]))


def _sources(plan: Plan) -> Iterator[Any]:
    """The sources of a plan, those of subqueries too."""
    for below in plan.walk():
        if isinstance(below, Subquery):
            yield from _sources(below.plan)
        elif (source := getattr(below, "source", None)) is not None:
            yield source
