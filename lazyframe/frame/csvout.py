"""Rows as CSV files: by the core, in the tasks that read them, where it gives pandas' text; else by pandas.

    form_of     which options the core takes: one table
    CsvRows     pieces of a stream, each as text or as an object of pandas;  write  into a file

See docs/decisions/0080-csv-is-written-in-the-tasks.md.
"""

from __future__ import annotations

import codecs
import csv
import functools
import importlib
import io
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from lazyframe import native
from lazyframe.frame.stream import Stream
from lazyframe.kernels.columns import Columns, concat_columns
from lazyframe.kernels.writing import CsvText, is_written, no_rows
from lazyframe.native.abi import SPECIALS
from lazyframe.native.write import Form
from lazyframe.plan import Plan
from lazyframe.schema import Replan


def _is_ascii(value: Any) -> bool:
    return isinstance(value, str) and len(value) == 1 and value.isascii() and value != "\0"


_TAKEN: dict[str, Callable[[Any], bool]] = {
    "sep": _is_ascii,
    "quotechar": _is_ascii,
    "lineterminator": lambda value: value is None or (isinstance(value, str) and value.isascii() and "\0" not in value),
    "na_rep": lambda value: isinstance(value, str) and len(value) <= 32,  # pandas cuts off what does not fit beside floats
    "quoting": lambda value: value is None or value == csv.QUOTE_MINIMAL,
    "doublequote": lambda value: value is True,
    "escapechar": lambda value: value is None,
    "float_format": lambda value: value is None,
    "date_format": lambda value: value is None,
    "decimal": lambda value: value == ".",
    "header": lambda value: True,  # these three: the first line, and the size of chunks, are asked of pandas
    "index_label": lambda value: True,
    "chunksize": lambda value: True,
}
"""The options of pandas' `to_csv` that the core takes, and with which values; with any others pandas writes."""

_NUMBERS = set(b"0123456789+-.:eainfTrueFls")  # and true, false, inf, nan, and times


def form_of(options: dict[str, Any], times: bool) -> Form | None:
    """How the core writes rows with these options; None where it does not.

    Parameters
    ----------
    options : dict
        As of `pandas.DataFrame.to_csv`.
    times : bool
        Whether there are times among the columns.
    """
    if not native.library.is_available() or any(name not in _TAKEN or not _TAKEN[name](value) for name, value in options.items()):
        return None
    dialect = options.get("sep", ","), options.get("quotechar", '"'), options.get("lineterminator")
    return _form(*dialect, options.get("na_rep", ""), times)


@functools.lru_cache(maxsize=64)
def _form(sep: str, quote: str, lineterminator: str | None, missing: str, times: bool) -> Form | None:
    formatter = importlib.import_module("pandas.io.formats.csvs")
    terminator = lineterminator or formatter.os.linesep

    def row(*fields: str) -> str:
        text = io.StringIO(newline="")
        csv.writer(text, delimiter=sep, quotechar=quote, lineterminator=terminator).writerow(fields)
        return text.getvalue()

    try:  # which bytes ask for quotes depends on the version of Python
        specials = bytes(code for code in range(1, 128) if row(f"x{chr(code)}x", "").startswith(quote))
        missing_text = row(missing, "x").removesuffix(f"{sep}x{terminator}").encode()
    except (csv.Error, ValueError, TypeError):  # pandas says what is wrong with it
        return None
    specials = quote.encode() + bytes(code for code in specials if chr(code) != quote)
    if len(specials) > SPECIALS or _NUMBERS.intersection(specials) or (times and b" " in specials):
        return None
    return Form(ord(sep), ord(quote), specials, missing_text, terminator.encode())


class UnknownChunks(Exception):
    """Rows that were read out of order need to know where pandas' chunks begin; only who counts them can write them."""


class CsvRows:
    """How the rows of a frame or column become CSV.

    Parameters
    ----------
    lazy : DataFrame or Series
        Whose rows.
    index : bool
        Whether to write the index.
    options : dict
        As of `pandas.DataFrame.to_csv`.
    encoding, errors
        As there.
    """

    def __init__(
        self, lazy: Any, index: Any, options: dict[str, Any], encoding: str | None = None, errors: str = "strict"
    ) -> None:
        self._lazy, self._index, self._options = lazy, index, options
        self._encoding, self._errors = encoding or "utf-8", errors
        self._chunk_rows = int(options.get("chunksize") or _chunk_rows(len(lazy._result().schema)))
        self.headed = "each"  # of several files, or the "first" alone
        self._files = 0  # that are written
        self._in_tasks = True  # until times are found that only who counts the rows can write

    def maker(self, stream: Stream, is_aligned: bool) -> CsvText | None:
        """What makes text of rows, where the core can."""
        schema = stream.schema
        if not isinstance(self._index, bool) or (self._index and schema.index) or not schema.fields or self._chunk_rows < 1:
            return None
        if not all(is_written(field.dtype) for field in schema) or codecs.lookup(self._encoding).name != "utf-8":
            return None
        form = form_of(self._options, any(field.dtype.kind == "M" for field in schema))
        if form is None:
            return None
        counted = stream.is_whole and stream.is_counted
        return CsvText(schema.fields, form, self._index, counted, self._chunk_rows, is_aligned)

    def pieces(self, stream: Stream, each: bool = False, again: bool = False) -> Iterator[Any]:
        """The rows of a stream: each piece text (a list of bytes), or an object of pandas.

        Parameters
        ----------
        stream : Stream
            Of the rows.
        each : bool
            Whether every piece goes into a file of its own: then it has its header.
        again : bool
            Whether all may be written again, from the start.

        Raises
        ------
        UnknownChunks
            What went out has to be written again: only with `again`.
        """
        alone = each or stream.is_whole
        self._files = 0
        maker = self.maker(stream, alone)
        if maker is None:
            yield from stream.pandas() if alone else _chunks_of_objects(stream.pandas(), self._chunk_rows)
            return
        header = self._header(stream)
        timed = any(field.dtype.kind == "M" for field in stream.schema)
        if not alone and timed and (not again or not self._in_tasks):
            yield [header]
            yield from self._counted(stream, replace(maker, is_aligned=True))
            return
        if not each:
            yield [header]
        for made, plan in stream.pieces(maker):
            if isinstance(made, Columns):
                if not alone:
                    self._in_tasks = False
                    raise UnknownChunks
                yield stream.finished(made, plan)
            else:
                yield [header, *made] if each and self._has_header() else made

    def _has_header(self) -> bool:
        """Whether the file that is written next has the names of the columns."""
        return self.headed == "each" or not self._files

    def _counted(self, stream: Stream, maker: CsvText) -> Iterator[Any]:
        """Rows in pieces of whole chunks of pandas', made text here."""
        plans: list[Plan] = []

        def rows() -> Iterator[Columns]:
            for columns, plan in stream.pieces():
                plans[:] = [plan]  # one for all
                yield columns

        for columns in _chunks_of_columns(rows(), self._chunk_rows):
            made = maker(columns)
            yield stream.finished(columns, plans[0]) if isinstance(made, Columns) else made

    def _header(self, stream: Stream) -> bytes:
        none = self._lazy._finish(no_rows(stream.schema), stream.plan)
        text: str = none.to_csv(index=self._index, **self._options)
        return text.encode(self._encoding)

    def write(self, pieces: Iterable[Any], file: Any) -> None:
        """Write pieces into a binary file, each while the next is made."""
        text = io.TextIOWrapper(file, self._encoding, self._errors, newline="")
        with ThreadPoolExecutor(1, "to_csv") as thread:  # at its end all is written
            writing: Future[None] | None = None
            for piece in self._begun(pieces):
                if writing is not None:
                    writing.result()
                writing = thread.submit(self._write, piece, text, file.write)
            if writing is not None:
                writing.result()
        text.detach()
        self._files += 1

    def write_text(self, stream: Stream, file: Any) -> None:
        """Write rows into what has a `write`; pandas knows how to write to others than files of text."""
        if isinstance(file, io.TextIOBase):
            self._write_text(self.pieces(stream), file)
        else:
            for piece in self._begun(_chunks_of_objects(stream.pandas(), self._chunk_rows)):
                self._write(piece, file, None)

    def text(self, stream: Stream) -> str:
        """The rows as one text."""
        while True:
            text = io.StringIO(newline="")
            try:
                self._write_text(self.pieces(stream, again=True), text)
                return text.getvalue()
            except UnknownChunks:
                continue
            except Replan as replan:
                stream.restart(replan)

    def _write_text(self, pieces: Iterable[Any], file: io.TextIOBase) -> None:
        for piece in self._begun(pieces):
            self._write(piece, file, lambda text: file.write(text.decode()))

    def _begun(self, pieces: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
        """Each piece, and what pandas is to be told of the header."""
        heading = self._options.get("header", True) if self._has_header() else False
        for piece in pieces:
            yield piece, heading
            heading = False

    def _write(self, piece: tuple[Any, Any], text: Any, write: Callable[[bytes], Any] | None) -> None:
        rows, heading = piece
        if not isinstance(rows, list):
            rows.to_csv(text, index=self._index, **{**self._options, "header": heading})
            if write is not None:
                text.flush()  # what comes next may go around it
            return
        assert write is not None
        for part in rows:
            write(part)


def _chunk_rows(width: int) -> int:
    """How many rows pandas formats together: it settles for each such chunk whether dates are written with their time."""
    csvs = importlib.import_module("pandas.io.formats.csvs")
    return int(getattr(csvs, "_DEFAULT_CHUNKSIZE_CELLS", 100_000)) // (width or 1) or 1


def _rechunked(
    pieces: Iterable[Any], rows: int, join: Callable[[list[Any]], Any], cut: Callable[[Any, int, int], Any]
) -> Iterator[Any]:
    """The same rows in pieces whose lengths, but the last one's, are multiples of `rows`; at least one piece."""
    waiting: list[Any] = []
    length, none_yet = 0, True
    for piece in pieces:
        waiting.append(piece)
        length += len(piece)
        if length >= rows:
            joined = join(waiting) if len(waiting) > 1 else piece
            whole = length // rows * rows
            yield cut(joined, 0, whole)
            none_yet = False
            waiting, length = [cut(joined, whole, length)], length - whole
    if length or none_yet:
        yield join(waiting) if len(waiting) > 1 else waiting[0]


def _chunks_of_objects(pieces: Iterable[Any], rows: int) -> Iterator[Any]:
    return _rechunked(pieces, rows, pd.concat, lambda piece, start, stop: piece.iloc[start:stop])


def _chunks_of_columns(pieces: Iterable[Columns], rows: int) -> Iterator[Columns]:
    return _rechunked(pieces, rows, concat_columns, lambda piece, start, stop: piece.rows(np.arange(start, stop)))
