from __future__ import annotations

import contextlib
import os
import subprocess
import sys

import pytest

from lazyframe.frame.target import Targets


@pytest.fixture
def nobody(tmp_path):
    """A block as a user who may do nothing special, where the tests are run as root."""

    @contextlib.contextmanager
    def block():
        for folder in tmp_path.parents[:3]:
            folder.chmod(folder.stat().st_mode | 0o055)
        if not hasattr(os, "geteuid") or os.geteuid():
            yield
            return
        os.seteuid(65534)
        try:
            yield
        finally:
            os.seteuid(0)

    return block


@pytest.fixture
def killed():
    """Runs a program that begins to write to a target, and is killed by what it does then."""

    def run(path, text="", **options):
        program = f"""
import os, signal
from lazyframe.frame.target import Targets
with Targets({str(path)!r}, **{options!r}) as targets:
    for number in range(3):
        with targets.next() as file:
            file.write(b"by the dead")
    {text or "os.kill(os.getpid(), signal.SIGKILL)"}
"""
        ran = subprocess.run([sys.executable, "-c", program], check=False, timeout=60)
        assert ran.returncode == -9

    return run


@pytest.fixture
def write():
    """Writes texts to a target, one file or several."""

    def run(path, *texts, **options):
        with Targets(path, **options) as targets:
            for text in texts:
                with targets.next() as file:
                    file.write(text)
            return targets.finish()

    return run
