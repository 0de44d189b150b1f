r"""Where records start in a piece of text.

A record ends at a newline that is not inside quotes. Quotes follow the rules of pandas' C parser: a quote opens
only as the first byte of a field; inside, two quotes are one; after the closing quote the field goes on as plain
text up to the separator. pandas also ends a record at a lone ``\r``; text is only ever *cut* at ``\n``, which is
what `first` and `last` look for.

Every function here is given text that begins at the start of a record. There are two ways to read quotes:

* When every quote is *proper* (an opening one follows a separator or a line end, a closing one stands before
  one), a place is inside quotes exactly when an odd number of quotes comes before it. One vectorised pass
  finds the quotes, and the answer is a few lookups.
* Otherwise a regular expression walks over the records that have quotes, field by field. It is exact for any
  text, and about twenty times slower.

See docs/decisions/0032-records-are-bounded.md.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

QUOTE = b'"'
_PIECE = 2**18


def first(text: bytes, at: int, separator: bytes) -> int | None:
    r"""The first record start at or after `at`; None when the text ends before one.

    Examples
    --------
    >>> first(b'1,"a\nb"\n2,c\n', 3, b",")
    8
    """
    if at <= 0:
        return 0
    if QUOTE not in text:
        return text.find(b"\n", at - 1) + 1 or None
    quotes = _quotes(text)
    newline = text.find(b"\n", at - 1)
    while newline >= 0:
        before = int(np.searchsorted(quotes, newline))
        if before % 2 == 0:
            if not _proper(text, quotes[:before], separator):
                break
            return newline + 1
        newline = text.find(b"\n", int(quotes[before])) if before < len(quotes) else -1
    if newline < 0 and _proper(text, quotes[quotes < len(text) - 1], separator):
        return None
    return next((start for start in _walk(text, separator) if start >= at), None)


def last(text: bytes, separator: bytes) -> int:
    r"""The last record start in the text; 0 when the text is less than one record.

    Examples
    --------
    >>> last(b'1,a\n2,"b\nc', b",")
    4
    """
    newline = text.rfind(b"\n")
    if QUOTE not in text:
        return newline + 1
    quotes = _quotes(text)
    while newline >= 0:
        before = int(np.searchsorted(quotes, newline))
        if before % 2 == 0:
            break
        newline = text.rfind(b"\n", 0, int(quotes[before - 1]))
    if _proper(text, quotes[quotes < len(text) - 1], separator):
        return newline + 1
    found = 0
    for start in _walk(text, separator):
        found = start
    return found


def is_proper(text: bytes, separator: bytes) -> bool:
    r"""Whether every quote of these whole records opens or closes a whole field.

    Examples
    --------
    >>> is_proper(b'1,"a"\n', b","), is_proper(b'1,a"b"\n', b",")
    (True, False)
    """
    if QUOTE not in text:
        return True
    quotes = _quotes(text)
    return len(quotes) % 2 == 0 and _proper(text, quotes, separator)


def _quotes(text: bytes) -> npt.NDArray[np.intp]:
    data = np.frombuffer(text, np.uint8)
    if len(data) <= _PIECE:
        return np.flatnonzero(data == ord(QUOTE))
    # Piece by piece: what is compared then stays in the caches, and is never as long as the text.
    pieces = (np.flatnonzero(data[at : at + _PIECE] == ord(QUOTE)) + at for at in range(0, len(data), _PIECE))
    return np.concatenate(list(pieces))


def _proper(text: bytes, quotes: npt.NDArray[np.intp], separator: bytes) -> bool:
    if len(quotes) == 0:
        return True
    data = np.frombuffer(text, np.uint8)
    border = borders(separator)
    opening, closing = quotes[0::2], quotes[1::2]
    if opening[0] == 0:
        opening = opening[1:]
    if len(closing) and closing[-1] == len(text) - 1:
        closing = closing[:-1]
    return bool(border[data[opening - 1]].all() and border[data[closing + 1]].all())


def borders(separator: bytes) -> npt.NDArray[np.bool_]:
    """Which bytes may stand before a proper opening quote, and behind a closing one.

    A quote beside a quote is proper only as one half of a doubled quote inside a field: the closing one is followed at once by
    the next opening one. An opening quote that has a quote before it has this closing one there, for quotes are taken in order.
    """
    border = np.zeros(256, np.bool_)
    border[[ord("\n"), ord("\r"), ord(separator), ord(QUOTE)]] = True
    return border


def _walk(text: bytes, separator: bytes) -> Iterator[int]:
    """Every start after a newline, exactly: plain lines by their newlines, records with quotes by their fields."""
    field = _pattern(separator)
    start = 0
    while True:
        quote = text.find(QUOTE, start)
        newline = text.find(b"\n", start)
        while newline >= 0 and (quote < 0 or newline < quote):
            start = newline + 1
            yield start
            newline = text.find(b"\n", start)
        if quote < 0:
            return
        ending = separator
        while ending in (separator, b"\r"):
            match = field.match(text, start)
            assert match is not None  # every alternative of the pattern may be empty
            start, ending = match.end(), match.group("end")
        if not ending:
            return
        yield start


@functools.lru_cache(maxsize=16)
def _pattern(separator: bytes) -> re.Pattern[bytes]:
    other = rb"[^" + re.escape(separator) + rb"\r\n]*+"
    quoted = rb'"(?P<quoted>(?:[^"]++|"")*+)(?:"(?P<rest>' + other + rb")|(?P<open>\Z))"
    return re.compile(rb"(?:" + quoted + rb"|(?P<plain>" + other + rb"))(?P<end>" + re.escape(separator) + rb"|\r\n?|\n|\Z)")


def each(text: bytes, separator: bytes, start: int = 0) -> Iterator[tuple[int, int, list[bytes], bool]]:
    r"""Every record: where it starts, where the next one does, its fields, and whether its quotes are closed.

    Slow and exact, for headers and for errors. Blank lines are no records, as in pandas.

    Examples
    --------
    >>> list(each(b'a,"b,c"\n\n1', b","))
    [(0, 8, [b'a', b'b,c'], True), (9, 10, [b'1'], True)]
    """
    field = _pattern(separator)
    blank = _blank(separator)
    while start < len(text):
        if (skipped := blank.match(text, start)) is not None:
            start = skipped.end()
            continue
        newline = text.find(b"\n", start)
        line = text[start : newline if newline >= 0 else len(text)]
        line = line[:-1] if newline >= 0 and line.endswith(b"\r") else line
        if QUOTE not in line and b"\r" not in line:
            begin, start = start, newline + 1 if newline >= 0 else len(text)
            yield begin, start, line.split(separator), True
            continue
        begin, fields, closed, ending = start, [], True, separator
        while ending == separator:
            match = field.match(text, start)
            assert match is not None  # every alternative of the pattern may be empty
            if match["plain"] is not None:
                fields.append(match["plain"])
            else:
                fields.append(match["quoted"].replace(b'""', b'"') + (match["rest"] or b""))
                closed = closed and match["open"] is None
            start, ending = match.end(), match["end"]
        yield begin, start, fields, closed


def count(text: bytes, separator: bytes) -> int:
    r"""How many records there are in this text of whole records.

    Examples
    --------
    >>> count(b'a\n\n"b\nc"\n', b",")
    2
    """
    if not text:
        return 0
    found = _bounds(text, separator, _quotes(text))
    return sum(1 for _ in each(text, separator)) if found is None else len(found[0])


def each_line(text: bytes, separator: bytes, start: int = 0) -> Iterator[tuple[int, int, list[bytes]]]:
    r"""Every line, as pandas counts those that ``skiprows`` passes over: where it starts, and the next one does.

    Blank ones too, and one with a line break in quotes once. What follows the last line break is none.

    Examples
    --------
    >>> [stop for _, stop, _ in each_line(b'x,"a\nb"\n\n1,2\n', b",")]
    [8, 9, 13]
    """
    field = _pattern(separator)
    stop = start
    while True:
        ending = separator
        while ending == separator:
            match = field.match(text, stop)
            assert match is not None  # every alternative of the pattern may be empty
            stop, ending = match.end(), match["end"]
        if not ending:
            return
        yield start, stop, []
        start = stop


def after_blanks(text: bytes, start: int, separator: bytes) -> int:
    r"""Where the text goes on after the whole blank lines that stand here.

    Examples
    --------
    >>> after_blanks(b"a\n\n \r\n b", 2, b",")
    6
    """
    end = len(text) - len(text[start:].lstrip(b"\r\n" + _blanks(separator)))
    return max(text.rfind(b"\n", start, end), text.rfind(b"\r", start, end), start - 1) + 1


class Spans(NamedTuple):
    """Where the records of a text stand.

    Parameters
    ----------
    starts, stops : array of int
        Of each record; what stands between two is blank lines.
    widths : array of int
        How many fields each has.
    closed : bool
        Whether the last one ends outside quotes; the others always do.
    """

    starts: npt.NDArray[np.intp]
    stops: npt.NDArray[np.intp]
    widths: npt.NDArray[np.intp]
    closed: bool


def spans(text: bytes, separator: bytes) -> Spans:
    r"""Where the records of this text of whole records stand, and how many fields each has.

    Examples
    --------
    >>> found = spans(b'1,"a,b"\n\n2,c,d\n', b",")
    >>> found.starts.tolist(), found.stops.tolist(), found.widths.tolist()
    ([0, 9], [8, 15], [2, 3])
    """
    quotes = _quotes(text)
    found = _bounds(text, separator, quotes) if text else None
    if found is None:
        walked = [(start, stop, len(fields), closed) for start, stop, fields, closed in each(text, separator)]
        table = np.array([row[:3] for row in walked], np.intp).reshape(-1, 3)
        return Spans(table[:, 0], table[:, 1], table[:, 2], all(row[3] for row in walked))
    starts, stops = found
    separators = _outside(np.flatnonzero(np.frombuffer(text, np.uint8) == ord(separator)), quotes)
    widths = np.searchsorted(separators, stops) - np.searchsorted(separators, starts) + 1
    return Spans(starts, stops, widths, True)


def leading(text: bytes, count: int, separator: bytes) -> bytes:
    r"""The first so many records of a text of whole records.

    Examples
    --------
    >>> leading(b'1,"a\nb"\n2,c\n3,d\n', 2, b",")
    b'1,"a\nb"\n2,c\n'
    """
    if text.count(b"\n") + text.count(b"\r") < count:
        return text
    stops = spans(text, separator).stops
    return text[: stops[count - 1] if count else 0] if len(stops) > count else text


def _bounds(
    text: bytes, separator: bytes, quotes: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]] | None:
    """Where the records start and stop; None where only walking over the text tells."""
    lone = b"\r" in text and text.count(b"\r") != text.count(b"\r\n")
    if lone or len(quotes) % 2 or not _proper(text, quotes, separator):
        return None
    data = np.frombuffer(text, np.uint8)
    stops = _outside(np.flatnonzero(data == ord("\n")), quotes) + 1
    if not len(stops) or stops[-1] < len(text):
        stops = np.append(stops, len(text))
    starts = np.concatenate([[0], stops[:-1]])
    if not np.isin(data[starts], list(b"\n\r \t")).any():
        return starts, stops
    is_text = np.ones(256, np.bool_)
    is_text[list(b"\n\r" + _blanks(separator))] = False
    filled = np.logical_or.reduceat(is_text[data], starts)
    return starts[filled], stops[filled]


def _outside(places: npt.NDArray[np.intp], quotes: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
    """The places that are not inside quotes, where all quotes are proper."""
    return places[np.searchsorted(quotes, places) % 2 == 0] if len(quotes) else places


def _blanks(separator: bytes) -> bytes:
    """What a line may hold that pandas passes over."""
    return b" \t".replace(separator, b"")


@functools.lru_cache(maxsize=16)
def _blank(separator: bytes) -> re.Pattern[bytes]:
    """Lines that pandas passes over: nothing, or blanks and tabs that are not the separator."""
    blanks = rb"[" + _blanks(separator) + rb"]*+"
    return re.compile(rb"(?:" + blanks + rb"(?:\r\n?|\n))++(?:" + blanks + rb"\Z)?|" + blanks + rb"\Z")
