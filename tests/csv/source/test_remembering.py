"""What a sample told is remembered where the same files would tell the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import lazyframe as lf
from lazyframe.csv.source import remembering
from lazyframe.csv.source.opening import Opening, opened
from lazyframe.csv.source.remembering import Told, remembered
from lazyframe.csv.types.infer import TextKinds
from lazyframe.notices import warn

Write = Callable[..., str]
Oracle = Callable[..., pd.DataFrame]


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing was remembered before, and files are known as soon as they are written."""
    monkeypatch.setattr(remembering, "_told", {})
    monkeypatch.setattr("lazyframe.cache.identity.SETTLED", 0.0)


@pytest.fixture
def folder(tmp_path: Path) -> Any:
    with lf.config.set(cache=tmp_path / "kept", scheduler="sync"):
        yield str(tmp_path / "kept")


def samples(opening: Opening, times: int = 2) -> int:
    """How many of so many times a sample is taken."""
    taken = []

    def sampled() -> Told:
        taken.append(True)
        return Told(opening.columns, {"a": TextKinds.INT}, {})

    for _ in range(times):
        assert remembered(opening, sampled) == Told(opening.columns, {"a": TextKinds.INT}, {})
    return len(taken)


def test_only_while_the_cache_is_on(write: Write, folder: str) -> None:
    path = write("a,b\n1,2\n")
    time.sleep(0.01)
    assert samples(opened(path)) == 1
    with lf.config.set(cache=False):
        assert samples(opened(path)) == 2


def test_the_same_files_read_in_another_way_are_sampled(write: Write, folder: str) -> None:
    path = write("a,b\n1,2\n")
    time.sleep(0.01)
    assert samples(opened(path)) == 1
    for arguments in ({"sep": ";"}, {"assume_missing": True}, {"sample": 100}, {"on_dtype_change": "error"}, {"index_col": "a"}):
        assert samples(opened(path, **arguments)) == 1
    assert samples(opened(path)) == 0


def test_files_that_changed_are_sampled(write: Write, folder: str) -> None:
    samples(opened(write("a,b\n1,2\n")))
    time.sleep(0.01)
    assert samples(opened(write("a,b\n1,2\n"))) == 1


def test_what_hangs_on_a_function_is_sampled_each_time(write: Write, folder: str) -> None:
    path = write("a,b\n1,2\n")
    time.sleep(0.01)
    assert samples(opened(path, converters={"a": str.upper})) == 2
    assert samples(opened(path, skiprows=lambda line: line == 1)) == 2


def test_a_file_that_was_just_written_is_sampled_each_time(write: Write, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lazyframe.cache.identity.SETTLED", 100.0)
    assert samples(opened(write("a,b\n1,2\n"))) == 2


def test_what_had_to_be_said_is_said_again(write: Write, folder: str) -> None:
    opening = opened(write("a,b\n1,2\n"))
    time.sleep(0.01)

    def sampled() -> Told:
        warn("told", UserWarning)
        return Told(opening.columns, {}, {})

    for _ in range(2):
        with pytest.warns(UserWarning, match="told"):
            remembered(opening, sampled)


def test_it_does_not_fill_the_memory(write: Write, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remembering, "_REMEMBERED", 3)
    path = write("a,b\n1,2\n")
    time.sleep(0.01)
    for size in range(1, 10):
        samples(opened(path, sample=size))
        assert len(remembering._told) <= 3


def test_a_file_that_is_opened_again_is_not_sampled_again(folder: str, write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write("i,d\n1,2020-01-02\n2,2020-01-03\n")
    time.sleep(0.01)
    first = lf.read_csv(path, parse_dates=["d"])
    with monkeypatch.context() as patch:
        patch.setattr("lazyframe.csv.source.sampling.sampled", lambda *_: pytest.fail("sampled"))
        again = lf.read_csv(path, parse_dates=["d"])
    assert again.dtypes.tolist() == first.dtypes.tolist()
    pd.testing.assert_frame_equal(again.compute(), first.compute())
    time.sleep(0.01)
    write("i,d\nx,2020-01-02\n")
    assert lf.read_csv(path).i.dtype == "str"


def test_a_sample_that_warns_warns_again(folder: str, write: Write) -> None:
    path = write("d,x\n2020-01-01,1\nnever,2\n")
    time.sleep(0.01)
    for _ in range(2):
        with pytest.warns(lf.DtypePromotionWarning, match="never"):
            lf.read_csv(path, parse_dates=["d"])
