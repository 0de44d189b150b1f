from __future__ import annotations

import glob
import os
import tempfile
from pathlib import Path

import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe.csv.text.pattern import matches


def under(folder: Path, pattern: str) -> list[str]:
    return [os.path.relpath(path, folder) for path in matches(os.path.join(glob.escape(str(folder)), pattern))]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.csv", "d/b.csv", "d/e/c.csv", ".hidden/x.csv", "d/.x.csv", "a[1].csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    return tmp_path


@pytest.mark.parametrize(
    "pattern",
    [
        *(
            "*.csv",
            "**/*.csv",
            "d/**/*.csv",
            "*/",
            "*/*",
            "**/",
            "**/e/**/*.csv",
            "a[[]1].csv",
            ".*",
            "d/.*",
            "[ad]*",
            "nothing*",
        ),
        *("a.csv", "d//b.csv", "./*.csv", "d/../*.csv", "*/nothing/*", "a.csv/*", "**/**/*.csv", "*\0", "x" * 300 + "/*"),
    ],
)
def test_patterns_match_what_glob_matches(pattern: str, tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tree)
    for text in (pattern, os.path.join(glob.escape(str(tree)), pattern)):
        found = {os.path.normpath(path) for path in matches(text)}
        expected = [] if "\0" in text else glob.glob(text, recursive=True)
        assert found == {os.path.normpath(path) for path in expected}
        assert len(found) == len(matches(text))


@settings(max_examples=examples(16))
@given(st.lists(st.sampled_from(["*", "**", "a", "b", "?", "[ab]", "..", ""]), min_size=1, max_size=5).map("/".join))
def test_patterns_match_what_glob_matches_in_any_tree(pattern: str) -> None:
    with tempfile.TemporaryDirectory() as above:
        folder = os.path.join(above, "b/b/b/b/b")  # so deep that `..` stays in it
        for path in ("a/b", "b/a"):
            os.makedirs(os.path.join(folder, path))
            with open(os.path.join(folder, path, "b.csv"), "w"):
                pass
        text = os.path.join(folder, pattern.lstrip("/"))
        expected = {os.path.normpath(path) for path in glob.glob(text, recursive=True)}
        if os.path.basename(text) == "**":
            expected = set(filter(os.path.isfile, expected))  # glob has folders that are not there, too
        assert {os.path.normpath(path) for path in matches(text)} == expected


def test_two_stars_at_the_end_are_all_files(tree: Path) -> None:
    assert under(tree, "**") == ["a.csv", "a[1].csv", "d/b.csv", "d/e/c.csv"]


def test_links_are_followed_and_those_in_a_circle_once(tree: Path) -> None:
    (tree / "latest").symlink_to("d")
    files = ["a.csv", "a[1].csv", "d/b.csv", "d/e/c.csv", "latest/b.csv", "latest/e/c.csv"]
    assert under(tree, "**/*.csv") == files
    (tree / "d" / "e" / "up").symlink_to("..")
    assert under(tree, "**/*.csv") == files[:4]
    assert under(tree, "d/e/**/*.csv") == ["d/e/c.csv", "d/e/up/b.csv"]
    (tree / "self").symlink_to(".")
    assert under(tree, "**/*.csv") == files[:4]
    assert under(tree, "**") == files[:4]
    assert under(tree, "*/a.csv") == ["self/a.csv"]  # which was asked for


def test_folders_that_all_link_to_one_another_are_gone_through_once(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"d{number}").mkdir()
        (tmp_path / f"d{number}" / "a.csv").write_text("")
        for other in range(12):
            (tmp_path / f"d{number}" / f"to{other}").symlink_to(f"../d{other}")
    assert under(tmp_path, "**/*.csv") == [f"d{number}/a.csv" for number in range(12)]


def test_a_folder_that_cannot_be_listed_is_an_error(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listdir = os.listdir

    def refuse(path: str) -> list[str]:
        if os.path.basename(path) == "d":
            raise PermissionError(13, "Permission denied", path)
        return listdir(path)

    monkeypatch.setattr(os, "listdir", refuse)
    for pattern in ("**/*.csv", "*/*.csv", "d/*"):
        with pytest.raises(PermissionError):
            under(tree, pattern)
    assert under(tree, "*.csv") == ["a.csv", "a[1].csv"]
