"""One run of a graph on a cluster: tasks are sent, waited for, and their errors told in our words."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any

from lazyframe.executors.distributed.client import Session, inside_cluster, session_of
from lazyframe.executors.distributed.tasks import TaskCall
from lazyframe.executors.distributed.translation import Held, translate
from lazyframe.executors.events import Start, Watchers
from lazyframe.executors.processes import WorkerDiedError
from lazyframe.graph import Graph, needed_dependencies

WAKE = 0.2
"""Seconds: a signal that another thread of the program received is seen by the waiting one no later than that."""

LATE = 1.0
"""Seconds that the last words of tasks may take to arrive after their results."""


def run(graph: Graph, keys: Sequence[str], client: Any, held: Collection[str] = ()) -> list[Any]:
    """Run what `keys` need on the cluster of a Client, and return their results in the order of `keys`.

    Parameters
    ----------
    graph : dict of str to Task
        The tasks.
    keys : sequence of str
        Which results are wanted.
    client : distributed.Client
        One that waits, not an asynchronous one. ``dask.annotate(workers=..., resources=..., retries=...)`` around the
        call is heeded.
    held : collection of str
        Those of `keys` whose results stay on the workers.

    Raises
    ------
    WorkerDiedError
        Every worker that was given a certain task died of it.
    VersionMismatchError
        A worker has another lazyframe, or none.
    BaseException
        Whatever a task raises, with a note that names the task.
    """
    if client.asynchronous:
        raise ValueError("an asynchronous Client cannot be waited for here. Make one without asynchronous=True.")
    dependencies = needed_dependencies(graph, keys)
    if not keys:
        return []
    session = session_of(client)
    threads = session.checked_threads()
    watchers = Watchers(Start(graph, dependencies.keys(), "distributed", threads))
    raised: BaseException | None = None
    try:
        with _place_given_up():
            return _run(graph, keys, dependencies.keys(), session, watchers, held)
    except BaseException as error:
        raised = error
        raise
    finally:
        watchers.run_finished(raised)
        raised = None  # the error's traceback holds this frame


def _run(
    graph: Graph, keys: Sequence[str], needed: Collection[str], session: Session, watchers: Watchers, held: Collection[str]
) -> list[Any]:
    inbox: SimpleQueue[Any] = SimpleQueue()
    with session.listening(inbox if watchers else None) as (run_id, topic):
        tasks, names = translate(_with_results_of_others(graph, needed, session.client), needed, run_id, TaskCall.telling(topic))
        wanted = dict.fromkeys(keys)
        futures = dict(zip(wanted, session.client.get(tasks, [names[key] for key in wanted], sync=False), strict=True))
        try:
            for future in futures.values():
                future.add_done_callback(inbox.put)
            _wait(inbox, len(futures), watchers, len(needed), session.client)
            fetched = [key for key in futures if key not in held]
            results: dict[str, Any] = dict(zip(fetched, session.client.gather([futures[key] for key in fetched]), strict=True))
            results.update((key, Held(futures.pop(key))) for key in held)
        except BaseException as error:
            with contextlib.suppress(Exception):  # the cluster may be gone
                if not _is_of_a_closed_client(error):  # which would be waited for without end
                    session.client.cancel(
                        list(futures.values()), reason="another task of the query failed, or it was interrupted"
                    )
            raise _explained(error, graph, {name: key for key, name in names.items()}, session.client) from None
        finally:
            for future in futures.values():
                future.release()
    return [results[key] for key in keys]


def _with_results_of_others(graph: Graph, keys: Collection[str], client: Any) -> Graph:
    """The graph with results that another cluster holds fetched from there."""

    def here(argument: Any) -> Any:
        return argument.value() if isinstance(argument, Held) and argument.future.client is not client else argument

    holders = [key for key in keys if any(isinstance(argument, Held) for argument in graph[key].arguments)]
    return {**graph, **{key: replace(graph[key], arguments=tuple(map(here, graph[key].arguments))) for key in holders}}


def _wait(inbox: SimpleQueue[Any], unfinished: int, watchers: Watchers, tasks: int, client: Any) -> None:
    """Until all results are there or one has failed; meanwhile pass on what tasks tell."""
    import distributed

    ended: set[str] = set()
    deadline = None
    while unfinished or (watchers and len(ended) < tasks):
        if not unfinished and deadline is None:
            deadline = time.monotonic() + LATE
        try:
            came = inbox.get(timeout=WAKE)
        except Empty:
            if deadline is not None and time.monotonic() > deadline:
                return
            if client.status == "closed":  # its loop may be gone before it could say so of each future
                raise distributed.CancelledError("the Client was closed") from None
            continue
        if not isinstance(came, dict):
            if came.status in ("cancelled", "lost"):  # to ask it for its result would ask a loop that may be gone
                raise distributed.CancelledError(str(came.key))
            if came.status != "finished":
                came.result()  # raises
            unfinished -= 1
        elif "stop" not in came:
            watchers.task_started(came["key"])
        elif came["key"] not in ended:  # a task may run twice, if a worker was lost
            ended.add(came["key"])
            here = time.perf_counter() - time.time()
            watchers.task_finished(came["key"], came["worker"], came["start"] + here, came["stop"] + here, nbytes=came["nbytes"])


def _explained(error: BaseException, graph: Graph, ours: dict[Any, str], client: Any) -> BaseException:
    """The error in our words, where Dask's name a key and not a task."""
    import distributed

    if isinstance(error, distributed.scheduler.KilledWorker):
        key = ours.get(error.task)  # of a value that several tasks share there is no task of ours
        title = graph[key].title if key in graph else str(error.task)
        dead = WorkerDiedError(
            f"every worker that was given the task {title!r} died of it, {error.allowed_failures + 1} in all. If memory ran out, "
            f"give a smaller blocksize=; scheduler='sync' shows where a task crashes. The last was {error.last_worker.address}."
        )
        dead.add_note(f"in task {title}")
        return dead
    if _is_of_a_closed_client(error):
        return ConnectionError(
            f"the cluster at {getattr(client.scheduler, 'address', 'an unknown address')} was closed or lost, or its Client was, "
            "while the query ran. Make a new Client and run the query again."
        )
    return error


def _is_of_a_closed_client(error: BaseException) -> bool:
    """Whether it says that a Client was closed, or lost its cluster: of its futures, or of its own loop, as threads have it."""
    import distributed

    loop_closed = isinstance(error, RuntimeError) and str(error) == "IOLoop is closed"
    return loop_closed or isinstance(error, distributed.CancelledError)


@contextlib.contextmanager
def _place_given_up() -> Iterator[None]:
    """Inside a task of a cluster, let the worker run other tasks while this one waits for a query."""
    if not inside_cluster():
        yield
        return
    import distributed

    distributed.secede()
    try:
        yield
    finally:
        distributed.rejoin()
