"""`compute` of several results, `explain`, and what all lazy objects share."""

from __future__ import annotations

import io
import sys
from collections import namedtuple
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, check, lazy, sample

import lazyframe as lf
from lazyframe.explain import explanation
from lazyframe.expr import UFUNCS, Literal
from lazyframe.frame.base import literal
from lazyframe.frame.elsewhere import not_offered

Pair = namedtuple("Pair", "first second")


def test_compute_hands_back_the_shape_it_was_given():
    df, frame = lazy(sample(), (3,)), sample()
    one, pair, nested, plain = lf.compute(df.i.sum(), Pair(df.f.max(), "x"), {"a": [df.i, (df.b.sum(), 3)]}, 7, scheduler="sync")
    assert one == frame.i.sum()
    assert pair == Pair(frame.f.max(), "x")
    assert_same(nested["a"][0], frame.i)
    assert nested["a"][1] == (frame.b.sum(), 3)
    assert plain == 7


def test_compute_of_nothing_lazy_runs_nothing():
    assert lf.compute(1, "a", [2]) == (1, "a", [2])
    assert lf.compute() == ()


@pytest.mark.parametrize("scheduler", ["sync", "threads", None])
def test_schedulers(scheduler):
    df = lazy(sample(), (2, 4, 6))
    assert_same(df.groupby("s").f.mean().compute(scheduler=scheduler, num_workers=2), sample().groupby("s").f.mean())


def test_an_executor_of_the_users():
    with ThreadPoolExecutor(2) as executor:
        assert lazy(sample(), (4,)).i.sum().compute(scheduler=executor) == sample().i.sum()


def test_processes():
    df = lazy(sample(), (4,))
    got = df[df.i > df.i.mean()].groupby("s").agg({"f": ["max"], "t": ["min"]}).compute(scheduler="processes", num_workers=2)
    frame = sample()
    assert_same(got, frame[frame.i > frame.i.mean()].groupby("s").agg({"f": ["max"], "t": ["min"]}))


def test_explain_prints_the_plan_before_and_after():
    df = lazy(sample(), (3, 6))
    file = io.StringIO()
    df[df.i > 1].groupby("s").f.mean().explain(file=file)
    assert file.getvalue() == (
        "as written\n"
        "  Project [f]\n"
        "    Aggregate mean(f) by s\n"
        "      Filter i > 1\n"
        "        Scan memory: 9 rows, columns parsed: 8 of 8\n"
        "\n"
        "as run\n"
        "  Project [f]\n"
        "    Aggregate mean(f) by s\n"
        "      Scan memory: 9 rows, columns parsed: 3 of 8 [f, s], where i > 1\n"
        "\n"
        "6 tasks\n"
    )


def test_explain_prints_to_standard_output(capsys):
    lazy(sample()).i.max().explain()
    assert capsys.readouterr().out == explanation(lazy(sample()).i.max()._result()) + "\n"


def test_literals_are_single_values():
    assert literal(5) == Literal(5)
    assert literal(pd.Timestamp("2020")) == Literal(pd.Timestamp("2020"))
    for value in ([1], (1,), {1}, {1: 2}, range(3), pd.Series([1]), pd.Index([1]), sample().to_numpy(object)):
        with pytest.raises(TypeError, match="expected a single value or a column of the same frame, got"):
            literal(value)


def test_not_offered_tells_pandas_names_from_mistakes():
    assert "DataFrame.merge is not offered yet" in str(not_offered(pd.DataFrame, "merge"))
    assert not_offered(pd.DataFrame, "no_such") is None
    assert not_offered(pd.DataFrame, "_mgr") is None


def test_rows_that_had_to_meet_are_in_one_partition():
    df = lazy(sample(), (3, 6))
    for one, count in ((df[df.i > 0].f, 3), (df.groupby("s").i.max(), 1), (df.head(2), 1), (df.sort_values("i"), 1)):
        assert one.npartitions == len(one.to_delayed()) == count, one
    assert (df.i.max() + 1).npartitions == 1


def test_a_series_of_pandas_is_not_made_of_a_lazy_one_which_would_lose_its_name_and_index():
    with pytest.raises(TypeError, match="a lazy Series is no array and no pandas object yet"):
        pd.Series(lazy(sample()).i)


UFUNC_LINES = {
    **{name: lambda df, n=name: getattr(np, n)(df.f) for name in UFUNCS if getattr(np, name).nin == 1},
    **{f"{name} of ints": lambda df, n=name: getattr(np, n)(df.i) for name in UFUNCS if getattr(np, name).nin == 1},
    "of a frame": lambda df: np.sqrt(df[["i", "f"]]),
    "of two columns": lambda df: np.hypot(df.i, df.f),
    "of a column and a number": lambda df: np.maximum(df.f, 1),
    "of a number and a column": lambda df: np.arctan2(1.0, df.f),
    "add": lambda df: np.add(df.i, 1),
    "subtract": lambda df: np.subtract(1, df.i),
    "power of a frame": lambda df: np.power(df[["i", "f"]], 2),
    "logical": lambda df: np.bitwise_and(df.b, df.i > 1),
    "abs": lambda df: np.abs(df.i),
    "of a scalar": lambda df: np.sqrt(df.i.max()),
    "of two scalars": lambda df: np.maximum(df.i.max(), df.f.min()),
    "in a mask": lambda df: df[np.log1p(df.i.abs()) > 1],
    "divmod": lambda df: divmod(df.i, 3)[1],
    "divmod reflected": lambda df: divmod(3, df.f)[0],
    "divmod of a frame": lambda df: divmod(df[["f"]], 3)[0],
    "round": lambda df: round(df.f),
    "round of a frame": lambda df: round(df[["f", "i"]], 1),
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("rows", [9, 0])
def test_functions_of_numpy_and_python_row_by_row(rows):
    assert not check(UFUNC_LINES, sample().head(rows), cuts=(3,))


OF_ALL_VALUES = {
    "average": lambda df: np.average(df.i, weights=df.i.abs() + 1),
    "average of arrays by weights that are lazy": lambda df: np.average(np.arange(9), weights=df.i.abs() + 1),
    "percentile": lambda df: np.percentile(df.i, [10, 90]),
    "histogram": lambda df: np.histogram(df.i, bins=3)[1],
    "corrcoef": lambda df: np.corrcoef(df.i, df.i * df.i),
    "unique": lambda df: np.unique(df.i),
    "polyfit": lambda df: np.polyfit(df.i, df.i * 2, 1),
    "concatenate": lambda df: np.concatenate([df.i, df.f]),
    "places of a mask": lambda df: np.where(df.b)[0],
    "of a frame": lambda df: np.median(df[["i", "b"]].astype("float64")),
    "a ufunc that is none of ours": lambda df: np.isnat(df.t),
    "a reduction by a ufunc": lambda df: np.add.reduce(df.i),
    "spread": lambda df: np.ptp(df.i),
}


def test_functions_of_numpy_get_the_gathered_values():
    df = lazy(sample(), (3,))
    assert OF_ALL_VALUES["average"](df)._inputs()
    assert df._plan.source.reads == []
    for name, line in OF_ALL_VALUES.items():
        want = line(sample())
        got = line(df).compute(scheduler="sync")
        assert type(got) is type(want), name
        np.testing.assert_allclose(np.asarray(got), np.asarray(want), rtol=1e-12, err_msg=name)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (lambda df: np.log(df.s), "np.log(s) does not fit its operands"),
        (lambda df: np.add(df.i, 1, out=np.zeros(9)), "np.add is not offered for lazy columns, or not in this form"),
        (lambda df: np.add(df.i, 1, where=False), "np.add is not offered for lazy columns, or not in this form"),
        (lambda df: np.asarray(df), "a lazy DataFrame is no array and no pandas object yet: call .compute() on it first"),
        (lambda df: np.asarray(df.i), "a lazy Series is no array"),
        (lambda df: pd.DataFrame(df), "a lazy DataFrame is no array"),
        (lambda df: pd.isna(df), "a lazy DataFrame is no array"),
        (lambda df: pd.isna(df.i), "a lazy Series is no array"),
        (lambda df: pd.notna(df.i.max()), "a lazy Scalar is no array"),
        (lambda df: 3 in df.i, "`in` looks among the labels of the index"),
    ],
)
def test_what_numpy_and_pandas_would_get_wrong_is_refused(line, message):
    df = lazy(sample())
    with pytest.raises(TypeError) as caught:
        line(df)
    assert message in str(caught.value)
    assert not df._plan.source.reads


def test_a_frame_is_looked_up_in_a_mapping_column_by_column():
    check({"isin": lambda df: df.isin({"i": [1], "s": ["a"]})}, sample())


@pytest.mark.parametrize(
    "line",
    ["df.shap", "df.s.dt", "df.i.str", "df.s.str.lowr", "df.groupby('s').compute", "df.groupby('s').meen"],
)
def test_the_interpreter_proposes_no_name_after_ours(line, capsys):
    with pytest.raises(AttributeError) as caught:
        eval(line, {"df": lazy(sample())})
    sys.__excepthook__(caught.type, caught.value, None)
    shown = capsys.readouterr().err
    assert str(caught.value) in shown
    assert "Did you mean: " not in shown
