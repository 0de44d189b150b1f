"""Columns set in a frame, all rows or some: ``df[["x", "y"]] = ...``, ``df.loc[mask, "x"] = ...``, ``df.insert``.

A frame is not changed in place: the object stands for another plan from then on.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lazyframe.expr import Column, Expr
from lazyframe.frame import wrap
from lazyframe.frame.align import over, same_rows
from lazyframe.frame.answer import Answer
from lazyframe.frame.assigned import with_rows
from lazyframe.frame.base import ColumnFace, FrameFace, ValueFace, call, literal
from lazyframe.notices import warn
from lazyframe.plan import Plan
from lazyframe.run import Called


def set_several(frame: Any, names: Sequence[Hashable], value: Any) -> None:
    """``df[names] = value``: a frame of as many columns of the same rows, a list of values, or one value."""
    names = list(names)
    if isinstance(value, FrameFace):
        columns = [wrap.column(value._plan, Column(name), name) for name in value._plan.schema.names]
    elif isinstance(value, Answer):
        columns = [value.iloc[:, place] for place in range(len(names))]
    elif isinstance(value, (list, tuple)):
        columns = list(value)
    else:
        columns = [value] * len(names)
    if len(columns) != len(names):
        raise ValueError(f"Columns must be same length as key: {len(names)} names, and {len(columns)} columns")
    object.__setattr__(frame, "_plan", frame._assigned(dict(zip(names, columns, strict=True))))


def insert(frame: Any, loc: int, column: Hashable, value: Any, allow_duplicates: bool = False) -> None:
    """``df.insert(loc, column, value)``."""
    names = list(frame._plan.schema.names)
    if column in names:
        raise ValueError(f"cannot insert {column}, already exists")
    if not 0 <= loc <= len(names):
        raise IndexError(f"index {loc} is out of bounds for axis 0 with size {len(names)}")
    names.insert(loc, column)
    object.__setattr__(frame, "_plan", wrap.frame(frame._assigned({column: value}))[names]._plan)


def set_rows(frame: Any, mask: Any, names: Any, value: Any) -> None:
    """``df.loc[rows, names] = value``: of a mask of the same rows it streams, else pandas sets it in the gathered rows."""
    if isinstance(names, pd.Index):
        names = list(names)
    if not isinstance(mask, ColumnFace) or not mask._dtype.is_mask or isinstance(value, (Called, pd.Series, pd.DataFrame)):
        object.__setattr__(frame, "_plan", with_rows(frame._plan, mask, names, value))
        return
    changed = wrap.frame(frame._plan)  # or an error would leave some columns set
    for name in names if isinstance(names, list) else [names]:
        one = wrap.column(value._plan, Column(name), name) if isinstance(value, FrameFace) else value
        changed = wrap.frame(_with_rows(changed, mask, name, one))
    object.__setattr__(frame, "_plan", changed._plan)


def _with_rows(frame: Any, mask: ColumnFace, name: Hashable, value: Any) -> Plan:
    plan = frame._plan
    is_new = name not in plan.schema
    columns = [mask] if is_new else [frame[name], mask]
    given = [*columns, value] if isinstance(value, ColumnFace) else columns
    base = same_rows([plan, *(one._plan for one in given)])
    if base is None:
        return with_rows(plan, mask, name, value)
    operands = [over(base, one._plan, one._expr) for one in columns]
    made = call("set_new" if is_new else "set", *operands, _value(base, value))
    plan_: Plan = frame._assigned({name: wrap.column(base, made, name)})
    return plan_


def _value(base: Plan, value: Any) -> Expr:
    if isinstance(value, ColumnFace):
        return over(base, value._plan, value._expr)
    return value._expr if isinstance(value, ValueFace) else literal(value)


# ---- numpy's functions that choose


def choose(function: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> Any:
    """``np.where`` and ``np.select`` of lazy columns, as a lazy column; NotImplemented for other functions."""
    if function is np.where and len(args) == 3 and not kwargs:
        return _chosen([args[0]], [args[1]], args[2])
    if function is np.select:
        conditions, choices, default = (
            *args,
            *[kwargs[name] for name in ("condlist", "choicelist", "default") if name in kwargs],
            0,
        )[:3]
        return _chosen(list(conditions), list(choices), default)
    return NotImplemented


def _chosen(conditions: list[Any], choices: list[Any], default: Any) -> Any:
    if not conditions or len(conditions) != len(choices):
        raise ValueError("list of cases must be same length as list of conditions")
    columns = [one for one in (*conditions, *choices, default) if isinstance(one, ColumnFace)]
    base = same_rows([one._plan for one in columns])
    if base is None:  # numpy takes the values as they stand
        return NotImplemented
    made = _value(base, default)
    for condition, choice in reversed(list(zip(conditions, choices, strict=True))):
        made = call("np.where", _value(base, condition), _value(base, choice), made)
    return wrap.column(base, made, None)


def warn_of_a_chain(name: Hashable) -> None:
    """Tell of a column that is set in a frame which nothing keeps."""
    warn(
        "A value is being set on a copy of a DataFrame through chained assignment: the frame that it is set in was made on this "
        f"line, and nothing keeps it. For some rows of a column write df[{name!r}] = df[{name!r}].mask(mask, value).",
        pd.errors.ChainedAssignmentError,  # type: ignore[attr-defined]  # the stubs lack it
    )
