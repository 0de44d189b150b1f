"""The faults, a function a kind: each tries its cases, and yields for each what it is, and what was seen."""

from __future__ import annotations

import contextlib
import gzip
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
from webserver import WebServer

from faults.peaks import QUESTIONS, watched, write
from faults.trial import ROOTS, ROWS, Place, expect, left

Trial = tuple[str, Callable[[], str]]
"""What is tried, and a function that tries it, says how it ended, or raises a `Finding`."""

LOCAL = ("sync", "threads", "processes")
TARGETS = {"to_csv": "out.csv", "to_parquet": "out/"}


def signals(place: Place) -> Iterator[Trial]:
    """A signal in each phase, on each scheduler: Ctrl-C ends the query and not the program; nothing is left."""

    def trial(action: str, scheduler: str, number: int) -> str:
        folder = place.new()
        target = f"{folder}/{TARGETS.get(action, 'out')}"
        subject = place.subject(action, scheduler, target=target)
        subject.signal(number, place.random.uniform(0, 0.6))
        ended = subject.end()
        if number == signal.SIGINT and ended != "signal 2":
            expect(ended in ("done", "KeyboardInterrupt"), f"Ctrl-C became {ended}", (subject.said, subject.errors[-1500:]))
            expect(subject.said.get("alive") == 2 or subject.process.returncode != 0, "the next query failed", subject.said)
            expect(ended == "done" or left(folder) == [], "files are left", left(folder))
        if action in TARGETS:
            again = place.subject(action, "threads", target=target, goes_on=False)
            kind = again.end()
            whole = kind == "done" or (again.said.get("ended") == "FileExistsError" and "holds" in again.said["text"])
            expect(whole, "the next run with that target failed", again.said)
            complete(folder)
        return ended

    for scheduler in LOCAL:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGKILL):
            for action in ("open", "groups", "sort", "stream", "to_csv", "to_parquet"):
                yield (
                    f"{signal.Signals(number).name} in {action}, {scheduler}",
                    lambda a=action, s=scheduler, n=number: trial(a, s, n),
                )
    for number in (signal.SIGINT, signal.SIGKILL):
        yield f"{signal.Signals(number).name} in groups, cluster", lambda n=number: trial("groups", "distributed", n)


def complete(folder: os.PathLike[str]) -> None:
    """What stands at the target is all of it, and nothing else stands there."""
    names = left(folder)
    expect(not [name for name in names if "/." in f"/{name}"], "hidden files are left", names)
    if "out.csv" in names:
        expect(len(pd.read_csv(f"{folder}/out.csv")) == ROWS, "the file is incomplete")
    if "out" in names:
        expect(pq.ParquetDataset(f"{folder}/out").read().num_rows == ROWS, "the folder is incomplete", names)


def workers(place: Place) -> Iterator[Trial]:
    """Workers that die, or stop, in the middle of a query: the answer is right, or an error names the end."""

    def trial(scheduler: str, *numbers: int) -> str:
        subject = place.subject("groups", scheduler, blocksize=2**18)
        expect(len(subject.workers) == 2, "not two workers", subject.workers)
        for number in numbers:
            time.sleep(0.1)
            with contextlib.suppress(ProcessLookupError):
                os.kill(subject.workers[0], number)
        ended = subject.end()
        expect(ended in ("done", "WorkerDiedError"), "an error of another kind", subject.said)
        expect(ended != "done" or subject.said["value"] == min(ROWS, 300_007), "a wrong answer", subject.said)
        return ended

    for name, numbers in {
        "killed": (signal.SIGKILL,),
        "stopped, goes on": (signal.SIGSTOP, signal.SIGCONT),
        "stopped, killed": (signal.SIGSTOP, signal.SIGKILL),
        "out of memory": (signal.SIGSEGV,),
    }.items():
        yield f"a worker is {name}, processes", lambda n=numbers: trial("processes", *n)
    yield "a worker is killed, cluster", lambda: trial("distributed", signal.SIGKILL)


def files(place: Place) -> Iterator[Trial]:
    """Files that are damaged, or change while they are read: pandas' answer, or an error that names the file."""
    text = "k,v,t\n" + "".join(f"{row},{row},text\n" for row in range(200_000))

    def trial(change: Callable[[str], None], name: str = "a.csv", data: bytes = text.encode(), during: bool = True) -> str:
        path = f"{place.new()}/{name}"
        with open(path, "wb") as file:
            file.write(data)
        if not during:
            change(path)
        subject = place.subject("sum", "threads", files=path, blocksize=2**17)
        if during:
            time.sleep(place.random.uniform(0, 0.05))
            change(path)
        ended = subject.end()
        if ended == "done":
            now = pd.read_csv(path).v.sum() if os.path.exists(path) else None  # it may have changed before it was opened
            expect(subject.said["value"] in (sum(range(200_000)), now), "a wrong answer", subject.said)
        else:
            located = name in subject.said["text"] or ended == "ColumnNotFoundError"
            expect("MemoryError" not in ended and located, "the error names no file", subject.said)
        return ended

    def cut(path: str) -> None:
        os.truncate(path, os.path.getsize(path) // 2)

    def grow(path: str) -> None:
        with open(path, "a") as file:
            file.write("1,1,text\n")

    def overwrite(path: str) -> None:
        with open(path, "r+b") as file:
            file.seek(os.path.getsize(path) // 3)
            file.write(b"\xff" * 1000)

    packed = gzip.compress(text.encode())
    for name, change in {"cut short": cut, "longer": grow, "overwritten": overwrite, "gone": os.remove}.items():
        yield f"a file is {name} while it is read", lambda c=change: trial(c)
    yield "a gzip file is cut short", lambda: trial(cut, "a.csv.gz", packed, during=False)
    yield "a gzip file is damaged", lambda: trial(overwrite, "a.csv.gz", packed, during=False)
    yield "a gzip file of something else", lambda: trial(overwrite, "a.csv.gz", b"PK\3\4" * 1000, during=False)
    yield "a file of zeros", lambda: trial(lambda path: None, "a.csv", bytes(10**6), during=False)
    yield (
        "a quote that is never closed",
        lambda: trial(lambda path: None, "a.csv", b'k,v,t\n1,1,"a' + b"\nb" * 10**6, during=False),
    )


def servers(place: Place) -> Iterator[Trial]:
    """Servers that refuse, fail, give up or lie: the answer, or an error that names the address."""

    def trial(**kind: object) -> str:
        server = WebServer(**kind)  # type: ignore[arg-type]
        server.files["/a.csv"] = b"k,v,t\n" + b"1,1,x\n" * 50_000
        with server.running():
            return asked(f"{server.url}/a.csv")

    def lies(answer: bytes) -> str:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            stop = threading.Event()

            def serve() -> None:
                listener.settimeout(0.1)
                while not stop.is_set():
                    with contextlib.suppress(OSError):
                        there, _ = listener.accept()
                        with there:
                            there.recv(65536)
                            there.sendall(answer)

            thread = threading.Thread(target=serve)
            thread.start()
            try:
                return asked(f"http://127.0.0.1:{listener.getsockname()[1]}/a.csv")
            finally:
                stop.set()
                thread.join()

    def asked(url: str) -> str:
        subject = place.subject("sum", "threads", files=url)
        ended = subject.end(120)
        expect(ended != "done" or subject.said["value"] == 50_000, "a wrong answer", subject.said)
        expect(ended == "done" or "127.0.0.1" in subject.said["text"], "the error names no address", subject.said)
        return ended

    yield "a server refuses (403)", lambda: trial(refuses=403)
    yield "a server has nothing (404)", lambda: trial(refuses=404)
    yield "a server fails at first (503)", lambda: trial(fails=lambda times: 503 if times < 2 else None)
    yield "a server gives no ranges and no size", lambda: trial(ranges=False, says_size=False)
    yield "a server closes at once", lambda: lies(b"")
    yield "a server speaks no HTTP", lambda: lies(b"\x00\xff" * 100)
    yield "a server sends less than it says", lambda: lies(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\nk,v,t\n1,1,x\n")


def disks(place: Place) -> Iterator[Trial]:
    """Full disks: an error that names the file; what stood there stands there, and nothing else."""

    def trial(action: str, scheduler: str, folder: str, **more: int) -> str:
        target = f"{folder}/{TARGETS[action]}"
        if action == "to_csv":
            with open(target, "w") as file:
                file.write("old")
        before = left(Path(folder))
        subject = place.subject(action, scheduler, target=target, **more)
        ended = subject.end()
        expect("OSError" in subject.said.get("families", ()), "no error of the system", subject.said)
        expect(folder in subject.said["text"], "the error names no file", subject.said)
        expect(left(Path(folder)) == before, "files are left", left(Path(folder)))
        if action == "to_csv":
            expect(os.path.getsize(target) == 3, "the old file is gone")
        return ended

    for action in TARGETS:
        for scheduler in ("threads", "processes"):
            name = f"files of at most 100 kB, {action}, {scheduler}"
            yield name, lambda a=action, s=scheduler: trial(a, s, str(place.new()), file_size=100_000)
    mounted = place.new()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mounted], capture_output=True, check=False).returncode:
        return  # only root may mount
    try:
        for action in TARGETS:
            yield f"a disk of 1 MB, {action}", lambda a=action: trial(a, "threads", str(mounted))
    finally:
        subprocess.run(["umount", mounted], check=True)


def memory(place: Place) -> Iterator[Trial]:
    """Limits of the address space: the answer, or an error of memory that names a task; never a crash."""

    def trial(action: str, scheduler: str, megabytes: int) -> str:
        subject = place.subject(action, scheduler, more_memory=megabytes * 2**20, goes_on=False)
        ended = subject.end(90)
        text = subject.said.get("text", "")
        expect("signal" not in ended and "SIGSEGV" not in text, "a crash", (ended, text, subject.errors[-800:]))
        memory = "MemoryError" in subject.said.get("families", ())
        expect(ended == "done" or memory, "another error than one of memory", (ended, subject.said, subject.errors[-800:]))
        expect(not memory or "in the task" in text, "it names no task", subject.said)
        return ended

    for action in ("nunique", "groups", "sort", "distinct", "describe", "rows"):
        for scheduler in ("threads", "sync"):
            for megabytes in (5, 15, 40):
                yield f"{megabytes} MB more, {action}, {scheduler}", lambda a=action, s=scheduler, m=megabytes: trial(a, s, m)


def limits(place: Place) -> Iterator[Trial]:
    """Questions that bring many rows together, where memory is short: the answer, or an error of memory (see `peaks`)."""
    write(place.folder / "rows", 40)

    def trial(question: str, scheduler: str, limit: str) -> str:
        asked = {"engine": "lazyframe", "text": QUESTIONS[question][0], "limit": limit, "files": f"{place.folder}/rows/*.csv"}
        seen = watched(asked | {"mapped": "250MB", "out": f"{place.new()}/out", "scheduler": scheduler}, 120, sys.executable)
        expect(not seen.crashed, "neither an answer nor an error of memory", seen.ended)
        return seen.ended.split()[0].rstrip(":")

    for question in QUESTIONS:
        for scheduler in LOCAL:
            yield f"{question}, {scheduler}", lambda q=question, s=scheduler: trial(q, s, "100MB")


def writers(place: Place) -> Iterator[Trial]:
    """Two writers to one folder, and writers that are killed: files of one of them, and who is second is told."""

    def trial(there: bool, number: int | None) -> str:
        folder = place.new()
        if there:
            (folder / "out").mkdir()
        pair = [place.subject("to_parquet", "threads", target=f"{folder}/out/", goes_on=False) for _ in range(2)]
        if number is not None:
            pair[0].signal(number, place.random.uniform(0, 0.4))
        ends = sorted(one.end() for one in pair)
        refused = [one for one in pair if one.said.get("ended") == "FileExistsError"]
        expect(all("process" in one.said["text"] or "holds" in one.said["text"] for one in refused), "the other is not named")
        if number is None:
            expect(ends in (["FileExistsError", "done"], ["done", "done"]) and len(refused) == 1, "not one of two", ends)
        again = place.subject("to_parquet", "threads", target=f"{folder}/out/", goes_on=False).end()
        expect(again in ("done", "FileExistsError"), "the next run failed", again)
        complete(folder)
        return ", ".join(ends)

    for there in (False, True):
        for number in (None, signal.SIGKILL):
            how = "one is killed" if number else "both go on"
            yield f"two writers, {'an old' if there else 'a new'} folder, {how}", lambda t=there, n=number: trial(t, n)


PROGRAMS = {
    "a task forks, and its worker dies": (
        "fork = lambda: os.fork() and os._exit(3) or (os.closerange(1, 99), time.sleep(20))\n"
        "lf.delayed(fork)().compute(scheduler='processes')",
        "WorkerDiedError",
    ),
    "the program forks, and the fork computes": (
        "df.v.sum().compute(); pid = os.fork()\nif not pid: df.v.sum().compute(); os._exit(0)\nprint(os.waitpid(pid, 0)[1])",
        "0",
    ),
    "compute while the interpreter ends": (
        "class Last:\n    query = lf.delayed(max)(1, 2)\n    def __del__(self): self.query.compute()\n"
        "last = Last(); Last.query.compute()",
        "the interpreter is ending",
    ),
    "a query in a thread is left running at the end": (
        "threading.Thread(target=lambda: [df.v.sum().compute() for _ in range(999)], daemon=True).start()\n"
        "time.sleep(.3); print('end')",
        "end",
    ),
    "a thread of an executor computes with that executor": (
        "from concurrent.futures import ThreadPoolExecutor as T\n"
        "with T(1) as p: print(p.submit(lambda: df.v.sum().compute(scheduler=p)).result())",
        "79999800000",
    ),
}


def forks(place: Place) -> Iterator[Trial]:
    """Forks, and the end of the interpreter: no hang, and the error that is promised."""

    def trial(text: str, wanted: str) -> str:
        program = "import os, sys, threading, time, warnings\nimport lazyframe as lf\nwarnings.simplefilter('ignore')\n"
        program += f"df = lf.read_csv('{place.data}/*.csv')\n{text}\n"
        start = time.monotonic()
        ran = subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"PYTHONPATH": ROOTS},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        expect(wanted in ran.stdout + ran.stderr, f"not {wanted!r}", (ran.returncode, ran.stdout, ran.stderr[-500:]))
        expect(time.monotonic() - start < 15, "it took long", time.monotonic() - start)
        return wanted if ran.returncode in (0, 1) else f"exit {ran.returncode}"

    for name, (text, wanted) in PROGRAMS.items():
        yield name, lambda t=text, w=wanted: trial(t, w)


KINDS = {kind.__name__: kind for kind in (signals, workers, files, servers, disks, memory, limits, writers, forks)}
