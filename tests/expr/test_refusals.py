"""What pandas has and could not be equal to it at every block size: each reason, and its nearest neighbour that is offered."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from operands import LAYOUT
from oracle import check, sample

from lazyframe.expr.refusals import refusal
from lazyframe.schema import BIG_INTEGERS, OBJECT_BOOL, Single, as_dtype, category, dtype_named, unsettled

INT, SMALL, FLOAT, BOOL, STR, OBJECT, DATE, SPAN = map(
    dtype_named, ("int64", "int8", "float64", "bool", "str", "object", "datetime64[us]", "timedelta64[us]")
)
TEXTS, NUMBERS, OPEN = category(("a", "b")), category((1, 2), "int64"), as_dtype("category")
EITHER = unsettled(INT, FLOAT)
BYTES = dtype_named("S5")

REFUSED = {
    "map of objects": ("map", [OBJECT, ()], "Cast with .astype(str) first"),
    "map of categories": ("map", [TEXTS, ()], "not offered for objects, categories"),
    "map of big integers": ("map", [BIG_INTEGERS, ()], "not offered for objects"),
    "cast of categories that are to be found": ("astype", [OPEN, "str"], "pd.CategoricalDtype([...]) in read_csv"),
    "fillna of categories that are to be found": ("fillna", [OPEN, "a"], "it depends on which they are"),
    "objects in arithmetic": ("add", [OBJECT, "a"], "what pandas makes of them depends on each value"),
    "booleans with missing values in arithmetic": ("mul", [2, OBJECT_BOOL], ".fillna(False).astype(bool)"),
    "a piece of objects": ("str.get", [OBJECT, 0], "not offered for objects"),
    "big integers divided": ("truediv", [BIG_INTEGERS, 2], "whole numbers beyond 64 bits"),
    "big integers and floats": ("add", [BIG_INTEGERS, FLOAT], "Cast with .astype(float)"),
    "big integers and truth": ("mul", [BIG_INTEGERS, True], "whole numbers beyond 64 bits"),
    "a root of big integers": ("np.sqrt", [BIG_INTEGERS], "whole numbers beyond 64 bits"),
    "objects and numbers joined": ("and_", [OBJECT_BOOL, INT], "booleans with missing values go with booleans only"),
    "None for text of objects": ("fillna", [OBJECT, None], "Write float('nan') for None"),
    "a bound that is no whole number": ("clip", [INT, None, 1.5], "Cast with .astype(float) first"),
    "a bound beyond the dtype": ("clip", [SMALL, 0, 300], "pandas chooses the dtype by the values"),
    "an infinite bound": ("clip", [INT, None, np.inf], "pandas chooses the dtype"),
    "a lazy bound of floats": ("clip", [INT, Single(FLOAT), None], "pandas chooses the dtype"),
    "a bound of big integers that is none": ("clip", [BIG_INTEGERS, 1.5, None], "pandas chooses the dtype"),
    "another dtype in the place of some values": ("where", [INT, BOOL, FLOAT], "Cast one to the dtype of the other first"),
    "text in the place of dates": ("fillna", [DATE, STR], "pandas looks at all the values of both columns"),
    "a cast of categories of numbers": ("astype", [NUMBERS, "str"], "categories that are no text"),
    "a cast of bytes": ("astype", [BYTES, "Int64"], "not offered for bytes"),
    "categories as objects": ("astype", [TEXTS, object], "objects would be of several kinds"),
    "nullable numbers as objects": ("astype", [as_dtype("Int64"), object], "objects would be of several kinds"),
    "a cast to categories": ("astype", [STR, "category"], "dtype='category' in read_csv"),
    "text as dates": ("astype", [STR, "datetime64[us]"], "parse_dates= and date_format= in read_csv"),
    "text as differences": ("astype", [STR, "timedelta64[us]"], "how text is read as dates depends on all of it"),
    "dates as text": ("astype", [DATE, "str"], "Use .dt.strftime"),
    "text of what may be floats": ("astype", [EITHER, "str"], "Write .fillna(...) before .astype(str)"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_reason_says_what_to_write(name):
    operation, operands, said = REFUSED[name]
    assert said in refusal(operation, operands)


OFFERED = {
    "map of text": ("map", [STR, ()]),
    "map of numbers that may be floats": ("map", [EITHER, ()]),
    "cast of known categories": ("astype", [TEXTS, "str"]),
    "text compared": ("eq", [OBJECT, "a"]),
    "objects that are missing": ("isna", [OBJECT]),
    "text in arithmetic": ("add", [STR, "a"]),
    "big integers and small ones": ("add", [BIG_INTEGERS, INT]),
    "big integers and a whole number": ("floordiv", [BIG_INTEGERS, 3]),
    "big integers and a lazy whole number": ("sub", [BIG_INTEGERS, Single(INT)]),
    "big integers compared": ("lt", [BIG_INTEGERS, 1.5]),
    "masks with missing values": ("and_", [OBJECT_BOOL, BOOL]),
    "masks and one value": ("or_", [OBJECT_BOOL, True]),
    "nothing in the place of missing text": ("fillna", [STR, None]),
    "a bound that fits": ("clip", [SMALL, -128, 127]),
    "a bound that is whole": ("clip", [INT, None, 2.0]),
    "a bound that is missing": ("clip", [INT, float("nan"), None]),
    "a lazy bound of the same dtype": ("clip", [INT, Single(INT), None]),
    "a lazy bound of whole numbers for floats": ("clip", [FLOAT, Single(INT), None]),
    "a bound of floats for floats": ("clip", [FLOAT, 1.5, None]),
    "a bound of big integers": ("clip", [BIG_INTEGERS, 1, None]),
    "the same dtype in the place of some values": ("where", [STR, BOOL, STR]),
    "whole numbers among floats": ("fillna", [FLOAT, SMALL]),
    "a cast of numbers": ("astype", [INT, "str"]),
    "text as numbers": ("astype", [STR, "float64"]),
    "dates as numbers": ("astype", [DATE, "int64"]),
    "differences as other ones": ("astype", [SPAN, "timedelta64[ns]"]),
    "numbers of what may be floats": ("astype", [EITHER, "float64"]),
}


@pytest.mark.parametrize("name", OFFERED)
def test_its_neighbours_are_offered(name):
    assert refusal(*OFFERED[name]) is None


def test_pandas_makes_of_these_what_depends_on_the_rows():
    """The reasons are true: the same line gives another dtype for other rows."""
    assert pd.Series([1, 2]).clip(upper=1.5).dtype != pd.Series([1, 1]).clip(upper=1.5).dtype
    assert pd.Series([2**70, 1], dtype=object).map({1: 2}).dtype != pd.Series([2**70], dtype=object).map({1: 2.5}).map(type).dtype
    assert len(pd.Series(["b"], dtype="category").astype("category").cat.categories) == 1


def test_bounds_that_may_widen_a_column_of_integers_are_of_gathered_columns_and_lazy_ones_refused():
    lines = {
        "half": lambda df: df.i.clip(upper=1.5),
        "half of a frame": lambda df: df[["i", "f"]].clip(upper=1.5),
        "mean": lambda df: df.i.clip(upper=df.i.mean()),
        "out of range": lambda df: df.i.astype("int8").clip(upper=300),
        "float32": lambda df: df.i.astype("float32").clip(upper=df.f.mean()),
        "whole": lambda df: df.i.clip(upper=2.0),
        "lazy": lambda df: df.i.clip(upper=df.i.max()),
        "floats": lambda df: df.f.clip(1, df.f.mean()),
    }
    assert check(lines, sample(), **LAYOUT) == {"mean", "float32"}
