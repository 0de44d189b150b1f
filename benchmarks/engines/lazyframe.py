"""The queries in lazyframe, with the arguments of README.md."""

from __future__ import annotations

import tempfile
from typing import Any

import lazyframe as lf
from benchmarks.written import Written


class Engine:
    """`scheduler` is threads, the default, sync or processes; with a `cache`, which is empty at first, columns are kept."""

    def __init__(self, path: str, scheduler: str = "threads", cache: str = "") -> None:
        self.path = path
        lf.config.set(scheduler=scheduler)
        if cache:
            self._kept = tempfile.TemporaryDirectory(prefix="benchmarks-kept-")
            lf.config.set(cache=self._kept.name)

    def _flights(self) -> Any:
        dtype = {"TailNum": object, "CRSElapsedTime": float, "Cancelled": bool}
        return lf.read_csv(self.path, parse_dates={"Date": [0, 1, 2]}, dtype=dtype)

    def flights_delay(self) -> Any:
        df = self._flights()
        return df[~df.Cancelled].groupby("Origin").DepDelay.mean().max().compute()

    def flights_flown(self) -> Any:
        df = self._flights()
        return len(df[~df.Cancelled])

    def flights_count(self) -> Any:
        return len(self._flights())

    def flights_weekday(self) -> Any:
        df = self._flights()
        return df.groupby(df.Date.dt.day_of_week).DepDelay.mean().compute()

    def flights_frame(self) -> Any:
        return self._flights().compute()

    def flights_csv(self) -> Any:
        out = Written(".csv")
        lf.read_csv(self.path).to_csv(out.path, index=False)
        return out

    def flights_parquet(self) -> Any:
        out = Written(".parquet")
        lf.read_csv(self.path).to_parquet(out.path)
        return out

    zipped_delay = flights_delay

    def stations(self) -> Any:
        df = lf.read_csv(self.path, sep=";", header=None, names=["station", "temperature"])
        return df.groupby("station").temperature.agg(["min", "mean", "max"]).compute()

    def _groupby(self, *keys: str) -> Any:
        return lf.read_csv(self.path).groupby(list(keys), sort=False)

    def groupby_q1(self) -> Any:
        return self._groupby("id1").v1.sum().compute()

    def groupby_q2(self) -> Any:
        return self._groupby("id1", "id2").v1.sum().compute()

    def groupby_q3(self) -> Any:
        return self._groupby("id3").agg(v1=("v1", "sum"), v3=("v3", "mean")).compute()

    def groupby_q4(self) -> Any:
        return self._groupby("id4")[["v1", "v2", "v3"]].mean().compute()

    def groupby_q5(self) -> Any:
        return self._groupby("id6")[["v1", "v2", "v3"]].sum().compute()

    def groupby_q7(self) -> Any:
        df = self._groupby("id3").agg(v1=("v1", "max"), v2=("v2", "min"))
        return (df.v1 - df.v2).compute()

    def groupby_q10(self) -> Any:
        keys = ("id1", "id2", "id3", "id4", "id5", "id6")
        return self._groupby(*keys).agg(v3=("v3", "sum"), count=("v1", "size")).compute()
