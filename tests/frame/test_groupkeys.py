"""What rows are grouped by: names and columns over one plan, and the plans that are made of them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same, lazy, sample

from lazyframe.expr import Column, Reduction
from lazyframe.frame.groupkeys import GroupKeys, has_other_keys, keys_of
from lazyframe.frame.signature import NotOfferedError
from lazyframe.plan import Aggregate, GroupRows


def keys(by, **options):
    frame = lazy(sample(), (3,))
    plan, exprs = keys_of(frame._plan, by, named=True)
    how = {"sort": True, "dropna": True, "as_index": True, "listed": False, **options}
    return GroupKeys(plan, exprs, (), **how)


def test_names_and_columns_are_keys_over_one_plan():
    frame = lazy(sample())
    plan, found = keys_of(frame._plan, ["b", frame.i % 2], named=True)
    assert [name for name, _ in found] == ["b", "i"]
    assert found[0][1] == Column("b")
    assert plan == frame._plan


def test_a_column_of_other_rows_is_left_to_pandas():
    frame = lazy(sample())
    with pytest.raises(NotOfferedError, match="a key belongs to other rows than the frame it groups"):
        keys_of(frame._plan, [lazy(sample(), (2,)).i], named=True)


@pytest.mark.parametrize(
    ("by", "error", "said"),
    [
        ([], ValueError, "No group keys passed!"),
        ("zz", KeyError, "zz"),
        ([len], TypeError, "functions of the index and arrays are not offered"),
        ([[1, 2]], TypeError, "groupby takes names of columns and columns of the frame"),
    ],
)
def test_what_is_no_key(by, error, said):
    with pytest.raises(error, match=said):
        keys_of(lazy(sample())._plan, by, named=True)


def test_a_column_is_not_grouped_by_a_name():
    with pytest.raises(KeyError, match=r"a column is grouped by columns, df.x.groupby\(df.y\), not by 'b'"):
        keys_of(lazy(sample())._plan, "b", named=False)


def test_keys_that_only_pandas_can_group_by():
    frame = lazy(sample())
    for by in (pd.Grouper(key="t", freq="D"), np.arange(9), sample().i, {"a": 1}, len, ["b", len]):
        assert has_other_keys(by)
    for by in ("b", frame.b, ["b", frame.i], [("a", "b")]):
        assert not has_other_keys(by)


def test_rows_of_groups_where_dtypes_let_them_be_told():
    plan, over = keys("b").rows({"i": Column("i")}, "head", 2)
    assert isinstance(plan, GroupRows)
    assert over.plan is plan
    assert plan.schema.names[0] == "i"
    assert keys("o").rows({"i": Column("i")}, "head", 2) is None  # objects get a dtype by their values
    assert keys("b").rows({"o": Column("o")}, "head", 2) is not None
    assert keys("b").rows({"o": Column("o")}, "idxmax", compared=True) is None


def test_combinations_are_counted_unless_pandas_counts_others_too():
    plan = keys("b").combinations({"i": Column("i")})
    assert isinstance(plan, Aggregate)
    assert [name for name, _ in plan.keys] == ["b", "i"]
    for other, values in (
        (keys("b", dropna=False), ["i"]),
        (keys("b", as_index=False), ["i"]),
        (keys("b"), []),
        (keys("b"), ["b"]),
    ):
        assert other.combinations({name: Column(name) for name in values}) is None
    assert keys("o").combinations({"i": Column("i")}) is None


def test_a_key_is_not_inserted_twice():
    frame = sample()
    assert_same(lazy(frame, (3,)).groupby("i")[["i"]].sum().compute(), frame.groupby("i")[["i"]].sum())
    with pytest.raises(ValueError, match="cannot insert i, already exists"):
        keys("i", as_index=False).inserted_into([("i", Reduction("size", None))])
