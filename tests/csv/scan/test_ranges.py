"""A byte range being read: whole records, chunk after chunk, whatever is made of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv import CSVError
from lazyframe.csv.options.bad_lines import Tally
from lazyframe.csv.scan import ranges
from lazyframe.csv.scan.ranges import Chunk, RangeReader
from lazyframe.csv.scan.spec import ScanSpec
from lazyframe.csv.sniff.findings import WrongSplit
from lazyframe.csv.source.opening import opened
from lazyframe.csv.text import files
from lazyframe.csv.text.files import OpenFile, TextBuffer
from lazyframe.csv.text.partitions import Range
from lazyframe.schema import Replan

Write = Callable[..., str]


class Texts(RangeReader):
    """Makes nothing of the records but their text."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.places: list[Any] = []

    def _take(self, buffer: TextBuffer, limit: int | None) -> Chunk | None:
        text = buffer.whole_records(self._spec.dialect.separator)
        if text is None:
            return None
        sifted = self._sifted(text, limit)
        count = len(sifted.text.splitlines())
        self.places = [self._place(text, record) for record in range(count)]
        return Chunk([sifted.text], count, len(text))


def texts(spec: ScanSpec, part: Range, limit: int | None = None) -> tuple[bytes, Texts]:
    """What stands in a range, and its reader."""
    with OpenFile(spec.files[part.file]) as file:
        reader = Texts(spec, file, part)
        return b"".join(chunk.arrays[0] for chunk in reader.read(limit)), reader


@given(
    st.lists(st.sampled_from(["1,2\n", "\n", "3,4\r\n", "long,record\n", " \n"]), max_size=20).map("".join), st.integers(1, 30)
)
def test_ranges_side_by_side_are_the_records_once(tmp_path_factory: pytest.TempPathFactory, text: str, size: int) -> None:
    path = tmp_path_factory.getbasetemp() / "ranges.csv"
    path.write_text("a,b\n" + text, newline="")
    spec = opened(path).spec
    length, found, place = 4 + len(text), b"", (0, 0)
    for start in range(0, length, size):
        piece, reader = texts(spec, Range(0, start, min(start + size, length)))
        found += piece
        assert reader.place >= place
        place = reader.place
    assert place == (1, 0)
    assert found.split() == text.encode().split()


def test_a_range_ends_where_the_next_one_begins(write: Write) -> None:
    spec = opened(write("a,b\n1,2\n33,44\n5,6\n")).spec
    text, reader = texts(spec, Range(0, 0, 10))
    assert (text, reader.place) == (b"1,2\n33,44\n", (0, 14))
    text, reader = texts(spec, Range(0, 10, 18))
    assert (reader.begin, text, reader.place) == (14, b"5,6\n", (1, 0))
    text, reader = texts(spec, Range(0, 9, 12))  # no record starts in it
    assert (text, reader.place) == (b"", (0, 14))


def test_the_start_of_a_file_is_its_place_0_whatever_its_header(write: Write) -> None:
    spec = opened(write("a,b\n1,2\n")).spec
    with OpenFile(spec.files[0]) as file:
        assert Texts(spec, file, Range(0, 0, 8)).place == (0, 0)
        assert Texts(spec, file, Range(0, 0, 8)).begin == 4


def test_a_begin_that_is_exact_is_no_matter_of_trust(write: Write) -> None:
    spec = opened(write('a,b\n"x\ny",2\n3,4\n')).spec
    assert texts(spec, Range(0, 5, 16))[1].begin == 7, "a line starts there, and no record"
    text, reader = texts(spec, Range(0, 12, 16, True))
    assert (reader.begin, text) == (12, b"3,4\n")


def test_some_of_a_range(write: Write) -> None:
    spec = opened(write("a,b\n1,2\n3,4\n5,6\n")).spec
    with OpenFile(spec.files[0]) as file:
        whole = Texts(spec, file, Range(0, 0, 16))
        part = whole.between(8, 12)
        assert b"".join(chunk.arrays[0] for chunk in part.read(None)) == b"3,4\n"
        assert part.place == (0, 12)
        assert whole.between(4, 8).place == (0, 0)
        assert whole.place == (0, 0), "the other is as it was"


@pytest.mark.parametrize("limit", [0, 1, 2, 3, 99])
@pytest.mark.parametrize("chunk", [4, 1000])
def test_no_more_records_than_asked(limit: int, chunk: int, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "CHUNK", chunk)
    monkeypatch.setattr(files, "_SLACK", 4)
    spec = opened(write("a,b\n1,2\n3,4\n\n5,6\n"), sample=1).spec
    text, _ = texts(spec, Range(0, 0, 17), limit)
    assert text.split() == [b"1,2", b"3,4", b"5,6"][:limit]


def test_little_is_read_where_little_is_wanted(write: Write) -> None:
    spec = opened(write("a,b\n1,2\n"), sample=100).spec
    with OpenFile(spec.files[0]) as file:
        reader = Texts(spec, file, Range(0, 0, 8))
        assert reader._chunk(None) == reader._chunk(ranges._FEW + 1) == ranges.CHUNK
        assert reader._chunk(1) == 100
        assert reader._chunk(1000) == ranges._USUAL * 1000 * 2


def test_bad_lines_are_tallied_with_their_places(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ranges, "CHUNK", 12)
    monkeypatch.setattr(files, "_SLACK", 4)
    spec = opened(write("a,b\n1,2\n3,4,5\n6,7\n8,9,0\n1,1\n"), on_bad_lines="skip").spec
    text, reader = texts(spec, Range(0, 0, 28))
    assert text == b"1,2\n6,7\n1,1\n"
    reason = "3 fields, expected 2"
    assert reader.tally == Tally(2, ((0, 8, reason), (0, 18, reason)))


def test_places_of_records_are_lines_of_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("title\na,b\n\n1,2\n\n \n3,4\n5,6\n")
    monkeypatch.setattr(ranges, "CHUNK", 6)
    monkeypatch.setattr(files, "_SLACK", 2)
    _, reader = texts(opened(path, header=1).spec, Range(0, 0, 26))
    (last,) = reader.places
    assert (last.at, last.line, last.record, last.text) == (f"{path}:8", 8, 3, "5,6")
    assert last.where == f"{path}:8 (record 3)"


def test_places_in_text_that_was_rewritten(write: Write) -> None:
    path = write("# top\na,b\n1,2 # one\n#\n3,'4\n4'\n5,6\n")
    spec = opened(path, comment="#", quotechar="'").spec
    with OpenFile(spec.files[0]) as file:
        reader = Texts(spec, file, Range(0, 0, spec.files[0].end))
        list(reader.read(None))
        assert [(place.line, place.text) for place in reader.places[:2]] == [(3, "1,2 # one"), (5, "3,'4\n4'")]


@pytest.mark.parametrize(("start", "is_wrong"), [(5, True), (0, False)])
def test_bad_data_of_a_range_that_begins_in_quotes_are_not_bad(start: int, is_wrong: bool, write: Write) -> None:
    spec = opened(write('a,b\n"x\ny,\n",2\n3,4\n')).spec
    with OpenFile(spec.files[0]) as file:
        reader = Texts(spec, file, Range(0, start, 18))
        if not is_wrong:
            reader._check_begin()
            assert reader.begin == 4
            return
        with pytest.raises(Replan) as found:
            reader._check_begin()
        assert found.value.finding == WrongSplit(0)


def test_a_function_for_bad_lines_that_fails_names_the_line(write: Write) -> None:
    path = write("a,b\n1,2\n3,4,5\n")
    with pytest.raises(ZeroDivisionError) as found:
        texts(opened(path, on_bad_lines=lambda fields: 1 / 0).spec, Range(0, 0, 14))
    assert found.value.__notes__ == [f"on_bad_lines was called for {path}:3 (record 2)"]


def test_a_record_without_an_end_is_an_error(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST", 1000)
    monkeypatch.setattr(ranges, "CHUNK", 100)
    spec = opened(write('a,b\n1,2\n3,"' + "4\n" * 2000)).spec
    with pytest.raises(CSVError, match=r"a\.csv:3: the record that begins here goes on for more than 1,000 bytes"):
        texts(spec, Range(0, 0, 4011))
