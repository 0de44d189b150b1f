"""Errors that ask for numbers, or for dates, say where the text of a column came from, and what to pass."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf

Write = Callable[..., str]

GOOD = "".join(f"a,{number}\n" for number in range(50))

ASKED: dict[str, Callable[[Any], Any]] = {
    "a reduction": lambda df: df.x.mean(),
    "a frame's": lambda df: df[["x"]].sum(),
    "of groups": lambda df: df.groupby("k").x.std(),
    "arithmetic": lambda df: df.x + 1,
    "a comparison": lambda df: df[df.x > 3],
    "of filtered rows": lambda df: df[df.k == "a"].x.mean(),
    "quantiles": lambda df: df.x.quantile(0.5),
}


@pytest.mark.parametrize("name", ASKED)
def test_text_in_the_sample(name: str, engine: str, write: Write) -> None:
    df = lf.read_csv(write("k,x\n" + GOOD + "b,missing\nc,-\nd,missing\n"))
    with pytest.raises(TypeError) as found:
        ASKED[name](df)
    said = str(found.value)
    assert "a.csv:52 has 'missing' in column x, so the column is text" in said
    assert "the commonest are 'missing' (2 times), '-'." in said
    assert "If they mean a missing value, pass na_values={'x': ['missing', '-']}." in said
    assert said.count("a.csv") == 1
    ASKED[name](lf.read_csv(write("k,x\n" + GOOD + "b,missing\nc,-\n"), na_values={"x": ["missing", "-"]}))


@pytest.mark.parametrize(
    ("texts", "said", "unsaid"),
    [
        (['"12,5"', '"1,25"'], "If the comma is a decimal point, pass decimal=','.", "na_values={"),
        (['"12,500"', '"1,250,000"'], "If the comma parts thousands, pass thousands=','.", "na_values={"),
        (['"12,5"', "n.a."], "decimal=','. If 'n.a.' means a missing value, pass na_values={'x': ['n.a.']}.", "'12,5']"),
        (['"1.234,56"', '"7,5"'], "pass decimal=',' and thousands='.'.", "na_values={"),
        (["1 234.5", "12 345 678.0"], "If a blank parts thousands, pass thousands=' '.", "na_values={"),
        (["7'000.5", "12'345"], 'If the apostrophe parts thousands, pass thousands="\'".', "na_values={"),
        (['"0,125"', '"0,250"'], "If the comma is a decimal point, pass decimal=','.", "thousands"),
        (["7 km", "12 km"], "the commonest are '7 km', '12 km'.", "na_values={"),
        (list("bcdefgh"), "has 'b' in column x", "na_values={"),
    ],
)
def test_what_is_proposed(texts: list[str], said: str, unsaid: str, write: Write) -> None:
    df = lf.read_csv(write("k,x\n" + GOOD + "".join(f"z,{text}\n" for text in texts)))
    with pytest.raises(TypeError) as found:
        df.x.mean()
    assert said in str(found.value)
    assert unsaid not in str(found.value)


def test_a_column_without_a_number_is_only_named(write: Write) -> None:
    df = lf.read_csv(write("k,x\na,p\nb,q\n"))
    with pytest.raises(TypeError, match=r"a\.csv:2 has 'p' in column x, so the column is text;") as found:
        df.x.mean()
    assert "na_values={" not in str(found.value)


@pytest.mark.parametrize(
    ("numbers", "options"),
    [
        (["0,5", "12,25", ",5"], {"decimal": ","}),
        (["1.234,5", "1.234.567,25", "7,5"], {"decimal": ",", "thousands": "."}),
        (["1 234,5", "7,5"], {"decimal": ",", "thousands": " "}),
        (["1,234.5", "1,234,567"], {"thousands": ","}),
    ],
)
def test_a_column_of_nothing_but_commas(numbers: list[str], options: dict[str, str], engine: str, write: Write) -> None:
    path = write("k;x\n" + "".join(f"a;{number}\n" for number in numbers * 5))
    advised = " and ".join(f"{name}={value!r}" for name, value in options.items())
    with pytest.raises(TypeError, match=rf"{re.escape(f'pass {advised}.')}"):
        lf.read_csv(path, sep=";").x.mean()
    with pytest.raises(lf.CSVError, match=rf"column x: .* is not float64.*{re.escape(f'pass {advised}.')}") as found:
        lf.read_csv(path, sep=";", dtype={"x": "float64"}).compute(scheduler="sync")
    assert "na_values" not in str(found.value)
    given: dict[str, Any] = {"sep": ";", **options}
    pd.testing.assert_frame_equal(lf.read_csv(path, **given).compute(scheduler="sync"), pd.read_csv(path, **given))


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
@pytest.mark.parametrize("blocksize", [4000, None])
def test_text_that_a_query_came_upon(blocksize: int | None, scheduler: str, engine: str, write: Write) -> None:
    path = write("k,x\n" + GOOD * 40 + "b,missing\nc,-\n" + GOOD * 40)
    df = lf.read_csv(path, sample=100, blocksize=blocksize)
    assert df.x.dtype == "int64"
    advised = r"If they mean a missing value, pass na_values=\{'x': \['missing', '-'\]\}\."
    with (
        pytest.warns(lf.DtypePromotionWarning, match=rf"a\.csv:2002: 'missing' in column x is not int64.*{advised}"),
        pytest.raises(TypeError, match=rf"a\.csv:2002 has 'missing' in column x, so.*{advised}"),
    ):
        df.x.mean().compute(scheduler=scheduler)


def test_no_column_is_blamed_for_another_of_its_name(write: Write) -> None:
    df = lf.read_csv(write("k,x\n" + GOOD + "b,missing\n"))
    with pytest.raises(TypeError) as found:
        _ = df.assign(x=df.k).x + 1
    assert "missing" not in str(found.value)


def test_given_dtypes_need_no_reason(write: Write) -> None:
    df = lf.read_csv(write("k,x\n" + GOOD), dtype={"x": str})
    with pytest.raises(TypeError, match=r"mean of x \(str\)") as found:
        df.x.mean()
    assert "a.csv" not in str(found.value)


def test_a_promotion_to_numbers_proposes_no_missing_value(write: Write) -> None:
    df = lf.read_csv(write("x\n" + "1\n" * 3000 + "2.5\n"), sample=100)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter("always")
        assert df.x.sum().compute() == 3002.5
    assert not any("na_values" in str(warning.message) for warning in found)


def test_rewritten_and_packed_files_have_their_lines_too(write: Write) -> None:
    df = lf.read_csv(write("k,x\n# no\n" + GOOD + "b,missing\n"), comment="#")
    with pytest.raises(TypeError, match=r"a\.csv:53 has 'missing' in column x.*If 'missing' means a missing value"):
        df.x.mean()


DAYS = "".join(f"a,2020-01-{day:02d}\n" for day in range(1, 29))
NO_DATE = "'soon' in column d is no date of the form %Y-%m-%d, as the first one is: as in pandas, the column is read as text. "


def of_dates(df: Any) -> None:
    df.d.dt.year.max().compute(scheduler="sync")


def test_dates_in_the_sample_that_are_none(engine: str, write: Write) -> None:
    path = write("k,d\n" + DAYS + "b,soon\n")
    with pytest.warns(lf.DtypePromotionWarning, match=r"a\.csv:30: 'soon'"):
        df = lf.read_csv(path, parse_dates=["d"])
    for asked in (df, df[df.k == "a"]):
        with pytest.raises(
            AttributeError, match=re.escape(f"Can only use .dt accessor with datetimelike values; d is str. {path}:30: {NO_DATE}")
        ):
            of_dates(asked)
    with pytest.raises(AttributeError, match=r"d is str\. Pass parse_dates=\['d'\] to read_csv\. \[lazyframe: \w+\]$"):
        of_dates(lf.read_csv(path))
    with pytest.raises(AttributeError, match=r"d is str\. \[lazyframe: \w+\]$"):
        of_dates(lf.read_csv(path, dtype={"d": "str"}))
    with pytest.raises(AttributeError, match=r"values; k\.str\.upper\(\) is str\. \[lazyframe: \w+\]$"):
        _ = df.k.str.upper().dt


def test_dates_that_a_query_finds_to_be_none(engine: str, write: Write) -> None:
    path = write("k,d\n" + DAYS * 20 + "b,soon\n")
    df = lf.read_csv(path, parse_dates=["d"], sample=100, blocksize=1000)
    said = re.escape(f"d is str. {path}:562: {NO_DATE}")
    with pytest.raises(AttributeError, match=said), pytest.warns(lf.DtypePromotionWarning, match="the column is read as str"):
        of_dates(df)
    with pytest.raises(AttributeError, match=said):  # it is known by now
        of_dates(df)


def test_a_date_of_several_columns_that_is_none(engine: str, write: Write) -> None:
    path = write("y,m,x\n2020,1,1\n2020,2,1\n2020,soon,1\n")
    with pytest.warns(lf.DtypePromotionWarning):
        df = lf.read_csv(path, parse_dates={"d": ["y", "m"]})
    with pytest.raises(AttributeError, match=r"a\.csv:4: '2020 soon' in column d is no date"):
        of_dates(df)
