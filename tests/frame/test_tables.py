"""What is made of the table of methods: METHODS.md and ``names.pyi`` are it, and say what the classes have."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from lazyframe.frame import methods
from lazyframe.frame.methods import FACES, METHODS, Family, Way, public
from lazyframe.frame.tables import Status, arguments, declarations, status, table

ROWS = [method for rows in METHODS.values() for method in rows.values()]
OFFERED = [method for method in ROWS if status(method) is not Status.REFUSED]


@pytest.mark.parametrize(
    ("face", "name", "honoured", "gathering"),
    [
        ("DataFrame", "fillna", "value", "limit"),
        ("Series", "map", "na_action=None", None),
        ("Series", "round", "decimals=0", None),
        ("DataFrameGroupBy", "cumsum", None, None),
    ],
)
def test_arguments_are_those_that_a_definition_names_with_their_defaults(face, name, honoured, gathering):
    taken, refused = arguments(METHODS[face][name])
    assert honoured is None or honoured in taken
    assert gathering is None or gathering in refused
    assert not {"inplace", "copy", "args", "kwargs"} & {*taken, *refused}
    assert not {one.partition("=")[0] for one in taken} & set(refused)


def test_a_column_has_one_axis():
    assert not any("axis" in names for method in ROWS if method.face == "Series" for names in arguments(method))


def test_each_row_is_in_the_table_once_for_each_face():
    text = table()
    for family in Family:
        section = text.partition(f"## {family.value}\n")[2].partition("\n## ")[0]
        lines = re.findall(r"^\| `([^`]+)` \| ([^|]+) \|", section, re.MULTILINE)
        there = [(name, face) for name, faces in lines for face in faces.split(", ")]
        assert sorted(there) == sorted((row.name, row.face) for row in ROWS if row.family is family)


def test_what_is_refused_says_so_and_no_arguments():
    refused = [row for row in ROWS if status(row) is Status.REFUSED]
    assert refused
    text = table().splitlines()
    for row in refused:
        lines = [line for line in text if line.startswith(f"| `{row.name}` |") and row.face in line]
        assert any(f"| {Way.NOT.value} |  |  |" in line for line in lines), row.title


def test_the_declarations_are_python_and_declare_each_name_once():
    classes = [node for node in ast.parse(declarations()).body if isinstance(node, ast.ClassDef)]
    for node in classes:
        names = [one.target.id if isinstance(one, ast.AnnAssign) else one.name for one in node.body]
        assert names == sorted(set(names))


def test_the_arguments_of_a_row_are_those_of_its_definition():
    assert arguments(METHODS["Series"]["shift"]) == (["periods=1"], ["freq", "fill_value", "suffix"])
    assert arguments(METHODS["DataFrame"]["columns"]) == ([], [])
    assert status(METHODS["Series"]["shift"]) is Status.PARTLY
    assert status(METHODS["Series"]["abs"]) is Status.OFFERED
    assert status(METHODS["Series"]["name"]) is Status.OFFERED
    assert status(METHODS["DataFrame"]["update"]) is Status.REFUSED


def test_methods_md_is_the_table():
    path = Path(methods.__file__).with_name("METHODS.md")
    assert path.read_text(encoding="utf-8") == table(), "`make tables` writes it anew"


def test_the_declarations_are_those_of_the_table():
    path = Path(methods.__file__).with_name("names.pyi")
    assert path.read_text(encoding="utf-8") == declarations(), "`make tables` writes it anew"


def test_the_counts_are_those_of_the_rows():
    found = re.search(r"\| all \| (\d+) \| (\d+) \| (\d+) \| (\d+) \|", table())
    offered, partly, refused, total = map(int, found.groups())
    assert offered + partly + refused == total == sum(len(public(face)) for face in FACES)
    assert refused == len(ROWS) - len(OFFERED)
