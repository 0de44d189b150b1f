from __future__ import annotations

import os
import stat

import pytest

from lazyframe.frame.places import folder as folders
from lazyframe.frame.target import Targets


def content(folder):
    return {path.name: path.read_text() for path in sorted(folder.iterdir())}


def all_in(folder):
    return sorted(os.path.relpath(os.path.join(root, name), folder) for root, _, files in os.walk(folder) for name in files)


def test_a_new_folder_is_there_as_a_whole_or_not_at_all(tmp_path):
    with Targets(f"{tmp_path}/deep/out/", suffix=".csv") as targets:
        for text in (b"a", b"b"):
            with targets.next() as file:
                file.write(text)
        assert not (tmp_path / "deep" / "out").exists()
        (stage,) = [path for path in (tmp_path / "deep").iterdir() if path.is_dir()]
        assert stat.S_IMODE(stage.stat().st_mode) == 0o700
        assert targets.finish() == [f"{tmp_path}/deep/out/part-{n}.csv" for n in (0, 1)]
    assert content(tmp_path / "deep" / "out") == {"part-0.csv": "a", "part-1.csv": "b"}
    (tmp_path / "usual").mkdir()
    assert (tmp_path / "deep" / "out").stat().st_mode == (tmp_path / "usual").stat().st_mode
    assert os.listdir(tmp_path / "deep") == ["out"]


@pytest.mark.parametrize("there", [False, True])
def test_who_comes_second_learns_who_was_first(tmp_path, there, write):
    out = tmp_path / "out"
    if there:
        out.mkdir()
        (out / "mine.txt").write_text("mine")
    with Targets(f"{out}/f-*.csv") as first:
        with first.next() as file:
            file.write(b"first")
        with pytest.raises(FileExistsError, match=rf"out': process {os.getpid()} of .* on .* is writing to it\. Wait for it"):
            write(f"{out}/f-*.csv", b"second")
        first.finish()
    with pytest.raises(FileExistsError, match=r"holds f-0\.csv already.*overwrite=True"):
        write(f"{out}/f-*.csv", b"second")
    assert content(out) == {"f-0.csv": "first"} | ({"mine.txt": "mine"} if there else {})


def test_who_made_the_folder_meanwhile_keeps_it(tmp_path):
    with Targets(f"{tmp_path}/out/f-*.csv") as targets:
        with targets.next() as file:
            file.write(b"ours")
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "f-0.csv").write_text("theirs")
        with pytest.raises(FileExistsError, match=r"another program made '.*out' while its files were written"):
            targets.finish()
    assert all_in(tmp_path) == ["out/f-0.csv"]
    assert content(tmp_path / "out") == {"f-0.csv": "theirs"}


@pytest.mark.parametrize("overwrite", [False, True])
def test_what_was_moved_is_taken_back_when_a_move_fails(tmp_path, monkeypatch, overwrite, write):
    (tmp_path / "mine.txt").write_text("mine")
    if overwrite:
        write(tmp_path / "f-*.csv", *b"abcdefgh".split(), *[b"old"] * 3)
    before = content(tmp_path)
    move = folders._move_new

    def fails(made, target):
        if target.endswith("f-2.csv"):
            raise OSError("the disk is gone")
        move(made, target)

    monkeypatch.setattr(folders, "_move_new", fails)
    with pytest.raises(OSError, match="the disk is gone"):
        write(tmp_path / "f-*.csv", *[b"new"] * 5, overwrite=overwrite)
    assert content(tmp_path) == before


def test_a_file_that_came_meanwhile_is_not_replaced(tmp_path):
    with Targets(tmp_path / "f-*.csv") as targets:
        for _ in range(3):
            with targets.next() as file:
                file.write(b"ours")
        (tmp_path / "f-1.csv").write_text("theirs")
        with pytest.raises(FileExistsError, match=r"holds f-1\.csv already"):
            targets.finish()
    assert content(tmp_path) == {"f-1.csv": "theirs"}


@pytest.mark.parametrize("linkable", [True, False])
def test_overwrite_replaces_all_files_of_such_names_and_no_others(tmp_path, linkable, monkeypatch, write):
    if not linkable:
        monkeypatch.setattr(os, "link", lambda *_: (_ for _ in ()).throw(OSError("no links here")))
    (tmp_path / "mine.txt").write_text("mine")
    write(tmp_path / "f-*.csv", *[b"old"] * 12)
    write(tmp_path / "f-*.csv", b"new", b"new", overwrite=True)
    assert content(tmp_path) == {"f-0.csv": "new", "f-1.csv": "new", "mine.txt": "mine"}


def test_links_in_the_folder_do_not_lead_out_of_it(tmp_path, write):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "f-0.csv").symlink_to(tmp_path / "precious")
    with pytest.raises(FileExistsError, match=r"holds f-0\.csv"):
        write(tmp_path / "out" / "f-*.csv", b"new")
    write(tmp_path / "out" / "f-*.csv", b"new", overwrite=True)
    assert not (tmp_path / "out" / "f-0.csv").is_symlink()
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_link_to_a_folder_is_followed(tmp_path, write):
    (tmp_path / "real").mkdir()
    for name, target in (("link", "real"), ("dangling", "later")):
        (tmp_path / name).symlink_to(target)
        assert write(f"{tmp_path}/{name}/", b"new", suffix=".csv") == [f"{tmp_path}/{name}/part-0.csv"]
        assert content(tmp_path / target) == {"part-0.csv": "new"}
        assert (tmp_path / name).is_symlink()


@pytest.mark.parametrize("there", [False, True])
def test_what_a_killed_run_left_is_cleared(tmp_path, killed, write, there):
    out = tmp_path / "out"
    if there:
        out.mkdir()
        (out / "mine.txt").write_text("mine")
        planted = out / ".f-.csv.0123456789abcdef.tmp"
        planted.symlink_to(tmp_path)
    killed(f"{out}/f-*.csv")
    assert len(all_in(tmp_path)) > 3
    write(f"{out}/f-*.csv", b"new")
    assert all_in(tmp_path) == (["out/f-0.csv", "out/mine.txt"] if there else ["out/f-0.csv"])


def test_files_that_a_killed_run_had_put_aside_come_back(tmp_path, killed, write):
    write(tmp_path / "f-*.csv", b"old", b"old")
    stop = "import lazyframe.frame.places.folder as f; f._move_new = lambda *_: os.kill(os.getpid(), 9); targets.finish()"
    killed(tmp_path / "f-*.csv", stop, overwrite=True)
    assert not list(tmp_path.glob("f-*.csv"))
    with pytest.raises(FileExistsError, match=r"holds f-0\.csv and 1 more"):
        write(tmp_path / "f-*.csv", b"new")
    assert content(tmp_path) == {"f-0.csv": "old", "f-1.csv": "old"}


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_is_left_of_new_folders_after_an_error(tmp_path, error):
    def fail():
        with Targets(f"{tmp_path}/a/b/c/") as targets, targets.next():
            raise error

    with pytest.raises(error):
        fail()
    assert os.listdir(tmp_path) == []
