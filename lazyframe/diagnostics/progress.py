"""One bar for a run that takes its time: tasks, bytes, rate, and how long it will still take.

    Counting (in the thread of the run) <--- reads --- ticker thread ---> display: terminal, lines or notebook

The ticker sleeps until the run has lasted long enough, so a short query draws nothing. It alone touches the display,
and clears it before the run hands back to the user: an error or a warning always begins on a line of its own. It
ends with the run. A run that is begun again, since the data contradicted the source, goes on with the same bar.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import sys
import threading
import time
from types import TracebackType
from typing import Any, Protocol, Self, TextIO

from lazyframe import config
from lazyframe.diagnostics.counting import Counting, Snapshot
from lazyframe.diagnostics.query import current_query
from lazyframe.executors import Start, Watcher, inside_task, listeners

DELAY = 2.0
"""Seconds that a query lasts before it gets a bar by itself."""

_LINE_EVERY = 10.0  # seconds, where lines are written and cannot be taken back
_screen = threading.Lock()  # whoever draws holds it: of two queries at one time, one has a bar
_registered: list[ProgressBar] = []


class Display(Protocol):
    """Where a bar is drawn."""

    def show(self, snapshot: Snapshot) -> None:
        """Draw it, over what was drawn before."""

    def close(self, snapshot: Snapshot | None) -> None:
        """Leave the bar as the snapshot has it; where there is none, take it away."""


class _Run(Counting):
    """Counts what is done in one run, and has it drawn."""

    def __init__(self, start: Start, bar: ProgressBar) -> None:
        super().__init__(start)
        self._bar = bar
        self._show_at = current_query().started + bar.minimum
        self._over = threading.Event()
        self._leave = False
        self._ticker = threading.Thread(target=self._tick, name="lazyframe-progress", daemon=True)
        self._ticker.start()

    def run_finished(self, error: BaseException | None) -> None:
        super().run_finished(error)
        self._leave = error is None and self._bar.leave
        self._over.set()
        self._ticker.join()

    def _tick(self) -> None:
        wait = self._show_at - time.perf_counter()
        if wait > 0 and self._over.wait(wait):
            return
        while not _screen.acquire(timeout=self._bar.dt):
            if self._over.is_set():
                return
        # A terminal that has gone away, or a closed file, is no reason to disturb the query.
        with contextlib.suppress(OSError, ValueError):
            try:
                self._draw(self._bar.display())
            finally:
                _screen.release()

    def _draw(self, display: Display) -> None:
        try:
            display.show(self.snapshot())
            while not self._over.wait(self._bar.dt):
                display.show(self.snapshot())
        finally:
            display.close(self.snapshot() if self._leave else None)


class ProgressBar:
    """Show a bar for every query: in a `with` block, or from `register` to `unregister`.

    Without it, a query that runs for more than two seconds shows one by itself on a terminal and in a notebook;
    ``lf.config.set(progress=False)`` turns that off, and ``progress=True`` has it shown in scripts without a terminal
    too, where it writes a line every ten seconds. With `tqdm` installed (``pip install "lazyframe-csv[progress]"``)
    a terminal shows a bar, else the same facts in a line.

    Parameters
    ----------
    minimum : float, default 0
        Seconds that a query lasts before its bar appears.
    dt : float, default 0.1
        Seconds between two drawings.
    out : text file, optional
        Where to draw; standard error, or the notebook, if not given.

    Examples
    --------
    >>> import sys
    >>> import lazyframe as lf
    >>> df = lf.read_csv("data/sample/*.csv")
    >>> with lf.ProgressBar(out=sys.stdout):
    ...     longest = df.Distance.max().compute(scheduler="sync")
    scan+max: 100%, ... tasks, ... kB, ... MB/s, ...s
    >>> longest
    np.int64(2586)
    """

    def __init__(self, minimum: float = 0.0, dt: float = 0.1, out: TextIO | None = None) -> None:
        self.minimum = minimum
        self.dt = dt
        self.leave = True
        self._out = out

    def register(self) -> None:
        """Show bars from now on."""
        _registered.append(self)

    def unregister(self) -> None:
        """Show them no longer."""
        if self in _registered:
            _registered.remove(self)

    def __enter__(self) -> Self:
        self.register()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None) -> None:
        self.unregister()

    def display(self) -> Display:
        """The display that suits where it is drawn."""
        if self._out is None and _in_notebook():
            return _Notebook()
        file = self._out or sys.stderr
        if not _is_terminal(file):
            return _Lines(file)
        try:
            return _Tqdm(file)
        except ImportError:
            return _Plain(file)


class _Automatic(ProgressBar):
    """The bar that nobody asked for: it comes late, and goes when the query is done."""

    def __init__(self) -> None:
        super().__init__(minimum=DELAY)
        self.leave = False


def _listen(start: Start) -> Watcher | None:
    if inside_task() or not start.keys:
        return None
    if _registered:
        return _Run(start, _registered[-1])
    wanted = config.get("progress")
    if wanted is True or (wanted == "auto" and (_in_notebook() or _is_terminal(sys.stderr))):
        return _Run(start, _Automatic())
    return None


listeners.append(_listen)


def _is_terminal(file: Any) -> bool:
    try:
        return bool(file.isatty()) and os.environ.get("TERM") != "dumb"
    except (AttributeError, ValueError):  # pythonw has no standard error; a closed file
        return False


def _in_notebook() -> bool:
    """Whether this is a kernel of Jupyter's: IPython is looked for only where it has been imported."""
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    return hasattr(shell, "kernel")


class _Tqdm:
    """A bar on a terminal."""

    def __init__(self, file: TextIO) -> None:
        from tqdm import tqdm

        class Bar(tqdm):  # type: ignore[misc,type-arg,unused-ignore]
            monitor_interval = 0  # it would start a thread of its own, and leave it behind

        self._bar = Bar(total=1.0, file=file, leave=False, **_width(file), delay=1e-9)  # else it is drawn here, empty
        self._bar.delay = 0

    def show(self, snapshot: Snapshot) -> None:
        self._bar.n = snapshot.fraction
        self._bar.set_description_str(snapshot.label, refresh=False)
        self._bar.bar_format = "{desc}: {percentage:3.0f}%|{bar:20}| " + snapshot.facts
        self._bar.refresh()

    def close(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None:
            self.show(snapshot)
            self._bar.leave = True
        self._bar.close()


def _width(file: TextIO) -> dict[str, Any]:
    """How large the terminal is, for tqdm: it draws no bar on one that does not know."""
    with contextlib.suppress(OSError, ValueError):
        if not os.get_terminal_size(file.fileno()).columns:
            return {"ncols": 80, "nrows": 24}
    return {"dynamic_ncols": True}


class _Plain:
    """One line on a terminal, written over and over."""

    def __init__(self, file: TextIO) -> None:
        self._file = file

    def show(self, snapshot: Snapshot) -> None:
        width = os.get_terminal_size(self._file.fileno()).columns or 80  # some terminals do not know
        self._file.write(f"\r{_line(snapshot)[: width - 1]}\x1b[K")
        self._file.flush()

    def close(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None:
            self.show(snapshot)
        self._file.write("\r\x1b[K" if snapshot is None else "\n")
        self._file.flush()


class _Lines:
    """A line from time to time, in a file or a log."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._next = time.perf_counter() + _LINE_EVERY

    def show(self, snapshot: Snapshot) -> None:
        if time.perf_counter() >= self._next:
            self._next += _LINE_EVERY
            self._write(snapshot)

    def close(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None:
            self._write(snapshot)

    def _write(self, snapshot: Snapshot) -> None:
        self._file.write(_line(snapshot) + "\n")
        self._file.flush()


def _line(snapshot: Snapshot) -> str:
    return f"{snapshot.label}: {snapshot.fraction:4.0%}, {snapshot.facts}"


class _Notebook:
    """A bar of the browser's below the cell, which needs no widgets."""

    def __init__(self) -> None:
        display = importlib.import_module("IPython.display").display
        self._handle = display({"text/plain": ""}, raw=True, display_id=True)

    def show(self, snapshot: Snapshot) -> None:
        from html import escape

        body = f'<progress max="1" value="{snapshot.fraction:.4f}"></progress> {snapshot.fraction:.0%}, {escape(snapshot.facts)}'
        self._update({"text/html": f"<div>{escape(snapshot.label)} {body}</div>", "text/plain": _line(snapshot)})

    def close(self, snapshot: Snapshot | None) -> None:
        if snapshot is not None:
            self.show(snapshot)
        else:
            self._update({"text/plain": ""})

    def _update(self, data: dict[str, str]) -> None:
        self._handle.update(data, raw=True)
