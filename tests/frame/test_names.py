"""Names that no class defines: declared for type checkers, and nothing at run time."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import lazyframe as lf
from lazyframe.frame import names, wrap
from lazyframe.frame.accessors import DatetimeAccessor, StringAccessor

DECLARED = {
    node.name: {one.target.id if isinstance(one, ast.AnnAssign) else one.name for one in node.body}
    for node in ast.parse(Path(names.__file__).with_suffix(".pyi").read_text("utf-8")).body
    if isinstance(node, ast.ClassDef)
}
FACES = {
    "FrameNames": lf.DataFrame,
    "GroupNames": wrap.registered("DataFrameGroupBy"),
    "DateNames": DatetimeAccessor,
    "TextNames": StringAccessor,
}


def test_the_classes_are_those_that_are_declared():
    assert {name for name, value in vars(names).items() if isinstance(value, type) and name.endswith("Names")} == set(DECLARED)
    assert set(FACES) == set(DECLARED)


@pytest.mark.parametrize("name", FACES)
def test_each_is_a_base_of_the_face_that_it_speaks_of(name):
    assert issubclass(FACES[name], getattr(names, name))


@pytest.mark.parametrize("name", FACES)
def test_none_of_it_is_there_at_run_time(name):
    """Else a column of such a name could not be reached as an attribute, nor pandas' method be found for it."""
    kept = {one for one in vars(getattr(names, name)) if not one.startswith("__")} - {"_is_protocol"}
    assert kept == set()
    assert DECLARED[name]
    assert not [one for one in DECLARED[name] if hasattr(FACES[name], one)]
