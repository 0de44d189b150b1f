"""What the user asked for, as listeners see it: an executor knows only graphs, and one query may take several runs.

`query` is a scope. A run that is started inside it, in the same thread, belongs to it: so a profile has the plans of
a run, and a bar that was on the screen goes on when the data have contradicted the source and all is run again.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from lazyframe.tree import Node


@dataclass(eq=False)
class Query:
    """One request.

    Parameters
    ----------
    plans : sequence of Node
        What is run now, optimized.
    started : float
        When it was asked, in `time.perf_counter` seconds.
    spilled : callable
        Gives the bytes that are on disk for the run that goes on.
    """

    plans: Sequence[Node] = ()
    started: float = field(default_factory=time.perf_counter)
    spilled: Callable[[], int] = int


class _Current(threading.local):
    query: Query | None = None


_current = _Current()


def current_query() -> Query:
    """The query that this thread is in; a new one where it is in none, since a graph can be run by itself."""
    return _current.query or Query()


@contextlib.contextmanager
def query() -> Iterator[Query]:
    """The runs started in the `with` block belong to one query.

    Examples
    --------
    >>> with query() as asked:
    ...     current_query() is asked
    True
    """
    before = _current.query
    _current.query = Query()
    try:
        yield _current.query
    finally:
        _current.query = before
