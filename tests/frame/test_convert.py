"""Answers to pandas objects."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, lazy, sample, source

import lazyframe as lf
from lazyframe.expr import Call, Column, Literal, Reduction
from lazyframe.frame.convert import to_frame, to_pandas_series
from lazyframe.kernels.columns import Columns, Text, from_series, index_name
from lazyframe.plan import Aggregate, Filter, Head, Project, Scan
from lazyframe.schema import ROW, column_index

SCAN = Scan(source(sample()), ("i", "s"))
FILTER = Filter(SCAN, Call("gt", (Column("i"), Literal(1))))


@pytest.mark.parametrize(
    ("names", "want"),
    [
        (["a", "b"], pd.Index(["a", "b"])),
        ([], pd.Index([], dtype="str")),
        ([0, 1], pd.Index([0, 1])),
        ([1, None], pd.Index([1, None], dtype=object)),
        (["a", 1], pd.Index(["a", 1], dtype=object)),
        ([("a", "b"), ("a", "c")], pd.MultiIndex.from_tuples([("a", "b"), ("a", "c")])),
        ([("a", "b"), "c"], pd.Index([("a", "b"), "c"], dtype=object, tupleize_cols=False)),
    ],
)
def test_names_of_columns(names, want):
    pd.testing.assert_index_equal(column_index(names), want)


def test_rows_without_gaps_have_a_range_index():
    columns = Columns.of(2, {"i": np.array([1, 2]), "s": Text(from_series(pd.Series(["a", "b"])).array)})
    assert_same(to_frame(columns, Head(SCAN, 2)), pd.DataFrame({"i": [1, 2], "s": ["a", "b"]}))


def test_row_numbers_become_the_index():
    columns = Columns.of(2, {"i": np.array([1, 2]), "s": from_series(pd.Series(["a", "b"])), ROW: np.array([3, 8])})
    assert_same(to_frame(columns, FILTER), pd.DataFrame({"i": [1, 2], "s": ["a", "b"]}, index=[3, 8]))
    series = to_pandas_series(columns, Project(FILTER, (("i", Column("i")),)))
    assert_same(series, pd.Series([1, 2], index=[3, 8], name="i"))


def test_keys_become_the_levels_of_the_index():
    plan = Aggregate(SCAN, (("s", Column("s")), ("k", Column("i"))), (("n", Reduction("size", None)),))
    columns = Columns.of(1, {index_name(0): from_series(pd.Series(["a"])), index_name(1): np.array([5]), "n": np.array([2])})
    want = pd.DataFrame({"n": [2]}, index=pd.MultiIndex.from_tuples([("a", 5)], names=["s", "k"]))
    assert_same(to_frame(columns, plan), want)


def test_rows_without_columns_keep_their_number():
    assert_same(to_frame(Columns.of(3, {}), Project(SCAN, ())), pd.DataFrame(index=range(3), columns=pd.Index([], dtype="str")))


@pytest.mark.parametrize("batch_rows", [2, 100])
def test_answers_can_be_written_into_and_share_no_memory(batch_rows):
    df = lazy(sample(), (), batch_rows)
    df["other"] = df.i
    one, two, column = lf.compute(df, df, df.i, scheduler="sync")
    one.loc[0, "i"] = 99
    column.iloc[1] = 98
    one.loc[2, "s"] = "new"
    assert one.other.tolist() == two.i.tolist() == two.other.tolist() == sample().i.tolist()
    assert_same(two.s, sample().s)


@pytest.mark.parametrize("arguments", [{}, {"index_col": "a"}, {"dtype_backend": "numpy_nullable"}, {"dtype": "string"}], ids=str)
@pytest.mark.parametrize("storage", ["python", "pyarrow"])
def test_text_is_stored_as_the_option_says(tmp_path, storage, arguments):
    path = tmp_path / "a.csv"
    path.write_text("a,b\nx,1\ny,\n")
    with pd.option_context("mode.string_storage", storage):
        assert_same(lf.read_csv(path, **arguments).compute(), pd.read_csv(path, **arguments))


def test_of_no_rows_there_are_no_categories():
    frame = pd.DataFrame({"a": [3, 1], "b": ["x", "y"]})
    df = lf.from_pandas(frame, npartitions=1)
    for line in (lambda df: df[df.a > 9].astype({"b": "category"}), lambda df: df[df.a > 9].b.astype("category")):
        got, want = line(df).compute(), line(frame)
        assert list((got.b if "b" in got else got).cat.categories) == []
        assert got.shape == want.shape
    grouped = df[df.a > 9].astype({"b": "category"}).groupby("b", observed=False).a.sum().compute()
    assert len(grouped) == 0
