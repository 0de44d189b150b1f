"""What stands in the place of `dask.dataframe`: the public names of lazyframe, and an `assert_eq` that is as strict as pandas.

What a test of Dask's imports goes through `_import`, whatever the form: a module of `dask.dataframe` comes as a `Facade`, which
has our names where Dask has public ones, and Dask's own for the rest. Whoever else imports gets what there is.
"""

from __future__ import annotations

import builtins
import functools
import re
from types import ModuleType
from typing import Any

import dask
import numpy as np
import pandas as pd
import pandas._testing as tm
import pytest
from dask_tests import rules

import lazyframe as lf
from lazyframe.frame.made import is_default

TESTS = re.compile(r"dask\.(dataframe\.(.*\.)?|)tests\.(test_\w+|_util)$")
"""The modules that are given ours."""

_IMPORT = builtins.__import__
_IMPORTORSKIP = pytest.importorskip


class OrderError(AssertionError):
    """The same rows, in another order."""


def install() -> None:
    """Let the tests of Dask's import ours, and expect pandas' dtypes of text."""
    dask.config.set({"dataframe.convert-string": False})
    builtins.__import__ = _import
    pytest.importorskip = _importorskip  # type: ignore[assignment]


def remove() -> None:
    """Let them import Dask again."""
    dask.config.set({"dataframe.convert-string": None})
    builtins.__import__ = _IMPORT
    pytest.importorskip = _IMPORTORSKIP


def _import(name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0) -> Any:
    found = _IMPORT(name, globals, locals, fromlist, level)
    if globals is None or not TESTS.match(globals.get("__name__") or ""):
        return found
    return _faced(found, "delayed" if globals["__name__"].endswith("test_delayed") else "")


def _importorskip(name: str, *args: Any, **kwargs: Any) -> Any:
    return _faced(_IMPORTORSKIP(name, *args, **kwargs))


def _faced(module: Any, also: str = "") -> Any:
    """A module of Dask's as a `Facade`; `also` is what is ours outside of `dask.dataframe`."""
    name = getattr(module, "__name__", "")
    if isinstance(module, ModuleType) and (name == "dask" or name.startswith(("dask.dataframe", "dask.delayed"))):
        return Facade(module, also)
    return module


class Facade(ModuleType):
    """A module of Dask's, with our names in the place of its public ones."""

    def __init__(self, module: ModuleType, also: str) -> None:
        super().__init__(module.__name__)
        self.__dict__["_of_dask"] = module
        self.__dict__["_also"] = also

    def __getattr__(self, name: str) -> Any:
        if name == "__path__":
            raise AttributeError(name)
        in_dataframe = self.__name__.startswith("dask.dataframe")
        if in_dataframe and name == "assert_eq":
            return assert_eq
        if (in_dataframe and name in rules.PUBLIC - {"compute"}) or (self._also and name in ("delayed", "Delayed")):
            return _ours(name)
        return _faced(getattr(self._of_dask, name), self._also)


def _ours(name: str) -> Any:
    """What lazyframe has under a name; what is missing or refused while tests are collected is told when a test uses it."""
    try:
        found = getattr(lf, name)
    except AttributeError as error:
        found = functools.partial(_raise, error)
    if isinstance(found, type) or not callable(found):
        return found

    @functools.wraps(found)
    def called(*args: Any, **kwargs: Any) -> Any:
        try:
            return found(*args, **kwargs)
        except Exception as error:
            if is_collecting:
                return Refused(error)
            raise

    return called


is_collecting = True
"""Whether test files are being imported, and no test is running yet."""


class Refused:
    """What a file made when it was imported, and could not be made: the error is raised when a test uses it."""

    def __init__(self, error: Exception) -> None:
        self.__dict__["_error"] = error

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._further()

    def __getitem__(self, key: Any) -> Any:
        return self._further()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._further()

    def _further(self) -> Refused:
        if not is_collecting:
            raise self._error
        return self


def _raise(error: BaseException, *_: Any, **__: Any) -> None:
    raise error


# ---- answers compared


def computed(value: Any) -> Any:
    """What is lazy, computed: here with one thread, as Dask's tests have it."""
    if isinstance(value, Refused):
        raise value._error
    if hasattr(value, "__dask_graph__") or isinstance(value, (lf.Answer, lf.Delayed)):
        return value.compute(scheduler="sync")
    return value


def assert_eq(
    a: Any,
    b: Any,
    check_names: bool = True,
    check_dtype: bool = True,
    check_divisions: bool = True,
    check_index: bool = True,
    sort_results: bool = True,
    scheduler: Any = None,
    serialize_graph: bool = True,
    **kwargs: Any,
) -> bool:
    """As `dask.dataframe.utils.assert_eq`, but strict: rows in pandas' order, and nothing made text of Arrow's.

    Where Dask gives a Series and pandas an array (`unique`), the values are compared. Rows of several files are numbered through
    here, as pandas numbers those of one; where a test expects that numbers begin anew in each file, these are expected.

    Raises
    ------
    OrderError
        The rows are the same, in another order.
    AssertionError
        They are not the same.
    """
    a, b = computed(a), computed(b)
    if not check_index:
        a, b = (one.reset_index(drop=True) if isinstance(one, (pd.DataFrame, pd.Series)) else one for one in (a, b))
    if isinstance(a, (pd.DataFrame, pd.Series)) and _begins_anew(getattr(b, "index", None)) and is_default(a.index):
        b = b.reset_index(drop=True)
    options = {"check_names": check_names, "check_dtype": check_dtype, "check_freq": False, **kwargs}
    try:
        _same(a, b, options)
    except AssertionError:
        if not sort_results or not isinstance(a, (pd.DataFrame, pd.Series)) or type(a) is not type(b):
            raise
        try:
            _same(_sorted(a, check_index), _sorted(b, check_index), options)
        except Exception:
            pass
        else:
            raise OrderError("the same rows in another order") from None
        raise
    return True


def _same(a: Any, b: Any, options: dict[str, Any]) -> None:
    arrays = (np.ndarray, pd.api.extensions.ExtensionArray)
    if isinstance(a, arrays) and isinstance(b, (pd.Series, pd.Index)):
        a, b = np.asarray(a), np.asarray(b)
    if isinstance(a, pd.DataFrame) or isinstance(b, pd.DataFrame):
        tm.assert_frame_equal(a, b, **options)
    elif isinstance(a, pd.Series) or isinstance(b, pd.Series):
        tm.assert_series_equal(a, b, **options)
    elif isinstance(a, pd.Index) or isinstance(b, pd.Index):
        tm.assert_index_equal(a, b, exact=options["check_dtype"])
    elif isinstance(a, arrays):
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))
    elif not (a is b or bool(a == b) or (pd.isna(a) and pd.isna(b))):
        assert isinstance(a, (int, float, complex, np.number)), (a, b)
        assert np.allclose(a, b), (a, b)


def _begins_anew(index: Any) -> bool:
    """Whether an index counts from 0 several times, as partitions do one below the other."""
    if not isinstance(index, pd.Index) or index.nlevels > 1 or index.dtype != "int64" or index.is_unique:
        return False
    starts = np.flatnonzero(np.asarray(index) == 0)
    return len(starts) > 1 and starts[0] == 0 and bool(np.all(np.diff(index)[np.asarray(index)[1:] != 0] == 1))


def _sorted(value: Any, by_index: bool) -> Any:
    """Rows in an order that follows from what they are."""
    if isinstance(value, pd.DataFrame):
        value = value.sort_values(by=[*value.columns], key=lambda column: column.astype(str), kind="stable")
    else:
        value = value.sort_values(key=lambda column: column.astype(str), kind="stable")
    if not by_index:
        return value.reset_index(drop=True)
    order = np.argsort([repr(label) for label in value.index], kind="stable")
    return value.iloc[order]
