"""One scheduling loop for all local executors: which task next, and when a result may go.

`Schedule` only counts: it knows no threads and no pools. `run` is the loop: it hands tasks to a pool while there is
room, and takes what comes back. Everything happens in the thread of the caller; pools only make calls.

                 submit(job)                      completions
    Schedule ----------------> Pool (sync, ...) ---------------> Schedule.finish
       ^  newest ready task first, num_workers in flight              |
       +--------------------------------------------------------------+

The newest ready task goes first, so that a merge runs as soon as its inputs are there and frees them, before
another partition is read. A result is dropped when its last dependent has taken it; no name in the loop's own
frames may keep a result or an argument alive while the loop waits, which is why the steps are functions.

What is merged in order waits for the slowest. So that results do not pile up behind it, a task that reads files does
not start too far ahead of the oldest of these that is still running (`AHEAD`); other tasks always may.

A brief task that is alone (nothing runs, and nothing else could) is called in the thread of the caller, where the pool lets
it: a query of few rows has no other tasks, and handing each to a thread and back is up to a tenth of it.

See docs/decisions/0064-reading-does-not-run-ahead.md and docs/decisions/0081-brief-tasks-run-in-the-callers-thread.md.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from queue import Empty
from typing import Any, NamedTuple, Protocol

from lazyframe.executors._worker import Run
from lazyframe.executors.errors import located
from lazyframe.executors.events import Start, Watchers
from lazyframe.graph import Graph, needed_dependencies
from lazyframe.notices import warn

GRACE = 0.8
"""Seconds that the running tasks of a failed or interrupted run have to reach a `checkpoint`."""


GLANCE = 0.25
"""Seconds after which a waiting loop looks up. A Ctrl-C that another thread was told of (as on Windows, and by some
editors) does not end the wait for a result; it is raised when the wait is over."""

AHEAD = 8
"""How many tasks that read files a worker may start while one that was started before them is still reading."""


class Job(NamedTuple):
    """A call that a pool is to make."""

    run: Run
    key: str
    label: str
    function: Callable[..., Any]
    arguments: tuple[Any, ...]
    brief: bool = False


class Done(NamedTuple):
    """What came of a job: a result or an error, who ran it, and when (`time.perf_counter` seconds)."""

    key: str
    result: Any
    error: BaseException | None
    worker: str
    start: float
    stop: float


class Pool(Protocol):
    """What the loop asks of a pool."""

    num_workers: int
    """How many jobs may be in flight."""

    @property
    def here(self) -> Pool | None:
        """What makes the call of a brief job that is alone; None where every job is for the pool itself."""

    def submit(self, job: Job) -> None:
        """Make the call, now or later, and put a `Done` into ``job.run.completions``."""

    def cancel(self, run: Run, urgent: bool) -> None:
        """``run.cancelled`` has just been set: pass it on. When `urgent`, end at once what can be ended at once."""

    def abandon(self, run: Run) -> None:
        """Some jobs of `run` did not stop in time: see to it that they take no room from other runs."""

    def troubles(self, run: Run) -> Iterable[str]:
        """What holds up jobs of `run`, and the user can see to; each thing once. Asked while the loop waits."""

    def close(self) -> None:
        """Give back threads and processes."""


class Schedule:
    """Which task next, and which results are still needed."""

    def __init__(self, graph: Graph, keys: Sequence[str]) -> None:
        dependencies = needed_dependencies(graph, keys)
        self.keys = dependencies.keys()
        self.unfinished = len(dependencies)
        self.reading = 0  # how many tasks that read files have been started
        self.results: dict[str, Any] = {}
        self._graph = graph
        self._dependencies = dependencies
        self._missing = {key: len(found) for key, found in dependencies.items()}
        self._dependents: dict[str, list[str]] = {key: [] for key in dependencies}
        for key, found in dependencies.items():
            for dependency in found:
                self._dependents[dependency].append(key)
        self._uses = {key: len(found) for key, found in self._dependents.items()}
        for key in keys:
            self._uses[key] += 1  # never taken back, so what the user asked for stays
        self.ready = [key for key, count in self._missing.items() if not count]
        self.ready.reverse()  # a stack: its top is the first partition

    def take(self, run: Run) -> Job:
        """The newest ready task, as a job; results that it was the last to need are let go."""
        key = self.ready.pop()
        task = self._graph[key]
        dependencies = self._dependencies[key]
        arguments = task.bind(self.results) if dependencies else task.arguments
        for dependency in dependencies:
            self._uses[dependency] -= 1
            if not self._uses[dependency]:
                del self.results[dependency]
        return Job(run, key, task.title, task.function, arguments, task.brief)

    def may_start(self, in_flight: Mapping[str, int | None], limit: int) -> bool:
        """Whether there is a next task, and it is not one that reads files too far ahead of the oldest in flight."""
        if not self.ready or not in_flight or not self._graph[self.ready[-1]].nbytes:
            return bool(self.ready)
        oldest = next((number for number in in_flight.values() if number is not None), self.reading)
        return self.reading - oldest < limit

    def number(self, key: str) -> int | None:
        """How many tasks that read files were started before this one, if it does; None if it does not."""
        if not self._graph[key].nbytes:
            return None
        self.reading += 1
        return self.reading - 1

    def finish(self, key: str, result: Any) -> None:
        """Keep a task's result, and make ready the tasks that waited for it alone."""
        self.results[key] = result
        self.unfinished -= 1
        for dependent in reversed(self._dependents[key]):
            self._missing[dependent] -= 1
            if not self._missing[dependent]:
                self.ready.append(dependent)


def run(graph: Graph, keys: Sequence[str], pool: Pool, scheduler: str) -> list[Any]:
    """Run what `keys` need on a pool, and return their results in the order of `keys`; listeners are told (`events`).

    The first error ends the run: no further task starts, running ones are cancelled, and it is raised with a note
    that names its task.
    """
    schedule = Schedule(graph, keys)
    this_run = Run()
    in_flight: dict[str, int | None] = {}  # the oldest first, with `Schedule.number`
    limit = AHEAD * pool.num_workers
    watchers = Watchers(Start(graph, schedule.keys, scheduler, pool.num_workers))
    raised: BaseException | None = None
    try:
        while schedule.unfinished:
            while len(in_flight) < pool.num_workers and schedule.may_start(in_flight, limit):
                _submit(schedule, this_run, pool, in_flight, watchers)
            _receive(schedule, this_run, pool, graph, in_flight, watchers)
    except BaseException as error:
        raised = error
        schedule.results.clear()  # the error's traceback holds this frame for as long as the prompt holds the error
        _stop(this_run, pool, in_flight, urgent=isinstance(error, KeyboardInterrupt))
        raise
    finally:
        watchers.run_finished(raised)
        raised = None  # the error's traceback holds this frame
    return [schedule.results[key] for key in keys]


def _submit(schedule: Schedule, this_run: Run, pool: Pool, in_flight: dict[str, int | None], watchers: Watchers) -> None:
    job = schedule.take(this_run)
    watchers.task_started(job.key)
    is_alone = not in_flight and not schedule.ready
    (pool.here if job.brief and is_alone and pool.here is not None else pool).submit(job)
    in_flight[job.key] = schedule.number(job.key)


def _receive(
    schedule: Schedule, this_run: Run, pool: Pool, graph: Graph, in_flight: dict[str, int | None], watchers: Watchers
) -> None:
    done = _next(this_run, pool)
    in_flight.pop(done.key, None)
    if done.error is not None:
        error = located(done.error, graph[done.key].title)
        try:
            raise error
        finally:
            del done, error  # the error's traceback holds this frame, and must not hold the error in turn
    watchers.task_finished(done.key, done.worker, done.start, done.stop, done.result)
    schedule.finish(done.key, done.result)


def _next(this_run: Run, pool: Pool) -> Done:
    while True:
        try:
            done: Done = this_run.completions.get(timeout=GLANCE)
            return done
        except Empty:
            for trouble in pool.troubles(this_run):
                warn(trouble, RuntimeWarning)


def _stop(this_run: Run, pool: Pool, in_flight: dict[str, int | None], urgent: bool) -> None:
    """End a run early: cancel it, give its running tasks a moment, and leave behind those that go on."""
    this_run.cancelled = True
    try:
        pool.cancel(this_run, urgent)
        deadline = time.monotonic() + GRACE
        while in_flight and (left := deadline - time.monotonic()) > 0:
            in_flight.pop(this_run.completions.get(timeout=left).key, None)
    except Empty:
        pass
    finally:
        if in_flight:  # also when a second Ctrl-C has cut the wait short
            pool.abandon(this_run)
