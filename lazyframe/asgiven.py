"""What a method is given, as it is when the method is called.

A lazy call is made later, and pandas' would have been made at once: what is changed in between must not show in the answer.
"""

from __future__ import annotations

import dis
import functools
import sys
import types
from collections.abc import Iterator
from typing import Any

import numpy as np
import pandas as pd


def as_given(value: Any) -> Any:
    """`value` so that no later change shows in it, of a list, dict, set, array, object of pandas' or a function's variables.

    Examples
    --------
    >>> bins = [0, 5]
    >>> given = as_given({"bins": bins})
    >>> bins.append(10)
    >>> given
    {'bins': [0, 5]}
    >>> functions = []
    >>> for factor in (2, 3):
    ...     functions.append(as_given(lambda x: x * factor))
    >>> [function(10) for function in functions]
    [20, 30]
    """
    if type(value) in (list, tuple, set):
        return type(value)(map(as_given, value))
    if type(value) is dict:
        return {key: as_given(item) for key, item in value.items()}
    if type(value) is np.ndarray:
        return value.copy()
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return value.copy(deep=False)  # its values are copied when one of the two is written to
    if type(value) is functools.partial:
        return functools.partial(as_given(value.func), *as_given(value.args), **as_given(value.keywords))
    return _with_its_variables(value) if type(value) is types.FunctionType else value


def _with_its_variables(function: types.FunctionType) -> types.FunctionType:
    """The function with the variables around it as they are now; the same where it has none, or sets them itself."""
    read, sets = _globals_of(function.__code__), _sets(function.__code__)
    known = function.__globals__
    varying = [name for name in read if name in known and not callable(known[name]) and type(known[name]) is not types.ModuleType]
    if sets or _is_sent_by_name(function) or not (varying or function.__closure__):
        return function
    cells = tuple(map(_cell, function.__closure__ or ()))
    made = types.FunctionType(function.__code__, dict(known), function.__name__, function.__defaults__, cells)
    made.__kwdefaults__ = function.__kwdefaults__
    made.__module__, made.__qualname__, made.__doc__ = function.__module__, function.__qualname__, function.__doc__
    made.__dict__.update(function.__dict__)
    return made


def _is_sent_by_name(function: types.FunctionType) -> bool:
    """Whether other processes import it: its module is no script, and what it has is seldom set anew."""
    module = sys.modules.get(function.__module__ or "")
    return function.__module__ != "__main__" and getattr(module, function.__qualname__, None) is function


def _cell(cell: types.CellType) -> types.CellType:
    try:
        return types.CellType(cell.cell_contents)
    except ValueError:  # nothing is in it yet
        return cell


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """The code, and that of the functions in it."""
    yield code
    for inner in code.co_consts:
        if isinstance(inner, types.CodeType):
            yield from _codes(inner)


def _globals_of(code: types.CodeType) -> set[str]:
    return {name for one in _codes(code) for name in one.co_names}


def _sets(code: types.CodeType) -> bool:
    """Whether it sets a variable that is not its own."""
    return any(
        one.opname in ("STORE_GLOBAL", "DELETE_GLOBAL")
        or (one.opname in ("STORE_DEREF", "DELETE_DEREF") and one.argval in code.co_freevars)
        for inner in _codes(code)
        for one in dis.get_instructions(inner)
    )
