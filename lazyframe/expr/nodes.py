"""Column-valued nodes. Each states its dtype for a given schema.

A column, a literal, what another plan computes (one value, or a table to look values up in), what a function of the user's
makes of rows, and a call. A call names an entry of `OPERATIONS`, which holds pandas' own function for it. The dtype of a call is
what that function gives for probe columns (see `schema.probes`), and the kernels give it real ones: the meaning of an operation
is written once, by pandas.

A `Reduction` is not a column: it turns a column into one value a group.

See docs/decisions/0003-checked-integers.md, docs/decisions/0004-filters-never-pass-what-can-fail.md and
docs/decisions/0015-lazy-scalar-is-a-subquery.md.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from typing import Any

import pyarrow as pa

from lazyframe.expr.operations import (
    INFIX,
    LOGICAL,
    OPERATIONS,
    PREFIX,
    PROPERTIES,
    cased,
    cut_dtype,
    looked_up_dtype,
    mapped_dtype,
)
from lazyframe.expr.refusals import ARITHMETIC, LOGIC, refusal
from lazyframe.schema import (
    MIXED,
    DType,
    NoDatesError,
    Schema,
    Single,
    TextError,
    as_dtype,
    dtype_named,
    dtype_of,
    result_dtype,
)
from lazyframe.shown import shown
from lazyframe.tree import Node, node


@node
class Expr(Node):
    """A column-valued node."""

    def dtype(self, schema: Schema) -> DType:
        """The dtype of this expression over a frame of `schema`.

        Raises
        ------
        TypeError
            pandas refuses an operation for the dtypes it would meet.
        ColumnNotFoundError
            A column that the schema does not have.
        """
        raise NotImplementedError

    def columns(self) -> tuple[Hashable, ...]:
        """The names of the columns this expression reads, each once."""
        return tuple(dict.fromkeys(node.name for node in self.walk() if isinstance(node, Column)))


@node
class Column(Expr):
    """A column of the frame."""

    name: Hashable

    def dtype(self, schema: Schema) -> DType:
        return schema[self.name]

    def label(self) -> str:
        # Made columns begin with \1, and what follows \2 tells two of one label apart.
        return shown(str(self.name).removeprefix("\1").partition("\2")[0])


@node
class Literal(Expr):
    """A value of the user's."""

    value: Any

    def dtype(self, schema: Schema) -> DType:
        return dtype_of(self.value)

    def label(self) -> str:
        text = repr(list(self.value) if isinstance(self.value, tuple) else self.value)
        return text if len(text) <= 60 else text[:57] + "..."


@node
class Subquery(Expr):
    """The single value that another plan computes, used as if it were a literal.

    `plan` is any node with a one-field `schema`; it becomes a `Literal` when its value is known.
    """

    plan: Any

    @property
    def value_dtype(self) -> DType:
        dtype: DType = self.plan.schema.fields[0].dtype
        return dtype

    def dtype(self, schema: Schema) -> DType:
        return self.value_dtype

    @property
    def children(self) -> tuple[Node, ...]:
        """None: the columns of the other plan are no concern of the expression this stands in."""
        return ()

    def with_children(self, function: Callable[[Node], Node]) -> Subquery:
        return self

    def label(self) -> str:
        return f"({self.plan.title()})"


@node
class Table(Subquery):
    """The column that another plan computes, under its index, used as one argument: what `map` and `isin` look values up in."""

    def label(self) -> str:
        return self.plan.title()  # type: ignore[no-any-return]


@node
class Call(Expr):
    """An operation of `OPERATIONS` on its operands."""

    operation: str
    operands: tuple[Expr, ...]

    def dtype(self, schema: Schema) -> DType:
        operands = []
        for operand in self.operands:
            if isinstance(operand, Literal):
                operands.append(operand.value)
            elif isinstance(operand, Subquery):
                operands.append(Single(operand.value_dtype))
            else:
                operands.append(operand.dtype(schema))
        operands_as_given = operands
        if self.operation == "across":  # its dtype follows from those that there are: a probe of all columns would be too large
            method, options, names = operands[0]
            operands = [(method, options, names), *dict.fromkeys(operands[1:])]
            operands[0] = (method, options, names[: len(operands) - 1])
        why = refusal(self.operation, operands)
        if why is not None:
            raise TypeError(f"{self.label()}: {why}")
        if self.operation == "map":
            table = self.operands[1]
            return looked_up_dtype(table.value_dtype) if isinstance(table, Table) else mapped_dtype(operands[1])
        if self.operation == "cut":
            return cut_dtype(operands[2], operands[3])
        if self.operation == "isin" and isinstance(self.operands[1], Table):
            return dtype_named("bool")
        if self.operation == "astype" and isinstance(operands[0], DType) and operands[0].kind == "T":
            return as_dtype(operands[1])  # a probe could not be read as a number
        try:
            if self.operation == "case_when":  # the conditions say nothing, and a probe of many would be too large
                found = result_dtype(cased, operands[0], *dict.fromkeys(operands[2::2]))
            else:
                found = result_dtype(OPERATIONS[self.operation], *operands)
            if MIXED in (found, found.otherwise):
                raise TypeError("a column would hold values of several kinds")
            return found
        except (re.error, pa.ArrowInvalid) as error:
            raise ValueError(f"{self.label()}: {error}") from None
        except (TypeError, NotImplementedError, ArithmeticError, MemoryError) as error:
            shown = ", ".join(
                f"{e.label()} ({d})" if isinstance(d, (DType, Single)) else e.label()
                for e, d in zip(self.operands, operands_as_given, strict=True)
            )
            refused = f"{self.label()} does not fit its operands: {shown}."
            if self.operation in LOGICAL:  # that a column is text has mostly nothing to do with it
                raise TypeError(f"{refused} {parentheses(self)}") from None
            raise TextError(f"{refused} pandas says: {error}", texts_among(self.operands, operands)) from None
        except AttributeError as error:
            message = f"{self.label()}: {error}. {self.operands[0].label()} is {operands[0]}."
            raise NoDatesError(message, texts_among(self.operands, operands)) from None

    def label(self) -> str:
        texts = [_wrapped(operand) for operand in self.operands]
        if self.operation in INFIX:
            return f"{texts[0]} {INFIX[self.operation]} {texts[1]}"
        if self.operation in PREFIX:
            return f"{PREFIX[self.operation]}{texts[0]}"
        if self.operation in PROPERTIES:
            return f"{texts[0]}.{self.operation}"
        if self.operation == "across":
            names = ", ".join(operand.label() for operand in self.operands[1:])
            return f"[{names}].{self.operands[0].value[0]}(axis=1)"  # type: ignore[attr-defined]
        if self.operation.startswith("np."):
            return f"{self.operation}({', '.join(operand.label() for operand in self.operands)})"
        return f"{texts[0]}.{self.operation}({', '.join(operand.label() for operand in self.operands[1:])})"


@node
class Applied(Expr):
    """What a function makes of the operands, row by row; its dtype was found on real rows.

    `function` is called with the operands as pandas has them, a Series each. Where it makes a frame of them, this is the
    column at `position`.
    """

    function: Any
    operands: tuple[Expr, ...]
    found: DType
    position: int | None = None

    def dtype(self, schema: Schema) -> DType:
        for operand in self.operands:
            _ = operand.dtype(schema)
        return self.found

    def label(self) -> str:
        of = self.operands[0].label() if len(self.operands) == 1 else "rows"
        return f"{of}.{self.function.how}({self.function.title})"


@node
class Checked(Call):
    """Arithmetic on integers that are floats instead when the data ask for it.

    Integers wrap around where floats would not, and a batch cannot know which of the two pandas would have: a result
    that does not fit is an error.
    """


def checked(expr: Expr, dtype: DType) -> Expr:
    """`expr`, whose dtype is `dtype`, as a `Checked` where it must be one."""
    if type(expr) is Call and expr.operation in _WRAPPING and dtype.otherwise is not None and dtype.kind in "iu":
        return Checked(expr.operation, expr.operands)
    return expr


def parentheses(expr: Call) -> str:
    """What to say of an operation on masks where an operand is none."""
    if expr.operation == "invert":
        return "~ turns a mask around: write it before one in parentheses, ~(df.x > 3)."
    sign = INFIX[expr.operation]
    return (
        f"{sign} joins masks, and binds more strongly than comparisons do: put each comparison in parentheses, "
        f"(df.x > 3) {sign} (df.y == 1)."
    )


def _wrapped(expr: Expr) -> str:
    infix = isinstance(expr, Call) and (expr.operation in INFIX or expr.operation in PREFIX)
    return f"({expr.label()})" if infix else expr.label()


def can_fail(expr: Expr, schema: Schema) -> bool:
    """Whether some values are an error: then the expression must see the rows that it sees in pandas, and no others."""
    return any(isinstance(node, Applied) or (isinstance(node, Call) and _can_fail(node, schema)) for node in expr.walk())


def _can_fail(call: Call, schema: Schema) -> bool:
    kinds = {dtype.kind for operand in call.operands for dtype in operand.dtype(schema).possible}
    if call.operation == "astype":
        target = as_dtype(call.operands[1].value).kind  # type: ignore[attr-defined]
        return not all(target in _SAFE_CASTS.get(dtype.kind, "") for dtype in call.operands[0].dtype(schema).possible)
    if call.operation == "pow":  # a negative power of integers
        return "f" not in kinds
    if call.operation in ("str.index", "str.rindex", "dt.tz_localize", "dt.as_unit"):
        return True
    if call.operation in ARITHMETIC or call.operation in ("dt.floor", "dt.ceil", "dt.round"):
        return isinstance(call, Checked) or bool(kinds & set("Mm"))  # dates end in 1677 or 294,247
    return call.operation in (*LOGIC, "invert", "clip", "where") and "O" in kinds


_SAFE_CASTS = {"i": "iufbT", "u": "iufbT", "b": "iufbT", "f": "fbT", "T": "T", "C": "T"}
"""From which kind of dtype to which ones all values can be cast."""


_WRAPPING = {"add", "sub", "mul", "pow"}


def texts_among(operands: Sequence[Expr], dtypes: Sequence[Any]) -> tuple[Hashable, ...]:
    """The names of the columns of text among operands."""
    pairs = zip(operands, dtypes, strict=True)
    return tuple(e.name for e, d in pairs if isinstance(e, Column) and isinstance(d, DType) and d.kind == "T")
