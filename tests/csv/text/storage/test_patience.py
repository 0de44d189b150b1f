"""Servers that say nothing: each kind of address is given up after a while, and Ctrl-C does not wait for it."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
from fsspec.implementations.memory import MemoryFileSystem
from webserver import WebServer

import lazyframe as lf
from lazyframe.csv import CSVError
from lazyframe.csv.text.storage import remote
from lazyframe.csv.text.storage.patience import Silence, is_watched, pool, with_timeout, within

TEXT = b"a,b\n" + b"1,2\n" * 5000


class Stalled(MemoryFileSystem):
    """A file system whose server says nothing once it has been told to."""

    protocol = "stalled"
    store: dict[str, Any] = {}  # noqa: RUF012  as in the class above
    pseudo_dirs = [""]  # noqa: RUF012
    silent = threading.Event()
    released = threading.Event()

    @classmethod
    def wait(cls) -> None:
        if cls.silent.is_set():
            cls.released.wait(30)

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        return MemoryFileSystem._strip_protocol(path.replace("stalled://", "memory://"))

    def info(self, path: str, **kwargs: Any) -> Any:
        self.wait()
        return super().info(path, **kwargs)

    def glob(self, path: str, **kwargs: Any) -> Any:
        self.wait()
        return super().glob(path, **kwargs)

    def cat_file(self, path: str, start: Any = None, end: Any = None, **kwargs: Any) -> Any:
        self.wait()
        return super().cat_file(path, start, end, **kwargs)

    def _open(self, path: str, *arguments: Any, **kwargs: Any) -> Any:
        self.wait()
        return super()._open(path, *arguments, **kwargs)


@pytest.fixture
def stalled(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[Stalled]]:
    monkeypatch.setattr(remote, "_PAUSE", 0.001)
    fsspec.register_implementation("stalled", Stalled, clobber=True)
    Stalled.silent.clear()
    Stalled.released.clear()
    fsspec.filesystem("stalled").pipe("/d/a.csv", TEXT)
    with lf.config.set(remote_timeout=0.2):
        yield Stalled
    Stalled.released.set()


@pytest.mark.parametrize("url", ["stalled://d/a.csv", "stalled://d/*.csv", "simplecache::stalled://d/a.csv"])
def test_any_protocol_is_given_up_while_files_are_looked_for(url: str, stalled: type[Stalled]) -> None:
    stalled.silent.set()
    start = time.monotonic()
    with pytest.raises(
        TimeoutError, match=r"stalled://d/.* could not be read, 2 times: .*nothing came for .*remote_timeout=600"
    ) as found:
        lf.read_csv(url)
    assert isinstance(found.value, CSVError)
    assert time.monotonic() - start < 15


@pytest.mark.parametrize("around", ["", "simplecache::"])
@pytest.mark.parametrize("scheduler", ["sync", "threads"])
def test_and_while_they_are_read(around: str, scheduler: str, tmp_path: Path, stalled: type[Stalled]) -> None:
    options = {"cache_storage": str(tmp_path / "cache")} if around else None
    df = lf.read_csv(f"{around}stalled://d/a.csv", storage_options=options)
    for file in (tmp_path / "cache").glob("*"):
        file.unlink()
    stalled.silent.set()
    with pytest.raises(TimeoutError, match=r"stalled://.*a\.csv could not be read, 2 times"):
        df.a.sum().compute(scheduler=scheduler)
    stalled.silent.clear()
    stalled.released.set()
    assert df.a.sum().compute(scheduler=scheduler) == 5000


def test_what_answers_in_time_is_read(stalled: type[Stalled]) -> None:
    """The seconds are those of one request, and not of all of the reading."""
    df = lf.read_csv("stalled://d/a.csv")
    for _ in range(3):
        assert df.a.sum().compute() == 5000


def test_the_timeout_is_the_one_of_read_csv_and_travels_with_it(stalled: type[Stalled]) -> None:
    with lf.config.set(remote_timeout="inf"):
        (file,) = lf.csv.CSVSource.open("stalled://d/a.csv").spec.files
    assert file.patience == float("inf")
    assert file.with_header(4, ("a", "b")).patience == float("inf")


def test_which_addresses_are_watched() -> None:
    assert [
        is_watched(url) for url in ("https://h/a.csv", "simplecache::http://h/a", "memory://a", "zip://*.csv::file:///a.zip")
    ] == [False] * 4
    assert all(
        map(
            is_watched,
            ["s3://b/a", "zip://*::s3://b/a.zip", "ftp://h/a", "filecache::gs://b/a", "simplecache::zip://a::sftp://h/z"],
        )
    )


def test_web_servers_are_told_in_chains_too() -> None:
    aiohttp = pytest.importorskip("aiohttp")
    with lf.config.set(remote_timeout=7):
        plain = with_timeout("https://h/a.csv", {"headers": {"x": "y"}})
        chained = with_timeout("simplecache::http://h/a.csv", {"cache_storage": "/c", "http": {"headers": {"x": "y"}}})
    assert plain["client_kwargs"]["timeout"].sock_read == 7
    assert plain["headers"] == chained["http"]["headers"] == {"x": "y"}
    assert chained["http"]["client_kwargs"]["timeout"].sock_read == 7
    assert "client_kwargs" not in chained
    own = {"client_kwargs": {"timeout": aiohttp.ClientTimeout(sock_read=3)}}
    assert with_timeout("http://h/a.csv", own)["client_kwargs"]["timeout"].sock_read == 3


@pytest.mark.parametrize("around", ["", "simplecache::", "zip://a.csv::"])
def test_a_web_server_that_stalls_is_given_up_in_chains_too(around: str, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("aiohttp")
    monkeypatch.setattr(remote, "_PAUSE", 0.001)
    released = threading.Event()
    with WebServer().running() as web, lf.config.set(remote_timeout=0.2):
        web.files["/a.csv"] = TEXT
        if around.startswith("zip"):
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                archive.writestr("a.csv", TEXT)
            web.files["/a.csv"] = packed.getvalue()
        web.fails = lambda times: 503 if released.wait(20) else None
        try:
            with pytest.raises(TimeoutError, match=r"a\.csv could not be read.*remote_timeout=600"):
                lf.read_csv(f"{around}{web.url}/a.csv").a.sum().compute()
        finally:
            released.set()


def test_an_s3_server_that_stalls(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("s3fs")
    monkeypatch.setattr(remote, "_PAUSE", 0.001)
    with socket.create_server(("127.0.0.1", 0)) as listener, lf.config.set(remote_timeout=0.5):
        options = {"key": "k", "secret": "s", "endpoint_url": f"http://127.0.0.1:{listener.getsockname()[1]}"}
        with pytest.raises(TimeoutError, match=r"s3://data/a\.csv could not be read, 2 times.*remote_timeout=600"):
            lf.read_csv("s3://data/a.csv", storage_options=options)


def test_errors_come_out_of_the_thread() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)
    with pytest.raises(Silence, match=r"nothing came for 0\.01 seconds"):
        within(0.01, threading.Event().wait)  # the thread is left alone
    assert within(float("inf"), threading.get_ident) == threading.get_ident()


def test_threads_are_used_again_and_errors_come_out() -> None:
    threads = pool("test")
    assert sorted(threads.map(lambda number: number * 2, range(100))) == list(range(0, 200, 2))
    with pytest.raises(ZeroDivisionError):
        threads.submit(lambda: 1 // 0).result()
    assert 1 <= sum("lazyframe-test" in thread.name for thread in threading.enumerate()) <= 32


PROGRAM = """
import signal, sys
import lazyframe as lf
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell has background jobs ignore it
lf.config.set(scheduler=sys.argv[2], num_workers=2, remote_timeout=60, progress=False)
df = lf.read_csv(sys.argv[1], blocksize=500_000)
print("begins", flush=True)
try:
    df.a.sum().compute()
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
@pytest.mark.parametrize(("scheduler", "ranges"), [("sync", True), ("threads", True), ("threads", False), ("processes", True)])
def test_an_interrupt_does_not_wait_for_a_server(scheduler: str, ranges: bool, tmp_path: Path) -> None:
    pytest.importorskip("aiohttp")
    released, reached = threading.Event(), threading.Event()

    def fails(times: int) -> int | None:
        if opened:
            reached.set()
            released.wait(60)
        return None

    opened: list[bool] = []
    with WebServer(ranges=ranges, fails=fails).running() as web:
        web.files["/a.csv"] = b"a,b\n" + b"1,2\n" * 1_000_000
        running = subprocess.Popen(
            [sys.executable, "-c", PROGRAM, f"{web.url}/a.csv", scheduler],
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
        try:
            assert running.stdout.readline() == "begins\n"
            opened.append(True)
            assert reached.wait(60)
            time.sleep(0.2)
            start = time.monotonic()
            os.killpg(running.pid, signal.SIGINT)
            out, _ = running.communicate(timeout=40)
            assert out == "interrupted\n"
            assert time.monotonic() - start < 30  # and not the minute of the setting
        finally:
            released.set()
            running.kill()
            running.communicate()
