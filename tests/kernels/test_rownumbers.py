"""Order numbers, and the row numbers that they stand for."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.kernels.columns import Columns
from lazyframe.kernels.rownumbers import Counts, ordered
from lazyframe.schema import ROW


@given(st.lists(st.integers(0, 4), min_size=1, max_size=8), st.integers(0, 5), st.integers(0, 3), st.randoms())
def test_row_numbers_count_through_the_partitions(records, first, before, random):
    """Whatever becomes of the order of the rows, and wherever the partitions begin."""
    rows = [
        (position, record) for position, count in enumerate(records, first) for record in range(count) if random.random() < 0.7
    ]
    random.shuffle(rows)
    order = [ordered(Columns.of(1, {ROW: np.array([record])}), position)[ROW][0] for position, record in rows]
    starts = np.cumsum([before, *records])
    wanted = [starts[position - first] + record for position, record in rows]
    counts = Counts.joined([Counts(position, (count,), before) for position, count in enumerate(records, first)])
    assert counts.total == sum(records)
    assert counts.numbered(Columns.of(len(rows), {ROW: np.array(order, np.int64)}))[ROW].tolist() == wanted


def test_order_numbers_sort_as_the_rows_stand():
    pieces = [ordered(Columns.of(3, {ROW: np.array([0, 1, 2**39])}), position)[ROW] for position in (0, 1, 7, 2**22)]
    order = np.concatenate(pieces)
    assert (np.diff(order) > 0).all()


def test_rows_without_numbers_stay_as_they_are():
    columns = Columns.of(2, {"x": np.array([1, 2])})
    assert ordered(columns, 3) is columns
    assert Counts(2, (1, 1)).numbered(columns) is columns
