"""``sep=None``: the separator as pandas finds it out, with Python's `csv.Sniffer` on the first line that is read.

In pandas there is one file. Here the first file tells, and a later one that is written with another separator is an
error: read with that of the first, its records would be one field and missing values.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from lazyframe.csv.dialect import skipped_lines
from lazyframe.csv.errors import CSVError, DialectWarning, EmptyDataError
from lazyframe.csv.files import LONGEST, OpenFile
from lazyframe.csv.rewrite import decoding
from lazyframe.csv.storage import File
from lazyframe.csv.tokenizer import is_skipped
from lazyframe.notices import warn

_HEAD = 2**16


def is_asked(arguments: Mapping[str, Any]) -> bool:
    """Whether the separator is to be found out.

    Examples
    --------
    >>> is_asked({"sep": None}), is_asked({"sep": None, "delimiter": ";"}), is_asked({})
    (True, False, False)
    """
    given = arguments.get("sep", ","), arguments.get("delimiter")
    return given == (None, None) and arguments.get("dialect") is None


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
        raise CSVError(
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
    file = replace(file, rewriting=decoding(arguments.get("encoding"), arguments.get("encoding_errors")))
    with OpenFile(file) as opened:
        while True:
            head = opened.read(0, length)
            whole = len(head) >= opened.length
            text = io.StringIO(head.decode("utf-8", "replace").removeprefix("\ufeff"), newline="")
            for number, line in enumerate(text):
                read = line.split(comment)[0] if comment else line
                if (read or not comment) and not is_skipped(number, skiprows):
                    if whole or text.tell() < len(text.getvalue()):
                        return read
                    break
            if whole or length >= LONGEST:
                return ""
            length *= 4
