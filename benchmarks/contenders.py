"""Who is asked: each library, in one form or several, and how often.

A peer that can be used in more than one natural way is run in all of them, and the report shows the form that was
the faster for that query. lazyframe has no such choice: its row is always the default, as a user gets it.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from benchmarks.queries import MAIN, Query


@dataclass(frozen=True)
class Contender:
    """One way to use one library.

    Parameters
    ----------
    name : str
        What the report calls it.
    engine : str
        The module of `benchmarks.engines`.
    library : str
        The module to import; how long that takes is measured.
    distribution : str
        What is installed, for the version.
    options : mapping of str to str
        Given to the engine's class.
    most_rounds : int
        It is run no more often than this, for it is slow.
    only : tuple of str
        The queries it is for; empty means all.
    """

    name: str
    engine: str
    library: str
    distribution: str
    options: Mapping[str, str] = field(default_factory=dict)
    most_rounds: int = 1000
    only: tuple[str, ...] = ()

    @property
    def warm(self) -> bool:
        """Whether a second run is made in the same process; not where one run is slow enough."""
        return self.most_rounds > 2


_OURS = ("lazyframe", "lazyframe.public", "lazyframe-csv")  # `import lazyframe` alone puts off what is to be timed here

KEPT = (MAIN.name, "stations", "groupby_q1", "groupby_q3")
"""The queries that are run with parsed columns kept as well: the first run keeps them, the warm one reads what was kept."""

CONTENDERS = (
    Contender("lazyframe", *_OURS),
    Contender("lazyframe sync", *_OURS, {"scheduler": "sync"}, only=(MAIN.name,)),
    Contender("lazyframe processes", *_OURS, {"scheduler": "processes"}, only=(MAIN.name,)),
    Contender("lazyframe kept", *_OURS, {"cache": "empty"}, only=KEPT),
    Contender("polars", "polars", "polars", "polars", {"engine": "streaming"}),
    Contender("polars in-memory", "polars", "polars", "polars", {"engine": "in-memory"}),
    Contender("duckdb", "duckdb", "duckdb", "duckdb", {"schema": "sniffed"}),
    Contender("duckdb typed", "duckdb", "duckdb", "duckdb", {"schema": "given"}),
    Contender("dask", "dask", "dask.dataframe", "dask", most_rounds=2),
    Contender("pandas", "pandas", "pandas", "pandas", {"engine": "c"}, most_rounds=2),
    Contender("pandas pyarrow", "pandas", "pandas", "pandas", {"engine": "pyarrow"}, most_rounds=2),
)

ENGINES = tuple(dict.fromkeys(contender.engine for contender in CONTENDERS))
"""The libraries, lazyframe first."""


def installed(contender: Contender) -> bool:
    """Whether the library of `contender` is there; the library itself is not imported."""
    return importlib.util.find_spec(contender.library.partition(".")[0]) is not None


def find(engines: Iterable[str]) -> list[Contender]:
    """The contenders of `engines`; the name of a contender stands for itself alone.

    Raises
    ------
    ValueError
        A name that neither a library nor a contender has.
    """
    wanted = list(engines)
    known = {contender.name for contender in CONTENDERS} | set(ENGINES)
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise ValueError(f"there is no contender {unknown[0]!r}; there are: {', '.join(sorted(known))}")
    # "polars" is a library with two forms and the name of one of them: a library it is
    return [contender for contender in CONTENDERS if contender.name in wanted or contender.engine in wanted]


def asked(query: Query, contenders: Iterable[Contender]) -> list[Contender]:
    """Those of `contenders` that are run on `query`."""
    return [contender for contender in contenders if not contender.only or query.name in contender.only]
