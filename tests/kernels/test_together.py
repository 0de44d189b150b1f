"""Reductions of many columns at once: the same as one by one, whatever the batches are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe.expr import Column, Reduction
from lazyframe.kernels import sinks, together
from lazyframe.kernels.columns import Columns
from lazyframe.kernels.sinks import Aggregation
from lazyframe.schema import Schema, dtype_named

FUNCTIONS = sorted(together._FUNCTIONS)
WIDTH = together.MANY


def frame(rows: int, seed: int, dtype: str) -> pd.DataFrame:
    """Of each dtype as many columns as are reduced together, and some of another."""
    random = np.random.default_rng(seed)
    values = random.integers(-4, 5, (rows, WIDTH + 1))
    if dtype == "float64":
        values = np.where(values == 3, np.nan, values / 4)
    found = pd.DataFrame(values.astype(dtype), columns=[f"c{number}" for number in range(WIDTH + 1)])
    found["x"] = np.arange(rows) / 2
    return found


def answer(function: str, batches: list[pd.DataFrame]) -> dict[str, object]:
    """By the sink, each batch folded into a partial of its own, these merged two by two."""
    names = list(batches[0])
    of_float = function in ("mean", "var", "std")
    schema = Schema.of(
        [(n, dtype_named("float64" if of_float else "bool" if function in ("any", "all") else "int64")) for n in names]
    )
    sink = Aggregation((), tuple((n, Reduction(function, Column(n))) for n in names), True, True, True, schema)
    partials = [sink.fold(None, Columns.of(len(b), {n: b[n].to_numpy() for n in names})) for b in batches]
    while len(partials) > 1:
        partials = [sink.merge(partials[at : at + 2]) for at in range(0, len(partials), 2)]
    states = sink._merge(partials[0].pieces).apart().states
    return {name: [np.asarray(array).tolist() for array in states[at]] for at, name in enumerate(names)}


@settings(max_examples=examples(20), deadline=None)
@given(
    st.sampled_from(FUNCTIONS), st.lists(st.integers(0, 9), min_size=1, max_size=5), st.sampled_from(["float64", "int64", "bool"])
)
def test_together_is_as_one_by_one(function: str, rows: list[int], dtype: str) -> None:
    batches = [frame(count, number, dtype) for number, count in enumerate(rows)]
    found = answer(function, batches)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sinks, "MANY", 10**9)
        expected = answer(function, batches)
    assert found.keys() == expected.keys()
    for name, states in found.items():
        for one, other in zip(states, expected[name], strict=True):
            np.testing.assert_allclose(np.asarray(one, float), np.asarray(other, float), rtol=1e-12, atol=1e-12)


def test_a_batch_of_another_dtype_is_put_to_the_others() -> None:
    """Where a dtype depends on the rows, not all batches have put the same columns together."""
    batches = [frame(3, 0, "int64"), frame(3, 1, "float64"), frame(2, 2, "int64")]
    batches[2]["c7"] = batches[2]["c7"].astype("float32")
    found = answer("sum", batches)
    expected = pd.concat(batches).sum()
    for name, (total,) in found.items():
        assert total == [pytest.approx(expected[name])]


def test_few_columns_are_done_one_by_one() -> None:
    values = {number: np.ones(3) for number in range(WIDTH - 1)}
    assert together.reduced([Reduction("sum", Column("x"))] * len(values), values) == []
