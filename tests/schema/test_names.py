from __future__ import annotations

import pytest

from lazyframe.schema import (
    ColumnNotFoundError,
    Schema,
    dtype_named,
    nearest,
)

INT, FLOAT, BOOL, STR, DATE = map(dtype_named, ("int64", "float64", "bool", "str", "datetime64[us]"))


def test_a_column_that_is_not_there_is_an_error_with_the_nearest_names():
    schema = Schema.of([("DepDelay", FLOAT), ("ArrDelay", FLOAT), ("Origin", STR)])
    with pytest.raises(ColumnNotFoundError) as caught:
        _ = schema["depdelay"]
    assert (
        caught.value.said()
        == "no column 'depdelay'. Did you mean 'DepDelay' or 'ArrDelay'? The columns are: DepDelay, ArrDelay, Origin."
    )
    assert isinstance(caught.value, KeyError)
    assert isinstance(caught.value, AttributeError)
    with pytest.raises(ColumnNotFoundError, match=r"no column 'zzz'\. The columns are"):
        _ = schema["zzz"]
    with pytest.raises(ColumnNotFoundError, match=r"\(none\)"):
        _ = Schema(())["x"]
    many = Schema.of([(f"c{n}", INT) for n in range(100)])
    with pytest.raises(ColumnNotFoundError, match=r"There are 100 columns: c0, c1, c2, \.\.\., c99\."):
        _ = many["zzz"]


def test_nearest_does_not_mind_case_or_names_that_are_not_text():
    assert nearest("ORIGIN", ["Origin", "Dest"]) == ["Origin"]
    assert nearest(10, [1, 10, 100])[0] == "10"
    assert nearest("x", []) == []
