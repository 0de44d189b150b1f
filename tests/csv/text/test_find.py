from __future__ import annotations

import glob
import io
import os
import socket
import tempfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from effort import examples
from hypothesis import example, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.csv import CSVError, NoFilesError
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.find import find
from lazyframe.csv.text.storage import File

Write = Callable[..., str]


def names(found: list[File]) -> list[str]:
    return [file.label for file in found]


def test_a_pattern_gives_natural_order_and_a_list_keeps_its_own(tmp_path: Path, write: Write) -> None:
    paths = [write("x\n", f"f{number}.csv") for number in (10, 2, 1)]
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
    with pytest.raises(CSVError, match=r"\.tar\.zst files are not offered\. Unpack it first"):
        find(write(b"\x28\xb5", "a.tar.zst"))
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


def test_an_open_file_is_what_it_gives() -> None:
    (file,) = find(io.StringIO("a,b\n1,2\n"))
    assert (file.path, file.content, file.divisible) == ("<StringIO>", b"a,b\n1,2\n", False)


def rows(*arguments: object, **keywords: object) -> list[int]:
    return lf.read_csv(*arguments, **keywords).a.compute(scheduler="sync").tolist()


CHAINED = ["run::1.csv", "d::1/a.csv", "x://a.csv", "zip::a.csv", "simplecache::run", "a::b://c.csv", "file:a.csv", "s3:a.csv"]


@pytest.mark.parametrize("name", CHAINED)
@pytest.mark.parametrize("inside", ["", "d/"])
def test_a_file_of_this_machine_is_no_url_whatever_it_is_called(
    name: str, inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / inside / name).parent.mkdir(parents=True, exist_ok=True)
    for decoy in ("run", "d", "a.csv", "1.csv", "a"):  # what a chain, or a URL, would end in
        if not (tmp_path / inside / decoy).exists():
            (tmp_path / inside / decoy).write_text("a\n999\n")
    (tmp_path / inside / name).write_text("a\n1\n")
    text = inside + name
    pattern = glob.escape(inside + name[:-1]) + "?"
    for taken in (text, Path(text), [text], str(tmp_path / text), pattern):
        assert rows(taken) == [1], taken
    for blocksize in (1, 5):
        assert rows(text, blocksize=blocksize) == [1]


def test_what_is_there_under_no_such_name_is_a_url_if_its_protocol_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.csv").write_text("a\n1\n")
    assert rows(f"simplecache::{tmp_path}/a.csv") == [1]
    for text in ("run::a.csv", "*::a.csv", "x::*.csv"):
        with pytest.raises(NoFilesError, match=r"no file matches '.*looked for from"):
            find(text)
    with pytest.raises(NoFilesError, match=r"'x://a\.csv', and x:// is no protocol that fsspec knows"):
        find("x://a.csv")
    with pytest.raises(NoFilesError, match=r"'simplecache::x://a\.csv', and x:// is no protocol"):
        find("simplecache::x://a.csv")
    (tmp_path / "memory:").mkdir()
    (tmp_path / "memory:" / "a.csv").write_text("a\n999\n")
    with pytest.raises(NoFilesError):  # as in pandas: a folder that got such a name by accident must not stand in for the store
        find("memory://a.csv")


NAMES = ["a b.csv", "a%20b.csv", "a#b.csv", "a?b.csv", "é.csv", "a[1].csv", "a*.csv", "a::b.csv", "~a.csv", "a\nb.csv", "%.csv"]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_url_is_decoded(name: str, tmp_path: Path) -> None:
    for decoy in ("a%20b.csv", "a", "a1.csv", "ab.csv", "axb.csv"):
        (tmp_path / decoy).write_text("a\n999\n")
    path = tmp_path / name
    path.write_text("a\n1\n")
    url = path.as_uri()
    assert pd.read_csv(url).a.tolist() == [1]
    host = socket.gethostname()
    for form in (url, url.replace("//", "//localhost", 1), url.replace("file:", "FILE:", 1), url.replace("//", f"//{host}", 1)):
        assert rows(form) == [1], form
        assert rows([form]) == [1], form
    assert rows(url.replace("//", "", 1)) == [1]
    assert rows(path.parent.as_uri() + "/" + url.rpartition("/")[2][:-1] + "?") == [1]  # a pattern, in which %2A is no star


def test_a_file_url_of_another_machine_and_one_of_a_relative_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "a.csv").write_text("a\n1\n")
    with pytest.raises(NoFilesError, match=r"of the machine 'data'.*a third slash.*without file://: 'data/a\.csv'"):
        find("file://data/a.csv")
    assert rows("file:data/a.csv") == pd.read_csv("file:data/a.csv").a.tolist() == [1]
    assert rows(f"file://{tmp_path}/data/a.csv#part") == [1]


def test_a_file_url_of_a_name_that_is_no_utf_8(tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"a\xff.csv")
    path.write_text("a\n1\n")
    assert rows(path.as_uri()) == rows(path) == rows(str(tmp_path / "a*.csv")) == [1]


LETTERS = st.one_of(
    st.sampled_from(
        ["::", "://", "%", "%41", "*", "[", "]", "?", " ", "~", "#", "\n", "\r", "\udcff", "²", "1", "é", "\x1b[2J", "."]
    ),
    st.characters(blacklist_categories=["Cs"], blacklist_characters="/\0"),
)


@settings(max_examples=examples(20))
@given(st.lists(LETTERS, min_size=1, max_size=6).map("".join), st.sampled_from(["", ".csv", "::1.csv"]))
@example("x://", "a.csv")
@example("run::1", ".csv")
@example("1²2", ".csv")
def test_any_name_is_read_as_pandas_reads_it(name: str, ending: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, name + ending)
        try:
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "w") as file:
                file.write("a\n1\n")
        except (OSError, UnicodeEncodeError):  # too long, or a folder
            return
        df = lf.read_csv(path, compression=None)
        pd.testing.assert_frame_equal(df.compute(scheduler="sync"), pd.read_csv(path, compression=None))
        for taken in (path, Path(path), [path]):
            assert [os.path.normpath(file.path) for file in find(taken, compression=None)] == [os.path.normpath(path)]
        above = os.path.join(glob.escape(folder), "**")
        hidden = any(part.startswith(".") for part in os.path.relpath(path, folder).split(os.sep))
        if not hidden:
            assert [os.path.normpath(file.path) for file in find(above, compression=None)] == [os.path.normpath(path)]


def unreadable(folder: Path, kind: str) -> Path:
    path = folder / f"{kind}.csv"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "socket":
        with socket.socket(socket.AF_UNIX) as found:
            found.bind(os.path.relpath(path))
    elif kind == "dangling":
        path.symlink_to("nowhere")
    else:
        path.symlink_to("circle2.csv")
        (folder / "circle2.csv").symlink_to(path)
    return path


SORTS = {
    "folder": "is a folder",
    "pipe": "is a pipe",
    "socket": "is a socket",
    "dangling": "is a link to 'nowhere', which does not exist",
    "circle": "is a link to 'circle2.csv', which leads back to it",
}


@pytest.mark.parametrize("kind", SORTS)
def test_what_a_pattern_matches_and_cannot_be_read_is_an_error(kind: str, tmp_path: Path, write: Write) -> None:
    write("a\n1\n")
    other = unreadable(tmp_path, kind)
    kinds = NoFilesError if kind == "dangling" else CSVError
    for pattern in (tmp_path / "*.csv", [tmp_path / "*.csv"], str(tmp_path / "**"), tmp_path.as_uri() + "/*.csv"):
        if kind == "folder" and str(pattern).endswith("**"):
            assert rows(pattern) == [1]
            continue
        for schema in ("union", "strict", "first"):
            with pytest.raises(kinds, match=f"matches what is no file: .*{kind}.*{SORTS[kind]}.*os.path.isfile") as raised:
                lf.read_csv(pattern, schema=schema)
        advice = raised.value.said().partition("as a list: ")[2].rstrip(".")
        assert rows(eval(advice)) == [1]
    with pytest.raises(kinds, match=SORTS[kind]):
        lf.read_csv([tmp_path / "a.csv", other])


def test_a_pattern_names_some_of_many(tmp_path: Path, write: Write) -> None:
    write("a\n1\n")
    for number in range(1005):
        (tmp_path / f"f{number}.csv").symlink_to(f"gone{number}")
    with pytest.raises(NoFilesError, match=r"f0\.csv is a link .*f1\.csv .*f2\.csv .*; and 1,002 more"):
        find(tmp_path / "*.csv")


def test_the_pattern_of_a_folder_is_the_folder_though_its_name_has_brackets(tmp_path: Path) -> None:
    folder = tmp_path / "d[1]*"
    folder.mkdir()
    (folder / "a.csv").write_text("a\n1\n")
    with pytest.raises(CSVError, match="is a folder") as raised:
        find(folder)
    assert rows(eval(raised.value.said().partition("as a pattern: ")[2].rstrip("."))) == [1]


def test_a_folder_of_a_store_that_a_pattern_matches_is_an_error() -> None:
    fsspec = pytest.importorskip("fsspec")
    system = fsspec.filesystem("memory")
    system.pipe({"/matched/a.csv": b"a\n1\n", "/matched/x.csv/part.csv": b"a\n2\n", "/matched/b[1].csv": b"a\n3\n"})
    system.pipe({"/matched/b1.csv": b"a\n4\n"})
    with pytest.raises(CSVError, match=r"matches what is no file: memory:///matched/x\.csv is a folder"):
        find("memory://matched/*.csv")
    assert rows("memory://matched/**") == [1, 4, 3, 2]
    assert rows("memory://matched/b[1].csv") == [3]
    assert rows("memory://matched/[ab]?.csv") == [4]
    system.rm("/matched", recursive=True)


@pytest.mark.parametrize("path", [b"/tmp/a.csv", bytearray(b"a"), [b"a.csv"]])
def test_bytes_are_no_path(path: object) -> None:
    with pytest.raises(TypeError, match=r"got the bytes b'.*os\.fsdecode"):
        find(path)
