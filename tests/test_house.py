"""What the files of the package keep to, that no tool of the checks looks at."""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

import lazyframe

PACKAGE = Path(lazyframe.__file__).parent
FILES = {str(path.relative_to(PACKAGE)): path.read_text("utf-8") for path in sorted(PACKAGE.rglob("*.py"))}


def test_a_class_has_a_name_of_its_own():
    named = defaultdict(list)
    for file, text in FILES.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                named[node.name].append(file)
    assert {name: files for name, files in named.items() if len(files) > 1} == {}


def test_a_long_file_says_why():
    long = {file: ast.get_docstring(ast.parse(text)) or "" for file, text in FILES.items() if text.count("\n") > 500}
    assert [file for file, says in long.items() if "Long, since" not in says] == []
