"""Where the boxes of a drawing go: layers from left to right, with few crossings and straight lines.

    layers      a node stands right of all it comes from, and as near to what it leads to as it can
    waypoints   an edge over several layers gets a place in each one that it passes
    order       sweeps over the layers; in each a node goes to the mean place of its neighbours (barycenters)
    places      sweeps again; the nodes of a layer come as near to their neighbours as their order and sizes let them

The steps are those of Sugiyama, Tagawa and Toda (1981). Where Graphviz is installed, its `dot` finds the places.

See docs/decisions/0066-own-drawings.md.
"""

from __future__ import annotations

import contextlib
import itertools
import math
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from typing import NamedTuple

Point = tuple[float, float]
Edge = tuple[str, str]

GAP = 14.0
"""Between the boxes of a layer."""
LAYER_GAP = 56.0
"""Between layers."""

_SWEEPS = 8


class GraphLayout(NamedTuple):
    """The middles of the boxes, the edges as chains of cubic Bézier curves (end, control, control, end, ...), the size."""

    places: dict[str, Point]
    paths: dict[Edge, list[Point]]
    width: float
    height: float


def layout(sizes: Mapping[str, Point], edges: Sequence[Edge], downwards: bool = False) -> GraphLayout:
    """Places for boxes and the lines between them.

    Parameters
    ----------
    sizes : mapping of str to (float, float)
        The width and height of each box.
    edges : sequence of (str, str)
        From box to box; without a cycle.
    downwards : bool, default False
        Whether layers go from top to bottom, and not from left to right.

    Examples
    --------
    >>> layout({"a": (40, 20), "b": (40, 20)}, [("a", "b")]).places
    {'a': (20.0, 10.0), 'b': (116.0, 10.0)}
    """
    edges = list(dict.fromkeys(edges))
    if downwards:
        return _turned(layout({key: (height, width) for key, (width, height) in sizes.items()}, edges))
    return _by_graphviz(sizes, edges) or _layered(sizes, edges)


def _turned(found: GraphLayout) -> GraphLayout:
    places = {key: (y, x) for key, (x, y) in found.places.items()}
    paths = {edge: [(y, x) for x, y in path] for edge, path in found.paths.items()}
    return GraphLayout(places, paths, found.height, found.width)


def _layered(sizes: Mapping[str, Point], edges: Sequence[Edge]) -> GraphLayout:
    ranks = _ranks(list(sizes), edges)
    chains = {edge: _chain(edge, ranks) for edge in edges}
    layers: list[list[str]] = [[] for _ in range(max(ranks.values(), default=-1) + 1)]
    for key in _depth_first(list(sizes), edges):
        layers[ranks[key]].append(key)
    heights = {key: height for key, (_, height) in sizes.items()}
    links: list[Edge] = []
    for edge, chain in chains.items():
        for rank, waypoint in enumerate(chain[1:-1], ranks[edge[0]] + 1):
            layers[rank].append(waypoint)
            heights[waypoint] = 2.0
        links += itertools.pairwise(chain)
    before, after = _neighbours(links)
    _order(layers, before, after)
    ys = _ys(layers, heights, before, after)

    xs: dict[str, float] = {}
    left = 0.0
    for layer in layers:
        width = max(sizes[key][0] if key in sizes else 0.0 for key in layer)
        xs |= {key: left + (sizes[key][0] / 2 if key in sizes else width / 2) for key in layer}
        left += width + LAYER_GAP
    places = {key: (xs[key], ys[key]) for key in sizes}
    paths = {edge: _path(edge, chain, sizes, xs, ys) for edge, chain in chains.items()}
    height = max((ys[key] + sizes[key][1] / 2 for key in sizes), default=0.0)
    return GraphLayout(places, paths, max(0.0, left - LAYER_GAP), height)


def _neighbours(links: Sequence[Edge]) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    before: dict[str, list[str]] = {}
    after: dict[str, list[str]] = {}
    for start, end in links:
        after.setdefault(start, []).append(end)
        before.setdefault(end, []).append(start)
    return before, after


def _depth_first(keys: Sequence[str], edges: Sequence[Edge]) -> list[str]:
    """Each key after all those that lead to it, and these next to each other."""
    before, _ = _neighbours(edges)
    done: dict[str, None] = {}
    for key in keys:
        stack = [key]
        while stack:
            waiting = [] if stack[-1] in done else [one for one in before.get(stack[-1], ()) if one not in done]
            if waiting:
                stack += reversed(waiting)
            else:
                done[stack.pop()] = None
    return list(done)


def _ranks(keys: Sequence[str], edges: Sequence[Edge]) -> dict[str, int]:
    before, after = _neighbours(edges)
    order = _depth_first(keys, edges)
    ranks: dict[str, int] = {}
    for key in order:
        ranks[key] = max((ranks[one] + 1 for one in before.get(key, ())), default=0)
    for key in reversed(order):
        if key in after and key not in before:
            ranks[key] = min(ranks[one] for one in after[key]) - 1
    return ranks


def _chain(edge: Edge, ranks: Mapping[str, int]) -> list[str]:
    """The edge's ends, and its waypoints between them."""
    start, end = edge
    return [start, *(f"\0{start}\0{end}\0{rank}" for rank in range(ranks[start] + 1, ranks[end])), end]


def _order(layers: list[list[str]], before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> None:
    best, fewest = [list(layer) for layer in layers], math.inf
    for sweep in range(_SWEEPS + 1):
        crossings = sum(_crossings(left, right, after) for left, right in itertools.pairwise(layers))
        if crossings < fewest:
            best, fewest = [list(layer) for layer in layers], crossings
        if not crossings:
            break
        forwards = sweep % 2 == 0
        neighbours = before if forwards else after
        for index in range(1, len(layers)) if forwards else range(len(layers) - 2, -1, -1):
            place = {key: at for at, key in enumerate(layers[index - 1 if forwards else index + 1])}
            own = {key: at for at, key in enumerate(layers[index])}
            layers[index].sort(key=lambda key: _mean([place[one] for one in neighbours.get(key, ())], own[key]))
    layers[:] = best


def _crossings(left: Sequence[str], right: Sequence[str], after: Mapping[str, list[str]]) -> int:
    place = {key: at for at, key in enumerate(right)}
    ends = [end for key in left for end in sorted(place[one] for one in after.get(key, ()))]
    counts = [0] * (len(right) + 1)  # a Fenwick tree over the ends met so far
    crossings = 0
    for met, end in enumerate(ends):
        at, not_above = end + 1, 0
        while at:
            not_above += counts[at]
            at &= at - 1
        crossings += met - not_above
        at = end + 1
        while at < len(counts):
            counts[at] += 1
            at += at & -at
    return crossings


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _ys(
    layers: Sequence[Sequence[str]],
    heights: Mapping[str, float],
    before: Mapping[str, list[str]],
    after: Mapping[str, list[str]],
) -> dict[str, float]:
    ys: dict[str, float] = {}
    for layer in layers:
        ys |= _nearest(layer, heights, dict.fromkeys(layer, 0.0))
    for sweep in range(_SWEEPS):
        forwards = sweep % 2 == 0
        neighbours = before if forwards else after
        for layer in layers if forwards else reversed(layers):
            wished = {key: _mean([ys[one] for one in neighbours.get(key, ())], ys[key]) for key in layer}
            ys |= _nearest(layer, heights, wished)
    top = min((ys[key] - heights[key] / 2 for layer in layers for key in layer), default=0.0)
    return {key: y - top for key, y in ys.items()}


def _nearest(layer: Sequence[str], heights: Mapping[str, float], wished: Mapping[str, float]) -> dict[str, float]:
    """Places in this order and without overlap, as near to those wished for as can be (pool adjacent violators)."""
    offset, offsets = 0.0, []
    for above, key in zip([None, *layer], layer, strict=False):
        if above is not None:
            offset += (heights[above] + heights[key]) / 2 + GAP
        offsets.append(offset)
    pools: list[tuple[float, int]] = []
    for key, shift in zip(layer, offsets, strict=True):
        total, count = wished[key] - shift, 1
        while pools and pools[-1][0] / pools[-1][1] > total / count:
            more, members = pools.pop()
            total, count = total + more, count + members
        pools.append((total, count))
    values = [total / count for total, count in pools for _ in range(count)]
    return {key: value + shift for key, value, shift in zip(layer, values, offsets, strict=True)}


def _path(
    edge: Edge, chain: Sequence[str], sizes: Mapping[str, Point], xs: Mapping[str, float], ys: Mapping[str, float]
) -> list[Point]:
    start, end = edge
    stops = [(xs[key], ys[key]) for key in chain]
    stops[0] = (xs[start] + sizes[start][0] / 2, ys[start])
    stops[-1] = (xs[end] - sizes[end][0] / 2, ys[end])
    path = [stops[0]]
    for (x0, y0), (x1, y1) in itertools.pairwise(stops):
        middle = (x0 + x1) / 2
        path += [(middle, y0), (middle, y1), (x1, y1)]
    return path


# ---- Graphviz


def _by_graphviz(sizes: Mapping[str, Point], edges: Sequence[Edge]) -> GraphLayout | None:
    program = shutil.which("dot")
    if program is None or not sizes:
        return None
    names = {key: f"n{number}" for number, key in enumerate(sizes)}
    lines = [f'digraph {{ rankdir=LR; nodesep={GAP / 72}; ranksep={LAYER_GAP / 72}; node [shape=box fixedsize=true label=""]']
    lines += [f"{names[key]} [width={width / 72} height={height / 72}]" for key, (width, height) in sizes.items()]
    lines += [f"{names[start]} -> {names[end]}" for start, end in edges]
    with contextlib.suppress(OSError, ValueError, KeyError, subprocess.SubprocessError):  # then our own does it
        done = subprocess.run(
            [program, "-Tplain"], input="\n".join([*lines, "}"]), capture_output=True, text=True, timeout=20, check=True
        )
        return _from_plain(done.stdout, {name: key for key, name in names.items()})
    return None


def _from_plain(text: str, keys: Mapping[str, str]) -> GraphLayout:
    """A layout from the text of ``dot -Tplain``: inches, from the lower left corner."""
    width = height = 0.0
    places: dict[str, Point] = {}
    paths: dict[Edge, list[Point]] = {}
    for line in text.splitlines():
        words = line.split()
        if words[:1] == ["graph"]:
            width, height = float(words[2]) * 72, float(words[3]) * 72
        elif words[:1] == ["node"]:
            places[keys[words[1]]] = (float(words[2]) * 72, height - float(words[3]) * 72)
        elif words[:1] == ["edge"]:
            numbers = [float(word) * 72 for word in words[4 : 4 + 2 * int(words[3])]]
            paths[keys[words[1]], keys[words[2]]] = [(x, height - y) for x, y in zip(numbers[::2], numbers[1::2], strict=True)]
    return GraphLayout(places, paths, width, height)
