"""Rows by bins of time: equal to pandas at every cut, and no row is gathered for what reduces them."""

from __future__ import annotations

import warnings

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, lazy, outcome, sample

import lazyframe as lf
from lazyframe.frame.dataframe import DataFrame
from lazyframe.frame.resampling import Filled, Resampler


def _top(df):
    return lf if isinstance(df, DataFrame) else pd


FREQUENCIES = ("D", "3D", "7h", "12h", "W", "2W-TUE", "ME", "2ME", "MS", "QE", "YS", "B", "SME")
LINES = {
    "sum": lambda df, **o: df[["t", "i", "f", "b", "d"]].resample(on="t", **o).sum(),
    "mean": lambda df, **o: df[["t", "i", "f", "b", "d"]].resample(on="t", **o).mean(),
    "count": lambda df, **o: df.resample(on="t", **o).count(),
    "min": lambda df, **o: df[["t", "i", "f", "b", "s", "d"]].resample(on="t", **o).min(),
    "max of dates": lambda df, **o: df.assign(u=df.t).resample(on="t", **o)[["u", "i"]].max(),
    "size": lambda df, **o: df.resample(on="t", **o).size(),
    "first": lambda df, **o: df[["t", "i", "f", "b", "s", "d"]].resample(on="t", **o).first(),
    "last": lambda df, **o: df[["t", "i", "s", "d"]].resample(on="t", **o).last(),
    "std": lambda df, **o: df.resample(on="t", **o).f.std(),
    "var": lambda df, **o: df.resample(on="t", **o)["i"].var(ddof=0),
    "sem": lambda df, **o: df.resample(on="t", **o).i.sem(),
    "nunique": lambda df, **o: df.resample(on="t", **o)[["i", "s"]].nunique(),
    "median": lambda df, **o: df.resample(on="t", **o)[["i", "f"]].median(),
    "quantile": lambda df, **o: df.resample(on="t", **o).i.quantile(0.25),
    "prod": lambda df, **o: df.resample(on="t", **o).i.prod(),
    "numbers": lambda df, **o: df.resample(on="t", **o).mean(numeric_only=True),
    "agg list": lambda df, **o: df.resample(on="t", **o).i.agg(["min", "sum", "mean"]),
    "agg lists": lambda df, **o: df.resample(on="t", **o)[["i", "f"]].agg(["min", "count"]),
    "agg mapping": lambda df, **o: df.resample(on="t", **o).agg({"i": "sum", "s": "first"}),
    "agg mapping of lists": lambda df, **o: df.resample(on="t", **o).agg({"i": ["sum", "max"], "f": "std"}),
    "agg named": lambda df, **o: df.resample(on="t", **o).agg(low=("i", "min"), many=("f", "count")),
    "of an index": lambda df, **o: df[["t", "i", "f"]].set_index("t").resample(**o).sum(),
    "of a column": lambda df, **o: df.set_index("t").f.resample(**o).max(),
    "of some rows": lambda df, **o: df[df.i > 0].set_index("t").i.resample(**o).sum(),
    "of a level": lambda df, **o: df.set_index(["s", "t"]).i.resample(level="t", **o).sum(),
    "a grouper": lambda df, **o: df.groupby(_top(df).Grouper(key="t", **{"freq": o.pop("rule"), **o})).i.sum(),
    "a grouper in a list": lambda df, **o: df.groupby([_top(df).Grouper(key="t", **{"freq": o.pop("rule"), **o})])[["i"]].max(),
    "a grouper of an index": lambda df, **o: (
        df.set_index("t").groupby(_top(df).Grouper(**{"freq": o.pop("rule"), **o})).f.count()
    ),
    "a grouper and a key": lambda df, **o: df.groupby(["b", _top(df).Grouper(key="t", **{"freq": o.pop("rule"), **o})]).i.mean(),
    "a grouper before keys": lambda df, **o: df.groupby([_top(df).Grouper(key="t", **{"freq": o.pop("rule"), **o}), "s"])[
        ["i", "f"]
    ].agg(["sum", "count"]),
    "first of a grouper in a list": lambda df, **o: df.groupby([_top(df).Grouper(key="t", freq=o["rule"])])[["i", "s"]].first(),
    "last of a grouper and a key": lambda df, **o: df.groupby(["b", _top(df).Grouper(key="t", freq=o["rule"])])[
        ["i", "s"]
    ].last(),
    "then": lambda df, **o: df.resample(on="t", **o).i.sum().cumsum().reset_index(),
}
GATHERED = {
    "a function": lambda df, **o: df.resample(on="t", **o).i.apply(lambda values: values.sum()),
    "ohlc": lambda df, **o: df.resample(on="t", **o).i.ohlc(),
    "at least so many": lambda df, **o: df.resample(on="t", **o).i.sum(min_count=2),
    "some quantiles": lambda df, **o: df.resample(on="t", **o).i.quantile([0.25, 0.5]),
    "text": lambda df, **o: df.resample(on="t", **o).s.sum(),
    "times of columns": lambda df, **o: df.set_index("t").groupby("s").resample(**o).i.sum(),
}


def rows(data) -> pd.DataFrame:
    count = data.draw(st.integers(0, 9), label="count")
    frame = sample().drop(columns=["o", "q"]).iloc[data.draw(st.lists(st.integers(0, 8), min_size=count, max_size=count))]
    days = data.draw(st.lists(st.integers(0, 70), min_size=count, max_size=count), label="days")
    seconds = data.draw(st.lists(st.sampled_from([0, 3600, 86399, 45000]), min_size=count, max_size=count))
    start = pd.Timestamp(data.draw(st.sampled_from(["2024-02-27", "2024-03-29", "2024-10-25"])))
    times = pd.Series(start + pd.to_timedelta(days, "D") + pd.to_timedelta(seconds, "s")).astype("datetime64[us]")
    missing = data.draw(st.sets(st.integers(0, max(0, count - 1)), max_size=2))
    frame = frame.reset_index(drop=True).assign(t=times)
    frame["t"] = frame.t.where(~frame.index.isin(list(missing)))
    if data.draw(st.booleans(), label="sorted"):
        frame = frame.sort_values("t", ascending=data.draw(st.booleans()), ignore_index=True)
    zone = data.draw(st.sampled_from([None, None, "Europe/Berlin"]))
    if zone is not None:
        frame["t"] = frame.t.dt.tz_localize(zone, ambiguous=True, nonexistent="shift_forward")
    return frame


def compare(line, frame, df, options, scheduler="sync"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        want = outcome(lambda: line(frame, **options))
        got = outcome(lambda: line(df, **options).compute(scheduler=scheduler))
    if isinstance(want, AttributeError) and "_with_freq" in str(want):  # a fault of pandas with a frame without rows
        assert not len(got)
        return
    if isinstance(want, Exception):
        assert isinstance(got, Exception), f"pandas raises {want!r}, we answer {got!r}"
        return
    if isinstance(got, Exception):
        raise got
    if want.index.nlevels == 1:
        assert getattr(got.index, "freq", None) == getattr(want.index, "freq", None)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", ".*check the 'freq'")  # of the levels of an index
        assert_same(got, want)


@settings(max_examples=8)
@given(st.data())
def test_lines_over_frames(data):
    frame = rows(data)
    cuts = tuple(sorted(data.draw(st.lists(st.integers(0, len(frame)), max_size=3))))
    df = lazy(frame, cuts, batch_rows=data.draw(st.integers(1, 9)))
    options = {
        "rule": data.draw(st.sampled_from(FREQUENCIES)),
        "closed": data.draw(st.sampled_from([None, None, "left", "right"])),
        "label": data.draw(st.sampled_from([None, None, "left", "right"])),
        "origin": data.draw(st.sampled_from(["start_day", "start_day", "epoch", "start", "end"])),
        "offset": data.draw(st.sampled_from([None, "90min"])),
    }
    for name in data.draw(st.sets(st.sampled_from(sorted(LINES)), min_size=3, max_size=3)):
        compare(LINES[name], frame, df, options, data.draw(st.sampled_from(["sync", "sync", "sync", "threads"])))


@pytest.mark.parametrize("name", [*LINES, *GATHERED])
def test_lines(name):
    frame = sample().assign(t=pd.to_datetime("2024-01-01") + pd.to_timedelta([5, 3, 40, 40, 41, 9, 0, 1, 90], "D"))
    frame["t"] = frame.t.astype("datetime64[us]")
    for some in (frame, frame.iloc[:0], frame.assign(t=frame.t.where(frame.i > 1))):
        compare({**LINES, **GATHERED}[name], some, lazy(some, (2, 5), 2), {"rule": "2W"})


@pytest.mark.parametrize("name", LINES)
def test_no_row_is_gathered(name):
    made = LINES[name](lazy(sample()), rule="D")
    while name == "then" and not isinstance(made._function, Filled):
        made = made._arguments[0]
    assert isinstance(made, lf.DataFrame | lf.Series) or isinstance(made._function, Filled)


@pytest.mark.parametrize("scheduler", ["processes", "threads"])
def test_lines_under_other_schedulers(scheduler):
    frame, df = sample(), lazy(sample(), (2, 5))
    got = lf.compute(*[line(df, rule="2YE") for line in LINES.values()], scheduler=scheduler)
    for name, one in zip(LINES, got, strict=True):
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", ".*check the 'freq'")
            assert_same(one, LINES[name](frame, rule="2YE"))


def test_a_column_that_is_not_there_is_named_where_it_is_written():
    with pytest.raises(KeyError, match="'zz'"):
        lazy(sample()).resample("D", on="zz")
    with pytest.raises(ValueError, match="Invalid frequency"):
        lazy(sample()).resample("zz", on="t")


def test_what_it_is_is_said():
    groups = lazy(sample()).resample("D", on="t")
    assert isinstance(groups, Resampler)
    assert repr(groups) == "lf.Resampler<t by 'D'>"
    assert len(groups) == len(sample().resample("D", on="t"))
    with pytest.raises(AttributeError):
        _ = groups._nothing


def test_warnings_of_pandas_are_given_where_it_is_written():
    with pytest.warns(RuntimeWarning, match="'offset' keyword does not take effect"):
        lazy(sample()).resample("ME", on="t", offset="1h")
