from __future__ import annotations

import pytest
from oracle import lazy, sample

from lazyframe.frame.stream import Stream


def test_the_schema_has_one_dtype_a_column():
    frame = sample()
    for rows, year in ((slice(None), "float64"), (slice(0, 2), "int32")):
        df = lazy(frame.iloc[rows].reset_index(drop=True), (1,))
        stream = Stream(df.assign(y=df.t.dt.year)[["y"]], "sync")
        assert [(field.name, field.dtype.name, field.dtype.otherwise) for field in stream.schema] == [("y", year, None)]


@pytest.mark.parametrize("verify", [True, False])
def test_open_dtypes_are_always_verified(verify):
    df = lazy(sample(), (2, 5))
    pieces = list(Stream(df.t.dt.year, "sync", verify=verify).pandas())
    assert {str(piece.dtype) for piece in pieces} == {"float64"}


def test_what_is_whole():
    df = lazy(sample(), (2, 5))
    assert not Stream(df[df.i > 0], "sync").is_whole
    assert Stream(df.groupby("b").i.sum(), "sync").is_whole
    assert (Stream(df, "sync").is_counted, Stream(df[df.i > 0], "sync").is_counted) == (True, False)
