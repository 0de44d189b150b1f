"""What a terminal would obey, or what would break a line, never leaves in a message, a warning, a repr or a page."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import lazyframe as lf
from lazyframe.csv.errors import CSVError, DtypePromotionWarning
from lazyframe.documented import said_by
from lazyframe.notices import warn

NAME = "a\x1b[31m\n<b>"
BODY = f'k,"{NAME}",d\nx,1,2024-01-01\ny,2,2024-01-02\n'


def clean(text: str, lines: bool = False) -> None:
    assert "\x1b" not in text
    odd = text.replace("\n", "") if lines else text
    assert odd.isprintable(), text
    assert "<b>" not in text or "\\n<b>" in text  # where a line was broken, the rest stands on one of its own


@pytest.fixture
def path(tmp_path: Path) -> Callable[[str], str]:
    def write(body: str = BODY) -> str:
        found = tmp_path / f"{NAME}.csv"
        found.write_text(body)
        return str(found)

    return write


REPRS: dict[str, Callable[[lf.DataFrame], Any]] = {
    "frame": repr,
    "series": lambda df: repr(df[NAME]),
    "expression": lambda df: repr(df[NAME] * 2 + df[NAME].mean()),
    "filter": lambda df: repr(df[df[NAME] > 1]),
    "scalar": lambda df: repr(df[NAME].sum()),
    "groups": lambda df: repr(df.groupby("k")[NAME]),
    "groups by it": lambda df: repr(df.groupby(NAME)),
    "aggregate": lambda df: repr(df.groupby("k")[NAME].mean()),
    "set_index": lambda df: repr(df.set_index(NAME)),
    "rename": lambda df: repr(df.rename(columns={NAME: "\x1b[2J"})),
    "info": lambda df: df.info(buf=(buffer := io.StringIO())) or buffer.getvalue(),
    "explain": lambda df: df[df[NAME] > 1].groupby(NAME).k.count().explain(file=(buffer := io.StringIO())) or buffer.getvalue(),
    "analyze": lambda df: (
        df[df[NAME] > 1].set_index(NAME).explain(analyze=True, file=(buffer := io.StringIO())) or buffer.getvalue()
    ),
    "merge": lambda df: df.merge(df, on=NAME).explain(file=(buffer := io.StringIO())) or buffer.getvalue(),
    "sort": lambda df: df.sort_values(NAME).explain(file=(buffer := io.StringIO())) or buffer.getvalue(),
    "window": lambda df: df[NAME].cumsum().explain(file=(buffer := io.StringIO())) or buffer.getvalue(),
    "chosen": lambda df: df.nlargest(2, NAME).explain(file=(buffer := io.StringIO())) or buffer.getvalue(),
    "distinct": lambda df: df.drop_duplicates(NAME).explain(file=(buffer := io.StringIO())) or buffer.getvalue(),
    "quantiles": lambda df: df[[NAME]].quantile([0.1, 0.5]).explain(file=(buffer := io.StringIO())) or buffer.getvalue(),
    "columns": lambda df: df[[NAME, "k"]].explain(file=(buffer := io.StringIO())) or buffer.getvalue(),
    "graph": lambda df: repr(df[NAME].sum().visualize(tasks=True)),
}


@pytest.mark.parametrize("form", REPRS)
def test_forms(form: str, path: Callable[..., str]) -> None:
    df = lf.read_csv(path(), blocksize=30)
    clean(REPRS[form](df), lines=True)


def test_pages(path: Callable[..., str]) -> None:
    df = lf.read_csv(path(), blocksize=30)
    for page in (df._repr_html_(), df[df[NAME] > 1].visualize()._repr_html_(), df.visualize(tasks=True)._repr_html_()):
        assert "\x1b" not in page
        assert "<b>" not in page


ERRORS: dict[str, tuple[str, dict[str, Any], Callable[[lf.DataFrame], Any]]] = {
    "no such column": (BODY, {}, lambda df: df["\x1b[2J"]),
    "a method": (BODY, {}, lambda df: df["k"].str.len() + df["nothing"]),
    "no number": (f'"{NAME}",v\nx,1\n', {}, lambda df: df[NAME].mean()),
    "sum of text": (f'"{NAME}",v\nx,1\n', {}, lambda df: (df[NAME] + 1).compute()),
    "given dtype": (f'"{NAME}",v\n\x1b[31mx,1\n', {"dtype": {NAME: "int64"}}, lambda df: df.compute()),
    "too many fields": (f'"{NAME}",v\n\x1b[31mx,1\n\x1b[31mx,1,3\n', {}, lambda df: df.compute()),
    "index": (BODY, {"index_col": "\x1b[2J"}, repr),
    "usecols": (BODY, {"usecols": ["\x1b[2J"]}, repr),
    "dates": (BODY, {"parse_dates": ["\x1b[2J"]}, repr),
    "no quote": (f'"{NAME}",v\n"\x1b[31mx,1\n', {}, lambda df: df.compute()),
    "changed": (
        f'"{NAME}",v\n1,\x1b\n' + "1,2\n" * 3000 + "x,2\n",
        {"on_dtype_change": "error", "sample": 60},
        lambda df: df.compute(),
    ),
    "cast": (f'"{NAME}",v\n\x1b[31mx,1\n', {}, lambda df: df[NAME].astype(int).compute()),
    "drop": (BODY, {}, lambda df: df.drop(columns="\x1b[2J")),
    "truth": (BODY, {}, lambda df: bool(df[NAME] > 1)),
    "empty": ("", {}, repr),
    "no column": ("\n\n", {}, repr),
    "converter": (BODY, {"converters": {NAME: int, "k": float}}, lambda df: df.compute()),
    "bytes": ("k\n", {"encoding": "utf-16"}, lambda df: df.compute()),
    "header": (BODY, {"header": 50}, repr),
}


@pytest.mark.parametrize("kind", ERRORS)
def test_errors(kind: str, path: Callable[..., str]) -> None:
    body, arguments, ask = ERRORS[kind]
    with pytest.raises(Exception) as found, warnings.catch_warnings():  # noqa: PT011, PT012
        warnings.simplefilter("ignore")
        ask(lf.read_csv(path(body), **arguments))
    clean(str(found.value))


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError) as found:
        lf.read_csv(str(tmp_path / NAME))
    clean(str(found.value))


WARNED: dict[str, tuple[str, dict[str, Any]]] = {
    "promotion": (f'"{NAME}",v\n' + "1,2\n" * 3000 + "\x1b[2J,2\n", {"sample": 60}),
    "no dates": (f'"{NAME}",v\n2024-01-01,2\n\x1b[2J,2\n', {"parse_dates": [NAME]}),
    "bad lines": (f'"{NAME}",v\n1,2\n1,\x1b[2J,3\n', {"on_bad_lines": "warn"}),
    "separator": ("a;b\x1b[2J\n1;2\n", {}),
    "converters": (BODY, {"converters": {NAME: int}, "dtype": {NAME: "int64"}}),
}


@pytest.mark.parametrize("kind", WARNED)
def test_warnings(kind: str, path: Callable[..., str]) -> None:
    body, arguments = WARNED[kind]
    with warnings.catch_warnings(record=True) as found, contextlib.suppress(CSVError):
        warnings.simplefilter("always")
        lf.read_csv(path(body), **arguments).compute(scheduler="sync")
    assert found
    for warning in found:
        clean(str(warning.message))


def test_drift(path: Callable[..., str], tmp_path: Path) -> None:
    path()
    (tmp_path / "\x1b[2J.csv").write_text('k,"\x1b[31m"\n1,2\n')
    with pytest.warns(UserWarning, match="x1b") as found:
        lf.read_csv(str(tmp_path / "*.csv"))
    for warning in found:
        clean(str(warning.message))


def test_all_warnings_go_through_one_place() -> None:
    for told in ("\x1b[2J\n", DtypePromotionWarning("\x1b[2J\n")):
        with pytest.warns(UserWarning, match="x1b") as found:
            warn(told)
        assert said_by(found[0].message) == r"\x1b[2J\n"
