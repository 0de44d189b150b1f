"""Order statistics of columns of which memory holds little: pandas' answers, to the last bit."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, check, lazy, sample

from lazyframe import config
from lazyframe.exchange.apart import ColumnsApart, OfEachColumn, columns_of, split
from lazyframe.exchange.room import Room
from lazyframe.expr import Column
from lazyframe.kernels.columns import Columns
from lazyframe.plan import Aggregate

HOW = ["linear", "lower", "higher", "midpoint", "nearest"]
LINES = {
    **{f"median of {name}": lambda df, n=name: df[n].median() for name in "ifbtd"},
    **{f"{q} of {name}": lambda df, n=name, q=q: df[n].quantile(q) for name in "iftd" for q in (0, 0.3, 0.5, 1)},
    **{f"{how} of {name}": lambda df, n=name, how=how: df[n].quantile(0.5, how) for name in "iftd" for how in HOW},
    **{
        f"several, {how}, of {name}": lambda df, n=name, h=how: df[n].quantile([0.9, 0, 0.4], h) for name in "iftd" for how in HOW
    },
    **{f"mode of {name}": lambda df, n=name: df[n].mode() for name in "ifbst"},
    "mode with missing": lambda df: df.f.mode(dropna=False),
    **{f"describe {name}": lambda df, n=name: df[n].describe() for name in "ifbstd"},
    "percentiles": lambda df: df[["i", "f"]].describe(percentiles=[0.9, 0.35]),
    "no percentiles": lambda df: df.f.describe(percentiles=[]),
    "frame": lambda df: df.describe(),
    "all": lambda df: df.describe(include="all"),
    "frame of quantiles": lambda df: df[["i", "f"]].quantile([0.1, 0.9]),
    "frame of one": lambda df: df[["i", "f"]].quantile(0.3, interpolation="lower"),
    "no quantiles": lambda df: df.f.quantile([]),
    "medians": lambda df: df[["i", "f", "b"]].median(),
    "mixed": lambda df: df.agg({"i": "median", "f": "sum", "b": "mean", "t": "nunique", "s": "nunique"}),
    "mixed of one": lambda df: df.i.agg(["median", "nunique", "max", "median"]),
    "dates": lambda df: df[["t", "d"]].mean(),
    "made": lambda df: (df.i * 2 + df.f).median(),
    "filtered": lambda df: df[df.i > 0].f.quantile([0.1, 0.7]),
    "none left": lambda df: df[df.i > 100].describe(),
    "by a value of the same": lambda df: df[df.f > df.f.median()].i.median(),
    "more of it": lambda df: df.i.median() + df.i.quantile(0.25),
    "in an expression": lambda df: (df.f - df.f.median()).describe(),
}


@pytest.fixture(autouse=True)
def nothing_is_small(tiny, monkeypatch):
    return tiny


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("rows", [9, 5, 2, 1, 0])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), cuts=(2, 5), batch_rows=2)


NUMBERS = {
    "int64": st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3),
    "int8": st.integers(-128, 127),
    "uint64": st.integers(0, 2**64 - 1) | st.integers(0, 3),
    "float64": st.floats(allow_nan=True, width=64) | st.sampled_from([np.nan, -0.0, 0.0, np.inf, 0.1]),
    "float32": st.floats(width=32) | st.sampled_from([np.nan, 0.5]),
    "bool": st.booleans(),
    "datetime64[us]": st.none() | st.integers(-(2**60), 2**60),
    "timedelta64[ns]": st.none() | st.integers(-(2**60), 2**60) | st.integers(-2, 2),
    "Int64": st.none() | st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3),
    "Float64": st.none() | st.floats(allow_nan=False),
    "int64[pyarrow]": st.none() | st.integers(-(2**52), 2**52) | st.integers(-3, 3),
    "double[pyarrow]": st.none() | st.floats(allow_nan=False, allow_infinity=False),
}


def column(data, dtype, rows):
    values = data.draw(st.lists(NUMBERS[dtype], min_size=rows, max_size=rows))
    if dtype[-4:] in ("[us]", "[ns]"):
        return pd.Series(np.array([np.iinfo("int64").min if value is None else value for value in values], "int64").view(dtype))
    return pd.Series(values, dtype=dtype)


@settings(max_examples=examples(50))
@given(
    st.data(),
    st.sampled_from(list(NUMBERS)),
    st.integers(0, 30),
    st.integers(1, 7),
    st.lists(st.floats(0, 1), max_size=4),
    st.sampled_from(HOW),
    st.sampled_from([1, 500, 2000]),
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_column(data, dtype, rows, batch_rows, shares, how, limit):
    frame = pd.DataFrame({"x": column(data, dtype, rows)})
    df = lazy(frame, tuple(data.draw(st.lists(st.integers(0, rows), max_size=3))), batch_rows)
    with config.set(memory_limit=limit):
        lines = [lambda df: df.x.median(), lambda df: df.x.mode()]
        if dtype != "bool":
            lines.append(lambda df: df.x.quantile(max(shares, default=0.1), how))
        if dtype not in ("bool", "Int64"):  # of which pandas' dtype depends on whether each quantile is whole: we have Float64
            lines.append(lambda df: df.x.quantile(shares, how))
        for line in lines:
            want = outcome_of(line, frame)
            got = outcome_of(lambda df, line=line: line(df).compute(scheduler="sync"), df)
            if isinstance(want, Exception):
                assert isinstance(got, Exception), (want, got)
            else:
                exactly(got, want)


def outcome_of(line, frame):
    try:
        return line(frame)
    except (TypeError, ValueError, NotImplementedError) as error:
        return error


def exactly(got, want):
    """The same bits, but for the sign of a zero."""
    if isinstance(want, pd.Series):
        assert_same(got, want)
        pd.testing.assert_series_equal(got, want, check_exact=True)
    else:
        assert isinstance(got, (type(want), np.float64)), (got, want)  # of narrow floats with missing ones it is a wide one
        assert (pd.isna(got) and pd.isna(want)) or type(want)(got) == want, (got, want)


@settings(max_examples=examples(12))
@given(st.data(), st.integers(1, 25), st.integers(1, 9))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_any_frame_is_described(data, rows, batch_rows):
    dtypes = data.draw(st.lists(st.sampled_from(["int8", "bool", "Int64", "uint64", "timedelta64[ns]"]), min_size=1, max_size=4))
    frame = pd.DataFrame({f"x{number}": column(data, dtype, rows) for number, dtype in enumerate(dtypes)})
    df = lazy(frame, tuple(data.draw(st.lists(st.integers(0, rows), max_size=3))), batch_rows)
    scheduler = data.draw(st.sampled_from(["sync", "threads"]))
    assert_same(df.describe().compute(scheduler=scheduler, num_workers=2), frame.describe())


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_schedulers(scheduler):
    frame = pd.DataFrame({"x": np.arange(40) * 7 % 41, "y": np.arange(40) / 8})
    df = lazy(frame, (7, 20, 21), 5)
    how = {"scheduler": scheduler, "num_workers": 2}
    assert_same(df.describe().compute(**how), frame.describe())
    assert_same(df.quantile([0.1, 0.77]).compute(**how), frame.quantile([0.1, 0.77]))
    assert_same(df.agg({"x": "median", "y": "sum"}).compute(**how), frame.agg({"x": "median", "y": "sum"}))


def test_plans_say_that_columns_go_on_disk(capsys):
    lazy(sample()).describe().explain()
    assert "Merge describe: sorted runs of i, f" in capsys.readouterr().out
    lazy(sample()).agg({"i": "median", "f": "sum"}).explain()
    assert "Merge median: sorted runs of i" in capsys.readouterr().out
    with config.set(memory_limit=None):
        lazy(sample()).describe().explain()
    assert "sorted runs" not in capsys.readouterr().out


def sink(limit, method="median"):
    made = Room(limit, 1)
    made.open()
    return ColumnsApart((Column("x"),), (True,), OfEachColumn(("x",), method, (), True), 2, made)


def batch(values):
    return Columns.of(len(values), {"x": np.asarray(values)})


def test_values_that_repeat_never_go_on_disk():
    one = sink(100_000, "mode")
    try:
        partial = None
        for _ in range(50):
            partial = one.fold(partial, batch(np.arange(1000) % 5))
        assert partial.columns[0].runs == []
        assert one.finish(one.merge([partial, None]))["x"].tolist() == [0, 1, 2, 3, 4]
    finally:
        one.room.close()


def test_values_that_differ_do_and_few_wait():
    one = sink(100_000, "mode")
    try:
        partial = None
        for start in range(0, 20_000, 1000):
            partial = one.fold(partial, batch(np.arange(start, start + 1000)))
        (held,) = partial.columns
        assert held.nbytes <= one.room.flush
        assert sum(int(run.ends[-1]) for run in held.runs) > 15_000
        assert any(piece.path for run in held.runs for piece in run.pieces)
    finally:
        one.room.close()


def test_partials_can_be_merged_again():
    one = sink(1, "mode")
    try:
        parts = [one.fold(None, batch(values)) for values in ([3, 1, 1], [2, 3, 3])]
        found = [one.finish(one.merge(parts))["x"].tolist() for _ in range(2)]
        assert found == [[3], [3]]
    finally:
        one.room.close()


def test_an_aggregate_is_split_by_what_it_needs():
    plan = lazy(sample()).agg({"i": "median", "f": "sum", "s": "nunique"})._plan
    while not isinstance(plan, Aggregate):
        plan = plan.child
    made = split(plan, lambda groups: True)
    assert [[one.function for _, one in each.reductions] for each in made] == [["size"], ["median"], ["sum"]]
    assert split(made[1], lambda groups: True) == []
    assert split(plan, lambda groups: False)[0].reductions[0][1].function == "median"


def test_columns_of_which_nothing_is_ranked_are_left():
    df = lazy(sample())
    assert columns_of(df[["s"]].describe()._plan) is None
    assert columns_of(df._plan) is None
    assert columns_of(df.describe(include="all")._plan).ranked.count(True) == 2
