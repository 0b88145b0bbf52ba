"""Real HTTP servers on this machine: a SPARQL endpoint, a reconciliation service, and some that misbehave."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from iomld.errors import OutsideError, UsageError
from iomld.linking.remote import Limits, ask_endpoint, ask_service
from iomld.remote import AGENT

DATA = """@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://example.org/Q1> rdfs:label "Council of Europe"@en, "Conseil de l’Europe"@fr ; skos:altLabel "Europarat" .
<https://example.org/Q2> rdfs:label "Andean Community"@en ."""


class Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self.server.answer(self, b"")  # type: ignore[attr-defined]

    def do_POST(self) -> None:
        self.server.answer(self, self.rfile.read(int(self.headers["Content-Length"])))  # type: ignore[attr-defined]

    def send(self, code: int, content: bytes, kind: str = "application/json", **headers: str) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


class Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked has gone away: that is what these tests are about."""


Answer = Callable[[Handler, bytes], None]
Serve = Callable[[Answer], str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    running: list[ThreadingHTTPServer] = []

    def start(answer: Answer) -> str:
        server = Server(("127.0.0.1", 0), Handler)
        server.answer = answer  # type: ignore[attr-defined]
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        running.append(server)
        return f"http://127.0.0.1:{server.server_address[1]}/"

    yield start
    for server in running:
        server.shutdown()
        server.server_close()


def endpoint(log: list[str]) -> Answer:
    """A SPARQL endpoint: pyoxigraph behind HTTP."""
    import pyoxigraph as ox

    store = ox.Store()
    store.load(DATA.encode(), ox.RdfFormat.TURTLE)

    def answer(handler: Handler, body: bytes) -> None:
        log.append(handler.headers["User-Agent"])
        query = urllib.parse.parse_qs(body.decode())["query"][0]
        found = store.query(query).serialize(format=ox.QueryResultsFormat.JSON)  # type: ignore[union-attr]
        handler.send(200, found or b"", "application/sparql-results+json")

    return answer


def service(handler: Handler, body: bytes) -> None:
    """A reconciliation service as the 0.2 specification draws it."""
    if not body:
        manifest = {
            "versions": ["0.2"], "name": "Bodies", "identifierSpace": "https://example.org/",
            "schemaSpace": "https://example.org/schema", "view": {"url": "https://example.org/{{id}}"},
        }  # fmt: skip
        handler.send(200, json.dumps(manifest).encode())
        return
    queries = json.loads(urllib.parse.parse_qs(body.decode())["queries"][0])
    names = {"Q1": "Council of Europe", "Q2": "Andean Community"}
    handler.send(200, json.dumps({key: {"result": [
        {"id": id, "name": name, "score": 80.0, "match": False, "type": [{"id": "body", "name": "Body"}]}
        for id, name in names.items() if set(name.split()) & set(query["query"].split())
    ]} for key, query in queries.items()}).encode())  # fmt: skip


def test_an_endpoint_finds_labels_in_any_of_the_languages(serve: Serve, tmp_path: Path) -> None:
    log: list[str] = []
    url = serve(endpoint(log))
    names = ["Conseil de l’ Europe", "Europarat", "Paris", "CoE", 'quote " \\ back']
    rows = sorted(ask_endpoint(url, names, cache=tmp_path))
    assert rows == [
        ("https://example.org/Q1", "Conseil de l’Europe", "Council of Europe"),
        ("https://example.org/Q1", "Europarat", "Council of Europe"),
    ]
    assert log == [AGENT]
    assert sorted(ask_endpoint(url, names, cache=tmp_path)) == rows
    assert log == [AGENT]  # the second time from disk


def test_a_service_finds_candidates(serve: Serve) -> None:
    rows = list(ask_service(serve(service), ["Council of Europe Bank", "Nothing"]))
    assert rows == [("https://example.org/Q1", "Council of Europe", "Council of Europe")]


def test_the_service_of_these_tests_is_what_the_specification_draws(serve: Serve) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    from tests.suites import suite

    schemas = suite("reconciliation") / "0.2" / "schemas"
    import urllib.request

    url = serve(service)
    manifest = json.loads(urllib.request.urlopen(url).read())
    jsonschema.validate(manifest, json.loads((schemas / "manifest.json").read_text(encoding="utf-8")))
    body = urllib.parse.urlencode({"queries": json.dumps({"q0": {"query": "Andean"}})}).encode()
    answer = json.loads(urllib.request.urlopen(url, body).read())
    jsonschema.validate(answer, json.loads((schemas / "reconciliation-result-batch.json").read_text(encoding="utf-8")))


def refusing(code: int, times: int, then: Answer, **headers: str) -> Answer:
    left = [times]

    def answer(handler: Handler, body: bytes) -> None:
        if left[0] > 0:
            left[0] -= 1
            handler.send(code, b"slow down", "text/plain", **headers)
        else:
            then(handler, body)

    return answer


def test_retry_after_is_heeded(serve: Serve) -> None:
    waited: list[float] = []
    url = serve(refusing(429, 2, endpoint([]), Retry_After="7"))
    assert list(ask_endpoint(url, ["Andean Community"], limits=Limits(pause=waited.append)))
    assert waited == [7.0, 7.0]


@pytest.mark.parametrize(("code", "attempts"), [(429, 3), (500, 3), (503, 3), (404, 1), (400, 1)])
def test_an_endpoint_that_goes_on_refusing_is_left_alone(serve: Serve, code: int, attempts: int) -> None:
    asked: list[int] = []

    def answer(handler: Handler, body: bytes) -> None:
        asked.append(code)
        handler.send(code, b"no", "text/plain")

    with pytest.raises(OutsideError) as caught:
        list(ask_endpoint(serve(answer), ["Peru"], limits=Limits(pause=lambda seconds: None)))
    assert caught.value.id == "remote-refused"
    assert len(asked) == attempts


def test_a_retry_after_of_an_hour_is_not_waited_for(serve: Serve) -> None:
    waited: list[float] = []
    url = serve(refusing(429, 9, endpoint([]), Retry_After="3600"))
    with pytest.raises(OutsideError, match="429") as caught:
        list(ask_endpoint(url, ["Peru"], limits=Limits(pause=waited.append)))
    assert waited == []
    assert "3,600 s" in str(caught.value)


def test_an_endpoint_that_hangs(serve: Serve) -> None:
    def answer(handler: Handler, body: bytes) -> None:
        time.sleep(3)

    start = time.monotonic()
    with pytest.raises(OutsideError) as caught:
        list(ask_endpoint(serve(answer), ["Peru"], limits=Limits(seconds=1, attempts=1)))
    assert caught.value.id in ("remote-timeout", "remote-unreachable")
    assert time.monotonic() - start < 3


def test_an_answer_that_drips_for_ever(serve: Serve) -> None:
    def answer(handler: Handler, body: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(100):
            handler.wfile.write(b" ")
            handler.wfile.flush()
            time.sleep(0.1)

    with pytest.raises(OutsideError, match="no whole answer"):
        list(ask_endpoint(serve(answer), ["Peru"], limits=Limits(seconds=1, attempts=1)))


def test_a_gigabyte(serve: Serve) -> None:
    def answer(handler: Handler, body: bytes) -> None:
        handler.send_response(200)
        handler.end_headers()
        for _ in range(1024):
            handler.wfile.write(b" " * 1024 * 1024)

    with pytest.raises(OutsideError) as caught:
        list(ask_endpoint(serve(answer), ["Peru"], limits=Limits(size=1024 * 1024)))
    assert caught.value.id == "remote-too-large"


@pytest.mark.parametrize("content", [b"<html>Sign in</html>", b'{"results": ', b"[]", b'{"boolean": true}', b""])
def test_html_and_other_answers_that_are_none(serve: Serve, content: bytes, tmp_path: Path) -> None:
    url = serve(lambda handler, body: handler.send(200, content, "text/html"))
    for ask in (ask_endpoint, ask_service):
        with pytest.raises(OutsideError) as caught:
            list(ask(url, ["Peru"], cache=tmp_path))
        assert caught.value.id == "remote-not-json"


def test_nobody_there() -> None:
    with pytest.raises(OutsideError) as caught:
        list(ask_endpoint("http://127.0.0.1:9/", ["Peru"], limits=Limits(attempts=1)))
    assert caught.value.id == "remote-unreachable"
    with pytest.raises(UsageError):
        list(ask_endpoint("file:///etc/passwd", ["Peru"]))


def test_lookup_then_suggest(serve: Serve, tmp_path: Path) -> None:
    names, register = tmp_path / "names.txt", tmp_path / "register.csv"
    names.write_text("Councl of Europe\nAndean Community\nCAN\n", encoding="utf-8")
    script = "from iomld.cli import main; main()"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", script, "link", *arguments], capture_output=True, text=True, timeout=60
        )

    done = run("lookup", str(names), "--service", serve(service), "--cache", str(tmp_path), "-o", str(register))
    assert done.returncode == 0, done.stderr
    found = run("suggest", str(names), "--against", str(register))
    rows = list(csv.DictReader(found.stdout.splitlines()))
    assert [(row["name"], row["candidate"]) for row in rows] == [
        ("Andean Community", "https://example.org/Q2"), ("Councl of Europe", "https://example.org/Q1"),
    ]  # fmt: skip
    refused = run("lookup", str(names))
    assert refused.returncode == 2
