"""Endpoints elsewhere: real ones give the same as the store here, bad ones give a message and no more than that."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from tests.query.conftest import BASE, DATA, PREFIXES
from tests.query.servers import Behaviour, Handler, Misbehaving, jena, misbehaving, oxigraph, virtuoso

from iomld.errors import IomldError, OutsideError, QueryError, UsageError
from iomld.query import Local, answer
from iomld.query.asking import Question, ask
from iomld.query.limits import Limits
from iomld.query.remote import Endpoint, EndpointSource
from iomld.remote import AGENT, credentials
from iomld.terms import bounds

JSON = "application/sparql-results+json"
ONE = b'{"head":{"vars":["x"]},"results":{"bindings":[{"x":{"type":"literal","value":"1"}}]}}'
QUERY = "SELECT ?x { ?x ?y ?z }"


@pytest.fixture
def server() -> Iterator[Misbehaving]:
    with misbehaving() as found:
        yield found


def source(url: str, **more: Any) -> EndpointSource:
    return EndpointSource(url, BASE, dict(PREFIXES), **more)


def failing(server: Misbehaving, behaviour: Behaviour, query: str = QUERY, **more: Any) -> IomldError:
    server.behaviour = behaviour
    with pytest.raises(IomldError) as caught:
        Endpoint(source(server.url, **{"seconds": 5, **more})).ask(query, name="q.rq")
    assert "\n" not in caught.value.message
    return caught.value


# What is sent


def test_the_request_is_a_post_that_negotiates_by_its_headers_alone(server: Misbehaving) -> None:
    server.behaviour = lambda handler: handler.send(200, JSON, ONE)
    found = Endpoint(source(server.url)).ask("SELECT ?x { ?x skos:prefLabel <id/a> }").solutions
    assert found and found.rows == (('"1"',),)
    (method, path, headers, body), *_ = server.requests
    assert (method, path) == ("POST", "/sparql")
    assert JSON in headers["accept"]
    assert headers["user-agent"] == AGENT
    assert "authorization" not in headers
    assert "format=" not in body and "output=" not in body and "results=" not in body
    assert "PREFIX" in body.replace("+", " ") and "BASE" in body


def test_credentials_come_from_the_environment(server: Misbehaving, monkeypatch: pytest.MonkeyPatch) -> None:
    server.behaviour = lambda handler: handler.send(200, JSON, ONE)
    monkeypatch.setenv("IOMLD_ENDPOINT_USER", "ada")
    monkeypatch.setenv("IOMLD_ENDPOINT_PASSWORD", "s:1")
    Endpoint(source(server.url)).ask(QUERY)
    assert server.requests[-1][2]["authorization"] == "Basic YWRhOnM6MQ=="
    monkeypatch.setenv("IOMLD_ENDPOINT_TOKEN", "abc")
    Endpoint(source(server.url)).ask(QUERY)
    assert server.requests[-1][2]["authorization"] == "Bearer abc"


def test_credentials_do_not_travel_in_the_clear() -> None:
    environment = {"IOMLD_ENDPOINT_TOKEN": "abc"}
    assert credentials("https://example.org/sparql", environment) == "Bearer abc"
    assert credentials("http://example.org/sparql", {}) is None
    with pytest.raises(UsageError) as caught:
        credentials("http://example.org/sparql", environment)
    assert caught.value.id == "remote-insecure"


def test_credentials_do_not_follow_a_redirection(server: Misbehaving, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IOMLD_ENDPOINT_TOKEN", "abc")
    with misbehaving() as other:
        other.behaviour = lambda handler: handler.send(200, "text/html", b"hello")
        failing(server, lambda handler: handler.send(302, "text/plain", b"", Location=other.url))
        assert other.requests and "authorization" not in other.requests[0][2]


# What goes wrong


def slow_headers(handler: Handler) -> None:
    time.sleep(20)


def trickle(handler: Handler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", JSON)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b" ")
        handler.wfile.flush()
        time.sleep(0.1)


def headers_bit_by_bit(handler: Handler) -> None:
    for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 300:
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.1)


@pytest.mark.parametrize("behaviour", [slow_headers, headers_bit_by_bit, trickle])
def test_an_endpoint_that_hangs_is_left(server: Misbehaving, behaviour: Behaviour) -> None:
    start = time.monotonic()
    assert failing(server, behaviour, seconds=1).id == "remote-timeout"
    assert time.monotonic() - start < 4


def test_the_parent_leaves_an_endpoint_that_its_child_waits_for(server: Misbehaving) -> None:
    server.behaviour = slow_headers
    with pytest.raises(QueryError) as caught:
        ask(source(server.url, seconds=10), Question(QUERY, check_terms=False), limits=Limits(1.5))
    assert caught.value.id == "query-timeout"


@pytest.mark.parametrize("type", ["text/html", "text/turtle", "application/octet-stream", "text/plain; charset=x"])
def test_another_type_than_was_asked_for_is_told_with_its_beginning(server: Misbehaving, type: str) -> None:
    error = failing(server, lambda handler: handler.send(200, type, b"<html><style>p{}</style><p>Welcome \x1b[31m</p>"))
    assert error.id == "remote-wrong-type"
    assert "Welcome" in error.message
    assert "\x1b" not in error.message


@pytest.mark.parametrize(
    "body",
    [b"<html>hello</html>", b"", b"[]", ONE[:-9], b'{"head":{},"results":{}}', b"\xff\xfe", b'{"boolean": "maybe"}'],
)
def test_a_body_that_is_not_what_the_type_says_is_told(server: Misbehaving, body: bytes) -> None:
    assert failing(server, lambda handler: handler.send(200, JSON, body)).id == "remote-malformed"


def test_half_an_answer_is_told(server: Misbehaving) -> None:
    def behaviour(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.send_header("Content-Length", str(len(ONE)))
        handler.end_headers()
        handler.wfile.write(ONE[: len(ONE) // 2])
        handler.close_connection = True

    error = failing(server, behaviour)
    assert error.id in ("remote-malformed", "remote-unreachable")
    assert len(server.requests) > 1


def test_too_much_is_not_read(server: Misbehaving) -> None:
    def endless(handler: Handler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", JSON)
        handler.end_headers()
        while True:
            handler.wfile.write(b" " * 65536)

    assert failing(server, endless, size=1_000_000).id == "remote-too-large"


@pytest.mark.parametrize("status", [401, 403, 404, 405, 414, 500])
def test_a_refusal_is_told_once_with_what_was_said(server: Misbehaving, status: int) -> None:
    error = failing(server, lambda handler: handler.send(status, "text/plain", b"no such\nthing here"))
    assert (error.id, error.exit_code) == ("remote-refused", 4)
    assert str(status) in error.message
    assert "no such thing here" in error.message
    assert len(server.requests) == 1


def test_a_query_that_the_endpoint_does_not_take_is_the_users_matter(server: Misbehaving) -> None:
    error = failing(server, lambda handler: handler.send(400, "text/plain", b"parse error at line 1"))
    assert (error.id, error.exit_code) == ("query-refused", 3)
    assert "parse error" in error.message
    assert str(error.location) == "q.rq"


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_endpoint_is_asked_again(server: Misbehaving, status: int) -> None:
    def behaviour(handler: Handler) -> None:
        if len(server.requests) < 3:
            handler.send(status, "text/plain", b"busy", Retry_After="0")
        else:
            handler.send(200, JSON, ONE)

    server.behaviour = behaviour
    found = Endpoint(source(server.url)).ask(QUERY).solutions
    assert found and len(found.rows) == 1
    assert len(server.requests) == 3


def test_it_is_asked_a_bounded_number_of_times(server: Misbehaving) -> None:
    error = failing(server, lambda handler: handler.send(503, "text/plain", b"", Retry_After=formatdate(0)))
    assert error.id == "remote-refused"
    assert len(server.requests) == 4


def test_a_pause_longer_than_the_time_left_is_not_waited_for(server: Misbehaving) -> None:
    start = time.monotonic()
    error = failing(server, lambda handler: handler.send(429, "text/plain", b"", Retry_After="3600"))
    assert "3,600 s" in (error.hint or "")
    assert time.monotonic() - start < 2


def test_nobody_there() -> None:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    with pytest.raises(OutsideError) as caught:
        Endpoint(source(f"http://127.0.0.1:{port}/")).ask(QUERY)
    assert caught.value.id == "remote-unreachable"


@pytest.mark.parametrize("url", ["ftp://example.org/", "example.org", "file:///etc/passwd"])
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(UsageError):
        Endpoint(source(url))


@pytest.mark.parametrize(
    "text", ["INSERT DATA { <a> <b> <c> }", "SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }"]
)
def test_updates_and_service_are_not_sent(server: Misbehaving, text: str) -> None:
    assert failing(server, lambda handler: handler.send(200, JSON, ONE), text).id in ("query-update", "query-service")
    assert not server.requests


# Real ones


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with oxigraph(DATA, BASE, tmp_path_factory.mktemp("oxigraph")) as url:
        yield url


SAME = [
    "SELECT ?process ?state { ?p org:organization ?process ; org:member ?state }",
    "SELECT ?l ?n { { ?s skos:prefLabel ?l } UNION { ?s mld:count ?n } }",
    "SELECT (COUNT(*) AS ?n) (MIN(?l) AS ?m) { ?s skos:prefLabel ?l }",
    "SELECT * { ?s a mld:State ; skos:prefLabel ?l } ",
]


@pytest.mark.parametrize("page_size", [0, 1, 2, 100])
@pytest.mark.parametrize("text", SAME)
def test_an_oxigraph_server_answers_as_the_store_does(real: str, asker: Local, text: str, page_size: int) -> None:
    here = answer(asker, Question(text, base=BASE, prefixes=PREFIXES, sorted=True)).answer.solutions
    question = Question(text, base=BASE, prefixes=PREFIXES, sorted=True, check_terms=False)
    there = answer(Endpoint(source(real, page_size=page_size)), question).answer.solutions
    assert here and there
    assert sorted(here.variables) == sorted(there.variables)
    assert [dict(zip(here.variables, row, strict=True)) for row in here.rows] == [
        dict(zip(there.variables, row, strict=True)) for row in there.rows
    ]


def test_ask_construct_and_describe_over_an_oxigraph_server(real: str, asker: Local) -> None:
    endpoint = Endpoint(source(real))
    assert endpoint.ask("ASK { <id/state/AAA> a mld:State }").boolean is True
    for text in ("CONSTRUCT WHERE { ?s a mld:State }", "DESCRIBE <id/state/AAA>"):
        assert sorted(endpoint.ask(text).triples or ()) == sorted(asker.ask(text).triples or ())


def test_all_flags_work_over_an_oxigraph_server(real: str, asker: Local) -> None:
    text = "SELECT ?process ?state { ?p org:organization ?process ; org:member ?state }"
    question = Question(text, base=BASE, prefixes=PREFIXES, sorted=True, cite=True, as_of=bounds("2003-01-01"))
    assert answer(Endpoint(source(real)), question) == answer(asker, question)
    nothing = replace(question, text='SELECT ?s { ?s skos:prefLabel "Aland" }', why_empty=True)
    assert answer(Endpoint(source(real)), nothing).hints == answer(asker, nothing).hints
    counted = replace(question, explain=True)
    assert answer(Endpoint(source(real)), counted) == answer(asker, counted)


def test_a_parameter_is_bound_over_an_oxigraph_server(real: str) -> None:
    hostile = Question("SELECT ?l { ?s skos:prefLabel ?l }", values={"l": '"\\") } #"'}, base=BASE, prefixes=PREFIXES)
    found = answer(Endpoint(source(real)), hostile).answer.solutions
    assert found and found.rows == ()


def test_a_syntax_error_of_an_oxigraph_server_is_told(real: str) -> None:
    with pytest.raises(QueryError) as caught:
        Endpoint(source(real)).ask("SELECT * { ?s ?p }", name="q.rq")
    assert caught.value.id == "query-refused"


@pytest.mark.parametrize("server", [virtuoso, jena])
def test_another_server_answers_as_the_store_does(
    tmp_path: Path, store: pyoxigraph.Store, asker: Local, server: Callable[[Path, Path], AbstractContextManager[str]]
) -> None:
    data = tmp_path / "source.nt"
    store.dump(str(data), pyoxigraph.RdfFormat.N_TRIPLES, from_graph=pyoxigraph.DefaultGraph())
    with server(data, tmp_path) as url:
        for text in SAME:
            text = text.replace("MIN(?l)", "MIN(STR(?l))")  # MIN over tagged strings gives nothing in Virtuoso 7.2.5
            question = Question(text, base=BASE, prefixes=PREFIXES, sorted=True, check_terms=False)
            here = answer(asker, question).answer.solutions
            for page_size in (0, 2):
                there = answer(Endpoint(source(url, page_size=page_size)), question).answer.solutions
                assert here and there
                assert sorted(map(set, here.texts()), key=sorted) == sorted(map(set, there.texts()), key=sorted)
        endpoint = Endpoint(source(url))
        assert endpoint.ask("ASK { <id/state/AAA> a mld:State }").boolean is True
        assert len(endpoint.ask("CONSTRUCT WHERE { ?s a mld:State }").triples or ()) == 2
        assert endpoint.ask("DESCRIBE <id/state/AAA>").triples
        hostile = Question(
            "SELECT ?l { ?s skos:prefLabel ?l }", values={"l": '"\\") } #"'}, base=BASE, prefixes=PREFIXES
        )
        assert answer(endpoint, hostile).answer.empty
        with pytest.raises(QueryError) as caught:
            endpoint.ask("SELECT * { ?s ?p }", name="q.rq")
        assert caught.value.id == "query-refused"


def test_a_service_clause_is_followed_where_it_is_allowed(real: str) -> None:
    asker = Local(pyoxigraph.Store(), base=BASE, prefixes=PREFIXES, allow_service=True)
    found = asker.ask(f"SELECT ?l {{ SERVICE <{real}> {{ <id/state/BBB> skos:prefLabel ?l }} }}").solutions
    assert found and found.rows == (('"Boland"@en',),)


def test_the_union_of_all_graphs_is_asked() -> None:
    store = pyoxigraph.Store()
    store.load(b"<http://e/a> <http://e/p> 1 . <http://e/g> { <http://e/a> <http://e/p> 2 }", pyoxigraph.RdfFormat.TRIG)
    found = Local(store).ask("SELECT ?x { <http://e/a> <http://e/p> ?x }").solutions
    assert found and len(found.rows) == 2
