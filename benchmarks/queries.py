"""What is asked: the queries, each with the data it reads and the form of its answer.

A query has no code here. Each class in `benchmarks.engines` has a method of the query's name.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Query:
    """One question.

    Parameters
    ----------
    name : str
        The method that answers it.
    dataset : str
        The data it reads; a name of `data.DATASETS`.
    title : str
        What it asks, in a few words.
    keys : tuple of str
        The columns of the answer that tell its rows apart; none when the answer is one number.
    values : tuple of str
        The other columns of the answer. It is ``rows`` alone where only the number of rows of the answer is compared: the whole
        input, in memory or written.
    """

    name: str
    dataset: str
    title: str
    keys: tuple[str, ...] = ()
    values: tuple[str, ...] = ("value",)


QUERIES = (
    Query("flights_delay", "flights", "largest mean delay of an origin, not cancelled"),
    Query("flights_flown", "flights", "number of rows not cancelled"),
    Query("flights_count", "flights", "number of rows"),
    Query("flights_weekday", "flights", "mean delay by weekday of a date in 3 columns", ("weekday",), ("delay",)),
    Query("flights_frame", "flights", "all rows and columns in memory", values=("rows",)),
    Query("flights_csv", "flights", "all rows and columns written as CSV", values=("rows",)),
    Query("flights_parquet", "flights", "all rows and columns written as Parquet", values=("rows",)),
    Query("zipped_delay", "zipped", "largest mean delay of an origin, of one gz file"),
    Query("stations", "stations", "1BRC: min, mean, max by station", ("station",), ("min", "mean", "max")),
    Query("groupby_q1", "groupby", "q1: sum v1 by id1", ("id1",), ("v1",)),
    Query("groupby_q2", "groupby", "q2: sum v1 by id1, id2", ("id1", "id2"), ("v1",)),
    Query("groupby_q3", "groupby", "q3: sum v1, mean v3 by id3", ("id3",), ("v1", "v3")),
    Query("groupby_q4", "groupby", "q4: mean v1, v2, v3 by id4", ("id4",), ("v1", "v2", "v3")),
    Query("groupby_q5", "groupby", "q5: sum v1, v2, v3 by id6", ("id6",), ("v1", "v2", "v3")),
    Query("groupby_q7", "groupby", "q7: max v1 - min v2 by id3", ("id3",), ("range",)),
    Query("groupby_q10", "groupby", "q10: sum v3, count by id1 to id6", tuple(f"id{i}" for i in range(1, 7)), ("v3", "count")),
)

MAIN = QUERIES[0]
"""The query on which the schedulers and the GIL are measured: the main job of README.md."""


def find(names: Iterable[str]) -> list[Query]:
    """The queries called `names`; the name of a dataset stands for all its queries.

    Raises
    ------
    ValueError
        A name that neither a query nor a dataset has.
    """
    wanted = list(names)
    known = {query.name for query in QUERIES} | {query.dataset for query in QUERIES}
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise ValueError(f"there is no query {unknown[0]!r}; there are: {', '.join(query.name for query in QUERIES)}")
    return [query for query in QUERIES if query.name in wanted or query.dataset in wanted]
