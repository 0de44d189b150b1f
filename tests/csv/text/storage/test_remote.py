"""Remote files, from real servers on this machine."""

from __future__ import annotations

import gzip
import importlib
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pandas as pd
import pytest
from webserver import WebServer

import lazyframe as lf
from lazyframe.csv import CSVError, CSVSource, FileChangedError, NoFilesError
from lazyframe.csv.text.storage import remote

LARGE = b"a,b\n" + b"".join(b'%d,"x%d\n"\n' % (i, i % 7) for i in range(60_000))


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "_PAUSE", 0.001)
    monkeypatch.setattr(remote, "BLOCK", 50_000)


@pytest.fixture
def web() -> Iterator[WebServer]:
    pytest.importorskip("aiohttp")
    with WebServer().running() as server:
        yield server


@pytest.fixture
def memory() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


@pytest.fixture(scope="module")
def s3() -> Iterator[dict[str, Any]]:
    """The storage options of an S3 server that has a bucket called data."""
    pytest.importorskip("s3fs")
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    options = {"key": "key", "secret": "secret", "endpoint_url": f"http://{host}:{port}"}
    fsspec.filesystem("s3", **options).mkdir("data")
    yield options
    server.stop()


def frame(*texts: bytes) -> pd.DataFrame:
    return pd.concat([pd.read_csv(io.BytesIO(text)) for text in texts], ignore_index=True)


@pytest.mark.parametrize(("scheduler", "blocksize"), [("sync", None), ("threads", 100_000), ("processes", 100_000)])
def test_s3(s3: dict[str, Any], scheduler: str, blocksize: int | None) -> None:
    system = fsspec.filesystem("s3", **s3)
    system.pipe({"data/two/f10.csv": b"b,a\ny,2\n", "data/two/f2.csv": LARGE, "data/two/f3.csv.gz": gzip.compress(b"a,b\n1,z\n")})
    df = lf.read_csv("s3://data/two/*", storage_options=s3, blocksize=blocksize)
    pd.testing.assert_frame_equal(df.compute(scheduler=scheduler), frame(LARGE, b"a,b\n1,z\n", b"a,b\n2,y\n"))
    assert df.npartitions == (1 if blocksize is None else 9)


def test_s3_files_that_change_or_go(s3: dict[str, Any]) -> None:
    system = fsspec.filesystem("s3", **s3)
    system.pipe("data/changing.csv", b"a\n1\n2\n")
    df = lf.read_csv("s3://data/changing.csv", storage_options=s3)
    fsspec.filesystem("s3", **s3, skip_instance_cache=True).pipe("data/changing.csv", b"a\n1\n3\n")
    with pytest.raises(FileChangedError, match=r"s3://data/changing\.csv has changed.*was written to"):
        df.a.sum().compute()
    assert lf.read_csv("s3://data/changing.csv", storage_options=s3).a.sum().compute() == 4
    df = lf.read_csv("s3://data/changing.csv", storage_options=s3)
    fsspec.filesystem("s3", **s3, skip_instance_cache=True).rm("data/changing.csv")
    with pytest.raises(FileChangedError, match="it is gone"):
        df.a.sum().compute()
    with pytest.raises(NoFilesError, match=r"s3://data/changing\.csv"):
        lf.read_csv("s3://data/changing.csv", storage_options=s3)


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_web_server_with_ranges(web: WebServer, scheduler: str) -> None:
    web.files = {"/a.csv": LARGE, "/b.csv.gz": gzip.compress(b"a,b\n1,z\n")}
    df = lf.read_csv([f"{web.url}/a.csv", f"{web.url}/b.csv.gz?key=1"], blocksize=200_000)
    assert df.npartitions > 2
    pd.testing.assert_frame_equal(df.compute(scheduler=scheduler), frame(LARGE, b"a,b\n1,z\n"))


def test_how_often_a_server_is_asked_what_a_file_is(web: WebServer) -> None:
    web.files = {f"/f{number}.csv": b"a,b\n" + b"%d,x\n" % number * 60 for number in range(20)}
    df = lf.read_csv([web.url + path for path in web.files])
    heads = [path for command, path, _ in web.asked if command == "HEAD"]
    assert sorted(heads) == sorted(web.files)  # once each
    web.asked.clear()
    assert df.a.sum().compute(scheduler="sync") == 60 * sum(range(20))
    assert sorted(path for command, path, _ in web.asked if command == "HEAD") == sorted(web.files)  # when each was read


def test_opening_fetches_little(web: WebServer) -> None:
    web.files = {"/a.csv": LARGE * 20}
    lf.read_csv(f"{web.url}/a.csv", sample=4096)
    assert web.sent < len(LARGE)


@pytest.mark.parametrize("says_size", [True, False])
@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz"])
def test_web_server_without_ranges(says_size: bool, name: str) -> None:
    pytest.importorskip("aiohttp")
    with WebServer(ranges=False, says_size=says_size).running() as server:
        server.files = {f"/{name}": gzip.compress(LARGE) if name.endswith("gz") else LARGE}
        df = lf.read_csv(f"{server.url}/{name}", blocksize=100_000)
        assert df.npartitions == 1
        assert says_size != ("1 file, size unknown" in repr(df))
        pd.testing.assert_frame_equal(df.compute(), frame(LARGE))
        whole = lf.read_csv(f"simplecache::{server.url}/{name}", blocksize=100_000)
        assert whole.npartitions == (1 if name.endswith("gz") or not says_size else 8)
        pd.testing.assert_frame_equal(whole.compute(), frame(LARGE))


def test_zip_from_a_server_without_ranges() -> None:
    pytest.importorskip("aiohttp")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.csv", LARGE)
    with WebServer(ranges=False).running() as server:
        server.files = {"/a.zip": packed.getvalue()}
        with pytest.raises(CSVError, match=r"read from its end.*Write 'simplecache::' before"):
            lf.read_csv(f"{server.url}/a.zip")
        assert len(lf.read_csv(f"simplecache::{server.url}/a.zip")) == 60_000


@pytest.mark.parametrize("ranges", [True, False])
def test_requests_are_made_again(ranges: bool) -> None:
    pytest.importorskip("aiohttp")
    with WebServer(ranges=ranges, fails=lambda times: 503 if times <= 2 else None).running() as server:
        server.files = {"/a.csv": LARGE}
        pd.testing.assert_frame_equal(lf.read_csv(f"{server.url}/a.csv").compute(), frame(LARGE))


def test_but_not_for_ever_and_not_when_refused(web: WebServer) -> None:
    web.files = {"/a.csv": LARGE}
    df = lf.read_csv(f"{web.url}/a.csv")
    web.fails = lambda times: 500
    with pytest.raises(CSVError, match=r"http://.*/a\.csv could not be read, 4 times: .*500"):
        df.compute(scheduler="sync")
    web.asked.clear()
    web.fails = lambda times: 403
    with pytest.raises(PermissionError, match=r"a\.csv: access was refused.*storage_options="):
        df.compute(scheduler="sync")
    assert len([None for command, _, _ in web.asked if command == "GET"]) < 4


@pytest.mark.parametrize(
    ("status", "error"), [(403, PermissionError), (401, PermissionError), (500, CSVError), (404, NoFilesError)]
)
def test_what_a_server_says_when_it_is_asked_for_a_file(web: WebServer, status: int, error: type[Exception]) -> None:
    web.files = {"/a.csv": LARGE}
    web.refuses = status
    with pytest.raises(error, match=r"/a\.csv"):
        lf.read_csv(f"{web.url}/a.csv")


def test_a_server_that_is_not_there() -> None:
    pytest.importorskip("aiohttp")
    with WebServer().running() as server:
        url = server.url
    with pytest.raises(CSVError, match=r"/a\.csv could not be read, 4 times: .*onnect"):
        lf.read_csv(f"{url}/a.csv")


def test_names_that_look_like_patterns(web: WebServer, memory: Any) -> None:
    web.files = {"/a.csv": b"a\n1\n"}
    assert len(lf.read_csv(f"{web.url}/a.csv?sql=select*")) == 1
    memory.pipe("/d/a[1].csv", b"a\n1\n")
    assert len(lf.read_csv("memory://d/a[1].csv")) == 1


@pytest.mark.parametrize("block", [1, 2, 3, 7, 50])
def test_any_blocks_and_any_ranges(memory: Any, block: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = b"a,b\n" + b"".join(b'%d,"x\n""%d"\r\n' % (i, i) for i in range(40))
    memory.pipe("/d/a.csv", text)
    monkeypatch.setattr(remote, "BLOCK", 5 * block)
    df = lf.read_csv("memory://d/a.csv", blocksize=block, sample=30)
    pd.testing.assert_frame_equal(df.compute(), frame(text))


def test_a_web_file_that_changes_while_it_is_read(web: WebServer) -> None:
    web.files = {"/a.csv": LARGE}
    for changed in (LARGE[:-1] + b"\n2,y\n", LARGE[:100_000], LARGE.replace(b"1,", b"2,"), b""):
        web.files = {"/a.csv": LARGE}
        df = lf.read_csv(f"{web.url}/a.csv", blocksize=100_000)
        web.files = {"/a.csv": changed}
        with pytest.raises(FileChangedError, match=r"a\.csv has changed"):
            df.compute()
    del web.files["/a.csv"]
    with pytest.raises(FileChangedError, match="it is gone"):
        df.compute()


def test_what_a_web_server_cannot_do(web: WebServer) -> None:
    with pytest.raises(CSVError, match=r"does not list its files\. Pass the address of each"):
        lf.read_csv(f"{web.url}/*.csv")
    with pytest.raises(NoFilesError, match="no file matches"):
        lf.read_csv(f"{web.url}/none.csv")


@pytest.mark.parametrize("scheduler", ["sync", "threads"])
def test_memory(memory: Any, scheduler: str) -> None:
    memory.pipe({"/d/f10.csv": b"b,a\n5,4\n", "/d/f2.csv": b"a,b\n1,2\n"})
    df = lf.read_csv("memory://d/*.csv", blocksize=3)
    pd.testing.assert_frame_equal(df.compute(scheduler=scheduler), frame(b"a,b\n1,2\n4,5\n"))
    whole = lf.read_csv("simplecache::memory://d/*.csv", blocksize=3)
    pd.testing.assert_frame_equal(whole.compute(scheduler=scheduler), frame(b"a,b\n1,2\n4,5\n"))


def test_memory_in_other_processes_is_told(memory: Any) -> None:
    memory.pipe("/d/a.csv", b"a,b\n1,2\n")
    with pytest.raises(CSVError, match="exists only in the process that wrote it: compute with scheduler='threads'"):
        lf.read_csv("memory://d/a.csv").a.sum().compute(scheduler="processes")


def test_memory_that_changes(memory: Any) -> None:
    memory.pipe("/d/a.csv", b"a,b\n1,2\n")
    df = lf.read_csv("memory://d/a.csv")
    memory.pipe("/d/a.csv", b"a,b\n1,3\n")
    with pytest.raises(FileChangedError, match=r"memory:///d/a\.csv has changed"):
        df.a.sum().compute()


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_local_urls(tmp_path: Path, scheduler: str) -> None:
    (tmp_path / "a.csv").write_bytes(LARGE)
    for url in (f"file://{tmp_path}/*.csv", f"local://{tmp_path}/*.csv"):
        df = lf.read_csv(url, blocksize=100_000)
        assert df.npartitions == 8
        assert df.a.sum().compute(scheduler=scheduler) == sum(range(60_000))


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_archives(tmp_path: Path, scheduler: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("f10.csv", b"a,b\n1,z\n")
        archive.writestr("f2.csv", LARGE)
    df = lf.read_csv(f"zip://*.csv::{tmp_path}/a.zip", blocksize=100_000)
    pd.testing.assert_frame_equal(df.compute(scheduler=scheduler), frame(LARGE, b"a,b\n1,z\n"))
    with pytest.raises(NoFilesError):
        lf.read_csv(f"zip://*.txt::{tmp_path}/a.zip")
    with pytest.raises(CSVError, match=r"zip://f2\.csv::.*a\.zip:6 \(record 3\), column a"):
        lf.read_csv(f"zip://f2.csv::{tmp_path}/a.zip", dtype={"a": bool}).a.sum().compute(scheduler=scheduler)


def test_a_missing_package_is_named_with_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    registry: Any = importlib.import_module("fsspec.registry")  # in the package the name is something else
    monkeypatch.setitem(registry.known_implementations, "s3", {"class": "no_such.System", "err": "Install s3fs"})
    monkeypatch.delitem(registry._registry, "s3", raising=False)
    with pytest.raises(ImportError, match=r's3://b/a\.csv: Install s3fs\. It comes with: pip install "lazyframe-csv\[s3\]"'):
        lf.read_csv("s3://b/a.csv")


def test_an_unknown_protocol_and_a_folder(memory: Any) -> None:
    with pytest.raises(NoFilesError, match="'foo://x', and foo:// is no protocol"):
        lf.read_csv("foo://x")
    memory.pipe("/d/a.csv", b"a\n1\n")
    with pytest.raises(CSVError, match=r"is a folder\. Pass its files as a pattern: 'memory://d/\*\.csv'"):
        CSVSource.open("memory://d")


def test_a_server_that_stalls_is_not_waited_for_without_end(web: WebServer) -> None:
    web.files["/a.csv"] = b"a,b\n1,2\n"
    released = threading.Event()
    web.fails = lambda times: 503 if released.wait(20) else None
    try:
        with (
            lf.config.set(remote_timeout=0.1),
            pytest.raises(TimeoutError, match=r"/a\.csv could not be read, 2 times: the server did not answer in time") as found,
        ):
            lf.read_csv(f"{web.url}/a.csv")
    finally:
        released.set()
    assert isinstance(found.value, CSVError)
    assert "lf.config.set(remote_timeout=600)" in str(found.value)


def test_the_user_says_how_long_a_server_is_waited_for(web: WebServer) -> None:
    aiohttp = pytest.importorskip("aiohttp")
    web.files["/a.csv"] = b"a,b\n1,2\n"
    web.fails = lambda times: time.sleep(0.1)
    options = {"client_kwargs": {"timeout": aiohttp.ClientTimeout(sock_read=20)}}
    with lf.config.set(remote_timeout=0.01):
        assert lf.read_csv(f"{web.url}/a.csv", storage_options=options).a.sum().compute(scheduler="sync") == 1
