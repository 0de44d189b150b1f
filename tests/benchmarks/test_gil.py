"""The share of time with the GIL: loads whose share is known. What is asserted holds on a busy machine too."""

from __future__ import annotations

import hashlib
import sys
import threading
import time

import pytest

from benchmarks import gil


def test_the_probe_waits_while_python_runs():
    probe = gil.Probe()
    probe.start()
    probe.started.wait()
    used = time.thread_time()
    assert sum(number & 1 for number in range(3_000_000)) == 1_500_000
    used = time.thread_time() - used
    probe.stopping = True
    probe.join()
    assert probe.waited >= 0.8 * used


def test_the_probe_runs_while_the_gil_is_free():
    assert min(gil.held_share(lambda: time.sleep(0.2)) for _ in range(5)) < 0.9


def test_a_share_is_between_0_and_1():
    assert 0 <= gil.held_share(lambda: hashlib.sha256(bytes(20_000_000)).digest()) <= 1


def test_the_interval_is_put_back_and_the_probe_ends():
    before = sys.getswitchinterval()

    def fail() -> None:
        if sys.getswitchinterval() != before:
            raise RuntimeError("beside the probe")

    with pytest.raises(RuntimeError, match="beside the probe"):
        gil.held_share(fail)
    assert sys.getswitchinterval() == before
    for thread in threading.enumerate():
        if thread.name == "gil-probe":
            thread.join(10)
            assert not thread.is_alive()
