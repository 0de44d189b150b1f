from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from naming import named

import lazyframe as lf
from lazyframe.csv import DtypePromotionWarning
from lazyframe.csv.types import dates
from lazyframe.csv.types.dates import Dates, NotDates, asked
from lazyframe.csv.types.infer import TextKinds
from lazyframe.native import library
from lazyframe.native import scan as native

NAMES = ("y", "m", "d", "x")


def coded(values: list[str | None]) -> pa.Array:
    return pa.array(values, pa.string()).dictionary_encode()


def test_what_is_asked() -> None:
    assert asked(["x"], NAMES) == (Dates("x", ("x",)),)
    assert asked([3, "x"], NAMES) == (Dates("x", ("x",)),)
    assert asked({"Date": [0, "m", 2]}, NAMES) == (Dates("Date", ("y", "m", "d")),)
    assert asked([["y", 1]], NAMES) == (Dates("y_m", ("y", "m")),)
    assert asked(None, NAMES) == asked(False, NAMES) == asked(True, NAMES) == ()


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ("x", TypeError, "pass a list of columns"),
        (["X"], ValueError, r"Missing column provided to 'parse_dates': 'X'\. Did you mean 'x'\?"),
        ([9], ValueError, "Missing column"),
        ({"x": ["y", "m"]}, ValueError, "'x' is a column of the files already"),
        ({"new": []}, ValueError, "has no parts"),
    ],
)
def test_what_is_asked_wrongly(given: object, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        asked(given, NAMES)


def test_parts_are_joined_by_blanks() -> None:
    parts = [coded(["2013", "2013", "2014"]), coded(["1", None, "1"]), coded(["31", "2", "31"])]
    assert dates.joined(parts).to_pylist() == ["2013 1 31", "2013 nan 2", "2014 1 31"]
    assert dates.joined([coded(["a", None])]).to_pylist() == ["a", None]
    assert dates.joined([coded([]), coded([])]).to_pylist() == []


@given(st.lists(st.lists(st.integers(0, 4), min_size=3, max_size=3), max_size=30), st.booleans())
def test_each_combination_of_codes_has_one_number(rows: list[list[int]], many: bool) -> None:
    columns = [np.array([row[c] for row in rows], np.int32) for c in range(3)] * (30 if many else 1)
    expected = list(dict.fromkeys(tuple(row) for row in rows))
    for join in (dates._joined, native.joined):
        found = join(columns, [5] * len(columns))
        if found is None:  # no core, or too many combinations
            assert many or not library.is_available()
            continue
        codes, first = found
        assert sorted(first) == [next(r for r, row in enumerate(rows) if tuple(row) == pair) for pair in expected]
        assert [rows[first[code]] for code in codes] == rows


def test_distinct_texts_are_converted() -> None:
    texts = coded(["2013-01-02", None, "2013-01-03", "2013-01-02"])
    found = dates.convert(texts, dates.guess("2013-01-02"))
    assert found.type == pa.timestamp("us")
    expected = pd.Series(pd.to_datetime(["2013-01-02", None, "2013-01-03", "2013-01-02"]))
    pd.testing.assert_series_equal(found.to_pandas(), expected)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [("x", TextKinds.TEXT), ("2013-01-02 10:00:00Z", TextKinds.TEXT), ("2013-01-02 01:02:03.123456789", TextKinds.FINE)],
)
def test_texts_that_are_no_such_dates(text: str, kinds: TextKinds) -> None:
    with pytest.raises(NotDates) as found:
        dates.convert(coded([text]), dates.guess(text))
    assert found.value.kinds == kinds


COLUMNS = [
    ["2020-01-01", "2021-02-03"],
    ["2020-01-01", "", "nan"],
    ["", "2020-01-01"],
    ["", "", ""],
    ["NaT", "13/02/2020", "01/02/2020"],
    ["2020-01-01", "x"],
    ["x", "2020-01-01"],
    ["01/02/2020", "13/02/2020"],
    ["13/02/2020", "01/02/2020"],
    ["2020-01-01 10:00", "2020-01-01 10:00"],
    ["2020-01-01", "2020-01-01 10:00"],
    ["20200101", "20200102"],
    ["Jan 1 2020", "Feb 2 2021"],
    ["2020-1-1", "2020-01-02"],
    ["2020-02-28", "2020-02-30"],
    ["20000-01-01"],
    ["1"],
    ["2020-01-01 10:00:00.5", "2020-01-01 10:00:00.25"],
]


@pytest.mark.parametrize("column", COLUMNS, ids=" ".join)
@pytest.mark.parametrize("blocksize", [1, 9, None])
@pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DtypePromotionWarning")
def test_a_column_of_dates_is_that_of_pandas(
    column: list[str],
    blocksize: int | None,
    engine: str,
    driver: object,
    write: Callable[..., str],
    oracle: Callable[..., pd.DataFrame],
) -> None:
    text = "k,d\n" + "".join(f"{number},{value}\n" for number, value in enumerate(column))
    got = driver.read(write(text), parse_dates=["d"], blocksize=blocksize, sample=8)
    pd.testing.assert_frame_equal(got, oracle(text, parse_dates=["d"]))


def test_one_by_one_where_no_format_is_known(
    driver: object, write: Callable[..., str], oracle: Callable[..., pd.DataFrame]
) -> None:
    text = "k,d\n1,Sat 4 Jan 2020 at 10h\n2,4 Jan 2020 10:00 AM\n"
    got = driver.read(write(text), parse_dates=["d"])
    pd.testing.assert_frame_equal(got, oracle(text, parse_dates=["d"]))


def together(frame: pd.DataFrame, name: str, parts: list[str]) -> pd.DataFrame:
    """What pandas 2 made of several columns of text."""
    texts = frame[parts].fillna("nan").agg(" ".join, axis=1)
    try:
        made = pd.to_datetime(texts)
    except ValueError:
        made = texts.astype("str")
    rest = frame.drop(columns=parts)
    rest.insert(0, name, made)
    return rest


@pytest.mark.parametrize("rows", [["1995,1,31,a", "1995,12,1,b"], ["1995,1,31,a", "1995,,1,b"], ["1995,1,31,a", "1995,2,31,b"]])
@pytest.mark.parametrize("blocksize", [1, None])
@pytest.mark.filterwarnings("ignore::lazyframe.csv.errors.DtypePromotionWarning")
def test_dates_put_together_are_those_of_pandas_2(
    rows: list[str],
    blocksize: int | None,
    engine: str,
    driver: object,
    write: Callable[..., str],
    oracle: Callable[..., pd.DataFrame],
) -> None:
    text = "Year,Month,Day,x\n" + "\n".join(rows)
    path = write(text)
    expected = together(oracle(text, dtype=str), "Date", ["Year", "Month", "Day"])
    for asked_for in ({"Date": [0, 1, 2]}, {"Date": ["Year", "Month", "Day"]}):
        got = driver.read(path, parse_dates=asked_for, blocksize=blocksize, sample=10)
        pd.testing.assert_frame_equal(got, expected)
    nested = driver.read(path, parse_dates=[[0, 1, 2]], blocksize=blocksize)
    assert list(nested.columns) == ["Year_Month_Day", "x"]
    assert driver.source.parsed(("Year_Month_Day",)) == (3, 4)


def test_a_late_text_makes_the_column_text_with_one_warning(driver: object, write: Callable[..., str]) -> None:
    path = write("k,d\n" + "".join(f"{number},2020-01-01\n" for number in range(5000)) + "5000,soon\n")
    with pytest.warns(
        DtypePromotionWarning, match=r"a\.csv:5002: 'soon' in column d is not datetime64\[us\].*out of parse_dates"
    ) as found:
        got = driver.read(path, parse_dates=["d"], sample=1000)
    assert len(found) == 1
    assert got["d"].dtype == "str"
    assert got["d"].iloc[-1] == "soon"


def test_a_late_first_date_sets_the_format_for_all(driver: object, write: Callable[..., str]) -> None:
    rows = "".join(f"{number},\n" for number in range(3000)) + "0,13/02/2020\n" + "0,01/02/2020\n" * 10
    got = driver.read(write("k,d\n" + rows), parse_dates=["d"], sample=1000, blocksize=5000)
    assert got["d"].iloc[-1] == np.datetime64("2020-02-01")
    assert got["d"].isna().sum() == 3000


Z, P, FINE = "2024-01-01T00:00:00Z", "2024-01-01T00:00:00+02:00", "2024-01-01T00:00:00.123456789"
ZONES = [
    *([Z, Z], [Z, ""], ["", Z], [P, P], [P, "2024-01-01T00:00:00+03:00"], [Z, P], [P, Z], [Z, "2024-01-01T00:00:00"]),
    *(["2024-01-01T00:00:00", Z], ["2024-01-01T00:00:00+00:00", Z], ["2024-01-01 00:00:00 EST"], [Z, "x"], [Z] * 20 + [P]),
    *(["2024-01-01T00:00:00.1Z", "2024-01-01T00:00:00.123456789Z"], ["NaT", Z, "nan"], [FINE], ["", "", FINE], ["", ""]),
    *(["2024-01-01T00:00:00.5"] * 9 + [FINE, ""], ["9999-01-01T00:00:00.5", FINE], ["Mon, 01 Jan 2024 00:00:00 GMT"] * 2),
    ["01/02/2024 10:00:00 +0100", "03/02/2024 10:00:00 +0100"],
]


@pytest.mark.parametrize("date_format", [None, "ISO8601", "mixed", "%Y-%m-%dT%H:%M:%S%z", "%Y-%m-%dT%H:%M:%S"])
@pytest.mark.parametrize("texts", ZONES, ids=named)
@pytest.mark.filterwarnings("ignore")
def test_time_zones_and_nanoseconds(
    texts: list[str], date_format: str | None, engine: str, driver: Any, write: Callable[..., str], oracle: Any
) -> None:
    rows = [f'"{text}",{number}\n' for number, text in enumerate(texts)]
    arguments = {"parse_dates": ["d"], "date_format": date_format}
    expected = oracle("d,k\n" + "".join(rows), **arguments)
    cut = len(rows) // 2
    files = [write("d,k\n" + "".join(part), f"{n}.csv") for n, part in enumerate((rows[:cut], rows[cut:]))]
    layouts = ((1, 10), (40, 2**16), (None, 10))
    turn = len("".join(texts)) % 3  # each block costs some time
    for blocksize, sample in (*layouts, *layouts)[turn : turn + 2] if engine == "native" else ((40, 10),):
        got = driver.read(files, blocksize=blocksize, sample=sample, **arguments)
        pd.testing.assert_frame_equal(got, expected)


def test_another_zone_late_is_told_of_once(driver: Any, write: Callable[..., str]) -> None:
    path = write("d,k\n" + f"{Z},1\n" * 5000 + f"{P},2\n")
    with pytest.warns(DtypePromotionWarning, match=r"a\.csv:5002: .*02:00' in column d is not datetime64\[us, UTC\]") as found:
        got = driver.read(path, parse_dates=["d"], sample=1000)
    assert len(found) == 1
    assert got["d"].iloc[0] == Z
    with pytest.warns(DtypePromotionWarning, match=r"in the time zone UTC, as the first one is: as in pandas"):
        driver.read(write(f"d,k\n{Z},1\n{P},2\n"), parse_dates=["d"])


@pytest.mark.parametrize(
    ("dates", "options", "advised", "followed"),
    [
        (["01/03/2024", "25/03/2024"], {}, "pass dayfirst=True and no date_format=", {"dayfirst": True}),
        (["01/03/2024", "25/03/2024"], {"date_format": "%m/%d/%Y"}, "pass dayfirst=True and no date_format=", {"dayfirst": True}),
        (["01/03/2024", "03/25/2024"], {"dayfirst": True}, "leave dayfirst=True and date_format= out", {}),
        (["01.03.2024 10:00", "25.03.2024 11:00"], {}, "pass dayfirst=True and no date_format=", {"dayfirst": True}),
    ],
)
@pytest.mark.parametrize("size", [10, 2**16])
def test_day_and_month_the_other_way_round(
    dates: list[str], options: dict[str, Any], advised: str, followed: dict[str, Any], size: int, write: Callable[..., str]
) -> None:
    path = write("a,t\n" + f"1,{dates[0]}\n" * 50 + f"2,{dates[1]}\n")
    with pytest.warns(DtypePromotionWarning, match=rf"a\.csv:52: .*{advised}"):
        lf.read_csv(path, parse_dates=["t"], sample=size, **options).compute(scheduler="sync")
    got = lf.read_csv(path, parse_dates=["t"], sample=size, **followed).compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, pd.read_csv(path, parse_dates=["t"], **followed))
    assert got.t.dtype.kind == "M"


def test_no_other_order_is_proposed_where_the_first_date_has_but_one(write: Callable[..., str]) -> None:
    path = write("a,t\n1,13/03/2024\n2,03/25/2024\n")
    with pytest.warns(UserWarning, match="column t is no date") as found:
        lf.read_csv(path, parse_dates=["t"])
    assert not any("comes" in str(warning.message) for warning in found)
