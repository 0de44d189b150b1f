"""What pandas has and could not be equal to it at every block size: said when it is written."""

from __future__ import annotations

from typing import Any

import numpy as np

from lazyframe.schema import (
    BIG_INTEGERS,
    OBJECT_BOOL,
    DType,
    Single,
    as_dtype,
    dtype_named,
)


def refusal(operation: str, operands: list[Any]) -> str | None:
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
    if has_objects and (operation in ARITHMETIC or operation == "str.get"):
        return (
            "not offered for objects: what pandas makes of them depends on each value. "
            "Cast with .astype(str), or with .fillna(False).astype(bool), first."
        )
    if has_integers and (
        operation in _NO_INTEGERS
        or operation.startswith("np.")
        or (operation in ARITHMETIC and not all(map(_is_integer, operands)))
    ):
        return (
            "whole numbers beyond 64 bits are Python's own, and what pandas makes of them here depends on each value. "
            "Cast with .astype(float), or with .astype(str), first."
        )
    if operation in LOGIC and OBJECT_BOOL in possible and not all(map(_is_boolean, operands)):
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


def _widens(dtype: DType, bound: Any) -> bool:
    """Whether a value that takes the place of some of a column of numbers may ask for another dtype than the column's."""
    if isinstance(bound, Single):
        return dtype.is_number and not (bound.dtype.name == dtype.name or (dtype.name == "float64" and bound.dtype.is_number))
    if dtype.kind == "Z":
        return bound is not None and not _is_integer(bound)
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


ARITHMETIC = {"add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "neg", "pos", "abs"}


_NO_INTEGERS = {"truediv", "pow", "and_", "or_", "xor", "invert", "round"}


LOGIC = {"and_", "or_", "xor"}


_REPLACING = {"where", "fillna", "clip"}
