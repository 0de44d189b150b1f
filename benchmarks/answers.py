"""Answers in one form, so that those of different libraries can be compared.

An answer becomes a pandas frame with the columns of the query, sorted by its keys. One with very many rows becomes
its `digest`: the number of rows, the sum of each column, and the sum with each row weighted by a hash of its keys,
which differs as soon as a value stands in the row of another key.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from benchmarks.queries import Query

MOST_ROWS = 200_000
"""An answer with more rows than this is compared by its digest."""

TOLERANCE = 1e-9
"""How far numbers may differ, relative to their size: sums are taken in different orders."""


def canonical(query: Query, answer: Any) -> pd.DataFrame:
    """The answer of any library to `query`, in the one form."""
    if query.values == ("rows",):
        answer = len(answer)
    if not hasattr(answer, "columns") and not isinstance(answer, pd.Series):
        answer = pd.DataFrame({"value": [answer]})
    frame: pd.DataFrame = answer.to_pandas() if hasattr(answer, "to_pandas") else answer
    if query.keys and (isinstance(frame, pd.Series) or frame.index.names != [None]):
        frame = frame.reset_index()
    if len(frame.columns) != len(query.keys) + len(query.values):
        raise ValueError(f"the answer to {query.name} has the columns {list(frame.columns)}")
    frame = frame.set_axis([*query.keys, *query.values], axis="columns")
    text = [name for name in query.keys if not pd.api.types.is_numeric_dtype(frame[name].dtype)]
    frame = frame.astype({name: object if name in text else "int64" for name in query.keys})
    frame = frame.astype(dict.fromkeys(query.values, "float64"))
    if len(frame) > MOST_ROWS:
        return digest(frame, query)
    return frame.sort_values(list(query.keys), ignore_index=True) if query.keys else frame


def digest(frame: pd.DataFrame, query: Query) -> pd.DataFrame:
    """One row that stands for a frame of many; it does not depend on the order of the rows."""
    weights = pd.util.hash_pandas_object(frame[list(query.keys)], index=False).to_numpy() / 2.0**64
    found = {"rows": [float(len(frame))], "keys": [float(weights.sum())]}
    for name in query.values:
        values = frame[name].to_numpy()
        found[name] = [float(np.nansum(values))]
        found[f"{name} weighted"] = [float(np.nansum(values * weights))]
        found[f"{name} missing"] = [float(np.isnan(values).sum())]
    return pd.DataFrame(found)


def difference(expected: pd.DataFrame, answer: pd.DataFrame) -> str:
    """How `answer` differs from what was expected; empty if it does not."""
    if list(expected.columns) != list(answer.columns):
        return f"columns {list(answer.columns)} instead of {list(expected.columns)}"
    if len(expected) != len(answer):
        return f"{len(answer):,} rows instead of {len(expected):,}"
    for name in expected.columns:
        wanted, got = expected[name].to_numpy(), answer[name].to_numpy()
        if wanted.dtype.kind == "f" and got.dtype.kind == "f":
            equal = np.isclose(got, wanted, rtol=TOLERANCE, atol=1e-12, equal_nan=True)
        else:
            equal = np.asarray(got == wanted)
        if not equal.all():
            row = int(np.argmin(equal))
            return f"{name} is {got[row]!r} instead of {wanted[row]!r} in row {row} ({int((~equal).sum()):,} rows differ)"
    return ""
