"""The dtypes that functions of the user's are held to."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_series_equal

from lazyframe.functions import UserFunction, found_of, held
from lazyframe.schema import OBJECT_BOOL, dtype_named, unsettled


@pytest.mark.parametrize(
    ("made", "found"),
    [
        (pd.Series([1, 2]), unsettled(dtype_named("int64"), dtype_named("float64"))),
        (pd.Series([1.5, np.nan]), dtype_named("float64")),
        (pd.Series([True]), unsettled(dtype_named("bool"), OBJECT_BOOL)),
        (pd.Series(["a", None]), dtype_named("str")),
        (pd.Series([None, np.nan], dtype=object), None),
        (pd.Series([], dtype="int64"), None),
    ],
)
def test_the_dtype_of_all_is_found_on_some(made, found):
    assert found_of(made) == found


def test_batches_are_held_to_it():
    whole, text = found_of(pd.Series([1])), found_of(pd.Series(["a"]))
    assert_series_equal(held(pd.Series([1, 2]), whole, "f"), pd.Series([1, 2]))
    assert_series_equal(held(pd.Series([0.5]), whole, "f"), pd.Series([0.5]))
    assert_series_equal(held(pd.Series([1]), dtype_named("float64"), "f"), pd.Series([1.0]))
    assert_series_equal(held(pd.Series([None, None], dtype=object), text, "f"), pd.Series([np.nan, np.nan], dtype="str"))
    assert held(pd.Series([], dtype="int64"), text, "f").dtype == "str"
    with pytest.raises(TypeError, match=r"f makes int64 .* of the first rows, and str .'five'. of a later one"):
        held(pd.Series([1, "five"], dtype=object), whole, "f")
    with pytest.raises(TypeError, match=r"makes objects .list."):
        found_of(pd.Series([[1]]))


def test_two_functions_are_two():
    assert UserFunction(len, "map").token != UserFunction(len, "map").token
