"""Frames with frames, and reductions along the columns: ``df / df.sum()``, ``df.sum(axis=1)``, as rows are read."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.expr import OPERATIONS, REDUCTIONS, Column, Literal
from lazyframe.frame import wrap
from lazyframe.frame.align import same_rows
from lazyframe.frame.answer import Answer, gathered
from lazyframe.frame.base import ColumnFace, FrameFace, call
from lazyframe.frame.mistakes import is_answered
from lazyframe.plan import Plan, Project, Transpose


def _along(name: str) -> bool:
    """Whether pandas has a reduction along the columns, which is a value for each row; of quantiles there may be several."""
    theirs = getattr(pd.DataFrame, name, None)
    return callable(theirs) and "axis" in inspect.signature(theirs).parameters and name != "quantile"


ACROSS = frozenset(filter(_along, (*REDUCTIONS, "skew", "kurt")))
"""The reductions that go along the columns as well."""


IN_MEMORY = (pd.DataFrame, pd.Series, pd.Index, pd.api.extensions.ExtensionArray, np.ndarray)
"""What holds values beside which lazy ones can stand in an operation: pandas matches them."""


def across(frame: Any, method: str, given: Sequence[Any], named: dict[str, Any]) -> Any:
    """A reduction of a frame with arguments that ours does not honour: along the columns, or of gathered rows."""
    theirs = inspect.signature(getattr(pd.DataFrame, method)).bind(None, *given, **named).arguments
    options = {name: value for name, value in theirs.items() if name not in ("self", "axis", "numeric_only", "kwargs")}
    schema = frame._plan.schema
    names = [name for name in schema.names if not theirs.get("numeric_only") or schema[name].is_number]
    if theirs.get("axis") not in (1, "columns") or not names or len(set(map(type, names))) > 1:
        return gathered(frame, pd.DataFrame, method)(*given, **named)
    how = Literal((method, tuple(options.items()), tuple(names)))
    try:
        return wrap.column(frame._plan, call("across", how, *(Column(name) for name in names)), None)
    except TypeError:  # pandas refuses such dtypes beside one another, or what it makes of them depends on the rows
        if not is_answered(frame, method, given, named):
            raise
        return gathered(frame, pd.DataFrame, method)(*given, **named)


def paired(plan: Plan, other: Any) -> list[Any] | None:
    """For each column what stands beside it in an operation: a column of the same rows, or the value that a reduction has for it.

    None where rows or columns have to be matched by their labels.
    """
    names = plan.schema.names
    if isinstance(other, FrameFace):
        if other._plan.schema.names != names or same_rows([plan, other._plan]) is None:
            return None
        return [wrap.column(other._plan, Column(name), name) for name in names]
    if not isinstance(other, ColumnFace) or not isinstance(other._plan, Transpose) or other._expr != Column(None):
        return None
    reduced = other._plan.child
    dtypes = {field.dtype for field in reduced.schema}
    if reduced.schema.names != names or len(dtypes) > 1:  # of several dtypes pandas makes one
        return None
    return [wrap.scalar(Project(reduced, ((name, Column(name)),))) for name in names]


def matched(operation: str, left: Any, right: Any, reflected: bool) -> Answer:
    """An operation whose sides are matched by their labels, of which pandas makes it."""
    sides = (right, left) if reflected else (left, right)
    return Answer(OPERATIONS[operation], sides, label=operation)
