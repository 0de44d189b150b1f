"""Columns of every dtype and plain values, for tests of what is offered for them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from oracle import NAN, filled, sample

COLUMNS = "ifbsotqd"
FRAMES = {"sample": sample(), "filled": filled(), "empty": sample().iloc[:0]}
LAYOUT = {"cuts": (4,), "batch_rows": 5}

LITERALS = {
    "2": 2, "0": 0, "-1": -1, "1.5": 1.5, "nan": NAN, "True": True, "text": "a", "date text": "2020-01-01",
    "Timestamp": pd.Timestamp("2020-01-01"), "Timedelta": pd.Timedelta("1h"), "None": None, "NaT": pd.NaT,
    "int64": np.int64(2), "float32": np.float32(1.5), "bool_": np.bool_(True), "2**60": 2**60,
    "datetime64": np.datetime64("2020-01-01", "us"),
}  # fmt: skip


def offered(refused: set[str], names: list[str]) -> None:
    """What must be offered is; of the rest a refusal will do."""
    assert not refused.intersection(names)
