"""Results one after another, in bounded memory: what a consumer that takes them in order needs.

The keys are run in windows of a few. What a later window needs of an earlier one is kept until then, and nothing else;
so a consumer that is slow holds up the work (back-pressure), and one that stops ends it.

See docs/decisions/0070-streams-are-windows.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from lazyframe.graph import Graph, Task, needed_dependencies


def stream(graph: Graph, keys: Sequence[str], execute: Callable[[Graph, list[str]], list[Any]], width: int) -> Iterator[Any]:
    """The results of `keys`, in their order; of no more than `width` at one time.

    Parameters
    ----------
    graph : dict of str to Task
        The tasks.
    keys : sequence of str
        Which results are wanted, each of them once.
    execute : callable
        Runs a graph and returns the results of some keys.
    width : int
        How many keys are run together.

    Examples
    --------
    >>> from lazyframe.executors import execute
    >>> graph = {str(n): Task(int, (n,)) for n in range(5)}
    >>> list(stream(graph, list(graph), execute, 2))
    [0, 1, 2, 3, 4]
    """
    windows = [list(keys[start : start + width]) for start in range(0, len(keys), width)]
    made: dict[str, int] = {}  # a task -> the window that runs it
    last: dict[str, int] = {}  # a task -> the last later window that needs it
    for number, window in enumerate(windows):
        for key, dependencies in needed_dependencies(graph, window).items():
            if made.setdefault(key, number) == number:
                last.update((dependency, number) for dependency in dependencies if made[dependency] < number)
    kept: dict[str, Any] = {}
    for number, window in enumerate(windows):
        known = {key: Task(_same, (_Held(value),)) for key, value in kept.items()}
        handed_on = [key for key, until in last.items() if made[key] == number < until]
        results = execute({**graph, **known}, [*window, *handed_on])
        kept = {key: value for key, value in kept.items() if last[key] > number}
        kept.update(zip(handed_on, results[len(window) :], strict=True))
        del results[len(window) :]
        while results:
            yield results.pop(0)


class _Held:
    """Keeps a value away from the walk over a task's arguments."""

    def __init__(self, value: Any) -> None:
        self.value = value


def _same(held: _Held) -> Any:
    return held.value
