"""The queries in Dask, with its default scheduler for frames, threads.

It is told which columns to read, for it would parse them all, and the dtypes that its sample of a few rows gets wrong.
"""

from __future__ import annotations

import glob
from typing import Any

import dask.dataframe as dd
import pandas as pd

from benchmarks.engines.pandas import weekday
from benchmarks.written import Written


class Engine:
    """Has no options."""

    def __init__(self, path: str) -> None:
        self.path = path

    def _flights(self, *columns: str) -> Any:
        dtype = {"Cancelled": bool, "DepDelay": float}
        return dd.read_csv(self.path, usecols=list(columns), dtype={name: dtype[name] for name in columns if name in dtype})

    def _all_flights(self) -> Any:
        texts = ("UniqueCarrier", "TailNum", "Origin", "Dest")
        head = pd.read_csv(sorted(glob.glob(self.path))[0], nrows=0)
        return dd.read_csv(self.path, dtype={name: "str" if name in texts else float for name in head.columns})

    def flights_delay(self) -> Any:
        df = self._flights("Cancelled", "Origin", "DepDelay")
        return df[~df.Cancelled].groupby("Origin").DepDelay.mean().max().compute()

    def flights_flown(self) -> Any:
        df = self._flights("Cancelled")
        return len(df[~df.Cancelled])

    def flights_count(self) -> Any:
        return len(self._flights("Cancelled"))

    def flights_weekday(self) -> Any:
        df = self._flights("Year", "Month", "DayofMonth", "DepDelay")
        return df.groupby(df.map_partitions(weekday, meta=("weekday", "int32"))).DepDelay.mean().compute()

    def flights_frame(self) -> Any:
        return self._all_flights().compute()

    def flights_csv(self) -> Any:
        out = Written(".csv")
        self._all_flights().to_csv(out.path, single_file=True, index=False)
        return out

    def flights_parquet(self) -> Any:
        out = Written(".parquet")
        self._all_flights().to_parquet(out.path)
        return out

    def zipped_delay(self) -> Any:
        df = dd.read_csv(self.path, usecols=["Cancelled", "Origin", "DepDelay"], dtype={"DepDelay": float}, blocksize=None)
        return df[df.Cancelled == 0].groupby("Origin").DepDelay.mean().max().compute()

    def stations(self) -> Any:
        df = dd.read_csv(self.path, sep=";", header=None, names=["station", "temperature"])
        return df.groupby("station").temperature.agg(["min", "mean", "max"]).compute()

    def _groupby(self, keys: list[str], *values: str) -> Any:
        return dd.read_csv(self.path, usecols=[*keys, *values]).groupby(keys, sort=False)

    def groupby_q1(self) -> Any:
        return self._groupby(["id1"], "v1").v1.sum().compute()

    def groupby_q2(self) -> Any:
        return self._groupby(["id1", "id2"], "v1").v1.sum().compute()

    def groupby_q3(self) -> Any:
        return self._groupby(["id3"], "v1", "v3").agg({"v1": "sum", "v3": "mean"}).compute()

    def groupby_q4(self) -> Any:
        return self._groupby(["id4"], "v1", "v2", "v3")[["v1", "v2", "v3"]].mean().compute()

    def groupby_q5(self) -> Any:
        return self._groupby(["id6"], "v1", "v2", "v3")[["v1", "v2", "v3"]].sum().compute()

    def groupby_q7(self) -> Any:
        df = self._groupby(["id3"], "v1", "v2").agg({"v1": "max", "v2": "min"})
        return (df.v1 - df.v2).compute()

    def groupby_q10(self) -> Any:
        keys = ["id1", "id2", "id3", "id4", "id5", "id6"]
        return self._groupby(keys, "v1", "v3").agg({"v3": "sum", "v1": "size"}).compute()
