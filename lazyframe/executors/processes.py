"""Worker processes: threads of this process, each of which hands its calls to a child of its own.

The children are started with `subprocess` and not with `multiprocessing`, which would import the user's script
again in each child, and so needs ``if __name__ == "__main__"`` there, and cannot work at a prompt. What the two sides say to each
other is in `_worker.py`, which is all that a child loads to begin with.

A child is started by its thread, in the background, and again when it is found dead. Cancelled, it is asked first
and killed when that does not help; at Ctrl-C it is killed at once. One that is stopped by somebody is waited for, and the
user is told.

See docs/decisions/0062-own-worker-processes.md and docs/decisions/0063-workers-that-die.md.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import pickle
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from queue import SimpleQueue
from typing import Any, cast

from lazyframe.documented import Documented
from lazyframe.executors import _worker
from lazyframe.executors._worker import Cancelled, Run
from lazyframe.executors.local import GLANCE, GRACE, Job
from lazyframe.executors.pools import ThreadPool, Worker

# Loads one file under its own name without importing the package around it, which would import pandas.
_PROGRAM = (
    "import importlib.util as u, sys; s = u.spec_from_file_location(sys.argv[1], sys.argv[2]); "
    "m = sys.modules[s.name] = u.module_from_spec(s); s.loader.exec_module(m); m.main(int(sys.argv[3]))"
)


class WorkerDiedError(Documented, RuntimeError):
    """A worker process ended in the middle of a task: killed, crashed, or out of memory."""


STOPPED = 5.0
"""Seconds after which the user is told of a worker that somebody has stopped."""


class Line:
    """A child and the pipes to it: who waits at one of them learns when the child ends, or has been stopped.

    The end of a child is not always the end of its pipe: what the task has forked may hold it.
    """

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.process = process
        self.stopped: float | None = None  # since when it has been so (`time.monotonic`), as far as was seen
        self._out, self._in = cast(io.FileIO, process.stdin), cast(io.FileIO, process.stdout)
        if hasattr(select, "poll"):
            os.set_blocking(self._out.fileno(), False)  # or a large message would wait at a child that takes no more

    def readinto(self, buffer: memoryview) -> int:
        self._wait(self._in, "POLLIN")
        return self._in.readinto(buffer) or 0

    def write(self, data: memoryview) -> int:
        self._wait(self._out, "POLLOUT")
        return self._out.write(data) or 0

    def cancel(self) -> None:
        """Send the message of no buffers, if there is room for it in the pipe. It is too short to be sent by halves."""
        if _ready(self._out, "POLLOUT", 0):
            _worker.write(self._out, [])

    def _wait(self, pipe: io.FileIO, event: str) -> None:
        while not _ready(pipe, event, GLANCE):
            if self.process.poll() is None:
                self.stopped = (self.stopped or time.monotonic()) if _is_stopped(self.process.pid) else None
            elif not _ready(pipe, event, 0):  # it may have answered before it died
                raise EOFError
        self.stopped = None

    def close(self) -> None:
        self._out.close()
        self._in.close()


def _ready(pipe: io.FileIO, event: str, seconds: float) -> bool:
    """Whether a pipe has something, has room, or has ended; waits so long for it. Without `poll` (Windows) always."""
    if not hasattr(select, "poll"):
        return True
    poll = select.poll()
    poll.register(pipe, getattr(select, event))
    return bool(poll.poll(seconds * 1e3))


def _is_stopped(pid: int) -> bool:
    """Whether a child has been stopped by a signal, as by a debugger or by ``kill -STOP``; its end is not taken from it."""
    if not hasattr(os, "waitid"):
        return False
    try:
        return os.waitid(os.P_PID, pid, os.WSTOPPED | os.WNOHANG | os.WNOWAIT) is not None
    except OSError:
        return False


class ProcessWorker(Worker):
    """A thread, and the child process that makes its calls."""

    kind = "process"

    def __init__(self, name: str, inbox: SimpleQueue[Job | None]) -> None:
        self.line: Line | None = None
        self._killed: Line | None = None
        self._told: Line | None = None  # of whose being stopped the user has been told
        self._serving: Job | None = None  # the call that the child has; changes only under the lock
        self._lock = threading.Lock()  # also keeps a call and a cancel from mixing in the pipe
        super().__init__(name, inbox)

    def serve(self) -> None:
        if hasattr(signal, "pthread_sigmask"):
            # A child inherits this, so Ctrl-C cannot hit it before it has seen to that itself.
            signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
        with contextlib.suppress(OSError):  # if it lasts, the first call raises it to the user
            self._started()
        super().serve()

    def call(self, job: Job) -> Any:
        request = _request(job)
        line = self._started()
        try:
            reply = self._exchange(line, job, request)
        except (EOFError, OSError):
            raise self._death(line, job) from None
        finally:
            with self._lock:
                self._serving = None
        succeeded, value, traceback = _worker.loads(reply)
        if succeeded:
            return value
        if traceback and not isinstance(value, Cancelled):
            value.add_note(f"The traceback in the worker process:\n{traceback.rstrip()}")
        raise value

    def _exchange(self, line: Line, job: Job, request: list[memoryview]) -> list[bytearray]:
        with self._lock:
            if job.run.cancelled:  # from here on, whoever cancels the run finds it in `_serving`
                raise Cancelled
            self._serving = job
            _worker.write(line, request)
        return _worker.read(line)

    def _started(self) -> Line:
        if self.line is not None:
            if self.line is self._killed:
                # It may have been killed with its call already answered, and then is not quite dead yet.
                self.line.process.wait()
            if self.line.process.poll() is not None:
                self._forget(self.line)
        if self.line is None:
            self.line = Line(_start())
        return self.line

    def _forget(self, line: Line) -> None:
        line.close()
        self.line = None

    def _death(self, line: Line, job: Job) -> BaseException:
        try:
            code = line.process.wait(1)
        except subprocess.TimeoutExpired:  # it has closed its pipe and goes on
            line.process.kill()
            code = line.process.wait()
        self._forget(line)
        return Cancelled() if job.run.cancelled else WorkerDiedError(_obituary(job.label, code))

    def trouble(self, run: Run) -> str | None:
        """What the user should know, if the child has a call of that run and has been stopped; said once."""
        line, job = self.line, self._serving
        since = line.stopped if line is not None else None
        if line is None or job is None or job.run is not run or since is None:
            self._told = None
            return None
        if self._told is line or time.monotonic() - since < STOPPED:
            return None
        self._told = line
        return (
            f"the worker process {line.process.pid}, which runs the task {job.label!r}, has been stopped by a signal. The query "
            f"waits for it: `kill -CONT {line.process.pid}` lets it go on; when it is killed, the query is run again."
        )

    def cancel(self, run: Run, urgent: bool) -> None:
        """Kill the child when `urgent`, else let `checkpoint` stop its call; if it is a call of that run."""
        if urgent:
            self._kill(run)
        elif self._lock.acquire(timeout=GRACE):
            try:
                if self._serves(run) and self.line is not None:
                    with contextlib.suppress(OSError):
                        self.line.cancel()
            finally:
                self._lock.release()

    def abandon(self, run: Run) -> None:
        """Kill the child if it has a call of that run; the thread starts a new one for its next job."""
        self._kill(run)

    def close(self) -> None:
        """End the child, whatever it is doing."""
        super().close()
        line = self.line
        if line is not None:
            line.process.kill()
            line.process.wait()

    def _serves(self, run: Run) -> bool:
        return self._serving is not None and self._serving.run is run

    def _kill(self, run: Run) -> None:
        # A thread stuck in sending to a stopped child holds the lock; then `_serving` does not change either.
        locked = self._lock.acquire(timeout=0.1)
        try:
            if self._serves(run) and self.line is not None:
                self._killed = self.line
                self.line.process.kill()
        finally:
            if locked:
                self._lock.release()


class ProcessPool(ThreadPool):
    """`num_workers` threads, each with a child process."""

    worker_type = ProcessWorker
    here = None  # a task that crashes must not take this process with it

    def troubles(self, run: Run) -> Iterator[str]:
        for worker in self.workers:
            assert isinstance(worker, ProcessWorker)
            if (said := worker.trouble(run)) is not None:
                yield said


def _request(job: Job) -> list[memoryview]:
    try:
        directory = os.getcwd()
    except OSError:  # it has been deleted
        directory = ""
    try:
        return [_surroundings(directory, *sys.path), *_worker.dumps((job.function, job.arguments))]
    except Exception as error:
        error.add_note("it cannot be pickled, so it cannot go to a worker process; scheduler='threads' needs no pickling")
        raise


@functools.lru_cache(maxsize=16)
def _surroundings(directory: str, *path: str) -> memoryview:
    """What a child must have as its own before it unpickles a call: the current directory and ``sys.path``."""
    return memoryview(pickle.dumps((directory, [os.path.abspath(entry) for entry in path]), 5))


def _start() -> subprocess.Popen[bytes]:
    printing = 2
    with contextlib.ExitStack() as stack:
        if os.name == "posix":
            with contextlib.suppress(OSError):  # there is no standard output
                printing = os.dup(1)
                stack.callback(os.close, printing)
        return subprocess.Popen(
            [sys.executable, *_flags(), "-c", _PROGRAM, _worker.__name__, _worker.__file__, str(printing)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            bufsize=0,
            pass_fds=(printing,) if printing != 2 else (),
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )


def _flags() -> list[str]:
    """How a child's Python is started, so that it finds its first modules where this one found them.

    Without ``-P`` it would look into the current folder first, and run what somebody has put among the data as
    ``pickle.py``. The rest of this program's path arrives with the first call (`_surroundings`).
    """
    flags = {"-E": sys.flags.ignore_environment, "-s": sys.flags.no_user_site, "-S": sys.flags.no_site}
    return ["-P", *(flag for flag, given in flags.items() if given), "-X", f"utf8={sys.flags.utf8_mode}"]


def _obituary(label: str, code: int) -> str:
    if code < 0:
        try:
            name = signal.Signals(-code).name
        except ValueError:
            name = "unknown"
        how = f"was killed by signal {-code} ({name})"
        if name == "SIGKILL":
            how += ", which is what the system does to a process when memory runs out"
    else:
        how = f"ended with exit code {code}"
    return (
        f"the worker process that ran the task {label!r} {how}. "
        f"If memory ran out, give a smaller blocksize= or num_workers=; scheduler='sync' shows where a task crashes."
    )
