"""Pictures of plans and of task graphs: what is in the boxes.

A plan is drawn with its result on top, as its text is. A graph is drawn from left to right; when it has more tasks
than a person can take in, tasks of one kind and one distance from the start share a box.
"""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from lazyframe.diagnostics.drawing import Box, Drawing, color_of, draw, to_png, to_svg
from lazyframe.diagnostics.history import end_of
from lazyframe.diagnostics.words import MAX_TASKS, seconds, size
from lazyframe.executors import End
from lazyframe.expr import Subquery
from lazyframe.graph import Graph, Task, needed_dependencies
from lazyframe.shown import shown
from lazyframe.tree import Node


class Picture:
    """A drawing that a notebook shows in place, and that `save` writes to a file.

    Attributes
    ----------
    svg : str
        The drawing as SVG.
    png : bytes
        The drawing as PNG; this needs Pillow (``pip install "lazyframe-csv[viz]"``).
    """

    def __init__(self, title: str, drawing: Callable[[], Drawing]) -> None:
        self._title = title
        self._make = drawing

    @functools.cached_property
    def _drawing(self) -> Drawing:
        return self._make()

    @functools.cached_property
    def svg(self) -> str:
        return to_svg(self._drawing)

    @property
    def png(self) -> bytes:
        return to_png(self._drawing)

    def save(self, filename: str | PathLike[str]) -> None:
        """Write the drawing to a file.

        Parameters
        ----------
        filename : str or path
            A name that ends in ``.svg`` or ``.png``; one with no ending gets ``.svg``.

        Raises
        ------
        ValueError
            Another ending.
        ImportError
            Pillow, which a PNG needs, is not installed.
        """
        path = Path(filename)
        path = path if path.suffix else path.with_suffix(".svg")
        if path.suffix.lower() == ".svg":
            path.write_text(self.svg, encoding="utf-8")
        elif path.suffix.lower() == ".png":
            path.write_bytes(self.png)
        else:
            raise ValueError(f"cannot draw a {path.suffix} file: {str(filename)!r} has to end in .svg or .png.")

    def _repr_svg_(self) -> str:
        return self.svg

    def _repr_html_(self) -> str:
        return f'<div style="overflow:auto">{self.svg}</div>'

    def __repr__(self) -> str:
        return f"<Picture of {self._title}: a notebook shows it, .save('picture.svg') writes it>"


# ---- plans


def plan_picture(plans: Sequence[Node]) -> Picture:
    """A picture of plans; what several of them have in common is drawn once."""
    return Picture("a plan" if len(plans) == 1 else f"{len(plans)} plans", lambda: _plan_drawing(plans))


def _plan_drawing(plans: Sequence[Node]) -> Drawing:
    nodes: dict[str, Node] = {}
    edges: list[tuple[str, str]] = []
    dashed: list[tuple[str, str]] = []
    stack = list(reversed(plans))
    while stack:
        node = stack.pop()
        if node.token in nodes:
            continue
        nodes[node.token] = node
        inputs = list(node.branches())
        values = [] if isinstance(node, Subquery) else _subqueries(node, inputs)
        edges += [(node.token, below.token) for below in (*inputs, *values)]
        dashed += [(node.token, below.token) for below in values]
        stack += reversed([*inputs, *values])
    boxes = [
        Box(key, (type(node).__name__, *_wrapped(node)), shown(node.label()), color_of(type(node).__name__))
        for key, node in nodes.items()
    ]
    return draw(boxes, edges, dashed, downwards=True, backwards=True)


def _subqueries(node: Node, inputs: Sequence[Node]) -> list[Node]:
    """The plans whose one value an expression of this node uses."""
    own = [child for child in node.children if not any(child is one for one in inputs)]
    found = [inner for child in own for inner in child.walk() if isinstance(inner, Subquery)]
    return [subquery.plan for subquery in found]


def _wrapped(node: Node) -> list[str]:
    text = shown(node.label()).removeprefix(type(node).__name__).strip()
    return textwrap.wrap(text, 56, max_lines=5, placeholder=" …", break_on_hyphens=False) if text else []


# ---- graphs


def graph_picture(graph: Graph, keys: Iterable[str] | None = None, max_tasks: int = MAX_TASKS) -> Picture:
    """A picture of the tasks that `keys` need; of all of them where none are given."""
    dependencies = needed_dependencies(graph, graph if keys is None else keys)
    return Picture(f"{len(dependencies):,} tasks", lambda: _graph_drawing(graph, dependencies, max_tasks))


def _graph_drawing(graph: Graph, dependencies: Mapping[str, Iterable[str]], max_tasks: int) -> Drawing:
    if len(dependencies) <= max_tasks:
        boxes = [_task_box(key, graph[key]) for key in dependencies]
        return draw(boxes, [(below, key) for key, found in dependencies.items() for below in found])
    groups: dict[tuple[int, str], list[str]] = {}
    ranks: dict[str, int] = {}
    for key, found in dependencies.items():
        ranks[key] = max((ranks[below] + 1 for below in found), default=0)
        groups.setdefault((ranks[key], graph[key].stage), []).append(key)
    names = {key: f"{rank} {stage}" for (rank, stage), members in groups.items() for key in members}
    boxes = [_group_box(f"{rank} {stage}", [graph[key] for key in members], members) for (rank, stage), members in groups.items()]
    edges = [(names[below], names[key]) for key, found in dependencies.items() for below in found]
    note = f"{len(dependencies):,} tasks: those of one kind share a box. visualize(max_tasks=...) draws more of them one by one."
    return draw(boxes, edges, note=note)


def _task_box(key: str, task: Task) -> Box:
    end = end_of(key)
    lines = [task.stage, *([task.partition] if task.partition else []), *([_took([end])] if end else [])]
    tip = [task.title, f"function: {function_name(task.function)}", f"key: {key}"]
    tip += [f"reads {size(task.nbytes)}"] if task.nbytes else []
    tip += [f"took {seconds(end.stop - end.start)} on {end.worker}"] if end else ["not run yet"]
    return Box(key, tuple(lines), "\n".join(tip), color_of(task.stage))


def _group_box(name: str, tasks: Sequence[Task], keys: Sequence[str]) -> Box:
    ends = [end for key in keys if (end := end_of(key)) is not None]
    nbytes = sum(task.nbytes for task in tasks)
    if len(tasks) == 1:
        return Box(name, _task_box(keys[0], tasks[0]).lines, _task_box(keys[0], tasks[0]).tip, color_of(tasks[0].stage))
    lines = [tasks[0].stage, f"{len(tasks):,} tasks" + (f", {size(nbytes)}" if nbytes else "")]
    tip = [tasks[0].stage, *lines[1:], f"function: {function_name(tasks[0].function)}"]
    if ends:
        lines.append(_took(ends))
        longest = max(end.stop - end.start for end in ends)
        tip.append(f"{_took(ends)} in all, the longest {seconds(longest)}")
    return Box(name, tuple(lines), "\n".join(tip), color_of(tasks[0].stage))


def _took(ends: Sequence[End]) -> str:
    return seconds(sum(end.stop - end.start for end in ends))


def function_name(function: Any) -> str:
    """A function's name with its module; of a callable object the function in it, or the name of its class."""
    function = getattr(function, "function", function)  # what is delayed is wrapped
    named = function if hasattr(function, "__qualname__") else type(function)
    return f"{getattr(named, '__module__', '') or ''}.{named.__qualname__}".lstrip(".")
