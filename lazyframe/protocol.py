"""Dask's collection protocol, so that Dask's functions and a Client's methods take what is lazy here.

A task of Dask's cannot ask for its query to be run again. So here a task that finds the data to contradict the source
hands that on as its result (`Passing`), and what stands at the end runs the query again, by the ordinary way.

Tasks have the names that they have in our graph, which follow from what they do: what several collections need, such as the
counts before the partitions of a frame, is one task in the graph that Dask makes of them all.

See docs/decisions/0068-dask-compute-cannot-rerun.md.
"""

from __future__ import annotations

from typing import Any

from lazyframe.executors.distributed import Passing, translate
from lazyframe.run import Computable, Request
from lazyframe.schema import Replan


class DaskCollection(Computable):
    """What Dask asks of a collection, but for what becomes of its results."""

    __slots__ = ()

    __dask_optimize__ = None

    def __dask_graph__(self) -> dict[Any, Any]:
        return self._for_dask()[0]

    def __dask_keys__(self) -> list[Any]:
        return [self._for_dask()[1]]

    @staticmethod
    def __dask_scheduler__(dsk: Any, keys: Any, **options: Any) -> Any:
        """Dask's threads, where it has no cluster and nothing else was asked for."""
        from dask.threaded import get

        return get(dsk, keys, **options)

    def _for_dask(self) -> tuple[dict[Any, Any], Any]:
        graph, (wanted,) = Request([self]).lower()
        tasks, names = translate(graph, [*graph], None, lambda key, task, taken: Passing(task, taken, Replan))
        return tasks, names[wanted]
