"""A frame value by value: the same operation on each of its columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Self, cast

import pandas as pd

from lazyframe.frame.across import IN_MEMORY, matched, paired
from lazyframe.frame.align import filtered
from lazyframe.frame.base import call, literal
from lazyframe.frame.replacing import FrameReplacing
from lazyframe.frame.scalar import Scalar
from lazyframe.frame.signature import NotOfferedError
from lazyframe.plan import Plan, Project
from lazyframe.run import Called, Computable
from lazyframe.schema import TextError, as_dtype


class FrameValues(FrameReplacing):
    """What is done to each value of a frame, and the rows of which values are missing."""

    _column: Callable[[Any], Any]
    _columns: Callable[[], Any]
    _assigned: Callable[[Mapping[Any, Any]], Plan]

    def _each(self, function: Callable[[Any], Any]) -> Self:
        made = {name: function(self._column(name)) for name in self._plan.schema.names}
        if any(isinstance(one, Called) for one in made.values()):
            raise NotOfferedError("what some column becomes only its gathered values tell")
        return self._over(Project(self._plan, tuple((name, one._expr) for name, one in made.items())))

    def _apply(self, operation: str, *arguments: Any) -> Self:
        return self._each(lambda series: series._apply(operation, *arguments))

    def _operate(self, operation: str, other: Any, reflected: bool) -> Self:
        if isinstance(other, Computable) and not isinstance(other, Scalar):
            pairs = paired(self._plan, other)
            if pairs is None:  # rows and columns are matched by pandas, by their labels
                return cast("Self", matched(operation, self, other, reflected))
            columns = [
                self._column(name)._operate(operation, one, reflected)
                for name, one in zip(self._plan.schema.names, pairs, strict=True)
            ]
            return self._over(self._assigned(dict(zip(self._plan.schema.names, columns, strict=True))))
        if isinstance(other, IN_MEMORY) and other.ndim:
            return cast("Self", matched(operation, self, other, reflected))
        right = other._expr if isinstance(other, Scalar) else literal(other)

        def apply(series: Any) -> Any:
            left = series._expr
            return series._with(call(operation, right, left) if reflected else call(operation, left, right))

        return self._each(apply)

    def fillna(self, value: Any) -> Self:
        """The frame with missing values replaced: by one value, or by a mapping from column to value."""
        if isinstance(value, Mapping):
            known = {name: v for name, v in value.items() if name in self._plan.schema}
            return self._over(self._assigned({name: self._column(name).fillna(v) for name, v in known.items()}))
        if (isinstance(value, Computable) and not isinstance(value, Scalar)) or isinstance(value, IN_MEMORY):
            return cast("Self", self._gathered("fillna")(value))  # matched by the labels
        try:
            return self._each(lambda series: series.fillna(value))
        except TextError:
            if not pd.api.types.is_scalar(value):
                raise
            return cast("Self", self._gathered("fillna")(value))

    def isin(self, values: Any) -> Self:
        """Where the value is one of `values`: any iterable, or a mapping from column to one."""
        if isinstance(values, Mapping):
            return self._each(lambda series: series.isin(values.get(series.name, ())))
        return self._each(lambda series: series.isin(values))

    def astype(self, dtype: Any) -> Self:
        """The frame as other dtypes: one for all columns, or a mapping from column to dtype."""
        if isinstance(dtype, Mapping):
            made = {name: self._column(name).astype(d) for name, d in dtype.items()}
            last = dict(sorted(made.items(), key=lambda pair: isinstance(pair[1], Called)))  # after these the rows are others
            return self._over(self._assigned(last))
        if as_dtype(dtype, "astype: dtype").is_open:
            return self.astype(dict.fromkeys(self._plan.schema.names, dtype))
        return self._each(lambda series: series.astype(dtype))

    def categorize(self, columns: Any = None, index: Any = None) -> Self:
        """The frame with columns of text as categories, which are the values of all rows: Dask's name for `astype` of them.

        Parameters
        ----------
        columns : name or list of names, optional
            Which ones; all columns of text and objects if not given.
        index : bool, optional
            Dask's, for the labels, which stay as they are: taken, and not honoured.
        """
        if columns is None:
            names = [field.name for field in self._plan.schema if field.dtype.kind in "TO"]
        else:
            names = [columns] if isinstance(columns, (str, tuple)) else list(columns)
        return self.astype(dict.fromkeys(names, "category"))

    def clip(self, lower: Any = None, upper: Any = None) -> Self:
        """The frame with values below `lower` or above `upper`, plain values or lazy scalars, replaced by these."""
        for bound in (lower, upper):
            if not isinstance(bound, Scalar):
                literal(bound)
        return self._each(lambda series: series.clip(lower, upper))

    def round(self, decimals: int = 0) -> Self:
        """The frame with its numbers rounded."""
        return self._each(lambda series: series.round(decimals) if series._dtype.values_kind in "iuf" else series)

    def dropna(self, subset: Any = None, how: str = "any") -> Self:
        """The rows where no value (``how="any"``), or not every value (``how="all"``), of `subset` is missing."""
        if how not in ("any", "all"):
            raise ValueError(f"invalid how option: {how}")
        names = list(self._plan.schema.names) if subset is None else [subset] if isinstance(subset, str) else list(subset)
        masks = [call("notna", self._column(name)._expr) for name in names]
        if not masks:
            return self
        keep = masks[0]
        for mask in masks[1:]:
            keep = call("and_" if how == "any" else "or_", keep, mask)
        return self._over(cast("Plan", filtered(self._plan, self._columns(), self._plan, keep)))
