"""What a user sees of the cache besides answers: where it is, how large, and that there is one."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

import lazyframe as lf
from lazyframe import cache
from lazyframe.notices import say_again


@pytest.fixture(autouse=True)
def silent() -> Iterator[None]:
    say_again(lf.CacheWarning)
    cache._parsed.clear()
    yield
    say_again(lf.CacheWarning)
    cache._parsed.clear()


def test_it_is_off_until_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LAZYFRAME_CACHE", raising=False)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    lf.read_csv("data/sample/*.csv").Distance.max().compute()
    assert lf.cache.info() == lf.cache.Info(False, str(tmp_path / "lazyframe-1"), 0, 0, 16 * 10**9)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", ["1", "folder"])
def test_it_is_asked_for_by_a_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "folder"))
    monkeypatch.setenv("LAZYFRAME_CACHE", value if value == "1" else str(tmp_path / value))
    lf.read_csv("data/sample/*.csv").Distance.max().compute()
    found = lf.cache.info()
    assert (found.on, found.folder, found.files) == (True, str(tmp_path / "folder" / "lazyframe-1"), 1)
    assert found.nbytes == sum(path.stat().st_size for path in tmp_path.rglob("*.kept"))
    assert lf.cache.clear() == found.nbytes
    assert lf.cache.info().files == 0


def test_a_second_long_parse_is_told_of_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_LONG", 0.0)
    monkeypatch.setattr(cache, "_LARGE", 0)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lf.read_csv("data/sample/*.csv").Distance.max().compute()
    with pytest.warns(lf.CacheWarning, match=r"parsed before.*lf.config.set\(cache=True\)") as told:
        lf.read_csv("data/sample/*.csv").Distance.min().compute()
    assert [warning.filename for warning in told] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        lf.read_csv("data/sample/*.csv").Distance.min().compute()


def test_nothing_is_told_of_small_files_or_quick_queries() -> None:
    assert [cache.parsed_again("a", 10**9, 1.9) for _ in range(3)] == [(), (), ()]
    assert [cache.parsed_again("b", 10**6, 9.0) for _ in range(3)] == [(), (), ()]
    assert cache.parsed_again("c", 10**9, 9.0) == ()
    assert cache.parsed_again("c", 10**9, 9.0) != ()


def test_empty_files_among_others(tmp_path: Path) -> None:
    for name, text in (("a.csv", ""), ("b.csv", "k,x\na,1\n"), ("c.csv", "k,x\n"), ("d.csv", "")):
        (tmp_path / name).write_text(text)
        os.utime(tmp_path / name, (1e9, 1e9))  # what was written just now is not kept
    with lf.config.set(cache=tmp_path / "kept"):
        for blocksize in (None, 3):
            for _ in range(2):
                got = lf.read_csv(str(tmp_path / "*.csv"), blocksize=blocksize).compute(scheduler="sync")
                assert got.to_dict("list") == {"k": ["a"], "x": [1]}
