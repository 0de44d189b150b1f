"""Groups, in all the forms pandas has for them."""

from __future__ import annotations

import itertools

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, check, lazy, sample

import lazyframe as lf

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}

LINES = {
    "name": lambda df: df.groupby("s").f.sum(),
    "one in a list": lambda df: df.groupby(["s"]).f.sum(),
    "two": lambda df: df.groupby(["s", "b"]).f.sum(),
    "expression": lambda df: df.groupby(df.i > 1).f.sum(),
    "expression without a name": lambda df: df.groupby(df.i > df.f).f.sum(),
    "name and expression": lambda df: df.groupby(["s", df.i > 1]).f.sum(),
    "changed key": lambda df: df.groupby(df.s.str.upper()).f.sum(),
    "key that is a column": lambda df: df.groupby(df.s).count(),
    "one key twice": lambda df: df.groupby(["s", "s"]).i.sum(),
    "by=": lambda df: df.groupby(by="s").i.sum(),
    "frame": lambda df: df[["s", "i", "f"]].groupby("s").sum(),
    "frame of one": lambda df: df.groupby("s")[["i"]].sum(),
    "the key itself": lambda df: df.groupby("s").s.count(),
    "count": lambda df: df.groupby("s").count(),
    "nunique": lambda df: df.groupby("s").nunique(),
    "nunique with missing": lambda df: df.groupby("s").t.nunique(dropna=False),
    "size": lambda df: df.groupby("s").size(),
    "size of a column": lambda df: df.groupby("s").i.size(),
    "size not as index": lambda df: df.groupby("s", as_index=False).size(),
    "numbers only": lambda df: df.groupby("s").mean(numeric_only=True),
    "std": lambda df: df.groupby("b").std(ddof=0, numeric_only=True),
    "sem": lambda df: df.groupby("b").sem(ddof=0, numeric_only=True),
    "first": lambda df: df.drop(columns=["o", "q"]).groupby("s").first(),
    "last": lambda df: df.drop(columns=["o", "q"]).groupby("b", sort=False).last(),
    "first of numbers": lambda df: df.groupby("s").first(numeric_only=True),
    "first and last": lambda df: df.groupby("s").t.agg(["first", "last", "count"]),
    "last of years": lambda df: df.t.dt.year.groupby(df.b).last(),
    "product": lambda df: df.groupby("s")[["i", "f", "b"]].prod(),
    "not as index": lambda df: df.groupby("s", as_index=False).f.sum(),
    "two not as index": lambda df: df.groupby(["s", "b"], as_index=False)[["f", "i"]].sum(),
    "the key itself, not as index": lambda df: df.groupby("s", as_index=False).s.count(),
    "one of the keys, not as index": lambda df: df.groupby(["s", "b"], as_index=False).s.max(),
    "column in the place of a key": lambda df: df.groupby(["s", "b"], as_index=False).agg(b=("i", "sum"), z=("i", "max")),
    "dict in the place of a key": lambda df: df.groupby("s", as_index=False).agg({"i": "sum", "s": "count"}),
    "dict of lists in the place of a key": lambda df: df.groupby("s", as_index=False).agg({"s": ["count"], "i": ["sum", "min"]}),
    "list beside the key": lambda df: df.groupby("s", as_index=False)[["s", "i"]].agg(["min", "max"]),
    "changed key, not as index": lambda df: df.groupby(df.s.str.upper(), as_index=False)[["s", "i"]].max(),
    "agg name": lambda df: df.groupby("s").i.agg("sum"),
    "agg list": lambda df: df.groupby("s").i.agg(["sum", "mean", "size"]),
    "agg named": lambda df: df.groupby("s").i.agg(x="sum", y="max"),
    "frame agg name": lambda df: df[["s", "i", "f"]].groupby("s").agg("sum"),
    "frame agg list": lambda df: df[["s", "i", "f"]].groupby("s").agg(["min", "max"]),
    "frame agg list not as index": lambda df: df[["s", "i", "f"]].groupby("s", as_index=False).agg(["min", "max"]),
    "frame agg dict": lambda df: df.groupby("s").agg({"i": "sum", "f": "mean"}),
    "frame agg dict of lists": lambda df: df.groupby("s").agg({"i": ["sum"], "f": ["mean", "max"]}),
    "frame agg dict mixed": lambda df: df.groupby("s").agg({"i": "sum", "f": ["mean", "max"]}),
    "frame agg dict not as index": lambda df: df.groupby("s", as_index=False).agg({"i": "sum"}),
    "frame agg named": lambda df: df.groupby("s").agg(x=("i", "sum"), y=("f", "max"), z=("b", "size")),
    "frame agg NamedAgg": lambda df: df.groupby("s").agg(x=pd.NamedAgg("i", "sum")),
    "frame agg size": lambda df: df.groupby("s").agg("size"),
    "aggregate": lambda df: df.groupby("s").aggregate({"i": "size"}),
    "selection, then agg": lambda df: df.groupby("s")[["i", "f"]].agg("max"),
    "of a filter": lambda df: df[df.b].groupby("s").i.sum(),
    "of nothing": lambda df: df[df.i > 100].groupby("s").i.sum(),
    "two of nothing": lambda df: df[df.i > 100].groupby(["s", "i"]).f.mean(),
    "reset": lambda df: df.groupby("s").i.sum().reset_index(),
    "reset and drop": lambda df: df.groupby("s").i.sum().reset_index(drop=True),
    "reset two": lambda df: df.groupby(["s", "b"]).size().reset_index(),
    "reset without a name": lambda df: df.groupby(df.i > df.f).f.sum().reset_index(),
    "reset a frame": lambda df: df.groupby("s")[["i", "f"]].max().reset_index(),
    "renamed and reset": lambda df: df.groupby("s").i.sum().rename("x").reset_index(),
    "to_frame": lambda df: df.groupby("s").i.sum().to_frame(),
    "head": lambda df: df.groupby("s").i.sum().head(2),
    "filtered": lambda df: df.groupby("s").i.sum()[df.groupby("s").i.sum() > 2],
    "computed with": lambda df: df.groupby("s").i.sum() * 2 + 1,
    "columns of groups": lambda df: df.groupby("s")[["i", "f"]].sum().i - df.groupby("s")[["i", "f"]].sum().f,
    "reduced": lambda df: df.groupby("s").i.sum().mean(),
    "reduced frame": lambda df: df.groupby("s")[["i", "f"]].sum().max(),
    "grouped again": lambda df: df.groupby(["s", "b"]).i.sum().reset_index().groupby("b").i.max(),
    "column by column": lambda df: df.i.groupby(df.s).sum(),
    "column by columns": lambda df: df.i.groupby([df.s, df.b], sort=False).max(),
    "expression by column": lambda df: (df.i * 2).groupby(df.s).mean(),
    "made before an assign": lambda df: df.assign(n=df.i).groupby(df.s).n.sum(),
    "key of the frame before": lambda df: df.assign(n=df.i).groupby(df.i > 1).n.sum(),
    "overwritten key": lambda df: df.assign(s=df.s.str.upper()).groupby("s").i.sum(),
    "a lazy scalar in a key": lambda df: df.groupby(df.i > df.i.mean()).f.count(),
}


@pytest.mark.parametrize("rows", [9, 0, pytest.param(1, marks=pytest.mark.slow)])
def test_lines(rows):
    assert not check(LINES, sample().head(rows), **LAYOUT)


@pytest.mark.parametrize(("sort", "dropna", "as_index"), list(itertools.product([True, False], repeat=3)))
def test_keys_of_every_dtype(sort, dropna, as_index):
    options = {"sort": sort, "dropna": dropna, "as_index": as_index}
    lines = {f"{key}": lambda df, k=key: df.groupby(k, **options).size() for key in "ifbsotqd"}
    lines |= {
        f"{key} and i": lambda df, k=key: df.groupby([k, "i"], **options)["f" if k == "t" else "t"].count() for key in "fbsotqd"
    }
    lines |= {
        f"s and {key}": lambda df, k=key: df.groupby(["s", k], **options)["f" if k == "t" else "t"].count() for key in "ifbotqd"
    }
    assert not check(lines, sample(), **LAYOUT, coded=sort != as_index)  # whatever the options, both are tried
    assert not check({name: line for name, line in lines.items() if "q" not in name}, sample().head(0), **LAYOUT)


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        (lambda df: df.groupby("x"), KeyError, "no column 'x'"),
        (lambda df: df.groupby([]), ValueError, "No group keys passed!"),
        (lambda df: df.i.groupby("s"), KeyError, "a column is grouped by columns, df.x.groupby(df.y), not by 's'"),
        (lambda df: df.groupby("s").zz, AttributeError, "no column 'zz'"),
        (lambda df: df.groupby("s")[["zz"]], KeyError, "no column 'zz'"),
        (lambda df: df.groupby("s").o.first(), TypeError, "first of o (object) in groups is not offered"),
        (lambda df: df.groupby("s").q.last(), TypeError, "last of q (object) is not offered"),
        (lambda df: df.groupby("s").compute(), AttributeError, "groups have no .compute: say first what is wanted of them"),
        (lambda df: df.groupby("s").i.explain(), AttributeError, "groups have no .explain: say first"),
        (lambda df: df.groupby("s").i.nonsense, AttributeError, "a lazy SeriesGroupBy has no attribute 'nonsense'"),
        (lambda df: df.groupby("s").i.agg("maen"), TypeError, "agg has no function 'maen'. Did you mean 'mean'"),
        (lambda df: df.groupby("s").agg({"zz": "sum"}), KeyError, "no column 'zz'"),
        (lambda df: df.groupby("s").agg(x="i"), TypeError, "a named aggregation is new_name=(column, reduction)"),
        (lambda df: df.groupby("s").agg(x=("zz", "sum")), KeyError, "no column 'zz'"),
        (lambda df: df.groupby("s").agg(), TypeError, "Must provide 'func'"),
        (lambda df: df.groupby("s").i.agg([]), ValueError, "agg was given no function: No objects to concatenate"),
        (lambda df: df.groupby("s").agg([]), ValueError, "No objects to concatenate"),
        (lambda df: df.groupby("s").agg({}), ValueError, "No objects to concatenate"),
        (lambda df: df.groupby("s").agg({"i": []}), ValueError, "No objects to concatenate"),
        (lambda df: df.groupby("s").i.agg(), TypeError, "Must provide 'func'"),
        (lambda df: df.groupby("s").i.agg({"x": "sum"}), TypeError, "nested renamer is not supported"),
        (lambda df: df.groupby("s").i.agg(["sum", "sum"]), ValueError, "Function names must be unique"),
        (lambda df: df.groupby("s").sum(), TypeError, "sum of o (object) is not offered"),
        (lambda df: df.groupby("s").o.min(), TypeError, "in groups is not offered; pandas gives str or object"),
        (lambda df: df.groupby("s", as_index=False).i.agg(s="sum"), ValueError, "cannot insert s, already exists"),
        (lambda df: df.assign(size=1).groupby("size", as_index=False).size(), ValueError, "cannot insert size, already exists"),
        (lambda df: df.assign(min=1).groupby("min", as_index=False).i.agg(["min"]), ValueError, "already exists"),
        (lambda df: df.groupby(["s", "s"], as_index=False).i.sum(), ValueError, "there would be two columns 's'"),
    ],
)
def test_mistakes_are_raised_on_the_line_where_they_are_made(line, error, message):
    df = lazy(sample())
    with pytest.raises(error) as caught:
        line(df)
    assert message in str(caught.value)
    assert not df._plan.source.reads


def test_reprs_and_names():
    df = lazy(sample())
    assert repr(df.groupby("s").i) == "lf.SeriesGroupBy<i by s>"
    assert repr(df.groupby(["s", df.i > 1])) == "lf.DataFrameGroupBy<memory: 9 rows by s, i > 1>"
    assert {"i", "f", "agg", "size"} <= set(dir(df.groupby("s")))


def test_many_groups_over_many_batches():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"k": rng.integers(0, 5000, 20_000), "x": rng.integers(-100, 100, 20_000)})
    lines = {
        "sum": lambda df: df.groupby("k").x.sum(),
        "in order": lambda df: df.groupby("k", sort=False).agg({"x": ["min", "nunique", "mean"]}),
        "of groups": lambda df: df.groupby("k").x.std().max(),
    }
    assert not check(lines, frame, cuts=(3000, 9000, 9001), batch_rows=700)


def test_sums_of_narrow_integers_are_as_wide_as_they_need():
    frame = pd.DataFrame({"k": ["x", "x", "y"], "a": np.array([100, 100, 1], "int8"), "u": np.array([200, 200, 1], "uint8")})
    year = pd.DataFrame({"k": ["x"] * 3, "t": pd.to_datetime(["2013-01-01"] * 3).astype("datetime64[us]")})
    for narrow in (frame, frame.iloc[2:].reset_index(drop=True)):
        assert_same(lazy(narrow, (1,)).groupby("k").a.sum().compute(scheduler="sync"), narrow.groupby("k").a.sum())
        assert_same(lazy(narrow, (1,)).groupby("k").sum().compute(scheduler="sync"), narrow.groupby("k").sum())
    days = lazy(year, (1,))
    wide = days.assign(y=days.t.dt.year * 500_000).groupby("k").y.sum().compute(scheduler="sync")
    assert_same(wide, year.assign(y=year.t.dt.year * 500_000).groupby("k").y.sum())


@pytest.mark.parametrize("rows", [3, pytest.param(4, marks=pytest.mark.slow)])
def test_booleans_with_missing_values_are_sorted_as_pandas_sorts_them(rows):
    whole = pd.DataFrame({"i": [1, 0, 1, 0], "x": [1.0, 2.0, 3.0, 4.0]}).head(rows)
    for values in itertools.product([True, False, np.nan], repeat=rows):
        frame = whole.assign(q=pd.Series(values, dtype=object))
        lines = {
            f"{keys} {sort} {as_index}": lambda df, k=keys, s=sort, a=as_index: df.groupby(
                k, dropna=False, sort=s, as_index=a
            ).x.sum()
            for keys in ("q", ["q", "i"], ["i", "q"])
            for sort in (True, False)
            for as_index in (True, False)
        }
        assert not check(lines, frame, cuts=(1, 3), batch_rows=1)


@pytest.mark.parametrize("column", ["s", "t"])
def test_numeric_only_of_one_column_that_is_no_number_is_refused(column):
    for df in (sample(), lazy(sample())):
        with pytest.raises(TypeError, match="Cannot use numeric_only=True"):
            df.groupby("i")[column].min(numeric_only=True)


SPREAD = lf.Aggregation("spread", lambda g: (g.max(), g.min()), lambda a, b: (a.max(), b.min()), lambda a, b: a - b)
TOTAL = lf.Aggregation("total", lambda g: g.sum(), lambda g: g.sum())


@pytest.mark.parametrize(
    ("line", "want"),
    [
        (lambda df: df.groupby("s").agg({"f": SPREAD}), lambda df: df.groupby("s").agg({"f": lambda c: c.max() - c.min()})),
        (lambda df: df.groupby("s").f.agg(TOTAL), lambda df: df.groupby("s").f.sum()),
        (lambda df: df.groupby("s").agg(z=("i", SPREAD)), lambda df: df.groupby("s").agg(z=("i", lambda c: c.max() - c.min()))),
        (lambda df: df.groupby("s").i.agg([TOTAL, "max"]), lambda df: df.groupby("s").i.agg(total="sum", max="max")),
    ],
)
@pytest.mark.parametrize("scheduler", ["sync", "threads"])
def test_aggregates_in_the_three_steps_of_dask(line, want, scheduler):
    assert_same(line(lazy(sample(), (2, 5))).compute(scheduler=scheduler), want(sample()))


def test_an_aggregate_of_dask_is_made_of_functions():
    with pytest.raises(TypeError, match="chunk is a function"):
        lf.Aggregation("x", "sum", "sum")


def test_groups_of_categories_that_do_not_occur():
    frame = pd.DataFrame({"k": pd.Categorical(list("aba"), categories=list("abc")), "x": [1, 2, 3]})
    df = lf.from_pandas(frame, npartitions=2)
    assert_same(df.groupby("k", observed=False).x.sum().compute(scheduler="sync"), frame.groupby("k", observed=False).x.sum())


def test_functions_of_one_name_and_frames_as_keys_are_errors():
    df = lazy(sample(), (2, 5))
    total = lf.Aggregation("sum", lambda groups: groups.sum(), lambda groups: groups.sum())
    for line in (lambda: df.groupby("b").agg({"i": [total, "sum"]}), lambda: df.groupby("b").i.agg([total, "sum"])):
        with pytest.raises(ValueError, match="Function names must be unique, found multiple named sum"):
            line()
    with pytest.raises(ValueError, match="not 1-dimensional"):
        df.i.groupby(df[["b"]])
    made = df.groupby("b").i.agg([lambda column: column.max(), lambda column: column.min()])
    assert list(made.columns) == ["<lambda_0>", "<lambda_1>"]
