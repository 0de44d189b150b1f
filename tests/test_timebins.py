"""Bins of time, told of pieces of the dates: those that pandas makes of all of them."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe.schema import dtype_of
from lazyframe.timebins import TimeBins

TICKS = ("D", "2D", "5D", "7h", "h", "90min", "36h", "1h30min")
CALENDAR = (
    *(
        "W",
        "2W",
        "W-WED",
        "ME",
        "2ME",
        "MS",
        "QE",
        "QE-JAN",
        "2QE",
        "QS",
        "YE",
        "YS",
        "B",
        "2B",
        "BME",
        "BMS",
        "SME",
        "SMS",
        "2SMS",
    ),
    *("BQE", "BYE", "3MS"),
)
ZONES = (None, "Europe/Berlin", "UTC", "Asia/Kolkata", "America/Havana")
STARTS = ("2024-01-01", "2024-03-30", "2024-10-26", "2024-11-02", "1969-12-30")


@st.composite
def dates(draw) -> pd.DatetimeIndex:
    days = draw(st.lists(st.integers(0, 400), min_size=1, max_size=8))
    seconds = draw(st.lists(st.sampled_from([0, 3600, 86399, 1234, 7200, 5400]), min_size=len(days), max_size=len(days)))
    made = pd.Timestamp(draw(st.sampled_from(STARTS))) + pd.to_timedelta(days, "D") + pd.to_timedelta(seconds, "s")
    zone = draw(st.sampled_from(ZONES))
    if zone is not None:
        made = made.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    return made.as_unit(draw(st.sampled_from(["s", "us", "ns"])))


@settings(max_examples=25)
@given(dates(), st.data())
def test_bins_of_pieces_are_those_of_all(given_dates, data):
    freq = data.draw(st.sampled_from(TICKS + CALENDAR))
    closed, label = data.draw(st.tuples(*[st.sampled_from(["left", "right", None])] * 2))
    origin = data.draw(st.sampled_from(["start_day", "epoch", "start", "end", "end_day", "1999-01-01 00:30"]))
    if origin.startswith("1999") and given_dates.tz is not None:
        origin = pd.Timestamp(origin, tz=given_dates.tz)
    offset = data.draw(st.sampled_from([None, "17min"]))
    options = {"closed": closed, "label": label, "origin": origin, "offset": offset}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        bins = TimeBins.of(pd.Grouper(freq=freq, **options), dtype_of(pd.Series(given_dates)))
        assert bins is not None
        try:
            want = pd.Series(1, index=given_dates).resample(freq, **options).size()
        except ValueError:  # a fault of pandas with days at which clocks change
            return
    anchor = None if bins.anchor is None else getattr(given_dates, bins.anchor)()
    cut = data.draw(st.integers(0, len(given_dates)))
    pieces = [bins(pd.Series(piece), anchor) for piece in (given_dates[:cut], given_dates[cut:])]
    assert all(piece.dtype == given_dates.dtype for piece in pieces)
    found = pd.concat(pieces).value_counts().sort_index()
    assert list(found.items()) == list(want[want > 0].items())
    labels = bins.between(given_dates.min(), given_dates.max(), False, "t")
    pd.testing.assert_index_equal(labels, want.index.rename("t"))
    assert labels.freq == want.index.freq


def test_missing_dates_are_in_no_bin():
    bins = TimeBins.of(pd.Grouper(freq="D"), dtype_of(pd.Series(pd.to_datetime(["2024-01-01"]))))
    given_dates = pd.Series(pd.to_datetime([None, "2024-01-01 12:00", None]))
    assert bins(given_dates).isna().tolist() == [True, False, True]
    assert bins(given_dates.iloc[[0]]).isna().tolist() == [True]
    assert bins.between(pd.NaT, pd.NaT, True, None).tolist() == []


@pytest.mark.parametrize(
    ("freq", "options", "zone", "anchor"),
    [
        ("D", {}, None, None),
        ("h", {}, None, None),
        ("7h", {}, None, "min"),
        ("7h", {"origin": "epoch"}, None, None),
        ("h", {}, "Asia/Kolkata", "min"),
        ("h", {}, "UTC", None),
        ("h", {"origin": "start"}, None, "min"),
        ("h", {"origin": "end"}, None, "max"),
        ("ME", {}, None, None),
        ("2ME", {}, None, "min"),
        ("W", {}, "Europe/Berlin", None),
    ],
)
def test_which_date_bins_depend_on(freq, options, zone, anchor):
    dtype = dtype_of(pd.Series(pd.to_datetime(["2024-01-01"])).dt.tz_localize(zone))
    assert TimeBins.of(pd.Grouper(freq=freq, **options), dtype).anchor == anchor


@pytest.mark.parametrize(
    "freq", ["bh", pd.offsets.Week(), pd.offsets.CustomBusinessDay(holidays=["2024-01-01"]), "WOM-1MON", "1ns"]
)
def test_bins_that_only_pandas_makes(freq):
    assert TimeBins.of(pd.Grouper(freq=freq), dtype_of(pd.Series(np.array(["2024-01-01"], "M8[us]")))) is None
