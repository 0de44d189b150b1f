from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import textwrap
import threading
import types

import executor_tasks as tasks
import pytest

import lazyframe as lf
from lazyframe.diagnostics import progress
from lazyframe.diagnostics.progress import ProgressBar, Snapshot
from lazyframe.executors import execute
from lazyframe.graph import Ref, Task

fcntl = pytest.importorskip("fcntl")


def graph(seconds=0.05, count=6):
    made = {f"s{n}": Task(tasks.stubborn, (seconds,), "scan+mean", f"f.csv[{n}]", 10**7) for n in range(count)}
    return made | {"all": Task(tasks.length, ([Ref(key) for key in made],), "combine")}


@pytest.fixture(autouse=True)
def no_thread_is_left():
    yield
    assert not [thread for thread in threading.enumerate() if thread.name == "lazyframe-progress"]


@pytest.fixture
def displays(monkeypatch):
    """What is shown, in place of any real display."""
    made = []

    class Display:
        def __init__(self):
            self.shown = []
            self.closed = "never"
            made.append(self)

        def show(self, snapshot):
            assert threading.current_thread().name == "lazyframe-progress"
            self.shown.append(snapshot)

        def close(self, snapshot):
            self.closed = snapshot

    monkeypatch.setattr(ProgressBar, "display", lambda self: Display())
    return made


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_every_scheduler_shows_the_same(displays, scheduler):
    with ProgressBar(dt=0.01):
        execute(graph(), ["all"], scheduler, 2)
    execute(graph(0.01), ["all"], scheduler, 2)
    (display,) = displays
    assert {(s.label, s.all_tasks, s.all_bytes) for s in display.shown} == {("scan+mean", 7, 6 * 10**7)}
    done = [(s.tasks, s.nbytes) for s in display.shown]
    assert done == sorted(done)
    assert len(set(done)) >= 3
    assert display.closed[:5] == ("scan+mean", 7, 7, 6 * 10**7, 6 * 10**7)


def test_an_error_takes_the_bar_away(displays):
    with pytest.raises(ZeroDivisionError), ProgressBar(dt=0.01):
        execute(graph() | {"bad": Task(tasks.fail, ("no",))}, ["all", "bad"], "sync")
    assert displays[0].closed is None


def test_register_and_unregister(displays):
    outer, inner = ProgressBar(dt=0.01), ProgressBar(minimum=60)
    outer.register()
    try:
        with inner:  # the innermost decides
            execute(graph(0.0), ["all"], "sync")
        assert not displays
        execute(graph(0.0), ["all"], "sync")
        assert len(displays) == 1
    finally:
        outer.unregister()
    outer.unregister()
    execute(graph(0.0), ["all"], "sync")
    assert len(displays) == 1


@pytest.mark.parametrize(
    ("setting", "terminal", "shown"),
    [("auto", True, True), ("auto", False, False), (True, False, True), (True, True, True), (False, True, False)],
)
def test_a_slow_query_shows_a_bar_by_itself(displays, monkeypatch, setting, terminal, shown):
    monkeypatch.setattr(progress, "_is_terminal", lambda file: terminal)
    monkeypatch.setattr(progress, "DELAY", 0.1)
    with lf.config.set(progress=setting):
        execute(graph(0.04), ["all"], "threads", 1)
        assert len(displays) == shown
        execute(graph(0.0), ["all"], "threads", 1)
    assert len(displays) == shown
    assert all(display.closed is None for display in displays)


def test_a_query_inside_a_task_shows_none(displays):
    with ProgressBar(dt=0.01):
        execute({str(n): Task(tasks.nested, ("threads",)) for n in range(3)}, ["0", "1", "2"], "threads", 2)
    assert len(displays) == 1


def test_of_two_queries_at_one_time_one_has_the_screen(displays):
    with ProgressBar(dt=0.01):
        threads = [threading.Thread(target=execute, args=(graph(0.02), ["all"], "sync")) for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
    spans = [(display.shown[0], display.closed) for display in displays]
    assert 1 <= len(spans) <= 2
    assert not progress._screen.locked()


def test_a_contradiction_goes_on_with_the_bar(displays, monkeypatch, tmp_path):
    path = tmp_path / "late.csv"
    path.write_text("a,b\n" + "1,2\n" * 60_000 + "x,2\n")
    df = lf.read_csv(path, blocksize="64kB", sample=1000)
    monkeypatch.setattr(progress, "_is_terminal", lambda file: True)
    with ProgressBar(dt=0.001), pytest.warns(lf.DtypePromotionWarning):
        assert df.a.max().compute(scheduler="sync") == "x"
    assert [display.closed is None for display in displays] == [True] * (len(displays) - 1) + [False]
    assert len(displays) == 2


def test_a_display_that_fails_does_not_disturb(capsys):
    class Gone(io.StringIO):
        def write(self, text):
            raise BrokenPipeError

    closed = io.StringIO()
    closed.close()
    for out in (Gone(), closed):
        with ProgressBar(out=out, dt=0.01):
            assert execute(graph(0.0), ["all"], "sync") == [6]
    assert capsys.readouterr().err == ""
    assert not progress._screen.locked()


def test_lines_in_a_file(monkeypatch):
    monkeypatch.setattr(progress, "_LINE_EVERY", 0.05)
    out = io.StringIO()
    with ProgressBar(out=out, dt=0.01):
        execute(graph(), ["all"], "sync")
    lines = out.getvalue().splitlines()
    assert len(lines) > 2
    assert lines[-1].startswith("scan+mean: 100%, 7/7 tasks, 60/60 MB, ")
    assert "\r" not in out.getvalue()


def test_a_notebook(monkeypatch):
    shown = []

    class Handle:
        def update(self, data, raw):
            shown.append(data)

    fake = types.ModuleType("IPython")
    fake.get_ipython = lambda: types.SimpleNamespace(kernel=object())
    fake.display = types.ModuleType("IPython.display")
    fake.display.display = lambda data, raw, display_id: Handle()
    monkeypatch.setitem(sys.modules, "IPython", fake)
    monkeypatch.setitem(sys.modules, "IPython.display", fake.display)
    monkeypatch.setattr(progress, "DELAY", 0.05)
    execute({"a": Task(tasks.stubborn, (0.2,), "scan <x>")}, ["a"], "threads", 1)
    assert any('<progress max="1" value="0.0000">' in data["text/html"] for data in shown[:-1])
    assert "scan &lt;x&gt;" in shown[0]["text/html"]
    assert shown[-1] == {"text/plain": ""}


def test_a_real_notebook_shows_bars_and_pictures(tmp_path):
    nbformat, nbclient = pytest.importorskip("nbformat"), pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    sources = [
        f"""
        import sys, time
        sys.path[:0] = {[p for p in sys.path if p]!r}
        import lazyframe as lf
        from lazyframe.diagnostics import progress
        from lazyframe.executors import execute
        from lazyframe.graph import Task
        progress.DELAY = 0.1
        graph = {{"a": Task(lambda: time.sleep(0.2) or 7, label="scan+mean", nbytes=10), "b": Task(int)}}
        execute(graph, list(graph), "threads", 1)""",
        "with lf.ProgressBar():\n    execute(graph, list(graph), 'threads', 1)",
        "lf.visualize(graph)",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(textwrap.dedent(source)) for source in sources])
    seen = []

    class Client(nbclient.NotebookClient):
        def process_message(self, message, cell, index):
            if message["msg_type"] == "update_display_data":
                seen.append((index, message["content"]["data"]))
            return super().process_message(message, cell, index)

    Client(book, timeout=120, resources={"metadata": {"path": str(tmp_path)}}).execute()
    assert "<progress" in next(data["text/html"] for index, data in seen if index == 0)
    assert all("text/html" not in output.get("data", {}) for output in book.cells[0].outputs)  # it went when all was done
    (bar,) = book.cells[1].outputs[:1]
    assert "100%, 2/2 tasks" in bar["data"]["text/html"]
    (picture,) = book.cells[2].outputs
    assert picture["data"]["image/svg+xml"].startswith("<svg")
    assert "scan+mean" in picture["data"]["text/html"]


@pytest.mark.parametrize(
    ("snapshot", "fraction", "facts"),
    [
        (Snapshot("x", 0, 4, 0, 0, 1.0), 0, "0/4 tasks"),
        (Snapshot("x", 1, 4, 0, 0, 2.0), 0.25, "1/4 tasks, 6.0 s left"),
        (Snapshot("x", 8, 9, 10, 10, 1.0), 0.99, "8/9 tasks, 10/10 bytes, 0 MB/s, 10 ms left"),
        (Snapshot("x", 4, 4, 0, 0, 75.0), 1, "4/4 tasks, 1 min 15 s"),
        (Snapshot("x", 1, 9, 5 * 10**8, 2 * 10**9, 20.0), 0.25, "1/9 tasks, 0.5/2 GB, 25 MB/s, 1 min 0 s left"),
        (Snapshot("x", 1, 9, 5, 10, 7200.0), 0.5, "1/9 tasks, 5/10 bytes, 0 MB/s, 2 h 0 min left"),
        (Snapshot("x", 4, 9, 5, 10, 1.0, 4, 8), 0.475, "4/9 tasks, 5/10 bytes, 0 MB/s, 1.1 s left"),
        (Snapshot("x", 8, 12, 10, 10, 1.0, 8, 8), 0.95, "8/12 tasks, 10/10 bytes, 0 MB/s, merging"),
    ],
)
def test_snapshot(snapshot, fraction, facts):
    assert snapshot.fraction == fraction
    assert snapshot.facts == facts


# ---- a real terminal

SCRIPT = """
    import sys, threading, time
    sys.path[:0] = {path!r}
    if {plain}:
        sys.modules["tqdm"] = None
    import executor_tasks as tasks
    from lazyframe.diagnostics import progress
    from lazyframe.executors import execute
    from lazyframe.graph import Ref, Task
    progress.DELAY = 0.2
    graph = {{f"s{{n}}": Task(tasks.stubborn, (0.1,), "scan+mean", "", 10**7) for n in range({count})}}
    graph["all"] = Task(tasks.length, ([Ref(key) for key in graph],), "combine")
    print("start", flush=True)
    try:
        print("answer", execute(graph, ["all"], {scheduler!r}, 2), flush=True)
    finally:
        print([t.name for t in threading.enumerate() if "progress" in t.name], flush=True)
"""


def on_a_terminal(tmp_path, *, interrupt=False, size=(24, 100), **fields):
    """What a script writes to a terminal, and its exit code."""
    pty, termios = pytest.importorskip("pty"), pytest.importorskip("termios")
    fields = {"plain": False, "count": 8, "scheduler": "threads", "path": [p for p in sys.path if p]} | fields
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(SCRIPT).format(**fields))
    mine, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, bytes((size[0], 0, size[1], 0, 0, 0, 0, 0)))
    environment = os.environ | {"TERM": "xterm"}
    child = subprocess.Popen([sys.executable, script], stdin=theirs, stdout=theirs, stderr=theirs, env=environment)
    os.close(theirs)
    seen = b""
    interrupted = False
    while True:
        try:
            got = os.read(mine, 4096)
        except OSError:  # Linux says so when the other side is closed
            break
        if not got:
            break
        seen += got
        if interrupt and not interrupted and b"%" in seen:
            child.send_signal(signal.SIGINT)
            interrupted = True
    os.close(mine)
    code = child.wait(240)
    return screen(seen.decode()), seen.decode(), code


def screen(text):
    """The lines that are left standing on a terminal."""
    lines = []
    for line in text.split("\n"):
        cells = ""
        for piece in line.removesuffix("\r").split("\r"):
            before, erase, after = piece.partition("\x1b[K")
            cells = before + after + ("" if erase else cells[len(before) :])
        lines.append(cells.rstrip())
    return [line for line in lines if line]


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_a_bar_on_a_terminal(tmp_path, scheduler, plain):
    left, seen, code = on_a_terminal(tmp_path, scheduler=scheduler, plain=plain)
    assert left == ["start", "answer [8]", "[]"]
    assert "8 tasks" not in left
    assert "/9 tasks, " in seen
    assert "/80 MB" in seen
    assert ("█" in seen) is not plain
    assert code == 0


def test_a_terminal_that_does_not_know_its_width_has_a_bar_too(tmp_path):
    _, seen, code = on_a_terminal(tmp_path, size=(0, 0))
    assert "/80 MB" in seen
    assert code == 0


def test_ctrl_c_gives_a_clean_traceback(tmp_path):
    left, _, code = on_a_terminal(tmp_path, interrupt=True, count=5000)
    assert code != 0
    assert left[:3] == ["start", "[]", "Traceback (most recent call last):"]
    assert left[-1] == "KeyboardInterrupt"
    assert not any(line.startswith("answer") for line in left)
