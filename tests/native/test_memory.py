"""The border to the core: what is given is checked, held, and never written outside of."""

from __future__ import annotations

import ctypes
import gc
import threading
import weakref
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from lazyframe.native import abi, groups, library, memory, scan
from lazyframe.native.memory import ArrayArgument, InvalidCall, Pointers, lender

pytestmark = pytest.mark.skipif(not library.is_available(), reason="the core was not built")

CODES, VALUES = np.array([0, 1, 2], np.int64), np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    "array",
    [
        pytest.param(np.zeros(4, np.int32), id="another dtype"),
        pytest.param(np.zeros(8, np.int64)[::2], id="not side by side"),
        pytest.param(np.zeros(4, ">i8"), id="another byte order"),
        pytest.param(np.frombuffer(bytes(33), np.int64, 4, 1), id="not aligned"),
        pytest.param(np.frombuffer(bytes(32), np.int64), id="read-only"),
        pytest.param([1, 2], id="no array"),
        pytest.param(None, id="nothing"),
    ],
)
def test_an_array_that_is_not_as_the_core_wants_it(array: Any) -> None:
    with pytest.raises(InvalidCall):
        ArrayArgument("int64", written=True).from_param(array)


def test_an_address_is_of_what_stands_side_by_side() -> None:
    array = np.arange(4)
    assert memory.address_of(array) == array.ctypes.data
    with pytest.raises(InvalidCall, match="side by side"):
        memory.address_of(array[::2])


def test_a_struct_holds_what_it_points_into() -> None:
    column = abi.ColumnStruct()
    pointers, array = Pointers(column), np.arange(5, dtype=np.int64)
    seen = weakref.ref(array)
    pointers.set("values", array, "values_bytes")
    del array
    gc.collect()
    assert seen() is not None
    assert column.values_bytes == 40
    assert np.ctypeslib.as_array((ctypes.c_int64 * 5).from_address(column.values)).tolist() == [0, 1, 2, 3, 4]
    pointers.set("values", None, "values_bytes")
    assert seen() is None
    assert (column.values, column.values_bytes) == (None, 0)


def test_what_a_call_is_given_lives_until_it_returns() -> None:
    """An argument that nothing else holds: ctypes has it for the whole of the call."""
    held = []

    def function(codes: int, sizes: int) -> int:
        held.append([np.ctypeslib.as_array((ctypes.c_uint32 * 3).from_address(at)).tolist() for at in (codes, sizes)])
        return 0

    prototype = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
    call = prototype(function)
    call.argtypes = [ArrayArgument("uint32"), ArrayArgument("uint32")]
    for _ in range(100):
        call(np.array([1, 2, 3], np.uint32), np.array([4, 5, 6], np.uint32))
    assert held == [[[1, 2, 3], [4, 5, 6]]] * 100


def test_memory_is_lent_to_one_at_a_time() -> None:
    first, second = lender.take("here", 100), lender.take("here", 100)
    assert first is not second
    lender.give("here", first)
    assert lender.take("here", 50) is first
    lender.give("here", first)
    assert len(lender.take("here", 1000)) == 1000  # the other was too small, and is gone
    others: list[Any] = []
    lender.give("here", second)
    thread = threading.Thread(target=lambda: others.append(lender.take("here", 100)))
    thread.start()
    thread.join()
    assert others[0] is not second


# The core refuses what would have it write, or read, elsewhere.


def test_codes_outside_of_their_sizes_are_not_joined() -> None:
    good = np.array([0, 1, 1], np.int32)
    for bad in ([0, 2, 1], [0, -1, 1], [2**31 - 1, 0, 0]):
        with pytest.raises(InvalidCall, match="not less than the size"):
            scan.joined([good, np.array(bad, np.int32)], [2, 2])
    with pytest.raises(InvalidCall, match="2 entries, where 3 are wanted"):
        scan.joined([good, good[:2]], [2, 2])
    with pytest.raises(InvalidCall, match="1 entries, where 2 are wanted"):
        scan.joined([good, good], [2])


def test_a_table_that_is_too_small_is_not_joined_into() -> None:
    codes, core = np.array([0, 1, 1], np.int32), library.loaded()
    pointers = (ctypes.c_void_p * 1)(memory.address_of(codes))
    sizes, joined = np.array([2], np.uint32), np.empty(3, np.int32)

    def join(table: int, firsts: int) -> int:
        places = np.empty(firsts, np.int64)
        answer: int = core.lf_join(pointers, sizes, 1, 3, np.zeros(table, np.uint32), table, joined, places, firsts)
        return answer

    assert (join(1, 2), join(2, 1), join(2, 2)) == (abi.REFUSED, abi.REFUSED, 2)


@pytest.mark.parametrize(
    ("starts", "consumed", "mask"),
    [
        ([0, 4], 9, [True, True]),
        ([0, 9], 8, [False, True]),
        ([4, 0], 8, [True, False]),
        ([0, 4], 8, [True]),
        ([0, 2**32 - 1], 8, [1, 1]),
    ],
)
def test_records_that_are_not_of_the_text_are_not_gathered(starts: list[int], consumed: int, mask: list[int]) -> None:
    with (
        pytest.raises(InvalidCall),
        scan.gathered(b"a,1\nb,2\n", np.array(starts, np.uint32), consumed, np.array(mask, bool)),
    ):
        pass


@pytest.mark.parametrize("bad", [[0, 1, 3], [0, -1, 2], [2**62, 0, 0]])
@pytest.mark.parametrize("kind", [np.float64, np.int64])
def test_groups_that_there_are_not_are_not_folded(bad: list[int], kind: Any) -> None:
    codes = np.array(bad * 100, np.int64)
    values = np.ones(300, kind)
    with pytest.raises(InvalidCall, match="outside of their arrays"):
        groups.sums(codes, values, 3)
    with pytest.raises(InvalidCall, match="outside of their arrays"):
        groups.extremes(codes, values, 3, True, None)
    with pytest.raises(InvalidCall, match="entries"):
        groups.sums(codes[1:], values, 3)
    with pytest.raises(InvalidCall, match="entries"):
        groups.extremes(codes, values, 3, True, np.ones(299, bool))


@pytest.mark.parametrize("dtype", [np.int32, np.int64])
def test_codes_outside_of_their_table_are_not_numbered(dtype: Any) -> None:
    with pytest.raises(InvalidCall, match="outside of their arrays"):
        groups.renumbered(np.array([0, 5, 1], dtype), 5)
    with pytest.raises(InvalidCall, match="1 entries, where 3 are wanted"):
        groups.combine(CODES.copy(), np.zeros(1, dtype), 0, 1)


def test_a_table_with_something_in_it_is_refused() -> None:
    core, numbers, firsts = library.loaded(), np.empty(3, np.int64), np.empty(3, np.int64)
    for filler in (7, 2**64 - 1):
        table = np.full(16, filler, np.uint64)
        assert core.lf_renumber_wide(CODES, 3, table, 16, 4, numbers, firsts, 3) == abi.REFUSED
    table = np.zeros(16, np.uint64)
    assert core.lf_renumber_wide(CODES, 3, table, 16, 5, numbers, firsts, 3) == abi.REFUSED
    assert core.lf_renumber_wide(CODES, 3, table, 16, 4, numbers, firsts, 2) == abi.REFUSED


def test_texts_outside_of_their_bytes_are_not_looked_at() -> None:
    for offsets in ([0, 9, 2], [0, 2, 1], [0, -1, 2]):  # what Arrow itself looks at is in order
        buffers = [None, pa.py_buffer(np.array(offsets, np.int32)), pa.py_buffer(b"ab")]
        with pytest.raises(InvalidCall, match="outside of their arrays"):
            groups.numbered_texts(pa.Array.from_buffers(pa.string(), 2, buffers))


MISSING = scan.MissingTexts(np.frombuffer(b"NA\0", np.uint8), np.array([0, 2], np.uint32), False)


def scanner(*wanted: scan.Wanted, width: int = 2, missing: scan.MissingTexts = MISSING, window: int = 200) -> scan.Scanner:
    return scan.Scanner(wanted, width, ord(","), ord('"'), missing, 0, window)


def test_a_scan_needs_the_memory_that_it_is_said_to_have() -> None:
    text = b"1,a\n2,b\n"
    numbers = scanner(scan.Wanted(0, abi.INT64))
    for size in (0, 8, 15):
        numbers.give(0, values=np.empty(size, np.uint8))
        with pytest.raises(InvalidCall, match="calls the request invalid"):
            numbers.scan(text, None, True, 2)
    values = np.empty(2, np.int64)
    numbers.give(0, values=values)
    assert numbers.scan(text, None, True, 2).records == 2
    assert values.tolist() == [1, 2]

    texts = scanner(scan.Wanted(1, abi.TEXT))
    sizes = {"validity": 1, "offsets": 12, "bytes": 8}
    for lacking in ("validity", "offsets"):
        texts.give(0, **{name: np.empty(size - (name == lacking), np.uint8) for name, size in sizes.items()})
        with pytest.raises(InvalidCall):
            texts.scan(text, None, True, 2)
    texts.give(0, **{name: np.empty(size, np.uint8) for name, size in sizes.items()})
    assert texts.scan(text, None, True, 2).records == 2

    coded = scanner(scan.Wanted(1, abi.CODED))
    coded.columns[0].distinct_capacity = 4
    sizes = {"values": 8, "validity": 1, "offsets": 20, "bytes": 8, "table": 1024 * abi.ENTRY_BYTES}
    for lacking in ("values", "validity", "offsets", "table"):
        coded.give(0, **{name: np.empty(size - (name == lacking), np.uint8) for name, size in sizes.items()})
        with pytest.raises(InvalidCall):
            coded.scan(text, None, True, 2)
    coded.give(0, **{name: np.empty(size, np.uint8) for name, size in sizes.items()})
    assert coded.scan(text, None, True, 2).records == 2


def test_a_scan_that_makes_no_sense() -> None:
    values = np.empty(8, np.int64)
    for wanted in (scan.Wanted(2, abi.INT64), scan.Wanted(0, 99), scan.Wanted(0, abi.TIME, format=99)):
        odd = scanner(wanted)
        odd.give(0, values=values, validity=np.empty(1, np.uint8))
        with pytest.raises(InvalidCall):
            odd.scan(b"1,2\n", None, True, 2)
    outside = scanner(missing=scan.MissingTexts(np.zeros(1, np.uint8), np.array([0, 2], np.uint32), False))
    with pytest.raises(InvalidCall):
        outside.scan(b"1,2\n", None, True, 2)
    with pytest.raises(InvalidCall):
        scanner(window=10).scan(b"1,2\n", None, True, 2)
    starts = scanner()
    with pytest.raises(InvalidCall):
        starts.scan(b"1,2\n", None, True, 2, starts=np.empty(1, np.uint32))
    with pytest.raises(InvalidCall):
        starts.scan(b"1,2\n", None, True, 2, done=3)


def test_a_caller_with_other_structs_is_refused() -> None:
    for member in ("request_size", "column_size", "result_size"):
        request, result = abi.request(delimiter=ord(",")), abi.Result()
        setattr(request, member, getattr(request, member) + 8)
        library.loaded().lf_count(ctypes.byref(request), ctypes.byref(result))
        assert result.reason == abi.INVALID


def test_a_block_is_as_large_as_its_columns_are_together() -> None:
    texts = scan.MissingTexts(np.zeros(1, np.uint8), np.zeros(1, np.uint32), False)
    wanted = [scan.Wanted(place, abi.INT64) for place in range(3)]
    scanner = scan.Scanner(wanted, 3, ord(","), 0, texts, 0, 4_096)
    block = np.zeros(16, np.int64)
    for numbers, stride in (([0, 1, 2], 48), ([0, 3], 64), ([-1, 0], 64), ([0], -8)):
        with pytest.raises(InvalidCall):
            scanner.give_block(numbers, block, stride)
    scanner.give_block([0, 2], block, 64)
    scanner.give(1, values=np.zeros(8, np.int64))
    seen = weakref.ref(block)
    del block
    gc.collect()
    assert seen() is not None
    assert scanner.scan(b"1,2,3\n4,5,6\n", None, True, 8).records == 2
    assert seen()[[0, 1, 8, 9]].tolist() == [1, 4, 3, 6]
    scanner.release()
    gc.collect()
    assert seen() is None
    assert all(not column.values for column in scanner.columns)
    with pytest.raises(InvalidCall):
        scanner.scan(b"1,2,3\n", None, True, 8)
