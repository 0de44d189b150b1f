"""Text that is rewritten as plain CSV while it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

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
