"""The folder of kept columns: its size, those who share it, and what becomes of files in it that are not as they should be."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pyarrow as pa
import pytest

from lazyframe.cache import store as module
from lazyframe.cache.store import CacheFolder, Store

NUMBERS = pa.array(range(1000))


@pytest.fixture
def store(tmp_path: Path) -> Store:
    found = CacheFolder(str(tmp_path), 10**6).opened(pytest.fail)
    assert found is not None
    return found


def names(store: Store, place: str) -> list[str]:
    return [bundle.told["name"] for bundle in store.bundles(place, pytest.fail)]


def add(store: Store, place: str, name: str, array: pa.Array = NUMBERS, tell: Any = pytest.fail) -> None:
    store.add(place, name, {"name": name}, {"x": array}, tell)


def aged(store: Store, hours: float) -> None:
    """Let all that is there be as old as this, and nobody have looked."""
    for path, _ in store.files():
        os.utime(path, (time.time() - 3600 * hours,) * 2)


def test_bundles_are_found_at_their_place(store: Store) -> None:
    add(store, "a", "1")
    add(store, "a", "2")
    add(store, "a", "2")
    add(store, "b", "1")
    assert names(store, "a") == ["1", "2"]
    assert names(store, "b") == ["1"]
    assert names(store, "c") == []


def test_the_folder_is_for_its_owner_alone(store: Store) -> None:
    add(store, "a", "1")
    for path in Path(store.root).rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)
    assert os.stat(store.root).st_mode & 0o777 == 0o700


def test_what_was_not_used_for_longest_goes_first(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "kept"), 30_000)
    assert store.is_usable(pytest.fail)
    for number in range(3):
        add(store, f"place {number}", "x")
        aged(store, 1 + number)
        if number:
            next(iter(store.bundles("place 0", pytest.fail)))
            for bundle in store.bundles("place 0", pytest.fail):
                store.use(bundle)
    for bundle in store.bundles("place 2", pytest.fail):
        store.use(bundle)
    add(store, "place 3", "x")
    assert sum(status.st_size for _, status in store.files()) <= 30_000
    assert names(store, "place 0") == ["x"]
    assert names(store, "place 3") == ["x"]
    assert names(store, "place 1") == []


def test_what_is_larger_than_all_may_be_is_not_written(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "kept"), 1000)
    assert store.is_usable(pytest.fail)
    add(store, "a", "1")
    assert store.files() == []


def test_no_more_than_half_of_what_is_free_is_taken(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_room", lambda path: 1000)
    for number in range(4):
        add(store, "a", str(number))
    store.sweep()
    assert len(store.files()) <= 2


def test_what_a_writer_that_died_has_left_goes(store: Store) -> None:
    add(store, "a", "1")
    folder = Path(next(path for path, _ in store.files())).parent
    (folder / "left.tmp").write_bytes(b"x" * 100)
    store.sweep()
    assert (folder / "left.tmp").exists()
    aged(store, 2)
    store.sweep()
    assert not (folder / "left.tmp").exists()
    assert names(store, "a") == ["1"]


def test_clear_removes_ours_alone(tmp_path: Path, store: Store) -> None:
    add(store, "a", "1")
    (tmp_path / "mine.csv").write_text("x\n1\n")
    assert store.clear() > 8000
    assert not Path(store.root).exists()
    assert (tmp_path / "mine.csv").exists()
    assert store.is_usable(pytest.fail)
    add(store, "a", "1")
    assert names(store, "a") == ["1"]


def test_a_full_disk_is_told_once_and_leaves_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(file: Any, data: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("lazyframe.cache.bundle._all", full)
    told: list[str] = []
    add(store, "a", "1", tell=told.append)
    add(store, "a", "2", tell=told.append)
    assert len(told) == 1
    assert "No space left on device" in told[0]
    assert store.files() == []


def test_a_folder_that_others_may_write_to_is_not_used(tmp_path: Path) -> None:
    place = CacheFolder(str(tmp_path), 10**6)
    os.mkdir(place.root, 0o777)
    os.chmod(place.root, 0o777)
    told: list[str] = []
    assert place.opened(told.append) is None
    assert "others may use it (its mode is 777)" in told[0]


def test_a_place_that_is_no_folder_is_not_used(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    told: list[str] = []
    assert CacheFolder(str(tmp_path / "file"), 10**6).opened(told.append) is None
    assert "files are parsed" in told[0]


_WRITER = """
import pyarrow as pa
from lazyframe.cache.store import CacheFolder
store = CacheFolder(sys.argv[1], 10**6).opened(print)
for number in range(60):
    store.add("a", str(number % 5), {"name": str(number % 5)}, {"x": pa.array(range(1000))}, print)
    for bundle in store.bundles("a", print):
        assert bundle.column("x").to_pylist() == list(range(1000))
    if number % 7 == 0:
        store.sweep()
"""


def test_several_processes_write_and_read_at_one_time(tmp_path: Path) -> None:
    writer = subprocess.Popen(
        [sys.executable, "-c", "import sys" + _WRITER, str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    while writer.poll() is None:
        exec(_WRITER, {"sys": SimpleNamespace(argv=["", str(tmp_path)])})
    assert (writer.returncode, writer.communicate()[0]) == (0, b"")
    store = CacheFolder(str(tmp_path), 10**6).store
    assert names(store, "a") == [str(number) for number in range(5)]
