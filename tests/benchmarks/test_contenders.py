"""The table of contenders."""

from __future__ import annotations

import pytest

from benchmarks.contenders import CONTENDERS, ENGINES, Contender, asked, find, installed
from benchmarks.queries import MAIN, QUERIES
from benchmarks.queries import find as find_query


def names(contenders):
    return [contender.name for contender in contenders]


def test_the_default_form_of_each_library_has_its_name():
    assert [engine for engine in ENGINES if engine not in names(CONTENDERS)] == []
    assert ENGINES[0] == "lazyframe"


def test_find_takes_a_library_or_one_form():
    assert names(find(["polars"])) == ["polars", "polars in-memory"]
    assert names(find(["lazyframe sync", "pandas pyarrow"])) == ["lazyframe sync", "pandas pyarrow"]
    with pytest.raises(ValueError, match="no contender 'spark'"):
        find(["spark"])


def test_schedulers_are_compared_on_the_main_query_only():
    assert "lazyframe processes" in names(asked(MAIN, CONTENDERS))
    assert [name for name in names(asked(find_query(["stations"])[0], CONTENDERS)) if name.startswith("lazyframe")] == [
        "lazyframe",
        "lazyframe kept",
    ]
    assert [name for name in names(asked(QUERIES[1], CONTENDERS)) if name.startswith("lazyframe")] == ["lazyframe"]


def test_a_library_that_is_not_there():
    assert installed(find(["pandas"])[0])
    assert not installed(Contender("x", "x", "no_such_library.frame", "x"))
