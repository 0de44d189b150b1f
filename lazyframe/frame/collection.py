"""What becomes of the results of a lazy frame that Dask computes or persists; see `protocol`.

See docs/decisions/0068-dask-compute-cannot-rerun.md.
"""

from __future__ import annotations

import warnings
from typing import Any, Self

from lazyframe.executors.distributed import Passed, inside_cluster
from lazyframe.frame.persist import known
from lazyframe.plan import scans
from lazyframe.protocol import DaskCollection
from lazyframe.run import Planned, compute, current


class Collection(DaskCollection, Planned):
    """A plan as a collection of Dask's."""

    def __dask_tokenize__(self) -> Any:
        return ["lazyframe", type(self).__name__, self._result().token]

    def __dask_postcompute__(self) -> tuple[Any, tuple[Any, ...]]:
        return _finished, (self, current(self._result()))

    def __dask_postpersist__(self) -> tuple[Any, tuple[Any, ...]]:
        return _persisted, (self, current(self._result()))

    def _over(self, plan: Any) -> Self:
        """The object of this sort whose plan this is, with the same columns as that of `_result`."""
        raise NotImplementedError


def _finished(results: Any, lazy: Any, plan: Any) -> Any:
    """The pandas object of an answer."""
    (answer,) = results
    if not isinstance(answer, Passed):
        return lazy._finish(answer, plan)
    return _told(lambda: compute(_learnt(lazy, plan, answer.error))[0])


def _persisted(results: Any, lazy: Any, plan: Any, *, rename: Any = None) -> Any:
    """The lazy object over an answer that Dask has kept."""
    (answer,) = results.values()
    answer = answer.result() if hasattr(answer, "result") else answer
    if isinstance(answer, Passed):
        return _learnt(lazy, plan, answer.error).persist()
    return lazy._over(known(answer, plan))


def _learnt(lazy: Any, plan: Any, replan: Any) -> Any:
    """The same object, its source knowing now what was found."""
    for scan in scans(plan):
        if scan.source.token == replan.token:
            scan.source.replanned(replan.finding)
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
