"""What is answered at its connection is answered as the application answers it, and in the order of the requests."""

import http.client
import json
import socket
import time
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

pytest.importorskip("starlette", reason="needs iomld[serve]")
pytest.importorskip("httptools", reason="needs iomld[serve]")

from tests.serve.conftest import within

from iomld.serve import Dataset, Documents
from iomld.serve.app import application
from iomld.serve.connections import Connection
from iomld.serve.engines import Engines
from iomld.serve.oxigraph import binary
from iomld.serve.questions import Index
from iomld.terms import PrefixMap, literal

BASE = "https://example.org/"
LABEL = "<http://www.w3.org/2004/02/skos/core#prefLabel>"
QUERY, FORM = "application/sparql-query", "application/x-www-form-urlencoded"
SELECT = "SELECT ?o { ?s ex:p ?o } ORDER BY ?o"


@pytest.fixture(scope="module", params=["python", "oxigraph"])
def port(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    import pyoxigraph

    program = binary() if request.param == "oxigraph" else None
    if request.param == "oxigraph" and program is None:
        pytest.skip("needs iomld[oxigraph]")
    path = tmp_path_factory.mktemp("index") / "index"
    store = pyoxigraph.Store(str(path))
    subject, predicate = pyoxigraph.NamedNode(f"{BASE}a"), pyoxigraph.NamedNode(f"{BASE}p")
    for number in range(3):
        store.add(pyoxigraph.Quad(subject, predicate, pyoxigraph.Literal(f"value {number}")))
    store.flush()
    del store
    documents = Documents(Dataset([(f"<{BASE}id/a>", LABEL, literal("a"))], base=BASE), PrefixMap({}))
    index = Index(path, BASE, {"ex": BASE})
    with within(application(documents, lambda: Engines(index, program=program), rate=5), http=Connection) as number:
        yield number


class Said(dict[str, str]):
    """Headers of an answer, but for those that tell the time."""

    def __init__(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        super().__init__({name.lower(): value for name, value in headers if name.lower() != "date"})
        self.status, self.body = status, body

    def __eq__(self, other: object) -> bool:
        same = isinstance(other, Said) and (self.status, self.body) == (other.status, other.body)
        return same and dict.__eq__(self, other)


def ask(port: int, method: str, path: str, body: str | None = None, **headers: str) -> Said:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body and body.encode(), headers=said)
        answer = connection.getresponse()
        return Said(answer.status, answer.getheaders(), answer.read())
    finally:
        connection.close()


QUERIES = {
    "solutions": SELECT,
    "a truth value": "ASK { ?s ?p ?o }",
    "triples": "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }",
    "syntax": "SELECT ?x { ?x ?p }",
    "update": "DELETE WHERE { ?s ?p ?o }",
    "service": "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
    "changing": "SELECT (RAND() < 2 AS ?x) {}",
    "letters": 'SELECT ("é€🌍" AS ?x) {}',
}


@pytest.mark.parametrize(
    "accept", ["*/*", "text/csv", "application/json, text/turtle;q=0.5", "text/turtle", "image/png"]
)
@pytest.mark.parametrize("kind", QUERIES)
def test_both_ways_give_the_same(port: int, kind: str, accept: str) -> None:
    query = QUERIES[kind]
    usual = [
        ask(port, "POST", "/sparql", query, Content_Type=QUERY, Accept=accept),
        ask(port, "POST", "/sparql", query, Content_Type=f"{QUERY}; charset=UTF-8", Accept=accept),
        ask(port, "GET", f"/sparql?query={quote(query)}", Accept=accept),
    ]
    unusual = [
        ask(port, "POST", "/sparql?", query, Content_Type=QUERY, Accept=accept),
        ask(port, "POST", "/sparql", urlencode({"query": query}), Content_Type=FORM, Accept=accept),
        ask(port, "GET", f"/sparql?query={quote(query)}&unknown=1", Accept=accept),
        ask(port, "POST", "/sparql", query, Content_Type=QUERY, Accept=accept, Connection="close"),
    ]  # fmt: skip
    closing = unusual.pop()
    assert closing.pop("connection") == "close"
    assert all(one == usual[0] for one in (*usual, *unusual, closing)), [usual, unusual]
    assert usual[0]["content-security-policy"]


def test_documents_held_ready_are_as_they_were_when_they_were_made(port: int) -> None:
    first, *others = (ask(port, "GET", "/doc/id/a.ttl") for _ in range(3))
    assert first.status == 200 and all(one == first for one in others)
    for headers in ({"If_None_Match": first["etag"]}, {"If_None_Match": first["etag"], "X": "1"}):
        unchanged = ask(port, "GET", "/doc/id/a.ttl", **headers)
        assert unchanged.status == 304 and not unchanged.body and "content-length" not in unchanged
        assert unchanged["etag"] == first["etag"]
    assert ask(port, "HEAD", "/doc/id/a.ttl").status == 200


def answers(sent: bytes, port: int, number: int) -> list[tuple[int, bytes]]:
    """What comes back for bytes that hold several requests."""
    found = []
    with socket.create_connection(("127.0.0.1", port), timeout=30) as one:
        one.sendall(sent)
        # One reader for all answers: each takes its own from it.
        source = one.makefile("rb")
        for _ in range(number):
            status = int(source.readline().split()[1])
            headers = http.client.parse_headers(source)
            found.append((status, source.read(int(headers["content-length"]))))
    return found


def post(query: str) -> bytes:
    head = f"POST /sparql HTTP/1.1\r\nHost: a\r\nContent-Type: {QUERY}\r\nContent-Length: {len(query)}\r\n\r\n"
    return f"{head}{query}".encode()


def test_answers_come_in_the_order_of_the_requests(port: int) -> None:
    ask(port, "GET", "/doc/id/a.ttl")
    document = b"GET /doc/id/a.ttl HTTP/1.1\r\nHost: a\r\n\r\n"
    health = b"GET /health HTTP/1.1\r\nHost: a\r\n\r\n"
    new = [f"SELECT ({number} AS ?x) {{ ?s ?p ?o }} LIMIT 1" for number in range(4)]
    sent = [post(new[0]), document, post(new[1]), health, post(new[2]), post(new[2]), document, post(new[3]), health]
    found = answers(b"".join(sent), port, len(sent))
    assert [status for status, _ in found] == [200] * len(sent)
    for place, number in ((0, 0), (2, 1), (4, 2), (5, 2), (7, 3)):
        assert json.loads(found[place][1])["results"]["bindings"][0]["x"]["value"] == str(number)
    assert found[1] == found[6] and b"prefLabel" in found[1][1]
    assert found[3][1] == found[8][1] == b"ok\n"


def test_a_request_may_come_byte_by_byte(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as one:
        for byte in post(SELECT):
            one.sendall(bytes([byte]))
        answer = http.client.HTTPResponse(one)
        answer.begin()
        assert answer.status == 200 and b"value 2" in answer.read()


def test_the_rate_of_a_client_holds_behind_a_proxy_too(port: int) -> None:
    asked = [ask(port, "POST", "/sparql", SELECT, Content_Type=QUERY, X_Forwarded_For="203.0.113.7") for _ in range(40)]
    assert asked[0].status == 200 and asked[-1].status == 429 and asked[-1]["retry-after"] == "1"
    other = ask(port, "POST", "/sparql", SELECT, Content_Type=QUERY, X_Forwarded_For="203.0.113.8")
    assert other.status == 200


def test_what_may_change_is_asked_anew(port: int) -> None:
    query = "SELECT (STRUUID() AS ?x) {}"
    assert len({ask(port, "POST", "/sparql", query, Content_Type=QUERY).body for _ in range(3)}) == 3
    named = "SELECT (1 AS ?Brand) { FILTER(?Brand = 1 || true) }"  # holds the letters of RAND
    assert ask(port, "POST", "/sparql", named, Content_Type=QUERY).status == 200


def test_what_is_no_text_is_refused(port: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("POST", "/sparql", body=b"SELECT \xff", headers={"Content-Type": QUERY})
    answer = connection.getresponse()
    assert answer.status == 400 and json.loads(answer.read())["type"] == "urn:iomld:query-not-utf8"


def test_a_head_that_is_known_does_not_mistake_what_follows(port: int) -> None:
    queries = [f"SELECT ({number} AS ?n) {{}}" for number in range(4)]
    with socket.create_connection(("127.0.0.1", port), timeout=30) as one:

        def answer() -> str:
            found = http.client.HTTPResponse(one)
            found.begin()
            assert found.status == 200
            return str(json.loads(found.read())["results"]["bindings"][0]["n"]["value"])

        for number, query in enumerate(queries):  # all have the same head
            one.sendall(post(query))
            assert answer() == str(number)
        head, _, body = post(queries[2]).partition(b"\r\n\r\n")
        for pieces in (
            (head + b"\r\n\r\n", body),
            (head + b"\r\n\r\n" + body[:5], body[5:]),
            (b"\r\n", post(queries[2])),
        ):
            for piece in pieces:
                one.sendall(piece)
                time.sleep(0.05)
            assert answer() == "2"
        one.sendall(post(queries[3]))
        assert answer() == "3"
