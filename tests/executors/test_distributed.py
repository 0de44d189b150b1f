from __future__ import annotations

import asyncio
import pickle
import threading
import time
import types
import warnings

import executor_tasks as tasks
import pytest
from conformance import ExecutorConformance

distributed = pytest.importorskip("distributed")

from lazyframe import config  # noqa: E402
from lazyframe.executors import VersionMismatchError, Watcher, WorkerDiedError, execute, listeners  # noqa: E402
from lazyframe.executors import distributed as cluster  # noqa: E402
from lazyframe.graph import Ref, Task  # noqa: E402


@pytest.fixture(scope="module")
def client():
    from lazyframe.distributed import Client

    with Client(n_workers=2, threads_per_worker=1, dashboard_address=":0") as client:
        yield client


@pytest.fixture(autouse=True)
def _all_workers_are_there(client):
    client.wait_for_workers(2, timeout=240)  # a cold start imports distributed in each


class TestDistributed(ExecutorConformance):
    @pytest.fixture
    def scheduler(self, client):
        return "distributed"

    @pytest.mark.slow
    def test_ten_thousand_tasks(self, run):
        super().test_ten_thousand_tasks(run)  # a cluster spends a millisecond or more on each

    def test_a_thousand_tasks(self, run):
        graph = {str(n): Task(tasks.same, (n,)) for n in range(1000)}
        assert run(graph, list(graph)) == list(range(1000))

    def test_fan_in(self, run):
        graph = {str(n): Task(tasks.same, (n,)) for n in range(200)}
        graph["all"] = Task(tasks.total, ([Ref(str(n)) for n in range(200)],))
        assert run(graph, ["all"]) == [sum(range(200))]

    def test_never_more_tasks_at_one_time_than_workers(self, client):
        graph = {str(n): Task(tasks.span, (0.02,)) for n in range(9)}
        spans = execute(graph, list(graph), client, 1)  # a cluster has as many workers as it has
        assert max(sum(start < moment <= stop for start, stop in spans) for _, moment in spans) <= 2

    def test_no_task_starts_after_an_error(self, run, tmp_path):
        marks = tmp_path / "marks"
        with pytest.raises(ZeroDivisionError, match="the fifth"):
            run({str(n): Task(tasks.leave_mark, (str(marks), n)) for n in range(200)}, [str(n) for n in range(200)])
        before, found = "", marks.read_text()
        while before != found:  # the word that the others are not wanted has some way to go
            time.sleep(0.5)
            before, found = found, marks.read_text()
        assert len(found.split()) < 200


def run(function, *arguments, label=""):
    return execute({"a": Task(function, arguments, label)}, ["a"])[0]


def test_a_live_client_is_the_default(client):
    assert run(tasks.pid) != execute({"a": Task(tasks.pid)}, ["a"], "sync")[0]
    with config.set(scheduler="sync"):
        assert run(tasks.thread) == threading.get_ident()
    assert run(tasks.loaded, "distributed.worker")


def test_the_name_without_a_client(client, monkeypatch):
    monkeypatch.setattr(distributed.Client, "current", classmethod(lambda cls: distributed.client.default_client(None)))
    monkeypatch.setattr(cluster, "live_client", lambda: None)
    with pytest.raises(ValueError, match=r"needs a Client: from lazyframe\.distributed import Client"):
        execute({"a": Task(tasks.pid)}, ["a"], "distributed")


def test_an_asynchronous_client_is_refused(client):
    async def main():
        async with distributed.Client(client.scheduler.address, asynchronous=True, set_as_default=False) as asynchronous:
            execute({"a": Task(tasks.pid)}, ["a"], asynchronous)

    with pytest.raises(ValueError, match="an asynchronous Client cannot be waited for"):
        asyncio.run(main())


def test_a_worker_that_dies_is_replaced(client, tmp_path):
    graph = {str(n): Task(tasks.die_first, (str(tmp_path / "died"), n)) for n in range(8)}
    assert execute(graph, list(graph)) == list(range(8))
    assert (tmp_path / "died").exists()


def test_a_task_that_kills_every_worker(client):
    with pytest.raises(WorkerDiedError, match=r"every worker that was given the task 'crash a\.csv' died of it, 4 in all"):
        run(tasks.die, "exit", label="crash a.csv")
    assert run(tasks.add, 1, 2) == 3


@pytest.mark.parametrize(
    ("function", "arguments", "message"),
    [(tasks.fail_unpicklable, ("m",), "^Unpicklable: m"), (tasks.fail_unbuildable, (1, 2), "^Unbuildable: 1 2")],
)
def test_error_that_cannot_be_pickled(function, arguments, message):
    with pytest.raises(RuntimeError, match=message) as caught:
        run(function, *arguments)
    assert f"in task {function.__name__}" in caught.value.__notes__


def test_a_missing_file_names_the_worker():
    with pytest.raises(FileNotFoundError, match=r"nowhere\.csv") as caught:
        run(open, "/nowhere.csv")
    assert any("on the worker tcp://" in note and "same path" in note for note in caught.value.__notes__)


def test_functions_made_in_a_function_go_by_value():
    seven = 7
    assert run(lambda value: value + seven, 1) == 8


def test_what_many_tasks_are_given_is_sent_once(client):
    large = list(range(10_000))
    graph = {str(n): Task(tasks.length, (large,), "measure", f"row {n}") for n in range(200)}
    translated, names = cluster.translate(graph, list(graph), "0", cluster.TaskCall.telling(""))
    assert len(pickle.dumps(translated)) < 2 * len(pickle.dumps(large)) + 200 * 500
    assert names["7"] == ("measure-0", 7, "row 7")
    assert distributed.utils.key_split(names["7"]) == "measure"
    assert execute(graph, list(graph)) == [10_000] * 200


def test_listeners_are_told(client):
    told = []

    class Notes(Watcher):
        sizes = True

        def task_started(self, key):
            told.append(("start", key))

        def task_finished(self, end):
            told.append(("end", end.key))
            assert begin <= end.start <= end.stop <= time.perf_counter()
            assert end.worker.startswith(("tcp://", "worker-"))
            assert end.nbytes > (999 if end.key == "a" else 0)

        def run_finished(self, error):
            told.append(("done", error))

    def listen(start):
        assert (start.scheduler, start.num_workers, list(start.keys)) == ("distributed", 2, ["a", "b"])
        return Notes()

    listeners.append(listen)
    try:
        begin = time.perf_counter()
        graph = {"a": Task(tasks.zeros, (1000,)), "b": Task(tasks.length, (Ref("a"),)), "c": Task(tasks.fail, ("no",))}
        assert execute(graph, ["b"]) == [1000]
        assert told == [("start", "a"), ("end", "a"), ("start", "b"), ("end", "b"), ("done", None)]
    finally:
        listeners.remove(listen)


def test_a_query_inside_a_task_of_dask(client):
    assert client.submit(tasks.nested, None).result(timeout=240) == [190]


def test_another_version_on_a_worker(client, monkeypatch):
    import importlib.metadata

    here = importlib.metadata.version
    monkeypatch.setattr(importlib.metadata, "version", lambda name: "99.0" if name == "lazyframe-csv" else here(name))
    with pytest.raises(
        VersionMismatchError, match=r"has lazyframe 99\.0, and all machines[^!]*  tcp://[^!]*pip install lazyframe-csv==99"
    ):
        cluster.check_versions(client, list(client.nthreads()))


def test_a_cluster_without_workers_is_told():
    from lazyframe.distributed import Client

    with Client(n_workers=0, processes=False, dashboard_address=None, set_as_default=False) as empty:
        found = []
        thread = threading.Thread(target=lambda: found.extend(execute({"a": Task(tasks.add, (1,))}, ["a"], empty)))
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            thread.start()
            deadline = time.monotonic() + 60
            while not caught and time.monotonic() < deadline:
                time.sleep(0.01)
        assert "has no worker; the query waits until one joins" in str(caught[0].message)
        empty.cluster.scale(1)
        thread.join(240)
        assert found == [1]


def test_a_profile_and_an_analysis_are_as_of_local_runs(client, tmp_path):
    import io

    import lazyframe as lf
    from lazyframe.explain import Analysis

    (tmp_path / "a.csv").write_text("k,x\n" + "".join(f"{n % 3},{n}\n" for n in range(5000)))
    df = lf.read_csv(tmp_path / "a.csv", blocksize="8kB")
    asked = df[df.x > 100].groupby("k").x.mean()
    shown = io.StringIO()
    with lf.profile() as profile, lf.ProgressBar(out=shown):
        asked.compute()
    (recording,) = profile.runs
    assert recording.start.scheduler == "distributed"
    assert len(recording.ends) == len(recording.start.keys)
    assert all(profile.began <= end.start <= end.stop <= profile.finished + 0.5 for end in recording.ends)
    assert all(end.nbytes > 0 for end in recording.ends)
    assert " 100%, " in shown.getvalue()
    scan, kept, *_, finished = Analysis(asked).stages[:5]
    assert (scan.rows, kept.rows, finished.rows) == (5000, 4899, 3)
    assert scan.nbytes == (tmp_path / "a.csv").stat().st_size


def test_a_death_over_a_value_that_tasks_share_is_told(client):
    from lazyframe.executors.distributed import query

    last = types.SimpleNamespace(address="tcp://here")
    killed = distributed.scheduler.KilledWorker(("shared-1", 0), last, 3)
    told = query._explained(killed, {}, {("shared-1", 0): "\0shared0"}, client)
    assert isinstance(told, WorkerDiedError)
    assert "shared-1" in str(told)
