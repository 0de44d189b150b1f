"""Names are proposed inside lines that begin with a lazy frame, and nothing is run for it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.frame.completion import add_to_ipython, propose


@pytest.fixture
def df() -> lf.DataFrame:
    return lf.read_csv("data/sample/*.csv")


@pytest.fixture
def names(df: Any) -> dict[str, Any]:
    return {"df": df, "groups": df.groupby("Origin"), "wanted": ["JFK"], "lf": lf, "function": print}


DEP = {"DepTime", "DepDelay"}
IN_TEXT = {
    'df[["Ori': {"Origin"},
    "df[['Origin', 'Dep": DEP,
    'df.groupby("Origin")["Dep': DEP,
    'df.groupby("Origin")[["AirTime", "Dep': DEP,
    'df[df.Distance > 5]["Dep': DEP,
    "df[(df.Distance > 5) & df.Origin.isin(wanted)][['Dep": DEP,
    'print(df[["Ori': {"Origin"},
    'df.groupby("Dep': DEP,
    'df.groupby(["Origin",\n            "Dep': DEP,
    'x = df.sort_values(by="Dep': DEP,
    'df.agg({"Dep': DEP,
    'groups.agg(late=("Dep': DEP,
    'df.loc[df.Distance > 5, "Dep': DEP,
    'df.loc[df.Distance > 5, ["Origin", "Dep': DEP,
}
AFTER_A_DOT = {
    'df.groupby("Origin").Dep': DEP,
    "df[df.Distance > 5].Dep": DEP,
    "late = df[~(df.Distance > 5)].head().Dep": DEP,
    "df.DepDelay.med": {"median"},
    'df["DepDelay"].med': {"median"},
    "df.Origin.str.upp": {"upper"},
    "(df.DepDelay + 1).med": {"median"},
    "if not df.Origin.str.upper().isn": {"isna", "isnull"},
}
NOTHING = [
    'lf.read_csv("da',
    'open("a.csv").re',
    'df.to_csv("Dep',
    'df.compute()["Dep',
    "df.map(function).Dep",
    "df.map_partitions(lambda part: part).Dep",
    "df.assign(x=lambda rows: rows.y).Dep",
    'df.rename(columns={"Dep": function}).Dep',
    "df[unknown].Dep",
    "df.drop(**options).Dep",
    'df.drop(columns="Origin", inplace=True).Dep',
    '# df[["Or',
    "df[0:5].Dep",
    "df[df.Nowhere > 3].Dep",
    ")].Dep",
    "df.Dep",  # these two IPython proposes itself
    'df["Dep',
    "",
]


@pytest.mark.parametrize("typed", [*IN_TEXT, *AFTER_A_DOT])
def test_what_is_proposed(typed: str, names: dict[str, Any]) -> None:
    found, begun = propose(typed, names)
    assert {*found} == {**IN_TEXT, **AFTER_A_DOT}[typed]
    assert typed.endswith(begun)


@pytest.mark.parametrize("typed", NOTHING)
def test_what_is_not_ours_to_propose(typed: str, names: dict[str, Any]) -> None:
    assert propose(typed, names)[0] == []


def test_nothing_is_run_and_nobody_is_warned(names: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def run(*_: Any, **__: Any) -> None:
        raise AssertionError("a proposal has run a query")

    monkeypatch.setattr("lazyframe.run.execute", run)
    before = list(names["df"].columns)
    for typed in [*IN_TEXT, *AFTER_A_DOT, *NOTHING, "df[df.Distance > 3 & df.Cancelled].Dep"]:
        propose(typed, names)
    assert list(names["df"].columns) == before


@pytest.fixture
def completer(names: dict[str, Any]) -> Iterator[Any]:
    interactiveshell = pytest.importorskip("IPython.core.interactiveshell")
    shell = interactiveshell.InteractiveShell.instance()
    add_to_ipython()
    add_to_ipython()
    assert len(shell.Completer.custom_matchers) == 1
    shell.user_ns.update(names)
    yield shell.Completer
    interactiveshell.InteractiveShell.clear_instance()


@pytest.mark.parametrize("use_jedi", [False, True])
def test_ipython_proposes_them(use_jedi: bool, completer: Any) -> None:
    from IPython.core.completer import provisionalcompleter

    completer.use_jedi = use_jedi
    for typed, names in {**IN_TEXT, **AFTER_A_DOT, 'df["Arr': {"ArrTime", "ArrDelay"}, "df.Dep": DEP}.items():
        with provisionalcompleter():
            found = list(completer.completions(typed, len(typed)))
        written = {typed[: one.start] + one.text for one in found}
        assert {re.split(r"\W", one)[-1] for one in written} == names, typed
        assert all(one.startswith(typed) for one in written), typed


def test_a_name_with_blanks(completer: Any) -> None:
    from IPython.core.completer import provisionalcompleter

    completer.namespace["wide"] = lf.from_pandas(pd.DataFrame({"Dep Delay": [1], "Dep Time": [2]}))
    for typed in ('wide[["Dep', 'wide[["Dep T'):
        with provisionalcompleter():
            found = list(completer.completions(typed, len(typed)))
        assert typed[: found[-1].start] + found[-1].text == 'wide[["Dep Time'
