"""A server for one person: pages on a port of this machine, for who has the token.

What it is held to, since any page in a browser can send requests to this machine:

- it listens on 127.0.0.1 alone;
- each request has the token, which is compared in constant time and made anew for each server;
- the name in `Host` is one of this machine, or a name that another page has pointed here (DNS rebinding) could read answers;
- answers have no CORS headers, may not stand in a frame, and their page may run no script but its own, and load nothing.

Threads are counted, and `close` waits for all of them.
"""

from __future__ import annotations

import contextlib
import errno
import hmac
import os
import secrets
import socket
import socketserver
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qsl, urlsplit

ADDRESS = "127.0.0.1"
_HOSTS = {ADDRESS, "localhost"}
_CONNECTIONS = 64
_PATIENCE = 10.0  # seconds that a browser may take to say what it wants

Answering = Callable[[Mapping[str, str], str], tuple[str, str]]
"""What answers for a path: of the arguments and a number used once, a kind of content and a text."""


class Server(socketserver.ThreadingMixIn, socketserver.TCPServer):
    """Answers requests in threads of its own, from when it is made until `close`.

    Parameters
    ----------
    port : int
        Where to listen; 0 takes one that is free.
    paths : mapping of str to callable
        Who answers for which path.

    Raises
    ------
    OSError
        The port is taken, or may not be used.
    """

    daemon_threads = True
    block_on_close = False  # `close` does it, for it ends connections that say nothing
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two servers have one port
    request_queue_size = _CONNECTIONS

    def __init__(self, port: int, paths: Mapping[str, Answering]) -> None:
        self.token = secrets.token_urlsafe(24)
        self.paths = paths
        self._open: dict[Any, threading.Thread] = {}
        self._counting = threading.Lock()
        try:
            super().__init__((ADDRESS, port), _Request)
        except OSError as error:
            raise _explained(error, port) from None
        self._thread = threading.Thread(target=self.serve_forever, args=(0.2,), name="lazyframe-dashboard", daemon=True)
        self._thread.start()

    @property
    def url(self) -> str:
        """The address of the page, which lets in who has it."""
        return f"http://{ADDRESS}:{self.server_address[1]}/?token={self.token}"

    def close(self) -> None:
        """End all connections and threads."""
        self.shutdown()
        self._thread.join()
        self.server_close()
        with self._counting:
            still_open = dict(self._open)
        for connection in still_open:
            _hang_up(connection)
        for thread in still_open.values():
            thread.join()

    def verify_request(self, request: Any, client_address: Any) -> bool:
        with self._counting:
            return len(self._open) < _CONNECTIONS

    def process_request(self, request: Any, client_address: Any) -> None:
        arguments = (request, client_address)
        thread = threading.Thread(
            target=self.process_request_thread, args=arguments, name="lazyframe-dashboard-answer", daemon=True
        )
        with self._counting:
            self._open[request] = thread
        thread.start()

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._counting:
            self._open.pop(request, None)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that has gone away is no matter; what goes wrong in an answer is told to the browser."""


def _hang_up(connection: socket.socket) -> None:
    with contextlib.suppress(OSError):  # the other side was quicker
        connection.shutdown(socket.SHUT_RDWR)


def _explained(error: OSError, port: int) -> OSError:
    if error.errno == errno.EADDRINUSE:
        said = "is taken by another program, or by another dashboard. Pass another one, or none for one that is free."
    elif error.errno in (errno.EACCES, errno.EPERM):
        said = "may not be used by this program. Pass one above 1023, or none for one that is free."
    else:
        said = f"cannot be used: {error.strerror or error}."
    return type(error)(error.errno, f"port {port} of {ADDRESS} {said}")


class _Request(BaseHTTPRequestHandler):
    server: Server
    timeout = _PATIENCE
    server_version = "lazyframe"
    sys_version = ""

    def do_GET(self) -> None:
        try:
            url = urlsplit(self.path)
            given = dict(parse_qsl(url.query, max_num_fields=16))
        except ValueError:
            self._refuse(400, "This is no address.")
            return
        token = given.get("token", "").encode("utf-8", "surrogatepass")
        answering = self.server.paths.get(url.path)
        if not self._is_meant_for_this_machine():
            self._refuse(403, "The name of this server is 127.0.0.1 or localhost.")
        elif not hmac.compare_digest(token, self.server.token.encode()):
            self._refuse(403, "The token is missing or wrong. Open the address that lf.dashboard() shows.")
        elif answering is None:
            self._refuse(404, "There is no such page.")
        else:
            once = secrets.token_urlsafe(16)
            try:
                kind, text = answering(given, once)
            except ValueError:
                self._refuse(400, "The address has an argument that means nothing.")
            else:
                self._send(200, kind, text, once)

    def _is_meant_for_this_machine(self) -> bool:
        named = self.headers.get_all("Host", [])
        host, colon, port = named[0].rpartition(":") if len(named) == 1 else ("", "", "")
        return (host in _HOSTS and port.isdecimal()) if colon else port in _HOSTS

    def _refuse(self, status: int, said: str) -> None:
        self._send(status, "text/plain", f"{said}\n", "")

    def _send(self, status: int, kind: str, text: str, once: str) -> None:
        body = text.encode("utf-8", "backslashreplace")
        own = f"script-src 'nonce-{once}'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; " if once else ""
        self.send_response(status)
        for name, value in (
            ("Content-Type", f"{kind}; charset=utf-8"),
            ("Content-Length", str(len(body))),
            ("Content-Security-Policy", f"default-src 'none'; {own}base-uri 'none'; form-action 'none'; frame-ancestors 'none'"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Referrer-Policy", "no-referrer"),
            ("X-Content-Type-Options", "nosniff"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Write nothing: standard error is the user's."""
