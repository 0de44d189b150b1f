from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from lazyframe.csv import CSVError, NoFilesError
from lazyframe.csv.files import OpenFile
from lazyframe.csv.find import find
from lazyframe.csv.storage import File

Write = Callable[..., str]


def names(found: list[File]) -> list[str]:
    return [file.label for file in found]


def test_a_pattern_gives_natural_order_and_a_list_keeps_its_own(tmp_path: Path, write: Write) -> None:
    paths = [write("x\n", f"f{number}.csv") for number in (10, 2, 1)]
    (tmp_path / "f3.csv").mkdir()
    assert names(find(str(tmp_path / "*.csv"))) == ["f1.csv", "f2.csv", "f10.csv"]
    assert names(find(tmp_path / "f*.csv")) == ["f1.csv", "f2.csv", "f10.csv"]
    assert names(find(paths)) == ["f10.csv", "f2.csv", "f1.csv"]
    assert names(find([paths[1], str(tmp_path / "f1*.csv")])) == ["f2.csv", "f1.csv", "f10.csv"]


def test_home_is_expanded(tmp_path: Path, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write("x\n")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert names(find("~/a.csv")) == ["a.csv"]


def test_a_name_with_brackets_is_a_name_when_it_exists(write: Write) -> None:
    assert names(find(write("x\n", "a[1].csv"))) == ["a[1].csv"]


def test_no_match_names_what_is_there(tmp_path: Path, write: Write) -> None:
    write("x\n", "flights.csv")
    with pytest.raises(NoFilesError, match=r"no file matches '.*flight\.csv'.*There is: .*flights\.csv"):
        find(str(tmp_path / "flight.csv"))
    with pytest.raises(FileNotFoundError, match="There is"):
        find(str(tmp_path / "nowhere" / "*.csv"))
    with pytest.raises(NoFilesError, match="empty list"):
        find([])


def test_a_folder_and_an_archive_are_refused(tmp_path: Path, write: Write) -> None:
    with pytest.raises(CSVError, match=r"is a folder\. Pass its files as a pattern: '.*\*\.csv'"):
        find(tmp_path)
    with pytest.raises(CSVError, match=r"\.tar\.gz files are not offered\. For all of its files pass 'tar://"):
        find(write(b"\x1f\x8b", "a.tar.gz"))
    with pytest.raises(CSVError, match=r"\.lz4 files are not offered\. Unpack it first"):
        find(write(b"", "a.csv.lz4"))
    assert find(write(b"x\n", "b.lz4"), compression=None)[0].compression is None
    with pytest.raises(ValueError, match="storage_options= is for URLs"):
        find(write(b"x\n"), {"anon": True})


def test_a_remote_file_is_read_by_fsspec() -> None:
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    for name in ("f10.csv", "f2.csv"):
        with system.open(f"/folder/{name}", "wb") as handle:
            handle.write(b"x\n1\n")
    found = find("memory://folder/*.csv")
    assert names(found) == ["f2.csv", "f10.csv"]
    with OpenFile(found[0]) as opened:
        assert opened.read(2, 10) == b"1\n"
    with pytest.raises(NoFilesError, match="no file matches"):
        find("memory://nowhere/*.csv")


def test_local_files_do_not_import_fsspec(write: Write) -> None:
    import subprocess
    import sys

    opening = f"import sys; from lazyframe.csv import CSVSource; CSVSource.open({write('x,y')!r})"
    code = f"{opening}; print('fsspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "False\n"


def test_a_link_that_leads_nowhere_and_a_folder_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "link.csv").symlink_to("/nowhere/a.csv")
    with pytest.raises(NoFilesError, match=r"is a link to '/nowhere/a\.csv', which does not exist"):
        find(tmp_path / "link.csv")

    def refuse(path: str) -> list[str]:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "listdir", refuse)
    with pytest.raises(NoFilesError, match=r"cannot be read \(Permission denied\)"):
        find(tmp_path / "none*.csv")


def test_an_open_file_is_no_path() -> None:
    with pytest.raises(
        TypeError, match=r"got an open StringIO\. Pass the path; text that is in memory is read by pandas\.read_csv"
    ):
        find(io.StringIO("a,b\n1,2\n"))
