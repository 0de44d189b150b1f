"""Columns that are kept: no query shows whether they were (law 2), whatever becomes of the files in between."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from effort import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kept_files import HEADER, ODD, PLAIN, ROWS, never_parsed, seen, write
from webserver import WebServer

import lazyframe as lf
from lazyframe.cache import identity
from lazyframe.csv.text.storage.remote import _is_tagged

pytestmark = pytest.mark.usefixtures("unhurried")


def assert_same(found: Any, expected: Any) -> None:
    """The same answer, or the same error, and the same warnings."""
    if isinstance(expected[0], pd.DataFrame):
        pd.testing.assert_frame_equal(found[0], expected[0])
    elif isinstance(expected[0], pd.Series):
        pd.testing.assert_series_equal(found[0], expected[0])
    else:
        assert found[0] == expected[0]
    assert found[1] == expected[1]


QUERIES: dict[str, Callable[[Any], Any]] = {
    "all": lambda df: df,
    "some": lambda df: df[["f", "s"]],
    "one": lambda df: df.i.sum(),
    "groups": lambda df: df.groupby("s").f.sum(),
    "filtered": lambda df: df[df.i > 2],
    "few": lambda df: df[df.s == "a"][["i", "d"]],
    "none": lambda df: df[df.f > 1e9],
    "true": lambda df: df[df.b].i,
    "index": lambda df: df.set_index("s").f,
}
ARGUMENTS: tuple[dict[str, Any], ...] = (
    {},
    {"parse_dates": ["d"]},
    {"dtype": {"i": "float64", "s": "category"}},
    {"on_bad_lines": "skip"},
    {"on_bad_lines": "collect"},
    {"na_values": ["a"], "include_path_column": True},
    {"dtype": "str"},
    {"converters": {"i": lambda text: text + "!"}},
    {"nrows": 3},
    {"usecols": ["i", "f", "s", "b", "d"], "dtype_backend": "numpy_nullable"},
)


def query(pattern: str, name: str, arguments: dict[str, Any], blocksize: int, scheduler: str) -> Any:
    """The answer of a query."""
    df = lf.read_csv(pattern, blocksize=blocksize, **arguments)
    return len(df) if name == "len" else QUERIES[name](df).compute(scheduler=scheduler)


def edited(folder: Path, edit: str, number: int, row: str, place: int) -> None:
    """Do something to the files of a folder."""
    time.sleep(0.006)
    path = folder / f"f{number}.csv"
    there = sorted(folder.glob("*.csv"))
    text = path.read_text("utf-8") if path.exists() else ""
    if edit == "add" or (edit == "remove" and len(there) < 2) or not text:
        path.write_text(HEADER + row * (1 + place % 3), "utf-8")
    elif edit == "append":
        with open(path, "a", encoding="utf-8") as file:
            file.write(row)
    elif edit == "append no line":
        with open(path, "a", encoding="utf-8") as file:
            file.write(row[:-1])
    elif edit == "middle":
        at = text.find("1", len(HEADER) + place % max(1, len(text) - len(HEADER)))
        if at >= 0:
            stamp = path.stat()
            path.write_text(text[:at] + "9" + text[at + 1 :], "utf-8")
            os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))  # as `touch -r` does
    elif edit == "shorten":
        lines = text.splitlines(keepends=True)
        path.write_text("".join(lines[: max(1, len(lines) - 2)]), "utf-8")
    elif edit == "replace":
        new = folder / "new"
        new.write_text(text[: len(HEADER)] + row + text[len(HEADER) :], "utf-8")
        new.replace(path)
    elif edit == "touch":
        os.utime(path)
    elif edit == "remove":
        path.unlink()


EDITS = ("append", "append no line", "middle", "shorten", "replace", "touch", "add", "remove", "nothing", "nothing")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(EDITS),
        st.integers(0, 2),
        st.sampled_from((*ROWS, *ROWS, *ODD)),
        st.integers(0, 200),
        st.sampled_from((*QUERIES, "len")),
        st.sampled_from((17, 60, 60, 150, 10**6)),
    ),
    min_size=2,
    max_size=6,
)


@settings(max_examples=examples(10), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(ROWS), min_size=1, max_size=12),
    st.sampled_from(ARGUMENTS),
    STEPS,
    st.sampled_from(("sync", "threads")),
)
def test_no_query_shows_what_was_kept(
    unhurried: None, rows: list[str], arguments: dict[str, Any], steps: list[Any], scheduler: str
) -> None:
    folder = Path(tempfile.mkdtemp())
    try:
        (folder / "f0.csv").write_text(HEADER + "".join(rows), "utf-8")
        for edit, number, row, place, name, blocksize in steps:
            edited(folder, edit, number, row, place)
            asked = (f"{folder}/f*.csv", name, arguments, blocksize, scheduler)
            expected = seen(lambda: query(*asked))  # noqa: B023
            for _ in range(2):
                with lf.config.set(cache=folder / "kept"):
                    assert_same(seen(lambda: query(*asked)), expected)  # noqa: B023
    finally:
        shutil.rmtree(folder)


@pytest.mark.parametrize("blocksize", [100, 10**6])
def test_what_was_parsed_once_is_not_parsed_again(
    folder: str, flights: str, blocksize: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    df = lf.read_csv(flights, blocksize=blocksize, parse_dates=["d"])
    expected = [df.compute(), df[df.b].i.sum().compute(), len(df), df[df.f > 2].compute()]
    again = lf.read_csv(flights, blocksize=blocksize, parse_dates=["d"])
    never_parsed(monkeypatch)
    found = [again.compute(), again[again.b].i.sum().compute(), len(again), again[again.f > 2].compute()]
    pd.testing.assert_frame_equal(found[0], expected[0])
    pd.testing.assert_frame_equal(found[3], expected[3])
    assert found[1:3] == expected[1:3]


def test_a_file_that_was_just_written_is_not_kept(tmp_path: Path, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(identity, "SETTLED", 2.0)
    df = lf.read_csv(write(tmp_path / "new.csv", HEADER + ROWS[0]))
    df.compute()
    assert lf.cache.info().files == 0


def test_functions_of_the_users_are_not_kept(tmp_path: Path, folder: str) -> None:
    path = write(tmp_path / "a.csv", HEADER + "".join(ROWS))
    lf.read_csv(path, skiprows=lambda line: line == 1).compute()
    lf.read_csv(path, on_bad_lines=lambda fields: fields[:5]).compute()
    assert lf.cache.info().files == 0
    count = [0]

    def counted(text: str) -> int:
        count[0] += 1
        return count[0]

    df = lf.read_csv(path, converters={"s": counted})
    first = df.compute()
    assert first.i.tolist() == df.compute().i.tolist()
    assert first.s.tolist() != df.compute().s.tolist()


def test_explain_says_what_is_kept(folder: str, flights: str, capsys: pytest.CaptureFixture[str]) -> None:
    df = lf.read_csv(flights, blocksize=300)
    df[["i", "f"]].compute()
    df[["i", "f", "s"]].explain()
    assert "columns parsed: 3 of 5, columns kept: 2 of 3 [i, f, s]" in capsys.readouterr().out
    df[["i", "f"]].sum().explain(analyze=True)
    assert "kept: 2 of 2" in capsys.readouterr().out
    with lf.config.set(cache=False):
        df.explain()
    assert "columns kept" not in capsys.readouterr().out


def test_a_gz_file_is_kept_and_not_unpacked_again(folder: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frame = pd.DataFrame({"x": range(1000), "s": "a"})
    time.sleep(0.006)
    frame.to_csv(tmp_path / "a.csv.gz", index=False)
    lf.read_csv(tmp_path / "a.csv.gz").compute()
    again = lf.read_csv(tmp_path / "a.csv.gz")
    never_parsed(monkeypatch)
    pd.testing.assert_frame_equal(again.compute(), frame.astype({"s": "str"}))


@pytest.mark.parametrize("scheduler", ["processes", "distributed"])
def test_workers_keep_columns(folder: str, scheduler: str) -> None:
    df = lf.read_csv("data/sample/*.csv", blocksize=20_000)
    if scheduler == "distributed":
        distributed = pytest.importorskip("distributed")
        cluster = distributed.LocalCluster(n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None)
        with cluster, distributed.Client(cluster) as client:
            expected = df.groupby("Origin").DepDelay.sum().compute(scheduler=client)
    else:
        expected = df.groupby("Origin").DepDelay.sum().compute(scheduler=scheduler, num_workers=2)
    assert lf.cache.info().files > 0
    pd.testing.assert_series_equal(df.groupby("Origin").DepDelay.sum().compute(), expected)


def test_remote_files_are_known_by_their_tags(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("aiohttp")
    with WebServer().running() as server:
        server.files["/a.csv"] = (HEADER + "".join(PLAIN) * 5).encode()
        url = f"{server.url}/a.csv"
        expected = lf.read_csv(url).compute()
        assert lf.cache.info().files == 1
        again = lf.read_csv(url)
        with monkeypatch.context() as patch:
            never_parsed(patch)
            pd.testing.assert_frame_equal(again[["f"]].compute(), expected[["f"]])
        server.files["/a.csv"] = (HEADER + "".join(PLAIN[::-1]) * 5).encode()
        pd.testing.assert_frame_equal(lf.read_csv(url).compute(), expected[::-1].reset_index(drop=True))


@pytest.mark.parametrize(
    ("info", "tagged"), [({"ETag": '"a"'}, True), ({"ETag": 'W/"a"'}, False), ({"mtime": 5.0}, False), ({}, False)]
)
def test_only_strong_tags_count(info: dict[str, Any], tagged: bool) -> None:
    assert _is_tagged(info) is tagged
