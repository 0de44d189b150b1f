"""Column-valued nodes. Each states its dtype for a given schema.

There are four: a column, a literal, the one value of another plan, and a call. A call names an entry of
`OPERATIONS`, which holds pandas' own function for it. The dtype of a call is what that function gives for probe
columns (see `schema.probes`), and the kernels give it real ones: the meaning of an operation is written once, by pandas.

A `Reduction` is not a column: it turns a column into one value a group.

See docs/decisions/0003-checked-integers.md, docs/decisions/0004-filters-never-pass-what-can-fail.md and
docs/decisions/0015-lazy-scalar-is-a-subquery.md.
"""

from __future__ import annotations

import functools
import operator
import re
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from lazyframe.schema import (
    BIG_INTEGERS,
    MIXED,
    OBJECT_BOOL,
    DType,
    Schema,
    Single,
    TextError,
    as_dtype,
    dtype_named,
    dtype_of,
    probe,
    result_dtype,
    unsettled,
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
        return shown(str(self.name).partition("\2")[0])  # what follows tells two made columns of one label apart


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
        if self.operation == "across":  # its dtype follows from those that there are: a probe of all columns would be too large
            method, options, names = operands[0]
            operands = [(method, options, names), *dict.fromkeys(operands[1:])]
            operands[0] = (method, options, names[: len(operands) - 1])
        refusal = _refusal(self.operation, operands)
        if refusal is not None:
            raise TypeError(f"{self.label()}: {refusal}")
        if self.operation == "map":
            table = self.operands[1]
            return _looked_up_dtype(table.value_dtype) if isinstance(table, Table) else _mapped_dtype(operands[1])
        if self.operation == "isin" and isinstance(self.operands[1], Table):
            return dtype_named("bool")
        if self.operation == "astype" and isinstance(operands[0], DType) and operands[0].kind == "T":
            return as_dtype(operands[1])  # a probe could not be read as a number
        try:
            found = result_dtype(OPERATIONS[self.operation], *operands)
            if MIXED in (found, found.otherwise):
                raise TypeError("a column would hold values of several kinds")
            return found
        except (re.error, pa.ArrowInvalid) as error:
            raise ValueError(f"{self.label()}: {error}") from None
        except (TypeError, NotImplementedError, ArithmeticError, MemoryError) as error:
            shown = ", ".join(
                f"{e.label()} ({d})" if isinstance(d, (DType, Single)) else e.label()
                for e, d in zip(self.operands, operands, strict=True)
            )
            refused = f"{self.label()} does not fit its operands: {shown}."
            if self.operation in LOGICAL:  # that a column is text has mostly nothing to do with it
                raise TypeError(f"{refused} {parentheses(self)}") from None
            raise TextError(f"{refused} pandas says: {error}", _texts(self.operands, operands)) from None
        except AttributeError as error:
            raise AttributeError(f"{self.label()}: {error}. {self.operands[0].label()} is {operands[0]}.") from None

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


LOGICAL = ("and_", "or_", "xor", "invert")
"""The operations that combine masks."""


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


def _refusal(operation: str, operands: list[Any]) -> str | None:
    """Why an operation that pandas has could not be equal to it at every block size, if so."""
    first = operands[0]
    columns = [operand for operand in operands if isinstance(operand, DType)]
    possible = [dtype for column in columns for dtype in column.possible]
    has_integers = BIG_INTEGERS in possible
    has_objects = any(dtype.name == "object" and dtype != BIG_INTEGERS for dtype in possible)
    if operation == "map" and any(dtype.kind in "CEZ" or dtype.name == "object" for dtype in possible):
        return "not offered for objects, categories and nullable dtypes. Cast with .astype(str) first."
    if operation in ("astype", "fillna", "clip") and any(dtype.is_open for dtype in possible):
        return (
            "not offered where the categories are those found in the data: it depends on which they are. "
            "Give them: dtype=pd.CategoricalDtype([...]) in read_csv."
        )
    if operation == "astype" and isinstance(first, DType):
        return _cast_refusal(first, as_dtype(operands[1]))
    if has_objects and (operation in _ARITHMETIC or operation == "str.get"):
        return (
            "not offered for objects: what pandas makes of them depends on each value. "
            "Cast with .astype(str), or with .fillna(False).astype(bool), first."
        )
    if has_integers and (
        operation in _NO_INTEGERS
        or operation.startswith("np.")
        or (operation in _ARITHMETIC and not all(map(_is_integer, operands)))
    ):
        return (
            "whole numbers beyond 64 bits are Python's own, and what pandas makes of them here depends on each value. "
            "Cast with .astype(float), or with .astype(str), first."
        )
    if operation in _LOGIC and OBJECT_BOOL in possible and not all(map(_is_boolean, operands)):
        return "booleans with missing values go with booleans only. Write .fillna(False).astype(bool)."
    if operation in _REPLACING and isinstance(first, DType):
        if operands[-1] is None and first == dtype_named("object") and operation != "clip":
            return "text in a column of objects would be missing in two ways. Write float('nan') for None."
        if operation == "clip" and any(_widens(first, bound) for bound in operands[1:]):
            return "pandas chooses the dtype by the values that the bound replaces. Cast with .astype(float) first."
        others = columns[2:] if operation == "where" else columns[1:]
        if not all(
            (other.name, other.arrow) == (first.name, first.arrow) or (first.kind == "f" and other.kind in "iu")
            for other in others
        ):
            return "pandas looks at all the values of both columns to choose a dtype. Cast one to the dtype of the other first."
    return None


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
    if call.operation in _ARITHMETIC or call.operation in ("dt.floor", "dt.ceil", "dt.round"):
        return isinstance(call, Checked) or bool(kinds & set("Mm"))  # dates end in 1677 or 294,247
    return call.operation in (*_LOGIC, "invert", "clip", "where") and "O" in kinds


_SAFE_CASTS = {"i": "iufbT", "u": "iufbT", "b": "iufbT", "f": "fbT", "T": "T", "C": "T"}
"""From which kind of dtype to which ones all values can be cast."""


def _widens(dtype: DType, bound: Any) -> bool:
    """Whether a value that takes the place of some of a column of numbers may ask for another dtype than the column's."""
    if isinstance(bound, Single):
        return dtype.is_number and not (bound.dtype.name == dtype.name or (dtype.name == "float64" and bound.dtype.is_number))
    if dtype.kind == "Z":
        return not _is_integer(bound)
    if dtype.kind in "iu" and isinstance(bound, (int, float, np.number)) and bound == bound:  # not nan
        limits = np.iinfo(dtype.name)
        return bound != int(bound) if np.isfinite(bound) and limits.min <= bound <= limits.max else True
    return False


def _cast_refusal(dtype: DType, target: DType) -> str | None:
    if dtype.categories is not None and dtype.categories.dtype != "str":
        return "not offered for categories that are no text: what a missing value makes of them depends on all rows."
    if dtype.kind == "S" and target.kind == "E":
        return "not offered for bytes, of which pyarrow makes such values in one version and ends the program in another."
    if target == dtype_named("object") and dtype.kind in "CE":
        return "not offered for categories and nullable dtypes: objects would be of several kinds."
    if target.kind == "C":
        return "not offered: the categories are the values of all rows. Read the column so: dtype='category' in read_csv."
    if dtype.kind == "T" and target.values_kind in "Mm":
        return "how text is read as dates depends on all of it. Use parse_dates= and date_format= in read_csv."
    if dtype.values_kind in "Mm" and target.values_kind == "T":
        return "pandas looks at all the values to choose how they are written. Use .dt.strftime."
    if dtype.otherwise is not None and target.values_kind == "T":
        return f"the column is {dtype}, and its text would differ with it. Write .fillna(...) before .astype(str)."
    return None


def _is_integer(operand: Any) -> bool:
    if isinstance(operand, (DType, Single)):
        dtype = operand if isinstance(operand, DType) else operand.dtype
        return all(possible.kind in "iuZ" for possible in dtype.possible)
    return isinstance(operand, (int, np.integer)) and not isinstance(operand, bool)


def _is_boolean(operand: Any) -> bool:
    if isinstance(operand, DType):
        return all(dtype in (dtype_named("bool"), OBJECT_BOOL) for dtype in operand.possible)
    return isinstance(operand, bool)


_ARITHMETIC = {"add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "neg", "pos", "abs"}
_WRAPPING = {"add", "sub", "mul", "pow"}
_NO_INTEGERS = {"truediv", "pow", "and_", "or_", "xor", "invert", "round"}
_LOGIC = {"and_", "or_", "xor"}
_REPLACING = {"where", "fillna", "clip"}


INFIX = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=", "and_": "&", "or_": "|", "xor": "^",
}  # fmt: skip
PREFIX = {"invert": "~", "neg": "-", "pos": "+"}

DT_FIELDS = (
    "year", "month", "day", "hour", "minute", "second", "microsecond", "nanosecond", "day_of_week", "day_of_year",
    "quarter", "days_in_month", "is_month_start", "is_month_end", "is_quarter_start", "is_quarter_end",
    "is_year_start", "is_year_end", "is_leap_year", "days", "seconds", "microseconds",
)  # fmt: skip
DT_METHODS = ("normalize", "floor", "ceil", "round", "strftime", "day_name", "month_name", "total_seconds")
STR_METHODS = (
    "lower", "upper", "title", "capitalize", "swapcase", "strip", "lstrip", "rstrip", "len", "contains", "startswith",
    "endswith", "match", "fullmatch", "replace", "slice", "pad", "zfill", "ljust", "rjust", "center", "find", "count",
    "isdigit", "isalpha", "isalnum", "isnumeric", "isspace", "islower", "isupper", "get", "removeprefix", "removesuffix",
    "casefold", "isascii", "isdecimal", "istitle", "normalize", "repeat", "rfind", "slice_replace", "wrap",
)  # fmt: skip
UFUNCS = (
    "sqrt", "cbrt", "square", "exp", "exp2", "expm1", "log", "log2", "log10", "log1p", "sin", "cos", "tan", "arcsin", "arccos",
    "arctan", "sinh", "cosh", "tanh", "radians", "degrees", "floor", "ceil", "trunc", "rint", "sign", "isnan", "isinf",
    "isfinite", "hypot", "arctan2", "maximum", "minimum",
)  # fmt: skip
METHODS = ("isna", "notna", "fillna", "isin", "astype", "between", "clip", "round", "abs", "where")
PROPERTIES = {f"dt.{name}" for name in DT_FIELDS}


class _Method:
    """pandas' Series method (or property) of a dotted name, as a function of its Series."""

    def __init__(self, path: str, is_property: bool = False) -> None:
        self.path = path.split(".")
        self.is_property = is_property

    def __call__(self, series: pd.Series, *arguments: Any) -> Any:
        target: Any = series
        for name in self.path:
            target = getattr(target, name)
        if self.is_property:
            return target
        keywords: dict[str, Any] = {}
        if arguments and isinstance(arguments[-1], Keywords):
            keywords = dict(arguments[-1].items)
            arguments = arguments[:-1]
        return target(*arguments, **keywords)


@dataclass(frozen=True)
class Keywords:
    """The keyword arguments of a method, as its last operand."""

    items: tuple[tuple[str, Any], ...]

    def __repr__(self) -> str:
        return ", ".join(f"{name}={value!r}" for name, value in self.items)


def _isin(series: pd.Series, values: Any) -> pd.Series:
    return series.isin(values if isinstance(values, pd.Series) else list(values))


def _map(series: pd.Series, pairs: Any) -> pd.Series:
    if isinstance(pairs, pd.Series):  # of a table
        return series.map(pairs) if len(series) else pairs.iloc[:0].reset_index(drop=True)
    if not len(series):  # pandas gives text back as text, and a batch is not all the rows
        return pd.Series([new for _, new in pairs] or [np.nan]).iloc[:0]
    return series.map(dict(pairs))


def _looked_up_dtype(dtype: DType) -> DType:
    """The dtype of values looked up in a column, some of which may not be there."""
    missing = dtype_of(probe(dtype).reindex(range(2)))
    return unsettled(dtype.possible[0], missing) if dtype.otherwise is None else unsettled(dtype.possible[0], dtype.otherwise)


def _mapped_dtype(pairs: tuple[tuple[Any, Any], ...]) -> DType:
    """The dtype of new values, and what it is where some old value has none."""
    new = pd.Series(dict(pairs)) if pairs else pd.Series([np.nan])
    found = dtype_of(new)
    missing = dtype_of(new.reset_index(drop=True).reindex(range(len(new) + 1)))
    if MIXED in (found, missing):
        raise TypeError("map: the new values are of several kinds")
    return unsettled(found, missing)


def _astype(series: pd.Series, dtype: str) -> pd.Series:
    return series.astype(dtype)  # type: ignore[call-overload,no-any-return]


def _where(mask: Any, left: Any, right: Any) -> pd.Series:
    """numpy's ``where``, as a column."""
    return pd.Series(np.where(mask, left, right))


def _set(series: pd.Series, mask: pd.Series, value: Any) -> pd.Series:
    """Some values of a column replaced as pandas does it in place: the dtype stays, or it is an error."""
    made = series.copy()
    made[mask.to_numpy(bool)] = value[mask] if isinstance(value, pd.Series) else value
    return made


def _set_new(mask: pd.Series, value: Any) -> pd.Series:
    """A new column that has a value in some rows, and nothing elsewhere."""
    if isinstance(value, pd.Series):
        return value.where(mask)
    if isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.bool_)):
        value = float(value)
    return pd.Series(value, mask.index, dtype=object if isinstance(value, (bool, np.bool_)) else None).where(mask)


def _across(how: tuple[str, tuple[tuple[str, Any], ...], tuple[Hashable, ...]], *columns: pd.Series) -> pd.Series:
    """A method of pandas along the columns."""
    method, options, names = how
    frame = pd.DataFrame(dict(enumerate(columns)))
    frame.columns = pd.Index(names)
    made: pd.Series = getattr(frame, method)(axis=1, **dict(options))
    return made


OPERATIONS: dict[str, Callable[..., Any]] = {
    **{name: getattr(operator, name) for name in (*INFIX, *PREFIX)},
    **{name: _Method(name) for name in METHODS},
    **{f"dt.{name}": _Method(f"dt.{name}", is_property=True) for name in DT_FIELDS},
    **{f"dt.{name}": _Method(f"dt.{name}") for name in DT_METHODS},
    **{f"str.{name}": _Method(f"str.{name}") for name in STR_METHODS},
    **{f"np.{name}": getattr(np, name) for name in UFUNCS},
    "abs": operator.abs,
    "isin": _isin,
    "astype": _astype,
    "map": _map,
    "np.where": _where,
    "set": _set,
    "set_new": _set_new,
    "across": _across,
}
"""Every operation on columns, by name: pandas' own function for it. All work row by row."""


REDUCTIONS: dict[str, str] = {
    # name -> the kinds of column it takes (the letters of `DType.kind`)
    "size": "iufbcMmTOCZS",
    "count": "iufbcMmTOCZS",
    "nunique": "iufbcMmTOCZS",
    "sum": "iufbcmZ",
    "prod": "iufbcZ",
    "mean": "iufbcMm",
    "std": "iufb",
    "var": "iufb",
    "sem": "iufb",
    "min": "iufbMmTCZ",
    "max": "iufbMmTCZ",
    "any": "iufbcZ",
    "all": "iufbcZ",
    "first": "iufbMmTC",
    "last": "iufbMmTC",
    "median": "iufbMm",
    "quantile": "iufMm",
}
"""Every reduction, and what it is offered for."""

ONLY_GROUPED = ("first", "last")
"""The reductions that only groups have."""


@node
class Reduction(Node):
    """A function from a column to one value a group.

    Parameters
    ----------
    function : str
        A key of `REDUCTIONS`.
    operand : Expr or None
        The column; None for ``size``, which counts rows.
    options : tuple of (str, value)
        ``ddof`` of std, var and sem, ``dropna`` of nunique, ``q`` and ``interpolation`` of quantile, ``dtype`` of size.
    """

    function: str
    operand: Expr | None
    options: tuple[tuple[str, Any], ...] = ()

    def option(self, name: str, default: Any) -> Any:
        return dict(self.options).get(name, default)

    def dtype(self, schema: Schema, grouped: bool) -> DType:
        """The dtype of the values, one a group, or of the one value.

        Raises
        ------
        TypeError
            pandas refuses the reduction for this dtype, or it is not offered for it.
        """
        if self.operand is None:
            return as_dtype(self.option("dtype", "int64"))
        operand = self.operand.dtype(schema)
        kinds = {dtype.values_kind for dtype in operand.possible}
        if not all(kind in REDUCTIONS[self.function] for kind in kinds):
            raise TextError(
                f"{self.function} of {self.operand.label()} ({operand}) is not offered: {self.function} takes "
                f"{_kinds_in_words(REDUCTIONS[self.function])}. {_hint(operand)}",
                _texts([self.operand], [operand]),
            )
        if not grouped and self.function in ONLY_GROUPED:
            raise TypeError(f"{self.function} of {self.operand.label()}: only groups have it")
        if grouped and operand.name == "object" and self.function in ("min", "max", *ONLY_GROUPED):
            raise TypeError(
                f"{self.function} of {self.operand.label()} (object) in groups is not offered; pandas gives str or object, "
                "as the rows happen to be. Cast with .astype(str) first."
            )
        try:
            found = reduced_dtype(self.function, operand, grouped, self.options)
            if (
                self.function in ("sum", "prod") and found.kind in "iu" and found.otherwise is None
            ):  # as wide as the sums need, in pandas
                return unsettled(found, dtype_named("int64" if found.kind == "i" else "uint64"))
            return found
        except TypeError as error:
            raise TypeError(f"{self.function} of {self.operand.label()} ({operand}): {error}") from None

    def label(self) -> str:
        return self.function if self.operand is None else f"{self.function}({self.operand.label()})"


def is_of_a_column(node: Node) -> bool:
    """Whether it is a column or its reduction, in which there is no plan: of a wide frame there are many thousands of these."""
    return isinstance(node, Column) or (isinstance(node, Reduction) and isinstance(node.operand, Column))


def counts_as(dtype: DType, counted: Callable[[pd.Series], pd.Series]) -> tuple[tuple[str, Any], ...]:
    """The option of a ``size`` that has the dtype which pandas gives to counts of such a column, where that is its own."""
    found = dtype_of(counted(probe(dtype))) if dtype.kind == "E" else dtype_named("int64")
    return () if found == dtype_named("int64") else (("dtype", found.spelling),)


@node
class WindowCall(Node):
    """A method of pandas that gives each row a value by looking at the rows before or after it: ``cumsum``, ``shift``.

    Parameters
    ----------
    method : str
        That of a Series, or of a DataFrame; of the groups of either where there are `keys`.
    operands, keys : tuple of Expr
        The columns, and what they are grouped by.
    options, grouping : tuple of (str, value)
        The arguments of the method, and those of ``groupby``.
    alone : bool
        Whether it is the method of a Series; that of a frame can give another dtype where there are no rows.
    applied : Applied, optional
        A function of the user's that is called with the operands, in the place of the method.
    """

    method: str
    operands: tuple[Expr, ...]
    options: tuple[tuple[str, Any], ...]
    alone: bool
    keys: tuple[Expr, ...] = ()
    grouping: tuple[tuple[str, Any], ...] = ()
    applied: Any = None  # an Applied, whose function is called with the operands in the place of the method

    def reads(self) -> tuple[Expr, ...]:
        """The expressions that it is made of."""
        return (*self.operands, *self.keys)

    def label(self) -> str:
        of = self.operands[0].label() if len(self.operands) == 1 else f"[{', '.join(one.label() for one in self.operands)}]"
        by = f".groupby({', '.join(key.label() for key in self.keys)})" if self.keys else ""
        return f"{of}{by}.{self.method}({', '.join(f'{name}={value!r}' for name, value in self.options)})"


def _texts(operands: Sequence[Expr], dtypes: Sequence[Any]) -> tuple[Hashable, ...]:
    """The names of the columns of text among operands."""
    pairs = zip(operands, dtypes, strict=True)
    return tuple(e.name for e, d in pairs if isinstance(e, Column) and isinstance(d, DType) and d.kind == "T")


def _hint(dtype: DType) -> str:
    if dtype.kind == "T":
        return "If the column holds numbers, pass dtype= or na_values= to read_csv, or name the columns you mean."
    return "Cast with .astype first."


def _kinds_in_words(kinds: str) -> str:
    words = {"i": "numbers", "c": "complex numbers", "b": "booleans"}
    words |= {"M": "dates", "m": "time differences", "T": "text", "O": "objects"}
    return ", ".join(word for kind, word in words.items() if kind in kinds)


@functools.lru_cache(maxsize=1024)
def reduced_dtype(function: str, operand: DType, grouped: bool, options: tuple[tuple[str, Any], ...] = ()) -> DType:
    """The dtype pandas gives to a reduction of a column of `operand`."""

    def reduced(series: pd.Series) -> DType:
        reducible = series.groupby([0] * len(series)) if grouped else series.to_frame()
        return dtype_of(getattr(reducible, function)(**dict(options)))

    plain = probe(operand)
    asked = plain if operand.otherwise is None else probe(operand.otherwise)
    return unsettled(reduced(plain), reduced(asked if grouped else asked.iloc[:0]))
