"""What is known of a Client: where it is, how many threads its workers have, and whose messages are whose."""

from __future__ import annotations

import contextlib
import signal
import sys
import uuid
import warnings
import weakref
from collections.abc import Iterator, Sequence
from queue import SimpleQueue
from typing import Any

from lazyframe.documented import Documented


class VersionMismatchError(Documented, RuntimeError):
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


class Session:
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


_sessions: weakref.WeakKeyDictionary[Any, Session] = weakref.WeakKeyDictionary()


def session_of(client: Any) -> Session:
    session = _sessions.get(client)
    if session is None:
        session = _sessions[client] = Session(client)
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
