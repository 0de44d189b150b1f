from __future__ import annotations

import subprocess
import sys
import time

import pytest

from lazyframe.diagnostics import memory
from lazyframe.diagnostics.memory import Sampler


@pytest.mark.parametrize("psutil", [True, False])
def test_the_memory_of_children_counts(monkeypatch, psutil):
    if psutil:
        pytest.importorskip("psutil")
        monkeypatch.setattr(memory, "_proc_tells", lambda: False)
    elif not memory._proc_tells():
        pytest.skip("only Linux has /proc")
    measure = memory._measure()
    own, children = measure()
    program = "x = b'1' * 50_000_000; print('ready', flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        child.stdout.readline()
        after = measure()
    finally:
        child.communicate(b"\n", timeout=30)
    assert after[1] - children > 50_000_000
    assert abs(after[0] - own) < 30_000_000


def test_samples_stay_few(monkeypatch):
    monkeypatch.setattr(memory, "_MOST", 10)
    sampler = Sampler(0.001)
    sampler.start()
    time.sleep(0.3)
    sampler.stop()
    assert 5 <= len(sampler.samples) <= 11
    assert sampler._interval > 0.001
    assert sorted(sampler.samples) == sampler.samples
