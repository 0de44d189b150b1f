"""The source: the files of an input, their columns, and the partitions; immutable, picklable, with a token.

    read_csv -> CSVSource.open -> headers, sample -> schema, partitions
                      ^                                   |
                  revised <- Replan <- Reader <- read

A source is what is *taken* to be so. A `Reader` that finds otherwise raises a `Replan`, and `replanned` makes
the source in which that is known. The old source remembers the newer one (`latest`), so that the next query that
starts from it does not run into the same contradiction.
"""

from __future__ import annotations

import functools
import numbers
import os
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

import pandas as pd
import pyarrow as pa

from lazyframe import config
from lazyframe.csv.engines.layout import Layout, places_of
from lazyframe.csv.errors import DtypePromotionWarning
from lazyframe.csv.options import bad_lines
from lazyframe.csv.options.arguments import DIALECT, as_pandas, check_arguments
from lazyframe.csv.options.bad_lines import ERRORS, BadLines
from lazyframe.csv.options.dialect import PLAIN_FORMS, Dialect, choose
from lazyframe.csv.options.fields import Asked, Index
from lazyframe.csv.options.levels import check as check_levels
from lazyframe.csv.options.levels import is_listed as levels_are_listed
from lazyframe.csv.scan import origin
from lazyframe.csv.scan import reader as scan
from lazyframe.csv.scan.reader import Reader
from lazyframe.csv.scan.rejected import RejectedSource
from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff import sample
from lazyframe.csv.sniff import separators as sniff
from lazyframe.csv.sniff.columns import Column, asked_columns, path_column, refuse_promotion, travels_as, warn_of_promotion
from lazyframe.csv.sniff.findings import Change, Extent, OpenCategories, WrongKind, WrongSplit
from lazyframe.csv.sniff.headers import read as read_headers
from lazyframe.csv.sniff.sample import Piece
from lazyframe.csv.text import lines
from lazyframe.csv.text.files import OpenFile, record_starts
from lazyframe.csv.text.find import find
from lazyframe.csv.text.fixed import Fixed
from lazyframe.csv.text.partitions import Partition, Range, partitions_of
from lazyframe.csv.text.storage import File, measured, name_of
from lazyframe.csv.types import dates, extensions, infer
from lazyframe.csv.types.infer import TextKinds
from lazyframe.notices import warn
from lazyframe.schema import PLAIN_LABELS, Field, Labels, Replan, Schema, dtype_named
from lazyframe.shown import in_quotes
from lazyframe.tree import token


@dataclass(frozen=True)
class CSVSource:
    """Some CSV files, read as one table.

    Made by `open`; see there.

    Attributes
    ----------
    files : tuple of File
        The files, in order.
    dialect : Dialect
        How they are written.
    columns : tuple of Column
        The columns of the frame, in order.
    names : tuple
        Every column of the files.
    partitions : tuple of Partition
        What the tasks read.
    index : Index, optional
        Which of the columns are to be the index.
    labels : Labels
        What the index of the columns has beside their names.
    """

    files: tuple[File, ...]
    dialect: Dialect
    columns: tuple[Column, ...]
    names: tuple[Hashable, ...]
    partitions: tuple[Partition, ...]
    nrows: int | None = None
    sample_bytes: int = 2**16
    assume_missing: bool = False
    on_bad_lines: BadLines = ERRORS
    promote: bool = True
    shown_path: str = ""
    certain: Mapping[str, TextKinds] = field(default_factory=dict)
    learnt: Mapping[str, Change] = field(default_factory=dict)
    index: Index | None = None
    labels: Labels = PLAIN_LABELS
    _newer: list[CSVSource] = field(default_factory=list, repr=False, compare=False)

    is_counted: ClassVar[bool] = True
    inputs: ClassVar[tuple[Any, ...]] = ()

    @classmethod
    def open(cls, urlpath: Any, *, fixed: Fixed | None = None, **arguments: Any) -> CSVSource:
        r"""Find the files, read their headers and a sample, and lay out the partitions.

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
        CSVSource

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
        >>> source = CSVSource.open(path)
        >>> [(field.name, field.dtype.name) for field in source.schema]
        [('x', 'int64'), ('y', 'str')]
        """
        arguments = {name: value for name, value in arguments.items() if value is not pd.api.extensions.no_default}
        check_arguments(arguments)
        return as_pandas(arguments, lambda: cls._opened(urlpath, dict(arguments), fixed))

    @classmethod
    def _opened(cls, urlpath: Any, arguments: dict[str, Any], fixed: Fixed | None) -> CSVSource:
        usecols = arguments.get("usecols")
        nrows = _nrows(arguments.get("nrows"))
        how = arguments.get("encoding"), arguments.get("encoding_errors")
        found = find(urlpath, arguments.get("storage_options"), arguments.get("compression", "infer"), *how)
        finding = sniff.is_asked(arguments)
        if finding:
            arguments["sep"] = sniff.separator(found, arguments)
        if levels_are_listed(arguments.get("header")):
            check_levels(arguments["header"], arguments.get("names"), usecols, arguments.get("index_col"))
        said = {n: value for n, value in arguments.items() if n in DIALECT} | {"nrows": nrows, "fixed": fixed}
        dialect = Dialect.of(**said)
        dialect = replace(dialect, keeps_mark=True) if finding and sniff.keeps_mark(arguments) else dialect
        blocksize = arguments.get("blocksize")
        blocksize = config.get("blocksize") if blocksize is None else config.parse_bytes(blocksize)
        sample_bytes = config.parse_bytes(arguments.get("sample") or 2**16)

        policy = BadLines.of(arguments.get("on_bad_lines", "error"))
        if dialect.rewriting is not None:
            found = [file.with_rewriting(dialect.rewriting) for file in found]
        if fixed is not None:
            found = [measured(file) for file in found]
        fields = Asked(usecols, arguments.get("index_col"))
        headers = read_headers(found, dialect, arguments.get("schema", "union"), fields)
        files, levels = headers.files, headers.levels
        chosen = headers.names if fields.chooses_all(headers.names) else choose(usecols, headers.names)
        headers.warn_of_drift(chosen)
        nrows = nrows if chosen or levels else 0  # pandas has no rows where it reads no column
        names, chosen = (*levels, *headers.names), (*levels, *chosen)
        columns, index = asked_columns(
            *(arguments, dialect.missing, names, chosen, levels, headers.unnamed, headers.repeated, headers.index),
            by_python=dialect.rewriting is not None and dialect.rewriting.by_python,
        )
        columns += path_column(arguments.get("include_path_column"), files, names, len(dialect.levels))
        source = cls(
            tuple(files),
            dialect,
            columns,
            names,
            partitions_of(files, blocksize, nrows),
            nrows,
            sample_bytes,
            bool(arguments.get("assume_missing")),
            policy,
            _promotes(arguments.get("on_dtype_change", "promote")),
            _shown_path(urlpath),
            index=index,
            labels=Labels((), "object") if len(columns) == (0 if index is None else len(index.columns)) else headers.labels,
        )
        return source._sampled()

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
        columns = (repr([column.label for column in self.columns]), repr(alike), tuple(map(_described, kinds)))
        labels = repr(self.labels)
        ranges = tuple((r.file, r.start, r.stop, r.exact) for p in self.partitions for r in (*p.ranges, Range(-1, 0, 0)))
        return token(
            (
                repr(files),
                names,
                repr(same),
                repr(self.dialect),
                columns,
                labels,
                repr(ranges),
                self.nrows,
                self.on_bad_lines.token,
            )
        )

    @functools.cached_property
    def sample(self) -> pa.RecordBatch:
        """The first rows, at most 60, of all columns."""
        few = sample.FIRST if self.nrows is None else min(self.nrows, sample.FIRST)
        everything = partitions_of(self.files, 1, few)
        labels = tuple(column.label for column in self.columns)
        # What are categories is known of all the rows only: these few have their own.
        columns = tuple(replace(c, given=dtype_named("str"), coded=False) if c.dtype.is_open else c for c in self.columns)
        batches = list(Reader(self._spec(columns, few), everything[0], labels))
        schema = pa.schema([(c.label, travels_as(c)) for c in columns])
        of_dates = {c.label for c in columns if c.dtype.kind == "M"}
        batches = [_with_plain_dates(batch, of_dates) for batch in batches]
        if not batches:
            return pa.RecordBatch.from_pylist([], schema)
        batch = pa.Table.from_batches(batches, schema).combine_chunks().to_batches()[0]
        for place, column in enumerate(self.columns):
            if column.dtype.is_open:
                batch = batch.set_column(place, column.label, self._categorized(column, batch.column(place)))
        return batch

    def _categorized(self, column: Column, texts: pa.Array) -> pa.Array:
        forms = self.dialect.forms
        dtype, codes = extensions.categories_of(texts.drop_null().unique().to_pylist(), column.dtype, forms)
        return extensions.categorized(texts, dtype, forms, codes)

    @functools.cached_property
    def spec(self) -> ScanSpec:
        """What is read, and how."""
        return self._spec(self.columns, self.nrows)

    def _spec(self, columns: tuple[Column, ...], nrows: int | None) -> ScanSpec:
        """The spec of a scan for these columns, whatever the source has."""
        return ScanSpec(self.token, self.files, self.dialect, columns, self.on_bad_lines, nrows, self.sample_bytes)

    def column(self, label: str) -> Column:
        """The column that is called so in batches."""
        return self.spec.column(label)

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
        return f"{self.shown_path}: {count} file{'s' if count > 1 else ''}, {_megabytes(size) if size else 'size unknown'}"

    def read(self, partition: Partition, columns: tuple[str, ...], predicate: Any = None) -> Reader:
        """A reader of one partition.

        Parameters
        ----------
        partition : Partition
            One of `partitions`.
        columns : tuple of str
            What to read, in order; without any, batches have only a length. `lazyframe.schema.ROW` is the record's number in
            the partition.
        predicate : callable with ``columns``, optional
            Rows of a batch for which it is false are left out.

        Returns
        -------
        Reader
        """
        return Reader(self.spec, partition, tuple(columns), predicate)

    def why_text(self, label: str) -> str:
        """Why a column is one of text, for people; empty where there is nothing to say."""
        return origin.why_text(self.spec, label, self.learnt.get(label), self._starts)

    @property
    def bad_lines(self) -> RejectedSource:
        """The lines that are no records, with their places.

        Raises
        ------
        ValueError
            They are not collected.
        """
        if self.on_bad_lines.policy != "collect":
            raise ValueError('bad_lines are there where read_csv was told to collect them: on_bad_lines="collect".')
        return RejectedSource(self)

    @property
    def notices(self) -> Callable[[Extent], tuple[Warning, ...]] | None:
        """What to warn of after an extent was read; None where nothing ever has to be warned of."""
        return self._notices if self.on_bad_lines.policy in ("warn", "mend") else None

    def _notices(self, extent: Extent) -> tuple[Warning, ...]:
        tally = extent.tally
        if not tally.count:
            return ()
        places = []
        for number, offset, reason in tally.first:
            with OpenFile(self.files[number]) as opened:
                places.append(f"{self.files[number].path}:{lines.number(opened, offset)} ({reason})")
        more = tally.count - len(places)
        return (bad_lines.notice(self.on_bad_lines, tally.count, places + ([f"and {more:,} more"] if more else [])),)

    @property
    def _starts(self) -> list[tuple[int, int]]:
        """Where the partitions begin: the number of the file, and the offset."""
        return [(part.file, part.start) for partition in self.partitions for part in partition.ranges]

    def latest(self) -> CSVSource:
        """The newest source that was made from this one by `replanned`, in this process."""
        source = self
        while source._newer:
            source = source._newer[-1]
        return source

    def replanned(self, finding: WrongSplit | WrongKind | OpenCategories) -> CSVSource:
        """The source in which a finding is known; one warning for each column whose dtype changes.

        Parameters
        ----------
        finding : object
            What the `Replan` of a reader of this source carries.
        """
        old = self.latest()
        match finding:
            case WrongSplit(file):
                new = old._split(file)
            case OpenCategories(labels):
                new = old._with_categories(labels)
            case _:
                new = old._learnt(finding)
        if new.token == old.token:
            return old
        if isinstance(finding, WrongKind):
            for change in finding.changes:
                tell = warn_of_promotion if self.promote else refuse_promotion
                tell(change, old.column(change.column), new.column(change.column))
        old._newer.append(new)
        return new

    def __getstate__(self) -> dict[str, Any]:
        state = dict(self.__dict__)
        state["_newer"] = []
        state.pop("sample", None)
        state.pop("spec", None)
        return state

    def _with(self, seen: Mapping[str, TextKinds], **changes: Any) -> CSVSource:
        columns = tuple(replace(c, seen=seen.get(c.label, c.seen)) for c in self.columns)
        return replace(self, columns=columns, _newer=[], **changes)

    def _split(self, number: int) -> CSVSource:
        """The source whose partitions of this file begin exactly; what was sampled on trust is forgotten."""
        inside = [r for p in self.partitions for r in p.ranges if r.file == number]
        file = self.files[number]
        with OpenFile(file) as opened:
            starts = record_starts(opened, [max(r.start, file.start) for r in inside], self.dialect.separator)
        exact = {r: Range(number, 0 if r.start == 0 else start, r.stop, True) for r, start in zip(inside, starts, strict=True)}
        partitions = tuple(replace(p, ranges=tuple(exact.get(r, r) for r in p.ranges)) for p in self.partitions)
        return self._with(self.certain, partitions=partitions)

    def _learnt(self, finding: WrongKind) -> CSVSource:
        source = self
        for change in finding.changes:
            column = source.column(change.column)
            seen = source._decided(replace(column, seen=column.seen | change.seen))
            if column.dates is not None and column.dates.zone is None and change.text is not None:
                column = replace(column, dates=source._first_date(column))
            else:
                column = replace(column, seen=seen)
            if source._is_undated(column):
                column = source._without_dates({column.label})._sampled().column(column.label)
                seen = column.seen
            columns = tuple(column if c.label == column.label else c for c in source.columns)
            certain = {
                **source.certain,
                column.label: source.certain.get(column.label, TextKinds.NOTHING) | change.seen | (seen & infer.ORDER),
            }
            learnt = {column.label: change, **source.learnt} if change.others else source.learnt
            source = replace(source, columns=columns, certain=certain, learnt=learnt, _newer=[])
        return source

    def _decided(self, column: Column) -> TextKinds:
        """The kinds of text in a column, with that of its first texts where the dtype depends on it."""
        seen = column.seen
        if infer.state_or_none(seen) is not None or not column.is_inferred:
            return seen
        return seen | infer.first_of(self._texts(column), to_the_end=True, forms=self.dialect.forms)

    def _first_date(self, column: Column) -> dates.Dates:
        """The column of dates, with what the first one of the whole input tells."""
        assert column.dates is not None
        texts = (text for text in self._texts(column) if text is not None and text not in dates.NAT)
        return column.dates.knowing(next(texts))

    def _texts(self, column: Column) -> Iterator[str | None]:
        """The texts of a column from the first record of the input on."""
        for batch in self._text_batches((column,)):
            yield from batch.column(0).to_pylist()

    def _text_batches(self, columns: tuple[Column, ...]) -> Iterator[pa.RecordBatch]:
        """The texts of columns, each file in one piece: so no begin is on trust."""
        given = dtype_named("str")
        texts = tuple(
            replace(c, given=given if c.dates is None else None, seen=c.seen | TextKinds.TEXT, coded=True) for c in columns
        )
        files = tuple(Partition(number, (Range(number, 0, file.end),)) for number, file in enumerate(self.files))
        left = self.nrows
        for partition in files:
            reader = Reader(self._spec(texts, left), partition, tuple(column.label for column in texts))
            yield from reader
            left = None if left is None else left - reader.records

    def _with_categories(self, labels: tuple[str, ...]) -> CSVSource:
        """The source that knows the categories of these columns: all the input was looked at for them."""
        wanted = tuple(column for column in self.columns if column.label in labels and column.dtype.is_open)
        found: list[dict[str, None]] = [{} for _ in wanted]
        for batch in self._text_batches(wanted):
            for texts, array in zip(found, batch.columns, strict=True):
                texts.update(dict.fromkeys(array.unique().to_pylist()))
        known = {}
        for column, texts in zip(wanted, found, strict=True):
            dtype, codes = extensions.categories_of([t for t in texts if t is not None], column.dtype, self.dialect.forms)
            known[column.label] = replace(column, given=dtype, codes=codes)
        columns = tuple(known.get(column.label, column) for column in self.columns)
        return replace(self, columns=columns, _newer=[])

    def _sampled(self) -> CSVSource:
        """The source with the kinds of text that its sample has."""
        certain: dict[str, TextKinds] = {}
        guessed: dict[str, TextKinds] = {}
        found: dict[str, dates.Dates] = {c.label: c.dates for c in self.columns if c.dates is not None}
        plain: set[str] = set()
        shown = False  # whether the kinds of the first records are known
        lacking = [file for file in self.files if not file.empty]
        lacking = lacking if self.nrows is None else lacking[:1]
        everywhere = set.intersection(*map(set, dict.fromkeys(file.names for file in lacking))) if lacking else set()
        for column in self.columns if lacking else ():
            parts = (column.label,) if column.dates is None else map(str, column.dates.parts)
            if not everywhere.issuperset(parts):
                certain[column.label] = guessed[column.label] = TextKinds.MISSING
        by_python = self.dialect.rewriting is not None and self.dialect.rewriting.by_python
        # pandas' C parser takes the columns of no records for integers, and dates for those of seconds.
        if self.nrows == 0 and lacking and not by_python:
            return self._with(
                {
                    c.label: TextKinds.MISSING if c.dates else TextKinds.NOTHING if c.converter else TextKinds.INT
                    for c in self.columns
                }
            )
        for number, piece in enumerate(sample.pieces(self.files, self._starts, self.nrows is None)):
            text = sample.text_of(piece, self.files, self.dialect, self.sample_bytes, self.nrows)
            if not text:
                continue
            file = self.files[piece.file]
            if not self.on_bad_lines.are_errors:
                text = self.spec.sifted(text, piece.file, piece.start if piece.at_head else None)
            if number and self._foretold(text, file, guessed, found):
                continue
            places = places_of(file.names)
            wanted = [c for c in self.columns if c.is_inferred and c.label in places]
            layout = Layout(
                self.dialect,
                file.names,
                tuple((c.label, places[c.label], c.state.dtype) for c in wanted),
                tuple(c.seen for c in wanted),
            )
            learnt = dict(sample.kinds(text, layout, guessed, number == 0))
            for column in self.columns:
                if column.converter is not None and (bare := sample.bare_of(text, layout, column.label)) is not None:
                    learnt[column.label] = column.converter.kinds(bare, guessed.get(column.label, TextKinds.NOTHING))
            for column in self.columns:
                if column.dates is not None:
                    texts = sample.texts_of(text, layout, [str(part) for part in column.dates.parts])
                    if texts is not None:
                        known = guessed.get(column.label, TextKinds.NOTHING)
                        together = dates.joined(texts)
                        learnt[column.label], found[column.label] = sample.dates_of(
                            together, known, found[column.label], number == 0
                        )
                        if column.given is None and learnt[column.label] & ~known & TextKinds.TEXT:
                            self._warn_of_no_dates(column, together, found[column.label], piece, text)
            if number == 0 and learnt.keys() >= {c.label for c in self.columns if not c.is_path}:
                shown = sample.covers_first(text, piece, self.files, self.nrows)
            guessed.update(learnt)
            if piece.at_head:
                certain.update({name: certain[name] | seen if name in certain else seen for name, seen in learnt.items()})
            if number == 0:
                plain = sample.various(text, layout, [c.label for c in self.columns if c.label in places])
        if self.assume_missing:
            certain, guessed = ({n: _with_missing(s) for n, s in kinds.items()} for kinds in (certain, guessed))
        columns = tuple(
            c.knowing(guessed.get(c.label, TextKinds.NOTHING), c.label not in plain, found.get(c.label)) for c in self.columns
        )
        undecided = {seen for seen in {c.seen for c in columns} if infer.state_or_none(seen) is None}
        if undecided:
            columns = tuple(replace(c, seen=self._decided(c)) if c.seen in undecided else c for c in columns)
        source = replace(self, columns=columns, certain=certain, _newer=[])
        undated = {c.label for c in columns if source._is_undated(c)}
        if undated:
            return source._without_dates(undated)._sampled()
        # What was given, and what is written in an odd form, only an engine tells.
        told = self.dialect.forms == PLAIN_FORMS and all(c.is_inferred or c.is_path for c in columns)
        return source if shown and told else source._with_first_rows()

    def _is_undated(self, column: Column) -> bool:
        """Whether a level of the index turned out to be no dates: then pandas infers its dtype as that of any column."""
        index = self.index
        asked = index is not None and index.numeric and column.name in index.columns
        return asked and column.dates is not None and column.given is None and bool(column.seen & TextKinds.TEXT)

    def _without_dates(self, labels: set[str]) -> CSVSource:
        columns = tuple(replace(c, dates=None, seen=TextKinds.NOTHING) if c.label in labels else c for c in self.columns)
        return replace(self, columns=columns, _newer=[])

    def _warn_of_no_dates(self, column: Column, texts: pa.DictionaryArray, known: dates.Dates, piece: Piece, text: bytes) -> None:
        record, found, _ = dates.first_misfit(
            dates.without_nat(texts), known.format or dates.ONE_BY_ONE, known.dayfirst, known.dtype(TextKinds.FINE)
        )
        place = sample.place(piece, text, record, self.files[piece.file], self.dialect)
        form = "" if known.format in (None, dates.ONE_BY_ONE) else f" of the form {known.format}"
        form += f" in the time zone {known.zone}" if known.zone else ""
        first = f"{form}, as the first one is" if form else ""
        warn(
            f"{place}: {in_quotes(found)} in column {column.label} is no date{first}: as in pandas, the column is read as text. "
            "Pass date_format= to say how the dates are written, or na_values= if the text stands for a missing one.",
            DtypePromotionWarning,
        )

    def _foretold(self, text: bytes, file: File, guessed: Mapping[str, TextKinds], found: Mapping[str, dates.Dates]) -> bool:
        """Whether a piece of text holds nothing but what is guessed already."""
        if any(infer.state_or_none(seen) is None for seen in guessed.values()) or any(c.converter for c in self.columns):
            return False
        columns = [
            replace(c, seen=guessed.get(c.label, TextKinds.NOTHING), dates=found.get(c.label))
            for c in self.columns
            if c.given is None and not infer.is_settled_text(guessed.get(c.label, TextKinds.NOTHING))
        ]
        return scan.fits(text, self.dialect, file, columns)

    def _with_first_rows(self) -> CSVSource:
        """The source that its own first rows do not contradict."""
        source = self
        while True:
            try:
                _ = source.sample
                return source
            except Replan as replan:
                before, source = source, source._learnt(replan.finding)  # type: ignore[arg-type]
                for change in replan.finding.changes:  # type: ignore[attr-defined]
                    if source.column(change.column).dates is not None:  # which was asked for, and not guessed
                        warn_of_promotion(change, before.column(change.column), source.column(change.column))


def _nrows(nrows: Any) -> int | None:
    if nrows is None:
        return None
    whole = isinstance(nrows, numbers.Integral) or (isinstance(nrows, float) and nrows.is_integer())
    if isinstance(nrows, bool) or not whole or nrows < 0:
        raise ValueError(f"nrows={nrows!r}: pass how many records to read, a whole number.")
    return int(nrows)


def _described(kind: tuple[Any, ...]) -> tuple[Any, ...]:
    """What `Column.kind` tells, as text."""
    type_of_name, dtype, *others = kind
    made = (dtype.name, repr(dtype.extension), str(dtype.arrow), repr(dtype.categories))
    return (type_of_name.__name__, *made, *map(repr, others))


def _megabytes(count: int) -> str:
    for unit, name in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}"
    return f"{count} bytes"


def _shown_path(urlpath: Any) -> str:
    if isinstance(urlpath, (list, tuple)):
        return f"{_shown_path(urlpath[0])}, ..." if len(urlpath) > 1 else _shown_path(urlpath[0])
    is_path = isinstance(urlpath, (str, os.PathLike)) or not hasattr(urlpath, "read")
    return str(urlpath) if is_path else name_of(urlpath)


def _with_plain_dates(batch: pa.RecordBatch, labels: set[str]) -> pa.RecordBatch:
    columns = [
        column.dictionary_decode() if label in labels and pa.types.is_dictionary(column.type) else column
        for label, column in zip(batch.schema.names, batch.columns, strict=True)
    ]
    return pa.RecordBatch.from_arrays(columns, batch.schema.names)


def _with_missing(seen: TextKinds) -> TextKinds:
    return seen | TextKinds.MISSING if seen & TextKinds.INT and not seen & TextKinds.UNSIGNED else seen


def _promotes(on_dtype_change: Any) -> bool:
    if on_dtype_change not in ("promote", "error"):
        raise ValueError(f"on_dtype_change={on_dtype_change!r}: pass 'promote' or 'error'.")
    return bool(on_dtype_change == "promote")
