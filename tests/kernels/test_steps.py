"""What is done to a batch row by row: as pandas does it to the same rows, and no column is made before it is asked for."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oracle import assert_same, sample

from lazyframe.expr import Call, Column, Literal, Subquery
from lazyframe.joins import JoinCall
from lazyframe.kernels import steps
from lazyframe.kernels.columns import Columns, from_series, index_name, to_series
from lazyframe.kernels.steps import JoinStep, Right, apply, bound, joined, met, put_together
from lazyframe.plan import Filter, Output, Project, SetIndex, Unit
from lazyframe.plan.rowwise import Nowhere, Rowwise
from lazyframe.schema import ROW

NOWHERE = Nowhere()
ABOVE_ONE = Call("gt", (Column("i"), Literal(1)))


def columns_of(frame: pd.DataFrame) -> Columns:
    made = {name: from_series(frame[name]) for name in frame}
    return Columns.of(len(frame), {**made, ROW: np.arange(len(frame))})


def frame_of(columns: Columns, names) -> pd.DataFrame:
    return pd.DataFrame({name: to_series(columns[name]) for name in names})


BATCH = columns_of(sample())


def test_a_filter_keeps_rows_with_their_numbers():
    got = apply(Filter(NOWHERE, ABOVE_ONE), BATCH)
    want = sample()[sample().i > 1]
    assert got[ROW].tolist() == want.index.tolist()
    assert_same(frame_of(got, sample()), want.reset_index(drop=True))


def test_a_filter_that_all_rows_pass_is_the_batch_itself():
    assert apply(Filter(NOWHERE, Call("ge", (Column("i"), Literal(-100)))), BATCH) is BATCH


def test_a_projection_makes_a_column_when_it_is_asked_for():
    made = []

    class Noted(Columns):
        def __getitem__(self, name):
            made.append(name)
            return super().__getitem__(name)

    batch = Noted.of(9, {name: BATCH[name] for name in BATCH.names})
    got = apply(Project(NOWHERE, (("n", Call("add", (Column("i"), Column("f")))), ("b", Column("b")))), batch)
    assert set(got.names) == {"n", "b", ROW}
    assert "i" not in made
    assert_same(to_series(got["n"]), sample().i + sample().f)
    assert {"i", "f"} <= set(made)
    assert "b" not in made


def test_hidden_columns_go_through_a_projection():
    batch = BATCH.with_columns({index_name(0): np.arange(9.0)})
    got = apply(Project(NOWHERE, (("x", Column("i")),)), batch)
    assert got[index_name(0)].tolist() == list(range(9))
    assert got[ROW].tolist() == list(range(9))


@pytest.mark.parametrize("drop", [True, False])
def test_an_index_is_columns_that_are_hidden_in_the_place_of_row_numbers(drop):
    got = apply(SetIndex(NOWHERE, ("s", "i"), drop=drop), BATCH)
    assert ROW not in got
    assert_same(to_series(got[index_name(0)]), sample().s.rename(None))
    assert got[index_name(1)].tolist() == sample().i.tolist()
    assert ("s" in got, "i" in got, "f" in got) == (not drop, not drop, True)


def test_an_index_replaces_the_one_before():
    batch = BATCH.with_columns({index_name(0): np.arange(9.0), index_name(1): np.arange(9.0)})
    got = apply(SetIndex(NOWHERE, ("i",)), batch)
    assert got[index_name(0)].tolist() == sample().i.tolist()
    assert index_name(1) not in got


def test_an_index_that_must_be_complete_says_what_to_write():
    step = SetIndex(NOWHERE, ("f",), complete=("f",))
    with pytest.raises(TypeError, match=r"index_col names 'f', which has missing values.*call \.set_index\('f'\)"):
        apply(step, BATCH)
    assert len(apply(step, columns_of(sample().dropna(subset=["f"])))) == 7


LEFT = pd.DataFrame({"k": [1, 2, 2, 9], "x": ["a", "b", "c", "d"]}).astype({"x": "str"})
RIGHT = pd.DataFrame({"k": [2, 1, 2], "y": [0.5, 1.5, 2.5]})
OUTPUTS = (Output("k", "key", 0), Output("x", "left", "x"), Output("y", "right", "y"))


def merged(left, right, how, sort=False, **options):
    return left.merge(right, on="k", how=how, sort=sort, **options)


@pytest.mark.parametrize("how", ["inner", "left"])
def test_a_join_with_a_right_side_that_is_sent_whole(how):
    right = Right.of(columns_of(RIGHT), ("k",), JoinCall(how))
    step = JoinStep("right", ("k",), OUTPUTS, right)
    batches = [columns_of(LEFT.iloc[:2].reset_index(drop=True)), columns_of(LEFT.iloc[2:].reset_index(drop=True))]
    got = pd.concat([frame_of(apply(step, batch), ["k", "x", "y"]) for batch in batches], ignore_index=True)
    assert_same(got, merged(LEFT, RIGHT, how))
    assert step.label() == "Join on k"
    assert step.work() == ("join",)


@settings(max_examples=40)
@given(
    left=st.lists(st.sampled_from([0.0, 1.0, 2.0, np.nan]), max_size=8),
    right=st.lists(st.sampled_from([0.0, 1.0, 2.0, np.nan]), max_size=8),
    how=st.sampled_from(["inner", "left", "right", "outer"]),
    sort=st.booleans(),
)
def test_a_join_of_answers_is_pandas_merge(left, right, how, sort):
    ours = pd.DataFrame({"k": np.array(left, float), "x": np.arange(len(left))})
    theirs = pd.DataFrame({"k": np.array(right, float), "y": np.arange(len(right))})
    got = joined(columns_of(ours), columns_of(theirs), ["k"], ["k"], JoinCall(how, sort), OUTPUTS)
    assert_same(frame_of(got, ["k", "x", "y"]), merged(ours, theirs, how, sort))


def test_a_column_says_where_rows_come_from():
    call = JoinCall("outer", indicator=True)
    outputs = (*OUTPUTS, Output("from", "indicator", None))
    got = joined(columns_of(LEFT), columns_of(RIGHT), ["k"], ["k"], call, outputs)
    assert_same(frame_of(got, ["k", "x", "y", "from"]), merged(LEFT, RIGHT, "outer", indicator="from"))


def test_columns_of_a_join_are_made_when_they_are_asked_for():
    left = Columns(4, {"k": lambda: LEFT.k.to_numpy(), "x": lambda: pytest.fail("nobody asked")})
    found = met(left, columns_of(RIGHT), ["k"], ["k"], JoinCall("inner"))
    got = put_together(left, columns_of(RIGHT), found, OUTPUTS)
    assert len(got) == len(merged(LEFT, RIGHT, "inner"))
    assert got["y"].tolist() == merged(LEFT, RIGHT, "inner").y.tolist()


def test_what_a_step_waits_for_is_put_in_its_place():
    below = Subquery(Project(Unit(), ((None, Literal(2)),)))
    waiting = Filter(NOWHERE, Call("lt", (Column("i"), below)))
    got = apply(bound(waiting, {below.token: 1}), BATCH)
    assert to_series(got["i"]).tolist() == [value for value in sample().i if value < 1]
    right = Right.of(columns_of(RIGHT), ("k",), JoinCall())
    assert bound(JoinStep("r", ("k",), OUTPUTS), {"r": right}).right is right
    plain = Filter(NOWHERE, ABOVE_ONE)
    assert bound(plain, {below.token: 1}) is plain


def test_a_step_without_a_kernel_is_a_fault_of_ours():
    class Unknown(Rowwise):
        pass

    with pytest.raises(AssertionError, match="no kernel for Unknown"):
        steps.apply(object.__new__(Unknown), BATCH)
    with pytest.raises(AssertionError, match="no kernel for JoinStep"):  # before its right side is bound
        steps.apply(JoinStep("r", ("k",), OUTPUTS), BATCH)
