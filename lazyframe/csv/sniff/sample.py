"""What is learnt before a query runs: the header of each file, and the kinds of text in pieces of some files.

The pieces are the first records of up to ten files, and the first records of partitions in the middle of large
files. Where a piece of the middle begins is taken on trust, like a partition, so one that has quotes is left out: it
could be the inside of a quoted field. What was learnt from such pieces is forgotten when the file turns out to be cut
wrongly.
"""

from __future__ import annotations

import contextlib
import functools
import io
import itertools
import re
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa

from lazyframe.csv.errors import CSVError, DialectWarning, also, excerpt, like, no_header_line, not_utf8
from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.options.fields import NOTHING_ASKED, FieldArguments, Fields, Unmatched, match
from lazyframe.csv.options.levels import Levels, has_titles
from lazyframe.csv.options.levels import read as read_levels
from lazyframe.csv.sniff import advice
from lazyframe.csv.sniff.columns import ColumnSpec
from lazyframe.csv.sniff.table import SampleTable
from lazyframe.csv.text import lines, records
from lazyframe.csv.text.files import OpenFile, chunks, next_line
from lazyframe.csv.text.foreign import BEGINNING, check_is_csv, check_stored
from lazyframe.csv.text.head import BOM, First, head_of
from lazyframe.csv.text.rewrite import MARK
from lazyframe.csv.text.storage import File
from lazyframe.csv.types import dates
from lazyframe.csv.types.dates import Dates
from lazyframe.csv.types.infer import TextKinds
from lazyframe.frozen import frozen
from lazyframe.notices import warn

PIECES = 10
"""How many files are sampled, and how many places of one file."""

FIRST = 60
"""How many records are shown of a frame; a sample of the start of a file has as many, if these are not too long."""

_MOST = 2**25
_FEW_RECORDS = 100
"""Of so few it cannot be told whether nearly every text of a column is another."""

_NUMBERED = re.compile(r"\.[0-9]+$")


@frozen
class SamplePiece:
    """Some whole records of a file: the first of the file, or of a partition that begins at `start`."""

    file: int
    start: int
    at_head: bool


class Header(NamedTuple):
    """What the start of a file tells.

    Parameters
    ----------
    file : File
        With the labels of its fields, and the place of its first record.
    names : tuple
        Of its columns, as they are to be shown; none where the file has no header.
    fields : Fields
        What the fields of its records are.
    unnamed : tuple
        The names that pandas makes up where the header has none.
    repeated : mapping
        What the header has for names that pandas changes since a column before has them.
    levels : Levels, optional
        What it says where it is of several lines.
    is_narrow : bool
        Whether the record below it, at which nobody is to look, has more fields than there are names.
    """

    file: File
    names: tuple[Hashable, ...]
    fields: Fields = Fields(())
    unnamed: tuple[Hashable, ...] = ()
    repeated: Mapping[Hashable, Hashable] = MappingProxyType({})
    levels: Levels | None = None
    is_narrow: bool = False


def with_header(file: File, dialect: Dialect, asked: FieldArguments = NOTHING_ASKED) -> Header:
    """The header of a file, and what the length of its first record says of the fields.

    Raises
    ------
    CSVError
        The first record has more fields than there are names, and it cannot be said what they are; or the header is not
        utf-8. The first record of a later file may be a bad line like others: reading finds it.
    """
    first_file = asked.levels is None
    unnamed: tuple[Hashable, ...] = ()
    repeated: dict[Hashable, Hashable] = {}
    several: Levels | None = None
    beneath: First | None = None
    wanted = (dialect.header or 0) + (3 if dialect.levels else 2)
    check_stored(file)
    with OpenFile(file) as opened:
        as_lines = dialect.header is None or dialect.names is not None
        try:
            head = head_of(opened, dialect.separator, dialect.skiprows, wanted, not dialect.keeps_mark)
        except CSVError:  # a record that does not end, say, since it is none
            check_is_csv(file, opened.read(0, BEGINNING), as_lines)
            raise
        is_foreign = check_is_csv(file, head.text, as_lines)
    found = head.records
    likely = None
    if not found:
        if dialect.names is None:
            return Header(replace(file, start=head.end), ())
        start, first, names = head.end, None, dialect.names
    elif dialect.header is None:
        start, first = head.begin, found[0]
        names = tuple(range(len(first.fields))) if dialect.names is None else dialect.names
    else:
        if len(found) <= dialect.header:
            raise no_header_line(file.path, dialect.header, len(found))
        header = found[dialect.header]
        below = dialect.header + 1
        if dialect.levels:
            below += len(found) > below and has_titles(found[below].fields, asked.index_col)
            several = _levels_of(file, b"".join(record.text for record in found[:below]), dialect, asked, len(header.fields))
            if file.is_tokenised and file.rewriting is not None:
                file = replace(file, rewriting=replace(file.rewriting, above=below))
        start = found[below - 1].stop
        beneath = found[below] if len(found) > below else None
        first = None if asked.header_only else beneath
        if several is not None:
            names = several.names
        elif dialect.names is None:
            names = _header_names(file, header.text, dialect)
            unnamed = _unnamed(names, header.fields, file)
            repeated = _repeated(names, header.fields, file)
        else:
            names = dialect.names
        if (
            dialect.names is not None
            and first is not None
            and first_file
            and asked.usecols is None  # with it longer records may follow, and have all that is asked for
            and len(first.fields) < len(names) > len(written := _written(header.fields, file))
        ):
            raise CSVError(
                f"{file.path}: names= has {len(names)} names, and the header that they replace has {len(written)}: "
                f"{', '.join(written)}. Pass a name for each of these; or header=None and skiprows={dialect.header + 1}, and the "
                "columns that the file lacks are missing values."
            )
        if len(header.fields) == 1 and first_file and not is_foreign:
            likely = advice.separator(dialect, header.text, None if first is None else first.text)
    doubt = "" if likely is None else f"If {likely!r} is what separates the columns, pass sep={likely!r}."
    # pandas pads the first record to the header that is there, also where names= are to replace it.
    count = 0 if first is None else max(len(first.fields), 0 if dialect.header is None else len(header.fields))
    by_python = file.rewriting is not None and file.rewriting.by_python
    try:
        if first_file and by_python and dialect.header is not None and count > len(names) and asked.chooses_all(names):
            raise Unmatched(
                f"With these arguments pandas makes an index of the first fields, and usecols={asked.listed!r} chooses all the "
                "names there are. Leave it out, or pass names= with a name for each field."
            )
        if several is not None and several.index is not None and count > len(names):
            raise Unmatched("With header= of several lines, index_col= goes with as many fields as the header has.")
        fields = match(names, count, asked, dialect.names is not None)
    except Unmatched as unmatched:
        if first is None:
            raise also(pd.errors.ParserError)(f"{file.path}: {unmatched}") from None
        line, text = _first_line(replace(file, start=start), first)
        what = f'{_counted(count, names)}: "{excerpt(text)}"'
        raise also(pd.errors.ParserError)(f"{file.at(line)} (record 1): {what}. {unmatched} {doubt}".rstrip()) from None
    if first is not None and first_file and fields.cut and (fields.cut > 1 or not _is_missing(first.fields[-1], dialect)):
        line, _ = _first_line(replace(file, start=start), first)
        warn(
            f"{file.at(line)} (record 1): {_counted(count, names)}. As in pandas, index_col=False lets go of the last "
            f"{fields.cut} of each record. Pass names= with {count} names to read them.",
            pd.errors.ParserWarning,
        )
    if doubt:
        warn(f"{file.path} has one column, {names[0]!r}. {doubt}", DialectWarning)
    found_file = replace(file, start=start, names=fields.labels, empty=first is None or asked.header_only)
    is_narrow = first is None and beneath is not None and len(beneath.fields) > len(names)
    return Header(found_file, names, fields, unnamed, repeated, several, is_narrow)


def _counted(count: int, names: Sequence[Hashable]) -> str:
    if count == len(names):
        return f"{count} field{'' if count == 1 else 's'}"
    return f"{count} fields, but there {'is 1 name' if len(names) == 1 else f'are {len(names)} names'}"


def _is_missing(field: bytes, dialect: Dialect) -> bool:
    return field.decode("utf-8", "replace") in dialect.missing.all_texts()


def _unnamed(names: tuple[Hashable, ...], fields: Sequence[bytes], file: File) -> tuple[Hashable, ...]:
    """The names that pandas made up, which may be changed ones: another column may be called so."""
    if not any(str(name).startswith("Unnamed: ") for name in names):
        return ()
    return tuple(name for name, own in zip(names, _written(fields, file), strict=False) if not own)


def _written(fields: Sequence[bytes], file: File) -> list[str]:
    """The header as it stands in the file; in text that was rewritten it has the names that pandas makes of it."""
    if not file.is_tokenised:
        return [field.decode("utf-8", "replace") for field in fields]
    with lines.Originals(file) as originals:
        return originals.header()


def _repeated(names: tuple[Hashable, ...], fields: Sequence[bytes], file: File) -> dict[Hashable, Hashable]:
    """What the header has for names that pandas changed."""
    if not any(_NUMBERED.search(str(name)) for name in names):
        return {}
    called = [own or f"Unnamed: {place}" for place, own in enumerate(_written(fields, file))]
    return {name: own for name, own in zip(names, called, strict=False) if own != name and own in names}


def _first_line(file: File, first: First) -> tuple[int, str]:
    """The line and the text of the first record of a file."""
    if file.is_tokenised:
        with lines.Originals(file) as originals:
            found = originals.find(0)
        if found is not None:
            return found.line, found.text.rstrip("\r\n")
    with OpenFile(file) as opened:
        return lines.number(opened, first.start), first.text.decode("utf-8", "replace").rstrip("\r\n")


@functools.lru_cache(maxsize=64)
def _names_in(header: bytes, separator: bytes) -> tuple[Hashable, ...]:
    """The names as pandas makes them: empty ones and repeated ones changed."""
    plain = header.removesuffix(b"\n").removesuffix(b"\r").split(separator)
    if not any(odd in header for odd in (records.QUOTE, b"\r\r", BOM)) and all(plain) and len(set(plain)) == len(plain):
        names = b"\0".join(plain).decode().split("\0")  # many thousands of columns of nothing cost pandas more than their values
        if len(names) == len(plain) and not any(odd in header.rstrip(b"\r\n") for odd in (b"\r", b"\n")):
            return tuple(names)
    # pandas drops one byte order mark at the start; a second one belongs to the first name.
    return tuple(pd.read_csv(io.BytesIO(BOM + header), sep=separator.decode(), nrows=0, index_col=False).columns)


def _levels_of(file: File, text: bytes, dialect: Dialect, asked: FieldArguments, width: int) -> Levels:
    with _as_names(file):
        return read_levels(text, dialect.separator, dialect.levels, asked.index_col, width)


def _header_names(file: File, header: bytes, dialect: Dialect) -> tuple[Hashable, ...]:
    if dialect.has_marks:
        header = header.replace(MARK.encode(), b"")
    with _as_names(file):
        return _names_in(header, dialect.separator)


@contextlib.contextmanager
def _as_names(file: File) -> Iterator[None]:
    """Let an error of pandas about a header say which file has it."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise like(error, f"{file.path}: the header holds {not_utf8(error.object, error.start)}") from None
    except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise like(
            error, f"{file.path}: the header cannot be read as names: {error}. Mend it, or pass names= and header=None."
        ) from None


def pieces(files: Sequence[File], starts: Iterable[tuple[int, int]], whole: bool) -> list[SamplePiece]:
    """The places to sample.

    Parameters
    ----------
    files : sequence of File
        With their headers.
    starts : iterable of (int, int)
        File and offset of each partition that begins inside a file.
    whole : bool
        Whether all the records are wanted; else only the first ones of the input count.
    """
    filled = [number for number, file in enumerate(files) if not file.empty]
    if not whole:
        return [SamplePiece(number, files[number].start, True) for number in filled[:1]]
    inner = [SamplePiece(number, start, False) for number, start in starts if start > files[number].start]
    heads = [SamplePiece(number, files[number].start, True) for number in _spread(filled)]
    return heads + _spread(inner)


def _spread(items: list[Any]) -> list[Any]:
    if len(items) <= PIECES:
        return items
    return [items[round(i * (len(items) - 1) / (PIECES - 1))] for i in range(PIECES)]


def text_of(
    piece: SamplePiece,
    files: Sequence[File],
    dialect: Dialect,
    length: int,
    limit: int | None = None,
) -> bytes:
    """The records of a piece, no more than `limit`; empty when none is whole."""
    file = files[piece.file]
    with OpenFile(file) as opened:
        begin = piece.start if piece.at_head else next_line(opened, piece.start)
        text = opened.read(begin, length)
        while piece.at_head and len(text) == length and length < _MOST and text.count(b"\n") <= FIRST:
            length *= 2  # a wide file: its first records are those that are shown
            text = opened.read(begin, length)
        if begin + len(text) < opened.length:
            cut = records.last(text, dialect.separator)
            if cut == 0 and piece.at_head:
                _, text = next(chunks(opened, begin, begin + 1, dialect.separator))
            else:
                text = text[:cut]
    if not piece.at_head and not _is_plain(text, len(file.names), dialect.separator):
        return b""
    return text if limit is None else records.leading(text, limit, dialect.separator)


def _is_plain(text: bytes, width: int, separator: bytes) -> bool:
    """Whether this can hardly be the inside of a quoted field: no quotes, and the right number of fields."""
    lines = text.count(b"\n") + (not text.endswith(b"\n"))
    return records.QUOTE not in text and text.count(separator) == (width - 1) * lines


def covers_first(text: bytes, count: int | None, piece: SamplePiece, files: Sequence[File], limit: int | None) -> bool:
    """Whether all the first records of the input are in the text of this piece, which has `count`; None where nobody knows."""
    if count is None or not piece.at_head or piece.file != next(n for n, file in enumerate(files) if not file.empty):
        return False
    alone = sum(not file.empty for file in files) == 1
    return count >= (FIRST if limit is None else min(limit, FIRST)) or (
        alone and files[piece.file].start + len(text) == files[piece.file].size
    )


class SampledDates(NamedTuple):
    """A column of dates in a piece of text, what is known of its kinds, and of the dates."""

    texts: pa.DictionaryArray
    known: TextKinds
    asked: Dates


def dates_of(found: Sequence[SampledDates], first: bool) -> list[tuple[TextKinds, Dates]]:
    """The kinds in columns of dates, and what is known of each: guessed where the texts are the first of the whole input.

    Columns of one format are tried together: a call of pandas costs as much as many texts, and a wide file has many columns.
    """
    began = [_begun(column, first) for column in found]
    alike: dict[Hashable, list[_Begun]] = {}
    for column in began:
        if column.is_open:
            alike.setdefault((column.asked.format, column.asked.dayfirst, column.asked.dtype(column.known)), []).append(column)
    fitting: set[int] = set()
    for columns in alike.values():
        if columns[1:] and _fit(columns):
            fitting.update(map(id, columns))
    return [_tried(column) if column.is_open and id(column) not in fitting else column.told() for column in began]


class _Begun(NamedTuple):
    """A column of dates of which the format is known; `is_open` where it has yet to be seen whether its texts fit."""

    texts: pa.DictionaryArray
    known: TextKinds
    asked: Dates
    doubt: str = ""
    is_open: bool = False

    def told(self) -> tuple[TextKinds, Dates]:
        if self.doubt and not self.known & TextKinds.TEXT:
            warn(f"parse_dates, column {self.asked.name}: {self.doubt}", UserWarning)
        return self.known, self.asked


def _begun(column: SampledDates, first: bool) -> _Begun:
    texts, known, asked = dates.without_nat(column.texts), column.known, column.asked
    if texts.null_count:
        known |= TextKinds.MISSING
    if len(texts) == texts.null_count or known & TextKinds.TEXT:
        return _Begun(texts, known, asked)
    doubt = ""
    if asked.format is None or asked.zone is None:
        if not first:
            return _Begun(texts, known, asked)
        text, *others = itertools.islice((text.as_py() for text in texts if text.is_valid), 2)
        if asked.format is None:
            doubt = dates.doubt(text, asked.dayfirst, bool(others))
        asked = asked.knowing(text)
    return _Begun(texts, known, asked, doubt, True)


def _fit(columns: Sequence[_Begun]) -> bool:
    """Whether all the texts of columns of one format fit it."""
    distinct = dict.fromkeys(text for column in columns for text in column.texts.dictionary.to_pylist())
    asked = columns[0].asked
    assert asked.format is not None
    try:
        dates.convert(
            pa.array(distinct, pa.string()).dictionary_encode(), asked.format, asked.dayfirst, asked.dtype(columns[0].known)
        )
    except dates.NotDates:
        return False
    return True


def _tried(column: _Begun) -> tuple[TextKinds, Dates]:
    known, asked = column.known, column.asked
    assert asked.format is not None
    while not known & TextKinds.TEXT:
        try:
            dates.convert(column.texts, asked.format, asked.dayfirst, asked.dtype(known))
            break
        except dates.NotDates as no_dates:
            known |= no_dates.kinds
    return column._replace(known=known).told()


def dates_in(table: SampleTable, columns: Sequence[ColumnSpec]) -> Iterator[tuple[ColumnSpec, pa.DictionaryArray]]:
    """The columns of dates with their texts, those of several fields put together; none where the piece is no table."""
    dated = [(c, tuple(map(str, c.dates.parts))) for c in columns if c.dates is not None]
    parts = table.arrays([part for _, several in dated for part in several]) if dated else None
    if parts is not None:
        found = iter(parts)
        yield from ((column, dates.joined(list(itertools.islice(found, len(several))))) for column, several in dated)


def no_date(
    label: str, asked: Dates, texts: pa.DictionaryArray, piece: SamplePiece, text: bytes, file: File, dialect: Dialect
) -> str:
    """Where the first text of a column stands that is no date, and what to do."""
    date_format = asked.format or dates.ONE_BY_ONE
    record, found, _ = dates.first_mismatch(dates.without_nat(texts), date_format, asked.dayfirst, asked.dtype(TextKinds.FINE))
    return advice.no_date(place(piece, text, record, file, dialect), found, label, asked)


def place(piece: SamplePiece, text: bytes, record: int, file: File, dialect: Dialect) -> str:
    """Where a record of a piece stands, for people."""
    if not piece.at_head:
        return f"{file.path}, near byte {piece.start:,}"
    start = next(itertools.islice(records.each(text, dialect.separator), record, None))[0]
    with OpenFile(file) as opened:
        return file.at(lines.number(opened, file.start + start))
