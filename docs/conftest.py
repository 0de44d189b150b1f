"""The examples of the pages for users run in an empty folder that has the sample of the flights, as flights/*.csv."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import lazyframe as lf

DOCS = Path(__file__).parent
OF_THE_CODE = ("coming-from.md", "deviations.md", "libraries.md", "onboarding.md", "decisions")


@pytest.fixture(autouse=True)
def folder_of_flights(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    if request.path.suffix != ".md" or request.path.relative_to(DOCS).parts[0] in OF_THE_CODE:
        yield
        return
    shutil.copytree(DOCS.parent / "data" / "sample", tmp_path / "flights")
    monkeypatch.chdir(tmp_path)
    before = {name: lf.config.get(name) for name in lf.config.SETTINGS}
    yield
    lf.config.set(**before)
