"""Functions that the tests run as tasks; a module of its own, so that worker processes can import it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import threading
import time

from lazyframe.executors import checkpoint, execute
from lazyframe.graph import Ref, Task

ENDLESS = 3600
"""Seconds: longer than any test may take, so that a run that comes back was ended by something else than its tasks."""


def add(*values):
    return sum(values)


def same(value):
    return value


def in_thread(value):
    return value, threading.get_ident()


def total(values):
    return sum(values)


def fail(message):
    raise ZeroDivisionError(message)


def exhaust(*message):
    raise MemoryError(*message)


def fail_after(seconds, message):
    time.sleep(seconds)
    raise ZeroDivisionError(message)


def patient(seconds, *_):
    """Work for so long, as a good task does: with checkpoints."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        checkpoint()
        time.sleep(0.02)
    return seconds


def begin(path, seconds):
    """Say that it has begun, and work as `patient` does."""
    with open(path, "w"):
        pass
    return patient(seconds)


def until(begun, end):
    """Say that it has begun, and work until there is a file `end`."""
    with open(begun, "w"):
        pass
    while not os.path.exists(end):
        checkpoint()
        time.sleep(0.02)
    return "ended"


def stubborn(seconds, *_):
    """Work for so long without any checkpoint."""
    time.sleep(seconds)
    return seconds


def leave_mark(path, number):
    """Say that it has begun; the fifth fails, and whatever begins after that works on until it is cancelled."""
    with open(path, "a+") as file:
        file.write(f"{number}\n")
        file.flush()
        file.seek(0)
        begun = file.read().split()
    if number == 5:
        raise ZeroDivisionError("the fifth")
    if "5" in begun:
        patient(ENDLESS)


def span(seconds):
    start = time.perf_counter()
    time.sleep(seconds)
    return start, time.perf_counter()


def pid(*_):
    time.sleep(0.02)
    return os.getpid()


def thread(*_):
    time.sleep(0.02)
    return threading.get_ident()


def die(how):
    if how == "exit":
        os._exit(3)
    os.kill(os.getpid(), getattr(signal, how))


def die_once(path, how):
    """Die, unless it has been done before."""
    if not os.path.exists(path):
        with open(path, "w"):
            pass
        die(how)
    return "alive"


def nested(scheduler):
    graph = {str(number): Task(same, (number,)) for number in range(20)}
    graph["all"] = Task(total, ([Ref(key) for key in graph],))
    return execute(graph, ["all"], scheduler, 2)


def interrupted_by_checkpoint_now():
    checkpoint()
    return "went on"


def zeros(length):
    return bytearray(length)


def length(value):
    return len(value)


def loaded(name):
    return name in sys.modules


def directory_and_path():
    return os.getcwd(), list(sys.path)


def unpicklable(*_):
    return threading.Lock()


class Unpicklable(Exception):
    def __init__(self, message):
        super().__init__(message)
        self.lock = threading.Lock()


class Unbuildable(Exception):
    """Pickle takes it, and then cannot build it again."""

    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


def fail_unpicklable(message):
    raise Unpicklable(message)


def fail_unbuildable(one, two):
    raise Unbuildable(one, two)


def die_first(path, value):
    """Kill the first process that comes here."""
    time.sleep(0.02)
    try:
        os.close(os.open(path, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return value
    os._exit(3)


def fork_and_die(path, native):
    """Leave a process behind that holds all pipes it was given; `native`: one of which Python was not told."""
    if native:
        libc = ctypes.CDLL(None)
        child = libc.fork()
        if child == 0:
            libc.sleep(ENDLESS)
            libc._exit(0)
    else:
        child = os.fork()
        if child == 0:
            time.sleep(ENDLESS)
            os._exit(0)
    with open(path, "a") as file:
        file.write(f"{child}\n")
    os._exit(3)


def fork_and_return():
    """Come back twice."""
    return os.fork()
