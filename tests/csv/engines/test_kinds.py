"""Kinds of text that the core finds in columns, and what it leaves to others."""

from __future__ import annotations

import pytest
from layouts import layout

from lazyframe.csv.engines import _kinds
from lazyframe.csv.engines.layout import Rejected
from lazyframe.csv.options.dialect import Missing
from lazyframe.native import abi, library

pytestmark = pytest.mark.skipif(not library.is_available(), reason="the core was not built")

TEXT = b'1,x,True,,1.5\n\n-2,"y\nz",false,NA,1\n3,"2",TRUE,"",\n'


def test_records_are_counted_and_kinds_are_united() -> None:
    found = _kinds.kinds(TEXT, layout("isbsf"), range(5))
    assert found == (
        3,
        [
            abi.KIND_INT | abi.KIND_NEGATIVE,
            abi.KIND_TEXT | abi.KIND_INT | abi.KIND_OTHER,  # with a line break in it
            abi.KIND_BOOL,
            abi.KIND_MISSING,
            abi.KIND_FLOAT | abi.KIND_INT | abi.KIND_MISSING,
        ],
    )


def test_columns_come_in_the_order_of_their_places() -> None:
    every = _kinds.kinds(TEXT, layout("isbsf"), range(5))[1]
    assert _kinds.kinds(TEXT, layout("isbsf"), [4, 0]) == (3, [every[4], every[0]])
    assert _kinds.kinds(TEXT, layout("isbsf"), []) == (3, [])
    assert _kinds.kinds(b"", layout("is"), [0, 1]) == (0, [0, 0])


def test_what_is_missing_is_what_the_dialect_says() -> None:
    none = layout("is", missing=Missing.of(None, keep_default=False))
    assert _kinds.kinds(b"NA,\n", layout("is"), [0, 1]) == (1, [abi.KIND_MISSING, abi.KIND_MISSING])
    assert not any(kinds & abi.KIND_MISSING for kinds in _kinds.kinds(b"NA,\n", none, [0, 1])[1])


@pytest.mark.parametrize(
    "text",
    [b"1,x\n1,x,3\n", b'1,"x\n', b"1,\xff\n", b'1,"x"y\n', b"1,x\ry,2\n"],
    ids=["long", "open", "bytes", "quote", "return"],
)
def test_text_that_is_for_another_engine(text: bytes) -> None:
    with pytest.raises(Rejected):
        _kinds.kinds(text, layout("is"), [0, 1])


def test_dialects_that_are_for_another_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    by_column, long = layout("is", missing=Missing.of({"c0": ["x"]}, keep_default=True)), layout("is", sep=b"::")
    for other in (by_column, long):
        with pytest.raises(Rejected):
            _kinds.kinds(b"1,x\n", other, [0])
    monkeypatch.setattr(library, "engine", lambda: "arrow")
    with pytest.raises(Rejected):
        _kinds.kinds(b"1,x\n", layout("is"), [0])
