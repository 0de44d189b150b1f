"""Reading ahead: the next blocks of a text are fetched by threads while the last ones are parsed.

It begins when a second read goes on where the first one stopped, so that looking at a header fetches a header.

See docs/decisions/0051-reading-ahead.md.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from concurrent.futures import Future

from lazyframe.csv.text.storage.contract import ENDLESS
from lazyframe.csv.text.storage.patience import pool


class ReadAhead:
    """A text that is fetched in blocks.

    Parameters
    ----------
    fetch : callable
        ``fetch(at, length)`` gives bytes: fewer than `length` only where the text ends. It is called in order, and not before
        `depth` earlier calls have ended.
    purpose : str
        Whose threads call it.
    block : int
        How many bytes to fetch ahead at a time.
    depth : int
        How many blocks to be ahead.
    """

    def __init__(self, fetch: Callable[[int, int], bytes], purpose: str, block: int, depth: int) -> None:
        self._fetch, self._purpose, self._block, self._depth = fetch, purpose, block, depth
        self._stop, self._end = 0, ENDLESS
        self._coming: deque[tuple[int, Future[bytes]]] = deque()
        self._here, self._data = 0, memoryview(b"")
        self._next = -1

    def expect(self, stop: int) -> None:
        self._stop = stop

    def read_into(self, at: int, target: memoryview) -> int:
        done = 0
        while done < len(target):
            data = self._at(at + done, len(target) - done)
            if not data:
                break
            target[done : done + len(data)] = data
            done += len(data)
        self._next = at + done
        return done

    def _at(self, at: int, length: int) -> memoryview:
        """Some text from `at`, no more than `length`; none where the text ends."""
        inside = at - self._here
        if not 0 <= inside < len(self._data):
            if self._coming and self._coming[0][0] == at:
                start, future = self._coming.popleft()
                self._here, self._data = start, memoryview(future.result())
                self._order(at + self._block)
            else:
                self.drop()
                if at >= self._end:
                    return memoryview(b"")
                if at != self._next or at >= self._stop:  # a first look, or behind what was expected
                    data = self._fetch(at, length)
                    if len(data) < length:  # so that no thread is sent for more
                        self._end = at + len(data)
                    return memoryview(data)
                self._order(at)
                return self._at(at, length)
            inside = 0
        return self._data[inside : inside + length]

    def _order(self, at: int) -> None:
        """Have the blocks from `at` fetched, as far as they are wanted and not yet coming."""
        if self._coming:
            at = self._coming[-1][0] + self._block
        while len(self._coming) < self._depth and at < self._stop:
            self._coming.append((at, pool(self._purpose).submit(self._fetch, at, min(self._block, self._stop - at))))
            at += self._block

    def drop(self) -> None:
        """Forget what was fetched; what is being fetched is waited for."""
        for _, future in self._coming:
            future.cancel()
        for _, future in self._coming:
            if not future.cancelled():
                future.exception()
        self._coming.clear()
        self._data = memoryview(b"")

    def close(self, last: Callable[[], None]) -> None:
        """Forget what was fetched, and call `last` when nothing is being fetched any more: at once, or by who fetches.

        What is being fetched may come from a server that says nothing, and the query may have been interrupted for that.
        """
        fetching = [future for _, future in self._coming if not future.cancel()]
        self._coming.clear()
        self._data = memoryview(b"")
        if fetching:
            fetching[-1].add_done_callback(lambda _: last())
        else:
            last()
