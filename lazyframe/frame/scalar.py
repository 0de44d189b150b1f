"""The lazy scalar.

See docs/decisions/0013-lazy-is-no-array.md.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from lazyframe.expr import Expr, Subquery
from lazyframe.frame import wrap
from lazyframe.frame.base import Computed, Operators, ValueFace, call, literal, plain
from lazyframe.frame.signature import like_pandas
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.task import value
from lazyframe.plan import Plan, Project, Unit
from lazyframe.run import Computable
from lazyframe.schema import Schema, probe

_NOT_ASKED = ("ndim", "shape", "size", "nbytes", "T", "flat", "data", "base", "flags", "strides")
"""What libraries ask anything for, to see whether it is an array."""


@wrap.face
@like_pandas(object)
class Scalar(Operators[Any], Computed[Any], ValueFace):
    """One value that is not computed yet. Arithmetic and comparison with numbers, columns and other scalars stay lazy.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> df.Distance.max()
    lf.Scalar<max of Distance, dtype=int64>
    >>> (df.Distance.max() - df.Distance.min()).compute(scheduler="sync")
    np.int64(2490)
    """

    def __init__(self, expr: Expr, convert: Callable[[Any], Any] | None = None) -> None:
        self._expr = expr
        self._convert = convert
        self._plan = Project(Unit(), ((None, expr),))
        _ = self._plan.schema  # a type error is raised here, where it was made

    @classmethod
    def _of(cls, plan: Plan, convert: Callable[[Any], Any] | None = None) -> Scalar:
        return cls(Subquery(plan), convert)

    @property
    def dtype(self) -> Any:
        """The dtype that the value has when the data have it."""
        return self._plan.schema.fields[0].dtype.pandas

    def _result(self) -> Plan:
        return self._expr.plan if isinstance(self._expr, Subquery) else self._plan

    def _over(self, plan: Plan) -> Scalar:
        return Scalar._of(plan, self._convert)

    def _finish(self, columns: Columns, plan: Plan) -> Any:
        found = value(columns)
        return found if self._convert is None else self._convert(found)

    def _operate(self, operation: str, other: Any, reflected: bool) -> Any:
        if isinstance(other, Computable) and not isinstance(other, Scalar):
            return NotImplemented
        right = other._expr if isinstance(other, Scalar) else literal(other)
        return Scalar(call(operation, right, self._expr) if reflected else call(operation, self._expr, right))

    def _apply(self, operation: str, *arguments: Any) -> Scalar:
        return Scalar(call(operation, self._expr, *map(plain, arguments)))

    def __getitem__(self, key: Any) -> Any:  # without it pandas takes for a plain number whatever has __float__: isna is False
        raise TypeError("a lazy Scalar is one value, with nothing in it to take; .compute() it first.")

    def __getattr__(self, name: str) -> Any:
        """What values of the dtype have: `item`, `days`, `strftime`; the value is computed."""
        if name.startswith("_") or name in _NOT_ASKED or not hasattr(probe(self._expr.dtype(Schema(()))).iloc[0], name):
            raise AttributeError(f"a lazy Scalar has no attribute {name!r}", obj=None)
        return getattr(self.compute(), name)

    def __bool__(self) -> bool:
        return bool(self.compute())

    def __int__(self) -> int:
        return int(self.compute())

    def __index__(self) -> int:
        return operator.index(self.compute())

    def __float__(self) -> float:
        return float(self.compute())

    def __complex__(self) -> complex:
        return complex(self.compute())

    def __round__(self, ndigits: int | None = None) -> Any:
        return round(self.compute()) if ndigits is None else round(self.compute(), ndigits)

    def __format__(self, spec: str) -> str:
        return format(self.compute(), spec)

    def __repr__(self) -> str:
        dtype = self._expr.dtype(Schema(())).name
        return f"lf.Scalar<{self._expr.plan.title() if isinstance(self._expr, Subquery) else self._expr.label()}, dtype={dtype}>"
