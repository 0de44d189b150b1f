"""``make race``: threads have to give what one thread gives, at sizes where tasks overlap in native code.

    PYTHONPATH=tests python -m race --seconds 600

Data of some 60 MB in blocks of 1 MiB; each query of `queries` with one thread first, and then round after round with two and
four threads, until the time is over. ``--ways all`` tries processes, an executor of the user's, and two queries at one time as
well. The interpreter changes threads every 10 microseconds, so that a thread hardly ever ends a piece of work undisturbed: a
fault that needs another thread in a moment of some microseconds is met in one run of two.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
from race import data
from race.queries import QUERIES

import lazyframe as lf

_SWITCH = 1e-5


@contextmanager
def _executor() -> Iterator[dict[str, Any]]:
    with ThreadPoolExecutor(4) as pool:
        yield {"scheduler": pool}


@contextmanager
def _scheduler(**options: Any) -> Iterator[dict[str, Any]]:
    yield options


WAYS: dict[str, Callable[[], Any]] = {
    "threads 2": lambda: _scheduler(scheduler="threads", num_workers=2),
    "threads 4": lambda: _scheduler(scheduler="threads", num_workers=4),
    "processes": lambda: _scheduler(scheduler="processes", num_workers=2),
    "executor": _executor,
}
"""How a round is run, by name; the first two are those of `make test`."""


def same(found: Any, wanted: Any) -> bool:
    """Whether two answers are one: of floats the order in which they were added may show."""
    try:
        if isinstance(wanted, pd.DataFrame):
            pd.testing.assert_frame_equal(found, wanted, rtol=1e-12, atol=0)
        elif isinstance(wanted, pd.Series):
            pd.testing.assert_series_equal(found, wanted, rtol=1e-12, atol=0)
        else:
            return bool(abs(found - wanted) <= 1e-12 * abs(wanted))
    except AssertionError:
        return False
    return True


class Race:
    """The frame, what one thread made of each query, and what came out otherwise."""

    def __init__(self, folder: Path, kinds: tuple[str, ...]) -> None:
        self.df = lf.read_csv(
            folder / "*.csv", parse_dates={"Date": [0, 1, 2], "At": [3]}, blocksize="1MiB", dtype={"Cancelled": bool}
        )
        self.queries = {name: QUERIES[name] for name in kinds}
        with lf.config.set(scheduler="sync"):
            self.wanted = {name: query(self.df) for name, query in self.queries.items()}
        self.runs = 0
        self.wrong: list[str] = []

    def run(self, name: str, way: str) -> None:
        """One query, compared."""
        self.runs += 1
        try:
            good = same(self.queries[name](self.df), self.wanted[name])
        except Exception:
            self.wrong.append(f"{name}, {way}:\n{traceback.format_exc()}")
            return
        if not good:
            self.wrong.append(f"{name}, {way}: another answer than with one thread")

    def round(self, way: str, together: bool, end: float) -> None:
        """Each query once, or those that there is time for; `together`, a second thread asks them in the other order."""
        with WAYS[way]() as options, lf.config.set(**options):
            other = threading.Thread(target=self._all, args=(f"{way}, two at one time", list(reversed(self.queries)), end))
            if together:
                other.start()
            self._all(way, list(self.queries), end)
            if together:
                other.join()

    def _all(self, way: str, names: list[str], end: float) -> None:
        for name in names:
            if time.monotonic() < end:
                self.run(name, way)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m race", description="Compare threads with one thread.")
    parser.add_argument("--seconds", type=float, default=600, help="how long to go on (600)")
    parser.add_argument("--rounds", type=int, default=10**6, help="no more rounds than this of each way")
    parser.add_argument("--megabytes", type=int, default=60, help="of data (60)")
    parser.add_argument("--ways", choices=["threads", "all"], default="all", help="with what (all)")
    parser.add_argument("--queries", nargs="*", default=list(QUERIES), choices=list(QUERIES), help="which (all)")
    given = parser.parse_args()
    sys.setswitchinterval(_SWITCH)
    ways = list(WAYS) if given.ways == "all" else [way for way in WAYS if way.startswith("threads")]
    with tempfile.TemporaryDirectory() as folder:
        data.write(Path(folder), given.megabytes)
        race = Race(Path(folder), tuple(given.queries))
        end = time.monotonic() + given.seconds
        rounds = 0
        while rounds < given.rounds and time.monotonic() < end and len(race.wrong) < 10:
            for way in ways:
                race.round(way, given.ways == "all" and rounds % 2 == 1, end)
            rounds += 1
            print(f"{rounds} rounds, {race.runs} runs, {len(race.wrong)} wrong", flush=True)
    for what in race.wrong:
        print(f"WRONG {what}", flush=True)
    print(f"{race.runs} runs, {len(race.wrong)} wrong", flush=True)
    return bool(race.wrong)


if __name__ == "__main__":
    sys.exit(main())
