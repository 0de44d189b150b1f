"""The results as a picture: for each query, a bar of seconds for each library; SVG, written by hand.

Each query has a scale of its own, from zero. A bar that would be longer than `LONGEST` times the shortest one is cut, which
two strokes show; the number beside it says how long it is. Colors follow the reader's light or dark theme.
"""

from __future__ import annotations

from html import escape

from benchmarks.report import Summaries, number
from benchmarks.runs import Results

LONGEST = 6.0

WIDTH, COLUMNS, MARGIN = 860, 2, 16
LABEL, NUMBER = 76, 62
BAR, STEP, TITLE = 11, 16, 22

STYLE = """
text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.title { font-weight: 600; }
.note { fill: #59636e; }
.bar { fill: #a9b4c0; }
.own { fill: #0969da; }
.cut { stroke: #ffffff; stroke-width: 2; }
@media (prefers-color-scheme: dark) {
  text { fill: #f0f6fc; }
  .note { fill: #9198a1; }
  .bar { fill: #545d68; }
  .own { fill: #4493f8; }
  .cut { stroke: #0d1117; }
}
"""


def panel(title: str, bars: list[tuple[str, float]], x: float, y: float, width: float) -> list[str]:
    """One query: its title, and a bar for each library with its seconds."""
    shortest = min(seconds for _, seconds in bars)
    limit = max(min(seconds, LONGEST * shortest) for _, seconds in bars)
    parts = [f'<text class="title" x="{x}" y="{y + 13}">{escape(title)}</text>']
    for row, (name, seconds) in enumerate(bars):
        top = y + TITLE + row * STEP
        length = (width - LABEL - NUMBER) * min(seconds, limit) / limit if limit else 0.0
        kind = "own" if name == "lazyframe" else "bar"
        parts.append(f'<text x="{x}" y="{top + 10}">{escape(name)}</text>')
        parts.append(f'<rect class="{kind}" x="{x + LABEL}" y="{top}" width="{max(length, 1):.1f}" height="{BAR}" rx="1"/>')
        if seconds > limit:
            for left in (length - 14, length - 9):
                start = x + LABEL + left
                parts.append(f'<path class="cut" d="M{start:.1f} {top + BAR + 1} l4 {-BAR - 2}"/>')
        parts.append(f'<text class="note" x="{x + LABEL + length + 5:.1f}" y="{top + 10}">{number(seconds)} s</text>')
    return parts


def svg(results: Results) -> str:
    """The picture of all queries that lazyframe answered."""
    summaries = Summaries(results)
    panels = []
    for query in summaries.queries:
        bars = []
        for engine in summaries.engines:
            summary = summaries.best(query, engine)
            seconds = summary.median("seconds") if summary and summary.good else None
            if seconds is not None:
                bars.append((engine, seconds))
        if bars:
            panels.append((query.title, bars))
    width = (WIDTH - MARGIN * (COLUMNS + 1)) / COLUMNS
    height = TITLE + STEP * max((len(bars) for _, bars in panels), default=0) + MARGIN
    top = 64
    body = []
    for place, (title, bars) in enumerate(panels):
        x = MARGIN + (place % COLUMNS) * (width + MARGIN)
        body += panel(title, bars, x, top + (place // COLUMNS) * height, width)
    total = round(top + -(-len(panels) // COLUMNS) * height + MARGIN)
    machine, versions = results.facts["machine"], results.facts["versions"]
    shown = ", ".join(f"{name} {versions[name]}" for name in ("polars", "duckdb", "dask", "pandas") if name in versions)
    notes = (f"Seconds, less is better. {machine['cores']} cores, {machine['processor']}.", f"{shown}; {results.facts['date']}.")
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{total}" viewBox="0 0 {WIDTH} {total}" role="img">',
        f"<title>lazyframe and its peers. {escape(' '.join(notes))}</title>",
        f"<style>{STYLE}</style>",
        *(f'<text class="note" x="{MARGIN}" y="{24 + 18 * line}">{escape(note)}</text>' for line, note in enumerate(notes)),
        *body,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"
