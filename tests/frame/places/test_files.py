from __future__ import annotations

import contextlib
import os
import socket
import stat
import threading

import pandas as pd
import pytest
from oracle import assert_same, lazy, sample

from lazyframe.frame.target import Targets

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links, modes and pipes of POSIX")


def names(folder):
    return sorted(os.listdir(folder))


@pytest.mark.parametrize("there", [True, False])
def test_a_link_is_followed(tmp_path, write, there):
    (tmp_path / "data").mkdir()
    if there:
        (tmp_path / "data" / "real.csv").write_text("old")
    (tmp_path / "two.csv").symlink_to("one.csv")
    (tmp_path / "one.csv").symlink_to("data/real.csv")
    write(tmp_path / "two.csv", b"new")
    assert (tmp_path / "data" / "real.csv").read_text() == "new"
    assert os.readlink(tmp_path / "two.csv") == "one.csv"
    assert os.readlink(tmp_path / "one.csv") == "data/real.csv"
    assert names(tmp_path / "data") == ["real.csv"]


def test_a_ring_of_links_is_an_error(tmp_path, write):
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match=r"levels of symbolic links"):
        write(tmp_path / "a", b"new")


def test_all_names_of_a_file_stay_names_of_it(tmp_path, write):
    (tmp_path / "one").write_text("something old and long")
    os.link(tmp_path / "one", tmp_path / "two")
    write(tmp_path / "one", b"new")
    assert (tmp_path / "two").read_text() == "new"
    assert os.path.samefile(tmp_path / "one", tmp_path / "two")
    assert names(tmp_path) == ["one", "two"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o666, 0o755])
def test_the_mode_stays(tmp_path, mode):
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(mode)
    with Targets(path) as targets:
        with targets.next() as file:
            file.write(b"new")
        (made,) = set(tmp_path.iterdir()) - {path}
        assert stat.S_IMODE(made.stat().st_mode) == 0o600, "nobody else may read it before that"
        targets.finish()
    assert stat.S_IMODE(path.stat().st_mode) == mode
    assert path.read_text() == "new"


def test_a_new_file_has_the_usual_mode(tmp_path, write):
    (tmp_path / "usual").write_text("")
    write(tmp_path / "a", b"new")
    assert (tmp_path / "a").stat().st_mode == (tmp_path / "usual").stat().st_mode


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give a file away")
def test_the_owner_stays(tmp_path, write, nobody):
    path = tmp_path / "a"
    path.write_text("old")
    os.chown(path, 1234, 2345)
    write(path, b"new")
    assert (path.stat().st_uid, path.stat().st_gid, path.read_text()) == (1234, 2345, "new")
    path.chmod(0o666)
    tmp_path.chmod(0o777)
    with nobody():  # who cannot give it to its owner, but may write into it
        write(path, b"newer")
    assert (path.stat().st_uid, path.stat().st_gid, path.read_text()) == (1234, 2345, "newer")
    assert names(tmp_path) == ["a"]


def test_attributes_stay(tmp_path, write):
    path = tmp_path / "a"
    path.write_text("old")
    try:
        os.setxattr(path, "user.origin", b"here")
    except (AttributeError, OSError):
        pytest.skip("no attributes on this file system")
    write(path, b"new")
    assert (os.getxattr(path, "user.origin"), path.read_text()) == (b"here", "new")


def test_a_file_that_may_not_be_written(tmp_path, write, nobody):
    path = tmp_path / "a"
    path.write_text("old")
    path.chmod(0o444)
    tmp_path.chmod(0o777)
    with nobody(), pytest.raises(PermissionError, match=rf"may not be written: '{path}'"):
        write(path, b"new")
    assert path.read_text() == "old"


def test_a_file_in_a_folder_that_may_not_be_written(tmp_path, write, nobody):
    path = tmp_path / "a"
    path.write_text("old and long")
    path.chmod(0o666)
    tmp_path.chmod(0o555)
    with nobody():
        write(path, b"new")
    tmp_path.chmod(0o755)
    assert path.read_text() == "new"
    assert names(tmp_path) == ["a"]


@contextlib.contextmanager
def reading(path):
    """What comes out of a pipe, in the end."""
    got = []

    def read():
        with open(path, "rb") as file:
            got.append(file.read())

    thread = threading.Thread(target=read)
    thread.start()
    yield got
    thread.join(240)


def test_a_pipe_is_written_to_and_stays_one(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    frame = sample()[["i", "f", "s"]]
    df = lazy(frame, (2, 5))
    with reading(path) as got:
        df.to_csv(path, scheduler="sync")
    assert got == [frame.to_csv().encode()]
    with reading(path) as got:
        df.to_parquet(path, scheduler="sync")
    (tmp_path / "file.parquet").write_bytes(got[0])
    assert_same(pd.read_parquet(tmp_path / "file.parquet"), frame)
    assert stat.S_ISFIFO(path.stat().st_mode)
    assert names(tmp_path) == ["file.parquet", "pipe"]


def test_rows_that_went_into_a_pipe_were_looked_at_first(tmp_path):
    import lazyframe as lf

    (tmp_path / "a.csv").write_text("n\n" + "12345\n" * 57_000 + "none\n" + "12345\n" * 3000)
    os.mkfifo(tmp_path / "pipe")
    df = lf.read_csv(tmp_path / "a.csv", blocksize=100_000, sample=1000)
    with reading(tmp_path / "pipe") as got, pytest.warns(lf.DtypePromotionWarning):
        df.to_csv(tmp_path / "pipe", scheduler="sync")
    assert got == [pd.read_csv(tmp_path / "a.csv", low_memory=False).to_csv().encode()]


def test_a_device_is_written_to_and_stays_one(tmp_path, write):
    path = tmp_path / "device"
    try:
        os.mknod(path, stat.S_IFCHR | 0o666, os.makedev(1, 3))  # a node of our own, that swallows all
        with open(path, "wb"):
            pass
    except (AttributeError, OSError):
        pytest.skip("no devices can be made here")
    write(path, b"new")
    assert stat.S_ISCHR(path.stat().st_mode)
    assert names(tmp_path) == ["device"]


def test_anything_else_is_refused_by_name(tmp_path, write, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with socket.socket(socket.AF_UNIX) as there:
        there.bind("socket")
        with pytest.raises(OSError, match=r"cannot write 'socket': it is a socket"):
            write("socket", b"new")
    assert stat.S_ISSOCK((tmp_path / "socket").stat().st_mode)


def test_overwrite_can_be_refused(tmp_path, write):
    write(tmp_path / "a", b"one", overwrite=False)
    write(tmp_path / "a", b"two", overwrite=True)
    with pytest.raises(FileExistsError, match=r"a' exists already, and overwrite=False"):
        write(tmp_path / "a", b"three", overwrite=False)
    assert (tmp_path / "a").read_text() == "two"


def test_what_a_killed_run_left_is_cleared_and_nothing_else(tmp_path, write, killed):
    strange = [".a.csv.0123456789abcdef.tmp", ".a.csv.tmp", ".a.csv.not-hexadecimal.tmp"]
    (tmp_path / strange[0]).symlink_to(tmp_path / "elsewhere")
    for name in strange[1:]:
        (tmp_path / name).write_text("somebody's")
    killed(tmp_path / "a.csv")
    killed(tmp_path / "b.csv")
    assert len(names(tmp_path)) == 5
    with Targets(tmp_path / "a.csv") as targets, targets.next() as file:
        file.write(b"by the living")
        write(tmp_path / "a.csv", b"by another")
        assert len(names(tmp_path)) == 6
        file.write(b", who goes on")
        file.flush()
        targets.finish()
    assert (tmp_path / "a.csv").read_text() == "by the living, who goes on"
    (of_b,) = set(names(tmp_path)) - {"a.csv", *strange}
    assert of_b.startswith(".b.csv.")


def test_a_name_as_long_as_the_system_allows(tmp_path, write):
    name = "ö" * 120 + ".csv"
    write(tmp_path / name, b"new")
    assert names(tmp_path) == [name]


def test_a_full_disk_is_named(tmp_path):
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        with pytest.raises(OSError, match=rf"File too large; the file was not written: '{tmp_path}/a.csv'"):
            lazy(pd.concat([sample()] * 100)).to_csv(tmp_path / "a.csv", scheduler="sync")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert names(tmp_path) == []
