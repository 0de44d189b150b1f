"""How long a server is waited for, and by whom: a request that gets nothing is given up, and holds up neither Ctrl-C nor the end.

The setting ``remote_timeout`` says for how many seconds nothing may come. Web servers are asked with it as an option of the
library that reads from them, which sees each piece of an answer. Of no other protocol is that seen, so a request is given up when
it took as long as that for each block of what it asks for; it goes on in a thread of its own, which nobody waits for.

See docs/decisions/0086-servers-that-say-nothing.md.
"""

from __future__ import annotations

import functools
import re
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Executor, Future
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from lazyframe import config

T = TypeVar("T")

_THREADS = 32
_PROTOCOL = re.compile(r"([A-Za-z][A-Za-z0-9+\-.]*)(?:://.*|)", re.DOTALL)
_WEB = ("http", "https")
_NO_SERVERS = {"file", "local", "memory", *_WEB}
_AROUND = {"simplecache", "filecache", "blockcache", "cached", "dir", "zip", "tar", "libarchive", "reference"}
"""Protocols that reach what they read by another, which the URL names behind them."""


class Silence(TimeoutError):
    """Nothing came for too long."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"nothing came for {seconds:g} seconds")


def is_watched(url: str) -> bool:
    """Whether requests for a URL are to be made by `within`: nothing else gives them up.

    Examples
    --------
    >>> is_watched("s3://bucket/a.csv"), is_watched("simplecache::sftp://host/a.csv"), is_watched("zip://*::https://host/a.zip")
    (True, True, False)
    """
    return bool(set(_protocols(url)) - _NO_SERVERS - _AROUND)


def _protocols(url: str) -> list[str]:
    """``["simplecache", "s3"]`` of ``simplecache::s3://bucket/a.csv``; a path that is no URL has none."""
    *before, last = url.split("::")
    found = [_PROTOCOL.fullmatch(part) for part in before] + [_PROTOCOL.fullmatch(last) if "://" in last else None]
    return [match[1] for match in found if match is not None]


def within(seconds: float, request: Callable[[], T]) -> T:
    """The answer to a request that is made in a thread of its own, and left alone there after so long.

    Raises
    ------
    Silence
        There is none yet.
    """
    if seconds == float("inf"):
        return request()
    answers: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def ask() -> None:
        try:
            answers.put((request(), None))
        except BaseException as error:
            answers.put((None, error))

    threading.Thread(target=ask, daemon=True, name="lazyframe-request").start()
    try:
        answer, error = answers.get(timeout=min(seconds, threading.TIMEOUT_MAX))
    except Empty:
        raise Silence(seconds) from None
    if error is not None:
        raise error
    return answer  # type: ignore[return-value]


def with_timeout(url: str, storage_options: Mapping[str, Any]) -> dict[str, Any]:
    """The options for the file systems of a URL, those of web servers with how long they may be silent, unless they say that."""
    protocols, options = _protocols(url), dict(storage_options)
    for protocol in set(protocols) & set(_WEB):
        own = options if protocol == protocols[0] else dict(options.get(protocol) or {})
        own["client_kwargs"] = {"timeout": _of_web_servers(), **(own.get("client_kwargs") or {})}
        if own is not options:
            options[protocol] = own
    return options


def _of_web_servers() -> Any:
    import aiohttp

    seconds = config.get("remote_timeout")
    seconds = None if seconds == float("inf") else seconds
    return aiohttp.ClientTimeout(total=None, sock_connect=seconds, sock_read=seconds)


@functools.cache
def pool(purpose: str) -> Executor:
    """The threads for one purpose. One that waits for another must not share its threads."""
    return _Daemons(f"lazyframe-{purpose}")


class _Daemons(Executor):
    """Threads that the end of the program does not wait for, as it does for those of `concurrent.futures`."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._calls: SimpleQueue[tuple[Future[Any], Callable[[], Any]]] = SimpleQueue()
        self._idle = threading.Semaphore(0)
        self._lock = threading.Lock()
        self._count = 0

    def submit(self, function: Callable[..., T], /, *arguments: Any, **named: Any) -> Future[T]:
        """Have it called by the next thread that is idle."""
        future: Future[T] = Future()
        self._calls.put((future, functools.partial(function, *arguments, **named)))
        if not self._idle.acquire(blocking=False):
            with self._lock:
                if self._count < _THREADS:
                    self._count += 1
                    threading.Thread(target=self._serve, daemon=True, name=f"{self._name}-{self._count}").start()
        return future

    def _serve(self) -> None:
        while True:
            future, call = self._calls.get()
            if future.set_running_or_notify_cancel():
                try:
                    future.set_result(call())
                except BaseException as error:
                    future.set_exception(error)
            del future, call  # what it made is not held while waiting for the next one
            self._idle.release()
