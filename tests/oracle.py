"""The oracle: the same line of code on a pandas frame and on a lazy one, and what "the same answer" means."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sources import MemorySource

import lazyframe as lf
from lazyframe.frame.dataframe import DataFrame
from lazyframe.plan import Scan

REFUSALS = (TypeError, ValueError, AttributeError)

NAN = float("nan")


def sample() -> pd.DataFrame:
    """A column of each dtype, with a missing value and a value twice where the dtype allows it."""
    return _sample().copy()


@functools.cache
def _sample() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "i": [3, 0, -7, 2, 2, 10, 1, 0, 5],
            "f": [1.5, NAN, -0.0, np.inf, 2.5, -3.25, 0.0, 7.0, NAN],
            "b": [True, False, True, True, False, False, True, False, True],
            "s": pd.Series(["a", "Bc", NAN, " d ", "a", "", "12", NAN, "Éz"], dtype="str"),
            "o": pd.Series(["a", "Bc", NAN, " d ", "a", "", "12", NAN, "z"], dtype=object),
            "t": pd.to_datetime(
                pd.Series(
                    [
                        "2020-01-01",
                        "2021-12-31T23:59:59.5",
                        None,
                        "1999-02-28",
                        "2020-02-29",
                        "2020-01-01",
                        "1970-01-01",
                        None,
                        None,
                    ]
                ),
                format="ISO8601",
            ).astype("datetime64[us]"),
            "q": pd.Series([True, NAN, False, True, NAN, False, True, NAN, True], dtype=object),
            "d": pd.to_timedelta(pd.Series(["1s", "2D", None, "-1h", "0s", "1us", "3D", "4h", None])).astype("timedelta64[us]"),
        }
    )


def filled() -> pd.DataFrame:
    """Rows of the sample with nothing missing."""
    return sample().iloc[[0, 3, 5, 6]].reset_index(drop=True)


def lazy(frame: pd.DataFrame, cuts: tuple[int, ...] = (), batch_rows: int = 3, coded: bool = False) -> DataFrame:
    """A lazy frame over the rows of `frame`."""
    return DataFrame(Scan(source(frame, cuts, batch_rows, coded)))


def source(frame: pd.DataFrame, cuts: tuple[int, ...] = (), batch_rows: int = 3, coded: bool = False) -> MemorySource:
    booleans = ("q",) if "q" in frame else ()
    return MemorySource(frame, tuple(min(cut, len(frame)) for cut in cuts), batch_rows, coded, booleans)


def outcome(function: Callable[[], Any]) -> Any:
    """What a function returns, or the error it raises."""
    try:
        return function()
    except Exception as error:
        return error


def check(functions: Mapping[str, Callable[[Any], Any]], frame: pd.DataFrame, **layout: Any) -> set[str]:
    """Each function gives for a lazy frame what it gives for `frame`, or is refused when built; the names of those."""
    wanted = {name: outcome(lambda function=function: function(frame)) for name, function in functions.items()}
    rows = Scan(source(frame, **layout))
    built = {name: outcome(lambda function=function: function(DataFrame(rows))) for name, function in functions.items()}
    refused = {name for name, found in built.items() if isinstance(found, Exception)}
    for name in refused:
        assert isinstance(built[name], REFUSALS), (name, built[name])
        assert len(str(built[name])) > 10, name
    raising = [name for name, want in wanted.items() if isinstance(want, Exception) and name not in refused]
    for name in raising:
        found = outcome(lambda name=name: built[name].compute(scheduler="sync"))
        assert isinstance(found, Exception), f"{name}: pandas raises {wanted[name]!r}, we answer {found!r}"
    names = [name for name in functions if name not in refused and name not in raising]
    for name, got in zip(names, lf.compute(*[built[name] for name in names], scheduler="sync"), strict=True):
        try:
            assert_same(got, wanted[name])
        except AssertionError as error:
            raise AssertionError(f"{name}: {error}") from None
    return refused


def assert_same(got: Any, want: Any) -> None:
    """The answer is pandas': values, dtypes, index, names, order; floats within 1e-12."""
    if isinstance(want, (pd.DataFrame, pd.Series)):
        assert type(got) is type(want), f"{type(got).__name__} for {type(want).__name__}: {got!r}"
        _assert_same_index(got.index, want.index)
    if isinstance(want, pd.DataFrame):
        _assert_same_index(got.columns, want.columns)
        for position in range(want.shape[1]):
            _assert_same_values(got.iloc[:, position], want.iloc[:, position])
    elif isinstance(want, pd.Series):
        assert got.name == want.name or (got.name is None and want.name is None), (got.name, want.name)
        _assert_same_values(got, want)
    elif isinstance(want, pd.Index):
        _assert_same_index(got, want)
    elif isinstance(want, np.ndarray):
        assert (type(got), got.dtype, got.shape) == (np.ndarray, want.dtype, want.shape)
        _assert_same_values(pd.Series(got.ravel(), dtype=got.dtype), pd.Series(want.ravel(), dtype=want.dtype))
    elif isinstance(want, float) or want is pd.NaT:
        assert isinstance(got, type(want)), (got, want)
        assert pd.isna(got) if pd.isna(want) else np.isclose(got, want, rtol=1e-12, atol=0), (got, want)
    else:
        assert type(got) is type(want) or {type(got), type(want)} == {bool, np.bool}, (type(got), type(want))
        assert got == want, (got, want)


def assert_goes_out_as(built: Any, want: pd.DataFrame, folder: Path) -> None:
    """In partitions, as CSV, as Parquet and in number the rows are those of pandas."""
    assert_same(pd.concat(list(built.iter_partitions())), want)
    built.to_csv(folder / "out.csv")
    assert (folder / "out.csv").read_text() == want.to_csv()
    built.to_parquet(folder / "out.parquet")
    assert_same(pd.read_parquet(folder / "out.parquet"), want)
    assert len(built) == len(want)


def _assert_same_index(got: pd.Index, want: pd.Index) -> None:
    assert list(got.names) == list(want.names)
    assert got.nlevels == want.nlevels
    if isinstance(want, pd.MultiIndex):  # how it spells its levels is its own affair
        assert isinstance(got, pd.MultiIndex)
        for level in range(want.nlevels):
            _assert_same_index(got.get_level_values(level), want.get_level_values(level))
        return
    if len(want) and want.hasnans and want.dtype == object:
        assert list(got.isna()) == list(want.isna())
        got, want = got[~got.isna()], want[~want.isna()]
    pd.testing.assert_index_equal(got, want, exact="equiv")


def _assert_same_values(got: pd.Series, want: pd.Series) -> None:
    if want.dtype == object and got.dtype == object:
        assert [type(value) for value in got] == [type(value) for value in want], (list(got), list(want))
    pd.testing.assert_series_equal(
        got.reset_index(drop=True), want.reset_index(drop=True), check_exact=False, rtol=1e-12, atol=0, check_names=False
    )
