from __future__ import annotations

import glob
import os
import stat
import tempfile
import uuid

import fsspec
import pytest

from lazyframe.frame.target import Targets


@pytest.fixture(autouse=True)
def temporary(tmp_path, monkeypatch):
    """A folder for temporary files of our own."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "tmp"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    return tmp_path / "tmp"


@pytest.fixture
def folder():
    return f"memory://{uuid.uuid4().hex}"


def content(folder):
    fs = fsspec.filesystem("memory")
    return {path.rpartition("/")[2]: fs.cat_file(path) for path in fs.ls(folder, detail=False)} if fs.exists(folder) else {}


def fails_at(monkeypatch, number, halves=False):
    """A server that takes so many files and no more."""
    fs = fsspec.filesystem("memory")
    put = fs.put_file
    count = iter(range(1000))

    def fail(source, target):
        if next(count) >= number:
            if halves:
                fs.pipe_file(target, b"half")
            raise ConnectionError("the server is gone")
        put(source, target)

    monkeypatch.setattr(fs, "put_file", fail)
    return fs


def test_files_wait_in_a_private_folder(folder, temporary):
    with Targets(f"{folder}/f-*.txt") as targets:
        with targets.next() as file:
            file.write(b"a")
        (stage,) = temporary.iterdir()
        assert stat.S_IMODE(stage.stat().st_mode) == 0o700
        assert content(folder) == {}
        targets.finish()
    assert content(folder) == {"f-0.txt": b"a"}
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("halves", [False, True])
def test_an_upload_that_fails_takes_back_what_was_sent(folder, temporary, monkeypatch, write, halves):
    fails_at(monkeypatch, 2, halves)
    with pytest.raises(ConnectionError, match="server is gone"):
        write(f"{folder}/f-*.txt", b"a", b"b", b"c", b"d")
    assert content(folder) == {}
    assert list(temporary.iterdir()) == []


def test_an_upload_that_fails_and_cannot_be_taken_back_says_what_stands_there(folder, monkeypatch, write):
    fs = fails_at(monkeypatch, 2)
    monkeypatch.setattr(fs, "rm_file", lambda path: (_ for _ in ()).throw(ConnectionError("gone")))
    with pytest.raises(ConnectionError) as caught:
        write(f"{folder}/f-*.txt", b"a", b"b", b"c", b"d")
    (note,) = caught.value.__notes__
    assert note.startswith("2 of 4 files had been sent. There stand now: ")
    assert note.endswith("f-1.txt. Write again with overwrite=True, which replaces them all; or remove them.")
    monkeypatch.undo()
    write(f"{folder}/f-*.txt", b"n", b"n", b"n", overwrite=True)
    assert content(folder) == {f"f-{n}.txt": b"n" for n in range(3)}


def test_an_upload_over_old_files_that_fails_says_which_are_new(folder, monkeypatch, write):
    write(f"{folder}/f-*.txt", *[b"old"] * 4)
    fails_at(monkeypatch, 1)
    with pytest.raises(ConnectionError) as caught:
        write(f"{folder}/f-*.txt", *[b"new"] * 3, overwrite=True)
    (note,) = caught.value.__notes__
    assert "f-0.txt (new), " in note
    assert "f-1.txt (perhaps incomplete); and of before: f-2.txt, f-3.txt." in note
    assert content(folder) == {"f-0.txt": b"new", "f-1.txt": b"old", "f-2.txt": b"old", "f-3.txt": b"old"}


def test_overwrite_removes_old_files_beyond_the_new_ones(folder, write):
    write(f"{folder}/f-*.txt", *[b"old"] * 4)
    with pytest.raises(FileExistsError, match=r"holds f-0\.txt and 3 more already.*overwrite=True"):
        write(f"{folder}/f-*.txt", b"new")
    write(f"{folder}/f-*.txt", b"new", b"new", overwrite=True)
    assert content(folder) == {"f-0.txt": b"new", "f-1.txt": b"new"}
    write(f"{folder}/one", b"1")
    with pytest.raises(FileExistsError, match="overwrite=False"):
        write(f"{folder}/one", b"2", overwrite=False)


def test_two_writers(folder, write):
    with Targets(f"{folder}/f-*.txt") as first:
        with first.next() as file:
            file.write(b"first")
        write(f"{folder}/f-*.txt", b"second", b"second")
        with pytest.raises(FileExistsError, match=r"holds f-0\.txt and 1 more"):
            first.finish()
    assert content(folder) == {"f-0.txt": b"second", "f-1.txt": b"second"}


def test_what_a_killed_run_left_is_cleared(folder, temporary, killed, write):
    killed(f"{folder}/f-*.txt")
    killed(f"{folder}/g-*.txt")
    before = set(os.listdir(temporary))
    assert len(before) == 2
    with Targets(f"{folder}/f-*.txt") as alive, alive.next() as file:
        write(f"{folder}/f-*.csv", b"another target")
        file.write(b"a")
        now = set(os.listdir(temporary))
        assert len(now & before) == 1
        assert len(now) == 2
    assert set(os.listdir(temporary)) == now & before
    assert not glob.glob(f"{temporary}/*/nothing")
