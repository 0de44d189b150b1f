from __future__ import annotations

import html.parser
import itertools
import json
import re
import shutil
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import executor_tasks as tasks
import pytest

import lazyframe as lf
from lazyframe.diagnostics import memory
from lazyframe.diagnostics.memory import Sampler
from lazyframe.diagnostics.profile import table
from lazyframe.diagnostics.recording import Recording
from lazyframe.diagnostics.report import page_data
from lazyframe.executors import execute, listeners
from lazyframe.graph import Ref, Task


def graph(count=6, seconds=0.02):
    made = {f"s{n}": Task(tasks.stubborn, (seconds,), "scan+mean", f"f.csv[{n}]", 10**6) for n in range(count)}
    return made | {"all": Task(tasks.length, ([Ref(key) for key in made],), "combine")}


@pytest.mark.parametrize("scheduler", ["sync", "threads", "processes", "executor"])
def test_every_scheduler_is_profiled_alike(scheduler):
    with ThreadPoolExecutor(2) as executor, lf.profile(interval=0.01) as profile:
        execute(graph(), ["all"], executor if scheduler == "executor" else scheduler, 2)
    execute(graph(), ["all"], "sync")
    (recording,) = profile.runs
    assert len(recording.ends) == 7
    first, second = profile.stages
    assert (first.label, first.tasks, first.nbytes) == ("scan+mean", 6, 6 * 10**6)
    assert first.seconds >= 6 * 0.02
    assert 0.02 <= first.longest <= first.seconds
    assert (second.label, second.tasks) == ("combine", 1)
    assert all(profile.began <= end.start <= end.stop <= profile.finished for end in recording.ends)
    workers = {end.worker for end in recording.ends}
    assert len(workers) <= (2 if scheduler in ("threads", "processes") else 1)
    assert f"on {scheduler}," in str(profile) or f"on 2 {scheduler}," in str(profile)
    assert profile.memory[0].own > 10**6
    assert profile.memory[0].time <= profile.memory[-1].time <= profile.finished


def test_a_worker_runs_one_task_at_a_time():
    with lf.profile() as profile:
        execute(graph(20, 0.005), ["all"], "threads", 3)
    data = page_data(profile)
    assert len(data["workers"]) == 3
    for worker in range(3):
        spans = [(start, start + took) for at, _, start, took, *_ in data["tasks"] if at == worker]
        assert spans == sorted(spans)
        assert all(first[1] <= second[0] + 0.01 for first, second in itertools.pairwise(spans))


def test_peaks_of_held_results():
    made = {f"p{n}": Task(tasks.zeros, (1000 * (n + 1),)) for n in range(4)}
    made |= {"m0": Task(tasks.length, ([Ref("p0"), Ref("p1")],)), "m1": Task(tasks.length, ([Ref("p2"), Ref("p3")],))}
    made |= {"all": Task(tasks.add, (Ref("m0"), Ref("m1")))}
    with lf.profile() as profile:
        execute(made, ["all"], "sync")
    # p0, p1 and m0; then m0, p2, p3 and m1
    assert profile.runs[0].peak_results == 4
    assert 7000 <= profile.runs[0].peak_bytes <= 7500 or 56_000 <= profile.runs[0].peak_bytes <= 57_000


def test_an_error_is_told():
    with pytest.raises(ZeroDivisionError), lf.profile() as profile:
        execute({"a": Task(tasks.fail, ("no good",))}, ["a"], "sync")
    assert str(profile).splitlines()[-3] == "ended by ZeroDivisionError: no good"
    assert profile.runs[0].finished


def test_queries_inside_tasks_are_time_of_the_task():
    with lf.profile() as profile:
        execute({"a": Task(tasks.nested, ("threads",))}, ["a"], "threads", 1)
    assert [len(recording.ends) for recording in profile.runs] == [1]


def test_nothing_is_left_behind():
    before = list(listeners)
    with lf.profile() as profile:
        assert any(thread.name == "lazyframe-memory" for thread in threading.enumerate())
    assert listeners == before
    assert not any(thread.name == "lazyframe-memory" for thread in threading.enumerate())
    assert str(profile) == "nothing was run\n\nstage  tasks  time  share  longest  read"
    with pytest.raises(RuntimeError, match="a profile records one with block"), profile:
        pass


@pytest.mark.parametrize("psutil", [True, False])
def test_the_memory_of_children_counts(monkeypatch, psutil):
    if psutil:
        pytest.importorskip("psutil")
        monkeypatch.setattr(memory, "_proc_tells", lambda: False)
    elif not memory._proc_tells():
        pytest.skip("only Linux has /proc")
    measure = memory._measure()
    own, children = measure()
    program = "x = b'1' * 50_000_000; print('ready', flush=True); input()"
    child = subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        child.stdout.readline()
        after = measure()
    finally:
        child.communicate(b"\n", timeout=30)
    assert after[1] - children > 50_000_000
    assert abs(after[0] - own) < 30_000_000


def test_samples_stay_few(monkeypatch):
    monkeypatch.setattr(memory, "_MOST", 10)
    sampler = Sampler(0.001)
    sampler.start()
    time.sleep(0.3)
    sampler.stop()
    assert 5 <= len(sampler.samples) <= 11
    assert sampler._interval > 0.001
    assert sorted(sampler.samples) == sampler.samples


def test_where_memory_is_not_known(monkeypatch):
    monkeypatch.setattr(memory, "_proc_tells", lambda: False)
    monkeypatch.setitem(sys.modules, "psutil", None)
    with lf.profile() as profile:
        execute(graph(1, 0.0), ["all"], "sync")
    assert profile.memory == []
    assert "memory: not known here without psutil" in str(profile)


def test_table():
    assert table([("stage", "n"), ("a", "1,000")]) == ["stage      n", "a      1,000"]


# ---- the page


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A report of two queries, one of whose tasks is called by what would end a script."""
    df = lf.read_csv("data/sample/*.csv", blocksize="1kB")
    odd = {"a": Task(tasks.stubborn, (0.01,), "</script><b>odd", "<i>.csv", 5)}
    with lf.profile(interval=0.01) as profile:
        df[df.Distance > 500].groupby("Origin").DepDelay.mean().max().compute(scheduler="threads", num_workers=2)
        execute(graph(3), ["all"], "processes", 2)
        execute(odd, ["a"], "sync")
    path = tmp_path_factory.mktemp("page") / "report.html"
    profile.report(path)
    return path, profile


class Tags(html.parser.HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))


def test_the_page_loads_nothing(page):
    text = page[0].read_text(encoding="utf-8")
    tags = Tags()
    tags.feed(text)
    assert not [tag for tag, attributes in tags.found if {"src", "href"} & set(attributes)]
    assert not re.search(r"@import|url\((?!#)|fetch\(|XMLHttp", text)
    assert not [tag for tag, _ in tags.found if tag in ("b", "i")]
    assert "{{" not in text


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome", "chrome"))), None)
in_a_browser = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")


def dom(path, tmp_path, script="", *options):
    """The page as a browser has it after running its script, then ours; and what ours put into `data-found`."""
    text = path.read_text(encoding="utf-8")
    watch = "<script>window.onerror = (...all) => { document.documentElement.dataset.error = all[0]; };</script>"
    ask = f"<script>document.documentElement.dataset.found = JSON.stringify((() => {{ {script} }})() ?? null);</script>"
    copy = tmp_path / "page.html"
    copy.write_text(text.replace("<head>", "<head>" + watch, 1).replace("</body>", ask + "</body>"), encoding="utf-8")
    quiet = ["--disable-quic", "--disable-background-networking", "--disable-component-update", "--disable-sync"]
    command = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", *quiet]
    command += [f"--user-data-dir={tmp_path / 'browser'}"]
    command += ["--window-size=1200,900", *options, "--dump-dom", copy.as_uri()]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    tags = Tags()
    tags.feed(done.stdout.decode())
    root = next(attributes for tag, attributes in tags.found if tag == "html")
    assert "data-error" not in root, root["data-error"]
    assert root["data-drawn"] == "yes"
    return tags.found, json.loads(root["data-found"])


@in_a_browser
def test_a_browser_draws_it(page, tmp_path):
    path, profile = page
    count = """
        const inks = canvas => {
            const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data, seen = new Set();
            for (let at = 0; at < pixels.length; at += 4)
                if (pixels[at + 3] > 250) seen.add(pixels.slice(at, at + 3).join());
            return [...seen];
        };
        const rows = [...document.querySelectorAll("#stages tbody tr")].map(row => [...row.cells].map(cell => cell.textContent));
        return {stream: inks(stream), memory: inks(memory).length, rows, wide: document.body.scrollWidth <= innerWidth};
    """
    found, got = dom(path, tmp_path, count)
    for number in range(2):  # those whose tasks are wide enough not to be painted over
        color = page_data(profile)["colors"][number % 8]
        assert ",".join(str(int(color[at : at + 2], 16)) for at in (1, 3, 5)) in got["stream"]
    assert got["memory"] >= 1
    assert [row[0] for row in got["rows"]] == [stage.label for stage in profile.stages]
    assert [row[1] for row in got["rows"]] == [str(stage.tasks) for stage in profile.stages]
    assert got["wide"]
    svgs = [attributes for tag, attributes in found if tag == "svg"]
    assert len(svgs) == 1 + len(profile.runs)  # one plan, and the tasks of each run


@in_a_browser
def test_keys_and_the_mouse_tell_of_tasks(page, tmp_path):
    path, _ = page
    script = """
        const press = key => {
            stream.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
            return tip.textContent;
        };
        stream.focus();
        const told = [tip.hidden, press("ArrowRight"), press("ArrowRight"), press("ArrowDown"), press("End")];
        const before = to - from;
        press("+");
        told.push((to - from) / before, document.getElementById("spoken").textContent);
        document.getElementById("all").click();
        told.push((to - from) / before);
        press("Escape");
        told.push(tip.hidden);
        const task = data.tasks.find(task => task[5] === "<i>.csv"), box = stream.getBoundingClientRect();
        const clientX = box.left + x(task[START] + task[TOOK] / 2, box.width);
        const clientY = box.top + TOP + ROW * task[WORKER] + ROW / 2;
        stream.dispatchEvent(new PointerEvent("pointermove", {clientX, clientY, bubbles: true}));
        told.push(tip.textContent);
        return told;
    """
    _, (hidden, first, second, below, last, closer, spoken, all_again, gone, hovered) = dom(path, tmp_path, script)
    assert hidden is True
    assert " on process-0" in first
    assert first != second
    assert " on process-1" in below
    assert spoken == last.replace("\n", "; ")
    assert closer == pytest.approx(0.5)
    assert all_again == pytest.approx(1)
    assert gone is True
    assert hovered.startswith("</script><b>odd <i>.csv\n")
    assert " on sync, from " in hovered


@in_a_browser
def test_it_is_readable_on_dark_ground(page, tmp_path):
    ask = "return [getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color];"
    _, light = dom(page[0], tmp_path, ask)
    _, dark = dom(page[0], tmp_path, ask, "--blink-settings=preferredColorScheme=0")

    def brightness(color):
        return sum(map(int, re.findall(r"\d+", color)[:3])) / 765

    assert brightness(light[0]) > 0.9 > 0.3 > brightness(light[1])
    assert brightness(dark[0]) < 0.2 < 0.7 < brightness(dark[1])


def test_recordings_know_their_plans():
    df = lf.read_csv("data/sample/*.csv")
    with lf.profile() as profile:
        df.Distance.max().compute(scheduler="sync")
        execute({"a": Task(int)}, ["a"], "sync")
    assert [isinstance(recording, Recording) and len(recording.plans) for recording in profile.runs] == [1, 0]
