"""What is asked: each kind of work that tasks do side by side, as a name and a function of the frame."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pyarrow as pa

import lazyframe as lf
from lazyframe.frame.dataframe import DataFrame

_REGIONS = pd.DataFrame(
    {"Dest": [f"{a}{b}X" for a in "ABCDE" for b in "KLMNO"], "Region": [*"north", *"south", *"inner", *"outer", *"coast"]}
)


def _stream(df: DataFrame) -> Any:
    chosen = df[df.DepDelay > 850][["At", "TailNum", "Note", "Distance"]]
    return pa.Table.from_batches(list(chosen.iter_batches())).to_pandas()


def _arrow(df: DataFrame) -> Any:
    return df[df.DepDelay > 890][["Date", "Origin", "Note"]].to_arrow().to_pandas()


def _csv(df: DataFrame) -> Any:
    return pd.Series([df[df.DepDelay > 600][["Dest", "Note", "Distance"]].to_csv(None, index=False)])


def _spilled(df: DataFrame) -> Any:
    with lf.config.set(memory_limit="4MB"):
        return df[df.DepDelay > 600][["TailNum", "Origin"]].drop_duplicates().TailNum.value_counts().compute()


QUERIES: dict[str, Callable[[DataFrame], Any]] = {
    "year of a date of three columns": lambda df: df.groupby(df.Date.dt.year).DepDelay.count().compute(),
    "day of week of one": lambda df: df.groupby(df.Date.dt.day_of_week).DepDelay.mean().compute(),
    "largest mean delay": lambda df: df[~df.Cancelled].groupby("Origin").DepDelay.mean().max().compute(),
    "flights of each airport": lambda df: df.groupby("Origin").Origin.count().compute(),
    "several keys": lambda df: df.groupby(["Origin", "Dest"]).agg({"DepDelay": ["mean", "std"], "Distance": "max"}).compute(),
    "text, date and number": lambda df: df.groupby(["Dest", "Date", "Distance"], sort=False).DepDelay.sum().compute(),
    "many groups of text": lambda df: df.groupby("TailNum").agg(n=("Dest", "size"), last=("At", "max")).compute(),
    "late text": lambda df: df[df.DepDelay > 880][["TailNum", "Note", "Date", "DepDelay"]].compute(),
    "distinct text": lambda df: df.groupby("Note", dropna=False).TailNum.nunique().compute(),
    "hours": lambda df: df.At.dt.hour.value_counts().compute(),
    "reductions": lambda df: df[["Distance", "DepDelay"]].mean().compute(),
    "filtered length": lambda df: len(df[~df.Cancelled]),
    "length": len,
    "stream": _stream,
    "arrow": _arrow,
    "CSV": _csv,
    "join with a frame": lambda df: df.merge(_REGIONS, on="Dest", how="left").groupby("Region").DepDelay.mean().compute(),
    "distinct rows on disk": _spilled,
}
