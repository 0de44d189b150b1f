"""The tests that are known to fail, each with its reason: `expected.toml`."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pandas_parser.plugin import Outcome


@dataclass(frozen=True)
class Entry:
    """A reason, and the names of the tests that fail for it, always or now and then; ``*`` stands for any text."""

    reason: str
    tests: tuple[str, ...]
    sometimes: bool = False


@dataclass
class Judged:
    """What is as expected, and what is not.

    Attributes
    ----------
    entries : list of Entry
        As they were read.
    found : dict
        For each reason, the tests that failed for it.
    new : list of Outcome
        Failures that no entry has.
    passing, stale : list of str
        Tests that an entry has and that pass; patterns that no test matches.
    """

    entries: list[Entry]
    found: dict[str, list[Outcome]] = field(default_factory=dict)
    new: list[Outcome] = field(default_factory=list)
    passing: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)


def read(path: Path) -> list[Entry]:
    """The entries of the file."""
    listed = tomllib.loads(path.read_text("utf-8")).get("expected", [])
    return [Entry(" ".join(entry["reason"].split()), tuple(entry["tests"]), entry.get("sometimes", False)) for entry in listed]


def judge(entries: list[Entry], outcomes: list[Outcome]) -> Judged:
    """Compare what became of the tests with what was expected."""
    judged = Judged(entries, {entry.reason: [] for entry in entries})
    patterns = [(entry, test, _pattern(test)) for entry in entries for test in entry.tests]
    matched: set[str] = set()
    for outcome in outcomes:
        if not outcome.reads or outcome.result == "skipped":
            continue
        at = [(entry, test) for entry, test, pattern in patterns if pattern.fullmatch(outcome.name)]
        matched.update(test for _, test in at)
        if outcome.result == "failed" and not at:
            judged.new.append(outcome)
        elif outcome.result == "failed":
            judged.found[at[0][0].reason].append(outcome)
        elif at and not at[0][0].sometimes:
            judged.passing.append(outcome.name)
    judged.stale = [test for _, test, _ in patterns if test not in matched]
    return judged


def _pattern(test: str) -> re.Pattern[str]:
    return re.compile(".*".join(map(re.escape, test.split("*"))))
