from __future__ import annotations

import io
import itertools

import pandas as pd
import pytest

from lazyframe.csv import infer
from lazyframe.csv.dialect import Missing
from lazyframe.csv.infer import Seen, Unrepresentable, kinds_of, resolve
from lazyframe.schema import OBJECT_BOOL

MISSING = Missing.of(None, True)
ATOMS = ["", "1", "-2", "18446744073709551615", "1.5", "True", "abc", "0x1F", "nAn", "inf", "2.0", "+7"]


def pandas_dtype(texts: list[str]) -> str:
    body = "a,b\n" + "".join(f"{text},z\n" for text in texts)
    return str(pd.read_csv(io.StringIO(body), low_memory=False)["a"].dtype)


def kinds(texts: list[str]) -> Seen:
    return kinds_of([text or None for text in texts], MISSING)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_dtype_of_a_mixture_is_that_of_pandas(count: int) -> None:
    for texts in itertools.combinations(ATOMS, count):
        try:
            found = resolve(kinds(list(texts)))
        except Unrepresentable:
            assert "18446744073709551615" in texts
            continue
        assert found.name == pandas_dtype(list(texts)), texts
        assert (found == OBJECT_BOOL) == (found.name == "object")


def test_the_union_of_pieces_is_the_whole() -> None:
    for texts in itertools.combinations(ATOMS, 3):
        whole = kinds(list(texts))
        parts = kinds([texts[0]]) | kinds([texts[1]]) | kinds([texts[2]])
        try:
            expected = resolve(parts)
        except Unrepresentable:
            with pytest.raises(Unrepresentable):
                resolve(whole)
            continue
        assert resolve(whole) == expected, texts


def test_nothing_and_only_missing() -> None:
    assert resolve(Seen.NOTHING).name == pandas_dtype([]) == "object"
    assert resolve(kinds([""])).name == pandas_dtype([""]) == "float64"


@pytest.mark.parametrize(
    "texts",
    [["99999999999999999999"], ["99999999999999999999", "1"], ["18446744073709551615", ""], ["18446744073709551615", "1.5"]],
)
def test_numbers_beyond_64_bits_have_no_dtype(texts: list[str]) -> None:
    with pytest.raises(Unrepresentable):
        resolve(kinds(texts))


def test_a_float_at_the_start_settles_what_large_numbers_are() -> None:
    assert resolve(kinds(["1.5", "99999999999999999999"]) | Seen.FLOAT_FIRST).name == "float64"
    assert pandas_dtype(["1.5", "99999999999999999999"]) == "float64"
    assert pandas_dtype(["99999999999999999999", "1.5"]) == "str"


def test_numbers_that_na_values_names_are_missing() -> None:
    missing = Missing.of([-999], True)
    assert kinds_of(["-999.00", "3"], missing) == Seen.INT | Seen.MISSING
    assert kinds_of(["-999.00", "x"], missing) & Seen.TEXT


def test_a_long_column_of_text_is_text_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = infer.infer_texts
    monkeypatch.setattr(infer, "infer_texts", lambda *arguments: calls.append(1) or real(*arguments))
    assert kinds_of([f"name {number}" for number in range(1000)], MISSING) == Seen.TEXT
    assert len(calls) == 2


def test_a_filler_is_never_missing() -> None:
    missing = Missing.of([1, 2], True)
    assert infer.filler(infer.dtype_named("int64"), missing) == "3"
    assert infer.filler(OBJECT_BOOL, missing) == "True"
