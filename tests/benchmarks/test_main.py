"""The whole benchmark, on tiny data and with what is always installed; and its options."""

from __future__ import annotations

import json
import shutil

import pytest

from benchmarks import ROOT, data
from benchmarks import __main__ as program
from benchmarks.runs import Run


@pytest.fixture
def tiny(monkeypatch):
    def copy_sample(folder, copies):
        shutil.copytree(ROOT / "data" / "sample", folder)

    monkeypatch.setitem(data.DATASETS, "flights", (copy_sample, "*.csv"))
    monkeypatch.setitem(data.SCALES, "quick", data.Scale(flights=1, zipped=1, stations=1000, groupby=1000))
    monkeypatch.setattr(program, "gil_shares", lambda path, timeout: {"query": 0.5})


def test_a_benchmark(tiny, tmp_path, capsys):
    options = [
        "--quick",
        "--data",
        str(tmp_path),
        "--only",
        "groupby_q1",
        "flights_delay",
        "--engines",
        "lazyframe sync",
        "pandas",
    ]
    assert program.main(options) == 0
    shown = capsys.readouterr().out
    assert "flights_delay    1  lazyframe sync " in shown
    assert "groupby_q1       1  pandas pyarrow " in shown
    text = (tmp_path / "RESULTS.md").read_text(encoding="utf-8")
    assert "All 5 answers agree." in text
    assert "--quick" in text
    assert (tmp_path / "results.svg").read_text(encoding="utf-8").startswith("<svg")
    (record,) = tmp_path.glob("runs-quick-*.json")
    assert len(json.loads(record.read_text())["runs"]) == 5

    again = tmp_path / "again"
    assert program.main(["--report", str(record), "--out", str(again)]) == 0
    assert (again / "RESULTS.md").read_text(encoding="utf-8") == text


def test_a_wrong_answer_ends_with_1(tiny, tmp_path, monkeypatch, capsys):
    wrong = Run("flights_delay", "pandas", 1, {"seconds": 1.0, "cpu_seconds": 1.0, "peak_bytes": 1.0}, "WRONG ANSWER: 2")
    monkeypatch.setattr(program, "ask", lambda *_: iter([wrong]))
    assert program.main(["--quick", "--data", str(tmp_path), "--only", "flights_delay", "--engines", "pandas"]) == 1
    assert "WRONG ANSWER: 2" in (tmp_path / "RESULTS.md").read_text(encoding="utf-8")


def test_what_was_measured_before_an_interrupt_is_reported(tiny, tmp_path, monkeypatch, capsys):
    def interrupted(query, *_):
        yield Run(query.name, "pandas", 1, {"seconds": 1.0, "cpu_seconds": 1.0, "peak_bytes": 1.0})
        raise KeyboardInterrupt

    monkeypatch.setattr(program, "ask", interrupted)
    asked = ["--only", "flights_delay", "groupby_q1"]  # without it the data of all queries are made first
    assert program.main(["--quick", "--data", str(tmp_path), "--engines", "pandas", *asked]) == 0
    assert "interrupted" in capsys.readouterr().out
    assert "All 1 answers agree." in (tmp_path / "RESULTS.md").read_text(encoding="utf-8")


def test_only_a_whole_full_run_replaces_the_published_results(tmp_path):
    assert program.parse([]).out == ROOT / "benchmarks"
    for options in (["--quick"], ["--scale", "small"], ["--only", "stations"], ["--engines", "pandas"]):
        assert program.parse([*options, "--data", str(tmp_path)]).out == tmp_path
    assert program.parse(["--report", str(tmp_path / "a.json")]).out == tmp_path


@pytest.mark.parametrize(
    ("options", "said"),
    [(["--only", "q1"], "no query 'q1'"), (["--engines", "spark"], "no contender 'spark'"), (["--rounds", "0"], "1 or more")],
)
def test_wrong_options(options, said, capsys):
    with pytest.raises(SystemExit) as ended:
        program.parse(options)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err
