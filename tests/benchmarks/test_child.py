"""The child: what it reports of one run, on tiny data."""

from __future__ import annotations

import json
import sys

import pandas as pd
import pytest

import lazyframe as lf
from benchmarks import ROOT, child, data
from benchmarks.contenders import CONTENDERS
from benchmarks.queries import QUERIES


@pytest.fixture(scope="module")
def paths(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    scale = data.Scale(flights=1, zipped=1, stations=2000, groupby=2000)
    made = {name: data.prepare(name, scale, folder) for name in ("stations", "groupby", "zipped")}
    return {**made, "flights": str(ROOT / "data" / "sample" / "*.csv")}


@pytest.fixture(autouse=True)
def settings():
    with lf.config.set(scheduler=None):  # the engines of lazyframe set it for good
        yield


def request(contender, query, paths, warm=False):
    return {
        "library": contender.library,
        "engine": contender.engine,
        "options": dict(contender.options),
        "query": query.name,
        "path": paths[query.dataset],
        "warm": warm,
    }


@pytest.fixture(scope="module")
def right(paths, tmp_path_factory):
    """The answers of pandas."""
    pandas = next(contender for contender in CONTENDERS if contender.name == "pandas")
    report = tmp_path_factory.mktemp("right") / "report.json"
    answers = {}
    for query in QUERIES:
        child.run(request(pandas, query, paths), report)
        answers[query.name] = pd.read_pickle(report.with_suffix(".pickle"))
    return answers


@pytest.mark.parametrize("contender", [c for c in CONTENDERS if c.name != "pandas"], ids=lambda contender: contender.name)
def test_all_contenders_agree(contender, paths, right, tmp_path):
    from benchmarks.answers import difference
    from benchmarks.contenders import asked

    pytest.importorskip(contender.library)
    for query in QUERIES:
        if asked(query, [contender]):
            child.run(request(contender, query, paths), tmp_path / "report.json")
            answer = pd.read_pickle(tmp_path / "report.pickle")
            assert difference(right[query.name], answer) == "", query.name


def test_the_answers_are_not_empty(right):
    assert all(len(answer) and not answer.isna().all().any() for answer in right.values())
    assert right["flights_count"].value.tolist() == [60]
    assert len(right["stations"]) > 300


def test_a_report(paths, tmp_path, monkeypatch):
    wanted, report = tmp_path / "request.json", tmp_path / "report.json"
    wanted.write_text(json.dumps(request(CONTENDERS[0], QUERIES[0], paths, warm=True)))
    monkeypatch.setattr(sys, "argv", ["child", str(wanted), str(report)])
    child.main()
    found = json.loads(report.read_text())
    assert set(found) == {
        *("import_seconds", "seconds", "cpu_seconds", "peak_bytes"),
        *("warm_seconds", "warm_cpu_seconds"),
    }
    assert found["seconds"] > 0
    assert found["peak_bytes"] > 10_000_000
