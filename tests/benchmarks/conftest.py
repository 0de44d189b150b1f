"""Makes `benchmarks` importable, which is no part of the package and is not installed."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest

import lazyframe as lf

ROOT = Path(__file__).resolve().parents[2]


def load_package() -> None:
    # Not by way of sys.path: the root of the repository on it would hide a lazyframe that is installed elsewhere.
    folder = ROOT / "benchmarks"
    spec = importlib.util.spec_from_file_location("benchmarks", folder / "__init__.py", submodule_search_locations=[str(folder)])
    module = importlib.util.module_from_spec(spec)
    sys.modules["benchmarks"] = module
    spec.loader.exec_module(module)


load_package()


@pytest.fixture(autouse=True)
def settings_as_they_were():
    """A contender sets both for its process, which here is that of all the other tests."""
    with lf.config.set(cache=False, scheduler="threads"):
        yield


@pytest.fixture
def results():
    """A benchmark that was not run: three queries, lazyframe and three peers, figures that are easy to reckon with."""
    from benchmarks.runs import Results, Run

    facts = {
        "command": "python -m benchmarks --scale small",
        "date": "2026-01-02",
        "scale": "small",
        "data": {"flights": [12, "25"]},
        "machine": {"processor": "a <fast> one", "cores": "2"},
        "versions": {"Python": "3.11.1", "polars": "2.1", "duckdb": "2.0"},
        "gil": {"query": 0.251, "python_loop": 0.99, "sha256": 0.01},
    }

    def runs(query: str, contender: str, *seconds: float, error: str = "") -> list[Run]:
        return [
            Run(
                query,
                contender,
                number,
                {"seconds": s, "cpu_seconds": 2 * s, "peak_bytes": s * 1e8, "import_seconds": 0.5, "warm_seconds": s / 2},
                error,
            )
            for number, s in enumerate(seconds, 1)
        ]

    return Results(
        facts,
        [
            *runs("flights_delay", "lazyframe", 1.0, 2.0, 9.0),
            *runs("flights_delay", "lazyframe sync", 4.0),
            *runs("flights_delay", "lazyframe kept", 2.5),
            *runs("flights_delay", "polars", 5.0),
            *runs("flights_delay", "polars in-memory", 3.0),
            *runs("flights_delay", "duckdb", 50.0),
            *runs("flights_count", "lazyframe", 0.5),
            *runs("flights_count", "polars", 0.1, error="WRONG ANSWER: value is 2 instead of 1"),
            *runs("flights_count", "polars in-memory", 0.25),
            *runs("stations", "lazyframe", 1.0),
            Run("stations", "duckdb", 1, {}, "longer than 5 s"),
        ],
    )
