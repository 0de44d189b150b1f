"""One bar for a run that takes its time: tasks, bytes, rate, and how long it will still take.

    Watcher (counts, in the thread of the run) <--- reads --- ticker thread ---> display: terminal, lines or notebook

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
from typing import Any, NamedTuple, Protocol, Self, TextIO

from lazyframe import config
from lazyframe.diagnostics.query import current_query
from lazyframe.executors import End, Start, Watcher, inside_task, listeners

DELAY = 2.0
"""Seconds that a query lasts before it gets a bar by itself."""

_LINE_EVERY = 10.0  # seconds, where lines are written and cannot be taken back
_screen = threading.Lock()  # whoever draws holds it: of two queries at one time, one has a bar
_registered: list[ProgressBar] = []


_AFTER = 0.05
"""The part of a run that merging and finishing are taken for, after the reading."""


class Snapshot(NamedTuple):
    """How far a run is."""

    label: str
    tasks: int
    all_tasks: int
    nbytes: int
    all_bytes: int
    elapsed: float
    reads: int = 0  # of the tasks those that read bytes
    all_reads: int = 0

    @property
    def fraction(self) -> float:
        """How much is done, from 0 to 1: of the bytes, where any are read, and of the tasks after that; 1 only when all are."""
        if self.tasks == self.all_tasks:
            return 1.0
        if not self.all_bytes:
            return self.tasks / self.all_tasks
        read, after = self.nbytes / self.all_bytes, self.all_tasks - self.all_reads
        if not self.all_reads or not after:
            return min(read, 0.99)
        return min((1 - _AFTER) * read + _AFTER * (self.tasks - self.reads) / after, 0.99)

    @property
    def is_merging(self) -> bool:
        """Whether all is read, and what is left is to put it together."""
        return 0 < self.all_reads == self.reads and self.tasks < self.all_tasks

    @property
    def facts(self) -> str:
        """For people: ``14/38 tasks, 0.5/1.2 GB, 310 MB/s, 3 s left``."""
        facts = [f"{self.tasks:,}/{self.all_tasks:,} tasks"]
        if self.all_bytes:
            size, unit = next(((s, u) for s, u in _UNITS if self.all_bytes >= s), (1, "bytes"))
            facts.append(f"{self.nbytes / size:.3g}/{self.all_bytes / size:.3g} {unit}")
            facts.append(f"{self.nbytes / 1e6 / max(self.elapsed, 1e-3):,.0f} MB/s")
        if self.tasks == self.all_tasks:
            facts.append(f"{_duration(self.elapsed)}")
        elif self.is_merging:
            facts.append("merging")
        elif 0 < self.fraction < 1:
            facts.append(f"{_duration(self.elapsed / self.fraction - self.elapsed)} left")
        return ", ".join(facts)


_UNITS = ((10**12, "TB"), (10**9, "GB"), (10**6, "MB"), (10**3, "kB"))


def _duration(seconds: float) -> str:
    if seconds < 0.95:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


class Display(Protocol):
    """Where a bar is drawn."""

    def show(self, snapshot: Snapshot) -> None:
        """Draw it, over what was drawn before."""

    def close(self, snapshot: Snapshot | None) -> None:
        """Leave the bar as the snapshot has it; where there is none, take it away."""


class _Run(Watcher):
    """Counts what is done in one run, and has it drawn."""

    def __init__(self, start: Start, bar: ProgressBar) -> None:
        self._graph = start.graph
        self._bar = bar
        self._label = _label(start)
        self._all_tasks = len(start.keys)
        self._all_bytes = sum(start.graph[key].nbytes for key in start.keys)
        self._all_reads = sum(start.graph[key].nbytes > 0 for key in start.keys)
        self._tasks = self._nbytes = self._reads = 0
        self._began = time.perf_counter()
        self._show_at = current_query().started + bar.minimum
        self._over = threading.Event()
        self._leave = False
        self._ticker = threading.Thread(target=self._tick, name="lazyframe-progress", daemon=True)
        self._ticker.start()

    def task_finished(self, end: End) -> None:
        self._tasks += 1
        self._nbytes += self._graph[end.key].nbytes
        self._reads += self._graph[end.key].nbytes > 0

    def run_finished(self, error: BaseException | None) -> None:
        self._leave = error is None and self._bar.leave
        self._over.set()
        self._ticker.join()

    def _snapshot(self) -> Snapshot:
        elapsed = time.perf_counter() - self._began
        counts = self._tasks, self._all_tasks, self._nbytes, self._all_bytes
        return Snapshot(self._label, *counts, elapsed, self._reads, self._all_reads)

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
            display.show(self._snapshot())
            while not self._over.wait(self._bar.dt):
                display.show(self._snapshot())
        finally:
            display.close(self._snapshot() if self._leave else None)


def _label(start: Start) -> str:
    """What most of the work is: the stage that reads most, or has most tasks."""
    weights: dict[str, tuple[int, int]] = {}
    for key in start.keys:
        task = start.graph[key]
        nbytes, count = weights.get(task.stage, (0, 0))
        weights[task.stage] = nbytes + task.nbytes, count + 1
    label = max(weights, key=lambda stage: weights[stage], default="")
    return label if len(label) <= 32 else label[:31] + "…"


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
