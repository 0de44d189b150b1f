from __future__ import annotations

import io
import itertools
import warnings
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.csv.options.dialect import Missing
from lazyframe.csv.types import infer
from lazyframe.csv.types.infer import WHOLE, TextKinds, Undecided, first_of, infer_texts, kinds_of, resolve, state
from lazyframe.schema import BIG_INTEGERS, OBJECT_BOOL

MISSING = Missing.of(None, True)
ATOMS = [
    *("", "1", "-2", "18446744073709551615", "1.5", "True", "abc", "0x1F", "nAn", "inf", "2.0", "+7"),
    *("-0", " 0 ", "-1.5", "18446744073709551616", "-9223372036854775809", "9223372036854775808", "NA"),
]


def of_pandas(texts: list[str]) -> pd.Series:
    body = "a,b\n" + "".join(f"{text},z\n" for text in texts)
    return pd.read_csv(io.StringIO(body), low_memory=False)["a"]


def kinds(texts: list[str]) -> TextKinds:
    return kinds_of([text if text not in ("", "NA") else None for text in texts], MISSING)


def ordered(texts: list[str]) -> TextKinds:
    return kinds(texts) | first_of([text if text not in ("", "NA") else None for text in texts], to_the_end=True)


@pytest.mark.parametrize(("count", "step"), [(1, 1), (2, 1), (3, 5), pytest.param(3, 1, marks=pytest.mark.slow)])
def test_the_dtype_of_a_mixture_is_that_of_pandas(count: int, step: int) -> None:
    for texts in itertools.islice(itertools.permutations(ATOMS, count), 0, None, step):
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
    def outcome(seen: TextKinds) -> object:
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
        assert found & ~TextKinds.NO_INT == (TextKinds.TEXT if isinstance(value, str) else TextKinds.FLOAT)
    else:
        assert found & WHOLE
        assert bool(found & TextKinds.NEGATIVE) == ("-" in text)
        assert bool(found & TextKinds.INT) == (-(2**63) <= int(value) < 2**63)
        assert bool(found & TextKinds.UNSIGNED) == (2**63 <= int(value) < 2**64)


def test_what_depends_on_an_order_is_undecided_until_that_is_known() -> None:
    mixture = kinds(["99999999999999999999", "x", "NA"])
    with pytest.raises(Undecided):
        state(mixture)
    assert state(mixture | TextKinds.LARGE_FIRST).literal
    assert not state(mixture | TextKinds.OTHER_FIRST).literal


def test_nothing_and_only_missing() -> None:
    assert resolve(TextKinds.NOTHING).name == str(of_pandas([]).dtype) == "object"
    assert resolve(kinds([""])).name == str(of_pandas([""]).dtype) == "float64"


@pytest.mark.parametrize("texts", [["99999999999999999999"], ["99999999999999999999", "1"], ["-9223372036854775809", ""]])
def test_numbers_beyond_64_bits_are_integers_of_python(texts: list[str]) -> None:
    assert resolve(kinds(texts)) == BIG_INTEGERS


def test_numbers_that_na_values_names_are_missing_beside_a_float_only() -> None:
    missing = Missing.of([-999], True)
    assert kinds_of(["-999.00", "3"], missing) == TextKinds.INT | TextKinds.FLOAT | TextKinds.NO_INT
    assert kinds_of([" -999", "3"], missing) == TextKinds.INT | TextKinds.NEGATIVE | TextKinds.ALIAS
    assert kinds_of(["-999.00", "x"], missing) & TextKinds.TEXT


def test_a_long_column_of_text_is_text_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []
    real = infer.infer_texts
    monkeypatch.setattr(infer, "infer_texts", lambda *arguments: calls.append(1) or real(*arguments))
    assert kinds_of([f"name {number}" for number in range(1000)], MISSING) == TextKinds.TEXT | TextKinds.NO_INT
    assert len(calls) == 2


def test_a_filler_is_never_missing() -> None:
    missing = Missing.of([1, 2], True)
    assert infer.filler(infer.dtype_named("int64"), missing) == "3"
    assert infer.filler(infer.dtype_named("float64"), Missing.of([1.5], True)) == "2.5"
    assert infer.filler(OBJECT_BOOL, missing) == "True"


def test_a_filler_is_written_as_the_numbers_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Else pandas takes each chunk for text, and every number goes through Python: 80 times as slow."""

    def never(*_: Any) -> Any:
        raise AssertionError("texts were looked at one by one")

    monkeypatch.setattr("lazyframe.csv.engines._pandas._texts", never)
    text = "a;b\n" + "".join(f"{n},25;{n}\n" for n in range(100))
    for arguments in ({}, {"dtype": {"a": float}}):
        got = lf.read_csv(io.StringIO(text), sep=";", decimal=",", **arguments).compute()
        pd.testing.assert_frame_equal(got, pd.read_csv(io.StringIO(text), sep=";", decimal=","))


NUMBERS = [*ATOMS, " -999", "-999", "-999.0", "-9.99e2", "+1", "01", "1e0", "x y", "1e400", "TRUE"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(26), deadline=None)
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


FAMILIES = {
    "whole": ["1", "-2", "0", "+7", "007", " 8", "9 ", "-0", "+0", "9007199254740993", "12345678901234567"],
    "large": ["9223372036854775807", "9223372036854775808", "-9223372036854775808", "18446744073709551615"],
    "huge": ["18446744073709551616", "-9223372036854775809", "1" + "0" * 30, "-" + "9" * 25, "+18446744073709551616"],
    "float": ["1.5", "-2.25", ".5", "5.", "1e5", "-2.15e+09", "1E-3", "1e400", "-1e400", "1e-400", "+.5", " 2.5 ", "0.1", "1e22"],
    "words of floats": ["inf", "-inf", "Infinity", "+INF", "nan", "-NaN", "nAn", "iNf", "-Infinity"],
    "missing": ["", "NA", "NaN", "null", "None", "N/A", "<NA>", "n/a", "#N/A", "-nan"],
    "bool": ["True", "False", "TRUE", "false", "true", "FALSE"],
    "odd": [
        "0x1F",
        "0X1f",
        "1_000",
        "--1",
        "+-1",
        "1e",
        "e5",
        "1.2.3",
        "tRUE",
        " True",
        "T",
        "1d",
        "1,5",
        "1 000",
        "$1",
        "5%",
        "\uff11",
    ],
    "grouped": ["1,000", "12,345,678", "1,2,3", "-1,000.5", ",1", "1,", "18,446,744,073,709,551,616", "1,000 "],
    "dates": ["2020-01-01", "2020-01-01T10:00:00", "01/02/2020", "2020-1-1", "20200101", "2020-01-01 10:00:00.5", "NaT"],
    "text": ["abc", "x y", "", " ", '""', "a,b", "é", "-", "+", ".", "N/A ", " NA"],
}
ARGUMENTS: list[dict[str, Any]] = [
    *({}, {}, {}, {}, {"thousands": ","}, {"na_values": [1, "x y"]}, {"na_values": ["-2.25", 1e5], "keep_default_na": False}),
    *({"na_filter": False}, {"quoting": 2}, {"decimal": ",", "thousands": "."}, {"true_values": ["abc", "1"]}),
    *({"parse_dates": ["a"]}, {"parse_dates": ["a"], "dayfirst": True}, {"skipinitialspace": True}),
]


@st.composite
def columns(draw: st.DrawFn) -> tuple[list[str], dict[str, Any]]:
    """Texts of one or a few families, mostly of the first, each written with quotes or without; and arguments to read them."""
    names = draw(st.lists(st.sampled_from(sorted(FAMILIES)), min_size=1, max_size=3))
    first, all_of_them = FAMILIES[names[0]], [text for name in names for text in FAMILIES[name]]
    texts = draw(st.lists(st.sampled_from(first) | st.sampled_from(all_of_them), min_size=1, max_size=12))
    written = [f'"{text}"' if "," in text or not draw(st.integers(0, 5)) else text for text in texts]
    return written, draw(st.sampled_from(ARGUMENTS))


def agrees(column: tuple[list[str], dict[str, Any]], cut: int, blocksize: int, sample: int, driver: Any, write: Any) -> None:
    """A column in two files is what pandas makes of it in one."""
    texts, arguments = column
    rows = [f"{text},z\n" for text in texts]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = pd.read_csv(io.StringIO("a,b\n" + "".join(rows)), low_memory=False, **arguments)
        cut = min(cut, len(rows))
        files = [write("a,b\n" + "".join(part), f"{n}.csv") for n, part in enumerate((rows[:cut], rows[cut:]))]
        got = driver.read(files, blocksize=blocksize, sample=sample, **arguments)
    assert list(map(type, got["a"])) == list(map(type, expected["a"]))
    pd.testing.assert_frame_equal(got, expected, check_exact=True)


LAYOUTS = {
    "column": columns(),
    "cut": st.integers(0, 12),
    "blocksize": st.integers(1, 90),
    "sample": st.sampled_from([4, 30, 2**16]),
}


@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=examples(25), deadline=None
)
@given(**LAYOUTS)
def test_any_column_of_two_files(
    column: Any, cut: int, blocksize: int, sample: int, engine: str, driver: Any, write: Any
) -> None:
    agrees(column, cut, blocksize, sample, driver, write)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=3000, deadline=None)
@given(**LAYOUTS)
def test_thousands_of_columns_of_two_files(
    column: Any, cut: int, blocksize: int, sample: int, engine: str, driver: Any, write: Any
) -> None:
    agrees(column, cut, blocksize, sample, driver, write)
