from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from lazyframe.csv import CSVError, CSVSource
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.sniff import sample
from lazyframe.csv.text import head
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.find import find
from lazyframe.csv.types.infer import TextKinds

Write = Callable[..., str]


def header(path: str, dialect: Dialect | None = None) -> tuple[tuple[object, ...], int, bool]:
    file, names, *_ = sample.with_header(find(path)[0], dialect or Dialect())
    return names, file.start, file.empty


def test_headers(write: Write) -> None:
    assert header(write("a,b\n1,2\n")) == (("a", "b"), 4, False)
    assert header(write("\n \na,b\r\n\n")) == (("a", "b"), 8, True)
    assert header(write('"x\ny",,x\n')) == (("x\ny", "Unnamed: 1", "x"), 9, True)
    assert header(write("a,a\n")) == (("a", "a.1"), 4, True)
    assert header(write("")) == ((), 0, True)
    assert header(write("1,2\n"), Dialect(header=None)) == ((0, 1), 0, False)
    assert header(write("t\na,b\n1,2"), Dialect(header=1)) == (("a", "b"), 6, False)
    assert header(write(""), Dialect(header=5)) == ((), 0, True)
    with pytest.raises(CSVError, match=r"a\.csv: header=5 asks for line 6 of those that are not blank, and there are only 2"):
        header(write("a,b\n1,2"), Dialect(header=5))


def test_a_header_longer_than_the_first_look(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "_PIECE", 16)
    names = [f"column {number}" for number in range(50)]
    text = ",".join(names) + "\n"
    assert header(write(text + ",".join("1" * 50))) == (tuple(names), len(text), False)


@pytest.mark.parametrize("first", [None, 0, 3])
def test_no_more_is_read_than_the_first_records(first: int | None, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(head, "_PIECE", 16)
    lengths = []
    read = OpenFile.read
    monkeypatch.setattr(OpenFile, "read", lambda self, at, length: lengths.append(length) or read(self, at, length))
    path = write("a long first record,b\n" * 1000)
    assert header(path, Dialect(header=first))[0] == ((0, 1) if first is None else ("a long first record", "b"))
    assert max(lengths) <= 256


def test_the_middle_of_a_large_file_is_sampled(write: Write) -> None:
    path = write("a,b\n" + "1,x\n" * 5000 + "1.5,x\n" * 5000)
    assert CSVSource.open(path, sample=200).schema["a"].name == "int64"
    spread = CSVSource.open(path, sample=200, blocksize=10_000)
    assert spread.schema["a"].name == "float64"
    assert spread.certain["a"] == TextKinds.INT


def test_files_far_down_are_sampled(tmp_path: Path, write: Write) -> None:
    for number in range(30):
        write("a,b\n" + ("x,1\n" if number == 29 else "1,1\n"), f"f{number}.csv")
    assert CSVSource.open(tmp_path / "f*.csv").schema["a"].name == "str"


def test_the_inside_of_a_quoted_field_is_not_taken_for_records(write: Write) -> None:
    path = write('a,b\n1,"' + "x,y\n" * 1000 + '"\n2,z\n')
    for blocksize in (50, 100, 3000):
        assert CSVSource.open(path, blocksize=blocksize).schema["a"].name == "int64"


def test_a_record_longer_than_the_sample(write: Write) -> None:
    opened = CSVSource.open(write("a,b\n1," + "x" * 5000 + "\n2,y\n"), sample=100)
    assert [field.dtype.name for field in opened.schema] == ["int64", "str"]


def test_only_the_records_of_nrows_count(write: Write) -> None:
    path = write("a,b\n1,x\n2,y\nz,z\n")
    assert CSVSource.open(path, nrows=2).schema["a"].name == "int64"
    assert CSVSource.open(path, nrows=3).schema["a"].name == "str"
