from __future__ import annotations

import operator

import pytest

from lazyframe.schema import (
    MIXED,
    Single,
    asking,
    dtype_named,
    probe,
    result_dtype,
    unsettled,
)

INT, FLOAT, BOOL, STR, DATE = map(dtype_named, ("int64", "float64", "bool", "str", "datetime64[us]"))


@pytest.mark.parametrize("name", ["int64", "uint8", "float32", "bool", "str", "object", "datetime64[us]", "timedelta64[us]"])
def test_probes_have_the_dtype_they_stand_for(name):
    dtype = dtype_named(name)
    assert str(probe(dtype).dtype) == name
    assert str(asking(dtype).dtype) == name
    assert len(probe(dtype)) == 1
    assert asking(unsettled(INT, FLOAT)).dtype == float


def test_probes_of_mixed_values_are_refused():
    with pytest.raises(TypeError, match="several kinds"):
        probe(MIXED)


@pytest.mark.parametrize(
    ("function", "operands", "text"),
    [
        (operator.add, (INT, INT), "int64"),
        (operator.add, (INT, 1.5), "float64"),
        (operator.truediv, (INT, INT), "float64"),
        (operator.floordiv, (INT, INT), "int64 (float64 if the data ask for it)"),
        (operator.sub, (DATE, DATE), "timedelta64[us]"),
        (operator.gt, (STR, "a"), "bool"),
        (operator.add, (unsettled(INT, FLOAT), INT), "int64 (float64 if the data ask for it)"),
        (operator.mul, (FLOAT, Single(unsettled(INT, FLOAT))), "float64"),
        (operator.sub, (INT, Single(unsettled(INT, FLOAT))), "int64 (float64 if the data ask for it)"),
        (operator.sub, (Single(DATE), Single(DATE)), "timedelta64[us]"),
        (lambda x: x.astype("int64"), (FLOAT,), "int64"),  # of a missing value it raises: an error of the data
    ],
)
def test_result_dtype_asks_pandas(function, operands, text):
    assert str(result_dtype(function, *operands)) == text


def test_result_dtype_raises_what_pandas_raises():
    with pytest.raises(TypeError):
        result_dtype(operator.add, DATE, STR)


def test_values_that_ask_are_tried_in_every_combination():
    """A missing value in the column that is put in asks for another dtype, but only where it is put in."""

    def where(series, condition, other):
        return series.where(condition, other)

    assert result_dtype(where, INT, BOOL, INT) == INT
    assert result_dtype(where, FLOAT, BOOL, INT) == FLOAT
    found = result_dtype(where, STR, BOOL, FLOAT)
    assert MIXED in (found, found.otherwise)
