from __future__ import annotations

import itertools
import os
import stat
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lazyframe.diagnostics import layout as module
from lazyframe.diagnostics.layout import GraphLayout, layout


@pytest.fixture(autouse=True)
def no_graphviz(monkeypatch):
    monkeypatch.setattr(module.shutil, "which", lambda name: None)


@st.composite
def drawings(draw):
    count = draw(st.integers(1, 14))
    sizes = {f"n{n}": (draw(st.integers(10, 90)), draw(st.integers(10, 40))) for n in range(count)}
    pairs = [(f"n{a}", f"n{b}") for a, b in itertools.combinations(range(count), 2)]
    return sizes, draw(st.lists(st.sampled_from(pairs), max_size=25)) if pairs else []


@given(drawings(), st.booleans())
def test_boxes_do_not_touch_and_edges_go_one_way(drawing, downwards):
    sizes, edges = drawing
    found = layout(sizes, edges, downwards)
    boxes = {
        key: (x - sizes[key][0] / 2, y - sizes[key][1] / 2, x + sizes[key][0] / 2, y + sizes[key][1] / 2)
        for key, (x, y) in found.places.items()
    }
    assert boxes.keys() == sizes.keys()
    for left, top, right, bottom in boxes.values():
        assert -1e-6 <= left < right <= found.width + 1e-6
        assert -1e-6 <= top < bottom <= found.height + 1e-6
    for one, other in itertools.combinations(boxes.values(), 2):
        apart = one[2] < other[0] or other[2] < one[0] or one[3] < other[1] or other[3] < one[1]
        assert apart
    assert set(found.paths) == set(edges)
    for (start, end), path in found.paths.items():
        assert len(path) % 3 == 1
        axis = 1 if downwards else 0
        assert path[0][axis] == pytest.approx(boxes[start][axis + 2])
        assert path[-1][axis] == pytest.approx(boxes[end][axis])
        assert path[0][axis] < path[-1][axis]


def test_a_tree_has_no_crossings_and_its_root_is_in_the_middle():
    sizes = {f"leaf{n}": (40, 20) for n in range(8)} | {f"m{n}": (40, 20) for n in range(2)} | {"root": (40, 20)}
    edges = [(f"leaf{n}", f"m{n % 2}") for n in range(8)] + [("m0", "root"), ("m1", "root")]
    places = layout(sizes, edges).places
    ys = [sorted(places[f"leaf{n}"][1] for n in range(8) if n % 2 == half) for half in (0, 1)]
    assert ys[0][-1] < ys[1][0] or ys[1][-1] < ys[0][0]
    assert places["root"][1] == pytest.approx((places["m0"][1] + places["m1"][1]) / 2)


def test_nothing_to_lay_out():
    assert layout({}, []) == GraphLayout({}, {}, 0.0, 0.0)


PLAIN = """graph 1 2.5 1
node n0 0.5 0.5 1 0.5 "" solid box black lightgrey
node n1 2 0.75 1 0.5 "" solid box black lightgrey
edge n0 n1 4 1 0.5 1.2 0.5 1.3 0.75 1.5 0.75 solid black
stop
"""


def as_dot(tmp_path, monkeypatch, program):
    script = tmp_path / "dot"
    script.write_text(f"#!{sys.executable}\nimport sys\n{program}")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(module.shutil, "which", lambda name: str(script))


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for dot is a script")
def test_graphviz_is_used_where_present(tmp_path, monkeypatch):
    as_dot(tmp_path, monkeypatch, f"assert 'n0 -> n1' in sys.stdin.read() and sys.argv[1] == '-Tplain'\nprint({PLAIN!r})")
    found = layout({"a": (72, 36), "b": (72, 36)}, [("a", "b")])
    assert (found.width, found.height) == (180, 72)
    assert found.places == {"a": (36, 36), "b": (144, 18)}
    assert found.paths == {("a", "b"): [(72, 36), pytest.approx((86.4, 36)), pytest.approx((93.6, 18)), (108, 18)]}


@pytest.mark.skipif(os.name == "nt", reason="the stand-in for dot is a script")
@pytest.mark.parametrize("program", ["sys.exit(1)", "print('node n7 x')"])
def test_a_graphviz_that_fails_is_passed_over(tmp_path, monkeypatch, program):
    as_dot(tmp_path, monkeypatch, program)
    assert layout({"a": (72, 36), "b": (72, 36)}, [("a", "b")]).places["b"][0] > 100
