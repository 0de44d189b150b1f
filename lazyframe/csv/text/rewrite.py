"""Text whose records cannot be told apart by looking at bytes, rewritten as plain CSV in utf-8.

    bytes of a file -> decode -> pandas' tokenizer -> fields -> plain CSV

What comes out is read like any other file: so there is one way to find dtypes, dates and errors, whatever a file looks
like. Rewriting starts at the beginning of a file and goes on piece by piece, so memory stays bounded; a file is
one partition. Where only the encoding differs, the text is decoded and nothing else, and its lines stay its lines.

A field that pandas' tokenizer has made is quoted in the plain text, whatever stands in it: pandas makes the same of a
value with quotes as without.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, BinaryIO, TextIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lazyframe.csv.errors import also, codec, like, no_header_line
from lazyframe.csv.text.fixed import Fixed, FixedLines
from lazyframe.csv.text.fixed import plain as cut
from lazyframe.csv.text.tokenizer import Unquoted, Walk, tokenizer, without_footer
from lazyframe.frozen import frozen
from lazyframe.schema import nearest

_PIECE = 2**18  # bytes read at a time
_ROWS = 10_000  # records rewritten at a time

USUAL: dict[str, Any] = {
    **{"quotechar": '"', "doublequote": True, "escapechar": None, "skipinitialspace": False, "comment": None},
    **{"lineterminator": None, "skip_blank_lines": True, "skipfooter": 0, "quoting": csv.QUOTE_MINIMAL},
}
_UTF_8 = ("utf-8", "utf-8-sig")
_RAISING = ("surrogateescape", "surrogatepass", "xmlcharrefreplace", "namereplace")
"""What pandas takes for ``encoding_errors``, and raises all the same at the first byte that is no text."""

MARK = "\ufdd0"
"""Stands for bytes that are left out of a text only when it is no number and not missing: a code point that no text has."""
_MARKING = "lazyframe-mark"
codecs.register_error(_MARKING, lambda error: (MARK, error.end))  # type: ignore[attr-defined]


def without_marks(texts: pa.Array) -> pa.Array:
    """Texts without the marks in them, coded or not; any other column as it is."""
    coded = pa.types.is_dictionary(texts.type)
    distinct = texts.dictionary if coded else texts
    if not pa.types.is_string(distinct.type) or not pc.any(pc.match_substring(distinct, MARK)).as_py():
        return texts
    bare = pc.replace_substring(texts.dictionary_decode() if coded else texts, MARK, "")
    return bare.dictionary_encode() if coded else bare


@frozen
class Rewriting:
    """What has to be done to the text of a file before it is plain CSV in utf-8.

    Parameters
    ----------
    encoding : str
        How it is encoded.
    errors : str
        What to do with bytes that are no text in this encoding, as for ``bytes.decode``.
    options : tuple of (str, object)
        For pandas' tokenizer; empty where only the encoding differs.
    above : int
        How many records are no records but lines of the header, beside the one that `options` has.
    """

    encoding: str = "utf-8"
    errors: str = "strict"
    options: tuple[tuple[str, Any], ...] = ()
    above: int = 0

    @property
    def tokenised(self) -> bool:
        """Whether fields are told apart by pandas, so that lines are no longer those of the file."""
        return bool(self.options)

    @property
    def marks(self) -> bool:
        """Whether there may be a `MARK` in the text."""
        return self.errors == _MARKING

    @property
    def by_python(self) -> bool:
        """Whether that is done by pandas' Python parser."""
        return dict(self.options).get("engine") in ("python", "python-fwf")

    @property
    def fixed(self) -> Fixed | None:
        """Where the fields of a line stand; None where something separates them."""
        return dict(self.options).get("fixed")

    def measured(self, open_stored: Callable[[], BinaryIO]) -> Rewriting:
        """The same, with the places of the fields as this file has them."""
        fixed = self.fixed
        if fixed is None or fixed.specs is not None:
            return self
        options = dict(self.options)
        with contextlib.suppress(UnicodeDecodeError):  # reading says where
            specs = fixed.measured(self.text(open_stored()), options["skiprows"], options["comment"])
            return replace(self, options=tuple({**options, "fixed": replace(fixed, specs=specs)}.items()))
        return replace(self, options=tuple({**options, "fixed": replace(fixed, specs=((0, None),))}.items()))

    @property
    def decoded(self) -> Rewriting | None:
        """What is left to do where the text is in utf-8 already."""
        return replace(self, encoding="utf-8", errors="strict") if self.tokenised else None

    def __call__(self, open_stored: Callable[[], BinaryIO], path: str) -> BinaryIO:
        """The plain text of a file.

        Parameters
        ----------
        open_stored : callable
            Gives the file as it is stored, at its start. What it gave before is then read no more.
        path : str
            For errors.
        """
        pieces = _tokenised(open_stored, path, self) if self.tokenised else _decoded(open_stored(), path, self)
        return io.BufferedReader(_Pieces(pieces), _PIECE)

    def walk(self, open_stored: Callable[[], BinaryIO]) -> Walk:
        """The records of a file as they are stored, where `tokenised`."""
        options = dict(self.options)
        by = None if self.fixed is None else FixedLines(options)
        return Walk(lambda: self.text(open_stored()), options, self.above, by)

    def text(self, stored: BinaryIO) -> TextIO:
        """The text of a file, with its line breaks as they are."""
        return io.TextIOWrapper(stored, self.encoding, self.errors, newline="")


def rewriting(
    separator: str,
    skiprows: Any,
    encoding: Any,
    errors: Any,
    records: Mapping[str, Any],
    header: int | None,
    names: int | None,
    check: bool,
    nrows: int | None = None,
) -> Rewriting | None:
    """What these arguments of ``read_csv`` make necessary; None where the text is plain CSV in utf-8.

    Parameters
    ----------
    separator : str
        The separator, or a regular expression.
    skiprows : int, tuple or callable
        Which lines are not read.
    encoding, errors : str or None
        As ``encoding`` and ``encoding_errors``.
    records : mapping
        The arguments that say how records are written.
    header : int or None
        The line with the names.
    names : int or None
        How many names the user has given.
    check : bool
        Whether a record may not have more fields than there are names.
    nrows : int, optional
        How many records of a file are wanted at most: what follows them is not looked at.

    Raises
    ------
    ValueError, TypeError
        An argument that has no meaning; the words are those of pandas.

    Examples
    --------
    >>> rewriting(",", 0, "latin1", "strict", {}, 0, None, True)
    Rewriting(encoding='iso8859-1', errors='strict', options=(), above=0)
    """
    python = (len(separator.encode()) > 1 and separator != r"\s+") or records.get("skipfooter", 0) != 0
    # pandas looks at the bytes of fields and leaves out none before, but in its Python parser and where utf-8 is spelt otherwise.
    marked = errors == "ignore" and encoding in (None, "utf-8") and not python
    encoding, errors = _encoding(encoding), _MARKING if marked else _errors(errors)
    unusual = {name: value for name, value in records.items() if value != USUAL[name]}
    if unusual.get("quoting") in (csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC):
        del unusual["quoting"]  # read as QUOTE_MINIMAL is, but for the numbers
    if len(separator.encode()) == 1 and isinstance(skiprows, int) and not unusual:
        return None if encoding in _UTF_8 and errors == "strict" else Rewriting(encoding, errors)
    options: dict[str, Any] = {
        **{"sep": separator, "header": header, "skiprows": skiprows, "engine": "python" if python else "c"},
        **{name: value for name, value in unusual.items() if name != "skipfooter"},
    }
    if names is not None:
        options["names"] = tuple(range(names))
    if not check:
        options["usecols"] = _every
    if python and "lineterminator" in unusual:
        raise ValueError("lineterminator= goes with a separator of one character, and without skipfooter=.")
    with contextlib.suppress(pd.errors.EmptyDataError):  # pandas judges the arguments, in its own words
        pd.read_csv(io.BytesIO(), encoding=encoding, encoding_errors=errors, **options)
    footer = unusual.get("skipfooter", 0)
    _check_footer(footer)
    if footer and nrows is not None:
        raise ValueError("skipfooter= and nrows= cannot be given together.")
    limit = None if nrows is None else max(1, nrows)  # of no record at all it would not be known whether there is one
    return Rewriting(encoding, errors, (*options.items(), ("skipfooter", footer), ("nrows", limit)))


def fixed_rewriting(fixed: Fixed, skiprows: Any, encoding: Any, errors: Any, records: Mapping[str, Any], above: int) -> Rewriting:
    """What makes plain CSV of fields at fixed places, under a header of so many lines.

    Raises
    ------
    ValueError
        An argument that has no meaning.
    """
    comment, footer = records.get("comment"), records.get("skipfooter", 0)
    if comment is not None and (not isinstance(comment, str) or len(comment) != 1):
        raise ValueError(f"comment={comment!r}: Only length-1 comment characters supported")
    _check_footer(footer)
    options = {
        **{"engine": "python-fwf", "fixed": fixed, "header": None, "skiprows": skiprows, "comment": comment},
        **{"skip_blank_lines": records.get("skip_blank_lines", True), "skipfooter": footer, "above": above},
    }
    return Rewriting(_encoding(encoding), _errors(errors), tuple(options.items()), above)


def _check_footer(footer: Any) -> None:
    if isinstance(footer, bool) or not isinstance(footer, int) or footer < 0:
        raise ValueError(f"skipfooter={footer!r}: pass how many lines at the end are no records, a whole number.")


def decoding(encoding: Any, errors: Any) -> Rewriting | None:
    """What has to be done to a text that is only encoded otherwise; None where it is utf-8."""
    encoding, errors = _encoding(encoding), _errors(errors)
    return None if encoding in _UTF_8 and errors == "strict" else Rewriting(encoding, errors)


def drops_mark(encoding: Any) -> bool:
    """Whether this encoding takes off a byte order mark, before anybody looks at the text."""
    return _encoding(encoding) == "utf-8-sig"


def _every(_: Any) -> bool:
    return True


def _encoding(given: Any) -> str:
    try:
        return codecs.lookup("utf-8" if given is None else given).name
    except (LookupError, TypeError):
        import encodings.aliases

        close = nearest(given, {*encodings.aliases.aliases, *encodings.aliases.aliases.values()})
        meant = f" Did you mean {close[0]!r}?" if close else ""
        raise also(LookupError if isinstance(given, str) else TypeError, ValueError)(
            f"encoding={given!r} is not known to Python.{meant}"
        ) from None


def _errors(given: Any) -> str:
    given = "strict" if given is None else given
    if given in _RAISING:
        return "strict"
    offered = ("strict", "replace", "ignore", "backslashreplace")
    if given not in offered:
        raise also(LookupError if isinstance(given, str) else ValueError, ValueError)(
            f"encoding_errors={given!r} is not offered; it is one of {', '.join(map(repr, offered))}."
        )
    return str(given)


class _Pieces(io.RawIOBase):
    """Pieces of bytes, to be read as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces, self._rest = pieces, b""

    def readable(self) -> bool:
        return True

    def readinto(self, target: Any) -> int:
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return 0
            self._rest = piece
        count = min(len(target), len(self._rest))
        target[:count] = self._rest[:count]
        self._rest = self._rest[count:]
        return count


def _decoded(stored: BinaryIO, path: str, how: Rewriting) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(how.encoding)(how.errors)
    line = 1
    while True:
        data = stored.read(_PIECE)
        try:
            text = decoder.decode(data, final=not data)
        except UnicodeDecodeError as error:
            line += error.object[: error.start].decode(how.encoding, "replace").count("\n")
            byte = error.object[error.start : error.start + 1].hex()
            around = error.object[max(0, error.start - 20) : error.start + 20]
            likely = f", which may be encoding={codec(around)!r}" if how.encoding in ("utf-8", "utf-8-sig", "ascii") else ""
            raise like(
                error,
                f"{path}:{line}: the byte 0x{byte} is no text in {how.encoding}. If the file is written in another encoding, "
                f"pass that{likely}; encoding_errors='replace' puts a mark in the place of such bytes.",
            ) from None
        line += text.count("\n")
        if text:
            yield text.encode("utf-8", "replace")
        if not data:
            return


def _tokenised(open_stored: Callable[[], BinaryIO], path: str, how: Rewriting) -> Iterator[bytes]:
    try:
        if how.fixed is not None:
            yield from cut(how.text(open_stored()), dict(how.options), lambda fields: _line(fields, True), _plain)
            return
        done = 0
        try:
            width = _first_width(open_stored, how) if how.by_python else 0
            for piece, count in _in_pieces(open_stored(), how, width):
                yield piece
                done += count
        except (pd.errors.ParserError, csv.Error):  # a bad line, which pandas does not give
            yield from _by_hand(open_stored, path, how, done)
    except Unquoted as error:
        raise also(pd.errors.ParserError)(
            f"{path}:{error.line}: {error.problem}. With skipfooter= pandas reads a file with Python's csv, the last rows too, "
            "which takes no quote inside a quoted field. Mend the line, or leave out skipfooter= and drop the rows afterwards."
        ) from None
    except UnicodeDecodeError as error:
        for _ in _decoded(open_stored(), path, how):  # says where
            pass
        raise like(error, f"{path}: {error}") from None


def _first_width(open_stored: Callable[[], BinaryIO], how: Rewriting) -> int:
    """How many fields the first record has."""
    first = how.walk(open_stored).find(0)
    return 0 if first is None else len(tokenizer(dict(how.options)).fields(first.text)[0])


def _in_pieces(stored: BinaryIO, how: Rewriting, width: int) -> Iterator[tuple[bytes, int]]:
    """Plain text and how many lines it has, of fields as pandas tells them apart.

    Raises
    ------
    pandas.errors.ParserError, csv.Error
        A bad line comes; or the first record has `width` fields, and fewer of them have names.
    """
    options = dict(how.options)
    footer, names = options.pop("skipfooter"), options.pop("names", None)
    source: Any = stored
    if footer:
        source = _Lines(without_footer(how.text(stored), footer, options))
    with contextlib.suppress(pd.errors.EmptyDataError):
        reader = pd.read_csv(
            source,
            encoding=how.encoding,
            encoding_errors=how.errors,
            dtype=str,
            na_filter=False,
            chunksize=_ROWS,
            names=None if names is None else list(names),
            **options,
        )
        for number, frame in enumerate(reader):
            # Of fields in front of those that have names the Python parser makes numbers, or a range; the other one gives
            # each record as many fields as the first has.
            if width > frame.shape[1] or not isinstance(frame.index, pd.RangeIndex) or frame.index.names != [None]:
                raise pd.errors.ParserError("the first record has more fields than there are names")
            places = [str(place) for place in range(frame.shape[1])]
            if number == 0 and options["header"] is not None:
                yield _plain(pa.table([[str(name)] for name in frame.columns], places)), 1
            if len(frame):
                columns = [pa.array(frame.iloc[:, place], pa.string(), from_pandas=True) for place in range(frame.shape[1])]
                yield _plain(pa.table(columns, places)), len(frame)


def _by_hand(open_stored: Callable[[], BinaryIO], path: str, how: Rewriting, done: int) -> Iterator[bytes]:
    """The records from a bad one on, bad ones with all their fields; `done` lines of plain text were made of those before."""
    options = dict(how.options)
    judge, header, names = tokenizer(options), options["header"], options.get("names")
    text: Any = how.text(open_stored())
    if options["skipfooter"]:
        text = without_footer(text, options["skipfooter"], options)
    above, count = header or 0, 0
    for count, record in enumerate(judge.records(text), 1):
        number = count - 1 - above
        if number < done:
            continue
        try:
            fields, closed = judge.fields(record.text)
        except csv.Error as error:
            raise also(pd.errors.ParserError)(f"{path}:{record.line}: {error}") from None
        if number == 0 and header is not None and names is not None:
            fields = list(map(str, names))
        yield _line(fields, closed)
    if 0 < count <= above:
        raise no_header_line(path, above, count)


def _line(fields: list[str], closed: bool) -> bytes:
    """A record as plain CSV; the quote of the last field stays open where it is."""
    text = ",".join('"' + field.replace('"', '""') + '"' for field in fields or [""]) + "\n"
    return (text if closed else text[:-2]).encode("utf-8", "replace")


def _plain(table: pa.Table) -> bytes:
    from pyarrow import csv as arrow_csv

    sink = io.BytesIO()
    arrow_csv.write_csv(table, sink, arrow_csv.WriteOptions(include_header=False, quoting_style="all_valid"))
    return sink.getvalue()


class _Lines(io.TextIOBase):
    """Lines, to be read as a file of text."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines = lines

    def readable(self) -> bool:
        return True

    def readline(self, size: int | None = -1, /) -> str:  # type: ignore[override]
        return next(self._lines, "")

    def read(self, size: int | None = -1, /) -> str:
        return self.readline()
