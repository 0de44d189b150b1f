"""What runs on a worker: a task of ours, that tells of itself and whose errors can travel."""

from __future__ import annotations

import logging
import socket
import threading
import time
from typing import Any, NamedTuple

from lazyframe.executors._worker import Run, dumps, in_run, loads
from lazyframe.executors.distributed.translation import Make
from lazyframe.executors.errors import located
from lazyframe.executors.events import sizeof
from lazyframe.graph import Task


class Passing:
    """A task of ours for any scheduler of Dask's; its errors of one sort are results, which the tasks after it hand on.

    Parameters
    ----------
    task : Task
        What to do.
    taken : tuple of str
        The keys of the results that it takes.
    error : type
        Of the errors to hand on, inside a `Passed`.
    """

    def __init__(self, task: Task, taken: tuple[str, ...], error: type[Exception]) -> None:
        self.task = task
        self.taken = taken
        self.error = error

    def __call__(self, *results: Any) -> Any:
        for result in results:
            if isinstance(result, Passed):
                return result
        try:
            return in_run(Run(), self.task.function, self.task.bind(dict(zip(self.taken, results, strict=True))))
        except self.error as error:
            return Passed(error)
        except MemoryError as error:
            raise located(error, self.task.title) from error
        except Exception as error:
            error.add_note(f"in task {self.task.title}")
            raise

    def __repr__(self) -> str:
        return self.task.title

    def __dask_tokenize__(self) -> Any:
        return id(self)


class Passed(NamedTuple):
    """An error in the place of a result."""

    error: Exception


class TaskCall:
    """A task of ours as a function of the results it takes: what travels to a cluster, and what runs on the worker."""

    def __init__(self, key: str, task: Task, taken: tuple[str, ...], topic: str) -> None:
        self.function = task.function
        self.arguments = task.arguments
        self.taken = taken
        self.key = key
        self.title = task.title
        self.topic = topic

    @classmethod
    def telling(cls, topic: str) -> Make:
        """What makes calls that tell of themselves under this topic; of calls that do not, where it is empty."""
        return lambda key, task, taken: cls(key, task, taken, topic)

    def __call__(self, *results: Any) -> Any:
        import distributed

        arguments = Task(self.function, self.arguments).bind(dict(zip(self.taken, results, strict=True)))
        del results
        worker = distributed.get_worker()
        key = distributed.worker.thread_state.key
        start = time.time()
        self._tell(worker, start)
        try:
            result = in_run(_OnWorker(worker, key), self.function, arguments)
        except BaseException as error:
            _unlogged(key)
            raised = _portable(error, self.title, worker)
        else:
            self._tell(worker, start, result)
            return result
        raise raised  # not above, where the error that cannot travel would be its context, and travel with it

    def _tell(self, worker: Any, start: float, *result: Any) -> None:
        if not self.topic:
            return
        message: dict[str, Any] = {"run": self.topic, "key": self.key}
        if result:
            message |= {"worker": _name(worker), "start": start, "stop": time.time(), "nbytes": sizeof(result[0])}
        worker.log_event(self.topic.partition("/")[0], message)

    def __repr__(self) -> str:
        return self.title

    def __dask_tokenize__(self) -> Any:
        return id(self)


_failed: set[Any] = set()


def _unlogged(key: Any) -> None:
    """Keep the worker from writing down the error of a task: the client raises it, or learns from it and goes on."""
    if not _failed:
        logging.getLogger("distributed.worker").addFilter(_is_news)  # adding it again does nothing
    _failed.add(key)


def _is_news(record: logging.LogRecord) -> bool:
    return not (record.args and isinstance(record.args, tuple) and record.args[0] in _failed)


class _OnWorker(Run):
    """The run that a task on a cluster belongs to: cancelled when the worker has been told to forget the task."""

    __slots__ = ("_key", "_tasks")

    def __init__(self, worker: Any, key: Any) -> None:
        self._tasks = worker.state.tasks
        self._key = key

    @property
    def cancelled(self) -> bool:  # type: ignore[override]
        task = self._tasks.get(self._key)
        return task is None or task.state == "cancelled"


def _name(worker: Any) -> str:
    """Who runs this thread: one worker with several threads is several of ours."""
    name = str(worker.name)
    name = f"worker-{name}" if name.isdecimal() else name
    return name if worker.state.nthreads == 1 else f"{name}#{threading.current_thread().name.rpartition('-')[2]}"


def _portable(error: BaseException, title: str, worker: Any) -> BaseException:
    """The error as it can travel, with notes that say where it was."""
    error = located(error, title)
    if isinstance(error, OSError) or "File" in type(error).__name__:  # a reader's own errors about files are not of one family
        error.add_note(
            f"on the worker {worker.address} (machine {socket.gethostname()}): every worker must find the files under the same "
            "path. Put them on storage that all machines share, or name them by URL (s3://, https://)."
        )
    try:
        loads(dumps(error))
    except Exception:
        stand_in = RuntimeError(f"{type(error).__qualname__}: {error}")
        for note in getattr(error, "__notes__", ()):
            stand_in.add_note(note)
        return stand_in.with_traceback(error.__traceback__)
    return error
