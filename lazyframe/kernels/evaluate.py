"""Evaluate expressions over columns.

The meaning of every operation is pandas' own function (expr.OPERATIONS). Two shortcuts give the same answer sooner:
numpy alone, where numpy and pandas cannot differ; and, for text and dates that come as codes, the operation on the
distinct values only, remembered for dates, since the same few come in batch after batch.

See docs/decisions/0001-dtypes-are-probed.md and docs/decisions/0038-repetition-is-looked-up-once.md.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.extensions import ExtensionArray

from lazyframe.expr import OPERATIONS, Applied, Call, Checked, Column, Expr, Literal, Subquery
from lazyframe.functions import held
from lazyframe.kernels.bounds import Bounds, excludes
from lazyframe.kernels.columns import Columns, Text, Values, from_series, is_column, take, text_series, to_series
from lazyframe.schema import Schema, spread
from lazyframe.tree import Node, token


def evaluate(expr: Expr, columns: Columns) -> Values:
    """The values of `expr`, one a row of `columns`."""
    value = _evaluate(expr, columns)
    if is_column(value):
        return value
    return from_series(spread(value, len(columns)))


def _evaluate(expr: Expr, columns: Columns) -> Any:
    """The values, or for a literal its one value: numpy and pandas spread it, and dtypes depend on its being one."""
    match expr:
        case Column(name):
            return columns[name]
        case Literal(value):
            return value
        case Call(operation, (Column(name), *rest)) if operation.startswith("dt.") and all(isinstance(e, Literal) for e in rest):
            coded = columns.coded(name)
            arguments = [_evaluate(operand, columns) for operand in rest]
            if coded is None or len(coded[1]) >= len(columns):
                return call(operation, [columns[name], *arguments])
            return take(_over_few(operation, coded[1], tuple(arguments)), coded[0])
        case Applied():
            return _applied(expr, columns)
        case Checked(operation, operands):
            return _without_wrapping(expr, [_evaluate(operand, columns) for operand in operands])
        case Call(operation, operands):
            return call(operation, [_evaluate(operand, columns) for operand in operands])
        case _:
            raise TypeError(f"{type(expr).__name__} cannot be evaluated; its value was not bound")


def _applied(expr: Applied, columns: Columns) -> Values:
    """What a function made of a batch; one that makes several columns is called once for them all."""
    function = expr.function

    def make() -> Any:
        operands = [to_series(evaluate(operand, columns)) for operand in expr.operands]
        return function(operands)

    made = columns.once(f"{function.token}-{token([one.token for one in expr.operands])}", make)
    if expr.position is not None:
        made = made.iloc[:, expr.position] if len(columns) else pd.Series([], dtype=object)
    return from_series(held(made, expr.found, expr.label()))


def call(operation: str, operands: list[Any]) -> Any:
    """Apply an operation to columns and plain values; plain values alone give a plain value."""
    if not any(map(is_column, operands)):
        return OPERATIONS[operation](*operands)
    plain = _PLAIN.get(operation)
    if plain is not None and all(_is_plain(operand, operation) for operand in operands):
        with np.errstate(all="ignore"):
            return plain(*operands)
    first = operands[0]
    if isinstance(first, Text) and first.is_coded and not any(map(is_column, operands[1:])):
        return _over_dictionary(operation, first, operands[1:])
    function = OPERATIONS[operation]
    with np.errstate(all="ignore"):
        result = function(*[to_series(o) if is_column(o) else o for o in operands])
    return from_series(result)


def _without_wrapping(expr: Checked, operands: list[Any]) -> Any:
    """Arithmetic whose integers must not wrap around: as floats they would not, and the data may ask for floats.

    Raises
    ------
    OverflowError
        A result that does not fit.
    """
    found = call(expr.operation, operands)
    if isinstance(found, np.ndarray) and found.dtype.kind in "iu" and len(found):
        limits = np.iinfo(found.dtype)
        wide = call(expr.operation, [o.astype(np.float64) if isinstance(o, np.ndarray) else o for o in operands])
        if not (wide.min() >= limits.min and wide.max() <= limits.max):
            raise OverflowError(
                f"{expr.label()} does not fit {found.dtype}, and the column would be float64 if a value were missing, where it "
                "does fit. Write .astype('float64') before the arithmetic, or .astype('int64') where nothing is missing."
            )
    return found


_PLAIN: dict[str, Callable[..., Any]] = {
    "add": np.add, "sub": np.subtract, "mul": np.multiply, "truediv": np.true_divide, "neg": np.negative,
    "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal, "gt": np.greater, "ge": np.greater_equal,
    "and_": np.logical_and, "or_": np.logical_or, "xor": np.logical_xor, "invert": np.logical_not,
}  # fmt: skip
_LOGIC = {"and_", "or_", "xor", "invert"}


def _is_plain(operand: Any, operation: str) -> bool:
    """Whether numpy's answer for this operand is pandas' too."""
    if operation in _LOGIC:
        return isinstance(operand, np.ndarray) and operand.dtype == bool
    if isinstance(operand, np.ndarray):
        return operand.dtype in (np.float64, np.int64)  # of other widths and signs pandas and numpy may think differently
    return type(operand) is float or (type(operand) is int and -(2**53) <= operand <= 2**53)


def _over_few(operation: str, dates: np.ndarray, arguments: tuple[Any, ...]) -> Values:
    """An operation on a batch's few distinct dates: the same ones come again and again, though seldom in the same order."""
    if len(dates) > _REMEMBERED:
        return call(operation, [dates, *arguments])
    in_order, places = np.unique(dates, return_inverse=True)
    return take(_over_sorted(operation, in_order.tobytes(), dates.dtype.str, arguments), places)


_REMEMBERED = 512  # dates


@functools.lru_cache(maxsize=64)
def _over_sorted(operation: str, dates: bytes, dtype: str, arguments: tuple[Any, ...]) -> Values:
    return call(operation, [np.frombuffer(dates, dtype), *arguments])


def _over_dictionary(operation: str, text: Text, arguments: list[Any]) -> Values:
    """An operation on coded text: on each distinct value once, then spread by the codes."""
    codes, dictionary = text.codes()
    missing = bool(len(codes)) and codes.min() < 0
    if len(dictionary) > len(codes) or not len(codes):
        return from_series(OPERATIONS[operation](text.series(), *arguments))
    strings = pa.concat_arrays([dictionary, pa.array([None], dictionary.type)]) if missing else dictionary
    distinct = text_series(strings)
    if text.dtype == "object":
        distinct = distinct.astype(object)
    result = from_series(OPERATIONS[operation](distinct, *arguments))
    return take(result, np.where(codes < 0, len(dictionary), codes) if missing else codes)


class RowPredicate:
    """A predicate that a source may apply to its batches.

    Parameters
    ----------
    expr : Expr
        Boolean.
    schema : Schema
        Of the source.

    Attributes
    ----------
    seconds : float
        How long it has taken so far.
    """

    def __init__(self, expr: Expr, schema: Schema) -> None:
        self.expr = expr
        self._fields = schema.labelled()
        self.columns = tuple(str(name) for name in expr.columns())
        self.seconds = 0.0

    def __call__(self, batch: pa.RecordBatch) -> np.ndarray:
        start = time.perf_counter()
        kept = mask(self.expr, Columns.from_batch(batch, self._fields))
        self.seconds += time.perf_counter() - start
        return kept

    def excludes(self, bounds: Mapping[str, Bounds]) -> bool:
        """Whether no row can pass, going by what is known of whole columns; see `lazyframe.kernels.bounds`."""
        return excludes(self.expr, bounds)


def mask(predicate: Expr, columns: Columns) -> np.ndarray:
    """The rows to keep.

    Raises
    ------
    ValueError
        A mask with missing values, as in pandas.
    """
    values = evaluate(predicate, columns)
    if isinstance(values, ExtensionArray):  # pandas takes what is unknown for false
        return np.asarray(pd.Series(values).astype("boolean").to_numpy(bool, na_value=False))
    if isinstance(values, Text) or values.dtype != bool:
        if isinstance(values, Text) or pd.isna(values).any():
            raise ValueError(
                f"the mask {predicate.label()} has missing values; write .fillna(False), or na=False in .str methods"
            )
        values = values.astype(bool)
    return np.asarray(values)


def bind(expr: Expr, values: Mapping[str, Any]) -> Expr:
    """`expr` with every subquery replaced by its value, by token."""

    def change(node: Node) -> Node:
        return Literal(values[node.token]) if isinstance(node, Subquery) else node

    bound = expr.rewrite(change)
    assert isinstance(bound, Expr)
    return bound
