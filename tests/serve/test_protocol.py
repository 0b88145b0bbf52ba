"""The W3C tests of the SPARQL 1.1 Protocol, over HTTP, against both engines."""

import http.client
import json
import re
from collections.abc import Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.serve.conftest import within
from tests.suites import suite

pytest.importorskip("starlette", reason="needs iomld[serve]")
pytest.importorskip("httptools", reason="needs iomld[serve]")

from iomld.serve.engines import Engines
from iomld.serve.oxigraph import binary
from iomld.serve.questions import Index

MANIFEST = "http://www.w3.org/2009/sparql/docs/tests/data-sparql11/protocol/manifest#"
MF, HT = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/2011/http#"
UT, CNT = "http://www.w3.org/2009/sparql/tests/test-update#", "http://www.w3.org/2011/content#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
#: The endpoint asks and never changes anything: these are refused, which a test of its own checks.
UPDATES = {
    "update_dataset_default_graph", "update_dataset_default_graphs", "update_dataset_named_graphs",
    "update_dataset_full", "update_post_form", "update_post_direct", "update_base_uri",
}  # fmt: skip
TYPES = {
    "boolean": {"application/sparql-results+json", "application/sparql-results+xml"},
    "tabular": {"application/sparql-results+json", "application/sparql-results+xml", "text/csv"},
    "RDF": {"text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"},
}


class Exchange(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes | None
    statuses: set[str]
    format: str | None
    boolean: str | None


class Graph:
    """The manifest, by subject and predicate."""

    def __init__(self, file: Path) -> None:
        import pyoxigraph

        self.said: dict[tuple[Any, str], list[Any]] = {}
        base = MANIFEST.removesuffix("#")
        for quad in pyoxigraph.parse(path=str(file), base_iri=base):
            self.said.setdefault((quad.subject, quad.predicate.value), []).append(quad.object)

    def one(self, node: Any, predicate: str) -> Any:
        found = self.said.get((node, predicate))
        return found[0] if found else None

    def items(self, node: Any) -> Iterator[Any]:
        rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
        while (first := self.one(node, f"{rdf}first")) is not None:
            yield first
            node = self.one(node, f"{rdf}rest")

    def text(self, node: Any, predicate: str) -> str | None:
        found = self.one(node, predicate)
        return None if found is None else found.value


@cache
def manifest() -> Graph:
    return Graph(suite("sparql11") / "protocol" / "manifest.ttl")


def entries() -> list[str]:
    try:
        graph = manifest()
    except pytest.skip.Exception:
        return []
    top = next(node for node, predicate in graph.said if predicate == f"{MF}entries")
    return [one.value.rpartition("#")[2].rpartition("/")[2] for one in graph.items(graph.one(top, f"{MF}entries"))]


def exchanges(name: str) -> Iterator[Exchange]:
    graph = manifest()
    entry = next(node for node, _ in graph.said if getattr(node, "value", "").endswith(f"#{name}"))
    for request in graph.items(graph.one(graph.one(entry, f"{MF}action"), f"{HT}requests")):
        headers = {
            graph.text(one, f"{HT}fieldName"): graph.text(one, f"{HT}fieldValue")
            for one in graph.items(graph.one(request, f"{HT}headers"))
        }
        body = graph.one(request, f"{HT}body")
        encoding = graph.text(body, f"{CNT}characterEncoding") or "UTF-8"
        chars = None if body is None else graph.text(body, f"{CNT}chars")
        answer = graph.one(request, f"{HT}resp")
        statuses = graph.said[(answer, f"{MF}expectedStatus")]
        yield Exchange(
            str(graph.text(request, f"{HT}methodName")),
            str(graph.text(request, f"{HT}absolutePath")),
            {str(key): str(value) for key, value in headers.items()},
            None if chars is None else chars.encode(encoding),
            {one.value[-3] for one in statuses},
            graph.text(answer, f"{MF}expectedFormat"),
            graph.text(answer, f"{MF}expectedBoolean"),
        )


@pytest.fixture(scope="module", params=["python", "oxigraph"])
def port(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """An endpoint over the graphs of the suite, each named as the tests name it."""
    import pyoxigraph

    from iomld.serve.app import application
    from iomld.serve.dataset import Dataset
    from iomld.serve.documents import Documents
    from iomld.terms import PrefixMap

    program = None if request.param == "python" else binary()
    if request.param == "oxigraph" and program is None:
        pytest.skip("needs iomld[oxigraph]")
    path = tmp_path_factory.mktemp(request.param) / "index"
    store = pyoxigraph.Store(str(path))
    for number in (1, 2, 3):
        name = pyoxigraph.NamedNode(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf")
        file = suite("sparql11") / "protocol" / f"data{number}.nt"
        store.bulk_load(path=str(file), format=pyoxigraph.RdfFormat.N_TRIPLES, to_graph=name)
    store.flush()
    del store
    base = "http://example.org/"
    index = Index(path, base, {})
    documents = Documents(Dataset([], base=base), PrefixMap({}))
    with within(application(documents, lambda: Engines(index, program=program, seconds=10))) as port:
        yield port


def send(port: int, exchange: Exchange) -> tuple[int, str, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    path = exchange.path.replace("/sparql/", "/sparql", 1)
    # The client of the standard library adds a media type of its own where there is none: so by hand.
    connection.putrequest(exchange.method, path)
    for name, value in exchange.headers.items():
        connection.putheader(name, value)
    if exchange.body is not None:
        connection.putheader("content-length", str(len(exchange.body)))
    connection.endheaders(exchange.body)
    answer = connection.getresponse()
    found = answer.status, answer.headers.get_content_type(), answer.read()
    connection.close()
    return found


@pytest.mark.parametrize("name", entries() or ["absent"])
def test_the_protocol_as_the_suite_has_it(port: int, name: str) -> None:
    suite("sparql11")
    for exchange in exchanges(name):
        status, media_type, body = send(port, exchange)
        if name in UPDATES:
            assert status in (400, 404) or (status == 200 and b"true" not in body), "nothing is changed"
            continue
        assert str(status)[0] in exchange.statuses, (status, body)
        if exchange.format:
            assert media_type in TYPES[exchange.format]
        if exchange.boolean:
            said = json.loads(body)["boolean"] if "json" in media_type else re.search(b"<boolean>(.*)<", body)[1]  # type: ignore[index]
            assert said in (exchange.boolean == "true", exchange.boolean.encode())


def test_others_are_asked_only_where_that_is_allowed(port: int, tmp_path: Path) -> None:
    import pyoxigraph

    from iomld.serve.app import application
    from iomld.serve.dataset import Dataset
    from iomld.serve.documents import Documents
    from iomld.terms import PrefixMap

    pyoxigraph.Store(str(tmp_path / "index")).flush()
    index = Index(tmp_path / "index", "http://example.org/", {})
    documents = Documents(Dataset([], base="http://example.org/"), PrefixMap({}))
    query = f"ASK {{ SERVICE <http://127.0.0.1:{port}/sparql> {{ ?s ?p ?o }} }}"
    exchange = Exchange("POST", "/sparql/", {"content-type": "application/sparql-query"}, query.encode(), set(), "", "")
    assert send(port, exchange)[0] == 400
    allowing = partial(Engines, index, program=binary(), allow_service=True)
    with within(application(documents, allowing)) as other:
        status, _, body = send(other, exchange)
    assert status == 200 and json.loads(body)["boolean"] is True


FROM = "SELECT * FROM <http://example.org/none> { ?s ?p ?o }"


@pytest.mark.parametrize(("query", "rows"), [(FROM, 0), ("SELECT * { ?s ?p ?o }", 3)])
def test_graphs_of_the_query_are_the_dataset_and_all_of_them_without(port: int, query: str, rows: int) -> None:
    suite("sparql11")
    exchange = Exchange("POST", "/sparql/", {"content-type": "application/sparql-query"}, query.encode(), set(), "", "")
    status, _, body = send(port, exchange)
    assert status == 200 and len(json.loads(body)["results"]["bindings"]) == rows
