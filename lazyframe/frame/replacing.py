"""Values replaced by others: `where`, `mask`, `replace`, `case_when`, as rows are read.

pandas may change the dtype of a column for a value that is put into it, and for some only if it is: 1.5 into whole
numbers. What only all the rows tell is made of gathered rows.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any, Self, cast

import numpy as np
import pandas as pd

from lazyframe.expr import Literal
from lazyframe.frame.across import paired
from lazyframe.frame.base import ColumnFace, FrameFace, ValueFace, call, resolved
from lazyframe.plan import Plan
from lazyframe.run import Computable, leaves
from lazyframe.schema import DType

NO_DEFAULT: Any = pd.api.extensions.no_default
Pairs = tuple[tuple[Any, Any], ...]


class ColumnReplacing(ColumnFace):
    """Values of a column replaced."""

    _method: Callable[..., Any]
    _with: Callable[[Any], Any]

    def where(self, cond: Any, other: Any = float("nan")) -> Self:
        """The column where `cond` is true, `other` elsewhere; either may be a function of the column."""
        return cast("Self", self._method("where", [resolved(cond, self), resolved(other, self)], {}))

    def mask(self, cond: Any, other: Any = float("nan")) -> Self:
        """`other` where `cond` is true, the column elsewhere; either may be a function of the column."""
        return self.where(~resolved(cond, self), other)

    def replace(self, to_replace: Any = None, value: Any = NO_DEFAULT, *, regex: Any = False) -> Any:
        """The column with some values replaced by others.

        Parameters
        ----------
        to_replace : value, list or dict
            Which ones; a dict says by what.
        value : value or list
            By what. It streams where the column can hold it; else pandas' own method is made of the gathered column.
        regex : bool
            Whether texts are patterns.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.Origin.replace({"EWR": "Newark", "LGA": "LaGuardia"}).max().compute(scheduler="sync")
        'Newark'
        """
        pairs = _pairs(to_replace, value) if isinstance(regex, bool) else None
        fitting = None if pairs is None else _fitting(self._dtype, pairs)
        if fitting is None:
            further = {} if value is NO_DEFAULT else {"value": value}
            return self._gathered("replace")(to_replace, **further, regex=regex)
        return self._with(call("replace", self._expr, Literal(fitting), Literal(regex))) if fitting else self._with(self._expr)

    def infer_objects(self) -> Any:
        """The column; of objects the dtype is found anew, which gathers it."""
        objects = any(one.name == "object" for one in self._dtype.possible)
        return self._gathered("infer_objects")() if objects else self._with(self._expr)

    def case_when(self, caselist: Any) -> Any:
        """The column with the value of the first of several conditions that is true, where one is.

        Parameters
        ----------
        caselist : list of (condition, value)
            Masks of the same rows, or functions of the column that give one; values are plain, lazy scalars or columns.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.Distance.case_when([(df.Distance > 1000, 1000), (df.Distance < 100, 100)]).max().compute(scheduler="sync")
        np.int64(1000)
        """
        cases = [resolved(one, self) for case in caselist for one in case] if isinstance(caselist, list) else []
        masks, values = cases[::2], cases[1::2]
        if (
            not cases
            or any(len(case) != 2 for case in caselist)
            or not all(
                isinstance(mask, ColumnFace) and mask._dtype.name == "bool" and not mask._dtype.otherwise for mask in masks
            )
            or not all(isinstance(one, (ColumnFace, ValueFace)) or pd.api.types.is_scalar(one) for one in values)
        ):
            return self._gathered("case_when")(caselist)
        return self._method("case_when", cases, {})


class FrameReplacing(FrameFace):
    """Values of a frame replaced."""

    _column: Callable[[Any], Any]
    _assigned: Callable[[Mapping[Any, Any]], Plan]

    def where(self, cond: Any, other: Any = float("nan")) -> Any:
        """The frame where `cond` is true, `other` elsewhere; either may be a function of the frame.

        Parameters
        ----------
        cond : frame of masks, or mask
            Of the same rows, and for a frame of the same columns; a mask stands for all columns.
        other : value, or frame
            A plain value, a lazy scalar, or a frame of the same rows and columns.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")[["DepDelay", "ArrDelay"]]
        >>> df.where(df > 0, 0).sum().compute(scheduler="sync")
        DepDelay    2199.0
        ArrDelay    2083.0
        dtype: float64
        """
        return self._where("where", resolved(cond, self), resolved(other, self))

    def mask(self, cond: Any, other: Any = float("nan")) -> Any:
        """`other` where `cond` is true, the frame elsewhere; of the arguments see `where`."""
        return self._where("mask", resolved(cond, self), resolved(other, self))

    def _where(self, method: str, cond: Any, other: Any) -> Any:
        names = self._plan.schema.names
        masks = [cond] * len(names) if isinstance(cond, ColumnFace) else _beside(self._plan, cond)
        plain = isinstance(other, ValueFace) or (pd.api.types.is_scalar(other) and not isinstance(other, Computable))
        others = [other] * len(names) if plain else _beside(self._plan, other)
        if masks is not None and others is not None:
            given = zip(names, masks, others, strict=True)
            try:
                return self._over(self._assigned({n: getattr(self._column(n), method)(mask, one) for n, mask, one in given}))
            except (TypeError, ValueError):  # other rows, or a dtype that all the values tell
                pass
        return self._gathered(method)(cond, other)

    def replace(self, to_replace: Any = None, value: Any = NO_DEFAULT, *, regex: Any = False) -> Any:
        """The frame with some values replaced by others.

        Parameters
        ----------
        to_replace : value, list or dict
            Which ones; a dict says by what, or says so for each column.
        value : value, list or dict
            By what; a dict says it for each column. It streams where the columns can hold it.
        regex : bool
            Whether texts are patterns.
        """
        columns = {}
        for name in self._plan.schema.names:
            given = _of_column(name, to_replace, value)
            pairs = None if given is None or not isinstance(regex, bool) else _pairs(*given)
            series = self._column(name)
            if pairs is None or _fitting(series._dtype, pairs) is None:
                further = {} if value is NO_DEFAULT else {"value": value}
                return self._gathered("replace")(to_replace, **further, regex=regex)
            columns[name] = series.replace(dict(pairs), regex=regex)
        return self._over(self._assigned(columns))

    def infer_objects(self) -> Any:
        """The frame; of columns of objects the dtypes are found anew, which gathers the rows."""
        objects = any(one.name == "object" for field in self._plan.schema for one in field.dtype.possible)
        return self._gathered("infer_objects")() if objects else self._over(self._plan)


def _beside(plan: Plan, other: Any) -> list[Any] | None:
    """The columns of a frame of the same rows and columns; None for anything else."""
    return paired(plan, other) if isinstance(other, FrameFace) else None


def _of_column(name: Hashable, to_replace: Any, value: Any) -> tuple[Any, Any] | None:
    """What is replaced in one column of a frame, and by what; None where pandas is to say."""
    if isinstance(to_replace, Mapping) and value is NO_DEFAULT:
        nested = [isinstance(one, Mapping) for one in to_replace.values()]
        if any(nested):
            return (to_replace.get(name, {}), NO_DEFAULT) if all(nested) else None
        return to_replace, NO_DEFAULT
    by_column = isinstance(to_replace, Mapping)
    if by_column and name not in to_replace:
        return {}, NO_DEFAULT
    if isinstance(value, Mapping):
        if name not in value:
            return {}, NO_DEFAULT
        value = value[name]
    return (to_replace[name] if by_column else to_replace), value


def _pairs(to_replace: Any, value: Any) -> Pairs | None:
    """Old and new values; None where they are no plain ones."""
    if any(True for _ in leaves((to_replace, value))):
        return None
    if isinstance(to_replace, Mapping):
        made = list(to_replace.items()) if value is NO_DEFAULT else None
    elif value is NO_DEFAULT or to_replace is None:
        return None
    elif isinstance(to_replace, (list, tuple)):
        if isinstance(value, (list, tuple)):
            made = list(zip(to_replace, value, strict=True)) if len(value) == len(to_replace) else None
        else:
            made = [(one, value) for one in to_replace]
    else:
        made = [(to_replace, value)]
    if made is None or not all(isinstance(one, (str, int, float, np.number)) for pair in made for one in pair):
        return None
    olds = [old for old, _ in made]
    if len({(type(old), old) for old in olds}) < len(set(olds)) or len(set(olds)) < len(olds):
        return None
    return tuple(made)


def _fitting(dtype: DType, pairs: Sequence[tuple[Any, Any]]) -> Pairs | None:
    """Those whose old value the column may have; None where a new one may change its dtype, so that pandas is to say."""
    if dtype.kind in "Mm" and all(isinstance(old, (int, float)) and old == old for old, _ in pairs):
        return ()  # no number is a date
    if dtype.otherwise is not None or dtype.name not in ("str", "bool", "int64", "float64"):
        return None if pairs else ()
    kept = tuple((old, new) for old, new in pairs if _may_have(dtype.kind, old))
    return kept if all(_holds(dtype.kind, new) for _, new in kept) else None


def _may_have(kind: str, value: Any) -> bool:
    """Whether a value may be in a column of a kind: a number is in none of texts, and True is no 1."""
    if kind == "T":
        return isinstance(value, str) or _is_nan(value)
    return isinstance(value, bool) == (kind == "b") and not isinstance(value, str)


def _holds(kind: str, value: Any) -> bool:
    """Whether a column of a kind stays what it is with a value in it."""
    if not _may_have(kind, value):
        return False
    if kind in "Tb":
        return True
    whole = isinstance(value, (int, np.integer))
    return (whole and -(2**63) <= value < 2**63) if kind == "i" else (not whole or abs(value) <= 2**53)


def _is_nan(value: Any) -> bool:
    return isinstance(value, float) and value != value
