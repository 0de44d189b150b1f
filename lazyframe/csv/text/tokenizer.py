r"""pandas' tokenizers once more, record by record: slow and exact, and they know where in the file a record stands.

pandas does not say which lines it leaves out, nor where a record of a file that it takes apart stands. So where somebody has
to be told, and from the first bad line of a file on, the text is gone over again here:

    text -> Tokenizer.records -> Record(line, text) -> Tokenizer.fields

`Compiled` is the machine of pandas' C parser as regular expressions, `Lines` what its Python parser does. A record of a
`Rewriting` is found by its number: `Walk`.

See docs/decisions/0053-bad-lines-are-sifted.md.
"""

from __future__ import annotations

import csv
import functools
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, Protocol, TextIO

_PIECE = 2**18  # characters read at a time
_ENDS = re.compile(r"\r\n?|\n")


class Record(NamedTuple):
    """A record as it stands in the file.

    Parameters
    ----------
    line : int
        The line on which it begins, from 1, as an editor shows it.
    text : str
        Its text, with the line break.
    """

    line: int
    text: str


class Tokenizer(Protocol):
    """How records and their fields are told apart."""

    def records(self, text: Any) -> Iterator[Record]:
        """The records of a text file, header lines among them; no blank lines, comments, or lines that are skipped."""
        ...

    def fields(self, text: str) -> tuple[list[str], bool]:
        """The fields of a record, and whether its quotes are closed.

        Raises
        ------
        csv.Error
            It ends where it must not.
        """
        ...


def tokenizer(options: Mapping[str, Any]) -> Tokenizer:
    r"""The tokenizer that pandas uses with these options.

    Examples
    --------
    >>> import io
    >>> found = tokenizer({"sep": ",", "engine": "c", "skiprows": 0, "comment": "#"})
    >>> [(record.line, *found.fields(record.text)) for record in found.records(io.StringIO("# x\n1,2 # y\n"))]
    [(2, ['1', '2 '], True)]
    """
    return (Lines if options["engine"] == "python" else Compiled)(options)


def _ends(text: str) -> int:
    """How many line ends there are in a text."""
    found = text.count("\n")
    return found + text.count("\r") - text.count("\r\n") if "\r" in text else found


def is_skipped(number: int, skiprows: Any) -> bool:
    """Whether this line of a file, from 0, is passed over."""
    if callable(skiprows):
        return bool(skiprows(number))
    return number < skiprows if isinstance(skiprows, int) else number in skiprows


class Compiled:
    """The tokenizer of pandas' C parser."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._skiprows = options["skiprows"]
        self._separator = options["sep"]
        quote: str = options.get("quotechar") or '"' if options.get("quoting", 0) != csv.QUOTE_NONE else ""
        escape, comment, end = (options.get(name) for name in ("escapechar", "comment", "lineterminator"))
        self._escape, self._quote, self._end = escape, quote, end
        self._doubled = options.get("doublequote", True)
        self._plain = not comment and not options.get("skipinitialspace") and self._separator != r"\s+"
        self._blanks = options.get("skip_blank_lines", True)
        self._comment = comment
        self._joining = [mark for mark in (quote, escape, None if end else "\r") if mark]
        spaces = r"[ \t]" if self._separator == r"\s+" else "[" + " \t".replace(self._separator, "") + "]"
        ends = re.escape(end) if end else r"\r\n?|\n"
        self._blank = re.compile(rf"{spaces}*+(?:{ends}|\Z)" if self._blanks else r"(?!)")
        remark = rf"{re.escape(comment)}.*?(?:{ends}|\Z)" if comment else r"(?!)"
        self._remark = re.compile(remark, re.DOTALL)
        lead = r"[ \t]*+" if self._separator == r"\s+" else " *+" if options.get("skipinitialspace") else ""
        self._field = _pattern(self._separator, end, quote, self._doubled, escape, comment, remark, lead)
        self._skipped = _pattern(self._separator, end, quote, self._doubled, None, None, r"(?!)", "")
        # A separator that begins such a line is no border to pandas, so a quote behind it opens nothing.
        lead = re.escape(self._separator) + ("?" if self._separator == r"\s+" else "")
        self._first_skipped = _pattern(self._separator, end, None, self._doubled, None, None, r"(?!)", lead)

    def records(self, text: TextIO) -> Iterator[Record]:
        piece, at, line, number, ended = text.read(_PIECE).removeprefix("\ufeff"), 0, 1, 0, False
        while True:
            stop, is_record = self._line(piece, at, number)
            if stop is None or (stop >= len(piece) - 1 and not ended):  # there may be more of it
                more = text.read(max(_PIECE, len(piece) - at))
                piece, at, ended = piece[at:] + more, 0, not more
                if ended and not piece:
                    return
                continue
            found = piece[at:stop]
            if is_record:
                yield Record(line, found)
            at, line, number = stop, line + _ends(found), number + 1
            if ended and at >= len(piece):
                return

    def _line(self, text: str, at: int, number: int) -> tuple[int | None, bool]:
        """Where the logical line that starts here ends, None where no end is in sight; and whether it is a record."""
        if is_skipped(number, self._skiprows):
            first = self._first_skipped if text.startswith(self._separator, at) else self._skipped
            return self._extent(self._skipped, text, at, first), False
        for gone in (self._blank, self._remark):
            if (match := gone.match(text, at)) is not None:
                return match.end(), False
        return self._extent(self._field, text, at), True

    def _extent(self, pattern: re.Pattern[str], text: str, at: int, first: re.Pattern[str] | None = None) -> int | None:
        end = text.find(self._end or "\n", at)
        if end >= 0 and not any(mark in text[at:end] for mark in self._joining):
            return end + 1
        match = (first or pattern).match(text, at)
        while match is not None and match.end() < len(text) and match["end"] is None:
            match = pattern.match(text, match.end())
        return None if match is None else match.end()

    def fields(self, text: str) -> tuple[list[str], bool]:
        line = text.removesuffix(self._end) if self._end else text.rstrip("\r\n")
        if self._plain and not any(mark in line for mark in self._joining):
            return (line.split(self._separator) if line or not self._blanks else []), True
        found: list[str] = []
        at, closed = 0, True
        while True:
            match = self._field.match(text, at)
            assert match is not None  # every part of the pattern may be empty
            at, closed = match.end(), match["open"] is None
            value = self._value(match)
            # Blanks at the end of a line are no field where blanks separate.
            if value or match["quoted"] is not None or not found or self._separator != r"\s+":
                found.append(value)
            if match["end"] is not None:
                return found, closed

    def _value(self, match: re.Match[str]) -> str:
        if match["quoted"] is None:
            return self._unescaped(match["plain"])
        inside = match["quoted"]
        if not self._doubled:
            inside = self._unescaped(inside)
        elif self._escape:  # in one pass: an escaped quote is none of two
            doubled = rf"{re.escape(self._escape)}(.)|({re.escape(self._quote)}){{2}}"
            inside = re.sub(doubled, lambda found: found[1] or self._quote, inside, flags=re.DOTALL)
        else:
            inside = inside.replace(2 * self._quote, self._quote)
        rest = match["rest"] or ""
        literal = 1 if self._doubled else 0  # behind a closing quote nothing but a border has a meaning
        return inside + rest[:literal] + self._unescaped(rest[literal:])

    def _unescaped(self, text: str) -> str:
        if not self._escape or self._escape not in text:
            return text
        found = re.sub(re.escape(self._escape) + "(.|\\Z)", lambda match: match[1] or "\0\0", text, flags=re.DOTALL)
        if found.endswith("\0\0"):
            raise csv.Error(f"the text ends behind {self._escape!r}, the escape character: mend the end of the file.")
        return found


@functools.lru_cache(maxsize=64)
def _pattern(
    separator: str,
    end: str | None,
    quote: str | None,
    doubled: bool,
    escape: str | None,
    comment: str | None,
    remark: str,
    lead: str,
) -> re.Pattern[str]:
    """A field and what ends it: the separator, or as ``end`` what ends the record too."""
    ends = re.escape(end) if end else r"\r\n?|\n"
    between = r"[ \t]++" if separator == r"\s+" else re.escape(separator)
    borders = (r" \t" if separator == r"\s+" else re.escape(separator)) + (re.escape(end) if end else r"\r\n")
    marks = "".join(re.escape(mark) for mark in (escape, comment) if mark)
    escaped = f"{re.escape(escape)}(?:.|\\Z)|" if escape else ""
    other = rf"(?:{escaped}[^{borders}{marks}])*+"
    stop = rf"(?:{between}|(?P<end>{ends}|{remark}|\Z))"
    if not quote:
        return re.compile(rf"{lead}(?P<quoted>(?!))?(?P<rest>(?!))?(?P<open>(?!))?(?P<plain>{other}){stop}", re.DOTALL)
    mark = re.escape(quote)
    inside = rf"(?:{escaped}[^{mark}{re.escape(escape) if escape else ''}]{f'|{mark}{mark}' if doubled else ''})*+"
    first = rf"[^{borders}{mark}]?" if doubled else ""
    rest = rf"(?P<rest>{first}{other})"
    quoted = rf"{mark}(?P<quoted>{inside})(?:{mark}{rest}|(?P<open>\Z))"
    return re.compile(rf"{lead}(?:{quoted}|(?P<plain>{other})){stop}", re.DOTALL)


class Lines:
    """What pandas' Python parser does: lines that are split by a pattern, or the rows of Python's csv module."""

    def __init__(self, options: Mapping[str, Any]) -> None:
        self._options, self._comment = options, options.get("comment")

    def records(self, text: Iterator[str]) -> Iterator[Record]:
        line = 1
        for number, (found, fields) in enumerate(self._rows(self._bare(text))):
            is_record = fields is None or self.is_record(self._kept(fields))
            if is_record and not is_skipped(number, self._options["skiprows"]):
                yield Record(line, found)
            line += _ends(found)

    def _bare(self, text: Iterator[str]) -> Iterator[str]:
        return _without_mark(text)

    def fields(self, text: str) -> tuple[list[str], bool]:
        try:
            return self._kept(next(rows(iter([text]), [], self._options, strict=True), [])), True
        except csv.Error:
            return [text], False

    def _rows(self, text: Iterator[str]) -> Iterator[tuple[str, list[str] | None]]:
        held: list[str] = []
        try:
            for fields in rows(text, held, self._options, strict=True):
                yield "".join(held), fields
                held.clear()
        except csv.Error:  # quotes that are never closed, or that mean nothing
            yield "".join(held), None

    def _kept(self, fields: list[str]) -> list[str]:
        """The fields that stand before a comment."""
        if not self._comment:
            return fields
        kept: list[str] = []
        for field in fields:
            before, comment, _ = field.partition(self._comment)
            if not comment:
                kept.append(field)
                continue
            return [*kept, before] if before else kept
        return kept

    def is_record(self, fields: list[str]) -> bool:
        """Whether these are the fields of a record, and not of a blank line."""
        return len(fields) > 1 or bool(fields and fields[0].strip()) or not self._options.get("skip_blank_lines", True)


def _without_mark(text: Iterator[str]) -> Iterator[str]:
    for number, line in enumerate(text):
        yield line.removeprefix("\ufeff") if number == 0 else line


def rows(text: Iterator[str], held: list[str], options: Mapping[str, Any], strict: bool = False) -> Iterator[list[str]]:
    """The rows of a text for pandas' Python parser; the lines that were taken for the latest are added to `held`."""

    def noted() -> Iterator[str]:
        for line in text:
            held.append(line)
            yield line

    if len(options["sep"]) > 1:  # such rows are lines, whatever quotes are in them
        split = re.compile(options["sep"]).split
        yield from (split(line.strip()) for line in noted())
        return
    names = ("quotechar", "doublequote", "escapechar", "skipinitialspace", "quoting")
    given = {name: options[name] for name in names if name in options}
    yield from csv.reader(noted(), delimiter=options["sep"], strict=strict, **given)


def without_footer(text: Iterator[str], count: int, options: Mapping[str, Any]) -> Iterator[str]:
    """The lines of a text without its last `count` rows, each of which may be several lines with quotes; never the header.

    Raises
    ------
    Unquoted
        Quotes that Python's csv does not take, with which pandas reads such files: in the last rows too.
    """
    held: deque[list[str]] = deque()
    above = 0 if options["header"] is None else options["header"] + 1
    row: list[str] = []
    line = 0
    try:
        for number, fields in enumerate(rows(text, row, options, strict=True)):
            line += len(row)
            held.append(row[:])
            row.clear()
            if above:
                yield from held.popleft()
                above -= fields not in ([], [""]) and not is_skipped(number, options["skiprows"])
            elif len(held) > count:
                yield from held.popleft()
    except csv.Error as error:
        raise Unquoted(line + len(row), str(error)) from None


class Unquoted(Exception):
    """Quotes that stand where they may not.

    Parameters
    ----------
    line : int
        The line of the text at which that is seen.
    problem : str
        What Python's csv says.
    """

    def __init__(self, line: int, problem: str) -> None:
        super().__init__(line, problem)
        self.line, self.problem = line, problem


class Walk:
    """The records of a file, found by their numbers.

    Parameters
    ----------
    open_text : callable
        Gives the text of the file from its start.
    options : mapping
        As for pandas.
    above : int
        How many further records are lines of the header.
    by : Tokenizer, optional
        What tells records apart, if not pandas' tokenizer with these options.
    """

    def __init__(
        self, open_text: Callable[[], TextIO], options: Mapping[str, Any], above: int = 0, by: Tokenizer | None = None
    ) -> None:
        self._open, self._tokenizer = open_text, by or tokenizer(options)
        self._header = above + (0 if options["header"] is None else options["header"] + 1)
        self._next = 0
        self._records: Iterator[Record] | None = None

    def header(self) -> list[str]:
        """The fields of the header as they are written; none where there is no header."""
        found = self.find(-1)
        return [] if found is None else self._tokenizer.fields(found.text)[0]

    def find(self, number: int) -> Record | None:
        """A record by its number, the first below the header being 0; None where there are not so many."""
        if self._records is None or number < self._next:
            self._records = self._tokenizer.records(self._open())
            self._next = -self._header
        for record in self._records:
            self._next += 1
            if self._next > number:
                return record
        return None
