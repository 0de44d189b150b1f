"""What the trials share: the program under test as a process, what it says, and what it leaves behind."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOTS = os.pathsep.join([str(Path(__file__).parents[2]), str(Path(__file__).parents[1])])
ROWS = 400_000


class Finding(AssertionError):
    """Something that is promised and was not so."""


def expect(holds: bool, words: str, about: Any = "") -> None:
    """Raise a finding unless it holds."""
    if not holds:
        raise Finding(f"{words}: {about}" if about != "" else words)


class Place:
    """A folder with data, for one campaign."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.random = folder, random.Random(seed)
        self.small, self.data = folder / "small.csv", folder / "data"
        self.small.write_text("k,v,t\n1,1,x\n2,2,y\n")
        self.data.mkdir()
        for part in range(2):
            with (self.data / f"{part}.csv").open("w") as file:
                file.write("k,v,t\n")
                for row in range(part * ROWS // 2, (part + 1) * ROWS // 2):
                    file.write(f"{row * 7919 % 300_007},{row},text {row % 1013}\n")
        self._made = 0

    def new(self) -> Path:
        """An empty folder."""
        self._made += 1
        made = self.folder / f"trial-{self._made}"
        made.mkdir()
        return made

    def subject(self, action: str, scheduler: str, **more: Any) -> Subject:
        asked = {"files": f"{self.data}/*.csv", "small": str(self.small), "action": action, "scheduler": scheduler} | more
        return Subject(asked)


class Subject:
    """The program, in a group of processes of its own."""

    def __init__(self, asked: dict[str, Any]) -> None:
        self.asked, self.said = asked, {}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "faults.subject", json.dumps(asked)],
            env=os.environ | {"PYTHONPATH": ROOTS},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        os.set_blocking(self.process.stdout.fileno(), True)
        line = self.process.stdout.readline()
        expect(bool(line), "the program did not begin", self.process.stderr.read()[-500:] if not line else "")
        self.workers = json.loads(line)["workers"]

    def signal(self, number: int, delay: float = 0.0) -> None:
        """Send it, as a terminal does for Ctrl-C: to all processes of the group."""
        time.sleep(delay)
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGINT:
                os.killpg(self.process.pid, number)
            else:
                os.kill(self.process.pid, number)

    def end(self, seconds: float = 60) -> str:
        """How it ended: a signal's number, or the name of an error, or ``done``; no process of it may be left."""
        try:
            out, self.errors = self.process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.communicate()
            raise Finding(f"it hangs: not ended after {seconds} s: {self.asked}") from None
        for line in out.splitlines():
            self.said |= json.loads(line)
        expect(self.gone(), "processes are left", self.asked)
        code = self.process.returncode
        return f"signal {-code}" if code < 0 else self.said.get("ended", f"exit {code}")

    def gone(self, seconds: float = 6) -> bool:
        """Whether no process of the group lives; those that do are ended."""
        stop = time.monotonic() + seconds
        while time.monotonic() < stop:
            if not any(True for _ in self._living()):
                return True
            time.sleep(0.05)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        return False

    def _living(self) -> Iterator[int]:
        for entry in os.listdir("/proc"):
            with contextlib.suppress(OSError, ValueError):
                state, _, group = Path("/proc", entry, "stat").read_text().rsplit(")", 1)[1].split()[:3]
                if int(group) == self.process.pid and state not in "ZX":
                    yield int(entry)


def left(folder: Path) -> list[str]:
    """All that is in a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


TextKinds = Counter[str]
"""How often trials of a case ended in which way."""
