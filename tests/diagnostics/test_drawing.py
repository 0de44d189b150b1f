from __future__ import annotations

import sys
import xml.etree.ElementTree as ElementTree

import pytest
from oracle import lazy, sample

from lazyframe.diagnostics import drawing
from lazyframe.diagnostics.drawing import Box, draw, to_png, to_svg

SVG = "{http://www.w3.org/2000/svg}"


def test_png(tmp_path):
    image_module = pytest.importorskip("PIL.Image")
    df = lazy(sample())
    df.i.max().visualize(tmp_path / "plan.png")
    image = image_module.open(tmp_path / "plan.png")
    image.load()
    made = df.i.max().visualize()._drawing
    assert image.size == tuple(2 * length for length in made.size)
    colors = {color for _, color in image.convert("RGB").getcolors(1 << 20)}
    for box in made.boxes:
        fill = drawing.COLORS[box.color][0]
        assert tuple(int(fill[at : at + 2], 16) for at in (1, 3, 5)) in colors
    assert any(sum(color) < 150 for color in colors)  # the text


def test_png_without_pillow(monkeypatch):
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r'pip install "lazyframe-csv\[viz\]"'):
        to_png(draw([Box("a", ("a",))], []))


def test_odd_text_is_escaped_and_long_text_is_cut():
    odd = Box("<&\0>", ('a < b & "c"', "x" * 500, "数据"), tip="<tip> & more")
    drawn = draw([odd, Box("b", ("b",))], [("<&\0>", "b")], note="a < b")
    root = ElementTree.fromstring(to_svg(drawn))
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert texts[0] == 'a < b & "c"'
    assert texts[1] == "x" * 63 + "…"
    assert texts[-1] == "a < b"
    assert next(root.iter(f"{SVG}title")).text == "<tip> & more"
    pytest.importorskip("PIL")
    assert to_png(drawn).startswith(b"\x89PNG")


def test_characters_that_xml_cannot_hold_are_shown():
    drawn = draw([Box("a", ("\x1b[31m\0", "\udcff.csv"), tip="\uffff")], [], note="\x07")
    svg = to_svg(drawn)
    svg.encode("utf-8")
    assert [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text")] == ["\\x1b[31m\\x00", "\\udcff.csv", "\\x07"]
    assert to_png(drawn)
