"""Values that depend on the rows before: equal to pandas for every dtype, at every cut, whatever is built on them."""

from __future__ import annotations

import pytest
from oracle import assert_same, check, lazy, outcome, sample

from lazyframe.optimize import optimize

LAYOUT = {"cuts": (2, 5), "batch_rows": 2}

METHODS = {
    "cumsum": lambda s: s.cumsum(),
    "cumprod": lambda s: s.cumprod(),
    "cummax": lambda s: s.cummax(),
    "cummin": lambda s: s.cummin(),
    "shift": lambda s: s.shift(),
    "shift 0": lambda s: s.shift(0),
    "shift -2": lambda s: s.shift(-2),
    "diff": lambda s: s.diff(),
    "diff 3": lambda s: s.diff(3),
    "pct_change": lambda s: s.pct_change(),
    "pct_change 2": lambda s: s.pct_change(2),
    "ffill": lambda s: s.ffill(),
    "bfill": lambda s: s.bfill(),
    "rank": lambda s: s.rank(),
    "rank dense": lambda s: s.rank(method="dense", ascending=False, pct=True),
}
LINES = {
    **{f"{name} {c}": lambda df, f=f, c=c: f(df[c]) for name, f in METHODS.items() for c in "ifbsotqd"},
    **{f"frame {name}": lambda df, f=f: f(df[["i", "f"]]) for name, f in METHODS.items()},
    **{f"{name} {c} in groups": lambda df, f=f, c=c: f(df.groupby("s")[c]) for name, f in METHODS.items() for c in "ifbtd"},
    **{f"{name} in groups of frame": lambda df, f=f: f(df.groupby(["b"])[["i", "f"]]) for name, f in METHODS.items()},
    **{f"{name} in all groups": lambda df, f=f: f(df.groupby(["s", "b"], dropna=False).f) for name, f in METHODS.items()},
    **{f"transform {f}": lambda df, f=f: df.groupby("s").i.transform(f) for f in ("sum", "mean", "count", "first", "max", "std")},
    "transform text": lambda df: df.groupby("b").s.transform("first"),
    "transform frame": lambda df: df.groupby("b")[["i", "f"]].transform("max"),
    "cumcount": lambda df: df.groupby("s").cumcount(),
    "cumcount down": lambda df: df.groupby("b").i.cumcount(ascending=False),
    "ngroup": lambda df: df.groupby("s").ngroup(),
    "ngroup unsorted": lambda df: df.groupby(["s", "i"], sort=False, dropna=False).ngroup(),
    **{f"duplicated {c} {k}": lambda df, c=c, k=k: df[c].duplicated(k) for c in "ifbsotqd" for k in ("first", "last", False)},
    "duplicated rows": lambda df: df[["b", "s"]].duplicated(),
    "duplicated subset": lambda df: df.duplicated(["i", "b"], keep=False),
    "duplicated name": lambda df: df.duplicated("i"),
    "set": lambda df: df.assign(c=df.i.cumsum(), p=df.f.shift())[["c", "i", "p"]],
    "of one another": lambda df: df.assign(c=df.i.cumsum()).assign(d=lambda d: d.c.diff() + d.i.shift() * d.c)[["d"]],
    "arithmetic": lambda df: df.i - df.i.shift() + df.f.cumsum(),
    "twice": lambda df: df.i.cumsum() + df.i.cumsum(),
    "mask": lambda df: df[df.i.cumsum() > 0],
    "mask of a column": lambda df: df.s[df.i.shift() > 0],
    "filter before": lambda df: df[df.i > 0].i.cumsum(),
    "filter before, frame": lambda df: df[df.i > 0].assign(c=lambda d: d.f.shift()),
    "filter after": lambda df: df.assign(c=df.i.cumsum())[df.i > 0],
    "first of each": lambda df: df[~df.duplicated("s")],
    "sum": lambda df: df.i.diff().sum(),
    "compared with its mean": lambda df: df[df.i > df.i.cumsum().mean()],
    "with a scalar inside": lambda df: (df.i - df.i.mean()).cumsum(),
    "grouped by": lambda df: df.groupby((df.i > 1).cumsum()).f.sum(),
    "share of group": lambda df: df.i / df.groupby("b").i.transform("sum"),
    "sorted": lambda df: df.sort_values("i", kind="stable").i.cumsum(),
    "of an index": lambda df: df.set_index("b").i.cumsum(),
    "of groups": lambda df: df.groupby("s").i.sum().cumsum(),
    "of a head": lambda df: df.head(4).i.shift(),
    "head": lambda df: df.i.cumsum().head(3),
    "years": lambda df: df.t.dt.year.shift(),
    "value counts": lambda df: df.s.value_counts(sort=False).cumsum(),
    "describe": lambda df: df.f.rank().describe(),
    "without a name": lambda df: (df.i + df.f).cumsum(),
    "index reset": lambda df: df[df.i > 0].i.cumsum().reset_index(name="c"),
}
REFUSED = {f"{name} {c}" for name in METHODS for c in "oq"} | {"diff b in groups", "diff 3 b in groups"}
REFUSED |= {f"{name} b{groups}" for name in ("pct_change", "pct_change 2") for groups in ("", " in groups")}  # by 0


@pytest.mark.parametrize("rows", [9, 0, *(pytest.param(rows, marks=pytest.mark.slow) for rows in (3, 1))])
def test_lines(rows):
    frame = sample().head(rows)
    refused = check(LINES, frame, **LAYOUT)
    answered = {name for name in refused if not isinstance(outcome(lambda name=name: LINES[name](frame)), Exception)}
    assert answered <= REFUSED


def test_partitions_and_batches_are_invisible():
    frame = sample()
    want = frame.assign(c=frame.groupby("b").i.cumsum())[["c", "s"]]
    for cuts in [(), (1,), (0, 3, 3, 8)]:
        df = lazy(frame, cuts)
        got = df.assign(c=df.groupby("b").i.cumsum())[["c", "s"]]
        assert_same(got.compute(scheduler="threads"), want)
        parts = list(got.iter_partitions(scheduler="sync"))
        assert sum(map(len, parts)) == 9


def test_only_what_is_used_is_made():
    df = lazy(sample())
    df["c"] = df.i.cumsum()
    df["d"] = df.f.cumsum()
    assert "Window [f.cumsum()]" in df[["c", "s"]]._plan.to_text()
    assert optimize(df[["c", "s"]]._plan).to_text().replace("\1", "") == (
        "Project [c, s]\n  Project [s, c = i.cumsum()]\n    Window [i.cumsum()]\n"
        "      Scan memory: 9 rows, columns parsed: 2 of 8 [i, s]"
    )


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        (lambda df: df.s.diff(), TypeError, r"s\.diff\(periods=1\)"),
        (lambda df: df.o.cumsum(), TypeError, r"o\.cumsum\(\): not offered for objects"),
        (lambda df: df.i.shift(1.5), TypeError, "periods takes a whole number"),
        (lambda df: df.i.rank(method="none"), (ValueError, KeyError), "method|none"),
        (lambda df: df.duplicated("x"), KeyError, "no column 'x'"),
        (lambda df: df.duplicated([]), ValueError, "no column to go by"),
        (lambda df: df.i.duplicated(keep="some"), ValueError, "keep must be"),
        (lambda df: df.groupby("s").i.transform("summ"), TypeError, "Did you mean 'sum'"),
    ],
)
def test_mistakes_are_raised_on_the_line_where_they_are_made(line, error, message):
    df = lazy(sample())
    with pytest.raises(error, match=message):
        line(df)
