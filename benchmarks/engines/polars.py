"""The queries in Polars: `scan_csv` and expressions, so that it parses only what it needs."""

from __future__ import annotations

from typing import Any

import polars as pl

from benchmarks.written import Written


class Engine:
    """`engine` is how Polars collects: streaming, its default, or in-memory."""

    def __init__(self, path: str, engine: str = "streaming") -> None:
        self.path = path
        self.engine: Any = engine

    def _collect(self, frame: pl.LazyFrame) -> pl.DataFrame:
        return frame.collect(engine=self.engine, background=False)

    def flights_delay(self) -> Any:
        flown = pl.scan_csv(self.path).filter(pl.col("Cancelled") == 0)
        means = flown.group_by("Origin").agg(pl.col("DepDelay").mean())
        return self._collect(means.select(pl.col("DepDelay").max())).item()

    def flights_flown(self) -> Any:
        return self._collect(pl.scan_csv(self.path).filter(pl.col("Cancelled") == 0).select(pl.len())).item()

    def flights_count(self) -> Any:
        return self._collect(pl.scan_csv(self.path).select(pl.len())).item()

    def flights_weekday(self) -> Any:
        weekday = pl.date("Year", "Month", "DayofMonth").dt.weekday() - 1  # Polars' Monday is 1
        return self._collect(pl.scan_csv(self.path).group_by(weekday.alias("weekday")).agg(pl.col("DepDelay").mean()))

    def flights_frame(self) -> Any:
        return self._collect(pl.scan_csv(self.path))

    def flights_csv(self) -> Any:
        out = Written(".csv")
        pl.scan_csv(self.path).sink_csv(out.path, engine=self.engine)
        return out

    def flights_parquet(self) -> Any:
        out = Written(".parquet")
        pl.scan_csv(self.path).sink_parquet(out.path, engine=self.engine)
        return out

    zipped_delay = flights_delay

    def stations(self) -> Any:
        schema = {"station": pl.String, "temperature": pl.Float64}
        frame = pl.scan_csv(self.path, separator=";", has_header=False, schema=schema)
        value = pl.col("temperature")
        return self._collect(frame.group_by("station").agg(value.min().alias("min"), value.mean().alias("mean"), value.max()))

    def _groupby(self, keys: list[str], *values: pl.Expr) -> pl.DataFrame:
        return self._collect(pl.scan_csv(self.path).group_by(keys).agg(*values))

    def groupby_q1(self) -> Any:
        return self._groupby(["id1"], pl.col("v1").sum())

    def groupby_q2(self) -> Any:
        return self._groupby(["id1", "id2"], pl.col("v1").sum())

    def groupby_q3(self) -> Any:
        return self._groupby(["id3"], pl.col("v1").sum(), pl.col("v3").mean())

    def groupby_q4(self) -> Any:
        return self._groupby(["id4"], pl.col("v1", "v2", "v3").mean())

    def groupby_q5(self) -> Any:
        return self._groupby(["id6"], pl.col("v1", "v2", "v3").sum())

    def groupby_q7(self) -> Any:
        return self._groupby(["id3"], (pl.col("v1").max() - pl.col("v2").min()).alias("range"))

    def groupby_q10(self) -> Any:
        return self._groupby(["id1", "id2", "id3", "id4", "id5", "id6"], pl.col("v3").sum(), pl.len().alias("count"))
