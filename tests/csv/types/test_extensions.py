"""Columns of extension dtypes, read: as pandas reads the whole, at any block size, by every engine."""

from __future__ import annotations

import csv
import io
import itertools
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.csv.errors import CSVError, DtypePromotionWarning
from lazyframe.csv.options.dialect import PLAIN_FORMS, Forms
from lazyframe.csv.types import extensions
from lazyframe.csv.types.infer import TextKinds
from lazyframe.schema import as_dtype, dtype_named

TEXTS: dict[str, list[str]] = {
    "whole": ["1", "", "3", "2", "1"],
    "whole as floats": ["1.0", "2", "", "5e1"],
    "floats": ["1.5", "", "-2"],
    "words": ["x", "b", "", "a"],
    "bools": ["True", "", "FALSE", "true"],
    "digits": ["1", "0", ",", ""],
    "blanks": [" 1", "2 "],
    "large": ["9007199254740993", "", "1"],
    "unsigned": ["18446744073709551615", "1"],
    "unsigned with missing": ["18446744073709551615", ""],
    "all missing": ["", ""],
    "no rows": [],
    "ten before nine": ["10", "9", "", "9"],
    "mixed": ["1", "x"],
    "too wide": ["300"],
    "quoted": ['"a,b"', '"c\nd"', "e"],
    "infinite": ["inf", "-inf", "1"],
    "bool and number": ["1", "True"],
    "words for missing": ["nan", "NULL", "é"],
}
DTYPES: dict[str, Any] = {
    **{name: name for name in ("Int64", "Int8", "UInt64", "Float64", "Float32", "boolean", "string", "string[python]")},
    **{name: name for name in ("category", "int64[pyarrow]", "double[pyarrow]", "bool[pyarrow]")},
    "arrow text": pd.ArrowDtype(pa.string()),
    "given": pd.CategoricalDtype(["1", "x"]),
    "given, ordered": pd.CategoricalDtype([1, 3], ordered=True),
    "given, of floats": pd.CategoricalDtype([1.5, 2.0]),
    "ordered": pd.CategoricalDtype(ordered=True),
}
ARGUMENTS: dict[str, dict[str, Any]] = {
    **{name: {"dtype": {"a": dtype}} for name, dtype in DTYPES.items()},
    **{backend: {"dtype_backend": backend} for backend in extensions.BACKENDS},
}

SIZES = {"native": (1, 1000), "arrow": (7,), "pandas": (3,)}  # every block costs some time

Write = Callable[..., str]

pytestmark = [
    pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DtypePromotionWarning"),
    pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.SchemaDriftWarning"),
    pytest.mark.filterwarnings("ignore:Constructing a Categorical:DeprecationWarning"),
]


def of_pandas(text: str, arguments: dict[str, Any]) -> pd.DataFrame | Exception:
    try:
        return pd.read_csv(io.StringIO(text), low_memory=False, **arguments)
    except (ValueError, TypeError, OverflowError, pa.ArrowInvalid) as error:
        return error


def assert_equal(got: pd.DataFrame, want: pd.DataFrame) -> None:
    pd.testing.assert_frame_equal(got, want, check_exact=True)
    assert [repr(dtype) for dtype in got.dtypes] == [repr(dtype) for dtype in want.dtypes]


def compare(path: str, text: str, arguments: dict[str, Any], blocksizes: tuple[int, ...], scheduler: str = "sync") -> None:
    want = of_pandas(text, arguments)
    for blocksize in blocksizes:
        if isinstance(want, Exception):
            with pytest.raises(CSVError):
                lf.read_csv(path, blocksize=blocksize, **arguments).compute(scheduler=scheduler)
        else:
            assert_equal(lf.read_csv(path, blocksize=blocksize, **arguments).compute(scheduler=scheduler), want)


EACH = [
    (kind, name, engine, sizes)
    for number, (name, kind) in enumerate(itertools.product(ARGUMENTS, TEXTS))
    for engine, sizes in (
        [("native", (1, 1000))] if number % 2 else [("native", (1,)), (("arrow", (7,)), ("pandas", (3,)))[number // 2 % 2]]
    )
]
"""Every kind of text as every dtype, by the core, and half of them by one of the other engines; every block costs some time."""


@pytest.mark.parametrize(("kind", "name", "engine", "sizes"), EACH, indirect=["engine"])
def test_every_dtype_reads_every_kind_of_text_as_pandas_does(
    kind: str, name: str, engine: str, sizes: tuple[int, ...], write: Write
) -> None:
    text = "a,k\n" + "".join(f"{value},{number}\n" for number, value in enumerate(TEXTS[kind]))
    if name == "double[pyarrow]" and kind.startswith("unsigned"):
        return  # pandas raises where all of a column are whole numbers and one is beyond 2**53, and else rounds it
    compare(write(text), text, ARGUMENTS[name], sizes)


@pytest.mark.parametrize(
    ("values", "arguments"),
    [
        (["1.000", "2"], {"thousands": ".", "decimal": ","}),
        (["1,5", "2"], {"decimal": ","}),
        (["ja", "nein", "True", ""], {"true_values": ["ja"], "false_values": ["nein"]}),
        (["ja", "nein"], {"true_values": ["ja"]}),
        (["True", "False"], {"true_values": ["False"], "false_values": ["True"]}),
        (["1", "2"], {"quoting": csv.QUOTE_NONNUMERIC}),
        (["0x10", "1"], {}),
        (["1", "2", ""], {"na_filter": False}),
        (["-1", "18446744073709551615"], {}),
    ],
)
@pytest.mark.parametrize("given", ["found", ["1", "3", ""], [1000, 2, 1], [True, False], [1.5]])
def test_categories_in_many_forms(values: list[str], arguments: dict[str, Any], given: Any, engine: str, write: Write) -> None:
    text = "a;k\n" + "".join(f"{value};{number}\n" for number, value in enumerate(values))
    dtype = "category" if given == "found" else pd.CategoricalDtype(given)
    if "quoting" in arguments:
        text = text.replace("a;k", '"a";"k"')
    compare(write(text), text, {"sep": ";", "dtype": {"a": dtype}, **arguments}, SIZES[engine])


def test_categories_may_be_integers_of_python(write: Write) -> None:
    path = write("a\n99999999999999999999\n1\n")
    got = lf.read_csv(path, dtype={"a": "category"}, blocksize=1).compute(scheduler="sync")
    assert got.a.cat.categories.tolist() == [1, 99999999999999999999]
    pd.testing.assert_frame_equal(got, pd.read_csv(path, dtype={"a": "category"}))


@pytest.mark.parametrize(
    ("values", "arguments"),
    [
        (["007", "99999999999999999999"], {}),
        (["+5", "", " 7", "-99999999999999999999"], {}),
        (["1,5", "", "99999999999999999999"], {"thousands": ","}),
        (["07"] * 40 + [""] * 40 + ["99999999999999999999"], {}),
        (["07"] * 40 + ["99999999999999999999", "x"], {}),
        (["07", "18446744073709551616", "1.5"], {}),
        (["01", "-1", "18446744073709551615"], {}),
    ],
)
def test_whole_numbers_beyond_64_bits_are_their_text(
    values: list[str], arguments: dict[str, Any], engine: str, write: Write
) -> None:
    text = "a;k\n" + "".join(f"{value};{number}\n" for number, value in enumerate(values))
    compare(write(text), text, {"sep": ";", "dtype_backend": "numpy_nullable", **arguments}, SIZES[engine])


def test_whole_numbers_beyond_64_bits_have_no_dtype_of_arrow(write: Write) -> None:
    with pytest.raises(CSVError, match=r"column a: .* fit no dtype of dtype_backend='pyarrow'"):
        lf.read_csv(write("a\n1\n99999999999999999999\n"), dtype_backend="pyarrow").compute()


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_the_scheduler_does_not_matter(scheduler: str, write: Write) -> None:
    text = "a,b,c,d\n" + "".join(f"{i if i % 3 else ''},{'xyz'[i % 3]},{i / 4},{i % 2 == 0}\n" for i in range(40))
    path = write(text)
    for arguments in (
        {"dtype": {"a": "Int64", "b": "category", "c": "Float64", "d": "boolean"}},
        {"dtype": {"a": "category", "b": "string", "c": "double[pyarrow]", "d": "category"}},
        {"dtype_backend": "numpy_nullable"},
        {"dtype_backend": "pyarrow"},
    ):
        compare(path, text, arguments, (50,), scheduler)


whole_numbers = st.integers(-(2**63), 2**63 - 1).map(str)
floats = st.floats(allow_nan=False).map(repr)
words = st.text("ab ,\"'\u00e9\n", max_size=3).filter(lambda text: text.strip(" \n") != "")
VALUES: dict[str, st.SearchStrategy[str]] = {
    "Int64": whole_numbers,
    "UInt64": st.integers(0, 2**64 - 1).map(str),
    "Int16": st.integers(-(2**15), 2**15 - 1).map(str),
    "Float64": floats,
    "Float32": st.floats(width=32, allow_nan=False, allow_infinity=False).map(repr),
    "boolean": st.sampled_from(["True", "False", "TRUE", "false", "1", "0", "1.0"]),
    "string": words,
    "category": st.sampled_from(["b", "a", "10", "9", "x y"]),
    "int64[pyarrow]": whole_numbers,
    "double[pyarrow]": floats.filter(lambda text: "e" in text or "." in text or text in ("inf", "-inf")),
    "bool[pyarrow]": st.sampled_from(["True", "False", "TRUE", "1", "0"]),
    "numbers": st.sampled_from(["10", "9", "1.5", "1.50", "-3", "1e1"]),
}


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(VALUES)), st.integers(1, 60), st.data())
def test_values_of_each_dtype(write: Write, name: str, blocksize: int, data: st.DataObject) -> None:
    quoted = (VALUES[name] | st.just("")).map(lambda text: '"' + text.replace('"', '""') + '"' if text else "")
    values = data.draw(st.lists(quoted, max_size=12))
    text = "a,k\n" + "".join(f"{value},{number}\n" for number, value in enumerate(values))
    dtype = "category" if name == "numbers" else name
    compare(write(text), text, {"dtype": {"a": dtype}}, (blocksize,))


@settings(max_examples=examples(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from(["", "1", "-7", "2.5", "True", "x", "9007199254740993", " 3", "NA", "1e3", "007"]), max_size=12),
    st.sampled_from(extensions.BACKENDS),
    st.integers(1, 60),
)
def test_a_backend_has_the_dtype_of_the_whole(write: Write, values: list[str], backend: str, blocksize: int) -> None:
    text = "a,k\n" + "".join(f"{value},{number}\n" for number, value in enumerate(values))
    compare(write(text), text, {"dtype_backend": backend}, (blocksize,))


def test_categories_are_those_of_all_rows_whatever_is_filtered(engine: str, write: Write) -> None:
    text = "a,k\n" + "".join(f"{'abcdefgh'[i % 8]},{i}\n" for i in range(16))
    path = write(text)
    want = pd.read_csv(io.StringIO(text), dtype={"a": "category"})
    df = lf.read_csv(path, blocksize=20, dtype={"a": "category"})
    assert df.dtypes["a"] == pd.CategoricalDtype()
    assert "dtype=category" in repr(df.a)
    assert_equal(df[df.k < 3].compute(scheduler="sync"), want[want.k < 3])
    assert df.dtypes["a"] == want.dtypes["a"]


def test_files_that_lack_the_column_have_missing_values(engine: str, write: Write) -> None:
    paths = [write("a,b\n1,x\n,y\n", "1.csv"), write("a,c\n2,p\n3,q\n", "2.csv")]
    text = "a,b,c\n1,x,\n,y,\n2,,p\n3,,q\n"
    for arguments in ({"dtype": "string"}, {"dtype": "category"}, *ARGUMENTS.values()):
        want = of_pandas(text, arguments)
        if not isinstance(want, Exception):
            for blocksize in (1, 1000):
                assert_equal(lf.read_csv(paths, blocksize=blocksize, **arguments).compute(scheduler="sync"), want)


@pytest.mark.parametrize(
    ("dtype", "values", "message"),
    [
        ("Int64", ["1", "2.5"], r"a\.csv:3 \(record 2\), column a: '2\.5' is not Int64, .* pass dtype=\{'a': 'Float64'\}"),
        ("Int64", ["1", "x", "y"], r"a\.csv:3 .*'x' is not Int64.* pass dtype=\{'a': 'string'\}"),
        ("Int8", ["1", "", "300"], r"a\.csv:4 .*'300' is not Int8.* pass dtype=\{'a': 'Int64'\}"),
        ("boolean", ["True", "ja", "ja"], r"a\.csv:3 .*'ja' is not boolean.*'ja' is the commonest \(2 times\).*na_values="),
        ("int64[pyarrow]", ["1", "1.5"], r"a\.csv:3 .*'1\.5' is not int64\[pyarrow\].* pass dtype=\{'a': 'double\[pyarrow\]'\}"),
    ],
)
def test_a_value_that_does_not_fit_is_located(dtype: str, values: list[str], message: str, engine: str, write: Write) -> None:
    path = write("a,k\n" + "".join(f"{value},0\n" for value in values))
    for blocksize in (1, 8, 1000):
        with pytest.raises(CSVError, match=message):
            lf.read_csv(path, blocksize=1000 if "commonest" in message else blocksize, dtype={"a": dtype}).compute(
                scheduler="sync"
            )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"dtype": {"a": "datetime64[us]"}}, "Pass the column to parse_dates"),
        ({"dtype": {"a": pd.ArrowDtype(pa.decimal128(5, 2))}}, "makes no decimals of the text"),
        (
            {"dtype": {"a": pd.CategoricalDtype(pd.to_datetime(["2024-01-01"], utc=True))}},
            "categories of datetime64.* are not offered",
        ),
        ({"dtype": {"a": "period[D]"}}, "is not a dtype that lazyframe has"),
        ({"dtype_backend": "arrow"}, "only 'numpy_nullable' and 'pyarrow' are allowed"),
    ],
)
def test_what_cannot_be_read_so_is_refused_when_it_is_opened(arguments: dict[str, Any], message: str, write: Write) -> None:
    with pytest.raises((TypeError, ValueError), match=message):
        lf.read_csv(write("a\n1\n"), **arguments)


def test_a_backend_promotes_with_one_warning(write: Write) -> None:
    text = "a,b\n" + "".join(f"{i},1\n" for i in range(3000)) + "x,\n"
    df = lf.read_csv(write(text), sample=100, blocksize=1000, dtype_backend="numpy_nullable")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        got = df.compute(scheduler="sync")
    assert_equal(got, pd.read_csv(io.StringIO(text), dtype_backend="numpy_nullable"))
    told = [str(one.message) for one in caught if issubclass(one.category, DtypePromotionWarning)]
    assert len(told) == 1
    assert "a.csv:3002: 'x' in column a is not Int64: the column is read as string. Pass dtype={'a': 'string'}" in told[0]


def test_whole_numbers_stay_exact_beside_numbers_that_are_not_written_so(write: Write) -> None:
    path = write("a\n9007199254740993\n1.0\n")
    for blocksize in (1, 100):
        got = lf.read_csv(path, blocksize=blocksize, dtype="Int64").compute(scheduler="sync")
        assert got.a.tolist() == [9007199254740993, 1]


def test_the_first_text_that_does_not_fit_is_found() -> None:
    texts = pa.array(["1", "2", "1", None, "x", "y", "2.5"]).dictionary_encode()
    with pytest.raises(extensions.Unfit) as unfit:
        extensions.converted(texts, as_dtype("Int64"), PLAIN_FORMS)
    assert (unfit.value.record, unfit.value.text) == (4, "x")


def test_texts_become_values_plain_or_coded() -> None:
    texts = pa.array(["1,5", None, "1.000", "1,5"])
    forms = Forms(decimal=",", thousands=".")
    for array in (texts, texts.dictionary_encode()):
        assert extensions.converted(array, as_dtype("Float64"), forms).to_pylist() == [1.5, None, 1000.0, 1.5]
        assert extensions.converted(array, as_dtype("string"), forms).to_pylist() == ["1,5", None, "1.000", "1,5"]


@pytest.mark.parametrize(
    ("plain", "seen", "nullable", "arrow"),
    [
        ("int64", TextKinds.INT, "Int64", "int64[pyarrow]"),
        ("float64", TextKinds.INT | TextKinds.MISSING, "Int64", "int64[pyarrow]"),
        ("float64", TextKinds.MISSING, "Int64", "null[pyarrow]"),
        ("float64", TextKinds.FLOAT | TextKinds.INT, "Float64", "double[pyarrow]"),
        ("bool", TextKinds.BOOL, "boolean", "bool[pyarrow]"),
        ("str", TextKinds.TEXT, "string", "string[pyarrow]"),
        ("object", TextKinds.NOTHING, "object", "object"),
    ],
)
def test_the_dtypes_of_a_backend(plain: str, seen: TextKinds, nullable: str, arrow: str) -> None:
    assert extensions.dressed(dtype_named(plain), seen, "numpy_nullable").name == nullable
    assert extensions.dressed(dtype_named(plain), seen, "pyarrow").name == arrow


def test_floats_that_are_no_numbers_are_missing_in_a_backend() -> None:
    array = extensions.put_into(pa.array(np.array([1.0, np.nan, np.inf])), as_dtype("Float64"))
    assert array.to_pylist() == [1.0, None, np.inf]
