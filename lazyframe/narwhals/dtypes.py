"""Dtypes of pandas and of narwhals."""

from __future__ import annotations

from typing import Any

import pandas as pd
from narwhals._pandas_like.utils import native_to_narwhals_dtype
from narwhals._utils import Implementation, isinstance_or_issubclass

_NAMES = {
    "Float64": "float64",
    "Float32": "float32",
    "Boolean": "bool",
    "String": "str",
    "Categorical": "category",
    **{f"{sign}Int{bits}": f"{sign.lower()}int{bits}" for sign in ("", "U") for bits in (8, 16, 32, 64)},
}


def as_narwhals(dtype: Any, version: Any) -> Any:
    """narwhals' dtype for one of pandas."""
    if str(dtype) == "object":
        return version.dtypes.Object()
    return native_to_narwhals_dtype(dtype, version, Implementation.PANDAS)


def as_pandas(dtype: Any, version: Any) -> Any:
    """pandas' dtype for one of narwhals.

    Raises
    ------
    NotImplementedError
        pandas has none that lazyframe reads.
    """
    dtypes = version.dtypes
    if isinstance_or_issubclass(dtype, dtypes.Datetime):
        unit: Any = getattr(dtype, "time_unit", "us")
        zone = getattr(dtype, "time_zone", None)
        return pd.DatetimeTZDtype(unit, zone) if zone else f"datetime64[{unit}]"
    if isinstance_or_issubclass(dtype, dtypes.Duration):
        return f"timedelta64[{getattr(dtype, 'time_unit', 'us')}]"
    name = _NAMES.get(dtype.base_type().__name__)
    if name is None:
        raise NotImplementedError(f"{dtype} is no dtype of lazyframe. There are: {', '.join(_NAMES)}, Datetime, Duration.")
    return name
