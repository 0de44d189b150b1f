"""Values of every dtype, read: as pandas reads the whole, whatever the block size, the engine, and the files that hold them.

Each of `KINDS` is some texts that pandas takes in a way of its own, and the arguments with which it does; the texts are mixed
at random.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.csv import CSVError
from lazyframe.native import library

pytestmark = [
    pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DtypePromotionWarning"),
    pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DialectWarning"),
    pytest.mark.filterwarnings("ignore:Constructing a Categorical"),
    pytest.mark.filterwarnings("ignore:Parsing dates in:UserWarning"),
    pytest.mark.filterwarnings("ignore:Could not infer format:UserWarning"),
]

ENGINES = [*(["native"] if library.is_available() else []), "arrow", "pandas"]
BIG = "18446744073709551617"
DATES = pd.to_datetime(["2020-01-02", "2021-12-31", "2020-02-01"])


class Kind(NamedTuple):
    """Texts of a column, and arguments of ``read_csv`` of which one is taken."""

    texts: list[str]
    arguments: list[dict[str, Any]]
    length: int = 4


KINDS: dict[str, Kind] = {
    "truth values as numbers": Kind(
        ["True", "False", "tRUE", "NaN", "1", "0.0", "2"],
        [{"dtype": dtype} for dtype in ("float", "float32", "int", "int8", "uint8")],
        3,
    ),
    "words as numbers": Kind(
        ["yes", "no", "1", "-", "2", "NaN"],
        [{"dtype": dtype, "true_values": ["yes", "1"], "false_values": ["no"]} for dtype in ("float", "int")]
        + [{"dtype": "float", "true_values": ["yes"], "false_values": ["no"], "na_values": ["-"]}],
        3,
    ),
    "numbers as truth values": Kind(["0.0", "1.0", "0", "1", "01"], [{"dtype": "bool"}]),
    "thousands": Kind(
        ["7 ,", "1,,5", "1,5", "8", "2.5", "", "x", "18,446,744,073,709,551,615", "18,,446,744,073,709,551,617", "-3,"],
        [{"thousands": ","}],
    ),
    "thousands of Arrow": Kind(
        ["3.500", "7 .", "NA", "1..5", "2", "-1.000"],
        [{"thousands": ".", "decimal": ",", "dtype": f"{dtype}[pyarrow]"} for dtype in ("int64", "int8", "double")],
        2,
    ),
    "dates of Arrow": Kind(
        ["2020-01-02", "2020-02-30", "NA", "15/02/2020", "01/02/2020", "2020-01-02 03:04:05.5", "2020-06-02T03:04:05+02:00"],
        [
            {"dtype": {"a": pd.ArrowDtype(dtype)}}
            for dtype in (
                *(pa.date32(), pa.date64(), pa.timestamp("s"), pa.timestamp("us"), pa.timestamp("ns")),
                *(pa.timestamp("us", "UTC"), pa.timestamp("ms", "Europe/Berlin")),
            )
        ],
        2,
    ),
    "times of Arrow": Kind(
        ["10:20:30", "10:20", "x", "1020", "10:20:30.5", "11:20 PM", "NA"],
        [{"dtype": {"a": pd.ArrowDtype(dtype)}} for dtype in (pa.time32("s"), pa.time32("ms"), pa.time64("us"))],
    ),
    "durations of Arrow": Kind(
        ["5", "1 days", "10:20:30", "NA", "1000000000", "x", "0"],
        [{"dtype": {"a": pd.ArrowDtype(dtype)}} for dtype in (pa.duration("s"), pa.duration("us"), pa.duration("ns"))],
        3,
    ),
    "others of Arrow": Kind(
        ["5", "é", "NA"],
        [
            {"dtype": {"a": pd.ArrowDtype(dtype)}}
            for dtype in (
                *(pa.binary(), pa.string(), pa.large_string(), pa.float16(), pa.int16()),
                *(pa.decimal128(10, 2), pa.list_(pa.int64()), pa.large_binary()),
            )
        ],
        2,
    ),
    "complex numbers": Kind(
        ["1+2j", "3j", "NaN", "(1+2j)", " 5 ", "1.5", "inf", "x", "1_0"],
        [{"dtype": dtype} for dtype in ({"a": "complex128"}, {"a": "complex64"}, complex)],
        3,
    ),
    "bytes": Kind(["abcdefg", "x", "NaN", "é", "NA", ""], [{"dtype": {"a": dtype}} for dtype in ("S5", "S1", "U", "U5")], 3),
    "categories of dates": Kind(
        ["2020-01-02", "01/02/2020", "x", "NA", "2021-12-31", "15/02/2020", "2020-01-02 00:00:00", "NaT"],
        [
            {"dtype": {"a": pd.CategoricalDtype(DATES)}},
            {"dtype": {"a": pd.CategoricalDtype(DATES.as_unit("ns"), ordered=True)}},
        ],
        3,
    ),
    "categories of durations": Kind(
        ["1 days", "24:00:00", "x", "NA", "2 days"],
        [{"dtype": {"a": pd.CategoricalDtype(pd.to_timedelta(["1 days", "2 days"]))}}],
        3,
    ),
    "categories of large numbers": Kind(
        [BIG, "-" + BIG, "5", "x", "NA", "1_000", "9223372036854775808", "1.5"],
        [{"dtype": "category"}, {"dtype": {"a": pd.CategoricalDtype([int(BIG), 5])}}],
    ),
    "dates that mean missing": Kind(
        ["1900-01-01", "2020-02-29", "2021-03-04", "", "1900-01-02"],
        [
            {"parse_dates": ["a"], "na_values": ["1900-01-01"]},
            {"parse_dates": ["a"], "na_values": ["1900-01-01", "2020-02-29"], "keep_default_na": False},
        ],
    ),
    "times that mean missing": Kind(
        ["1900-01-01 00:00:00", "2020-02-29 23:59:59", "2020-02-29 12:00:00"],
        [{"parse_dates": ["a"], "na_values": ["1900-01-01 00:00:00"]}],
    ),
    "quotes that mean missing": Kind(
        ['""""', '""', '"1.5"', "1.5", "7", '""""""'],
        [{"na_values": ['""']}, {"na_values": ['"']}, {"na_values": ['""'], "dtype": {"a": "float"}}],
    ),
    "numbers beyond 64 bits": Kind(
        [
            BIG,
            "-9223372036854775809",
            "9223372036854775808",
            "nan",
            "",
            "1_000",
            "5",
            " 7 ",
            "99999999999999999999 ",
            "x",
            "-1_0",
        ],
        [{}, {"thousands": "_"}, {"na_values": ["x"]}],
        5,
    ),
}


def of_pandas(texts: list[str], arguments: dict[str, Any]) -> pd.DataFrame | Exception:
    try:
        return pd.read_csv(io.StringIO("\n".join(["a;b", *[f"{text};1" for text in texts], ""])), low_memory=False, **arguments)
    except (ValueError, TypeError, OverflowError, NotImplementedError) as error:
        return error


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield tmp_path
    monkeypatch.undo()
    library.engine.cache_clear()


@pytest.mark.parametrize("name", KINDS)
def test_values_are_those_of_pandas(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kind = KINDS[name]

    @settings(max_examples=examples(10), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(
        st.lists(st.sampled_from(kind.texts), min_size=1, max_size=kind.length),
        st.sampled_from(kind.arguments),
        st.sampled_from(ENGINES),
        st.sampled_from([1, 7, None]),
        st.integers(0, 3),
    )
    def check(texts: list[str], arguments: dict[str, Any], engine: str, blocksize: int | None, cut: int) -> None:
        monkeypatch.setenv("LAZYFRAME_ENGINE", engine)
        library.engine.cache_clear()
        arguments = {"sep": ";", **arguments}
        paths = [str(folder / name) for name in ("1.csv", "2.csv")]
        for path, part in zip(paths, (texts[:cut], texts[cut:]), strict=True):
            Path(path).write_text("".join(f"{text}\n" for text in ["a;b", *[f"{text};1" for text in part]]))
        want = of_pandas(texts, arguments)
        if isinstance(want, Exception):
            with pytest.raises((CSVError, TypeError, ValueError, NotImplementedError)):
                lf.read_csv(paths, blocksize=blocksize, **arguments).compute(scheduler="sync")
            return
        got = lf.read_csv(paths, blocksize=blocksize, **arguments).compute(scheduler="sync")
        pd.testing.assert_frame_equal(got, want, check_exact=True)
        assert [repr(dtype) for dtype in got.dtypes] == [repr(dtype) for dtype in want.dtypes]
        assert [type(value) for value in got["a"]] == [type(value) for value in want["a"]]

    check()


def test_a_number_beside_truth_values_is_an_error_that_names_it(folder: Path) -> None:
    path = folder / "a.csv"
    path.write_text("a\n" + "True\n" * 80 + "2.5\n")
    for blocksize in (1, None):
        with pytest.raises(
            CSVError, match=r"a.csv:82 .*column a: '2.5' stands beside truth values, .* not float64 as dtype= asks"
        ):
            lf.read_csv(path, blocksize=blocksize, dtype="float").compute(scheduler="sync")
