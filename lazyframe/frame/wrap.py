"""The one place that makes the face of a plan, so that no face has to import another.

The classes of the face register themselves here by their shape (`face`); whatever builds a plan asks for the face of it by
shape: `frame` for a table, `column` for a column over the rows of a plan, `only_column` for the column of a plan that has one,
`scalar` for one value, `array` for values without an index. What a face has to know of another one is said in `base`
(`FrameFace`, `ColumnFace`, `ValueFace`), below them all.

To import any module of this folder imports the folder's ``__init__``, and with it all the faces; so each of them is there when
it is asked for, in a worker process too.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

from lazyframe.expr import Column, Expr, Subquery
from lazyframe.plan import Plan

C = TypeVar("C", bound=type)

_faces: dict[str, Callable[..., Any]] = {}


def face(shape: str) -> Callable[[C], C]:
    """Register a class as the face of what has this shape: ``frame``, ``column``, ``scalar`` or ``array``."""

    def register(cls: C) -> C:
        _faces[shape] = cls
        return cls

    return register


def frame(plan: Plan) -> Any:
    """The rows of a plan as a `DataFrame`."""
    return _faces["frame"](plan)


def frame_has(name: str) -> bool:
    """Whether a `DataFrame` has a method or property of this name."""
    return hasattr(_faces["frame"], name)


def column(plan: Plan, expr: Expr, name: Hashable) -> Any:
    """An expression over the rows of a plan as a `Series`."""
    return _faces["column"](plan, expr, name)


def only_column(plan: Plan) -> Any:
    """The one column of a plan as a `Series`."""
    name = plan.schema.names[0]
    return column(plan, Column(name), name)


def scalar(plan: Plan, convert: Callable[[Any], Any] | None = None) -> Any:
    """The one value of a plan as a `Scalar`; `convert` makes of it what pandas gives."""
    return _faces["scalar"](Subquery(plan), convert)


def array(plan: Plan) -> Any:
    """The levels of a plan's index as an `Array`."""
    return _faces["array"](plan)
