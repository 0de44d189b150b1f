"""What a task finds out about files: what it says to people, and extents that join where one goes on from the other."""

from __future__ import annotations

import itertools
import pickle
from collections.abc import Callable

import pytest

from lazyframe.csv import CSVSource
from lazyframe.csv.options.bad_lines import NONE, Tally
from lazyframe.csv.sniff.findings import Change, FileExtent, OpenCategories, WrongKind, WrongSplit
from lazyframe.csv.types.infer import TextKinds
from lazyframe.schema import Replan

Write = Callable[..., str]
CHANGE = Change("a", TextKinds.TEXT, "f/x.csv", 4, 3, "abc", 0)


def test_a_change_says_where_and_what() -> None:
    assert CHANGE.place == "f/x.csv:4"
    assert CHANGE.where == "f/x.csv:4 (record 3)"
    assert str(CHANGE) == "f/x.csv:4 (record 3) has 'abc' in column a"
    missing = Change("b", TextKinds.MISSING, "f/x.csv", 5, 4, None, 0)
    assert str(WrongKind((CHANGE, missing))) == f"{CHANGE}; f/x.csv:5 (record 4) has a missing value in column b"


def test_what_is_nothing_to_people_says_nothing() -> None:
    assert str(WrongSplit(3)) == str(OpenCategories(("a",))) == ""


def test_findings_cross_processes() -> None:
    for finding in (WrongKind((CHANGE,)), WrongSplit(3), OpenCategories(("a",))):
        replan = pickle.loads(pickle.dumps(Replan("token", finding)))
        assert (replan.token, replan.finding) == ("token", finding)


def extent(begin: tuple[int, int], end: tuple[int, int], tally: Tally = NONE, *troubles: str) -> FileExtent:
    return FileExtent("token", begin, end, tally, troubles)


def test_an_extent_goes_on_where_the_one_before_ended() -> None:
    first, second = extent((0, 0), (0, 40)), extent((0, 40), (1, 0))
    assert first.join(second) == extent((0, 0), (1, 0))
    for following in (extent((0, 41), (1, 0)), extent((1, 0), (2, 0)), first):
        with pytest.raises(Replan) as found:
            first.join(following)
        assert (found.value.token, found.value.finding) == ("token", WrongSplit(following.begin[0]))


def test_tallies_of_extents_add_up() -> None:
    first = extent((0, 0), (0, 40), Tally(1, ((0, 4, "x"),)))
    second = extent((0, 40), (1, 0), Tally(2, ((0, 50, "y"), (0, 60, "z"))))
    assert first.join(second).tally == Tally(3, ((0, 4, "x"), (0, 50, "y"), (0, 60, "z")))


def test_troubles_are_told_once_and_are_few() -> None:
    first = extent((0, 0), (0, 40)).telling("a").telling("b").telling("a")
    assert first.troubles == ("a", "b")
    second = extent((0, 40), (1, 0), NONE, "b", "c", "d", "e", "f")
    assert first.join(second).troubles == ("a", "b", "c", "d", "e")
    assert extent((0, 0), (0, 0)).troubles == ()


def test_extents_join_in_any_grouping(write: Write) -> None:
    source = CSVSource.open(write("a,b\n" + "1,2\n" * 20), blocksize=10)
    extents = []
    for partition in source.partitions:
        reader = source.read(partition, ("a",))
        assert len(list(reader)) <= 1
        extents.append(reader.extent)
    assert len(extents) > 5

    def joined(parts: list[FileExtent]) -> FileExtent:
        return parts[0] if len(parts) == 1 else joined([parts[0].join(parts[1]), *parts[2:]])

    whole = FileExtent(source.token, (0, 0), (1, 0))
    for first, second in itertools.combinations(range(1, len(extents)), 2):
        pieces = [joined(extents[:first]), joined(extents[first:second]), joined(extents[second:])]
        assert pieces[0].join(pieces[1]).join(pieces[2]) == pieces[0].join(pieces[1].join(pieces[2])) == whole
    with pytest.raises(Replan) as found:
        extents[0].join(extents[2])
    assert found.value.finding == WrongSplit(0)
