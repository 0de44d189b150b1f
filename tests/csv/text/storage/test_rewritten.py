"""Text that is rewritten as plain CSV while it is read."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.csv.errors import CSVError
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.find import find
from lazyframe.csv.text.storage import ENDLESS, File, opened
from lazyframe.csv.text.storage.rewritten import Rewritten

Write = Callable[..., str]


def rewritten(path: str, **arguments: object) -> File:
    """The file as the dialect of these arguments has it rewritten."""
    (file,) = find(path)
    return file.with_rewriting(Dialect.of(**arguments).rewriting)


def text_of(file: File) -> bytes:
    with OpenFile(file) as found:
        return found.read(0, 10**7)


def test_only_what_is_written_otherwise_is_rewritten(write: Write) -> None:
    path = write("a,b\n1,2\n")
    plain, other = rewritten(path), rewritten(path, encoding="latin-1")
    assert type(opened(plain)) is not Rewritten
    assert type(opened(other)) is Rewritten
    assert (plain.divisible, other.divisible) == (True, False)
    assert (plain.end, other.end) == (8, ENDLESS)


def test_another_encoding_is_utf_8(write: Write) -> None:
    text = "a,é\r\n1,“x”\r\n2,\n"
    assert text_of(rewritten(write(text.encode("cp1252")), encoding="cp1252")) == text.encode()
    assert text_of(rewritten(write(text.encode("utf-16")), encoding="utf-16")) == text.encode()


def test_fields_of_another_dialect_are_plain_csv(write: Write) -> None:
    made = text_of(rewritten(write("a,b # one\n#2,y\n3,'z,z'\n"), comment="#", quotechar="'"))
    assert made == b'"a","b "\n"3","z,z"\n'


@pytest.mark.parametrize("start", [0, 7, 200_000])
def test_it_can_be_read_from_any_place(start: int, write: Write) -> None:
    text = "a,é\n" + "1,ü\n" * 100_000
    file = rewritten(write(text.encode("latin-1")), encoding="latin-1")
    with OpenFile(file) as found:
        assert found.read(start, 50) == text.encode()[start : start + 50]
        assert found.read(0, 10) == text.encode()[:10]


def test_what_cannot_be_rewritten_is_an_error_that_names_the_file(write: Write) -> None:
    file = rewritten(write(b"a,b\n1,\xff\n"), encoding="ascii")
    with pytest.raises(CSVError, match=r"a\.csv") as raised:
        text_of(file)
    assert isinstance(raised.value, UnicodeDecodeError)


def test_an_unforeseen_error_is_told_with_the_file(write: Write) -> None:
    class Broken:
        tokenised = False

        def __call__(self, *_: object) -> object:
            raise OverflowError("of all things")

    file = replace(rewritten(write("a,b\n"), encoding="latin-1"), rewriting=Broken())  # type: ignore[arg-type]
    with pytest.raises(CSVError, match=r"a\.csv cannot be rewritten as plain CSV: OverflowError: of all things") as raised:
        text_of(file)
    assert isinstance(raised.value, OverflowError)


class Counting:
    """A pattern that counts the lines on which it is tried."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern, self.count = pattern, 0

    def split(self, text: str) -> list[str]:
        self.count += 1
        return self.pattern.split(text)

    def __getattr__(self, name: str) -> object:
        return getattr(self.pattern, name)


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counting]:
    compiled = re.compile
    counting = Counting(compiled(SEPARATOR))
    with monkeypatch.context() as patched:
        patched.setattr(re, "compile", lambda pattern, *flags: counting if pattern == SEPARATOR else compiled(pattern, *flags))
        yield counting


SEPARATOR = r"[|]|;;"


def test_a_pattern_is_tried_on_a_line_hardly_more_often_than_by_pandas(write: Write, counted: Counting) -> None:
    path = write("x|y\n" + "1|2\n" * 50)
    os.utime(path, (1, 1))
    expected = pd.read_csv(path, sep=SEPARATOR, engine="python")
    of_pandas, counted.count = counted.count, 0
    found = lf.read_csv(path, sep=SEPARATOR, engine="python").compute(scheduler="sync")
    pd.testing.assert_frame_equal(found, expected)
    assert of_pandas <= counted.count <= of_pandas + 8


def test_a_file_that_was_just_written_is_read_as_it_is(write: Write) -> None:
    """Two writes within the grain of the clock have the same size and time."""
    for number in range(5):
        path = write(f"x|y\n{number}|2\n")
        os.utime(path, ns=(10**18, time.time_ns()))
        assert lf.read_csv(path, sep=SEPARATOR, engine="python").x.sum().compute() == number


@pytest.mark.parametrize("rows", [10, 20_000, 200_000])
def test_the_beginning_that_is_known_is_that_of_the_text(rows: int, write: Write) -> None:
    path = write("x|y\n" + "1|2\n" * rows)
    os.utime(path, (1, 1))
    file = rewritten(path, sep=SEPARATOR)
    whole = text_of(file)
    assert whole == b'"x","y"\n' + b'"1","2"\n' * rows
    for start in (0, 100, len(whole) - 20):
        with OpenFile(file) as found:
            assert found.read(start, 50) == whole[start : start + 50]
            assert found.read(0, 10**7) == whole
