"""What somebody finds who looks around: completion, help, signatures."""

from __future__ import annotations

import inspect
import pydoc
import re
import types
from typing import Any

import pytest

import lazyframe as lf

CLASSES = [
    getattr(lf, name)
    for name in lf.__all__
    if inspect.isclass(getattr(lf, name)) and not issubclass(getattr(lf, name), Exception)
]


@pytest.fixture
def df() -> lf.DataFrame:
    return lf.read_csv("data/sample/*.csv")


def members(of: Any) -> list[tuple[str, Any]]:
    return [(f"{of.__name__}.{name}", inspect.getattr_static(of, name)) for name in dir(of) if not name.startswith("_")]


def test_columns_are_proposed_in_brackets_and_after_a_dot(df: Any) -> None:
    assert df._ipython_key_completions_() == list(df.columns)
    groups = df.groupby("Origin")
    assert {"DepDelay", "DepTime"} < {*groups._ipython_key_completions_()}
    for one in (df, groups):
        assert {"DepDelay", "DepTime", "mean"} < {*dir(one)}
        assert all(hasattr(one, name) for name in one._ipython_key_completions_())


def test_a_notebook_proposes_them(df: Any) -> None:
    interactiveshell = pytest.importorskip("IPython.core.interactiveshell")
    completers = pytest.importorskip("IPython.core.completer")
    completer = interactiveshell.InteractiveShell().Completer
    completer.use_jedi = False
    completer.namespace = {"df": df, "groups": df.groupby("Origin"), "lf": lf}
    for typed, proposed in {
        'df["Arr': {"ArrTime", "ArrDelay"},
        'groups["Dep': {"DepTime", "DepDelay"},
        "groups.Dep": {"DepTime", "DepDelay"},
        "df.Dep": {"DepTime", "DepDelay"},
        "lf.config.": {"SETTINGS", "get", "set"},
    }.items():
        with completers.provisionalcompleter():
            found = list(completer.completions(typed, len(typed)))
        assert {re.sub(r"\W", " ", one.text).split()[-1] for one in found} == proposed


def test_settings_are_without_what_makes_them() -> None:
    assert [name for name in dir(lf.config) if not name.startswith("_")] == ["SETTINGS", "get", "set"]


def test_help_is_for_users() -> None:
    said = pydoc.plain(pydoc.render_doc(lf))
    for word in ("read_csv", "compute", "explain", "config.set", "to_parquet", "show_versions"):
        assert word in lf.__doc__  # type: ignore[operator]
        assert word in said
    assert "lower" not in lf.__doc__  # type: ignore[operator]


def test_everything_public_says_what_it_is() -> None:
    everything = [*((name, getattr(lf, name)) for name in lf.__all__), *members(lf.config)]
    for one in CLASSES:
        everything += members(one)
    silent = [name for name, what in everything if callable(what) and not isinstance(what, types.ModuleType) and not what.__doc__]
    assert silent == []


def test_signatures_have_no_quotes() -> None:
    functions = [getattr(lf, name) for name in lf.__all__ if inspect.isfunction(getattr(lf, name))] + [
        lf.config.get,
        lf.config.set,
    ]
    functions += [what for one in CLASSES for _, what in members(one) if inspect.isfunction(what)]
    assert len(functions) > 150
    quoted = [f"{one.__qualname__}{inspect.signature(one)}" for one in functions if ": '" in str(inspect.signature(one))]
    assert quoted == []
    assert str(inspect.signature(lf.Series.isin)) == "(self, values: Any) -> Self"
