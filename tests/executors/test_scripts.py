"""Whole programs, as users run them: interrupted, killed, without a main guard, from standard input."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import executor_tasks as tasks
import pytest

import lazyframe

ROOT = Path(lazyframe.__path__[0]).parent
HERE = Path(__file__).parent

START = """
import os, signal, sys, threading, time
import executor_tasks as tasks
from lazyframe.executors import execute
from lazyframe.graph import Ref, Task

def many(function, *arguments):
    graph = {str(n): Task(function, arguments) for n in range(4)}
    return graph, list(graph)
"""


class Program:
    def __init__(self, path, text, directory=None):
        path.write_text(START + textwrap.dedent(text))
        self.process = subprocess.Popen(
            [sys.executable, str(path)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(HERE)])},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            cwd=directory,
        )

    def line(self):
        line = self.process.stdout.readline().rstrip()
        assert line, self.process.communicate()
        return line

    def end(self):
        """What it printed to the end, having ended well and without a word of complaint."""
        out, err = self.process.communicate(timeout=240)
        assert (self.process.returncode, err) == (0, "")
        return out


@pytest.fixture
def program(tmp_path):
    started = []

    def start(text, directory=None):
        started.append(Program(tmp_path / "program.py", text, directory))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            os.killpg(one.process.pid, signal.SIGKILL)
        one.process.communicate()


def gone(pid, seconds=60):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
            with open(f"/proc/{pid}/stat") as file:
                if file.read().rsplit(")", 1)[1].split()[0] == "Z":
                    return True
        except (ProcessLookupError, FileNotFoundError):
            return True
        time.sleep(0.02)
    return False


INTERRUPTED = """
    from concurrent.futures import ThreadPoolExecutor
    scheduler = ThreadPoolExecutor(2) if {scheduler!r} == "executor" else {scheduler!r}
    print(*set(execute(*many(tasks.pid), scheduler, 2)), flush=True)
    threading.Timer(0.5, print, ["running"], dict(flush=True)).start()
    try:
        execute(*many(tasks.{task}, {seconds}), scheduler, 2)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    print(sum(execute(*many(tasks.add, 1, 2), scheduler, 2)), flush=True)
"""


@pytest.mark.parametrize(
    ("scheduler", "task"),
    [
        ("sync", "patient"),
        ("threads", "patient"),
        ("threads", "stubborn"),
        ("processes", "stubborn"),
        ("executor", "patient"),
    ],
)
def test_ctrl_c(program, scheduler, task):
    running = program(INTERRUPTED.format(scheduler=scheduler, task=task, seconds=tasks.ENDLESS))
    children = {int(pid) for pid in running.line().split()} - {running.process.pid}
    assert running.line() == "running"
    os.killpg(running.process.pid, signal.SIGINT)  # as a terminal does: to all processes in the foreground
    assert running.line() == "interrupted"
    assert running.line() == "12"
    assert running.end() == ""  # nothing holds up the end of the program
    assert bool(children) == (scheduler == "processes")
    assert all(map(gone, children))


READING = """
    import lazyframe as lf
    from concurrent.futures import ThreadPoolExecutor
    open("numbers.csv", "wb").write(b"a,b,s\\n" + b"12345,0.25,some text of a row\\n" * 700_000)
    scheduler = ThreadPoolExecutor(2) if {scheduler!r} == "executor" else {scheduler!r}
    df = lf.read_csv(["numbers.csv"] * 200, blocksize="1GiB")  # 20 MB a block, 4 GB in all
    lines = {lines}
    print(*set(execute(*many(tasks.pid), scheduler, 2)), flush=True)
    threading.Timer(0.7, print, ["running"], dict(flush=True)).start()
    try:
        lines().compute(scheduler=scheduler, num_workers=2)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
    print(len(lf.read_csv("numbers.csv")), df.b.head(3).sum().compute(scheduler=scheduler, num_workers=2), flush=True)
"""


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes", "executor"])
@pytest.mark.parametrize(
    "lines",
    ["lambda: df.groupby('s').b.mean()", "lambda: lf.delayed(lambda parts: len(parts))([p.b.sum() for p in df.to_delayed()])"],
    ids=["groupby", "delayed"],
)
def test_ctrl_c_in_the_middle_of_a_block(program, scheduler, lines, tmp_path):
    running = program(READING.format(scheduler=scheduler, lines=lines), tmp_path)
    children = {int(pid) for pid in running.line().split()} - {running.process.pid}
    assert running.line() == "running"
    os.killpg(running.process.pid, signal.SIGINT)
    assert running.line() == "interrupted"
    assert running.line() == "700000 0.75"
    assert running.end() == ""
    assert all(map(gone, children))


def test_ctrl_c_again_and_again(program):
    running = program("""
        for scheduler in ("threads", "processes") * 2:
            threading.Timer(0.3, os.kill, [os.getpid(), signal.SIGINT]).start()
            try:
                execute(*many(tasks.patient, tasks.ENDLESS), scheduler, 2)
            except KeyboardInterrupt:
                print(sum(execute(*many(tasks.add, 1), scheduler, 2)), flush=True)
    """)
    assert running.end().split() == ["4"] * 4


def test_a_script_without_a_main_guard_and_functions_of_its_own(program):
    pytest.importorskip("cloudpickle")
    running = program("""
        class Point:
            def __init__(self, x):
                self.x = x

        class Mine(Exception):
            pass

        def move(point):
            print("moving", flush=True)
            return Point(point.x + 1)

        def refuse():
            raise Mine("refused")

        print("once")
        graph = {"a": Task(move, (Point(1),)), "b": Task(move, (Ref("a"),))}
        (point,) = execute(graph, ["b"], "processes", 2)
        print(type(point) is Point, point.x)
        try:
            execute({"a": Task(refuse)}, ["a"], "processes", 2)
        except Mine as error:
            print(error, error.__notes__[-1])
    """)
    assert sorted(running.end().split("\n")) == ["", "True 3", "moving", "moving", "once", "refused in task refuse"]


def test_delayed_functions_of_a_script_in_other_processes(program):
    pytest.importorskip("cloudpickle")
    running = program("""
        import pandas as pd
        import lazyframe as lf

        @lf.delayed(pure=True)
        def part(start):
            return pd.DataFrame({"x": range(start, start + 3)})

        total = sum([part(n).x.sum() for n in (0, 3)])
        df = lf.from_delayed([part(0), part(3)], meta={"x": "int64"})
        half = df.map_partitions(lambda d: d.x / 2, meta=pd.Series([], dtype="float64", name="x"))
        print(*lf.compute(total, df.x.sum(), half.max(), scheduler="processes", num_workers=2))
        part("no").compute(scheduler="processes")
    """)
    out, err = running.process.communicate(timeout=240)
    assert out == "15 15 2.5\n"
    assert "can only concatenate str" in err
    assert "delayed call: part('no')" in err
    assert 'part("no").compute(' in err, "the user's line"


def test_a_script_without_cloudpickle(program):
    running = program("""
        sys.modules["cloudpickle"] = None
        def mine():
            return 1
        try:
            execute({"a": Task(mine)}, ["a"], "processes", 2)
        except Exception as error:
            print(error)
    """)
    said = running.end()
    assert "'mine' is defined in the program's main module" in said
    assert "functions defined in a script or notebook need `cloudpickle`" in said


def test_a_program_from_standard_input():
    text = START + "print(execute(*many(tasks.add, 1, 2), 'processes', 2))"
    path = os.pathsep.join([str(ROOT), str(HERE)])
    ran = subprocess.run(
        [sys.executable, "-"], input=text, env=os.environ | {"PYTHONPATH": path}, capture_output=True, text=True, timeout=60
    )
    assert (ran.stdout, ran.stderr) == ("[3, 3, 3, 3]\n", "")


def test_modules_in_a_data_folder_are_never_run(program, tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    for name in ("pickle", "queue", "signal", "struct", "importlib", "lazyframe", "numpy", "pandas", "sitecustomize"):
        (data / f"{name}.py").write_text(f"open({str(tmp_path / 'run')!r}, 'a').write(__name__); raise SystemExit(3)")
    (data / "a.csv").write_text("a\n1\n2\n")
    running = program(
        """
        import lazyframe as lf
        print(lf.read_csv("*.csv").a.sum().compute(scheduler="processes", num_workers=2))
        print(execute({"a": Task(eval, ("__import__('os').getcwd() in __import__('sys').path",))}, ["a"], "processes", 2))
        """,
        data,
    )
    assert running.end() == "3\n[False]\n"
    assert not (tmp_path / "run").exists()


def test_workers_are_started_as_their_parent_was(tmp_path):
    (tmp_path / "queue.py").write_text("raise SystemExit(3)")
    text = f"import sys; sys.path += {[str(ROOT), str(HERE)]!r}\n{START}print(execute(*many(tasks.add, 1, 2), 'processes', 2))"
    for flags in (["-I"], ["-E", "-X", "utf8"]):
        ran = subprocess.run(
            [sys.executable, *flags, "-c", text],
            env=os.environ | {"PYTHONPATH": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=60,
        )
        assert (ran.stdout, ran.stderr) == ("[3, 3, 3, 3]\n", "")


def test_what_tasks_print_goes_where_the_program_prints(program):
    running = program("""
        execute({"a": Task(print, ("said in a task",))}, ["a"], "processes", 1)
        execute({"a": Task(os.system, ("echo said in a shell",))}, ["a"], "processes", 1)
        print(execute({"a": Task(eval, ("__import__('sys').stdin.read()",))}, ["a"], "processes", 1))
    """)
    assert running.end() == "said in a task\nsaid in a shell\n['']\n"


def test_workers_end_when_their_parent_is_killed(program):
    running = program("""
        print(*set(execute(*many(tasks.pid), "processes", 2)), flush=True)
        threading.Timer(0.3, print, ["running"], dict(flush=True)).start()
        execute(*many(tasks.stubborn, tasks.ENDLESS), "processes", 2)
    """)
    children = list(map(int, running.line().split()))
    assert running.line() == "running"
    assert len(children) == 2
    running.process.kill()
    assert all(map(gone, children))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_workers_end_when_their_parent_is_killed_and_a_fork_of_it_lives(program):
    running = program("""
        print(*set(execute(*many(tasks.pid), "processes", 2)), flush=True)
        fork = os.fork()
        if fork == 0:
            time.sleep(tasks.ENDLESS)
            os._exit(0)
        print(fork, flush=True)
        execute(*many(tasks.stubborn, tasks.ENDLESS), "processes", 2)
    """)
    children = list(map(int, running.line().split()))
    fork = int(running.line())
    running.process.kill()
    try:
        assert all(map(gone, children))
    finally:
        os.kill(fork, signal.SIGKILL)  # it holds the program's output


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes"])
def test_computing_while_the_interpreter_ends_is_an_error(program, scheduler):
    running = program(f"""
        import lazyframe as lf
        class Last:
            def __init__(self, query):
                self.query = query
            def __del__(self):
                self.query.compute(scheduler={scheduler!r})
        last = Last(lf.delayed(max)(1, 2))
        last.query.compute()
    """)
    out, err = running.process.communicate(timeout=240)
    assert (running.process.returncode, out) == (0, "")
    assert "RuntimeError: the interpreter is ending, and nothing can be computed any more" in err


@pytest.mark.parametrize("scheduler", ["threads", "processes"])
def test_a_query_left_running_does_not_hold_up_the_end(program, scheduler):
    running = program(f"""
        threading.Thread(target=execute, args=(*many(tasks.stubborn, tasks.ENDLESS), "{scheduler}", 2), daemon=True).start()
        time.sleep(0.5)
        print("end", flush=True)
    """)
    assert running.line() == "end"
    assert running.process.wait(240) == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the system has no fork")
def test_a_forked_child_has_pools_of_its_own(program):
    running = program("""
        before = {scheduler: set(execute(*many(tasks.pid), scheduler, 2)) for scheduler in ("threads", "processes")}
        if os.fork() == 0:
            here = [set(execute(*many(tasks.pid), scheduler, 2)) for scheduler in ("threads", "processes")]
            print(here[0] == {os.getpid()}, not here[1] & before["processes"], flush=True)
            sys.exit()
        os.wait()
        print(set(execute(*many(tasks.pid), "processes", 2)) <= before["processes"])
    """)
    assert running.end() == "True True\nTrue\n"
