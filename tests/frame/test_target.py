from __future__ import annotations

import gzip
import uuid

import fsspec
import pytest

from lazyframe.frame.target import Targets


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def write(targets, *texts):
    for text in texts:
        with targets.next() as file:
            file.write(text)


def test_one_file_takes_the_place_of_an_old_one(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old")
    with Targets(path) as targets:
        assert not targets.each
        write(targets, b"new")
        assert path.read_text() == "old"
        targets.finish()
    assert path.read_text() == "new"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("name", ["a.txt", "new/part-*.txt", "new/"])
def test_nothing_is_left_after_an_error(tmp_path, name, error):
    def fail():
        with Targets(f"{tmp_path}/{name}") as targets:
            write(targets, b"one", b"two")
            with targets.next() as file:
                file.write(b"three")
                raise error

    with pytest.raises(error):
        fail()
    assert names(tmp_path) == []


def test_a_file_a_piece(tmp_path):
    with Targets(tmp_path / "out" / "f-*.csv") as targets:
        write(targets, *[b"%d" % n for n in range(11)])
        made = targets.finish()
    assert names(tmp_path / "out") == [f"f-{n:02}.csv" for n in range(11)]
    assert made[10].endswith("f-10.csv")
    assert (tmp_path / "out" / "f-10.csv").read_text() == "10"


def test_a_folder(tmp_path):
    with Targets(f"{tmp_path}/out/", suffix=".csv") as targets:
        write(targets, b"a")
        targets.finish()
    assert names(tmp_path / "out") == ["part-0.csv"]


def test_old_files_are_not_mixed_with_new_ones(tmp_path):
    (tmp_path / "f-3.csv").write_text("old")
    with pytest.raises(FileExistsError, match=r"holds f-3\.csv already"):
        Targets(tmp_path / "f-*.csv")
    assert names(tmp_path) == ["f-3.csv"]


def test_compression_by_name_and_by_argument(tmp_path):
    for name, compression in [("a.gz", "infer"), ("b", "gzip"), ("c", {"method": "gzip"})]:
        with Targets(tmp_path / name, compression=compression) as targets:
            write(targets, b"text")
            targets.finish()
        assert gzip.decompress((tmp_path / name).read_bytes()) == b"text"
    with pytest.raises(ValueError, match=r"compression='rar' is none"):
        Targets(tmp_path / "d", compression="rar")
    with pytest.raises(TypeError, match="compresslevel"):
        Targets(tmp_path / "d", compression={"method": "gzip", "compresslevel": 1})


def test_a_star_in_a_folder(tmp_path):
    with pytest.raises(ValueError, match="only the last part"):
        Targets(tmp_path / "a*" / "f-*.csv")


def test_other_file_systems():
    folder = f"memory://{uuid.uuid4().hex}"
    with Targets(f"{folder}/f-*.txt") as targets:
        write(targets, b"a", b"b")
        assert not fsspec.filesystem("memory").glob(f"{folder}/*")
        targets.finish()
    with fsspec.open(f"{folder}/f-1.txt") as file:
        assert file.read() == b"b"


def test_a_place_where_no_file_can_be(tmp_path, monkeypatch):
    (tmp_path / "there").mkdir()
    (tmp_path / "file").write_text("old")
    monkeypatch.chdir(tmp_path)
    cases = {
        "missing/deep/a.csv": (FileNotFoundError, r"'missing/deep/a\.csv': the folder .*missing/deep' does not exist\. Make it"),
        "there/*-*.csv": (ValueError, r"^'there/\*-\*\.csv' has several \*, and the number of a file takes the place of one"),
        "file/a.csv": (NotADirectoryError, r"'file/a\.csv': .*file' is a file and no folder"),
    }
    for path, (kind, words) in cases.items():
        with pytest.raises(kind, match=words) as caught:
            Targets(path)
        assert ".tmp" not in str(caught.value)
    assert names(tmp_path) == ["file", "there"]
