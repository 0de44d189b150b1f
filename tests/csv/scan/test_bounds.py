"""Bounds of columns: never narrower than the values, or a filter would skip rows that pass."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe.csv.scan import bounds
from lazyframe.csv.scan.bounds import bounds_of, known

KINDS: dict[str, tuple[Any, pa.DataType]] = {
    "int64": (st.integers(-(2**63), 2**63 - 1), pa.int64()),
    "uint64": (st.integers(0, 2**64 - 1), pa.uint64()),
    "float64": (st.floats(), pa.float64()),
    "bool": (st.booleans() | st.none(), pa.bool_()),
    "date": (st.integers(-(2**40), 2**40) | st.none(), pa.timestamp("us")),
    "zoned": (st.integers(-(2**40), 2**40) | st.none(), pa.timestamp("us", "Europe/Berlin")),
    "text": (st.text(max_size=120) | st.none(), pa.string()),
}


@settings(max_examples=examples(37))
@given(st.data(), st.sampled_from(list(KINDS)), st.booleans())
def test_no_value_lies_outside(data: st.DataObject, kind: str, coded: bool) -> None:
    values, type_ = KINDS[kind]
    array = pa.array(data.draw(st.lists(values, min_size=1, max_size=20)), type_)
    if kind == "text" or (coded and pa.types.is_timestamp(type_)):
        array = array.dictionary_encode()
    (cell,) = json.loads(json.dumps(bounds_of(array)))
    missing, least, greatest = known(cell, type_)
    present = [value for value in array.to_pylist() if not pd.isna(value)]
    assert missing == len(array) - len(present)
    if least is not None:
        assert all(least <= value <= greatest for value in present)
        assert {least, greatest} <= set(present)
    elif present and kind != "text":
        assert kind == "bool"
        assert missing


def test_each_so_many_rows_have_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounds, "ROWS", 4)
    assert bounds_of(pa.array(np.arange(10))) == [[0, 0, 3], [0, 4, 7], [0, 8, 9]]
    texts = pa.array(["b", "a", None, "c", "c"]).dictionary_encode()
    assert bounds_of(texts) == [[1, "a", "c"], [0, "c", "c"]]


def test_of_many_or_long_texts_there_are_none() -> None:
    assert bounds_of(pa.array([str(n) for n in range(300)]).dictionary_encode()) == [[0, None, None]]
    assert bounds_of(pa.array(["a", "b" * 101]).dictionary_encode()) == [[0, None, None]]


def test_infinities_are_bounds_and_nan_is_none() -> None:
    assert bounds_of(pa.array([np.inf, np.nan, -np.inf])) == [[1, -np.inf, np.inf]]
    assert bounds_of(pa.array([np.nan, np.nan])) == [[2, None, None]]
