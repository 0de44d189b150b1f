from __future__ import annotations

import io

import pytest

import lazyframe as lf
from lazyframe.native import library


def test_the_engine_and_its_instruction_set_are_named():
    text = io.StringIO()
    lf.show_versions(text)
    lines = dict(line.split(maxsplit=1) for line in text.getvalue().splitlines())
    assert lines["pandas"][0].isdigit()
    assert lines["engine"].startswith(library.engine())
    assert library.instruction_set() in lines["engine"]


@pytest.mark.parametrize("why", ["it was not built when the package was installed", "it could not be loaded: no memory"])
def test_a_missing_core_is_said(monkeypatch, why):
    monkeypatch.setattr(library, "_find", lambda: library._Found(None, why))
    monkeypatch.delenv("LAZYFRAME_ENGINE", raising=False)
    library.engine.cache_clear()
    try:
        text = io.StringIO()
        lf.show_versions(text)
        assert f"arrow (no native engine: {why})" in text.getvalue()
    finally:
        library.engine.cache_clear()
