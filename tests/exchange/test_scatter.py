"""The sinks that split rows: each row goes to one range or one bucket, and comes back in the order in which it was read."""

from __future__ import annotations

import itertools
import pickle

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lazyframe import config
from lazyframe.exchange import scatter
from lazyframe.exchange.reducers import Distinctly
from lazyframe.exchange.room import room
from lazyframe.exchange.scatter import ORDER, ByHash, ByRange, HashedRun, Manifest
from lazyframe.kernels.columns import Columns, Text, concat_columns, from_series, index_name, to_series
from lazyframe.kernels.subset import Choose
from lazyframe.schema import ROW, Schema, dtype_named

SCHEMA = Schema.of([("k", dtype_named("float64")), ("n", dtype_named("int64"))])


def frame_of(keys) -> pd.DataFrame:
    return pd.DataFrame({"k": np.array(keys, float), "n": np.arange(len(keys))})


def columns_of(frame: pd.DataFrame) -> Columns:
    return Columns.of(len(frame), {name: from_series(frame[name]) for name in frame})


def split(sink, frame: pd.DataFrame, tasks: int = 2, batch: int = 3) -> Manifest:
    """The rows folded batch by batch in so many tasks, whose partial results are merged."""
    partials = []
    edges = [len(frame) * task // tasks for task in range(tasks + 1)]
    for start, stop in itertools.pairwise(edges):
        partial = sink.fold(None, columns_of(frame.iloc[:0]))
        for first in range(start, stop, batch):
            partial = sink.fold(partial, columns_of(frame.iloc[first : min(first + batch, stop)].reset_index(drop=True)))
        partials.append(sink.merge([partial]))
    return sink.finish(sink.merge(partials))


def numbers(columns: Columns, name: str = "n") -> list[int]:
    return np.asarray(columns[name]).tolist()


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A room with no place in memory, where each row is a piece of a run."""
    monkeypatch.setattr(scatter, "RUN_PIECE", 1)
    with config.set(memory_limit=1, temporary_directory=tmp_path), room(1) as made:
        made.open()
        yield made


keys = st.lists(st.sampled_from([0.0, -0.0, 1.0, 2.0, 7.0, np.nan]), max_size=25)


@settings(max_examples=25)
@given(
    keys=keys,
    count=st.integers(1, 5),
    tasks=st.integers(1, 3),
    batch=st.integers(1, 9),
    ascending=st.booleans(),
    na_position=st.sampled_from(["first", "last"]),
    limit=st.sampled_from([1, 3000, 10**6]),
    piece=st.sampled_from([1, 3, 1024]),
)
def test_ranges_one_after_another_are_pandas_stable_sorting(
    tmp_path_factory, keys, count, tasks, batch, ascending, na_position, limit, piece
):
    frame = frame_of(keys)
    want = frame.sort_values("k", ascending=ascending, kind="stable", na_position=na_position).n.tolist()
    folder = tmp_path_factory.getbasetemp()
    with pytest.MonkeyPatch.context() as patch, config.set(memory_limit=limit, temporary_directory=folder), room(1) as made:
        patch.setattr(scatter, "RUN_PIECE", piece)
        made.open()
        sink = ByRange(("k", "n"), False, ("k",), count, made, (ascending,), na_position)
        manifest = split(sink, frame, tasks, batch)
        ranges = sink.cut(manifest)
        assert (ranges.bounds[0], ranges.bounds[-1], len(ranges.bounds)) == (0, len(ranges.ranks), count + 1)
        cuts = [bounds for bounds in itertools.pairwise(ranges.bounds) if bounds[0] < bounds[1]]
        found = [numbers(sink.rows_of(manifest, ranges, *bounds)) for bounds in cuts]
        assert list(itertools.chain.from_iterable(found)) == want


@settings(max_examples=25)
@given(
    keys=keys,
    count=st.integers(1, 5),
    tasks=st.integers(1, 3),
    batch=st.integers(1, 9),
    parts=st.integers(1, 3),
    limit=st.sampled_from([1, 3000, 10**6]),
)
def test_a_key_is_in_one_bucket_and_its_rows_in_the_order_in_which_they_were_read(
    tmp_path_factory, keys, count, tasks, batch, parts, limit
):
    frame = frame_of(keys)
    folder = tmp_path_factory.getbasetemp()
    with config.set(memory_limit=limit, temporary_directory=folder), room(1) as made:
        made.open()
        sink = ByHash(("k", "n"), False, ("k",), count, made)
        manifest = split(sink, frame, tasks, batch)
        found = [sink.rows_of(manifest, bucket, part, parts) for bucket in range(count) for part in range(parts)]
    assert sorted(itertools.chain.from_iterable(map(numbers, found))) == frame.n.tolist()
    seen: list[float] = []
    for rows in found:
        assert numbers(rows) == sorted(numbers(rows))
        assert (np.diff(rows[ORDER]) > 0).all()
        seen += dict.fromkeys(str(key + 0.0) for key in rows["k"])  # to which -0.0 is 0.0
    assert len(seen) == len(set(seen))


def test_order_numbers_of_all_buckets_are_those_of_all_rows(small):
    frame = frame_of([3, 1, 2, 3, 1, 2, 3, 3])
    sink = ByHash(("k", "n"), False, ("k",), 3, small)
    manifest = split(sink, frame)
    rows = concat_columns([sink.rows_of(manifest, bucket) for bucket in range(3)])
    assert numbers(rows.rows(np.argsort(rows[ORDER]))) == frame.n.tolist()


def test_equal_keys_of_two_dtypes_are_in_one_bucket(small):
    floats, integers = (ByHash(("k",), False, ("k",), 16, small) for _ in range(2))
    ours, theirs = split(floats, frame_of([1, 2, 3])), split(integers, frame_of([1, 2, 3]).astype({"k": "int8"}))
    for bucket in range(16):
        assert floats.rows_of(ours, bucket)["k"].tolist() == integers.rows_of(theirs, bucket)["k"].tolist()


def test_several_columns_split_rows(small):
    frame = pd.DataFrame({"a": [1, 1, 2, 2, 1], "b": pd.Series(["x", "y", "x", "y", "x"], dtype="str"), "n": range(5)})
    sink = ByHash(("a", "b", "n"), False, ("a", "b"), 2**16, small)
    manifest = split(sink, frame)
    buckets = {bucket for run in manifest.runs for bucket in run.pieces}
    assert sorted(numbers(sink.rows_of(manifest, bucket)) for bucket in buckets) == [[0, 4], [1], [2], [3]]


@pytest.mark.parametrize("rows", [True, False])
@pytest.mark.parametrize("kind", [ByRange, ByHash])
def test_only_what_is_named_goes_on_and_what_carries_the_index(small, kind, rows):
    given = Columns.of(2, {"k": np.array([2.0, 1.0]), "no": np.zeros(2), ROW: np.arange(2), index_name(0): np.array([7, 8])})
    sink = kind(("k",), rows, ("k",), 1, small, (True,)) if kind is ByRange else kind(("k",), rows, ("k",), 1, small)
    manifest = sink.finish(sink.fold(None, given))
    got = sink.rows_of(manifest, sink.cut(manifest), 0, 2) if kind is ByRange else sink.rows_of(manifest, 0)
    assert set(got.names) - {ORDER} == {"k", index_name(0), *([ROW] if rows else [])}


@pytest.mark.parametrize("kind", [ByRange, ByHash])
def test_partitions_of_two_dtypes_come_together_as_pandas_puts_them(small, kind):
    sink = kind(("k",), False, ("k",), 1, small, (True,)) if kind is ByRange else kind(("k",), False, ("k",), 1, small)
    partial = sink.fold(None, Columns.of(2, {"k": np.array([1, 2])}))
    partial = sink.fold(partial, Columns.of(1, {"k": np.array([0.5])}))
    manifest = sink.merge([partial, None])
    assert manifest.empty["k"].dtype == np.float64
    got = sink.rows_of(manifest, sink.cut(manifest), 0, 3) if kind is ByRange else sink.rows_of(manifest, 0)
    assert got["k"].dtype == np.float64
    assert sorted(got["k"]) == [0.5, 1.0, 2.0]


def test_nothing_read_is_nothing_split(small):
    sink = ByHash(("k", "n"), False, ("k",), 2, small)
    assert sink.merge([None, None]) is None
    manifest = sink.finish(sink.fold(None, columns_of(frame_of([]))))
    assert manifest.runs == ()
    assert sink.pieces_of(manifest, 0) == []
    rows = sink.rows_of(manifest, 1)
    assert {name: to_series(rows[name]).dtype for name in rows.names} == {"k": "float64", "n": "int64", ORDER: "int64"}


def test_rows_are_split_when_they_fill_their_share(tmp_path):
    with config.set(memory_limit=80 * 100, temporary_directory=tmp_path), room(1) as made:
        made.open()
        assert made.flush == 1000
        sink = ByHash(("k", "n"), False, ("k",), 4, made)
        partial = sink.fold(None, columns_of(frame_of(range(60))))
        assert (partial.nbytes, partial.runs) == (960, [])
        partial = sink.fold(partial, columns_of(frame_of(range(60))))
        assert (partial.nbytes, len(partial.pieces), len(partial.runs)) == (0, 0, 1)
        assert sum(piece.rows for piece in partial.runs[0].pieces.values()) == 120
    assert not sink.full(partial)
    assert sink.rewrite(lambda expr: expr) is sink


def test_ranges_say_what_they_take(small):
    frame = frame_of(range(8))
    sink = ByRange(("k", "n"), False, ("k",), 2, small, (True,))
    manifest = split(sink, frame, tasks=1, batch=8)
    ranges = sink.cut(manifest)
    assert ranges.bounds == (0, 4, 8)
    assert sink.size_of(manifest, ranges, 0, 8) == 8 * 16
    assert sink.size_of(manifest, ranges, 4, 8) in (4 * 16, 5 * 16)  # with the piece before, which may reach into it


def test_a_range_loads_only_pieces_that_may_overlap_it(small, monkeypatch):
    loaded = []
    load = scatter.Piece.load
    monkeypatch.setattr(scatter.Piece, "load", lambda self: loaded.append(self) or load(self))
    sink = ByRange(("k", "n"), False, ("k",), 8, small, (True,))
    manifest = split(sink, frame_of(range(64)), tasks=1, batch=64)
    ranges = sink.cut(manifest)
    assert numbers(sink.rows_of(manifest, ranges, *ranges.bounds[3:5])) == list(range(24, 32))
    assert len(loaded) <= sum(len(run.pieces) for run in manifest.runs) // 8 + 1


def test_of_rows_of_which_some_are_chosen_only_candidates_go_on(small):
    choose = Distinctly(Choose(SCHEMA, ("k",), "drop_duplicates", {"keep": "first"}))
    sink = ByHash(("k", "n"), False, ("k",), 2, small, choose)
    manifest = split(sink, frame_of([1, 1, 1, 2, 2, 1, 2, 1] * 4), tasks=1, batch=4)
    kept = sum(piece.rows for bucket in range(2) for piece in sink.pieces_of(manifest, bucket))
    assert kept < 32
    firsts = [numbers(sink.rows_of(manifest, bucket))[:1] for bucket in range(2)]
    assert sorted(itertools.chain.from_iterable(firsts)) in ([0, 3], [0])  # 1 and 2 may share a bucket


def test_few_candidates_wait_for_more(tmp_path):
    choose = Distinctly(Choose(SCHEMA, ("k",), "drop_duplicates", {"keep": "first"}))
    with config.set(memory_limit=80 * 100, temporary_directory=tmp_path), room(1) as made:
        made.open()
        sink = ByHash(("k", "n"), False, ("k",), 2, made, choose)
        partial = None
        for _ in range(20):
            partial = sink.fold(partial, columns_of(frame_of([5.0] * 30)))
        assert partial.runs == []  # one row at a time was enough
        assert sum(piece.rows for piece in sink.finish(partial).runs[0].pieces.values()) == 1


@pytest.mark.parametrize("limit", [400, 10**6], ids=["split", "waiting"])
def test_partials_can_be_merged_again(tmp_path, limit):
    """A cluster does so where it has lost what they were merged into."""
    choose = Distinctly(Choose(SCHEMA, ("k",), "drop_duplicates", {"keep": "first"}))
    with config.set(memory_limit=limit, temporary_directory=tmp_path), room(1) as made:
        made.open()
        sink = ByHash(("k", "n"), False, ("k",), 2, made, choose)
        tasks = [sink.merge([sink.fold(None, columns_of(frame_of(range(at, at + 10))))]) for at in (0, 5, 20)]
        once, again = (sink.finish(sink.merge(tasks)) for _ in range(2))
        for manifest in (once, again):
            rows = itertools.chain.from_iterable(numbers(sink.rows_of(manifest, bucket)) for bucket in range(2))
            found = concat_columns([choose.finished(sink.rows_of(manifest, bucket)) for bucket in range(2)])
            assert sorted(np.asarray(found["k"]).tolist()) == [*range(15), *range(20, 30)]
            assert len(list(rows)) <= 30


def test_what_a_task_hands_on_goes_to_another_process(small):
    sink = ByHash(("k", "n"), False, ("k",), 2, small)
    manifest = split(sink, frame_of([1, 2, 3, 4]))
    sent = pickle.loads(pickle.dumps(manifest))
    assert [numbers(sink.rows_of(sent, bucket)) for bucket in range(2)] == [
        numbers(sink.rows_of(manifest, bucket)) for bucket in range(2)
    ]
    assert all(isinstance(run, HashedRun) for run in sent.runs)
    assert len(pickle.dumps(manifest)) < 5000


def test_text_that_came_as_codes_is_split_like_plain_text(small):
    plain = pa.array(["a", "b", "a", None])
    for array in (plain, plain.dictionary_encode()):
        sink = ByHash(("s",), False, ("s",), 2, small)
        manifest = sink.finish(sink.fold(None, Columns.of(4, {"s": Text(array)})))
        found = [to_series(sink.rows_of(manifest, bucket)["s"]).tolist() for bucket in range(2)]
        assert sorted(map(str, itertools.chain.from_iterable(found))) == ["a", "a", "b", "nan"]
        assert not any("a" in texts and texts.count("a") != 2 for texts in found)


def test_labels_name_the_columns_without_what_hides_them(small):
    assert ByHash((), False, ("k", index_name(0)), 3, small).label() == "hash of k, index0 into 3"
    assert ByRange((), False, ("k",), 2, None).label() == "range of k into 2"
