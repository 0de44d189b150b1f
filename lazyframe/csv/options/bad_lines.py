"""What becomes of a bad line, a record with more fields than its file has columns: ``on_bad_lines`` of ``read_csv``.

    text of whole records -> sift -> text in which every record can be parsed, and the bad ones with their places

The first record of the input is never bad, for pandas makes an index of what it has too much (we refuse that: see
`sample.with_header`); with ``usecols`` no record is, for there the rest is let go. A record with too few fields is no bad
line: it is padded. A quote that is never closed is an error for pandas whatever ``on_bad_lines`` says.

See docs/decisions/0053-bad-lines-are-sifted.md.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from lazyframe.csv.options.dialect import Dialect
from lazyframe.csv.text import records
from lazyframe.frozen import frozen

WORDS = ("error", "warn", "skip", "collect")
"""What ``on_bad_lines`` may be, besides a function."""

NEVER_CLOSED = "a quote is opened and never closed"

_REMEMBERED = 100_000  # bad lines
_SHOWN = 5  # places that a warning names


@frozen
class BadLines:
    """What is to become of bad lines.

    Parameters
    ----------
    policy : str
        One of `WORDS`, or ``"mend"``.
    mend : callable, optional
        Makes of the fields of a bad line those that are read, or None.
    token : str
        Says it apart from others; two functions are never taken for the same.
    known : dict
        What the function made of the lines that it was called for in this process, by file and offset: it may count them, or
        write them down, and the sample has some of those that a query meets again.
    """

    policy: str = "error"
    mend: Callable[[list[str]], Sequence[Any] | None] | None = None
    token: str = ""
    known: dict[tuple[int, int], tuple[bytes | None, int]] = field(default_factory=dict, compare=False, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "known": {}}

    @classmethod
    def of(cls, on_bad_lines: Any) -> BadLines:
        """What this argument of ``read_csv`` asks for.

        Raises
        ------
        ValueError
            It is nothing that can be asked for.

        Examples
        --------
        >>> BadLines.of("skip").policy
        'skip'
        """
        if callable(on_bad_lines):
            return cls("mend", on_bad_lines, uuid.uuid4().hex)
        if not isinstance(on_bad_lines, str) or on_bad_lines not in WORDS:
            words = ", ".join(map(repr, WORDS))
            raise ValueError(
                f"on_bad_lines={on_bad_lines!r}: pass one of {words}, or a function that takes the list of fields of a bad line "
                "and returns the list to read in its place, or None to leave the line out."
            )
        return cls(on_bad_lines, None, on_bad_lines)

    @property
    def are_errors(self) -> bool:
        return self.policy == "error"


ERRORS = BadLines()


@frozen
class Bad:
    """A bad line.

    Parameters
    ----------
    record : int
        Which record of the text it is.
    start, stop : int
        Where it stands in the text.
    reason : str
        What is wrong with it.
    """

    record: int
    start: int
    stop: int
    reason: str


@frozen
class Sifted:
    """A text without its bad lines.

    Parameters
    ----------
    text : bytes
        What can be parsed.
    bad : tuple of Bad
        The lines that were left out or, if a function mends them, those that are still too long.
    kept : array of int, optional
        For each record of `text`, which record of the text before it was; None where all were kept.
    end : int, optional
        How much of the text before it is; None where that is as long as `text`.
    """

    text: bytes
    bad: tuple[Bad, ...] = ()
    kept: npt.NDArray[np.intp] | None = None
    end: int | None = None

    @property
    def length(self) -> int:
        """How much of the text before it is."""
        return len(self.text) if self.end is None else self.end

    def number(self, record: int) -> int:
        """Which record of the text before sifting a record of `text` was."""
        return record if self.kept is None or record >= len(self.kept) else int(self.kept[record])


class MendingError(Exception):
    """The user's function did not do with a bad line what it should.

    Parameters
    ----------
    record : int
        The bad line's number in the text.
    cause : Exception
        What the user is to be told.
    """

    def __init__(self, record: int, cause: Exception) -> None:
        super().__init__(record, cause)
        self.record = record
        self.cause = cause


def too_many(found: int, width: int) -> str:
    """What is said of a record with too many fields."""
    return f"{found} fields, expected {width}"


def sift(
    text: bytes,
    width: int,
    dialect: Dialect,
    policy: BadLines,
    limit: int | None = None,
    place: tuple[int, int] | None = None,
) -> Sifted:
    r"""Take the bad lines out of a text of whole records.

    Parameters
    ----------
    text : bytes
        Whole records.
    width : int
        How many columns the file has.
    dialect : Dialect
        How the text is written.
    policy : BadLines
        What is to become of them.
    limit : int, optional
        Go no further than where this many records can be parsed.
    place : tuple of (int, int), optional
        The file that the text is of, and where it stands there.

    Raises
    ------
    MendingError
        The user's function fails.

    Examples
    --------
    >>> sift(b"1,2\n3,4,5\n6,7\n", 2, Dialect(), BadLines.of("skip")).text
    b'1,2\n6,7\n'
    """
    spans = records.spans(text, dialect.separator)
    wrong = spans.widths > width if dialect.check_fields else np.zeros(len(spans.widths), np.bool_)
    never_closed = policy.policy == "collect" and not spans.closed
    if not spans.closed:  # an error, but where it can be collected
        wrong[-1] = never_closed
    pieces: list[bytes] = []
    bad: list[Bad] = []
    dropped: list[int] = []
    at = 0
    for number in np.flatnonzero(wrong).tolist():
        if limit is not None and number - len(dropped) >= limit:
            break
        start, stop = int(spans.starts[number]), int(spans.stops[number])
        reason = too_many(int(spans.widths[number]), width)
        if never_closed and number == len(wrong) - 1:
            reason = NEVER_CLOSED
        mended = None
        if policy.mend is None:
            bad.append(Bad(number, start, stop, reason))
        else:
            key = None if place is None else (place[0], place[1] + start)
            if key in policy.known:
                mended, found = policy.known[key]
            else:
                mended, found = _mended(text[start:stop], width, dialect, policy.mend, number)
                if key is not None and len(policy.known) < _REMEMBERED:
                    policy.known[key] = mended, found
            if found > width:
                bad.append(Bad(number, start, stop, too_many(found, width)))
        pieces.append(text[at:start])
        if mended is None:
            dropped.append(number)
        else:
            pieces.append(mended)
        at = stop
    total = len(wrong) - len(dropped)
    kept = np.delete(np.arange(len(wrong)), dropped) if dropped else None
    end = len(text)
    if limit is not None and total > limit:
        end = int(spans.stops[limit - 1 if kept is None else kept[limit - 1]])
    if not pieces:
        return Sifted(text[:end])
    return Sifted(b"".join(pieces) + text[at:end], tuple(bad), kept, end)


def _mended(
    line: bytes, width: int, dialect: Dialect, mend: Callable[[list[str]], Sequence[Any] | None], number: int
) -> tuple[bytes | None, int]:
    """The line that the user's function makes of a bad one, None where it is to be left out; and how many fields it gave."""
    _, _, fields, _ = next(records.each(line, dialect.separator))
    try:
        found = mend([field.decode("utf-8", "surrogateescape") for field in fields])
        if found is None:
            return None, 0
        values = list(found)
    except Exception as error:
        raise MendingError(number, error) from error
    shortened = ["" if value is None else str(value) for value in values[:width] or [""]]
    return dialect.separator.join(map(quoted, shortened)) + b"\n", len(values)


def quoted(text: str) -> bytes:
    """A text as a quoted field."""
    return b'"' + text.replace('"', '""').encode("utf-8", "surrogateescape") + b'"'


def notice(policy: BadLines, count: int, places: Sequence[str]) -> Warning:
    """The one warning for all bad lines that a query came upon."""
    listed = "; ".join(places)
    lines = f"{count:,} bad line{'s' if count > 1 else ''}"
    if policy.policy == "mend":
        return pd.errors.ParserWarning(
            f"the function given as on_bad_lines returned too many fields for {lines}, and those too many are left out: {listed}."
        )
    return pd.errors.ParserWarning(
        f'{lines} skipped: {listed}. on_bad_lines="collect" keeps them in df.bad_lines, "skip" leaves them out without a word.'
    )


@frozen
class Tally:
    """How many bad lines reading came upon, and where the first of them stand.

    Parameters
    ----------
    count : int
        How many.
    first : tuple of (int, int, str)
        File, offset and reason of the first few.
    """

    count: int = 0
    first: tuple[tuple[int, int, str], ...] = ()

    def __add__(self, following: Tally) -> Tally:
        return Tally(self.count + following.count, (self.first + following.first)[:_SHOWN]) if following.count else self

    @classmethod
    def of(cls, bad: Sequence[Bad], file: int, offset: int) -> Tally:
        """The tally of the bad lines in a text that stands at an offset of a file."""
        return cls(len(bad), tuple((file, offset + found.start, found.reason) for found in bad[:_SHOWN]))


NONE = Tally()
