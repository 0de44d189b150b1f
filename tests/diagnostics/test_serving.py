"""The server by itself: who is let in, what goes wrong in an answer, and how it ends."""

from __future__ import annotations

import contextlib
import http.client
import socket
import threading
from urllib.parse import urlsplit

import pytest

from lazyframe.diagnostics.serving import ADDRESS, Server


def words(given, once):
    if "wrong" in given:
        raise ValueError(given["wrong"])
    return "text/plain", f"{given.get('say', 'nothing')} é"


@pytest.fixture
def server():
    made = Server(0, {"/words": words})
    yield made
    made.close()


def asked(server, path, host=None):
    connection = http.client.HTTPConnection(ADDRESS, server.server_address[1], timeout=60)
    try:
        connection.request("GET", path, headers={"Host": host or f"{ADDRESS}:{server.server_address[1]}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def test_its_address_lets_in_and_nothing_else_does(server):
    address = urlsplit(server.url)
    assert (address.hostname, address.query) == (ADDRESS, f"token={server.token}")
    assert asked(server, f"/words?say=hello&{address.query}") == (200, "hello é")
    for path in ("/words", "/words?token=", f"/words?{address.query}x", "/elsewhere"):
        status, said = asked(server, path)
        assert (status, "token is missing or wrong" in said) == (403, True)
    assert asked(server, f"/elsewhere?{address.query}")[0] == 404


def test_tokens_are_made_anew(server):
    other = Server(0, {})
    other.close()
    assert other.token != server.token
    assert len(server.token) >= 32


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:80", "localhost:x", "[::1]"])
def test_another_name_is_not_let_in_whatever_its_token(server, host):
    assert asked(server, f"/words?token={server.token}", host) == (403, "The name of this server is 127.0.0.1 or localhost.\n")
    assert asked(server, f"/words?token={server.token}", "localhost")[0] == 200


def test_an_argument_that_means_nothing_is_said_to(server):
    status, said = asked(server, f"/words?wrong=1&token={server.token}")
    assert (status, said) == (400, "The address has an argument that means nothing.\n")
    many = "&".join(f"a{number}=1" for number in range(40))
    assert asked(server, f"/words?{many}&token={server.token}") == (400, "This is no address.\n")


def test_a_port_that_is_taken_is_named(server):
    port = server.server_address[1]
    with pytest.raises(OSError, match=f"port {port} of 127.0.0.1 is taken by another program"):
        Server(port, {})


def test_close_ends_a_connection_that_says_nothing():
    made = Server(0, {})
    silent = socket.create_connection(made.server_address)
    try:
        silent.settimeout(60)
        silent.sendall(b"GET ")
        made.close()
        # Closed with bytes unread, a socket may be reset in place of ended: either way it says that nobody is there.
        with contextlib.suppress(ConnectionResetError):
            assert silent.recv(1) == b""
    finally:
        silent.close()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("lazyframe-dashboard")]
