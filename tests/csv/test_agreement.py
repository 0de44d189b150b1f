"""What a record is: `len`, whole frames, columns, filters, groups and streams agree with pandas, on every engine."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazyframe as lf

pytestmark = [
    pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DtypePromotionWarning"),
    pytest.mark.filterwarnings("ignore::pandas.errors.ParserWarning"),
]

COUNTS: dict[str, Callable[[Any], int]] = {
    "len": len,
    "whole frame": lambda df: len(df.compute(scheduler="sync")),
    "last column": lambda df: len(df[df.columns[-1]].compute(scheduler="sync")),
    "missing and others": lambda df: int(sum(lf.compute(*_two_sums(df), scheduler="sync"))),
    "filter": lambda df: len(df[df[df.columns[0]].isna()]) + len(df[df[df.columns[0]].notna()]),
    "groups": lambda df: int(df.groupby(df.columns[0], dropna=False).size().sum().compute(scheduler="sync")),
    "stream": lambda df: sum(batch.num_rows for batch in df.iter_batches(scheduler="sync")),
    "first rows": lambda df: len(df.head(100).compute(scheduler="sync")),
    "last rows": lambda df: len(df.tail(100).compute(scheduler="sync")),
}


def _two_sums(df: Any) -> tuple[Any, Any]:
    first = df[df.columns[0]]
    return first.isna().sum(), first.count()


LINES = [
    "1,x",
    "2,",
    ",y",
    "3",
    "",
    "",
    " ",
    "\t",
    ",",
    '""',
    '"p,q",z',
    '4,"n\nl"',
    '5,"\n\n"',
    '"6"7,x',
    '8,"d""e"',
    "1,2,3",
    "1,2,3,4",
    '"1,2",3,4',
    "1,x,",
    "# all",
    "9,x # rest",
    "#",
    "7,8\r9,10",
    "total,2",
]
ENDINGS = ["\n", "\n", "\r\n", "\r"]
OPEN_QUOTE = '11,"never closed'


@st.composite
def records(draw: st.DrawFn) -> tuple[bytes, dict[str, Any]]:
    """Lines that say in many ways that they are a record, or none, and arguments that change what is one."""
    arguments: dict[str, Any] = {}

    def maybe(name: str, *values: Any) -> None:
        if draw(st.integers(0, 4)) == 0:
            arguments[name] = draw(st.sampled_from(values))

    maybe("on_bad_lines", "skip", "warn")
    maybe("comment", "#")
    maybe("skip_blank_lines", False)
    maybe("quoting", csv.QUOTE_NONE)
    maybe("skiprows", 1, [1], [2, 3])
    maybe("header", None, 1)
    maybe("nrows", 0, 1, 3)
    maybe("usecols", [0], [0, 1])
    maybe("index_col", False, 0)
    maybe("names", ["a", "b"])
    maybe("dtype", str)
    if draw(st.integers(0, 4)) == 0 and not arguments.keys() & {"nrows"}:
        arguments |= {"skipfooter": draw(st.sampled_from([1, 2])), "engine": "python"}
    end = draw(st.sampled_from(ENDINGS))
    lines = ["a,b", *draw(st.lists(st.sampled_from(LINES), max_size=9))]
    if draw(st.integers(0, 19)) == 0 and "skipfooter" not in arguments:  # then it is refused where pandas only warns
        lines.append(OPEN_QUOTE)
    return (end.join(lines) + (end if draw(st.booleans()) else "")).encode(), arguments


def outcome(count: Callable[[], int]) -> int | str:
    """How many, or that it is an error."""
    try:
        return count()
    except (ValueError, IndexError):
        return "error"


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=examples(20), deadline=None
)
@given(reading=records(), blocksize=st.sampled_from([None, 1, 7, 30]))
def test_all_queries_count_the_records_of_pandas(
    reading: tuple[bytes, dict[str, Any]], blocksize: int | None, engine: str, write: Callable[[bytes], str]
) -> None:
    text, arguments = reading
    whole = {} if "engine" in arguments else {"low_memory": False}
    wanted = outcome(lambda: len(pd.read_csv(io.BytesIO(text), **whole, **arguments)))
    path, df, refusal = write(text), None, ""
    try:
        df = lf.read_csv(path, blocksize=blocksize, **arguments)
    except ValueError as error:
        refusal = str(error)
    if df is None:
        assert wanted == "error" or "the first field" in refusal
        return
    if not len(df.columns):
        return
    found = {name: outcome(lambda count=count: count(df)) for name, count in COUNTS.items()}
    assert set(found.values()) == {wanted}, found
