"""The list of expected failures of `make pandas-tests`: what it allows, and what it does not."""

from __future__ import annotations

from pathlib import Path

from pandas_parser.expected import Entry, judge, read
from pandas_parser.plugin import Outcome

FAILED = Outcome("test_a.py::test_x[c_high-1]", "c", "failed", True)
PASSED = Outcome("test_a.py::test_y[c_high]", "c", "passed", True)


def test_a_failure_has_to_be_in_the_list():
    assert judge([], [FAILED, PASSED]).new == [FAILED]
    judged = judge([Entry("why", ("test_a.py::test_x[c_*]",))], [FAILED, PASSED])
    assert (judged.new, judged.passing, judged.stale) == ([], [], [])
    assert judged.found == {"why": [FAILED]}


def test_what_passes_must_not_be_in_the_list():
    judged = judge([Entry("why", ("test_a.py::test_y[*]", "test_a.py::test_x[c_high-1]"))], [FAILED, PASSED])
    assert (judged.new, judged.passing) == ([], [PASSED.name])
    assert judge([Entry("why", ("test_a.py::test_z",))], [PASSED]).stale == ["test_a.py::test_z"]


def test_what_is_not_counted_or_was_skipped_is_neither():
    others = [Outcome("test_a.py::test_x", "c", "failed", False), Outcome("test_a.py::test_y", "c", "skipped", True)]
    judged = judge([], others)
    assert (judged.new, judged.passing) == ([], [])


def test_each_reason_of_the_list_is_told_in_words_and_stands_there_once():
    entries = read(Path(__file__).parent / "pandas_parser" / "expected.toml")
    assert len({entry.reason for entry in entries}) == len(entries)
    assert all(len(entry.reason.split()) > 5 and entry.tests for entry in entries)
