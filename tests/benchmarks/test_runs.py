"""Runs in fresh processes: turns, failures, time-outs, and who is taken to be right."""

from __future__ import annotations

import json

import pandas as pd
import pytest

from benchmarks import ROOT, runs
from benchmarks.contenders import find
from benchmarks.queries import MAIN
from benchmarks.runs import Answers, Results, Run, RunError, ask, in_child

SAMPLE = str(ROOT / "data" / "sample" / "*.csv")


def request(**changes):
    wanted = {"library": "pandas", "engine": "pandas", "options": {}, "query": "flights_count", "path": SAMPLE, "warm": False}
    return {**wanted, **changes}


def frame(value: float) -> pd.DataFrame:
    return pd.DataFrame({"value": [value]})


def test_in_child():
    figures, answer = in_child(request(), timeout=120)
    assert answer.value.tolist() == [60.0]
    assert figures["import_seconds"] > 0.01


def test_a_failure_has_its_last_line(tmp_path):
    with pytest.raises(RunError, match="No objects to concatenate"):
        in_child(request(path=str(tmp_path / "*.csv")), timeout=120)


def test_a_slow_run_is_ended():
    with pytest.raises(RunError, match="longer than 0 s"):
        in_child(request(), timeout=0.05)


def replace_child(monkeypatch, answer):
    asked = []

    def in_child(request, timeout):
        asked.append((request["engine"], request["options"], request["warm"]))
        return {"seconds": 1.0, "cpu_seconds": 1.0, "peak_bytes": 1.0}, answer(request)

    monkeypatch.setattr(runs, "in_child", in_child)
    return asked


def test_the_contenders_take_turns(monkeypatch):
    asked = replace_child(monkeypatch, lambda request: frame(1.0))
    made = list(ask(MAIN, find(["lazyframe", "duckdb", "pandas"]), SAMPLE, 3, 10))
    names = [
        "lazyframe",
        "lazyframe sync",
        "lazyframe processes",
        "lazyframe kept",
        "duckdb",
        "duckdb typed",
        "pandas",
        "pandas pyarrow",
    ]
    assert [run.contender for run in made] == [*names, *names[1:], names[0], *names[2:6], *names[:2]]
    assert [run.round for run in made] == [1] * 8 + [2] * 8 + [3] * 6
    assert {engine for engine, _, warm in asked if not warm} == {"pandas"}
    assert ("lazyframe", {"scheduler": "processes"}, True) in asked


def test_who_failed_is_not_asked_again(monkeypatch):
    def answer(request):
        if request["engine"] == "pandas":
            raise RunError("no memory")
        return frame(1.0)

    replace_child(monkeypatch, answer)
    made = list(ask(MAIN, find(["pandas", "lazyframe sync"]), SAMPLE, 2, 10))
    assert [run.contender for run in made] == ["lazyframe sync", "pandas", "pandas pyarrow", "lazyframe sync"]
    assert [run.error for run in made] == ["", "no memory", "no memory", ""]
    assert "no memory" in str(made[1])


def test_answers_are_judged_also_when_interrupted(monkeypatch):
    replace_child(monkeypatch, lambda request: frame(2.0 if request["engine"] == "lazyframe" else 1.0))
    going = ask(MAIN, find(["lazyframe sync", "pandas"]), SAMPLE, 5, 10)
    first, second = next(going), next(going)
    going.close()
    assert (
        first.error
        == "WRONG ANSWER: value is np.float64(2.0) instead of np.float64(1.0) in row 0 (1 rows differ), as pandas has it"
    )
    assert second.error == ""


def test_pandas_is_right_against_the_majority():
    made = [Run(MAIN.name, name, 1) for name in ("lazyframe", "polars", "pandas")]
    answers = Answers()
    for run, value in zip(made, (1.0, 1.0, 3.0), strict=True):
        answers.add(run.contender, run, frame(value))
    answers.judge()
    assert [bool(run.error) for run in made] == [True, True, False]


def test_equal_answers_are_not_judged():
    made = [Run(MAIN.name, name, 1) for name in ("lazyframe", "polars")]
    answers = Answers()
    for run in made:
        answers.add(run.contender, run, frame(1.0))
    answers.judge()
    assert [run.error for run in made] == ["", ""]


def test_results_are_kept_and_joined(results, tmp_path):
    first, second = tmp_path / "a.json", tmp_path / "deeper" / "b.json"
    results.save(first)
    results.facts.update(command="python -m benchmarks --only stations", data={"stations": [1, "3"]}, gil=None)
    results.save(second)
    joined = Results.load([first, second])
    assert joined.runs == results.runs * 2
    assert joined.facts["data"] == {"flights": [12, "25"], "stations": [1, "3"]}
    assert joined.facts["gil"]["query"] == 0.251
    assert joined.facts["command"] == "python -m benchmarks --scale small; python -m benchmarks --only stations"


def test_results_of_another_scale_are_not_joined(results, tmp_path):
    results.save(tmp_path / "a.json")
    other = json.loads((tmp_path / "a.json").read_text())
    other["facts"]["scale"] = "full"
    (tmp_path / "b.json").write_text(json.dumps(other))
    with pytest.raises(ValueError, match=r"a\.json does not belong to .*b\.json: its scale is small, not full"):
        Results.load([tmp_path / "a.json", tmp_path / "b.json"])
