"""What a scan is told: frozen, without what it came from, and what readers of one spec share."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from typing import Any

import pyarrow as pa
import pytest

from lazyframe.csv.scan import spec as module
from lazyframe.csv.scan.spec import ObjectPool, ScanSpec
from lazyframe.csv.source.opening import opened
from lazyframe.csv.types.infer import TextKinds
from lazyframe.schema import ColumnNotFoundError

Write = Callable[..., str]


@pytest.fixture
def spec(write: Write) -> ScanSpec:
    """The spec of a file of three columns, of which nothing is known."""
    return opened(write("a,b,c\n1,x,2\n")).spec


def test_a_spec_is_frozen(spec: ScanSpec) -> None:
    with pytest.raises(FrozenInstanceError):
        spec.nrows = 3  # type: ignore[misc]
    assert replace(spec, nrows=3).nrows == 3


def test_columns_are_found_by_what_batches_call_them(spec: ScanSpec) -> None:
    assert spec.column("b") is spec.columns[1]
    with pytest.raises(ColumnNotFoundError, match=r"no column 'B'.*Did you mean 'b'"):
        spec.column("B")


def test_what_is_known_is_put_into_another_spec(spec: ScanSpec) -> None:
    known = spec.knowing({"b": TextKinds.TEXT, "c": TextKinds.INT})
    assert [column.seen for column in known.columns] == [TextKinds.NOTHING, TextKinds.TEXT, TextKinds.INT]
    assert [column.seen for column in spec.columns] == [TextKinds.NOTHING] * 3
    other = known.with_columns({"a": replace(spec.columns[0], seen=TextKinds.BOOL), "none": spec.columns[1]})
    assert [column.seen for column in other.columns] == [TextKinds.BOOL, TextKinds.TEXT, TextKinds.INT]
    assert other.column("a").seen == TextKinds.BOOL, "and is found there"


def test_what_readers_made_stays_with_the_spec_and_does_not_travel(spec: ScanSpec) -> None:
    assert spec.column("a")
    spec.plans.give("key", lambda: "what cannot be pickled")
    there = pickle.loads(pickle.dumps(spec))
    assert there == spec
    assert there.plans.take("key") is None
    assert there.column("a") == spec.column("a")
    assert replace(spec, token="other").plans.take("key") is None


def test_the_column_of_paths_says_which_file_a_record_is_of(write: Write) -> None:
    paths = [write("a\n1\n", f"f{number}.csv") for number in range(3)]
    spec = opened([paths[0], paths[1], paths[0], paths[2]]).spec
    found = [spec.paths(number, 2) for number in range(4)]
    assert {array.type for array in found} == {pa.dictionary(pa.int32(), pa.string())}
    assert [array.to_pylist() for array in found] == [[path] * 2 for path in (paths[0], paths[1], paths[0], paths[2])]
    assert found[0].dictionary.to_pylist() == paths, "each path once"
    assert spec.paths(1, 0).to_pylist() == []


@pytest.mark.parametrize(
    ("on_bad_lines", "left"),
    [
        ("error", b"1,x,2\n1,2,3,4\n"),  # they will be errors
        ("skip", b"1,x,2\n"),
        (lambda fields: fields[:3], b'1,x,2\n"1","2","3"\n'),
        (lambda fields: 1 / 0, b"1,x,2\n1,2,3,4\n"),  # the scan will say what is wrong with it
    ],
)
def test_text_without_its_bad_lines(on_bad_lines: Any, left: bytes, write: Write) -> None:
    spec = opened(write("a,b,c\n1,x,2\n1,2,3,4\n"), on_bad_lines=on_bad_lines).spec
    assert spec.sifted(b"1,x,2\n1,2,3,4\n", 0, 6) == left
    assert spec.sifted(b"1,x,2\n1,2,3,4\n", 0, None) == left


def test_a_thing_is_with_one_reader_at_a_time() -> None:
    pool = ObjectPool()
    first, second = object(), object()
    pool.give("key", first)
    pool.give("key", second)
    assert {pool.take("key"), pool.take("key")} == {first, second}
    assert pool.take("key") is None
    assert pool.take("other") is None


def test_things_for_ever_other_keys_are_let_go() -> None:
    pool = ObjectPool()
    for key in range(3 * module._KINDS):
        pool.give(key, "thing")
    assert len(pool._free) <= module._KINDS + 1
    assert pool.take(3 * module._KINDS - 1) == "thing"
