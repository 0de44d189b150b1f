"""``python -m lazyframe``: what the program ends with, whoever reads it."""

from __future__ import annotations

import runpy
import subprocess
import sys

import pytest


@pytest.fixture
def started(tmp_path, monkeypatch):
    """Runs the program in this process, and gives the status that it ends with."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("x\n1\n2\n")

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["lazyframe", *arguments])
        with pytest.raises(SystemExit) as ended:
            runpy.run_module("lazyframe", run_name="__main__", alter_sys=False)
        return ended.value.code

    return run


def test_the_status_is_that_of_the_check(started, tmp_path, capsys):
    assert started("check", "a.csv") == 0
    assert "2 rows, 1 column" in capsys.readouterr().out
    (tmp_path / "a.csv").write_text("x\n1\n2,3\n")
    assert started("check", "a.csv") == 1


def test_a_wrong_line_ends_with_two(started, capsys):
    assert started("nowhere") == 2
    assert capsys.readouterr().err


def test_ctrl_c_is_no_traceback(started, monkeypatch, capsys):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("lazyframe.check.main", interrupted)
    assert started("check", "a.csv") == 130
    assert capsys.readouterr().err == ""


def test_importing_it_runs_nothing(capsys):
    runpy.run_module("lazyframe.__main__", run_name="lazyframe.__main__")
    assert capsys.readouterr().out == ""


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
def test_whoever_has_seen_enough_ends_it_quietly(tmp_path):
    (tmp_path / "a.csv").write_text("x\n1\n")
    program = [sys.executable, "-m", "lazyframe", "check", str(tmp_path / "a.csv")]
    running = subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    running.stdout.close()
    assert running.stderr.read() == ""
    running.stderr.close()
    assert running.wait(60) == 1
