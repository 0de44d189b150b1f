"""Where frames begin: `read_csv` and its kin, the one place where the face meets the CSV source.

See docs/decisions/0025-indexes-are-set-over-the-scan.md.
"""

from __future__ import annotations

import functools
import os
from typing import Any, Literal, overload

from lazyframe.csv.errors import SlowEngineWarning
from lazyframe.csv.source.source import CSVSource
from lazyframe.csv.text.fixed import Fixed
from lazyframe.frame.chunks import Chunks, indexed
from lazyframe.frame.dataframe import DataFrame
from lazyframe.native import library
from lazyframe.notices import warn


@overload
def read_csv(
    urlpath: Any, *, blocksize: int | str | None = ..., chunksize: None = ..., iterator: Literal[False] = ..., **kwargs: Any
) -> DataFrame: ...


@overload
def read_csv(
    urlpath: Any, *, blocksize: int | str | None = ..., chunksize: int | None = ..., iterator: bool = ..., **kwargs: Any
) -> DataFrame | Chunks: ...


def read_csv(
    urlpath: Any,
    *,
    blocksize: int | str | None = None,
    chunksize: int | None = None,
    iterator: bool = False,
    **kwargs: Any,
) -> DataFrame | Chunks:
    """Open CSV files as one lazy frame.

    The records of the files follow one another as if they stood in one file, columns matched by name, and the frame
    is what ``pandas.read_csv`` would give for that file. Only headers and a sample are read now.

    Parameters
    ----------
    urlpath : str, path, object with ``read``, or list of these
        A file, a glob like ``"data/*.csv"``, any URL that fsspec knows, or a list of these. The files of a glob are
        taken in natural order, ``f2`` before ``f10``; whatever else it matches is an error. Text or bytes in memory
        (``io.StringIO``, ``io.BytesIO``) and open files are read now, from where they stand, and kept in memory as one
        partition: pass the path of what is large.
    blocksize : int or str, optional
        The size in bytes of a partition, ``"64MiB"`` for example. The answer never depends on it. Default: the
        setting ``blocksize``.
    chunksize : int, optional
        Give an iterator of pandas frames of so many rows each, as pandas does, instead of a lazy frame; each has
        dtypes of its own.
    iterator : bool, default False
        Give such an iterator, to ask with ``get_chunk`` for as many rows as are wanted.
    **kwargs
        Arguments of ``pandas.read_csv``: nearly all of them. The table ``csv/options/ARGUMENTS.md`` in the folder of the
        installed package, ``lazyframe.__path__[0]``, lists them, and what reads each. Those that pandas does
        not have, or has in another form:

        parse_dates : list or dict
            Columns to read as dates. A dict or nested list joins columns: ``{"Date": [0, 1, 2]}`` or
            ``{"Date": ["Year", "Month", "Day"]}``.
        converters : dict
            Functions from the text of a field to its value, by column. A function is called once for each different text
            of a block, in any order, and gives values of one kind (int, float, bool, str, datetime), or None.
        on_bad_lines : {"error", "warn", "skip", "collect"} or callable
            What becomes of a line with too many fields: an error that names it, a warning for all of them, nothing, or a
            row of the lazy frame ``df.bad_lines``. A function is given the list of fields, and returns the list to read
            in its place, or None to leave the line out.
        compression : str, dict or None
            ``"infer"``, by the names of the files; or ``"gzip"``, ``"bz2"``, ``"xz"``, ``"zstd"``, ``"zip"``, ``"tar"``, or
            None. A compressed file is one partition, and is unpacked as it is read.
        storage_options : dict
            For URLs: passed to fsspec.
        on_dtype_change : {"promote", "error"}
            What becomes of a column that holds something which the sample did not foretell: it is read with a wider
            dtype, with one warning, or it is an error.
        schema : {"union", "first", "strict"}
            Which columns there are where headers differ: those of all files, with one notice; those of the first file; or
            an error.
        include_path_column : bool or str
            Add a last column of categories that says which file a record is of, called ``path``, or as is said here.
        sample : int or str
            How many bytes are looked at, in each of some places, to guess the dtypes.
        assume_missing : bool
            Read columns of integers as float64.

    Returns
    -------
    DataFrame or Chunks
        Chunks only with `chunksize` or `iterator`.

    Raises
    ------
    FileNotFoundError
        No file matches.
    CSVError
        A file cannot be read as CSV; the message says where, and which argument helps. It is also the error that pandas
        raises: ``pandas.errors.ParserError``, ``UnicodeDecodeError``, ``OverflowError``, ...
    TypeError, ValueError
        An argument that does not exist, with the nearest that do; that is not offered, with what to do instead; or with a
        value that pandas refuses.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv", parse_dates={"Date": [0, 1, 2]}, dtype={"Cancelled": bool})
    >>> df[~df.Cancelled].groupby("Origin").DepDelay.mean().max()
    lf.Scalar<max of mean of DepDelay, dtype=float64>
    """
    return _opened(urlpath, blocksize, chunksize, iterator, kwargs)


def read_table(
    urlpath: Any,
    *,
    blocksize: int | str | None = None,
    chunksize: int | None = None,
    iterator: bool = False,
    **kwargs: Any,
) -> DataFrame | Chunks:
    r"""Open files whose fields are separated by tabs: `read_csv` with ``sep="\t"``, as in pandas.

    Parameters
    ----------
    urlpath, blocksize, chunksize, iterator, **kwargs
        As in `read_csv`; ``sep`` or ``delimiter`` if it is something else.

    Returns
    -------
    DataFrame or Chunks

    Examples
    --------
    >>> import io, lazyframe as lf
    >>> lf.read_table(io.StringIO("a\tb\n1\tx\n")).compute(scheduler="sync")
       a  b
    0  1  x
    """
    if not {"sep", "delimiter"} & set(kwargs) and kwargs.get("dialect") is None:
        kwargs["sep"] = "\t"
    return _opened(urlpath, blocksize, chunksize, iterator, kwargs)


def read_fwf(
    urlpath: Any,
    *,
    colspecs: Any = "infer",
    widths: Any = None,
    infer_nrows: float = 100,
    blocksize: int | str | None = None,
    chunksize: int | None = None,
    iterator: bool = False,
    **kwargs: Any,
) -> DataFrame | Chunks:
    r"""Open files whose fields stand at fixed places of a line, as one lazy frame.

    Fields are cut out as the lines are read, in bounded memory; a file is one partition.

    Parameters
    ----------
    urlpath : str, path, object with ``read``, or list of these
        As in `read_csv`.
    colspecs : list of (int, int) or "infer"
        From where to where each field goes, the first character being 0 and the end not counted. They are found out from the
        first lines of each file if nothing is said.
    widths : list of int, optional
        How wide the fields are, in the place of `colspecs`, where none has a gap before it.
    infer_nrows : int
        From how many lines the fields are found out.
    blocksize, chunksize, iterator
        As in `read_csv`.
    **kwargs
        As in `read_csv`. ``delimiter`` has the characters that fill a field: blanks and tabs if nothing is said. Quotes have no
        meaning.

    Returns
    -------
    DataFrame or Chunks

    Raises
    ------
    ValueError, TypeError
        Places that are none; what `read_csv` raises.

    Examples
    --------
    >>> import io, lazyframe as lf
    >>> lf.read_fwf(io.StringIO("id  name\n 1  Ada\n22  Bob\n")).compute(scheduler="sync")
       id name
    0   1  Ada
    1  22  Bob
    """
    if kwargs.get("sep") is not None:
        raise TypeError("read_fwf has no separator: pass colspecs= or widths=, and as delimiter= what fills the fields.")
    asked = (kwargs.get(name) for name in ("names", "index_col", "usecols"))
    fixed = Fixed.of(colspecs, widths, infer_nrows, kwargs.pop("delimiter", None), *asked)
    return _opened(urlpath, blocksize, chunksize, iterator, kwargs, fixed)


def _opened(
    urlpath: Any,
    blocksize: int | str | None,
    chunksize: int | None,
    iterator: bool,
    kwargs: dict[str, Any],
    fixed: Fixed | None = None,
) -> DataFrame | Chunks:
    _warn_of_a_slow_engine()
    how = {"fixed": fixed, "blocksize": blocksize, "chunksize": chunksize, "iterator": iterator, **kwargs}
    if iterator or chunksize is not None:
        return Chunks(CSVSource.unread(urlpath, **how), chunksize)
    source = CSVSource.open(urlpath, **how)
    return DataFrame(indexed(source))


@functools.cache  # once a process, unless warnings are errors
def _warn_of_a_slow_engine() -> None:
    if os.environ.get("LAZYFRAME_ENGINE", "auto") == "auto" and not library.is_available():
        warn(
            f"there is no native engine, since {library.why_missing()}. So pyarrow reads the CSV files: the answers are the "
            f"same, and take several times as long. {library.remedy()} LAZYFRAME_ENGINE=arrow says that this is meant.",
            SlowEngineWarning,
        )
