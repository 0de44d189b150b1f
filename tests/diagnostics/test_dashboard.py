"""The dashboard: what it tells of runs, who is let in, what is left behind, and what a browser makes of it."""

from __future__ import annotations

import gc
import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import weakref
from contextlib import contextmanager
from urllib.parse import urlsplit

import browser
import executor_tasks as tasks
import pytest
from browser import Tags, in_a_browser

import lazyframe as lf
from lazyframe.diagnostics import dashboard as module
from lazyframe.executors import execute, listeners
from lazyframe.graph import Ref, Task


@pytest.fixture
def board():
    with lf.dashboard(interval=0.05) as opened:
        yield opened


def get(board, path, headers=(), method="GET", token=None):
    """The status, the headers and the text of an answer; with the right token where none is given."""
    address = urlsplit(board.url)
    joint = "&" if "?" in path else "?"
    connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
    try:
        connection.putrequest(method, f"{path}{joint}{address.query if token is None else token}", skip_host=True)
        for name, value in headers or [("Host", address.netloc)]:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()
    finally:
        connection.close()


def data(board, run=0, after=0, plan=1):
    status, headers, text = get(board, f"/data?run={run}&after={after}&plan={plan}")
    assert (status, headers["Content-Type"]) == (200, "application/json; charset=utf-8"), text
    return json.loads(text)


def until(board, state, run=1):
    """What the dashboard says of a run once it is in this state."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        found = data(board, run)
        if any(one["number"] == run and one["state"] == state for one in found["runs"]):
            return found
        time.sleep(0.02)
    raise AssertionError(found)


def threads():
    return {
        thread.name for thread in threading.enumerate() if thread.name.startswith(("lazyframe-dashboard", "lazyframe-memory"))
    }


@contextmanager
def waiting(graph, keys):
    """A query in a thread of its own; whoever is inside sees it run."""
    raised = []

    def run():
        try:
            execute(graph, keys, "threads", 2)
        except BaseException as error:
            raised.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield raised
    finally:
        thread.join()


FRAME = "data/sample/*.csv"


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_what_it_tells_of_a_query(board, scheduler):
    df = lf.read_csv(FRAME, blocksize="1kB")
    with lf.profile() as profile:
        df[df.Distance > 500].groupby("Origin").DepDelay.mean().compute(scheduler=scheduler, num_workers=2)
    found = data(board, run=1)
    recording = profile.runs[0]
    (run,) = found["runs"]
    assert (run["number"], run["state"], run["fraction"], run["error"]) == (1, "done", 1, "")
    assert run["where"] == ("sync" if scheduler == "sync" else f"2 {scheduler}")
    assert run["facts"].startswith(f"{len(recording.ends)}/{len(recording.ends)} tasks, ")
    told = found["run"]
    assert [task[0] for task in told["tasks"]] == [end.worker for end in recording.ends]
    assert [task[1] for task in told["tasks"]] == [recording.start.graph[end.key].stage for end in recording.ends]
    assert [task[3] for task in told["tasks"]] == pytest.approx(
        [1e3 * (end.stop - end.start) for end in recording.ends], abs=0.01
    )
    assert [(stage["label"], stage["tasks"], stage["nbytes"]) for stage in told["stages"]] == [
        (stage.label, stage.tasks, stage.nbytes) for stage in profile.stages
    ]
    assert told["running"] == []
    assert told["plan"]["text"] == "\n\n".join(plan.to_text() for plan in recording.plans)
    assert told["plan"]["svg"].startswith("<svg")
    assert data(board, run=1, after=2)["run"]["tasks"] == told["tasks"][2:]
    assert data(board, run=1, plan=0)["run"]["plan"] is None
    assert data(board, run=7)["run"] is None
    if found["memory"]:
        assert all(own > 2**20 for _, own, _ in found["memory"])


def test_a_cluster(board):
    distributed = pytest.importorskip("distributed")
    with distributed.Client(processes=False, n_workers=1, threads_per_worker=2, dashboard_address=None) as client:
        lf.read_csv(FRAME, blocksize="1kB").DepDelay.max().compute(scheduler=client)
    (run,) = data(board, run=1)["runs"]
    assert (run["state"], run["where"], run["fraction"]) == ("done", "2 distributed", 1)
    assert data(board, run=1)["run"]["plan"]["text"]


def test_two_queries_at_once_and_one_that_fails(board):
    begun, gate = threading.Event(), threading.Event()

    def slow():
        begun.set()
        return gate.wait(120)

    graph = {
        "quick": Task(tasks.same, (1,), "scan", "<i>.csv", 10),
        "slow": Task(slow, (), "scan", "b.csv\x1b[2J", 30),
        "all": Task(tasks.total, ([Ref("quick"), Ref("slow")],), "combine"),
    }
    with waiting(graph, ["all"]) as raised:
        try:
            assert begun.wait(60)
            while not (found := data(board, run=1))["run"]["tasks"]:
                time.sleep(0.02)
            (run,) = found["runs"]
            assert (run["state"], run["label"]) == ("running", "scan")
            assert 0 < run["fraction"] < 1
            assert [title for title, _ in found["run"]["running"]] == [r"scan b.csv\x1b[2J"]
            assert [task[4] for task in found["run"]["tasks"]] == ["<i>.csv"]
            with pytest.raises(ZeroDivisionError):
                execute({"bad": Task(tasks.fail, ("<b>no</b>",), "</script>")}, ["bad"], "sync")
            second = data(board, run=2)
            assert [(one["number"], one["state"]) for one in second["runs"]] == [(1, "running"), (2, "failed")]
            assert second["runs"][1]["error"] == "ZeroDivisionError: <b>no</b>"
            assert second["run"]["plan"] == {"text": "", "svg": ""}
        finally:
            gate.set()
    assert raised == []
    found = data(board, run=1)
    assert ([run["state"] for run in found["runs"]], found["run"]["running"]) == (["done", "failed"], [])


def test_ctrl_c(board):
    endless = {"a": Task(tasks.patient, (tasks.ENDLESS,), "scan")}
    timer = threading.Timer(0.5, signal.raise_signal, [signal.SIGINT])
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        execute(endless, ["a"], "threads", 2)
    (run,) = data(board)["runs"]
    assert (run["state"], run["error"]) == ("interrupted", "KeyboardInterrupt: ")


def test_queries_inside_of_tasks_are_not_told_apart(board):
    inner = lf.delayed(lambda: lf.read_csv(FRAME).Distance.max().compute())
    assert inner().compute(scheduler="threads") == 2586
    assert len(data(board)["runs"]) == 1


def test_what_is_kept_of_queries(board, monkeypatch):
    monkeypatch.setattr(module, "KEPT", 2)

    class Large:
        pass

    large = Large()
    alive = weakref.ref(large)
    execute({"a": Task(tasks.same, (large,), "same")}, ["a"], "sync")
    del large
    for number in range(4):
        lf.read_csv(FRAME, nrows=number + 1).Distance.max().compute(scheduler="sync")
    gc.collect()
    assert alive() is None
    assert [run["number"] for run in data(board)["runs"]] == [3, 4, 5]
    assert data(board, run=5)["run"]["plan"]["text"]
    assert data(board, run=3)["run"]["plan"] == {"text": "", "svg": ""}, "others came before anybody looked"


# ---- who is let in


def test_the_token(board):
    for wrong in ("", "token=", "token=x", f"{urlsplit(board.url).query}x", f"{urlsplit(board.url).query[:-1]}", "token=%ff%00"):
        for path in ("/", "/data?run=1", "/nowhere"):
            status, headers, text = get(board, path, token=wrong)
            assert (status, headers["Content-Type"]) == (403, "text/plain; charset=utf-8")
            assert "token" in text
    assert get(board, "/")[0] == 200
    assert get(board, "/nowhere")[0] == 404
    with lf.dashboard() as other:
        assert urlsplit(other.url).query != urlsplit(board.url).query
        assert get(other, "/", token=urlsplit(board.url).query)[0] == 403


@pytest.mark.parametrize(
    "hosts",
    [
        ["evil.example"],
        ["evil.example:PORT"],
        ["127.0.0.1.evil.example:PORT"],
        ["localhost:PORT", "evil.example"],
        ["[::1]:PORT"],
        [],
    ],
    ids=repr,
)
def test_another_name_of_the_server(board, hosts):
    port = str(urlsplit(board.url).port)
    given = [("Host", host.replace("PORT", port)) for host in hosts] or [("X-No-Host", "1")]
    assert get(board, "/data", given)[0] == 403
    assert get(board, "/", given)[0] == 403


@pytest.mark.parametrize("host", ["127.0.0.1:PORT", "localhost:PORT", "localhost:8888", "localhost"])
def test_names_of_this_machine(board, host):
    given = [("Host", host.replace("PORT", str(urlsplit(board.url).port)))]
    assert get(board, "/data", given)[0] == 200, "another port is that of a tunnel"


def test_what_an_answer_allows(board):
    for path in ("/", "/data"):
        headers = get(board, path, [("Host", "localhost"), ("Origin", "https://evil.example")])[1]
        assert not [name for name in headers if name.lower().startswith("access-control")]
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert (headers["Cache-Control"], headers["Referrer-Policy"], headers["X-Content-Type-Options"]) == (
            *("no-store", "no-referrer"),
            "nosniff",
        )
        assert headers["Server"].strip() == "lazyframe"
    policies = {get(board, "/")[1]["Content-Security-Policy"] for _ in range(2)}
    assert len(policies) == 2, "the number that lets the script run is used once"


def test_other_ways_to_ask(board):
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        assert get(board, "/data", method=method)[0] == 501
    for wrong in ("/data?run=x", "/data?after=1e9", "/data?" + "&".join(f"a{n}=1" for n in range(50))):
        assert get(board, wrong)[0] == 400
    assert get(board, "/data?run=1&after=-5")[0] == 200
    assert get(board, "http://[")[0] == 400


def test_it_listens_on_this_machine_alone(board):
    assert urlsplit(board.url).hostname == "127.0.0.1"
    assert board._server.socket.getsockname()[0] == "127.0.0.1"


# ---- what is left behind


def test_after_it_was_closed():
    before, told = threads(), len(listeners)
    with lf.dashboard() as board:
        address = urlsplit(board.url)
        silent = socket.create_connection((address.hostname, address.port))  # as browsers open some, to have them
        assert get(board, "/")[0] == 200
        assert threads() - before
        assert repr(board) == f"<Dashboard: open {board.url} in a browser>"
        assert f'href="{board.url}"' in board._repr_html_()
        began = time.monotonic()
    assert time.monotonic() - began < 8, "a connection that says nothing is not waited for"
    silent.close()
    assert (threads(), len(listeners)) == (before, told)
    assert repr(board) == board._repr_html_().replace("&lt;", "<").replace("&gt;", ">") == "<Dashboard, closed>"
    board.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address.hostname, address.port), timeout=5)
    with lf.dashboard(port=address.port) as again:
        assert urlsplit(again.url).port == address.port


def test_it_is_closed_while_a_query_runs():
    board = lf.dashboard()
    graph = {"a": Task(tasks.patient, (0.5,), "scan")}
    with waiting(graph, ["a"]) as raised:
        until(board, "running")
        board.close()
    assert raised == []


def test_a_port_that_is_taken(board):
    before = threads(), len(listeners)
    port = urlsplit(board.url).port
    with pytest.raises(OSError, match=rf"port {port} of 127\.0\.0\.1 is taken .* Pass another one, or none"):
        lf.dashboard(port=port)
    assert (threads(), len(listeners)) == before


@pytest.mark.parametrize("port", [-1, 65536, "80", 1.5, True, None])
def test_what_is_no_port(port):
    with pytest.raises(ValueError, match="pass a whole number from 0"):
        lf.dashboard(port=port)


def test_what_is_no_interval():
    with pytest.raises(ValueError, match="seconds between two looks"):
        lf.dashboard(interval=0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_a_forked_child_has_none():
    program = """
import os, lazyframe as lf
board = lf.dashboard()
child = os.fork()
if not child:
    assert repr(board) == "<Dashboard, closed>"
    lf.read_csv("data/sample/*.csv").Distance.max().compute(scheduler="sync")
    board.close()
    os._exit(0)
assert os.waitpid(child, 0)[1] == 0
assert "open http" in repr(board)
print("over")
"""
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode, done.stdout) == (0, "over\n"), done.stderr


def test_a_program_that_does_not_close_it_ends():
    program = "import lazyframe as lf; print(lf.dashboard().url[:17])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=120, check=True)
    assert (done.stdout, done.stderr) == ("http://127.0.0.1:\n", "")


# ---- the page


def test_the_page_loads_nothing(board):
    text = get(board, "/")[2]
    assert "{{" not in text
    found = Tags.of(text)
    assert [(tag, attributes) for tag, attributes in found if {"src", "href"} & set(attributes)] == [
        ("link", {"rel": "icon", "href": "data:,"})
    ]
    assert [set(attributes) for tag, attributes in found if tag == "script"] == [{"nonce"}]
    assert not {name for _, attributes in found for name in attributes if name.startswith("on")}


@in_a_browser
def test_a_browser_draws_it(board, tmp_path):
    df = lf.read_csv(FRAME, blocksize="1kB")
    df.groupby("Origin").DepDelay.mean().compute(scheduler="threads", num_workers=2)
    with pytest.raises(ZeroDivisionError):
        execute({"bad": Task(tasks.fail, ("<b>no</b>",), "<i>odd", "<img src=x>")}, ["bad"], "sync")
    df[df.Distance > 500].Distance.max().compute(scheduler="threads", num_workers=2)
    text = browser.dom(board.url, tmp_path, "--virtual-time-budget=5000")
    found = Tags.of(text)
    root = next(attributes for tag, attributes in found if tag == "html")
    assert root.get("data-drawn") == "run", text[:3000]
    assert "data-gone" not in root
    rows = [attributes for tag, attributes in found if "data-number" in attributes]
    assert [(row["data-number"], row["data-state"]) for row in rows] == [("3", "done"), ("2", "failed"), ("1", "done")]
    assert [row["aria-pressed"] for row in rows] == ["true", "false", "false"]
    assert "ZeroDivisionError: &lt;b&gt;no&lt;/b&gt;" in text
    assert not {"b", "i", "img"} & {tag for tag, _ in found}
    assert [tag for tag, _ in found].count("svg") == 1
    assert "Distance &gt; 500" in text
    assert all(stage["label"] in text for stage in data(board, run=3)["run"]["stages"])
