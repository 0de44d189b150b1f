"""What a task costs beside its own work: `python -m benchmarks.overhead`.

Trivial tasks are run by lazyframe's schedulers and by Dask's, one after another in one process, on graphs of two
shapes: tasks that do not depend on one another, and a chain. What counts is CPU time (of all threads), which other
programs on the machine disturb little; the least of several runs is shown, in microseconds a task. The last line is
what it costs to write the calls with `delayed` and then run them.
"""

from __future__ import annotations

import argparse
import gc
import time
from collections.abc import Callable
from typing import Any

COUNT = 100_000
TIMES = 3


def same(value: Any) -> Any:
    """The trivial task."""
    return value


def apart(count: int) -> dict[str, tuple[Any, ...]]:
    """Tasks that do not depend on one another, as Dask writes them."""
    return {f"t{n}": (same, n) for n in range(count)}


def chain(count: int) -> dict[str, tuple[Any, ...]]:
    """Tasks each of which takes the result of the one before."""
    return {f"t{n}": (same, f"t{n - 1}" if n else 0) for n in range(count)}


def runners(graph: dict[str, tuple[Any, ...]], keys: list[str]) -> dict[str, Callable[[], Any]]:
    """What runs a graph, by name."""
    import dask
    import dask.threaded

    from lazyframe.executors import execute
    from lazyframe.graph import Ref, Task

    ours = {key: Task(function, (Ref(given) if given in graph else given,)) for key, (function, given) in graph.items()}
    return {
        "lazyframe sync": lambda: execute(ours, keys, "sync"),
        "lazyframe threads": lambda: execute(ours, keys, "threads", 2),
        "dask.get": lambda: dask.get(graph, keys),
        "dask.threaded.get": lambda: dask.threaded.get(graph, keys, num_workers=2),
    }


def with_delayed(count: int) -> Any:
    """The tasks that do not depend on one another, written as delayed calls."""
    import lazyframe as lf

    function = lf.delayed(same)
    return lf.compute([function(n) for n in range(count)], scheduler="sync")


def microseconds(call: Callable[[], Any], count: int, times: int) -> float:
    """CPU time a task, the least of several runs."""
    least = float("inf")
    for _ in range(times):
        gc.collect()
        start = time.process_time()
        call()
        least = min(least, time.process_time() - start)
    return least / count * 1e6


def measure(count: int = COUNT, times: int = TIMES) -> dict[str, tuple[float, ...]]:
    """Microseconds of CPU time a task, for each runner: of tasks apart, and of a chain."""
    found: dict[str, tuple[float, ...]] = {}
    for graph, keys in ((apart(count), [f"t{n}" for n in range(count)]), (chain(count), [f"t{count - 1}"])):
        for name, call in runners(graph, keys).items():
            found[name] = (*found.get(name, ()), microseconds(call, count, times))
    found["lazyframe delayed, sync"] = (microseconds(lambda: with_delayed(count), count, times),)
    return found


def main(given: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.overhead", description="What a task costs beside its work.")
    parser.add_argument("--count", type=int, default=COUNT, help="how many tasks")
    parser.add_argument("--times", type=int, default=TIMES, help="how often each is run; the least counts")
    options = parser.parse_args(given)
    print(f"microseconds of CPU time a task, {options.count} tasks\n{'':<26}{'apart':>8}{'chain':>8}")
    for name, values in measure(options.count, options.times).items():
        print(f"{name:<26}" + "".join(f"{value:8.1f}" for value in values))


if __name__ == "__main__":
    main()
