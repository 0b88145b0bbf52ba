"""The compaction tests of the JSON-LD API suite, as far as they concern a writer of RDF."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.serialization.roundtrip import canonical, relation, written
from tests.suites import ROOT, suite

from iomld.errors import UsageError
from iomld.graph import Quads

FOLDER = ROOT / "json-ld-api"
MANIFEST = json.loads((FOLDER / "compact-manifest.jsonld").read_text()) if FOLDER.is_dir() else {"sequence": []}


def applies(entry: dict[str, Any]) -> bool:
    """Whether the test is a positive one of JSON-LD 1.1."""
    options = entry.get("option", {})
    versions = {options.get("specVersion", "json-ld-1.1"), options.get("processingMode", "json-ld-1.1")}
    return versions == {"json-ld-1.1"} and "jld:PositiveEvaluationTest" in entry["@type"]


ENTRIES = [entry for entry in MANIFEST["sequence"] if applies(entry)]
DROPPED = {"#tdi04", "#tdi07"}  # PyLD drops the base direction of strings: pyoxigraph reads these
#: cases whose JSON is that of the suite; in the others trees, lists, indexes, scoped contexts and options of a
#: processor play a part, which RDF does not have and the writer does not promise
SAME = (
    *("#t0001", "#t0002", "#t0003", "#t0005", "#t0006", "#t0009", "#t0010", "#t0012", "#t0013", "#t0025", "#t0039"),
    *("#t0043", "#t0046", "#t0047", "#t0053", "#t0054", "#t0055", "#t0056", "#t0058", "#t0059", "#t0060", "#t0062"),
    *("#t0063", "#t0071", "#t0108", "#tm011", "#tp002", "#tp007", "#tr002"),
)


def read(entry: dict[str, Any], member: str) -> Any:
    return json.loads((FOLDER / entry[member]).read_text(encoding="utf-8"))


def source(entry: dict[str, Any]) -> tuple[str, Quads]:
    base = entry.get("option", {}).get("base", MANIFEST["baseIri"] + entry["input"])
    return base, relation(
        (FOLDER / entry["input"]).read_bytes(), "jsonld", base=base, shared=True, drop_ill_formed=True
    )


def nodes(document: Any) -> Any:
    """The node objects of a document, order and labels of blank nodes that are used once aside."""
    document = document if isinstance(document, dict) else {"@graph": document}
    text = json.dumps(document)
    inner = {key: value for key, value in document.items() if key != "@context"}
    graph = inner["@graph"] if inner.keys() == {"@graph"} else inner
    kept = []
    for node in graph if isinstance(graph, list) else [graph]:
        named = {
            key: value
            for key, value in node.items()
            if not (isinstance(value, str) and value.startswith("_:") and text.count(f'"{value}"') == 1)
        }
        kept += [named] if named else []
    return unordered(kept)


def unordered(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: unordered(one) for key, one in value.items()}
    if isinstance(value, list):
        return sorted(map(unordered, value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


def test_the_suite_is_there() -> None:
    suite("json-ld-api")
    assert len(ENTRIES) > 200


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry["@id"])
def test_every_context_is_refused_or_keeps_the_graph(entry: dict[str, Any]) -> None:
    from pyld import jsonld  # type: ignore[import-untyped]

    base, quads = source(entry)
    try:
        text = written(quads, "jsonld", context=read(entry, "context"))
    except UsageError as error:
        assert error.id == "jsonld-context"
        return
    expected = canonical(written(quads, "nquads"))
    if entry["@id"] in DROPPED:
        assert canonical(text, "jsonld", base=base) == expected
    else:
        options = {"format": "application/n-quads", "base": base}
        assert canonical(jsonld.to_rdf(json.loads(text), options)) == expected


@pytest.mark.parametrize("entry", [entry for entry in ENTRIES if entry["@id"] in SAME], ids=lambda entry: entry["@id"])
def test_what_the_writer_promises_is_written_as_the_suite_has_it(entry: dict[str, Any]) -> None:
    _, quads = source(entry)
    text = written(quads, "jsonld", context=read(entry, "context"))
    assert nodes(json.loads(text)) == nodes(read(entry, "expect"))
