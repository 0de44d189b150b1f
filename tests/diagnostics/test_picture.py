from __future__ import annotations

import io
import xml.etree.ElementTree as ElementTree

import pytest
from oracle import lazy, sample

import lazyframe as lf
from lazyframe.diagnostics import drawing, history
from lazyframe.diagnostics.picture import function_name, graph_picture
from lazyframe.executors import execute
from lazyframe.graph import Ref, Task

SVG = "{http://www.w3.org/2000/svg}"


def boxes(picture):
    """The lines of each box and what it tells, as a browser reads the SVG."""
    root = ElementTree.fromstring(picture.svg)
    found = [node for node in root.iter(f"{SVG}g") if node.get("tabindex") == "0"]
    return {tuple(text.text for text in node.findall(f"{SVG}text")): node.findtext(f"{SVG}title") for node in found}


def arrows(picture):
    root = ElementTree.fromstring(picture.svg)
    return [path for path in root.iter(f"{SVG}path") if path.get("marker-end") or path.get("marker-start")]


def double(value):
    return 2 * value


def tree(count):
    graph = {f"s{n}": Task(double, (n,), "scan+mean", f"f.csv[{n}]", 1000) for n in range(count)}
    return graph | {"all": Task(sum, ([Ref(key) for key in graph],), "combine")}


def test_tasks_tell_their_function_and_after_a_run_how_long_they_took(monkeypatch):
    monkeypatch.setattr(history, "_latest", type(history._latest)(maxlen=8))
    before = boxes(graph_picture(tree(3)))
    assert before["scan+mean", "f.csv[0]"].endswith("key: s0\nreads 1 kB\nnot run yet")
    execute(tree(3), ["all"], "threads", 2)
    after = boxes(graph_picture(tree(3), ["all"]))
    ((lines, tip),) = [(lines, tip) for lines, tip in after.items() if "f.csv[0]" in lines]
    assert lines[2].endswith(" ms")
    assert f"function: {__name__}.double" in tip
    assert "took " in tip
    assert " on thread-" in tip
    assert len(arrows(graph_picture(tree(3)))) == 3


def test_many_tasks_share_boxes_and_a_word_says_so(monkeypatch):
    monkeypatch.setattr(history, "_latest", type(history._latest)(maxlen=8))
    execute(tree(2000), ["all"], "sync")
    picture = graph_picture(tree(2000))
    (scan, tip), (combine, _) = boxes(picture).items()
    assert scan[:2] == ("scan+mean", "2,000 tasks, 2 MB")
    assert "in all, the longest" in tip
    assert combine[0] == "combine"
    assert "2,001 tasks: those of one kind share a box" in picture.svg
    assert repr(picture).startswith("<Picture of 2,001 tasks")
    assert len(boxes(graph_picture(tree(200), max_tasks=500))) == 201


def test_a_plan():
    df = lazy(sample())
    picture = df[df.i > df.i.mean()].groupby("s").f.mean().visualize()
    lines = list(boxes(picture))
    assert [line[0] for line in lines] == ["Project", "Aggregate", "Scan", "Aggregate", "Scan"]
    assert any("i > (mean of i)" in " ".join(line) for line in lines)
    assert sum(arrow.get("class") == "lf-dashed" for arrow in arrows(picture)) == 1
    assert picture._repr_svg_() in picture._repr_html_()


def test_what_plans_share_is_drawn_once():
    df = lazy(sample())
    picture = lf.visualize(df.i.max(), [df.i.max(), {"x": df.i.min()}])
    assert sorted(line[0] for line in boxes(picture)) == ["Aggregate", "Aggregate", "Scan"]
    assert next(line[0] for line in boxes(lf.visualize(df.i.max(), df.f.min(), tasks=True))) == "scan for 2 results"


def test_delayed_values():
    df = lazy(sample())
    total = lf.delayed(double)(lf.delayed(double, pure=True)(1) + df.i.max())
    assert repr(total.visualize()) == repr(lf.visualize([total], tasks=False))
    shown = boxes(total.visualize())
    assert {"double", "add", "to pandas", "finish"} <= {lines[0] for lines in shown}
    assert f"function: {__name__}.double" in shown[("double",)]


def test_a_graph_can_be_drawn():
    assert len(boxes(lf.visualize(tree(4)))) == 5


def test_nothing_to_draw():
    with pytest.raises(TypeError, match="visualize draws what can be computed"):
        lf.visualize(3)


def test_files(tmp_path):
    df = lazy(sample())
    df.visualize(tmp_path / "plan.svg")
    ElementTree.parse(tmp_path / "plan.svg")
    lf.visualize(df.i.max(), filename=str(tmp_path / "bare"))
    assert (tmp_path / "bare.svg").exists()
    with pytest.raises(ValueError, match=r"cannot draw a \.pdf file: .* has to end in \.svg or \.png"):
        df.visualize(tmp_path / "plan.pdf")


def test_function_name():
    assert function_name(io.StringIO) == "_io.StringIO"
    assert function_name(io.StringIO("x")) == "_io.StringIO"
    assert function_name(Task(int)) == "builtins.int"


def test_colors_are_of_the_kind_of_work_and_the_same_in_every_picture():
    df = lf.read_csv("data/sample/*.csv")
    query = df[df.DepDelay > 0].groupby("Origin").DepDelay.mean()
    of_plan = {box.lines[0]: box.color for box in query.visualize()._drawing.boxes}
    of_tasks = {box.lines[0].split("+")[0]: box.color for box in query.visualize(tasks=True)._drawing.boxes}
    other = {box.lines[0]: box.color for box in df.sort_values("DepDelay").head(3).visualize()._drawing.boxes}
    assert of_plan["Scan"] == of_tasks["scan"] == other["Scan"]
    assert of_plan["Aggregate"] == of_tasks["combine"] != of_plan["Scan"]
    for _, line in drawing.COLORS:
        red, green, blue = (int(line[at : at + 2], 16) for at in (1, 3, 5))
        assert not (red > 200 and green < 60 and blue < 60), "red is for errors"
