"""What the files of the package keep to, that no tool of the checks looks at."""

from __future__ import annotations

import ast
import functools
from collections import defaultdict
from pathlib import Path

import pytest

import lazyframe

PACKAGE = Path(lazyframe.__file__).parent
TESTS = Path(__file__).parent
FILES = {str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}
parsed = functools.cache(ast.parse)


def test_a_class_has_a_name_of_its_own():
    named = defaultdict(list)
    for file, text in FILES.items():
        for node in ast.walk(parsed(text)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named[node.name].append(file)
    assert {name: files for name, files in named.items() if len(files) > 1} == {}


def test_a_test_can_fail():
    """Each asserts, expects an error or a warning, or calls what does so among the tests."""
    files = {str(path.relative_to(TESTS)): ast.parse(path.read_text("utf-8")) for path in sorted(TESTS.rglob("*.py"))}
    functions = [(file, node) for file, tree in files.items() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    calls = {node: called(node) for _, node in functions}
    telling = {"an assert"}
    while more := {node.name for node, names in calls.items() if names & telling and not is_test(node)} - telling:
        telling |= more
    assert [f"{file}: {node.name}" for file, node in functions if is_test(node) and not calls[node] & telling] == []


def is_test(node):
    return node.name.startswith("test_")


def called(node):
    """The functions that are called, and whether something asserts: by itself, or a method that says so by its name."""
    found = set()
    for part in ast.walk(node):
        name = ""
        if isinstance(part, ast.Call):
            name = part.func.attr if isinstance(part.func, ast.Attribute) else getattr(part.func, "id", "")
            if isinstance(part.func, ast.Name):
                found.add(name)
        is_check = name in ("raises", "warns", "fail") or name.startswith(("assert_", "test_", "inner_test"))
        if isinstance(part, ast.Assert) or is_check:
            found.add("an assert")
    return found


def test_a_long_file_says_why():
    long = {file: ast.get_docstring(parsed(text)) or "" for file, text in FILES.items() if text.count("\n") > 500}
    assert [file for file, says in long.items() if "Long, since" not in says] == []


UNTESTED: dict[str, str] = {}
"""Modules without a test file of their own, and where else they are tested."""


def test_each_module_has_a_test_file_that_is_called_like_it():
    """``frame/wrap.py`` has ``tests/frame/test_wrap.py``; a folder's ``__init__`` that does something has one of its name."""
    missing = [file for file, text in FILES.items() if _does_something(file, text) and not (TESTS / _test_of(file)).exists()]
    assert [f"{file}: tests/{_test_of(file)}" for file in missing if file not in UNTESTED] == []
    assert [file for file in UNTESTED if file in FILES and file not in missing] == [], "these have one"


def _does_something(file: str, text: str) -> bool:
    """Whether a file is more than a folder's list of names."""
    kinds = (ast.FunctionDef, ast.ClassDef)
    return not file.endswith("__init__.py") or any(isinstance(node, kinds) for node in parsed(text).body)


def _test_of(file: str) -> str:
    """The test file of a module, below ``tests/``."""
    path = Path(file)
    name = path.parent.name or PACKAGE.name if path.name == "__init__.py" else path.stem.strip("_")
    return str(path.with_name(f"test_{name}.py"))


PLACES = {
    "sem": {"expr/reductions.py", "kernels/reduce.py", "frame/base.py", "frame/methods.py"},
    "casefold": {"expr/operations.py", "frame/methods.py"},
    "pct_change": {"frame/window.py", "frame/methods.py"},
}
"""The places that CONTRIBUTING.md and docs/onboarding.md count for a method of each family, by their example."""


@pytest.mark.parametrize("name", PLACES)
def test_a_method_is_written_in_as_many_places_as_the_pages_say(name):
    """A list of names elsewhere, which the next method would have to be added to, should be asked of one of these."""
    found = {file for file, text in FILES.items() if name in _names_in(text)}
    assert found - {"frame/resampling.py"} == PLACES[name]  # which has methods of its own, by name


@functools.cache
def _names_in(text: str) -> set[str]:
    """The words of a file's texts, those in which it speaks of itself left out, and the functions that it defines."""
    tree = parsed(text)
    said = {
        id(node.body[0].value)
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and isinstance(node.body[0], ast.Expr)
    }
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in said:
            found.update(node.value.split())
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
    return found
