"""Limits on slow clients, large requests and many of them; what is told of it."""

import contextlib
import http.client
import json
import re
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.serve.conftest import PROJECT, Server, two_things, within

pytest.importorskip("starlette", reason="needs iomld[serve]")
pytest.importorskip("httptools", reason="needs iomld[serve]")

from iomld.serve.app import application
from iomld.serve.connections import Connection
from iomld.serve.rates import Rates

BASE = "https://example.org/"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


class Hasty(Connection):
    """The limits in a tenth of the time."""

    request_seconds = 0.4
    reading_seconds = 0.4
    most_waiting = 100


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    documents, engines = two_things(tmp_path_factory.mktemp("index"), 20_000_000)
    with within(application(documents, engines, rate=2), http=Hasty) as number:
        yield number


def get(port: int, path: str, **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    return answer


def closed(one: socket.socket) -> bool:
    """Whether the other side has ended it within some seconds."""
    one.settimeout(5)
    with contextlib.suppress(ConnectionError):
        while one.recv(65_536):
            pass
    return True


@pytest.mark.parametrize(
    "sent", [b"", b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"POST /sparql HTTP/1.1\r\nContent-Length: 9\r\n\r\n1"]
)
def test_a_request_that_does_not_end_is_given_up(hasty: int, sent: bytes) -> None:
    with socket.create_connection(("127.0.0.1", hasty)) as slow:
        slow.sendall(sent)
        assert closed(slow)


def test_a_client_that_trickles_has_no_more_time(hasty: int) -> None:
    with socket.create_connection(("127.0.0.1", hasty)) as slow, pytest.raises(OSError):
        for letter in b"GET /doc/id/a.html HTTP/1.1\r\nHost: a\r\nA: " + b"a" * 100:
            slow.sendall(bytes([letter]))
            time.sleep(0.03)


def test_an_answer_that_nobody_reads_is_given_up(hasty: int) -> None:
    with socket.create_connection(("127.0.0.1", hasty)) as slow:
        slow.sendall(b"GET /doc/id/long.nt HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(2)
        read = 0
        with contextlib.suppress(ConnectionError):
            while data := slow.recv(1 << 20):
                read += len(data)
    assert read < 20_000_000, "the document has twenty million bytes"


def test_slow_clients_keep_nobody_out(hasty: int) -> None:
    with contextlib.ExitStack() as stack:
        for _ in range(300):
            slow = stack.enter_context(socket.create_connection(("127.0.0.1", hasty)))
            slow.sendall(b"GET / HTTP/1.1\r\n")
        assert get(hasty, "/doc/id/a.ttl").status == 200


def test_a_large_head_is_refused(hasty: int) -> None:
    assert get(hasty, "/" + "a" * 70_000).status == 431
    assert get(hasty, "/health", X="a" * 70_000).status == 431


def test_a_client_that_asks_too_often_is_told_when_to_come_back(hasty: int) -> None:
    other = {"X_Forwarded_For": "203.0.113.9"}
    answers = [get(hasty, "/health", **other) for _ in range(20)]
    assert answers[0].status == 200 and answers[-1].status == 429
    assert answers[-1].headers["retry-after"] == "1"
    assert get(hasty, "/health", X_Forwarded_For="203.0.113.10").status == 200
    assert get(hasty, "/health").status == 200


def test_a_rate_is_an_average() -> None:
    now = 0.0
    rates = Rates(10, clock=lambda: now)
    assert [rates.allows("a") for _ in range(51)] == [True] * 50 + [False]
    now = 1.0
    assert [rates.allows("a") for _ in range(11)] == [True] * 10 + [False]
    assert rates.allows("b") and all(rates.allows("127.0.0.1") for _ in range(1000))
    assert all(Rates(0).allows("a") for _ in range(1000))


def test_what_the_server_did_is_told_to_this_machine_alone(hasty: int) -> None:
    get(hasty, "/doc/id/a.ttl")
    get(hasty, "/nothing")
    connection = http.client.HTTPConnection("127.0.0.1", hasty, timeout=10)
    connection.request("GET", "/metrics")
    text = connection.getresponse().read().decode()
    for line in text.splitlines():
        assert re.fullmatch(r'# TYPE \w+ (counter|gauge|histogram)|\w+(\{(\w+="[^"]*",?)+\})? [0-9.e+-]+', line), line
    assert 'iomld_requests_total{kind="document",status="404"}' in text
    assert get(hasty, "/metrics", X_Forwarded_For="203.0.113.11").status == 404


def test_each_request_is_a_line_of_the_log_and_a_query_nobody_waits_for_ends(
    parts: None, cache: Path, tmp_path: Path
) -> None:
    log = tmp_path / "access.jsonl"
    running = Server(PROJECT, cache, "--timeout", "60", "--access-log", str(log))
    try:
        running.get("/doc/id/process/midsa.ttl", User_Agent='a"b\\c')
        with pytest.raises(TimeoutError):
            running.ask("GET", f"/sparql?query={quote(ENDLESS)}", timeout=0.5)
        deadline = time.monotonic() + 10
        while '"/sparql"' not in log.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
    finally:
        running.stop()
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    document = next(line for line in lines if line["path"].startswith("/doc/"))
    assert (document["status"], document["agent"], document["client"]) == (200, 'a"b\\c', "127.0.0.1")
    assert document["bytes"] > 1000
    left = next(line for line in lines if line["path"] == "/sparql")
    assert left["seconds"] < 30
