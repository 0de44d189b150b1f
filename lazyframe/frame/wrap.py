"""The one place that makes the face of a plan, so that no face has to import another.

The classes of the face register themselves here (`face`); whatever builds a plan asks for the face of it by its shape:
`frame` for a table, `column` for a column over the rows of a plan, `only_column` for the column of a plan that has one,
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

_faces: dict[str, Any] = {}


def face(cls: C) -> C:
    """Register a class of the face, by its name."""
    _faces[cls.__name__] = cls
    return cls


def registered(name: str) -> Any:
    """The class of the face that has this name."""
    return _faces[name]


def frame(plan: Plan) -> Any:
    """The rows of a plan as a `DataFrame`."""
    return _faces["DataFrame"](plan)


def column(plan: Plan, expr: Expr, name: Hashable) -> Any:
    """An expression over the rows of a plan as a `Series`."""
    return _faces["Series"](plan, expr, name)


def only_column(plan: Plan) -> Any:
    """The one column of a plan as a `Series`."""
    name = plan.schema.names[0]
    return column(plan, Column(name), name)


def scalar(plan: Plan, convert: Callable[[Any], Any] | None = None) -> Any:
    """The one value of a plan as a `Scalar`; `convert` makes of it what pandas gives."""
    return _faces["Scalar"](Subquery(plan), convert)


def array(plan: Plan) -> Any:
    """The levels of a plan's index as an `Array`."""
    return _faces["Array"](plan)
