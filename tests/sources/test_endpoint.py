"""A SPARQL endpoint as a source: a real server on loopback, and some that misbehave."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from tests.databases import free_port
from tests.mapping.tables import lines, project
from tests.query.servers import oxigraph
from tests.sources.test_items import mistakes, rows

from iomld.errors import OutsideError
from iomld.location import SourceLocation
from iomld.sources import LogicalSource
from iomld.sources.endpoint import ask_endpoint

DATA = """
@prefix ex: <https://example.org/> .
ex:a ex:name "Zoë"@de ; ex:age 7 ; ex:born "2002-10-16"^^<http://www.w3.org/2001/XMLSchema#date> .
ex:b ex:name "Bo" .
"""
QUERY = """PREFIX ex: <https://example.org/>
SELECT ?s ?name ?age ?born { ?s ex:name ?name OPTIONAL { ?s ex:age ?age ; ex:born ?born } } ORDER BY ?s"""


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("oxigraph")
    (folder / "data.ttl").write_text(DATA)
    with oxigraph(folder / "data.ttl", "https://example.org/", folder) as address:
        yield address


def test_an_answer_is_a_table_with_datatypes(endpoint: str, tmp_path: Path) -> None:
    assert rows(tmp_path, "sparql", endpoint, "s", "name", "age", "born", query=QUERY) == [
        (1, "https://example.org/a", "Zoë", ("7", "integer"), ("2002-10-16", "date")),
        (2, "https://example.org/b", "Bo", None, None),
    ]


def test_rml_and_yarrrml_ask_an_endpoint(endpoint: str, tmp_path: Path) -> None:
    rml = f"""
@prefix rml: <http://w3id.org/rml/> .
@prefix ex: <https://example.org/> .
@prefix formats: <http://www.w3.org/ns/formats/> .
@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
<#m> rml:logicalSource [ rml:source [ a sd:Service; sd:endpoint <{endpoint}>; sd:supportedLanguage sd:SPARQL11Query ];
    rml:referenceFormulation formats:SPARQL_Results_JSON; rml:iterator \"\"\"{QUERY}\"\"\" ];
  rml:subjectMap [ rml:reference "s" ];
  rml:predicateObjectMap [ rml:predicate ex:n; rml:objectMap [ rml:reference "name" ] ] .
"""
    assert lines(project(tmp_path, rml, {}, "m.ttl")) == ['<a> <n> "Zoë"', '<b> <n> "Bo"']
    yarrrml = f"""
sources: {{s: {{access: "{endpoint}", type: sparql, query: "{QUERY.replace(chr(10), " ")}"}}}}
mappings: {{a: {{sources: s, s: $(s), po: [[ex:n, $(name)]]}}}}
"""
    assert lines(project(tmp_path, yarrrml, {})) == ['<a> <n> "Zoë"', '<b> <n> "Bo"']


def test_a_query_that_is_wrong_is_the_mappings_fault(endpoint: str, tmp_path: Path) -> None:
    assert mistakes(tmp_path, "sparql", endpoint, "s", query="SELECT ?s {") == ["m.yml:1 query-failed"]
    assert mistakes(tmp_path, "sparql", endpoint, "x", query=QUERY) == ["m.yml:1 unknown-column"]
    assert mistakes(tmp_path, "sparql", endpoint, "s", query="ASK { ?s ?p ?o }") == ["m.yml:1 query-failed"]
    assert mistakes(tmp_path, "sparql", endpoint.replace("/query", "/nowhere"), "s", query=QUERY) == [
        "m.yml:1 remote-refused"
    ]


def test_nobody_at_the_address(tmp_path: Path) -> None:
    address = f"http://127.0.0.1:{free_port()}/query"
    assert mistakes(tmp_path, "sparql", address, "s", query=QUERY) == ["m.yml:1 remote-unreachable"]


@contextmanager
def answering(*parts: bytes, wait: float = 0.0) -> Iterator[str]:
    """A server that answers everything with the same bytes, one part after another."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def serve() -> None:
        with suppress(OSError):
            while True:
                client, _ = listener.accept()
                with client, suppress(OSError):
                    client.recv(65536)
                    for part in parts:
                        client.sendall(part)
                        over.wait(wait)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/query"
    finally:
        over.set()
        listener.close()


def ask(address: str, **limits: float) -> str:
    source = LogicalSource(address, Path(), "sparql", SourceLocation("m.yml", line=1))
    with pytest.raises(OutsideError) as caught:
        ask_endpoint(source, QUERY, **limits)  # type: ignore[arg-type]
    assert caught.value.exit_code == 4
    return f"{caught.value.location} {caught.value.id}"


def test_answers_that_are_none_or_too_much() -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: "
    with answering(head + b"text/html\r\n\r\n<p>welcome</p>") as address:
        assert ask(address) == "m.yml:1 remote-wrong-type"
    with answering(head + b"application/sparql-results+json\r\n\r\n{") as address:
        assert ask(address) == "m.yml:1 remote-malformed"
    with answering(head + b"application/sparql-results+json\r\n\r\n" + b" " * 4096) as address:
        assert ask(address, size=1000) == "m.yml:1 remote-too-large"
    with answering(head + b"application/sparql-results+json\r\n\r\n", *[b" "] * 100, wait=0.2) as address:
        assert ask(address, seconds=1) == "m.yml:1 remote-timeout"


def test_what_an_address_hides_is_in_no_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ENDPOINT", f"http://127.0.0.1:{free_port()}/query?token=s3cret")
    source = LogicalSource("${ENDPOINT}", tmp_path, "sparql", SourceLocation("m.yml", line=1))
    with pytest.raises(OutsideError) as caught:
        ask_endpoint(source, QUERY)
    assert "s3cret" not in str(caught.value) and "${ENDPOINT}" in str(caught.value)
