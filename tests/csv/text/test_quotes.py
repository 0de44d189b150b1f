from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lazyframe.csv.text import files, quotes, records
from lazyframe.csv.text.files import OpenFile, TextBuffer, record_starts
from lazyframe.csv.text.find import find
from lazyframe.csv.text.quotes import Followed, Unended

TEXTS = st.lists(st.sampled_from(["a", ",", "\n", '"', '""', ',"b\nc"\n', "1,2\n", "\r\n"]), max_size=25).map("".join)


def starts(text: bytes) -> list[int]:
    return list(records._walk(text, b","))


@given(TEXTS, st.integers(1, 9))
def test_records_are_followed_piece_by_piece(text: str, size: int) -> None:
    data = text.encode()
    followed, found, at = Followed(b","), [], 0
    for at in range(0, len(data), size):
        more = followed.starts(data[at : at + size])
        if more is None:
            assert not records.is_proper(data, b",")
            return
        found += (more + at).tolist()
    if records.is_proper(data, b","):
        assert found == starts(data)


@given(TEXTS, TEXTS, st.integers(1, 5))
def test_a_record_ends_only_where_it_may(text: str, more: str, piece: int) -> None:
    known = text.encode()
    assume(not starts(known))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(quotes, "_PIECE", piece)
        unended = Unended(memoryview(known))
        for step in (1, 3, len(more) + 1):
            new = more.encode()[:step]
            if not unended.may_end(memoryview(new)):
                assert not starts(known + new)
            else:
                assert b"\n" in new
                return
            known, more = known + new, more[step:]


@given(TEXTS, st.lists(st.integers(0, 60), max_size=5).map(sorted), st.integers(1, 9))
def test_the_starts_of_records_are_those_that_chunks_have(
    tmp_path_factory: pytest.TempPathFactory, text: str, places: list[int], size: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "starts.csv"
    path.write_bytes(b"h,i\n" + text.encode())
    (file,) = find(str(path))
    with OpenFile(file) as opened, pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "_FOLLOWED", size)
        assert record_starts(opened, places, b",") == files._walked(opened, 0, places, b",")


@pytest.mark.parametrize("field", ["y" * 1_000_000, '"' + "y, y\n" * 200_000 + '"'])
def test_a_long_record_is_looked_at_a_few_times_and_not_at_each_size(write: Callable[..., str], field: str) -> None:
    (file,) = find(write(f"1,2\n3,{field}\n" + "5,6\n" * 1000))
    for stop in (file.size, 100):
        looked, found = 0, b""
        with OpenFile(file) as opened, TextBuffer(opened, 4, stop, 4096) as buffer:
            while (text := buffer.whole_records(b",")) is None:
                looked += len(buffer.text)
                buffer.grow(b",")
            found = text
        assert found.startswith(f"3,{field}\n".encode())
        assert looked < 10_000  # what there was at first
