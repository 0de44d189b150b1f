"""The core against its slow twin (tests/fuzz/twin.cpp), on texts made of what matters to both."""

from __future__ import annotations

import pytest
from fuzz import twin
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv.engines._native import missing_texts
from lazyframe.csv.options.dialect import Missing
from lazyframe.native import abi, library
from lazyframe.native.scan import Wanted

pytestmark = [
    pytest.mark.skipif(not library.is_available(), reason="the core was not built"),
    pytest.mark.skipif(twin.compiler() is None, reason="there is no C++ compiler for the twin"),
]

MISSING = [
    Missing.of(None, True),
    Missing.of(["", "-", '"', '""', "1900-01-01", "0", "true", " "], False),
    Missing.of(["é", "a text of more than sixteen bytes"], False),
    Missing.of([], False),
]
VALUES = {
    abi.INT64: [
        "0",
        "-7",
        "+5",
        " 12 ",
        "12345678",
        "123456789",
        "1234567890123456",
        "9223372036854775807",
        "-9223372036854775808",
    ],
    abi.FLOAT64: [
        "1.5",
        ".5",
        "5.",
        "-0.0",
        "1e5",
        "1E-5",
        "123456.789",
        "0.12345678901234567",
        "1e22",
        "1e23",
        "4.9e-324",
        "1e-30",
    ],
    abi.BOOL: ["True", "False", "TRUE", "false", "1", "0"],
    abi.CODED: ["a", "bc", "abcdefgh", "abcdefghi", "sixteen bytes ok", "a text of more than sixteen bytes", "é", "日本"],
    abi.TEXT: ["a", "bc", "abcdefgh", "abcdefghi", "sixteen bytes ok", "a text of more than sixteen bytes", "é", "日本"],
    abi.TIME: ["2013-01-31", "2000-02-29", "1969-12-31", "0001-01-01", "9999-12-31", "1900-03-01", "1582-10-10"],
    abi.KINDS: [
        "1",
        "-1",
        " +12 ",
        "1.5",
        ".5e-10",
        "true",
        "FALSE",
        "a",
        "N35NA",
        "9E",
        "1-2",
        "é",
        "inf",
        "-nan",
        "e",
        "+",
        "1e5",
        "x\ty",
    ],
    abi.CHECKED: ["a", "é", "a text of more than sixteen bytes"],
}
TIMES = {
    1: ["2013-01-31 23:59:59", "1900-01-01 00:00:00"],
    2: ["2013-01-31T23:59:59"],
    3: ["2013-01-31 23:59:59.5", "1969-12-31 23:59:59.999999"],
    4: ["2013-01-31T23:59:59.25"],
}
ODD = [
    *("", "-", ".", "e5", "1e", "1e400", "1e-400", "9223372036854775808", "-9223372036854775809", "1.2.3", "12x", "\0", "a\0b"),
    *(
        "2013-02-29",
        "1900-02-29",
        "2013-13-01",
        "2013-1-1",
        "tRUE",
        "True\0",
        "\udcff",
        "\udced\udca0\udc80",
        "\udcc0\udc80",
        " ",
    ),
    *("00000000000000000001", "1e123456789", "18446744073709551616.0", "0" * 25 + "1", "NA", "nan", "1_0", "\t1"),
]
RAW = [
    '"',
    '""',
    'a"b',
    '"a"b',
    '"a""b"',
    '"a,b"',
    '"\n"',
    '"\r\n"',
    "\r",
    "\r\r\n",
    "\n",
    "\r\n",
    ",",
    " ",
    '"a',
    '"\r"',
    '""""',
]


@st.composite
def questions(draw: st.DrawFn) -> tuple[twin.Asked, bytes]:
    """Columns, and a text that mostly has them."""
    width = draw(st.integers(1, 4))
    fields = draw(st.lists(st.integers(0, width - 1), min_size=1, max_size=width, unique=True))
    wanted = []
    for field in fields:
        kind = draw(st.sampled_from(list(VALUES)))
        flags = draw(st.integers(0, 3)) if kind == abi.BOOL else 0
        wanted.append(Wanted(field, kind, flags, draw(st.integers(0, 4)) if kind == abi.TIME else 0))
    values = {column.field: TIMES.get(column.format, VALUES[column.type]) for column in wanted}
    oddness = draw(st.sampled_from([0, 0, 1, 4]))

    def one(field: int) -> str:
        choice = draw(st.integers(0, 40))
        if choice < oddness:
            return draw(st.sampled_from(RAW))
        if choice < 2 * oddness:
            return draw(st.sampled_from(ODD))
        text = draw(st.sampled_from(values.get(field, VALUES[abi.TEXT])))
        return f'"{text}"' if choice > 36 else text

    newline = draw(st.sampled_from(["\n", "\n", "\r\n"]))
    lines = [",".join(one(field) for field in range(width)) for _ in range(draw(st.integers(0, 12)))]
    text = newline.join(lines) + draw(st.sampled_from([newline, "", newline * 2]))
    missing = missing_texts(draw(st.sampled_from(MISSING)))
    window, distinct = draw(st.sampled_from([160, 161, 230, 4096])), draw(st.sampled_from([1, 3, 4096]))
    asked = twin.Asked(tuple(wanted), width, missing, window=window, distinct=distinct, room=64 * distinct)
    return asked, text.encode("utf-8", "surrogateescape")


@given(questions(), st.data())
def test_the_core_says_what_its_twin_says(question: tuple[twin.Asked, bytes], data: st.DataObject) -> None:
    asked, text = question
    assert twin.compare(asked, text).reason != abi.INVALID
    stop = data.draw(st.none() | st.integers(0, len(text) + 2), label="stop")
    capacity = data.draw(st.none() | st.integers(0, 5), label="capacity")
    assert twin.compare(asked, text, stop, data.draw(st.booleans(), label="at_end"), capacity).reason != abi.INVALID


@given(
    st.lists(st.sampled_from([*RAW, ",", "\n", "\n", "1", "a", "é", "\0", "x" * 62]), max_size=40).map("".join),
    st.integers(1, 3),
    st.sampled_from([0, ord('"'), ord("a")]),
    st.none() | st.integers(0, 80),
    st.booleans(),
)
def test_records_are_those_of_the_twin(text: str, width: int, quote: int, stop: int | None, at_end: bool) -> None:
    wanted = tuple(Wanted(field, abi.TEXT) for field in range(width))
    asked = twin.Asked(wanted, width, missing_texts(MISSING[3]), quote=quote, window=160)
    twin.compare(asked, text.encode(), stop, at_end)
    assert twin.compare(asked, text.encode()).reason != abi.INVALID


def test_the_twin_tells_accepted_from_refused() -> None:
    """Both sides of it, so that a comparison of refusals alone would be seen."""
    asked = twin.Asked((Wanted(0, abi.INT64), Wanted(1, abi.TEXT)), 2, missing_texts(MISSING[0]))
    answer = twin.compare(asked, b'1,"a""b"\n\n2,\n')
    assert (answer.reason, answer.records, answer.consumed, answer.blank_lines, answer.starts) == (abi.DONE, 2, 13, 1, (0, 9))
    assert answer.columns == ((0, [1, 1], [1, 2]), (1, [1, 0], [b'a"b', b""]))
    assert twin.compare(asked, b"1,a\nx,b\n").is_refusal
    assert twin.compare(asked, b"1,a\n2", at_end=False) == (abi.NEED_MORE, 1, 4, 0, (0,), ((0, [1], [1]), (0, [1], [b"a"])))


def test_a_difference_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = twin.Asked((Wanted(0, abi.INT64),), 1, missing_texts(MISSING[0]))
    true = twin.scanned
    monkeypatch.setattr(twin, "scanned", lambda *given: true(*given)._replace(records=7) if len(given) == 5 else true(*given))
    with pytest.raises(twin.Differ, match="records=7"):
        twin.compare(asked, b"1\n")
