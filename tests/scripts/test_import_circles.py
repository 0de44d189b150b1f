from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest
from grimp import ImportGraph

SCRIPT = Path(__file__).parents[2] / "scripts" / "import_circles.py"
spec = importlib.util.spec_from_file_location("import_circles", SCRIPT)
script = importlib.util.module_from_spec(spec)
spec.loader.exec_module(script)


def graph(*imports: tuple[str, str]) -> ImportGraph:
    made = ImportGraph()
    for importer, imported in imports:
        made.add_import(importer=importer, imported=imported)
    return made


def contract() -> object:
    return script.NoImportCircles("no circle", {}, {"type": "no_import_circles"})


@pytest.mark.parametrize(
    ("imports", "expected"),
    [
        ([("p.a", "p.b"), ("p.b", "p.c")], []),
        ([("p.a", "p.b"), ("p.b", "p.a")], [["p.a", "p.b", "p.a"]]),
        ([("p", "p.a"), ("p.a", "p")], [["p", "p.a", "p"]]),  # the __init__ of a folder
        ([("p.a", "p.b"), ("p.b", "p.c"), ("p.c", "p.b")], [["p.b", "p.c", "p.b"]]),
    ],
)
def test_a_circle_of_files_breaks_the_contract(imports, expected, capsys):
    check = contract().check(graph(*imports), verbose=False)
    assert check.metadata["circles"] == expected
    assert check.kept is not bool(expected)
    contract().render_broken_contract(check)
    assert all(" -> ".join(circle) in capsys.readouterr().out for circle in expected)


def test_the_shortest_way_round_is_shown_and_each_circle_once():
    imports = {"a": ["b", "c"], "b": ["c"], "c": ["a"], "d": ["e"], "e": ["d"], "f": ["f"]}
    assert script.circles(imports) == [["a", "c", "a"], ["d", "e", "d"], ["f", "f"]]
