from __future__ import annotations

import io

import lazyframe as lf
from lazyframe.csv import _native, scan


def test_the_engine_and_its_instruction_set_are_named():
    text = io.StringIO()
    lf.show_versions(text)
    lines = dict(line.split(maxsplit=1) for line in text.getvalue().splitlines())
    assert lines["pandas"][0].isdigit()
    assert lines["engine"].startswith(scan.chosen())
    assert _native.instruction_set() in lines["engine"]


def test_a_missing_core_is_said(monkeypatch):
    monkeypatch.setattr(_native, "_library", lambda: None)
    scan.chosen.cache_clear()
    try:
        text = io.StringIO()
        lf.show_versions(text)
        assert "arrow (the native engine was not built" in text.getvalue()
    finally:
        scan.chosen.cache_clear()
