"""A cluster of processes of their own, each on an address of its own; and programs that are interrupted."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

pytest.importorskip("distributed")

import lazyframe as lf
from lazyframe.distributed import Client
from lazyframe.executors import Watcher, listeners

ROOT = Path(lf.__path__[0]).parent
ENVIRONMENT = os.environ | {
    "PYTHONPATH": os.pathsep.join([str(ROOT), str(Path(__file__).parent)]),
    "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "5s",  # how long a worker may be silent
}

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs signals, and all of 127.0.0.0/8")


@pytest.fixture
def cluster(tmp_path):
    """The file that tells where the scheduler is; it is on 127.0.0.1, its two workers on 127.0.0.2 and 127.0.0.3."""
    where = tmp_path / "scheduler.json"
    started = []

    def start(module, *arguments):
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, "--scheduler-file", str(where)]
        log = (tmp_path / f"{module}-{len(started)}.log").open("w")
        started.append(subprocess.Popen(command, env=ENVIRONMENT, cwd=tmp_path, stdout=log, stderr=log, start_new_session=True))

    start("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
    for host in ("127.0.0.2", "127.0.0.3"):
        start("dask_worker", "--host", host, "--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path))
    yield where
    for process in reversed(started):
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class Disaster(Watcher):
    """Kills one worker and stops the other one in the middle of a query."""

    def __init__(self, kill, stop):
        self.kill, self.stop = kill, stop
        self.ended = 0
        self.keys = ()

    def __call__(self, start):
        self.keys = start.keys
        return self

    def task_finished(self, end):
        self.ended += 1
        if self.ended == 5:
            os.kill(self.kill, signal.SIGKILL)
            os.kill(self.stop, signal.SIGSTOP)


def test_a_worker_is_killed_and_one_is_stopped_in_the_middle_of_a_query(cluster, tmp_path):
    random = np.random.default_rng(0)
    count = 6000
    flights = pd.DataFrame(
        {
            "Origin": random.choice(["EWR", "JFK", "LGA"], count),
            "DepDelay": np.where(random.random(count) < 0.1, np.nan, random.normal(10, 30, count).round()),
            "Cancelled": random.random(count) < 0.02,
        }
    )
    flights.to_csv(tmp_path / "flights.csv", index=False)
    want = flights[~flights.Cancelled].groupby("Origin").DepDelay.mean()
    deadline = time.monotonic() + 240
    while not (cluster.exists() and cluster.read_text()) and time.monotonic() < deadline:
        time.sleep(0.05)
    with Client(json.loads(cluster.read_text())["address"]) as client:
        client.wait_for_workers(2, timeout=240)
        assert {address.split(":")[1] for address in client.nthreads()} == {"//127.0.0.2", "//127.0.0.3"}
        df = lf.read_csv(tmp_path / "flights.csv", blocksize=1500)
        assert df.npartitions > 50
        processes = client.run(os.getpid)
        disaster = Disaster(*processes.values())
        listeners.append(disaster)
        try:
            got = df[~df.Cancelled].groupby("Origin").DepDelay.mean().compute()
        finally:
            listeners.remove(disaster)
        pd.testing.assert_series_equal(got, want, rtol=1e-12)
        assert disaster.ended == len(disaster.keys)
        assert not set(processes.values()) & set(client.run(os.getpid).values()), "both have been replaced"


INTERRUPTED = """
    import os, signal, threading, time
    import executor_tasks as tasks
    from lazyframe.distributed import Client
    from lazyframe.executors import execute
    from lazyframe.graph import Task

    def many(function, *arguments):
        graph = {str(n): Task(function, arguments) for n in range(4)}
        return graph, list(graph)

    if __name__ == "__main__":
        with Client(n_workers=2, threads_per_worker=1, dashboard_address=":0") as client:
            print(*{os.getpid(), *execute(*many(tasks.pid))}, flush=True)
            threading.Timer(1, print, ["running"], dict(flush=True)).start()
            try:
                execute(*many(tasks.patient, tasks.ENDLESS))
            except KeyboardInterrupt:
                print("interrupted", flush=True)
            print(sum(execute(*many(tasks.add, 1, 2))), flush=True)
"""


def test_ctrl_c(tmp_path):
    script = tmp_path / "program.py"
    script.write_text(textwrap.dedent(INTERRUPTED))
    running = subprocess.Popen(
        [sys.executable, script],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        processes = list(map(int, running.stdout.readline().split()))
        assert running.stdout.readline() == "running\n"
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does: to all processes in the foreground
        assert running.stdout.readline() == "interrupted\n", running.communicate()
        assert running.stdout.readline() == "12\n"
        running.communicate(timeout=240)
        assert running.returncode == 0
        deadline = time.monotonic() + 60
        while any(map(alive, processes)) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not any(map(alive, processes))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)


def alive(process):
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False
