"""CPU seconds and memory."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import usage

BUSY = "import time\nwhile time.process_time() < 0.3: pass\n"

needs_proc = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")


def test_cpu_of_this_process():
    before = usage.cpu_seconds()
    used = os.times()
    while (now := os.times()).user + now.system < used.user + used.system + 0.1:
        pass
    assert usage.cpu_seconds() - before >= 0.09


def test_cpu_of_an_ended_child():
    before = usage.cpu_seconds()
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    assert usage.cpu_seconds() - before >= 0.29


@needs_proc
def test_a_living_child_counts():
    script = BUSY + "data = bytes(range(256)) * 400_000\nprint('ready', flush=True)\ninput()\n"
    before, memory = usage.cpu_seconds(), usage.peak_bytes()
    child = subprocess.Popen([sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert child.stdout.readline() == b"ready\n"
        assert child.pid in usage.descendants()
        assert usage.cpu_seconds() - before >= 0.25
        assert usage.peak_bytes() - memory >= 100_000_000
    finally:
        child.communicate(b"\n")
    assert child.pid not in usage.descendants()


def test_a_peak_is_remembered():
    before = usage.peak_bytes()
    block = bytearray(os.urandom(1 << 20) * 100)
    del block
    assert before <= usage.peak_bytes()
    assert usage.peak_bytes() >= 100_000_000


@needs_proc
def test_the_memory_of_the_parent_is_not_inherited():
    block = bytearray(os.urandom(1 << 20) * 200)
    script = "from benchmarks.usage import peak_bytes; print(peak_bytes())"
    root = Path(usage.__file__).parents[1]
    child = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert int(child.stdout) < len(block) // 2
