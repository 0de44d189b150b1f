"""The pools that make calls inside this process: at once, in threads, or in an executor that the user brought.

A pool is asked for little (`local.Pool`): make a call, deliver what came of it to the run's queue. The threads are
our own and not `concurrent.futures`', whose threads hold up the end of the program until their last task is done.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future
from functools import partial
from queue import SimpleQueue
from typing import Any

from lazyframe.executors._worker import Cancelled, Run, in_run
from lazyframe.executors.local import GRACE, Done, Job


def available_cores() -> int:
    """The cores that this process may use.

    Examples
    --------
    >>> available_cores() >= 1
    True
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def call_here(job: Job) -> Any:
    """Make a job's call in this thread."""
    return in_run(job.run, job.function, job.arguments)


def deliver(job: Job, call: Callable[[Job], Any], worker: str) -> None:
    """Make a job's call, and put what came of it into the run's queue; never raises."""
    start = time.perf_counter()
    try:
        if job.run.cancelled:
            raise Cancelled
        result = call(job)
    except BaseException as error:
        job.run.completions.put(Done(job.key, None, error, worker, start, time.perf_counter()))
    else:
        job.run.completions.put(Done(job.key, result, None, worker, start, time.perf_counter()))


class SyncPool:
    """Makes each call at once, in the thread of the caller: for debuggers, for queries inside tasks, and for brief tasks."""

    num_workers = 1
    here = None

    def __init__(self, name: str = "sync") -> None:
        self._name = name

    def submit(self, job: Job) -> None:
        deliver(job, call_here, self._name)

    def cancel(self, run: Run, urgent: bool) -> None:
        """Nothing runs while the loop does."""

    def abandon(self, run: Run) -> None:
        """Nothing runs while the loop does."""

    def troubles(self, run: Run) -> Iterable[str]:
        return ()

    def close(self) -> None:
        """There is nothing to give back."""


class Worker:
    """A thread that takes jobs from an inbox until it finds None there, or is retired."""

    kind = "thread"

    def __init__(self, name: str, inbox: SimpleQueue[Job | None]) -> None:
        self.name = name
        self.run: Run | None = None
        self.retired = False
        self._inbox = inbox
        # A daemon, so that a task which reaches no checkpoint cannot hold up the end of the program.
        self.thread = threading.Thread(target=self.serve, name=f"lazyframe-{name}", daemon=True)
        self.thread.start()

    def serve(self) -> None:
        """What the thread does."""
        while not self.retired and (job := self._inbox.get()) is not None:
            self.run = job.run
            deliver(job, self.call, self.name)
            self.run = None
            del job  # its arguments are not held while waiting for the next one

    def call(self, job: Job) -> Any:
        """Make a job's call."""
        return call_here(job)

    def cancel(self, run: Run, urgent: bool) -> None:
        """The run's flag is enough: the task sees it in `checkpoint`."""

    def abandon(self, run: Run) -> None:
        """Be retired, if still busy with `run`."""
        self.retired = self.run is run

    def close(self) -> None:
        """End what it is doing."""
        run = self.run
        if run is not None:
            run.cancelled = True


class ThreadPool:
    """`num_workers` threads and one inbox; several runs may use it at one time."""

    worker_type: type[Worker] = Worker
    here: SyncPool | None = SyncPool("caller")

    def __init__(self, num_workers: int) -> None:
        self.num_workers = num_workers
        self._closed = False
        self._inbox: SimpleQueue[Job | None] = SimpleQueue()
        self._lock = threading.Lock()
        self.workers: list[Worker] = []

    def submit(self, job: Job) -> None:
        if len(self.workers) < self.num_workers:
            self._start()
        self._inbox.put(job)
        if self._closed:  # looked at after the put: a job put before `close` is still served
            raise Cancelled

    def _start(self) -> None:
        # Not done while the pool is made: Ctrl-C would leave behind workers that nobody knows of.
        with self._lock:
            while len(self.workers) < self.num_workers:
                self.workers.append(self.worker_type(f"{self.worker_type.kind}-{len(self.workers)}", self._inbox))

    def cancel(self, run: Run, urgent: bool) -> None:
        for worker in self.workers:
            worker.cancel(run, urgent)

    def abandon(self, run: Run) -> None:
        """Put a new thread in the place of each one that is retired by this."""
        for number, worker in enumerate(self.workers):
            worker.abandon(run)
            if worker.retired:
                self.workers[number] = self.worker_type(worker.name, self._inbox)

    def troubles(self, run: Run) -> Iterable[str]:
        return ()

    def close(self) -> None:
        """End the threads; a task gets a moment to reach a checkpoint, since native code may not like being cut off."""
        self._closed = True
        for worker in self.workers:
            worker.close()
            self._inbox.put(None)
        deadline = time.monotonic() + GRACE
        for worker in self.workers:
            worker.thread.join(max(0.0, deadline - time.monotonic()))


class ExecutorPool:
    """Any `concurrent.futures.Executor`: the user's, who also closes it. Made anew for each run."""

    here = None

    def __init__(self, executor: Executor, num_workers: int | None) -> None:
        self.num_workers = num_workers or getattr(executor, "_max_workers", None) or available_cores()
        self._executor = executor
        self._futures: dict[Future[Any], None] = {}

    def submit(self, job: Job) -> None:
        future = self._executor.submit(in_run, job.run, job.function, job.arguments)
        self._futures[future] = None
        future.add_done_callback(partial(self._deliver, job.run, job.key, time.perf_counter()))

    def _deliver(self, run: Run, key: str, start: float, future: Future[Any]) -> None:
        self._futures.pop(future, None)
        try:
            result = future.result()
        except BaseException as raised:
            run.completions.put(Done(key, None, raised, "executor", start, time.perf_counter()))
        else:
            run.completions.put(Done(key, result, None, "executor", start, time.perf_counter()))

    def cancel(self, run: Run, urgent: bool) -> None:
        """Take back what has not begun; in this process `checkpoint` ends what has."""
        for future in list(self._futures):
            future.cancel()

    def abandon(self, run: Run) -> None:
        """What goes on belongs to the user's executor."""

    def troubles(self, run: Run) -> Iterable[str]:
        return ()

    def close(self) -> None:
        """The user closes it."""
