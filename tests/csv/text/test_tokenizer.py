"""pandas' tokenizers once more, against pandas' own: the same fields, whatever the text and however it is written."""

from __future__ import annotations

import csv
import io
import warnings
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from naming import named

from lazyframe.csv.text import tokenizer as module
from lazyframe.csv.text.tokenizer import Walk, tokenizer, without_footer

_WIDE = 40

COMPILED: list[dict[str, Any]] = [
    {"comment": "#"},
    {"escapechar": "\\"},
    {"quotechar": "'"},
    {"sep": r"\s+"},
    {"sep": r"\s+", "comment": "#"},
    {"sep": r"\s+", "skip_blank_lines": False},
    {"sep": "\t", "comment": "#"},
    {"skipinitialspace": True},
    {"doublequote": False},
    {"doublequote": False, "escapechar": "\\"},
    {"skip_blank_lines": False},
    {"comment": "#", "skip_blank_lines": False},
    {"quoting": csv.QUOTE_NONE},
    {"lineterminator": ";"},
    {"skiprows": lambda line: line % 3 == 1},
    {"skiprows": (1, 3)},
    {"skiprows": 2, "comment": "#"},
    {"comment": "#", "quotechar": "'", "skipinitialspace": True, "escapechar": "\\"},
]
LINES: list[dict[str, Any]] = [
    {},
    {"sep": "[,;]"},
    {"sep": "[,;]", "comment": "#"},
    {"sep": "[,;]", "skip_blank_lines": False},
    {"sep": "[,;]", "skiprows": 1},
    {"comment": "#"},
    {"quotechar": "'", "escapechar": "\\"},
]
OPTIONS = [{"engine": "c", **options} for options in COMPILED] + [{"engine": "python", **options} for options in LINES]

pieces = st.sampled_from(
    [*("a", "b1", ",", ",", "\n", "\n", '"', "'", "#", "\\", " ", "\t", "\r\n", ";", "|"), '"x"', "'y'", ',"p,\nq",', '""']
)
texts = st.lists(pieces, min_size=1, max_size=30).map("".join)


def full(options: dict[str, Any]) -> dict[str, Any]:
    return {"sep": ",", "header": None, "skiprows": 0, **options}


def by_pandas(text: str, options: dict[str, Any]) -> list[list[str]] | None:
    """The fields of all records, filled up; None where pandas refuses the text."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            frame = pd.read_csv(io.StringIO(text, newline=""), dtype=str, na_filter=False, names=range(_WIDE), **full(options))
        except pd.errors.EmptyDataError:
            return []
        except pd.errors.ParserError:
            return None
    return frame.fillna("").to_numpy().tolist()


def by_us(text: str, options: dict[str, Any]) -> list[list[str]] | None:
    judge = tokenizer(full(options))
    found = []
    try:
        for record in judge.records(io.StringIO(text, newline="")):
            fields, closed = judge.fields(record.text)
            if not closed:
                return None
            found.append((fields + [""] * _WIDE)[:_WIDE])
    except csv.Error:
        return None
    return found


@settings(max_examples=examples(300), deadline=None)
@given(text=texts, options=st.sampled_from(OPTIONS))
def test_fields_are_those_of_pandas(text: str, options: dict[str, Any]) -> None:
    assert by_us(text, options) == by_pandas(text, options)


@settings(max_examples=examples(75), deadline=None)
@given(text=texts, options=st.sampled_from(OPTIONS[: len(COMPILED)]), size=st.integers(1, 9))
def test_it_does_not_matter_where_text_is_cut_as_it_is_read(text: str, options: dict[str, Any], size: int) -> None:
    whole = by_us(text, options)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "_PIECE", size)
        assert by_us(text, options) == whole


@settings(max_examples=examples(75), deadline=None)
@given(text=texts, options=st.sampled_from(OPTIONS))
def test_records_know_their_lines(text: str, options: dict[str, Any]) -> None:
    if text.endswith("\\"):
        text += "."
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    at = 0
    for record in tokenizer(full(options)).records(io.StringIO(text, newline="")):
        at = text.index(record.text, at)
        assert record.text
        if record.line < len(starts) and "lineterminator" not in options:
            assert text.startswith(record.text, starts[record.line - 1])
        at += len(record.text)


@pytest.mark.parametrize("options", [{"engine": "c", "comment": "#"}, {"engine": "python", "sep": "::"}], ids=named)
def test_records_are_found_by_their_numbers(options: dict[str, Any]) -> None:
    text = "above\n\nname\n" + "".join(f"{number}\n\n" for number in range(50))
    opened = []

    def open_text() -> io.StringIO:
        opened.append(1)
        return io.StringIO(text)

    walk = Walk(open_text, {**full(options), "header": 1})
    assert [walk.find(number) for number in (0, 7, 49)] == [(4, "0\n"), (18, "7\n"), (102, "49\n")]
    assert len(opened) == 1
    assert walk.find(3) == (10, "3\n")
    assert walk.find(50) is None
    assert len(opened) == 2


@pytest.mark.parametrize("count", [1, 2, 5])
def test_a_footer_is_rows_and_never_the_header(count: int) -> None:
    text = ["a,b\n", "1,2\n", '"x\n', 'y",3\n', "4,5\n"]
    left = ["a,b\n", *{1: ["1,2\n", '"x\n', 'y",3\n'], 2: ["1,2\n"], 5: []}[count]]
    assert list(without_footer(iter(text), count, {"sep": ",", "header": 0, "skiprows": 0})) == left


def test_a_byte_order_mark_is_no_text() -> None:
    for options in ({"engine": "c", "comment": "#"}, {"engine": "python", "sep": "::"}):
        (record,) = tokenizer(full(options)).records(io.StringIO("\ufeff#x\n" if options["engine"] == "python" else "\ufeffx\n"))
        assert not record.text.startswith("\ufeff")
