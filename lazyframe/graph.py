"""Task graphs: what every executor runs, and all that an executor knows.

A graph is a dict from key to `Task`. A task is a plain function with its arguments; an argument that is the
result of another task is written as `Ref(key)`, alone or inside lists, tuples and dicts. Keys are strings that
carry the content hash of what they compute, so two different computations never share one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, KeysView, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Ref:
    """The result of another task, in the place of an argument."""

    key: str


@dataclass(frozen=True, slots=True)
class Task:
    """A function, its arguments, and what a person is told of it: `scan+filter+mean flights.csv[0:32MiB]`.

    Parameters
    ----------
    function : callable
        What is called.
    arguments : tuple
        What it is called with; each `Ref` is replaced by the result it stands for.
    label : str
        What it does, the same for tasks of one kind: ``scan+filter+mean``.
    partition : str
        What it does this to, where that tells tasks of one kind apart: ``flights.csv[0:32MiB]``.
    nbytes : int
        The bytes of files that it reads.
    brief : bool
        Whether it takes hardly longer than handing it to a thread. An executor of this process may then make the call in the
        thread of the caller, where nothing else could run meanwhile.
    """

    function: Callable[..., Any]
    arguments: tuple[Any, ...] = ()
    label: str = ""
    partition: str = ""
    nbytes: int = 0
    brief: bool = False

    @property
    def stage(self) -> str:
        """The label, or the function's name where there is none: what tasks of one kind are called."""
        return self.label or getattr(self.function, "__name__", "task")

    @property
    def title(self) -> str:
        """What this one task is called."""
        return f"{self.stage} {self.partition}" if self.partition else self.stage

    def dependencies(self) -> KeysView[str]:
        """The keys whose results this task takes: a set, in the order in which the arguments name them."""
        found: dict[str, None] = {}
        _collect(self.arguments, found)
        return found.keys()

    def bind(self, results: Mapping[str, Any]) -> tuple[Any, ...]:
        """The arguments with every `Ref` replaced by its result."""
        return tuple([_bind(argument, results) for argument in self.arguments])


Graph = dict[str, Task]


def _collect(values: Iterable[Any], found: dict[str, None]) -> None:
    for value in values:
        kind = type(value)
        if kind is Ref:
            found[value.key] = None
        elif kind is list or kind is tuple:
            _collect(value, found)
        elif kind is dict:
            _collect(value.values(), found)


def _bind(value: Any, results: Mapping[str, Any]) -> Any:
    kind = type(value)
    if kind is Ref:
        return results[value.key]
    if kind is list:
        return [_bind(item, results) for item in value]
    if kind is tuple:
        return tuple([_bind(item, results) for item in value])
    if kind is dict:
        return {key: _bind(item, results) for key, item in value.items()}
    return value


def needed_dependencies(graph: Graph, keys: Iterable[str]) -> dict[str, KeysView[str]]:
    """The keys that `keys` depend on, themselves included, each after what it needs and with what it needs.

    The order is depth first, and follows the order of the arguments: the partitions of a file come first to last,
    each merge right after its last input.

    Raises
    ------
    KeyError
        A key that no task of the graph makes.
    ValueError
        The graph has a cycle.
    """
    listed: dict[str, KeysView[str]] = {}
    open_keys: dict[str, KeysView[str]] = {}  # their dependencies are being listed; seen again, they close a cycle
    for wanted in keys:
        stack = [wanted]
        while stack:
            key = stack[-1]
            if key in listed:
                stack.pop()
                continue
            if key in open_keys:
                listed[key] = open_keys.pop(key)
                stack.pop()
                continue
            if key not in graph:
                raise KeyError(f"no task makes {key!r}; the graph has {len(graph)} tasks")
            dependencies = graph[key].dependencies()
            waiting = [dependency for dependency in dependencies if dependency not in listed]
            if not waiting:
                listed[key] = dependencies
                stack.pop()
                continue
            open_keys[key] = dependencies
            for dependency in waiting:
                if dependency in open_keys:
                    raise ValueError(f"the graph has a cycle through {dependency!r}")
            stack.extend(reversed(waiting))
    return listed


def needed(graph: Graph, keys: Iterable[str]) -> list[str]:
    """The keys that `keys` depend on, themselves included, each after what it needs.

    Raises
    ------
    KeyError
        A key that no task of the graph makes.
    ValueError
        The graph has a cycle.
    """
    return list(needed_dependencies(graph, keys))


def to_text(graph: Graph, keys: Iterable[str] | None = None) -> str:
    """One line a task, in the order of dependence: key, label, and the keys it takes."""
    lines = []
    for key, dependencies in needed_dependencies(graph, graph if keys is None else keys).items():
        sources = ", ".join(sorted(dependencies))
        lines.append(f"{key}: {graph[key].title}" + (f" <- {sources}" if sources else ""))
    return "\n".join(lines)
