"""Errors and warnings: each has its page in docs/errors, whose name its message ends with, wherever it comes from."""

from __future__ import annotations

import importlib
import inspect
import pickle
import re
import warnings
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.csv.errors import also, like
from lazyframe.documented import Documented, said_by

ROOT = Path(lf.__file__).parent
PAGES = Path(__file__).parent.parent / "docs" / "errors"
MODULES = sorted(path.relative_to(ROOT.parent).with_suffix("") for path in ROOT.rglob("*.py"))
NO_PAGE = {
    "Replan": "ends a run, and begins the next",
    "SaidOnce": "what such warnings have in common of which one is said",
    "Cancelled": "ends the tasks of a run that has failed",
    "Damaged": "a file of the cache that is made anew",
    "UnknownChunks": "rows are written in another way",
    "UnknownSyntaxError": "pandas evaluates the expression",
    "InvalidCall": "a fault of ours, and of nobody else",
    "Unfit": "becomes a TypeMismatch",
    "TypeMismatches": "becomes a Replan, or a CSVError",
    "NotDates": "becomes a TypeMismatch",
    "ConversionError": "becomes the user's own error, or a CSVError",
    "NotAColumn": "becomes a CSVError",
    "Undecided": "more rows are looked at",
    "Unmatched": "becomes a CSVError",
    "MendingError": "becomes the user's own error, or a CSVError",
    "Unquoted": "becomes a CSVError",
    "Rejected": "another engine reads",
    "BadText": "becomes a CSVError",
    "Silence": "becomes a CSVError, or the TimeoutError of whoever read",
}
"""The classes that nobody meets, and what becomes of them."""


def kinds() -> dict[str, type[BaseException]]:
    """The classes of errors and warnings that the package defines."""
    found = {}
    for path in MODULES:
        if path.name not in ("__main__", "_worker") and "narwhals" not in path.parts:
            module = importlib.import_module(".".join(path.parts[:-1] if path.name == "__init__" else path.parts))
            for name, kind in vars(module).items():
                if inspect.isclass(kind) and issubclass(kind, BaseException) and kind.__module__ == module.__name__:
                    found[name] = kind
    return {name: kind for name, kind in found.items() if not name.startswith("_")}


KINDS = kinds()
WITH_PAGE = {name: kind for name, kind in KINDS.items() if name not in NO_PAGE}


def test_who_meets_a_class_finds_its_page():
    assert sorted(WITH_PAGE) == sorted(page.stem for page in PAGES.glob("*.md") if page.stem != "index")
    assert set(NO_PAGE) - {"Cancelled"} <= set(KINDS), "it is gone"
    assert not any(issubclass(KINDS[name], Documented) for name in NO_PAGE if name in KINDS)
    index = (PAGES / "index.md").read_text("utf-8")
    assert [name for name in WITH_PAGE if f"[{name}]({name}.md)" not in index or f"\n{name}\n" not in index] == []


@pytest.mark.parametrize("name", WITH_PAGE)
def test_a_class_with_a_page(name):
    kind = WITH_PAGE[name]
    assert getattr(lf, name) is kind, "it is no public name"
    assert kind.__mro__.index(Documented) == (2 if issubclass(kind, lf.CSVError) and kind is not lf.CSVError else 1)
    error = kind("It went wrong.")
    assert str(error) == f"It went wrong. [lazyframe: {name}]"
    assert said_by(error) == "It went wrong."
    assert str(kind(str(error))) == str(error), "handed on by its text, as Dask does with warnings"
    error.add_note("in task scan")
    again = pickle.loads(pickle.dumps(error))
    assert type(again) is kind
    assert str(again) == str(error)
    assert again.__notes__ == error.__notes__
    page = (PAGES / f"{name}.md").read_text("utf-8")
    assert page.startswith(f"# {name}\n")
    example = rf"^```python\n>>> .*\[lazyframe: {name}\]\n\n```$"
    assert re.search(example, page, re.DOTALL | re.MULTILINE), "its example shows the message"
    assert "\n## Cause\n" in page
    assert "\n## What to write\n" in page


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (also(pd.errors.ParserError)("a.csv:2"), pd.errors.ParserError),
        (also(OverflowError)("a.csv:2"), OverflowError),
        (like(UnicodeDecodeError("utf-8", b"\xff", 0, 1, "no"), "a.csv:2"), UnicodeDecodeError),
    ],
    ids=lambda value: getattr(value, "__name__", "error"),
)
def test_a_class_that_is_also_one_of_pandas(error, kind):
    assert isinstance(error, kind)
    assert str(pickle.loads(pickle.dumps(error))) == "a.csv:2 [lazyframe: CSVError]"


def test_a_made_class_without_a_page_says_what_it_said():
    assert str(also(IndexError, ValueError)("index_col=5")) == "index_col=5"


FAILING = "int(__import__('lazyframe').read_csv(path, on_bad_lines='error').a.sum().compute(scheduler='sync'))"
"""As text, for a process of its own may not find the module of a test."""


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n1,2\n1,2,3\n")
    return str(path)


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_errors_of_tasks(bad, scheduler):
    with pytest.raises(pd.errors.ParserError, match=r"a\.csv:3 .* \[lazyframe: CSVError\]$"):
        lf.read_csv(bad).a.sum().compute(scheduler=scheduler)


def test_errors_of_the_users_own_processes(bad):
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool, pytest.raises(lf.CSVError) as caught:
        pool.submit(eval, FAILING, {"path": bad}).result()
    assert str(caught.value).count("[lazyframe: CSVError]") == 1


def test_errors_and_warnings_of_a_cluster(bad, tmp_path):
    distributed = pytest.importorskip("distributed")
    late = tmp_path / "late.csv"
    late.write_text("a\n" + "1\n" * 50_000 + "x\n" + "1\n" * 80_000)
    with distributed.Client(n_workers=1, threads_per_worker=1, dashboard_address=None) as client:
        with pytest.raises(lf.CSVError, match=r"\[lazyframe: CSVError\]$"):
            lf.read_csv(bad).a.sum().compute(scheduler=client)
        with pytest.warns(lf.DtypePromotionWarning) as caught:
            lf.read_csv(late, sample=1000).a.max().compute(scheduler=client)
    told = [str(one.message) for one in caught if one.category is lf.DtypePromotionWarning]
    assert [text.count("[lazyframe: DtypePromotionWarning]") for text in told] == [1] * len(told)


def test_filters_of_warnings_go_on_working(tmp_path):
    for name, head in (("1.csv", "a,b"), ("2.csv", "a,c")):
        (tmp_path / name).write_text(f"{head}\n1,2\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", "the files do not all have", lf.SchemaDriftWarning)
        assert list(lf.read_csv(tmp_path / "*.csv").columns) == ["a", "b", "c"]
