"""The ways out for rows: pandas frames, Arrow batches, CSV and Parquet files; a partition at a time, in order.

Stream -- pandas() --> iter_partitions, to_csv, to_parquet
   |
   +---- pieces() --> iter_batches, __arrow_c_stream__, to_arrow
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any

import pandas as pd
import pyarrow as pa

from lazyframe.frame.arrow import arrow_schema, batches, check_parquet_options, write_parquet
from lazyframe.frame.base import Lazy
from lazyframe.frame.csvout import CsvRows, UnknownChunks
from lazyframe.frame.stream import Stream
from lazyframe.schema import Replan

if TYPE_CHECKING:
    from lazyframe.frame.target import Targets

BATCH_ROWS = 2**16
"""How many rows a record batch has at most."""


class OutputMethods(Lazy):
    """The ways out that a frame and a column share."""

    def iter_partitions(self, scheduler: Any = None, num_workers: int | None = None, *, verify: bool = True) -> Iterator[Any]:
        """The rows as pandas objects, one a partition, in order; put together they are what `compute` gives.

        A few partitions are in memory at one time: they are read as they are asked for.

        Parameters
        ----------
        scheduler, num_workers
            As in `compute`.
        verify : bool
            Read all that is needed once before the first rows go out, so that no later value can change a dtype after
            that. What was verified is remembered. Without it there is one pass, and such a value is an error.

        Yields
        ------
        pandas.DataFrame or pandas.Series

        Raises
        ------
        StreamContradictedError
            Only without `verify`: a later value does not fit the dtype of rows that have gone out.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> [len(part) for part in df[df.DepDelay > 60].iter_partitions(scheduler="sync")]
        [12]
        """
        return _guarded(lambda: Stream(self, scheduler, num_workers, verify), Stream.pandas)

    def to_csv(
        self,
        path_or_buf: Any = None,
        *,
        index: bool = True,
        columns: Any = None,
        scheduler: Any = None,
        num_workers: int | None = None,
        storage_options: Any = None,
        compression: Any = "infer",
        encoding: str | None = None,
        errors: str = "strict",
        overwrite: bool | None = None,
        single_file: bool | None = None,
        name_function: Callable[[int], str] | None = None,
        header_first_partition_only: bool | None = None,
        **options: Any,
    ) -> Any:
        """Write the rows as CSV, byte for byte what pandas writes.

        The tasks that read the rows make text of them, unless an option or a dtype asks for pandas' own writer.

        Parameters
        ----------
        path_or_buf : str, path or text file, optional
            One file; or one file a partition, for a path with a ``*`` in its name (a number takes its place), one that
            ends in ``/``, or a folder that is there. Files get their names when all is written; a link is followed, mode and
            owner of a file stay. Into an open text file, a named pipe or a device rows go as they come. None returns the text.
        index : bool
            Whether to write the index.
        columns : list, optional
            Which columns to write.
        scheduler, num_workers
            As in `compute`.
        storage_options : dict, optional
            For a URL: what fsspec's file system takes.
        compression : str, optional
            ``"gzip"``, ``"bz2"``, ``"xz"``, ``"zip"``, ``"zstd"`` or None; goes by the name of the file if not given.
        encoding, errors
            As in pandas.
        overwrite : bool, optional
            Whether what is there is replaced. Not given: one file is, as in pandas; of one file a partition it is an error if
            there are files of such names.
        mode : str
            ``"w"``; ``"x"`` where it is an error if the file is there; ``"a"`` to add the rows to one that may be there.
        single_file : bool, optional
            True for one file, and False for one file a partition, in the folder `path_or_buf`; not given, the path tells.
        name_function : callable, optional
            Of one file a partition what takes the place of the ``*``, by the number of the file, from 0.
        header_first_partition_only : bool, optional
            Whether of several files the first alone has the names of the columns.
        **options
            As in ``pandas.DataFrame.to_csv``: ``sep``, ``na_rep``, ``float_format``, ``header``, ``index_label``,
            ``quoting``, ``quotechar``, ``lineterminator``, ``chunksize``, ``date_format``, ``doublequote``,
            ``escapechar``, ``decimal``.

        Returns
        -------
        list of str, or str, or None
            The names of the files where there is one a partition; the text for ``path_or_buf=None``; None for one file.

        Raises
        ------
        FileExistsError
            One file a partition is wanted, and there are such files already, or another program is writing to that folder.
        FileNotFoundError
            One file is wanted, in a folder that does not exist.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> print(df[["Origin", "Distance"]].head(2).to_csv(index=False, scheduler="sync").rstrip())
        Origin,Distance
        EWR,1400
        LGA,1416
        """
        mode = options.pop("mode", "w")
        if mode not in ("w", "x", "a"):
            raise ValueError(f"mode={mode!r}: it can be 'w', 'x' for a new file, or 'a' to add to one that may be there.")
        if mode == "a":
            if path_or_buf is None or single_file is False or storage_options or compression not in ("infer", None):
                raise ValueError(
                    "to_csv(mode='a') adds to one file of plain text on this machine: give its path, and no compression."
                )
            given = {"index": index, "columns": columns, "scheduler": scheduler, "num_workers": num_workers, **options}
            with open(path_or_buf, "a", encoding=encoding, errors=errors, newline="") as file:
                return self.to_csv(file, **given)
        overwrite = False if mode == "x" else overwrite
        lazy: Any = self if columns is None else self[list(columns)]  # type: ignore[index]
        rows = CsvRows(lazy, index, options, encoding, errors)
        if path_or_buf is None:
            return rows.text(Stream(lazy, scheduler, num_workers, verify=False))
        if hasattr(path_or_buf, "write"):
            rows.write_text(Stream(lazy, scheduler, num_workers), path_or_buf)
            return None
        from lazyframe.frame.target import Targets  # only here: fsspec is slow to import, and most queries write no file

        path_or_buf = _told(path_or_buf, single_file)
        if single_file and name_function is not None:
            raise ValueError("to_csv(name_function=) gives several files their names, and single_file=True is for one.")
        if single_file and header_first_partition_only is False:
            raise ValueError("to_csv: one file has the names of the columns once, and not with each partition.")
        rows.headed = "first" if header_first_partition_only else "each"
        with Targets(path_or_buf, storage_options, compression, ".csv", overwrite, name_function) as targets:
            stream = Stream(lazy, scheduler, num_workers, verify=targets.streams)
            pieces = functools.partial(rows.pieces, each=targets.each, again=not targets.streams)
            return _write(stream, targets, lambda pieces, file, _: rows.write(pieces, file), pieces)


def _told(path: Any, single_file: bool | None) -> Any:
    """The path that says what `single_file` does."""
    given = os.fspath(path)
    several = "*" in os.path.basename(given) or given.endswith(("/", os.sep))
    if single_file and several:
        raise ValueError(f"to_csv(single_file=True): {given!r} is for one file a partition. Give the name of a file.")
    if single_file and os.path.isdir(given):
        raise IsADirectoryError(f"to_csv(single_file=True): {given!r} is a folder. Give the name of a file in it.")
    return os.path.join(given, "") if single_file is False and not several else path


class ArrowOutput(OutputMethods):
    """The ways out of a frame."""

    def iter_batches(
        self, batch_rows: int = BATCH_ROWS, scheduler: Any = None, num_workers: int | None = None, *, verify: bool = True
    ) -> Iterator[pa.RecordBatch]:
        """The rows as Arrow record batches of one schema, in order; a few partitions are in memory at one time.

        Row numbers are left out; the levels of a grouped result's index are the first columns. A missing value is null.

        Parameters
        ----------
        batch_rows : int
            How many rows a batch has at most.
        scheduler, num_workers
            As in `compute`.
        verify : bool
            As in `iter_partitions`.

        Yields
        ------
        pyarrow.RecordBatch

        Raises
        ------
        StreamContradictedError
            Only without `verify`: a later value does not fit the dtype of rows that have gone out.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> sum(batch.num_rows for batch in df.iter_batches(scheduler="sync"))
        60
        """
        if batch_rows < 1:
            raise ValueError(f"batch_rows={batch_rows}: a batch has at least one row.")
        return _guarded(lambda: Stream(self, scheduler, num_workers, verify), lambda stream: batches(stream, batch_rows))

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """The rows as a stream of Arrow's C interface, which DuckDB, Polars and pyarrow read in bounded memory.

        All rows are verified first, since the stream begins with its schema.
        """
        stream = Stream(self)
        reader = pa.RecordBatchReader.from_batches(arrow_schema(stream.schema), batches(stream, BATCH_ROWS))
        return reader.__arrow_c_stream__(requested_schema)

    def to_arrow(self, scheduler: Any = None, num_workers: int | None = None) -> pa.Table:
        """All rows as one Arrow table; the index as in `iter_batches`.

        Examples
        --------
        >>> import lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> df.groupby("Origin")[["Distance"]].max().to_arrow(scheduler="sync").to_pydict()
        {'Origin': ['EWR', 'JFK', 'LGA'], 'Distance': [2565, 2586, 1416]}
        """
        stream = Stream(self, scheduler, num_workers, verify=False)
        while True:
            try:
                return pa.Table.from_batches(batches(stream, BATCH_ROWS), arrow_schema(stream.schema))
            except Replan as replan:
                stream.restart(replan)

    def to_parquet(
        self,
        path: Any,
        *,
        engine: str = "auto",
        compression: str | None = "snappy",
        index: bool | None = None,
        partition_cols: None = None,
        scheduler: Any = None,
        num_workers: int | None = None,
        storage_options: Any = None,
        overwrite: bool | None = None,
        **options: Any,
    ) -> Any:
        """Write the rows as Parquet, to be read back as the frame that `compute` gives.

        Parameters
        ----------
        path : str or path
            One file; or one file a partition, for a path with a ``*`` in its name (a number takes its place), one that
            ends in ``/``, or a folder that is there. Files get their names when all is written; a link is followed, mode and
            owner of a file stay. Into a named pipe or a device rows go as they come.
        engine : str
            pyarrow, whatever ``"auto"`` means to pandas.
        compression : str, optional
            ``"snappy"``, ``"gzip"``, ``"brotli"``, ``"lz4"``, ``"zstd"``, or None.
        index : bool, optional
            Whether to write the index. Not given: rows numbered without a gap are described and not written.
        partition_cols : None
            Not offered.
        scheduler, num_workers
            As in `compute`.
        storage_options : dict, optional
            For a URL: what fsspec's file system takes.
        overwrite : bool, optional
            As in `to_csv`.
        **options
            As ``pyarrow.parquet.write_table`` takes them.

        Returns
        -------
        list of str, or None
            The names of the files where there is one a partition.

        Raises
        ------
        FileExistsError
            One file a partition is wanted, and there are such files already, or another program is writing to that folder.
        FileNotFoundError
            One file is wanted, in a folder that does not exist.

        Examples
        --------
        >>> import os, tempfile, pandas as pd, lazyframe as lf
        >>> df = lf.read_csv("data/sample/*.csv")
        >>> path = os.path.join(tempfile.mkdtemp(), "far.parquet")
        >>> df[df.Distance > 2500][["Origin", "Distance"]].to_parquet(path, scheduler="sync")
        >>> pd.read_parquet(path).Distance.max()
        np.int64(2586)
        """
        if engine not in ("auto", "pyarrow") or partition_cols:
            raise TypeError(
                "to_parquet: files are written by pyarrow, one in all or one a partition; other ways are not offered."
            )

        check_parquet_options(compression, options)

        def write(pieces: Iterable[pd.DataFrame], file: Any, stream: Stream) -> None:
            write_parquet(pieces, file, stream, index, compression, options)

        from lazyframe.frame.target import Targets  # only here: fsspec is slow to import, and most queries write no file

        with Targets(path, storage_options, None, ".parquet", overwrite) as targets:
            return _write(Stream(self, scheduler, num_workers, verify=targets.streams), targets, write)


def _guarded(made: Callable[[], Stream], pieces: Callable[[Stream], Iterator[Any]]) -> Iterator[Any]:
    """The pieces of a stream that begins when the first is asked for; a contradiction in the middle is the user's error."""
    stream = made()
    try:
        yield from pieces(stream)
    except Replan as replan:
        raise stream.contradicted(replan) from None


def _write(
    stream: Stream,
    targets: Targets,
    write: Callable[[Iterable[Any], Any, Stream], None],
    pieces: Callable[[Stream], Iterable[Any]] = Stream.pandas,
) -> list[str] | None:
    """Write all pieces, from the start again if the data contradict what was assumed; then give the files their names."""
    while True:
        try:
            if targets.each:
                for piece in pieces(stream):
                    with targets.next() as file:
                        write([piece], file, stream)
                return targets.finish()
            with targets.next() as file:
                write(pieces(stream), file, stream)
            targets.finish()
            return None
        except UnknownChunks:
            targets.discard()
        except Replan as replan:
            if targets.streams:
                raise stream.contradicted(replan) from None
            targets.discard()
            stream.restart(replan)
