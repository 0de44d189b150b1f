"""Opening: from what the user wrote to files with headers, columns of which nothing is known yet, and partitions."""

from __future__ import annotations

import functools
import numbers
import os
from collections.abc import Hashable
from dataclasses import replace
from typing import Any

import pandas as pd

from lazyframe import config
from lazyframe.csv.options.arguments import DIALECT, as_pandas, check_arguments
from lazyframe.csv.options.bad_lines import BadLines
from lazyframe.csv.options.dialect import Dialect, choose
from lazyframe.csv.options.fields import FieldArguments, IndexSpec
from lazyframe.csv.options.levels import check as check_levels
from lazyframe.csv.options.levels import is_listed as levels_are_listed
from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff import separators
from lazyframe.csv.sniff.columns import ColumnSpec, asked_columns, described, path_column
from lazyframe.csv.sniff.headers import read as read_headers
from lazyframe.csv.text.find import find
from lazyframe.csv.text.fixed import Fixed
from lazyframe.csv.text.partitions import FilePartition, Range, partitions_of
from lazyframe.csv.text.storage import File, measured, name_of
from lazyframe.csv.types import infer
from lazyframe.frozen import frozen
from lazyframe.schema import Field, Labels, Schema
from lazyframe.shown import shown
from lazyframe.tree import token


@frozen
class Opening:
    """What is taken to be so when the headers were read.

    Parameters
    ----------
    spec : ScanSpec
        The files and how they are written; its columns know no kinds of text.
    names : tuple
        Every column of the files.
    partitions : tuple of FilePartition
        What the tasks read.
    index : IndexSpec or None
        Which of the columns are to be the index.
    labels : Labels
        What the index of the columns has beside their names.
    assume_missing, promotes : bool
        Whether whole numbers are taken to be missing somewhere; whether a dtype may change.
    shown_path : str
        The path as the user wrote it, for people.
    """

    spec: ScanSpec
    names: tuple[Hashable, ...]
    partitions: tuple[FilePartition, ...]
    index: IndexSpec | None
    labels: Labels
    assume_missing: bool
    promotes: bool
    shown_path: str

    @property
    def files(self) -> tuple[File, ...]:
        """The files, in order."""
        return self.spec.files

    @property
    def columns(self) -> tuple[ColumnSpec, ...]:
        """The columns of the frame, in order."""
        return self.spec.columns

    @property
    def numeric_levels(self) -> tuple[Hashable, ...]:
        """The levels of the index whose booleans are numbers where some are missing: those that were not asked for as dates."""
        by_name = {column.name: column for column in self.columns}
        inferred = () if self.index is None else self.index.inferred
        return tuple(name for name in inferred if by_name[name].dates is None and not by_name[name].undated)

    @functools.cached_property
    def schema(self) -> Schema:
        """The columns and their dtypes."""
        return Schema(tuple(Field(column.name, column.dtype) for column in self.columns), (), self.labels)

    @functools.cached_property
    def token(self) -> str:
        """A content hash: of the files as they were, how they are read, and how they are cut."""
        files = tuple((f.path, f.size, f.version, f.start, f.compression) for f in self.files)
        names = tuple(dict.fromkeys(f.names for f in self.files))
        same = tuple(map({n: i for i, n in enumerate(names)}.__getitem__, (f.names for f in self.files)))
        kinds: dict[Any, int] = {}  # most columns of a wide file are alike: what they are is written once
        alike = [kinds.setdefault(column.kind, len(kinds)) for column in self.columns]
        columns = repr(([column.label for column in self.columns], alike, tuple(map(described, kinds))))
        labels = repr(self.labels)
        ranges = tuple((r.file, r.start, r.stop, r.exact) for p in self.partitions for r in (*p.ranges, Range(-1, 0, 0)))
        return token(
            (
                repr(files),
                names,
                repr(same),
                repr(self.spec.dialect),
                columns,
                labels,
                repr(ranges),
                self.spec.nrows,
                self.spec.on_bad_lines.token,
            )
        )

    def parsed(self, columns: tuple[str, ...]) -> tuple[int, int]:
        """How many columns of the files are parsed to read these, and how many the files have."""
        parts: set[str] = set()
        for label in columns:
            column = self.spec.by_label.get(label)
            if column is not None and not column.is_path:
                parts.update({column.label} if column.dates is None else map(str, column.dates.parts))
        return len(parts), len(self.names)

    def unsure(self, columns: tuple[str, ...]) -> int:
        """How many bytes must be read to be sure of the dtypes of these columns; 0 where they cannot change.

        Only what the user gave cannot, and text, which holds anything.
        """
        asked = (self.spec.by_label[label] for label in columns if label in self.spec.by_label)
        if all(column.given is not None or infer.is_settled_text(column.seen) for column in asked):
            return 0
        return sum(file.size for file in self.files)

    def describe(self) -> str:
        """One line for people: the path, how many files, how large."""
        count = len(self.files)
        size = sum(file.size for file in self.files)
        return f"{shown(self.shown_path)}: {count} file{'s' if count > 1 else ''}, {_megabytes(size) if size else 'size unknown'}"


def opened(urlpath: Any, *, fixed: Fixed | None = None, **arguments: Any) -> Opening:
    r"""Find the files, read their headers, and lay out the partitions.

    Parameters
    ----------
    urlpath : str, os.PathLike, object with ``read``, or list of them
        A file, a pattern, a URL that fsspec knows, or what is open or in memory: that is read now, and kept.
    fixed : Fixed, optional
        Where the fields of a line stand, for ``read_fwf``.
    **arguments
        Of ``pandas.read_csv``, as `arguments.ARGUMENTS` lists them; and:
    blocksize : int or str, optional
        How many bytes of a file a partition has; ``"32MiB"``.
    schema : str, optional
        Which columns there are where the headers differ: ``"union"``, those of all files; ``"first"``, those of the first
        file; ``"strict"``, an error.
    include_path_column : bool or str, optional
        Add a last column that says which file a record is of: of categories, the paths of all files. It is called
        ``path``, or as is said here.
    compression : str, dict or None
        ``"infer"`` (by the names of the files), ``"gzip"``, ``"bz2"``, ``"xz"``, ``"zstd"``, ``"zip"``, ``"tar"``, or None. A
        compressed file is one partition.
    storage_options : dict, optional
        For a URL: what fsspec's file system takes.
    sample : int or str, optional
        How many bytes are looked at, in each of some places, to guess the dtypes.
    assume_missing : bool, optional
        Read every column of integers as float64.
    on_dtype_change : {"promote", "error"}, optional
        What to do when a column holds something that the sample did not foretell.

    Returns
    -------
    Opening

    Raises
    ------
    NoFilesError
        No file matches.
    CSVError, ValueError, TypeError
        A file, or an argument, that cannot be read so.

    Examples
    --------
    >>> import os, tempfile
    >>> path = os.path.join(tempfile.mkdtemp(), "a.csv")
    >>> with open(path, "w") as file:
    ...     _ = file.write("x,y\n1,a\n2,b\n")
    >>> opened(path).names
    ('x', 'y')
    """
    arguments = {name: value for name, value in arguments.items() if value is not pd.api.extensions.no_default}
    check_arguments(arguments)
    return as_pandas(arguments, lambda: _opened(urlpath, dict(arguments), fixed))


def _opened(urlpath: Any, arguments: dict[str, Any], fixed: Fixed | None) -> Opening:
    usecols = arguments.get("usecols")
    nrows = _nrows(arguments.get("nrows"))
    how = arguments.get("encoding"), arguments.get("encoding_errors")
    found = find(urlpath, arguments.get("storage_options"), arguments.get("compression", "infer"), *how)
    finding = separators.is_asked(arguments)
    if finding:
        arguments["sep"] = separators.separator(found, arguments)
    if levels_are_listed(arguments.get("header")):
        check_levels(arguments["header"], arguments.get("names"), usecols, arguments.get("index_col"))
    said = {n: value for n, value in arguments.items() if n in DIALECT} | {"nrows": nrows, "fixed": fixed}
    dialect = Dialect.of(**said)
    dialect = replace(dialect, keeps_mark=True) if finding and separators.keeps_mark(arguments) else dialect
    blocksize = arguments.get("blocksize")
    blocksize = config.get("blocksize") if blocksize is None else config.parse_bytes(blocksize)
    sample_bytes = config.parse_bytes(arguments.get("sample") or 2**16)

    policy = BadLines.of(arguments.get("on_bad_lines", "error"))
    if dialect.rewriting is not None:
        found = [file.with_rewriting(dialect.rewriting) for file in found]
    if fixed is not None:
        found = [measured(file) for file in found]
    header_only = nrows == 0 and bool(arguments.get("low_memory")) and not dialect.by_python
    fields = FieldArguments(usecols, arguments.get("index_col"), header_only=header_only)
    headers = read_headers(found, dialect, arguments.get("schema", "union"), fields)
    if headers.is_narrow:  # pandas takes index_col for that of the fields without names, which it has not seen
        arguments["index_col"] = None
    files, levels = headers.files, headers.levels
    chosen = headers.names if fields.chooses_all(headers.names) else choose(usecols, headers.names)
    headers.warn_of_drift(chosen)
    nrows = nrows if chosen or levels else 0  # pandas has no rows where it reads no column
    names, chosen = (*levels, *headers.names), (*levels, *chosen)
    columns, index = asked_columns(
        *(arguments, dialect.missing, names, chosen, levels, headers.unnamed, headers.repeated, headers.index),
        by_python=dialect.by_python,
    )
    columns += path_column(arguments.get("include_path_column"), files, names, len(dialect.levels))
    only_index = len(columns) == (0 if index is None else len(index.columns))
    return Opening(
        ScanSpec(tuple(files), dialect, columns, policy, nrows, sample_bytes),
        names,
        partitions_of(files, blocksize, nrows),
        index,
        Labels((), "object") if only_index else headers.labels,
        bool(arguments.get("assume_missing")),
        _promotes(arguments.get("on_dtype_change", "promote")),
        _shown_path(urlpath),
    )


def _nrows(nrows: Any) -> int | None:
    if nrows is None:
        return None
    whole = isinstance(nrows, numbers.Integral) or (isinstance(nrows, float) and nrows.is_integer())
    if isinstance(nrows, bool) or not whole or nrows < 0:
        raise ValueError(f"nrows={nrows!r}: pass how many records to read, a whole number.")
    return int(nrows)


def _shown_path(urlpath: Any) -> str:
    if isinstance(urlpath, (list, tuple)):
        return f"{_shown_path(urlpath[0])}, ..." if len(urlpath) > 1 else _shown_path(urlpath[0])
    is_path = isinstance(urlpath, (str, os.PathLike)) or not hasattr(urlpath, "read")
    return str(urlpath) if is_path else name_of(urlpath)


def _promotes(on_dtype_change: Any) -> bool:
    if on_dtype_change not in ("promote", "error"):
        raise ValueError(f"on_dtype_change={on_dtype_change!r}: pass 'promote' or 'error'.")
    return bool(on_dtype_change == "promote")


def _megabytes(count: int) -> str:
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} bytes"
