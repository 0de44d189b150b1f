"""Times with a time zone: what every operation makes of them is what pandas makes of them, or refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from oracle import check

import lazyframe as lf

LINES = (
    "df.t == df.t | df.t < df.u | df.t >= pd.Timestamp('2020-01-02', tz='UTC') | df.t != '2020-01-01T00:00:00Z' | df.t.isna()",
    "df.t < pd.Timestamp('2020-01-02') | df.t - df.u | df.t - df.t.min() | df.t + pd.Timedelta('1h') | df.t.fillna(df.u)",
    "df.t.fillna(pd.Timestamp('2020-01-02', tz='UTC')) | df.t.where(df.i > 0)",
    "df.t.isin([pd.Timestamp('2020-01-01', tz='UTC')])",
    "df.t.between('2020-01-01', '2020-02-01') | df.t.astype(str) | df.t.astype('int64') | df.t.astype('datetime64[us]')",
    "df.n.astype('datetime64[us, UTC]') | df.t.dt.year | df.t.dt.hour | df.t.dt.day_name()",
    "df.t.dt.normalize() | df.t.dt.floor('D')",
    "df.t.dt.strftime('%Y-%m-%d %H:%M%z') | df.t.dt.day_of_week | df.t.dt.date",
    "df.t.dt.is_month_end | df.t.count() | df.t.nunique()",
    "df.t.min() | df.t.max() | df[['t', 'u']].max() | df.t.median() | df.t.quantile(0.5) | df.t.mean() | df.t.sum()",
    "df.groupby('s').t.min() | df.groupby('s').t.max() | df.groupby('s').t.first() | df.groupby('s').t.last()",
    "df.groupby('s').t.count() | df.groupby('s').t.nunique() | df.groupby('s').t.median() | df.groupby('t').i.sum()",
    "df.groupby('t', dropna=False).i.sum() | df.groupby(['t', 's']).i.sum() | df.groupby('t', sort=False).i.sum()",
    "df.groupby(df.t.dt.day_of_week).i.sum() | df.sort_values('t') | df.sort_values('t', ascending=False) | df.t.value_counts()",
    "df.t.drop_duplicates() | df.drop_duplicates('t') | df.nlargest(2, 't') | df.nsmallest(2, 't')",
    "df[df.t > pd.Timestamp('2020-01-01', tz='UTC')] | df[df.t == df.t.max()] | df.t.head(3) | df.tail(2) | df.describe()",
    "df.t.describe() | df.t.mode() | df.dropna() | df.t.clip(pd.Timestamp('2020-01-02', tz='UTC')) | df.t.map({1: 2})",
    "df.assign(w=df.t.dt.month).groupby('w').i.sum() | df.set_index('t') | df[df.i > 99].t | df[df.i > 99].t.max()",
)
TIMES = [
    "2020-01-01T00:00:00",
    None,
    "2021-12-31T23:59:59.5",
    "1999-02-28T01:00:00",
    "2020-01-01T00:00:00",
    None,
    "2020-02-29T05:00:00",
]


def frame_of(zone: str, some: int | None = None) -> pd.DataFrame:
    plain = pd.Series(pd.to_datetime(TIMES, format="ISO8601")).astype("datetime64[us]")
    times = plain.dt.tz_localize(zone)
    frame = pd.DataFrame({"t": times, "u": times[::-1].reset_index(drop=True), "n": plain, "i": range(-2, 5)})
    return frame.assign(s=pd.Series(list("abcabca"), dtype="str")).head(some)


@pytest.mark.parametrize("layout", [{}, {"cuts": (4,), "batch_rows": 2}], ids=["whole", "cut"])
@pytest.mark.parametrize("some", [None, 2, 0])
@pytest.mark.parametrize("zone", ["UTC", "UTC+02:00"])
def test_every_operation_is_that_of_pandas_or_refused(zone: str, some: int | None, layout: dict[str, Any]) -> None:
    lines = [line.strip() for piece in LINES for line in piece.split(" | ")]
    functions = {line: eval(f"lambda df: {line}", {"pd": pd}) for line in lines}
    refused = check(functions, frame_of(zone, some), **layout)
    assert not refused & {"df.t < df.u", "df.t.dt.year", "df.t.min()", "df.groupby('t').i.sum()", "df.sort_values('t')"}


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_they_travel_and_are_kept(scheduler: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("t,b\n" + "".join(f"2024-01-{day:02}T10:00:00+02:00,{day % 3}\n" for day in range(1, 29)) + ",1\n")
    want = pd.read_csv(path, parse_dates=["t"])
    df = lf.read_csv(path, blocksize=40, sample=10, parse_dates=["t"])
    pd.testing.assert_frame_equal(df.compute(scheduler=scheduler), want)
    pd.testing.assert_frame_equal(df.persist(scheduler=scheduler).compute(scheduler=scheduler), want)
    assert df.t.max().compute(scheduler=scheduler) == want.t.max()
    got = df.groupby(df.t.dt.day_name()).b.sum().compute(scheduler=scheduler)
    pd.testing.assert_series_equal(got, want.groupby(want.t.dt.day_name()).b.sum())
    df.to_parquet(tmp_path / "a.parquet")
    assert str(df.to_arrow().schema.field("t").type) == "timestamp[us, tz=+02:00]"
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "a.parquet"), want)
