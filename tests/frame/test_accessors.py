"""``.str`` and ``.dt``."""

from __future__ import annotations

import pytest
from oracle import assert_same, check, lazy, sample

from lazyframe.expr import DT_FIELDS, DT_METHODS, STR_METHODS


def test_names_are_listed():
    df = lazy(sample())
    assert set(dir(df.s.str)) == set(STR_METHODS)
    assert set(dir(df.t.dt)) == {*DT_FIELDS, *DT_METHODS}


def test_arguments_may_be_keywords():
    lines = {
        "na": lambda df: df.s.str.contains("a", case=False, na=False),
        "slice": lambda df: df.s.str.slice(start=1, stop=3),
        "replace": lambda df: df.s.str.replace("[ab]", "x", regex=True),
        "pad": lambda df: df.s.str.pad(5, side="both", fillchar="*"),
        "character": lambda df: df.s.str[0],
        "character from the end": lambda df: df.s.str[-1],
        "part": lambda df: df.s.str[1:3],
        "part with a step": lambda df: df.s.str[::-1],
        "tuple": lambda df: df.s.str.startswith(("a", "B"), na=False),
        "floor": lambda df: df.t.dt.floor(freq="h"),
        "locale": lambda df: df.t.dt.day_name(locale=None),
        "strftime": lambda df: df.t.dt.strftime(date_format="%d"),
    }
    assert not check(lines, sample(), cuts=(4,))


@pytest.mark.parametrize("old", ["dayofweek", "weekday", "dayofyear", "daysinmonth"])
def test_old_names_of_fields_work_and_warn(old):
    with pytest.warns(DeprecationWarning, match=f"dt.{old} is deprecated in pandas; write dt.day"):
        found = getattr(lazy(sample()).t.dt, old)
    assert_same(found.compute(scheduler="sync"), getattr(sample().t.dt, old))


def test_the_warning_points_at_the_users_line():
    with pytest.warns(DeprecationWarning, match="dt.dayofweek") as caught:
        _ = lazy(sample()).t.dt.dayofweek
    assert caught[0].filename == __file__


def test_unknown_names_are_errors_with_the_nearest_ones():
    df = lazy(sample())
    with pytest.raises(AttributeError, match=r"\.dt\.yeer is not offered\. Did you mean year.*There are: year, month"):
        _ = df.t.dt.yeer
    with pytest.raises(AttributeError, match=r"\.str\.lowr is not offered\. Did you mean lower"):
        _ = df.s.str.lowr
    with pytest.raises(AttributeError, match=r"\.str\.zzz is not offered\. There are"):
        _ = df.s.str.zzz
    with pytest.raises(AttributeError):  # spans of time have no year
        _ = df.d.dt.year


@pytest.mark.parametrize("method", ["contains", "match", "fullmatch", "count"])
def test_a_bad_pattern_is_an_error_on_the_line_where_it_is_written(method):
    df = lazy(sample())
    with pytest.raises(ValueError, match=rf"s\.str\.{method}\('\('\): .*missing \)"):
        getattr(df.s.str, method)("(")
    assert not df._plan.source.reads
