"""`read_fwf`: fields at fixed places of a line, which are made plain CSV as the text is read.

    lines -> those that are no records go -> each field cut out, and bare of what fills it -> plain CSV

A line is a record: quotes mean nothing. Where fields stand is given, or found out from the first lines of each file, as pandas
finds it. Fields are cut by Arrow, for thousands of lines at a time; where there are comments, line by line.

See docs/decisions/0056-fixed-widths-are-rewritten.md.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.csv.text.tokenizer import Lines, is_skipped
from lazyframe.frozen import frozen
from lazyframe.schema import is_place

_ROWS = 10_000  # lines cut at a time

Specs = tuple[tuple[int | None, int | None], ...]


@frozen
class Fixed:
    """Where the fields of a line stand.

    Parameters
    ----------
    specs : tuple of (int or None, int or None), optional
        From where to where each field goes; None where that is found out from the file.
    count : float
        From how many lines.
    fill : str
        The characters that fill a field, and are no part of its value.
    """

    specs: Specs | None = None
    count: float = 100
    fill: str = "\n\r\t "

    @classmethod
    def of(cls, colspecs: Any, widths: Any, infer_nrows: Any, delimiter: Any, names: Any, index_col: Any, usecols: Any) -> Fixed:
        """What these arguments of ``read_fwf`` ask for.

        Raises
        ------
        ValueError, TypeError
            The words are those of pandas.

        Examples
        --------
        >>> Fixed.of("infer", [2, 3], 100, None, None, None, None).specs
        ((0, 2), (2, 5))
        """
        if colspecs is None and widths is None:
            raise ValueError("Must specify either colspecs or widths")
        is_found = isinstance(colspecs, str) and colspecs == "infer"
        if colspecs is not None and not is_found and widths is not None:
            raise ValueError("You must specify only one of 'widths' and 'colspecs'")
        if widths is not None:
            ends = list(itertools.accumulate(widths, initial=0))
            colspecs, is_found = list(itertools.pairwise(ends)), False
        fill = "\r\n" + delimiter if delimiter else "\n\r\t "
        if is_found:
            if not isinstance(infer_nrows, (int, float, np.number)) or isinstance(infer_nrows, bool):
                raise TypeError(f"infer_nrows={infer_nrows!r}: pass from how many lines to find the fields, or float('inf').")
            return cls(None, float(infer_nrows), fill)
        if not isinstance(colspecs, (list, tuple)):
            raise TypeError(f"column specifications must be a list or tuple, input was a {type(colspecs).__name__}")
        if not all(
            isinstance(one, (list, tuple)) and len(one) == 2 and all(place is None or is_place(place) for place in one)
            for one in colspecs
        ):
            raise TypeError("Each column specification must be 2 element tuple or list of integers")
        _check_names(len(colspecs), names, index_col, usecols)
        return cls(tuple((_place(start), _place(stop)) for start, stop in colspecs), 0, fill)

    def measured(self, lines: Iterable[str], skiprows: Any, comment: str | None) -> Specs:
        """Where the fields of these lines stand, which are those of a file from its start."""
        if self.specs is not None:
            return self.specs
        kept = (line for number, line in enumerate(lines) if not is_skipped(number, skiprows))
        first = list(itertools.islice(kept, None if self.count == float("inf") else max(1, int(self.count))))
        mask = np.zeros(max(map(len, first), default=0) + 2, np.int8)
        word = re.compile(f"[^{re.escape(self.fill)}]+")
        for line in first:
            for match in word.finditer(line.partition(comment)[0] if comment else line):
                mask[match.start() + 1 : match.end() + 1] = 1
        edges = np.flatnonzero(np.diff(mask)).tolist()
        return tuple(zip(edges[::2], edges[1::2], strict=True))


def _place(value: Any) -> int | None:
    return None if value is None else int(value)


def _check_names(count: int, names: Any, index_col: Any, usecols: Any) -> None:
    if names is None or len(list(names)) == count or usecols is not None:
        return
    levels = 0 if index_col is None or index_col is False else len(index_col) if isinstance(index_col, (list, tuple)) else 1
    if len(list(names)) + levels != count:
        raise ValueError(
            f"Length of colspecs must match length of names: there are {count} fields, and names= has {len(list(names))}."
        )


class FixedLines(Lines):
    """The lines of a text with fields at fixed places, one by one: see `tokenizer.Tokenizer`."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        super().__init__(options)
        fixed: Fixed = options["fixed"]
        self._specs, self._fill = fixed.specs or (), fixed.fill

    def _rows(self, text: Iterator[str]) -> Iterator[tuple[str, list[str] | None]]:
        for line in text:
            yield line, self._cut(line)

    def _bare(self, text: Iterator[str]) -> Iterator[str]:
        return text  # a byte order mark takes up a place

    def fields(self, text: str) -> tuple[list[str], bool]:
        return self._kept(self._cut(text)), True

    def _cut(self, line: str) -> list[str]:
        fields = [line[start:stop].strip(self._fill) for start, stop in self._specs]
        if fields and fields[0].startswith("\ufeff"):
            fields[0] = fields[0][1:]
        return fields

    def is_record(self, fields: list[str]) -> bool:
        """Whether these are the fields of a record, and not of a blank line."""
        return any(map(str.strip, fields)) or not self._options.get("skip_blank_lines", True)


def plain(
    text: Iterable[str],
    options: Mapping[str, Any],
    line_of: Callable[[list[str]], bytes],
    table_of: Callable[[pa.Table], bytes],
) -> Iterator[bytes]:
    """The records of a text as plain CSV, piece by piece.

    Parameters
    ----------
    text : iterable of str
        The lines of a file.
    options : mapping
        ``fixed``, ``skiprows``, ``comment``, ``skip_blank_lines``, ``skipfooter``; how many lines of a header stand ``above``.
    line_of, table_of : callable
        Make plain CSV of the fields of a record, and of many.
    """
    cutter, comment, fixed = FixedLines(options), options.get("comment"), options["fixed"]
    numbered: Iterator[tuple[int, str]] = enumerate(text)
    if options["skipfooter"]:
        numbered = _without_last(numbered, options, cutter)
    lines = (line for number, line in numbered if not is_skipped(number, options["skiprows"]))
    by_arrow = all(place is None or place >= 0 for spec in fixed.specs for place in spec)
    is_first = True
    while batch := list(itertools.islice(lines, _ROWS)):
        if is_first or not by_arrow or (comment and any(comment in line for line in batch)):
            rows = (cutter.fields(line)[0] for line in batch)
            yield b"".join(line_of(fields) for fields in rows if cutter.is_record(fields))
        elif columns := _cut(pa.array(batch, pa.string()), fixed, options["skip_blank_lines"]):
            yield table_of(pa.table(columns, [str(place) for place in range(len(columns))]))
        is_first = False


def _cut(lines: pa.Array, fixed: Fixed, skip_blank_lines: bool) -> list[pa.Array]:
    columns = [
        pc.utf8_trim(pc.utf8_slice_codeunits(lines, start or 0, stop), characters=fixed.fill) for start, stop in fixed.specs or ()
    ]
    if not skip_blank_lines or not columns:
        return columns
    filled = [pc.not_equal(pc.utf8_trim_whitespace(column), "") for column in columns]
    mask = filled[0]
    for one in filled[1:]:
        mask = pc.or_(mask, one)
    return [column.filter(mask) for column in columns]


def _without_last(
    numbered: Iterator[tuple[int, str]], options: Mapping[str, Any], cutter: FixedLines
) -> Iterator[tuple[int, str]]:
    """The lines without those of the footer, of which the header is none, but lines that are skipped are."""
    held: deque[tuple[int, str]] = deque()
    above = options["above"]
    for number, line in numbered:
        if above:
            above -= not is_skipped(number, options["skiprows"]) and cutter.is_record(cutter.fields(line)[0])
            yield number, line
            continue
        held.append((number, line))
        if len(held) > options["skipfooter"]:
            yield held.popleft()
