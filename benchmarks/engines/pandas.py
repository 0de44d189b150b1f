"""The queries in pandas: each file is read whole, with only the columns that the query needs, and then concatenated."""

from __future__ import annotations

import glob
from typing import Any

import pandas as pd

from benchmarks.written import Written


def weekday(df: pd.DataFrame) -> pd.Series:
    """The day of the week, Monday is 0, of the date that stands in three columns."""
    parts = df[["Year", "Month", "DayofMonth"]].set_axis(["year", "month", "day"], axis="columns")
    return pd.to_datetime(parts).dt.day_of_week.rename("weekday")


class Engine:
    """`engine` is pandas' own: c, its default, or pyarrow."""

    def __init__(self, path: str, engine: str = "c") -> None:
        self.path = path
        self.engine: Any = engine

    def _read(self, *columns: str, **arguments: Any) -> Any:
        arguments = {"engine": self.engine, "usecols": list(columns) or None, **arguments}
        return pd.concat([pd.read_csv(path, **arguments) for path in sorted(glob.glob(self.path))], ignore_index=True)

    def flights_delay(self) -> Any:
        df = self._read("Cancelled", "Origin", "DepDelay")
        return df[df.Cancelled == 0].groupby("Origin").DepDelay.mean().max()

    def flights_flown(self) -> Any:
        df = self._read("Cancelled")
        return len(df[df.Cancelled == 0])

    def flights_count(self) -> Any:
        return len(self._read("Cancelled"))

    def flights_weekday(self) -> Any:
        df = self._read("Year", "Month", "DayofMonth", "DepDelay")
        return df.groupby(weekday(df)).DepDelay.mean()

    def flights_frame(self) -> Any:
        return self._read()

    def flights_csv(self) -> Any:
        out = Written(".csv")
        self._read().to_csv(out.path, index=False)
        return out

    def flights_parquet(self) -> Any:
        out = Written(".parquet")
        self._read().to_parquet(out.path)
        return out

    zipped_delay = flights_delay

    def stations(self) -> Any:
        df = self._read(sep=";", header=None, names=["station", "temperature"])
        return df.groupby("station").temperature.agg(["min", "mean", "max"])

    def _groupby(self, keys: list[str], *values: str) -> Any:
        return self._read(*keys, *values).groupby(keys, sort=False)

    def groupby_q1(self) -> Any:
        return self._groupby(["id1"], "v1").v1.sum()

    def groupby_q2(self) -> Any:
        return self._groupby(["id1", "id2"], "v1").v1.sum()

    def groupby_q3(self) -> Any:
        return self._groupby(["id3"], "v1", "v3").agg(v1=("v1", "sum"), v3=("v3", "mean"))

    def groupby_q4(self) -> Any:
        return self._groupby(["id4"], "v1", "v2", "v3")[["v1", "v2", "v3"]].mean()

    def groupby_q5(self) -> Any:
        return self._groupby(["id6"], "v1", "v2", "v3")[["v1", "v2", "v3"]].sum()

    def groupby_q7(self) -> Any:
        df = self._groupby(["id3"], "v1", "v2").agg(v1=("v1", "max"), v2=("v2", "min"))
        return df.v1 - df.v2

    def groupby_q10(self) -> Any:
        keys = ["id1", "id2", "id3", "id4", "id5", "id6"]
        return self._groupby(keys, "v1", "v3").agg(v3=("v3", "sum"), count=("v1", "size"))
