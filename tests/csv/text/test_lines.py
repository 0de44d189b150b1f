"""Line numbers against Python's own, whatever the size of the blocks that are counted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lazyframe.csv import CSVSource
from lazyframe.csv.text import lines
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.find import find

Write = Callable[..., str]

texts = st.lists(st.sampled_from(["a", "1,2", "\n", "\r\n", "\r", "\n\n", '"x\ny"']), max_size=30).map("".join)


def starts_of_lines(text: str) -> list[int]:
    """Where each line starts, as Python's universal newlines have it."""
    starts, at = [0], 0
    for line in text.replace("\r\n", "\0\n").replace("\r", "\n").replace("\0\n", "\0\n").split("\n")[:-1]:
        at += len(line) + 1
        starts.append(at)
    return starts


@given(texts)
def test_count(text: str) -> None:
    assert lines.count(text.encode()) == len(starts_of_lines(text)) - 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(20))
@given(text=texts, block=st.integers(1, 9))
def test_number_at_any_block_size(text: str, block: int, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_BLOCK", block)
    monkeypatch.setattr(lines, "_known", {})
    (file,) = find(write(text))
    with OpenFile(file) as opened:
        found = [lines.number(opened, start) for start in starts_of_lines(text)]
    assert found == list(range(1, 1 + len(found)))


def test_blocks_are_counted_once(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_BLOCK", 4)
    monkeypatch.setattr(lines, "_known", {})
    source = CSVSource.open(write("a\n" + "1\n" * 20))
    with OpenFile(source.files[0]) as opened:
        assert lines.number(opened, 40) == 21
        reads: list[Any] = []
        monkeypatch.setattr(opened, "read", lambda at, length: reads.append(at) or b"")
        lines.number(opened, 40)
    assert reads == [40]


def test_what_is_remembered_is_bounded(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_BLOCK", 2)
    monkeypatch.setattr(lines, "_MOST", 5)
    monkeypatch.setattr(lines, "_known", {})
    source = CSVSource.open(write("a\n" + "1\n" * 20))
    with OpenFile(source.files[0]) as opened:
        assert lines.number(opened, 40) == 21
    assert len(lines._known) <= 5
