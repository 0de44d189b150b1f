"""The native engine: the C++ core, called through ``lazyframe.native``, which lets go of the GIL.

    text -> core (separators, then column after column) -> Arrow arrays around the buffers it has filled

Like every engine it offers ``parse(text, layout)``, and raises `Rejected` for a chunk that the core refuses: one that
holds anything of which it might not make exactly what pandas makes. `Parser` does the same in one pass over text
that does not end with a record, so nobody has to look for the end of the last record before.

The core allocates nothing. What becomes part of a result is allocated here, for each chunk; scratch memory is lent by the
thread and used again. How many records a chunk has is guessed from the chunks before it; where the guess was too
low the chunk is parsed again.

See docs/decisions/0034-engines-may-refuse.md and docs/decisions/0037-chunks-and-batches.md.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from lazyframe.csv.engines.layout import Layout, Rejected, verified
from lazyframe.csv.options.dialect import Missing
from lazyframe.csv.types.mismatches import CODED
from lazyframe.native import abi, library, scan
from lazyframe.native.memory import lender
from lazyframe.native.scan import MissingTexts, Scanner, Wanted
from lazyframe.schema import DType

FORMATS = {
    "%Y-%m-%d": 0,
    "%Y-%m-%d %H:%M:%S": 1,
    "%Y-%m-%dT%H:%M:%S": 2,
    "%Y-%m-%d %H:%M:%S.%f": 3,
    "%Y-%m-%dT%H:%M:%S.%f": 4,
}
"""The formats of dates that the core parses."""

QUOTE = ord('"')

_DISTINCT = 16_384
"""More distinct texts than this in one chunk are not worth a dictionary."""

_TABLE_BYTES = abi.ENTRY_BYTES * 8 * _DISTINCT
_DISTINCT_BYTES = 2**20
_CELLS, _TOGETHER = 2**19, 2**24
"""As many values, and as many bytes of text, are parsed into the same columns: what Python does once a batch is costly."""

_WIDE, _TIMES = 1024, 8
"""Of more columns more values, up to so many times: what Python does is done once a column and batch, so there have to be
some hundred records."""

_BLOCK = 32
"""As many columns of numbers stand in one block of memory, since each piece of memory costs Python more than a row of it; of
fewer each has its own, which goes when the column does."""

_EACH_ALL, _LEAST = 64, 4_096
"""So many columns of text have room for all the text each; if there are more, each has at least so many bytes."""

WINDOW = 4_096  # separators looked for at a time: with the text between them they fit the nearest caches


def supports(layout: Layout, formats: Mapping[int, str] | None = None) -> bool:
    """Whether the core can parse these columns at all; what it makes of a chunk is another question.

    Parameters
    ----------
    layout : Layout
        What is wanted.
    formats : mapping from int to str, optional
        The formats of columns of dates, by position.
    """
    if (
        not library.is_available()
        or layout.needs_pandas
        or layout.dialect.missing.texts is None
        or len(layout.dialect.separator) != 1
    ):
        return False
    formats = formats or {}
    return all(place in formats or _type_of(dtype) is not None for _, place, dtype in layout.wanted) and all(
        date_format in FORMATS for date_format in formats.values()
    )


def _type_of(dtype: DType) -> int | None:
    if pa.types.is_string(dtype.arrow):
        return abi.CODED
    if pa.types.is_boolean(dtype.arrow):
        return abi.BOOL
    return {"i": abi.INT64, "u": abi.INT64, "f": abi.FLOAT64}.get(dtype.kind)


class Following(NamedTuple):
    """A text to parse, where the records of interest stop, and whether nothing follows it."""

    text: Any
    stop: int | None = None
    at_end: bool = True


class Parsed(NamedTuple):
    """What was made of a piece of text.

    Parameters
    ----------
    arrays : list of (pyarrow.Array or None)
        The wanted columns, in order; None for those that were only checked.
    records : int
        How many rows they have.
    consumed : int
        Where the first line starts that was not parsed.
    complete : bool
        Whether the records were parsed up to the stop; if not, the last one has to be given again, with what follows it.
    starts : numpy.ndarray, optional
        Where the records start, if a column was only checked; overwritten when more is parsed.
    """

    arrays: list[Any]
    records: int
    consumed: int
    complete: bool
    starts: Any = None


class _Output:
    """The memory of one column: what becomes part of the result, and what is lent for the time of the parsing."""

    __slots__ = ("bytes", "kind", "offsets", "table", "validity", "values")

    def __init__(self, kind: int, nullable: bool, capacity: int, length: int) -> None:
        self.kind = kind
        self.values: Any = None
        self.validity: Any = None
        self.offsets: Any = None
        self.bytes: Any = None
        self.table: Any = None
        if kind == abi.CHECKED:
            return
        if kind >= abi.CODED or nullable:
            self.validity = pa.allocate_buffer(capacity // 8 + 1)
        if kind == abi.TEXT:
            self.offsets = pa.allocate_buffer(4 * capacity + 4)
            self.bytes = lender.take("bytes", length)
            return
        self.values = pa.allocate_buffer(capacity // 8 + 1 if kind == abi.BOOL else (4 if kind == abi.CODED else 8) * capacity)
        if kind == abi.CODED:
            self.offsets = lender.take("offsets", 4 * _DISTINCT + 4)
            self.bytes = lender.take("distinct", _DISTINCT_BYTES)
            self.table = lender.take("table", _TABLE_BYTES)

    def release(self) -> None:
        """Give back what was lent."""
        names = {abi.TEXT: ("bytes",), abi.CODED: ("offsets", "distinct", "table")}.get(self.kind, ())
        lent = (self.bytes,) if self.kind == abi.TEXT else (self.offsets, self.bytes, self.table)
        for name, piece in zip(names, lent, strict=False):
            lender.give(name, piece)


class Parser:
    r"""Parses text after text of one layout. It belongs to one thread at a time.

    Parameters
    ----------
    layout : Layout
        The columns of the file, and those that are wanted.
    formats : mapping from int to str, optional
        For columns that are to become dates, by position: their format, one of `FORMATS`. Their dtype is not looked at.
    instruction_set : str, optional
        Use this one.
    checked : frozenset of int, optional
        The positions of text columns of which nothing is made. They are only looked at for what would make the core
        refuse them, so that `gather` and another parser can make of some of the records what they need.

    Raises
    ------
    Rejected
        The core cannot parse such columns: see `supports`.

    Examples
    --------
    >>> from lazyframe.csv.options.dialect import Dialect
    >>> from lazyframe.schema import dtype_named
    >>> layout = Layout(Dialect(), ("a", "b"), (("b", 1, dtype_named("float64")),), (None,))
    >>> text = b"1,2.5\n2,3\n4,"
    >>> parsed = Parser(layout).parse(text, at_end=False) if supports(layout) else Parsed([], 2, 10, False)
    >>> parsed.records, parsed.consumed, parsed.complete
    (2, 10, False)
    """

    def __init__(
        self,
        layout: Layout,
        formats: Mapping[int, str] | None = None,
        instruction_set: str | None = None,
        checked: frozenset[int] = frozenset(),
    ) -> None:
        if not supports(layout, formats):
            raise Rejected
        self._dtypes = [dtype for _, _, dtype in layout.wanted]
        self._layout = layout
        self._density = 0.0  # records in a byte
        self._starts = np.empty(0, np.uint32) if checked else None
        self._block: pa.Buffer | None = None
        self._shares: dict[int, int] = {}  # how much more than others a column of text has of the text
        self._scanner = Scanner(
            list(_wanted(layout, formats or {}, checked)),
            layout.width,
            layout.dialect.separator[0],
            QUOTE,
            missing_texts(layout.dialect.missing),
            library.level() if instruction_set is None else abi.LEVELS[instruction_set],
            WINDOW,
        )
        of_numbers = [number for number, column in enumerate(self._scanner.columns) if column.type in _ARROW]
        self._numbers = of_numbers if len(of_numbers) >= _BLOCK else []
        in_block = set(self._numbers)
        self._others = [number for number in range(len(self._dtypes)) if number not in in_block]

    def release(self) -> None:
        """Let go of the memory of what was parsed last: it is held for a text that may follow."""
        self._block = None
        self._scanner.release()

    def parse(
        self,
        text: Any,
        stop: int | None = None,
        at_end: bool = True,
        limit: int | None = None,
        following: Callable[[int], Following] | None = None,
    ) -> Parsed:
        """The records of `text`, which begins at the start of a record; and of texts that follow, while there are few.

        Parameters
        ----------
        text : bytes-like
            Anything with a buffer of bytes.
        stop : int, optional
            Only records that start before it are parsed.
        at_end : bool, default True
            Whether nothing follows the text, so that its last record needs no newline.
        limit : int, optional
            Parse no more records than this.
        following : callable, optional
            Given how much of the latest text was parsed, gives the text from there on. It is called where the arrays can
            hold more; what it gives may be refused, and is then left to the next call.

        Returns
        -------
        Parsed
            What was consumed is of the latest text.

        Raises
        ------
        Rejected
            Another engine has to look at this text.
        """
        piece, size = Following(text, stop, at_end), pa.py_buffer(text).size
        if size > abi.LONGEST:
            raise Rejected
        if not self._density and size:
            self._density = self._counted(piece) / size
        columns = self._scanner.columns
        pieces = 1
        if following is not None and self._density and self._starts is None:
            count = len(columns) or 1
            enough = _CELLS * min(_TIMES, max(1, count / _WIDE)) / count / self._density
            pieces = max(1, int(min(enough, _TOGETHER)) // size)
        room = pieces * size if stop is None else min(pieces * size, stop + size)
        outputs: dict[int, _Output] = {}
        try:
            capacity, records, consumed, reason = self._begun(outputs, piece, limit, room)
            total = consumed
            while following is not None and pieces > 1 and reason == abi.NEED_MORE and consumed:
                pieces -= 1
                piece, before = following(consumed), bytes(columns)
                reason, found, consumed = self._scanned(piece, capacity, records)
                if reason not in (abi.DONE, abi.NEED_MORE, abi.CAPACITY):
                    memoryview(columns).cast("B")[:] = before
                    if reason == abi.FULL and columns[self._scanner.result.column].type == abi.TEXT:
                        self._grow(room)
                    reason, consumed = abi.NEED_MORE, 0
                    break
                records, total = found, total + consumed
            if total:
                self._density = max(self._density, records / total)
            arrays = self._arrays(outputs, capacity, records)
        finally:
            for output in outputs.values():
                output.release()
        starts = None if self._starts is None else self._starts[:records]
        return Parsed(verified(arrays, self._layout), records, consumed, reason != abi.NEED_MORE, starts)

    def _begun(self, outputs: dict[int, _Output], piece: Following, limit: int | None, room: int) -> tuple[int, int, int, int]:
        """Memory for what `room` bytes of text hold, and a first piece in it: for how many records it is, how many there are,
        how much text, why no more.
        """
        columns, guess = self._scanner.columns, int(room * self._density * 1.05) + 64
        while True:
            capacity = guess if limit is None else min(guess, limit)
            if self._starts is not None and len(self._starts) < capacity:
                self._starts = np.empty(capacity, np.uint32)
            for output in outputs.values():
                output.release()
            outputs.clear()
            if self._numbers:
                self._block = pa.allocate_buffer(_stride(capacity) * len(self._numbers))
                self._scanner.give_block(self._numbers, self._block, _stride(capacity))
            for number in self._others:
                column = columns[number]
                output = _Output(column.type, bool(column.flags & abi.NULLABLE), capacity, self._share(number, room))
                outputs[number] = output
                if output.kind == abi.CODED:
                    column.distinct_capacity = _DISTINCT
                self._scanner.give(number, values=output.values, validity=output.validity, offsets=output.offsets)
                self._scanner.give(number, bytes=output.bytes, table=output.table)
            reason, records, consumed = self._scanned(piece, capacity, 0)
            if reason in (abi.DONE, abi.NEED_MORE) or (reason == abi.CAPACITY and records == limit):
                return capacity, records, consumed, reason
            if reason == abi.CAPACITY:
                guess = max(self._counted(piece), 2 * guess)
            elif reason == abi.FULL and columns[self._scanner.result.column].type == abi.CODED:
                columns[self._scanner.result.column].type = abi.TEXT
            elif reason != abi.FULL or not self._grow(room):
                raise Rejected

    def _share(self, number: int, room: int) -> int:
        """How many bytes a column gets for its texts, of so much text: of many columns not each can have room for all of it."""
        if len(self._others) <= _EACH_ALL:
            return room
        return min(room, max(_LEAST, 8 * room // len(self._others)) * self._shares.get(number, 1))

    def _grow(self, room: int) -> bool:
        """Let the column of text whose memory was full have more from now on; False where it has room for all."""
        number = self._scanner.result.column
        if self._share(number, room) == room:
            return False
        self._shares[number] = 8 * self._shares.get(number, 1)
        return True

    def _scanned(self, piece: Following, capacity: int, done: int) -> tuple[int, int, int]:
        """Have the core parse a piece, `done` records being in the columns: why it stopped, how many they are, how much text."""
        if pa.py_buffer(piece.text).size > abi.LONGEST:
            return abi.MISFIT, done, 0
        result = self._scanner.scan(piece.text, piece.stop, piece.at_end, capacity, done, self._starts)
        return result.reason, result.records, result.consumed

    def _counted(self, piece: Following) -> int:
        """No fewer records than there are in the text."""
        found = self._scanner.count(piece.text, piece.stop, piece.at_end)
        if found < 0:
            raise Rejected
        return found + 1

    def _arrays(self, outputs: dict[int, _Output], capacity: int, count: int) -> list[Any]:
        """The columns, in order."""
        found: list[Any] = [None] * len(self._dtypes)
        for number, output in outputs.items():
            found[number] = self._array(number, count, output)
        values, columns = _stride(capacity) // 8, self._scanner.columns
        whole = {
            kind: pa.Array.from_buffers(arrow, values * len(self._numbers), [None, self._block], 0)
            for kind, arrow in (_ARROW.items() if self._numbers else ())
        }
        for place, number in enumerate(self._numbers):
            array = whole[columns[number].type].slice(place * values, count)
            found[number] = self._number(array, self._dtypes[number])
        return found

    def _array(self, number: int, count: int, output: _Output) -> pa.Array:
        column, kind = self._scanner.columns[number], output.kind
        if kind == abi.CHECKED:
            return None
        values, missing = output.values, column.missing
        validity = output.validity if missing else None
        if kind == abi.TEXT:
            texts = output.bytes[: column.bytes_used].tobytes()
            return pa.Array.from_buffers(pa.string(), count, [validity, output.offsets, pa.py_buffer(texts)], missing)
        if kind == abi.CODED:
            distinct = column.distinct
            offsets = output.offsets[: 4 * distinct + 4].tobytes()
            texts = output.bytes[: column.bytes_used].tobytes()
            dictionary = pa.Array.from_buffers(pa.string(), distinct, [None, pa.py_buffer(offsets), pa.py_buffer(texts)], 0)
            return pa.DictionaryArray.from_buffers(CODED, count, [validity, values], dictionary, missing)
        if kind == abi.BOOL:
            return pa.Array.from_buffers(pa.bool_(), count, [validity, values], missing)
        if kind == abi.TIME:
            return pa.Array.from_buffers(pa.timestamp("us"), count, [validity, values], missing)
        return self._number(pa.Array.from_buffers(_ARROW[kind], count, [None, values], 0), self._dtypes[number])

    def _number(self, array: pa.Array, dtype: DType) -> pa.Array:
        if dtype.name in ("int64", "float64"):
            return array
        if dtype.kind == "f":
            with np.errstate(over="ignore"):
                return pa.array(array.to_numpy().astype(dtype.name))
        try:
            return array.cast(dtype.arrow)
        except pa.ArrowInvalid as error:
            raise Rejected from error


_ARROW = {abi.INT64: pa.int64(), abi.FLOAT64: pa.float64()}


def _stride(capacity: int) -> int:
    """How many bytes a column of a block has: whole cache lines, so that no two columns share one."""
    return (8 * capacity + 63) // 64 * 64


def _wanted(layout: Layout, formats: Mapping[int, str], checked: frozenset[int]) -> Iterator[Wanted]:
    """The columns, as the core wants to be told of them."""
    for (_, place, dtype), seen in zip(layout.wanted, layout.seen, strict=True):
        if place in formats:
            yield Wanted(place, abi.TIME, format=FORMATS[formats[place]])
        elif place in checked:
            yield Wanted(place, abi.CHECKED)
        else:
            kind = _type_of(dtype)
            assert kind is not None
            if kind == abi.CODED and place in layout.plain:
                kind = abi.TEXT
            nullable = abi.NULLABLE if kind == abi.BOOL and dtype.name == "object" else 0
            yield Wanted(place, kind, nullable | (abi.DIGITS if kind == abi.BOOL and seen is None else 0))


@functools.lru_cache(maxsize=64)
def missing_texts(missing: Missing) -> MissingTexts:
    """The texts that mean "missing", as the core wants them."""
    listed = sorted(missing.texts or ())
    encoded = [text.encode("utf-8", "surrogatepass") for text in listed]
    offsets = np.cumsum([0, *map(len, encoded)]).astype(np.uint32)
    texts = np.frombuffer(b"".join(encoded) + b"\0", np.uint8)
    return MissingTexts(texts, offsets, any(_may_be_value(text) for text in listed))


def _may_be_value(text: str) -> bool:
    """Whether the core would take this text for a number, a truth value or a date, or nearly so."""
    if text.strip().lower() in ("true", "false") or re.match(r"\d{4}-\d\d-\d\d", text):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return any(character.isdigit() for character in text)


def parse(text: bytes, layout: Layout) -> list[pa.Array]:
    """The wanted columns of whole records.

    Raises
    ------
    Rejected
        Another engine has to look at this chunk.
    """
    known: dict[str, Any] = vars(layout)  # as functools.cached_property does: what is made once of a layout stays with it
    parser: Parser = known.pop("native", None) or Parser(layout)  # taken out, so that no other thread has the same one
    try:
        return parser.parse(text).arrays
    finally:
        known["native"] = parser


def count(text: Any, separator: bytes, width: int, stop: int | None = None, at_end: bool = True) -> tuple[int, int]:
    r"""How many records start before `stop`, and where the first line starts that is at or after it: see `native.scan.count`.

    Raises
    ------
    Rejected
        Quotes or returns stand where the core does not expect them, a record has more than `width` fields, or there is no core.

    Examples
    --------
    >>> count(b'1,"a\nb"\n\n2,c\n', b",", 2) if library.is_available() else (2, 13)
    (2, 13)
    """
    found = scan.count(text, separator[0], width, stop, at_end)
    if found is None:
        raise Rejected
    return found
