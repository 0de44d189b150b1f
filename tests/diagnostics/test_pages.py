"""Pages for browsers: one file that loads nothing, in which nothing that was filled in is code."""

from __future__ import annotations

import json

import pytest

from lazyframe.diagnostics import pages
from lazyframe.diagnostics.pages import as_json, filled


def test_parts_stand_in_the_place_of_their_names_and_are_not_looked_into(monkeypatch):
    monkeypatch.setattr(pages, "_text", {"page": "<{{A}}|{{STYLE}}|{{A}}>", "page.css": "css", "page.js": "js"}.__getitem__)
    assert filled("page", A="{{STYLE}}") == "<{{STYLE}}|css|{{STYLE}}>"


def test_a_part_that_is_not_given_is_an_error(monkeypatch):
    monkeypatch.setattr(pages, "_text", {"page": "{{A}}", "page.css": "", "page.js": ""}.__getitem__)
    with pytest.raises(KeyError, match="A"):
        filled("page")


@pytest.mark.parametrize("value", ["</script><script>", "<!--", {"a<b": [1, "é", None]}])
def test_json_ends_no_script_and_is_what_it_was(value):
    assert "<" not in as_json(value)
    assert json.loads(as_json(value)) == value
