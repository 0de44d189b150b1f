"""Dates of the native core against pandas."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.csv.engines import _native
from lazyframe.csv.engines.layout import Layout, Rejected
from lazyframe.csv.options.dialect import Dialect
from lazyframe.native import library
from lazyframe.schema import dtype_named

pytestmark = pytest.mark.skipif(not library.is_available(), reason="the core was not built")

LAYOUT = Layout(Dialect(), ("date", "number"), (("date", 0, dtype_named("str")),), (None,))
DATES = {
    "%Y-%m-%d": ["2013-01-31", "1969-12-31", "0001-01-01", "9999-12-31", "2000-02-29", "1582-10-10", ""],
    "%Y-%m-%d %H:%M:%S": ["2013-01-31 23:59:59", "1900-03-01 00:00:00", "NA"],
    "%Y-%m-%dT%H:%M:%S": ["2013-01-31T23:59:59", "1600-02-29T12:00:01"],
    "%Y-%m-%d %H:%M:%S.%f": ["2013-01-31 23:59:59.5", "1969-12-31 23:59:59.999999", "2013-01-31 23:59:59.001"],
    "%Y-%m-%dT%H:%M:%S.%f": ["2013-01-31T23:59:59.25", ""],
}
NO_DATES = ["2013-02-29", "1900-02-29", "2013-13-01", "2013-00-01", "2013-01-00", "0000-01-01", "2013-1-1", "2013/01/01", "NaT"]


@pytest.mark.parametrize("date_format", DATES)
def test_dates(date_format: str) -> None:
    values = DATES[date_format]
    expected = pd.to_datetime([None if value in ("", "NA") else value for value in values], format=date_format)
    assert expected.dtype == "datetime64[us]"
    text = "".join(f"{value},1\n" for value in values).encode()
    for level in library.instruction_sets():
        parser = _native.Parser(LAYOUT, {0: date_format}, level)
        (array,) = parser.parse(text).arrays
        assert array.equals(pa.array(expected))
    for other in [*NO_DATES, *(value for other, values in DATES.items() if other != date_format for value in values)]:
        if other not in ("", "NA"):
            with pytest.raises(Rejected):
                parser.parse(f"{other},1\n".encode())


@given(st.dates(), st.times())
def test_any_date(day: Any, time: Any) -> None:
    text = f"{day.isoformat()} {time.strftime('%H:%M:%S.%f')},1\n".encode()
    (array,) = _native.Parser(LAYOUT, {0: "%Y-%m-%d %H:%M:%S.%f"}).parse(text).arrays
    assert array.to_pylist() == [pd.Timestamp.combine(day, time).to_pydatetime()]
