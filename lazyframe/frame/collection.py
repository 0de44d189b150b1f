"""Dask's collection protocol, so that `dask.compute`, `dask.persist` and a Client's methods take lazy frames.

A task of Dask's cannot ask for its query to be run again. So here a task that finds the data to contradict the source
hands that on as its result (`Passing`), and what stands at the end runs the query again, by the ordinary way.
"""

from __future__ import annotations

import warnings
from typing import Any, Self

from lazyframe.executors.distributed import Passed, Passing, inside_cluster, translate
from lazyframe.plan import scans
from lazyframe.run import Planned, Request, compute, current
from lazyframe.schema import Contradiction
from lazyframe.tree import token


class Collection(Planned):
    """What Dask asks of a collection."""

    __dask_optimize__ = None

    def __dask_graph__(self) -> dict[Any, Any]:
        return self._for_dask()[0]

    def __dask_keys__(self) -> list[Any]:
        return [self._for_dask()[1]]

    def __dask_tokenize__(self) -> Any:
        return ["lazyframe", type(self).__name__, self._result().token]

    def __dask_postcompute__(self) -> tuple[Any, tuple[Any, ...]]:
        return _finished, (self, current(self._result()))

    def __dask_postpersist__(self) -> tuple[Any, tuple[Any, ...]]:
        return _persisted, (self, current(self._result()))

    @staticmethod
    def __dask_scheduler__(dsk: Any, keys: Any, **options: Any) -> Any:
        """Dask's threads, where it has no cluster and nothing else was asked for."""
        from dask.threaded import get

        return get(dsk, keys, **options)

    def _over(self, plan: Any) -> Self:
        """The object of this sort whose plan this is, with the same columns as that of `_result`."""
        raise NotImplementedError

    def _for_dask(self) -> tuple[dict[Any, Any], Any]:
        graph, (wanted,) = Request([self]).lower()
        tasks, names = translate(graph, [*graph], token([wanted]), lambda key, task, taken: Passing(task, taken, Contradiction))
        return tasks, names[wanted]


def _finished(results: Any, lazy: Any, plan: Any) -> Any:
    """The pandas object of an answer."""
    (answer,) = results
    if not isinstance(answer, Passed):
        return lazy._finish(answer, plan)
    return _told(lambda: compute(_learnt(lazy, plan, answer.error))[0])


def _persisted(results: Any, lazy: Any, plan: Any, *, rename: Any = None) -> Any:
    """The lazy object over an answer that Dask has kept."""
    from lazyframe.frame.persist import known  # which needs what is defined here

    (answer,) = results.values()
    answer = answer.result() if hasattr(answer, "result") else answer
    if isinstance(answer, Passed):
        return _learnt(lazy, plan, answer.error).persist()
    return lazy._over(known(answer, plan))


def _learnt(lazy: Any, plan: Any, contradiction: Any) -> Any:
    """The same object, its source knowing now what was found."""
    for scan in scans(plan):
        if scan.source.token == contradiction.token:
            scan.source.revised(contradiction.finding)
            break
    return lazy


def _told(function: Any) -> Any:
    """What a function returns; its warnings reach the user's program from a worker, too."""
    if not inside_cluster():
        return function()
    import distributed

    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = function()
    for warning in caught:
        distributed.worker.warn(str(warning.message), warning.category)
    return result
