"""Reductions and window functions: what turns a column into one value a group, and what looks at other rows."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import pandas as pd

from lazyframe.expr.nodes import Column, Expr, texts_among
from lazyframe.schema import (
    DType,
    Schema,
    TextError,
    as_dtype,
    dtype_named,
    dtype_of,
    probe,
    unsettled,
)
from lazyframe.tree import Node, node

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
    "skew": "iufb",
    "kurt": "iufb",
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


PAIRED = ("pair_cov", "pair_corr")
"""The reductions of two columns, which are the parts of complex numbers."""


ONLY_GROUPED = ("first", "last")
"""The reductions that only groups have."""


_GATHERED = {"std": "Mm", "any": "m", "all": "m"}
"""What pandas has of dates and time differences besides; a deviation in whole units of time does not come of parts."""


def gathers(function: str, dtypes: Iterable[DType], grouped: bool = False) -> bool:
    """Whether a reduction of one of these dtypes needs all the values in one place."""
    kinds = "Mm" if grouped and function == "sem" else _GATHERED.get(function, "")
    return any(one.values_kind in kinds for dtype in dtypes for one in dtype.possible)


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
        if self.function in PAIRED:
            return dtype_named("float64")
        kinds = {dtype.values_kind for dtype in operand.possible}
        if not all(kind in REDUCTIONS[self.function] for kind in kinds):
            raise TextError(
                f"{self.function} of {self.operand.label()} ({operand}) is not offered: {self.function} takes "
                f"{_kinds_in_words(REDUCTIONS[self.function])}. {_hint(operand)}",
                texts_among([self.operand], [operand]),
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
