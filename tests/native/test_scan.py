"""The calls of the scan core: what they answer, and that they write nowhere but where they may."""

from __future__ import annotations

import ctypes
import gc
import weakref
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.native import abi, library, memory, scan
from lazyframe.native.memory import InvalidCall, lender

pytestmark = pytest.mark.skipif(not library.is_available(), reason="the core was not built")

MISSING = scan.MissingTexts(np.frombuffer(b"NA\0", np.uint8), np.array([0, 2], np.uint32), False)


def scanner(*wanted: scan.Wanted, width: int = 2, missing: scan.MissingTexts = MISSING, window: int = 200) -> scan.Scanner:
    return scan.Scanner(wanted, width, ord(","), ord('"'), missing, 0, window)


TEXT = b'1,"x\ny"\n\n2,NA\n3,z'


def numbers_of(text: bytes, capacity: int = 8, **how: Any) -> tuple[scan.Scanner, np.ndarray, abi.Result]:
    """The first field of the records as integers."""
    found, values = scanner(scan.Wanted(0, abi.INT64)), np.zeros(capacity, np.int64)
    found.give(0, values=values)
    result = found.scan(text, how.pop("stop", None), how.pop("at_end", True), capacity, **how)
    return found, values, result


def test_why_a_scan_stopped() -> None:
    _, values, result = numbers_of(TEXT)
    assert (result.reason, result.records, result.consumed, result.blank_lines) == (abi.DONE, 3, len(TEXT), 1)
    assert values.tolist() == [1, 2, 3, 0, 0, 0, 0, 0]
    _, _, result = numbers_of(TEXT, at_end=False)
    assert (result.reason, result.records, result.consumed) == (abi.NEED_MORE, 2, 14)
    _, _, result = numbers_of(TEXT, stop=9)
    assert (result.reason, result.records, result.consumed) == (abi.DONE, 1, 9)
    _, _, result = numbers_of(TEXT, capacity=2)
    assert (result.reason, result.records, result.consumed) == (abi.CAPACITY, 2, 14)
    _, _, result = numbers_of(b"1,x\none,y\n")
    assert (result.reason, result.record, result.column) == (abi.MISFIT, 1, 0)


def test_the_starts_of_records() -> None:
    starts = np.zeros(8, np.uint32)
    _, _, result = numbers_of(TEXT, starts=starts)
    assert starts[: result.records].tolist() == [0, 8, 14]  # blank lines may come first


def test_texts_into_the_same_columns() -> None:
    found, values, result = numbers_of(TEXT, at_end=False)
    result = found.scan(TEXT[result.consumed :], None, True, 8, done=result.records)
    assert (result.reason, result.records) == (abi.DONE, 3)
    assert values[:3].tolist() == [1, 2, 3]


def test_what_a_column_tells_after_a_call() -> None:
    coded = scanner(scan.Wanted(1, abi.CODED))
    coded.columns[0].distinct_capacity = 4
    sizes = {"values": 64, "validity": 8, "offsets": 20, "bytes": 64, "table": 1024 * abi.ENTRY_BYTES}
    coded.give(0, **{name: np.empty(size, np.uint8) for name, size in sizes.items()})
    coded.scan(TEXT, None, True, 8)
    column = coded.columns[0]
    assert (column.distinct, column.missing, column.bytes_used) == (2, 1, 4)
    assert coded.result.quoted


def test_the_memory_for_separators_is_given_back_whatever_happens() -> None:
    numbers_of(TEXT)
    lent = lender.take("separators", 8)
    lender.give("separators", lent)
    with pytest.raises(InvalidCall):
        numbers_of(TEXT, done=9)
    assert lender.take("separators", 8) is lent


@pytest.mark.parametrize(("text", "count"), [(TEXT, 3), (b"", 0), (b"1,2\n3,4,5\n", -1), (b'1,"x', -1), (b'1,a"b\n', -1)])
def test_a_scanner_counts_no_fewer_records_than_it_would_parse(text: bytes, count: int) -> None:
    found = scanner(scan.Wanted(0, abi.INT64))
    assert found.count(text, None, True) == (2 if text == b"1,2\n3,4,5\n" else count)  # it does not look at fields
    values = np.zeros(4, np.int64)
    found.give(0, values=values)
    assert found.scan(b"7,x\n", None, True, 4).records == 1, "and is as it was"


@pytest.mark.parametrize(
    ("text", "width", "found"),
    [
        (TEXT, 2, (3, len(TEXT))),
        (TEXT, 1, None),  # a record with more fields
        (TEXT, 0, (3, len(TEXT))),
        (b"1,a,b\n", 2, None),
        (b'1,"a\n', 2, None),
        (b"", 2, (0, 0)),
    ],
)
def test_records_are_counted(text: bytes, width: int, found: tuple[int, int] | None) -> None:
    assert scan.count(text, ord(","), width) == found


def test_records_are_counted_up_to_a_place() -> None:
    assert [scan.count(TEXT, ord(","), 2, stop) for stop in (-1, 0, 1, 8, 9)] == [(0, 0), (0, 0), (1, 8), (1, 8), (1, 9)]
    assert scan.count(TEXT, ord(","), 2, at_end=False) == (2, 14)


def test_without_the_core_there_is_no_count_and_nothing_is_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "library", lambda: None)
    assert scan.count(TEXT, ord(","), 2) is None
    assert scan.joined([np.zeros(3, np.int32)], [1]) is None


def test_records_are_gathered() -> None:
    starts = np.array([0, 8, 14], np.uint32)
    with scan.gathered(TEXT, starts, len(TEXT), np.array([True, False, True])) as passing:
        assert bytes(passing) == TEXT[:8] + TEXT[14:]
    with scan.gathered(TEXT, starts, len(TEXT), np.zeros(3, bool)) as passing:
        assert bytes(passing) == b""


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 3)), min_size=1, max_size=30))
def test_codes_are_joined_in_order_of_first_appearance(rows: list[tuple[int, int]]) -> None:
    columns = [np.array(codes, np.int32) for codes in zip(*rows, strict=True)]
    found = scan.joined(columns, [3, 4])
    assert found is not None
    distinct = list(dict.fromkeys(rows))
    assert found[0].tolist() == [distinct.index(row) for row in rows]
    assert found[1].tolist() == [rows.index(row) for row in distinct]


def test_too_many_combinations_have_no_place_each() -> None:
    few = np.zeros(10, np.int32)
    assert scan.joined([few, few], [2**8, 2**8]) is not None
    assert scan.joined([few, few], [2**8, 2**8 + 1]) is None
    assert scan.joined([few] * 4, [2**8] * 4) is None


# What it is not to be done with.


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


def test_a_counter_takes_text_after_text() -> None:
    counted = scan.Counter(ord(","), 2)
    assert counted(b'1,"a\nb"\n\n2,c\n') == (2, 13)
    assert counted(b"1,a\n2", at_end=False) == (1, 4)
    assert counted(b"1,a,b\n") is None
    assert counted(b"1,a\n2,b\n", stop=2) == (1, 4)
