"""Runs: each in a fresh process, the contenders in turn, and the record of what came of them.

The contenders take turns: every one has its first run before any has its second, and each round begins with another
one, so that a disturbance of the machine does not hit one of them alone.
"""

from __future__ import annotations

import json
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks import ROOT
from benchmarks.answers import difference
from benchmarks.contenders import Contender
from benchmarks.data import read_through
from benchmarks.queries import Query

TRUSTED = ("pandas", "duckdb", "polars", "dask", "lazyframe")
"""Whose answer is taken to be right where answers differ: the first of these that gave one."""


class RunError(Exception):
    """A child process gave no report; the message is the last thing it said."""


@dataclass
class Run:
    """One run, and its figures as the child reported them (seconds and bytes)."""

    query: str
    contender: str
    round: int
    figures: dict[str, float] = field(default_factory=dict)
    error: str = ""

    def __str__(self) -> str:
        name = f"{self.query:<16} {self.round}  {self.contender:<20}"
        if not self.figures:
            return f"{name} {self.error}"
        warm = f"  warm {self.figures['warm_seconds']:8.3f} s" if "warm_seconds" in self.figures else ""
        peak = self.figures["peak_bytes"] / 1e6
        cpu = self.figures["cpu_seconds"]
        return f"{name} {self.figures['seconds']:8.3f} s  cpu {cpu:8.3f} s  {peak:7,.0f} MB{warm}  {self.error}".rstrip()


def in_child(request: dict[str, Any], timeout: float) -> tuple[dict[str, float], pd.DataFrame | None]:
    """Give a request to a fresh process; its report, and the answer if there is one.

    Raises
    ------
    RunError
        It failed, or took longer than `timeout` seconds and was ended.
    """
    with tempfile.TemporaryDirectory(prefix="benchmarks-") as name:
        folder = Path(name)
        wanted, report, said = folder / "request.json", folder / "report.json", folder / "stderr"
        wanted.write_text(json.dumps(request))
        with open(said, "wb") as stderr:
            child = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.child", wanted, report],
                cwd=ROOT,
                stdout=subprocess.DEVNULL,
                stderr=stderr,
                start_new_session=True,  # so that it can be ended together with its worker processes
            )
            try:
                child.wait(timeout)
            except BaseException as error:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()
                if isinstance(error, subprocess.TimeoutExpired):
                    raise RunError(f"longer than {timeout:.0f} s") from None
                raise
        if child.returncode or not report.exists():
            lines = said.read_text(errors="replace").strip().splitlines()
            raise RunError(lines[-1] if lines else f"ended with code {child.returncode}")
        answer = report.with_suffix(".pickle")
        return json.loads(report.read_text()), pickle.loads(answer.read_bytes()) if answer.exists() else None


class Answers:
    """The answers to one query, those that are equal once: tells which runs were wrong."""

    def __init__(self) -> None:
        self._different: list[tuple[pd.DataFrame, list[tuple[str, Run]]]] = []

    def add(self, engine: str, run: Run, answer: pd.DataFrame) -> None:
        """Take note of an answer."""
        for known, runs in self._different:
            if not difference(known, answer):
                runs.append((engine, run))
                return
        self._different.append((answer, [(engine, run)]))

    def judge(self) -> None:
        """Write into each run that has not the trusted answer what the difference is."""
        if len(self._different) < 2:
            return
        engines = [[engine for engine, _ in runs] for _, runs in self._different]
        trusted = next(engine for engine in TRUSTED if any(engine in group for group in engines))
        right = next(number for number, group in enumerate(engines) if trusted in group)
        for number, (answer, runs) in enumerate(self._different):
            for _, run in runs if number != right else ():
                run.error = f"WRONG ANSWER: {difference(self._different[right][0], answer)}, as {trusted} has it"


def ask(query: Query, contenders: Sequence[Contender], path: str, rounds: int, timeout: float) -> Iterator[Run]:
    """Run a query for all contenders; each run as it ends. Wrong answers are known when the last one has ended.

    Who has failed once is not asked again.
    """
    answers = Answers()
    try:
        yield from _rounds(query, contenders, path, rounds, timeout, answers)
    finally:
        answers.judge()


def _rounds(
    query: Query, contenders: Sequence[Contender], path: str, rounds: int, timeout: float, answers: Answers
) -> Iterator[Run]:
    failed: set[str] = set()
    for number in range(rounds):
        first = number % max(1, len(contenders))
        for contender in [*contenders[first:], *contenders[:first]]:
            if number >= contender.most_rounds or contender.name in failed:
                continue
            request = {
                "library": contender.library,
                "engine": contender.engine,
                "options": dict(contender.options),
                "query": query.name,
                "path": path,
                "warm": contender.warm,
            }
            run = Run(query.name, contender.name, number + 1)
            read_through(path)
            try:
                run.figures, answer = in_child(request, timeout)
            except RunError as error:
                run.error = str(error)
                failed.add(contender.name)
            else:
                assert answer is not None  # a run of a query always leaves one
                answers.add(contender.engine, run, answer)
            yield run


def gil_shares(path: str, timeout: float) -> dict[str, float]:
    """What `benchmarks.gil` measures, in a fresh process."""
    return in_child({"engine": "gil", "path": path}, timeout)[0]


@dataclass
class Results:
    """All the runs of a benchmark, and what they belong to.

    Parameters
    ----------
    facts : dict
        The command, the date, the scale, the data, the machine, the versions; and the shares of the GIL.
    runs : list of Run
        In the order in which they were made.
    """

    facts: dict[str, Any]
    runs: list[Run] = field(default_factory=list)

    def save(self, path: Path) -> None:
        """Write all to a JSON file."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"facts": self.facts, "runs": [asdict(run) for run in self.runs]}, indent=1))

    @classmethod
    def load(cls, paths: Sequence[Path]) -> Results:
        """The runs of one file, or of several that were made on the same machine with the same versions and data.

        Raises
        ------
        ValueError
            The files do not belong together.
        """
        parts = [json.loads(path.read_text()) for path in paths]
        facts = dict(parts[-1]["facts"], data={}, gil=None)
        for part, path in zip(parts, paths, strict=True):
            for fact in ("scale", "machine", "versions"):
                if part["facts"][fact] != facts[fact]:
                    raise ValueError(
                        f"{path} does not belong to {paths[-1]}: its {fact} is {part['facts'][fact]}, not {facts[fact]}"
                    )
            facts["data"].update(part["facts"]["data"])
            facts["gil"] = part["facts"]["gil"] or facts["gil"]
        facts["command"] = "; ".join(dict.fromkeys(part["facts"]["command"] for part in parts))
        return cls(facts, [Run(**run) for part in parts for run in part["runs"]])
