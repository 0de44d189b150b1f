"""Every reduction over random splits and merges, against pandas."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, lazy

from lazyframe.expr import ONLY_GROUPED, REDUCTIONS, Column, Reduction
from lazyframe.expr.reductions import PAIRED
from lazyframe.kernels.columns import concat, from_series, take, to_series
from lazyframe.kernels.reduce import KERNELS
from lazyframe.schema import Schema, as_dtype

VALUES = {
    "int64": st.integers(-(2**40), 2**40),
    "int8": st.integers(-100, 100),
    "uint64": st.integers(0, 2**40),
    "float64": st.integers(-4000, 4000).map(lambda n: n / 4) | st.sampled_from([np.nan, np.nan, np.inf, -0.0]),
    "float32": st.integers(-400, 400).map(lambda n: n / 4) | st.just(np.nan),
    "bool": st.booleans(),
    "str": st.sampled_from(["a", "b", "", "é", "aa", np.nan]),
    "datetime64[us]": st.sampled_from(["2020-01-01", "1969-12-31T23:59:59.000001", None]).map(pd.Timestamp),
    "timedelta64[us]": st.sampled_from(["1s", "-3D", None]).map(pd.Timedelta),
    "Int64": st.integers(-(2**40), 2**40) | st.just(pd.NA),
    "Float64": st.integers(-4000, 4000).map(lambda n: n / 4) | st.just(pd.NA),
    "boolean": st.sampled_from([True, False, pd.NA]),
    "string": st.sampled_from(["a", "b", "", "é", "aa", pd.NA]),
    "int64[pyarrow]": st.integers(-(2**30), 2**30) | st.just(pd.NA),
}


def kind(dtype: str) -> str:
    return as_dtype(dtype).values_kind


CASES = [
    (function, dtype) for function, kinds in REDUCTIONS.items() if function != "size" for dtype in VALUES if kind(dtype) in kinds
]


def reduced(function, series, codes, groups, cuts, options):
    """Partials of the pieces between the cuts, merged two by two, finalized."""
    kernel = KERNELS[function]
    values = from_series(series)
    edges = sorted({0, *cuts, len(series)})
    states = []
    for start, stop in zip([0, *edges], [*edges, len(series)], strict=True):
        rows = np.arange(start, stop)
        piece = None if codes is None else codes[rows]
        states.append(kernel.partial(take(values, rows), piece, groups, options))
    while len(states) > 1:
        left, right = states.pop(), states.pop()
        together = tuple(concat([one, other]) for one, other in zip(right, left, strict=True))
        owners = None if codes is None else np.tile(np.arange(groups), 2)
        states.append(kernel.merge(together, owners, groups))
    schema = Schema.of([("x", as_dtype(series.dtype))])
    dtype = Reduction(function, Column("x")).dtype(schema, grouped=codes is not None)
    return to_series(kernel.finalize(states[0], dtype, options))


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("function", "dtype"), CASES)
@settings(max_examples=examples(6))
@given(data=st.data())
def test_reductions_do_not_depend_on_splits(function, dtype, data):
    values = data.draw(st.lists(VALUES[dtype], max_size=25))
    series = pd.Series(values, dtype=dtype)
    cuts = data.draw(st.lists(st.integers(0, len(series)), max_size=5))
    options = data.draw(st.sampled_from([{"ddof": 0}, {"ddof": 1}])) if function in ("std", "var", "sem") else {}
    if function == "nunique":
        options = data.draw(st.sampled_from([{"dropna": True}, {"dropna": False}]))
    # pandas sums float32 in float32, and its own answer depends on the order; ours is the exact one, rounded at the end
    exact = series.astype("float64") if dtype == "float32" else series
    tolerance = 1e-6 if dtype == "float32" else 1e-12
    if function not in ONLY_GROUPED:
        want = getattr(exact, function)(**options)
        got = reduced(function, series, None, 1, cuts, options).iloc[0]
        if isinstance(want, (float, np.floating)):
            np.testing.assert_allclose(got, want, rtol=tolerance)
        else:
            assert (pd.isna(got) and pd.isna(want)) or got == want

    keys = np.array(data.draw(st.lists(st.integers(0, 3), min_size=len(series), max_size=len(series))), np.int64)
    by_group = getattr(exact.groupby(keys), function)(**options).reindex(range(4))
    got = reduced(function, series, keys, 4, cuts, options)
    present = np.bincount(keys, minlength=4) > 0
    pd.testing.assert_series_equal(
        got[present],
        by_group[present].astype(got.dtype),
        check_exact=by_group.dtype.kind != "f",
        rtol=tolerance,
        atol=0,
        check_names=False,
    )


@pytest.mark.parametrize("cuts", [(), (1,), (1, 2, 3)])
def test_sums_of_wide_integers_are_exact_and_wrap_as_numpy_wraps(cuts):
    wide = pd.Series([2**62 + 1, 2**62 + 3, -(2**61) + 7, 2**62 + 9, 5])
    assert reduced("sum", wide, None, 1, cuts, {}).iloc[0] == wide.sum()
    assert wide.sum() != sum(wide.tolist())  # it does wrap
    codes = np.array([0, 1, 0, 0, 1])
    assert reduced("sum", wide, codes, 2, cuts, {}).tolist() == wide.groupby(codes).sum().tolist()


def test_sums_of_integers_beyond_the_floats_are_exact():
    wide = pd.Series([2**53, 1, 1, -(2**53)] * 3)
    codes = np.zeros(12, np.int64)
    assert reduced("sum", wide, codes, 1, (5,), {}).tolist() == [6]
    unsigned = pd.Series([2**63, 2**62, 1], dtype="uint64")
    assert reduced("sum", unsigned, np.array([0, 0, 1]), 2, (1,), {}).tolist() == [2**63 + 2**62, 1]
    assert reduced("sum", unsigned, None, 1, (1,), {}).iloc[0] == unsigned.sum()


def test_sums_of_nothing_stay_floats():
    nothing = pd.Series([np.nan])
    assert KERNELS["sum"].partial(from_series(nothing), np.array([0]), 1, {})[0].dtype == np.float64


def test_extremes_of_integers_beyond_the_floats_are_exact():
    wide = pd.Series([2**62 + 1, 2**62 + 2, -(2**62) - 1, -(2**62)])
    assert reduced("max", wide, None, 1, (2,), {}).iloc[0] == 2**62 + 2
    assert reduced("min", wide, np.array([0, 0, 1, 1]), 2, (1, 3), {}).tolist() == [2**62 + 1, -(2**62) - 1]


def test_variance_does_not_cancel():
    series = pd.Series(1e9 + np.arange(1000) % 7)
    got = reduced("var", series, None, 1, tuple(range(0, 1000, 37)), {"ddof": 1}).iloc[0]
    np.testing.assert_allclose(got, series.var(), rtol=1e-12)


def test_many_groups():
    rng = np.random.default_rng(0)
    keys = np.concatenate([np.arange(100_000), rng.integers(0, 100_000, 100_000)])
    series = pd.Series(rng.integers(-1000, 1000, 200_000))
    for function in ("sum", "mean", "min", "count", "nunique", "var"):
        got = reduced(function, series, keys, 100_000, (50_000, 150_000), {})
        want = getattr(series.groupby(keys), function)()
        np.testing.assert_allclose(got.to_numpy(), want.to_numpy(), rtol=1e-12)


@pytest.mark.parametrize("function", ["max", "min", "sum", "mean", "std", "median", "prod"])
def test_narrow_floats_stay_narrow(function):
    frame = pd.DataFrame({"f": np.array([1.5, np.nan, 4.0, 0.5], "float32")})
    for one in (lambda df: df, lambda df: df.f, lambda df: df[df.f > 1]):
        want, got = (getattr(one(df), function)() for df in (frame, lazy(frame, (2,))))
        assert_same(got.compute(scheduler="sync"), want)


def test_the_order_of_rows_matters_to_those_that_take_one_of_them():
    """To quantiles because their values are kept as they come; their answer is the same."""
    assert {name for name, kernel in KERNELS.items() if kernel.in_order} == {"first", "last", "median", "quantile"}
    assert set(KERNELS) == {*REDUCTIONS, *PAIRED}
