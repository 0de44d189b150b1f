"""A fixture for tests of exchanges: all that meets is exchanged, goes on disk, and is cut into as many pieces as can be."""

from __future__ import annotations

import pytest

from lazyframe import config, physical
from lazyframe.exchange import scatter


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """So little memory that every row that meets another does so on disk; the folder where that is."""
    monkeypatch.setattr(physical, "LEAST_BUCKET", 20)
    monkeypatch.setattr(scatter, "RUN_PIECE", 1)
    folder = tmp_path / "spilled"
    folder.mkdir()
    with config.set(memory_limit=1, temporary_directory=folder):
        yield folder
    assert list(folder.iterdir()) == []
