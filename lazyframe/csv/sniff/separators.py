"""``sep=None``: the separator as pandas finds it out, with Python's `csv.Sniffer` on the first line that is read.

In pandas there is one file. Here the first file tells, and a later one that is written with another separator is an
error: read with that of the first, its records would be one field and missing values.

pandas looks at the line before it takes off a byte order mark, and then leaves it in the first field: `keeps_mark`.
"""

from __future__ import annotations

import csv
import functools
import inspect
import io
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from lazyframe.csv.errors import CSVError, DialectWarning, EmptyDataError, also
from lazyframe.csv.options.dialect import skipped_lines
from lazyframe.csv.text.files import LONGEST, OpenFile
from lazyframe.csv.text.foreign import check_is_csv, check_stored
from lazyframe.csv.text.rewrite import decoding, drops_mark
from lazyframe.csv.text.storage import File
from lazyframe.csv.text.tokenizer import is_skipped
from lazyframe.notices import warn

_HEAD = 2**16


def is_asked(arguments: Mapping[str, Any]) -> bool:
    """Whether the separator is to be found out.

    Examples
    --------
    >>> is_asked({"sep": None}), is_asked({"delimiter": ";"}), is_asked({})
    (True, False, False)
    """
    if arguments.get("dialect") is not None:
        return False
    if arguments.get("delimiter", ",") is None and _none_is_given():
        return arguments.get("sep") is None
    return arguments.get("sep", ",") is None and arguments.get("delimiter") is None


@functools.cache
def _none_is_given() -> bool:
    """Whether to this pandas ``delimiter=None`` is no default, but asks for the separator to be found: from 3.1 on."""
    return inspect.signature(pd.read_csv).parameters["delimiter"].default is not None


def keeps_mark(arguments: Mapping[str, Any]) -> bool:
    """Whether a byte order mark is text of the first field, as it is to pandas where the separator is found out."""
    return not drops_mark(arguments.get("encoding"))


def separator(files: Sequence[File], arguments: Mapping[str, Any]) -> str:
    """The separator of these files.

    Parameters
    ----------
    files : sequence of File
        As they were found.
    arguments : mapping
        Of ``read_csv``; those count that say which line is the first, and how it is encoded.

    Raises
    ------
    CSVError
        No separator can be found, or files that differ.
    """
    lines = ((file, read) for file in files for read in (_first_line(file, arguments),) if read.strip())
    first, line = next(lines, (None, ""))
    if first is None:
        raise EmptyDataError("sep=None: there is no line from which the separator could be found out. Pass sep=','.")
    found = _sniffed(line)
    if found is None:
        raise also(csv.Error)(
            f"{first.path}: sep=None would have the separator found out from the first line, {line.rstrip()!r}, and Python's "
            "csv.Sniffer finds none. Pass it, such as sep=','; with one column any will do."
        )
    if found.isalnum():
        warn(
            f"{first.path}: sep=None finds, as in pandas, that {found!r} separates the columns. Pass sep= if not.", DialectWarning
        )
    for file, other in lines:
        if other != line and found not in other and (its := _sniffed(other)) not in (None, found):
            raise CSVError(
                f"{file.path}: the separator seems to be {its!r} here, and is {found!r} in {first.path}. Read the files apart, "
                "each with its sep=, or pass the sep= that all have."
            )
    return found


def _sniffed(line: str) -> str | None:
    try:
        return csv.Sniffer().sniff(line).delimiter
    except csv.Error:
        return None


def _first_line(file: File, arguments: Mapping[str, Any]) -> str:
    """The first line of a file that is read; empty where there is none."""
    comment, skiprows, length = arguments.get("comment"), skipped_lines(arguments.get("skiprows")), _HEAD
    marked = keeps_mark(arguments)
    file = file.with_rewriting(decoding(arguments.get("encoding"), arguments.get("encoding_errors")))
    check_stored(file)
    with OpenFile(file) as opened:
        while True:
            head = opened.read(0, length)
            check_is_csv(file, head, is_text_asked=True)
            whole = len(head) >= opened.length
            text = io.StringIO(head.decode("utf-8", "replace").removeprefix("" if marked else "\ufeff"), newline="")
            for number, line in enumerate(text):
                read = line.split(comment)[0] if comment else line
                if (read or not comment) and not is_skipped(number, skiprows):
                    if whole or text.tell() < len(text.getvalue()):
                        return read
                    break
            if whole or length >= LONGEST:
                return ""
            length *= 4
