"""The lazy table, line by line beside pandas."""

from __future__ import annotations

import operator

import numpy as np
import pandas as pd
import pytest
from oracle import NAN, assert_same, check, lazy, sample

import lazyframe as lf

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}

LINES = {
    "all": lambda df: df,
    "columns": lambda df: df[["f", "i"]],
    "index of columns": lambda df: df[pd.Index(["f", "i"])],
    "no columns": lambda df: df[[]],
    "filter": lambda df: df[df.i > 1],
    "filter by missing text": lambda df: df[df.s.isna()],
    "filter to nothing": lambda df: df[df.i > 100],
    "filter of a filter": lambda df: df[df.i > 0][df[df.i > 0].b],
    "mask of a column": lambda df: df[df.b][["s"]],
    "mask of objects": lambda df: df.dropna(subset=["q"])[df.dropna(subset=["q"]).q],
    "head": lambda df: df.head(3),
    "head of nothing": lambda df: df.head(0),
    "head beyond": lambda df: df.head(100),
    "filtered head": lambda df: df[df.i > 1].head(2),
    "filter of head": lambda df: df.head(4)[df.head(4).i > 1],
    "assign": lambda df: df.assign(n=df.i * 2, i=df.f, z=lambda x: x.n + 1, c="c", m=df.f.max()),
    "assign nothing": lambda df: df.assign(none=NAN, when=pd.Timestamp("2020"), no=None),
    "drop": lambda df: df.drop(columns=["i", "f"]),
    "drop one": lambda df: df.drop(columns="i"),
    "rename": lambda df: df.rename(columns={"i": "x", "no such": "y"}),
    "rename by function": lambda df: df.rename(columns=str.upper),
    "swap names": lambda df: df.rename(columns={"i": "f", "f": "i"}),
    "isna": lambda df: df.isna(),
    "notna": lambda df: df.notnull(),
    "fillna": lambda df: df[["i", "f"]].fillna(0),
    "fillna by column": lambda df: df.fillna({"f": 0, "s": "x", "no such": 1}),
    "isin": lambda df: df.isin([1, "a", 2.5]),
    "astype": lambda df: df.astype({"i": "float64", "b": "int64"}),
    "astype all": lambda df: df[["i", "f"]].astype("str"),
    "round": lambda df: df[["i", "f", "s"]].round(1),
    "dropna": lambda df: df.dropna(),
    "dropna all": lambda df: df.dropna(how="all"),
    "dropna of a column": lambda df: df.dropna(subset="f"),
    "dropna of some": lambda df: df.dropna(subset=["f", "s"], how="all"),
    "plus": lambda df: df[["i", "f"]] + 1,
    "reflected": lambda df: 2 - df[["i", "f"]],
    "compare": lambda df: df[["i", "f"]] > 0,
    "negate": lambda df: -df[["i", "f"]],
    "invert": lambda df: ~df[["b"]],
    "abs": lambda df: abs(df[["i", "f"]]),
    "abs as a method": lambda df: df[["i", "f"]].abs(),
    "clip": lambda df: df[["i", "f"]].clip(0, 2),
    "clip by a lazy scalar": lambda df: df[["f"]].clip(upper=df.f.mean()),
    "mask by a function": lambda df: df[lambda d: d.i > 0],
    "column by a function": lambda df: df[lambda d: ["i"]],
    "items": lambda df: dict(df.items())["f"],
    "as a dict": lambda df: dict(df)["f"],
    "lazy scalar": lambda df: df[["i", "f"]] - df.i.max(),
    "sum": lambda df: df[["i", "f", "b"]].sum(),
    "sum of numbers": lambda df: df.sum(numeric_only=True),
    "mean of numbers": lambda df: df.mean(numeric_only=True),
    "min of many kinds": lambda df: df.drop(columns="q").min(),
    "max of numbers and dates": lambda df: df[["i", "t"]].max(),
    "std": lambda df: df[["i", "f"]].std(ddof=0),
    "sem": lambda df: df[["i", "f"]].sem(),
    "var": lambda df: df[["i", "b"]].var(),
    "count": lambda df: df.count(),
    "nunique": lambda df: df.nunique(),
    "nunique with missing": lambda df: df.nunique(dropna=False),
    "any": lambda df: df[["i", "b"]].any(),
    "all of them": lambda df: df[["i", "b"]].all(),
    "mean of nothing": lambda df: df[df.i > 100][["i", "f"]].mean(),
    "max of nothing": lambda df: df[df.i > 100][["i", "f", "t"]].max(),
    "sum of nothing": lambda df: df[df.i > 100][["i", "b"]].sum(),
    "reduced and filtered": lambda df: df[["i", "f"]].sum()[df[["i", "f"]].sum() > 0],
    "loc": lambda df: df.loc[df.i > 0],
    "loc of a column": lambda df: df.loc[df.i > 0, "f"],
    "loc of columns": lambda df: df.loc[df.i > 0, ["f", "s"]],
    "loc of all rows": lambda df: df.loc[:, ["f", "s"]],
    "loc of all": lambda df: df.loc[:],
    "loc by a function": lambda df: df.loc[lambda d: d.i > 0, "f"],
    "loc of a column's own": lambda df: df.f.loc[df.f > 0],
    "numbered anew": lambda df: df[df.i > 0].reset_index(drop=True),
    "column numbered anew": lambda df: df.f[df.i > 0].reset_index(drop=True),
    "numbered anew and reduced": lambda df: df[df.i > 0].reset_index(drop=True).i.sum(),
    "sorted": lambda df: df.sort_values("i"),
    "sorted by two": lambda df: df.sort_values(["b", "f"], ascending=[False, True], na_position="first"),
    "sorted stably": lambda df: df.sort_values("s", kind="stable", ascending=False),
    "sorted anew": lambda df: df[df.b].sort_values("f", ignore_index=True),
    "sorted dates": lambda df: df.sort_values("t").head(3),
    "sorted objects": lambda df: df.sort_values("o")[["o", "i"]],
    "sorted column": lambda df: df.f.sort_values(ascending=False),
    "sorted, then filtered": lambda df: df.sort_values("f")[df.sort_values("f").i > 0],
    "sorted groups": lambda df: df.groupby("s").i.sum().sort_values(ascending=False),
    "sorted groups of two": lambda df: df.groupby(["s", "b"]).f.mean().sort_values(kind="stable").head(2),
    "sorted, then grouped": lambda df: df.sort_values("i").groupby("b", sort=False).f.first(),
    "sorted twice": lambda df: df.sort_values("i").sort_values("b", kind="stable"),
    "groups as rows, filtered": lambda df: df.groupby("s", as_index=False).i.sum()[lambda x: x.i > 0],
    "groups as rows, sorted": lambda df: df.groupby("s", as_index=False).i.sum().sort_values("i"),
    "numbered anew, sorted": lambda df: df[df.i > 0].reset_index(drop=True).sort_values("f"),
    "value_counts": lambda df: df.s.value_counts(),
    "value_counts of all": lambda df: df.f.value_counts(dropna=False, ascending=True),
    "shares": lambda df: df.i.value_counts(normalize=True),
    "value_counts as they come": lambda df: df.t.value_counts(sort=False),
    "most frequent": lambda df: df[df.i > 0].b.value_counts().head(1),
    "product": lambda df: df[["i", "f", "b"]].prod(),
    "prefix": lambda df: df.add_prefix("x_"),
    "suffix": lambda df: df.add_suffix("_x"),
    "get": lambda df: df.get("i"),
    "get some": lambda df: df.get(["i", "f"]),
    "copy": lambda df: df.copy().f.copy(),
    "pipe": lambda df: df.pipe(lambda d, n: d.i + n, n=1).pipe(abs),
    "size": lambda df: df.size,
    "size of a filter": lambda df: df[df.b].size,
}  # fmt: skip


@pytest.mark.parametrize("name", ["all rows", "one row", "no rows"])
def test_lines(name):
    frame = {"all rows": sample(), "one row": sample().head(1), "no rows": sample().head(0)}[name]
    lines = dict(LINES)
    if name == "no rows":  # an object has no missing value of its own: pandas gives one or another
        del lines["min of many kinds"]
        del lines["mask of objects"]  # pandas takes an empty column of objects for names of columns
    assert not check(lines, frame, **LAYOUT)


def test_what_it_is():
    df, frame = lazy(sample(), (3,)), sample()
    pd.testing.assert_index_equal(df.columns, frame.columns)
    pd.testing.assert_series_equal(df.dtypes, frame.dtypes)
    assert len(df) == 9
    assert len(df[df.i > 1]) == (frame.i > 1).sum()
    assert "i" in df
    assert "x" not in df
    assert list(df) == list(frame)
    assert df.npartitions == 2
    assert {"i", "groupby", "compute"} <= set(dir(df))
    assert_same(df.to_pandas(), frame)
    pd.testing.assert_index_equal(lazy(sample())[[]].columns, sample()[[]].columns)


def test_the_index_of_filtered_rows_is_a_range_where_pandas_has_one():
    frame = pd.DataFrame({"x": range(10)})
    for rows in ([0, 2, 4], [5], [], [0, 1, 3], list(range(10)), [7, 8, 9]):
        want = frame[frame.x.isin(rows)]
        got = lazy(frame, (3, 6))
        pd.testing.assert_frame_equal(got[got.x.isin(rows)].compute(scheduler="sync"), want, check_index_type="exact")


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        (lambda df: df["I"], KeyError, "no column 'I'. Did you mean 'i'?"),
        (lambda df: df.ii, AttributeError, "no column 'ii'"),
        (lambda df: df[["i", "zz"]], KeyError, "no column 'zz'"),
        (lambda df: df.drop(columns="zz"), KeyError, "no column 'zz'"),
        (lambda df: df.loc[df.b, "zz"], KeyError, "no column 'zz'"),
        (lambda df: df.loc.__setitem__(df.b, 1), TypeError, "set(b, 1) does not fit its operands"),
        (lambda df: df.sort_values("zz"), KeyError, "no column 'zz'"),
        (lambda df: df.sort_values("i", ascending=[True, False]), ValueError, "Length of ascending (2) != length of by (1)"),
        (lambda df: df.sort_values([]), ValueError, "nothing to sort by"),
        (lambda df: df.sort_values("i", na_position="top"), ValueError, "invalid na_position: top"),
        (lambda df: df.sort_values("i", kind="bubble"), ValueError, "sort kind must be one of"),
        (lambda df: df.sort_values("i", ascending="no"), ValueError, "ascending='no' is not True or False"),
        (lambda df: df[sample().to_numpy()], TypeError, "not a ndarray"),
        (lambda df: df[{"i": 1}], TypeError, "not a dict"),
        (lambda df: df.__setitem__(["i", "f"], [1]), ValueError, "Columns must be same length as key: 2 names, and 1 columns"),
        (lambda df: df.loc.__setitem__((df.b, "i"), 1.5), TypeError, "i.set(b, 1.5) does not fit its operands"),
        (lambda df: df.insert(1, "i", 0), ValueError, "cannot insert i, already exists"),
        (lambda df: lf.DataFrame({"a": [1]}), TypeError, "is opened with lazyframe.read_csv(...), not made of a dict"),
        (lambda df: df[["i"]].clip(df.i), TypeError, "expected a single value"),
        (lambda df: df[df.i], TypeError, "a mask must be boolean; i is int64"),
        (lambda df: df[lazy(sample().head(2)).i], TypeError, "a mask must be boolean; i is int64"),
        (lambda df: df.assign(x=[1, 2]), ValueError, "Length of values (2) does not match length of index"),
        (lambda df: df.assign(x={1, 2}), TypeError, "expected a single value or a column of the same frame, got set"),
        (lambda df: df.assign(x=df[["i", "f"]]), ValueError, "multiple columns to the single column x"),
        (lambda df: df.assign(x=sample()[[]]), ValueError, "no columns to the single column x"),
        (lambda df: df.rename(columns={"i": "f"}), ValueError, "there would be two columns 'f'"),
        (lambda df: df.head(1.5), ValueError, "got 1.5"),
        (lambda df: df.dropna(how="some"), ValueError, "invalid how option: some"),
        (lambda df: df.dropna(subset=["zz"]), KeyError, "no column 'zz'"),
        (lambda df: df.sum(), TypeError, "sum of s (str) is not offered"),
        (lambda df: df.astype("float16"), TypeError, "is not a dtype that lazyframe has"),
        (lambda df: bool(df), ValueError, "The truth value of a DataFrame is not known before it is computed"),
        (lambda df: df.i and df.f, ValueError, "The truth value of a Series"),
        (lambda df: df[(df.i > 3) and (df.s == "x")], ValueError, "combined with &, | and ~ in the place of and, or and not"),
        (lambda df: not df.b, ValueError, "combined with &, | and ~ in the place of and, or and not"),
        (lambda df: df[1 < df.i < 3], ValueError, "1 < x < 3 is written x.between(1, 3, inclusive='neither')"),
        (lambda df: df[df.i > df.i & df.f == 3.0], TypeError, "& joins masks, and binds more strongly than comparisons do"),
        (lambda df: df[df.i > 3 & df.s == "x"], TypeError, "put each comparison in parentheses, (df.x > 3) & (df.y == 1)"),
        (lambda df: df[df.i > 3 | df.s == "x"], TypeError, "put each comparison in parentheses, (df.x > 3) | (df.y == 1)"),
        (lambda df: ~df.s, TypeError, "~ turns a mask around: write it before one in parentheses, ~(df.x > 3)"),
        (lambda df: df.i.__setitem__(df.b, 0), TypeError, "not set in places; write df['x'] = df.x.mask(mask, value)"),
        (lambda df: hash(df), TypeError, "unhashable"),
    ],
)
def test_mistakes_are_raised_on_the_line_where_they_are_made(line, error, message):
    df = lazy(sample())
    with pytest.raises(error) as caught:
        line(df)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not df._plan.source.reads


@pytest.mark.parametrize(
    "line",
    [
        lambda df: df[df.i > 3 & df.b],
        lambda df: df[df.i > 3 & (df.s == "x")],
        lambda df: df[df.f > df.i | (df.s == "x")],
        lambda df: df[(df.i > 3) & df.s == "x"],
    ],
)
def test_a_mask_joined_with_none_is_warned_of_where_pandas_takes_it(line):
    with pytest.warns(UserWarning, match=r"one side of it is no mask\. . joins masks, and binds more strongly") as caught:
        line(lazy(sample()))
    assert caught[0].filename == __file__


def test_masks_are_joined_without_a_word(recwarn):
    df = lazy(sample())
    _ = df[(df.i > 3) & df.b | ~(df.s == "x") ^ True], df.i & 3, df.i | df.i
    assert not recwarn.list


def test_operators_hold_for_frames_with_all_python_operators():
    frame = sample()[["i", "f"]]
    for name in ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "eq", "ne", "lt", "le", "gt", "ge"):
        function = getattr(operator, name)
        assert not check({name: lambda df, f=function: f(df, 2), f"r{name}": lambda df, f=function: f(2, df)}, frame, cuts=(4,))
        method = {"truediv": "div"}.get(name, name)
        assert not check({method: lambda df, m=method: getattr(df, m)(2)}, frame, cuts=(4,))


def test_data_dependent_dtypes_see_the_rows_that_pandas_sees():
    frame = pd.DataFrame(
        {"t": pd.to_datetime(["2020-01-01"] * 5 + [None]).astype("datetime64[us]"), "i": range(6), "z": [1, 2, 3, 4, 5, 0]}
    )
    lines = {
        "late missing date": lambda df: df.t.dt.year,
        "before the filter": lambda df: df.t.dt.year[df.i < 3],
        "after the filter": lambda df: df[df.i < 3].t.dt.year,
        "assigned, then filtered": lambda df: df.assign(y=df.t.dt.year)[df.assign(y=df.t.dt.year).i < 3],
        "filtered on itself": lambda df: df.assign(y=df.t.dt.year)[lambda_mask(df.assign(y=df.t.dt.year))],
        "zero at the end": lambda df: df.i // df.z,
        "zero filtered out": lambda df: df[df.z > 0].i // df[df.z > 0].z,
        "grouped by year": lambda df: df.groupby(df.t.dt.year).i.sum(),
        "grouped with missing": lambda df: df.groupby(df.t.dt.year, dropna=False).i.sum(),
        "sum of years": lambda df: df.t.dt.year.sum(),
        "max of years": lambda df: df[df.i < 3].t.dt.year.max(),
        "max of all years": lambda df: df.t.dt.year.max(),
        "max in groups": lambda df: df.t.dt.year.groupby(df.i > 2).max(),
        "where": lambda df: df.i.where(df.i < 5),
        "where, filtered": lambda df: df[df.i < 5].i.where(df[df.i < 5].i < 5),
        "length of text": lambda df: df.t.dt.strftime("%Y").str.len(),
        "head": lambda df: df.t.dt.year.head(2),
        "head of the frame": lambda df: df.assign(y=df.t.dt.year).head(2),
    }
    for batch_rows in (1, 2, 6):
        for cuts in ((), (5,), (1, 2, 3, 4, 5)):
            assert not check(lines, frame, cuts=cuts, batch_rows=batch_rows)


def test_integers_that_would_be_floats_are_not_wrapped_around():
    """With a date missing anywhere pandas computes with floats; a batch without one cannot know that."""
    frame = pd.DataFrame({"t": pd.to_datetime(["2020-01-01", "2021-02-03", None]).astype("datetime64[us]")})
    fits = {
        "as digits": lambda df: df.t.dt.year * 10_000 + df.t.dt.month * 100 + df.t.dt.day,
        "as floats": lambda df: df.t.dt.year.astype("float64") * 10**9,
        "mask": lambda df: df[df.t.dt.year * 10**6 > 2020 * 10**6],
        "negative": lambda df: -df.t.dt.year * 10**6 - 1,
        "power": lambda df: df.t.dt.day**2,
    }
    wraps = {
        "times": lambda df: df.t.dt.year * 10**9,
        "plus": lambda df: df.t.dt.year * 10**6 + df.t.dt.year * 10**6,
        "power": lambda df: df.t.dt.year**4,
        "kept": lambda df: df.assign(y=df.t.dt.year).assign(z=lambda x: x.y * 10**9),
        "mask": lambda df: df[df.t.dt.year * 10**9 > 0],
    }
    for rows in (frame, frame.head(2), frame.head(0)):
        for batch_rows in (1, 2, 3):
            assert not check(fits, rows, cuts=(1,), batch_rows=batch_rows)
    for line in wraps.values():
        with pytest.raises(OverflowError, match=r"does not fit int32.*Write \.astype\('float64'\)"):
            line(lazy(frame, (1,), batch_rows=1)).compute(scheduler="sync")
    settled = pd.DataFrame({"i": np.array([2**30, 5], "int32")})
    assert not check({"a dtype of the user's": lambda df: df.i * 4}, settled, cuts=(1,))


def test_division_by_zero_of_no_rows_stays_an_integer():
    lines = {
        "floor": lambda df: df.i // 0,
        "floor of booleans": lambda df: df.b // 0,
        "modulo": lambda df: df.i % 0,
        "of a frame": lambda df: df[["i"]] // 0,
        "filtered": lambda df: df[df.i > 1].i // 0,
        "filtered to nothing": lambda df: df[df.i > 100].i // 0,
        "summed": lambda df: (df[df.i > 100].i // 0).sum(),
        "year": lambda df: df.t.dt.year // 0,
        "in groups": lambda df: (df.i // 0).groupby(df.b).max(),
    }
    for rows in (9, 1, 0):
        for cuts in ((), (1, 2, 3, 4), (0,)):
            assert not check(lines, sample().head(rows), cuts=cuts, batch_rows=2)


def lambda_mask(df):
    return df.i < 3


def test_a_frame_without_columns_has_its_rows():
    df = lazy(sample(), (4,))
    assert_same(df[df.i > 1][[]].compute(scheduler="sync"), sample()[sample().i > 1][[]])
    assert len(df[[]]) == 9


def test_iterating_a_column_computes_it():
    assert list(lazy(sample(), (2,)).i) == sample().i.tolist()
    assert np.asarray(lf.compute(lazy(sample()).i)[0]).tolist() == sample().i.tolist()


def test_shape_counts_the_rows_when_it_is_computed():
    df, frame = lazy(sample(), (3,)), sample()
    rows, columns = df[df.i > 0].shape
    assert not df._plan.source.reads
    assert columns == 8
    assert (df.ndim, df.i.ndim) == (2, 1)
    assert lf.compute(df[df.i > 0].shape, scheduler="sync")[0] == frame[frame.i > 0].shape
    assert rows.compute(scheduler="sync") == len(frame[frame.i > 0])
    assert df.get("zz", 7) == 7


@pytest.mark.parametrize("kind", ["quicksort", "mergesort", "heapsort", "stable"])
def test_many_equal_rows_are_sorted_as_pandas_sorts_them(kind):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame({"k": rng.integers(0, 5, 3000), "f": rng.integers(0, 9, 3000) / 4, "s": rng.choice(list("abc"), 3000)})
    lines = {
        f"{name} {up}": lambda df, n=name, u=up: df.sort_values(n, ascending=u, kind=kind)
        for name in ("k", "f", "s") for up in (True, False)
    }  # fmt: skip
    lines["two"] = lambda df: df.sort_values(["k", "s"], kind=kind)
    lines["column"] = lambda df: df.k.sort_values(kind=kind)
    lines["counts"] = lambda df: (df.k * 7 + df.f).value_counts()
    assert not check(lines, frame, cuts=(700, 1500), batch_rows=400)


@pytest.mark.parametrize(
    "line",
    [
        lambda df: df[0:2],
        lambda df: df[1:].i,
        lambda df: df[:-2],
        lambda df: df[::2],
        lambda df: df.f[2:4],
        lambda df: df.dropna(subset="s").set_index("s").sort_index()["a":"b"],
        lambda df: df.set_index("f").sort_index()[1:3],
        lambda df: df.dropna(subset="s").set_index("s").sort_index().i["a":"b"],
        lambda df: df[sample().b],
        lambda df: df[sample().b.to_numpy()],
        lambda df: df[sample().b.tolist()],
        lambda df: df.i[sample().b.tolist()],
        lambda df: df[np.array(["i", "f"])],
        lambda df: df[["i", "f"]][df[["i", "f"]] > 1],
        lambda df: df.i + sample().i,
        lambda df: df.i * np.arange(len(sample())),
        lambda df: np.arange(len(sample())) - df.f,
        lambda df: df[["i", "f"]] * pd.Series({"i": 2, "f": 3}),
        lambda df: df[["i"]] + np.ones((len(sample()), 1)),
        lambda df: df.i == pd.Index(range(len(sample()))),
        lambda df: df.s.astype("category"),
        lambda df: df.astype({"s": "category"}),
        lambda df: df[["s"]].astype("category"),
        lambda df: df.s.astype("category").cat.codes,
        lambda df: df[[]].sum(),
        lambda df: df[["s"]].mean(numeric_only=True),
        lambda df: df.o.value_counts(),
        lambda df: df[["i", "s"]].astype("category"),
        lambda df: df.drop([0, 2]),
        lambda df: df.i.rename(lambda label: label * 2),
    ],
)
def test_rows_and_values_that_only_gathered_rows_tell(line):
    assert_same(line(lazy(sample(), (2, 5))).compute(scheduler="sync"), line(sample()))
