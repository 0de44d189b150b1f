"""Queries on a cluster: pandas' answers, and only byte ranges and partial results on the way."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import time
import warnings

import numpy as np
import pandas as pd
import pytest
from oracle import assert_same

distributed = pytest.importorskip("distributed")

import lazyframe as lf  # noqa: E402
from lazyframe.distributed import Client, _refuse_strange_modules, _stay_here  # noqa: E402
from lazyframe.executors import Held, execute  # noqa: E402
from lazyframe.executors.distributed import TaskCall, translate  # noqa: E402
from lazyframe.run import Request  # noqa: E402


@pytest.fixture(scope="module")
def client():
    with Client(n_workers=2, threads_per_worker=1, dashboard_address=":0") as client:
        yield client


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("flights")
    random = np.random.default_rng(0)
    for year in (2013, 2014, 2015):
        count = 2000
        frame = pd.DataFrame(
            {
                "Year": year,
                "Month": np.sort(random.integers(1, 13, count)),
                "DayofMonth": random.integers(1, 29, count),
                "Origin": random.choice(["EWR", "JFK", "LGA"], count),
                "DepDelay": np.where(random.random(count) < 0.1, np.nan, random.normal(10, 30, count).round()),
                "Cancelled": random.random(count) < 0.02,
            }
        )
        frame.to_csv(folder / f"{year}.csv", index=False)
    return folder


@pytest.fixture(scope="module")
def whole(files):
    frame = pd.concat([pd.read_csv(path) for path in sorted(files.glob("*.csv"))], ignore_index=True)
    date = pd.to_datetime({"year": frame.Year, "month": frame.Month, "day": frame.DayofMonth}).astype("datetime64[us]")
    return pd.concat([date.rename("Date"), frame.drop(columns=["Year", "Month", "DayofMonth"])], axis=1)


def opened(files, blocksize=8_000):
    return lf.read_csv(f"{files}/*.csv", blocksize=blocksize, parse_dates={"Date": [0, 1, 2]})


LINES = {
    "delay": lambda df: df[~df.Cancelled].groupby("Origin").DepDelay.mean().max(),
    "weekday": lambda df: df.groupby(df.Date.dt.dayofweek).DepDelay.mean(),
    "rows": lambda df: df[df.DepDelay > 80],
    "above the mean": lambda df: df[df.DepDelay > df.DepDelay.mean() + 60][["Origin", "DepDelay"]],
    "year": lambda df: df.Date.dt.year,
}


@pytest.mark.parametrize("name", LINES)
def test_the_answer_is_pandas(client, files, whole, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert_same(LINES[name](opened(files)).compute(), LINES[name](whole))


def test_by_name_by_object_and_by_default(client, files, whole):
    df = opened(files)
    assert len(df) == len(whole)
    for scheduler in ("distributed", client, None):
        assert df.DepDelay.max().compute(scheduler=scheduler) == whole.DepDelay.max()


def test_only_byte_ranges_go_out_and_partial_results_come_back(client, files):
    df = opened(files)
    graph, _ = Request([LINES["delay"](df)]).lower()
    tasks, names = translate(graph, list(graph), "0", TaskCall.telling(""))
    assert df.npartitions > 20
    per_task = (len(pickle.dumps(tasks)) - len(pickle.dumps(df._plan.source))) / len(tasks)
    assert per_task < 1500, "a range, and what to do with it"
    shown = {key[0].split("-")[0] for key in names.values()}
    assert {"scan+filter+mean", "combine", "finish"} <= shown
    assert any(key[0].startswith("scan+filter+mean") and str(key[2]).startswith("2013.csv[0") for key in names.values())
    scans = [key for key in graph if key.startswith("scan-")]
    partials = execute(graph, scans[:3])
    assert all(len(pickle.dumps(partial)) < 3000 for partial in partials)


def test_warnings_and_restarts_are_as_here(client, tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("n,x\n" + "\n".join(f"{n},{n}" for n in range(20_000)) + "\n20000,none\n")
    said = {}
    for scheduler in ("sync", "distributed"):
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            got = lf.read_csv(path, blocksize=20_000, sample=1000).compute(scheduler=scheduler)
        said[scheduler] = [(one.category, str(one.message), one.filename) for one in caught]
        assert_same(got, pd.read_csv(path, low_memory=False))
    assert said["sync"] == said["distributed"]
    assert said["sync"][0][2] == __file__


def test_quotes_over_the_cuts(client, tmp_path):
    path = tmp_path / "quotes.csv"
    path.write_text("n,t\n" + "".join(f'{n},"a\n{n},b"\n' for n in range(3000)))
    assert_same(lf.read_csv(path, blocksize=5000).compute(), pd.read_csv(path))


def test_errors_are_as_here(client, tmp_path):
    path = tmp_path / "bad.csv"
    path.write_text("n,x\n" + "\n".join(f"{n},{n}" for n in range(5000)) + "\n5000,none\n")
    said = []
    for scheduler in ("sync", "distributed"):
        with pytest.raises(lf.CSVError) as caught:
            lf.read_csv(path, blocksize=5000, dtype={"x": "int64"}).x.sum().compute(scheduler=scheduler)
        said.append((str(caught.value), [note for note in caught.value.__notes__ if note.startswith("in task")]))
    assert said[0] == said[1]
    assert "bad.csv:5002" in said[0][0]
    assert said[0][1][0].startswith("in task scan+sum bad.csv[")


@pytest.mark.parametrize(
    ("last", "kind"),
    [(b"1,2,3", pd.errors.ParserError), (b"\xff,1", UnicodeDecodeError), (b"9" * 20 + b",1", OverflowError)],
    ids=str,
)
def test_errors_keep_the_class_of_pandas(client, tmp_path, last, kind):
    path = tmp_path / "bad.csv"
    path.write_bytes(b"a,b\n" + b"1,2\n" * 5000 + last + b"\n")
    with pytest.raises(kind, match=r"bad\.csv:5002"):
        lf.read_csv(path, blocksize=5000, dtype={"a": "int64"} if kind is OverflowError else None).a.sum().compute()


def test_a_file_that_a_worker_does_not_find(client, tmp_path):
    path = tmp_path / "gone.csv"
    path.write_text("x\n" + "1\n" * 5000)
    df = lf.read_csv(path, blocksize=1000)
    path.unlink()
    with pytest.raises(lf.FileChangedError, match=r"gone\.csv") as caught:
        df.x.sum().compute()
    assert any("on the worker tcp://" in note for note in caught.value.__notes__)


def test_nothing_of_ours_is_logged_by_workers(tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("x\n" + "1\n" * 5000 + "a\n" + "1\n" * 100)
    program = (
        "import lazyframe as lf\nfrom lazyframe.distributed import Client\n"
        "if __name__ == '__main__':\n"
        "    with Client(n_workers=1, dashboard_address=':0'):\n"
        f"        print(len(lf.read_csv({str(path)!r}, blocksize=1000, sample=100).compute()))\n"
    )
    script = tmp_path / "program.py"
    script.write_text(program)
    ran = subprocess.run([sys.executable, "-W", "ignore", script], capture_output=True, text=True, timeout=120)
    assert (ran.stdout, ran.stderr) == ("5101\n", "")


# ---- persist


def test_persisted_rows_stay_on_the_workers(client, files, whole):
    df = opened(files, 50_000)
    kept = df[["Origin", "DepDelay"]].persist()
    source = kept._plan.source
    assert all(isinstance(rows, Held) for rows in source.kept)
    held = {key for keys in client.has_what().values() for key in keys}
    assert {rows.future.key for rows in source.kept} <= held
    assert "on the cluster" in repr(kept)
    assert_same(kept.groupby("Origin").DepDelay.mean().compute(), whole.groupby("Origin").DepDelay.mean())
    assert_same(kept[kept.DepDelay > 60].compute(), whole[["Origin", "DepDelay"]][whole.DepDelay > 60])
    assert_same(kept[kept.DepDelay > 60].compute(scheduler="sync"), whole[["Origin", "DepDelay"]][whole.DepDelay > 60])


def test_kept_rows_of_a_lost_worker_are_read_again(client, files, whole):
    kept = opened(files, 50_000)[["DepDelay"]].persist()
    worker = next(address for address, keys in client.has_what().items() if keys)
    client.restart_workers([worker])
    assert kept.DepDelay.count().compute() == whole.DepDelay.count()


def test_rows_go_out_of_a_cluster(client, files, whole, tmp_path):
    df = opened(files, 50_000)
    assert_same(pd.concat(list(df.iter_partitions())), whole)
    df.to_csv(tmp_path / "out.csv", index=False)
    assert (tmp_path / "out.csv").read_bytes() == whole.to_csv(index=False).encode()


# ---- Dask's collection protocol


def test_futures(client, files, whole):
    future = client.compute(opened(files).groupby("Origin").DepDelay.mean())
    assert isinstance(future, distributed.Future)
    assert_same(future.result(timeout=60), whole.groupby("Origin").DepDelay.mean())
    first, second = client.compute([opened(files).DepDelay.max(), opened(files).DepDelay.min()])
    assert (first.result(), second.result()) == (whole.DepDelay.max(), whole.DepDelay.min())


def test_futures_of_surprising_data(client, tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("n,x\n" + "\n".join(f"{n},{n}" for n in range(5000)) + "\n5000,none\n")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        got = client.compute(lf.read_csv(path, blocksize=5000, sample=200)).result(timeout=60)
        deadline = time.monotonic() + 5
        while not caught and time.monotonic() < deadline:
            time.sleep(0.05)
    assert_same(got, pd.read_csv(path, low_memory=False))
    assert [one.category for one in caught] == [lf.DtypePromotionWarning]


def test_persist_of_the_client(client, files, whole):
    kept = client.persist(opened(files, 50_000))
    column, number = client.persist([kept.DepDelay, kept.DepDelay.max()])
    assert isinstance(column._plan.source.kept[0], Held)
    assert (column.min().compute(), number.compute()) == (whole.DepDelay.min(), whole.DepDelay.max())


# ---- the Client


def test_a_worker_a_core():
    from lazyframe.executors import available_cores

    with Client(dashboard_address=":0", set_as_default=False) as client:
        assert list(client.nthreads().values()) == [1] * available_cores()


def test_without_distributed(tmp_path):
    code = "import sys; sys.modules['distributed'] = None\nimport lazyframe.distributed"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert "pip install 'lazyframe-csv[distributed]'" in ran.stderr.splitlines()[-1]


def test_importing_lazyframe_does_not_import_dask():
    code = "import sys, lazyframe; print([m for m in ('dask', 'distributed', 'tornado') if m in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout == "[]\n"


def test_what_was_kept_on_a_cluster_is_gone_with_its_client(files):
    with Client(n_workers=1, processes=False, dashboard_address=None):
        kept = opened(files)[["Origin", "DepDelay"]].persist()
    with pytest.raises(RuntimeError, match="call persist"):
        kept.DepDelay.max().compute(scheduler="sync")


def test_a_script_without_main_guard_is_told_so_in_few_lines(tmp_path):
    script = tmp_path / "script.py"
    script.write_text("from lazyframe.distributed import Client\nClient(n_workers=1, dashboard_address=None)\n")
    ended = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert ended.returncode == 1
    assert 'has to stand below\n    if __name__ == "__main__":' in ended.stderr
    assert len(ended.stderr.splitlines()) < 20


LISTENING = """
import json, sys, psutil
from lazyframe.distributed import Client
if __name__ == "__main__":
    with Client(n_workers=1, **json.loads(sys.argv[1])):
        family = [psutil.Process(), *psutil.Process().children(recursive=True)]
        used = [one for process in family for one in process.net_connections("inet") if one.status == psutil.CONN_LISTEN]
        print(*sorted({one.laddr.ip for one in used}))
"""


@pytest.mark.parametrize(
    ("asked", "addresses"),
    [
        ('{"dashboard_address": ":0"}', "127.0.0.1"),
        ('{"dashboard_address": null, "processes": false}', "127.0.0.1"),
    ],
)
def test_a_cluster_of_this_machine_listens_here_alone(tmp_path, asked, addresses):
    (tmp_path / "program.py").write_text(LISTENING)
    ran = subprocess.run([sys.executable, tmp_path / "program.py", asked], capture_output=True, text=True, cwd=tmp_path)
    assert (ran.stdout.rstrip(), ran.stderr) == (addresses, "")


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ({}, {"127.0.0.1:8787"}),
        ({"dashboard_address": 0, "worker_dashboard_address": ":80"}, {"127.0.0.1:0", "127.0.0.1:80"}),
        ({"dashboard_address": "0.0.0.0:0"}, {"0.0.0.0:0"}),
        ({"host": "10.0.0.1", "dashboard_address": ":1"}, {"10.0.0.1", ":1"}),
    ],
)
def test_other_addresses_are_asked_for(asked, given):
    _stay_here(asked)
    assert set(asked.values()) == given


def test_a_folder_is_a_module_only_with_an_init(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "site").mkdir()  # as `make docs` makes it
    _refuse_strange_modules()
    (tmp_path / "site" / "__init__.py").touch()
    with pytest.raises(RuntimeError, match="holds 'site'"):
        _refuse_strange_modules()


def test_a_module_among_the_data_is_not_run_by_workers(tmp_path, monkeypatch):
    (tmp_path / "pickle.py").write_text(f"open({str(tmp_path / 'run')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(RuntimeError, match=r"holds 'pickle', which Python would run in each worker .* `python -P`"):
        Client(n_workers=1, dashboard_address=None)
    assert os.listdir(tmp_path) == ["pickle.py"]
