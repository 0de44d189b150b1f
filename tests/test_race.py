"""Threads give what one thread gives, at sizes where their tasks overlap in native code."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from race import sanitized

from lazyframe.native import library

TESTS = Path(__file__).parent


def race(*arguments: str) -> str:
    """Run it in a process of its own, which a damaged heap may end."""
    path = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-m", "race", *arguments]
    run = subprocess.run(command, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False)
    assert run.returncode == 0, f"ended with {run.returncode}\n{run.stdout}{run.stderr}"
    return run.stdout


@pytest.mark.parametrize("seconds", ["15", pytest.param("40", marks=pytest.mark.slow)])
def test_threads_agree_with_sync_where_they_overlap(seconds: str) -> None:
    """The seconds bound how much is tried: on a quiet machine 15 are enough for each query with both numbers of threads."""
    assert "runs, 0 wrong" in race("--seconds", seconds, "--ways", "threads")


@pytest.mark.slow
def test_all_ways_of_running_agree() -> None:
    assert "runs, 0 wrong" in race("--seconds", "60", "--rounds", "3", "--ways", "all")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="needs ThreadSanitizer and setarch")
def test_the_core_has_no_data_race(tmp_path: Path) -> None:
    driver = tmp_path / "threads"
    sanitized.build_driver(driver)
    run = subprocess.run(["setarch", "--addr-no-randomize", str(driver), "4"], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert "calls agree" in run.stdout


@pytest.mark.skipif(library.library() is None, reason="there is no core, or it is left out")
@pytest.mark.skipif(
    sys.platform != "linux" or not shutil.which("g++") or not shutil.which("nm"), reason="needs g++ and nm on Linux"
)
def test_no_function_of_the_core_is_left_out(tmp_path: Path) -> None:
    """What the library exports is what the driver calls, and what the package binds."""
    exported = sanitized.functions(Path(library.loaded()._name), "--dynamic", "--defined-only")
    driver = tmp_path / "threads.o"
    sanitized.compile_driver(driver, "-c")
    assert sanitized.functions(driver, "--undefined-only") == exported
    assert exported == {*library._functions(), "lf_abi", "lf_layout", "lf_level"}
