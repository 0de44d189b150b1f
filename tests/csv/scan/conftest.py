"""Folders in which columns are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from kept_files import HEADER, PLAIN, write

import lazyframe as lf
from lazyframe.cache import identity
from lazyframe.notices import say_again


@pytest.fixture
def unhurried(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files are known as soon as they are written, and nothing was said before."""
    monkeypatch.setattr(identity, "SETTLED", 0.0)
    yield
    say_again(lf.CacheWarning)


@pytest.fixture
def folder(tmp_path: Path, unhurried: None) -> Iterator[str]:
    """A folder in which columns are kept."""
    with lf.config.set(cache=tmp_path / "kept", scheduler="sync"):
        yield str(tmp_path / "kept")


@pytest.fixture
def flights(tmp_path: Path) -> str:
    """Some files, small and large, in which every line is a record: else blocks are cut anew each time that they are opened."""
    for number in range(3):
        write(tmp_path / f"f{number}.csv", HEADER + "".join(PLAIN) * (1 + 40 * number))
    return str(tmp_path / "f*.csv")
