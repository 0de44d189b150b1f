from __future__ import annotations

import io
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import lazy, sample

import lazyframe as lf
from lazyframe.explain import Analysis, explanation


def rows_of(analysis):
    return {stage.label: stage.rows for stage in analysis.stages}


@pytest.fixture
def flights(tmp_path):
    random = np.random.default_rng(7)
    frame = pd.DataFrame({"k": random.integers(0, 5, 3000), "x": random.integers(0, 100, 3000), "s": "abc", "late": 1})
    for part in range(3):
        frame[1000 * part : 1000 * (part + 1)].to_csv(tmp_path / f"f{part}.csv", index=False)
    return frame, str(tmp_path / "*.csv")


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_rows_and_bytes_are_those_of_pandas_and_of_the_files(flights, scheduler, tmp_path):
    frame, path = flights
    df = lf.read_csv(path, blocksize="4kB")
    asked = df[df.x > 40].groupby("k").x.mean()
    analysis = Analysis(asked, scheduler, 2)
    scan, kept, folded, combined, finished, *_ = analysis.stages
    assert scan.label.endswith("kB, columns parsed: 2 of 4")
    assert scan.tasks == df.npartitions > 3
    assert scan.rows == len(frame)
    assert scan.nbytes == sum(file.stat().st_size for file in tmp_path.glob("*.csv"))
    assert (kept.label, kept.rows) == ("filter x > 40", (frame.x > 40).sum())
    assert (folded.label, folded.rows) == ("aggregate mean(x) by k", None)
    assert (combined.label, combined.tasks > 0) == ("combine", True)
    assert (finished.label, finished.rows) == ("finish aggregate mean(x) by k", frame[frame.x > 40].k.nunique())
    assert all(stage.seconds > 0 for stage in analysis.stages)
    (recording,) = analysis.runs
    assert sum(stage.tasks for stage in analysis.stages) == len(recording.ends)
    inside = scan.seconds + kept.seconds + folded.seconds
    assert inside <= sum(end.stop - end.start for end in recording.ends if end.key.startswith("scan"))
    assert 1 <= recording.peak_results <= 8 * 3 + 2
    assert 0 < recording.peak_bytes < 50_000


@given(cuts=st.sets(st.integers(1, 9)), limit=st.integers(-3, 12))
def test_rows_at_any_partitioning(cuts, limit):
    frame = sample()
    want = frame[frame.i > limit]
    df = lazy(frame, cuts=tuple(sorted(cuts)))
    rows = rows_of(Analysis(df[df.i > limit].assign(z=1)[["z", "i"]], "sync"))
    assert next(count for label, count in rows.items() if label.startswith("scan")) == len(frame)
    assert rows[f"filter i > {limit}"] == len(want)
    assert rows["project [z, i]"] == len(want)
    assert rows["finish collect"] == len(want)


def test_a_subquery_is_a_stage_of_its_own():
    frame = sample()
    df = lazy(frame, cuts=(4,))
    labels = [stage.label.split(" rows")[0] for stage in Analysis(df[df.i > df.i.mean()].i.sum(), "sync").stages]
    assert labels.index("finish aggregate mean(i)") < labels.index("value") < labels.index("filter i > (mean of i)")


def test_what_follows_an_answer():
    df = lazy(sample(), cuts=(4,))
    rows = rows_of(Analysis(df.groupby("s").f.mean().max(), "sync"))
    assert rows["aggregate max(f)"] == 1
    assert rows["finish aggregate mean(f) by s"] == sample().s.nunique()


def test_partitions_that_functions_make():
    made = [lf.delayed(pd.DataFrame)({"a": [n, n]}) for n in range(3)]
    df = lf.from_delayed(made, meta=pd.DataFrame({"a": [1]}))
    calls, scan, kept, _, _, total = Analysis(df[df.a > 0].a.sum(), "sync").stages
    assert calls[:2] == ("DataFrame", 3)
    assert scan[:2] == ("scan 3 partitions made by DataFrame, columns parsed: 1 of 1", 3)
    assert (scan.rows, kept.rows, total.rows) == (6, 4, 1)


def test_rows_that_are_kept():
    df = lf.read_csv("data/sample/*.csv")
    kept = df[["Origin", "Distance"]].persist(scheduler="sync")
    analysis = Analysis(kept.groupby("Origin").size(), "sync")
    assert rows_of(analysis)["finish aggregate size by Origin"] == 3
    assert "in memory: " in str(analysis)
    kept.visualize(tasks=True).svg  # noqa: B018


def test_a_run_that_had_to_be_repeated_says_so(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("a\n" + "1\n" * 60_000 + "x\n")
    df = lf.read_csv(path, blocksize="64kB", sample=1000)
    with pytest.warns(lf.DtypePromotionWarning):
        analysis = Analysis(df.groupby("a").size(), "sync")
    assert len(analysis.runs) == 2
    assert rows_of(analysis)["finish aggregate size by a"] == 2
    assert "before that, until the data contradicted" in str(analysis)


def test_the_printed_form():
    file = io.StringIO()
    df = lazy(sample(), cuts=(4,))
    asked = df[df.i > 1].groupby("s").f.mean()
    asked.explain(file, analyze=True, scheduler="threads", num_workers=2)
    before, _, after = file.getvalue().partition("\n\nran in ")
    assert before == explanation(asked._result())
    assert re.match(r"[\d.]+ m?s on 2 threads: \d tasks, at most \d results held at one time \([\d.]+ (kB|bytes)\)", after)
    table = after.splitlines()[2:]
    assert table[0].split() == ["stage", "tasks", "time", "rows", "bytes"]
    assert table[2].startswith("    filter i > 1 ")


def test_an_error_of_the_query_is_its_own(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n" + "1,2\n" * 60_000 + "3,4,5\n")
    df = lf.read_csv(tmp_path / "a.csv", sample=1000)
    with pytest.raises(lf.CSVError):
        df.a.sum().explain(io.StringIO(), analyze=True)


def test_listeners_are_taken_back():
    from lazyframe.executors import listeners

    before = list(listeners)
    Analysis(lazy(sample()).i.max(), "sync")
    assert listeners == before


def test_an_analysis_says_what_was_put_on_disk(tiny):
    df = lf.read_csv("data/sample/*.csv")
    assert "of rows that had to meet were put on disk" in str(Analysis(df.Distance.median(), "threads", 2))
    assert "on disk" not in str(Analysis(df.Distance.max(), "sync"))
