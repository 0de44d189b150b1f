from __future__ import annotations

import pyarrow as pa
import pytest
from oracle import lazy, sample

from lazyframe.frame.arrow import arrow_schema, arrow_type
from lazyframe.schema import MIXED, dtype_named


def test_text_has_room():
    assert arrow_type(dtype_named("str")) == pa.large_string()
    assert arrow_type(dtype_named("datetime64[us]")) == pa.timestamp("us")


def test_values_of_several_kinds():
    with pytest.raises(TypeError, match="of several kinds"):
        arrow_type(MIXED)


def test_the_levels_of_an_index_come_first():
    df = lazy(sample())
    assert arrow_schema(df.groupby(["b", df.i % 2]).f.sum().to_frame()._plan.schema).names == ["b", "i", "f"]
    assert arrow_schema(df[["i", "s"]]._plan.schema).names == ["i", "s"]
