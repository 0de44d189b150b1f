from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from lazyframe.csv import FileChangedError
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.find import find

Write = Callable[..., str]


def change(path: str, then: Exception | None = None) -> None:
    """Open a file, write to it, and leave it, perhaps with an error."""
    (file,) = find(path)
    with OpenFile(file) as opened:
        assert opened.read(0, 100) == b"x" * 100
        with open(path, "r+b") as handle:
            handle.write(b"y")
        os.utime(path, ns=(1, 1))
        if then is not None:
            raise then


def test_a_file_written_to_while_it_is_read_is_told_when_all_was_read(write: Write) -> None:
    with pytest.raises(FileChangedError, match="was written to, since"):
        change(write("x" * 100))


def test_an_error_in_a_file_that_was_written_to_is_that_it_was(write: Write) -> None:
    with pytest.raises(FileChangedError, match="was written to, since"):
        change(write("x" * 100), ValueError("a wrong value"))
    with pytest.raises(KeyboardInterrupt):
        change(write("x" * 100), KeyboardInterrupt())  # type: ignore[arg-type]


def test_other_errors_stay_what_they_are(write: Write) -> None:
    (file,) = find(write("x"))
    with pytest.raises(ValueError, match="a wrong value"), OpenFile(file):
        raise ValueError("a wrong value")
