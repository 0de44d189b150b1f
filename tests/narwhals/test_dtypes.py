"""Dtypes of pandas and of narwhals, both ways."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

nw = pytest.importorskip("narwhals")

from narwhals._utils import Version  # noqa: E402

from lazyframe.narwhals.dtypes import as_narwhals, as_pandas  # noqa: E402

PAIRS = [
    (nw.Float64, "float64"), (nw.Float32, "float32"), (nw.Boolean, "bool"), (nw.String, "str"), (nw.Int8, "int8"),
    (nw.Int64, "int64"), (nw.UInt8, "uint8"), (nw.UInt64, "uint64"), (nw.Datetime("us"), "datetime64[us]"),
    (nw.Datetime("ns"), "datetime64[ns]"), (nw.Duration("us"), "timedelta64[us]"), (nw.Duration("s"), "timedelta64[s]"),
]  # fmt: skip


@pytest.mark.parametrize(("theirs", "ours"), PAIRS, ids=str)
def test_there_and_back(theirs: Any, ours: str) -> None:
    assert as_pandas(theirs, Version.MAIN) == ours
    assert as_narwhals(pd.api.types.pandas_dtype(ours), Version.MAIN) == theirs


def test_classes_stand_for_their_usual_units() -> None:
    assert as_pandas(nw.Datetime, Version.MAIN) == "datetime64[us]"
    assert as_pandas(nw.Duration, Version.MAIN) == "timedelta64[us]"
    assert as_pandas(nw.Int32(), Version.MAIN) == "int32"
    assert as_pandas(nw.Categorical, Version.MAIN) == "category"


def test_zones_are_kept() -> None:
    zoned = pd.DatetimeTZDtype("us", "Europe/Berlin")
    assert as_pandas(nw.Datetime("us", "Europe/Berlin"), Version.MAIN) == zoned
    assert as_narwhals(zoned, Version.MAIN) == nw.Datetime("us", "Europe/Berlin")


def test_objects_are_objects() -> None:
    assert as_narwhals("object", Version.MAIN) == nw.Object()


@pytest.mark.parametrize("dtype", [nw.Decimal, nw.List(nw.Int64), nw.Date, nw.Int128])
def test_what_is_no_dtype_of_ours_says_what_there_is(dtype: Any) -> None:
    with pytest.raises(NotImplementedError, match=r"is no dtype of lazyframe\. There are: Float64, .*Datetime, Duration"):
        as_pandas(dtype, Version.MAIN)
