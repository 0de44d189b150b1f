from __future__ import annotations

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv import CSVError, FileChangedError, NoFilesError, files
from lazyframe.csv.files import File, OpenFile, chunks, find, next_line, record_starts

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


def test_a_folder_and_a_compressed_file_are_refused(tmp_path: Path, write: Write) -> None:
    with pytest.raises(CSVError, match=r"is a folder\. Pass its files as a pattern: '.*\*\.csv'"):
        find(tmp_path)
    with pytest.raises(CSVError, match="compressed files are not offered yet"):
        find(write(b"\x1f\x8b", "a.csv.gz"))


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


def test_a_changed_file_is_an_error(write: Write) -> None:
    path = write("x\n1\n")
    (file,) = find(path)
    write("x\n1\n2\n")
    with pytest.raises(FileChangedError, match=r"a\.csv has changed.*it had 4 bytes then, and has 6"):
        OpenFile(file)
    os.unlink(path)
    with pytest.raises(FileChangedError, match="it is gone"):
        OpenFile(file)


def test_a_file_that_is_cut_while_it_is_read_is_an_error(write: Write) -> None:
    path = write("x" * 100)
    (file,) = find(path)
    with OpenFile(file) as opened:
        os.truncate(path, 40)
        assert len(opened.read(0, 40)) == 40
        with pytest.raises(FileChangedError, match="ends 60 bytes too early"):
            opened.read(30, 70)


@given(
    st.lists(st.sampled_from(["a", "\n", '"', ',"b\nc"\n', "1,2\n"]), min_size=1, max_size=20).map("".join),
    st.integers(1, 30),
    st.integers(1, 12),
)
def test_chunks_of_all_ranges_are_the_file(tmp_path_factory: pytest.TempPathFactory, text: str, block: int, chunk: int) -> None:
    path = tmp_path_factory.getbasetemp() / "chunks.csv"
    path.write_text(text)
    (file,) = find(path)
    with OpenFile(file) as opened:
        position, pieces = 0, []
        for stop in [*range(block, file.size, block), file.size]:
            for offset, piece in chunks(opened, position, stop, b",", chunk):
                assert offset == position < stop
                position += len(piece)
                pieces.append(piece)
            assert position >= stop
        assert b"".join(pieces).decode() == text
        places = list(range(0, file.size + 1, block))
        assert record_starts(opened, places, b",") == [record_starts(opened, [place], b",")[0] for place in places]


def test_chunks_end_at_record_starts_and_grow_for_a_long_record(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_SLACK", 4)
    long = '"' + "x\n" * 500 + '"\n'
    (file,) = find(write("1\n2\n" + long + "3\n" * 1000))
    with OpenFile(file) as opened:
        sizes = [len(text) for _, text in chunks(opened, 0, file.size, b",", 10)]
        assert sizes[0] == 4
        assert len(long) <= sizes[1] < 2 * len(long)
        assert max(sizes[2:]) <= 10
        assert [text for _, text in chunks(opened, 4, 5, b",", 10)] == [long.encode()]


def test_next_line_looks_for_a_newline_only(write: Write) -> None:
    (file,) = find(write("ab\n" + "c" * 10_000 + "\nd"))
    with OpenFile(file) as opened:
        assert [next_line(opened, at) for at in (1, 3, 4, 10_004, 10_005)] == [3, 3, 10_004, 10_004, file.size]


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
