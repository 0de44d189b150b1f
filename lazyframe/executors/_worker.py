"""The worker's side: how a call runs inside a run, and the program that a worker process is.

A worker process is started by `processes.py` as a fresh Python that loads this file alone, so it is ready in a few
milliseconds; unpickling the first task imports whatever that task needs. It never imports the user's main module.

    parent's thread                               worker process
      write(stdin, [surroundings, call, ...]) ->    the listener thread reads it
      write(stdin, [])  (cancel)              ->      and sets the call's `Run.cancelled`
      read(stdout)                            <-    the main thread runs the call, and writes its answer

A message is a list of buffers: how many there are, how long each is, then their bytes. The first is a pickle, the
others are the large buffers (columns) that it refers to, which so are never copied into it. The pipes are moved
away from file numbers 0 and 1 at the start, so that what a task prints goes where the user's program prints, and
what it reads comes from nowhere. The end of stdin means that the parent is gone: the process ends at once.

Neither side trusts that a pipe ends with the process behind it, since a fork of that process may hold it: the parent
looks whether its worker lives (`processes.Line`), the worker whether it has still the same parent, and what a task
forks is given nothing of the pipes.

See docs/decisions/0062-own-worker-processes.md.
"""

from __future__ import annotations

import importlib
import io
import os
import pickle
import signal
import struct
import sys
import threading
import time
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from types import FunctionType
from typing import Any, Protocol

PARENT_SEEN = 1.0
"""Seconds after which a worker looks again whether its parent lives."""


class ByteSink(Protocol):
    """Takes bytes, and says how many it has taken."""

    def write(self, data: memoryview, /) -> int: ...


class Spring(Protocol):
    """Gives bytes into a buffer, and says how many; 0 at the end."""

    def readinto(self, buffer: memoryview, /) -> int: ...


class Cancelled(BaseException):
    """The run that this task belongs to has been cancelled.

    It derives from `BaseException`, as `KeyboardInterrupt` does, so that ``except Exception`` lets it through.
    """


class Run:
    """One execution of a graph: whether it has been cancelled, and where its calls deliver what they made.

    Sent to another process, it becomes a run of that process's own, that nobody cancels.
    """

    __slots__ = ("cancelled", "completions")

    def __init__(self) -> None:
        self.cancelled = False
        self.completions: SimpleQueue[Any] = SimpleQueue()

    def __reduce__(self) -> tuple[type[Run], tuple[()]]:
        return Run, ()


class _Current(threading.local):
    run: Run | None = None


_current = _Current()


def checkpoint() -> None:
    """Stop here if the run has been cancelled; tasks call it between batches.

    It costs less than a microsecond, and does nothing outside a run.

    Raises
    ------
    Cancelled
        Another task of the run has failed, or the user has interrupted it.

    Examples
    --------
    >>> checkpoint()
    """
    run = _current.run
    if run is not None and run.cancelled:
        raise Cancelled


def inside_task() -> bool:
    """Whether this thread is running a task, whose own queries must then not wait for a free worker."""
    return _current.run is not None


def in_run(run: Run, function: Callable[..., Any], arguments: tuple[Any, ...]) -> Any:
    """The value of ``function(*arguments)``, with `checkpoint` looking at `run`, or at the run already around it."""
    if _current.run is not None:
        return function(*arguments)
    _current.run = run
    try:
        return function(*arguments)
    finally:
        _current.run = None


def write(file: ByteSink, buffers: Sequence[bytes | memoryview]) -> None:
    """Send one message."""
    header = struct.pack(f"<{len(buffers) + 1}Q", len(buffers), *(len(buffer) for buffer in buffers))
    for buffer in (header, *buffers):
        rest = memoryview(buffer)
        while rest:  # one call takes no more than 2 GB
            rest = rest[file.write(rest) :]


def read(file: Spring) -> list[bytearray]:
    """Receive one message.

    Raises
    ------
    EOFError
        The other side has ended.
    """
    (count,) = struct.unpack("<Q", _exactly(file, 8))
    lengths = struct.unpack(f"<{count}Q", _exactly(file, 8 * count))
    return [_exactly(file, length) for length in lengths]


def _exactly(file: Spring, length: int) -> bytearray:
    buffer = bytearray(length)
    rest = memoryview(buffer)
    while rest:
        got = file.readinto(rest)
        if not got:
            raise EOFError
        rest = rest[got:]
    return buffer


class _OfMain(pickle.PicklingError):
    """A function or class of the user's main module, which the other process does not have."""


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        if isinstance(value, FunctionType | type) and value.__module__ == "__main__":
            raise _OfMain(f"{value.__qualname__!r} is defined in the program's main module")
        return NotImplemented


def dumps(value: Any) -> list[memoryview]:
    """A pickle, and the large buffers that it refers to.

    What plain pickle cannot send by name (functions of a script, of a notebook, or made inside another function)
    is sent by value if `cloudpickle` is installed.

    Raises
    ------
    pickle.PicklingError, TypeError, ...
        It cannot be sent.
    """
    buffers: list[pickle.PickleBuffer] = []
    stream = io.BytesIO()
    try:
        _Pickler(stream, 5, buffer_callback=buffers.append).dump(value)
    except (pickle.PicklingError, AttributeError) as error:
        try:
            cloudpickle = importlib.import_module("cloudpickle")
        except ImportError:
            raise pickle.PicklingError(
                f"{error}. To go to another process, functions defined in a script or notebook need `cloudpickle` "
                f"(pip install cloudpickle); or put them in a module of their own; or use scheduler='threads'."
            ) from None
        buffers.clear()
        stream = io.BytesIO()
        cloudpickle.CloudPickler(stream, 5, buffers.append).dump(value)
    return [stream.getbuffer(), *(buffer.raw() for buffer in buffers)]


def loads(buffers: Sequence[Any]) -> Any:
    """The value that `dumps` was given."""
    return pickle.loads(buffers[0], buffers=buffers[1:])


def main(printing: int) -> None:
    """Run calls until the parent is gone; `printing` is the file number that the user's program prints to."""
    requests = io.FileIO(os.dup(0), "r")
    replies = io.FileIO(os.dup(1), "w")
    _redirect(printing)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the parent too, and the parent decides
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    calls: SimpleQueue[tuple[Run, list[bytearray]]] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, calls), daemon=True).start()
    if os.name == "posix":
        threading.Thread(target=_watch, args=(os.getppid(),), daemon=True).start()
        os.register_at_fork(after_in_child=lambda: _let_go(requests, replies))
    process = os.getpid()
    while True:
        run, request = calls.get()
        reply = _answer(run, request)
        del request
        if os.getpid() != process:  # the task has forked, and this is the fork, which has nothing to answer
            os._exit(0)
        sys.stdout.flush()
        sys.stderr.flush()
        try:
            write(replies, reply)
        except OSError:
            os._exit(1)
        del reply  # its memory is not held while waiting for the next call


def _redirect(printing: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    try:
        os.dup2(printing, 1)
    except OSError:
        os.dup2(nowhere, 1)
    os.close(nowhere)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)


def _watch(parent: int) -> None:
    """End when the parent has, also where a fork of it holds the other end of the pipe open."""
    while os.getppid() == parent:
        time.sleep(PARENT_SEEN)
    os._exit(0)


def _let_go(*pipes: io.FileIO) -> None:
    """In a fork: put nothing in the place of the pipes. Closing them would let the next files have their numbers."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for pipe in pipes:
        os.dup2(nowhere, pipe.fileno(), inheritable=False)
    os.close(nowhere)


def _listen(requests: io.FileIO, calls: SimpleQueue[tuple[Run, list[bytearray]]]) -> None:
    run = Run()
    while True:
        try:
            message = read(requests)
        except (EOFError, OSError):
            os._exit(0)
        if message:
            run = Run()
            calls.put((run, message))
        else:
            run.cancelled = True
        del message


def _answer(run: Run, request: list[bytearray]) -> list[memoryview]:
    try:
        directory, path = pickle.loads(request[0])
        if directory and directory != os.getcwd():
            os.chdir(directory)
        if path != sys.path:
            sys.path[:] = path
        function, arguments = loads(request[1:])
        result = in_run(run, function, arguments)
    except BaseException as error:
        return _failure(error)
    try:
        return dumps((True, result, ""))
    except Exception as error:
        error.add_note("its result cannot be pickled to leave the worker process; scheduler='threads' needs no pickling")
        return _failure(error)


def _failure(error: BaseException) -> list[memoryview]:
    """The answer that carries an error and its traceback; a stand-in goes for an error that pickle cannot carry."""
    import traceback  # not needed until something fails

    frames = error.__traceback__
    while frames is not None and frames.tb_frame.f_code.co_filename == __file__:
        frames = frames.tb_next
    text = "".join(traceback.format_exception(type(error), error, frames))
    try:
        answer = dumps((False, error, text))
        loads(answer)
    except Exception:
        answer = dumps((False, RuntimeError(f"{type(error).__qualname__}: {error}"), text))
    return answer
