"""What gives the text of a file: by where it is, how it is compressed, and how it is written, in this order."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from typing import Any

import fsspec
import pytest

from lazyframe.csv.errors import FileChangedError
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.text.find import find
from lazyframe.csv.text.fixed import Fixed
from lazyframe.csv.text.storage import File, measured, opened, walk
from lazyframe.csv.text.storage.compressed import Unpacked
from lazyframe.csv.text.storage.local import Local
from lazyframe.csv.text.storage.memory import Memory
from lazyframe.csv.text.storage.remote import Forward, Ranged
from lazyframe.csv.text.storage.rewritten import Rewritten

Write = Callable[..., str]
TEXT = "a,é\n1,x\n"


def found(path: Any, **arguments: Any) -> File:
    (file,) = find(path)
    return file.with_rewriting(Dialect.of(**arguments).rewriting)


def read(file: File) -> bytes:
    text = opened(file)
    target = bytearray(1000)
    try:
        return bytes(target[: text.read_into(0, memoryview(target))])
    finally:
        text.close()


@pytest.fixture
def remote() -> str:
    """A file of a file system that is none of this machine."""
    with fsspec.open("memory://storage/a.csv", "wb") as file:
        file.write(TEXT.encode())
    return "memory://storage/a.csv"


def test_where_a_file_is(write: Write, remote: str) -> None:
    assert type(opened(found(write(TEXT)))) is Local
    assert type(opened(found(io.BytesIO(TEXT.encode())))) is Memory
    assert type(opened(found(remote))) is Ranged
    (file,) = find(remote)
    assert type(opened(File(**{**vars(file), "ranged": False}))) is Forward
    for path in (write(TEXT), io.StringIO(TEXT), remote):
        assert read(found(path)) == TEXT.encode()


def test_a_file_is_unpacked_before_it_is_rewritten(write: Write) -> None:
    path = write(gzip.compress(TEXT.encode("latin-1")), "a.csv.gz")
    assert type(opened(found(path))) is Unpacked
    assert type(opened(found(path, encoding="latin-1"))) is Rewritten
    assert read(found(path)) == TEXT.encode("latin-1")
    assert read(found(path, encoding="latin-1")) == TEXT.encode()


def test_a_file_that_changed_is_not_opened(write: Write) -> None:
    file = found(write(TEXT))
    write(TEXT + "2,y\n")
    with pytest.raises(FileChangedError, match="has changed since read_csv looked at it"):
        opened(file)


def test_records_as_they_stand_in_a_file_that_is_rewritten(write: Write) -> None:
    stored, records = walk(found(write("# top\na,b\n1,x # one\n\n2,'y\ny'\n"), comment="#", quotechar="'"))
    try:
        assert records.header() == ["a", "b"]
        originals = [records.find(number) for number in range(3)]
    finally:
        stored.close()
    assert [original and (original.line, original.text) for original in originals] == [
        (3, "1,x # one\n"),
        (5, "2,'y\ny'\n"),
        None,
    ]


def test_places_of_fields_are_found_in_the_first_lines(write: Write) -> None:
    (file,) = find(write("id  name\n1   ann\n22  bob\n"))
    file = file.with_rewriting(Dialect.of(fixed=Fixed()).rewriting)
    known = measured(file)
    assert known.rewriting != file.rewriting
    assert read(known).decode().split() == ['"id","name"', '"1","ann"', '"22","bob"']
