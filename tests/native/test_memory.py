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

from lazyframe.native import abi, groups, library, memory
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
