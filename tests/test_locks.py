"""Locks: they tell the living from the dead."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from lazyframe import locks
from lazyframe.locks import LockedFile, is_dead, is_mine, lock, remove

pytestmark = pytest.mark.skipif(locks.fcntl is None, reason="there are no such locks here")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "lock"
    path.write_text("")
    return path


def test_what_is_locked_is_not_dead_and_what_was_closed_is(path: Path) -> None:
    held = LockedFile(os.open(path, os.O_RDWR))
    assert lock(held.fd) is True
    assert not is_dead(str(path))
    other = os.open(path, os.O_RDWR)
    assert lock(other) is False
    os.close(other)
    held.close()
    held.close()
    assert is_dead(str(path))


def test_a_lock_ends_with_its_process_however_that_ends(path: Path) -> None:
    program = (
        f"import os; from lazyframe.locks import lock; assert lock(os.open({str(path)!r}, os.O_RDWR)); print(flush=True); input()"
    )
    process = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    process.stdout.readline()
    assert not is_dead(str(path))
    process.kill()
    process.communicate()
    assert is_dead(str(path))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_does_not_keep_the_lock_alive(path: Path) -> None:
    program = f"""
import os, time
from lazyframe.locks import LockedFile, is_dead, lock
held = LockedFile(os.open({str(path)!r}, os.O_RDWR))
assert lock(held.fd)
if os.fork() == 0:
    time.sleep(20)
    os._exit(0)
time.sleep(0.3)  # until the child has let go
held.close()
print(is_dead({str(path)!r}))
"""
    run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert run.stdout is not None
        assert run.stdout.readline() == "True\n"
    finally:
        os.killpg(run.pid, 9)
        run.wait()


def test_a_folder_a_link_and_nothing_are_not_dead(tmp_path: Path, path: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    assert not is_dead(str(tmp_path))
    assert not is_dead(str(link))
    assert not is_dead(str(tmp_path / "none"))
    assert is_mine(str(path))


def test_what_is_linked_to_stays(tmp_path: Path) -> None:
    kept, folder = tmp_path / "kept", tmp_path / "folder"
    kept.mkdir()
    (kept / "a").write_text("a")
    folder.mkdir()
    (folder / "link").symlink_to(kept)
    (tmp_path / "link").symlink_to(kept)
    for path in (folder, tmp_path / "link", tmp_path / "none"):
        remove(str(path))
        assert not os.path.lexists(path)
    assert (kept / "a").read_text() == "a"
