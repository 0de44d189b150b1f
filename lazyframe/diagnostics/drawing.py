"""Boxes and arrows, as SVG and as PNG.

`draw` measures and places the boxes; what it gives is written by `to_svg` with nothing but text, and by `to_png` with
Pillow. What a box has to tell when the mouse rests on it is in the SVG alone.
"""

from __future__ import annotations

import io
import re
import unicodedata
import zlib
from collections.abc import Sequence
from typing import Any

from lazyframe.diagnostics.layout import Edge, GraphLayout, Point, layout
from lazyframe.diagnostics.words import markup
from lazyframe.frozen import frozen

COLORS = (
    ("#dbeafe", "#2563eb"),
    ("#dcfce7", "#16a34a"),
    ("#fef3c7", "#d97706"),
    ("#fae8ff", "#a21caf"),
    ("#ffedd5", "#c2410c"),
    ("#cffafe", "#0891b2"),
    ("#e5e7eb", "#4b5563"),
    ("#ede9fe", "#7c3aed"),
)
"""Fill and line of each kind of box; none is red, which is for errors."""

_KINDS = {
    **dict.fromkeys(("scan", "known", "unit"), 0),
    **dict.fromkeys(("filter", "project", "assign", "set_index", "setindex", "reset_index", "resetindex", "transpose"), 1),
    **dict.fromkeys(("aggregate", "combine", "finish", "value", "validate"), 2),
    **dict.fromkeys(("sort", "sortindex", "sort_index", "head", "topk", "distinct", "ends", "share", "window"), 3),
    **dict.fromkeys(("pandascall", "delayed"), 4),
    **dict.fromkeys(("join", "merge", "exchange"), 5),
}


def color_of(kind: str) -> int:
    """The place in `COLORS` of a kind of work, by the first word of what it is called: the same in every picture.

    Examples
    --------
    >>> color_of("Scan"), color_of("scan+filter+mean"), color_of("scan for 2 results"), color_of("finish max")
    (0, 0, 0, 2)
    """
    word = re.split(r"[^a-z_]", kind.lower(), maxsplit=1)[0]
    return _KINDS[word] if word in _KINDS else 4 + zlib.crc32(word.encode()) % (len(COLORS) - 4)


_DARK = ("#1e3a5f", "#14402a", "#4a3410", "#451a4b", "#43200d", "#0e3d48", "#30363f", "#33235c")  # the fills, on dark ground
_FONT = 12.0
_LINE = 16.0
_PADDING = 9.0
_MARGIN = 12.0
_WIDEST = 64  # characters


@frozen
class Box:
    """What is drawn of one node.

    Parameters
    ----------
    key : str
        Its name in the edges.
    lines : tuple of str
        What is written in it; the first line stands out.
    tip : str
        What is told when the mouse rests on it.
    color : int
        Its place in `COLORS`.
    """

    key: str
    lines: tuple[str, ...]
    tip: str = ""
    color: int = 0

    @property
    def shown(self) -> tuple[str, ...]:
        """The lines, none of them too long."""
        return tuple(line if len(line) <= _WIDEST else line[: _WIDEST - 1] + "…" for line in self.lines)

    @property
    def size(self) -> Point:
        """Width and height, in pixels."""
        return max(map(_text_width, self.shown), default=0.0) + 2 * _PADDING, _LINE * len(self.lines) + _PADDING


@frozen
class Drawing:
    """Boxes and arrows in their places.

    Parameters
    ----------
    boxes : tuple of Box
        In the order of the keyboard.
    found : GraphLayout
        Where they are.
    dashed : frozenset of (str, str)
        Those of the edges that are drawn so.
    backwards : bool
        Whether the arrows point to where the edges begin.
    note : str
        A line below.
    """

    boxes: tuple[Box, ...]
    found: GraphLayout
    dashed: frozenset[Edge]
    backwards: bool
    note: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, in pixels."""
        width = max(self.found.width, _text_width(self.note)) + 2 * _MARGIN
        return int(width + 1), int(self.found.height + 2 * _MARGIN + (_LINE + 6 if self.note else 0) + 1)


def draw(
    boxes: Sequence[Box],
    edges: Sequence[Edge],
    dashed: Sequence[Edge] = (),
    downwards: bool = False,
    backwards: bool = False,
    note: str = "",
) -> Drawing:
    """Boxes in their places.

    Examples
    --------
    >>> drawing = draw([Box("a", ("scan",)), Box("b", ("merge",))], [("a", "b")])
    >>> to_svg(drawing)[:4]
    '<svg'
    """
    found = layout({box.key: box.size for box in boxes}, edges, downwards)
    return Drawing(tuple(boxes), found, frozenset(dashed), backwards, note)


def _text_width(text: str) -> float:
    """A little more than a sans-serif font takes, in pixels."""
    return sum(_FONT if unicodedata.east_asian_width(sign) in "WF" else 0.59 * _FONT for sign in text)


# ---- SVG


def _style() -> str:
    light = "".join(f".lf-c{i} rect{{fill:{fill};stroke:{line}}}" for i, (fill, line) in enumerate(COLORS))
    dark = "".join(f".lf-c{i} rect{{fill:{fill}}}" for i, fill in enumerate(_DARK))
    return (
        f".lf-drawing{{font:{_FONT:g}px system-ui,-apple-system,'Segoe UI',sans-serif;color:#111827}}"
        ".lf-drawing text{fill:currentColor}.lf-drawing .lf-more{opacity:.72}"
        ".lf-drawing path{fill:none;stroke:#6b7280;stroke-width:1.2}.lf-drawing .lf-dashed{stroke-dasharray:4 3}"
        ".lf-drawing marker path{fill:#6b7280;stroke:none}"
        f"{light}.lf-drawing g:hover rect,.lf-drawing g:focus rect{{stroke-width:2.5}}.lf-drawing g:focus{{outline:none}}"
        f"@media(prefers-color-scheme:dark){{.lf-drawing{{color:#e5e7eb}}{dark}}}"
    )


def to_svg(drawing: Drawing) -> str:
    """The drawing as the text of an SVG file."""
    width, height = drawing.size
    end = "marker-start" if drawing.backwards else "marker-end"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lf-drawing" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}" role="img" aria-label="{markup(_spoken(drawing))}">',
        f"<style>{_style()}</style>",
        '<defs><marker id="lf-arrow" viewBox="0 0 8 8" refX="7.5" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto-start-reverse"><path d="M0 0.8 8 4 0 7.2z"/></marker></defs>',
        f'<g transform="translate({_MARGIN:g} {_MARGIN:g})">',
    ]
    for edge, path in drawing.found.paths.items():
        curves = " ".join(f"{x:.1f},{y:.1f}" for x, y in path[1:])
        kind = ' class="lf-dashed"' if edge in drawing.dashed else ""
        parts.append(f'<path{kind} {end}="url(#lf-arrow)" d="M{path[0][0]:.1f},{path[0][1]:.1f} C{curves}"/>')
    parts += [_svg_box(box, drawing.found.places[box.key]) for box in drawing.boxes]
    if drawing.note:
        parts.append(f'<text class="lf-more" x="0" y="{drawing.found.height + _LINE + 2:.1f}">{markup(drawing.note)}</text>')
    return "".join([*parts, "</g></svg>"])


def _spoken(drawing: Drawing) -> str:
    return f"{len(drawing.boxes)} boxes: " + ", ".join(box.lines[0] for box in drawing.boxes[:20])


def _svg_box(box: Box, place: Point) -> str:
    width, height = box.size
    left, top = place[0] - width / 2, place[1] - height / 2
    texts = "".join(
        f'<text{" class=" + chr(34) + "lf-more" + chr(34) if number else ""} x="{left + _PADDING:.1f}" '
        f'y="{top + _PADDING / 2 + _LINE * number + 12:.1f}">{markup(line)}</text>'
        for number, line in enumerate(box.shown)
    )
    tip = f"<title>{markup(box.tip)}</title>" if box.tip else ""
    rect = f'<rect x="{left:.1f}" y="{top:.1f}" width="{width:.1f}" height="{height:.1f}" rx="5"/>'
    return f'<g class="lf-c{box.color % len(COLORS)}" tabindex="0">{tip}{rect}{texts}</g>'


# ---- PNG

_SCALE = 2  # pixels of the file for one of the drawing
_FINER = 2  # and so many for each of those while drawing, which makes lines smooth


def to_png(drawing: Drawing) -> bytes:
    """The drawing as the bytes of a PNG file.

    Raises
    ------
    ImportError
        Pillow is not installed.
    """
    try:
        from PIL import Image, ImageDraw, ImageFont
    except ImportError:
        raise ImportError(
            'a picture as PNG needs Pillow: pip install "lazyframe-csv[viz]". A file name that ends in .svg needs nothing.'
        ) from None
    zoom = _SCALE * _FINER
    width, height = drawing.size
    image = Image.new("RGB", (width * zoom, height * zoom), "white")
    pen = ImageDraw.Draw(image)
    font = ImageFont.load_default(_FONT * zoom)
    for edge, path in drawing.found.paths.items():
        _png_arrow(pen, path, edge in drawing.dashed, drawing.backwards, zoom)
    for box in drawing.boxes:
        _png_box(pen, box, drawing.found.places[box.key], font, zoom)
    if drawing.note:
        pen.text((_MARGIN * zoom, (drawing.found.height + _MARGIN + 6) * zoom), drawing.note, fill="#6b7280", font=font)
    stream = io.BytesIO()
    image.resize((width * _SCALE, height * _SCALE), Image.Resampling.LANCZOS).save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _png_box(pen: Any, box: Box, place: Point, font: Any, zoom: int) -> None:
    width, height = box.size
    left, top = place[0] - width / 2 + _MARGIN, place[1] - height / 2 + _MARGIN
    fill, line = COLORS[box.color % len(COLORS)]
    corners = [at * zoom for at in (left, top, left + width, top + height)]
    pen.rounded_rectangle(corners, 5 * zoom, fill, line, int(1.2 * zoom))
    for number, text in enumerate(box.shown):
        at = ((left + _PADDING) * zoom, (top + _PADDING / 2 + _LINE * number + 1) * zoom)
        pen.text(at, text, fill="#4b5563" if number else "#111827", font=font)


def _png_arrow(pen: Any, path: Sequence[Point], dashed: bool, backwards: bool, zoom: int) -> None:
    points = [((x + _MARGIN) * zoom, (y + _MARGIN) * zoom) for x, y in _points(path)]
    color, thick = "#6b7280", int(1.2 * zoom)
    if dashed:
        for start, stop in zip(points[::2], points[1::2], strict=False):
            pen.line([start, stop], color, thick)
    else:
        pen.line(points, color, thick, joint="curve")
    if backwards:
        points.reverse()
    (x0, y0), (x1, y1) = points[-2:]
    length = max(((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5, 1e-9)
    dx, dy = (x1 - x0) / length * 8 * zoom, (y1 - y0) / length * 8 * zoom
    pen.polygon([(x1, y1), (x1 - dx - dy * 0.4, y1 - dy + dx * 0.4), (x1 - dx + dy * 0.4, y1 - dy - dx * 0.4)], color)


def _points(path: Sequence[Point], steps: int = 16) -> list[Point]:
    """Points along a chain of cubic Bézier curves."""
    points = [path[0]]
    for at in range(0, len(path) - 1, 3):
        ends = path[at : at + 4]
        for step in range(1, steps + 1):
            t = step / steps
            weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
            x = sum(weight * point[0] for weight, point in zip(weights, ends, strict=True))
            y = sum(weight * point[1] for weight, point in zip(weights, ends, strict=True))
            points.append((x, y))
    return points
