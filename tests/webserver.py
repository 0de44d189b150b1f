"""A web server on a free port of this machine, for tests of remote files."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass
class WebServer:
    """A web server of files in memory.

    Parameters
    ----------
    ranges : bool
        Whether it gives ranges; else it sends the whole file, without a word.
    says_size : bool
        Whether it says how long a file is.
    fails : callable, optional
        Given how often the same GET has come by now: the status of a failure, or None.
    refuses : int, optional
        The status of its answer to whatever it is asked.
    """

    ranges: bool = True
    says_size: bool = True
    fails: Callable[[int], int | None] = lambda times: None
    refuses: int | None = None
    files: dict[str, bytes] = field(default_factory=dict)
    asked: list[tuple[str, str, str]] = field(default_factory=list)
    sent: int = 0
    url: str = ""

    @contextmanager
    def running(self) -> Iterator[WebServer]:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        self.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield self
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(owner: WebServer) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            pass

        def do_HEAD(self) -> None:
            self._answer(with_body=False)

        def do_GET(self) -> None:
            self._answer(with_body=True)

        def _answer(self, with_body: bool) -> None:
            wanted = self.headers.get("Range", "")
            owner.asked.append((self.command, self.path, wanted))
            path = self.path.partition("?")[0]
            status = owner.fails(owner.asked.count(("GET", self.path, wanted))) if with_body else None
            status = owner.refuses or status
            if status is not None or path not in owner.files:
                self.send_error(status or 404)
                return
            body = owner.files[path]
            self.send_response(206 if owner.ranges and wanted else 200)
            self.send_header("ETag", f'"{hash(body)}"')
            if owner.ranges and wanted:
                first, _, last = wanted.removeprefix("bytes=").partition("-")
                self.send_header("Content-Range", f"bytes {first}-{last}/{len(body)}")
                body = body[int(first) : int(last) + 1]
            if owner.says_size:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if with_body:
                try:
                    for at in range(0, len(body), 65_536):
                        self.wfile.write(body[at : at + 65_536])
                        owner.sent += min(65_536, len(body) - at)
                except OSError:  # the reader has enough
                    pass

    return Handler
