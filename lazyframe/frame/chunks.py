"""`read_csv` with ``chunksize=`` or ``iterator=True``: pandas frames one after another, as pandas' own reader gives them."""

from __future__ import annotations

import numbers
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd
from pandas.io.parsers import TextFileReader

from lazyframe.plan import scans

if TYPE_CHECKING:
    from lazyframe.frame.dataframe import DataFrame


class Chunks:
    """Pandas frames of a number of rows each; put together they are what `DataFrame.compute` gives.

    The dtypes are those of the whole input, where pandas finds out those of each chunk. To have them, all of it is
    looked at once before the first chunk. A few partitions are in memory at one time.

    Parameters
    ----------
    frame : DataFrame
        The lazy frame.
    chunksize : int, optional
        How many rows a chunk has; None for all that are left.

    Examples
    --------
    >>> import lazyframe as lf
    >>> with lf.read_csv("data/sample/*.csv", chunksize=25) as chunks:
    ...     [len(chunk) for chunk in chunks]
    [25, 25, 10]
    """

    def __init__(self, frame: DataFrame, chunksize: int | None = None) -> None:
        if chunksize is not None:
            _check(chunksize, "chunksize")
        self._frame, self._chunksize = frame, chunksize
        self._parts: Iterator[pd.DataFrame] | None = None
        self._rest: list[pd.DataFrame] = []
        self._given = self._closed = False

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
        return f"<lf.Chunks of {scans(self._frame._plan)[0].source.describe()}; {size}>"

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
        if self._parts is None:
            self._parts = self._frame.iter_partitions()
        while size is None or sum(map(len, self._rest)) < size:
            part = next(self._parts, None)
            if part is None:
                break
            if len(part):
                self._rest.append(part)
        if not self._rest:
            if self._given:
                raise StopIteration
            self._rest = [self._frame.compute()]
        rows = self._rest[0] if len(self._rest) == 1 else pd.concat(self._rest)
        self._given = True
        self._rest = [] if size is None or len(rows) <= size else [rows.iloc[size:]]
        return rows.iloc[:size]

    def close(self) -> None:
        """Let go of what is being read; to ask for more is an error."""
        close: Any = getattr(self._parts, "close", None)
        if close is not None:
            close()
        self._parts, self._rest, self._closed = None, [], True


TextFileReader.register(Chunks)  # what is written for pandas' reader may ask whether it has one


def _check(size: Any, name: str) -> int:
    if isinstance(size, bool) or not isinstance(size, numbers.Integral) or int(size) < 1:
        raise ValueError(f"{name}={size!r}: pass how many rows a chunk has, a whole number of at least 1.")
    return int(size)
