"""The fast finder of record starts against a state machine that reads byte by byte, and against pandas."""

from __future__ import annotations

import io
import re

import pandas as pd
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from lazyframe.csv.text import records

texts = st.lists(
    st.sampled_from(["a", "1", ",", ",", '"', '"', '""', "\n", "\n", "\r\n", "\r", " ", '"a,b"', '"x\ny"', ',"q"\n', "é"]),
    max_size=25,
).map(lambda pieces: "".join(pieces).encode())


def starts_after_newlines(text: bytes, separator: int = ord(",")) -> list[int]:
    """The slow twin: the rules of pandas' C parser, one byte at a time."""
    starts = []
    state = "start of field"
    for place, byte in enumerate(text):
        if state == "quoted":
            state = "quote in quoted" if byte == ord('"') else state
            continue
        if byte == ord("\n"):
            starts.append(place + 1)
        if byte in (separator, ord("\n"), ord("\r")):
            state = "start of field"
        elif byte == ord('"') and state in ("start of field", "quote in quoted"):
            state = "quoted"
        else:
            state = "plain"
    return starts


@given(texts)
def test_last_is_the_last_start_of_the_slow_twin(text: bytes) -> None:
    assert records.last(text, b",") == (starts_after_newlines(text) or [0])[-1]


@given(texts, st.integers(0, 60))
def test_first_is_the_first_start_of_the_slow_twin(text: bytes, at: int) -> None:
    expected = next((start for start in [0, *starts_after_newlines(text)] if start >= at), None)
    assert records.first(text, at, b",") == expected


@given(texts)
def test_count_is_what_each_yields(text: bytes) -> None:
    assert records.count(text, b",") == sum(1 for _ in records.each(text, b","))


@given(texts)
def test_spans_are_what_each_yields(text: bytes) -> None:
    walked = list(records.each(text, b","))
    found = records.spans(text, b",")
    assert list(zip(found.starts.tolist(), found.stops.tolist(), found.widths.tolist(), strict=True)) == [
        (start, stop, len(fields)) for start, stop, fields, _ in walked
    ]
    assert found.closed == all(closed for *_, closed in walked)


@given(texts)
def test_each_gives_the_fields_of_pandas(text: bytes) -> None:
    # pandas loses an empty first field after a blank line that a lone carriage return ends; the pandas engine reads
    # such text, so nothing depends on it.
    assume(not re.search(rb"(^|[\r\n]) *\r,", text))
    found = list(records.each(text, b","))
    width = max((len(fields) for _, _, fields, _ in found), default=0)
    header = ",".join(f"c{place}" for place in range(width + 1)).encode() + b"\n"
    options = {"dtype": object, "keep_default_na": False, "na_values": ["no such text"], "index_col": False}
    if not all(closed for *_, closed in found):
        with pytest.raises(pd.errors.ParserError, match="EOF inside string"):
            pd.read_csv(io.BytesIO(header + text), **options)
        return
    frame = pd.read_csv(io.BytesIO(header + text), **options)
    assert len(frame) == len(found)
    for (_, _, fields, _), row in zip(found, frame.itertuples(index=False), strict=True):
        assert [field.decode() for field in fields] == list(row)[: len(fields)]
        assert all(pd.isna(value) or value == "" for value in list(row)[len(fields) :])


@given(texts)
def test_each_covers_the_text_without_gaps_but_blank_lines(text: bytes) -> None:
    place = 0
    for start, end, _, _ in records.each(text, b","):
        assert text[place:start].strip() == b""
        place = end
    assert text[place:].strip() == b""


@pytest.mark.parametrize(
    ("text", "proper"),
    [
        (b'"a"', True),
        (b'1,"a""b"\r\n', True),
        (b'""\n', True),
        (b'5" pipe\n', False),
        (b' "a"\n', False),
        (b'"a"b\n', False),
        (b'"a\n', False),
    ],
)
def test_proper_quotes(text: bytes, proper: bool) -> None:
    assert records.is_proper(text, b",") is proper


def test_a_tab_is_no_blank_where_it_separates() -> None:
    assert records.count(b"\t\n \n1\t2\n", b"\t") == 2
    assert records.count(b"\t\n \n1,2\n", b",") == 1
