"""Tar archives of one file, beside pandas."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from naming import named

import lazyframe as lf
from lazyframe.csv import CSVError
from lazyframe.csv.text.storage import archive

TEXT = "a,b\n" + "".join(f"{n},x{n}\n" for n in range(500))


def pack(path: Path, *texts: str, mode: str = "w") -> str:
    with tarfile.open(path, mode) as packed:
        for number, text in enumerate(texts, 1):
            info = tarfile.TarInfo(f"d/f{number}.csv")
            info.size = len(text)
            packed.addfile(info, io.BytesIO(text.encode()))
    return str(path)


MODES = {"a.tar": "w", "a.tar.gz": "w:gz", "a.tar.bz2": "w:bz2", "a.TAR.XZ": "w:xz", "a.tgz": "w:gz"}


@pytest.mark.parametrize("name", MODES)
@pytest.mark.parametrize("block", [64, None])
def test_an_archive_of_one_file(name: str, block: int | None, tmp_path: Path) -> None:
    path = pack(tmp_path / name, TEXT, mode=MODES[name])
    want = pd.read_csv(path, compression="tar")
    df = lf.read_csv(path, sample=block)
    assert df.npartitions == 1
    pd.testing.assert_frame_equal(df.compute(scheduler="sync"), want)
    assert len(df) == 500


@pytest.mark.parametrize("compression", ["tar", {"method": "tar"}, {"method": "tar", "mode": "r:gz"}], ids=named)
def test_it_is_said_to_be_one(compression: Any, tmp_path: Path) -> None:
    path = pack(tmp_path / "packed", TEXT, mode="w:gz")
    want = pd.read_csv(path, compression=compression)
    pd.testing.assert_frame_equal(lf.read_csv(path, compression=compression).compute(scheduler="processes"), want)
    with open(path, "rb") as handle:
        pd.testing.assert_frame_equal(lf.read_csv(handle, compression=compression).compute(scheduler="sync"), want)


@pytest.mark.parametrize(
    ("texts", "found"), [((), "none"), ((TEXT, TEXT), "2: d/f1.csv, d/f2.csv. For all of them pass 'tar://")]
)
def test_no_file_or_several(texts: tuple[str, ...], found: str, tmp_path: Path) -> None:
    path = pack(tmp_path / "a.tar", *texts)
    with pytest.raises(ValueError, match="files found in TAR archive"):
        pd.read_csv(path)
    with pytest.raises(CSVError, match=f"a.tar: a tar archive has to hold one file, and this one holds {found}"):
        lf.read_csv(path)


def test_all_of_its_files(tmp_path: Path) -> None:
    path = pack(tmp_path / "a.tar", "a\n1\n", "a\n2\n")
    assert lf.read_csv(f"tar://**/*.csv::{path}").a.compute(scheduler="sync").tolist() == [1, 2]


def test_an_archive_that_cannot_be_gone_over_first_is_looked_at_in_the_end(tmp_path: Path) -> None:
    class Forward(io.BufferedReader):
        def seekable(self) -> bool:
            return False

    def read(*texts: str) -> str:
        path = pack(tmp_path / "a.tar", *texts)
        with Forward(io.FileIO(path)) as stored:
            reader = archive.opened(stored, archive.File(path, 1))
            return b"".join(iter(lambda: reader.read(1000), b"")).decode()

    assert read(TEXT) == TEXT
    for texts in ((TEXT, TEXT), ()):
        with pytest.raises(CSVError, match="has to hold one file"):
            read(*texts)


def test_what_is_no_archive(tmp_path: Path) -> None:
    (tmp_path / "a.tar").write_text(TEXT)
    with pytest.raises(CSVError, match=r"a\.tar is no tar file: it begins with b'a,b"):
        lf.read_csv(tmp_path / "a.tar")
    path = Path(pack(tmp_path / "b.csv", TEXT))
    with pytest.raises(CSVError, match=r"b\.csv is compressed: it begins as a tar file does. Pass compression='tar'"):
        lf.read_csv(path)
    (tmp_path / "c.tar").write_bytes(path.read_bytes()[:2000])
    with pytest.raises(CSVError, match=r"c\.tar:1: the tar file is cut short or damaged"):
        lf.read_csv(tmp_path / "c.tar")
    with pytest.raises(TypeError, match="of a dict only its 'method'"):
        lf.read_csv(path, compression={"method": "tar", "mode": "w"})
