"""`read_csv` with ``chunksize=`` or ``iterator=True``: pandas frames one after another, as pandas' own reader gives them."""

from __future__ import annotations

import numbers
from collections.abc import Iterator
from typing import Any

import pandas as pd
from pandas.io.parsers import TextFileReader

from lazyframe.csv.source.chunked import ChunkReader, ReadRows
from lazyframe.csv.source.source import CSVSource
from lazyframe.frame import wrap
from lazyframe.frame.convert import to_frame
from lazyframe.kernels.columns import Columns, concat_columns
from lazyframe.kernels.steps import apply
from lazyframe.plan import Plan, Scan, SetIndex


class Chunks:
    """Pandas frames of a number of rows each: what pandas reads of a file that has these rows alone.

    So each chunk has dtypes, dates and categories of its own, and what is in memory is one chunk.

    Parameters
    ----------
    source : CSVSource
        The files, of whose records nothing is known.
    chunksize : int, optional
        How many rows a chunk has; None for all that are left.

    Examples
    --------
    >>> import lazyframe as lf
    >>> with lf.read_csv("data/sample/*.csv", chunksize=25) as chunks:
    ...     [len(chunk) for chunk in chunks]
    [25, 25, 10]
    """

    def __init__(self, source: CSVSource, chunksize: int | None = None) -> None:
        if chunksize is not None:
            _check(chunksize, "chunksize")
        if source.spec.on_bad_lines.policy == "collect":
            raise ValueError(
                "on_bad_lines='collect': chunks are frames of pandas, which have no bad_lines. Leave out chunksize= and "
                "iterator=, or pass on_bad_lines='warn' or 'skip'."
            )
        self._source, self._chunksize = source, chunksize
        self._reader = ChunkReader(source)
        self._given = 0
        self._begun = self._closed = False

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return self

    def __next__(self) -> pd.DataFrame:
        return self.get_chunk()

    def __enter__(self) -> Chunks:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        size = "all rows at once" if self._chunksize is None else f"{self._chunksize:,} rows at a time"
        return f"<lf.Chunks of {self._source.describe()}; {size}>"

    def get_chunk(self, size: int | None = None) -> pd.DataFrame:
        """The next rows.

        Parameters
        ----------
        size : int, optional
            How many; None for the size of a chunk.

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        StopIteration
            There are no more. Where there is none at all, the first chunk is empty.
        """
        return self._next(self._chunksize if size is None else _check(size, "size"))

    def read(self, nrows: int | None = None) -> pd.DataFrame:
        """The next rows, as many as are asked for; None for all that are left.

        Parameters
        ----------
        nrows : int, optional
            How many.

        Returns
        -------
        pandas.DataFrame

        Raises
        ------
        StopIteration
            There are no more.
        """
        return self._next(None if nrows is None else _check(nrows, "nrows"))

    def _next(self, size: int | None) -> pd.DataFrame:
        if self._closed:
            raise ValueError("I/O operation on closed file: the chunks were closed, or ended in an error. Call read_csv again.")
        try:
            return self._rows(size)
        except StopIteration:
            raise
        except BaseException:
            self.close()
            raise

    def _rows(self, size: int | None) -> pd.DataFrame:
        rows = self._following(size)
        if rows is None and self._begun:
            raise StopIteration
        if rows is None:
            rows = self._lazy(self._source.sampled()[0]).compute()
        self._begun = True
        if self._source.index is None:
            rows.index = pd.RangeIndex(self._given, self._given + len(rows))
        self._given += len(rows)
        return rows

    def _following(self, size: int | None) -> pd.DataFrame | None:
        """The next rows; None where there are none."""
        if self._reader.is_at_end:
            return None
        if size is None:
            rows: pd.DataFrame = self._lazy(self._reader.rest()).compute()
            return rows if len(rows) else None
        chunk = self._reader.read(size)
        return _made(chunk) if chunk.reader.records else None

    @staticmethod
    def _lazy(source: CSVSource) -> Any:
        return wrap.frame(indexed(source))

    def close(self) -> None:
        """Let go of what is being read; to ask for more is an error."""
        self._reader.close()
        self._closed = True


def _made(chunk: ReadRows) -> pd.DataFrame:
    """The rows, as a query that reads them alone would give them."""
    fields, plan = chunk.source.schema.labelled(), indexed(chunk.source)
    columns = concat_columns(Columns.from_batch(batch, fields) for batch in chunk.batches)
    return to_frame(apply(plan.as_step(), columns) if isinstance(plan, SetIndex) else columns, plan)


def indexed(source: CSVSource) -> Plan:
    """The rows of a source, with the index that it says."""
    plan: Plan = Scan(source)
    if source.index is None:
        return plan
    return SetIndex(plan, source.index.columns, True, source.index.titles, source.numeric_levels)


TextFileReader.register(Chunks)  # what is written for pandas' reader may ask whether it has one


def _check(size: Any, name: str) -> int:
    if isinstance(size, bool) or not isinstance(size, numbers.Integral) or int(size) < 1:
        raise ValueError(f"{name}={size!r}: pass how many rows a chunk has, a whole number of at least 1.")
    return int(size)
