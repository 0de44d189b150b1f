from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lazyframe import allowed, config

WHOLE = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


class Process:
    """A process that has groups, made of files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "proc").mkdir()

    def has(self, groups: str, *mounts: tuple[str, str, str]) -> None:
        """`groups` as in /proc/self/cgroup; of each mount its kind, the root of it, and where it is."""
        (self.folder / "proc/cgroup").write_text(groups)
        lines = [
            f"35 31 0:32 {root} {self.folder}/{point} rw,nosuid - {kind} cgroup {'rw,memory' if kind == 'cgroup' else 'rw'}"
            for kind, root, point in mounts
        ]
        (self.folder / "proc/mountinfo").write_text("\n".join(["22 1 8:1 / / rw - ext4 /dev/root rw", *lines]))

    def limit(self, path: str, value: str) -> None:
        file = self.folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(value + "\n")

    @property
    def memory(self) -> int:
        allowed._of_groups.cache_clear()
        return allowed._of_groups(str(self.folder / "proc"))


@pytest.fixture
def process(tmp_path: Path) -> Process:
    return Process(tmp_path)


def test_the_own_group_of_version_2(process: Process) -> None:
    process.has("0::/user.slice/job\n", ("cgroup2", "/", "fs"))
    process.limit("fs/user.slice/job/memory.max", "max")
    assert process.memory == WHOLE
    process.limit("fs/user.slice/job/memory.max", "1000000")
    assert process.memory == 1_000_000


def test_the_groups_around_it_count(process: Process) -> None:
    process.has("0::/a/b/c\n", ("cgroup2", "/", "fs"))
    process.limit("fs/a/b/c/memory.max", "3000000")
    process.limit("fs/a/memory.max", "2000000")
    assert process.memory == 2_000_000
    process.limit("fs/memory.max", "1000000")
    assert process.memory == 1_000_000


def test_the_groups_of_others_do_not(process: Process) -> None:
    process.has("0::/a/b\n", ("cgroup2", "/", "fs"))
    process.limit("fs/a/c/memory.max", "1000000")
    assert process.memory == WHOLE


def test_version_1(process: Process) -> None:
    process.has("4:cpu,memory:/job\n1:cpu:/other\n0::/\n", ("cgroup", "/", "memory"), ("cgroup2", "/", "unified"))
    process.limit("memory/job/memory.limit_in_bytes", "9223372036854771712")
    assert process.memory == WHOLE
    process.limit("memory/job/memory.limit_in_bytes", "1000000")
    process.limit("memory/other/memory.limit_in_bytes", "1000")
    assert process.memory == 1_000_000


@pytest.mark.parametrize(
    ("group", "root"),
    [
        ("/docker/abc", "/docker/abc"),
        ("/", "/"),
        ("/../outer", "/"),
        ("/docker/other", "/docker/abc"),
        ("/docker/abc/in", "/docker/abc"),
    ],
)
def test_what_a_container_sees(group: str, root: str, process: Process) -> None:
    """Its own part of the tree is mounted, by its own name or by that of the host."""
    process.has(f"0::{group}\n", ("cgroup2", root, "fs"))
    process.limit("fs/memory.max", "1000000")
    assert process.memory == 1_000_000


def test_where_nothing_is_known_it_is_what_the_machine_has(process: Process) -> None:
    assert process.memory == WHOLE
    process.has("nonsense\n", ("cgroup2", "/", "fs"))
    assert process.memory == WHOLE


@pytest.mark.skipif(allowed.resource is None or not sys.platform.startswith("linux"), reason="limits of Linux")
def test_a_limit_of_the_address_space() -> None:
    program = (
        "import resource; from lazyframe import allowed, config; from pathlib import Path\n"
        "mapped = int(Path('/proc/self/statm').read_text().split()[0]) * resource.getpagesize()\n"
        "resource.setrlimit(resource.RLIMIT_AS, (mapped + 300 * 2**20,) * 2)\n"
        "before = config.available_memory(); held = bytearray(100 * 2**20)\n"
        "print(before // 2**20, config.available_memory() // 2**20, config.memory_limit() / config.available_memory())\n"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    before, after, share = map(float, ran.stdout.split())
    assert 300 <= before <= 600
    assert abs(after - before) < 20  # what is used was there to be used
    assert abs(share - 0.6) < 0.01


def test_the_setting_is_a_share_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowed, "memory", lambda: 1_000_000)
    assert config.available_memory() == 1_000_000
    with config.set(memory_limit=0.5):
        assert config.memory_limit() == 500_000
