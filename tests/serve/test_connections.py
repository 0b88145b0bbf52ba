"""What clients send that is odd, slow or hostile, at the bytes of their connections."""

from __future__ import annotations

import contextlib
import http.client
import json
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("starlette", reason="needs iomld[serve]")
pytest.importorskip("httptools", reason="needs iomld[serve]")

from tests.serve.conftest import two_things, within

from iomld.serve.app import application
from iomld.serve.connections import Connection

BASE = "https://example.org/"
LONG = b"GET /doc/id/long.nt HTTP/1.1\r\nHost: a\r\n\r\n"
HEALTH = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
SIZE = 20_000_000


class Hasty(Connection):
    """The limits in a part of the time."""

    request_seconds = 0.5
    reading_seconds = 0.5


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    documents, engines = two_things(tmp_path_factory.mktemp("index"), SIZE)
    with within(application(documents, engines), http=Hasty) as number:
        yield number


@contextlib.contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", port), timeout=20) as one:
        yield one


def answers(one: socket.socket, wait: float = 2) -> list[tuple[int, bytes]]:
    """All answers until the other side ends the connection, or says nothing for some seconds."""
    one.settimeout(wait)
    data = b""
    with contextlib.suppress(OSError):
        while piece := one.recv(1 << 20):
            data += piece
    found = []
    while data:
        head, _, rest = data.partition(b"\r\n\r\n")
        lines = head.lower().split(b"\r\n")
        length = next((int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:")), len(rest))
        found.append((int(head.split()[1]), rest[:length]))
        data = rest[length:]
    return found


def post(query: str, *more: str) -> bytes:
    lines = ["POST /sparql HTTP/1.1", "Host: a", "Content-Type: application/sparql-query", *more]
    return "\r\n".join([*lines, f"Content-Length: {len(query)}", "", query]).encode()


def slow_query(number: int) -> str:
    """A query that takes longer than a request may take to be sent."""
    values = " ".join(map(str, range(150)))
    return (
        f"SELECT ({number} AS ?x) (COUNT(*) AS ?n) {{ " + " ".join(f"VALUES ?{v} {{ {values} }}" for v in "abc") + " }"
    )


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of a process is read from /proc")
def test_answers_that_nobody_reads_are_not_heaped_up(port: int) -> None:
    for _ in range(2):  # it is held ready then
        with connected(port) as one:
            one.sendall(LONG.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
            assert answers(one)[0][0] == 200
    before = resident()
    with connected(port) as one:
        one.sendall(LONG * 50)
        time.sleep(0.3)
        assert resident() - before < 10 * SIZE


def test_a_header_without_an_end_is_refused_as_soon_as_it_is_too_long(port: int) -> None:
    with connected(port) as one:
        one.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nX-A: ")
        sent = 0
        with contextlib.suppress(OSError):
            for _ in range(300):
                one.sendall(b"a" * 10_000)
                sent += 10_000
                time.sleep(0.001)
        assert sent < 2_000_000
    with connected(port) as one:
        one.sendall(b"GET /health HTTP/1.1\r\nHost: a\r\nX-A: " + b"a" * 60_000)
        time.sleep(0.1)
        one.sendall(b"a" * 6_000)
        assert [status for status, _ in answers(one)] == [431]


def test_who_reads_slowly_gets_the_whole(port: int) -> None:
    with connected(port) as one:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        one.sendall(LONG)
        size = 0
        while size < SIZE:
            piece = one.recv(400_000)
            assert piece, f"ended after {size} bytes"
            size += len(piece)
            time.sleep(0.02)


def test_line_breaks_alone_hold_no_connection(port: int) -> None:
    with connected(port) as one:
        one.sendall(HEALTH)
        assert one.recv(10_000).startswith(b"HTTP/1.1 200")
        began = time.monotonic()
        with contextlib.suppress(ConnectionError):
            for _ in range(40):
                one.sendall(b"\r\n")
                time.sleep(0.1)
        assert time.monotonic() - began < 3
    with connected(port) as one:
        one.sendall(b"\r\n\r\n" + HEALTH)
        assert one.recv(10_000).startswith(b"HTTP/1.1 200")


@pytest.mark.parametrize("apart", [False, True])
def test_the_offer_of_another_protocol_is_ignored(port: int, apart: bool) -> None:
    """As Java's client sends it with its first request."""
    request = post("ASK { }", "Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAEAAEAAAAIAAAAA")
    head, _, body = request.partition(b"\r\n\r\n")
    with connected(port) as one:
        one.sendall(head + b"\r\n\r\n" + (b"" if apart else body))
        if apart:
            time.sleep(0.1)
            one.sendall(body)
        found = answers(one)
    assert [status for status, _ in found] == [200] and json.loads(found[0][1])["boolean"] is True
    smuggled = post("x" * len(HEALTH), "Connection: Upgrade", "Upgrade: h2c").replace(b"x" * len(HEALTH), HEALTH)
    with connected(port) as one:
        one.sendall(smuggled)
        assert [status for status, _ in answers(one)] == [400]
    with connected(port) as one:
        one.sendall(b"CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n")
        assert [status for status, _ in answers(one)] == [400]


def test_a_second_request_has_its_time_after_the_first_was_answered(port: int) -> None:
    with connected(port) as one:
        one.sendall(post(slow_query(1)))
        head, _, body = post("ASK { }").partition(b"\r\n\r\n")
        one.sendall(head + b"\r\n\r\n")
        time.sleep(0.2)
        one.sendall(body)
        found = answers(one, 8)
    assert [status for status, _ in found] == [200, 200] and b"boolean" in found[1][1]


def test_what_is_no_request_is_told_after_the_answers_before_it(port: int) -> None:
    with connected(port) as one:
        one.sendall(post(slow_query(2)) + b"what is this\r\n\r\n")
        [(status, body)] = answers(one, 20)
    assert status == 200 and b"3375000" in body
    with connected(port) as one:
        one.sendall(b"what is this\r\n\r\n")
        assert [status for status, _ in answers(one)] == [400]
    chunked = b"POST /sparql HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nno size\r\n"
    with connected(port) as one:
        one.sendall(chunked)
        assert [status for status, _ in answers(one)] == [400]


@pytest.mark.parametrize("hosts", [[], ["a", "a"], ["a", "b"], ["x> a <y"], ["a b"], ['"']])
def test_a_request_names_one_host(port: int, hosts: list[str]) -> None:
    lines = "".join(f"Host: {host}\r\n" for host in hosts)
    with connected(port) as one:
        one.sendall(f"GET /sparql HTTP/1.1\r\nAccept: text/turtle\r\n{lines}\r\n".encode())
        assert [status for status, _ in answers(one)] == [400]


@pytest.mark.parametrize("host", ["example.org:8000", "[::1]:80", "127.0.0.1", ""])
def test_hosts_that_are_names_or_addresses(port: int, host: str) -> None:
    with connected(port) as one:
        one.sendall(f"GET /health HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        assert one.recv(10_000).startswith(b"HTTP/1.1 200")


def test_a_list_may_come_in_several_lines(port: int) -> None:
    def ask(*headers: tuple[str, str]) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.putrequest("GET", "/id/a" if headers[0][0] == "Accept" else "/doc/id/a.ttl")
        for name, value in headers:
            connection.putheader(name, value)
        connection.endheaders()
        answer = connection.getresponse()
        answer.read()
        return answer

    told = ask(("Accept", "image/png"), ("Accept", "text/turtle"))
    assert told.status == 303 and told.headers["location"].endswith(".ttl")
    tag = ask(("X", "y")).headers["etag"]
    for _ in range(2):
        assert ask(("If-None-Match", '"x"'), ("If-None-Match", tag)).status == 304
