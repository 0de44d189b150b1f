"""The folder of a run: whose it is, when it goes, and what is said where it cannot be."""

from __future__ import annotations

import errno
import os
import pickle
import stat
import subprocess
import sys
import time

import pytest

from lazyframe import config, locks
from lazyframe.exchange import room as rooms
from lazyframe.exchange.room import SpillError, room

needs_locks = pytest.mark.skipif(locks.fcntl is None, reason="no locks of files")


@pytest.fixture(autouse=True)
def folder(tmp_path):
    with config.set(temporary_directory=tmp_path):
        yield tmp_path


def test_a_folder_is_made_when_it_is_needed_and_is_nobody_elses(folder):
    with room(2) as made:
        assert list(folder.iterdir()) == []
        made.open()
        made.open()
        (found,) = folder.iterdir()
        assert stat.S_IMODE(found.stat().st_mode) == 0o700
        assert len(found.name) >= len("lazyframe-") + 8
        made.write("a", [b"1234"])
        assert (found / "a").read_bytes() == b"1234"
        assert made.write("a", [b"56", b"7"]) == [4, 6, 7]
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_it_goes_however_the_run_ends(folder, error):
    def fail():
        with room(1) as made:
            made.open()
            made.write("a", [b"1"])
            rooms_made.append(made)
            raise error

    rooms_made = []
    with pytest.raises(error):
        fail()
    (made,) = rooms_made
    assert list(folder.iterdir()) == []
    with pytest.raises(SpillError, match="could not be put into"):  # by a task that was left behind
        made.write("b", [b"1"])
    assert list(folder.iterdir()) == []


@needs_locks
def test_folders_of_the_dead_are_cleared_and_those_of_the_living_are_not(folder):
    program = (
        "import sys, time\nfrom lazyframe.exchange.room import Room\nRoom(1, 1).open()\nprint(1, flush=True)\ntime.sleep(60)"
    )
    environment = {**os.environ, "LAZYFRAME_TEMPORARY_DIRECTORY": str(folder)}
    other = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, env=environment)
    assert other.stdout.read(1) == b"1"
    (theirs,) = folder.iterdir()
    stranger = folder / "lazyframe-notes"
    stranger.mkdir()
    with room(1) as made:
        made.open()
        assert theirs.exists()
    other.kill()
    other.wait()
    other.stdout.close()
    deadline = time.monotonic() + 10
    while theirs.exists() and time.monotonic() < deadline:
        with room(1) as made:
            made.open()
    assert [path.name for path in folder.iterdir()] == ["lazyframe-notes"]


def test_a_share_of_the_limit_stays_in_memory_of_the_owner_alone(folder, monkeypatch):
    with config.set(memory_limit=400), room(1) as made:
        assert not made.keeps(1)  # not open
        made.open()
        assert made.keeps(60)
        assert not made.keeps(60)
        assert made.keeps(40)
        assert not made.keeps(1)
        other = pickle.loads(pickle.dumps(made))
        monkeypatch.setattr(os, "getpid", lambda: made.owner + 1)
        assert not other.keeps(0)
    with room(1, shared=False) as made:
        made.open()
        assert made.keeps(10**12)
        assert list(folder.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_says_which_folder_what_was_needed_and_what_is_left(monkeypatch, number):
    class Full:
        def __init__(self, *_, **__):
            pass

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def seek(self, *_):
            return 0

        def write(self, data):
            raise OSError(number, os.strerror(number))

    with room(1) as made:
        made.open()
        monkeypatch.setattr(rooms, "open", Full, raising=False)
        with pytest.raises(
            SpillError, match=r"disk is full: 3\.0 MB more .*lazyframe-.*MB are left.*temporary_directory="
        ) as caught:
            made.write("a", [bytes(3_000_000)])
        assert made.path in str(caught.value)
        assert caught.value.errno == number


def test_a_folder_that_has_gone_is_named(folder):
    with config.set(temporary_directory=folder):
        os.rmdir(folder)
        with room(1) as made, pytest.raises(SpillError, match="could not be put into the folder"):
            made.open()
    folder.mkdir()


def test_what_was_written_is_told():
    with room(1) as made:
        assert made.written() == 0
        made.open()
        made.write("rows", [b"abc", b"de"])
        assert made.written() == 5
    assert made.written() == 0
