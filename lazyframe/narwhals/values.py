"""What expressions are evaluated to: columns, and single values, which stand for columns wherever there are some."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import lazyframe as lf
from lazyframe.expr import Literal
from lazyframe.plan import Project, Unit

_namespace: list[type[Any]] = []


def is_namespace(kind: type[Any]) -> type[Any]:
    """Register the class of functions, which knows frames and expressions, for these to name it."""
    _namespace.append(kind)
    return kind


def namespace(version: Any) -> Any:
    """The functions of narwhals, in a version of its names."""
    return _namespace[0](version=version)


def row(values: list[Any]) -> Any:
    """A frame of one row of single values, lazy ones and plain ones."""
    exprs = [one._expr if isinstance(one, lf.Scalar) else Literal(one) for one in values]
    return lf.DataFrame(Project(Unit(), tuple((f"value {place}", expr) for place, expr in enumerate(exprs))))


def each(native: Any, function: Callable[..., Any], *others: Any) -> Any:
    """What a function of columns gives; of single values too, which are columns of one row then."""
    if any(isinstance(one, lf.Series) for one in (native, *others)):
        return function(native, *others)
    values = row([native, *others])
    return lf.Scalar._of(function(*(values[name] for name in values.columns))._result())
