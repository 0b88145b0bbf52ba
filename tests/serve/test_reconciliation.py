"""The reconciliation service: by the schemas of its specification, and with the client that comes with iomld."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from tests.serve.conftest import Server
from tests.suites import suite

ORGANIZATION = "http://www.w3.org/ns/org#Organization"
FORM = "application/x-www-form-urlencoded"


def schema(name: str) -> tuple[dict[str, Any], Any]:
    """A schema of the specification, and where the others are found that it names."""
    pytest.importorskip("jsonschema")
    from referencing import Registry, Resource
    from referencing.jsonschema import DRAFT7

    folder = suite("reconciliation") / "0.2" / "schemas"
    kind = json.loads((folder / "type.json").read_text(encoding="utf-8"))
    # What describes means of signing in is elsewhere on the web; the service has none.
    anything = {"definitions": {"securityDefinitions": {"additionalProperties": {}}}}
    found = {
        "type.json": Resource(kind, DRAFT7),
        "http://swagger.io/v2/schema.json": Resource(anything, DRAFT7),
    }
    document = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    document.pop("$id", None)
    return document, Registry().with_resources(found.items())


def check(document: object, name: str) -> None:
    import jsonschema

    wanted, registry = schema(name)
    jsonschema.Draft7Validator(wanted, registry=registry).validate(document)


def ask(server: Server, queries: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    body = urlencode({"queries": json.dumps(queries)}).encode()
    found = server.ask("POST", "/reconcile", body=body, Content_Type=FORM)
    assert found.status == 200, found.text
    answer = json.loads(found.body)
    return {name: one["result"] for name, one in answer.items()}


def one(server: Server, name: str, **more: Any) -> list[dict[str, Any]]:
    return ask(server, {"q0": {"query": name, **more}})["q0"]


def test_the_manifest_is_as_the_specification_draws_it(server: Server) -> None:
    manifest = json.loads(server.get("/reconcile").body)
    check(manifest, "manifest")
    assert manifest["identifierSpace"] == "https://w3id.org/iomld/"
    assert {"id": "State", "name": "state"} in [
        {**kind, "name": kind["name"].lower()} for kind in manifest["defaultTypes"]
    ]
    preview = manifest["preview"]["url"].replace("{{id}}", quote("id/state/SWZ"))
    found = server.get("/" + preview.partition("//")[2].partition("/")[2])
    assert found.status == 200 and "Eswatini" in found.text
    assert "frame-ancestors *" in found.headers["content-security-policy"] and "x-frame-options" not in found.headers


def test_batches_are_answered_as_the_specification_draws_it(server: Server) -> None:
    queries = {"a": {"query": "Swaziland"}, "b": {"query": "Migration Dialogue for Southern Africa", "limit": 3}}
    check(queries, "reconciliation-query-batch")
    found = ask(server, queries)
    check({name: {"result": result} for name, result in found.items()}, "reconciliation-result-batch")
    assert found["a"][0]["id"] == "id/state/SWZ"
    assert found["b"][0]["id"] == "id/process/midsa" and found["b"][0]["match"]


@pytest.mark.parametrize(
    ("name", "more", "id"),
    [
        ("Côte d’Ivoire", {}, "id/state/CIV"),
        ("COTE D IVOIRE", {"type": "State"}, "id/state/CIV"),
        ("Tayikistán", {}, "id/state/TJK"),
        ("International Organization for Migration", {"type": [ORGANIZATION, "State"]}, "id/organisation/iom"),
        ("Serbia and Montenegro", {"properties": [{"pid": "at", "v": "2003-11"}]}, "id/state/SCG"),
    ],
)
def test_a_name_that_means_one_thing_is_a_match(server: Server, name: str, more: dict[str, Any], id: str) -> None:
    found = one(server, name, **more)
    assert (found[0]["id"], found[0]["match"]) == (id, True), found[:3]
    assert sum(each["match"] for each in found) == 1


@pytest.mark.parametrize(
    ("name", "at", "id"),
    [
        ("Serbia", "2003", "id/state/SRB"),
        ("Montenegro", "2003-11", "id/state/MNE"),
        ("Serbia and Montenegro", "2010", "id/state/SCG"),
        ("Congo", "2003", "id/state/COD"),
    ],
)
def test_a_state_that_the_resolver_refuses_is_no_match(server: Server, name: str, at: str, id: str) -> None:
    found = one(server, name, properties=[{"pid": "at", "v": at}])
    assert id in [each["id"] for each in found]
    assert not any(each["match"] or each["score"] > 90 for each in found), found[:3]


def test_a_body_that_the_reference_tables_lack_is_found_by_its_name(server: Server) -> None:
    [first, *_] = one(server, "IOM Armenia")
    assert first["match"] and first["name"] == "IOM Armenia"


def test_what_is_only_alike_is_no_match(server: Server) -> None:
    found = one(server, "Migration Dialog for South Africa")
    assert found and not any(each["match"] for each in found)
    assert found == sorted(found, key=lambda each: -each["score"])
    assert one(server, "Xyzzy") == []


def test_a_type_and_a_property_restrict(server: Server) -> None:
    assert not [each for each in one(server, "Swaziland", type="ConsultativeProcess") if each["id"] == "id/state/SWZ"]
    loose = one(server, "Swaziland", type="ConsultativeProcess", type_strict="should")
    assert loose[0]["id"] == "id/state/SWZ" and loose[0]["score"] < 100
    wrong = {"pid": "http://www.w3.org/2004/02/skos/core#notation", "v": "TJK"}
    missed = one(server, "Swaziland", properties=[wrong])
    assert missed[0]["score"] < 100 and not missed[0]["match"]


def test_a_single_query_needs_no_batch(server: Server) -> None:
    for text in ("Swaziland", json.dumps({"query": "Swaziland"})):
        assert json.loads(server.get(f"/reconcile?query={quote(text)}").body)["result"][0]["id"] == "id/state/SWZ"


@pytest.mark.parametrize(
    ("kind", "prefix", "id", "name"),
    [
        ("entity", "swazi", "id/state/SWZ", "suggest-entities-response"),
        ("type", "stat", "State", "suggest-types-response"),
        ("property", "pref", "http://www.w3.org/2004/02/skos/core#prefLabel", "suggest-properties-response"),
    ],
)
def test_what_is_typed_is_completed(server: Server, kind: str, prefix: str, id: str, name: str) -> None:
    answer = json.loads(server.get(f"/reconcile/suggest/{kind}?prefix={prefix}").body)
    check(answer, name)
    assert id in [each["id"] for each in answer["result"]]


def test_what_is_typed_is_completed_in_the_language_of_the_page(server: Server) -> None:
    for language, name, kind in (
        ("fr", "Tadjikistan", "État"),
        ("es", "Tayikistán", "Estado"),
        ("de", "Tajikistan", ""),
    ):
        answer = json.loads(server.get(f"/reconcile/suggest/entity?prefix=tajik&lang={language}").body)
        found = next(each for each in answer["result"] if each["id"] == "id/state/TJK")
        assert found["name"] == name and kind.casefold() in found["notable"][0].casefold()


def test_tables_are_extended(server: Server) -> None:
    proposed = json.loads(server.get("/reconcile/properties?type=State&limit=50").body)
    check(proposed, "data-extension-property-proposal")
    label = "http://www.w3.org/2004/02/skos/core#prefLabel"
    assert label in [each["id"] for each in proposed["properties"]]
    asked = {"ids": ["id/state/SWZ", "id/state/none"], "properties": [{"id": label}, {"id": "http://none/"}]}
    check(asked, "data-extension-query")
    answer = json.loads(server.get(f"/reconcile?extend={quote(json.dumps(asked))}").body)
    check(answer, "data-extension-response")
    assert {"str": "Eswatini"} in answer["rows"]["id/state/SWZ"][label]
    assert answer["rows"]["id/state/none"] == {label: [], "http://none/": []}


@pytest.mark.parametrize(
    "asked",
    ["queries=[]", "queries={", 'queries={"a":1}', 'queries={"a":{}}', 'queries={"a":{"query":"x","limit":"y"}}',
     'queries={"a":{"query":"x","properties":[{"pid":"at","v":"soon"}]}}', "extend={}", "query={",
     'query={"query":"x","limit":1e999}', 'query={"query":"x","limit":NaN}', r'queries={"\ud800":{"query":"x"}}',
     r'query={"query":"\ud800"}', 'extend={"ids":"id/state/SWZ","properties":[{"id":"State"}]}',
     'extend={"ids":["id/state/SWZ"],"properties":{"id":"State"}}', 'extend={"ids":["x"],"properties":["State"]}',
     "&".join(f"a{n}=1" for n in range(101))],
)  # fmt: skip
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_is_no_query_is_told(server: Server, asked: str, method: str) -> None:
    sent = quote(asked, safe="=&")
    if method == "GET":
        found = server.get(f"/reconcile?{sent}")
    else:
        found = server.ask("POST", "/reconcile", body=sent.encode(), Content_Type=FORM)
    assert found.status == 400 and json.loads(found.body)["type"].startswith("urn:iomld:")


def test_a_batch_has_a_size(server: Server) -> None:
    queries = json.dumps({str(number): {"query": "x"} for number in range(101)})
    assert server.ask("POST", "/reconcile", body=f"queries={quote(queries)}".encode(), Content_Type=FORM).status == 413


def test_the_client_that_comes_with_iomld_gets_answers(server: Server, tmp_path: Path) -> None:
    from iomld.linking.remote import ask_service

    url = f"http://127.0.0.1:{server.port}/reconcile"
    names = ["Swaziland", "Migration Dialogue for Southern Africa", "Xyzzy"]
    rows = list(ask_service(url, names, cache=tmp_path))
    assert ("https://w3id.org/iomld/id/state/SWZ", "Eswatini", "Eswatini") in rows
    assert "https://w3id.org/iomld/id/process/midsa" in [iri for iri, _, _ in rows]
