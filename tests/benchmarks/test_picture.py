"""The picture: an XML file whose bars are as long as they should be."""

from __future__ import annotations

from xml.etree import ElementTree

import pytest

from benchmarks import picture

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def root(results):
    return ElementTree.fromstring(picture.svg(results))


def widths(root):
    return [float(bar.get("width")) for bar in root.iter(f"{SVG}rect")]


def test_a_bar_for_each_right_answer(root):
    kinds = [bar.get("class") for bar in root.iter(f"{SVG}rect")]
    assert kinds == ["own", "bar", "bar", "own", "bar", "own"]


def test_lengths_are_in_proportion(root):
    lazyframe, polars, duckdb = widths(root)[:3]
    assert polars / lazyframe == pytest.approx(1.5, rel=0.01)
    assert duckdb / lazyframe == pytest.approx(picture.LONGEST, rel=0.01)  # 25 times as long: it is cut


def test_only_the_cut_bar_has_strokes_and_all_have_numbers(root):
    assert len(list(root.iter(f"{SVG}path"))) == 2
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert [text for text in texts if text.endswith(" s")] == ["2.00 s", "3.00 s", "50.0 s", "0.50 s", "0.25 s", "1.00 s"]


def test_all_is_inside(root):
    _, _, width, height = map(float, root.get("viewBox").split())
    for bar in root.iter(f"{SVG}rect"):
        assert float(bar.get("x")) + float(bar.get("width")) + picture.NUMBER <= width
        assert float(bar.get("y")) + float(bar.get("height")) <= height


def test_text_is_escaped_and_both_themes_are_there(results):
    text = picture.svg(results)
    assert "a &lt;fast&gt; one" in text
    assert "prefers-color-scheme: dark" in text


def test_nothing_to_show(results):
    results.runs = []
    assert not list(ElementTree.fromstring(picture.svg(results)).iter(f"{SVG}rect"))
