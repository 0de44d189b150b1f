"""`read_csv`: where the face meets the files. What is read, and how, is tested in tests/csv."""

from __future__ import annotations

import os
import subprocess
import sys

import pandas as pd
import pytest
from oracle import assert_same, sample

import lazyframe as lf


@pytest.fixture
def path(tmp_path):
    frame = sample()[["i", "f", "b", "s", "t"]]
    frame["t"] = frame.t.dt.floor("D")
    frame.head(5).to_csv(tmp_path / "f2.csv", index=False)
    frame.tail(4).to_csv(tmp_path / "f10.csv", index=False)
    frame.to_csv(tmp_path / "whole", index=False)
    return tmp_path


@pytest.mark.parametrize("blocksize", [None, 64, "100B"])
def test_files_are_one_frame(path, blocksize):
    options = {"parse_dates": ["t"]}
    df = lf.read_csv(str(path / "*.csv"), blocksize=blocksize, **options)
    frame = pd.read_csv(path / "whole", low_memory=False, **options)
    assert_same(df.compute(scheduler="sync"), frame)
    assert_same(df[df.i > 1].groupby("b").f.sum().compute(), frame[frame.i > 1].groupby("b").f.sum())
    assert_same(df.t.max().compute(scheduler="sync"), frame.t.max())


def test_blocks_are_partitions(path):
    assert lf.read_csv(path / "whole", blocksize=64).npartitions > 2
    assert lf.read_csv(path / "whole").npartitions == 1


def test_mistakes_are_raised_when_the_file_is_opened(path):
    with pytest.raises(FileNotFoundError):
        lf.read_csv(path / "none*.csv")
    with pytest.raises(TypeError, match="seperator"):
        lf.read_csv(path / "whole", seperator=";")


def without_the_core(path, code, **environment):
    """Run some lines in a process that finds no core, its warnings shown."""
    hidden = (
        "import lazyframe as lf; from lazyframe.native import library; "
        "library._find = lambda: library._Found(None, 'it was hidden'); library.engine.cache_clear()"
    )
    command = [sys.executable, "-W", "always", "-c", f"{hidden}\npath = {str(path / 'f2.csv')!r}\n{code}"]
    environment = {**{k: v for k, v in os.environ.items() if k != "LAZYFRAME_ENGINE"}, **environment}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


@pytest.mark.thorough
def test_a_missing_core_is_said_once_on_the_line_that_reads(path):
    code = "print(len(lf.read_csv(path)))\nprint(lf.read_csv(path).i.sum().compute(scheduler='processes'))\nlf.show_versions()"
    run = without_the_core(path, code)
    assert run.stderr.count(": SlowEngineWarning: ") == 1
    assert "<string>:3: SlowEngineWarning: there is no native engine, since it was hidden. So" in run.stderr
    assert "engine         arrow (no native engine: it was hidden)" in run.stdout
    assert run.stdout.startswith(f"5\n{sample().i.head(5).sum()}\n")


def test_a_missing_core_that_is_meant_is_not_said(path):
    assert "SlowEngineWarning" not in without_the_core(path, "lf.read_csv(path)", LAZYFRAME_ENGINE="arrow").stderr
