"""Runs: the values of all of them in ascending order, whatever they are cut into and wherever they are."""

from __future__ import annotations

import numpy as np
import pytest
from effort import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe.exchange import pieces, scatter
from lazyframe.exchange.room import Room
from lazyframe.exchange.runs import Ascending, counted, run_of

VALUES = st.lists(st.integers(-9, 9) | st.integers(-(2**63), 2**63 - 1), max_size=40)


@settings(max_examples=examples(50))
@given(st.lists(VALUES, max_size=5), st.integers(1, 9), st.sampled_from([1, 300, 10_000]))
def test_all_values_in_order(lists, parts, limit):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(scatter, "RUN_PIECE", 1)
        runs = [run_of(*counted(np.array(values, np.int64)), parts=parts) for values in lists]
    column = Ascending(runs, np.dtype(np.int64), Room(limit, 1))
    want = sorted(value for values in lists for value in values)
    assert len(column) == len(want)
    assert column.at(range(len(want))).tolist() == want
    assert column.at(range(len(want))[::-3]).tolist() == want[::-3]
    blocks = list(column.blocks())
    assert [value for _, values, counts in blocks for value in np.repeat(values, counts)] == want
    assert [start for start, *_ in blocks] == np.cumsum([0, *(int(counts.sum()) for *_, counts in blocks)])[:-1].tolist()


def test_only_what_may_hold_a_rank_is_read(monkeypatch):
    monkeypatch.setattr(scatter, "RUN_PIECE", 10)
    runs = [run_of(*counted(np.arange(start, 4000, 4)), parts=100) for start in range(4)]
    column = Ascending(runs, np.dtype(np.int64), Room(10_000, 1))
    read = []
    load = pieces.Piece.load
    monkeypatch.setattr(pieces.Piece, "load", lambda piece: read.append(piece.rows) or load(piece))
    assert column.at([1999, 2000]).tolist() == [1999, 2000]
    assert 0 < sum(read) < 600


def test_runs_of_several_dtypes_are_one_column():
    runs = [run_of(*counted(np.array([3, 1]))), run_of(*counted(np.array([2.5])))]
    assert Ascending(runs, np.dtype(np.float64), Room(1, 1)).at([0, 1, 2]).tolist() == [1.0, 2.5, 3.0]


def test_a_run_in_a_file():
    room = Room(1, 1)
    room.open()
    try:
        run = run_of(*counted(np.arange(5).astype("datetime64[us]")), room, "one", 2)
        assert all(piece.path.endswith("one") for piece in run.pieces)
        assert Ascending([run], np.dtype("M8[us]"), room).at([4])[0] == np.datetime64(4, "us")
    finally:
        room.close()
