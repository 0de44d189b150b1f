"""The cluster: a graph of ours handed to the Client of Dask's `distributed`, as it is.

The scheduler of the cluster does what `local.run` does here: it picks the next task, keeps the number of held results
small, runs a merge where its inputs are, and starts anew what a lost worker had. We translate tasks, wait, and
translate what comes back.

    Task scan+mean flights.csv[0:32MiB]   ->   ("scan+mean-<run>", 0, "flights.csv[0:32MiB]"): Call(function, arguments)
    a source that many tasks are given    ->   ("shared-<run>", 0): sent once, then passed from worker to worker

Every run has keys of its own: to cancel one query must not touch an equal one in another thread. What tasks tell of
themselves (to listeners) goes over one topic a client, on which every message carries the key of its task.

`distributed` is imported when the first graph goes to a cluster, never before.

See docs/decisions/0067-clusters-get-graphs.md.
"""

from __future__ import annotations

import contextlib
import logging
import pickle
import signal
import socket
import sys
import threading
import time
import uuid
import warnings
import weakref
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple

from lazyframe.executors._worker import Run, dumps, in_run, loads
from lazyframe.executors.errors import located
from lazyframe.executors.events import Start, Watchers, sizeof
from lazyframe.executors.processes import WorkerDiedError
from lazyframe.graph import Graph, Ref, Task, needed_dependencies
from lazyframe.tree import token

SHARED = 1000
"""An argument of several tasks that has more bytes than this as a pickle is sent once, and not with each of them."""

WAKE = 0.2
"""Seconds: a signal that another thread of the program received is seen by the waiting one no later than that."""

LATE = 1.0
"""Seconds that the last words of tasks may take to arrive after their results."""


class VersionMismatchError(RuntimeError):
    """A machine of the cluster has no lazyframe, or another version of it than this program."""


def live_client() -> Any:
    """The Client to use where nothing else is said: of the cluster whose task this is, else the newest one alive; or None."""
    distributed = sys.modules.get("distributed")
    if distributed is None:
        return None
    try:
        return distributed.get_client() if inside_cluster() else distributed.Client.current()
    except ValueError:
        return None


def is_client(value: Any) -> bool:
    """Whether `value` is a Client of Dask's; imports nothing."""
    distributed = sys.modules.get("distributed")
    return distributed is not None and isinstance(value, distributed.Client)


def inside_cluster() -> bool:
    """Whether this thread runs a task of a cluster: it must not wait there for a free worker without giving up its place."""
    worker = sys.modules.get("distributed.worker")
    return worker is not None and hasattr(worker.thread_state, "execution_state")


def slots(client: Any) -> int:
    """How many tasks the cluster of a Client runs at one time; 1 where no worker is there yet."""
    return max(1, sum(map(int, client.nthreads().values())))


class Held:
    """A result that stays on a cluster: an argument of tasks of later graphs, which run where it is."""

    def __init__(self, future: Any) -> None:
        self.future = future

    def value(self) -> Any:
        """The result itself, fetched.

        Raises
        ------
        RuntimeError
            The Client that held it is closed.
        """
        if self.future.client.status not in ("running", "connecting"):
            raise RuntimeError("these rows were kept on a cluster whose Client has been closed: call persist() again.")
        return self.future.result()

    def __reduce__(self) -> Any:
        return _given, (self.value(),)  # to whom the cluster is not known


def _given(value: Any) -> Any:
    return value


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
    session = _session(client)
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
    graph: Graph, keys: Sequence[str], needed: Collection[str], session: _Session, watchers: Watchers, held: Collection[str]
) -> list[Any]:
    inbox: SimpleQueue[Any] = SimpleQueue()
    with session.listening(inbox if watchers else None) as (run_id, topic):
        tasks, names = translate(_with_results_of_others(graph, needed, session.client), needed, run_id, Call.telling(topic))
        wanted = dict.fromkeys(keys)
        futures = dict(zip(wanted, session.client.get(tasks, [names[key] for key in wanted], sync=False), strict=True))
        try:
            for future in futures.values():
                future.add_done_callback(inbox.put)
            _wait(inbox, len(futures), watchers, len(needed))
            fetched = [key for key in futures if key not in held]
            results: dict[str, Any] = dict(zip(fetched, session.client.gather([futures[key] for key in fetched]), strict=True))
            results.update((key, Held(futures.pop(key))) for key in held)
        except BaseException as error:
            with contextlib.suppress(Exception):  # the Client may be closed, or the cluster gone
                session.client.cancel(list(futures.values()), reason="another task of the query failed, or it was interrupted")
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


def _wait(inbox: SimpleQueue[Any], unfinished: int, watchers: Watchers, tasks: int) -> None:
    """Until all results are there or one has failed; meanwhile pass on what tasks tell."""
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
            continue
        if not isinstance(came, dict):
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
        title = graph[ours[error.task]].title if error.task in ours else str(error.task)
        dead = WorkerDiedError(
            f"every worker that was given the task {title!r} died of it, {error.allowed_failures + 1} in all. If memory ran out, "
            f"give a smaller blocksize=; scheduler='sync' shows where a task crashes. The last was {error.last_worker.address}."
        )
        dead.add_note(f"in task {title}")
        return dead
    if isinstance(error, distributed.CancelledError):
        return ConnectionError(
            f"the cluster at {getattr(client.scheduler, 'address', 'an unknown address')} was closed or lost, or its Client was, "
            "while the query ran. Make a new Client and run the query again."
        )
    return error


# ---- what is sent


Make = Callable[[str, Task, tuple[str, ...]], Callable[..., Any]]
"""Makes of a key, its task, and the keys of the results it takes what Dask will call with these results."""


def translate(graph: Graph, keys: Collection[str], run_id: str | None, make: Make) -> tuple[dict[Any, Any], dict[str, Any]]:
    """The tasks of `keys` as Dask's, and the name there of each key.

    Parameters
    ----------
    graph : dict of str to Task
        Where `keys` are.
    keys : collection of str
        What is to be run, with all that it needs.
    run_id : str or None
        Makes the names different from those of any other run; without it equal tasks of several graphs have one name.
    make : callable
        `Call.telling`, or `Passing`.
    """
    from dask._task_spec import Task as DaskTask
    from dask._task_spec import TaskRef

    shared = _shared([graph[key] for key in keys])
    references = {identity: f"\0shared{number}" for number, identity in enumerate(shared)}
    names: dict[str, Any] = {}
    for number, (identity, value) in enumerate(shared.items()):
        names[references[identity]] = (f"shared-{run_id}", number) if run_id else f"shared-{token(value)}"
    there = [argument for key in keys for argument in graph[key].arguments if isinstance(argument, Held)]
    for number, held in enumerate(there):
        references[id(held)] = f"\0held{number}"
        names[references[id(held)]] = held.future.key
    for number, key in enumerate(keys):
        task = graph[key]
        place = (task.partition,) if task.partition else ()
        names[key] = (f"{task.stage}-{run_id}", number, *place) if run_id else key
    tasks = {
        names[references[identity]]: DaskTask(names[references[identity]], _Constant(value)) for identity, value in shared.items()
    }
    for key in keys:
        task = graph[key]
        arguments = tuple(Ref(references[id(a)]) if id(a) in references else a for a in task.arguments)
        small = replace(task, arguments=arguments)
        taken = tuple(small.dependencies())
        tasks[names[key]] = DaskTask(names[key], make(key, small, taken), *(TaskRef(names[other]) for other in taken))
    return tasks, names


def _shared(tasks: Sequence[Task]) -> dict[int, Any]:
    """The larger arguments that several tasks are given, by `id`."""
    seen: dict[int, Any] = {}
    again: dict[int, Any] = {}
    for task in tasks:
        for argument in task.arguments:
            if type(argument) in (Ref, Held, str, int, float, bool, type(None)):
                continue
            (again if id(argument) in seen else seen)[id(argument)] = argument
    return {identity: value for identity, value in again.items() if not Task(len, (value,)).dependencies() and _is_large(value)}


def _is_large(value: Any) -> bool:
    try:
        return len(pickle.dumps(value, 5)) > SHARED
    except Exception:  # what only cloudpickle can send goes with each task
        return False


class _Constant:
    """A task that gives a value."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __call__(self) -> Any:
        return self.value

    def __dask_tokenize__(self) -> Any:
        return id(self)


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


class Call:
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


# ---- what is known of a Client


class _Session:
    """A Client, the workers whose version was found right, and the runs that wait for messages."""

    def __init__(self, client: Any) -> None:
        self._client = weakref.ref(client)
        self._checked: set[str] = set()
        self._inboxes: dict[str, SimpleQueue[Any]] = {}
        self._subscribed = False

    @property
    def client(self) -> Any:
        return self._client()

    @contextlib.contextmanager
    def listening(self, inbox: SimpleQueue[Any] | None) -> Iterator[tuple[str, str]]:
        """A name for a run, and where its tasks send the messages that go to `inbox`; the empty text without one."""
        run_id = uuid.uuid4().hex[:12]
        if inbox is None:
            yield run_id, ""
            return
        common = f"lazyframe-{self.client.id}"
        if not self._subscribed:
            self._subscribed = True
            self.client.subscribe_topic(common, self._deliver)
        topic = f"{common}/{run_id}"
        self._inboxes[topic] = inbox
        try:
            yield run_id, topic
        finally:
            del self._inboxes[topic]

    def _deliver(self, event: tuple[float, Any]) -> None:
        _, message = event
        inbox = self._inboxes.get(message.get("run"))
        if inbox is not None:
            inbox.put(message)

    def checked_threads(self) -> int:
        """How many tasks the cluster runs at one time.

        Raises
        ------
        VersionMismatchError
            A worker that was not there before has another lazyframe, or none.
        """
        threads = self.client.nthreads()
        new = [address for address in threads if address not in self._checked]
        if new:
            check_versions(self.client, new)
            self._checked.update(new)
        if not threads:
            warnings.warn(
                f"the cluster at {self.client.scheduler.address} has no worker; the query waits until one joins.", stacklevel=2
            )
        return max(1, sum(map(int, threads.values())))


_sessions: weakref.WeakKeyDictionary[Any, _Session] = weakref.WeakKeyDictionary()


def _session(client: Any) -> _Session:
    session = _sessions.get(client)
    if session is None:
        session = _sessions[client] = _Session(client)
    return session


def dask_setup(worker: Any) -> None:
    """What a worker process that our Client has started does first: it leaves Ctrl-C to the user's program.

    A terminal sends Ctrl-C to all processes in the foreground; workers that end of it would take kept rows with them.
    """
    if worker.nanny is not None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def check_versions(client: Any, workers: Sequence[str]) -> None:
    """Find out which lazyframe the scheduler and some workers have.

    Raises
    ------
    VersionMismatchError
        Another one than here, or none.
    """

    def version() -> str:  # a function inside a function goes by value, and so works where lazyframe is missing
        import importlib.metadata
        import importlib.util

        if importlib.util.find_spec("lazyframe") is None:
            return ""
        try:
            return importlib.metadata.version("lazyframe-csv")
        except importlib.metadata.PackageNotFoundError:
            return "unknown"

    here = version()
    found: dict[str, Any] = dict(client.run(version, workers=list(workers), on_error="return"))
    found["the scheduler"] = client.run_on_scheduler(version)
    wrong = {where: had for where, had in found.items() if isinstance(had, str) and had != here}
    if wrong:
        lines = [f"  {where}: {had or 'no lazyframe'}" for where, had in list(wrong.items())[:5]]
        more = f"\n  and {len(wrong) - 5} more" if len(wrong) > 5 else ""
        raise VersionMismatchError(
            f"this program has lazyframe {here}, and all machines of the cluster must have the same:\n"
            + "\n".join(lines)
            + more
            + f"\nInstall it there with: pip install lazyframe-csv=={here}"
        )
