"""Reading: the calls of the scan core, on memory that was checked and is held while they run.

See docs/decisions/0034-engines-may-refuse.md and docs/decisions/0037-chunks-and-batches.md.
"""

from __future__ import annotations

import ctypes
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from lazyframe.native import abi, library
from lazyframe.native.memory import InvalidCall, Pointers, address_of, check_lengths, lender


class Wanted(NamedTuple):
    """A column that is wanted: which field of a record, and the numbers of `abi` for its type, flags and format."""

    field: int
    type: int
    flags: int = 0
    format: int = 0


class MissingTexts(NamedTuple):
    """The texts that mean "missing", one behind the other, and where they begin and end.

    Parameters
    ----------
    texts : numpy.ndarray of uint8
        All of them.
    offsets : numpy.ndarray of uint32
        One more than there are texts.
    has_values : bool
        Whether one may be a value as well, so that they have to be looked at first.
    """

    texts: np.ndarray
    offsets: np.ndarray
    has_values: bool


_VALUES = np.dtype(
    {
        "names": ["values", "values_bytes"],
        "formats": [np.uint64, np.uint64],
        "offsets": [abi.ColumnStruct.values.offset, abi.ColumnStruct.values_bytes.offset],
        "itemsize": ctypes.sizeof(abi.ColumnStruct),
    }
)
"""Where the values of many columns stand, written all at once."""


class Scanner:
    """A request to the core, kept from text to text. It belongs to one thread at a time.

    Parameters
    ----------
    wanted : sequence of Wanted
        The columns.
    width : int
        How many fields a record has.
    delimiter, quote : int
        Bytes; no byte quotes where `quote` is 0.
    missing : MissingTexts
        The texts that mean "missing".
    level : int
        The instruction set.
    window : int
        How many separators are looked for at a time.

    Attributes
    ----------
    columns : array of abi.ColumnStruct
        What the core says of each column after a call: `missing`, `distinct`, `bytes_used`.
    result : abi.Result
        What it answered.
    """

    def __init__(
        self, wanted: Sequence[Wanted], width: int, delimiter: int, quote: int, missing: MissingTexts, level: int, window: int
    ) -> None:
        self.columns = (abi.ColumnStruct * len(wanted))(*(abi.ColumnStruct(*column) for column in wanted))
        self.result = abi.Result()
        self._core = library.loaded()
        self._pointers: dict[int, Pointers] = {}
        self._block: Any = None  # what the columns point into whose values stand in one
        self._scratch_bytes = 4 * (window + width)
        self._request = abi.request(
            delimiter=delimiter,
            quote=quote,
            level=level,
            width=width,
            column_count=len(wanted),
            missing_count=len(missing.offsets) - 1,
            missing_first=missing.has_values,
            scratch_capacity=window + width,
        )
        self._memory = Pointers(self._request)
        self._memory.set("missing_offsets", missing.offsets)
        self._memory.set("missing_bytes", missing.texts, "missing_length")
        self._memory.set("columns", self.columns)

    def give(self, number: int, **memory: Any) -> None:
        """Let a column have memory: `values`, `validity`, `offsets`, `bytes`, `table`, each None or with a buffer of bytes."""
        pointers = self._pointers.get(number)
        if pointers is None:
            pointers = self._pointers[number] = Pointers(self.columns[number])
        for member, held in memory.items():
            pointers.set(member, held, "bytes_capacity" if member == "bytes" else f"{member}_bytes")

    def give_block(self, numbers: Sequence[int], block: Any, stride: int) -> None:
        """Let columns have `stride` bytes each for their values, one behind the other in a block of bytes.

        Raises
        ------
        InvalidCall
            The block is too small, or there is no such column.
        """
        held, places = pa.py_buffer(block), np.asarray(numbers, np.int64)
        if (
            stride < 0
            or held.size < stride * len(places)
            or (len(places) and not 0 <= places.min() <= places.max() < len(self.columns))
        ):
            raise InvalidCall(f"{held.size} bytes for {len(places)} columns of {stride}")
        members = np.frombuffer(memoryview(self.columns), _VALUES)
        members["values"][places] = held.address + stride * np.arange(len(places), dtype=np.uint64)
        members["values_bytes"][places] = stride
        self._block = held

    def release(self) -> None:
        """Hold none of the memory that the columns have: they point nowhere."""
        members = np.frombuffer(memoryview(self.columns), _VALUES)
        members["values"] = members["values_bytes"] = 0
        self._block = None
        for pointers in self._pointers.values():
            for member in ("values", "validity", "offsets", "bytes", "table"):
                pointers.set(member, None, "bytes_capacity" if member == "bytes" else f"{member}_bytes")

    def scan(
        self, text: Any, stop: int | None, at_end: bool, capacity: int, done: int = 0, starts: np.ndarray | None = None
    ) -> abi.Result:
        """Parse the records of the text that start before `stop` into the columns, in which there are `done` already.

        Parameters
        ----------
        text : bytes-like
            Begins at the start of a record.
        stop : int or None
            None: all of them.
        at_end : bool
            Whether nothing follows the text.
        capacity : int
            For how many records the columns have memory.
        done : int, default 0
            How many of them are from calls before.
        starts : numpy.ndarray of uint32, optional
            Where to write the starts of the records.

        Raises
        ------
        InvalidCall
            The core calls the request invalid.
        """
        request = self._request
        request.capacity, request.done = capacity, done
        self._memory.set("starts", starts, "starts_bytes")
        scratch = lender.take("separators", self._scratch_bytes)
        self._memory.set("scratch", scratch)
        try:
            self._call(self._core.lf_scan, text, stop, at_end)
        finally:
            lender.give("separators", scratch)
        return self.result

    def count(self, text: Any, stop: int | None, at_end: bool) -> int:
        """How many records there are, -1 where the core cannot tell; no fewer than `scan` would find."""
        width, self._request.width = self._request.width, 0
        try:
            self._call(self._core.lf_count, text, stop, at_end)
        finally:
            self._request.width = width
        return self.result.records if self.result.reason in (abi.DONE, abi.NEED_MORE) else -1

    def _call(self, function: Any, text: Any, stop: int | None, at_end: bool) -> None:
        self._memory.set("data", text, "length")
        length = self._request.length
        self._request.stop = length + 1 if stop is None else max(stop, 0)
        self._request.at_end = at_end
        try:
            if length > abi.LONGEST:
                raise InvalidCall(f"{length} bytes of text at a time")
            function(ctypes.byref(self._request), ctypes.byref(self.result))
        finally:
            self._memory.set("data", None, "length")
        if self.result.reason == abi.INVALID:
            raise InvalidCall(f"the core calls the request invalid: instruction set {self._request.level}")


def count(text: Any, delimiter: int, width: int, stop: int | None = None, at_end: bool = True) -> tuple[int, int] | None:
    r"""How many records start before `stop`, and where the first line starts that is at or after it.

    Blank lines are no records. Where the text ends before its last record does, that one is not counted.

    Parameters
    ----------
    text : bytes-like
        Begins at the start of a record.
    delimiter : int
        A byte.
    width : int
        The most fields that a record may have; 0 where they are not to be looked at.
    stop, at_end
        As for `Scanner.scan`.

    Returns
    -------
    tuple of int, or None
        None where there is no core, or it refuses the text.

    Examples
    --------
    >>> count(b'1,"a\nb"\n\n2,c\n', ord(","), 2) or (2, 13)
    (2, 13)
    >>> count(b"1,a,b\n", ord(","), 2)
    """
    return Counter(delimiter, width)(text, stop, at_end)


class Counter:
    """Counts the records of text after text as `count` does. It belongs to one thread at a time.

    Parameters
    ----------
    delimiter, width
        As for `count`.
    """

    def __init__(self, delimiter: int, width: int) -> None:
        self._core = library.library()
        level = library.level() if self._core is not None else 0
        self._request = abi.request(delimiter=delimiter, quote=ord('"'), level=level, width=width)
        self._memory, self._result = Pointers(self._request), abi.Result()

    def __call__(self, text: Any, stop: int | None = None, at_end: bool = True) -> tuple[int, int] | None:
        """How many records, and where the first line starts that was not counted; None where it cannot be told."""
        buffer, request, result = pa.py_buffer(text), self._request, self._result
        if self._core is None or buffer.size > abi.LONGEST:
            return None
        request.at_end, request.stop = at_end, buffer.size + 1 if stop is None else max(stop, 0)
        self._memory.set("data", buffer, "length")
        try:
            self._core.lf_count(ctypes.byref(request), ctypes.byref(result))
        finally:
            self._memory.set("data", None, "length")
        return (result.records, result.consumed) if result.reason in (abi.DONE, abi.NEED_MORE) else None


@contextmanager
def gathered(text: Any, starts: np.ndarray, consumed: int, mask: np.ndarray) -> Iterator[memoryview]:
    """The text of the records for which the mask is true, one behind the other; to be used inside the ``with`` only.

    Parameters
    ----------
    text : bytes-like
        What was scanned.
    starts : numpy.ndarray of uint32
        Where its records start.
    consumed : int
        Where the last of them ends.
    mask : numpy.ndarray of bool
        One a record.

    Raises
    ------
    InvalidCall
        These are not of this text.
    """
    buffer = pa.py_buffer(text)
    check_lengths(len(starts), mask)
    out = lender.take("gathered", consumed)
    try:
        starts, mask = np.ascontiguousarray(starts), np.ascontiguousarray(mask)
        function = library.loaded().lf_gather
        length = function(buffer.address, buffer.size, starts, len(starts), consumed, mask, out, len(out))
        if length == abi.REFUSED:
            raise InvalidCall("records that are not of this text")
        yield out[:length].data
    finally:
        lender.give("gathered", out)


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

    Raises
    ------
    InvalidCall
        A code is not less than its size, or the columns are not of one length.

    Examples
    --------
    >>> a, b = np.array([0, 1, 0], np.int32), np.array([1, 0, 1], np.int32)
    >>> [found.tolist() for found in joined([a, b], [2, 2]) or [np.array([0, 1, 0]), np.array([0, 1])]]
    [[0, 1, 0], [0, 1]]
    """
    core, rows, size = library.library(), len(columns[0]), math.prod(sizes)
    if core is None or size > max(2**16, rows) or size >= 2**31:
        return None
    check_lengths(len(columns), sizes)
    check_lengths(rows, *columns)
    held = [np.ascontiguousarray(codes, np.int32) for codes in columns]
    pointers = (ctypes.c_void_p * len(held))(*map(address_of, held))
    table, codes, firsts = np.zeros(size, np.uint32), np.empty(rows, np.int32), np.empty(min(size, rows), np.int64)
    limits = np.array(sizes, np.uint32)
    count = core.lf_join(pointers, limits, len(held), rows, table, len(table), codes, firsts, len(firsts))
    if count == abi.REFUSED:
        raise InvalidCall("a code that is not less than the size of its column")
    return codes, firsts[:count]
