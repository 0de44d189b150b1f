"""How Sphinx makes the site of docs/: `make docs`.

Pages are Markdown that reads well without being built. Files that live elsewhere in the repository (ARCHITECTURE.md, METHODS.md)
are pages by `include`, so nothing is written twice. Links to files of the repository that are no pages lead to the repository
where `project.urls` of pyproject.toml has its address, and are plain text where it has none.
"""

from __future__ import annotations

import re
import sys
import tomllib
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
ROOT = DOCS.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REPOSITORY = PROJECT.get("urls", {}).get("Repository", "").rstrip("/")

INCLUDED = {
    "ARCHITECTURE.md": "inside.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "README.md": "index.md",
    "SECURITY.md": "security.md",
    "benchmarks/RESULTS.md": "results.md",
    "docs/decisions": "decisions/README.md",
    "lazyframe/csv/options/ARGUMENTS.md": "arguments.md",
    "lazyframe/frame/METHODS.md": "methods.md",
}
"""Files of the repository, and the pages that include them."""

project = "lazyframe"
author = PROJECT["authors"][0]["name"]
copyright = author
version = release = PROJECT["version"]

extensions = ["myst_parser", "numpydoc", "sphinx.ext.autodoc", "sphinx_copybutton"]
root_doc = "index"
default_role = "literal"
myst_heading_anchors = 3
autodoc_member_order = "alphabetical"
autodoc_typehints = "none"
numpydoc_show_class_members = False
copybutton_prompt_text = r">>> |\.\.\. |\$ "
copybutton_prompt_is_regexp = True

html_theme = "pydata_sphinx_theme"
html_title = f"lazyframe {release}"
html_show_sourcelink = False
html_copy_source = False
html_theme_options: dict[str, Any] = {
    "show_toc_level": 2,
    "navigation_with_keys": True,
    "navbar_align": "left",
    "header_links_before_dropdown": 7,
    "footer_start": ["copyright"],
    "footer_end": [],
}

sys.path.insert(0, str(ROOT))


def _linked(text: str, folder: Path) -> str:
    """The text of a file of this folder, with links that lead somewhere on the site."""

    def of(match: re.Match[str]) -> str:
        words, target, anchor = match["words"], match["target"], match["anchor"] or ""
        if "://" in target or not target:
            return match[0]
        path = (DOCS / target[1:] if target.startswith("/") else folder / target).resolve()
        name = path.relative_to(ROOT).as_posix()
        if name in INCLUDED:
            return f"[{words}](/{INCLUDED[name]}{anchor})"
        if path.suffix == ".md" and DOCS in path.parents:
            return f"[{words}](/{path.relative_to(DOCS).as_posix()}{anchor})"
        return f"[{words}]({REPOSITORY}/blob/main/{name})" if REPOSITORY else words

    pieces = re.split(r"(^```.*?^```)", text, flags=re.DOTALL | re.MULTILINE)
    link = re.compile(r"(?<!!)\[(?P<words>[^\]\[]*)\]\((?P<target>[^)#\s]*)(?P<anchor>#[^)\s]*)?\)")
    return "".join(piece if number % 2 else link.sub(of, piece) for number, piece in enumerate(pieces))


def _read(app: Any, docname: str, source: list[str]) -> None:
    source[0] = _linked(source[0], (DOCS / docname).parent)
    if docname == "decisions/README":  # a list for people already, which the sidebar knows nothing of
        source[0] += "\n```{toctree}\n:hidden:\n:glob:\n\n[0-9]*\n```\n"


def _included(app: Any, path: Path, docname: str, source: list[str]) -> None:
    source[0] = _linked(source[0], (DOCS / path).resolve().parent)


def setup(app: Any) -> None:
    """What Sphinx calls."""
    app.connect("source-read", _read)
    app.connect("include-read", _included)
