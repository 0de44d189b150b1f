"""What runs now, as a page in a browser: a watcher for each run, and a server of this machine that tells what it has seen.

    listeners --- Start ---> Live (told in the thread of the run) <--- reads --- server thread ---> browser, which asks again

Nothing of a run is held once it is over but plain facts; plans are let go when they have been drawn, or when others come.
"""

from __future__ import annotations

import contextlib
import os
import threading
import time
import weakref
from collections.abc import Mapping
from html import escape
from types import TracebackType
from typing import TYPE_CHECKING, Self

from lazyframe.diagnostics.memory import Sampler
from lazyframe.diagnostics.pages import as_json, filled
from lazyframe.executors import Start, Watcher, inside_task, listeners

if TYPE_CHECKING:
    from lazyframe.diagnostics.live import Live
    from lazyframe.diagnostics.serving import Server

KEPT = 30
"""Runs that are listed after they have ended."""

_MEMORY = 600  # samples of the memory that a page is sent
_open: weakref.WeakSet[Dashboard] = weakref.WeakSet()


class Dashboard:
    """Show what queries do while they run, as a page for the browser: `url` is its address.

    It has a bar for each query, the tasks of each worker, the tasks that run now, the memory of this process and those that it
    has started, the time of each stage, and the plan; of queries in any thread and by any scheduler, clusters too. The page is
    served on a port of this machine alone, to who has the token in the address, and loads nothing from elsewhere.

    Parameters
    ----------
    port : int, default 0
        Where the page is; 0 takes a port that is free.
    interval : float, default 0.5
        Seconds between two looks at the memory.

    Attributes
    ----------
    url : str
        The address of the page.

    Raises
    ------
    OSError
        The port is taken by another program, or may not be used.

    Examples
    --------
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> with lf.dashboard() as board:
    ...     print(board.url)
    ...     longest = df.Distance.max().compute(scheduler="sync")
    http://127.0.0.1:.../?token=...
    >>> board
    <Dashboard, closed>
    """

    def __init__(self, port: int = 0, interval: float = 0.5) -> None:
        # Only here: a query needs no server and no pictures.
        from lazyframe.diagnostics.live import Live
        from lazyframe.diagnostics.serving import Server

        if isinstance(port, bool) or not isinstance(port, int) or not 0 <= port < 2**16:
            raise ValueError(f"port={port!r}: pass a whole number from 0, which takes one that is free, to 65535.")
        if not interval > 0:
            raise ValueError(f"interval={interval!r}: pass the seconds between two looks at the memory.")
        self._began = time.perf_counter()
        self._watching = Live
        self._runs: list[Live] = []
        self._count = 0
        self._changing = threading.Lock()
        self._server: Server | None = Server(port, {"/": self._page, "/data": self._data})
        self._url = self._server.url
        self._sampler = Sampler(interval)
        self._sampler.start()
        listeners.append(self._listen)
        _open.add(self)

    @property
    def url(self) -> str:
        """The address of the page: it has the token, so who has it sees what runs."""
        return self._url

    def close(self) -> None:
        """End the server and its threads; closed twice is closed."""
        with self._changing:
            server, self._server = self._server, None
        if server is not None:
            listeners.remove(self._listen)
            self._sampler.stop()
            server.close()
            self._runs.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.close()

    def __repr__(self) -> str:
        return "<Dashboard, closed>" if self._server is None else f"<Dashboard: open {self.url} in a browser>"

    def _repr_html_(self) -> str:
        if self._server is None:
            return escape(repr(self))
        return f'Dashboard: <a href="{escape(self.url)}" target="_blank" rel="noopener noreferrer">{escape(self.url)}</a>'

    def _listen(self, start: Start) -> Watcher | None:
        if inside_task() or not start.keys:
            return None
        with self._changing:
            self._count += 1
            over = [run for run in self._runs if run.finished]
            for run in over[:-1]:
                run.forget_plans()
            gone = over[: max(0, len(over) - KEPT)]
            self._runs = [run for run in self._runs if run not in gone]
            self._runs.append(self._watching(start, self._count))
            return self._runs[-1]

    def _page(self, given: Mapping[str, str], once: str) -> tuple[str, str]:
        return "text/html", filled("dashboard.html", ONCE=once)

    def _data(self, given: Mapping[str, str], once: str) -> tuple[str, str]:
        """What the page asks for: the runs, and of one of them the tasks that it has not seen."""
        number, after = int(given.get("run", 0)), max(0, int(given.get("after", 0)))
        with self._changing:
            runs = list(self._runs)
        asked = next((run for run in runs if run.number == number), None)
        samples = self._sampler.samples[:]
        samples = samples[:: len(samples) // _MEMORY + 1]
        return "application/json", as_json(
            {
                "now": _milliseconds(time.perf_counter() - self._began),
                "runs": [run.line(self._began) for run in runs],
                "run": asked.details(self._began, after, given.get("plan") == "1") if asked else None,
                "memory": [[_milliseconds(sample.time - self._began), sample.own, sample.children] for sample in samples],
            }
        )


def _milliseconds(value: float) -> float:
    return round(value * 1e3, 2)


def _in_a_forked_child() -> None:
    """The port and its threads are the parent's."""
    for board in list(_open):
        server, board._server = board._server, None
        if server is not None:
            server.socket.close()
            with contextlib.suppress(ValueError):
                listeners.remove(board._listen)


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_a_forked_child)

dashboard = Dashboard
