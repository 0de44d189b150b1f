"""``.str`` and ``.dt`` of narwhals: each function gives what it gives of pandas."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

nw = pytest.importorskip("narwhals")

from plugged import Function, agree, lazy  # noqa: E402

CASES: dict[str, Function] = {
    "texts": lambda df, other: df.select(
        a=nw.col("s").str.to_uppercase(),
        b=nw.col("s").str.to_lowercase(),
        c=nw.col("s").str.strip_chars(),
        e=nw.col("s").str.slice(1, 2),
        f=nw.col("s").str.head(2),
        g=nw.col("s").str.zfill(7),
    ),
    "lengths": lambda df, other: df.select(nw.col("s").fill_null("").str.len_chars().cast(nw.Int64)),
    "finds": lambda df, other: df.select(
        a=nw.col("s").str.contains("^[a-c]"),
        b=nw.col("s").str.contains(".", literal=True),
        c=nw.col("s").str.starts_with("A"),
        d=nw.col("s").str.ends_with("g"),
    ),
    "replaced in texts": lambda df, other: df.select(
        a=nw.col("s").str.replace("p", "P"), b=nw.col("s").str.replace_all("[aeiou]", "*")
    ),
    "dates": lambda df, other: df.drop_nulls("t").select(
        a=nw.col("t").dt.year(),
        b=nw.col("t").dt.month(),
        c=nw.col("t").dt.day(),
        d=nw.col("t").dt.hour(),
        e=nw.col("t").dt.millisecond(),
        f=nw.col("t").dt.weekday(),
        g=nw.col("t").dt.ordinal_day(),
        h=nw.col("t").dt.nanosecond(),
    ),
    "written dates": lambda df, other: df.select(nw.col("t").dt.to_string("%Y/%m/%d")),
    "time differences": lambda df, other: df.drop_nulls("t").select(
        a=(nw.col("t") - datetime(2020, 1, 1)).dt.total_minutes().cast(nw.Int64),
        b=(nw.col("t") - datetime(2020, 1, 1)).dt.total_milliseconds().cast(nw.Int64),
    ),
    "pieces of time": lambda df, other: df.select(nw.col("t").dt.truncate("1h"), d=nw.col("t").dt.truncate("1d")),
}


@pytest.mark.parametrize("name", CASES)
def test_as_pandas(name: str) -> None:
    agree(CASES[name])


TEXTS: dict[str, Any] = {
    "titles": lambda text: text.str.to_titlecase(),
    "without characters": lambda text: text.str.strip_chars("e "),
    "without them at the start": lambda text: text.str.strip_chars_start(" "),
    "without them at the end": lambda text: text.str.strip_chars_end(" "),
    "the end": lambda text: text.str.tail(2),
    "filled at the start": lambda text: text.str.pad_start(8, "*"),
    "filled at the end": lambda text: text.str.pad_end(8, "*"),
    "a plain text": lambda text: text.str.contains("p", literal=True),
    "one of two finds": lambda text: text.str.replace("p", "q", n=1),
    "a plain find": lambda text: text.str.replace_all("p", ".", literal=True),
}


@pytest.mark.parametrize("name", TEXTS)
def test_texts(name: str) -> None:
    agree(lambda df, other: df.select(TEXTS[name](nw.col("s"))))


DATES = ("minute", "second", "microsecond")


@pytest.mark.parametrize("name", DATES)
def test_fields_of_dates(name: str) -> None:
    agree(lambda df, other: df.drop_nulls("t").select(getattr(nw.col("t").dt, name)()))


SPANS = ("total_seconds", "total_microseconds", "total_nanoseconds", "total_minutes")


@pytest.mark.parametrize("name", SPANS)
def test_differences_are_counted_towards_zero(name: str) -> None:
    def counted(df: Any, other: Any) -> Any:
        gap = nw.col("t") - datetime(2020, 6, 1, 0, 0, 0, 500)
        return df.drop_nulls("t").select(getattr(gap.dt, name)().cast(nw.Int64))

    agree(counted)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (lambda df: df.select(nw.col("t").dt.truncate("1mo")), "units are ns, us, ms, s, m, h, d"),
        (lambda df: df.select(nw.col("s").str.starts_with(nw.col("k"))), "starts_with takes a plain text for lazyframe"),
        (lambda df: df.select(nw.col("s").str.contains(nw.col("k"))), "a plain text"),
        (lambda df: df.select(nw.col("s").str.split(",")), "split"),
        (lambda df: df.select(nw.col("s").str.to_datetime("%Y")), "to_datetime"),
        (lambda df: df.select(nw.col("t").dt.date()), "date"),
        (lambda df: df.select(nw.col("t").dt.convert_time_zone("UTC")), "convert_time_zone"),
    ],
)
def test_what_is_refused(line: Any, said: str) -> None:
    with pytest.raises((NotImplementedError, TypeError, nw.exceptions.NarwhalsError), match=said):
        line(lazy())
