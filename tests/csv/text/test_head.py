"""The first records of a file: wherever they stand, whatever comes before them, in bounded memory."""

from __future__ import annotations

import gzip
import itertools
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv import CSVError, CSVSource
from lazyframe.csv.sniff import sample
from lazyframe.csv.text import files, head, records
from lazyframe.csv.text.files import OpenFile
from lazyframe.csv.text.find import find
from lazyframe.csv.text.head import FileHead, First, head_of

Write = Callable[..., str]


def begun(path: str | Path, skipped: int = 0, count: int = 1, separator: bytes = b",", without_mark: bool = True) -> FileHead:
    (file,) = find(str(path))
    with OpenFile(file) as opened:
        return head_of(opened, separator, skipped, count, without_mark)


def test_the_first_records_with_their_places(write: Write) -> None:
    text = b'a,b\n\n1,"x\ny"\n2,z\n'
    found = begun(write(text), count=2)
    assert found == FileHead(text, 0, [First(0, 4, [b"a", b"b"], b"a,b\n"), First(5, 13, [b"1", b"x\ny"], b'1,"x\ny"\n')], 13)


def test_fewer_records_than_were_asked_for(write: Write) -> None:
    found = begun(write("a,b\n1,2"), count=5)
    assert [record.fields for record in found.records] == [[b"a", b"b"], [b"1", b"2"]]
    assert found.end == 7, "the end of the text"
    assert begun(write(""), count=1) == FileHead(b"", 0, [], 0)
    assert begun(write("\n \n"), count=1) == FileHead(b"\n \n", 0, [], 3)


def test_lines_that_are_skipped_are_lines_and_no_records(write: Write) -> None:
    path = write('t\n\n"not\nclosed here, nor"\na,b\n1,2\n')
    assert [record.fields[0] for record in begun(path, skipped=0, count=3).records] == [b"t", b"not\nclosed here, nor", b"a"]
    found = begun(path, skipped=2)
    assert (found.begin, found.records[0].start) == (3, 3)
    assert found.records[0].fields == [b"not\nclosed here, nor"]
    assert begun(path, skipped=3).records[0] == First(26, 30, [b"a", b"b"], b"a,b\n"), (
        "quotes hold a line together, blank ones count"
    )
    assert begun(path, skipped=99) == FileHead(Path(path).read_bytes(), 34, [], 34)


@pytest.mark.parametrize(("without", "begin", "first"), [(True, 3, b"a"), (False, 0, b"\xef\xbb\xbfa")])
def test_a_byte_order_mark(without: bool, begin: int, first: bytes, write: Write) -> None:
    found = begun(write(b"\xef\xbb\xbfa,b\n"), without_mark=without)
    assert (found.begin, found.records[0].fields[0]) == (begin, first)
    assert found.text.startswith(b"\xef\xbb\xbf"), "what the file starts with"


def test_a_separator_is_no_blank(write: Write) -> None:
    assert begun(write("\n \n\t\na\tb\n"), separator=b"\t").records[0].fields == [b"", b""]
    assert begun(write("\n \n\t\na\tb\n")).records[0].fields == [b"a\tb"]


PIECES = st.sampled_from(["a,b\n", "\n", " \r\n", '1,"x\n\ny"\n', '"d""d",2\r\n', "3,\r", "long" * 5 + ",1\n", '"', "x"])


@given(st.lists(PIECES, max_size=12).map("".join), st.integers(0, 3), st.integers(1, 4), st.integers(1, 9))
def test_the_size_of_pieces_does_not_show(
    tmp_path_factory: pytest.TempPathFactory, text: str, skipped: int, count: int, piece: int
) -> None:
    data = text.encode()
    path = tmp_path_factory.getbasetemp() / "head.csv"
    path.write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(head, "_PIECE", piece)
        found = begun(path, skipped, count)

    def plainly() -> Iterator[First]:
        lines = list(records.each_line(data, b","))
        start = 0 if not skipped else lines[skipped - 1][1] if skipped <= len(lines) else len(data)
        for begin, stop, fields, _ in records.each(data, b",", start):
            yield First(begin, stop, fields, data[begin:stop])

    expected = list(itertools.islice(plainly(), count))
    assert found.records == expected
    assert found.end == (expected[-1].stop if len(expected) == count else len(data))


def test_megabytes_before_the_first_record_are_gone_through_once(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("skipped\n" * 20_000 + " \n" * 4_000_000 + "a,b\n1,2\n")
    read = [0]
    plain = OpenFile.read

    def counted(self: OpenFile, at: int, length: int) -> bytes:
        text = plain(self, at, length)
        read[0] += len(text)
        return text

    monkeypatch.setattr(OpenFile, "read", counted)
    tracemalloc.start()
    try:
        found = begun(path, skipped=20_000, count=2)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert [record.fields for record in found.records] == [[b"a", b"b"], [b"1", b"2"]]
    assert found.end == 8_160_008
    assert read[0] < 3 * found.end
    assert peak < found.end, "no more than a piece or two of the text"


def test_a_record_that_does_not_end(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LONGEST", 100_000)
    monkeypatch.setattr(head, "LONGEST", 100_000)
    for text in ('a,"b\n', 'a,b\n1,"x\n'):
        path = write(text + "3,z\n" * 100_000)
        with pytest.raises(CSVError, match=r"a\.csv:\d: the record that begins here goes on"):
            begun(path, count=2)
        with pytest.raises(CSVError, match=r"a\.csv:\d: the record that begins here goes on"):
            CSVSource.open(path)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("begin", ["", "a,b\n", "a,b\n1,x\n"])
def test_a_text_without_line_breaks_does_not_fill_the_memory(
    begin: str, compressed: bool, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "LONGEST", 100_000)
    monkeypatch.setattr(head, "LONGEST", 100_000)
    monkeypatch.setattr(sample, "_MOST", 100_000)
    text = begin.encode() + b"\0" * 40_000_000
    path = write(gzip.compress(text, 1), "a.csv.gz") if compressed else write(text)
    tracemalloc.start()
    try:
        where = rf"a\.csv(\.gz)?:{begin.count(chr(10)) + 1}: the record that begins here goes on for more than 100,000 bytes"
        with pytest.raises(pd.errors.ParserError, match=where):
            CSVSource.open(path)
        assert tracemalloc.get_traced_memory()[1] < 10_000_000
    finally:
        tracemalloc.stop()
