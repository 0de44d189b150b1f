"""A column value by value: operators, and the methods whose value in a row is made of that row.

Arguments may be columns of the same rows. What is of other rows, or in memory, pandas matches by the labels; and of a dtype that
depends on all the values pandas' own method is made of the gathered column, where it has an answer for the rows of the sample.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Self, cast

from lazyframe.calls import from_dask
from lazyframe.expr import LOGICAL, Call, Expr, Keywords, Literal, Table, parentheses
from lazyframe.frame import wrap
from lazyframe.frame.across import IN_MEMORY, matched
from lazyframe.frame.align import over, same_rows
from lazyframe.frame.answer import Index, of_answers
from lazyframe.frame.array import Array
from lazyframe.frame.base import ColumnFace, call, literal, plain
from lazyframe.frame.mistakes import is_answered
from lazyframe.frame.scalar import Scalar
from lazyframe.frame.setting import choose
from lazyframe.notices import warn
from lazyframe.run import Called, Computable, leaves
from lazyframe.schema import as_dtype, with_article


class ColumnValues(ColumnFace):
    """What is done to each value of a column."""

    rename: Callable[..., Any]

    def _choose(self, function: Any, args: Any, kwargs: Any) -> Any:
        return choose(function, args, kwargs)

    def _with(self, expr: Expr) -> Self:
        return cast("Self", wrap.column(self._plan, expr, self.name))

    def _apply(self, operation: str, *arguments: Any) -> Self:
        return self._with(call(operation, self._expr, *map(plain, arguments)))

    def _method(self, operation: str, arguments: Sequence[Any], keywords: dict[str, Any]) -> Self:
        """A method of pandas whose arguments may be columns of the same rows or lazy scalars."""
        base = same_rows([self._plan, *(one._plan for one in arguments if isinstance(one, ColumnFace))])
        beside = [one for one in (*arguments, *keywords.values()) if isinstance(one, (Called, *IN_MEMORY))]
        made: Self
        if base is None or any(isinstance(one, Called) or one.ndim for one in beside):  # matched by the labels
            made = of_answers(self, operation, arguments, keywords)
            return made
        operands = [over(base, self._plan, self._expr)]
        for argument in arguments:
            if isinstance(argument, ColumnFace):
                operands.append(over(base, argument._plan, argument._expr))
            else:
                operands.append(argument._expr if isinstance(argument, Scalar) else plain(argument))
        if keywords:
            operands.append(Literal(Keywords(tuple(keywords.items()))))
        try:
            return cast("Self", wrap.column(base, call(operation, *operands), self.name))
        except TypeError:  # of a dtype that depends on all the rows, or of what pandas refuses, too
            if not is_answered(self, operation, arguments, keywords):
                raise
        made = of_answers(self, operation, arguments, keywords)
        return made

    def _operate(self, operation: str, other: Any, reflected: bool) -> Any:
        if isinstance(other, Computable) and not isinstance(other, (ColumnFace, Scalar)):
            return NotImplemented
        if isinstance(other, IN_MEMORY) and other.ndim:  # matched by the labels, or by where they stand
            return matched(operation, self, other, reflected)
        base, name = self._plan, self.name
        if isinstance(other, ColumnFace):
            common = same_rows([self._plan, other._plan])
            if common is None:
                return matched(operation, self, other, reflected)  # by the labels that both have, as pandas does
            base = common
            name = self.name if self.name == other.name else None
            right = over(base, other._plan, other._expr)
        else:
            right = other._expr if isinstance(other, Scalar) else literal(other)
        left = over(base, self._plan, self._expr)
        made = wrap.column(base, call(operation, right, left) if reflected else call(operation, left, right), name)
        made._warn_of_parentheses()
        return made

    def _warn_of_parentheses(self) -> None:
        """What pandas takes, and nobody means: ``a > 3 & mask``, which is ``a > (3 & mask)``."""
        if not isinstance(self._expr, Call) or self._expr.operation not in LOGICAL:
            return
        kinds = [operand.dtype(self._plan.schema).values_kind for operand in self._expr.operands]
        if "b" in kinds and {*kinds} & set("iufT"):
            warn(f"{self._expr.label()}: one side of it is no mask. {parentheses(self._expr)}", UserWarning)

    _truth = (
        "masks are combined with &, | and ~ in the place of and, or and not, each comparison in parentheses, "
        "df[(df.x > 3) & (df.k == 'a')]; 1 < x < 3 is written x.between(1, 3, inclusive='neither'); and `if` asks for one value, "
        "mask.any().compute()"
    )

    def fillna(self, value: Any) -> Self:
        """The column with `value` (a plain value, a lazy scalar, or a column) where it is missing."""
        if isinstance(value, Mapping):  # matched by the labels
            made: Self = self._gathered("fillna")(value)
            return made
        return self._method("fillna", [value], {})

    def isin(self, values: Any) -> Self:
        """Where the value is one of `values`, which is any iterable but a string, or a lazy column."""
        if isinstance(values, ColumnFace):
            return self._with(call("isin", self._expr, Table(values._result())))
        if isinstance(values, Array):
            return self.isin(values.to_series())
        if isinstance(values, Index):
            return self.isin(values.to_column())
        if isinstance(values, (bytes, Computable)) or type(values).__name__ == "str" or not hasattr(values, "__iter__"):
            kind = with_article(repr(type(values).__name__))
            raise TypeError(f"only list-like objects are allowed to be passed to isin(), you passed {kind}")
        values = tuple(map(from_dask, values))
        if any(True for _ in leaves(values)):
            made: Self = of_answers(self, "isin", [list(values)], {})
            return made
        return self._method("isin", [values], {})

    def astype(self, dtype: Any) -> Self:
        """The column as another dtype; as categories, which are the values of all rows, it is made of the gathered column."""
        if (as_dtype(dtype, "astype: dtype").is_open) and self._dtype.kind != "C":
            made: Self = self._gathered("astype")(dtype)
            return made
        return self._apply("astype", as_dtype(dtype, "astype: dtype").spelling)

    def between(self, left: Any, right: Any, inclusive: Any = "both") -> Self:
        """Where ``left <= value <= right``; `inclusive` is ``both``, ``neither``, ``left`` or ``right``."""
        names = [bound.name for bound in (left, right) if isinstance(bound, ColumnFace)]
        found = self._method("between", [left, right], {"inclusive": inclusive})
        return found if all(name == self.name for name in names) else found.rename(None)

    def clip(self, lower: Any = None, upper: Any = None) -> Self:
        """The column with values below `lower` or above `upper` replaced by these."""
        return self._method("clip", [lower, upper], {})

    def round(self, decimals: int = 0) -> Self:
        """The column rounded to a number of decimals."""
        return self._apply("round", decimals)
