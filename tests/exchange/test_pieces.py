"""Rows that are somewhere: what is kept comes back, from memory or from a place of a file."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from oracle import sample

from lazyframe import config
from lazyframe.exchange import pieces
from lazyframe.exchange.pieces import kept, none_of, size_of, slices
from lazyframe.exchange.room import room
from lazyframe.kernels.columns import Columns, Text, concat_columns, from_series, index_name, to_series
from lazyframe.schema import ROW


def columns_of_all_kinds() -> Columns:
    frame = sample()
    made = {name: from_series(frame[name]) for name in frame}
    coded = Text(pa.array(["a", None, "b"] * 3).dictionary_encode())
    numbers = pd.array([1, None, 3] * 3, dtype="Int64")
    return Columns.of(len(frame), {**made, "coded": coded, "numbers": numbers, ROW: np.arange(9), index_name(0): np.arange(9.0)})


def assert_equal(got: Columns, want: Columns) -> None:
    assert got.names == want.names
    assert len(got) == len(want)
    for name in want.names:
        pd.testing.assert_series_equal(to_series(got[name]), to_series(want[name]))


@pytest.fixture(params=["memory", "disk"])
def open_room(request, tmp_path):
    """A room with place for all in memory, or for nothing."""
    limit = 2**30 if request.param == "memory" else 1
    with config.set(memory_limit=limit, temporary_directory=tmp_path), room(1) as made:
        made.open()
        yield made


def test_what_is_kept_comes_back(open_room):
    rows = columns_of_all_kinds()
    given = slices(rows, [0, 4, 4, 9])
    found = kept(given, open_room, "a.arrow")
    assert [piece.rows for piece in found] == [4, 0, 5]
    assert [piece.nbytes for piece in found] == [size_of(piece) for piece in given]
    for piece, want in zip(found, given, strict=True):
        assert_equal(piece.load(), want)
    assert_equal(concat_columns([piece.load() for piece in found]), rows)


def test_pieces_that_are_kept_later_do_not_move_those_before(open_room):
    one, other = slices(columns_of_all_kinds(), [0, 4, 9])
    (first,) = kept([one], open_room, "a.arrow")
    (second,) = kept([other], open_room, "a.arrow")
    assert_equal(first.load(), one)
    assert_equal(second.load(), other)


def test_all_of_one_call_are_in_one_place(tmp_path):
    halves = slices(columns_of_all_kinds(), [0, 4, 9])
    limit = 4 * size_of(halves[0])  # a quarter of it may stay in memory: one of them, and not both
    with config.set(memory_limit=limit, temporary_directory=tmp_path), room(1) as made:
        made.open()
        assert [piece.columns for piece in kept(halves, made, "a.arrow")] == [None, None]
        (first,) = kept(halves[:1], made, "b.arrow")
        assert first.columns is not None
        assert os.listdir(made.path).count("b.arrow") == 0


def test_a_piece_on_disk_is_small_and_says_where_it_is(tmp_path):
    with config.set(memory_limit=1, temporary_directory=tmp_path), room(1) as made:
        made.open()
        first, second = kept(slices(columns_of_all_kinds(), [0, 4, 9]), made, "a.arrow")
        path = os.path.join(made.path, "a.arrow")
        assert (first.columns, first.path, first.start) == (None, path, 0)
        assert (second.path, second.start, second.stop) == (path, first.stop, os.path.getsize(path))


def test_a_system_without_pread_reads_the_same(tmp_path, monkeypatch):
    with config.set(memory_limit=1, temporary_directory=tmp_path), room(1) as made:
        made.open()
        given = slices(columns_of_all_kinds(), [0, 4, 9])
        found = kept(given, made, "a.arrow")
        monkeypatch.delattr(os, "pread")
        for piece, want in zip(found, given, strict=True):
            assert_equal(piece.load(), want)


def test_text_on_disk_is_compressed(tmp_path):
    text = Columns.of(1000, {"s": Text(pa.array(["the same text"] * 1000))})
    with config.set(memory_limit=1, temporary_directory=tmp_path), room(1) as made:
        made.open()
        (piece,) = kept([text], made, "a.arrow")
        assert piece.stop - piece.start < piece.nbytes / 2


def test_a_slice_counts_its_own_share_alone():
    rows = Columns.of(1000, {"i": np.arange(1000), "s": Text(pa.array([f"{number:05}" for number in range(1000)]))})
    (tenth,) = slices(rows, [100, 200])
    assert size_of(tenth) == pytest.approx(size_of(rows) / 10, rel=0.02)


def test_objects_are_counted_with_what_they_point_to():
    numbers = Columns.of(10, {"x": np.arange(10.0)})
    objects = Columns.of(10, {"x": np.arange(10.0).astype(object)})
    assert size_of(objects) == size_of(numbers) + 10 * 48


def test_slices_copy_nothing():
    values = np.arange(10)
    low, high = slices(Columns.of(10, {"x": values}), [0, 3, 10])
    assert (low["x"].tolist(), high["x"].tolist()) == ([0, 1, 2], list(range(3, 10)))
    assert np.shares_memory(low["x"], values)
    assert np.shares_memory(high["x"], values)


def test_none_of_rows_has_their_dtypes_and_no_codes():
    rows = columns_of_all_kinds()
    nothing = none_of(rows)
    assert (len(nothing), nothing.names) == (0, rows.names)
    assert [to_series(nothing[name]).dtype for name in rows.names] == [to_series(rows[name]).dtype for name in rows.names]
    assert not nothing["coded"].is_coded  # whose dictionary, of texts of these rows, would go to all that follow
    assert pieces.size_of(nothing) <= 32
