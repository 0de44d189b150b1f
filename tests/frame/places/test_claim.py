from __future__ import annotations

import os

import pytest

from lazyframe import locks
from lazyframe.frame.places.claim import Claim

pytestmark = pytest.mark.skipif(locks.fcntl is None, reason="no locks of files")


def test_a_claim_is_gone_with_its_owner(tmp_path):
    path = str(tmp_path / "claim")
    first = Claim(path, "out")
    with pytest.raises(FileExistsError, match=rf"'out': process {os.getpid()} of"):
        Claim(path, "out")
    first.close()
    assert os.listdir(tmp_path) == []
    second = Claim(path, "out")
    first.close()
    assert os.listdir(tmp_path) == ["claim"]
    second.close()


def test_a_file_without_an_owner_is_no_claim(tmp_path):
    (tmp_path / "claim").write_text("a process of long ago, with a name much longer than that of any process today" * 9)
    held = Claim(str(tmp_path / "claim"), "out")
    assert (tmp_path / "claim").read_text().startswith(f"process {os.getpid()} of ")
    assert "long ago" not in (tmp_path / "claim").read_text()
    held.close()


def test_a_link_in_the_place_of_a_claim_is_not_followed(tmp_path):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "claim").symlink_to(tmp_path / "precious")
    with pytest.raises(OSError, match="symbolic links"):
        Claim(str(tmp_path / "claim"), "out")
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_fork_does_not_hold_what_its_parent_claimed(tmp_path):
    held = Claim(str(tmp_path / "claim"), "out")
    read, write = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(read, 1)
        os._exit(0)
    held.close()
    Claim(str(tmp_path / "claim"), "out").close()
    assert os.waitpid(child, os.WNOHANG) == (0, 0), "it was there all the while"
    os.write(write, b"x")
    os.waitpid(child, 0)


def test_where_there_are_no_locks_a_claim_that_stands_is_believed(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "fcntl", None)
    held = Claim(str(tmp_path / "claim"), "out")
    with pytest.raises(FileExistsError, match=r"is writing to it.*if there is no such program, remove '.*claim'"):
        Claim(str(tmp_path / "claim"), "out")
    held.close()
    Claim(str(tmp_path / "claim"), "out").close()
