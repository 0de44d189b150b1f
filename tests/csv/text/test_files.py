from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv import FileChangedError
from lazyframe.csv.text import files
from lazyframe.csv.text.files import OpenFile, chunks, next_line, record_starts
from lazyframe.csv.text.find import find

Write = Callable[..., str]


def test_a_changed_file_is_an_error(write: Write) -> None:
    path = write("x\n1\n")
    (file,) = find(path)
    write("x\n1\n2\n")
    with pytest.raises(FileChangedError, match=r"a\.csv has changed.*it had 4 bytes then, and has 6"):
        OpenFile(file)
    os.unlink(path)
    with pytest.raises(FileChangedError, match="it is gone"):
        OpenFile(file)


def test_a_file_that_is_cut_while_it_is_read_is_an_error(write: Write) -> None:
    path = write("x" * 100)
    (file,) = find(path)
    opened = OpenFile(file)
    os.truncate(path, 40)
    assert len(opened.read(0, 40)) == 40
    with pytest.raises(FileChangedError, match="ends 60 bytes too early"):
        opened.read(30, 70)
    with pytest.raises(FileChangedError, match="and has 40"):
        opened.__exit__(None)


@given(
    st.lists(st.sampled_from(["a", "\n", '"', ',"b\nc"\n', "1,2\n"]), min_size=1, max_size=20).map("".join),
    st.integers(1, 30),
    st.integers(1, 12),
)
def test_chunks_of_all_ranges_are_the_file(tmp_path_factory: pytest.TempPathFactory, text: str, block: int, chunk: int) -> None:
    path = tmp_path_factory.getbasetemp() / "chunks.csv"
    path.write_text(text)
    (file,) = find(path)
    with OpenFile(file) as opened:
        position, pieces = 0, []
        for stop in [*range(block, file.size, block), file.size]:
            for offset, piece in chunks(opened, position, stop, b",", chunk):
                assert offset == position < stop
                position += len(piece)
                pieces.append(piece)
            assert position >= stop
        assert b"".join(pieces).decode() == text
        places = list(range(0, file.size + 1, block))
        assert record_starts(opened, places, b",") == [record_starts(opened, [place], b",")[0] for place in places]


def test_chunks_end_at_record_starts_and_grow_for_a_long_record(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "_SLACK", 4)
    long = '"' + "x\n" * 500 + '"\n'
    (file,) = find(write("1\n2\n" + long + "3\n" * 1000))
    with OpenFile(file) as opened:
        sizes = [len(text) for _, text in chunks(opened, 0, file.size, b",", 10)]
        assert sizes[0] == 4
        assert len(long) <= sizes[1] < 2 * len(long)
        assert max(sizes[2:]) <= 10
        assert [text for _, text in chunks(opened, 4, 5, b",", 10)] == [long.encode()]


def test_next_line_looks_for_a_newline_only(write: Write) -> None:
    (file,) = find(write("ab\n" + "c" * 10_000 + "\nd"))
    with OpenFile(file) as opened:
        assert [next_line(opened, at) for at in (1, 3, 4, 10_004, 10_005)] == [3, 3, 10_004, 10_004, file.size]


BLANKS = ["\n", "\r\n", "\r", " \n", "\t \r\n", " \r"]


@pytest.mark.parametrize("blank", BLANKS)
@pytest.mark.parametrize("before", ["", '"a",b\n1,"x"\n'])
@pytest.mark.parametrize("blocksize", [1000, None])
def test_many_blank_lines_are_passed_over_anywhere(
    blank: str, before: str, blocksize: int | None, engine: str, driver: Any, write: Write, oracle: Any
) -> None:
    every = engine == "native"  # that they are passed over is no matter of the engines, and what is behind them is
    for end in ("", " ", "5,y\n" * 10) if every else ("5,y\n" * 10,):
        text = before + blank * 2000 + "a,b\n3,x\n" + blank * 2000 + '4,"z"\n' + blank * 2000 + end
        path = write(text)
        for arguments in ({}, {"skiprows": 2}, {"nrows": 1}, {"skiprows": 1000, "header": None}) if every and not end else ({},):
            expected = oracle(text, **arguments)
            pd.testing.assert_frame_equal(driver.read(path, blocksize=blocksize, **arguments), expected)
