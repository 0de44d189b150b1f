"""Files for tests of kept columns, and what a user sees of a query of them."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROWS = (
    "1,2.5,a,True,2020-01-02\n",
    "2,,b,False,2020-01-03\n",
    '3,1,"c\nd",True,\n',
    "4,-0.5,a,True,2021-12-31\n",
    '5,7e3,"1,5",False,2020-01-02\n',
)
PLAIN = (*ROWS[:2], *ROWS[3:])
ODD = (
    "x,1,a,True,2020-01-02\n",
    "1.5,1,a,True,2020-01-02\n",
    ",1,a,True,2020-01-02\n",
    "1,1,a,maybe,2020-01-02\n",
    "1,1,a,True,never\n",
    "99999999999999999999,1,a,True,2020-01-02\n",
    "1,1,a,True,2020-01-02,more\n",
    "\n",
)
HEADER = "i,f,s,b,d\n"


def write(path: Path, text: str) -> Path:
    """A file with this text, in a tick of the clock of its own."""
    time.sleep(0.006)
    path.write_text(text, "utf-8")
    return path


def seen(work: Callable[[], Any]) -> Any:
    """All that a user sees of a query: its answer, or its error, and its warnings."""
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        try:
            answer = work()
        except Exception as error:
            answer = f"{type(error).__name__}: {error}"
    told = sorted(str(warning.message) for warning in found)
    return answer, told


def never_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let it be an error to parse anything."""

    def parsed(*_: Any) -> Any:
        raise AssertionError("parsed")

    monkeypatch.setattr("lazyframe.csv.scan.reader.ColumnRange._take", parsed)
