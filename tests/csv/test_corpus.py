"""What `make fuzz` has kept: each case on every instruction set, against pandas and pyarrow."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz.cases import CORPUS, Case, Maker, kept
from fuzz.judge import Finding, check

from lazyframe.csv.engines import _native
from lazyframe.native import library

pytestmark = pytest.mark.skipif(not library.is_available(), reason="the core was not built")


@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.json")), ids=lambda path: path.stem)
def test_kept(path: Path) -> None:
    check(Case.load(path))


def test_made_anew() -> None:
    maker = Maker(2013, kept())
    became = [check(maker.case()) for _ in range(150)]
    assert became.count("accepted") > 30
    assert became.count("refused") > 10


def test_a_case_is_what_was_dumped(tmp_path: Path) -> None:
    case = Maker(1, ()).case()
    path = tmp_path / "case.json"
    path.write_text(case.dump())
    assert Case.load(path) == case


def test_a_wrong_answer_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    right = _native.Parser._number
    case = Case("1,x\n2,y\n", "is", (0,))
    assert check(case) == "accepted"
    monkeypatch.setattr(_native.Parser, "_number", lambda self, array, dtype: right(self, array, dtype)[::-1])
    with pytest.raises(Finding, match="what the core makes of it"):
        check(case)
