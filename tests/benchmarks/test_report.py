"""The report: medians, ratios, and what is said of a form that failed."""

from __future__ import annotations

import pytest

from benchmarks import report
from benchmarks.queries import QUERIES
from benchmarks.report import Summaries, by_engine, markdown, number


def rows(table):
    return {line[0]: dict(zip(table[0][1:], line[1:], strict=True)) for line in table[1:]}


TITLES = {query.name: query.title for query in QUERIES}


def test_medians_and_ratios(results):
    seconds = rows(by_engine(Summaries(results), "seconds"))
    assert list(seconds) == [TITLES["flights_delay"], TITLES["flights_count"], TITLES["stations"]]
    assert seconds[TITLES["flights_delay"]] == {"lazyframe": "2.00", "polars": "3.00\\* (1.5x)", "duckdb": "50.0 (25.0x)"}


def test_a_wrong_answer_is_never_the_best(results):
    seconds = rows(by_engine(Summaries(results), "seconds"))
    assert seconds[TITLES["flights_count"]] == {"lazyframe": "0.50", "polars": "0.25\\* (0.50x)", "duckdb": "-"}


def test_failures_are_shown(results):
    assert rows(by_engine(Summaries(results), "seconds"))[TITLES["stations"]]["duckdb"] == "failed"
    results.runs = [run for run in results.runs if run.contender != "polars in-memory"]
    assert rows(by_engine(Summaries(results), "seconds"))[TITLES["flights_count"]]["polars"] == "wrong"


def test_memory(results):
    memory = rows(by_engine(Summaries(results), "peak_bytes", 1e-6))
    assert memory[TITLES["flights_delay"]] == {"lazyframe": "200", "polars": "300\\* (1.5x)", "duckdb": "5,000 (25.0x)"}


def test_no_column_for_a_library_without_the_figure(results):
    for run in results.runs:
        if run.contender == "duckdb":
            run.figures.pop("warm_seconds", None)
    assert by_engine(Summaries(results), "warm_seconds")[0] == ["query", "lazyframe", "polars"]


def test_schedulers(results):
    table = rows(report.schedulers(Summaries(results)))
    assert list(table) == ["threads (default)", "sync"]
    assert table["sync"]["seconds"] == "4.00"


def test_kept_columns_are_compared_with_parsing_and_with_a_peer(results):
    table = rows(report.kept(Summaries(results)))
    assert [line["parsed and kept"] for line in table.values()] == ["2.50 (1.25x)"]
    assert [line["of kept columns"] for line in table.values()] == ["1.25"]
    assert [line["Polars, warm"] for line in table.values()] == ["1.50 (1.20x)"]


def test_every_form_has_the_error(results):
    table = report.every_form(Summaries(results))
    remarks = {(line[0], line[1]): line[-1] for line in table}
    assert remarks["stations", "duckdb"] == "longer than 5 s"
    assert remarks["flights_count", "polars"].startswith("WRONG ANSWER")
    assert remarks["flights_delay", "lazyframe"] == ""


def test_the_whole_text(results):
    text = report.text(results)
    assert "Made on 2026-01-02 by `python -m benchmarks --scale small`" in text
    assert "**1 of 12 answers are wrong**" in text
    assert "**1 runs failed**" in text
    assert "| " + TITLES["flights_delay"] + " | 25% |" in text
    assert "Python 3.11.1, polars 2.1" in text
    results.runs = [run for run in results.runs if not run.error]
    results.facts.update(gil=None)
    text = report.text(results)
    assert "All 11 answers agree." in text
    assert "failed" not in text
    assert "## GIL" not in text


def test_every_line_of_a_table_has_as_many_cells(results):
    for line in report.text(results).splitlines():
        assert not line.startswith("|") or line.endswith("|")
    assert markdown([["a", "b"], ["x|y", "1"]]) == "| a | b |\n| --- | ---: |\n| x\\|y | 1 |"


@pytest.mark.parametrize(
    ("value", "shown"), [(1234.4, "1,234"), (12.34, "12.3"), (1.234, "1.23"), (0.1, "0.10"), (0.0123, "0.012"), (None, "-")]
)
def test_number(value, shown):
    assert number(value) == shown
