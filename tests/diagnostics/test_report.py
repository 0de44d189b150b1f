from __future__ import annotations

import json
import re

import browser
import executor_tasks as tasks
import pytest
from browser import Tags, in_a_browser

import lazyframe as lf
from lazyframe.diagnostics.report import page_data
from lazyframe.executors import execute
from lazyframe.graph import Ref, Task


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A report of two queries, one of whose tasks is called by what would end a script."""
    df = lf.read_csv("data/sample/*.csv", blocksize="1kB")
    made = {f"s{n}": Task(tasks.stubborn, (0.02,), "scan+mean", f"f.csv[{n}]", 10**6) for n in range(3)}
    made |= {"all": Task(tasks.length, ([Ref(key) for key in made],), "combine")}
    odd = {"a": Task(tasks.stubborn, (0.01,), "</script><b>odd", "<i>.csv", 5)}
    with lf.profile(interval=0.01) as profile:
        df[df.Distance > 500].groupby("Origin").DepDelay.mean().max().compute(scheduler="threads", num_workers=2)
        execute(made, ["all"], "processes", 2)
        execute(odd, ["a"], "sync")
    path = tmp_path_factory.mktemp("page") / "report.html"
    assert profile.report(path) == path
    return path, profile


def test_names_of_files_and_columns_are_text(tmp_path):
    (tmp_path / "<img src=x onerror=alert(1)>").mkdir()
    path = tmp_path / "<img src=x onerror=alert(1)>" / "{{DATA}}</script>\udcff&.csv".replace("/", "")
    try:
        path.write_text('"<script>alert(1)</script>","\x1b]0;"\n"<b>",1\n')
    except OSError:
        pytest.skip("no such names of files here")
    df = lf.read_csv(path)
    with lf.profile() as profile:
        df.groupby("<script>alert(1)</script>")["\x1b]0;"].sum().compute(scheduler="sync")
    profile.report(tmp_path / "report.html")
    tags = Tags.of((tmp_path / "report.html").read_text(encoding="utf-8"))
    assert [tag for tag, _ in tags].count("script") == 2
    assert not {"img", "b"} & {tag for tag, _ in tags}
    assert not {name for _, attributes in tags for name in attributes if name.startswith("on")}


def test_the_page_loads_nothing(page):
    text = page[0].read_text(encoding="utf-8")
    tags = Tags.of(text)
    assert not [tag for tag, attributes in tags if {"src", "href"} & set(attributes)]
    assert not re.search(r"@import|url\((?!#)|fetch\(|XMLHttp", text)
    assert not [tag for tag, _ in tags if tag in ("b", "i")]
    assert "{{" not in text


def dom(path, tmp_path, script="", *options):
    """The page as a browser has it after running its script, then ours; and what ours put into `data-found`."""
    text = path.read_text(encoding="utf-8")
    watch = "<script>window.onerror = (...all) => { document.documentElement.dataset.error = all[0]; };</script>"
    ask = f"<script>document.documentElement.dataset.found = JSON.stringify((() => {{ {script} }})() ?? null);</script>"
    copy = tmp_path / "page.html"
    copy.write_text(text.replace("<head>", "<head>" + watch, 1).replace("</body>", ask + "</body>"), encoding="utf-8")
    found = Tags.of(browser.dom(copy.as_uri(), tmp_path, *options))
    root = next(attributes for tag, attributes in found if tag == "html")
    assert "data-error" not in root, root["data-error"]
    assert root["data-drawn"] == "yes"
    return found, json.loads(root["data-found"])


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
    path, profile = page
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
    data = page_data(profile)
    upper, lower = data["workers"][:2]
    assert f" on {upper}" in first
    its_tasks = sum(data["workers"][task[0]] == upper for task in data["tasks"])
    assert (first != second) == (its_tasks > 1)  # who gets how many is a matter of luck
    assert f" on {lower}" in below
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
