"""SPARQL and saved queries over HTTP, and their limits."""

import json
import threading
from pathlib import Path
from urllib.parse import quote

import pytest
from tests.serve.conftest import Server
from tests.small import write_project

FORM = "application/x-www-form-urlencoded"
SELECT = "SELECT ?s WHERE { ?s a mld:ConsultativeProcess }"
ENDLESS = "SELECT (COUNT(*) AS ?n) WHERE { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"


def test_the_three_ways_to_ask_give_the_same(server: Server) -> None:
    answers = [
        server.get(f"/sparql?query={quote(SELECT)}"),
        server.ask("POST", "/sparql", body=SELECT.encode(), Content_Type="application/sparql-query"),
        server.ask("POST", "/sparql", body=f"query={quote(SELECT)}".encode(), Content_Type=FORM),
    ]
    assert {answer.status for answer in answers} == {200}
    assert len({answer.body for answer in answers}) == 1
    assert len(json.loads(answers[0].body)["results"]["bindings"]) == 13


@pytest.mark.parametrize(
    ("accept", "query", "type"),
    [
        ("application/sparql-results+json", SELECT, "application/sparql-results+json"),
        ("application/json", SELECT, "application/json"),
        ("application/sparql-results+xml", SELECT, "application/sparql-results+xml"),
        ("text/csv", SELECT, "text/csv; charset=utf-8"),
        ("text/tab-separated-values", SELECT, "text/tab-separated-values; charset=utf-8"),
        ("*/*", "ASK { ?s ?p ?o }", "application/sparql-results+json"),
        ("text/turtle", "DESCRIBE <id/process/midsa>", "text/turtle; charset=utf-8"),
        ("application/n-triples", "CONSTRUCT WHERE { ?s a mld:State }", "application/n-triples"),
    ],
)
def test_answers_come_in_the_form_asked_for(server: Server, accept: str, query: str, type: str) -> None:
    found = server.get(f"/sparql?query={quote(query)}", Accept=accept)
    assert (found.status, found.headers["content-type"]) == (200, type)
    assert found.body


def test_a_form_that_the_answer_has_not_is_refused(server: Server) -> None:
    assert server.get(f"/sparql?query={quote(SELECT)}", Accept="text/turtle").status == 406
    assert server.get(f"/sparql?query={quote(SELECT)}", Accept="image/png").status == 406


def test_graphs_of_the_request_are_the_dataset(server: Server) -> None:
    query = quote("SELECT * WHERE { ?s ?p ?o } LIMIT 1")
    found = server.get(f"/sparql?query={query}&default-graph-uri=https%3A%2F%2Fexample.org%2Fnone")
    assert found.status == 200 and json.loads(found.body)["results"]["bindings"] == []
    assert server.get(f"/sparql?query={query}&default-graph-uri=not%20an%20iri").status == 400


@pytest.mark.parametrize(
    ("query", "id"),
    [
        ("SELECT", "query-syntax"),
        ("DELETE WHERE { ?s ?p ?o }", "query-update"),
        ("SELECT * { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "query-service"),
    ],
)
def test_bad_queries_are_told_why(server: Server, query: str, id: str) -> None:
    found = server.get(f"/sparql?query={quote(query)}")
    assert found.status == 400 and json.loads(found.body)["type"] == f"urn:iomld:{id}"


def test_updates_have_no_door(server: Server) -> None:
    update = b"INSERT DATA { <a:a> <a:a> <a:a> }"
    assert server.ask("POST", "/sparql", body=update, Content_Type="application/sparql-update").status == 400
    assert server.ask("POST", "/sparql", body=b"update=" + update, Content_Type=FORM).status == 400
    assert server.ask("POST", "/sparql", body=SELECT.encode(), Content_Type="text/plain").status == 415
    assert server.ask("PUT", "/sparql", body=update).status == 405
    assert server.get(f"/sparql?query={quote(SELECT)}&query={quote(SELECT)}").status == 400


def test_a_request_has_a_size(server: Server) -> None:
    body = b"#" * 1_500_000
    assert server.ask("POST", "/sparql", body=body, Content_Type="application/sparql-query").status == 413


def test_runaway_queries_end_and_leave_others_answered(server: Server) -> None:
    statuses: list[int] = []
    threads = [
        threading.Thread(target=lambda: statuses.append(server.get(f"/sparql?query={quote(ENDLESS)}").status))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    assert server.get("/doc/id/process/midsa.html").status == 200
    for thread in threads:
        thread.join(30)
    assert statuses == [503] * 3
    # A slow machine may need more than the second that this server gives a query.
    assert any(server.get(f"/sparql?query={quote(SELECT)}").status == 200 for _ in range(5))


def test_saved_queries_answer_as_the_command_does(server: Server) -> None:
    found = server.get("/api/processes.csv")
    assert found.text.splitlines()[0] == "process,label,acronym,other_names,kind,started,pinpoints"
    assert len(found.text.splitlines()) > 13
    assert server.get("/api/processes.csv", If_None_Match=found.headers["etag"]).status == 304


def test_parameters_are_bound_and_checked(server: Server) -> None:
    path = "/api/participation.json?process=id/process/midsa"
    rows = json.loads(server.get(path).body)["results"]["bindings"]
    assert rows and all(row["process"]["value"].endswith("/midsa") for row in rows)
    assert server.get("/api/participation.json?proces=x").status == 400
    assert server.get("/api/participation.json?process=%3E%7D%20INSERT").status == 400
    assert server.get(f"{path}&process=id/process/bali").status == 400
    assert server.get("/api/none.csv").status == 404


NEEDY = """#+ summary: Events that have a later date than a year
#+ params:
#+   year: {type: string}
#+   event: {type: iri}
SELECT ?event { ?event mld:period/mld:edtf ?date FILTER(?date > ?year) }
"""


def test_a_query_that_needs_a_value_asks_for_it(parts: None, cache: Path, tmp_path: Path) -> None:
    project = write_project(tmp_path / "project")
    (project / "queries/later.rq").write_text(NEEDY)
    server = Server(project, cache)
    try:
        refused = server.get("/api/later.json")
        assert (refused.status, refused.json["type"]) == (400, "urn:iomld:parameter-missing")  # type: ignore[index]
        page = server.get("/api/later.html").text
        assert "Give a value for: year" in page and page.count("required") == 1
        assert "2 rows" in server.get("/api/later.html?year=2002").text
        described = json.loads(server.get("/api/openapi.json").body)["paths"]["/later.csv"]["get"]["parameters"]
        assert [one.get("required") for one in described] == [True, False, None, None]
    finally:
        server.stop()


def test_pages_follow_one_another(server: Server) -> None:
    whole = server.get("/api/participation.csv").text.splitlines()
    first = server.get("/api/participation.csv?limit=100")
    assert 'rel="next"' in first.headers["link"] and first.headers["x-total-count"] == str(len(whole) - 1)
    second = server.get("/api/participation.csv?limit=100&offset=100").text.splitlines()
    assert first.text.splitlines() + second[1:] == whole[:201]
    assert server.get("/api/participation.csv?limit=-1").status == 400


def test_the_api_describes_itself(server: Server) -> None:
    described = json.loads(server.get("/api/openapi.json").body)
    assert described["openapi"].startswith("3.1")
    names = [one["name"] for one in described["paths"]["/participation.csv"]["get"]["parameters"]]
    assert names == ["process", "participant", "limit", "offset"]


def test_a_query_that_is_asked_again_gets_the_same_answer_unless_it_may_change(server: Server) -> None:
    def asked(query: str, accept: str = "text/csv") -> str:
        body, type = query.encode(), "application/sparql-query"
        return server.ask("POST", "/sparql", body=body, Content_Type=type, Accept=accept).text

    assert asked(SELECT) == asked(SELECT)
    assert asked(SELECT, "application/json").startswith("{") and not asked(SELECT).startswith("{")
    for changing in ("SELECT (UUID() AS ?n) {}", "SELECT (rand () AS ?n) {}"):
        assert asked(changing) != asked(changing)
    spelt = "/sparql?query=SELECT+(%52AND()+AS+%3Fn)+%7B%7D"
    assert server.get(spelt, Accept="text/csv").text != server.get(spelt, Accept="text/csv").text
