"""What an operation does to dtypes: what pandas' own does to tiny columns.

It is not written down here a second time. So a type error is pandas' own, and is raised on the line where the user made it.

See docs/decisions/0001-dtypes-are-probed.md.
"""

from __future__ import annotations

import functools
import itertools
import warnings
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.documented import Documented
from lazyframe.schema.dtypes import MIXED, DType, dtype_of, pandas_category, unsettled


@dataclass(frozen=True, slots=True)
class Single:
    """One value of a dtype, as an operand; a `DType` itself stands for a column."""

    dtype: DType

    def __str__(self) -> str:
        return str(self.dtype)


_PROBES: dict[str, tuple[Any, ...]] = {
    # kind -> a value that asks nothing of the result, then those that may: a missing one, a zero
    "i": (1, 0),
    "u": (1, 0),
    "f": (1.0, np.nan),
    "c": (1 + 1j, 0j, np.nan),
    "b": (True, False),
    "S": (b"a", b""),
    "M": ("2000-01-01", "NaT"),
    "m": (1, "NaT"),
    "T": ("a", np.nan),
    "O": (True, False, np.nan),
    "Z": (2**70, 0, np.nan),
}
_NULLABLE_PROBES: dict[str, tuple[Any, ...]] = {
    "i": (1, 0, pd.NA),
    "u": (1, 0, pd.NA),
    "f": (1.0, pd.NA),
    "b": (True, False, pd.NA),
    "T": ("a", pd.NA),
    "O": (pd.NA,),
}


def _values_of(dtype: DType) -> tuple[Any, ...]:
    """The values of a probe: one that asks nothing of the result, then those that may."""
    if dtype.categories is not None:
        return (0,) if dtype.categories.complete else (0, -1) if dtype.categories.values else (-1,)
    if dtype.extension is None or dtype.has_zone:
        return _PROBES[dtype.values_kind]
    return _NULLABLE_PROBES[dtype.values_kind]


def probe(dtype: DType, values: Sequence[Any] | None = None) -> pd.Series:
    """A tiny column of `dtype`: of these of its probe values, or of the one that asks nothing."""
    if dtype == MIXED:
        raise TypeError("its values are of several kinds; .compute() it first")
    values = list(_values_of(dtype)[:1] if values is None else values)
    if dtype.categories is not None:
        return pd.Series(pd.Categorical.from_codes(values, dtype=pandas_category(dtype)))
    if dtype.extension is not None:
        return pd.Series(pd.array(values, dtype=dtype.extension))
    return pd.Series(np.array(values, dtype=dtype.name) if dtype.kind in "MmS" else values, dtype=dtype.name)


def asking(dtype: DType) -> pd.Series:
    """A tiny column with all the values that can change the dtype of a result."""
    dtype = dtype.otherwise or dtype
    return probe(dtype, _values_of(dtype))


class TextError(Documented, TypeError):
    """An operation that columns of text do not have.

    Parameters
    ----------
    message : str
        What is wrong.
    columns : tuple
        The names of these columns.
    """

    def __init__(self, message: str, columns: tuple[Hashable, ...] = ()) -> None:
        super().__init__(message)
        self.columns = columns


class NoDatesError(Documented, AttributeError):
    """Something was asked of columns that only dates have, or only text; of the parameters see `TextError`."""

    def __init__(self, message: str, columns: tuple[Hashable, ...] = ()) -> None:
        super().__init__(message, obj=None)  # or the interpreter would look for a name of its own to propose
        self.columns = columns


@functools.lru_cache(maxsize=4096, typed=True)
def result_dtype(function: Callable[..., Any], *operands: Any) -> DType:
    """The dtype of ``function(*operands)``, where an operand is a `DType`, a `Single` or a plain value.

    Raises
    ------
    TypeError
        pandas refuses the operation for these dtypes.
    """
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        plain = dtype_of(function(*[_probed(operand) for operand in operands]))
        if plain.kind == "f":  # it may be no float where there are no rows: 1 // 0
            try:
                empty = dtype_of(function(*[_probed(operand, rows=0) for operand in operands]))
            except ValueError:
                empty = plain
            if empty.kind in "iu":
                return unsettled(empty, plain)
        try:
            return unsettled(plain, dtype_of(function(*_asking(operands))))
        except ValueError:  # values that pandas refuses: an error of the data, should they be there
            return plain
        except TypeError:  # so are missing values in nullable columns, of which no integer can be made
            if plain.kind == "E" or not any(isinstance(one, DType) and one.kind == "E" for one in operands):
                raise
            return plain


def _probed(operand: Any, rows: int = 1) -> Any:
    if isinstance(operand, Single):
        return probe(operand.dtype).iloc[0]
    return probe(operand).iloc[:rows] if isinstance(operand, DType) else operand


def _asking(operands: Sequence[Any]) -> list[Any]:
    """The operands with the values that ask for another dtype: those of columns in every combination."""
    dtypes = [operand.otherwise or operand for operand in operands if isinstance(operand, DType)]
    rows = list(itertools.product(*map(_values_of, dtypes)))
    columns = iter([probe(dtype, values) for dtype, values in zip(dtypes, zip(*rows, strict=True), strict=True)])
    return [
        next(columns)
        if isinstance(operand, DType)
        else asking(operand.dtype).iloc[-1 if operand.dtype.is_number else 0]
        if isinstance(operand, Single)
        else operand
        for operand in operands
    ]
