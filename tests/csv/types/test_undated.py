"""Levels of the index that ``parse_dates`` names and that are no dates, against pandas."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import lazyframe as lf
from lazyframe.csv.errors import DtypePromotionWarning

TEXTS = [
    *("", "1", "-2", "-0", " 7 ", "+5", "1.5", "-1.5", "1e5", "inf", "True", "FALSE", "tRue", "x", "1_000", "'1", "NaT", "007"),
    *("9223372036854775808", "18446744073709551615", "18446744073709551616", "-9223372036854775809", "9223372036854775808 "),
    *("yes", "01.0", "2024-01-01", "1;5"),
]
ARGUMENTS: list[dict[str, Any]] = [
    {},
    {"index_col": ["k"], "parse_dates": ["k"]},
    {"keep_default_na": False},
    {"na_values": [1]},
    {"true_values": ["yes", "1"], "false_values": ["-0"]},
    {"decimal": ";"},
    {"dtype_backend": "numpy_nullable"},
    {"index_col": [0, "v"], "parse_dates": [0]},
    {"index_col": ["v", "k"]},
]


def check(path: Path, texts: list[str], arguments: dict[str, Any], **options: Any) -> None:
    body = "k,v\n" + "".join(f"{text},{number}\n" for number, text in enumerate(texts))
    arguments = {"index_col": 0, "parse_dates": True, **arguments}
    path.write_text(body)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        want = pd.read_csv(io.StringIO(body), low_memory=False, **arguments)
        got = lf.read_csv(str(path), **arguments, **options).compute(scheduler="sync")
    pd.testing.assert_frame_equal(got, want)
    for level in range(want.index.nlevels):
        assert got.index.get_level_values(level).dtype == want.index.get_level_values(level).dtype
        assert repr(list(got.index.get_level_values(level))) == repr(list(want.index.get_level_values(level)))


@settings(suppress_health_check=list(HealthCheck), max_examples=examples(16))
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=4), st.sampled_from(ARGUMENTS), st.sampled_from([None, 1]))
@example(["True", ""], {}, None)
@example(["18446744073709551616", ""], {}, None)
@example(["18446744073709551615", "-0"], {}, 1)
@example(["18446744073709551615", "", "1"], ARGUMENTS[6], None)
def test_a_level_that_is_no_date(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], arguments: dict[str, Any], blocksize: int | None
) -> None:
    check(tmp_path_factory.mktemp("level") / "a.csv", texts, arguments, blocksize=blocksize)


@pytest.mark.parametrize("late", ["", "-2", "True", "x", "18446744073709551615"])
@pytest.mark.parametrize("first", ["5", "1.5", "True", "18446744073709551616"])
def test_what_comes_late_changes_it(first: str, late: str, engine: str, tmp_path: Path) -> None:
    check(tmp_path / "a.csv", [first] * 200 + [late, first], {}, sample=100, blocksize=600)


def test_a_file_without_the_level(write: Any) -> None:
    write("k,v\nTrue,1\n", "a.csv")
    path = write("v\n2\n", "b.csv")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        got = lf.read_csv(str(Path(path).parent / "*.csv"), index_col="k", parse_dates=True).compute()
    assert got.index.tolist()[0] is True
    assert pd.isna(got.index[1])


def test_it_is_called_text_only_where_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    for body, told in (("k,v\n5000000,1\n1.5,2\n", False), ("k,v\n2024-01-01,1\nx,2\n", True)):
        path.write_text(body)
        with warnings.catch_warnings(record=True) as found:
            warnings.simplefilter("always")
            lf.read_csv(path, index_col="k", parse_dates=True)
        assert any(issubclass(warning.category, DtypePromotionWarning) for warning in found) == told
