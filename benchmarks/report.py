"""The results as Markdown.

The first tables have one column a library. Where a library was run in several forms, its cell shows the form with the
smaller median of seconds; a star marks a form that is not the library's default. The last table has every form.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.contenders import CONTENDERS, ENGINES, Contender
from benchmarks.queries import MAIN, QUERIES, Query
from benchmarks.runs import Results, Run

Table = list[Sequence[str]]
"""Rows of cells, the header first."""


@dataclass(frozen=True)
class Summary:
    """All runs of one contender on one query."""

    contender: Contender
    runs: tuple[Run, ...]

    @property
    def good(self) -> bool:
        """Whether every run gave the right answer."""
        return all(run.figures and not run.error for run in self.runs)

    @property
    def error(self) -> str:
        """What went wrong, if anything did."""
        return next((run.error for run in self.runs if run.error), "")

    def values(self, figure: str) -> list[float]:
        """A figure of each run that has it."""
        return [run.figures[figure] for run in self.runs if figure in run.figures]

    def median(self, figure: str) -> float | None:
        """The median of a figure; None if no run has it."""
        values = self.values(figure)
        return statistics.median(values) if values else None


class Summaries:
    """The runs, by query and contender."""

    def __init__(self, results: Results) -> None:
        self.results = results
        found: dict[str, dict[str, list[Run]]] = {}
        for run in results.runs:
            found.setdefault(run.query, {}).setdefault(run.contender, []).append(run)
        self._summaries = {
            query: {c.name: Summary(c, tuple(runs[c.name])) for c in CONTENDERS if c.name in runs}
            for query, runs in found.items()
        }
        self.queries = [query for query in QUERIES if query.name in found]
        engines = {summary.contender.engine for query in self.queries for summary in self.all(query)}
        self.engines = [engine for engine in ENGINES if engine in engines]

    def all(self, query: Query) -> list[Summary]:
        """Every contender that was run on `query`."""
        return list(self._summaries.get(query.name, {}).values())

    def get(self, query: Query, contender: str) -> Summary | None:
        """One contender."""
        return self._summaries.get(query.name, {}).get(contender)

    def figures(self, engine: str, figure: str) -> list[float]:
        """A figure of all runs of a library, whatever the form and the query."""
        forms = [form for query in self.queries for form in self.all(query) if form.contender.engine == engine]
        return [value for form in forms for value in form.values(figure)]

    def best(self, query: Query, engine: str) -> Summary | None:
        """What a library's cell shows: of lazyframe the default, of a peer the fastest form whose answers are right."""
        if engine == "lazyframe":
            return self.get(query, "lazyframe")
        forms = [summary for summary in self.all(query) if summary.contender.engine == engine]
        return min(forms, key=lambda summary: (not summary.good, summary.median("seconds") or 1e9), default=None)


def markdown(table: Table) -> str:
    """A table as Markdown: the first column to the left, the others to the right."""
    header, *rows = table
    lines = [header, ["---", *["---:"] * (len(header) - 1)], *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def number(value: float | None, scale: float = 1) -> str:
    """A figure with three digits or so; a dash for none."""
    if value is None:
        return "-"
    value *= scale
    return (
        f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 0.1 else f"{value:.3f}"
    )


def by_engine(summaries: Summaries, figure: str, scale: float = 1) -> Table:
    """One row a query, one column a library; each peer with its ratio to lazyframe."""
    engines = [engine for engine in summaries.engines if summaries.figures(engine, figure)]
    table: Table = [["query", *engines]]
    for query in summaries.queries:
        own = summaries.best(query, "lazyframe")
        base = own.median(figure) if own and own.good else None
        cells = []
        for engine in engines:
            summary = summaries.best(query, engine)
            if summary is None:
                cells.append("-")
                continue
            if not summary.good:
                cells.append("wrong" if summary.error.startswith("WRONG") else "failed")
                continue
            value = summary.median(figure)
            star = "" if summary.contender.name == engine or value is None else "\\*"
            times = value / base if value and base and engine != "lazyframe" else None
            ratio = "" if times is None else f" ({times:.1f}x)" if times >= 1 else f" ({times:.2f}x)"
            cells.append(f"{number(value, scale)}{star}{ratio}")
        table.append([query.title, *cells])
    return table


def schedulers(summaries: Summaries) -> Table:
    """lazyframe's schedulers on the main query."""
    table: Table = [["scheduler", "seconds", "CPU seconds", "seconds, warm", "CPU seconds, warm", "peak MB"]]
    for summary in summaries.all(MAIN):
        if summary.contender.engine == "lazyframe" and "cache" not in summary.contender.options and summary.good:
            figures = [summary.median(name) for name in ("seconds", "cpu_seconds", "warm_seconds", "warm_cpu_seconds")]
            name = summary.contender.options.get("scheduler", "threads (default)")
            table.append([name, *map(number, figures), number(summary.median("peak_bytes"), 1e-6)])
    return table


def kept(summaries: Summaries) -> Table:
    """What it costs to keep parsed columns, and what the next query gains by it."""
    table: Table = [["query", "parsed", "parsed and kept", "of kept columns", "Polars, warm"]]
    for query in QUERIES:
        keeping, own = summaries.get(query, "lazyframe kept"), summaries.best(query, "lazyframe")
        if keeping is None or not keeping.good or own is None:
            continue
        peer = summaries.best(query, "polars")
        first, second = own.median("seconds"), keeping.median("warm_seconds")
        saving, theirs = keeping.median("seconds"), None if peer is None else peer.median("warm_seconds")
        cells = [number(first), number(saving) + _times(saving, first), number(second), number(theirs) + _times(theirs, second)]
        table.append([query.title, *cells])
    return table


def _times(value: float | None, base: float | None) -> str:
    return f" ({value / base:.2f}x)" if value and base else ""


def imports(summaries: Summaries) -> Table:
    """The time to import each library."""
    table: Table = [["library", "seconds"]]
    for engine in summaries.engines:
        values = summaries.figures(engine, "import_seconds")
        library = next(contender.library for contender in CONTENDERS if contender.engine == engine)
        table.append([library, number(statistics.median(values) if values else None)])
    return table


def every_form(summaries: Summaries) -> Table:
    """Every contender on every query."""
    table: Table = [["query", "form", "runs", "seconds", "least", "most", "warm", "CPU seconds", "peak MB", "remark"]]
    for query in summaries.queries:
        for summary in summaries.all(query):
            seconds = summary.values("seconds")
            figures = [summary.median("seconds"), min(seconds, default=None), max(seconds, default=None)]
            figures += [summary.median("warm_seconds"), summary.median("cpu_seconds")]
            cells = [*map(number, figures), number(summary.median("peak_bytes"), 1e-6)]
            table.append([query.name, summary.contender.name, str(len(summary.runs)), *cells, summary.error])
    return table


METHOD = """\
Every run is a fresh process. It imports the library, which is timed apart (of lazyframe all that `import lazyframe` puts
off until it is used), then runs the query once: from opening the
files to the answer in memory, as a number or as a frame of the library's own kind (a pandas frame for lazyframe, Dask
and pandas, a Polars frame, an Arrow table for DuckDB). "Warm" is a second run in the same process. The files are read
through before each run, so none waits for the disk. The contenders take turns, and each round begins with another one.
Figures are medians over the rounds; Dask and pandas have two rounds at most.

Where columns are kept (`lf.config.set(cache=...)`) the first run of a process finds nothing kept, and the warm one all that it
needs; Polars has no such thing, and its warm run parses again.

Ratios are the peer's figure divided by lazyframe's: above 1, lazyframe is faster, or takes less. Peak memory is the
largest resident size of the process up to the end of the first run, imports included, with worker processes added.
Every library uses as many threads as it chooses by itself.

Every answer is compared with that of pandas (or else of another peer), relative tolerance 1e-9. Answers of more than
200,000 rows are compared by row count, sums, and sums weighted by a hash of the keys.

lazyframe is called as README.md does. Peers are called as their users would: Polars with `scan_csv`, with both its
collect engines; DuckDB with `read_csv`, both with its own sniffing and with all dtypes given; pandas with `usecols` and
both its parsers, Dask with `usecols`. In the first tables a star marks a form that is not the library's default: Polars
in-memory, DuckDB typed, pandas pyarrow. Grouping by pandas' interface uses `sort=False` in the db-benchmark's queries, as
that benchmark does.
"""

GIL_METHOD = """\
The query runs with `scheduler="sync"` in one thread, while a second thread counts in pure Python. That thread wants
the GIL all the time and uses a core only while it has it: so its elapsed time less its CPU time is the time in which
the query held the GIL, plus the time of handing over. Divided by the time of the query alone it is the share below, an
upper bound; the least of five is shown. Two loads whose share is known show how good the figure is. They must be near
100% and 0%; another load on the machine makes all three too large.
"""


def paragraphs(results: Results) -> Iterable[str]:
    """The parts of the report, in order."""
    facts, summaries = results.facts, Summaries(results)
    wrong = [run for run in results.runs if run.error.startswith("WRONG")]
    checked = sum(bool(run.figures) for run in results.runs)
    yield "# Results"
    yield f"Made on {facts['date']} by `{facts['command']}`. Do not edit: `make bench` makes this file and results.svg anew."
    yield "\n".join(f"- {name}: {value}" for name, value in {**facts["machine"], "scale of the data": facts["scale"]}.items())
    yield "Versions: " + ", ".join(f"{name} {version}" for name, version in facts["versions"].items()) + "."
    yield markdown([["data", "files", "MB"], *[[name, *map(str, size)] for name, size in facts["data"].items()]])
    failed = sum(not run.figures for run in results.runs)
    if failed:
        yield f"**{failed} runs failed**; the last table says why."
    if wrong:
        yield f"**{len(wrong)} of {checked} answers are wrong**; the last table says which."
    else:
        yield f"All {checked} answers agree."
    sections: tuple[tuple[str, Callable[[], Table]], ...] = (
        ("Seconds (and how many times lazyframe's)", lambda: by_engine(summaries, "seconds")),
        ("Seconds of a second run in the same process", lambda: by_engine(summaries, "warm_seconds")),
        ("CPU seconds", lambda: by_engine(summaries, "cpu_seconds")),
        ("Peak memory, MB", lambda: by_engine(summaries, "peak_bytes", 1e-6)),
        (f"lazyframe's schedulers: {MAIN.title}", lambda: schedulers(summaries)),
        ("lazyframe's kept columns, seconds", lambda: kept(summaries)),
        ("Import", lambda: imports(summaries)),
    )
    for title, make in sections:
        table = make()
        if len(table) > 1:
            yield f"## {title}"
            yield markdown(table)
    if facts.get("gil"):
        yield "## GIL"
        yield GIL_METHOD.rstrip()
        names = {"query": MAIN.title, "python_loop": "a loop in pure Python", "sha256": "SHA-256 of 500 MB"}
        yield markdown([["load", "share of time with the GIL"], *[[names[k], f"{v:.0%}"] for k, v in facts["gil"].items()]])
    yield "## How it is measured"
    yield METHOD.rstrip()
    yield "## Every form"
    yield markdown(every_form(summaries))


def text(results: Results) -> str:
    """The whole report."""
    return "\n\n".join(paragraphs(results)) + "\n"
