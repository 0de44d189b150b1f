from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.masks import packed, unpacked


@given(st.lists(st.booleans(), max_size=40), st.integers(0, 20), st.integers(0, 20))
def test_there_and_back(values: list[bool], begin: int, end: int) -> None:
    mask = np.array(values, bool)
    assert packed(mask).equals(pa.array(mask))
    piece = pa.array(mask)[begin:end]
    assert unpacked(piece).tolist() == values[begin:end]
    assert unpacked(piece).dtype == bool
