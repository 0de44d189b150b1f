"""What bounds tell of a predicate: "no row" only where pandas finds none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv.scan.bounds import bounds_of, known
from lazyframe.expr import OPERATIONS, Call, Column, Expr, Literal
from lazyframe.kernels.bounds import excludes

COLUMNS: dict[str, st.SearchStrategy[Any]] = {
    "i": st.integers(-3, 3),
    "f": st.sampled_from([-2.5, -1.0, 0.0, 2.0, float("nan"), float("inf")]),
    "b": st.booleans(),
    "s": st.sampled_from(["a", "b", "é", "z", None]),
    "t": st.sampled_from([pd.Timestamp("2020-01-01"), pd.Timestamp("2020-01-02"), pd.NaT]),
}
ROWS = st.lists(st.fixed_dictionaries(COLUMNS), min_size=1, max_size=4)
COMPARISONS = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge"])


@st.composite
def comparisons(draw: st.DrawFn) -> Expr:
    name = draw(st.sampled_from("ifst"))
    value = draw(COLUMNS[name])
    operands: tuple[Expr, Expr] = (Column(name), Literal(value))
    if draw(st.booleans()) and name != "s":
        operands = operands[::-1]
    return Call(draw(COMPARISONS), operands)


ATOMS = st.one_of(
    comparisons(),
    st.just(Column("b")),
    st.builds(lambda values: Call("isin", (Column("i"), Literal(tuple(values)))), st.lists(COLUMNS["i"], max_size=2)),
)
PREDICATES = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(lambda a, b: Call("and_", (a, b)), inner, inner),
        st.builds(lambda a, b: Call("or_", (a, b)), inner, inner),
        st.builds(lambda a: Call("invert", (a,)), inner),
    ),
    max_leaves=4,
)


def value(expr: Expr, frame: pd.DataFrame) -> Any:
    match expr:
        case Column(name):
            return frame[name]
        case Literal(found):
            return found
        case Call(operation, operands):
            return OPERATIONS[operation](*[value(operand, frame) for operand in operands])
    raise AssertionError(expr)


def bounds(frame: pd.DataFrame) -> dict[str, Any]:
    arrays = {name: pa.array(frame[name]) for name in frame}
    arrays["s"] = (
        arrays["s"].cast(pa.string()).dictionary_encode() if not isinstance(arrays["s"], pa.ChunkedArray) else arrays["s"]
    )
    found = {}
    for name, array in arrays.items():
        array = array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
        array = array.cast(pa.string()).dictionary_encode() if name == "s" and not pa.types.is_dictionary(array.type) else array
        type_ = array.type.value_type if pa.types.is_dictionary(array.type) else array.type
        found[name] = known(bounds_of(array)[0], type_)
    return found


@given(ROWS, PREDICATES)
def test_no_row_passes_what_is_excluded(rows: list[dict[str, Any]], predicate: Expr) -> None:
    frame = pd.DataFrame(rows).astype({"s": "str", "t": "datetime64[us]", "f": float})
    if excludes(predicate, bounds(frame)):
        assert not np.asarray(value(predicate, frame)).any()


@pytest.mark.parametrize(
    ("operation", "literal", "expected"),
    [("gt", 4, True), ("ge", 4, False), ("lt", 1, True), ("eq", 5, True), ("eq", 4, False), ("ne", 4, False), ("eq", "a", False)],
)
def test_comparisons(operation: str, literal: Any, expected: bool) -> None:
    assert excludes(Call(operation, (Column("x"), Literal(literal))), {"x": (0, 1, 4)}) is expected


@pytest.mark.parametrize(("text", "expected"), [("2020-03-01", True), ("2020-01-15", False), ("no date", False), ("NaT", False)])
def test_dates_are_compared_with_texts_as_pandas_does(text: str, expected: bool) -> None:
    found = {"t": (1, pd.Timestamp("2020-01-01"), pd.Timestamp("2020-02-01"))}
    assert excludes(Call("gt", (Column("t"), Literal(text))), found) is expected


def test_large_integers_are_not_judged() -> None:
    assert not excludes(Call("gt", (Column("x"), Literal(2**60))), {"x": (0, 1, 4)})
    for beyond in (2**53 + 1, -(2**53) - 1):  # pandas makes floats of the column, and so finds these equal to +-2^53
        assert not excludes(Call("eq", (Column("x"), Literal(float(beyond)))), {"x": (0, beyond, beyond)})


def test_what_may_fail_is_never_passed_over() -> None:
    """A mask of objects may have missing values, which is an error that the user is to see."""
    unknown = Call("and_", (Call("gt", (Column("x"), Literal(9))), Column("q")))
    assert not excludes(unknown, {"x": (0, 1, 4)})
    assert excludes(unknown, {"x": (0, 1, 4), "q": (0, True, True)})
