from __future__ import annotations

import io
import itertools
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lazyframe.csv import infer
from lazyframe.csv.dialect import Missing
from lazyframe.csv.infer import WHOLE, Seen, Undecided, first_of, infer_texts, kinds_of, resolve, state
from lazyframe.schema import BIG_INTEGERS, OBJECT_BOOL

MISSING = Missing.of(None, True)
ATOMS = [
    *("", "1", "-2", "18446744073709551615", "1.5", "True", "abc", "0x1F", "nAn", "inf", "2.0", "+7"),
    *("-0", " 0 ", "-1.5", "18446744073709551616", "-9223372036854775809", "9223372036854775808", "NA"),
]


def of_pandas(texts: list[str]) -> pd.Series:
    body = "a,b\n" + "".join(f"{text},z\n" for text in texts)
    return pd.read_csv(io.StringIO(body), low_memory=False)["a"]


def kinds(texts: list[str]) -> Seen:
    return kinds_of([text if text not in ("", "NA") else None for text in texts], MISSING)


def ordered(texts: list[str]) -> Seen:
    return kinds(texts) | first_of([text if text not in ("", "NA") else None for text in texts], to_the_end=True)


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_dtype_of_a_mixture_is_that_of_pandas(count: int) -> None:
    for texts in itertools.permutations(ATOMS, count):
        expected = of_pandas(list(texts))
        found = state(ordered(list(texts)))
        assert found.dtype.name == str(expected.dtype), texts
        if found.dtype.name == "object":
            has_integers = any(type(value) is int for value in expected)
            assert found.dtype == (BIG_INTEGERS if has_integers else OBJECT_BOOL), texts
        if found.dtype.name == "str" and any(text in ("", "NA") for text in texts):
            assert found.literal == any(value in ("", "NA") for value in expected), texts


@pytest.mark.parametrize("others", [[], ["1"], ["NA"], ["1.5"], ["-1"]])
def test_a_large_number_with_a_blank_behind_is_a_float(others: list[str]) -> None:
    texts = ["99999999999999999999 ", *others]
    assert state(ordered(texts)).dtype.name == str(of_pandas(texts).dtype) == "float64"


def test_the_union_of_pieces_is_the_whole() -> None:
    def outcome(seen: Seen) -> object:
        try:
            return state(seen)
        except Undecided as error:
            return type(error)

    for texts in itertools.combinations(ATOMS, 3):
        parts = kinds([texts[0]]) | kinds([texts[1]]) | kinds([texts[2]])
        assert outcome(parts) == outcome(kinds(list(texts))), texts


@given(st.text(" \t+-0123456789", max_size=24))
def test_whole_numbers_are_those_of_pandas(text: str) -> None:
    found = kinds_of([text], MISSING)
    (value,) = infer_texts([text])
    if isinstance(value, (str, float)):
        assert found == (Seen.TEXT if isinstance(value, str) else Seen.FLOAT)
    else:
        assert found & WHOLE
        assert bool(found & Seen.NEGATIVE) == ("-" in text)
        assert bool(found & Seen.INT) == (-(2**63) <= int(value) < 2**63)
        assert bool(found & Seen.UNSIGNED) == (2**63 <= int(value) < 2**64)


def test_what_depends_on_an_order_is_undecided_until_that_is_known() -> None:
    mixture = kinds(["99999999999999999999", "x", "NA"])
    with pytest.raises(Undecided):
        state(mixture)
    assert state(mixture | Seen.LARGE_FIRST).literal
    assert not state(mixture | Seen.OTHER_FIRST).literal


def test_nothing_and_only_missing() -> None:
    assert resolve(Seen.NOTHING).name == str(of_pandas([]).dtype) == "object"
    assert resolve(kinds([""])).name == str(of_pandas([""]).dtype) == "float64"


@pytest.mark.parametrize("texts", [["99999999999999999999"], ["99999999999999999999", "1"], ["-9223372036854775809", ""]])
def test_numbers_beyond_64_bits_are_integers_of_python(texts: list[str]) -> None:
    assert resolve(kinds(texts)) == BIG_INTEGERS


def test_numbers_that_na_values_names_are_missing_beside_a_float_only() -> None:
    missing = Missing.of([-999], True)
    assert kinds_of(["-999.00", "3"], missing) == Seen.INT | Seen.FLOAT
    assert kinds_of([" -999", "3"], missing) == Seen.INT | Seen.NEGATIVE | Seen.ALIAS
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


NUMBERS = [*ATOMS, " -999", "-999", "-999.0", "-9.99e2", "+1", "01", "1e0", "x y", "1e400", "TRUE"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=80, deadline=None)
@given(
    texts=st.lists(st.sampled_from(NUMBERS), min_size=1, max_size=8),
    blocksize=st.integers(1, 90),
    na_values=st.sampled_from([None, -999, [1, -999], ["inf"], [0, "x"]]),
    sample=st.sampled_from([4, 30, 2**16]),
)
@example(texts=["", "1e0"], blocksize=1, na_values=[1, -999], sample=4)
@example(texts=["", "1", "1e0", "2"], blocksize=1, na_values=[1, -999], sample=4)
@pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DtypePromotionWarning")
def test_any_column_is_inferred_as_pandas_infers_it(
    texts: list[str], blocksize: int, na_values: object, sample: int, engine: str, driver: Any, write: Any, oracle: Any
) -> None:
    text = "a,b\n" + "".join(f"{text},z\n" for text in texts)
    expected = oracle(text, na_values=na_values)
    path = write(text)
    got = driver.read(path, blocksize=blocksize, na_values=na_values, sample=sample)
    assert list(map(type, got["a"])) == list(map(type, expected["a"]))
    pd.testing.assert_frame_equal(got, expected, check_exact=True)
