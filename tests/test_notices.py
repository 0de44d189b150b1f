"""Warnings are about the user's line, and write nothing on a terminal that it would obey."""

from __future__ import annotations

import threading
import warnings

import pytest

import lazyframe as lf
from lazyframe.notices import SaidOnce, say_again, warn, warnings_told


def test_it_is_on_the_line_of_the_users_program(tmp_path) -> None:
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    with pytest.warns(lf.DialectWarning) as found:
        lf.read_csv(str(tmp_path / "a.csv"), sep=";")
    assert [one.filename for one in found] == [__file__]


def test_what_a_terminal_would_obey_is_escaped() -> None:
    with pytest.warns(UserWarning, match=r"a\\x1b\[2Jb"):
        warn("a\x1b[2Jb")
    with pytest.warns(UserWarning, match=r"a\\x1b\[2Jb"):
        warn(UserWarning("a\x1b[2Jb"))


def test_they_are_counted_thread_by_thread() -> None:
    before, counts = warnings_told(), []

    def other() -> None:
        warn("one")
        counts.append(warnings_told())

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warn("two")
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
    assert (warnings_told() - before, counts) == (1, [1])


class _Seldom(SaidOnce):
    pass


def test_one_of_a_sort_is_said() -> None:
    before = warnings_told()
    with pytest.warns(_Seldom, match="'a' took 1 s"):
        warn(_Seldom("the file 'a' took 1 s"))
    warn(_Seldom("the file 'b' took 2 s"))  # a warning that nobody expects is an error here
    assert warnings_told() == before + 1
    with pytest.warns(_Seldom, match="a folder"):
        warn(_Seldom("a folder"))
    say_again(_Seldom)
    with pytest.warns(_Seldom, match="'b'"):
        warn(_Seldom("the file 'b' took 2 s"))
