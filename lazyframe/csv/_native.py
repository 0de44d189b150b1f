"""The native engine: the C++ core of ``core/``, called through its plain C border with ctypes, which lets go of the GIL.

    text -> core (separators, then column after column) -> Arrow arrays around the buffers it has filled

Like every engine it offers ``parse(text, layout)``, and raises `Rejected` for a chunk that the core refuses: one that
holds anything of which it might not make exactly what pandas makes. `Parser` does the same in one pass over text
that does not end with a record, so nobody has to look for the end of the last record before.

The core allocates nothing. What becomes part of a result is allocated here, for each chunk; scratch memory belongs to
the thread and is used again. How many records a chunk has is guessed from the chunks before it; where the guess was too
low the chunk is parsed again.
"""

from __future__ import annotations

import ctypes
import functools
import math
import os
import threading
from collections.abc import Callable, Mapping, Sequence
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from lazyframe.csv.dialect import Missing
from lazyframe.csv.layout import CODED, Layout, Rejected, vouched
from lazyframe.schema import DType

_ABI = 4  # of core/api.h, as are all the numbers below
_DONE, _NEED_MORE, _CAPACITY, _FULL, _MISFIT = range(5)
_INT64, _FLOAT64, _BOOL, _CODED, _TEXT, _TIME, _CHECKED = range(7)
_NULLABLE, _DIGITS = 1, 2
_SCRATCH = 160
_LONGEST = 2**31 - 1  # offsets into text are int32

FORMATS = {
    "%Y-%m-%d": 0,
    "%Y-%m-%d %H:%M:%S": 1,
    "%Y-%m-%dT%H:%M:%S": 2,
    "%Y-%m-%d %H:%M:%S.%f": 3,
    "%Y-%m-%dT%H:%M:%S.%f": 4,
}
"""The formats of dates that the core parses."""

_LEVELS = {"auto": 0, "scalar": 1, "neon": 2, "avx2": 3, "avx512": 4}

_DISTINCT = 16_384
"""More distinct texts than this in one chunk are not worth a dictionary."""

_TABLE_BYTES = 24 * 8 * _DISTINCT
_DISTINCT_BYTES = 2**20
_CELLS, _TOGETHER = 2**19, 2**24
"""As many values, and as many bytes of text, are parsed into the same columns: what Python does once a batch is costly."""

_WINDOW = 4_096  # separators looked for at a time: with the text between them they fit the nearest caches


class _Column(ctypes.Structure):
    _fields_ = [
        ("field", ctypes.c_uint32),
        ("type", ctypes.c_uint32),
        ("flags", ctypes.c_uint32),
        ("format", ctypes.c_uint32),
        ("values", ctypes.c_void_p),
        ("validity", ctypes.c_void_p),
        ("offsets", ctypes.c_void_p),
        ("bytes", ctypes.c_void_p),
        ("bytes_capacity", ctypes.c_uint64),
        ("table", ctypes.c_void_p),
        ("table_bytes", ctypes.c_uint64),
        ("distinct_capacity", ctypes.c_uint32),
        ("distinct", ctypes.c_uint32),
        ("missing", ctypes.c_uint64),
        ("bytes_used", ctypes.c_uint64),
        ("table_size", ctypes.c_uint32),
        ("table_used", ctypes.c_uint32),
    ]


class _Request(ctypes.Structure):
    _fields_ = [
        ("data", ctypes.c_void_p),
        ("length", ctypes.c_uint64),
        ("stop", ctypes.c_uint64),
        ("capacity", ctypes.c_uint64),
        ("done", ctypes.c_uint64),
        ("delimiter", ctypes.c_uint8),
        ("quote", ctypes.c_uint8),
        ("at_end", ctypes.c_uint8),
        ("level", ctypes.c_uint8),
        ("width", ctypes.c_uint32),
        ("column_count", ctypes.c_uint32),
        ("missing_count", ctypes.c_uint32),
        ("missing_offsets", ctypes.c_void_p),
        ("missing_bytes", ctypes.c_void_p),
        ("missing_first", ctypes.c_uint32),
        ("scratch_capacity", ctypes.c_uint32),
        ("scratch", ctypes.c_void_p),
        ("columns", ctypes.c_void_p),
        ("starts", ctypes.c_void_p),
    ]


class _Result(ctypes.Structure):
    _fields_ = [
        ("records", ctypes.c_uint64),
        ("consumed", ctypes.c_uint64),
        ("blank_lines", ctypes.c_uint64),
        ("record", ctypes.c_uint64),
        ("offset", ctypes.c_uint64),
        ("column", ctypes.c_int32),
        ("reason", ctypes.c_uint32),
        ("quoted", ctypes.c_uint32),
        ("level", ctypes.c_uint32),
    ]


def _load(path: Path) -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(str(path))
        if library.lf_abi() != _ABI:
            return None
    except (OSError, AttributeError):  # of another machine, or no such library at all
        return None
    for function in (library.lf_scan, library.lf_count):
        function.argtypes = [ctypes.c_void_p, ctypes.c_void_p]
        function.restype = None
    pointer, number = ctypes.c_void_p, ctypes.c_uint64
    library.lf_gather.argtypes = [pointer, pointer, number, number, pointer, pointer]
    library.lf_gather.restype = number
    library.lf_join.argtypes = [pointer, pointer, ctypes.c_uint32, number, pointer, pointer, pointer]
    library.lf_join.restype = number
    library.lf_number.argtypes = [ctypes.c_char_p, ctypes.c_uint64, ctypes.c_uint32, ctypes.c_void_p]
    return library


@functools.cache
def _library() -> ctypes.CDLL | None:
    """The core, or None where it was not built, or was built from other sources."""
    paths = (Path(__file__).with_name(f"_core{suffix}") for suffix in EXTENSION_SUFFIXES)
    return next(filter(None, map(_load, filter(Path.exists, paths))), None)


def library() -> ctypes.CDLL | None:
    """The library that holds the core, for the other loops compiled into it; None where there is none."""
    return _library()


@functools.cache
def _level() -> int:
    """The number of the instruction set to use, as ``LAZYFRAME_SIMD`` says."""
    name = os.environ.get("LAZYFRAME_SIMD", "auto")
    if name not in _LEVELS:
        raise ValueError(f"LAZYFRAME_SIMD={name!r} is no instruction set: it is one of {', '.join(_LEVELS)}.")
    library = _library()
    if library is not None and not _has_level(library, _LEVELS[name]):
        raise ValueError(f"LAZYFRAME_SIMD={name!r}: this machine does not have it. Leave it out to use the best that there is.")
    return _LEVELS[name]


def _has_level(library: ctypes.CDLL, level: int) -> bool:
    request = _Request(level=level, delimiter=ord(","))
    result = _Result()
    library.lf_count(ctypes.byref(request), ctypes.byref(result))
    return result.reason in (_DONE, _NEED_MORE)


def available() -> bool:
    """Whether the core was built when the package was installed.

    Examples
    --------
    >>> available() in (True, False)
    True
    """
    return _library() is not None


def instruction_sets() -> tuple[str, ...]:
    """The instruction sets that the core can use on this machine, the best last; empty where there is no core.

    Examples
    --------
    >>> "scalar" in instruction_sets() or not available()
    True
    """
    library = _library()
    if library is None:
        return ()
    return tuple(name for name, level in _LEVELS.items() if level and _has_level(library, level))


def instruction_set() -> str:
    """The instruction set in use; empty where there is no core.

    Examples
    --------
    >>> instruction_set() in ("", "scalar", "neon", "avx2", "avx512")
    True
    """
    found = instruction_sets()
    if not found:
        return ""
    return found[-1] if _level() == 0 else next(name for name, level in _LEVELS.items() if level == _level())


def supports(layout: Layout, formats: Mapping[int, str] | None = None) -> bool:
    """Whether the core can parse these columns at all; what it makes of a chunk is another question.

    Parameters
    ----------
    layout : Layout
        What is wanted.
    formats : mapping from int to str, optional
        The formats of columns of dates, by position.
    """
    if not available() or layout.judged or layout.dialect.missing.texts is None or len(layout.dialect.separator) != 1:
        return False
    formats = formats or {}
    return all(place in formats or _type_of(dtype) is not None for _, place, dtype in layout.wanted) and all(
        date_format in FORMATS for date_format in formats.values()
    )


def _type_of(dtype: DType) -> int | None:
    if pa.types.is_string(dtype.arrow):
        return _CODED
    if pa.types.is_boolean(dtype.arrow):
        return _BOOL
    return {"i": _INT64, "u": _INT64, "f": _FLOAT64}.get(dtype.kind)


class Piece(NamedTuple):
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


def address_of(array: np.ndarray) -> int:
    """Where the numbers of an array begin, which stand side by side; much quicker than ``array.ctypes.data``."""
    address: int = pa.py_buffer(array).address
    return address


class _Growing:
    """An array that is made anew, larger, when there has to be room for more."""

    def __init__(self, dtype: Any) -> None:
        self.array = np.empty(0, dtype)

    def room(self, count: int) -> int:
        """Its address, there being room for `count` numbers."""
        if len(self.array) < count:
            self.array = np.empty(count, self.array.dtype)
        return address_of(self.array)


class _Scratch(threading.local):
    """Memory of this thread, by name; larger when it is asked for, never smaller."""

    def __init__(self) -> None:
        self._pieces: dict[tuple[str, int], tuple[Any, int]] = {}

    def get(self, name: str, number: int, size: int) -> tuple[Any, int]:
        """An array of at least `size` bytes, and its address; what it holds is of no meaning."""
        piece = self._pieces.get((name, number))
        if piece is None or len(piece[0]) < size:
            array = np.empty(size, np.uint8)
            piece = self._pieces[name, number] = (array, address_of(array))
        return piece


scratch = _Scratch()


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
    >>> from lazyframe.csv.dialect import Dialect
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
        library = _library()
        assert library is not None
        self._scan, self._count = library.lf_scan, library.lf_count
        self._dtypes = [dtype for _, _, dtype in layout.wanted]
        self._layout = layout
        self._density = 0.0  # records in a byte
        self._columns = (_Column * len(layout.wanted))()
        for column, (_, place, dtype), seen in zip(self._columns, layout.wanted, layout.seen, strict=True):
            column.field = place
            if formats and place in formats:
                column.type, column.format = _TIME, FORMATS[formats[place]]
                continue
            column.type = _type_of(dtype)
            if column.type == _CODED and place in layout.plain:
                column.type = _TEXT
            if place in checked:
                column.type = _CHECKED
            if column.type == _BOOL:
                column.flags = (_NULLABLE if dtype.name == "object" else 0) | (_DIGITS if seen is None else 0)
        self._starts = None if not checked else _Growing(np.uint32)
        self._missing = _missing_texts(layout.dialect.missing)
        self._result = _Result()
        self._request = _Request(
            delimiter=layout.dialect.separator[0],
            quote=ord('"'),
            level=_level() if instruction_set is None else _LEVELS[instruction_set],
            width=layout.width,
            column_count=len(self._columns),
            missing_count=len(self._missing.offsets) - 1,
            missing_offsets=address_of(self._missing.offsets),
            missing_bytes=address_of(self._missing.texts),
            missing_first=self._missing.has_numbers,
            scratch_capacity=_WINDOW + layout.width,
            columns=ctypes.addressof(self._columns),
        )

    def parse(
        self,
        text: Any,
        stop: int | None = None,
        at_end: bool = True,
        limit: int | None = None,
        following: Callable[[int], Piece] | None = None,
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
        piece, size = Piece(text, stop, at_end), pa.py_buffer(text).size
        if not self._density and size:
            self._place(piece)
            self._density = self._counted(self._request) / size
        pieces = 1
        if following is not None and self._density and self._starts is None:
            enough = _CELLS / (len(self._columns) or 1) / self._density
            pieces = max(1, int(min(enough, _TOGETHER)) // size)
        room = pieces * size if stop is None else min(pieces * size, stop + size)
        outputs, records, consumed, reason = self._begun(piece, limit, room)
        total = consumed
        while following is not None and pieces > 1 and reason == _NEED_MORE and consumed:
            pieces -= 1
            piece, before = following(consumed), bytes(self._columns)
            reason, found, consumed = self._scanned(piece, records)
            if reason not in (_DONE, _NEED_MORE, _CAPACITY):
                ctypes.memmove(self._columns, before, len(before))
                reason, consumed = _NEED_MORE, 0
                break
            records, total = found, total + consumed
        if total:
            self._density = max(self._density, records / total)
        arrays = [self._array(number, records, output) for number, output in enumerate(outputs)]
        starts = None if self._starts is None else self._starts.array[:records]
        return Parsed(vouched(arrays, self._layout), records, consumed, reason != _NEED_MORE, starts)

    def _begun(self, piece: Piece, limit: int | None, room: int) -> tuple[list[tuple[Any, Any]], int, int, int]:
        """Memory for what `room` bytes of text hold, and a first piece in it: how many records, how much text, why no more."""
        request, guess = self._request, int(room * self._density * 1.05) + 64
        while True:
            request.capacity = guess if limit is None else min(guess, limit)
            if self._starts is not None:
                request.starts = self._starts.room(request.capacity)
            outputs = [self._allocated(number, request.capacity, room) for number in range(len(self._columns))]
            reason, records, consumed = self._scanned(piece, 0)
            if reason in (_DONE, _NEED_MORE) or (reason == _CAPACITY and records == limit):
                return outputs, records, consumed, reason
            if reason == _CAPACITY:
                guess = max(self._counted(request), 2 * guess)
            elif reason == _FULL and self._columns[self._result.column].type == _CODED:
                self._columns[self._result.column].type = _TEXT
            else:
                raise Rejected

    def _place(self, piece: Piece) -> None:
        """Tell the request of the piece."""
        buffer, request = pa.py_buffer(piece.text), self._request
        if buffer.size > _LONGEST:
            raise Rejected
        request.data, request.length = buffer.address, buffer.size
        request.stop = buffer.size + 1 if piece.stop is None else piece.stop
        request.at_end = piece.at_end

    def _scanned(self, piece: Piece, done: int) -> tuple[int, int, int]:
        """Have the core parse a piece, `done` records being in the columns: why it stopped, how many they are, how much text."""
        self._place(piece)
        request, result = self._request, self._result
        request.done = done
        request.scratch = scratch.get("separators", 0, 4 * request.scratch_capacity)[1]
        self._scan(ctypes.byref(request), ctypes.byref(result))
        assert result.reason <= _MISFIT, f"the core calls the request invalid: level {request.level}"
        return result.reason, result.records, result.consumed

    def _counted(self, request: _Request) -> int:
        """No fewer records than there are in the text."""
        result = _Result()
        self._count(ctypes.byref(request), ctypes.byref(result))
        if result.reason not in (_DONE, _NEED_MORE):
            raise Rejected
        return int(result.records) + 1

    def _allocated(self, number: int, capacity: int, length: int) -> tuple[Any, Any]:
        """Memory for what the core makes of one column: its values, or its offsets where it is text; and its validity."""
        column = self._columns[number]
        kind = column.type
        validity, column.validity, column.offsets = None, None, None
        if kind == _CHECKED:
            return None, None
        if kind >= _CODED or column.flags & _NULLABLE:
            validity = pa.allocate_buffer(capacity // 8 + 1)
            column.validity = validity.address
        if kind == _TEXT:
            values = pa.allocate_buffer(4 * capacity + 4)
            column.offsets = values.address
            column.bytes = scratch.get("bytes", number, length)[1]
            column.bytes_capacity = length
            return values, validity
        values = pa.allocate_buffer(capacity // 8 + 1 if kind == _BOOL else (4 if kind == _CODED else 8) * capacity)
        column.values = values.address
        if kind == _CODED:
            column.offsets = scratch.get("offsets", number, 4 * _DISTINCT + 4)[1]
            column.bytes = scratch.get("bytes", number, _DISTINCT_BYTES)[1]
            column.bytes_capacity = _DISTINCT_BYTES
            column.table = scratch.get("table", number, _TABLE_BYTES)[1]
            column.table_bytes = _TABLE_BYTES
            column.distinct_capacity = _DISTINCT
        return values, validity

    def _array(self, number: int, count: int, output: tuple[Any, Any]) -> pa.Array:
        column = self._columns[number]
        kind, missing = column.type, column.missing
        if kind == _CHECKED:
            return None
        values, validity = output
        if not missing:
            validity = None
        if kind == _TEXT:
            texts = scratch.get("bytes", number, 0)[0][: column.bytes_used].tobytes()
            return pa.Array.from_buffers(pa.string(), count, [validity, values, pa.py_buffer(texts)], missing)
        if kind == _CODED:
            distinct = column.distinct
            offsets = scratch.get("offsets", number, 0)[0][: 4 * distinct + 4].tobytes()
            texts = scratch.get("bytes", number, 0)[0][: column.bytes_used].tobytes()
            dictionary = pa.Array.from_buffers(pa.string(), distinct, [None, pa.py_buffer(offsets), pa.py_buffer(texts)], 0)
            return pa.DictionaryArray.from_buffers(CODED, count, [validity, values], dictionary, missing)
        if kind == _BOOL:
            return pa.Array.from_buffers(pa.bool_(), count, [validity, values], missing)
        if kind == _TIME:
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


_ARROW = {_INT64: pa.int64(), _FLOAT64: pa.float64()}


class _MissingTexts(NamedTuple):
    texts: Any
    offsets: Any
    has_numbers: bool


@functools.lru_cache(maxsize=64)
def _missing_texts(missing: Missing) -> _MissingTexts:
    """The texts that mean "missing", as the core wants them."""
    listed = sorted(missing.texts or ())
    encoded = [text.encode("utf-8", "surrogatepass") for text in listed]
    offsets = np.cumsum([0, *map(len, encoded)]).astype(np.uint32)
    texts = np.frombuffer(b"".join(encoded) + b"\0", np.uint8)
    return _MissingTexts(texts, offsets, any(_may_be_value(text) for text in listed))


def _may_be_value(text: str) -> bool:
    """Whether the core would take this text for a number or a truth value, or nearly so."""
    if text.strip().lower() in ("true", "false"):
        return True
    try:
        float(text)
    except ValueError:
        return False
    return any(character.isdigit() for character in text)


def gather(text: Any, parsed: Parsed, mask: np.ndarray) -> memoryview:
    """The text of the records for which the mask is true; overwritten by the next call in this thread.

    Parameters
    ----------
    text : bytes-like
        What was parsed.
    parsed : Parsed
        What was made of it, with `starts`.
    mask : numpy.ndarray of bool
        One a record.
    """
    library = _library()
    assert library is not None
    out, address = scratch.get("gathered", 0, parsed.consumed)
    mask = np.ascontiguousarray(mask)
    length = library.lf_gather(
        pa.py_buffer(text).address, address_of(parsed.starts), parsed.records, parsed.consumed, address_of(mask), address
    )
    return memoryview(out)[:length]


def joined(columns: Sequence[np.ndarray], sizes: Sequence[int]) -> tuple[np.ndarray, np.ndarray] | None:
    """Each row's codes in several columns as one, numbered in order of first appearance, and the first row of each number.

    Parameters
    ----------
    columns : sequence of numpy.ndarray of int32
        Codes, none missing.
    sizes : sequence of int
        What the codes of each column are less than.

    Returns
    -------
    codes : numpy.ndarray of int32
    first : numpy.ndarray of int64
        None for both where there is no core, or there are too many combinations for a place each.

    Examples
    --------
    >>> a, b = np.array([0, 1, 0], np.int32), np.array([1, 0, 1], np.int32)
    >>> [found.tolist() for found in joined([a, b], [2, 2]) or [np.array([0, 1, 0]), np.array([0, 1])]]
    [[0, 1, 0], [0, 1]]
    """
    library, rows, size = _library(), len(columns[0]), math.prod(sizes)
    if library is None or size > max(2**16, rows) or size >= 2**31:
        return None
    columns = [np.ascontiguousarray(codes, np.int32) for codes in columns]
    pointers, limits = np.array([address_of(codes) for codes in columns], np.uint64), np.array(sizes, np.uint32)
    table, codes, firsts = np.zeros(size, np.uint32), np.empty(rows, np.int32), np.empty(min(size, rows), np.int64)
    places = [address_of(array) for array in (table, codes, firsts)]
    # Every array has a name until the core returns: the address of one that nothing holds is another thread's memory by then.
    count = library.lf_join(address_of(pointers), address_of(limits), len(columns), rows, *places)
    return codes, firsts[:count]


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


def count(text: Any, separator: bytes = b",", stop: int | None = None, at_end: bool = True) -> tuple[int, int]:
    r"""How many records start before `stop`, and where the first line starts that is at or after it.

    Blank lines are no records. Where the text ends before its last record does, that one is not counted.

    Raises
    ------
    Rejected
        Quotes or returns stand where the core does not expect them, or there is no core.

    Examples
    --------
    >>> count(b'1,"a\nb"\n\n2,c\n') if available() else (2, 13)
    (2, 13)
    """
    library = _library()
    if library is None:
        raise Rejected
    buffer = pa.py_buffer(text)
    if buffer.size > _LONGEST:
        raise Rejected
    request, result = _Request(delimiter=separator[0], quote=ord('"'), at_end=at_end, level=_level()), _Result()
    request.data, request.length = buffer.address, buffer.size
    request.stop = buffer.size + 1 if stop is None else stop
    library.lf_count(ctypes.byref(request), ctypes.byref(result))
    if result.reason not in (_DONE, _NEED_MORE):
        raise Rejected
    return result.records, result.consumed
