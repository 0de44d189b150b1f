"""Pages for browsers: each is one file that loads nothing, filled with what two pages have in common and with data.

report.html (a profile) and dashboard.html (what runs now) have `{{NAME}}` where something is filled in: page.css and page.js are
there for both.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


def filled(name: str, **parts: str) -> str:
    """The page of this name, with its parts.

    Parameters
    ----------
    name : str
        A file of this folder.
    **parts : str
        What stands in the place of each `{{NAME}}`; none of them is looked into for further names.
    """
    parts = {"STYLE": _text("page.css"), "SCRIPT": _text("page.js"), **parts}
    before, *rest = _text(name).split("{{")
    pieces = [before]
    for piece in rest:
        part, _, after = piece.partition("}}")
        pieces += [parts[part], after]
    return "".join(pieces)


def as_json(value: Any) -> str:
    """JSON that may stand in a script: nothing in it ends one, whatever files are called."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")


def _text(name: str) -> str:
    return (_HERE / name).read_text(encoding="utf-8")
