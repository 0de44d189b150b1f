"""Methods of pandas' groups on groups of more than memory holds: what pandas gives, whatever a function returns."""

from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, lazy, outcome, sample

from lazyframe import config, physical
from lazyframe.frame import groupcalls
from lazyframe.frame.answer import Answer
from lazyframe.frame.groupcalls import are_alike
from lazyframe.run import leaves

ROWS = pd.concat([sample()] * 2, ignore_index=True).assign(x=range(18))
KEYS = ["s", "o", "i", "f", "b", "t", "d", ["b"], ["s", "i"], ["t", "b"]]
OPTIONS = [
    {},
    {"sort": False},
    {"dropna": False},
    {"as_index": False},
    {"group_keys": False},
    {"group_keys": False, "sort": False, "dropna": False},
    {"as_index": False, "group_keys": False},
]

LINES = {
    "a value": lambda g: g[["i", "f"]].apply(lambda rows: rows.i.sum() + len(rows)),
    "a value of a column": lambda g: g.i.apply(lambda values: values.max() - values.min()),
    "rows": lambda g: g[["i", "x"]].apply(lambda rows: rows.head(1)),
    "the same rows": lambda g: g[["i", "x"]].apply(lambda rows: rows * 2),
    "rows in another order": lambda g: g[["i", "x"]].apply(lambda rows: rows.sort_values("x", ascending=False)),
    "the same rows of some groups": lambda g: g[["x"]].apply(lambda rows: rows if len(rows) > 2 else rows[::-1]),
    "columns as rows": lambda g: g[["i", "x"]].apply(lambda rows: rows.sum()),
    "a column": lambda g: g[["i", "x"]].apply(lambda rows: rows.i * 2),
    "rows numbered anew": lambda g: g[["i", "x"]].apply(lambda rows: rows.reset_index(drop=True)),
    "a column of a column": lambda g: g.i.apply(lambda values: values * 2),
    "rows of a column": lambda g: g.i.apply(lambda values: values.to_frame("z")),
    "a dict": lambda g: g.i.apply(lambda values: {"most": values.max(), "n": len(values)}),
    "values of several kinds": lambda g: g.i.apply(lambda values: 1 if len(values) > 2 else "a"),
    "whole numbers and others": lambda g: g.i.apply(lambda values: 1 if len(values) > 2 else 0.5),
    "nothing of some groups": lambda g: g.i.apply(lambda values: None if len(values) > 2 else 1),
    "rows of some groups": lambda g: g[["x"]].apply(lambda rows: None if len(rows) > 2 else rows),
    "other columns of some groups": lambda g: g[["x", "i"]].apply(lambda rows: rows[["x"]] if len(rows) > 2 else rows),
    "the name of the group": lambda g: g[["i"]].apply(lambda rows: str(rows.name)),
    "further arguments": lambda g: g[["i"]].apply(lambda rows, more, less=0: rows.i.sum() + more - less, 5, less=2),
    "numpy's function": lambda g: g.i.apply(np.sum),
    "agg": lambda g: g.f.agg(lambda values: values.count()),
    "agg of a frame": lambda g: g[["i", "f"]].agg(lambda values: values.max()),
    "agg by column": lambda g: g.agg({"i": lambda values: values.sum(), "x": "max"}),
    "agg by name": lambda g: g.agg(most=("i", lambda values: values.max()), n=("f", "count")),
    "agg of a list": lambda g: g.i.agg(["min", lambda values: values.sum()]),
    "transform": lambda g: g.f.transform(lambda values: values - values.mean()),
    "transform of a frame": lambda g: g[["i", "f"]].transform(lambda values: values.max()),
    "transform of text": lambda g: g.s.transform(lambda values: values.str.upper()),
    "filter": lambda g: g.filter(lambda rows: len(rows) > 2),
    "filter that keeps rows": lambda g: g[["i", "x"]].filter(lambda rows: len(rows) > 2, dropna=False),
    "filter of a column": lambda g: g.i.filter(lambda rows: rows.sum() > 0),
    "nth": lambda g: g.nth([0, 1]),
    "shift": lambda g: g.i.shift(1, fill_value=0),
    "ffill": lambda g: g[["f", "s"]].ffill(limit=1),
    "describe": lambda g: g[["i", "f"]].describe(),
    "quantiles": lambda g: g.i.quantile([0.1, 0.5]),
    "corr": lambda g: g[["i", "x"]].corr(),
    "idxmax": lambda g: g.s.idxmax(),
    "ohlc": lambda g: g.i.ohlc(),
    "what needs all rows": lambda g: g.pipe(lambda groups: groups.i.sum() / groups.i.sum().max()),
    "a sample": lambda g: g.sample(n=1, random_state=0),
    "a number of the group": lambda g: g.i.transform("ngroup"),
}


@pytest.fixture(autouse=True)
def nothing_is_small(tiny):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield tiny


@pytest.fixture
def begun_anew(monkeypatch):
    """What was put together: for each time whether the run began anew for it."""
    seen, put_together = [], groupcalls.GroupMethod.together

    def together(call, pieces):
        seen.append(True)
        made = put_together(call, pieces)
        seen[-1] = False
        return made

    monkeypatch.setattr(groupcalls.GroupMethod, "together", together)
    return seen


def same(line, frame, by, cuts=(3, 11), batch=3, scheduler="sync", **options):
    want = outcome(lambda: line(frame.groupby(by, **options)))
    got = outcome(lambda: line(lazy(frame, cuts, batch).groupby(by, **options)).compute(scheduler=scheduler))
    if isinstance(want, Exception):
        assert isinstance(got, Exception), f"pandas raises {want!r}, we answer {got!r}"
    elif isinstance(got, Exception):
        raise got
    else:
        assert_same(got, want)


@pytest.mark.parametrize("name", LINES)
def test_lines(name):
    place = list(LINES).index(name)
    every = [("s", {}), ("s", {"group_keys": False}), (["s", "i"], OPTIONS[place % 3 + 1]), ("b", OPTIONS[-1])]
    for by, options in (every[place % 4], every[(place + 1) % 4]):
        try:
            same(LINES[name], ROWS, by, **options)
        except AssertionError as error:
            raise AssertionError(f"by {by}, {options}: {error}") from None


@settings(max_examples=examples(60))
@given(
    name=st.sampled_from(sorted(LINES)),
    by=st.sampled_from(KEYS),
    options=st.sampled_from(OPTIONS),
    rows=st.lists(st.integers(0, 17), max_size=25),
    cuts=st.lists(st.integers(0, 25), max_size=3),
    batch=st.integers(1, 9),
    limit=st.sampled_from([1, 3000, 10**6]),
)
def test_any_rows_in_any_pieces(name, by, options, rows, cuts, batch, limit):
    with pytest.MonkeyPatch.context() as patch, config.set(memory_limit=limit):
        patch.setattr(physical, "ROOM_FACTOR", 10**9)
        same(LINES[name], ROWS.iloc[rows].reset_index(drop=True), by, tuple(sorted(cuts)), batch, **options)


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
@pytest.mark.parametrize("name", ["a value", "rows", "agg by name", "transform", "filter", "values of several kinds"])
def test_schedulers(name, scheduler):
    same(LINES[name], ROWS, ["s", "i"], scheduler=scheduler)


@pytest.mark.parametrize(
    ("name", "options", "anew"),
    [
        ("a value", {}, False),
        ("rows", {}, False),
        ("the same rows", {"group_keys": False}, False),
        ("the same rows of some groups", {"group_keys": False}, False),
        ("columns as rows", {}, False),
        ("whole numbers and others", {}, False),
        ("agg of a list", {}, False),
        ("transform", {}, False),
        ("filter", {}, False),
        ("describe", {}, False),
        ("quantiles", {}, False),
        ("values of several kinds", {}, True),
        ("other columns of some groups", {}, True),
    ],
)
def test_only_pieces_of_one_kind_are_put_together(begun_anew, name, options, anew):
    same(LINES[name], ROWS, "s", **options)
    assert begun_anew == [anew]


def test_rows_of_no_group_have_no_value(begun_anew):
    """They may be alone in a bucket, of which pandas has nothing to put together."""
    frame = pd.DataFrame({"k": [np.nan, 1.0] * 6, "x": range(12), "t": pd.date_range("2020", periods=12), "s": list("ab") * 6})
    for line in (lambda g: g.x.transform(lambda values: values.max()), lambda g: g[["t", "s"]].transform(lambda values: values)):
        same(line, frame, "k")
    assert begun_anew == [False, False]


def test_an_index_of_values():
    for name in ("a value", "rows", "the same rows", "transform", "agg of a list", "filter"):
        for options in ({}, {"group_keys": False}):
            want = LINES[name](ROWS.set_index("d").groupby("b", **options))
            got = LINES[name](lazy(ROWS, (3, 11)).set_index("d").groupby("b", **options)).compute(scheduler="sync")
            assert_same(got, want)


def test_what_is_made_of_them_is_made_of_the_answer():
    built, theirs = lazy(ROWS, (3, 11)), ROWS
    for line in (
        lambda df: df.groupby("s").i.apply(lambda values: values.max()).sum(),
        lambda df: df.groupby("s")[["i"]].apply(lambda rows: rows.head(1)).reset_index(drop=True),
        lambda df: df[df.i > 0].groupby("b").i.agg(lambda values: values.sum()).sort_values(),
        lambda df: df.sort_values("i", kind="stable").groupby("b")[["x"]].apply(lambda rows: rows.head(2)),
    ):
        assert_same(line(built).compute(scheduler="sync"), line(theirs))


def test_the_function_is_called_once_for_each_group_with_what_pandas_gives_it():
    seen = []

    def function(rows):
        seen.append((rows.name, rows.index.tolist(), list(rows.columns)))
        return len(rows)

    ROWS.groupby("s")[["i", "f"]].apply(function)
    want, seen[:] = list(seen), []
    lazy(ROWS, (3, 11)).groupby("s")[["i", "f"]].apply(function).compute(scheduler="sync")
    assert sorted(seen, key=repr) == sorted(want, key=repr)


def test_an_error_of_the_function_is_the_users_and_says_where():
    def function(rows):
        return 1 / (len(rows) - len(rows))

    with pytest.raises(ZeroDivisionError) as raised:
        lazy(ROWS, (3, 11)).groupby("s")[["i"]].apply(function).compute(scheduler="sync")
    assert any("written in" in note for note in raised.value.__notes__)


def test_lazy_arguments_are_those_of_gathered_rows():
    df = lazy(ROWS, (3, 11))
    made = df.groupby("b").i.apply(lambda values, more: values.sum() + more, df.i.max())
    assert_same(made.compute(scheduler="sync"), ROWS.groupby("b").i.apply(lambda values, more: values.sum() + more, ROWS.i.max()))


def test_it_is_an_answer_that_says_what_it_is():
    made = lazy(ROWS).groupby("b").i.apply(len)
    assert type(made) is Answer
    assert repr(made).startswith("lf.Answer<apply(")
    (value,) = leaves(made._arguments)
    assert value._result().label() == "Groups: apply by b"


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        (pd.Series([1]), pd.Series([2.5]), True),
        (pd.Series([1]), pd.Series([True]), False),
        (pd.Series([1]), pd.Series([1], dtype="int8"), False),
        (pd.Series([1], name="a"), pd.Series([1], name="b"), False),
        (pd.Series([1]), pd.DataFrame({0: [1]}), False),
        (pd.Series(["a"]), pd.Series([None], dtype=object), False),
        (pd.DataFrame({"a": [1], "b": [2]}), pd.DataFrame({"b": [2], "a": [1]}), False),
        (pd.DataFrame({"a": [1]}), pd.DataFrame({"a": [1.5]}), True),
        (pd.Series([1], index=["a"]), pd.Series([1], index=[1]), False),
        (pd.Series([1], index=pd.Index([1], name="k")), pd.Series([1]), False),
        (pd.Series([1], index=pd.MultiIndex.from_tuples([(1, 2)])), pd.Series([1]), False),
    ],
)
def test_what_is_alike(one, other, alike):
    assert are_alike([one, other]) is alike
    assert are_alike([other, one]) is alike
